"""The table of orders: the funnel and the troubles as filters, search, selection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from mcf.amazon.statuses import PackageStatus, Status
from mcf.store.snapshots import Snapshot
from mcf.tracking import lifecycle, standing, trouble
from mcf.tracking.lifecycle import HELD, OVER, Stage, Trouble
from mcf.tracking.standing import Arrival, DueBy, Standing
from mcf.tracking.trouble import Members
from pages.parts.common import chips, labels, paging, palette, session, tables
from pages.parts.common.chips import ALL
from pages.parts.common.paging import Matches, Order

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig

TROUBLED = "In trouble"
_NUMBERS = ("tracking_number", "package_number", "amazon_shipment_id")
_SEARCHED = (
    "seller_fulfillment_order_id",
    "displayable_order_id",
    "recipient",
    "city",
    "state_or_region",
    "contents",
    "carrier",
)
_ANY_TIME = "Any time"
PERIODS = {_ANY_TIME: None, "7 days": 7, "30 days": 30, "90 days": 90}
"""Of which days orders are shown, by when Amazon received them."""
ORDERS = {
    "Newest first": Order("received_date", falling=True),
    "Oldest first": Order("received_date"),
    "Latest change": Order("status_updated_date", falling=True),
    "First to arrive": Order("arrives"),
    "Promised first": Order("due"),
    "Latest news": Order("last_event_at", falling=True),
    "Order": Order("displayable_order_id"),
    "Recipient": Order("recipient"),
}
Groups = Mapping[str, "pd.Series[bool]"]
Texts = Callable[[Snapshot], "pd.Series[str]"]


def groups(orders: Snapshot, members: Members) -> Groups:
    """The orders of each stage, of each trouble and of any, on hold and cancelled, by name.

    `orders` are those of `Standings`, as are the `members` of each trouble.
    """
    troubled = {kind.value: rows for kind, rows in members.items()}
    any_of = np.logical_or.reduce([*troubled.values()])
    some = pd.Series(any_of, index=orders.frame.index, dtype=bool)
    return {**orders.once("stages", lifecycle.stage_groups), TROUBLED: some, **troubled}


def draw_search(texts: Texts, orders: Snapshot, now: datetime) -> Matches:
    """The orders that meet search and period, which live in the page's address.

    `now` is Amazon's; `texts` are what is searched beside the columns.
    """
    session.follow_text("find")
    words = st.text_input(
        "Search",
        key="find",
        placeholder="Order, name, SKU, parcel, carrier, note",
        icon=":material/search:",
        width=320,
        label_visibility="collapsed",
        on_change=session.asks,
        args=("find", ""),
    )
    session.follow("received", PERIODS, _ANY_TIME)
    period = st.selectbox(
        "Received in the last",
        list(PERIODS),
        key="received",
        width=130,
        label_visibility="collapsed",
        on_change=session.asks,
        args=("received", _ANY_TIME),
    )
    matches = _since(Matches(orders), PERIODS[period], now)
    return matches.having(words or "", _SEARCHED, also=texts)


def draw_filters(matches: Matches, troubles: Members) -> Matches:
    """Those of the matches that are at the stage or in the trouble that is chosen.

    What is counted is what would be shown. The troubles stand in a line of their own when one of
    them is chosen, or all.
    """
    members = groups(matches.snapshot, troubles)
    asked = session.asked("show")
    chosen = asked if asked is not None and asked in members else ALL
    is_trouble = chosen == TROUBLED or chosen in [*Trouble]
    counts = {name: len(matches.only(rows)) for name, rows in members.items()}
    counts[ALL] = len(matches)
    first = [ALL, *Stage, TROUBLED, HELD, OVER]
    with st.container(key="funnel"):
        chips.draw(
            "Show", "show_groups", {name: counts[name] for name in first},
            TROUBLED if is_trouble else chosen, asks="show", default=ALL, urgent=[TROUBLED],
        )  # fmt: skip
        if is_trouble:
            chips.draw(
                "In trouble", "show_troubles", {kind.value: counts[kind] for kind in Trouble},
                chosen, asks="show", default=TROUBLED, urgent=[*Trouble],
                words={kind.value: kind.label for kind in Trouble},
            )  # fmt: skip
    return matches if chosen == ALL else matches.only(members[chosen])


def _since(matches: Matches, days: int | None, now: datetime) -> Matches:
    if days is None:
        return matches
    return matches.only(lifecycle.received_within(matches.snapshot.frame, days, now))


def texts(notes: Mapping[str, str]) -> Texts:
    """What is searched of each order beside its columns: its parcels' numbers, and its notes.

    `notes` are those that the seller took, by the order's number.
    """
    noted = tuple(sorted(notes.items()))

    def of(orders: Snapshot) -> pd.Series:
        parcels = orders.beside if orders.beside is not None else pd.DataFrame()
        return orders.once(("texts", noted), lambda frame: _texts(frame, parcels, notes))

    return of


def _texts(orders: pd.DataFrame, parcels: pd.DataFrame, notes: Mapping[str, str]) -> pd.Series:
    texts_of: defaultdict[str, list[str]] = defaultdict(list)
    for order_id, note in notes.items():
        texts_of[order_id].append(note.lower())
    for name in _NUMBERS if len(parcels) else ():
        numbered = parcels[parcels[name].notna()]
        ids, numbers = numbered["seller_fulfillment_order_id"], numbered[name].astype("str")
        for order_id, number in zip(ids.tolist(), numbers.str.lower().tolist(), strict=True):
            texts_of[order_id].append(number)
    joined = [" ".join(texts_of[i]) for i in orders["seller_fulfillment_order_id"].tolist()]
    return pd.Series(joined, index=orders.index, dtype="str")


def file_rows(orders: pd.DataFrame, troubles: Members, now: datetime) -> pd.DataFrame:
    """What the table shows of orders: names masked, days against the promise, fees with currency.

    Days are those where an order goes; `days_late` are counted from the promise to the delivery, or
    to what is expected now.
    """
    mine = {kind: rows.loc[orders.index] for kind, rows in troubles.items()}
    is_promised = orders["due_by"].isin([DueBy.PROMISE.value, DueBy.RELEASE.value])
    return orders.assign(
        trouble=tables.column(orders, _troubles(orders, mine, now)),
        recipient=tables.column(orders, [_masked(name) for name in orders["recipient"]]),
        destination=[
            ", ".join(part for part in parts if isinstance(part, str))
            for parts in zip(orders["city"], orders["state_or_region"], strict=True)
        ],
        promised_day=orders["due_day"].where(is_promised),
        arrives_day=orders["arrives_day"].where(~_has_passed(orders, now)),
        days_late=standing.days_late(orders, now),
        cost=tables.column(orders, [*map(_cost, orders["fee"], orders["fee_currency"])]),
    )[[*_SHOWN]]  # fmt: skip


def _has_passed(orders: pd.DataFrame, now: datetime) -> pd.Series:
    """Of which orders the day of their arrival has passed without it."""
    on_its_way = orders["arrives_by"] != Arrival.DELIVERED.value
    passed: pd.Series = orders["arrives_day"] < standing.today(orders, now)
    return passed & on_its_way


def _troubles(orders: pd.DataFrame, members: Members, now: datetime) -> list[str | None]:
    """The troubles of each order by name; of one on hold until when Amazon waits."""
    holds = lifecycle.hold_runs(orders)
    named = lifecycle.named(orders, members)
    return [
        names or (trouble.held_words({"received_date": came}, now) if is_held else None)
        for names, is_held, came in zip(named, holds, orders["received_date"], strict=True)
    ]


def _masked(name: object) -> str | None:
    return lifecycle.masked(name) if isinstance(name, str) else None


def _cost(fee: float, currency: object) -> str | None:
    return None if labels.is_missing(fee) else f"{fee:,.2f} {currency}"


def draw(matches: Matches, troubles: Members, now: datetime) -> list[str]:
    """The orders; a click on the name of one opens it, and those that are ticked are given back."""
    page = paging.draw(matches, ORDERS, "Newest first")
    ids = page["seller_fulfillment_order_id"].tolist()
    view = file_rows(page, troubles, now)
    view = view.assign(
        standing=tables.column(view, [[str(label)] for label in view["standing"]]),
        parcel_label=tables.column(
            view,
            [[] if labels.is_missing(label) else [str(label)] for label in view["parcel_label"]],
        ),
    )
    columns = _columns() | {"displayable_order_id": tables.opening("Order", "order", ids)}
    chosen = set(session.choices())
    event = st.dataframe(
        view[list(columns)],
        hide_index=True,
        height=min(36 * (len(view) + 1) + 3, 640),
        column_config=columns,
        key=session.table_key(f"orders-{hash(tuple(ids))}"),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default=tables.selection(ids, chosen),
        placeholder="-",
        alt="Orders with their status",
    )
    ticked = [ids[row] for row in event.selection.rows if row < len(ids)]
    return session.remember_choices(set(ids), ticked)


def listed(matches: Matches, order_ids: Sequence[str]) -> list[str]:
    """Those of the orders that are found."""
    there = matches.snapshot.frame["seller_fulfillment_order_id"].isin(list(order_ids))
    mine = set(matches.only(there).frame()["seller_fulfillment_order_id"])
    return [order_id for order_id in order_ids if order_id in mine]


def _chips(label: str, kind: type[Status]) -> ColumnConfig:
    members = list(kind)
    return st.column_config.MultiselectColumn(
        label,
        options=[member.label for member in members],
        color=[palette.CHIPS[member.colour] for member in members],
        width=140,
    )


_SHOWN = (
    "displayable_order_id",
    "standing",
    "trouble",
    "parcel_label",
    "received_date",
    "recipient",
    "destination",
    "contents",
    "speed_label",
    "promised_day",
    "arrives_day",
    "days_late",
    "carrier",
    "last_event",
    "last_event_at",
    "cost",
    "seller_fulfillment_order_id",
)


def _columns() -> tables.Columns:
    zone = str(session.zone())
    moment, day = "D MMM, HH:mm", "D MMM"
    configs: tables.Columns = {
        "displayable_order_id": st.column_config.TextColumn("Order"),
        "standing": _chips("Status", Standing),
        "trouble": st.column_config.TextColumn("Needs a look", width=140),
        "parcel_label": _chips("Parcels", PackageStatus),
        "received_date": st.column_config.DatetimeColumn("Received", format=moment, timezone=zone),
        "recipient": st.column_config.TextColumn("Recipient", width="small"),
        "destination": st.column_config.TextColumn("To"),
        "contents": st.column_config.TextColumn("Items", width="medium"),
        "speed_label": st.column_config.TextColumn("Speed"),
        "promised_day": st.column_config.DateColumn(
            "Promised",
            format=day,
            help="The last day that Amazon promised when it was sent from here, where it goes; of "
            "an order that was on hold, counted from its release.",
        ),
        "arrives_day": st.column_config.DateColumn(
            "Arrives",
            format=day,
            help="The day of its delivery, else the day that is expected now, where it goes. "
            "Empty where nothing moves, or the day has passed.",
        ),
        "days_late": st.column_config.NumberColumn(
            "Days late",
            format="%d",
            help="From the promised day to that of the delivery, or to the one that is expected "
            "now; negative is early.",
        ),
        "carrier": st.column_config.TextColumn("Carrier"),
        "last_event": st.column_config.TextColumn("Last event", width="medium"),
        "last_event_at": st.column_config.DatetimeColumn("When", format=moment, timezone=zone),
        "cost": st.column_config.TextColumn(
            "Fee", help="Amazon's preview when it was sent from here."
        ),
        "seller_fulfillment_order_id": st.column_config.TextColumn("Number at Amazon"),
    }
    return {name: configs[name] for name in _SHOWN}
