"""Amazon's data as objects and back: nothing is lost, nothing wrong is sent."""

from __future__ import annotations

import ast
import copy
import importlib
import inspect
import json
import logging
import os
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from mcf.amazon import statuses
from mcf.amazon.models import answers, base, requests
from mcf.amazon.models.answers import (
    FulfillmentPreview,
    MCFFulfillmentOrder,
    MCFInventoryItem,
    MCFOrderDetail,
    PackageTracking,
    Participation,
    ReturnItem,
)
from mcf.amazon.models.base import Address, AmazonTime, APIModel, Money, api_time
from mcf.amazon.models.requests import MCFOrderItem, MCFOrderRequest, MCFOrderUpdate, Recipient
from mcf.errors import InvalidInput, UnexpectedAnswer

Json = dict[str, Any]

ORDER: Json = {
    "sellerFulfillmentOrderId": "TEST-1",
    "marketplaceId": "ATVPDKIKX0DER",
    "displayableOrderId": "TEST-1",
    "displayableOrderDate": "2026-03-01T10:00:00Z",
    "displayableOrderComment": "Thank you.",
    "shippingSpeedCategory": "Standard",
    "fulfillmentAction": "Ship",
    "fulfillmentPolicy": "FillOrKill",
    "destinationAddress": {
        "name": "Ada Example",
        "addressLine1": "100 Example Street",
        "addressLine2": "",
        "addressLine3": None,
        "city": "Springfield",
        "districtOrCounty": None,
        "stateOrRegion": "IL",
        "postalCode": "62701",
        "countryCode": "US",
        "phone": "555-0100",
        "email": "ada@example.com",
    },
    "receivedDate": "2026-03-01T10:00:01.250Z",
    "fulfillmentOrderStatus": "Complete",
    "statusUpdatedDate": "2026-03-01T19:00:00+09:00",
    "notificationEmails": [],
    "primeUpgraded": "true",
    "featureConstraints": [
        {"featureName": "PRIME_ELIGIBILITY", "featureFulfillmentPolicy": "Required"}
    ],
}
LISTED: Json = {
    "sellerFulfillmentOrderId": "TEST-2",
    "displayableOrderId": "TEST-2",
    "displayableOrderDate": "2026-03-01T10:00:00.000Z",
    "shippingSpeedCategory": "TELEPORT",
    "receivedDate": "2026-03-01T10:00:01Z",
    "fulfillmentOrderStatus": "PROCESSING",
    "statusUpdatedDate": "2026-03-01T10:00:01Z",
    "marketplaceOfTomorrow": {"nested": [1, None, {"deep": True}]},
}
DETAIL: Json = {
    "fulfillmentOrder": ORDER,
    "fulfillmentOrderItems": [
        {
            "sellerSku": "RED MUG / large, 2",
            "sellerFulfillmentOrderItemId": "1",
            "quantity": 2,
            "cancelledQuantity": 0,
            "unfulfillableQuantity": None,
            "giftMessage": "",
            "orderItemDisposition": "Sellable",
            "perUnitPrice": {"currencyCode": "USD", "value": "12.50"},
            "estimatedShipDate": "2026-03-02T07:59:59Z",
        }
    ],
    "fulfillmentShipments": [
        {
            "amazonShipmentId": "DnMXxVMqD",
            "fulfillmentCenterId": "PHX3",
            "fulfillmentShipmentStatus": "CANCELLED_BY_FULFILLER",
            "fulfillmentShipmentItem": [],
        },
        {
            "amazonShipmentId": "DnMXxVMqE",
            "fulfillmentCenterId": "PHX3",
            "fulfillmentShipmentStatus": "SHIPPED",
            "shippingDate": "2026-03-04T00:00:00.123Z",
            "estimatedArrivalDate": "2026-03-06T00:00:00Z",
            "shippingNotes": [],
            "fulfillmentShipmentItem": [
                {
                    "sellerSku": "RED MUG / large, 2",
                    "sellerFulfillmentOrderItemId": "1",
                    "quantity": 2,
                    "packageNumber": 543939833,
                    "serialNumber": None,
                    "manufacturerLotCodes": ["L1"],
                }
            ],
            "fulfillmentShipmentPackage": [
                {
                    "packageNumber": 543939833,
                    "carrierCode": "Amazon Logistics",
                    "trackingNumber": "4f2a0000-0000-4000-8000-000000000001",
                    "amazonFulfillmentTrackingNumber": None,
                }
            ],
        },
    ],
    "returnItems": [],
    "returnAuthorizations": [{"returnAuthorizationId": "R-1"}],
}
TRACKING: Json = {
    "packageNumber": 543939833,
    "trackingNumber": "4f2a0000-0000-4000-8000-000000000001",
    "customerTrackingLink": "https://www.swiship.com/track?id=1",
    "carrierCode": "Amazon Logistics",
    "carrierURL": "https://example.com",
    "currentStatus": "UNDISPLAYED",
    "additionalLocationInfo": "FRONT_DOOR/PORCH",
    "shipToAddress": {"city": "Springfield", "state": "IL", "country": "US"},
    "deliveryDocument": {"documentType": "PROOF", "url": "https://example.com/photo"},
    "trackingEvents": [
        {
            "eventDate": "2026-03-05T18:00:00Z",
            "eventAddress": {"city": "Springfield", "state": "IL", "country": "US"},
            "eventCode": "EVENT_301",
            "eventDescription": "Package delivered.",
        },
        {"eventDate": "2026-03-04T08:00:00-08:00", "eventAddress": None, "eventCode": "EVENT_212"},
    ],
}
PREVIEW: Json = {
    "shippingSpeedCategory": "Standard",
    "isFulfillable": True,
    "isCODCapable": False,
    "marketplaceId": "ATVPDKIKX0DER",
    "estimatedShippingWeight": {"unit": "POUNDS", "value": "0.50"},
    "estimatedFees": [
        {"name": "FBAPerUnitFulfillmentFee", "amount": {"currencyCode": "USD", "value": "5.70"}},
        {"name": "FBATransportationFee", "amount": {"currencyCode": "USD", "value": "1.3"}},
    ],
    "fulfillmentPreviewShipments": [
        {
            "earliestShipDate": "2026-03-03T08:00:00Z",
            "latestShipDate": "2026-03-04T08:00:00Z",
            "earliestArrivalDate": "2026-03-05T08:00:00Z",
            "latestArrivalDate": "2026-03-06T08:00:00Z",
            "shippingNotes": [],
            "fulfillmentPreviewItems": [
                {
                    "sellerSku": "MUG",
                    "quantity": 2,
                    "sellerFulfillmentOrderItemId": "1",
                    "estimatedShippingWeight": {"unit": "POUNDS", "value": "0.5"},
                    "shippingWeightCalculationMethod": "Package",
                }
            ],
        }
    ],
    "unfulfillablePreviewItems": [],
    "featureConstraints": [{"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "NotRequired"}],
}
STOCK: Json = {
    "asin": "B00EXAMPLE",
    "fnSku": "X00EXAMPLE",
    "sellerSku": "RED MUG / large, 2",
    "condition": "NewItem",
    "lastUpdatedTime": "",
    "productName": "Mug",
    "totalQuantity": 0,
    "stores": [],
    "inventoryDetails": {
        "fulfillableQuantity": 0,
        "inboundWorkingQuantity": None,
        "reservedQuantity": {"totalReservedQuantity": 0, "fcProcessingQuantity": None},
        "researchingQuantity": {
            "totalResearchingQuantity": 0,
            "researchingQuantityBreakdown": [
                {"name": "researchingQuantityInShortTerm", "quantity": 0}
            ],
        },
        "unfulfillableQuantity": {"totalUnfulfillableQuantity": 0, "moonDamagedQuantity": 1},
        "futureSupplyQuantity": {"reservedFutureSupplyQuantity": 3},
    },
}
SKU_ONLY: Json = {"sellerSku": "MUG", "lastUpdatedTime": "2026-03-01T10:00:00Z"}
PARTICIPATION: Json = {
    "marketplace": {"id": "ATVPDKIKX0DER", "countryCode": "US"},
    "participation": {"isParticipating": True, "hasSuspendedListings": False},
    "storeName": "Example Store",
}

ADDRESS: Json = {
    "name": "Ada Example",
    "address_line1": "100 Example Street",
    "city": "Springfield",
    "state_or_region": "IL",
    "postal_code": "62701",
    "country_code": "US",
}
IN_TOKYO: Json = {
    "country_code": "JP",
    "state_or_region": "東京都",
    "postal_code": "100-0001",
}
ITEM: Json = {"seller_sku": "MUG", "seller_fulfillment_order_item_id": "1", "quantity": 1}
REQUEST: Json = {
    "seller_fulfillment_order_id": "TEST-1",
    "displayable_order_id": "TEST-1",
    "displayable_order_date": datetime(2026, 3, 2, 15, tzinfo=UTC),
    "displayable_order_comment": "Thank you.",
    "shipping_speed_category": "Standard",
    "destination_address": ADDRESS,
    "items": [ITEM],
}


def problems(**changes: Any) -> dict[str, str]:
    """What is wrong with an order in which only this was changed."""
    with pytest.raises(InvalidInput) as caught:
        MCFOrderRequest.of(**{**REQUEST, **changes})
    return caught.value.problems


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (MCFFulfillmentOrder, ORDER),
        (MCFFulfillmentOrder, LISTED),
        (MCFOrderDetail, DETAIL),
        (PackageTracking, TRACKING),
        (FulfillmentPreview, PREVIEW),
        (MCFInventoryItem, STOCK),
        (MCFInventoryItem, SKU_ONLY),
        (Participation, PARTICIPATION),
    ],
)
class TestRoundTrip:
    def test_what_amazon_sends_is_given_back_unchanged(
        self, kind: type[APIModel], data: Json
    ) -> None:
        assert kind.from_api(data).to_api() == data

    def test_nothing_is_lost_by_copying(self, kind: type[APIModel], data: Json) -> None:
        model = kind.from_api(data)

        assert copy.deepcopy(model).to_api() == data
        assert model.model_copy(deep=True) == model

    def test_nothing_is_lost_by_pickling(self, kind: type[APIModel], data: Json) -> None:
        loaded = pickle.loads(pickle.dumps(kind.from_api(data)))  # noqa: S301 - made here

        assert loaded.to_api() == data

    def test_a_model_cannot_be_changed(self, kind: type[APIModel], data: Json) -> None:
        model = kind.from_api(data)
        first = next(iter(kind.model_fields))

        with pytest.raises(ValidationError, match="frozen"):
            setattr(model, first, "changed")


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
        ("sellers.json", "/sellers/v1/marketplaceParticipations", "get", Participation, None),
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


