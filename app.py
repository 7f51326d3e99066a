"""The program as `streamlit run app.py` serves it.

The frame around the pages is a script of its own, in a folder without a `pages` folder beside it:
Streamlit takes such a folder for its old kind of pages and greets the first deep link after a start
with "Page not found".
"""

from __future__ import annotations

import streamlit as st

from pages.frame import desk, entrance, gate
from pages.parts.common import places

settings = gate.settings()
app = st.App(
    places.FRAME,
    on_script_error=desk.explain,
    secrets=gate.prepare(settings),
    routes=entrance.routes(),
    middleware=entrance.middleware(settings),
)

if __name__ == "__main__":
    desk.draw()
