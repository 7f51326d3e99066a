"""Rows of key figures."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from mcf.insight import StockState, where_the_units_are
from mcf.service import MCFService
from mcf.status import FulfillmentOrderStatus, PackageStatus


def of_the_day(service: MCFService) -> None:
    """Orders by where they are, and SKUs that can ship."""
    orders, parcels, stock = service.orders(), service.packages(), service.inventory()
    statuses = [FulfillmentOrderStatus.of(status) for status in orders["status"]]
    places = [PackageStatus.of(status) for status in parcels["status"]]
    open_orders = sum(not status.is_final for status in statuses)
    moving = sum(not status.is_at_rest for status in places)
    can_ship = int((stock["fulfillable_quantity"] > 0).sum())
    out = int((stock["stock_state"] == StockState.OUT).sum())
    with st.container(horizontal=True):
        st.metric("Orders at the warehouse", f"{open_orders:,}", border=True)
        st.metric("Parcels on their way", f"{moving:,}", border=True)
        st.metric("SKUs that can ship", f"{can_ship:,}", border=True)
        st.metric("SKUs out of stock", f"{out:,}", border=True)


def of_the_stock(stock: pd.DataFrame) -> None:
    """Units by where they are, and SKUs that run out."""
    units = where_the_units_are(stock)
    states = stock["stock_state"].value_counts()
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
