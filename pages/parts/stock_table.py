"""The stock of all SKUs: filters, table, and one SKU explained."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from mcf.insight import StockState
from mcf.snapshot import Snapshot
from pages.parts import paging, places, say, session
from pages.parts.figures import HELP
from pages.parts.paging import Found, Order

_ANY = "All"
_HAS = {
    "Reserved": "reserved_quantity",
    "Inbound": "inbound_quantity",
    "Researching": "researching_quantity",
    "Unsellable": "unfulfillable_quantity",
}
_SEARCHED = ("seller_sku", "product_name", "asin", "fn_sku")
_STATE_COLOURS = {StockState.OUT: "#D9596B", StockState.LOW: "#D99A2B", StockState.FINE: "#14907F"}


ORDERS = {
    "SKU": Order("seller_sku"),
    "Product": Order("product_name"),
    "Fewest available": Order("fulfillable_quantity"),
    "Most available": Order("fulfillable_quantity", falling=True),
    "Most reserved": Order("reserved_quantity", falling=True),
    "Most inbound": Order("inbound_quantity", falling=True),
    "Most unsellable": Order("unfulfillable_quantity", falling=True),
    "Most in all": Order("total_quantity", falling=True),
}


def filtered(stock: Snapshot) -> Found:
    """The SKUs that meet the search and the filters, which live in the page's address."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Search",
            key="sku",
            bind="query-params",
            placeholder="SKU, product, ASIN or FNSKU",
            icon=":material/search:",
            width=320,
            on_change=session.to_first_page,
        )
        state = st.segmented_control(
            "Stock",
            [_ANY, *StockState],
            default=_ANY,
            key="stock",
            bind="query-params",
            on_change=session.to_first_page,
        )
        wanted = st.pills(
            "Only with units",
            list(_HAS),
            selection_mode="multi",
            key="with",
            bind="query-params",
            on_change=session.to_first_page,
        )
    found = Found(stock).having(words or "", _SEARCHED)
    if state and state != _ANY:
        found = found.only(stock.frame["stock_state"] == state)
    for name in wanted or ():
        found = found.only(stock.frame[_HAS[name]] > 0)
    return found


def table(found: Found) -> pd.Series | None:
    """The SKU whose row is selected, also when it's on another page of the table, or None."""
    shown = paging.page(found, ORDERS, "SKU")
    view = shown.assign(stock_state=[[str(state)] for state in shown["stock_state"]])
    skus = shown["seller_sku"].tolist()
    key = session.table_key(f"stock-{hash(tuple(skus))}")
    chosen = session.choice()
    event = st.dataframe(
        view,
        hide_index=True,
        height=min(36 * (len(view) + 1) + 3, 520),
        column_order=list(_COLUMNS),
        column_config=_COLUMNS,
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [skus.index(chosen)] if chosen in skus else []}},
        alt="Stock per SKU",
    )
    rows = event.selection.rows
    return _row(found, session.remember_choice(key, skus[rows[0]] if rows else None))


def _row(found: Found, sku: str | None) -> pd.Series | None:
    if sku is None:
        return None
    stock = found.snapshot.frame
    rows = stock[stock["seller_sku"] == sku]
    return None if rows.empty else rows.iloc[0]


def explained(row: pd.Series) -> None:
    """All quantities of one SKU in a sentence each, and the way to ship it."""
    with st.container(border=True):
        st.subheader(say.plain(row["seller_sku"]), anchor=False)
        st.markdown(say.cell(row["product_name"], "No product name at Amazon"))
        names = {"ASIN": row["asin"], "FNSKU": row["fn_sku"], "Condition": row["condition"]}
        st.caption(" · ".join(f"{k} {say.cell(v, 'not given')}" for k, v in names.items()))
        sentences = [text.format(row[column]) for column, text in _SENTENCES if row[column]]
        st.markdown("\n".join(f"- {sentence}" for sentence in sentences))
        st.page_link(
            places.NEW_ORDER,
            label="Ship an order with this SKU",
            icon=":material/add_shopping_cart:",
            query_params={"item": row["seller_sku"]},
            disabled=row["fulfillable_quantity"] <= 0,
        )


_SENTENCES = (
    ("fulfillable_quantity", "**{:,}** can ship now."),
    ("pending_customer_order_quantity", "**{:,}** are reserved for orders that are being shipped."),
    ("pending_transshipment_quantity", "**{:,}** travel between two of Amazon's warehouses."),
    ("fc_processing_quantity", "**{:,}** are being measured, photographed or checked."),
    ("inbound_working_quantity", "**{:,}** are announced in a shipment that hasn't left you yet."),
    ("inbound_shipped_quantity", "**{:,}** are on their way to Amazon."),
    ("inbound_receiving_quantity", "**{:,}** have arrived and are being unloaded."),
    ("researching_quantity", "**{:,}** can't be found; Amazon is looking for them."),
    ("customer_damaged_quantity", "**{:,}** came back damaged by a customer."),
    ("warehouse_damaged_quantity", "**{:,}** were damaged in the warehouse."),
    ("distributor_damaged_quantity", "**{:,}** were damaged by the distributor."),
    ("carrier_damaged_quantity", "**{:,}** were damaged by the carrier."),
    ("defective_quantity", "**{:,}** are defective."),
    ("expired_quantity", "**{:,}** have expired."),
    ("total_quantity", "**{:,}** in all. Amazon's total includes what is still inbound."),
)


def _units(label: str, explained_by: str) -> object:
    return st.column_config.NumberColumn(
        label, format="localized", help=explained_by, width="small"
    )


_COLUMNS = {
    "seller_sku": st.column_config.TextColumn("SKU", pinned=True),
    "fulfillable_quantity": _units("Available", HELP["available"]),
    "stock_state": st.column_config.MultiselectColumn(
        "Stock",
        options=[str(state) for state in StockState],
        color=[_STATE_COLOURS[state] for state in StockState],
    ),
    "product_name": st.column_config.TextColumn("Product", width="large"),
    "reserved_quantity": _units("Reserved", HELP["reserved"]),
    "pending_customer_order_quantity": _units("For orders", "Reserved for orders being shipped."),
    "pending_transshipment_quantity": _units("In transfer", "Between two of Amazon's warehouses."),
    "fc_processing_quantity": _units("Processing", "Being measured, photographed or checked."),
    "inbound_quantity": _units("Inbound", HELP["inbound"]),
    "researching_quantity": _units("Researching", HELP["researching"]),
    "unfulfillable_quantity": _units("Unsellable", HELP["unsellable"]),
    "total_quantity": _units("Total", HELP["total"]),
    "asin": st.column_config.TextColumn("ASIN"),
    "fn_sku": st.column_config.TextColumn("FNSKU"),
}
