"""The board of deadlines: what ends when, and how long claims are taken."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from mcf.access.roles import Permission
from mcf.files import headings
from mcf.service import MCFService
from mcf.tracking import lifecycle
from mcf.tracking.lifecycle import CLOSED_FOR, ClaimRule, DeadlineKind
from pages.parts.common import chips, downloads, labels, messages, rights, session, tables
from pages.parts.common.tables import Row, rows


def draw_today(service: MCFService) -> None:
    """How many deadlines end today, and the way to the board; nothing when none does."""
    deadlines, now = service.tracking.claims.deadlines(), service.now()
    left, over = lifecycle.today(deadlines, now, session.zone())
    parts = [
        *([f"**{messages.many(left, 'deadline')}** today"] if left else []),
        *([f"{over:,} passed in the last {CLOSED_FOR.days} days"] if over else []),
    ]
    if parts:
        st.button(
            ", ".join(parts),
            icon=":material/alarm:",
            key="deadlines_today",
            on_click=session.show_deadlines,
        )


def draw(service: MCFService) -> None:
    """All deadlines, the soonest first; a click on one opens its order."""
    deadlines, now = service.tracking.claims.deadlines(), service.now()
    asked = session.asked("deadline")
    chosen = asked if asked is not None and asked in [*DeadlineKind] else chips.ALL
    _kinds(deadlines, chosen)
    mine = deadlines if chosen == chips.ALL else deadlines[deadlines["kind"] == chosen]
    if mine.empty:
        st.info("Nothing ends soon.", icon=":material/event_available:")
    else:
        words = headings.DEADLINES
        _table(mine.assign(left=[_left(row, now) for row in rows(mine)]))
        downloads.draw(service, lambda: words.ordered(mine), "deadlines", words)
    _rules(service)


def _kinds(deadlines: pd.DataFrame, chosen: str) -> None:
    counts = deadlines["kind"].value_counts()
    mine = {kind.value: int(counts.get(kind.value, 0)) for kind in DeadlineKind}
    chips.draw(
        "What ends", "deadline_kinds", {chips.ALL: len(deadlines), **mine}, chosen,
        asks="deadline", default=chips.ALL,
    )  # fmt: skip


def _left(row: Row, now: datetime) -> str:
    opens, ends = row["opens"], row["due"]
    if not labels.is_missing(opens) and opens > now:
        return f"opens in {messages.age(opens - now)}"
    if labels.is_missing(ends):
        return "open; its end isn't known"
    left: timedelta = ends - now
    return f"{messages.age(left)} left" if left > timedelta() else f"over for {messages.age(-left)}"


def _table(deadlines: pd.DataFrame) -> None:
    zone, ids = str(session.zone()), deadlines["seller_fulfillment_order_id"].tolist()
    moment = "ddd D MMM, HH:mm"
    columns = {
        "displayable_order_id": tables.opening("Order", "order", ids),
        "due": st.column_config.DatetimeColumn("Until", format=moment, timezone=zone, width=110),
        "what": st.column_config.TextColumn("Why", width=300),
        "kind": st.column_config.TextColumn("What"),
        "left": st.column_config.TextColumn("Time"),
        "opens": st.column_config.DatetimeColumn("From", format=moment, timezone=zone),
    }
    st.dataframe(
        deadlines[list(columns)],
        hide_index=True,
        height=min(36 * (len(deadlines) + 1) + 3, 640),
        column_config=columns,
        key=f"deadlines-{hash(tuple(ids))}",
        placeholder="-",
        alt="Deadlines, the soonest first",
    )
    count = messages.many(len(deadlines), "deadline")
    st.caption(f"{count}. Times are in {zone}. Click one for its order.")


def _rules(service: MCFService) -> None:
    rule = service.tracking.claims.rule()
    with st.expander("How long claims are taken", icon=":material/gavel:"):
        st.caption(
            "A claim for a lost parcel is taken from some days after the promised arrival on, and "
            "not for ever. Amazon's rules differ by country and change: set here what holds for "
            f"{service.settings.marketplace.name}."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            opens = st.number_input("From day", 0, 365, rule.opens, key="claim_opens", width=160)
            closes = st.number_input(
                "Until day", 1, 730, rule.closes, key="claim_closes", width=160,
                placeholder="not known",
            )  # fmt: skip
            typed = ClaimRule(int(opens), None if closes is None else int(closes))
            rights.button(
                service,
                Permission.SETTINGS,
                "Save",
                key="claim_save",
                on_click=_save,
                args=(service, typed),
                disabled=not typed.is_possible,
            )
        if not typed.is_possible:
            st.caption(":red[The end must come after the beginning.]")


def _save(service: MCFService, rule: ClaimRule) -> None:
    service.tracking.claims.set_rule(rule)
    session.tell("success", "The board counts with it from now on.")
