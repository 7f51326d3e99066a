"""Ship an order from the stock at Amazon; one by hand, or many from a file."""

from __future__ import annotations

import streamlit as st

from mcf.access.roles import Permission
from mcf.store.states import Subject
from pages.parts.common import frame_head, messages, rights, session
from pages.parts.order_files import page
from pages.parts.orders import draft_state, drafts, edit, form, quotes, send

service = session.service()
stock, fresh = service.snapshots.inventory(), service.freshness(Subject.INVENTORY)

frame_head.draw_title("New order")
if rights.draw_refused(service, Permission.SHIP, "send orders"):
    st.stop()
messages.draw_stale(fresh, "stock")
if stock.frame.empty:
    messages.draw_empty(fresh, "stock", "Amazon has no FBA stock of yours in this marketplace.")
    st.stop()

head = st.container(horizontal=True, vertical_alignment="center")
session.follow("way", ["Many from a file"], "One order")
way = head.segmented_control(
    "How",
    ["One order", "Many from a file"],
    required=True,
    key="way",
    on_change=session.asks,
    args=("way", "One order"),
    label_visibility="collapsed",
)
if way == "Many from a file":
    page.draw(service)
    st.stop()
draft_state.start(service, stock)
if send.draw(service):
    st.stop()

with head:
    drafts.draw(service)
edit.draw_banner(service)
left, right = st.columns([3, 2], gap="large")
with left:
    entry = form.draw(service, stock)
with right:
    if entry.typed.edits:
        edit.draw(service, entry)
    else:
        quotes.draw(service, entry)
