"""The HTML that a browser gets first, the rules it comes with, and who is let in at all."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.frame import doorkeeper
from pages.parts.common import places

_WHERE_THE_SERVER_IS = (
    "<script>window.__streamlit = {BACKEND_BASE_URL: new URL('.', location.href).href}</script>"
)
_FOCUS = Path(__file__).with_name("focus.js")
"""Moves the cursor and marks fields as a page says: Streamlit has no word for either."""


_AT_ITS_TOP = """<script>{
const push = history.pushState.bind(history)
const subject = () => new URLSearchParams(location.search)
const names = ['open', 'order']
history.pushState = (...entry) => {
    const before = subject()
    push(...entry)
    const now = subject()
    if (names.some(name => before.get(name) !== now.get(name)))
        document.querySelector('[data-testid=stMain]')?.scrollTo(0, 0)
}
}</script>"""
"""What is opened from the middle of a list begins at its top; Streamlit leaves it where it was."""
_STYLE = Path(__file__).with_name("desk.css")
_WIDGETS = (
    "Html", "ButtonGroup", "TextInput", "Selectbox", "Metric", "Button", "PageLink", "Checkbox",
    "DataFrame", "Multiselect", "NumberInput", "TextArea", "DownloadButton", "Pagination",
)  # fmt: skip
"""Files of widgets that a page begins with: fetched only when drawn, they move what's below."""


def routes() -> list[Route]:
    """Streamlit's own HTML for every page, told where the server is, with our styles and scripts.

    Without that a browser looks for the server below the page's address first, and above it only
    when it has been told twice that nothing is there, and has waited.
    """
    html = _html()
    base = (st.get_option("server.baseUrlPath") or "").strip("/")

    def entrance(_: object) -> Response:
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    names = ("", *places.ADDRESSES.values())
    return [Route(f"{base and '/'}{base}/{name}", entrance) for name in names]


def middleware() -> list[Middleware]:
    """What every question passes through, and every answer on its way to the browser."""
    doorkeeper.let_this_machine_in()
    return [Middleware(Guarded, headers=_headers(_html()))]


class Guarded:
    """Refuses strangers, and puts headers on every answer: what a page may do and load."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as the program does, with the headers."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        is_http = scope["type"] == "http"
        refused = doorkeeper.refusal(scope) if is_http or scope["type"] == "websocket" else None
        app = self.app if refused is None else _refused(refused, is_http=is_http)
        await app(scope, receive, guarded if is_http else send)


def _refused(why: str, *, is_http: bool) -> ASGIApp:
    """Says why somebody isn't let in; a connection that stays open is closed before it begins."""

    async def close(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "websocket.close", "code": 1008, "reason": ""})

    return HTMLResponse(why, status_code=403) if is_http else close


def _html() -> str:
    html = files("streamlit").joinpath("static/index.html").read_text(encoding="utf-8")
    style = f"<style>{_STYLE.read_text(encoding='utf-8')}</style>"
    focus = f"<script>{_FOCUS.read_text(encoding='utf-8')}</script>"
    head = f"</title>{_WHERE_THE_SERVER_IS}{_AT_ITS_TOP}{focus}{style}{''.join(_preloads())}"
    return html.replace("</title>", head, 1)


def _preloads() -> Iterable[str]:
    """Has the browser fetch the files of widgets with the page, not when the first is drawn."""
    for file in sorted(files("streamlit").joinpath("static/static/js").iterdir(), key=str):
        if file.name.partition(".")[0] in _WIDGETS:
            yield f'<link rel="modulepreload" crossorigin href="./static/js/{file.name}">'


def _headers(html: str) -> dict[str, str]:
    """The headers: scripts only of the program itself and those in its HTML, no other machine.

    Styles are written by Streamlit's own scripts; the table is drawn by a WebAssembly module.
    """
    scripts = " ".join(_hashes(re.findall(r"<script>(.*?)</script>", html, re.DOTALL)))
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' 'wasm-unsafe-eval' {scripts}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self' data: blob:",
        "worker-src": "'self' blob:",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {of}" for name, of in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _hashes(scripts: Iterable[str]) -> Iterable[str]:
    for script in scripts:
        yield f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
