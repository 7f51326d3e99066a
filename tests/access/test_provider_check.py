"""What can be said of a provider without signing in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from mcf.access.provider_check import Finding, check
from mcf.access_settings import access_settings
from mcf.settings import Settings
from tests.providers import ENVIRON, ISSUER

METADATA: dict[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
    "end_session_endpoint": f"{ISSUER}/logout",
    "code_challenge_methods_supported": ["S256"],
}


@pytest.fixture
def signing_in(settings: Settings) -> Settings:
    """Settings of a program at which people sign in."""
    access = access_settings(ENVIRON)
    return replace(settings, access=access, public_url="https://desk.example.com")


def findings(
    settings: Settings,
    answer: httpx.Response | None = None,
    client: httpx.Response | None = None,
    **changed: Any,
) -> dict[str, Finding]:
    """All that is found, by name, where the provider answers like this."""
    answer = answer or httpx.Response(200, json=METADATA | changed, headers=now())

    def asked(request: httpx.Request) -> httpx.Response:
        is_client = request.url.path == "/authorize"
        return (client or httpx.Response(302)) if is_client else answer

    return {it.name: it for it in check(settings, httpx.MockTransport(asked))}


def now(**later: float) -> Mapping[str, str]:
    return {"date": format_datetime(datetime.now(UTC) + timedelta(**later), usegmt=True)}


def failed(told: dict[str, Finding]) -> list[str]:
    return [name for name, it in told.items() if not it.ok]


def test_a_provider_as_it_should_be_has_nothing_to_say(signing_in: Settings) -> None:
    told = findings(signing_in)

    assert failed(told) == []
    assert not any(it.is_warning or it.advice for it in told.values())
    assert "https://desk.example.com/oauth2callback" in told["way back"].detail
    assert list(told) == [
        "way back",
        "discovery",
        "addresses",
        "PKCE",
        "signing out",
        "clock",
        "client",
    ]


@pytest.mark.parametrize(
    ("changed", "name", "word"),
    [
        ({"issuer": "https://other.example.com"}, "discovery", "other.example.com"),
        ({"issuer": None}, "discovery", "None"),
        ({"token_endpoint": None}, "addresses", "tells no token_endpoint"),
        ({"jwks_uri": "http://login.example.com/keys"}, "addresses", "jwks_uri without https"),
    ],
)
def test_what_is_wrong_with_discovery_is_named(
    signing_in: Settings, changed: dict[str, Any], name: str, word: str
) -> None:
    told = findings(signing_in, **changed)

    assert failed(told) == [name]
    assert word in told[name].detail
    assert told[name].advice


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(404), httpx.Response(200, text="<html>"), httpx.Response(200, json=[])],
)
def test_what_is_no_provider_is_told(signing_in: Settings, answer: httpx.Response) -> None:
    told = findings(signing_in, answer)

    assert failed(told) == ["discovery"]
    assert "MCF_OIDC_ISSUER" in str(told["discovery"].advice)


def test_a_provider_that_does_not_answer_is_told(signing_in: Settings) -> None:
    def unreached(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("slow")

    told = {it.name: it for it in check(signing_in, httpx.MockTransport(unreached))}

    assert failed(told) == ["provider"]
    assert "ConnectTimeout" in told["provider"].detail


def test_clocks_that_differ_are_told(signing_in: Settings) -> None:
    answer = httpx.Response(200, json=METADATA, headers=now(minutes=5))

    told = findings(signing_in, answer)

    assert failed(told) == ["clock"]
    assert "NTP" in str(told["clock"].advice)


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_provider_that_tells_no_time_is_well(signing_in: Settings, date: str) -> None:
    answer = httpx.Response(200, json=METADATA, headers={"date": date})

    assert failed(findings(signing_in, answer)) == []


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(400),
        httpx.Response(302, headers={"location": "https://desk.example.com/?error=unknown"}),
    ],
)
def test_a_client_that_the_provider_does_not_know_is_told(
    signing_in: Settings, answer: httpx.Response
) -> None:
    told = findings(signing_in, client=answer)

    assert failed(told) == ["client"]
    assert "MCF_OIDC_CLIENT_ID" in str(told["client"].advice)


def test_what_works_but_less_well_is_a_warning(signing_in: Settings) -> None:
    less = {"code_challenge_methods_supported": None, "end_session_endpoint": None}
    told = findings(replace(signing_in, public_url=None), **less)

    assert failed(told) == []
    assert [name for name, it in told.items() if it.is_warning] == [
        "way back",
        "PKCE",
        "signing out",
    ]


def test_a_way_back_without_https_is_refused(signing_in: Settings) -> None:
    told = findings(replace(signing_in, public_url="http://desk.example.com"))

    assert failed(told) == ["way back"]


def test_without_a_provider_it_says_who_is_let_in(settings: Settings) -> None:
    (closed,) = check(settings)
    is_open = replace(settings, access=access_settings({"MCF_ACCESS": "open"}))
    (opened,) = check(is_open)

    assert (closed.ok, opened.ok) == (False, True)
    assert "MCF_OIDC_ISSUER" in str(closed.advice)
