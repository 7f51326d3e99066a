"""Whether anybody is let in at all, and what Streamlit needs so that people can sign in.

What Streamlit does by itself: its cookie lives for 30 days, isn't `Secure`, and nobody looks at the
age of what it says; who somebody is may be told by any header that `server.trustedUserHeaders`
names.
"""

from __future__ import annotations

import hmac
import logging
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st
from streamlit import config
from streamlit.runtime.secrets import SecretsValue, secrets_singleton

from mcf.errors import SettingsError
from mcf.public_url import LOOPBACK
from mcf.settings import Settings

log = logging.getLogger(f"mcf.{__name__}")
CALLBACK = "oauth2callback"
"""The last word of the address to which a provider sends people back."""


def settings() -> Settings | None:
    """What is set up; None if that is wrong, which the page itself explains on this machine."""
    try:
        return Settings.from_env()
    except SettingsError:
        return None


def prepare(given: Settings | None) -> dict[str, SecretsValue]:
    """What Streamlit needs to know of the provider, which stays in memory; empty without one.

    The key that cookies are signed with is made from the client's secret and what else names this
    program, so that several dashboards with the same settings have the same, and none is kept.
    """
    if given is None or given.access.provider is None:
        return {}
    provider = given.access.provider
    secret = provider.client_secret.get_secret_value()
    named = f"mcf-desk cookies\n{provider.issuer}\n{provider.client_id}\n{origin(given)}"
    key = hmac.new(secret.encode(), named.encode(), sha256).hexdigest()
    # Also that of the cookie which is there while somebody signs in.
    config.set_option("server.cookieSecret", key)
    return {
        "auth": {
            "redirect_uri": f"{address(given)}/{CALLBACK}",
            "cookie_secret": key,
            "client_id": provider.client_id,
            "client_secret": secret,
            "server_metadata_url": f"{provider.issuer}/.well-known/openid-configuration",
        }
    }


def address(given: Settings) -> str:
    """Where people reach the dashboard, without a slash at its end."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    here = f"http://127.0.0.1:{st.get_option('server.port')}{base and '/'}{base}"
    return given.public_url or here


def origin(given: Settings) -> str:
    """The scheme, name and port of that."""
    parts = urlsplit(address(given))
    return f"{parts.scheme}://{parts.netloc}"


def is_secure(given: Settings) -> bool:
    """Whether browsers reach it by https."""
    return address(given).startswith("https:")


def closed(given: Settings | None) -> tuple[str, str] | None:
    """Why nobody is let in, as a title and what to do; None if somebody may be. It's logged."""
    why = _closed(given)
    if why is not None:
        log.error("%s: %s", *why)
    return why


def _closed(given: Settings | None) -> tuple[str, str] | None:
    bound_here = is_this_machine(st.get_option("server.address"))
    if given is None:
        return None if bound_here else ("MCF Desk isn't set up yet", _WRONG)
    if given.access.provider is not None:
        return _unsafe(given, bound_here=bound_here)
    if secrets_singleton.load_if_toml_exists() and "auth" in secrets_singleton:
        return "Signing in is set up in a way that knows no roles", _OWN_SECRETS
    public = urlsplit(given.public_url or "").hostname
    names = [*(st.get_option("server.allowedHosts") or []), *([public] if public else [])]
    if given.access.is_open or (bound_here and all(map(is_this_machine, names))):
        return None
    return OUTSIDE


def _unsafe(given: Settings, *, bound_here: bool) -> tuple[str, str] | None:
    """What makes signing in worth nothing or impossible."""
    title = "Signing in wouldn't be safe like this"
    if st.get_option("server.trustedUserHeaders"):
        return title, "Unset server.trustedUserHeaders: any caller could say who they are."
    if not st.get_option("server.enableXsrfProtection"):
        return title, "Leave server.enableXsrfProtection on: other pages could act as a visitor."
    if st.get_option("server.enableAgentApi"):
        return title, "Unset server.enableAgentApi: nobody signs in there."
    if given.public_url is None and not bound_here:
        return "People can't come back from the provider", (
            "Set MCF_PUBLIC_URL to the address at which they reach this dashboard, "
            "like https://desk.example.com."
        )
    name = urlsplit(given.public_url or "").hostname
    if not is_secure(given) and name is not None and not is_this_machine(name):
        return title, "Serve it by https, and say so in MCF_PUBLIC_URL: docs/access.md tells how."
    return None


def is_this_machine(name: str | None) -> bool:
    """Whether only this machine can reach what is bound to that name or address."""
    if not name:
        return False
    try:
        return name.lower() in LOOPBACK or ip_address(name).is_loopback
    except ValueError:
        return False


_WRONG = "Run `python -m mcf check` on its machine: it says which variable is wrong."
_OWN_SECRETS = (
    "It reads MCF_OIDC_ISSUER, MCF_OIDC_CLIENT_ID and MCF_OIDC_CLIENT_SECRET. Set these, and take "
    "[auth] out of .streamlit/secrets.toml: docs/access.md tells how."
)
OUTSIDE = (
    "Nobody signs in here, so nobody is let in",
    (
        "Other machines may reach this program, and whoever does could see buyers' addresses and "
        "ship stock. Set up signing in (docs/access.md); or start it with --server.address "
        "127.0.0.1, and without MCF_PUBLIC_URL and STREAMLIT_SERVER_ALLOWED_HOSTS; or, if "
        "something before it lets in only whom you trust, set MCF_ACCESS=open."
    ),
)
"""What is said where others reach it though nobody signs in."""
