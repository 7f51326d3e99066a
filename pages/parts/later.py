"""What is slow to load is drawn when what stands before it is on the screen.

A browser that loads Plotly shows nothing else for about a second.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts import session

LATER = "pictures"
"""What stands below the tables of a page."""

_A_MOMENT = 0.8
"""Seconds."""


def later(name: str, draw: Callable[[], None]) -> None:
    """Draws it a moment after the page; with the page when the browser has loaded it before."""
    if session.is_due(name):
        draw()
    else:
        _wait(name)


@st.fragment(run_every=_A_MOMENT)
def _wait(name: str) -> None:
    if session.comes_due(name):
        st.rerun()
    st.skeleton(height=300)
