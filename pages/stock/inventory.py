"""What can ship, what is reserved, inbound, unsellable, and what runs out."""

from __future__ import annotations

import streamlit as st

from mcf.store.states import Subject
from pages.parts.common import deferred, downloads, messages, places, saved_views, session
from pages.parts.common.paging import Matches
from pages.parts.inventory import columns as stock_columns
from pages.parts.inventory import key_figures, pictures, rules, sku, table

service = session.service()
review = service.stock.review
stock, fresh = review.snapshot(), service.freshness(Subject.INVENTORY)

opened = session.asked("open")
if opened is not None:
    sku.draw(service, opened)
    st.stop()

st.title("Inventory")
messages.draw_stale(fresh, "stock")
if stock.frame.empty:
    messages.draw_empty(fresh, "stock", "Amazon has no FBA stock of yours in this marketplace.")
    st.stop()

above, beside = st.container(), st.container()
if not deferred.is_due(deferred.AROUND):
    with above:
        deferred.hold_place("figures", key_figures.HEIGHTS)
    with beside:
        deferred.hold_place("filters", table.HEIGHTS)
    table.draw(Matches(stock), review.trends, stock_columns.chosen(review.choices), bare=True)
    deferred.wait(deferred.AROUND)
    st.stop()

with above:
    key_figures.draw_stock(review)
    sku.draw_history(review.coverage(), fresh)
    if service.settings.marketplace.pools_europe:
        st.caption(
            "In the EU Amazon reports the sum over all its countries, not this country alone."
        )
with beside:
    matches = table.draw_filters(stock)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{messages.many(len(matches), 'SKU')} of {len(stock.frame):,}", width="content")
        st.space("stretch")
        columns = stock_columns.draw(review.choices)
        saved_views.draw(review.choices, places.INVENTORY, "Morning check")
        rules.draw_defaults(service)
    if not len(matches):
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
    rules.draw(service, matches)
    st.stop()

chosen = table.draw(matches, review.trends, columns)
downloads.draw(lambda: table.file_rows(matches, columns), "inventory")
if len(chosen) == 1:
    table.draw_one(chosen.iloc[0])
elif len(chosen):
    table.draw_several(chosen)

pictures.draw(review, matches, chosen["seller_sku"].tolist())
