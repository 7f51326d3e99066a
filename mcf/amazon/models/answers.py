"""What Amazon answers: orders, parcels, previews, stock. What can't be read is kept as told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from mcf.amazon.models.base import (
    Address,
    AnswerPart,
    Count,
    FeatureSetting,
    Money,
    Number,
    Timestamp,
    Weight,
)
from mcf.amazon.statuses import (
    FulfillmentAction,
    FulfillmentOrderStatus,
    FulfillmentPolicy,
    PackageStatus,
    ShipmentStatus,
    ShippingSpeedCategory,
)


class OrderLine(AnswerPart):
    """A line of an order as it's read back, with Amazon's counts."""

    expected: ClassVar[frozenset[str]] = frozenset(
        {"sellerSku", "sellerFulfillmentOrderItemId", "quantity"}
    )

    seller_sku: str | None = None
    seller_fulfillment_order_item_id: str | None = None
    quantity: Count | None = None
    gift_message: str | None = None
    displayable_comment: str | None = None
    fulfillment_network_sku: str | None = None
    order_item_disposition: str | None = None
    cancelled_quantity: Count | None = None
    unfulfillable_quantity: Count | None = None
    estimated_ship_date: Timestamp | None = None
    estimated_arrival_date: Timestamp | None = None
    per_unit_price: Money | None = None
    per_unit_tax: Money | None = None
    per_unit_declared_value: Money | None = None


class MCFFulfillmentOrder(AnswerPart):
    """The head of an order. Lists leave out `marketplace_id`, `fulfillment_action` and more; what
    can't be left out is the order's number.
    """

    expected: ClassVar[frozenset[str]] = frozenset(
        {"fulfillmentOrderStatus", "receivedDate", "statusUpdatedDate", "displayableOrderId"}
    )

    seller_fulfillment_order_id: Annotated[str, Field(min_length=1, max_length=64)]
    marketplace_id: str | None = None
    displayable_order_id: str | None = None
    displayable_order_date: Timestamp | None = None
    displayable_order_comment: str | None = None
    shipping_speed_category: str | None = None
    destination_address: Address | None = None
    fulfillment_action: str | None = None
    fulfillment_policy: str | None = None
    received_date: Timestamp | None = None
    fulfillment_order_status: str | None = None
    status_updated_date: Timestamp | None = None
    notification_emails: tuple[str, ...] | None = None
    feature_constraints: tuple[FeatureSetting, ...] | None = None

    @property
    def status(self) -> FulfillmentOrderStatus:
        """The order's status, whatever case Amazon wrote it in."""
        return FulfillmentOrderStatus.of(self.fulfillment_order_status)

    @property
    def speed(self) -> ShippingSpeedCategory:
        """The delivery speed."""
        return ShippingSpeedCategory.of(self.shipping_speed_category)

    @property
    def action(self) -> FulfillmentAction:
        """Ship or Hold."""
        return FulfillmentAction.of(self.fulfillment_action)

    @property
    def policy(self) -> FulfillmentPolicy:
        """What happens when a part can't be shipped."""
        return FulfillmentPolicy.of(self.fulfillment_policy)


class DeliveryDocument(AnswerPart):
    """A proof of delivery; its address is good for one hour."""

    document_type: str | None = None
    url: str | None = None


class DropOffLocation(AnswerPart):
    """Where a parcel was left."""

    type: str | None = None
    attributes: Mapping[str, Any] | None = None


class DeliveryInformation(AnswerPart):
    """How a parcel was handed over."""

    delivery_document_list: tuple[DeliveryDocument, ...] | None = None
    drop_off_location: DropOffLocation | None = None


class LockerDetails(AnswerPart):
    """The locker in which a parcel waits for its recipient."""

    locker_number: str | None = None
    locker_access_code: str | None = None


class MCFPackage(AnswerPart):
    """A parcel of a shipment."""

    expected: ClassVar[frozenset[str]] = frozenset({"packageNumber"})

    package_number: Number | None = None
    carrier_code: str | None = None
    tracking_number: str | None = None
    amazon_fulfillment_tracking_number: str | None = None
    estimated_arrival_date: Timestamp | None = None
    locker_details: LockerDetails | None = None
    delivery_information: DeliveryInformation | None = None


