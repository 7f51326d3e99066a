"""Both versions of Fulfillment Outbound behind the same methods: the same orders, the same errors,
sent exactly once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest, MCFOrderUpdate
from mcf.amazon.outbound import Outbound
from mcf.amazon.outbound_2020 import Outbound2020
from mcf.amazon.outbound_2026 import Outbound2026
from mcf.amazon.similarity import Likeness, compare
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.errors import (
    DuplicateOrder,
    MCFError,
    NotFound,
    OrderNotUpdatable,
    RequestRefused,
)
from mcf.orders.submission import Submissions
from mcf.settings import OutboundVersion, Settings
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from mcf.simulator.world.orders import Status
from mcf.simulator.world.parcels import carriers_number
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState, SubmissionState
from mcf.sync.reader import Sync
from mcf.tracking.changes import Changes
from mcf.tracking.states import ChangeState
from tests.amazon.versions import NEW, OLD, RICH, US, changed, line_of, settings_of

CREATE = {OLD: "createFulfillmentOrder", NEW: "createOrder"}
GET = {OLD: "getFulfillmentOrder", NEW: "getOrder"}
DAY = timedelta(days=1)
LIST = {OLD: "listAllFulfillmentOrders", NEW: "listOrders"}


@pytest.fixture(params=OutboundVersion, ids=str)
def version(request: pytest.FixtureRequest) -> OutboundVersion:
    return OutboundVersion(request.param)


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path, version: OutboundVersion) -> Settings:
    """Settings that ask for this version."""
    return settings_of(simulator, tmp_path, version)


@pytest.fixture
def sync(client: MCFClient, store: Store) -> Sync:
    return Sync(client, store)


@pytest.fixture
def submissions(client: MCFClient, store: Store) -> Submissions:
    return Submissions(client, store, sleep=lambda _: None)


def refusal(act: Callable[[], object]) -> MCFError:
    with pytest.raises(MCFError) as met:
        act()
    return met.value


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
         RequestRefused, "from the first page"),
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
        assert parcels == {
            number: carriers_number(box) or f"{box.amazon_tracking_number} (Amazon's number)"
            for number, (_, _, box) in world.packages.items()
        }
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


@pytest.mark.parametrize("version", [Outbound2020, Outbound2026])
@pytest.mark.parametrize(
    "name", [name for name in vars(Outbound) if name.islower() and name[0] != "_"]
)
def test_both_versions_have_the_same_methods(version: type, name: str) -> None:
    wanted, given = getattr(Outbound, name), getattr(version, name, None)

    assert callable(given)
    assert inspect.signature(given) == inspect.signature(wanted)
