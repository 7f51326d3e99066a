"""What came of promises, with days and shares worked by hand, and against a slow reckoning."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus
from mcf.marketplaces import MARKETPLACES
from mcf.store import frames
from mcf.tracking import promises, standing
from mcf.tracking.promises import PromiseOutcome

NOW = datetime(2026, 3, 20, 18, 0, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")
PROMISED = datetime(2026, 3, 12, 6, 59, 59, tzinfo=UTC)
"""The last second of Wednesday, 11 March, in the Pacific zone."""

SHIPS_BY = datetime(2026, 3, 7, 7, 59, 59, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)


def table(columns: frames.Columns, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A frame of these rows; what isn't given is 0, False or null."""
    zeros = {name: 0 for name, dtype in columns.items() if dtype == frames.NUMBER}
    noes = {name: False for name, dtype in columns.items() if dtype == "bool"}
    full = [dict.fromkeys(columns) | zeros | noes | row for row in rows]
    return frames.build(columns, {name: [row[name] for row in full] for name in columns})


def orders(*rows: dict[str, Any]) -> pd.DataFrame:
    """Orders with the promise of Wednesday, 11 March, that shipped; numbered from "1" on."""
    usual: dict[str, Any] = {
        "status": "Complete",
        "speed_label": "Standard",
        "received_date": datetime(2026, 3, 5, 20, 0, tzinfo=UTC),
        "country_code": "US",
        "state_or_region": "WA",
        "units": 1,
        "promised_ship_date": SHIPS_BY,
        "promised_arrival_date": PROMISED,
    }
    numbered = [
        usual | {"seller_fulfillment_order_id": str(n)} | row for n, row in enumerate(rows, start=1)
    ]
    return table(frames.ORDERS, numbered)


def parcels(*rows: dict[str, Any]) -> pd.DataFrame:
    """Parcels of order "1" that shipped on 6 March and arrived on the 10th."""
    usual: dict[str, Any] = {
        "seller_fulfillment_order_id": "1",
        "amazon_shipment_id": "S1",
        "status": "DELIVERED",
        "carrier_code": "UPS",
        "ship_date": datetime(2026, 3, 6, 20, 0, tzinfo=UTC),
        "delivered_at": datetime(2026, 3, 10, 20, 0, tzinfo=UTC),
        "tracked": True,
    }
    numbered = [usual | {"package_number": n} | row for n, row in enumerate(rows, start=1)]
    return table(frames.PACKAGES, numbered)


def on_the_way(**more: Any) -> dict[str, Any]:
    """A parcel that the carrier has."""
    return {"status": "IN_TRANSIT", "delivered_at": None} | more


def outcome(
    order: dict[str, Any], *boxes: dict[str, Any], now: datetime = NOW, dead: Any = None
) -> pd.Series:
    """What came of one order."""
    return promises.outcomes(orders(order), parcels(*boxes), now, PACIFIC, dead).iloc[0]


@pytest.mark.parametrize(
    ("after", "came", "days"),
    [
        (-8 * DAY, PromiseOutcome.ON_TIME, -8),
        (-DAY - SECOND, PromiseOutcome.ON_TIME, -1),
        (-DAY + SECOND, PromiseOutcome.ON_TIME, 0),
        (0 * DAY, PromiseOutcome.ON_TIME, 0),
        (SECOND, PromiseOutcome.LATE, 1),
        (DAY, PromiseOutcome.LATE, 1),
        (DAY + SECOND, PromiseOutcome.LATE, 2),
    ],
)
def test_an_order_is_on_time_until_the_last_second_of_the_promised_day(
    after: timedelta, came: PromiseOutcome, days: int
) -> None:
    found = outcome({}, {"ship_date": PROMISED - 9 * DAY, "delivered_at": PROMISED + after})

    assert (found["arrival"], found["days_late"]) == (came.value, days)


def test_a_promise_in_the_middle_of_a_day_holds_until_that_day_is_over() -> None:
    order = {"promised_arrival_date": datetime(2026, 3, 11, 17, 0, tzinfo=UTC)}

    assert outcome(order, {"delivered_at": PROMISED})["arrival"] == "On time"


