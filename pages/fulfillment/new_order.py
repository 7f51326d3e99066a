"""Ship an order from the stock at Amazon; one by hand, or many from a file."""

from __future__ import annotations

import streamlit as st

from mcf.outcomes import Subject
from pages.parts import (
    drafts_view,
    file_orders,
    offers,
    order_edit,
    order_form,
    order_result,
    say,
    session,
    typed_order,
)

service = session.service()
stock, fresh = service.snapshots.inventory(), service.freshness(Subject.INVENTORY)

st.title("New order")
say.stale_box(fresh, "stock")
if stock.frame.empty:
    say.empty_box(fresh, "stock", "Amazon has no FBA stock of yours in this marketplace.")
    st.stop()

way = st.segmented_control(
    "How",
    ["One order", "Many from a file"],
    default="One order",
    required=True,
    key="way",
    bind="query-params",
    label_visibility="collapsed",
)
if way == "Many from a file":
    file_orders.page(service)
    st.stop()
typed_order.start(service, stock)
if order_result.shown(service):
    st.stop()

drafts_view.bar(service)
order_edit.banner(service)
left, right = st.columns([3, 2], gap="large")
with left:
    entry = order_form.form(service, stock)
with right:
    (order_edit if entry.typed.edits else offers).panel(service, entry)