class ShipmentItem(AnswerPart):
    """Units of one line that travel in one parcel of a shipment."""

    expected: ClassVar[frozenset[str]] = frozenset({"sellerSku", "quantity"})

    seller_sku: str | None = None
    seller_fulfillment_order_item_id: str | None = None
    quantity: Count | None = None
    package_number: Number | None = None
    serial_number: str | None = None


class MCFShipment(AnswerPart):
    """The part of an order that leaves one warehouse."""

    expected: ClassVar[frozenset[str]] = frozenset(
        {"amazonShipmentId", "fulfillmentShipmentStatus"}
    )

    amazon_shipment_id: str | None = None
    fulfillment_center_id: str | None = None
    fulfillment_shipment_status: str | None = None
    shipping_date: Timestamp | None = None
    estimated_arrival_date: Timestamp | None = None
    shipping_notes: tuple[str, ...] | None = None
    fulfillment_shipment_item: tuple[ShipmentItem, ...] = ()
    fulfillment_shipment_package: tuple[MCFPackage, ...] | None = None

    @property
    def status(self) -> ShipmentStatus:
        """The shipment's status."""
        return ShipmentStatus.of(self.fulfillment_shipment_status)

    @property
    def packages(self) -> tuple[MCFPackage, ...]:
        """The parcels; none while it's being picked."""
        return self.fulfillment_shipment_package or ()


class ReturnItem(AnswerPart):
    """A unit that the recipient sends back."""

    seller_return_item_id: str | None = None
    seller_fulfillment_order_item_id: str | None = None
    amazon_shipment_id: str | None = None
    seller_return_reason_code: str | None = None
    return_comment: str | None = None
    amazon_return_reason_code: str | None = None
    status: str | None = None
    status_changed_date: Timestamp | None = None
    return_authorization_id: str | None = None
    return_received_condition: str | None = None
    fulfillment_center_id: str | None = None


class ReturnAuthorization(AnswerPart):
    """Where units are to be sent back, and under which number."""

    return_authorization_id: str | None = None
    fulfillment_center_id: str | None = None
    return_to_address: Address | None = None
    amazon_rma_id: str | None = None
    rma_page_url: str | None = Field(None, alias="rmaPageURL")


class ReturnReason(AnswerPart):
    """Why a unit of a SKU may come back, in Amazon's words."""

    return_reason_code: Annotated[str, Field(min_length=1)]
    description: str | None = None
    translated_description: str | None = None


class InvalidItemReason(AnswerPart):
    """Why Amazon doesn't take a unit back."""

    invalid_item_reason_code: str | None = None
    description: str | None = None


class InvalidReturnItem(AnswerPart):
    """A unit that Amazon doesn't take back."""

    seller_return_item_id: str | None = None
    seller_fulfillment_order_item_id: str | None = None
    invalid_item_reason: InvalidItemReason | None = None


class ReturnResult(AnswerPart):
    """What became of a request for returns, unit by unit."""

    return_items: tuple[ReturnItem, ...] = ()
    invalid_return_items: tuple[InvalidReturnItem, ...] = ()
    return_authorizations: tuple[ReturnAuthorization, ...] = ()


class MCFOrderDetail(AnswerPart):
    """Everything that getFulfillmentOrder tells of one order.

    What can't be left out is its head.
    """

    expected: ClassVar[frozenset[str]] = frozenset({"fulfillmentOrderItems"})

    fulfillment_order: MCFFulfillmentOrder
    fulfillment_order_items: tuple[OrderLine, ...] = ()
    fulfillment_shipments: tuple[MCFShipment, ...] | None = None
    return_items: tuple[ReturnItem, ...] | None = None
    return_authorizations: tuple[ReturnAuthorization, ...] | None = None

    @property
    def shipments(self) -> tuple[MCFShipment, ...]:
        """The shipments, dead ones too; none before picking begins."""
        return self.fulfillment_shipments or ()

    @property
    def parcels(self) -> Iterator[Parcel]:
        """Every parcel; its number is a negative one, always the same, where none is told."""
        order_id = self.fulfillment_order.seller_fulfillment_order_id
        for place, shipment in enumerate(self.shipments, start=1):
            for n, package in enumerate(shipment.packages, start=1):
                made = f"{order_id}/{shipment.amazon_shipment_id or place}/{n}"
                number = package.package_number
                given = negative_number(made) if number is None else number
                yield Parcel(place, given, shipment, package)


