"""What can ship, what is reserved, inbound, unsellable, and what runs out."""

from __future__ import annotations

import streamlit as st

from mcf.outcomes import Subject
from pages.parts import (
    downloads,
    figures,
    later,
    places,
    rules_view,
    say,
    session,
    sku_view,
    stock_pictures,
    stock_table,
    stock_views,
    views,
)
from pages.parts.paging import Found

service = session.service()
review = service.review
stock, fresh = review.snapshot(), service.freshness(Subject.INVENTORY)

opened = session.asked("open")
if opened is not None:
    sku_view.page(service, opened)
    st.stop()

st.title("Inventory")
say.stale_box(fresh, "stock")
if stock.frame.empty:
    say.empty_box(fresh, "stock", "Amazon has no FBA stock of yours in this marketplace.")
    st.stop()

above, beside = st.container(), st.container()
if not later.is_due(later.AROUND):
    with above:
        later.hold("figures", figures.HEIGHTS)
    with beside:
        later.hold("filters", stock_table.HEIGHTS)
    stock_table.table(Found(stock), review.trends, stock_views.chosen(review.choices), bare=True)
    later.wait(later.AROUND)
    st.stop()

with above:
    figures.of_the_stock(review)
    sku_view.how_much_is_known(review.known(), fresh)
    if service.settings.marketplace.pools_europe:
        st.caption(
            "In the EU Amazon reports the sum over all its countries, not this country alone."
        )
with beside:
    found = stock_table.filtered(stock)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{say.many(len(found), 'SKU')} of {len(stock.frame):,}", width="content")
        st.space("stretch")
        columns = stock_views.columns(review.choices)
        views.saved(review.choices, places.INVENTORY, "Morning check")
        rules_view.panel(service)
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
    rules_view.table(review, found)
    st.stop()

chosen = stock_table.table(found, review.trends, columns)
downloads.buttons(lambda: stock_table.shown(found, columns), "inventory")
if len(chosen) == 1:
    stock_table.explained(chosen.iloc[0])
elif len(chosen):
    stock_table.several(chosen)

stock_pictures.pictures(review, found, chosen["seller_sku"].tolist())
