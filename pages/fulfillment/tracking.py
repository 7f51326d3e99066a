"""Every order, its shipments, parcels and events, what ends when and what was kept of promises."""

from __future__ import annotations

import streamlit as st

from mcf.outcomes import Subject
from pages.parts import (
    deadlines_view,
    downloads,
    many_view,
    news_view,
    order_table,
    order_view,
    places,
    promise_view,
    say,
    session,
    views,
)

service = session.service()

order_id = session.asked("order")
if order_id is not None:
    order_view.page(service, order_id)
    st.stop()

with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Tracking", width="content")
    st.space("stretch")
    deadlines_view.today(service)
orders, fresh = service.snapshots.orders(), service.freshness(Subject.ORDERS)
say.stale_box(fresh, "orders")
say.stale_box(service.freshness(Subject.TRACKING), "parcels")
if orders.frame.empty:
    say.empty_box(fresh, "orders", "There are no orders yet. Ship the first one.")
    st.stop()

news_view.since_last_visit(service)
way = st.segmented_control(
    "View",
    ["Orders", "Deadlines", "Promise kept"],
    default="Orders",
    required=True,
    key="view",
    bind="query-params",
    label_visibility="collapsed",
)
if way == "Deadlines":
    deadlines_view.board(service)
    st.stop()
if way == "Promise kept":
    promise_view.board(service)
    st.stop()

found = order_table.filtered(orders, service.now())
with st.container(horizontal=True, vertical_alignment="center"):
    told = say.many(len(found), "order")
    st.caption(f"{told} of {len(orders.frame):,}. Click one for all of it.", width="content")
    st.space("stretch")
    views.saved(service.review.choices, places.TRACKING, "Late this month")
if not len(found):
    st.info("No order matches. Clear the search or the filter.", icon=":material/filter_alt_off:")
    st.stop()

above = st.container()
chosen = order_table.table(found)
with above:
    # What a filter hides isn't cancelled with what is seen.
    many_view.bar(service, order_table.seen(found, chosen))
st.caption(f"Times are in {session.zone()}.")
downloads.buttons(lambda: order_table.shown(found.frame()), "orders")
