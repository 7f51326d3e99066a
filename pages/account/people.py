"""Who may sign in, with which role."""

from __future__ import annotations

from pages.parts.common import frame_head, session
from pages.parts.people import page

service = session.service()

frame_head.draw_title("People")
page.draw(service)
