"""Every answer of Amazon's with every field missing, null, longer or of another type: what can't be
read costs itself alone, and nothing that was sent is lost.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Integer, String, Table

from mcf.amazon import decoding, inventory_pages
from mcf.amazon.client import MCFClient
from mcf.amazon.inventory_pages import QUANTITIES
from mcf.amazon.models.answers import MCFOrderDetail, PackageTracking
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.responses import Ask, Operation, Page, decipher, listed
from mcf.amazon.similarity import Likeness, compare
from mcf.errors import UnexpectedAnswer
from mcf.service import MCFService
from mcf.settings import OutboundVersion, Settings
from mcf.simulator import Simulator
from mcf.store import frames, records, tables
from mcf.store.database import Store
from mcf.store.states import RunState, Subject
from mcf.sync.reader import Sync
from mcf.tracking import timeline
from tests.conftest import START, order_request, unhurried
from tests.loopback import TOKEN_PATH, Asked, Loopback, Reply, loopback
from tests.shops import Servers

Json = dict[str, Any]
US = "ATVPDKIKX0DER"
GONE = object()
WRONG = {
    "gone": GONE,
    "null": None,
    "text": "another",
    "long": "x" * 10_000,
    "odd": "\0\ud800",
    "number": 17,
    "huge": 10**30,
    "fraction": 0.5,
    "truth": True,
    "list": [],
    "list-of-wrong": [None, 17, "x", []],
    "object": {},
}


def paths(data: Any, *so_far: str | int) -> Iterator[tuple[str | int, ...]]:
    """Every place in JSON; of lists the first two entries."""
    if so_far:
        yield so_far
    if isinstance(data, dict):
        for name, value in data.items():
            yield from paths(value, *so_far, name)
    if isinstance(data, list):
        for number, value in enumerate(data[:2]):
            yield from paths(value, *so_far, number)


def changed(data: Json, path: tuple[str | int, ...], value: object) -> Json:
    """The same JSON with another value, or none, in one place."""
    made = copy.deepcopy(data)
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return made


@pytest.fixture(scope="module")
def amazon(servers: Servers) -> Iterator[Simulator]:
    """A small shop whose orders have shipped."""
    with servers.shop(skus=6, orders=12, days=30, start=START, frozen=True, throttle=False) as shop:
        yield shop


def client_of(amazon: Simulator, version: OutboundVersion) -> MCFClient:
    environ = {
        "AMAZON_SP_API_ENDPOINT": amazon.endpoint,
        "AMAZON_LWA_ENDPOINT": amazon.lwa_endpoint,
        "MCF_OUTBOUND_VERSION": version.value,
    }
    settings = Settings.from_env(environ, dotenv=None)
    return MCFClient(settings, pace=unhurried(), sleep=lambda _: None)


Read = Callable[[Json], Any]
OLD, NEW = OutboundVersion


def asked(client: MCFClient, ask: Ask[Any]) -> tuple[Json, Read]:
    """What Amazon answers, cut down to a few entries, and what reads it."""

    def read(data: Json) -> Any:
        body = json.dumps(data).encode()
        return ask.read(decipher(ask.operation, 200, {"content-type": "application/json"}, body))

    return _shortened(client._transport.call(ask.operation, ask.send)), read


def _shortened(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _shortened(value) for name, value in data.items()}
    return [_shortened(value) for value in data[:2]] if isinstance(data, list) else data


@pytest.fixture(scope="module")
def answers(amazon: Simulator) -> dict[str, tuple[Json, Read]]:
    """An answer to each reading operation of both versions, and what reads it."""
    found: dict[str, tuple[Json, Read]] = {}
    for version in OutboundVersion:
        with client_of(amazon, version) as client:
            outbound = client._outbound
            heads = client.list_all_fulfillment_orders().items
            shipped = next(o for o in heads if o.fulfillment_order_status == "Complete")
            detail = client.get_fulfillment_order(shipped.seller_fulfillment_order_id)
            number = next(detail.parcels).number
            sku = str(detail.fulfillment_order_items[0].seller_sku)
            request = order_request("TEST-1", ADDRESS, sku, 1)
            asks: dict[str, Ask[Any]] = {
                "heads": outbound.heads(None, None),
                "order": outbound.order(shipped.seller_fulfillment_order_id),
                "preview": outbound.preview(ADDRESS, request.items, [], []),
                "tracking": outbound.track(number),
            }
            found |= {f"{name} {version}": asked(client, ask) for name, ask in asks.items()}
    with client_of(amazon, NEW) as client:
        newer: Any = client._outbound
        found["details 2026-07-04"] = asked(client, newer.details(None, None))
    with client_of(amazon, OLD) as client:
        items = [item.to_api() for item in client.get_inventory_summaries().items]
        found["stock"] = {"payload": {"inventorySummaries": items[:3]}}, _stock
    return found


def _stock(answer: Json) -> Page[Any]:
    operation, body = Operation.GET_INVENTORY_SUMMARIES, json.dumps(answer).encode()
    data = decipher(
        operation, 200, {"content-type": "application/json"}, body, inventory_pages.loads
    )
    told = listed(data["payload"], "inventorySummaries", operation)
    found, doubts = inventory_pages.models(told)
    rows_of, _ = inventory_pages.stock_rows(told)
    for row in rows_of:
        values = dict(zip(inventory_pages.COLUMNS, row, strict=True))
        # A count that isn't told is completed by what was known before.
        told_counts = {n: v for n, v in values.items() if v is not None or n not in QUANTITIES}
        fits(tables.inventory, told_counts)
    return Page(tuple(found), None, tuple(doubts))


ADDRESS = Address(
    name="Ada Example",
    address_line1="100 Example Street",
    city="Springfield",
    state_or_region="IL",
    postal_code="62701",
    country_code="US",
)

NAMES = [
    *(
        f"{name} {version}"
        for name in ("heads", "order", "preview", "tracking")
        for version in (OLD, NEW)
    ),
    "details 2026-07-04",
    "stock",
]

INSISTED = {
    ("payload",),
    ("order",),
    ("orders",),
    ("plannedShipments",),
    ("payload", "fulfillmentOrders"),
    ("payload", "fulfillmentPreviews"),
    ("payload", "inventorySummaries"),
    ("payload", "fulfillmentOrder"),
    ("payload", "fulfillmentOrder", "sellerFulfillmentOrderId"),
    ("order", "orderId"),
}
"""Without these there's no answer to read: the body, its list, the order itself and its number."""


