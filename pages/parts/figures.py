"""Rows of key figures."""

from __future__ import annotations

import streamlit as st

from mcf.insight import StockState, where, where_the_units_are
from mcf.outcomes import Subject
from mcf.service import Freshness, MCFService
from mcf.snapshot import Snapshot
from mcf.status import FulfillmentOrderStatus, PackageStatus


def of_the_day(service: MCFService) -> None:
    """Orders by where they are, and SKUs that can ship."""
    orders, parcels, stock = service.orders(), service.packages(), service.inventory()
    at_work = where(orders["status"], lambda it: not FulfillmentOrderStatus.of(it).is_final)
    moving = where(parcels["status"], lambda it: not PackageStatus.of(it).is_at_rest)
    can_ship = (stock["fulfillable_quantity"] > 0).sum()
    out = (stock["stock_state"] == StockState.OUT).sum()
    with st.container(horizontal=True):
        _figure(
            "Orders at the warehouse",
            at_work.sum(),
            service.freshness(Subject.ORDERS),
        )
        _figure(
            "Parcels on their way",
            moving.sum(),
            service.freshness(Subject.TRACKING),
        )
        _figure("SKUs that can ship", can_ship, service.freshness(Subject.INVENTORY))
        _figure("SKUs out of stock", out, service.freshness(Subject.INVENTORY))


def _figure(label: str, count: int, fresh: Freshness) -> None:
    # A count of what was never read would be a made-up zero.
    known = count or fresh.age is not None
    st.metric(label, f"{count:,}" if known else "?", border=True)


def of_the_stock(stock: Snapshot) -> None:
    """Units by where they are, and SKUs that run out."""
    units = stock.once("units by place", where_the_units_are)
    states = stock.once("SKUs by state", lambda frame: frame["stock_state"].value_counts())
    with st.container(horizontal=True):
        st.metric("Can ship now", f"{units['Available']:,}", border=True, help=HELP["available"])
        st.metric("Reserved", f"{units['Reserved']:,}", border=True, help=HELP["reserved"])
        st.metric("Inbound", f"{units['Inbound']:,}", border=True, help=HELP["inbound"])
        st.metric("Researching", f"{units['Researching']:,}", border=True, help=HELP["researching"])
        st.metric("Unsellable", f"{units['Unsellable']:,}", border=True, help=HELP["unsellable"])
        st.metric("SKUs out of stock", f"{states.get(StockState.OUT, 0):,}", border=True)
        st.metric("SKUs low", f"{states.get(StockState.LOW, 0):,}", border=True)


HELP = {
    "available": "Units that Amazon can pick, pack and ship at once.",
    "reserved": "Units in the warehouse that are promised to an order, travel between warehouses, "
    "or are being measured or checked.",
    "inbound": "Units of your shipments to Amazon: announced, on the way, or being unloaded.",
    "researching": "Units that Amazon is looking for.",
    "unsellable": "Units that are damaged, defective or expired and won't ship.",
    "total": "All of these together. Amazon's total includes what is still inbound.",
}
