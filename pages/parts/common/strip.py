"""A line of figures that are filters: one is chosen, and what it counts is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.common import labels, session

HEIGHT = 72
"""Pixels that it takes, however many lines a figure has."""


def place(key: str) -> DeltaGenerator:
    """Where the line of this key is to be drawn, of its height before that too."""
    return st.container(key=f"strip-{key}")


def draw(label: str, key: str, figures: Mapping[str, Sequence[str]], default: str) -> str:
    """Which figure is chosen, also in the page's address; each has up to two lines of words.

    It's drawn in its `place`.
    """
    session.follow(key, figures, default)
    # Streamlit has no figure to choose; by its place's style a segmented control shows lines.
    chosen = st.segmented_control(
        label,
        list(figures),
        format_func=lambda name: "\n".join([f"**{name}**", *map(labels.plain, figures[name])]),
        required=True,
        key=key,
        on_change=session.asks,
        args=(key, default),
        label_visibility="collapsed",
        width="stretch",
    )
    return str(chosen)


def row(key: str) -> DeltaGenerator:
    """A row for tools above a table; on a phone it's one line too, that scrolls sideways."""
    return st.container(horizontal=True, vertical_alignment="center", key=f"tools-{key}")


def actions(key: str) -> DeltaGenerator:
    """A row for what can be done with what a page shows, beside its title.

    On a phone it's a line of its own that scrolls sideways, so that it's as high before its
    buttons are there.
    """
    return st.container(
        horizontal=True, vertical_alignment="center", key=f"tools-of-{key}", width="content"
    )
