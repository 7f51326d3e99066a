"""Who may ask: browsers that call the program by a name of its own, and no page but its own."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers
from starlette.types import Scope
from streamlit import config

from mcf.public_url import LOOPBACK

_NAMES = "server.allowedHosts"
_VARIABLE = "STREAMLIT_SERVER_ALLOWED_HOSTS"
_PORTS = {"http": 80, "https": 443}


class _Place(NamedTuple):
    name: str
    port: int | None


def let_in(address: str | None = None) -> None:
    """Has the program answer to 127.0.0.1, localhost and ::1, whatever names it was given.

    And to the name in the address at which people reach it, if one was set up.
    """
    names = _names()
    public = urlsplit(address or "").hostname
    own = LOOPBACK | {public} if public else LOOPBACK
    if names:
        config.set_option(_NAMES, [*names, *sorted(own.difference(names))])


def refusal(scope: Scope) -> str | None:
    """The page that says why somebody isn't let in; None for who is.

    A name that isn't ours was made to lead here by a stranger; so was a question that another page
    asks, also one of another program on this machine.
    """
    headers = Headers(scope=scope)
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    host = _place(f"//{hosts[0]}") if len(hosts) == 1 else None
    if host is None or not _is_ours(host.name):
        return _wrong_name(", ".join(hosts), scope)
    if len(origins) > 1 or not all(_is_own(origin, host) for origin in origins):
        return _wrong_page(", ".join(origins))
    return None


def _names() -> list[str]:
    return [name.strip().lower().rstrip(".") for name in st.get_option(_NAMES) or []]


def _is_ours(name: str) -> bool:
    # No names at all were given where the program was started in a folder without its settings.
    return name in LOOPBACK or any(_matches(name, pattern) for pattern in _names())


def _matches(name: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return name.endswith(pattern[1:])
    return pattern in ("*", name)


def _place(address: str) -> _Place | None:
    """The name and port in an address; None when there's anything odd about it."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.hostname is None or "@" in parts.netloc or parts.path or parts.query:
        return None
    return _Place(parts.hostname.rstrip("."), port)


def _is_own(origin: str, host: _Place) -> bool:
    """Whether a page of this origin is one of the program that was asked under this host."""
    page = _place(origin)
    usual = _PORTS.get(origin.partition(":")[0])
    if page is None or usual is None:
        return False
    if page.name != host.name:
        # A proxy before the program may ask it by another name than the browser does.
        return page.name not in LOOPBACK and _is_named(page.name, origin)
    if host.port is None and host.name not in LOOPBACK:
        # Or by the name without the port.
        return True
    return (page.port or usual) == (host.port or usual)


def _is_named(name: str, origin: str) -> bool:
    """Whether a name was given to the program, or its pages' origin allowed, by who serves it."""
    named: Iterable[str] = (*_names(), str(st.get_option("browser.serverAddress") or "").lower())
    allowed = st.get_option("server.corsAllowedOrigins") or []
    given = [pattern for pattern in named if pattern not in ("", "*")]
    return any(_matches(name, pattern) for pattern in given) or origin in allowed


def _wrong_name(host: str, scope: Scope) -> str:
    server = scope.get("server") or ("127.0.0.1", None)
    here = f"http://127.0.0.1:{server[1]}" if server[1] else "http://127.0.0.1"
    asked = escape(host) or "no name at all"
    return page(
        "MCF Desk isn't served under this name",
        f"The browser asked for <b>{asked}</b>. On the machine that it runs on it's "
        f"<a href='{here}'>{here}</a>. To serve it under other names too, start it with "
        f"<code>{_VARIABLE}</code> set to all of them, with blanks between, like "
        "<code>desk.example.com other.example.com</code>.",
    )


def _wrong_page(origin: str) -> str:
    return page(
        "MCF Desk answers its own pages only",
        f"A page of <b>{escape(origin)}</b> asked. If that's the address under which you serve it, "
        f"add its name to <code>{_VARIABLE}</code>, and have the proxy before it pass on the name "
        "and the port that the browser asks for.",
    )


def page(title: str, text: str) -> str:
    """A page of one sentence, in HTML."""
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title>"
        f"<body><h1>{title}</h1><p>{text}</p></body></html>"
    )
