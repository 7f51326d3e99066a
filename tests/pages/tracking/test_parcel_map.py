"""The way of a parcel on a map."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mcf.tracking.handover import Stop
from pages.parts.tracking import parcel_map

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


PHOENIX = Stop(NOW, "Picked up", "Phoenix", "AZ", "US")


RENO = Stop(NOW + timedelta(hours=9), "Arrival scan", "Reno", "NV", "US")


SEATTLE = Stop(None, "Destination", "Seattle", "WA", "US")


def test_a_way_goes_through_its_places_in_the_order_of_time() -> None:
    found = parcel_map.way([PHOENIX, PHOENIX, RENO, PHOENIX], SEATTLE)

    assert found.figure is not None
    events = next(trace for trace in found.figure.data if trace.name == "Events")
    assert list(events.text) == ["1 …", "3"]
    assert [trace.name for trace in found.figure.data].count("Destination") == 1
    assert sum(trace.name.startswith("Leg") for trace in found.figure.data) == 2
    assert found.missing == ()


def test_a_degree_of_longitude_is_drawn_shorter_far_from_the_equator() -> None:
    found = parcel_map.way([PHOENIX, RENO], SEATTLE)

    assert found.figure is not None
    assert found.figure.layout.yaxis.scaleratio == pytest.approx(1.3, abs=0.1)


def test_places_that_are_not_known_are_told_and_not_guessed() -> None:
    nowhere = Stop(NOW, "Arrival scan", "Nowhere <b>", "NV", "US")

    found = parcel_map.way([PHOENIX, nowhere, nowhere], None)

    assert found.figure is None
    assert found.missing == ("Nowhere <b>, NV, US",)


def test_what_an_event_is_called_stays_text_in_the_picture() -> None:
    hostile = Stop(NOW, "<a href='x'>Scan</a>", "Reno", "NV", "US")

    found = parcel_map.way([PHOENIX, hostile], None)

    assert found.figure is not None
    assert "<a" not in str(found.figure.to_dict())
    assert "&lt;a" in str(found.figure.to_dict())


@pytest.mark.parametrize(
    ("events", "to", "shown"),
    [
        ([], None, False),
        ([PHOENIX, PHOENIX], None, False),
        ([PHOENIX], SEATTLE, True),
        ([PHOENIX, RENO], None, True),
        ([Stop(NOW, "Scan", "", "", "")], SEATTLE, False),
    ],
)
def test_a_map_is_offered_from_two_places_on(
    events: list[Stop], to: Stop | None, shown: bool
) -> None:
    assert parcel_map.has_places(events, to) is shown
