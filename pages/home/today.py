"""What needs a hand today."""

from __future__ import annotations

import streamlit as st

from mcf.store.states import Subject
from pages.parts.common import frame_head, messages, session
from pages.parts.home import asked, concerns, yesterday

service = session.service()

frame_head.draw_title("Today")
with messages.loading("your orders and stock"):
    known = service.all_concerns()
    hidden = service.stock.review.choices.hidden(service.now())
    open_concerns = [concern for concern in known if concern.key not in hidden]
fresh = service.freshness(Subject.ORDERS)
messages.draw_stale(service.freshness(Subject.INVENTORY), "stock")
messages.draw_stale(fresh, "orders")

asked.draw(service)
if open_concerns:
    st.markdown(f"#### {concerns.counted(open_concerns)}")
elif fresh.age is not None:
    st.markdown("#### :green[:material/check_circle:] All quiet: nothing needs you today")
yesterday.draw(service)
if open_concerns:
    concerns.draw(service, open_concerns)
elif fresh.age is None:
    messages.draw_empty(fresh, "orders", "")

concerns.draw_put_off(service.stock.review.choices, known, hidden)
