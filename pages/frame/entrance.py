"""The HTML that a browser gets first, at each page's own address."""

from __future__ import annotations

from importlib.resources import files

import streamlit as st
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from pages.parts import places

_WHERE_THE_SERVER_IS = (
    "<script>window.__streamlit = {BACKEND_BASE_URL: new URL('.', location.href).href}</script>"
)


def routes() -> list[Route]:
    """Streamlit's own HTML, told where the server is, for the pages that have a name.

    Without it a browser looks for the server below the page's address first, and above it only
    when it has been told twice that nothing is there, and has waited. The page without a name is
    where the browser looks.
    """
    html = files("streamlit").joinpath("static/index.html").read_text(encoding="utf-8")
    told = html.replace("</title>", f"</title>{_WHERE_THE_SERVER_IS}", 1)
    base = (st.get_option("server.baseUrlPath") or "").strip("/")

    def entrance(_: object) -> Response:
        return HTMLResponse(told, headers={"Cache-Control": "no-cache"})

    return [Route(f"{base and '/'}{base}/{name}", entrance) for name in places.ADDRESSES.values()]
