"""Both versions of Fulfillment Outbound behind the same methods: the same orders, the same errors,
sent exactly once; and with 2026-07-04 reading many orders costs pages.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mcf.amazon import mapping_2026, outbound_2026
from mcf.amazon.client import MCFClient
from mcf.amazon.models.answers import MCFOrderDetail
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest, MCFOrderUpdate
from mcf.amazon.responses import Page
from mcf.amazon.similarity import Likeness, compare
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.errors import (
    DuplicateOrder,
    MCFError,
    NotFound,
    OrderNotUpdatable,
    RequestRefused,
    SettingsError,
    UnexpectedAnswer,
)
from mcf.orders.submission import Submissions
from mcf.service import MCFService
from mcf.settings import OutboundVersion, Settings
from mcf.simulator import Simulator, faults
from mcf.simulator.orders import LineRequest, OrderRequest, Status
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState, SubmissionState
from mcf.sync.reader import Sync
from mcf.tracking.changes import Changes
from mcf.tracking.states import ChangeState
from tests.conftest import START, order_request, unhurried
from tests.loopback import Reply, loopback
from tests.simulator.contract import V2026, problems

US = "ATVPDKIKX0DER"
OLD, NEW = OutboundVersion.V2020_07_01, OutboundVersion.V2026_07_04
CREATE = {OLD: "createFulfillmentOrder", NEW: "createOrder"}
GET = {OLD: "getFulfillmentOrder", NEW: "getOrder"}
LIST = {OLD: "listAllFulfillmentOrders", NEW: "listOrders"}
UPDATE = {OLD: "updateFulfillmentOrder", NEW: "updateOrder"}
TRACK = "getPackageTrackingDetails"
PAGE_SIZE = 20
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RICH: dict[str, Any] = {
    "shippingSpeedCategory": "Expedited",
    "fulfillmentAction": "Hold",
    "fulfillmentPolicy": "FillAllAvailable",
    "displayableOrderId": "#1001",
    "featureConstraints": [
        {"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"},
        {"featureName": "OVERBOX", "featureFulfillmentPolicy": "NotRequired"},
    ],
    "deliveryPreferences": {
        "deliveryInstructions": "Beware of the dog",
        "dropOffLocation": {"type": "FRONT_DOOR", "attributes": {"side": "left"}},
    },
}


@pytest.fixture(params=OutboundVersion, ids=str)
def version(request: pytest.FixtureRequest) -> OutboundVersion:
    return OutboundVersion(request.param)


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path, version: OutboundVersion) -> Settings:
    """Settings that ask for this version."""
    return _settings(simulator, tmp_path, version)


def _settings(simulator: Simulator, folder: Path, version: OutboundVersion) -> Settings:
    environ = {
        "AMAZON_SP_API_ENDPOINT": simulator.endpoint,
        "AMAZON_LWA_ENDPOINT": simulator.lwa_endpoint,
        "MCF_DATA_DIR": str(folder / "data"),
        "MCF_OUTBOUND_VERSION": version,
    }
    return Settings.from_env(environ, dotenv=None)


@pytest.fixture
def newer(simulator: Simulator, tmp_path: Path) -> Iterator[MCFClient]:
    """A client that speaks 2026-07-04."""
    with MCFClient(
        _settings(simulator, tmp_path, NEW), pace=unhurried(), sleep=lambda _: None
    ) as client:
        yield client


@pytest.fixture
def older(simulator: Simulator, tmp_path: Path) -> Iterator[MCFClient]:
    """A client that speaks 2020-07-01."""
    with MCFClient(
        _settings(simulator, tmp_path, OLD), pace=unhurried(), sleep=lambda _: None
    ) as client:
        yield client


@pytest.fixture
def sync(client: MCFClient, store: Store) -> Sync:
    return Sync(client, store)


@pytest.fixture
def submissions(client: MCFClient, store: Store) -> Submissions:
    return Submissions(client, store, sleep=lambda _: None)


def changed(request: MCFOrderRequest, **fields: Any) -> MCFOrderRequest:
    return MCFOrderRequest.of(**{**request.to_api(), **fields})


def line_of(request: MCFOrderRequest, **fields: Any) -> MCFOrderRequest:
    return changed(request, items=[{**request.items[0].to_api(), **fields}])


def refusal(act: Callable[[], object]) -> MCFError:
    with pytest.raises(MCFError) as met:
        act()
    return met.value


def all_pages(read: Callable[[str | None], Page[Any]]) -> list[Any]:
    pages = [read(None)]
    while pages[-1].next_token:
        pages.append(read(pages[-1].next_token))
    return [item for page in pages for item in page.items]


class TestOneOrder:
    def test_an_order_comes_back_as_it_was_sent(
        self, client: MCFClient, request_for: MCFOrderRequest
    ) -> None:
        request = changed(
            line_of(
                request_for,
                giftMessage="Enjoy",
                perUnitDeclaredValue={"currencyCode": "USD", "value": "14.99"},
            ),
            **RICH,
        )

        client.create_fulfillment_order(request)
        found = client.get_fulfillment_order("TEST-1")

        sent, head = request.to_api(), found.fulfillment_order.to_api()
        assert compare(request, found) is Likeness.SAME
        assert {name: head[name] for name in RICH if name != "deliveryPreferences"} == {
            name: sent[name] for name in RICH if name != "deliveryPreferences"
        }
        assert head["displayableOrderComment"] == sent["displayableOrderComment"]
        assert head["displayableOrderDate"] == sent["displayableOrderDate"]
        assert head["destinationAddress"] == sent["destinationAddress"]
        assert head["marketplaceId"] == US
        item = found.fulfillment_order_items[0].to_api()
        assert {name: item[name] for name in sent["items"][0]} == sent["items"][0]
        assert (item["cancelledQuantity"], item["unfulfillableQuantity"]) == (0, 0)

    def test_the_version_asked_for_is_the_one_spoken(
        self,
        client: MCFClient,
        simulator: Simulator,
        version: OutboundVersion,
        request_for: MCFOrderRequest,
    ) -> None:
        simulator.requests.clear()

        client.create_fulfillment_order(request_for)
        client.get_fulfillment_order("TEST-1")
        client.list_all_fulfillment_orders()
        client.cancel_fulfillment_order("TEST-1")
        client.get_fulfillment_preview(request_for.destination_address, request_for.items)

        asked = simulator.requests.counts()
        assert (
            asked
            == {
                OLD: {
                    "createFulfillmentOrder": 1,
                    "getFulfillmentOrder": 1,
                    "listAllFulfillmentOrders": 1,
                    "cancelFulfillmentOrder": 1,
                    "getFulfillmentPreview": 1,
                },
                NEW: {
                    "createOrder": 1,
                    "getOrder": 1,
                    "listOrders": 1,
                    "cancelOrder": 1,
                    "getOrderPreview": 1,
                },
            }[version]
        )

    def test_an_order_that_is_validated_later_is_accepted(
        self, client: MCFClient, request_for: MCFOrderRequest
    ) -> None:
        nowhere = {**request_for.destination_address.to_api(), "postalCode": "00000"}

        # The program itself wouldn't send it: the postal code isn't one of the state.
        sent = MCFOrderRequest.from_api({**request_for.to_api(), "destinationAddress": nowhere})
        client.create_fulfillment_order(sent)

        head = client.get_fulfillment_order("TEST-1").fulfillment_order
        assert not head.status.is_final

    def test_an_order_can_be_cancelled_until_it_is_picked(
        self, client: MCFClient, request_for: MCFOrderRequest
    ) -> None:
        client.create_fulfillment_order(request_for)
        client.cancel_fulfillment_order("TEST-1")

        head = client.get_fulfillment_order("TEST-1").fulfillment_order
        again = refusal(lambda: client.cancel_fulfillment_order("TEST-1"))
        assert head.status is FulfillmentOrderStatus.CANCELLED
        assert type(again) is OrderNotUpdatable

    def test_an_order_on_hold_can_be_released_once(
        self, client: MCFClient, request_for: MCFOrderRequest
    ) -> None:
        client.create_fulfillment_order(changed(request_for, fulfillmentAction="Hold"))
        ship = MCFOrderUpdate.of(fulfillment_action="Ship")

        client.update_fulfillment_order("TEST-1", ship)

        head = client.get_fulfillment_order("TEST-1").fulfillment_order
        again = refusal(lambda: client.update_fulfillment_order("TEST-1", ship))
        assert head.fulfillment_action == "Ship"
        assert type(again) is OrderNotUpdatable

    def test_the_address_of_an_order_on_hold_can_be_changed(
        self, client: MCFClient, request_for: MCFOrderRequest
    ) -> None:
        client.create_fulfillment_order(changed(request_for, fulfillmentAction="Hold"))
        moved = {**request_for.destination_address.to_api(), "addressLine1": "7 New Street"}

        client.update_fulfillment_order("TEST-1", MCFOrderUpdate.of(destination_address=moved))

        head = client.get_fulfillment_order("TEST-1").fulfillment_order
        assert head.destination_address == Address.from_api(moved)

    def test_an_order_with_emails_is_sent_with_them(
        self, client: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
    ) -> None:
        client.create_fulfillment_order(
            changed(request_for, notificationEmails=["ada@example.com"])
        )

        assert simulator.world.orders["TEST-1"].request.emails == ("ada@example.com",)


@pytest.mark.parametrize(
    ("act", "kind", "advice"),
    [
        (lambda c, r: (c.create_fulfillment_order(r), c.create_fulfillment_order(r)),
         DuplicateOrder, "Look the order up"),
        (lambda c, _: c.get_fulfillment_order("TEST-404"), NotFound, ""),
        (lambda c, _: c.cancel_fulfillment_order("TEST-404"), NotFound, ""),
        (lambda c, _: c.update_fulfillment_order(
            "TEST-404", MCFOrderUpdate.of(fulfillment_action="Ship")), NotFound, ""),
        (lambda c, r: c.create_fulfillment_order(line_of(r, sellerSku="NO-SUCH-SKU")),
         RequestRefused, "no such SKU"),
        (lambda c, r: c.get_fulfillment_preview(
            r.destination_address, line_of(r, sellerSku="NO-SUCH-SKU").items),
         RequestRefused, "no such SKU"),
        (lambda c, r: c.create_fulfillment_order(r.model_copy(
            update={"seller_fulfillment_order_id": "x" * 41})),
         RequestRefused, "40 characters at most"),
        (lambda c, r: c.create_fulfillment_order(r.model_copy(
            update={"shipping_speed_category": "ScheduledDelivery"})),
         RequestRefused, "speeds that the preview offers"),
        (lambda c, r: c.create_fulfillment_order(r.model_copy(
            update={"fulfillment_action": "Wait"})), RequestRefused, "Ship it at once"),
        (lambda c, r: c.create_fulfillment_order(r.model_copy(
            update={"fulfillment_policy": "FillSome"})), RequestRefused, "one of the three"),
        (lambda c, r: c.create_fulfillment_order(r.model_copy(
            update={"items": (r.items[0].model_copy(update={"quantity": 0}),)})),
         RequestRefused, "from 1 to 250"),
        (lambda c, r: c.create_fulfillment_order(r.model_copy(update={"deliveryWindow": {
            "startDate": "2026-03-05T02:00:00Z", "endDate": "2026-03-05T00:00:00Z"}})),
         RequestRefused, "windows of the preview"),
        (lambda c, _: c.list_all_fulfillment_orders(next_token="gone"),
         RequestRefused, "starts again"),
    ],
)  # fmt: skip
def test_a_refusal_means_the_same_in_both_versions(
    client: MCFClient,
    request_for: MCFOrderRequest,
    act: Callable[[MCFClient, MCFOrderRequest], object],
    kind: type[MCFError],
    advice: str,
) -> None:
    error = refusal(lambda: act(client, request_for))

    assert isinstance(error, kind)
    assert advice in error.advice


def test_an_order_picked_too_far_to_be_cancelled_is_told_as_such(
    client: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    client.create_fulfillment_order(request_for)
    simulator.set_status("TEST-1", Status.PROCESSING)

    error = refusal(lambda: client.cancel_fulfillment_order("TEST-1"))

    head = client.get_fulfillment_order("TEST-1").fulfillment_order
    assert type(error) is OrderNotUpdatable
    assert head.status is FulfillmentOrderStatus.PROCESSING
    assert not head.status.is_cancellable


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.PLANNING])
def test_cancelling_can_be_tried_while_nothing_is_picked(
    client: MCFClient, simulator: Simulator, request_for: MCFOrderRequest, status: Status
) -> None:
    client.create_fulfillment_order(request_for)
    simulator.set_status("TEST-1", status)
    changes = Changes(client, client.get_fulfillment_order)

    before = client.get_fulfillment_order("TEST-1").fulfillment_order.status
    change = changes.cancel("TEST-1")

    assert before.is_cancellable
    assert change.state is ChangeState.DONE


@pytest.mark.parametrize(
    ("speeds", "quantity", "changes"),
    [
        ((), 2, {}),
        (("Expedited",), 1, {}),
        (("Standard", "Expedited"), 250, {}),
        (("Standard",), 1, {"postal_code": "00000"}),
    ],
)
def test_a_preview_tells_the_same_in_both_versions(
    older: MCFClient,
    newer: MCFClient,
    request_for: MCFOrderRequest,
    speeds: tuple[str, ...],
    quantity: int,
    changes: dict[str, str],
) -> None:
    address = request_for.destination_address.model_copy(update=changes)
    item = request_for.items[0].model_copy(update={"quantity": quantity})

    old = older.get_fulfillment_preview(address, [item], speeds=speeds)
    new = newer.get_fulfillment_preview(address, [item], speeds=speeds)

    wanted = {preview.shipping_speed_category for preview in new}
    assert wanted >= set(speeds or ("Standard", "Expedited"))
    assert [told(preview) for preview in new] == [
        told(preview) for preview in old if preview.shipping_speed_category in wanted
    ]


def told(preview: Any) -> tuple[Any, ...]:
    """What both versions tell of a preview."""
    return (
        preview.speed,
        preview.is_fulfillable,
        preview.total_fee and preview.total_fee.amount,
        preview.arrival,
        preview.reasons,
        [
            (item.seller_sku, item.quantity, item.seller_fulfillment_order_item_id)
            for shipment in preview.shipments
            for item in shipment.fulfillment_preview_items
        ],
    )


def test_a_preview_with_an_extra_that_the_newer_version_has_no_word_for_is_asked_of_the_older(
    newer: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    address, items = request_for.destination_address, request_for.items
    known = [{"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"}]
    unknown = [{"featureName": "BLOCK_AMZL", "featureFulfillmentPolicy": "Required"}]

    newer.get_fulfillment_preview(address, items, features=known)
    newer.get_fulfillment_preview(address, items, features=unknown)

    assert simulator.requests.count("getOrderPreview") == 1
    assert simulator.requests.count("getFulfillmentPreview") == 1


OFFER = {
    "fulfillmentConfiguration": {"serviceLevel": {"serviceTier": "STANDARD"}},
    "estimatedPrice": {
        "rollupPrices": [{"type": "Fee", "value": {"currencyCode": "USD", "amount": "4.25"}}],
        "totalPrice": {"currencyCode": "USD", "amount": "4.25"},
    },
}
PRICES = [{"type": "Fee", "value": {"currencyCode": "USD", "amount": "4.25"}}]
PLANNED = {
    "items": [{"productIdentifier": {"amazonSku": "A"}, "amount": {"value": "1.0"}}],
    "offers": [OFFER],
}


@pytest.mark.parametrize(
    ("planned", "fulfillable", "fee"),
    [
        ([PLANNED, PLANNED], True, "8.50"),
        ([PLANNED, {**PLANNED, "offers": []}], False, None),
        ([PLANNED, {**PLANNED, "offers": [{**OFFER, "estimatedPrice": None}]}], True, None),
    ],
)
def test_a_speed_needs_an_offer_for_every_planned_shipment_and_costs_their_sum(
    request_for: MCFOrderRequest, planned: list[Any], fulfillable: bool, fee: str | None
) -> None:
    answer = {"plannedShipments": planned}

    (found,) = outbound_2026.previews(answer, US, request_for.items, ["Standard"])

    assert found.is_fulfillable is fulfillable
    assert (found.total_fee and found.total_fee.value) == fee


@pytest.mark.parametrize(
    "planned", [None, "x", {"items": [], "offers": [{}]}, {**PLANNED, "offers": "none"}]
)
def test_a_planned_shipment_that_cannot_be_read_is_none_that_can_be_ordered(
    request_for: MCFOrderRequest, planned: object
) -> None:
    answer = {"plannedShipments": [PLANNED, planned]}

    (found,) = outbound_2026.previews(answer, US, request_for.items, ["Standard"])

    assert not found.is_fulfillable
    assert found.total_fee is None


@pytest.mark.parametrize(
    "price",
    [
        None,
        {"rollupPrices": None},
        {"rollupPrices": [*PRICES, None]},
        {"rollupPrices": [*PRICES, {"type": "TAX", "value": {"currencyCode": "USD"}}]},
        {"rollupPrices": [*PRICES, {"type": "TAX", "value": {"amount": "1.00"}}]},
        {"rollupPrices": [*PRICES, {"value": {"currencyCode": "USD", "amount": "NaN"}}]},
        {"rollupPrices": [*PRICES, {"value": {"currencyCode": "USD", "amount": 1.5}}]},
    ],
)
def test_a_price_that_cannot_be_read_leaves_the_total_unknown_and_never_smaller(
    request_for: MCFOrderRequest, price: object
) -> None:
    answer = {"plannedShipments": [{**PLANNED, "offers": [{**OFFER, "estimatedPrice": price}]}]}

    (found,) = outbound_2026.previews(answer, US, request_for.items, ["Standard"])

    assert found.is_fulfillable
    assert found.total_fee is None


@pytest.mark.parametrize("constraints", ["none", {}, [None], [{"details": "all"}]])
def test_a_constraint_that_cannot_be_read_stands_in_the_way_of_every_speed(
    request_for: MCFOrderRequest, constraints: object
) -> None:
    answer = {"plannedShipments": [PLANNED], "constraints": constraints}

    (found,) = outbound_2026.previews(answer, US, request_for.items, ["Standard"])

    assert not found.is_fulfillable


class TestReadingAll:
    def test_the_store_has_what_amazon_has(
        self, sync: Sync, store: Store, simulator: Simulator, version: OutboundVersion
    ) -> None:
        runs = sync.everything()

        world = simulator.world
        assert {run.state for run in runs} == {RunState.WHOLE}
        lines = {
            (row.seller_fulfillment_order_id, row.seller_fulfillment_order_item_id): (
                row.seller_sku,
                row.quantity,
                row.cancelled_quantity,
                row.unfulfillable_quantity,
            )
            for row in store.rows(tables.order_items)
        }
        assert lines == {
            (order.id, line.item_id): (line.sku, line.quantity, line.cancelled, line.unfulfillable)
            for order in world.by_number
            for line in order.lines
        }
        parcels = {row.package_number: row.tracking_number for row in store.rows(tables.packages)}
        assert parcels == {number: box.tracking_number for number, (_, _, box) in
                           world.packages.items()}  # fmt: skip
        assert {row.package_number for row in store.rows(tables.tracking)} == set(world.packages)
        assert {row.seller_fulfillment_order_id: row.status for row in store.rows(tables.orders)} \
            == {order.id: shown(order, version) for order in world.by_number}  # fmt: skip

    def test_reading_again_changes_nothing(
        self, sync: Sync, store: Store, simulator: Simulator, version: OutboundVersion
    ) -> None:
        sync.everything()
        revisions = store.revisions()
        simulator.requests.clear()

        sync.orders()
        sync.tracking()

        same = dict.fromkeys(("sync_runs",), 0)
        assert simulator.requests.counts() == {LIST[version]: 1}
        assert store.revisions() | same == revisions | same

    def test_what_changed_at_amazon_is_found(
        self, sync: Sync, store: Store, simulator: Simulator, version: OutboundVersion
    ) -> None:
        sync.everything()
        simulator.clock.step(2 * DAY)

        sync.orders()
        sync.tracking()

        statuses = {
            row.seller_fulfillment_order_id: row.status for row in store.rows(tables.orders)
        }
        assert statuses == {order.id: shown(order, version) for order in simulator.world.by_number}


def shown(order: Any, version: OutboundVersion) -> str:
    """The status that an order in the simulator's world is to have in the store."""
    waits = order.status in (Status.NEW, Status.RECEIVED, Status.PLANNING)
    live = any("CANCELLED" not in shipment.status for shipment in order.shipments)
    if version is NEW and (waits or (order.status is Status.PROCESSING and not live)):
        return "Accepted"
    return str(order.status.value)


