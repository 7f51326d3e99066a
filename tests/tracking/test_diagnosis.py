"""Why an order came to nothing: what is certain, what is only likely, and nothing beyond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from mcf.amazon.models.base import Address
from mcf.tracking.diagnosis import Case, Diagnosis, Remedy, diagnose, is_in_transfer, remedy
from mcf.tracking.facts import OrderFacts

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
GOOD = {
    "name": "Ada Example",
    "address_line1": "100 Example Street",
    "city": "Springfield",
    "state_or_region": "IL",
    "postal_code": "62701",
    "country_code": "US",
}
SHELF = {"seller_sku": "A", "fulfillable_quantity": 10}
EMPTY = {"pending_transshipment_quantity": 0, "fc_processing_quantity": 0}


def case(
    status: str,
    *,
    address: dict[str, str] | None = None,
    shelf: dict[str, Any] | None = None,
    units: tuple[int, int, int] = (2, 0, 0),
    shipments: tuple[str, ...] = (),
    wishes: tuple[str, ...] = (),
    **order: Any,
) -> Case:
    head = {
        "status": status,
        "fulfillment_action": "Ship",
        "shipping_speed_category": "Standard",
        "received_date": NOW - timedelta(days=2),
        "status_updated_date": NOW,
        "released_at": pd.NaT,
        "ships_by": NOW + timedelta(days=1),
    }
    quantity, cancelled, unfulfillable = units
    line = {
        "seller_sku": "A",
        "quantity": quantity,
        "cancelled_quantity": cancelled,
        "unfulfillable_quantity": unfulfillable,
    }
    return Case(
        order=OrderFacts.of(head | order),
        address=Address(**(GOOD | (address or {}))),
        items=pd.DataFrame([line]),
        shipments=pd.DataFrame({"status": list(shipments)}),
        stock=pd.DataFrame([SHELF | EMPTY | (shelf or {})]),
        wishes=wishes,
        offered=frozenset({"BLANK_BOX"}),
    )


def found(this: Case) -> Diagnosis:
    diagnosis = diagnose(this, NOW)
    assert diagnosis is not None
    return diagnosis


@pytest.mark.parametrize("status", ["Received", "Planning", "Processing", "Complete", "Surprise"])
def test_an_order_that_does_well_needs_no_reason(status: str) -> None:
    assert diagnose(case(status), NOW) is None


def test_amazon_gives_no_reason_for_an_invalid_order_and_that_is_said() -> None:
    diagnosis = found(case("Invalid"))

    assert "gives no reason" in diagnosis.says
    assert diagnosis.likely[0].startswith("Nothing is found wrong from here")


REASONS = [
    pytest.param({"address": {"postal_code": "9021"}}, "Likely the address: ", id="postal code"),
    pytest.param(
        {"address": {"state_or_region": "ZZ"}}, "Likely the address: ZZ is not a state", id="state"
    ),
    pytest.param({"address": {"city": ""}}, "Likely the address: City is needed.", id="city"),
    pytest.param({"shelf": {"seller_sku": "B"}}, "Likely A: it isn't in your stock", id="sku"),
    pytest.param(
        {"shelf": {"fulfillable_quantity": 1}},
        "Likely the stock: 2 of A wanted, 1 can ship now.",
        id="stock",
    ),
    pytest.param(
        {"shelf": {"fulfillable_quantity": 0, "fc_processing_quantity": 4}},
        "Likely the stock: 2 of A wanted, 0 can ship now, 4 are on the way",
        id="processing",
    ),
    pytest.param({"wishes": ("BLOCK_AMZL",)}, "Likely “Other carriers only”", id="feature"),
    pytest.param(
        {"address": {"address_line1": "PO Box 12"}}, "Possibly the address: it's a post", id="box"
    ),
    pytest.param(
        {
            "address": {"state_or_region": "AK", "city": "Juneau", "postal_code": "99801"},
            "shipping_speed_category": "Priority",
        },
        "Possibly the speed: Priority to Alaska",
        id="far",
    ),
]


@pytest.mark.parametrize(("facts", "told"), REASONS)
def test_what_is_found_wrong_from_here_is_told_as_likely(facts: dict[str, Any], told: str) -> None:
    assert found(case("Invalid", **facts)).likely[0].startswith(told)


def test_the_address_is_told_before_the_stock() -> None:
    likely = found(
        case("Invalid", address={"postal_code": "1"}, shelf={"fulfillable_quantity": 0})
    ).likely

    assert [each.split(":")[0] for each in likely] == ["Likely the address", "Likely the stock"]


def test_an_address_that_amazon_hides_is_not_judged() -> None:
    hidden = case("Invalid")
    hidden = Case(hidden.order, None, hidden.items, hidden.shipments, hidden.stock)

    assert found(hidden).likely[0].startswith("Nothing is found wrong")


def test_a_feature_is_not_judged_before_amazon_was_asked_what_it_offers() -> None:
    asked = case("Invalid", wishes=("BLOCK_AMZL",))
    unasked = Case(
        asked.order, asked.address, asked.items, asked.shipments, asked.stock, asked.wishes
    )

    assert found(unasked).likely[0].startswith("Nothing is found wrong")


def test_an_order_that_could_not_be_fulfilled_is_held_against_the_stock() -> None:
    diagnosis = found(case("Unfulfillable", shelf={"fulfillable_quantity": 0}))

    assert diagnosis.says == "Amazon found no unit that it could ship."
    assert diagnosis.likely == ("Likely the stock: 2 of A wanted, 0 can ship now.",)


def test_what_of_an_order_did_not_ship_is_counted() -> None:
    assert found(case("CompletePartialled", units=(5, 1, 2))).says == "Not shipped: 3 x A."


def test_only_what_did_not_ship_is_held_against_the_stock() -> None:
    here = {"fulfillable_quantity": 3}

    assert found(case("CompletePartialled", units=(5, 1, 2), shelf=here)).likely == ()
    assert found(case("CompletePartialled", units=(5, 2, 2), shelf=here)).likely == (
        "Likely the stock: 4 of A wanted, 3 can ship now.",
    )


def test_an_order_cancelled_after_a_long_hold_was_likely_cancelled_for_that() -> None:
    came = NOW - timedelta(days=14, minutes=5)

    diagnosis = found(case("Cancelled", fulfillment_action="Hold", received_date=came))

    assert "on hold for too long" in diagnosis.likely[0]


@pytest.mark.parametrize(
    ("shipment", "told"),
    [("CANCELLED_BY_SELLER", "at your request"), ("CANCELLED_BY_FULFILLER", "doesn't tell who")],
)
def test_who_cancelled_is_told_as_far_as_shipments_tell_it(shipment: str, told: str) -> None:
    assert told in found(case("Cancelled", shipments=(shipment,))).says


def test_who_cancelled_is_not_claimed_when_nothing_tells_it() -> None:
    assert found(case("Cancelled")).likely == ()


@pytest.mark.parametrize("status", ["Received", "Planning", "Accepted"])
def test_an_order_past_its_ship_date_is_stuck(status: str) -> None:
    diagnosis = found(
        case(
            status,
            ships_by=NOW - timedelta(hours=1),
            shelf={"fulfillable_quantity": 0, "pending_transshipment_quantity": 9},
        )
    )

    assert diagnosis.says.startswith("It should have left by now")
    assert "9 are on the way between warehouses" in diagnosis.likely[0]


@pytest.mark.parametrize(
    "facts",
    [
        {"fulfillment_action": "Hold", "ships_by": NOW - timedelta(days=1)},
        {"ships_by": pd.NaT},
        {"ships_by": pd.NaT, "received_date": pd.NaT},
    ],
)
def test_an_order_on_hold_or_new_without_a_date_is_not_stuck(facts: dict[str, Any]) -> None:
    assert diagnose(case("Planning", **facts), NOW) is None


@pytest.mark.parametrize(("there", "moving", "waits"), [(1, 5, True), (1, 0, False), (2, 5, False)])
def test_an_order_waits_for_units_in_transfer_only_if_too_few_are_on_the_shelf(
    there: int, moving: int, waits: bool
) -> None:
    shelf = {"fulfillable_quantity": there, "pending_transshipment_quantity": moving}

    assert is_in_transfer(case("Planning", shelf=shelf)) is waits


@pytest.mark.parametrize(
    ("status", "units", "what"),
    [
        ("Invalid", (2, 0, 0), Remedy.SEND_AGAIN),
        ("Cancelled", (2, 2, 0), Remedy.SEND_AGAIN),
        ("CompletePartialled", (2, 1, 0), Remedy.SEND_THE_REST),
        ("CompletePartialled", (2, 0, 0), None),
        ("Planning", (2, 0, 0), Remedy.CANCEL),
        ("Complete", (2, 0, 0), None),
    ],
)
def test_what_can_be_done_depends_on_what_became_of_the_order(
    status: str, units: tuple[int, int, int], what: Remedy | None
) -> None:
    late = case(status, units=units, ships_by=NOW - timedelta(days=2))

    assert remedy(late.order, late.items, NOW) is what