SDK_OUTBOUND = "spapi.models.fulfillment_outbound_v2020_07_01"
SDK_INVENTORY = "spapi.models.fba_inventory_v1"
SDK_SELLERS = "spapi.models.sellers_v1"
COUNTERPARTS: list[tuple[type[APIModel], str, tuple[str, ...]]] = [
    (base.Money, SDK_OUTBOUND, ("Money",)),
    (base.Address, SDK_OUTBOUND, ("Address",)),
    (requests.Recipient, SDK_OUTBOUND, ("Address",)),
    (base.Weight, SDK_OUTBOUND, ("Weight",)),
    (base.FeatureSetting, SDK_OUTBOUND, ("FeatureSettings",)),
    (requests.FeatureWish, SDK_OUTBOUND, ("FeatureSettings",)),
    (requests.DeliveryWindow, SDK_OUTBOUND, ("DeliveryWindow",)),
    (requests.DropOff, SDK_OUTBOUND, ("DropOffLocation",)),
    (requests.DeliveryPreferences, SDK_OUTBOUND, ("DeliveryPreferences",)),
    (requests.CODSettings, SDK_OUTBOUND, ("CODSettings",)),
    (requests.Payment, SDK_OUTBOUND, ("PaymentInformation",)),
    (requests.ChangedLine, SDK_OUTBOUND, ("UpdateFulfillmentOrderItem",)),
    (requests.MCFOrderItem, SDK_OUTBOUND, ("CreateFulfillmentOrderItem",)),
    (answers.OrderLine, SDK_OUTBOUND, ("FulfillmentOrderItem",)),
    (requests.MCFOrderRequest, SDK_OUTBOUND, ("CreateFulfillmentOrderRequest",)),
    (requests.MCFOrderUpdate, SDK_OUTBOUND, ("UpdateFulfillmentOrderRequest",)),
    (answers.MCFFulfillmentOrder, SDK_OUTBOUND, ("FulfillmentOrder",)),
    (answers.MCFPackage, SDK_OUTBOUND, ("FulfillmentShipmentPackage",)),
    (answers.ShipmentItem, SDK_OUTBOUND, ("FulfillmentShipmentItem",)),
    (answers.MCFShipment, SDK_OUTBOUND, ("FulfillmentShipment",)),
    (answers.ReturnItem, SDK_OUTBOUND, ("ReturnItem",)),
    (answers.ReturnAuthorization, SDK_OUTBOUND, ("ReturnAuthorization",)),
    (answers.ReturnReason, SDK_OUTBOUND, ("ReasonCodeDetails",)),
    (requests.MCFReturnItem, SDK_OUTBOUND, ("CreateReturnItem",)),
    (requests.MCFReturnRequest, SDK_OUTBOUND, ("CreateFulfillmentReturnRequest",)),
    (answers.InvalidItemReason, SDK_OUTBOUND, ("InvalidItemReason",)),
    (answers.InvalidReturnItem, SDK_OUTBOUND, ("InvalidReturnItem",)),
    (answers.ReturnResult, SDK_OUTBOUND, ("CreateFulfillmentReturnResult",)),
    (answers.LockerDetails, SDK_OUTBOUND, ("LockerDetails",)),
    (answers.DeliveryInformation, SDK_OUTBOUND, ("DeliveryInformation",)),
    (answers.DeliveryDocument, SDK_OUTBOUND, ("DeliveryDocument",)),
    (answers.DropOffLocation, SDK_OUTBOUND, ("DropOffLocation",)),
    (answers.DateRange, SDK_OUTBOUND, ("DateRange",)),
    (answers.MCFOrderDetail, SDK_OUTBOUND, ("GetFulfillmentOrderResult",)),
    (answers.TrackingAddress, SDK_OUTBOUND, ("TrackingAddress",)),
    (answers.TrackingEvent, SDK_OUTBOUND, ("TrackingEvent",)),
    (answers.PackageTracking, SDK_OUTBOUND, ("PackageTrackingDetails",)),
    (answers.Fee, SDK_OUTBOUND, ("Fee",)),
    (answers.PreviewItem, SDK_OUTBOUND, ("FulfillmentPreviewItem",)),
    (answers.PreviewShipment, SDK_OUTBOUND, ("FulfillmentPreviewShipment",)),
    (answers.UnfulfillableItem, SDK_OUTBOUND, ("UnfulfillablePreviewItem",)),
    (answers.FulfillmentPreview, SDK_OUTBOUND, ("FulfillmentPreview",)),
    (answers.ReservedQuantity, SDK_INVENTORY, ("ReservedQuantity",)),
    (answers.UnfulfillableQuantity, SDK_INVENTORY, ("UnfulfillableQuantity",)),
    (answers.ResearchingQuantity, SDK_INVENTORY, ("ResearchingQuantity",)),
    (answers.InventoryDetails, SDK_INVENTORY, ("InventoryDetails",)),
    (answers.MCFInventoryItem, SDK_INVENTORY, ("InventorySummary",)),
    (answers.Participation, SDK_SELLERS, ("MarketplaceParticipation",)),
]