class TestSendingOnce:
    def test_an_order_is_sent_once(
        self,
        submissions: Submissions,
        simulator: Simulator,
        version: OutboundVersion,
        request_for: MCFOrderRequest,
    ) -> None:
        first = submissions.submit(request_for)
        second = submissions.submit(request_for)

        assert first == second
        assert first.state is SubmissionState.ACCEPTED
        assert simulator.requests.count(CREATE[version]) == 1

    def test_an_answer_lost_after_amazon_took_the_order_is_found_out(
        self,
        submissions: Submissions,
        simulator: Simulator,
        version: OutboundVersion,
        request_for: MCFOrderRequest,
    ) -> None:
        simulator.faults.add(faults.ResetAfter(operations=[CREATE[version]], times=1))

        submission = submissions.submit(changed(request_for, displayableOrderId="#1001"))

        assert submission.state is SubmissionState.ACCEPTED
        assert simulator.requests.count(CREATE[version]) == 1
        assert simulator.requests.count(GET[version]) == 1

    def test_an_order_that_never_arrived_is_sent_again_under_the_same_number(
        self,
        submissions: Submissions,
        simulator: Simulator,
        version: OutboundVersion,
        request_for: MCFOrderRequest,
    ) -> None:
        simulator.faults.add(faults.ResetBefore(operations=[CREATE[version]], times=1))

        assert submissions.submit(request_for).state is SubmissionState.ACCEPTED
        assert simulator.requests.count(CREATE[version]) == 2
        assert simulator.world.orders["TEST-1"].lines[0].quantity == 2

    def test_an_empty_answer_is_not_taken_for_a_success(
        self,
        submissions: Submissions,
        simulator: Simulator,
        version: OutboundVersion,
        request_for: MCFOrderRequest,
    ) -> None:
        simulator.faults.add(faults.EmptyBody(operations=[CREATE[version]], times=1))

        assert submissions.submit(request_for).state is SubmissionState.ACCEPTED
        assert simulator.requests.count(GET[version]) >= 1

    def test_another_order_under_the_number_is_told(
        self, submissions: Submissions, client: MCFClient, request_for: MCFOrderRequest
    ) -> None:
        client.create_fulfillment_order(line_of(request_for, quantity=1))

        submission = submissions.submit(request_for)

        assert submission.state is SubmissionState.REJECTED
        assert submission.message == "Amazon has another order under the number TEST-1."

    def test_an_order_that_is_not_shown_yet_is_found_later(
        self,
        submissions: Submissions,
        simulator: Simulator,
        version: OutboundVersion,
        request_for: MCFOrderRequest,
    ) -> None:
        simulator.faults.add(faults.ResetAfter(operations=[CREATE[version]], times=1))
        simulator.faults.add(faults.LateVisibility(seconds=60))

        first = submissions.submit(request_for).state
        simulator.clock.step(timedelta(seconds=61))
        settled = [each.state for each in submissions.settle_all()]

        assert (first, settled) == (SubmissionState.UNKNOWN, [SubmissionState.ACCEPTED])


