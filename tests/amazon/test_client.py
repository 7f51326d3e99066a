"""Amazon over HTTP: every operation as Amazon wants it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.answers import MCFFulfillmentOrder, MCFInventoryItem
from mcf.amazon.models.base import Address, Money
from mcf.amazon.models.requests import MCFOrderRequest, MCFOrderUpdate, Recipient
from mcf.amazon.responses import Page
from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus, ShippingSpeedCategory
from mcf.errors import (
    DuplicateOrder,
    InvalidInput,
    NotFound,
    OrderNotUpdatable,
    PageTokenExpired,
    RequestRefused,
    UnexpectedAnswer,
)
from mcf.settings import Settings
from mcf.simulator import Simulator
from tests.amazon.samples import OUTBOUND, line, payload
from tests.conftest import START, order_request, unhurried
from tests.loopback import Loopback, Reply, loopback
from tests.shops import Servers

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
def big_shop(servers: Servers) -> Iterator[Simulator]:
    """More SKUs and orders than fit on a page."""
    with servers.shop(
        skus=120, orders=130, days=30, start=START, frozen=True, throttle=False
    ) as amazon:
        yield amazon


@pytest.fixture
def big_client(big_shop: Simulator, settings: Settings) -> Iterator[MCFClient]:
    there = replace(settings, endpoint=big_shop.endpoint, lwa_endpoint=big_shop.lwa_endpoint)
    with MCFClient(there, pace=unhurried(), sleep=lambda _: None) as client:
        yield client


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


def test_what_comes_back_are_models(client: MCFClient) -> None:
    assert isinstance(client.list_all_fulfillment_orders().items[0], MCFFulfillmentOrder)
