"""Every order, its shipments, parcels and events."""

from __future__ import annotations

import streamlit as st

from mcf.outcomes import Subject
from pages.parts import downloads, news_view, order_table, order_view, say, session

service = session.service()

order_id = session.asked("order")
if order_id is not None:
    order_view.page(service, order_id)
    st.stop()

st.title("Tracking")
orders, fresh = service.snapshots.orders(), service.freshness(Subject.ORDERS)
say.stale_box(fresh, "orders")
say.stale_box(service.freshness(Subject.TRACKING), "parcels")
if orders.frame.empty:
    say.empty_box(fresh, "orders", "There are no orders yet. Ship the first one.")
    st.stop()

news_view.since_last_visit(service)
found = order_table.filtered(orders)
if not len(found):
    st.info("No order matches. Clear the search or the filter.", icon=":material/filter_alt_off:")
    st.stop()

order_table.table(found)
st.caption(f"{say.many(len(found), 'order')} found. Select one to see all of it.")
downloads.buttons(found.frame, "orders")
