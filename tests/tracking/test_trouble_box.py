"""The one box of an order in trouble: what happened, why, what to do, until when, what money."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.tracking import lifecycle, trouble, trouble_box
from mcf.tracking.diagnosis import Diagnosis, Remedy
from mcf.tracking.facts import OrderFacts
from mcf.tracking.lifecycle import GRAVEST_FIRST, Trouble
from mcf.tracking.trouble import Stand
from mcf.tracking.trouble_box import Goods, TroubleBox
from tests.tracking.test_lifecycle import DAY, NOON, orders, parcels

LOST = {"parcel_status": "UNDELIVERABLE", "promised_arrival_date": NOON - DAY}
WAITS: dict[str, Any] = {"parcels": 0, "parcel_status": None}
GOODS = Goods({"A": 2}, {"A": 4.5}, "USD")
STATES: dict[Trouble, dict[str, Any]] = {
    Trouble.INVALID: WAITS | {"status": "Invalid"},
    Trouble.UNFULFILLABLE: WAITS | {"status": "Unfulfillable"},
    Trouble.UNDELIVERABLE: LOST,
    Trouble.RETURNED: {"parcel_status": "RETURNED"},
    Trouble.STUCK: WAITS | {"status": "Planning", "estimated_ship_date": NOON - DAY},
    Trouble.PARTLY: {"status": "CompletePartialled"},
    Trouble.LATE: {"promised_arrival_date": NOON - 3 * DAY},
    Trouble.DELAYED: {"parcel_status": "DELAYED"},
    Trouble.UNKNOWN: {"parcel_status": "UNDISPLAYED"},
}


def standing_of(**values: Any) -> tuple[pd.DataFrame, Stand]:
    frame = orders(**values)
    status = values.get("parcel_status")
    boxes = parcels(*([status] if status else []))
    return frame, trouble.stand(frame, lifecycle.all_troubles(frame, boxes, NOON), NOON)


def the_box(
    goods: Goods = GOODS, diagnosis: Diagnosis | None = None, **values: Any
) -> TroubleBox | None:
    frame, stand = standing_of(**values)
    order = OrderFacts.of(frame.iloc[0].to_dict())
    claim = lifecycle.claim_window(order.row, lifecycle.claim_rule("US"))
    remedy = trouble_box.replaceable(FulfillmentOrderStatus.of(order.status), stand)
    return trouble_box.box(order, stand, diagnosis, remedy, claim, goods, NOON)


@pytest.mark.parametrize("kind", GRAVEST_FIRST)
def test_every_trouble_has_one_box_that_says_what_happened_and_what_to_do(kind: Trouble) -> None:
    box = the_box(**STATES[kind])

    assert box is not None
    assert box.happened.endswith((".", "."))
    assert box.advice.endswith(".")


def test_an_order_that_does_well_has_none() -> None:
    assert the_box() is None


def test_what_is_lost_can_be_claimed_until_a_day_and_is_sent_again() -> None:
    box = the_box(**LOST, fee=6.08, fee_currency="USD")

    assert box is not None
    assert box.claim == (NOON + 6 * DAY, NOON + 89 * DAY)
    assert box.money == "2 x A: 9.00 USD at your unit costs. The fee was 6.08 USD."
    assert box.remedy is Remedy.SEND_LOST


def test_what_is_late_can_be_claimed_and_another_one_can_be_sent() -> None:
    box = the_box(**STATES[Trouble.LATE])

    assert box is not None
    assert box.claim is not None
    assert box.remedy is Remedy.SEND_ANOTHER


@pytest.mark.parametrize("kind", [Trouble.RETURNED, Trouble.DELAYED, Trouble.STUCK])
def test_what_is_neither_lost_nor_late_is_not_claimed(kind: Trouble) -> None:
    box = the_box(**STATES[kind])

    assert box is not None
    assert box.claim is None


def test_money_that_is_not_known_is_said_to_be_unknown() -> None:
    uncosted = the_box(Goods({"A": 1, "B": 1}, {"A": 4.5}, "USD"), **LOST)
    nameless = the_box(Goods({}, {}, "USD"), **LOST)

    assert uncosted is not None
    assert "isn't known: no unit cost in USD is set for B." in uncosted.money
    assert uncosted.money.endswith("The fee is not known here.")
    assert nameless is not None
    assert nameless.money.startswith("What is in it isn't known")


def test_of_what_comes_back_only_the_fee_is_lost() -> None:
    box = the_box(parcel_status="RETURNED", fee=6.08, fee_currency="USD")

    assert box is not None
    assert box.money == "The goods come back; the fee of 6.08 USD was for nothing."


def test_lesser_troubles_stand_in_the_same_box() -> None:
    box = the_box(parcel_status="DELAYED", promised_arrival_date=NOON - 3 * DAY)

    assert box is not None
    assert box.title == "Late"
    assert box.also == ("Delayed: Later than first promised.",)


def test_one_on_hold_says_until_when() -> None:
    held = WAITS | {"status": "Received", "fulfillment_action": "Hold"}

    box = the_box(**held, received_date=NOON - 13 * DAY)

    assert box is not None
    assert (box.title, box.until) == ("On hold", NOON + DAY)
    assert box.happened == "Amazon cancels it in 24 hours unless you ship it."


def test_a_cancelled_one_has_its_reason_and_no_money() -> None:
    box = the_box(diagnosis=Diagnosis("You cancelled it."), **WAITS | {"status": "Cancelled"})

    assert box is not None
    assert (box.title, box.happened, box.money) == ("Cancelled", "You cancelled it.", "")


def test_the_diagnosis_of_an_invalid_order_is_in_it() -> None:
    why = Diagnosis("Amazon gives no reason.", ("Likely the address.",))

    box = the_box(diagnosis=why, **STATES[Trouble.INVALID])

    assert box is not None
    assert (box.happened, box.likely) == (why.says, why.likely)


def boxes(*rows: tuple[str, str | None]) -> pd.DataFrame:
    frame = parcels(*(status for status, _ in rows))
    return frame.assign(contents=pd.Series([text for _, text in rows], dtype="str"))


LINES = pd.DataFrame(
    [{"seller_sku": "A", "quantity": 5, "cancelled_quantity": 1, "unfulfillable_quantity": 1}]
)


def test_units_that_do_not_arrive_are_those_in_the_parcels() -> None:
    frame = boxes(
        ("UNDELIVERABLE", "2 x A, 1 x B, 3"), ("IN_TRANSIT", "4 x C"), ("DELIVERED", "1 x D")
    )

    assert trouble_box.not_arriving(frame, LINES, late=False) == {"A": 2, "B, 3": 1}
    assert trouble_box.not_arriving(frame, LINES, late=True) == {"A": 2, "B, 3": 1, "C": 4}


def test_where_the_contents_are_not_told_it_is_all_that_shipped() -> None:
    assert trouble_box.not_arriving(boxes(("RETURNED", None)), LINES, late=False) == {"A": 3}
    assert trouble_box.not_arriving(boxes(("RETURNED", "? x A")), LINES, late=False) == {"A": 3}
    assert trouble_box.not_arriving(boxes(("IN_TRANSIT", "1 x A")), LINES, late=False) == {}


def test_a_hold_nearly_over_counts_hours() -> None:
    held = WAITS | {"status": "Received", "fulfillment_action": "Hold"}

    box = the_box(**held, received_date=NOON - 14 * DAY + timedelta(minutes=30))

    assert box is not None
    assert "any minute" in box.happened