def test_the_same_moment_is_another_day_where_another_order_goes() -> None:
    boxes = parcels({"delivered_at": PROMISED + SECOND})
    east = promises.outcomes(orders({"state_or_region": "NY"}), boxes, NOW, PACIFIC)
    west = promises.outcomes(orders({}), boxes, NOW, UTC)

    assert (east["arrival"].item(), west["arrival"].item()) == ("On time", "Late")


def test_a_promise_of_an_order_that_was_released_late_counts_from_its_release() -> None:
    sent = orders({"received_date": PROMISED - 5 * DAY, "fulfillment_action": "Ship"})
    box = parcels({"delivered_at": PROMISED + 3 * DAY})

    as_sent = promises.outcomes(standing.counted(sent, box, {}), box, NOW, PACIFIC)
    released = standing.counted(sent, box, {"1": PROMISED})

    assert as_sent["arrival"].item() == "Late"
    assert promises.outcomes(released, box, NOW, PACIFIC)["arrival"].item() == "On time"


def test_a_day_of_the_change_to_summer_time_is_one_day() -> None:
    order = {"promised_arrival_date": datetime(2026, 3, 8, 7, 30, tzinfo=UTC)}

    found = outcome(order, {"delivered_at": datetime(2026, 3, 9, 6, 30, tzinfo=UTC)})

    assert found["days_late"] == 1


@pytest.mark.parametrize(
    ("now", "came", "days"),
    [
        (PROMISED, "Not due yet", None),
        (PROMISED + SECOND, "Late and not there yet", 1),
        (NOW, "Late and not there yet", 9),
    ],
)
def test_an_order_that_isnt_there_is_late_once_the_promised_day_is_over(
    now: datetime, came: str, days: int | None
) -> None:
    found = outcome({}, on_the_way(), now=now)

    assert found["arrival"] == came
    assert found["days_late"] == days or (days is None and math.isnan(found["days_late"]))


def test_an_order_is_as_late_as_its_last_parcel() -> None:
    found = outcome({}, {}, {"delivered_at": PROMISED + 3 * DAY}, {})

    assert (found["arrival"], found["days_late"]) == ("Late", 3)


def test_an_order_isnt_there_while_one_of_its_parcels_isnt() -> None:
    assert outcome({}, {}, on_the_way())["arrival"] == "Late and not there yet"


def test_an_order_isnt_there_while_a_part_of_it_is_still_at_the_warehouse() -> None:
    assert outcome({"status": "Processing"}, {})["arrival"] == "Late and not there yet"


def test_an_order_that_shipped_in_part_is_judged_by_what_shipped() -> None:
    assert outcome({"status": "CompletePartialled"}, {})["arrival"] == "On time"


def test_an_order_at_the_warehouse_past_the_promise_is_late() -> None:
    found = outcome({"status": "Planning"})

    assert (found["arrival"], found["shipping"]) == ("Late and not there yet",) * 2
    assert found["ship_days_late"] == 14
    assert found["carrier"] == "Not shipped yet"


@pytest.mark.parametrize("status", ["Cancelled", "Invalid", "Unfulfillable", "CANCELLED"])
def test_an_order_of_which_nothing_ships_isnt_judged(status: str) -> None:
    found = outcome({"status": status})

    assert (found["arrival"], found["shipping"]) == ("Nothing ships", "Nothing ships")


def test_an_estimate_is_no_promise() -> None:
    order = {
        "promised_arrival_date": None,
        "promised_ship_date": None,
        "estimated_arrival_date": PROMISED,
        "estimated_ship_date": SHIPS_BY,
    }
    found = outcome(order, {})

    assert (found["arrival"], found["shipping"]) == ("No promise stored", "No promise stored")
    assert pd.isna(found["week"])


def test_an_order_on_hold_waits_for_the_seller_and_not_for_amazon() -> None:
    found = outcome({"status": "Received", "fulfillment_action": "Hold"})

    assert (found["arrival"], found["shipping"]) == ("On hold", "On hold")


@pytest.mark.parametrize("status", ["PICKUP_CANCELLED", "pickup_cancelled"])
def test_a_parcel_that_the_carrier_wont_collect_doesnt_count(status: str) -> None:
    assert outcome({}, {}, on_the_way(status=status))["arrival"] == "On time"