def with_open_orders(simulator: Simulator, count: int) -> int:
    """How many pages Amazon's orders fill once there are so many open ones more."""
    first = simulator.world.by_number[0].request
    sku = first.lines[0].sku
    simulator.world.stocks[US][sku].add(count)
    for number in range(count):
        lines = (LineRequest(sku, "1", 1),)
        simulator.world.place(
            OrderRequest(f"OPEN-{number:04}", US, first.address, lines, f"#{number}")
        )
    return math.ceil(len(simulator.world.orders) / PAGE_SIZE)


class TestManyOrders:
    """With 2026-07-04 only."""

    @pytest.fixture
    def sync(self, newer: MCFClient, store: Store) -> Sync:
        return Sync(newer, store)

    def test_a_thousand_open_orders_cost_pages(
        self, simulator: Simulator, sync: Sync, store: Store
    ) -> None:
        pages = with_open_orders(simulator, 1000)

        sync.orders()
        sync.tracking()

        assert simulator.requests.counts() == {"token": 1, "listOrders": pages}
        assert len(store.rows(tables.orders)) == 1024

    def test_parcels_under_way_are_read_again_by_pages(
        self, simulator: Simulator, sync: Sync, store: Store
    ) -> None:
        pages = with_open_orders(simulator, 200)
        sync.orders()
        simulator.clock.step(2 * DAY)
        sync.orders()
        simulator.requests.clear()

        simulator.clock.step(2 * HOUR)
        sync.orders()
        sync.tracking()

        asked = simulator.requests.counts()
        assert asked["listOrders"] <= 2 * pages
        assert asked.get("getOrder", 0) < 20
        assert asked.get(TRACK, 0) == 0
        assert {row.package_number for row in store.rows(tables.tracking)} == set(
            simulator.world.packages
        )

    def test_few_old_orders_are_asked_for_by_number(
        self, simulator: Simulator, sync: Sync, store: Store
    ) -> None:
        sync.orders()
        stuck = simulator.world.by_number[0]
        store.change(
            tables.orders,
            {"seller_fulfillment_order_id": stuck.id},
            {"detailed_status_date": None},
        )
        simulator.requests.clear()

        sync.orders()

        assert simulator.requests.counts() == {"listOrders": 1, "getOrder": 1}

    def test_a_full_read_costs_one_listing(self, simulator: Simulator, sync: Sync) -> None:
        pages = with_open_orders(simulator, 200)
        sync.orders()
        simulator.requests.clear()

        sync.orders(full=True)
        sync.tracking(full=True)

        assert simulator.requests.counts() == {"listOrders": pages}

    def test_pages_that_move_are_read_again(
        self, simulator: Simulator, sync: Sync, store: Store
    ) -> None:
        with_open_orders(simulator, 200)
        simulator.faults.add(faults.RowsTwice(times=1))

        run = sync.orders()

        assert run.state is RunState.WHOLE
        assert len(store.rows(tables.orders)) == len(simulator.world.orders)

    def test_events_that_were_read_stay_when_a_list_tells_of_the_parcel_again(
        self, simulator: Simulator, sync: Sync, store: Store
    ) -> None:
        number, (order, _, _) = next(iter(simulator.world.packages.items()))

        sync.events(sync.order(order.id))
        read = store.row(tables.tracking, package_number=number)
        sync.orders(full=True)

        row = store.row(tables.tracking, package_number=number)
        assert read is not None
        assert row is not None
        assert read.raw["trackingEvents"]
        assert row.raw["trackingEvents"] == read.raw["trackingEvents"]
        assert row.delivered_at == read.delivered_at
        assert simulator.requests.count(TRACK) == len(
            [box for shipment in order.shipments for box in shipment.packages]
        )


