"""A line of figures that are filters: one is chosen, and what it counts is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.common import labels, session

HEIGHT = 72
"""Pixels that it takes, however many lines a figure has."""
# Streamlit has no figure to choose; a segmented control takes lines when told to keep them.
_STYLE = f"""<style>
.st-key-KEY [role=radiogroup] {{ flex-wrap: nowrap; overflow-x: auto; min-height: {HEIGHT}px; }}
.st-key-KEY button {{ flex: 1 0 auto; height: {HEIGHT}px; padding: 0.25rem 0.9rem;
  justify-content: flex-start; }}
.st-key-KEY button p {{ white-space: pre-line; text-align: left; line-height: 1.4; }}
</style>"""

_ROW = """<style>@media (max-width: 730px) {
.st-key-KEY { flex-wrap: nowrap !important; overflow-x: auto; }
.st-key-KEY > div { flex-shrink: 0; }
}</style>"""


def draw(label: str, key: str, figures: Mapping[str, Sequence[str]], default: str) -> str:
    """Which figure is chosen, also in the page's address; each has up to two lines of words."""
    st.html(_STYLE.replace("KEY", key))
    asked = session.asked(key)
    # An address that Streamlit itself binds would hold the lines, which are others tomorrow.
    session.state()[key] = asked if asked in figures else default
    chosen = st.segmented_control(
        label,
        list(figures),
        format_func=lambda name: "\n".join([f"**{name}**", *map(labels.plain, figures[name])]),
        required=True,
        key=key,
        on_change=_chosen,
        args=(key, default),
        label_visibility="collapsed",
        width="stretch",
    )
    return str(chosen)


def _chosen(key: str, default: str) -> None:
    chosen = session.state()[key]
    session.ask(key, None if chosen == default else chosen)
    session.to_first_page()


def row(key: str) -> DeltaGenerator:
    """A row for tools above a table; on a phone it's one line too, that scrolls sideways."""
    st.html(_ROW.replace("KEY", key))
    return st.container(horizontal=True, vertical_alignment="center", key=key)
