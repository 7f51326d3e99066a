"""Which Amazon this is, whether it answers, and how fresh what is shown is."""

from __future__ import annotations

import streamlit as st

from pages.parts.common import session
from pages.parts.connection import page

service = session.service()

st.title("Connection")
page.draw(service)