def test_a_parcel_of_a_dead_shipment_doesnt_count_nor_one_like_it_of_another_order() -> None:
    dead = pd.DataFrame({"seller_fulfillment_order_id": ["1"], "amazon_shipment_id": ["gone"]})
    boxes = parcels(
        {},
        on_the_way(amazon_shipment_id="gone"),
        {"seller_fulfillment_order_id": "2", "amazon_shipment_id": "gone"},
    )

    found = promises.outcomes(orders({}, {}), boxes, NOW, PACIFIC, dead)

    assert found["arrival"].tolist() == ["On time", "On time"]


@pytest.mark.parametrize(
    "box",
    [
        on_the_way(status="DELIVERED"),
        on_the_way(status="AVAILABLE_FOR_PICKUP"),
        on_the_way(status="PICKUP_SUCCESSFUL", last_event="Picked up from a locker"),
        on_the_way(status="REFUND_ISSUED"),
        on_the_way(status="UNDISPLAYED"),
        on_the_way(status="UNKNOWN", tracked=False),
    ],
)
def test_a_parcel_that_may_have_arrived_leaves_its_order_unjudged(box: dict[str, Any]) -> None:
    assert outcome({}, box)["arrival"] == "When isn't told"


def test_an_order_that_shipped_and_whose_parcels_arent_known_isnt_judged() -> None:
    found = outcome({})

    assert (found["arrival"], found["shipping"]) == ("When isn't told", "When isn't told")


@pytest.mark.parametrize("status", ["UNDELIVERABLE", "RETURNING", "RETURNED", "DELAYED", "UNKNOWN"])
def test_a_parcel_that_is_lost_or_comes_back_is_late(status: str) -> None:
    assert outcome({}, on_the_way(status=status))["arrival"] == "Late and not there yet"


def test_shipping_is_judged_by_the_last_parcel_that_left() -> None:
    found = outcome({}, {}, {"ship_date": SHIPS_BY + 30 * HOUR})

    assert (found["shipping"], found["ship_days_late"]) == ("Late", 2)
    assert outcome({}, {"ship_date": SHIPS_BY})["shipping"] == "On time"


def test_a_parcel_without_a_time_of_shipping_leaves_the_shipping_unjudged() -> None:
    assert outcome({}, {"ship_date": None})["shipping"] == "When isn't told"


def test_nothing_known_at_all_is_no_failure() -> None:
    known = {"seller_fulfillment_order_id", "units", "parcels", "parcels_delivered", "detailed"}
    blank = dict.fromkeys(set(frames.ORDERS) - known)
    box = dict.fromkeys(["status", "carrier_code", "ship_date", "delivered_at"])

    card = promises.scorecard(orders(blank), parcels(box), NOW, PACIFIC)

    assert card.counts[PromiseOutcome.NO_PROMISE] == 1
    assert card.lost["parcels"].tolist() == [0]
    assert card.fees.empty


def test_an_empty_store_has_a_scorecard_of_zeros() -> None:
    card = promises.scorecard(orders(), parcels(), NOW, PACIFIC)

    assert card.judged == 0
    assert set(card.counts.values()) == {0}
    assert card.arrival[["judged", "on_time", "low", "high", "too_few"]].values.tolist() == [
        [0, 0, 0.0, 1.0, True]
    ]
    assert card.arrival[["share", "median_days_late"]].isna().all(axis=None)
    assert card.lost["share"].isna().tolist() == [True]
    assert [len(frame) for frame in (card.states, card.regions, card.fees, card.transits)] == [
        0
    ] * 4
    assert [len(frame) for frame in card.shares.values()] == [0, 0, 0]


def test_carriers_go_by_their_names_and_several_of_one_order_are_a_group() -> None:
    boxes = parcels(
        {"carrier_code": "AMZN_US"},
        {"carrier_code": "AMZL"},
        {"carrier_code": "UPS", "seller_fulfillment_order_id": "2"},
        {"carrier_code": "USPS", "seller_fulfillment_order_id": "2"},
        {"carrier_code": None, "seller_fulfillment_order_id": "3"},
        {"carrier_code": "NEW_CARRIER", "seller_fulfillment_order_id": "4"},
        {"carrier_code": None, "seller_fulfillment_order_id": "4"},
        {"carrier_code": "UPS", "seller_fulfillment_order_id": "nobody's"},
    )

    found = promises.outcomes(orders({}, {}, {}, {}, {}), boxes, NOW, PACIFIC)

    assert found["carrier"].tolist() == [
        "Amazon Logistics",
        "Several carriers",
        "Carrier not told",
        "New carrier",
        "Not shipped yet",
    ]


