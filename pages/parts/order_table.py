"""The table of orders: groups as chips, search, selection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd
import streamlit as st

from mcf.status import (
    FulfillmentAction,
    FulfillmentOrderStatus,
    PackageStatus,
    Status,
)
from pages.parts import session
from pages.parts.stock_table import matches

_ALL = "All"
_SEARCHED = (
    "seller_fulfillment_order_id",
    "displayable_order_id",
    "recipient",
    "city",
    "state_or_region",
    "contents",
    "tracking_numbers",
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


def filtered(orders: pd.DataFrame, parcels: pd.DataFrame) -> pd.DataFrame:
    """The orders that meet the search and the chip, which live in the page's address."""
    members = _members(orders)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Search",
            key="find",
            bind="query-params",
            placeholder="Order, recipient, SKU, tracking number",
            icon=":material/search:",
            width=320,
        )
        group = st.pills(
            "Show",
            list(_GROUPS),
            default=_ALL,
            key="show",
            bind="query-params",
            wrap=True,
        )
    st.caption(" · ".join(f"{name}: {members[name].sum():,}" for name in _GROUPS))
    searchable = orders.assign(tracking_numbers=_tracking_numbers(orders, parcels))
    keep = matches(searchable, words or "", _SEARCHED)
    return orders[keep & members[group or _ALL]]


def _tracking_numbers(orders: pd.DataFrame, parcels: pd.DataFrame) -> list[str]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    known = parcels.dropna(subset=["tracking_number"])
    ids = known["seller_fulfillment_order_id"]
    for order_id, number in zip(ids, known["tracking_number"], strict=True):
        found[order_id].append(number)
    return [" ".join(found[order_id]) for order_id in orders["seller_fulfillment_order_id"]]


def _members(orders: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    columns = (orders["status"], orders["parcel_status"], orders["fulfillment_action"])
    facts = [
        _Facts(
            FulfillmentOrderStatus.of(status),
            PackageStatus.of(parcel),
            FulfillmentAction.of(action) is FulfillmentAction.HOLD,
        )
        for status, parcel, action in zip(*columns, strict=True)
    ]
    return {
        name: pd.Series([belongs(fact) for fact in facts], index=orders.index, dtype=bool)
        for name, belongs in _GROUPS.items()
    }


def table(shown: pd.DataFrame) -> None:
    """The orders; selecting one opens it."""
    view = shown.assign(
        status_label=[[str(label)] for label in shown["status_label"]],
        parcel_label=[[] if pd.isna(label) else [str(label)] for label in shown["parcel_label"]],
        destination=[
            ", ".join(part for part in parts if isinstance(part, str))
            for parts in zip(shown["city"], shown["state_or_region"], strict=True)
        ],
    )
    key = session.table_key("orders")
    st.dataframe(
        view,
        hide_index=True,
        height=min(36 * (len(view) + 1) + 3, 640),
        column_order=list(_columns()),
        column_config=_columns(),
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
