"""Which Amazon this is, whether it answers, and how fresh what is shown is."""

from __future__ import annotations

from pages.parts.common import frame_head, session
from pages.parts.connection import page

service = session.service()

frame_head.draw_title("Connection")
page.draw(service)