NEEDED_ALL_THE_SAME = {
    answers.MCFInventoryItem: {"seller_sku"},
    requests.FeatureWish: {"feature_name", "feature_fulfillment_policy"},
}
"""What Amazon doesn't promise, but what a row would be of no use without."""

SDK = Callable[[str, str], type]


@pytest.fixture(scope="module")
def sdk() -> SDK:
    """Finds a class of Amazon's own SDK, whose import would set up logging for everybody."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def find(package: str, name: str) -> type:
        return getattr(importlib.import_module(package), name)  # type: ignore[no-any-return]

    importlib.import_module("spapi")
    root.handlers[:] = handlers
    root.setLevel(level)
    return find


def objection(kind: type, field: str, value: object) -> str:
    """What Amazon's SDK says against a value of a field; empty if nothing."""
    configuration = importlib.import_module("spapi.configuration").Configuration()
    made = kind.__new__(kind)
    made._configuration = configuration
    try:
        setattr(made, field, value)
    except ValueError as error:
        return str(error)
    return ""


def aliases(kind: type[APIModel]) -> dict[str, str]:
    return {name: field.alias or name for name, field in kind.model_fields.items()}


def longest(kind: type[APIModel]) -> dict[str, int]:
    """The lengths that one of our models declares."""
    return {
        name: limit.max_length
        for name, field in kind.model_fields.items()
        for limit in field.metadata
        if hasattr(limit, "max_length") and name != "items"
    }


