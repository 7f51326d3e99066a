"""Amazon over HTTP: every operation as Amazon wants it, and what happens when it stumbles."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from mcf.amazon import auth as auth_module
from mcf.amazon.auth import SPAPIAuth
from mcf.amazon.client import MCFClient
from mcf.amazon.models.answers import MCFFulfillmentOrder, MCFInventoryItem
from mcf.amazon.models.base import Address, Money
from mcf.amazon.models.requests import MCFOrderItem, MCFOrderRequest, MCFOrderUpdate, Recipient
from mcf.amazon.responses import Page
from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus, ShippingSpeedCategory
from mcf.amazon.throttle import OwnTurns, Pace, patience
from mcf.errors import (
    AnswerLost,
    ConnectionFailed,
    DuplicateOrder,
    GrantRevoked,
    InvalidInput,
    NotAuthorized,
    NotFound,
    OrderNotUpdatable,
    PageTokenExpired,
    RequestRefused,
    ServiceTrouble,
    ServiceUnavailable,
    SettingsError,
    Throttled,
    TokenExpired,
    UnexpectedAnswer,
)
from mcf.settings import Settings
from mcf.simulator import Simulator, faults
from tests.clocks import Time
from tests.conftest import START, order_request, unhurried
from tests.loopback import Loopback, Reply, loopback

OUTBOUND = "/fba/outbound/2020-07-01/fulfillmentOrders"
MARKETPLACE = "ATVPDKIKX0DER"
COUNTRY_MISSING = "The request must contain the parameter Address.CountryCode."


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def recorded(settings: Settings, server: Loopback) -> Iterator[MCFClient]:
    """A client of the server that says what it's told to."""
    there = replace(
        settings, endpoint=server.endpoint, lwa_endpoint=f"{server.endpoint}/auth/o2/token"
    )
    with MCFClient(there, pace=unhurried(), sleep=lambda _: None) as client:
        yield client


@pytest.fixture
def big_shop() -> Iterator[Simulator]:
    """More SKUs and orders than fit on a page."""
    with Simulator(
        skus=120, orders=130, days=30, start=START, frozen=True, throttle=False
    ) as amazon:
        yield amazon


@pytest.fixture
def big_client(big_shop: Simulator, settings: Settings) -> Iterator[MCFClient]:
    there = replace(settings, endpoint=big_shop.endpoint, lwa_endpoint=big_shop.lwa_endpoint)
    with MCFClient(there, pace=unhurried(), sleep=lambda _: None) as client:
        yield client


def payload(**data: Any) -> Reply:
    return Reply(body=json.dumps({"payload": data}).encode())


def all_pages(read: Callable[[str | None], Page[Any]]) -> list[Page[Any]]:
    pages = [read(None)]
    while pages[-1].next_token:
        pages.append(read(pages[-1].next_token))
    return pages


