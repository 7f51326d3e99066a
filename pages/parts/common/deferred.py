"""What is slow to load is drawn when what a seller looks for first is on the screen.

A browser needs half a second for the code of all the widgets around a table, and another second for
Plotly, and shows nothing else meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from pages.parts.common import session

AROUND = "around"
"""What stands around the table of a page."""
BELOW = "pictures"
"""What stands below the tables of a page."""
_MOMENTS = {AROUND: 0.9, BELOW: 0.8}
"""Seconds."""


def draw(name: str, part: Callable[[], None]) -> None:
    """Draws it a moment after the page; with the page when the browser has loaded it before."""
    if session.is_due(name):
        part()
    else:
        wait(name)


def is_due(name: str) -> bool:
    """Whether it may be drawn with the page: that was drawn before, or its address asks for it."""
    return session.is_due(name) or bool(session.address())


def wait(name: str) -> None:
    """Keeps the place of what comes a moment later, and draws the page again then."""
    st.fragment(_wait, run_every=_MOMENTS[name])(name)


def skip(name: str) -> None:
    """Draws the page again at once, with all that was to come a moment later."""
    session.comes_due(name)
    st.rerun()


def hold_place(name: str, heights: Mapping[int, int]) -> None:
    """Keeps a place empty, so that a table below it doesn't move when it's filled.

    `heights` are in pixels by the width of the page from which on they hold, narrow ones first.
    """
    rules = "".join(
        f"@media (min-width: {width}px) {{ .hold-{name} {{ height: {height}px; }} }}"
        for width, height in heights.items()
    )
    st.html(f'<style>{rules}</style><div class="hold-{name}"></div>')


def _wait(name: str) -> None:
    if session.comes_due(name):
        session.redraw()
    st.skeleton(height=300)
