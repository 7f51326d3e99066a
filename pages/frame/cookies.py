"""Streamlit's cookies on their way: `Secure`, bound to this host, and no older than a session."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import Message, Scope
from streamlit.auth_util import get_cookie_with_chunks, get_signing_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import (
    AUTH_COOKIE_MAX_AGE_SECONDS,
    SESSION_COOKIE_NAME,
    USER_COOKIE_NAME,
)


def claims(scope: Scope, origin: str) -> dict[str, Any]:
    """What the signed cookie says of who asks; empty for a forged one or another program's."""
    cookies: dict[str, str] = {}
    for header in Headers(scope=scope).getlist("cookie"):
        cookies |= cookie_parser(header)
    secret = get_signing_secret()

    def signed(name: str) -> bytes | None:
        value = cookies.get(name)
        if value is None:
            return None
        return decode_signed_value(secret, name, value.encode("latin-1", "replace"))

    content = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
    try:
        told = json.loads(content) if content else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) and told.get("origin") == origin else {}


class Wire:
    """How cookies are called and marked between browser and program."""

    def __init__(self, *, is_secure: bool, base: str, seconds: int) -> None:
        self._secure = is_secure
        # A browser takes such a name only with `Secure`, and from no other host.
        prefix = "__Secure-" if base else "__Host-"
        self._prefix = prefix if is_secure else ""
        self._age = f"Max-Age={seconds}"

    def taken(self, scope: Scope) -> Scope:
        """The question with cookies as Streamlit calls them, without those of another host."""
        if not self._prefix:
            return scope
        headers = [
            (name, self._renamed(value) if name == b"cookie" else value)
            for name, value in scope["headers"]
        ]
        return {**scope, "headers": headers}

    def given(self, message: Message) -> None:
        """Marks the cookies that an answer sets."""
        headers = MutableHeaders(scope=message)
        cookies = headers.getlist("set-cookie")
        if not cookies:
            return
        del headers["set-cookie"]
        for cookie in cookies:
            headers.append("set-cookie", self._marked(cookie))

    def _renamed(self, header: bytes) -> bytes:
        kept = []
        for part in header.split(b";"):
            name, _, value = part.strip().partition(b"=")
            bare = name.removeprefix(self._prefix.encode())
            if not _is_private(bare.decode("latin-1")):
                kept.append(part.strip())
            elif bare != name:
                kept.append(bare + b"=" + value)
        return b"; ".join(kept)

    def _marked(self, cookie: str) -> str:
        name = cookie.partition("=")[0]
        marked = cookie.replace(f"Max-Age={AUTH_COOKIE_MAX_AGE_SECONDS}", self._age)
        if self._secure and "secure" not in _flags(cookie):
            marked += "; Secure"
        return self._prefix + marked if _is_private(name) else marked


def _flags(cookie: str) -> Iterable[str]:
    return [part.strip().lower() for part in cookie.split(";")[1:]]


def _is_private(name: str) -> bool:
    """Whether the cookie says who somebody is; the one against forgery is read by scripts."""
    return name.startswith(USER_COOKIE_NAME) or name == SESSION_COOKIE_NAME