def test_every_model_of_ours_has_a_counterpart_at_amazon() -> None:
    ours = {
        kind
        for _, kind in inspect.getmembers(answers, inspect.isclass)
        if issubclass(kind, APIModel) and kind not in (APIModel, base.AnswerPart, base.RequestPart)
    }

    assert {kind for kind, _, _ in COUNTERPARTS} == ours


@pytest.mark.parametrize(("ours", "package", "theirs"), COUNTERPARTS)
class TestAgainstAmazonsSDK:
    def test_every_field_exists_at_amazon_under_its_name(
        self, sdk: SDK, ours: type[APIModel], package: str, theirs: tuple[str, ...]
    ) -> None:
        declared = {
            name for each in theirs for name in vars(sdk(package, each))["attribute_map"].values()
        }

        assert set(aliases(ours).values()) <= declared

    def test_nothing_is_required_that_amazon_may_leave_out(
        self, sdk: SDK, ours: type[APIModel], package: str, theirs: tuple[str, ...]
    ) -> None:
        required = {name for name, field in ours.model_fields.items() if field.is_required()}
        promised = {
            ours_name
            for each in theirs
            for ours_name, alias in aliases(ours).items()
            for name, theirs_alias in vars(sdk(package, each))["attribute_map"].items()
            if alias == theirs_alias and objection(sdk(package, each), name, None)
        }

        assert required - NEEDED_ALL_THE_SAME.get(ours, set()) <= promised


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (requests.Recipient, "Address"),
        (requests.MCFOrderItem, "CreateFulfillmentOrderItem"),
        (requests.ChangedLine, "UpdateFulfillmentOrderItem"),
        (requests.DeliveryPreferences, "DeliveryPreferences"),
        (requests.MCFOrderRequest, "CreateFulfillmentOrderRequest"),
        (requests.MCFOrderUpdate, "UpdateFulfillmentOrderRequest"),
        (requests.MCFReturnItem, "CreateReturnItem"),
        (requests.MCFReturnRequest, "CreateFulfillmentReturnRequest"),
    ],
)
def test_what_is_sent_keeps_to_amazons_lengths(sdk: SDK, ours: type[APIModel], theirs: str) -> None:
    kind = sdk(SDK_OUTBOUND, theirs)
    told = {
        name: objection(kind, attribute, "x" * 10_000)
        for name, alias in aliases(ours).items()
        for attribute, known in vars(kind)["attribute_map"].items()
        if alias == known
    }
    limits = {
        name: int(text.split("`")[3]) for name, text in told.items() if "length must be" in text
    }

    assert longest(ours) == limits


