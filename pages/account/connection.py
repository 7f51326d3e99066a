"""Which Amazon this is, whether it answers, and how fresh what is shown is."""

from __future__ import annotations

import streamlit as st

from pages.parts import connection_view, session

service = session.service()

st.title("Connection")
left, right = st.columns(2, gap="large")
with left:
    connection_view.identity(service)
    connection_view.checks(service)
with right:
    connection_view.freshness(service)
    connection_view.full_read(service)