class TestReading:
    def test_all_pages_of_the_stock_hold_every_sku_once(
        self, big_client: MCFClient, big_shop: Simulator
    ) -> None:
        pages = all_pages(lambda token: big_client.get_inventory_summaries(next_token=token))

        found = [item.seller_sku for page in pages for item in page.items]
        assert found == big_shop.world.sorted_skus(MARKETPLACE)
        assert [len(page.items) for page in pages] == [50, 50, 20]

    def test_stock_comes_with_its_details(self, client: MCFClient, simulator: Simulator) -> None:
        item = client.get_inventory_summaries().items[0]

        stock = simulator.world.stocks[MARKETPLACE][item.seller_sku]
        assert isinstance(item, MCFInventoryItem)
        assert item.inventory_details is not None
        assert item.inventory_details.fulfillable_quantity == stock.fulfillable

    def test_changed_stock_can_be_read_page_by_page(self, big_client: MCFClient) -> None:
        since = START - timedelta(days=100)

        pages = all_pages(
            lambda token: big_client.get_inventory_summaries(
                start_date_time=since, next_token=token
            )
        )

        assert sum(len(page.items) for page in pages) == 120

    def test_stock_can_be_asked_for_by_sku(self, client: MCFClient) -> None:
        skus = [item.seller_sku for item in client.get_inventory_summaries().items]

        one = client.get_inventory_summaries(seller_skus=skus[3:4])
        three = client.get_inventory_summaries(seller_skus=skus[:3])

        assert [item.seller_sku for item in one.items] == skus[3:4]
        assert [item.seller_sku for item in three.items] == skus[:3]

    def test_all_pages_of_the_orders_hold_every_order_once(
        self, big_client: MCFClient, big_shop: Simulator
    ) -> None:
        since = START - timedelta(days=365)

        pages = all_pages(
            lambda token: big_client.list_all_fulfillment_orders(
                query_start_date=since, next_token=token
            )
        )

        found = [order.seller_fulfillment_order_id for page in pages for order in page.items]
        assert len(pages) > 1
        assert sorted(found) == sorted(big_shop.world.orders)

    def test_only_orders_that_changed_since_are_listed(
        self, client: MCFClient, simulator: Simulator
    ) -> None:
        since = START - timedelta(days=3)

        page = client.list_all_fulfillment_orders(query_start_date=since)

        assert page.items
        assert all(order.status_updated_date >= since for order in page.items)
        assert len(page.items) < len(simulator.world.orders)

    def test_an_order_is_read_with_its_lines(
        self, client: MCFClient, request_for: MCFOrderRequest, sku: str
    ) -> None:
        client.create_fulfillment_order(request_for)

        detail = client.get_fulfillment_order("TEST-1")

        assert detail.fulfillment_order.seller_fulfillment_order_id == "TEST-1"
        assert [(item.seller_sku, item.quantity) for item in detail.fulfillment_order_items] == [
            (sku, 2)
        ]
        assert detail.shipments == ()

    def test_an_unknown_order_is_not_found(self, client: MCFClient) -> None:
        with pytest.raises(NotFound, match="'TEST-404' not found"):
            client.get_fulfillment_order("TEST-404")

    def test_a_parcel_is_tracked(
        self, client: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
    ) -> None:
        client.create_fulfillment_order(request_for)
        simulator.clock.step(timedelta(days=14))
        shipments = client.get_fulfillment_order("TEST-1").shipments
        number = shipments[-1].packages[0].package_number

        tracking = client.get_package_tracking_details(number)

        assert tracking.package_number == number
        assert tracking.status is not PackageStatus.UNRECOGNISED
        assert tracking.events

    def test_an_unknown_parcel_is_not_found(self, client: MCFClient) -> None:
        with pytest.raises(NotFound):
            client.get_package_tracking_details(1)

    def test_a_preview_names_fees_and_arrival_of_each_speed(
        self, client: MCFClient, address: Address, sku: str
    ) -> None:
        previews = client.get_fulfillment_preview(address, [line(sku)])

        standard = previews[0]
        assert [preview.speed for preview in previews[:2]] == [
            ShippingSpeedCategory.STANDARD,
            ShippingSpeedCategory.EXPEDITED,
        ]
        assert standard.is_fulfillable
        assert standard.total_fee is not None
        assert standard.arrival is not None

    def test_a_preview_of_one_speed_names_only_that(
        self, client: MCFClient, address: Address, sku: str
    ) -> None:
        previews = client.get_fulfillment_preview(
            address,
            [line(sku)],
            speeds=["Expedited"],
            features=[{"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"}],
        )

        assert [preview.speed for preview in previews] == [ShippingSpeedCategory.EXPEDITED]

    def test_a_preview_to_nowhere_is_refused(
        self, client: MCFClient, address: Address, sku: str
    ) -> None:
        nowhere = address.model_copy(update={"country_code": None})

        with pytest.raises(RequestRefused, match=COUNTRY_MISSING):
            client.get_fulfillment_preview(nowhere, [line(sku)])

    def test_an_access_token_can_be_had(self, client: MCFClient, simulator: Simulator) -> None:
        assert client.get_access_token() == client.get_access_token()
        assert simulator.requests.count("token") == 1

    def test_an_expired_page_is_told_from_other_refusals(self, client: MCFClient) -> None:
        with pytest.raises(PageTokenExpired):
            client.get_inventory_summaries(next_token="long gone")


def line(sku: str, **more: Any) -> MCFOrderItem:
    return MCFOrderItem.of(seller_sku=sku, seller_fulfillment_order_item_id="1", quantity=1, **more)


