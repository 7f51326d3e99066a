"""The HTML that a browser gets first, the rules it comes with, and who is let in at all."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcf.errors import MCFError
from mcf.settings import Settings
from pages.frame import cookies, doorkeeper, gate
from pages.frame.attempts import Attempts, origin
from pages.parts.common import places, session

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


def middleware(given: Settings | None) -> list[Middleware]:
    """What every question passes through, and every answer on its way to the browser."""
    doorkeeper.let_in(given.public_url if given is not None else None)
    return [Middleware(Guarded, headers=_headers(_html()), given=given)]


class Guarded:
    """Refuses strangers, and puts headers on every answer: what a page may do and load."""

    def __init__(
        self, app: ASGIApp, headers: Mapping[str, str], given: Settings | None = None
    ) -> None:
        self.headers = headers
        self._closed = gate.closed(given)
        signs_in = given is not None and given.access.provider is not None
        is_open = given is not None and given.access.is_open
        self._is_local = not signs_in and not is_open
        self.app = SignedIn(app, given) if given is not None and signs_in else app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as the program does, with the headers."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        is_http = scope["type"] == "http"
        app = self.app
        if is_http or scope["type"] == "websocket":
            refused = doorkeeper.refusal(scope) or self._shut(scope)
            if refused is not None:
                app = _refused(refused, is_http=is_http)
        await app(scope, receive, guarded if is_http else send)

    def _shut(self, scope: Scope) -> str | None:
        """The page for everybody, or for who came by an address that isn't this machine's own."""
        server = scope.get("server")
        from_outside = server is not None and not gate.is_this_machine(str(server[0]))
        why = self._closed or (gate.OUTSIDE if self._is_local and from_outside else None)
        return None if why is None else doorkeeper.page(*why)


_AGENTS = "_stcore/agent/"
_FOR_THE_SIGNED_IN = ("media/", "_stcore/upload_file/", "_stcore/metrics")
"""What is served without a page around it: files that pages made or were given."""
_LOGIN, _LOGOUT = "auth/login", "auth/logout"


class SignedIn:
    """What Streamlit leaves open where people sign in: cookies, attempts, files, signing out."""

    def __init__(self, app: ASGIApp, given: Settings) -> None:
        self.app = app
        self._base = str(st.get_option("server.baseUrlPath") or "").strip("/")
        self._home = f"/{self._base}/" if self._base else "/"
        self._origin = gate.origin(given)
        self._wire = cookies.Wire(
            is_secure=gate.is_secure(given),
            base=self._base,
            seconds=int(given.access.session_hours * 3600),
        )
        self._attempts = Attempts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as the program does, for who may have the answer."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope = self._wire.taken(scope)
        path = str(scope["path"]).strip("/").removeprefix(self._base).strip("/") + "/"
        is_login = path == f"{_LOGIN}/"
        usual = _unless_it_fails(self.app, self._home) if is_login else self.app
        app = await self._instead(path, scope) or usual

        async def given(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._wire.given(message)
                if path == f"{gate.CALLBACK}/":
                    _tell_failure(scope, message)
            await send(message)

        await app(scope, receive, given)

    async def _instead(self, path: str, scope: Scope) -> ASGIApp | None:
        """What answers in the program's place; None if it may itself."""
        if path.startswith(_AGENTS):
            return HTMLResponse("Nobody signs in here.", status_code=404)
        if path in (f"{_LOGIN}/", f"{gate.CALLBACK}/"):
            seconds = self._attempts.wait(origin(scope))
            if seconds:
                text = f"Wait {seconds} seconds, then <a href='{self._home}'>sign in</a> again."
                return HTMLResponse(
                    doorkeeper.page("Too many attempts to sign in", text),
                    status_code=429,
                    headers={"Retry-After": str(seconds)},
                )
        if path == f"{_LOGOUT}/":
            await run_in_threadpool(self._sign_out, scope)
        if path.startswith(_FOR_THE_SIGNED_IN) and not await run_in_threadpool(self._is_in, scope):
            text = f"<a href='{self._home}'>Sign in</a> first."
            return HTMLResponse(doorkeeper.page("Sign in to go on", text), status_code=403)
        return None

    def _is_in(self, scope: Scope) -> bool:
        told = cookies.claims(scope, self._origin)
        try:
            return bool(told) and session.admits(told, origin(scope))
        except MCFError:
            return False

    def _sign_out(self, scope: Scope) -> None:
        """Ends the session, so that a copy of its cookie is worth nothing."""
        told = cookies.claims(scope, self._origin)
        if told:
            session.sign_out(told, origin(scope))


def _unless_it_fails(app: ASGIApp, home: str) -> ASGIApp:
    """The way to the provider; or a page that says that it doesn't answer."""
    why = doorkeeper.page(
        "The provider doesn't answer",
        f"Nobody can sign in at the moment; who is signed in stays so. <a href='{home}'>Try "
        "again</a> in a minute. Who looks after this program finds the reason with "
        "<code>python -m mcf access check</code>.",
    )

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        failed = False

        async def told(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start":
                failed = message["status"] >= 400
                if failed:
                    page = HTMLResponse(why, status_code=502)
                    await page(scope, receive, send)
            if not failed:
                await send(message)

        await app(scope, receive, told)

    return answer


def _tell_failure(scope: Scope, message: Message) -> None:
    """Has the page say that a sign-in came to nothing: Streamlit only goes back to it."""
    headers = MutableHeaders(scope=message)
    begins = any(
        cookie.partition("=")[0].endswith("_streamlit_user") and "Max-Age=0" not in cookie
        for cookie in headers.getlist("set-cookie")
    )
    if not begins and b"state=" in scope["query_string"] and "location" in headers:
        headers["location"] += "?sign_in=failed"


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
