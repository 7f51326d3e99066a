"""Who did what."""

from __future__ import annotations

from pages.parts.audit import page
from pages.parts.common import frame_head, session

service = session.service()

frame_head.draw_title("Audit")
page.draw(service)