def fits(table: Table, row: records.Values) -> None:
    """Fails for a row that one of the databases would refuse."""
    for name, value in row.items():
        column = table.c[name]
        assert value is not None or column.nullable, name
        if isinstance(value, str) and name != "raw":
            assert value.encode() is not None
            assert "\0" not in value
            length = column.type.length if isinstance(column.type, String) else None
            assert length is None or len(value) <= length, name
        if isinstance(value, int) and isinstance(column.type, Integer):
            assert -(2**63) <= value < 2**63
    json.dumps(row["raw"])


def stored(read: Any) -> None:
    """Makes the rows of what was read, and checks that they can be stored."""
    if isinstance(read, MCFOrderDetail):
        order_id = read.fulfillment_order.seller_fulfillment_order_id
        fits(tables.orders, records.detail_row(read, START))
        for place, line in enumerate(read.fulfillment_order_items, start=1):
            fits(tables.order_items, records.item_row(order_id, line, place))
        for place, shipment in enumerate(read.shipments, start=1):
            fits(tables.shipments, records.shipment_row(order_id, shipment, place))
        for parcel in read.parcels:
            fits(tables.packages, records.package_row(order_id, parcel))
    if isinstance(read, PackageTracking):
        row = {**records.tracking_row(read, START), "package_number": 1}
        fits(tables.tracking, row)
        assert len(frames.events([row])) == len(read.events)


