"""What Amazon answers, as models: orders, parcels, previews."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mcf.amazon import statuses
from mcf.amazon.models.answers import (
    FulfillmentPreview,
    MCFFulfillmentOrder,
    MCFOrderDetail,
    PackageTracking,
    ReturnItem,
)
from mcf.amazon.models.base import APIModel, Money
from tests.amazon.models.samples import DETAIL, LISTED, ORDER, PREVIEW, TRACKING, Json


def published(name: str) -> Json:
    """A model that Amazon publishes; skips where there is none."""
    folder = os.environ.get("SP_API_MODELS")
    if not folder:
        pytest.skip("set SP_API_MODELS to a checkout of Amazon's public models to run this")
    found = sorted(Path(folder).rglob(name))
    if not found:
        pytest.skip(f"there is no {name} in the folder that SP_API_MODELS names")
    return dict(json.loads(found[0].read_text(encoding="utf-8")))


def example(model: Json, path: str, method: str) -> Any:
    """The payload of the example that Amazon gives for an operation."""
    examples = model["paths"][path][method]["responses"]["200"]["examples"]
    return examples["payload"]


OUTBOUND = "fulfillmentOutbound_2020-07-01.json"
ORDERS = "/fba/outbound/2020-07-01/fulfillmentOrders"


@pytest.mark.parametrize(
    ("file", "path", "method", "kind", "rows"),
    [
        (OUTBOUND, f"{ORDERS}/preview", "post", FulfillmentPreview, "fulfillmentPreviews"),
        (OUTBOUND, ORDERS, "get", MCFFulfillmentOrder, "fulfillmentOrders"),
        (OUTBOUND, "/fba/outbound/2020-07-01/tracking", "get", PackageTracking, None),
        (OUTBOUND, f"{ORDERS}/{{sellerFulfillmentOrderId}}", "get", MCFOrderDetail, None),
        (
            OUTBOUND,
            f"{ORDERS}/{{sellerFulfillmentOrderId}}/return",
            "put",
            ReturnItem,
            "returnItems",
        ),
    ],
)
def test_amazons_own_examples_are_given_back_unchanged(
    file: str, path: str, method: str, kind: type[APIModel], rows: str | None
) -> None:
    payload = example(published(file), path, method)
    found = payload[rows] if rows else payload
    given = found if isinstance(found, list) else [found]

    assert given
    assert [kind.from_api(each).to_api() for each in given] == given


def test_an_order_read_speaks_the_sellers_language() -> None:
    order = MCFFulfillmentOrder.from_api(ORDER)

    assert order.status is statuses.FulfillmentOrderStatus.COMPLETE
    assert order.speed is statuses.ShippingSpeedCategory.STANDARD
    assert order.action is statuses.FulfillmentAction.SHIP
    assert order.policy is statuses.FulfillmentPolicy.FILL_OR_KILL


def test_an_order_of_a_list_has_gaps_that_are_no_trouble() -> None:
    order = MCFFulfillmentOrder.from_api(LISTED)

    assert order.status is statuses.FulfillmentOrderStatus.PROCESSING
    assert order.speed is statuses.ShippingSpeedCategory.UNRECOGNISED
    assert order.action is statuses.FulfillmentAction.UNRECOGNISED
    assert order.marketplace_id is None
    assert order.destination_address is None


def test_dead_shipments_stand_beside_live_ones() -> None:
    dead, live = MCFOrderDetail.from_api(DETAIL).shipments

    assert dead.status is statuses.ShipmentStatus.CANCELLED_BY_FULFILLER
    assert dead.packages == ()
    assert live.status is statuses.ShipmentStatus.SHIPPED
    assert [package.package_number for package in live.packages] == [543939833]


@pytest.mark.parametrize("nothing", [{}, {"fulfillmentShipments": None}])
def test_an_order_without_shipments_has_none(nothing: Json) -> None:
    bare = {"fulfillmentOrder": ORDER, "fulfillmentOrderItems": [], **nothing}

    assert MCFOrderDetail.from_api(bare).shipments == ()


def test_tracking_events_come_oldest_first_whatever_order_amazon_sends() -> None:
    tracking = PackageTracking.from_api(TRACKING)

    assert [event.event_code for event in tracking.events] == ["EVENT_212", "EVENT_301"]
    assert tracking.status is statuses.PackageStatus.UNRECOGNISED


def test_a_parcel_without_news_has_no_events() -> None:
    assert PackageTracking.from_api({"packageNumber": 1, "trackingEvents": None}).events == ()


def test_the_fees_of_a_preview_are_added_up_exactly() -> None:
    total = FulfillmentPreview.from_api(PREVIEW).total_fee

    assert total == Money(currency_code="USD", value="7.00")
    assert total is not None
    assert total.amount == Decimal("7.00")


@pytest.mark.parametrize(
    "fees",
    [
        None,
        [],
        [
            {"name": "a", "amount": {"currencyCode": "USD", "value": "1"}},
            {"name": "b", "amount": {"currencyCode": "CAD", "value": "1"}},
        ],
    ],
)
def test_a_preview_whose_fees_cannot_be_added_up_is_not_free(fees: object) -> None:
    assert FulfillmentPreview.from_api({**PREVIEW, "estimatedFees": fees}).total_fee is None


def shipment(earliest: str | None, latest: str | None) -> Json:
    return {"earliestArrivalDate": earliest, "latestArrivalDate": latest}


@pytest.mark.parametrize(
    ("shipments", "arrival"),
    [
        (None, None),
        ([], None),
        ([shipment("2026-03-05T00:00:00Z", None)], None),
        ([shipment(None, "2026-03-06T00:00:00Z")], (6, 6)),
        ([shipment("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")], (5, 6)),
        (
            [
                shipment("2026-03-05T00:00:00Z", "2026-03-09T00:00:00Z"),
                shipment("2026-03-07T00:00:00Z", "2026-03-08T00:00:00Z"),
            ],
            (5, 9),
        ),
    ],
)
def test_an_order_has_arrived_when_its_last_shipment_has(
    shipments: list[Json] | None, arrival: tuple[int, int] | None
) -> None:
    data = {**PREVIEW, "fulfillmentPreviewShipments": shipments}

    found = FulfillmentPreview.from_api(data).arrival

    assert (found and tuple(moment.day for moment in found)) == arrival


def test_a_preview_that_cannot_be_fulfilled_says_why_each_reason_once() -> None:
    item = {"sellerSku": "MUG", "quantity": 1, "sellerFulfillmentOrderItemId": "1"}
    preview = FulfillmentPreview.from_api(
        {
            "shippingSpeedCategory": "Priority",
            "isFulfillable": False,
            "orderUnfulfillableReasons": ["DeliverySLAUnavailable", "DeliverySLAUnavailable"],
            "unfulfillablePreviewItems": [
                {**item, "itemUnfulfillableReasons": ["InvalidSKU", "NoStock"]},
                {**item, "sellerSku": "CUP"},
            ],
        }
    )

    assert preview.speed is statuses.ShippingSpeedCategory.PRIORITY
    assert preview.reasons == (
        "DeliverySLAUnavailable",
        "MUG: InvalidSKU, NoStock",
        "CUP: not available",
    )


def test_a_preview_without_trouble_has_no_reasons() -> None:
    assert FulfillmentPreview.from_api(PREVIEW).reasons == ()


@pytest.mark.parametrize("broken", [None, 17, {"currencyCode": "USD"}, {"value": "1.00"}])
def test_a_fee_that_cannot_be_read_leaves_the_total_unknown(broken: object) -> None:
    fees = [*PREVIEW["estimatedFees"], {"name": "Surcharge", "amount": broken}]

    assert FulfillmentPreview.from_api({**PREVIEW, "estimatedFees": fees}).total_fee is None


def test_a_fee_that_is_no_object_leaves_the_total_unknown() -> None:
    fees = [*PREVIEW["estimatedFees"], "and some more"]

    preview = FulfillmentPreview.from_api({**PREVIEW, "estimatedFees": fees})

    assert preview.unread == ("estimatedFees[2]",)
    assert preview.total_fee is None


@pytest.mark.parametrize("word", [None, "yes", "true", 1, [], {}])
def test_only_a_plain_yes_makes_an_offer_that_can_be_ordered(word: object) -> None:
    assert not FulfillmentPreview.from_api({**PREVIEW, "isFulfillable": word}).is_fulfillable


def test_an_event_without_a_zone_is_utc_and_one_without_a_time_comes_first() -> None:
    events = [
        {"eventDate": "2026-03-04T08:00:00", "eventCode": "EVENT_302"},
        {"eventCode": "EVENT_101"},
        {"eventDate": "soon", "eventCode": "EVENT_102"},
        {"eventDate": "2026-03-04T07:59:00Z"},
    ]

    found = PackageTracking.from_api({**TRACKING, "trackingEvents": events})

    assert [event.event_code for event in found.events] == [
        "EVENT_101",
        "EVENT_102",
        None,
        "EVENT_302",
    ]
    assert found.events[-1].event_date == datetime(2026, 3, 4, 8, tzinfo=UTC)
    assert found.to_api()["trackingEvents"] == events


def test_parcels_without_a_number_get_one_that_stays_the_same_and_differs() -> None:
    bare = {"amazonShipmentId": "S", "fulfillmentShipmentPackage": [{}, {"packageNumber": "x"}]}
    detail = MCFOrderDetail.from_api({**DETAIL, "fulfillmentShipments": [bare, bare]})

    numbers = [parcel.number for parcel in detail.parcels]

    assert numbers == [parcel.number for parcel in detail.parcels]
    assert all(number < 0 for number in numbers)
