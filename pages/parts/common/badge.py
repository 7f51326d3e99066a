"""A badge in one of the colours that Streamlit knows."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast

import streamlit as st

Colour: TypeAlias = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray", "primary"]


def draw(label: str, colour: str, icon: str | None = None) -> None:
    """Draws a label on a ground of its colour, one of `Colour`, as statuses have it."""
    st.badge(label, color=cast(Colour, colour), icon=icon)
