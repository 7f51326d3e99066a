"""What ends when: holds, a day for all units, claims, and the first minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pytest

from mcf.tracking.lifecycle import (
    CLOSED_FOR,
    DEADLINES,
    ClaimRule,
    DeadlineKind,
    claim_rule,
    claim_window,
    deadlines,
    today,
)
from tests.tracking.test_lifecycle import DAY, NOON, orders

HOUR = timedelta(hours=1)
US = claim_rule("US")


def found(
    claim: ClaimRule = US, **values: Any
) -> dict[str, tuple[datetime | None, datetime | None]]:
    table = deadlines(orders(**values), NOON, claim)
    return {
        row["kind"]: (known(row["opens"]), known(row["due"])) for row in table.to_dict("records")
    }


def known(moment: Any) -> datetime | None:
    return None if pd.isna(moment) else moment


def held(**values: Any) -> dict[str, Any]:
    return {
        "status": "Received",
        "fulfillment_action": "Hold",
        "received_date": NOON - DAY,
        "parcels": 0,
        "parcel_status": None,
    } | values


def test_a_hold_ends_after_fourteen_days() -> None:
    assert found(**held()) == {DeadlineKind.HOLD: (None, NOON + 13 * DAY)}


def test_a_hold_is_to_be_released_by_the_date_on_which_it_was_to_ship() -> None:
    told = found(**held(promised_ship_date=NOON + DAY, estimated_ship_date=NOON + 2 * DAY))

    assert told[DeadlineKind.RELEASE] == (None, NOON + DAY)


def test_a_hold_of_which_amazon_does_not_tell_when_it_came_has_no_known_end() -> None:
    assert found(**held(received_date=None)) == {DeadlineKind.HOLD: (None, None)}


def test_a_released_hold_has_no_deadline() -> None:
    assert found(**held(fulfillment_action="Ship")) == {}


@pytest.mark.parametrize("status", ["Received", "Planning", "Processing"])
def test_an_order_that_waits_for_all_units_ends_after_a_day(status: str) -> None:
    came = NOON - 5 * HOUR
    told = found(
        status=status,
        fulfillment_policy="FillAll",
        received_date=came,
        parcels=0,
        parcel_status=None,
    )

    assert told[DeadlineKind.FILL_ALL] == (None, came + DAY)


def test_a_hold_overrides_the_day_for_all_units() -> None:
    assert DeadlineKind.FILL_ALL not in found(**held(fulfillment_policy="FillAll"))


def test_a_new_order_can_be_cancelled_for_some_minutes() -> None:
    new = {"status": "Planning", "received_date": NOON - timedelta(minutes=10), "parcels": 0}

    assert found(**new) == {DeadlineKind.CANCEL: (None, NOON + timedelta(minutes=20))}


def test_a_claim_opens_a_week_after_the_promise_and_closes_as_the_country_has_it() -> None:
    promised = NOON - DAY
    told = found(promised_arrival_date=promised, estimated_arrival_date=NOON + 9 * DAY)

    assert told == {DeadlineKind.CLAIM: (promised + 7 * DAY, promised + 90 * DAY)}


def test_without_a_promise_a_claim_counts_from_amazons_estimate_and_says_so() -> None:
    table = deadlines(orders(estimated_arrival_date=NOON - DAY), NOON, US)

    assert "Amazon's estimate" in table["what"].iloc[0]


def test_where_the_end_of_claims_is_not_known_it_is_not_made_up() -> None:
    table = deadlines(orders(promised_arrival_date=NOON - DAY), NOON, claim_rule("DE"))

    assert pd.isna(table["due"].iloc[0])
    assert "isn't known for this marketplace" in table["what"].iloc[0]


def test_a_sellers_own_rule_counts() -> None:
    promised = NOON - DAY

    told = found(ClaimRule(10, 30), promised_arrival_date=promised)

    assert told[DeadlineKind.CLAIM] == (promised + 10 * DAY, promised + 30 * DAY)


def test_the_window_of_a_claim_counts_from_the_promise_else_from_the_estimate() -> None:
    first = orders(promised_arrival_date=NOON, estimated_arrival_date=NOON + DAY).iloc[0]
    second = orders(estimated_arrival_date=NOON).iloc[0]

    assert claim_window(first, US) == (NOON + 7 * DAY, NOON + 90 * DAY)
    assert claim_window(second, claim_rule("DE")) == (NOON + 7 * DAY, None)
    assert claim_window(orders().iloc[0], US) is None


@pytest.mark.parametrize(
    "values",
    [
        {"parcels_delivered": 1},
        {"parcel_status": "RETURNED"},
        {"parcel_status": "RETURNING"},
        {"parcel_status": "AVAILABLE_FOR_PICKUP"},
        {"status": "Cancelled"},
        {"promised_arrival_date": NOON + DAY},
    ],
)
def test_nothing_is_to_be_claimed_for_what_came_came_back_or_may_still_come(
    values: dict[str, Any],
) -> None:
    assert found(**{"promised_arrival_date": NOON - DAY} | values) == {}


def test_a_claim_that_closed_long_ago_is_not_shown_for_ever() -> None:
    closed = NOON - 90 * DAY - CLOSED_FOR

    assert found(promised_arrival_date=closed) == {}
    assert DeadlineKind.CLAIM in found(promised_arrival_date=closed + HOUR)


def test_the_soonest_comes_first_and_what_has_no_known_end_last() -> None:
    table = pd.concat(
        [
            orders(**held(received_date=None, seller_fulfillment_order_id="LAST")),
            orders(**held(seller_fulfillment_order_id="SECOND")),
            orders(promised_arrival_date=NOON - DAY, seller_fulfillment_order_id="FIRST"),
        ],
        ignore_index=True,
    ).astype({"status": "category", "fulfillment_action": "category", "parcel_status": "category",
              "fulfillment_policy": "category"})  # fmt: skip

    told = deadlines(table, NOON, US)

    assert list(told["seller_fulfillment_order_id"]) == ["FIRST", "SECOND", "LAST"]


def test_no_orders_have_no_deadlines_in_the_declared_columns() -> None:
    table = deadlines(orders().iloc[:0], NOON, US)

    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == DEADLINES
    assert table.empty


def test_what_ends_today_is_told_in_the_zone_of_who_asks() -> None:
    ends = pd.DataFrame({"due": pd.to_datetime([NOON - HOUR, NOON + HOUR, NOON + 11 * HOUR, None])})

    assert today(ends, NOON, UTC) == (2, 1)
    assert today(ends, NOON, timezone(2 * HOUR)) == (1, 1)


@pytest.mark.parametrize(("closes", "possible"), [(None, True), (8, True), (7, False), (3, False)])
def test_a_claim_window_ends_after_it_begins(closes: int | None, possible: bool) -> None:
    assert ClaimRule(7, closes).is_possible is possible
