"""Times, ages and states in words; boxes for what went wrong or isn't there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from mcf.amazon import labels
from mcf.amazon.models.base import Money
from mcf.errors import InvalidInput, MCFError, Throttled
from mcf.store.database import utc_now
from mcf.store.states import RunState, Subject
from mcf.sync.freshness import Freshness
from mcf.sync.progress import Progress
from mcf.wording import many as many
from pages.parts.common import session
from pages.parts.common.labels import plain

WHAT = {Subject.INVENTORY: "Stock", Subject.ORDERS: "Orders", Subject.TRACKING: "Parcels"}
"""What is read from Amazon, in the seller's words."""
NOT_KNOWN = "not known yet"


def when(moment: datetime | None) -> str:
    """A moment in the visitor's zone, like "Sun 22 Nov, 18:04"; says so when it isn't known."""
    if moment is None or pd.isna(moment):
        return NOT_KNOWN
    return f"{session.local(moment):%a %d %b, %H:%M}"


def day(moment: datetime | None) -> str:
    """A day in the visitor's zone, like "Sun 22 Nov"."""
    if moment is None or pd.isna(moment):
        return NOT_KNOWN
    return f"{session.local(moment):%a %d %b}"


def days(first: datetime, last: datetime) -> str:
    """A range of days, like "Tue 24 Nov to Thu 26 Nov", or the one day that it is."""
    return day(first) if day(first) == day(last) else f"{day(first)} to {day(last)}"


def age(span: timedelta) -> str:
    """A span in its largest unit, like "3 minutes"."""
    seconds = max(int(span.total_seconds()), 0)
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            return many(seconds // size, unit)
    return many(seconds, "second")


def money(amount: Money | None) -> str:
    """An amount, like "7.90 USD"; Amazon's silence isn't a zero."""
    return f"{amount.value} {amount.currency_code}" if amount else "fee not given by Amazon"


def draw_error(error: MCFError) -> None:
    """What went wrong, what to do, and Amazon's request id and words as it said them."""
    sentence = labels.error_text(error)
    st.error(f"**{plain(sentence)}**\n\n{error.advice}", icon=":material/error:")
    said = [f"Amazon's request id: {plain(error.request_id)}"] if error.request_id else []
    if sentence != error.message and not isinstance(error, InvalidInput):
        said.append(f"Amazon's words: {plain(error.message)}")
    if said:
        st.caption(". ".join(said))


def draw_trouble(error: MCFError) -> None:
    """What went wrong; when Amazon is busy, in how long it's asked again, which happens then."""
    if isinstance(error, Throttled):
        session.busy_for(error.again_in)
        draw_busy()
    else:
        draw_error(error)


@st.fragment(run_every=1)
def draw_busy() -> None:
    """In how long Amazon is asked again; then the page is drawn anew, which asks."""
    left = session.busy_seconds()
    if not left:
        session.redraw()
    st.warning(
        f"**Amazon is busy, trying again in {many(left, 'second')}.** It takes only so many calls "
        "at a time; what you typed stays.",
        icon=":material/hourglass_top:",
    )


def refusal(error: MCFError) -> str:
    """What went wrong and what to do, in two sentences."""
    return f"{labels.error_text(error)} {error.advice}"


def reading(at: Progress) -> str:
    """How far a read from Amazon is: what, calls, rows, pace, time left as far as it's known."""
    parts = [f"Reading {WHAT[at.subject].lower()}: {many(at.rows, 'row')}"]
    if at.total:
        parts.append(f"call {at.done:,} of about {max(at.total, at.done):,}")
    if at.pace:
        parts.append(f"{at.pace:,.0f} a second")
    if at.seconds_left and at.seconds_left >= 1:
        parts.append(f"about {age(timedelta(seconds=at.seconds_left))} left")
    return ", ".join(parts)


def draw_stale(fresh: Freshness, what: str) -> None:
    """Says so when what the page shows is incomplete, or wasn't read yet; else shows nothing."""
    if fresh.message is not None:
        kept = f"What you see is {age(fresh.age)} old." if fresh.age else "None of it is whole yet."
        st.warning(
            f"{_half(fresh, what)} {kept}\n\n"
            f"{plain(labels.spelled(fresh.message))} {fresh.advice or ''}",
            icon=":material/sync_problem:",
        )
    elif fresh.age is None and fresh.rows:
        st.info(f"Reading {what} from Amazon for the first time …", icon=":material/sync:")

    if fresh.gaps.older:
        st.warning(_untold(fresh), icon=":material/help:")
    if fresh.gaps.doubtful:
        st.caption(_doubtful(fresh))


def loading(what: str) -> AbstractContextManager[None]:
    """Says that something is being loaded, when it takes longer than a moment."""
    return st.spinner(f"Loading {what} …")


_NAMED = 5
"""Entries that are named; the others are counted."""


def _untold(fresh: Freshness) -> str:
    """What Amazon lists and doesn't tell, and how old what is shown of it is."""
    older = {key: _as_of(last) for key, last in fresh.gaps.older.items()}
    one, missing = _UNTOLD[fresh.subject]
    return f"Amazon lists {many(len(older), one)} without telling {missing}: {_listed(older)}."


def _doubtful(fresh: Freshness) -> str:
    """Of what Amazon's answers left a part out, or told it in a way that can't be read."""
    doubtful = {key: ", ".join(fields) for key, fields in fresh.gaps.doubtful.items()}
    one, _ = _UNTOLD[fresh.subject]
    counted = many(len(doubtful), one)
    return f"Of {counted} Amazon tells a part not at all or not readably: {_listed(doubtful)}."


def _listed(entries: Mapping[str, str]) -> str:
    names = [f"{plain(key)} ({plain(what)})" for key, what in [*entries.items()][:_NAMED]]
    rest = len(entries) - _NAMED
    return ", ".join(names) + (f" and {rest:,} more" if rest > 0 else "")


_UNTOLD = {
    Subject.INVENTORY: (
        "SKU",
        "all counts, so older ones are shown",
    ),
    Subject.ORDERS: ("order", "more, so units and parcels are unknown or older"),
    Subject.TRACKING: ("parcel", "more, so what is shown is older"),
}


def _as_of(moment: datetime | None) -> str:
    return "never told" if moment is None else f"as of {age(utc_now() - moment)} ago"


def _half(fresh: Freshness, what: str) -> str:
    if fresh.state is RunState.PARTIAL:
        return f"Only a part of {what} could be read."
    return f"The last reading of {what} failed."


def draw_empty(fresh: Freshness, what: str, hint: str) -> None:
    """In place of an empty table: still loading, or really nothing there.

    Shows nothing when no reading was ever whole and the last one failed: `stale_box` tells that.
    """
    if fresh.age is None and fresh.message is None:
        st.info(f"Reading {what} from Amazon …", icon=":material/hourglass_top:")
    elif fresh.age is not None:
        st.info(hint, icon=":material/inbox:")


def draw_notice() -> None:
    """What the last press of a button did, until it's put away or another page is opened."""
    kept = session.notice()
    if kept is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="notice"):
            _box(*kept)
            st.button("OK", key="notice_ok", on_click=session.put_away)


def draw_new_notice(kind: str, text: str) -> None:
    """Tells what a page found out while it's drawn, below the place of notices: there from then on.

    The kinds are those of `session.tell`.
    """
    session.tell(kind, text)
    _box(kind, text)


def _box(kind: str, text: str) -> None:
    boxes = {"success": st.success, "info": st.info, "warning": st.warning, "error": st.error}
    boxes[kind](plain(text))