def test_a_parcel_that_tracking_does_not_know_yet_keeps_what_its_order_tells(
    newer: MCFClient, simulator: Simulator, store: Store
) -> None:
    sync = Sync(newer, store)
    number, (order, _, _) = next(iter(simulator.world.packages.items()))
    simulator.faults.add(faults.NotFound(operations=[TRACK]))

    detail = sync.order(order.id)
    sync.events(detail)

    row = store.row(tables.tracking, package_number=number)
    assert row is not None
    assert row.status == mapping_2026.trackings(detail)[0].current_status
    assert "trackingEvents" not in row.raw


def test_refreshing_an_order_reads_the_events_of_its_parcels(
    simulator: Simulator, tmp_path: Path
) -> None:
    order_id = next(iter(simulator.world.packages.values()))[0].id
    with MCFService(_settings(simulator, tmp_path, NEW)) as service:
        service.refresh_order(order_id)

        view = service.order(order_id)

    assert view is not None
    assert len(view.events) > 0


def test_with_the_older_version_lists_bring_no_details(older: MCFClient) -> None:
    assert not older.lists_details
    with pytest.raises(SettingsError, match="2020-07-01 lists orders without"):
        older.list_order_details()


def test_what_is_listed_is_what_is_read(newer: MCFClient) -> None:
    listed = all_pages(lambda token: newer.list_order_details(next_token=token))

    assert newer.lists_details
    assert len(listed) == 24
    assert listed[7] == newer.get_fulfillment_order(
        listed[7].fulfillment_order.seller_fulfillment_order_id
    )