class TestWriting:
    def test_an_order_number_is_taken_once(
        self, client: MCFClient, request_for: MCFOrderRequest, simulator: Simulator
    ) -> None:
        client.create_fulfillment_order(request_for)

        with pytest.raises(DuplicateOrder) as caught:
            client.create_fulfillment_order(request_for)

        assert not caught.value.may_have_happened
        assert simulator.requests.count("createFulfillmentOrder") == 2

    def test_an_unknown_sku_is_refused_with_advice(
        self, client: MCFClient, address: Address
    ) -> None:
        with pytest.raises(RequestRefused, match="SellerSKU") as caught:
            client.create_fulfillment_order(order_request("TEST-1", address, "NO-SUCH-SKU", 1))

        assert "no such SKU" in caught.value.advice
        assert caught.value.request_id

    def test_an_order_on_hold_can_be_released(
        self, client: MCFClient, request_for: MCFOrderRequest
    ) -> None:
        held = request_for.model_copy(update={"fulfillment_action": "Hold"})
        client.create_fulfillment_order(held)

        client.update_fulfillment_order("TEST-1", MCFOrderUpdate.of(fulfillment_action="Ship"))

        order = client.get_fulfillment_order("TEST-1").fulfillment_order
        assert order.fulfillment_action == "Ship"

    def test_an_order_in_work_cannot_be_changed(
        self, client: MCFClient, request_for: MCFOrderRequest, simulator: Simulator
    ) -> None:
        client.create_fulfillment_order(request_for)
        simulator.clock.step(timedelta(days=14))

        with pytest.raises(OrderNotUpdatable):
            client.update_fulfillment_order(
                "TEST-1", MCFOrderUpdate.of(displayable_order_comment="Late wish")
            )

    def test_an_order_can_be_cancelled(
        self, client: MCFClient, request_for: MCFOrderRequest, simulator: Simulator
    ) -> None:
        client.create_fulfillment_order(request_for)

        client.cancel_fulfillment_order("TEST-1")

        simulator.clock.step(timedelta(hours=1))
        order = client.get_fulfillment_order("TEST-1").fulfillment_order
        assert order.status is FulfillmentOrderStatus.CANCELLED

    def test_a_shipped_order_cannot_be_cancelled(
        self, client: MCFClient, request_for: MCFOrderRequest, simulator: Simulator
    ) -> None:
        client.create_fulfillment_order(request_for)
        simulator.clock.step(timedelta(days=14))

        with pytest.raises(OrderNotUpdatable):
            client.cancel_fulfillment_order("TEST-1")

    def test_an_unknown_order_cannot_be_cancelled(self, client: MCFClient) -> None:
        with pytest.raises(NotFound):
            client.cancel_fulfillment_order("TEST-404")


@pytest.mark.parametrize("order_id", ["", " ", ".", "..", " .. ", "\t"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda client, order_id: client.get_fulfillment_order(order_id),
        lambda client, order_id: client.cancel_fulfillment_order(order_id),
        lambda client, order_id: client.update_fulfillment_order(
            order_id, MCFOrderUpdate.of(fulfillment_action="Ship")
        ),
    ],
    ids=["get", "cancel", "update"],
)
def test_an_order_number_that_would_become_another_path_is_never_sent(
    client: MCFClient,
    simulator: Simulator,
    ask: Callable[[MCFClient, str], None],
    order_id: str,
) -> None:
    with pytest.raises(InvalidInput) as caught:
        ask(client, order_id)

    assert "is not an order number" in caught.value.problems["seller_fulfillment_order_id"]
    assert simulator.requests.count() == 0


