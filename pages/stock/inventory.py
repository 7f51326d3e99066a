"""What can ship, what is reserved, inbound, unsellable, and what runs out."""

from __future__ import annotations

import streamlit as st

from mcf.store.states import Subject
from pages.parts.common import deferred, downloads, messages, places, saved_views, session
from pages.parts.common.paging import Found
from pages.parts.inventory import columns as stock_columns
from pages.parts.inventory import key_figures, pictures, rules, sku, table

service = session.service()
review = service.review
stock, fresh = review.snapshot(), service.freshness(Subject.INVENTORY)

opened = session.asked("open")
if opened is not None:
    sku.page(service, opened)
    st.stop()

st.title("Inventory")
messages.stale_box(fresh, "stock")
if stock.frame.empty:
    messages.empty_box(fresh, "stock", "Amazon has no FBA stock of yours in this marketplace.")
    st.stop()

above, beside = st.container(), st.container()
if not deferred.is_due(deferred.AROUND):
    with above:
        deferred.hold("figures", key_figures.HEIGHTS)
    with beside:
        deferred.hold("filters", table.HEIGHTS)
    table.table(Found(stock), review.trends, stock_columns.chosen(review.choices), bare=True)
    deferred.wait(deferred.AROUND)
    st.stop()

with above:
    key_figures.of_the_stock(review)
    sku.how_much_is_known(review.coverage(), fresh)
    if service.settings.marketplace.pools_europe:
        st.caption(
            "In the EU Amazon reports the sum over all its countries, not this country alone."
        )
with beside:
    found = table.filtered(stock)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{messages.many(len(found), 'SKU')} of {len(stock.frame):,}", width="content")
        st.space("stretch")
        columns = stock_columns.columns(review.choices)
        saved_views.saved(review.choices, places.INVENTORY, "Morning check")
        rules.panel(service)
    if not len(found):
        st.info(
            "No SKU matches. Clear the search or the filters.", icon=":material/filter_alt_off:"
        )
        st.stop()
    way = st.segmented_control(
        "Table",
        ["Stock", "Rules"],
        default="Stock",
        required=True,
        key="table",
        bind="query-params",
        label_visibility="collapsed",
    )
if way == "Rules":
    rules.table(review, found)
    st.stop()

chosen = table.table(found, review.trends, columns)
downloads.buttons(lambda: table.shown(found, columns), "inventory")
if len(chosen) == 1:
    table.explained(chosen.iloc[0])
elif len(chosen):
    table.several(chosen)

pictures.pictures(review, found, chosen["seller_sku"].tolist())