def entries(read: Any) -> list[Json]:
    """What was read, entry by entry, as JSON."""
    found = read.items if isinstance(read, Page) else read if isinstance(read, tuple) else (read,)
    for each in found:
        stored(each)
    return [each.to_api() for each in found]


def complaints(answer: Json, read: Read, value: object) -> list[str]:
    """What goes wrong when a value stands in one place after the other."""
    before = entries(read(answer))
    wrong = []
    for path in paths(answer):
        data = changed(answer, path, value)
        try:
            what = read(data)
            after = entries(what)
        except UnexpectedAnswer:
            if path not in INSISTED and len(path) > 1:
                wrong.append(f"{path} is insisted on")
            continue
        lost = len(before) - sum(each in after for each in before)
        if lost > 1 and path not in INSISTED and not _spoils_all(path):
            wrong.append(f"{path} costs {lost} entries")
        if (
            isinstance(what, Page)
            and len(after) < len(before)
            and not what.doubts
            and value != []
            and value is not GONE
        ):
            wrong.append(f"{path} is lost without a word")
    return wrong


def _spoils_all(path: tuple[str | int, ...]) -> bool:
    """Whether it's a part of a plan for all speeds, which each of the previews tells."""
    return path[0] in ("plannedShipments", "constraints")


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_field_of_an_answer_costs_at_most_its_own_entry(
    answers: dict[str, tuple[Json, Read]], name: str, value: object
) -> None:
    answer, read = answers[name]

    assert complaints(answer, read, value) == []


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("name", [f"{kind} {OLD}" for kind in ("heads", "order", "tracking")])
def test_what_was_sent_is_kept_word_for_word(
    answers: dict[str, tuple[Json, Read]], name: str, value: object
) -> None:
    answer, read = answers[name]

    assert unlike(answer["payload"], read, value) == []


def unlike(payload: Json, read: Read, value: object) -> list[tuple[str | int, ...]]:
    """The places of which another value isn't given back as it was sent."""
    wrong = []
    for path in paths(payload):
        data = changed(payload, path, value)
        try:
            what = read({"payload": data})
        except UnexpectedAnswer:
            continue
        given = [each.to_api() for each in what.items] if isinstance(what, Page) else what.to_api()
        data = decoding.loads(json.dumps(data).encode())
        sent = data.get("fulfillmentOrders") if isinstance(what, Page) else data
        kept = [each for each in sent if each in given] if isinstance(what, Page) else given
        if kept != given:
            wrong.append(path)
    return wrong


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG)
def test_an_order_that_cannot_be_read_is_never_taken_for_the_one_that_was_sent(
    answers: dict[str, tuple[Json, Read]], value: object
) -> None:
    answer, read = answers[f"order {OLD}"]
    detail = read(answer)
    request = MCFOrderRequest.from_api(
        {
            **detail.fulfillment_order.to_api(),
            "items": [line.to_api() for line in detail.fulfillment_order_items],
        }
    )
    assert compare(request, detail) is Likeness.SAME

    assert taken_for_the_same(answer, read, request, value) == []


DECIDING = {
    "displayableOrderId",
    "destinationAddress",
    "name",
    "addressLine1",
    "postalCode",
    "fulfillmentOrderItems",
    "sellerSku",
    "sellerFulfillmentOrderItemId",
    "quantity",
}
"""What tells one order from another."""
HIDDEN = {("payload", "fulfillmentOrder", "destinationAddress")}
"""What Amazon may leave out of any order."""


