"""A small trend as a picture, and in words for who doesn't see it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def test_a_trend_is_drawn_and_told_from_its_first_to_its_last_day() -> None:
    def page() -> None:
        from datetime import datetime

        from pages.parts.common import sparkline

        days = {datetime(2026, 3, 1): 12, datetime(2026, 3, 2): 1_500}  # noqa: DTZ001
        sparkline.draw(days, 'Units "now"')

    at = AppTest.from_function(page).run()

    (picture,) = at.get("html")
    assert 'alt="Units &quot;now&quot; since 01 Mar: 12 to 1,500"' in picture.proto.body
    assert "data:image/svg+xml;base64," in picture.proto.body


def test_days_without_any_unit_are_a_line_on_the_ground() -> None:
    def page() -> None:
        from datetime import datetime

        from pages.parts.common import sparkline

        sparkline.draw({datetime(2026, 3, 1): 0, datetime(2026, 3, 3): 0}, "Units")  # noqa: DTZ001

    assert not AppTest.from_function(page).run().exception