@pytest.mark.parametrize(
    ("ours", "theirs", "of_2026"),
    [
        (statuses.FulfillmentOrderStatus, "FulfillmentOrderStatus", {"Accepted"}),
        (statuses.PackageStatus, "CurrentStatus", {"PROCESSING", "EXPIRED"}),
        (statuses.ShippingSpeedCategory, "ShippingSpeedCategory", set()),
        (statuses.FulfillmentAction, "FulfillmentAction", set()),
        (statuses.FulfillmentPolicy, "FulfillmentPolicy", set()),
        (statuses.ReturnStatus, "FulfillmentReturnItemStatus", set()),
        (statuses.ReturnCondition, "ReturnItemDisposition", set()),
    ],
)
def test_every_status_of_amazons_is_known_and_none_is_made_up(
    sdk: SDK, ours: type[statuses.Status], theirs: str, of_2026: set[str]
) -> None:
    assert set(ours.declared()) == enumerated(sdk(SDK_OUTBOUND, theirs)) | of_2026


def test_every_shipment_status_of_amazons_is_known(sdk: SDK) -> None:
    told = objection(
        sdk(SDK_OUTBOUND, "FulfillmentShipment"), "fulfillment_shipment_status", "nonsense"
    )

    declared = ast.literal_eval(told[told.index("[") :])
    assert set(statuses.ShipmentStatus.declared()) == set(declared)


def test_every_tracking_event_of_amazons_has_a_text(sdk: SDK) -> None:
    assert set(statuses.EVENT_TEXTS) == enumerated(sdk(SDK_OUTBOUND, "EventCode"))


def enumerated(kind: type) -> set[str]:
    """The values of one of the SDK's enums, which are plain attributes there."""
    return {
        value for name, value in vars(kind).items() if name.isupper() and isinstance(value, str)
    }


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T15:00:00Z", datetime(2026, 3, 2, 15, tzinfo=UTC)),
        ("2026-03-02T15:00:00.250Z", datetime(2026, 3, 2, 15, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-03-02T15:00:00+09:00", datetime(2026, 3, 2, 6, tzinfo=UTC)),
        ("2026-03-02T23:30:00-01:00", datetime(2026, 3, 3, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_utc_and_remembers_how_amazon_wrote_it(text: str, moment: datetime) -> None:
    parsed = AmazonTime.parse(text)

    assert parsed == moment
    assert parsed.utcoffset() == timedelta(0)
    assert parsed.hour == moment.hour
    assert parsed.text == text


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-03-02T15:00:00",
        "2026-03-02",
        "yesterday",
        "",
        None,
        datetime(2026, 3, 2),  # noqa: DTZ001 - a time without a zone is what is refused
        "0001-01-01T00:00:00+05:00",
    ],
)
def test_what_is_no_time_with_a_zone_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"zone|isoformat|range"):
        AmazonTime.parse(wrong)


def test_a_time_reckoned_from_amazons_is_written_anew() -> None:
    order = MCFFulfillmentOrder.from_api(ORDER)
    later = order.received_date + timedelta(hours=1)

    changed = order.model_copy(update={"received_date": later})

    assert changed.to_api()["receivedDate"] == "2026-03-01T11:00:01.250Z"
    assert pickle.loads(pickle.dumps(later)) == later  # noqa: S301 - made here


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 3, 2, 15, tzinfo=UTC), "2026-03-02T15:00:00Z"),
        (datetime(2026, 3, 2, 15, 0, 0, 250_999, tzinfo=UTC), "2026-03-02T15:00:00.250Z"),
        (datetime(2026, 3, 2, 15, tzinfo=timezone(timedelta(hours=9))), "2026-03-02T06:00:00Z"),
    ],
)
def test_a_time_of_ours_is_written_as_amazon_does(moment: datetime, written: str) -> None:
    assert api_time(moment) == written
    assert AmazonTime.parse(moment).text == written


