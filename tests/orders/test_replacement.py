"""Which order may take another's place, and what of an order is left to send."""

from __future__ import annotations

import pytest

from mcf.amazon.models.requests import MCFOrderItem
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.orders import replacement
from mcf.orders.form import Typed, TypedLine
from mcf.orders.replacement import Links
from mcf.store import frames, tables
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper

NOTHING = [s for s in FulfillmentOrderStatus if s.comes_to_nothing]
MAY_SHIP = [
    s
    for s in FulfillmentOrderStatus
    if not s.comes_to_nothing and s is not FulfillmentOrderStatus.PARTIAL
]


def item(sku: str, units: int) -> MCFOrderItem:
    return MCFOrderItem.of(sellerSku=sku, sellerFulfillmentOrderItemId=sku, quantity=units)


@pytest.mark.parametrize("status", NOTHING)
def test_an_order_that_came_to_nothing_can_be_sent_again(status: FulfillmentOrderStatus) -> None:
    assert replacement.obstacle(status, {}, [item("A", 2)]) is None


@pytest.mark.parametrize("status", MAY_SHIP)
def test_an_order_that_may_ship_or_has_shipped_is_never_sent_again(
    status: FulfillmentOrderStatus,
) -> None:
    reason = replacement.obstacle(status, {}, [item("A", 2)])

    assert reason is not None
    assert "Cancel it first" in reason


def test_an_order_that_nobody_knows_is_not_replaced() -> None:
    assert "isn't known here" in str(replacement.obstacle(None, {}, [item("A", 2)]))


def test_an_order_whose_place_is_taken_is_not_sent_once_more() -> None:
    reason = replacement.obstacle(FulfillmentOrderStatus.INVALID, {}, [item("A", 2)], ["1001-R2"])

    assert "already, as order 1001-R2" in str(reason)


def test_of_an_order_partly_shipped_only_what_is_missing_is_sent() -> None:
    partial, left = FulfillmentOrderStatus.PARTIAL, {"A": 2}

    assert replacement.obstacle(partial, left, [item("A", 2)]) is None
    assert "2 of A didn't ship or arrive, and 3 are typed" in str(
        replacement.obstacle(partial, left, [item("A", 3)])
    )
    assert "0 of B didn't ship or arrive" in str(
        replacement.obstacle(partial, left, [item("B", 1)])
    )


def test_of_an_order_that_shipped_only_what_is_lost_or_comes_back_is_sent_again() -> None:
    complete, partial = FulfillmentOrderStatus.COMPLETE, FulfillmentOrderStatus.PARTIAL

    assert "may still ship" in str(replacement.obstacle(complete, {}, [item("A", 1)]))
    assert replacement.obstacle(complete, {}, [item("A", 2)], gone={"A": 2}) is None
    assert "2 of A didn't ship or arrive" in str(
        replacement.obstacle(complete, {}, [item("A", 3)], gone={"A": 2})
    )
    assert replacement.obstacle(partial, {"A": 1}, [item("A", 3)], gone={"A": 2}) is None


def test_what_was_cancelled_and_what_was_not_found_is_missing() -> None:
    line = {"seller_fulfillment_order_id": "1", "seller_fulfillment_order_item_id": "1"}
    counts = [("A", 5, 1, 2), ("B", 4, 0, 0), ("A", 1, 1, 1)]
    rows = [
        line
        | {
            "seller_sku": sku,
            "quantity": quantity,
            "cancelled_quantity": cancelled,
            "unfulfillable_quantity": unfulfillable,
            "estimated_ship_date": None,
            "estimated_arrival_date": None,
        }
        for sku, quantity, cancelled, unfulfillable in counts
    ]

    assert replacement.missing(frames.items(rows)) == {"A": 4}


def test_the_rest_has_the_missing_units_of_each_line_and_all_else() -> None:
    lines = (TypedLine(sku="A", units="2", gift="Hi"), TypedLine(sku="B"), TypedLine(sku="A"))
    typed = Typed(to_name="Ada Example", lines=lines)

    rest = replacement.the_rest(typed, {"A": 3})

    assert rest.to_name == "Ada Example"
    assert rest.lines == (lines[0], lines[2])
    assert replacement.the_rest(typed, {"A": 1}).lines == (
        lines[0].model_copy(update={"units": "1"}),
    )


def test_the_newest_living_order_that_took_a_place_is_known(store: Store) -> None:
    links = Links(store, Keeper(store))
    for new, old in {"A-2": "A", "A-3": "A", "B-2": "B"}.items():
        Keeper(store).keep(DocumentKind.LINK, new, {"replaces": old})
    head = {"displayable_order_id": "", "raw": {}}
    for number, status in {"A-2": "Received", "A-3": "Complete", "B-2": "Invalid"}.items():
        store.save(
            tables.orders, [{**head, "seller_fulfillment_order_id": number, "status": status}]
        )

    assert links.sent_again() == {"A": "A-3"}
