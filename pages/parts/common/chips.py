"""Filters in one line with a count each: one of them is chosen, and it's in the page's address."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from pages.parts.common import session

ALL = "All"
"""The filter that hides nothing, and isn't in the address."""


def draw(
    label: str,
    key: str,
    counts: Mapping[str, int],
    chosen: str,
    *,
    asks: str,
    default: str,
    urgent: Collection[str] = (),
    words: Mapping[str, str] | None = None,
) -> None:
    """The filters that have something, and the chosen one; on a phone they scroll sideways.

    The choice goes into the address under the name `asks`. Pressed again, a filter lets go, and
    the `default` is chosen. A filter whose name isn't its word on the page has that in `words`.
    """
    words = words or {}
    # What was typed since may have left nothing of the one that is chosen.
    shown = [name for name, count in counts.items() if count or name in (chosen, default)]
    session.state()[key] = chosen if chosen in shown else None
    st.pills(
        label,
        shown,
        format_func=lambda name: _words(
            words.get(name, name), counts[name], is_urgent=name in urgent
        ),
        key=key,
        on_change=_chosen,
        args=(key, asks, default),
        label_visibility="collapsed",
        wrap=False,
    )


def _words(name: str, count: int, *, is_urgent: bool) -> str:
    return f":red[**{count:,}**] {name}" if is_urgent and count else f"**{count:,}** {name}"


def _chosen(key: str, asks: str, default: str) -> None:
    chosen = session.state()[key] or default
    session.ask(asks, None if chosen == ALL else chosen)
    session.to_first_page()