class Parcel(NamedTuple):
    """A parcel with its number, and its shipment, which has a place in the order, from 1."""

    place: int
    number: int
    shipment: MCFShipment
    package: MCFPackage


def negative_number(text: str) -> int:
    """A negative number for a text, always the same, which no parcel of Amazon's has."""
    return -int(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:13], 16)


class TrackingAddress(AnswerPart):
    """The place of a tracking event."""

    city: str | None = None
    state: str | None = None
    country: str | None = None


class TrackingEvent(AnswerPart):
    """One thing that happened to a parcel."""

    expected: ClassVar[frozenset[str]] = frozenset({"eventDate", "eventCode"})

    event_date: Timestamp | None = None
    event_address: TrackingAddress | None = None
    event_code: str | None = None
    event_description: str | None = None


class DateRange(AnswerPart):
    """From when until when."""

    earliest: Timestamp | None = None
    latest: Timestamp | None = None


class PackageTracking(AnswerPart):
    """What the carrier told Amazon of a parcel; events in no order that could be relied on."""

    package_number: Number | None = None
    tracking_number: str | None = None
    customer_tracking_link: str | None = None
    carrier_code: str | None = None
    carrier_phone_number: str | None = None
    carrier_url: str | None = Field(None, alias="carrierURL")
    ship_date: Timestamp | None = None
    estimated_arrival_date: Timestamp | None = None
    ship_to_address: TrackingAddress | None = None
    current_status: str | None = None
    current_status_description: str | None = None
    delivery_window: DateRange | None = None
    signed_for_by: str | None = None
    additional_location_info: str | None = None
    tracking_events: tuple[TrackingEvent, ...] | None = None

    @model_validator(mode="after")
    def _tells_something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            # What is known of a parcel must not make way for nothing.
            raise ValueError("no field of a parcel can be read")
        return self

    @property
    def status(self) -> PackageStatus:
        """The parcel's status."""
        return PackageStatus.of(self.current_status)

    @property
    def events(self) -> tuple[TrackingEvent, ...]:
        """The events, oldest first; before them those whose time isn't told."""
        return tuple(sorted(self.tracking_events or (), key=_when))


def _when(event: TrackingEvent) -> tuple[bool, datetime]:
    return event.event_date is not None, event.event_date or _NO_TIME


_NO_TIME = datetime.min.replace(tzinfo=UTC)


class Fee(AnswerPart):
    """One of the fees of a preview."""

    name: str | None = None
    amount: Money | None = None


class PreviewItem(AnswerPart):
    """A line of a planned shipment."""

    seller_sku: str | None = None
    quantity: Count | None = None
    seller_fulfillment_order_item_id: str | None = None
    estimated_shipping_weight: Weight | None = None
    shipping_weight_calculation_method: str | None = None


class PreviewShipment(AnswerPart):
    """A shipment that Amazon would make, with its dates."""

    earliest_ship_date: Timestamp | None = None
    latest_ship_date: Timestamp | None = None
    earliest_arrival_date: Timestamp | None = None
    latest_arrival_date: Timestamp | None = None
    shipping_notes: tuple[str, ...] | None = None
    fulfillment_preview_items: tuple[PreviewItem, ...] = ()


class UnfulfillableItem(AnswerPart):
    """A line that can't be shipped, and why."""

    seller_sku: str | None = None
    quantity: Count | None = None
    seller_fulfillment_order_item_id: str | None = None
    item_unfulfillable_reasons: tuple[str, ...] | None = None


