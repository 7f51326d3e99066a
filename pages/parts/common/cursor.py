"""Where the cursor goes, and which fields are needed: `pages/frame/focus.js` reads it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def draw_hints(required: Sequence[str], *, into: str = "") -> None:
    """Says which fields are needed, and into which one the cursor goes when this is drawn first."""
    needed = escape(" ".join(required), quote=True)
    st.html(f'<i hidden data-required="{needed}" data-into="{escape(into, quote=True)}"></i>')


def at(widget: str, occasion: str) -> DeltaGenerator:
    """A container that the cursor goes to, once for each occasion, and on into a field."""
    st.html("<style>[class*=st-key-cursor-] { outline: none; }</style>")
    return st.container(key=f"cursor-{occasion}-at-{widget}")