@pytest.mark.parametrize(
    ("kind", "data", "named"),
    [
        (MCFFulfillmentOrder, {**ORDER, "sellerFulfillmentOrderId": 17}, "OrderId"),
        (MCFOrderDetail, {**DETAIL, "fulfillmentOrder": None}, "fulfillmentOrder"),
        (MCFInventoryItem, {"asin": "B00EXAMPLE"}, "sellerSku"),
        (MCFInventoryItem, {"sellerSku": ""}, "sellerSku"),
        (MCFInventoryItem, ["not", "an", "object"], "body"),
        (PackageTracking, None, "body"),
        (PackageTracking, {"noFieldOf": "a parcel"}, "body"),
    ],
)
def test_an_answer_of_another_shape_is_an_error_that_names_the_place(
    kind: type[APIModel], data: object, named: str
) -> None:
    with pytest.raises(UnexpectedAnswer, match=f"{kind.__name__} lacks or misstates") as caught:
        kind.from_api(data)

    assert named in caught.value.message


def test_an_unexpected_answer_does_not_show_the_buyers_address() -> None:
    broken = {**ORDER, "sellerFulfillmentOrderId": {"name": "Ada Example"}}

    with pytest.raises(UnexpectedAnswer) as caught:
        MCFFulfillmentOrder.from_api(broken)

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "Ada Example" not in str(caught.value)


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


def test_an_order_typed_in_becomes_what_amazon_takes() -> None:
    request = MCFOrderRequest.of(**REQUEST)

    assert request.to_api() == {
        "sellerFulfillmentOrderId": "TEST-1",
        "displayableOrderId": "TEST-1",
        "displayableOrderDate": "2026-03-02T15:00:00Z",
        "displayableOrderComment": "Thank you.",
        "shippingSpeedCategory": "Standard",
        "destinationAddress": {
            "name": "Ada Example",
            "addressLine1": "100 Example Street",
            "city": "Springfield",
            "stateOrRegion": "IL",
            "postalCode": "62701",
            "countryCode": "US",
        },
        "items": [{"sellerSku": "MUG", "sellerFulfillmentOrderItemId": "1", "quantity": 1}],
    }


def test_speed_action_and_policy_are_sent_in_amazons_spelling() -> None:
    request = MCFOrderRequest.of(
        **{**REQUEST, "shipping_speed_category": "EXPEDITED"},
        fulfillment_action="hold",
        fulfillment_policy="fillall",
    )

    assert request.shipping_speed_category == "Expedited"
    assert request.fulfillment_action == "Hold"
    assert request.fulfillment_policy == "FillAll"


def test_a_wish_left_open_stays_open() -> None:
    assert MCFOrderRequest.of(**REQUEST, fulfillment_policy=None).fulfillment_policy is None


@pytest.mark.parametrize("field", REQUEST)
def test_a_field_left_out_is_named_as_amazon_names_it(field: str) -> None:
    rest = {name: value for name, value in REQUEST.items() if name != field}

    with pytest.raises(InvalidInput) as caught:
        MCFOrderRequest.of(**rest)

    assert caught.value.problems == {
        MCFOrderRequest.model_fields[field].alias: "is needed",
    }


def test_all_that_is_wrong_is_named_at_once() -> None:
    found = problems(shipping_speed_category="Warp", displayable_order_comment="", items=[])

    assert set(found) == {"shippingSpeedCategory", "displayableOrderComment", "items"}


@pytest.mark.parametrize(
    ("field", "typed", "named", "problem"),
    [
        ("seller_fulfillment_order_id", "", "sellerFulfillmentOrderId", "is needed"),
        ("displayable_order_id", None, "displayableOrderId", "is needed"),
        (
            "seller_fulfillment_order_id",
            "x" * 41,
            "sellerFulfillmentOrderId",
            "is too long: Amazon takes 40 characters",
        ),
        (
            "displayable_order_comment",
            "x" * 751,
            "displayableOrderComment",
            "is too long: Amazon takes 750 characters",
        ),
        ("items", [], "items", "at least one is needed"),
        ("displayable_order_date", "2026-03-02", "displayableOrderDate", "a time needs a zone"),
        ("shipping_speed_category", "{Warp}", "shippingSpeedCategory", "'{Warp}' is none of"),
        ("fulfillment_action", "Wait", "fulfillmentAction", "'Wait' is none of Ship, Hold"),
        ("fulfillment_policy", "FillSome", "fulfillmentPolicy", "is none of FillOrKill"),
        (
            "notification_emails",
            ["x" * 65],
            "notificationEmails.0",
            "is too long: Amazon takes 64 characters",
        ),
    ],
)
def test_a_wrong_field_is_named_with_what_is_wrong(
    field: str, typed: object, named: str, problem: str
) -> None:
    found = problems(**{field: typed})

    assert set(found) == {named}
    assert problem in found[named]


