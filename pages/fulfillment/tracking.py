"""Every order, its shipments, parcels and events, what ends when and what was kept of promises."""

from __future__ import annotations

import streamlit as st

from mcf.files import headings
from mcf.store.states import Subject
from pages.parts.common import downloads, frame_head, messages, places, saved_views, session
from pages.parts.order_files import shop_results
from pages.parts.tracking import bulk_actions, deadlines, news, order, order_list, promises

service = session.service()

order_id = session.asked("order")
if order_id is not None:
    order.draw(service, order_id)
    st.stop()

frame_head.draw_title("Tracking")
with messages.loading("your orders"):
    orders, fresh = service.tracking.standings.orders(), service.freshness(Subject.ORDERS)
messages.draw_stale(fresh, "orders")
messages.draw_stale(service.freshness(Subject.TRACKING), "parcels")
if orders.frame.empty:
    messages.draw_empty(fresh, "orders", "There are no orders yet. Ship the first one.")
    st.stop()

tools = st.container(horizontal=True, vertical_alignment="center")
session.follow("view", ["Deadlines", "Promise kept"], "Orders")
with tools:
    way = st.segmented_control(
        "View",
        ["Orders", "Deadlines", "Promise kept"],
        required=True,
        key="view",
        on_change=session.asks,
        args=("view", "Orders"),
        label_visibility="collapsed",
    )
if way == "Deadlines":
    deadlines.draw(service)
    st.stop()
if way == "Promise kept":
    promises.draw(service)
    st.stop()

troubles, now = service.tracking.standings.troubles(orders), service.now()
with tools:
    notes = order_list.texts(service.tracking.notes.all())
    matches = order_list.draw_search(notes, orders, now)
    deadlines.draw_today(service)
    news.draw(service)
    saved_views.draw(service.stock.review.choices, places.TRACKING, "Late this month")
matches = order_list.draw_filters(matches, troubles)
if not len(matches):
    st.info("No order matches. Clear the search or the filter.", icon=":material/filter_alt_off:")
    st.stop()

bar = bulk_actions.place()
chosen = order_list.draw(matches, troubles, now)
# What a filter hides isn't cancelled with what is seen.
with bar:
    found = f"{messages.many(len(matches), 'order')} of {len(orders.frame):,}"
    bulk_actions.draw(service, order_list.listed(matches, chosen), f"{found}. Click one for more.")
st.caption(f"Times are in {session.zone()}; promised and arrival days are the recipient's.")
downloads.draw(
    service, lambda: order_list.file_rows(matches.frame(), troubles, now), "orders", headings.ORDERS
)
shop_results.draw(service, "tracking", order_ids=matches.frame()["seller_fulfillment_order_id"])