class TestOnTheWire:
    """What's sent, byte for byte as Amazon documents it, and nothing beside it."""

    def test_a_request_is_addressed_to_amazon_and_signed_with_the_token(
        self, recorded: MCFClient, server: Loopback
    ) -> None:
        server.replies = [payload(fulfillmentOrders=[])]

        recorded.list_all_fulfillment_orders()

        (asked,) = server.calls
        assert asked.headers["host"] == httpx.URL(server.endpoint).netloc.decode()
        assert asked.headers["user-agent"].startswith("MCFDesk/")
        assert asked.headers["x-amz-access-token"] == recorded.get_access_token()
        assert datetime.strptime(asked.headers["x-amz-date"], "%Y%m%dT%H%M%S%z").tzinfo

    def test_inventory(self, recorded: MCFClient, server: Loopback) -> None:
        server.replies = [payload(inventorySummaries=[])]

        recorded.get_inventory_summaries()

        (asked,) = server.calls
        assert (asked.method, asked.path) == ("GET", "/fba/inventory/v1/summaries")
        assert asked.query == {
            "details": "true",
            "granularityType": "Marketplace",
            "granularityId": MARKETPLACE,
            "marketplaceIds": MARKETPLACE,
        }
        assert asked.body == b""

    def test_a_later_page_of_changes_names_the_start_too(
        self, recorded: MCFClient, server: Loopback
    ) -> None:
        server.replies = [payload(inventorySummaries=[])]

        recorded.get_inventory_summaries(start_date_time=START, next_token="a+b/c=&d")

        query = server.calls[0].query
        assert query["startDateTime"] == "2026-03-02T15:00:00Z"
        assert query["nextToken"] == "a+b/c=&d"

    @pytest.mark.parametrize("sku", ["RED MUG", "a/b", "a,b", "50%+#?&=", "Füße"])
    def test_a_sku_is_sent_as_it_is(self, recorded: MCFClient, server: Loopback, sku: str) -> None:
        server.replies = [payload(inventorySummaries=[])]

        recorded.get_inventory_summaries(seller_skus=[sku])

        assert server.calls[0].query["sellerSku"] == sku
        assert "sellerSkus" not in server.calls[0].query

    def test_several_skus_are_sent_as_a_list(self, recorded: MCFClient, server: Loopback) -> None:
        server.replies = [payload(inventorySummaries=[])]

        recorded.get_inventory_summaries(seller_skus=["RED MUG", "a/b"])

        assert server.calls[0].query["sellerSkus"] == "RED MUG,a/b"

    @pytest.mark.parametrize(
        ("skus", "problem"),
        [(["a,b", "c"], "holds a comma"), ([f"S{n}" for n in range(51)], "takes 50")],
    )
    def test_a_list_of_skus_that_amazon_would_misread_is_not_sent(
        self, recorded: MCFClient, server: Loopback, skus: list[str], problem: str
    ) -> None:
        with pytest.raises(InvalidInput, match=problem):
            recorded.get_inventory_summaries(seller_skus=skus)

        assert server.calls == []

    def test_a_list_of_orders(self, recorded: MCFClient, server: Loopback) -> None:
        server.replies = [payload(fulfillmentOrders=[])]

        recorded.list_all_fulfillment_orders(query_start_date=START, next_token="n")

        (asked,) = server.calls
        assert (asked.method, asked.path) == ("GET", OUTBOUND)
        assert asked.query == {"queryStartDate": "2026-03-02T15:00:00Z", "nextToken": "n"}

    @pytest.mark.parametrize(
        ("order_id", "path"), [("A-1_b.2", "A-1_b.2"), ("a/b c?d#e%", "a%2Fb%20c%3Fd%23e%25")]
    )
    def test_an_order(
        self, recorded: MCFClient, server: Loopback, order_id: str, path: str
    ) -> None:
        with pytest.raises(UnexpectedAnswer):
            recorded.get_fulfillment_order(order_id)

        assert server.calls[0].method == "GET"
        assert server.calls[0].target == f"{OUTBOUND}/{path}"

    def test_a_parcel(self, recorded: MCFClient, server: Loopback) -> None:
        server.replies = [payload(packageNumber=7)]

        assert recorded.get_package_tracking_details(7).package_number == 7

        (asked,) = server.calls
        assert asked.target == "/fba/outbound/2020-07-01/tracking?packageNumber=7"

    def test_a_preview(self, recorded: MCFClient, server: Loopback, address: Address) -> None:
        server.replies = [payload(fulfillmentPreviews=[])]
        price = Money(currency_code="USD", value="9.99")
        item = line("MUG", gift_message="Hi", per_unit_declared_value=price)
        wish = {"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"}

        recorded.get_fulfillment_preview(address, [item], speeds=["Standard"], features=[wish])

        (asked,) = server.calls
        assert (asked.method, asked.target) == ("POST", f"{OUTBOUND}/preview")
        assert json.loads(asked.body) == {
            "marketplaceId": MARKETPLACE,
            "address": address.to_api(),
            "items": [
                {
                    "sellerSku": "MUG",
                    "quantity": 1,
                    "sellerFulfillmentOrderItemId": "1",
                    "perUnitDeclaredValue": {"currencyCode": "USD", "value": "9.99"},
                }
            ],
            "shippingSpeedCategories": ["Standard"],
            "featureConstraints": [wish],
        }

    def test_a_new_order(self, recorded: MCFClient, server: Loopback, address: Address) -> None:
        request = order_request("TEST-1", address, "MUG", 1)

        recorded.create_fulfillment_order(request)

        (asked,) = server.calls
        assert (asked.method, asked.target) == ("POST", OUTBOUND)
        assert asked.headers["content-type"] == "application/json"
        assert json.loads(asked.body) == {"marketplaceId": MARKETPLACE, **request.to_api()}

    def test_an_order_for_another_marketplace_says_so_itself(
        self, recorded: MCFClient, server: Loopback, address: Address
    ) -> None:
        request = order_request("TEST-1", address, "MUG", 1)

        recorded.create_fulfillment_order(
            request.model_copy(update={"marketplace_id": "A2EUQ1WTGCTBG2"})
        )

        assert json.loads(server.calls[0].body)["marketplaceId"] == "A2EUQ1WTGCTBG2"

    def test_fields_left_empty_are_not_sent(
        self, recorded: MCFClient, server: Loopback, address: Address
    ) -> None:
        bare = Recipient.of(**{**address.model_dump(), "phone": None})
        request = order_request("TEST-1", address, "MUG", 1)
        items = (line("MUG", gift_message=None),)

        recorded.create_fulfillment_order(
            request.model_copy(update={"destination_address": bare, "items": items})
        )

        sent = json.loads(server.calls[0].body)
        assert "phone" not in sent["destinationAddress"]
        assert "giftMessage" not in sent["items"][0]

    def test_a_change(self, recorded: MCFClient, server: Loopback) -> None:
        recorded.update_fulfillment_order("TEST-1", MCFOrderUpdate.of(fulfillment_action="Ship"))

        (asked,) = server.calls
        assert (asked.method, asked.target) == ("PUT", f"{OUTBOUND}/TEST-1")
        assert json.loads(asked.body) == {"fulfillmentAction": "Ship"}

    def test_a_cancellation_has_no_body(self, recorded: MCFClient, server: Loopback) -> None:
        recorded.cancel_fulfillment_order("TEST-1")

        (asked,) = server.calls
        assert (asked.method, asked.target) == ("PUT", f"{OUTBOUND}/TEST-1/cancel")
        assert asked.body == b""


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        (payload(), lambda client: client.get_inventory_summaries()),
        (payload(inventorySummaries=None), lambda client: client.get_inventory_summaries()),
        (payload(), lambda client: client.list_all_fulfillment_orders()),
        (payload(fulfillmentOrders={}), lambda client: client.list_all_fulfillment_orders()),
        (payload(), lambda client: client.get_fulfillment_order("TEST-1")),
        (payload(), lambda client: client.get_package_tracking_details(1)),
    ],
)
def test_a_payload_of_another_shape_is_no_empty_result(
    recorded: MCFClient, server: Loopback, reply: Reply, read: Callable[[MCFClient], object]
) -> None:
    server.replies = [reply]

    with pytest.raises(UnexpectedAnswer):
        read(recorded)


