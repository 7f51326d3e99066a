"""What needs a hand today."""

from __future__ import annotations

import streamlit as st

from mcf.store.states import Subject
from pages.parts.common import frame_head, messages, session
from pages.parts.home import asked, concerns, yesterday

service = session.service()

frame_head.draw_title("Today")
with messages.loading("your orders and stock"):
    open_concerns = service.concerns()
fresh = service.freshness(Subject.ORDERS)
messages.draw_stale(service.freshness(Subject.INVENTORY), "stock")
messages.draw_stale(fresh, "orders")

asked.draw(service)
if open_concerns:
    st.markdown(f"#### {concerns.counted(open_concerns)}")
yesterday.draw(service)
if open_concerns:
    concerns.draw(service, open_concerns)
elif fresh.age is None:
    messages.draw_empty(fresh, "orders", "")
else:
    st.success("All quiet: nothing needs a hand.", icon=":material/check_circle:")

concerns.draw_put_off(service.stock.review.choices, service.now())