def taken_for_the_same(
    answer: Json, read: Read, request: MCFOrderRequest, value: object
) -> list[tuple[str | int, ...]]:
    """The deciding places in which another value leaves the orders the same."""
    found = []
    for path in paths(answer):
        decides = path[-1] in DECIDING and "fulfillmentShipments" not in path
        left_out = value in (GONE, None) and path in HIDDEN
        if not decides or left_out:
            continue
        try:
            detail = read(changed(answer, path, value))
        except UnexpectedAnswer:
            continue
        if compare(request, detail) is Likeness.SAME:
            found.append(path)
    return found


class Shop:
    """An Amazon whose answers about orders are these."""

    def __init__(self, server: Loopback, listed: Any, details: dict[str, Any], parcel: Any) -> None:
        self._server, self._listed, self._details, self._parcel = server, listed, details, parcel
        server.reply_to = self.reply  # type: ignore[method-assign]

    def reply(self, asked: Asked) -> Reply:
        order_id = asked.path.rpartition("/")[2]
        if asked.path == TOKEN_PATH:
            return self._server.token_reply
        if asked.path.endswith("/summaries"):
            return _payload({"inventorySummaries": []})
        if asked.path.endswith("/tracking"):
            return _payload(self._parcel)
        return _payload(self._details.get(order_id, {"fulfillmentOrders": self._listed}))


def _payload(data: Any) -> Reply:
    return Reply(body=json.dumps({"payload": data}).encode())


def head(order_id: str, **fields: Any) -> Json:
    return {
        "sellerFulfillmentOrderId": order_id,
        "displayableOrderId": order_id,
        "displayableOrderDate": "2026-03-01T10:00:00Z",
        "shippingSpeedCategory": "Standard",
        "receivedDate": "2026-03-01T10:00:01Z",
        "fulfillmentOrderStatus": "Complete",
        "statusUpdatedDate": "2026-03-01T10:00:01Z",
        "destinationAddress": ADDRESS.to_api(),
        **fields,
    }


def detail(order: Json, **fields: Any) -> Json:
    package = {"packageNumber": 7, "carrierCode": "UPS"}
    return {
        "fulfillmentOrder": order,
        "fulfillmentOrderItems": [
            {"sellerSku": "MUG", "sellerFulfillmentOrderItemId": "1", "quantity": 2}
        ],
        "fulfillmentShipments": [
            {
                "amazonShipmentId": "S1",
                "fulfillmentShipmentStatus": "SHIPPED",
                "fulfillmentShipmentItem": None,
                "fulfillmentShipmentPackage": [package],
            }
        ],
        **fields,
    }


NAMELESS = head("NAMELESS", destinationAddress={"countryCode": "US"})
TIMELESS = head("TIMELESS", receivedDate=None, statusUpdatedDate=17, fulfillmentOrderStatus=None)
EVENTS = [
    {"eventDate": "2026-03-04T08:00:00", "eventCode": "EVENT_302"},
    {"eventCode": "EVENT_101"},
    {"eventDate": "2026-03-05T08:00:00Z"},
    "lost",
]
PARCEL = {"packageNumber": 7, "currentStatus": "IN_TRANSIT", "trackingEvents": EVENTS}
EMPTY = detail(
    TIMELESS,
    fulfillmentOrderItems=[{"quantity": "x"}, None],
    fulfillmentShipments=[{"fulfillmentShipmentPackage": [{}, {"packageNumber": []}]}, "gone"],
)


@pytest.fixture
def served(settings: Settings, unthrottled: None) -> Iterator[tuple[MCFService, list[Any]]]:
    """A service on a shop with three odd orders and a good one, and the list of its orders."""
    listed: list[Any] = [head("GOOD"), NAMELESS, TIMELESS]
    details = {"GOOD": detail(head("GOOD")), "NAMELESS": detail(NAMELESS), "TIMELESS": EMPTY}
    with loopback() as server:
        Shop(server, listed, details, PARCEL)
        there = replace(
            settings, endpoint=server.endpoint, lwa_endpoint=f"{server.endpoint}{TOKEN_PATH}"
        )
        with MCFService(there) as service:
            yield service, listed