def test_a_preview_without_its_list_is_no_empty_result(
    recorded: MCFClient, server: Loopback, address: Address
) -> None:
    server.replies = [payload()]

    with pytest.raises(UnexpectedAnswer, match="has no list fulfillmentPreviews"):
        recorded.get_fulfillment_preview(address, [line("MUG")])


def test_an_answer_that_cannot_be_unpacked_leaves_a_write_uncertain(
    recorded: MCFClient, server: Loopback, address: Address
) -> None:
    server.replies = [Reply(body=b"not gzip", content_encoding="gzip")]

    with pytest.raises(UnexpectedAnswer, match="DecodingError") as caught:
        recorded.create_fulfillment_order(order_request("TEST-1", address, "MUG", 1))

    assert caught.value.may_have_happened
    assert len(server.calls) == 1


@pytest.mark.parametrize("pagination", [None, {}, {"nextToken": None}, {"nextToken": ""}])
def test_the_last_page_of_the_stock_has_no_token(
    recorded: MCFClient, server: Loopback, pagination: object
) -> None:
    data = {"payload": {"inventorySummaries": []}, "pagination": pagination}
    server.replies = [Reply(body=json.dumps(data).encode())]

    assert recorded.get_inventory_summaries() == Page((), None)


@pytest.mark.parametrize("token", [None, ""])
def test_the_last_page_of_the_orders_has_no_token(
    recorded: MCFClient, server: Loopback, token: str | None
) -> None:
    server.replies = [payload(fulfillmentOrders=[], nextToken=token)]

    assert recorded.list_all_fulfillment_orders() == Page((), None)


STUMBLES = [
    (faults.Unavailable, ServiceUnavailable),
    (faults.BadGateway, ServiceUnavailable),
    (faults.InternalError, ServiceUnavailable),
    (faults.HtmlBadRequest, UnexpectedAnswer),
    (faults.Redirect, UnexpectedAnswer),
    (faults.EmptyBody, UnexpectedAnswer),
    (faults.Truncated, UnexpectedAnswer),
    (faults.ResetBefore, AnswerLost),
    (faults.ResetAfter, AnswerLost),
]


@pytest.mark.parametrize("fault", [fault for fault, _ in STUMBLES])
def test_a_read_is_repeated_when_amazon_stumbles(
    client: MCFClient, simulator: Simulator, fault: type[faults.Fault]
) -> None:
    simulator.faults.add(fault(times=2))

    assert client.get_inventory_summaries().items
    assert simulator.requests.count("getInventorySummaries") == 3


@pytest.mark.parametrize(("fault", "kind"), STUMBLES)
class TestWhenAmazonStumbles:
    def test_a_read_is_given_up_in_the_end(
        self,
        client: MCFClient,
        simulator: Simulator,
        fault: type[faults.Fault],
        kind: type[ServiceTrouble],
    ) -> None:
        simulator.faults.add(fault())

        with pytest.raises(kind):
            client.get_inventory_summaries()

        assert simulator.requests.count("getInventorySummaries") == 6

    def test_a_write_is_never_repeated(
        self,
        client: MCFClient,
        simulator: Simulator,
        request_for: MCFOrderRequest,
        fault: type[faults.Fault],
        kind: type[ServiceTrouble],
    ) -> None:
        simulator.faults.add(fault(operations=("createFulfillmentOrder",)))

        with pytest.raises(kind) as caught:
            client.create_fulfillment_order(request_for)

        assert caught.value.may_have_happened
        assert simulator.requests.count("createFulfillmentOrder") == 1


