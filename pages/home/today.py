"""What needs a hand today."""

from __future__ import annotations

import streamlit as st

from mcf.store.states import Subject
from pages.parts.common import frame_head, messages, places, session
from pages.parts.inventory import concerns, key_figures

service = session.service()

frame_head.draw_title("Today")
with messages.loading("your orders and stock"):
    open_concerns = service.concerns()
key_figures.draw_today(service)
fresh = service.freshness(Subject.ORDERS)
messages.draw_stale(service.freshness(Subject.INVENTORY), "stock")
messages.draw_stale(fresh, "orders")

if open_concerns:
    concerns.draw(open_concerns, service.stock.review.choices, service.now())
elif fresh.age is None:
    messages.draw_empty(fresh, "orders", "")
else:
    st.success("Nothing needs a hand.", icon=":material/check_circle:")

concerns.draw_put_off(service.stock.review.choices, service.now())

with st.container(horizontal=True):
    st.page_link(places.NEW_ORDER, label="Ship an order", icon=":material/add_shopping_cart:")
    st.page_link(places.INVENTORY, label="See all stock", icon=":material/inventory_2:")
    st.page_link(places.TRACKING, label="See all orders", icon=":material/local_shipping:")