@pytest.mark.parametrize(
    ("country", "told", "region"),
    [
        ("US", "il", "IL"),
        ("US", " Illinois ", "IL"),
        ("US", "NEW  YORK", "NY"),
        ("us", "Washington DC", "DC"),
        ("US", "nowhere land", "Nowhere Land"),
        ("US", None, "Region not told"),
        ("CA", "ontario", "ON"),
        ("DE", "bayern", "Bayern"),
        ("DE", "BAYERN", "Bayern"),
        ("ZZ", "q", "Q"),
        (None, "IL", "IL"),
    ],
)
def test_a_region_has_one_writing(country: str | None, told: str | None, region: str) -> None:
    assert outcome({"country_code": country, "state_or_region": told})["region"] == region


def test_a_week_is_that_of_the_promised_day_and_begins_on_monday() -> None:
    sunday_night = datetime(2026, 3, 9, 6, 59, tzinfo=UTC)
    found = promises.outcomes(
        orders({}, {"promised_arrival_date": sunday_night}), parcels(), NOW, PACIFIC
    )

    assert found["week"].tolist() == [pd.Timestamp(2026, 3, 9), pd.Timestamp(2026, 3, 2)]


def many(count: int, late: int, **more: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """So many orders of a parcel each, and so many of them two days late."""
    boxes = [
        {
            "seller_fulfillment_order_id": str(n + 1),
            "delivered_at": PROMISED + (2 * DAY if n < late else -HOUR),
        }
        for n in range(count)
    ]
    return orders(*[more] * count), parcels(*boxes)


def test_a_share_comes_with_its_sample_and_its_interval() -> None:
    (row,) = promises.share(promises.outcomes(*many(20, 2), NOW, PACIFIC)).to_dict("records")

    assert (row["judged"], row["on_time"], row["share"]) == (20, 18, 0.9)
    assert (row["median_days_late"], row["too_few"]) == (0, False)
    # Worked with the formula of Wilson's paper.
    assert (round(row["low"], 4), round(row["high"], 4)) == (0.6990, 0.9721)


@pytest.mark.parametrize(("count", "too_few"), [(1, True), (9, True), (10, False)])
def test_fewer_than_ten_are_too_few(count: int, too_few: bool) -> None:
    found = promises.share(promises.outcomes(*many(count, 0), NOW, PACIFIC), "speed")

    assert found["too_few"].tolist() == [too_few]


def test_groups_are_sorted_and_those_without_a_judged_order_left_out() -> None:
    rows = [{"speed_label": name} for name in ("Standard", "Expedited", "Priority", "Standard")]
    rows[2]["promised_arrival_date"] = NOW + DAY
    rows[3]["promised_arrival_date"] = NOW + DAY

    found = promises.share(promises.outcomes(orders(*rows), parcels({}), NOW, PACIFIC), "speed")

    # Orders 2 to 4 shipped, but nothing is known of their parcels.
    assert found[["group", "judged", "not_due"]].values.tolist() == [["Standard", 1, 1]]


def test_the_share_of_shipping_is_that_of_its_own_promise() -> None:
    found = promises.outcomes(orders({}), parcels({"ship_date": SHIPS_BY + DAY}), NOW, PACIFIC)

    assert promises.share(found, of="shipping")["on_time"].tolist() == [0]
    assert promises.share(found, of="shipping")["median_days_late"].tolist() == [1]
    assert promises.share(found)["on_time"].tolist() == [1]


def test_days_in_transit_are_rounded_up_to_whole_and_half_days() -> None:
    left = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)
    spans = [0 * DAY, 12 * HOUR, 12 * HOUR + SECOND, DAY, 2 * DAY + HOUR]
    boxes = parcels(*[{"ship_date": left, "delivered_at": left + span} for span in spans])

    found = promises.transit_days(boxes)

    assert found["half_days"].tolist() == [0, 0.5, 1, 1, 2.5]
    assert found["whole_days"].tolist() == [0, 1, 1, 1, 3]
    assert found["days"].tolist() == [span / DAY for span in spans]


