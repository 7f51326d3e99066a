"""When something arrives and who says so, in the words of every page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from mcf.tracking.lifecycle import Trouble
from mcf.tracking.standing import Arrival, DueBy, Standing
from mcf.tracking.trouble import Stand
from pages.parts.tracking import arrival

TUESDAY = date(2026, 12, 1)


def stand(**values: Any) -> Stand:
    blank: dict[str, Any] = dict.fromkeys(Stand.__slots__) | {
        "word": Standing.SHIPPED, "arrives_by": Arrival.TRACKING, "due_by": DueBy.UNTOLD,
        "zone": "Etc/UTC", "troubles": (), "today": TUESDAY,
    }  # fmt: skip
    return Stand(**(blank | values))


@pytest.mark.parametrize(
    ("by", "day", "said"),
    [
        (Arrival.DELIVERED, TUESDAY, "Delivered Tue 01 Dec"),
        (Arrival.DELIVERED, None, "Delivered; when isn't told"),
        (Arrival.TRACKING, TUESDAY, "About Tue 01 Dec, by its tracking"),
        (Arrival.AMAZON, TUESDAY, "About Tue 01 Dec, by Amazon's estimate"),
        (Arrival.WAITS, None, "It waits for its recipient"),
        (Arrival.NOTHING, None, "Nothing of it is on its way"),
        (Arrival.UNTOLD, None, "When it arrives isn't told"),
    ],
)
def test_an_arrival_has_one_day_and_its_source(by: Arrival, day: date | None, said: str) -> None:
    moment = pd.Timestamp(day) if day else pd.NaT

    assert arrival.of_parcel({"arrives_by": by.value, "arrives_day": moment}, TUESDAY) == said
    facts = arrival.of_order(stand(arrives_by=by, arrives_day=day))
    assert said.removeprefix("Delivered ") in facts.values()


def test_a_day_that_has_passed_is_no_forecast() -> None:
    parcel = {"arrives_by": Arrival.TRACKING.value, "arrives_day": pd.Timestamp(TUESDAY)}

    said = arrival.of_parcel(parcel, TUESDAY + timedelta(days=1))

    assert said == "Was expected Tue 01 Dec, by its tracking"


def test_one_that_is_stuck_was_to_ship() -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)

    stuck = arrival.of_order(stand(ships_by=at, troubles=(Trouble.STUCK,)))

    assert "Was to ship by" in stuck
    assert "Ships by" in arrival.of_order(stand(ships_by=at, released_at=at))


@pytest.mark.parametrize(
    ("late", "said"), [(0, "on time"), (1, "1 day late"), (3, "3 days late"), (-1, "1 day early")]
)
def test_days_against_the_promise_are_whole_days(late: int, said: str) -> None:
    assert arrival.of_order(stand(days_late=late))["Against the promise"] == said


def test_a_promise_that_counts_from_a_release_says_so() -> None:
    anew = stand(due_day=TUESDAY, due_by=DueBy.RELEASE)

    assert arrival.of_order(anew)["Promised"] == "by Tue 01 Dec, counted from its release"
    assert "Promised" not in arrival.of_order(stand(due_day=TUESDAY, due_by=DueBy.AMAZON))


def test_one_on_hold_has_no_arrival() -> None:
    held = stand(word=Standing.ON_HOLD, arrives_by=Arrival.NOTHING)

    assert arrival.of_order(held) == {}
