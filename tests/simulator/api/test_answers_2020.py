"""How version 2020-07-01 words an order, its shipments and its parcels."""

from __future__ import annotations

from mcf.simulator import Simulator
from mcf.simulator.api.answers_2020 import arrival, given, listed_order, money, package_tracking
from mcf.simulator.world.orders import Money, ShipmentStatus
from mcf.simulator.world.parcels import STATUS_TEXTS
from tests.simulator.seller import OUTBOUND, Api


def test_what_has_no_value_is_left_out() -> None:
    assert given(a=None, b="", c=[], d={}, e=0, f=False) == {"e": 0, "f": False}


def test_money_is_a_currency_and_a_decimal_text() -> None:
    assert money(Money("USD", "1.50")) == {"currencyCode": "USD", "value": "1.50"}
    assert money(None) is None


def test_an_order_without_a_displayable_id_shows_its_own(sim: Simulator) -> None:
    order = sim.world.orders["SHOP-1001"]
    shown = listed_order(order)

    assert shown["displayableOrderId"] == order.request.displayable_id == "#1001"
    assert "marketplaceId" not in shown
    assert "fulfillmentAction" not in shown


def test_a_cancelled_shipment_has_no_dates(api: Api) -> None:
    order_id, shipment_id = next(
        (order.id, shipment.id)
        for order in api.sim.world.orders.values()
        for shipment in order.shipments
        if shipment.status is ShipmentStatus.CANCELLED_BY_FULFILLER
    )
    payload = api.get(f"{OUTBOUND}/fulfillmentOrders/{order_id}").json()["payload"]
    shipments = {each["amazonShipmentId"]: each for each in payload["fulfillmentShipments"]}

    assert "shippingDate" not in shipments[shipment_id]
    assert "estimatedArrivalDate" not in shipments[shipment_id]


def test_a_shipment_arrives_with_its_last_parcel(sim: Simulator) -> None:
    order, shipment, package = next(
        each for each in sim.world.packages.values() if len(each[1].packages) > 1
    )

    assert arrival(order, shipment, package.shipped) == max(
        each.promised for each in shipment.packages
    )


def test_a_shipment_without_parcels_arrives_as_estimated(sim: Simulator) -> None:
    order, shipment = next(
        (order, shipment)
        for order in sim.world.orders.values()
        for shipment in order.shipments
        if not shipment.packages
    )

    assert arrival(order, shipment, sim.world.now) == shipment.arrival


def test_every_parcel_of_the_shop_tells_its_status_in_amazons_words(sim: Simulator) -> None:
    world = sim.world
    shown = [package_tracking(*each, world.now) for each in world.packages.values()]
    worded = {each["currentStatus"]: each.get("currentStatusDescription") for each in shown}

    assert worded.pop("UNDISPLAYED") is None
    assert worded == {status: STATUS_TEXTS[str(status)] for status in worded}