def test_parcels_without_both_times_or_back_in_time_or_cancelled_have_no_days_in_transit() -> None:
    boxes = parcels(
        on_the_way(),
        {"ship_date": None},
        {"delivered_at": datetime(2026, 3, 1, tzinfo=UTC)},
        {"status": "PICKUP_CANCELLED"},
    )

    assert promises.transit_days(boxes).empty


def test_the_spread_has_the_median_and_what_nine_of_ten_keep_to_for_each_speed() -> None:
    left = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)
    boxes = parcels(
        *[{"ship_date": left, "delivered_at": left + n * DAY} for n in range(11)],
        {"seller_fulfillment_order_id": "2"},
        {"seller_fulfillment_order_id": "unknown"},
    )
    took = promises.transit_days(boxes, orders({}, {"speed_label": "Priority"}))

    found = promises.spread(took, "speed")

    assert found.values.tolist() == [
        ["Priority", 1, 4.0, 4.0, True],
        ["Standard", 11, 5.0, 9.0, False],
        ["Unknown", 1, 4.0, 4.0, True],
    ]


def test_fees_of_different_currencies_are_never_added() -> None:
    dollars, euros = {"fee": 10.0, "fee_currency": "USD"}, {"fee": 8.0, "fee_currency": "EUR"}
    found = promises.fees(
        orders(dollars | {"units": 4}, dollars, euros | {"units": 2}, {}), PACIFIC
    )

    march = pd.Timestamp(2026, 3, 1)
    assert found.values.tolist() == [
        [march, "EUR", 1, 4, 8.0, 8.0, 2, 4.0],
        [march, "USD", 2, 4, 20.0, 10.0, 5, 4.0],
    ]


def test_a_fee_counts_in_the_month_of_receipt_where_the_marketplace_is() -> None:
    told = {"fee": 5.0, "fee_currency": "USD"}
    march_in_utc = {"received_date": datetime(2026, 3, 1, 7, 59, tzinfo=UTC)}

    found = promises.fees(
        orders(told, told | march_in_utc, told | {"received_date": None}), PACIFIC
    )

    assert found["month"].tolist() == [pd.Timestamp(2026, 3, 1), pd.Timestamp(2026, 2, 1)]
    assert found["known"].tolist() == [1, 1]


def test_no_fee_is_charged_for_what_never_ships_and_none_is_told_without_its_currency() -> None:
    found = promises.fees(
        orders({"fee": 5.0, "fee_currency": "USD", "status": "Cancelled"}, {"fee": 5.0})
    )

    assert found.empty


def test_a_fee_per_unit_isnt_told_while_the_units_arent_known() -> None:
    found = promises.fees(orders({"fee": 5.0, "fee_currency": "USD", "units": 0}))

    assert found["mean"].tolist() == [5.0]
    assert found["per_unit"].isna().tolist() == [True]


def test_lost_parcels_are_a_share_of_those_shipped_within_180_days() -> None:
    edge = NOW - 180 * DAY
    boxes = parcels(
        on_the_way(status="UNDELIVERABLE", ship_date=edge),
        on_the_way(status="UNDELIVERABLE", ship_date=edge - SECOND),
        on_the_way(status="UNDELIVERABLE", ship_date=None),
        on_the_way(status="PICKUP_CANCELLED"),
        on_the_way(status="RETURNED"),
        on_the_way(),
        {"carrier_code": None},
    )

    (whole,) = promises.lost(boxes, NOW).to_dict("records")
    by_carrier = promises.lost(boxes, NOW, by_carrier=True)

    assert (whole["parcels"], whole["lost"], whole["share"]) == (4, 1, 0.25)
    assert whole["too_few"]
    assert by_carrier[["group", "parcels", "lost"]].values.tolist() == [
        ["Carrier not told", 1, 0],
        ["UPS", 3, 1],
    ]


def test_of_a_period_count_the_orders_received_and_the_parcels_shipped_in_it() -> None:
    old = {"received_date": NOW - 31 * DAY}
    undated = {"received_date": None}
    boxes = parcels({}, {"ship_date": NOW - 31 * DAY}, on_the_way(status="UNDELIVERABLE"))

    month = promises.scorecard(orders({}, old, undated), boxes, NOW, PACIFIC, 30)
    whole = promises.scorecard(orders({}, old, undated), boxes, NOW, PACIFIC)

    assert sum(month.counts.values()) == 1
    assert sum(whole.counts.values()) == 3
    assert month.transits["parcels"].sum() == 1
    assert whole.transits["parcels"].sum() == 2
    assert month.lost["parcels"].tolist() == whole.lost["parcels"].tolist() == [3]


