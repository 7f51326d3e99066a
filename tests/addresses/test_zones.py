"""In which zone a recipient's day is counted."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from mcf.addresses import zones
from mcf.addresses.zones import zone_of


@pytest.mark.parametrize(
    ("country", "area", "zone"),
    [
        ("US", "NY", "America/New_York"),
        ("us", "new york", "America/New_York"),
        ("United States", "Hawaii", "Pacific/Honolulu"),
        ("US", "TX", "America/Denver"),
        ("US", "", "America/Los_Angeles"),
        ("US", "Atlantis", "America/Los_Angeles"),
        ("CA", "Québec", "America/Toronto"),
        ("AU", "nsw", "Australia/Sydney"),
        ("GB", "Kent", "Europe/London"),
        ("JP", "東京都", "Asia/Tokyo"),
        ("AT", "", "Europe/Vienna"),
        ("", "", "Etc/UTC"),
        ("Narnia", "WA", "Etc/UTC"),
    ],
)
def test_a_recipient_lives_in_the_zone_of_country_and_area(
    country: str, area: str, zone: str
) -> None:
    assert zone_of(country, area).key == zone


def test_every_zone_that_is_named_exists() -> None:
    named = {zone for areas in zones._AREAS.values() for zone in areas.values()}

    assert named | set(zones._COUNTRIES.values()) <= available_timezones()