@pytest.mark.parametrize(
    ("change", "named", "problem"),
    [
        ({"country_code": ""}, "countryCode", "is needed"),
        ({"country_code": "XX"}, "countryCode", "XX is not a country"),
        ({"country_code": "Atlantis"}, "countryCode", "Atlantis is not a country"),
        ({"state_or_region": None}, "stateOrRegion", "is needed"),
        ({"state_or_region": "ZZ"}, "stateOrRegion", "ZZ is not a state of the United States"),
        ({"postal_code": "10001"}, "postalCode", "10001 is a ZIP code of New York"),
        ({"name": ""}, "name", "is needed"),
        ({"address_line1": None}, "addressLine1", "is needed"),
        ({"postal_code": ""}, "postalCode", "is needed"),
        ({"city": None}, "city", "is needed"),
        ({"city": ""}, "city", "is needed"),
        ({**IN_TOKYO, "city": "Chiyoda-ku"}, "city", "is not used in Japan"),
        ({**IN_TOKYO, "city": None, "postal_code": "1"}, "postalCode", "1 is not a postal code"),
    ],
)
def test_an_address_that_amazon_would_refuse_is_not_sent(
    change: Json, named: str, problem: str
) -> None:
    found = problems(destination_address={**ADDRESS, **change})

    assert set(found) == {f"destinationAddress.{named}"}
    assert problem in found[f"destinationAddress.{named}"]


def test_an_address_in_japan_needs_no_city() -> None:
    place = {name: value for name, value in ADDRESS.items() if name != "city"}

    recipient = Recipient.of(**{**place, **IN_TOKYO})

    assert "city" not in recipient.to_api()


def test_an_address_is_sent_as_its_country_writes_it() -> None:
    typed = {"countryCode": "usa", "stateOrRegion": "Illinois", "postalCode": "627011234"}
    named = {"name": "Ada  Example", "addressLine1": "1 Road", "city": "Springfield"}

    sent = MCFOrderRequest.of(**{**REQUEST, "destination_address": {**named, **typed}})

    assert sent.to_api()["destinationAddress"] == {
        "name": "Ada Example",
        "addressLine1": "1 Road",
        "city": "Springfield",
        "countryCode": "US",
        "stateOrRegion": "IL",
        "postalCode": "62701-1234",
    }


def test_an_address_model_is_judged_like_a_typed_one() -> None:
    there = Recipient.model_construct(**{**ADDRESS, "state_or_region": "ZZ"})

    assert set(problems(destination_address=there)) == {"destinationAddress.stateOrRegion"}


def test_an_order_sent_under_older_rules_is_still_read() -> None:
    sent = MCFOrderRequest.of(**REQUEST).to_api()
    sent["destinationAddress"] |= {"stateOrRegion": "ZZ", "postalCode": "sw1a1aa"}

    assert MCFOrderRequest.from_api(sent).to_api() == sent


def test_an_address_read_may_lack_what_one_sent_must_have() -> None:
    bare = {"name": "", "addressLine1": "", "countryCode": "us"}

    assert Address.from_api(bare).to_api() == bare


@pytest.mark.parametrize("order_id", [".", "..", "a/b", "a b", "a?b", "a%b", "a#b", "münchen"])
def test_an_order_number_that_gets_lost_in_an_address_is_refused(order_id: str) -> None:
    found = problems(seller_fulfillment_order_id=order_id)

    assert "letters, digits, '-', '_' and '.' only" in found["sellerFulfillmentOrderId"]


@pytest.mark.parametrize("order_id", ["A-1_b.2", "...", "x" * 40])
def test_an_order_number_of_harmless_characters_is_taken(order_id: str) -> None:
    request = MCFOrderRequest.of(**{**REQUEST, "seller_fulfillment_order_id": order_id})

    assert request.seller_fulfillment_order_id == order_id


def line(number: int, quantity: int) -> Json:
    return {**ITEM, "seller_fulfillment_order_item_id": str(number), "quantity": quantity}


def test_an_order_may_have_a_hundred_lines_and_250_units() -> None:
    lines = [line(number, 2) for number in range(99)] + [line(99, 52)]

    assert len(MCFOrderRequest.of(**{**REQUEST, "items": lines}).items) == 100


def test_a_hundred_and_one_lines_are_too_many() -> None:
    found = problems(items=[line(number, 1) for number in range(101)])

    assert found == {"items": "too many: Amazon takes 100"}


def test_251_units_are_too_many() -> None:
    found = problems(items=[line(1, 250), line(2, 1)])

    assert found == {"order": "251 units, but Amazon takes 250 per order at most"}


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_line_without_units_is_refused(quantity: int) -> None:
    assert problems(items=[line(1, quantity)]) == {"items.0.quantity": "must be at least 1"}


def test_two_lines_must_not_share_an_item_id() -> None:
    assert problems(items=[line(7, 1), line(7, 2)]) == {"order": "item id used twice: 7"}


@pytest.mark.parametrize("value", ["12,50", "", "NaN", "Infinity", None])
def test_an_amount_that_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        Money.of(currency_code="USD", value=value)

    assert "number" in caught.value.problems["value"]


@pytest.mark.parametrize(("value", "sent"), [("12.50", "12.50"), (Decimal("0.10"), "0.10")])
def test_an_amount_is_sent_as_a_decimal_in_a_string(value: object, sent: str) -> None:
    assert Money.of(currency_code="USD", value=value).to_api()["value"] == sent


