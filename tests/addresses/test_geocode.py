"""Where towns are: found however they're spelled, and never guessed."""

from __future__ import annotations

import pytest

from mcf.addresses import geocode
from mcf.addresses.geocode import Box


@pytest.mark.parametrize(
    ("city", "state", "country", "about"),
    [
        ("Seattle", "WA", "US", (47.6, -122.3)),
        ("SEATTLE ", "wa", "us", (47.6, -122.3)),
        ("Springfield", "IL", "US", (39.8, -89.6)),
        ("Springfield", "MO", "US", (37.2, -93.3)),
        ("Springfield", "", "US", (37.2, -93.3)),
        ("St. Paul", "MN", "US", (44.9, -93.1)),
        ("Saint Paul", "MN", "US", (44.9, -93.1)),
        ("Ft Worth", "TX", "US", (32.7, -97.3)),
        ("New York", "NY", "US", (40.7, -74.0)),
        ("COEUR D ALENE", "ID", "US", (47.7, -116.8)),
        ("Köln", "", "DE", (50.9, 7.0)),
        ("koln", "", "DE", (50.9, 7.0)),
        ("Cologne", "NW", "DE", (50.9, 7.0)),
        ("São Paulo", "SP", "BR", (-23.5, -46.6)),
        ("東京", "", "JP", (35.7, 139.7)),
    ],
)
def test_a_town_is_found_however_it_is_spelled(
    city: str, state: str, country: str, about: tuple[float, float]
) -> None:
    assert geocode.place(city, state, country) == pytest.approx(about, abs=0.06)


@pytest.mark.parametrize(
    ("city", "state", "country"),
    [
        ("", "WA", "US"),
        ("Atlantis", "", "US"),
        ("Seattle", "WA", "DE"),
        ("Springfield", "WA", "US"),
        ("Seattle", "WA", ""),
        ("Seattle", "WA", "USA"),
        ("...", "WA", "US"),
        ("<script>", "", "US"),
    ],
)
def test_what_is_not_known_is_not_guessed(city: str, state: str, country: str) -> None:
    assert geocode.place(city, state, country) is None


def test_a_part_of_the_earth_has_its_own_towns_the_largest_first() -> None:
    ireland = Box(51.3, 55.5, -10.7, -5.4)

    latitudes, longitudes = geocode.dots(ireland, 5)

    assert (latitudes[0], longitudes[0]) == pytest.approx((53.33, -6.25), abs=0.05)
    assert len(latitudes) == len(longitudes) == 5
    assert all(51.3 <= latitude <= 55.5 for latitude in latitudes)
    assert all(-10.7 <= longitude <= -5.4 for longitude in longitudes)


def test_a_part_of_the_sea_has_no_town() -> None:
    assert geocode.dots(Box(30, 40, -50, -40)) == ([], [])


def test_no_more_towns_are_drawn_than_asked_for() -> None:
    latitudes, _ = geocode.dots(Box(-90, 90, -180, 180), 3000)

    assert len(latitudes) == 3000
