"""How an order lives: the table of transitions, holds, policies and their timers, shipments."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.simulator.faults.kinds import ParcelTrouble, ShipmentCancelled, TurnsInvalid, UnitsMissing
from mcf.simulator.world.lifecycle import TRANSITIONS, ForbiddenTransition, move
from mcf.simulator.world.orders import Status
from mcf.simulator.world.stock import Stock
from tests.simulator.seller import BOARD, KETTLE, OUTBOUND, US, Api, line


def stock_of(api: Api, sku: str = KETTLE) -> Stock:
    return api.sim.world.stocks[US][sku]


def empty(api: Api, sku: str = BOARD, *, transfer: int = 0) -> Stock:
    """Leaves a SKU with nothing but units in transfer."""
    stock = stock_of(api, sku)
    stock.fulfillable = stock.processing = stock.inbound_receiving = 0
    stock.transfer = transfer
    stock.open_books()
    return stock


def items(api: Api) -> dict[str, dict[str, Any]]:
    found = api.order()["fulfillmentOrderItems"]
    return {each["sellerFulfillmentOrderItemId"]: each for each in found}


def shipments(api: Api) -> list[dict[str, Any]]:
    return api.order()["fulfillmentShipments"]


def shipment_statuses(api: Api) -> list[str]:
    return [each["fulfillmentShipmentStatus"] for each in shipments(api)]


@pytest.mark.parametrize(
    ("minutes", "status"),
    [
        (0, "Received"),
        (4, "Received"),
        (16, "Planning"),
        (80, "Processing"),
        (200, "Processing"),
        (7 * 60 + 20, "Complete"),
        (60 * 24 * 30, "Complete"),
    ],
)
def test_an_order_moves_on_as_time_passes(api: Api, minutes: int, status: str) -> None:
    api.place()
    api.wait(minutes=minutes)

    assert api.status() == status


def test_the_time_of_the_last_change_is_its_own_and_not_the_readers(api: Api) -> None:
    api.place()
    api.wait(hours=2)
    first = api.order()["fulfillmentOrder"]["statusUpdatedDate"]
    api.wait(minutes=30)

    assert api.order()["fulfillmentOrder"]["statusUpdatedDate"] == first
    assert "2026-03-04T15:35" < first < "2026-03-04T16:16"


def test_a_shipped_order_has_left_the_stock(api: Api) -> None:
    before = stock_of(api).total()
    api.place(items=[line(quantity=2)])
    api.wait(hours=8)

    after = api.stock()
    assert after["reservedQuantity"]["pendingCustomerOrderQuantity"] == 0
    assert stock_of(api).total() == before - 2


def test_a_shipment_is_pending_first_and_then_shipped_with_its_parcel(api: Api) -> None:
    api.place()
    api.wait(hours=2)
    pending = shipments(api)
    api.wait(hours=6)
    shipped = shipments(api)

    assert pending[0]["fulfillmentShipmentStatus"] == "PENDING"
    assert pending[0]["fulfillmentShipmentPackage"] == []
    assert pending[0]["fulfillmentShipmentItem"][0]["packageNumber"] == 0
    assert shipped[0]["fulfillmentShipmentStatus"] == "SHIPPED"
    parcel = shipped[0]["fulfillmentShipmentPackage"][0]
    assert parcel["packageNumber"] == shipped[0]["fulfillmentShipmentItem"][0]["packageNumber"]


def test_many_units_need_several_parcels(api: Api) -> None:
    stock_of(api).add(20)
    api.place(items=[line(quantity=8)])
    api.wait(hours=8)

    shipment = shipments(api)[0]
    assert [each["quantity"] for each in shipment["fulfillmentShipmentItem"]] == [6, 2]
    assert len(shipment["fulfillmentShipmentPackage"]) == 2


def test_an_order_ships_from_every_centre_that_has_a_part_of_it(api: Api) -> None:
    here = stock_of(api).product.centre
    other = next(
        each.product.seller_sku
        for each in api.sim.world.stocks[US].values()
        if each.product.centre != here and each.fulfillable
    )
    api.place(items=[line(), line(other, item_id="2")])
    api.wait(hours=8)

    assert len({each["fulfillmentCenterId"] for each in shipments(api)}) == 2
    assert api.status() == "Complete"


def test_more_than_is_on_record_turns_invalid_after_having_been_accepted(api: Api) -> None:
    stock = empty(api, transfer=1)

    response = api.place(items=[line(BOARD, 2)])
    first = api.status()
    api.wait(minutes=3)

    assert response.status_code == 200
    assert (first, api.status()) == ("New", "Invalid")
    assert (stock.customer_orders, stock.transfer) == (0, 1)


def test_an_address_that_cannot_be_delivered_to_turns_the_order_invalid(api: Api) -> None:
    api.place(destinationAddress={**line_free_address(), "postalCode": "nowhere"})
    api.wait(minutes=3)

    assert api.status() == "Invalid"


def line_free_address() -> dict[str, str]:
    return {
        "name": "Theo Quill",
        "addressLine1": "1 Elm Street",
        "city": "Boise",
        "stateOrRegion": "ID",
        "postalCode": "83702",
        "countryCode": "US",
    }


def test_an_order_for_units_in_transfer_waits_in_planning_past_its_ship_date(api: Api) -> None:
    stock = empty(api, transfer=3)
    api.place(items=[line(BOARD)])
    api.wait(days=3)
    waiting = api.order()
    stock.shelve()
    api.wait(hours=14)

    promised = waiting["fulfillmentOrderItems"][0]["estimatedShipDate"]
    assert waiting["fulfillmentOrder"]["fulfillmentOrderStatus"] == "Planning"
    assert promised < "2026-03-06"
    assert api.status() == "Complete"


def test_an_order_that_waited_fourteen_days_is_unfulfillable(api: Api) -> None:
    empty(api, transfer=3)
    api.place(items=[line(BOARD)])
    api.wait(days=15)

    assert api.status() == "Unfulfillable"
    assert items(api)["1"]["unfulfillableQuantity"] == 1


def test_a_hold_keeps_the_units_and_ends_after_fourteen_days(api: Api) -> None:
    before = api.stock()["fulfillableQuantity"]
    api.place(fulfillmentAction="Hold")
    api.wait(days=13, hours=23)
    held = (api.status(), api.stock()["fulfillableQuantity"])
    api.wait(hours=2)

    assert held == ("Received", before - 1)
    assert (api.status(), api.stock()["fulfillableQuantity"]) == ("Cancelled", before)


def test_a_released_hold_ships(api: Api) -> None:
    api.place(fulfillmentAction="Hold")
    api.wait(days=2)
    api.put(f"{OUTBOUND}/fulfillmentOrders/T-1", {"fulfillmentAction": "Ship"})
    api.wait(hours=8)

    assert api.status() == "Complete"


def test_fill_all_available_ships_what_there_is_and_cancels_the_rest(api: Api) -> None:
    empty(api)
    api.place(fulfillmentPolicy="FillAllAvailable", items=[line(), line(BOARD, 2, "2")])
    api.wait(hours=8)

    assert api.status() == "CompletePartialled"
    assert items(api)["2"]["cancelledQuantity"] == 2
    assert items(api)["1"]["cancelledQuantity"] == 0


def test_fill_all_waits_a_day_for_the_rest(api: Api) -> None:
    empty(api)
    api.place(fulfillmentPolicy="FillAll", items=[line(), line(BOARD, 2, "2")])
    api.wait(hours=20)
    waiting = api.status()
    api.wait(hours=6)

    assert waiting == "Processing"
    assert api.status() == "CompletePartialled"
    assert items(api)["2"]["unfulfillableQuantity"] == 2


def test_fill_all_ships_later_what_comes_in_time(api: Api) -> None:
    empty(api)
    api.sim.faults.add(ShipmentCancelled())
    api.place(fulfillmentPolicy="FillAll", items=[line(), line(BOARD, 2, "2")])
    api.wait(hours=10)
    stock_of(api, BOARD).add(2)
    api.wait(hours=12)

    assert api.status() == "Complete"
    assert shipment_statuses(api) == ["CANCELLED_BY_FULFILLER", "SHIPPED", "SHIPPED"]
    api.sim.world.check()


def test_fill_all_without_any_unit_to_pick_is_unfulfillable_after_a_day(api: Api) -> None:
    empty(api, transfer=5)
    api.place(fulfillmentPolicy="FillAll", items=[line(BOARD, 2)])
    api.wait(hours=20)
    waiting = api.status()
    api.wait(hours=6)

    assert (waiting, api.status()) == ("Planning", "Unfulfillable")


def test_fill_all_available_without_any_unit_to_pick_is_unfulfillable(api: Api) -> None:
    empty(api, transfer=5)
    api.place(fulfillmentPolicy="FillAllAvailable", items=[line(BOARD, 2)])
    api.wait(hours=3)

    assert api.status() == "Unfulfillable"
    assert items(api)["1"]["cancelledQuantity"] == 2


def test_units_the_workers_do_not_find_make_the_order_unfulfillable(api: Api) -> None:
    before = stock_of(api).total()
    api.sim.faults.add(UnitsMissing())
    api.place(items=[line(quantity=2), line(BOARD, 1, "2")])
    api.wait(hours=3)

    assert api.status() == "Unfulfillable"
    assert {each["unfulfillableQuantity"] for each in items(api).values()} == {1, 2}
    assert stock_of(api).total() == before
    assert stock_of(api).researching[0] == 1


def test_a_lenient_order_ships_what_the_workers_find(api: Api) -> None:
    api.sim.faults.add(UnitsMissing())
    api.place(items=[line(quantity=2)], fulfillmentPolicy="FillAllAvailable")
    api.wait(hours=8)

    assert api.status() == "CompletePartialled"
    assert items(api)["1"]["unfulfillableQuantity"] == 1


def test_a_shipment_amazon_cancels_is_followed_by_a_new_one(api: Api) -> None:
    api.sim.faults.add(ShipmentCancelled())
    api.place()
    api.wait(hours=4, minutes=20)
    dead = shipments(api)[0]
    api.wait(hours=8)

    assert shipment_statuses(api) == ["CANCELLED_BY_FULFILLER", "SHIPPED"]
    assert "shippingDate" not in dead
    assert "estimatedArrivalDate" not in dead
    assert api.status() == "Complete"
    api.sim.world.check()


def test_an_order_can_turn_invalid_after_having_been_accepted(api: Api) -> None:
    api.sim.faults.add(TurnsInvalid(times=1))
    accepted = api.place()
    api.place("T-2")
    api.wait(minutes=3)

    assert accepted.status_code == 200
    assert (api.status("T-1"), api.status("T-2")) == ("Invalid", "Received")


@pytest.mark.parametrize("fate", ["returned", "refused"])
def test_a_parcel_that_comes_back_is_in_the_building_again_but_not_for_sale(
    api: Api, fate: str
) -> None:
    api.sim.faults.add(ParcelTrouble(fate=fate))
    before = stock_of(api).total()
    api.place()
    api.wait(days=40)

    assert stock_of(api).total() == before
    assert stock_of(api).unsellable["carrierDamaged"] >= 1
    assert api.status() == "Complete"


def test_a_forbidden_change_of_status_is_refused(api: Api) -> None:
    world = api.sim.world
    order = next(each for each in world.orders.values() if each.status is Status.COMPLETE)

    with pytest.raises(ForbiddenTransition, match="from Complete to Received"):
        move(world, order, Status.RECEIVED)


def test_no_way_leads_out_of_a_final_status() -> None:
    final = {status for status, ways in TRANSITIONS.items() if not ways}

    assert final == {
        Status.CANCELLED,
        Status.COMPLETE,
        Status.COMPLETE_PARTIALLED,
        Status.UNFULFILLABLE,
        Status.INVALID,
    }