def test_an_update_sends_only_what_is_to_change() -> None:
    assert MCFOrderUpdate.of(fulfillment_action="Ship").to_api() == {"fulfillmentAction": "Ship"}


def test_a_line_with_a_text_for_a_quantity_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        MCFOrderItem.of(**{**ITEM, "quantity": "two"})

    assert set(caught.value.problems) == {"quantity"}


@pytest.mark.parametrize("quantity", [True, 1.0, "1", 2**31, None])
def test_units_are_a_whole_number_and_nothing_that_could_be_taken_for_one(quantity: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        MCFOrderItem.of(**{**ITEM, "quantity": quantity})

    assert set(caught.value.problems) == {"quantity"}


@pytest.mark.parametrize(
    ("field", "typed", "named"),
    [
        ("gift_message", "x" * 513, "giftMessage"),
        ("displayable_comment", "x" * 251, "displayableComment"),
        ("seller_sku", "x" * 51, "sellerSku"),
        ("gift_message", "Enjoy\x07", "giftMessage"),
        ("gift_mesage", "Enjoy", "giftMesage"),
        ("per_unit_declared_value", {"currency_code": "USD", "value": 9.5}, "perUnitDeclaredValue"),
        ("per_unit_declared_value", {"currency_code": "USD", "value": "1e3"}, "perUnit"),
        ("per_unit_declared_value", {"currency_code": "usd", "value": "9.50"}, "perUnit"),
        ("per_unit_declared_value", {"currency_code": "USD", "value": "9.50", "tax": "1"}, ".tax"),
    ],
)
def test_a_line_that_amazon_would_refuse_or_cut_is_not_sent(
    field: str, typed: object, named: str
) -> None:
    (where,) = problems(items=[{**ITEM, field: typed}])

    assert named in where


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"displayable_order_id": "A  1"}, "displayableOrderId"),
        ({"displayable_order_id": " A1"}, "displayableOrderId"),
        ({"displayable_order_id": "A\u2014\u26041"}, "displayableOrderId"),
        ({"displayable_order_id": "A\t1"}, "displayableOrderId"),
        ({"displayable_order_comment": "Thanks\x00"}, "displayableOrderComment"),
        ({"delivery_preferences": {"delivery_instructions": "x" * 251}}, "deliveryInstructions"),
        ({"delivery_preferences": {"drop_off_location": {"type": "ROOF"}}}, "dropOffLocation"),
        ({"feature_constraints": [{"feature_name": "BLANK_BOX"}]}, "featureFulfillmentPolicy"),
        ({"gift_wrap": True}, "giftWrap"),
        ({"destination_address": {**ADDRESS, "emial": "a@example.com"}}, "emial"),
    ],
)
def test_a_wrong_or_unknown_part_of_an_order_is_named(change: Json, named: str) -> None:
    (where,) = problems(**change)

    assert named in where


def test_a_text_that_is_too_long_is_called_so() -> None:
    found = problems(items=[{**ITEM, "gift_message": "x" * 513}])

    assert found == {"items.0.giftMessage": "is too long: Amazon takes 512 characters"}


def test_letters_of_western_europe_may_name_an_order() -> None:
    assert MCFOrderRequest.of(**{**REQUEST, "displayable_order_id": "Bestellung Süd 1"})


@pytest.mark.parametrize(
    "stored",
    [
        {"items": [{"sellerSku": "x" * 60, "sellerFulfillmentOrderItemId": "1", "quantity": 1}]},
        {"items": [{"sellerSku": "MUG", "quantity": 400, "giftWrap": True}]},
        {"displayableOrderId": "A  1", "novelty": {"of": ["another", "day"]}},
        {"destinationAddress": {"name": "Ada Example", "countryCode": "us"}},
        {"shippingSpeedCategory": "Warp", "featureConstraints": [{"featureName": "OLD"}]},
        {"notificationEmails": ["x" * 70]},
    ],
)
def test_an_order_sent_before_is_read_back_whatever_the_rules_of_today_say(stored: Json) -> None:
    sent = {**MCFOrderRequest.of(**REQUEST).to_api(), **stored}

    request = MCFOrderRequest.from_api(sent)

    assert request.to_api() == sent
    assert request.seller_fulfillment_order_id == "TEST-1"
    assert request.displayable_order_date == REQUEST["displayable_order_date"]
    assert request.items[0].quantity == sent["items"][0]["quantity"]
    assert request.destination_address.name == "Ada Example"


def test_an_order_sent_before_in_an_older_form_lacks_what_is_needed_today() -> None:
    request = MCFOrderRequest.from_api({"sellerFulfillmentOrderId": "TEST-1", "items": []})

    assert request.destination_address is None
    assert request.items == ()


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
