"""Filters as buttons with a count each: one of them is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st


def draw(
    label: str,
    key: str,
    on_click: Callable[..., None],
    args: tuple[Any, ...],
    *,
    is_chosen: bool,
    icon: str | None = None,
    meaning: str | None = None,
) -> None:
    """A filter; the chosen one is marked by its colour and its icon, so that either tells."""
    st.button(
        f":primary[{label}]" if is_chosen else label,
        key=key,
        icon=":material/check_circle:" if is_chosen else icon,
        help=meaning,
        on_click=on_click,
        args=args,
    )
