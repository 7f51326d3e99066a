"""What can ship, what is reserved, inbound, unsellable, and what runs out."""

from __future__ import annotations

import streamlit as st

from mcf.files import headings
from mcf.store.states import Subject
from pages.parts.common import (
    deferred,
    downloads,
    frame_head,
    messages,
    places,
    saved_views,
    session,
    strip,
)
from pages.parts.common.paging import WHOLE, Matches
from pages.parts.inventory import columns as stock_columns
from pages.parts.inventory import (
    groups,
    key_figures,
    pictures,
    purchase_list,
    rules,
    score,
    sku,
    table,
)

service = session.service()
review = service.stock.review
opened = session.asked("open")
counted, fresh = service.snapshots.inventory(), service.freshness(Subject.INVENTORY)
skus = len(counted.frame)
# The first plan of many SKUs takes seconds: until then the table shows what Amazon counts.
is_bare = skus > WHOLE and not review.is_reckoned
if is_bare and (opened or deferred.is_due(deferred.AROUND)):
    table.draw_reckoning(review, skus)
    is_bare = False
with messages.loading("your stock"):
    stock = counted if is_bare else review.snapshot()

if opened is not None:
    sku.draw(service, opened)
    st.stop()

frame_head.draw_title("Inventory")
messages.draw_stale(fresh, "stock")
if stock.frame.empty:
    messages.draw_empty(fresh, "stock", "Amazon has no FBA stock of yours in this marketplace.")
    st.stop()

above, tools = strip.place(groups.KEY), strip.row("stock")
if not deferred.is_due(deferred.AROUND):
    if not is_bare:
        above.space(strip.HEIGHT)
    with tools:
        deferred.hold_place("filters", table.HEIGHTS)
    table.hold_count(skus, is_bare=is_bare)
    usual = stock_columns.chosen(review.choices)
    with st.columns([1000, 1], gap=None)[0]:
        if is_bare:
            table.draw_counted(Matches(stock), usual, tools)
            with above:
                table.draw_reckoning(review, skus)
            deferred.skip(deferred.AROUND)
        else:
            table.draw(Matches(stock), review.trends, usual, tools, bare=True)
    deferred.wait(deferred.AROUND)
    st.stop()

with above:
    group = groups.draw(review, service.settings.marketplace.currency)
with tools:
    words = table.draw_search()
    sorting = st.container(width=150)
    matches = groups.only(table.draw_filters(stock, words), review, group)
    columns = stock_columns.draw(review.choices)
    saved_views.draw(review.choices, places.INVENTORY, "Morning check")
    rules.draw_defaults(service)
    session.follow("table", ["Purchase list", "Rules"], "Stock")
    way = st.segmented_control(
        "Table",
        ["Stock", "Purchase list", "Rules"],
        required=True,
        key="table",
        on_change=session.asks,
        args=("table", "Stock"),
        label_visibility="collapsed",
    )
table.draw_count(len(matches), len(stock.frame), is_stock=way == "Stock")
if way == "Purchase list":
    purchase_list.draw(service, matches)
    st.stop()
if not len(matches):
    st.info("No SKU matches. Clear the search or the filters.", icon=":material/filter_alt_off:")
    st.stop()
if way == "Rules":
    rules.draw(service, matches)
    st.stop()

any_chosen = bool(session.choices())
left, right = st.columns([62, 38] if any_chosen else [1000, 1], gap="small" if any_chosen else None)
with left:
    chosen = table.draw(matches, review.trends, columns, sorting)
if bool(len(chosen)) != any_chosen:
    st.rerun()
with right:
    table.draw_chosen(chosen)
downloads.draw(service, lambda: table.file_rows(matches, columns), "inventory", headings.INVENTORY)
sku.draw_history(review.coverage(), fresh)
if service.settings.marketplace.pools_europe:
    st.caption("In the EU Amazon reports the sum over all its countries, not this country alone.")
score.draw_in_all(review)
with messages.loading("what was there a day and a week ago"):
    key_figures.draw_stock(review)
pictures.draw(review, matches, chosen["seller_sku"].tolist())
