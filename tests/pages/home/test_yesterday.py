"""What is told of the day that was."""

from __future__ import annotations

from datetime import timedelta

from mcf.tracking.events import EventKind, Happening
from pages.parts.home import yesterday
from tests.conftest import START


def became(order: str, kind: EventKind, after: str, hours: int = 1) -> Happening:
    return Happening(order, kind, START - timedelta(hours=hours), START, None, after)


def test_what_orders_and_parcels_became_is_counted_with_the_filter_that_shows_it() -> None:
    happenings = [
        *(became(f"A-{n}", EventKind.PARCEL_STATUS, "DELIVERED") for n in range(3)),
        became("B-1", EventKind.STATUS, "COMPLETE"),
        became("B-2", EventKind.STATUS, "Complete"),
        became("C-1", EventKind.PARCEL_STATUS, "RETURNED"),
        became("D-1", EventKind.STATUS, "Planning"),
        became("E-1", EventKind.ARRIVES, "2026-03-05T12:00:00+00:00"),
        became("F-1", EventKind.PARCEL_STATUS, "DELIVERED", hours=25),
    ]

    assert yesterday.counted(happenings, START) == {
        "parcel delivered": (3, "Delivered"),
        "order shipped": (2, "Shipped"),
        "parcel came back": (1, "Coming back"),
    }


def test_of_a_quiet_day_nothing_is_told() -> None:
    assert yesterday.counted([], START) == {}
