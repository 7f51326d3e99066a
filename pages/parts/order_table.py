"""The table of orders: groups as chips, search, selection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd
import streamlit as st

from mcf.snapshot import Snapshot
from mcf.status import (
    FulfillmentAction,
    FulfillmentOrderStatus,
    PackageStatus,
    Status,
)
from pages.parts import paging, session
from pages.parts.paging import Found, Order

_ALL = "All"
_SEARCHED = (
    "seller_fulfillment_order_id",
    "displayable_order_id",
    "recipient",
    "city",
    "state_or_region",
    "contents",
)
_HEX = {
    "blue": "#4C83E0",
    "violet": "#8B6FD6",
    "green": "#14907F",
    "orange": "#D99A2B",
    "red": "#D9596B",
    "gray": "#7A8B88",
}


class _Facts(NamedTuple):
    order: FulfillmentOrderStatus
    parcel: PackageStatus
    held: bool


_GROUPS: dict[str, Callable[[_Facts], bool]] = {
    _ALL: lambda _: True,
    "Needs a look": lambda it: (
        it.order.is_trouble or (it.order.has_shipped and it.parcel.is_trouble)
    ),
    "At the warehouse": lambda it: not it.order.is_final,
    "On hold": lambda it: it.held and not it.order.is_final,
    "On the way": lambda it: it.order.has_shipped and not it.parcel.is_at_rest,
    "Delivered": lambda it: it.parcel is PackageStatus.DELIVERED,
    "Cancelled or failed": lambda it: it.order.is_final and not it.order.has_shipped,
}


ORDERS = {
    "Newest first": Order("received_date", falling=True),
    "Oldest first": Order("received_date"),
    "Latest change": Order("status_updated_date", falling=True),
    "First to arrive": Order("estimated_arrival_date"),
    "Order": Order("displayable_order_id"),
    "Recipient": Order("recipient"),
}


def filtered(orders: Snapshot) -> Found:
    """The orders that meet the search and the chip, which live in the page's address."""
    members = orders.once("members", _members)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Search",
            key="find",
            bind="query-params",
            placeholder="Order, recipient, SKU, tracking number",
            icon=":material/search:",
            width=320,
            on_change=session.to_first_page,
        )
        group = st.pills(
            "Show",
            list(_GROUPS),
            default=_ALL,
            key="show",
            bind="query-params",
            wrap=True,
            on_change=session.to_first_page,
        )
    counts = orders.once("counts", lambda _: {name: rows.sum() for name, rows in members.items()})
    st.caption(" · ".join(f"{name}: {counts[name]:,}" for name in _GROUPS))
    found = Found(orders).having(words or "", _SEARCHED, also=_tracking_numbers)
    return found if group in (None, _ALL) else found.only(members[group])


def _tracking_numbers(orders: Snapshot) -> pd.Series:
    """The tracking numbers of each order in one line."""
    parcels = orders.beside if orders.beside is not None else pd.DataFrame()
    return orders.once("tracking numbers", lambda frame: _joined_numbers(frame, parcels))


def _joined_numbers(orders: pd.DataFrame, parcels: pd.DataFrame) -> pd.Series:
    found: defaultdict[str, list[str]] = defaultdict(list)
    if len(parcels):
        known = parcels[parcels["tracking_number"].notna()]
        ids, numbers = known["seller_fulfillment_order_id"], known["tracking_number"].str.lower()
        for order_id, number in zip(ids.tolist(), numbers.tolist(), strict=True):
            found[order_id].append(number)
    joined = [" ".join(found[i]) for i in orders["seller_fulfillment_order_id"].tolist()]
    return pd.Series(joined, index=orders.index, dtype="str")


def _members(orders: pd.DataFrame) -> Mapping[str, pd.Series]:
    columns = ["status", "parcel_status", "fulfillment_action"]
    codes = [orders[column].cat.codes.astype("int64") for column in columns]
    kind = (codes[0] * 1000 + codes[1]) * 1000 + codes[2]
    # What belongs together is asked once for each of the few kinds, not for each order.
    kinds = orders.loc[kind.drop_duplicates().index, columns]
    facts = {
        row: _Facts(
            FulfillmentOrderStatus.of(status),
            PackageStatus.of(parcel),
            FulfillmentAction.of(action) is FulfillmentAction.HOLD,
        )
        for row, status, parcel, action in kinds.itertuples()
    }
    return {
        name: kind.isin(kind[[row for row, fact in facts.items() if belongs(fact)]])
        for name, belongs in _GROUPS.items()
    }


def table(found: Found) -> None:
    """The orders; selecting one opens it."""
    shown = paging.page(found, ORDERS, "Newest first")
    view = shown.assign(
        status_label=[[str(label)] for label in shown["status_label"]],
        parcel_label=[[] if pd.isna(label) else [str(label)] for label in shown["parcel_label"]],
        destination=[
            ", ".join(part for part in parts if isinstance(part, str))
            for parts in zip(shown["city"], shown["state_or_region"], strict=True)
        ],
    )
    key, columns = session.table_key("orders"), _columns()
    st.dataframe(
        view[list(columns)],
        hide_index=True,
        height=min(36 * (len(view) + 1) + 3, 640),
        column_config=columns,
        key=key,
        on_select=lambda: _open(key, tuple(shown["seller_fulfillment_order_id"])),
        selection_mode="single-row",
        alt="Orders with their status",
    )


def _open(key: str, ids: tuple[str, ...]) -> None:
    rows = session.state()[key].selection.rows
    if rows:
        session.ask("order", ids[rows[0]])
        session.clear_selections()


def _chips(label: str, kind: type[Status]) -> object:
    members = list(kind)
    return st.column_config.MultiselectColumn(
        label,
        options=[member.label for member in members],
        color=[_HEX[member.colour] for member in members],
        width="medium",
    )


def _columns() -> dict[str, object]:
    zone = str(session.zone())
    moment = "D MMM, HH:mm"
    return {
        "displayable_order_id": st.column_config.TextColumn("Order", pinned=True),
        "status_label": _chips("Status", FulfillmentOrderStatus),
        "parcel_label": _chips("Parcels", PackageStatus),
        "recipient": st.column_config.TextColumn("Recipient"),
        "destination": st.column_config.TextColumn("To"),
        "contents": st.column_config.TextColumn("Items", width="medium"),
        "speed_label": st.column_config.TextColumn("Speed"),
        "received_date": st.column_config.DatetimeColumn("Received", format=moment, timezone=zone),
        "estimated_arrival_date": st.column_config.DatetimeColumn(
            "Arrives by", format="D MMM", timezone=zone, help="Amazon's estimate."
        ),
        "seller_fulfillment_order_id": st.column_config.TextColumn("Number at Amazon"),
    }