def test_heads_are_listed_since_a_time(newer: MCFClient, simulator: Simulator) -> None:
    heads = newer.list_all_fulfillment_orders(query_start_date=START - DAY).items

    assert {head.seller_fulfillment_order_id for head in heads} == {
        order.id for order in simulator.world.by_number if order.status_updated >= START - DAY
    }


ORDER: dict[str, Any] = {
    "orderId": "1001",
    "channel": "SHOPIFY",
    "receiveTime": "2026-03-01T10:00:00Z",
    "status": "COMPLETE_PARTIAL",
    "statusUpdateTime": "2026-03-02T11:45:00Z",
    "fulfillmentConfiguration": {
        "serviceLevel": {
            "serviceTiers": ["EXPEDITED", "STANDARD"],
            "deliveryInterval": {
                "startTime": "2026-03-05T00:00:00Z",
                "endTime": "2026-03-05T02:00:00Z",
            },
        },
        "action": "HOLD",
        "policy": "FILL_ALL_AVAILABLE",
        "services": {
            "packaging": {
                "packagingOption": "UNBRANDED",
                "overbox": "PERHAPS",
                "packingSlip": {
                    "templateName": "mine",
                    "templateAttributes": {
                        "orderId": "#1001",
                        "orderTime": "2026-03-01T09:00:00Z",
                        "orderText": "Thank you!",
                        "slogan": "More light",
                    },
                },
            },
            "additional": {},
        },
    },
    "origin": {"countryCode": "US"},
    "destination": {
        "deliveryAddress": {
            "name": "Ada Example",
            "addressLine1": "100 Example Street",
            "city": "Springfield",
            "stateOrRegion": "IL",
            "postalCode": "62701",
            "countryCode": "US",
            "email": "ada@example.com",
        },
        "deliveryNotes": "Beware of the dog",
        "dropOffLocation": {"type": "LOCKER", "attributes": {"id": "7"}},
    },
    "lineItems": [
        {
            "lineItemId": "1",
            "product": {
                "productIdentifier": {"amazonSku": "A"},
                "perUnitDeclaredValue": {"currencyCode": "USD", "amount": "14.99"},
            },
            "amount": {"unit": "EACHES", "value": "3.0"},
            "cancelledAmount": {"unit": "EACHES", "value": "1"},
            "unfulfillableAmount": {"unit": "EACHES", "value": "0.0"},
            "fulfillmentConfiguration": {
                "services": {
                    "packaging": {
                        "packingSlip": {
                            "templateName": "line",
                            "templateAttributes": {
                                "giftMessage": "Enjoy",
                                "lineItemText": "1 of 1",
                            },
                        }
                    },
                    "delivery": {
                        "paymentOnDelivery": {
                            "perUnitServicePrice": {"currencyCode": "USD", "amount": "1.00"}
                        }
                    },
                }
            },
            "futureField": True,
        }
    ],
    "shipments": [
        {
            "amazonShipmentId": "S1",
            "amazonFacility": {"facilityId": "PHX3", "address": {"city": "Phoenix"}},
            "status": "SHIPPED",
            "shipTime": "2026-03-02T11:00:00Z",
            "deliveryTime": "2026-03-05T01:00:00Z",
            "shippingNotes": ["On time"],
            "items": [
                {
                    "shipmentItemId": "SI001",
                    "productIdentifier": {"amazonSku": "A"},
                    "lineItemId": "1",
                    "amount": {"value": "2.0"},
                    "packageId": "PKG-abc123",
                    "unitIdentifiers": {"LOT": ["X1"]},
                }
            ],
            "packages": [
                {
                    "packageId": "PKG-abc123",
                    "deliveryTime": "2026-03-05T01:00:00Z",
                    "status": "TELEPORTED",
                    "tracking": {
                        "carrier": {
                            "carrierCode": "UPS",
                            "trackingNumber": "1Z",
                            "trackingUrl": "https://example.com/ups",
                        },
                        "amazon": {
                            "trackingNumber": "TBA1",
                            "trackingUrl": "https://example.com/track",
                        },
                        "proofOfDelivery": {"receivedBy": "The neighbour"},
                    },
                    "shipmentItemIds": ["SI001"],
                }
            ],
            "serviceLevel": {"serviceTier": "EXPEDITED"},
        },
        {
            "amazonShipmentId": "S2",
            "amazonFacility": {"facilityId": "ONT8"},
            "status": "CANCELLED",
            "items": [],
        },
    ],
    "paymentInformation": {
        "payments": [
            {"paymentId": "P", "paymentMethod": "CARD", "paymentTime": "2026-03-01T09:00:00Z"}
        ]
    },
    "futureField": {"of": ["any", "shape"]},
}


