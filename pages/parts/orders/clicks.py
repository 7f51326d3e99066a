"""Clicks on buttons that belong to what is shown above them.

A click that comes with unfinished typing is made on what was shown before: it does nothing, and
that's said.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from mcf.orders.form import Typed
from pages.parts.common import session


def draw_button(label: str, *, key: str, **look: Any) -> bool:
    """Whether the button was pressed as it's shown now; its key changes with what it belongs to."""
    session.state()[session.CLICKABLE] = True
    pressed = st.button(label, key=key, on_click=_note, args=(key,), **look)
    _arrived(key)
    return pressed


def draw_checkbox(label: str, *, key: str) -> bool:
    """Whether the box is ticked for what is shown now."""
    ticked = st.checkbox(label, key=key, on_change=_note, args=(key,))
    _arrived(key)
    return ticked


def draw_lost(typed: Typed) -> None:
    """Says that a click did nothing, if it came before what is shown now; after all of them.

    A button that is drawn anew while it's held down never tells of the click: that it changed is
    all that can be said then.
    """
    state = session.state()
    before, is_there = state.get(session.SHOWN), state.pop(session.CLICKABLE, False)
    # A speed is chosen by a click of its own, not by typing.
    now = typed.model_copy(update={"speed": ""}).model_dump_json() if is_there else None
    if state.pop(session.CLICKED, None) is not None:
        st.warning(
            "**Your last click did nothing, and nothing was sent.** What you had typed just before "
            "it changed the order. Look it over, and press again.",
            icon=":material/ads_click:",
        )
    elif now and before and now != before:
        st.caption(
            ":material/edit: The order was changed just now. A click that came before sent nothing."
        )
    state[session.SHOWN] = now


def _note(key: str) -> None:
    session.state()[session.CLICKED] = key


def _arrived(key: str) -> None:
    if session.state().get(session.CLICKED) == key:
        session.state().pop(session.CLICKED)