class FulfillmentPreview(AnswerPart):
    """What one delivery speed would cost and when it would arrive.

    https://developer-docs.amazon.com/sp-api/reference/getfulfillmentpreview
    """

    shipping_speed_category: Annotated[str, Field(min_length=1)]
    is_fulfillable: Annotated[bool, Field(strict=True)] = False
    is_cod_capable: bool | None = Field(None, alias="isCODCapable")
    marketplace_id: str | None = None
    estimated_shipping_weight: Weight | None = None
    estimated_fees: tuple[Fee, ...] | None = None
    fulfillment_preview_shipments: tuple[PreviewShipment, ...] | None = None
    unfulfillable_preview_items: tuple[UnfulfillableItem, ...] | None = None
    order_unfulfillable_reasons: tuple[str, ...] | None = None
    feature_constraints: tuple[FeatureSetting, ...] | None = None

    @property
    def speed(self) -> ShippingSpeedCategory:
        """The delivery speed."""
        return ShippingSpeedCategory.of(self.shipping_speed_category)

    @property
    def speed_label(self) -> str:
        """The delivery speed in words, of one that isn't known in Amazon's."""
        return ShippingSpeedCategory.label_of(self.shipping_speed_category)

    @property
    def shipments(self) -> tuple[PreviewShipment, ...]:
        """The shipments that Amazon would make."""
        return self.fulfillment_preview_shipments or ()

    @property
    def total_fee(self) -> Money | None:
        """The sum of the fees; None when Amazon names none, which doesn't mean free, or one of them
        can't be read.
        """
        if any(place.startswith("estimatedFees") for place in self.unread):
            return None
        amounts = [fee.amount for fee in self.estimated_fees or ()]
        priced = [amount for amount in amounts if amount is not None]
        if not priced or len(priced) < len(amounts) or len({m.currency_code for m in priced}) > 1:
            return None
        total = sum((money.amount for money in priced), Decimal(0))
        # Nobody is paid for an order: such a sum is none.
        return None if total < 0 else Money.reckoned(priced[0].currency_code, total)

    @property
    def arrival(self) -> tuple[datetime, datetime] | None:
        """Earliest and latest arrival of the last shipment to arrive; None when not told."""
        windows = [(s.earliest_arrival_date, s.latest_arrival_date) for s in self.shipments]
        ends = [(first or last, last) for first, last in windows if last]
        return max(ends, key=lambda window: window[1]) if ends else None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it can't be shipped, in Amazon's words, each once."""
        of_items = (
            f"{item.seller_sku or 'A SKU'}: "
            f"{', '.join(item.item_unfulfillable_reasons or ('not available',))}"
            for item in self.unfulfillable_preview_items or ()
        )
        return tuple(dict.fromkeys((*(self.order_unfulfillable_reasons or ()), *of_items)))


class ReservedQuantity(AnswerPart):
    """Units that are in the warehouse but promised or on the move."""

    total_reserved_quantity: Count | None = None
    pending_customer_order_quantity: Count | None = None
    pending_transshipment_quantity: Count | None = None
    fc_processing_quantity: Count | None = None


class UnfulfillableQuantity(AnswerPart):
    """Units that can't be sold, by cause."""

    total_unfulfillable_quantity: Count | None = None
    customer_damaged_quantity: Count | None = None
    warehouse_damaged_quantity: Count | None = None
    distributor_damaged_quantity: Count | None = None
    carrier_damaged_quantity: Count | None = None
    defective_quantity: Count | None = None
    expired_quantity: Count | None = None


class ResearchingQuantity(AnswerPart):
    """Units that Amazon is looking for."""

    total_researching_quantity: Count | None = None
    researching_quantity_breakdown: tuple[Mapping[str, Any], ...] | None = None


class InventoryDetails(AnswerPart):
    """Where the units of a SKU are."""

    fulfillable_quantity: Count | None = None
    inbound_working_quantity: Count | None = None
    inbound_shipped_quantity: Count | None = None
    inbound_receiving_quantity: Count | None = None
    reserved_quantity: ReservedQuantity | None = None
    researching_quantity: ResearchingQuantity | None = None
    unfulfillable_quantity: UnfulfillableQuantity | None = None


class MCFInventoryItem(AnswerPart):
    """The stock of one SKU. `total_quantity` includes what is still inbound.

    https://developer-docs.amazon.com/sp-api/reference/getinventorysummaries
    """

    seller_sku: Annotated[str, Field(min_length=1, max_length=255)]
    asin: str | None = None
    fn_sku: str | None = None
    condition: str | None = None
    inventory_details: InventoryDetails | None = None
    last_updated_time: Timestamp | Literal[""] | None = None
    product_name: str | None = None
    total_quantity: Count | None = None
    stores: tuple[str, ...] | None = None

    @property
    def has_unread_counts(self) -> bool:
        """Whether a quantity was told that can't be read, so that it isn't known how many there
        are.
        """
        return any("uantity" in place or "inventoryDetails" in place for place in self.unread)