def order_with(**changes: Any) -> dict[str, Any]:
    """The order with these fields instead; without those that are None."""
    return {name: value for name, value in {**ORDER, **changes}.items() if value is not None}


def detail_of(**changes: Any) -> MCFOrderDetail:
    return mapping_2026.order_detail(order_with(**changes))


class TestTranslating:
    def test_an_order_is_told_in_the_models_words(self) -> None:
        detail = detail_of()

        head, (item,), (shipped, dead) = (
            detail.fulfillment_order,
            detail.fulfillment_order_items,
            detail.shipments,
        )
        assert head.status is FulfillmentOrderStatus.PARTIAL
        assert (head.displayable_order_id, head.displayable_order_comment) == (
            "#1001",
            "Thank you!",
        )
        assert (head.shipping_speed_category, head.marketplace_id) == ("Expedited", US)
        assert (head.fulfillment_action, head.fulfillment_policy) == ("Hold", "FillAllAvailable")
        assert head.to_api()["featureConstraints"] == [
            {"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"},
            {"featureName": "OVERBOX", "featureFulfillmentPolicy": "PERHAPS"},
        ]
        assert (item.quantity, item.cancelled_quantity, item.gift_message) == (3, 1, "Enjoy")
        assert item.estimated_arrival_date == shipped.estimated_arrival_date
        assert (shipped.status.value, dead.status.value) == ("SHIPPED", "CANCELLED_BY_SELLER")
        assert shipped.packages[0].tracking_number == "1Z"

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"status": "TELEPORTED"},
            {"status": "PROCESSING"},
            {"origin": {"countryCode": "ZZ"}},
            {"shipments": []},
            {"paymentInformation": None, "channel": None},
            {"destination": None},
            {"lineItems": [{**ORDER["lineItems"][0], "amount": {"unit": "PAIRS", "value": "1"}}]},
        ],
    )
    def test_nothing_is_lost_there_and_back(self, changes: dict[str, Any]) -> None:
        order = order_with(**changes)

        assert mapping_2026.order_2026(mapping_2026.order_detail(order)) == order

    def test_an_order_without_a_packing_slip_shows_its_own_number(
        self, store: Store, newer: MCFClient
    ) -> None:
        bare = detail_of(fulfillmentConfiguration=None, statusUpdateTime=None)
        sync = Sync(newer, store)

        sync._writer.details([bare])

        row = store.row(tables.orders, seller_fulfillment_order_id="1001")
        assert row is not None
        assert row.displayable_order_id == "1001"
        assert row.status_updated_date == row.received_date

    def test_an_order_without_a_packing_slip_is_still_recognised(self, address: Address) -> None:
        request = changed(order_request("1001", address, "A", 3), displayableOrderId="#1001")

        found = detail_of(fulfillmentConfiguration=None)

        assert compare(request, found) is Likeness.SAME

    def test_units_are_in_the_package_that_names_them(self) -> None:
        shipment = json.loads(json.dumps(ORDER["shipments"][0]))
        del shipment["items"][0]["packageId"]

        (found,) = detail_of(shipments=[shipment]).shipments

        packed = found.fulfillment_shipment_item[0].package_number
        assert packed == found.packages[0].package_number

    @pytest.mark.parametrize("package_id", ["PKG-abc123", "007", "", "9" * 20, "٣"])
    def test_an_id_that_is_no_number_gets_one_that_is_not_amazons(self, package_id: str) -> None:
        number = mapping_2026.package_number(package_id)

        assert number < 0
        assert mapping_2026.package_number(package_id) == number

    def test_an_id_that_is_a_number_stays_that(self) -> None:
        assert mapping_2026.package_number("41230001") == 41230001

    def test_a_parcels_tracking_is_told_with_its_link_and_who_took_it(self) -> None:
        (tracking,) = mapping_2026.trackings(detail_of())

        told = tracking.to_api()
        assert told["currentStatus"] == "TELEPORTED"
        assert told["customerTrackingLink"] == "https://example.com/track"
        assert told["signedForBy"] == "The neighbour"
        assert told["shipDate"] == "2026-03-02T11:00:00Z"

    @pytest.mark.parametrize(
        "order",
        [
            None,
            [],
            {},
            order_with(orderId=None),
            order_with(orderId=17),
            order_with(orderId=""),
        ],
    )
    def test_what_is_no_order_is_an_unexpected_answer(self, order: object) -> None:
        with pytest.raises(UnexpectedAnswer):
            mapping_2026.order_detail(order)

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"lineItems": None}, "fulfillmentOrderItems"),
            ({"lineItems": {}}, "fulfillmentOrderItems"),
            ({"lineItems": ["x"]}, "fulfillmentOrderItems"),
            ({"receiveTime": None}, "fulfillmentOrder.receivedDate"),
            ({"receiveTime": "soon"}, "fulfillmentOrder.receivedDate"),
            ({"shipments": ["x"]}, "fulfillmentShipments"),
            ({"shipments": "none"}, "fulfillmentShipments"),
        ],
    )
    def test_what_cannot_be_read_of_an_order_is_named_and_the_rest_is_read(
        self, change: dict[str, Any], place: str
    ) -> None:
        detail = mapping_2026.order_detail(order_with(**change))

        assert place in detail.unread
        assert detail.fulfillment_order.seller_fulfillment_order_id == ORDER["orderId"]

    @pytest.mark.parametrize(
        "field",
        [
            {"codSettings": {"isCodRequired": False}},
            {"notificationEmails": ["ada@example.com"]},
            {"featureConstraints": [{"featureName": "BLOCK_AMZL",
                                     "featureFulfillmentPolicy": "Required"}]},
        ],
    )  # fmt: skip
    def test_what_only_the_older_version_can_say_is_left_to_it(
        self, request_for: MCFOrderRequest, field: dict[str, Any]
    ) -> None:
        assert mapping_2026.create_request({**request_for.to_api(), **field}) is None

    def test_what_is_sent_is_what_amazons_model_declares(
        self, request_for: MCFOrderRequest
    ) -> None:
        rich = line_of(
            changed(request_for, **RICH, marketplaceId=US, shipFromCountryCode="DE"),
            giftMessage="Enjoy",
            perUnitPrice={"currencyCode": "USD", "value": "1.00"},
        )

        body = mapping_2026.create_request(rich.to_api())

        assert body is not None
        assert body["origin"] == {"countryCode": "DE"}
        assert problems(V2026, "CreateOrderRequest", body) == []


def test_an_entry_of_a_list_that_is_no_order_costs_itself_alone(
    tmp_path: Path, simulator: Simulator
) -> None:
    body = {"orders": ["x", {"status": "PROCESSING"}, {"orderId": "1", "status": "PROCESSING"}]}
    with loopback() as server:
        server.replies = [Reply(body=json.dumps(body).encode())]
        there = replace(
            _settings(simulator, tmp_path, NEW),
            endpoint=server.endpoint,
            lwa_endpoint=f"{server.endpoint}/auth/o2/token",
        )
        with MCFClient(there, pace=unhurried(), sleep=lambda _: None) as client:
            page = client.list_order_details()

    assert [each.fulfillment_order.seller_fulfillment_order_id for each in page.items] == ["1"]
    assert [(doubt.key, doubt.is_kept) for doubt in page.doubts] == [
        ("1", True),
        (None, False),
        (None, False),
    ]