def test_states_are_those_of_the_united_states_and_regions_those_elsewhere() -> None:
    there = {"country_code": "CA", "state_or_region": "Ontario", "status": "Planning"}
    card = promises.scorecard(orders({}, there), parcels({}), NOW, PACIFIC)

    assert card.states["group"].tolist() == ["WA"]
    assert card.regions["group"].tolist() == ["ON"]


@pytest.mark.parametrize("marketplace", MARKETPLACES.values(), ids=lambda each: each.country_code)
def test_every_marketplace_has_days_of_its_own(marketplace: Any) -> None:
    assert NOW.astimezone(marketplace.zone).utcoffset() is not None


def some_moment(dice: Random) -> datetime | None:
    hours = dice.choice([None, *range(-400, 400, 7)])
    return None if hours is None else NOW + timedelta(hours=hours)


@pytest.mark.parametrize("seed", [1, 2])
def test_whole_columns_say_the_same_as_order_by_order(seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - it guards nothing
    statuses = [*FulfillmentOrderStatus.declared(), "Brand new", "", "Complete", "Complete"]
    whereabouts = [*PackageStatus.declared(), "UNDISPLAYED", *["DELIVERED"] * 20]
    rows = [
        {
            "status": dice.choice(statuses),
            "fulfillment_action": dice.choice(["Ship", "Ship", "Hold", None]),
            "promised_arrival_date": some_moment(dice),
        }
        for _ in range(1000)
    ]
    boxes = [
        {
            "seller_fulfillment_order_id": str(dice.randint(1, 1010)),
            "status": dice.choice(whereabouts),
            "delivered_at": some_moment(dice),
            "tracked": dice.random() < 0.8,
        }
        for _ in range(1500)
    ]

    found = promises.outcomes(orders(*rows), parcels(*boxes), NOW, PACIFIC)

    days_late = found["days_late"].astype("Int64").astype("object").replace({pd.NA: None})
    told = list(zip(found["arrival"], days_late, strict=True))
    assert told == [slowly(str(n), row, boxes) for n, row in enumerate(rows, start=1)]
    assert set(found["arrival"]) == {each.value for each in PromiseOutcome}


def slowly(order_id: str, order: dict[str, Any], boxes: list[dict[str, Any]]) -> tuple[str, Any]:
    """What came of one order, and how many days late, reckoned step by step."""
    status = FulfillmentOrderStatus.of(order["status"])
    if status in {"Cancelled", "Unfulfillable", "Invalid"}:
        return "Nothing ships", None
    if order["promised_arrival_date"] is None:
        return "No promise stored", None
    mine = [
        box
        for box in boxes
        if box["seller_fulfillment_order_id"] == order_id and box["status"] != "PICKUP_CANCELLED"
    ]
    promise = order["promised_arrival_date"].astimezone(PACIFIC).date()
    has_left = status in {"Complete", "CompletePartialled", "UNRECOGNISED"}
    arrivals = [box["delivered_at"] for box in mine]
    if has_left and mine and None not in arrivals:
        days = (max(arrivals).astimezone(PACIFIC).date() - promise).days
        return ("Late" if days > 0 else "On time"), days
    if order["fulfillment_action"] == "Hold" and (not has_left or status == "UNRECOGNISED"):
        return "On hold", None
    return not_there(promise, has_left, mine)


def not_there(promise: Any, has_left: bool, mine: list[dict[str, Any]]) -> tuple[str, Any]:
    days = (NOW.astimezone(PACIFIC).date() - promise).days
    if days <= 0:
        return "Not due yet", None
    may_be_there = {
        "DELIVERED", "AVAILABLE_FOR_PICKUP", "RETURN_REQUEST_ACCEPTED", "RETURN_RECEIVED_IN_FC",
        "REFUND_ISSUED", "UNDISPLAYED",
    }  # fmt: skip
    for box in mine:
        unclear = box["status"] in may_be_there or not box["tracked"]
        if box["delivered_at"] is None and not unclear:
            return "Late and not there yet", days
    return ("When isn't told", None) if has_left else ("Late and not there yet", days)
