"""Whether people can sign in at the provider: its discovery, its clock, and where it sends back.

https://openid.net/specs/openid-connect-discovery-1_0.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from mcf.access_settings import Provider
from mcf.public_url import LOOPBACK
from mcf.settings import Settings

_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_SKEW = 120.0
"""Seconds by which clocks may differ before tokens of the provider are refused."""
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried: whether it's well, what was seen, and what to do."""

    name: str
    ok: bool
    detail: str
    advice: str | None = None
    is_warning: bool = False
    """Whether signing in goes on all the same."""


def check(settings: Settings, transport: httpx.BaseTransport | None = None) -> Iterator[Finding]:
    """All that can be seen without signing in, in the order in which it's tried."""
    provider = settings.access.provider
    if provider is None:
        yield _nobody(settings)
        return
    yield _way_back(settings)
    try:
        with httpx.Client(timeout=_PATIENCE, transport=transport) as client:
            yield from _asked(client, settings, provider)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield Finding(
            "provider",
            ok=False,
            detail=f"{provider.issuer} doesn't answer ({type(error).__name__}).",
            advice="Check MCF_OIDC_ISSUER, the network and the proxy of this machine.",
        )


def _nobody(settings: Settings) -> Finding:
    if settings.access.is_open:
        return Finding("sign-in", ok=True, detail="MCF_ACCESS=open: nobody signs in, all come in.")
    return Finding(
        "sign-in",
        ok=False,
        detail="No provider is set up: nobody signs in, and only this machine is let in.",
        advice="Set MCF_OIDC_ISSUER, MCF_OIDC_CLIENT_ID and MCF_OIDC_CLIENT_SECRET: "
        "docs/access.md tells where to find them.",
    )


def _way_back(settings: Settings) -> Finding:
    """Where the provider has to send people back."""
    if settings.public_url is None:
        return Finding(
            "way back",
            ok=True,
            detail="http://127.0.0.1:8501/oauth2callback (with the port that it's served on): "
            "people sign in on this machine only.",
            advice="Set MCF_PUBLIC_URL to the address at which others reach the dashboard.",
            is_warning=True,
        )
    back = f"{settings.public_url}/oauth2callback"
    parts = urlsplit(back)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        return Finding(
            "way back",
            ok=False,
            detail=f"{back} isn't encrypted, so cookies could be read on the way.",
            advice="Serve it by https (docs/access.md), and say so in MCF_PUBLIC_URL.",
        )
    return Finding("way back", ok=True, detail=f"{back} must be allowed at the provider.")


def _asked(client: httpx.Client, settings: Settings, provider: Provider) -> Iterator[Finding]:
    answer = client.get(f"{provider.issuer}/.well-known/openid-configuration")
    metadata = _json(answer)
    if metadata is None:
        yield Finding(
            "discovery",
            ok=False,
            detail=f"{provider.issuer} answers {answer.status_code}, and not as a provider does.",
            advice="MCF_OIDC_ISSUER is the address before /.well-known/openid-configuration.",
        )
        return
    issuer = metadata.get("issuer")
    same = isinstance(issuer, str) and issuer.rstrip("/") == provider.issuer
    yield Finding(
        "discovery",
        ok=same,
        detail=f"the provider calls itself {issuer}",
        advice=None if same else "Set MCF_OIDC_ISSUER to that, letter for letter.",
    )
    yield _endpoints(metadata)
    yield _proof_key(metadata)
    yield _sign_out(metadata)
    yield _clock(answer)
    if all(isinstance(metadata.get(name), str) for name in _NEEDED):
        yield _client(client, settings, provider, str(metadata["authorization_endpoint"]))


def _json(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        content = answer.json() if answer.is_success else None
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _endpoints(metadata: dict[str, Any]) -> Finding:
    missing = [name for name in _NEEDED if not isinstance(metadata.get(name), str)]
    if missing:
        return Finding(
            "addresses",
            ok=False,
            detail=f"the provider tells no {', no '.join(missing)}.",
            advice="It isn't one of OpenID Connect's; ask who looks after it.",
        )
    plain = [name for name in _NEEDED if not _is_safe(metadata[name])]
    return Finding(
        "addresses",
        ok=not plain,
        detail=f"{', '.join(plain)} without https" if plain else "all by https or on this machine",
        advice="Have the provider serve them by https." if plain else None,
    )


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def _proof_key(metadata: dict[str, Any]) -> Finding:
    offered = metadata.get("code_challenge_methods_supported") or []
    if "S256" in offered:
        return Finding("PKCE", ok=True, detail="S256 is used.")
    return Finding(
        "PKCE",
        ok=True,
        detail="the provider doesn't offer S256, so it isn't used.",
        advice="Switch it on at the provider if you can; the client's secret protects the code.",
        is_warning=True,
    )


def _sign_out(metadata: dict[str, Any]) -> Finding:
    if metadata.get("end_session_endpoint"):
        return Finding("signing out", ok=True, detail="ends the session at the provider too.")
    return Finding(
        "signing out",
        ok=True,
        detail="ends the session here; the provider offers no way to end its own.",
        is_warning=True,
    )


def _clock(answer: httpx.Response) -> Finding:
    try:
        told = parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError):
        return Finding("clock", ok=True, detail="the provider tells no time.", is_warning=True)
    there = told if told.tzinfo is not None else told.replace(tzinfo=UTC)
    apart = abs((datetime.now(UTC) - there).total_seconds())
    return Finding(
        "clock",
        ok=apart < _SKEW,
        detail=f"differs from the provider's by {apart:.0f} s",
        advice=None if apart < _SKEW else "Set this machine's clock, best by NTP.",
    )


def _client(client: httpx.Client, settings: Settings, provider: Provider, endpoint: str) -> Finding:
    """Whether the provider knows the client and the way back; some say so on their page only."""
    back = f"{settings.public_url or 'http://127.0.0.1:8501'}/oauth2callback"
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": "openid email profile",
        "state": "check",
        "nonce": "check",
    }
    answer = client.get(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}")
    refused = answer.is_client_error or "error=" in answer.headers.get("location", "")
    return Finding(
        "client",
        ok=not refused,
        detail=f"the provider answers {answer.status_code}"
        + (", so it doesn't know the client or the way back." if refused else "."),
        advice=f"Check MCF_OIDC_CLIENT_ID, and allow {back} at the provider." if refused else None,
    )
