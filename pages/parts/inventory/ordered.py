"""What was ordered of suppliers: what is still coming, what is late, what became of the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from mcf.access.roles import Permission
from mcf.errors import MCFError
from mcf.files import headings
from mcf.inventory.history import EPOCH, date_of
from mcf.inventory.purchases import Key, LineState, Standing
from mcf.service import MCFService
from pages.parts.common import downloads, labels, messages, rights, session
from pages.parts.common.paging import Matches

_NAMED = 10
_MARKED = "marked"
_MOST = 1000
"""Lines in the table at most, the newest; a file has them all."""


def draw(service: MCFService, matches: Matches) -> None:
    """The ordered lines of the SKUs that are found, and what can be said of them."""
    lines = service.stock.review.ordered()
    if lines.empty:
        st.info(
            "Nothing was marked as ordered yet. Tick what you order under To order.",
            icon=":material/inbox:",
        )
        return
    _draw_lost(lines)
    _draw_undo(service)
    if matches.keep is not None:
        lines = lines[lines["seller_sku"].isin(matches.frame()["seller_sku"])]
    is_open = lines["standing"].isin([each.value for each in Standing if each.is_open])
    ended = int((~is_open).sum())
    session.put("ended", session.asked("ended") == "True")
    all_ = bool(ended) and st.toggle(
        f"Also {messages.many(ended, 'line that', 'lines that')} came or won't",
        key="ended",
        on_change=session.asks,
        args=("ended", False),
    )
    shown = _as_shown(lines if all_ else lines[is_open])
    if shown.empty:
        st.info("Nothing that was ordered is still to come.", icon=":material/check_circle:")
        return
    some = shown.head(_MOST)
    event = st.dataframe(
        some,
        hide_index=True,
        key=session.table_key(f"ordered-{hash((*some['seller_sku'], *some['number']))}"),
        column_order=list(_CONFIG),
        column_config=_CONFIG,
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="-",
        height=min(36 * (len(some) + 1) + 3, 520),
        alt="Lines that were ordered",
    )
    chosen = some.iloc[[row for row in event.selection.rows if row < len(some)]]
    _draw_actions(service, chosen)
    st.caption(
        "A line counts as coming until Amazon shows nine tenths of its units as inbound. One that "
        "is late is expected after as many days again, and then no longer counts."
    )
    downloads.draw(service, lambda: shown.drop(columns="number"), "ordered", headings.ORDERED)


def _draw_lost(lines: pd.DataFrame) -> None:
    """Names what never came."""
    lost = lines[lines["standing"] == Standing.NEVER_CAME]
    if len(lost):
        names = [
            f"{labels.plain(line['seller_sku'])} ({line['units']:,} of "
            f"{date_of(line['ordered_day']):%d %b %Y})"
            for line in lost.head(_NAMED).to_dict("records")
        ]
        more = f" and {len(lost) - _NAMED:,} more" if len(lost) > _NAMED else ""
        st.warning(
            f"**{messages.many(len(lost), 'line')} never came, as far as Amazon shows, and no "
            f"longer {'counts' if len(lost) == 1 else 'count'} as coming:** {', '.join(names)}"
            f"{more}. Say when it comes, that it came, or cancel it.",
            icon=":material/help:",
        )


def _as_shown(lines: pd.DataFrame) -> pd.DataFrame:
    days: dict[str, Any] = {
        name: [None if pd.isna(day) else date_of(int(day)) for day in lines[f"{name}_day"]]
        for name in ("ordered", "expected", "arrived")
    }
    cost = lines["units"] * lines["unit_cost"]
    return lines.assign(**days, cost=cost)[["number", *_CONFIG]].reset_index(drop=True)


def _draw_actions(service: MCFService, chosen: pd.DataFrame) -> None:
    """What can be said of the lines that are chosen."""
    keys = [*zip(chosen["seller_sku"], chosen["number"].astype(int), strict=True)]
    is_open = [Standing(state).is_open for state in chosen["standing"]]
    one = messages.many(len(keys), "line")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if not keys:
            st.caption("Choose lines to say that they came, come on another day, or won't come.")
            return
        if all(is_open):
            today = service.now().date()
            day = st.date_input("Day", today, key="line_day", format="YYYY-MM-DD", width=150)
            _button(service, f"{one} came on that day", "came", chosen, LineState.ARRIVED, day)
            rights.button(
                service,
                Permission.PLAN,
                "Expected on that day",
                icon=":material/event:",
                key="line_expected",
                on_click=_expect,
                args=(service, keys, day),
            )
            _button(service, f"Cancel {one}", "cancel", chosen, LineState.CANCELLED, None)
        elif not any(is_open):
            _button(service, f"{one} still to come", "reopen", chosen, LineState.OPEN, None)
        else:
            st.caption("Choose lines that are to come, or lines that aren't, not both.")


_ICONS = {"came": ":material/inventory:", "cancel": ":material/cancel:",
          "reopen": ":material/undo:"}  # fmt: skip


def _button(
    service: MCFService,
    label: str,
    name: str,
    chosen: pd.DataFrame,
    state: LineState,
    day: Any,
) -> None:
    rights.button(
        service,
        Permission.PLAN,
        label,
        icon=_ICONS[name],
        key=f"line_{name}",
        on_click=_mark,
        args=(service, chosen, state, day),
    )


def _number(day: date) -> int:
    return (day - EPOCH).days


def _expect(service: MCFService, keys: list[Key], day: date) -> None:
    purchases = service.stock.review.purchases
    _said(lambda: purchases.expect(keys, _number(day)), f"Expected on {day:%d %b %Y}.")


def _mark(service: MCFService, chosen: pd.DataFrame, state: LineState, day: date | None) -> None:
    before = [
        ((line["seller_sku"], int(line["number"])), _state(line["standing"]), line["arrived"])
        for line in chosen.to_dict("records")
    ]
    keys = [key for key, _, _ in before]
    when = None if day is None else _number(day)
    purchases = service.stock.review.purchases
    said = _said(lambda: purchases.mark(keys, state, when), _DONE[state])
    if said:
        session.can_undo(_MARKED, before)
        session.clear_selections()


_DONE = {
    LineState.ARRIVED: "Noted that it came.",
    LineState.CANCELLED: "Cancelled: it no longer counts as coming.",
    LineState.OPEN: "It's to come again.",
}


def _state(standing: str) -> LineState:
    if Standing(standing).is_open:
        return LineState.OPEN
    return LineState.ARRIVED if standing == Standing.ARRIVED else LineState.CANCELLED


def _draw_undo(service: MCFService) -> None:
    before = session.to_undo(_MARKED)
    if before:
        rights.button(
            service,
            Permission.PLAN,
            "Undo the last change",
            icon=":material/undo:",
            key="undo_mark",
            on_click=_undo,
            args=(service, before),
        )


def _undo(service: MCFService, before: list[tuple[Key, LineState, date | None]]) -> None:
    purchases = service.stock.review.purchases

    def back() -> None:
        for key, state, day in before:
            purchases.mark([key], state, None if pd.isna(day) or day is None else _number(day))

    if _said(back, "It's as it was."):
        session.can_undo(_MARKED, None)


def _said(do: Callable[[], object], done: str) -> bool:
    try:
        do()
    except MCFError as error:
        session.tell("error", messages.refusal(error))
        return False
    session.tell("success", done)
    return True


_CONFIG: dict[str, Any] = {
    "seller_sku": st.column_config.TextColumn("SKU", pinned=True),
    "standing": st.column_config.TextColumn("Status"),
    "units": st.column_config.NumberColumn("Units", format="localized", width="small"),
    "announced": st.column_config.NumberColumn(
        "At Amazon", format="localized", width="small",
        help="Units that Amazon has shown as inbound since the order.",
    ),
    "waiting": st.column_config.NumberColumn(
        "Still coming", format="localized", width="small",
        help="Units that count as coming besides what Amazon shows.",
    ),
    "ordered": st.column_config.DateColumn("Ordered on", format="D MMM YYYY", width=115),
    "expected": st.column_config.DateColumn("Expected", format="D MMM YYYY", width=115),
    "arrived": st.column_config.DateColumn("Came on", format="D MMM YYYY", width=115),
    "supplier": st.column_config.TextColumn("Supplier"),
    "cost": st.column_config.NumberColumn("Cost", format="%.2f", width="small"),
}  # fmt: skip
