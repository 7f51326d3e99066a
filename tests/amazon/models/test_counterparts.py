"""Our models beside those of Amazon's own SDK: names, lengths, what may be left out, statuses."""

from __future__ import annotations

import ast
import importlib
import inspect
import logging
from collections.abc import Callable

import pytest

from mcf.amazon import statuses
from mcf.amazon.models import answers, base, requests
from mcf.amazon.models.base import APIModel

SDK_OUTBOUND = "spapi.models.fulfillment_outbound_v2020_07_01"
SDK_INVENTORY = "spapi.models.fba_inventory_v1"
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
        for module in (answers, base, requests)
        for _, kind in inspect.getmembers(module, inspect.isclass)
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