def test_one_order_without_a_name_leaves_the_store_full_and_is_named(
    served: tuple[MCFService, list[Any]],
) -> None:
    service, _ = served

    _, orders, tracking = service.sync()

    assert (orders.state, tracking.state) == (RunState.WHOLE, RunState.WHOLE)
    assert set(service.orders()["seller_fulfillment_order_id"]) == {"GOOD", "NAMELESS", "TIMELESS"}
    assert orders.note is not None
    assert "NAMELESS (address name, address address line1)" in orders.note
    assert "TIMELESS (" in orders.note
    assert tracking.note is not None
    assert "parcel 7 (tracking events" in tracking.note


@pytest.mark.parametrize("order_id", ["GOOD", "NAMELESS", "TIMELESS"])
def test_everything_that_pages_show_of_an_odd_order_can_be_made(
    served: tuple[MCFService, list[Any]], order_id: str
) -> None:
    service, _ = served
    service.sync()

    view = service.tracking.views.order(order_id)

    assert view is not None
    assert timeline.timeline(view.order.row, view.packages)
    assert len(view.shipments) == 1
    assert isinstance(service.concerns(), list)


def test_what_is_not_told_of_an_order_is_shown_as_not_told(
    served: tuple[MCFService, list[Any]],
) -> None:
    service, _ = served
    service.sync()

    view = service.tracking.views.order("TIMELESS")

    assert view is not None
    assert view.order.contents == "? x ?"
    assert view.order.row["status_label"] == "Unknown"
    assert len(view.packages) == 2


def test_events_without_a_zone_are_utc_and_those_without_a_time_come_last(
    served: tuple[MCFService, list[Any]],
) -> None:
    service, _ = served
    service.sync()

    view = service.tracking.views.order("GOOD")

    assert view is not None
    told = view.events["event_date"]
    assert [str(moment) for moment in told] == [
        "2026-03-05 08:00:00+00:00",
        "2026-03-04 08:00:00+00:00",
        "NaT",
    ]


@pytest.mark.parametrize("entry", [None, "x", {}, {"sellerFulfillmentOrderId": 17}])
def test_an_order_without_a_number_is_told_and_the_others_are_kept(
    served: tuple[MCFService, list[Any]], entry: object
) -> None:
    service, listed = served
    listed.append(entry)

    _, orders, _ = service.sync()

    assert orders.state is RunState.PARTIAL
    assert orders.error is not None
    assert "an entry without a readable number" in orders.error.message
    assert len(service.orders()) == 3


def test_a_sku_that_is_lost_keeps_what_was_known_from_being_removed(
    settings: Settings, store: Store
) -> None:
    details = {"inventoryDetails": {"fulfillableQuantity": 5}}
    good = {"sellerSku": "GOOD", "totalQuantity": 5, **details}
    with loopback() as server:
        there = replace(
            settings, endpoint=server.endpoint, lwa_endpoint=f"{server.endpoint}{TOKEN_PATH}"
        )
        with MCFClient(there, pace=unhurried(), sleep=lambda _: None) as client:
            sync = Sync(client, store)
            server.replies = [
                _payload({"inventorySummaries": [good, {**good, "sellerSku": "ODD"}]})
            ]
            first = sync.inventory()
            odd = {"sellerSku": "ODD", "totalQuantity": "five"}
            server.replies = [_payload({"inventorySummaries": [odd, {"totalQuantity": 5}]})]
            second = sync.inventory(full=True)

    assert (first.state, second.subject) == (RunState.WHOLE, Subject.INVENTORY)
    assert second.state is not RunState.WHOLE
    assert second.note is not None
    assert "SKU ODD (total quantity)" in second.note
    kept = {row.seller_sku: row.total_quantity for row in store.rows(tables.inventory)}
    assert kept == {"GOOD": 5, "ODD": 5}