def test_an_answer_that_comes_too_late_is_lost_and_the_order_exists(
    settings: Settings,
    simulator: Simulator,
    request_for: MCFOrderRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(auth_module, "TIMEOUT", httpx.Timeout(5, read=0.5))
    simulator.faults.add(faults.Slow(operations=("createFulfillmentOrder",), seconds=1.5))

    with (
        MCFClient(settings, pace=unhurried(), sleep=lambda _: None) as hasty,
        pytest.raises(AnswerLost, match="ReadTimeout") as caught,
    ):
        hasty.create_fulfillment_order(request_for)

    assert caught.value.may_have_happened
    assert "TEST-1" in simulator.world.orders


def test_a_read_whose_answer_comes_too_late_is_repeated(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth_module, "TIMEOUT", httpx.Timeout(5, read=0.5))
    simulator.faults.add(
        faults.Slow(operations=("listAllFulfillmentOrders",), seconds=1.5, times=1)
    )

    with MCFClient(settings, pace=unhurried(), sleep=lambda _: None) as hasty:
        page = hasty.list_all_fulfillment_orders()

    assert page.items


@pytest.fixture
def unreachable(settings: Settings) -> Iterator[MCFClient]:
    """A client whose Amazon has gone; it can still log in."""
    with loopback() as gone:
        pass
    with MCFClient(
        replace(settings, endpoint=gone.endpoint), pace=unhurried(), sleep=lambda _: None
    ) as client:
        yield client


def test_an_amazon_that_is_not_reached_has_got_nothing(
    unreachable: MCFClient, address: Address
) -> None:
    with pytest.raises(ConnectionFailed, match="ConnectError") as caught:
        unreachable.create_fulfillment_order(order_request("TEST-1", address, "MUG", 1))

    assert not caught.value.may_have_happened
    assert caught.value.operation == "createFulfillmentOrder"


def test_a_read_that_does_not_reach_amazon_is_an_error_in_the_end(unreachable: MCFClient) -> None:
    with pytest.raises(ConnectionFailed):
        unreachable.list_all_fulfillment_orders()


class TestThrottling:
    def test_a_read_is_repeated_when_the_burst_has_been_saved_up_again(
        self, settings: Settings, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.Throttled(times=1))
        time = Time()
        pace = Pace(OwnTurns(time.clock), time.sleep)

        with MCFClient(settings, pace=pace, sleep=lambda _: None) as client:
            assert client.list_all_fulfillment_orders().items

        assert simulator.requests.count("listAllFulfillmentOrders") == 2
        assert [seconds > 0 for seconds in time.slept] == [True]

    def test_a_write_is_repeated_because_nothing_happened(
        self, client: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
    ) -> None:
        simulator.faults.add(faults.Throttled(times=2, operations=("createFulfillmentOrder",)))

        client.create_fulfillment_order(request_for)

        assert simulator.requests.count("createFulfillmentOrder") == 3
        assert "TEST-1" in simulator.world.orders

    def test_it_is_an_error_in_the_end(
        self, client: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
    ) -> None:
        simulator.faults.add(faults.Throttled(operations=("createFulfillmentOrder",)))

        with pytest.raises(Throttled) as caught:
            client.create_fulfillment_order(request_for)

        assert caught.value.code == "QuotaExceeded"
        assert not caught.value.may_have_happened
        assert simulator.requests.count("createFulfillmentOrder") == 6
        assert "TEST-1" not in simulator.world.orders

    def test_patience_ends_the_attempts(self, settings: Settings, simulator: Simulator) -> None:
        simulator.faults.add(faults.Throttled())

        with (
            MCFClient(settings, pace=unhurried(), sleep=lambda _: None, patience=0) as client,
            pytest.raises(Throttled),
        ):
            client.list_all_fulfillment_orders()

        assert simulator.requests.count("listAllFulfillmentOrders") == 1

    def test_who_waits_for_an_answer_gets_the_error_sooner(
        self, client: MCFClient, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.Throttled())

        with patience(0), pytest.raises(Throttled):
            client.list_all_fulfillment_orders()

        assert simulator.requests.count("listAllFulfillmentOrders") == 1

    def test_a_hurry_ends_with_its_block_and_with_an_error(
        self, client: MCFClient, simulator: Simulator
    ) -> None:
        with pytest.raises(NotFound), patience(0):
            client.get_fulfillment_order("TEST-404")
        simulator.faults.add(faults.Throttled(times=3))

        assert client.list_all_fulfillment_orders().items

    def test_a_hurry_of_one_thread_leaves_the_others_their_patience(
        self, client: MCFClient, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.Throttled(times=3))

        with patience(0), ThreadPoolExecutor(1) as other:
            page = other.submit(client.list_all_fulfillment_orders).result()

        assert page.items

    def test_patience_is_no_longer_than_the_clients_own(
        self, settings: Settings, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.Throttled())

        with (
            MCFClient(settings, pace=unhurried(), sleep=lambda _: None, patience=0) as short,
            patience(60),
            pytest.raises(Throttled),
        ):
            short.list_all_fulfillment_orders()

        assert simulator.requests.count("listAllFulfillmentOrders") == 1

    def test_calls_keep_to_the_usage_plan_without_being_told(self, settings: Settings) -> None:
        time = Time()
        pace = Pace(OwnTurns(time.clock), time.sleep)

        with MCFClient(settings, pace=pace) as client:
            pages = [client.get_inventory_summaries() for _ in range(3)]

        assert len(pages) == 3
        assert sum(time.slept) > 0

    def test_the_rate_that_amazon_tells_is_kept(self, settings: Settings) -> None:
        # The unthrottled simulator tells a thousand times Amazon's rates.
        time = Time()
        pace = Pace(OwnTurns(time.clock), time.sleep)

        with MCFClient(settings, pace=pace) as client:
            pages = [client.get_inventory_summaries() for _ in range(12)]

        assert len(pages) == 12
        assert max(time.slept[1:]) < 0.01

    def test_no_call_takes_longer_than_somebody_waits(
        self, settings: Settings, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.Slow(seconds=5))

        with MCFClient(settings) as client, patience(1.2), pytest.raises(AnswerLost):
            client.list_all_fulfillment_orders()

        assert simulator.requests.count("listAllFulfillmentOrders") == 1

    def test_who_cannot_connect_tries_again_even_with_an_order(
        self, unreachable: MCFClient, address: Address, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING), pytest.raises(ConnectionFailed):
            unreachable.create_fulfillment_order(order_request("TEST-1", address, "MUG", 1))

        assert [line["attempt"] for line in fields(caplog)] == [1, 2, 3, 4, 5, 6]


class TestTokens:
    def test_an_expired_token_is_renewed_once_and_the_call_repeated(
        self, client: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
    ) -> None:
        client.get_access_token()
        simulator.faults.add(faults.TokenExpired(times=1, operations=("createFulfillmentOrder",)))
        before = simulator.requests.count("token")

        client.create_fulfillment_order(request_for)

        assert simulator.requests.count("token") == before + 1
        assert simulator.requests.count("createFulfillmentOrder") == 2
        assert "TEST-1" in simulator.world.orders

    def test_a_token_that_never_works_is_renewed_only_once(
        self, client: MCFClient, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.TokenExpired())

        with pytest.raises(TokenExpired):
            client.list_all_fulfillment_orders()

        assert simulator.requests.count("token") == 2
        assert simulator.requests.count("listAllFulfillmentOrders") == 2

    def test_a_missing_role_is_neither_renewed_nor_repeated(
        self, client: MCFClient, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.RoleMissing())

        with pytest.raises(NotAuthorized):
            client.list_all_fulfillment_orders()

        assert simulator.requests.count("token") == 1
        assert simulator.requests.count("listAllFulfillmentOrders") == 1

    def test_a_revoked_grant_stops_before_anything_is_sent(
        self, client: MCFClient, simulator: Simulator, address: Address
    ) -> None:
        simulator.faults.add(faults.GrantRevoked())

        with pytest.raises(GrantRevoked):
            client.create_fulfillment_order(order_request("TEST-1", address, "MUG", 1))

        assert simulator.requests.count("createFulfillmentOrder") == 0

    def test_a_login_that_was_passed_in_stays_open(self, settings: Settings) -> None:
        shared = SPAPIAuth(settings)
        with MCFClient(settings, auth=shared):
            pass

        assert shared.get_access_token()
        shared.close()


def test_one_client_serves_many_threads_without_mixing_answers(client: MCFClient) -> None:
    def ask(number: int) -> str:
        try:
            client.get_package_tracking_details(number + 1)
        except NotFound as error:
            return f"{error.operation}"
        raise AssertionError("there is no such parcel")

    def listed(_: int) -> int:
        return len(client.list_all_fulfillment_orders(query_start_date=START).items)

    with ThreadPoolExecutor(8) as threads:
        missing = threads.map(ask, range(20))
        listings = threads.map(listed, range(20))

    assert set(missing) == {"getPackageTrackingDetails"}
    assert len(set(listings)) == 1


def test_amazons_clock_is_learned_from_its_answers(client: MCFClient) -> None:
    assert client.clock_offset == timedelta(0)

    client.list_all_fulfillment_orders()

    assert abs(datetime.now(UTC) + client.clock_offset - START) < timedelta(minutes=5)


def test_an_answer_without_a_date_leaves_the_clock_alone(client: MCFClient) -> None:
    client.list_all_fulfillment_orders()
    known = client.clock_offset

    with pytest.raises(UnexpectedAnswer):
        client._transport.judge(httpx.Response(200))

    assert client.clock_offset == known


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """What the environment names as the proxy for everything."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with loopback() as running:
        monkeypatch.setenv("HTTP_PROXY", running.endpoint)
        monkeypatch.setenv("HTTPS_PROXY", running.endpoint)
        yield running


def behind(settings: Settings, address: str) -> MCFClient:
    """A client of an Amazon that only a proxy can reach."""
    there = replace(settings, endpoint=address, lwa_endpoint=f"{address}/auth/o2/token")
    return MCFClient(there, pace=unhurried(), sleep=lambda _: None)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_proxy_stands_between_the_program_and_its_simulator(
    settings: Settings, simulator: Simulator, proxy: Loopback, host: str
) -> None:
    with behind(settings, simulator.endpoint.replace("127.0.0.1", host)) as client:
        client.list_all_fulfillment_orders()

    assert (proxy.calls, proxy.logins) == ([], [])
    assert simulator.requests.count("listAllFulfillmentOrders") == 1


def test_amazon_is_called_through_the_proxy_that_the_environment_names(
    settings: Settings, proxy: Loopback
) -> None:
    proxy.replies = [payload(fulfillmentOrders=[])]

    with behind(settings, "http://amazon.invalid") as client:
        client.list_all_fulfillment_orders()

    (login,), (call,) = proxy.logins, proxy.calls
    assert login.target == "http://amazon.invalid/auth/o2/token"
    assert call.target == f"http://amazon.invalid{OUTBOUND}"
    assert call.headers["host"] == "amazon.invalid"


@pytest.mark.usefixtures("proxy")
def test_a_proxy_that_lets_nothing_through_has_sent_nothing(
    settings: Settings, address: Address
) -> None:
    login = SPAPIAuth(settings)
    away = replace(settings, endpoint="https://amazon.invalid")

    with (
        closing(login),
        MCFClient(away, auth=login, pace=unhurried(), sleep=lambda _: None) as client,
        pytest.raises(ConnectionFailed, match="ProxyError") as caught,
    ):
        client.create_fulfillment_order(order_request("TEST-1", address, "MUG", 1))

    assert not caught.value.may_have_happened
    assert "proxy" in caught.value.advice


def fields(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """What each line of the client says, by name."""
    told = (vars(record) for record in caplog.records if record.name == "mcf.amazon.transport")
    return [{"event": line["event"], **line["fields"]} for line in told]


def test_neither_token_nor_address_is_logged(
    client: MCFClient, request_for: MCFOrderRequest, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.create_fulfillment_order(request_for)
        client.get_fulfillment_order("TEST-1")

    assert caplog.records
    assert client.get_access_token() not in caplog.text
    assert "Ada Example" not in caplog.text


def test_a_failed_attempt_is_logged_without_amazons_words(
    client: MCFClient, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.faults.add(faults.Unavailable(times=1))

    with caplog.at_level(logging.WARNING):
        client.list_all_fulfillment_orders()

    (told,) = fields(caplog)
    assert (told["operation"], told["attempt"]) == ("listAllFulfillmentOrders", 1)
    assert (told["status"], told["outcome"]) == (503, "ServiceUnavailable")
    assert "Unavailable</title>" not in caplog.text


def test_every_call_is_one_line_with_what_support_asks_for(
    client: MCFClient, request_for: MCFOrderRequest, caplog: pytest.LogCaptureFixture
) -> None:
    client.get_access_token()
    with caplog.at_level(logging.INFO, logger="mcf"):
        client.create_fulfillment_order(request_for)

    (call,) = fields(caplog)
    assert (call["event"], call["operation"]) == ("call", "createFulfillmentOrder")
    assert (call["status"], call["attempt"], call["outcome"]) == (200, 1, "ok")
    assert call["duration_ms"] >= 0
    assert call["request_id"]


def test_the_demo_has_no_address_to_call_before_it_runs() -> None:
    with pytest.raises(SettingsError, match="demo mode has no address yet"):
        MCFClient(Settings.from_env({}, dotenv=None))


def test_a_variable_that_turns_the_library_elsewhere_is_noticed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SP_API_DEFAULT_MARKETPLACE", "DE")

    with pytest.raises(SettingsError, match="SP_API_DEFAULT_MARKETPLACE"):
        MCFClient(settings)


def test_what_comes_back_are_models(client: MCFClient) -> None:
    assert isinstance(client.list_all_fulfillment_orders().items[0], MCFFulfillmentOrder)
