"""Which Amazon this is, whether it answers, and how fresh what is shown is."""

from __future__ import annotations

import streamlit as st

from pages.parts.common import session
from pages.parts.connection import page

service = session.service()

st.title("Connection")
left, right = st.columns(2, gap="large")
with left:
    page.identity(service)
    page.checks(service)
with right:
    page.freshness(service)
    page.full_read(service)
