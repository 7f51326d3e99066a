"""SP-API's data as frozen Python objects, both ways without loss.

`Model.from_api(data)` reads what Amazon sends: fields that Amazon adds are kept, enum values that
it invents survive as text. `to_api()` gives back the same JSON. Requests made here are checked
against the lengths and limits that Amazon declares before anything is sent.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference
https://developer-docs.amazon.com/sp-api/docs/fbainventory-api-v1-reference
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Self, SupportsIndex

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel

from mcf import addresses
from mcf.errors import InvalidInput, UnexpectedAnswer
from mcf.status import (
    FulfillmentAction,
    FulfillmentOrderStatus,
    FulfillmentPolicy,
    PackageStatus,
    ShipmentStatus,
    ShippingSpeedCategory,
    Status,
)

MAX_LINES = 100
MAX_UNITS = 250


class AmazonTime(datetime):
    """A UTC instant that remembers how Amazon wrote it, so that it's written back the same."""

    text: str = ""

    @classmethod
    def parse(cls, value: object) -> AmazonTime:
        """The instant of an ISO 8601 text or a datetime; raises ValueError without a zone."""
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise ValueError("a time needs a zone, like 2026-01-31T09:00:00Z")
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:
            raise ValueError("a time is out of range") from None
        made = cls(*moment.timetuple()[:6], moment.microsecond, tzinfo=UTC)
        made.text = value if isinstance(value, str) else api_time(moment)
        return made

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        """How to copy and pickle it: datetime's own way would forget the text."""
        return AmazonTime.parse, (self.text or self.isoformat(),)


def api_time(moment: datetime) -> str:
    """A time as Amazon writes it: UTC, to the second, milliseconds only where there are any."""
    unit = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=unit).replace("+00:00", "Z")


def _time_text(moment: datetime) -> str:
    # The result of arithmetic with an AmazonTime is one too, but has no text.
    return getattr(moment, "text", "") or api_time(moment)


def _amount(value: object) -> str:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("an amount is a decimal number, like 12.50") from None
    if not number.is_finite():
        raise ValueError("an amount is a finite number")
    return str(value)


Timestamp = Annotated[datetime, PlainValidator(AmazonTime.parse), PlainSerializer(_time_text)]
Amount = Annotated[str, BeforeValidator(_amount)]


class APIModel(BaseModel):
    """The base of all: camelCase on the wire, frozen, unknown fields kept."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="allow", frozen=True
    )

    @classmethod
    def from_api(cls, data: object) -> Self:
        """The model of what Amazon sent; raises `UnexpectedAnswer` when it isn't one."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            where = ", ".join(".".join(map(str, e["loc"])) or "body" for e in error.errors())
            raise UnexpectedAnswer(f"Amazon's {cls.__name__} lacks or misstates: {where}") from None

    @classmethod
    def of(cls, **fields: object) -> Self:
        """A model made from typed-in fields; raises `InvalidInput` with Amazon's name of each
        field that is wrong.
        """
        fields, problems = cls._judged(fields)
        try:
            made = cls.model_validate(fields)
        except ValidationError as error:
            raise InvalidInput(_problems(error) | problems) from None
        if problems:
            raise InvalidInput(problems)
        return made

    @classmethod
    def _judged(cls, fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The fields as they're sent, and what only one who types them is told of."""
        return fields, {}

    def to_api(self) -> dict[str, Any]:
        """The JSON object as Amazon has it; only what was given, including what isn't known."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _problems(error: ValidationError) -> dict[str, str]:
    problems: dict[str, str] = {}
    for found in error.errors():
        where = ".".join(to_camel(str(part)) for part in found["loc"]) or "order"
        plain = _PLAIN.get(found["type"], "").format(**found.get("ctx", {}))
        problems[where] = plain or found["msg"].removeprefix("Value error, ")
    return problems


_PLAIN = {
    "missing": "is needed",
    "string_type": "is needed",
    "string_too_short": "is needed",
    "string_too_long": "is too long: Amazon takes {max_length} characters",
    "string_pattern_mismatch": "is not a country code of two capital letters, like US",
    "too_short": "at least one is needed",
    "too_long": "too many: Amazon takes {max_length}",
}


class Money(APIModel):
    """An amount; `value` is a decimal in a string, as Amazon wants it."""

    currency_code: str
    value: Amount

    @property
    def amount(self) -> Decimal:
        """The value as a number."""
        return Decimal(self.value)


class Address(APIModel):
    """Where an order goes. Amazon declares no lengths here."""

    country_code: str
    name: str
    address_line1: str = Field(alias="addressLine1")
    address_line2: str | None = Field(None, alias="addressLine2")
    address_line3: str | None = Field(None, alias="addressLine3")
    city: str | None = None
    district_or_county: str | None = None
    state_or_region: str | None = None
    postal_code: str | None = None
    phone: str | None = None


class Recipient(Address):
    """An address that an order can be sent to: nothing that Amazon needs is missing."""

    country_code: str = Field(pattern="^[A-Z]{2}$")
    name: str = Field(min_length=1)
    address_line1: str = Field(min_length=1, alias="addressLine1")
    city: str | None = Field(None, validate_default=True)
    postal_code: str = Field(min_length=1)

    @field_validator("city")
    @classmethod
    def _needed_outside_japan(cls, city: str | None, info: ValidationInfo) -> str | None:
        japan = info.data.get("country_code") == "JP"
        if japan and city:
            raise ValueError("is not used in Japan: put it into the address lines")
        if not japan and not city:
            raise ValueError("is needed")
        return city

    @classmethod
    def _judged(cls, fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The address as its country writes it, and where it isn't one.

        An address that Amazon has taken once is read back as it is: older rules took it.
        """
        python_names = {info.alias: name for name, info in cls.model_fields.items()}
        named = {python_names.get(name, name): value for name, value in fields.items()}
        typed = {k: v for k, v in named.items() if k in cls.model_fields and isinstance(v, str)}
        found = addresses.problems(typed)
        return named | addresses.normalised(typed), {to_camel(k): v for k, v in found.items()}


class Weight(APIModel):
    """A shipping weight; the unit is POUNDS, LB, KILOGRAMS or KG."""

    unit: str
    value: str


class FeatureSetting(APIModel):
    """A wish such as BLANK_BOX, and whether it's Required or NotRequired."""

    feature_name: str | None = None
    feature_fulfillment_policy: str | None = None


class MCFOrderItem(APIModel):
    """A line of an order: as sent, and with Amazon's counts when read back."""

    seller_sku: str = Field(min_length=1, max_length=50)
    seller_fulfillment_order_item_id: str = Field(min_length=1, max_length=50)
    quantity: int
    gift_message: str | None = Field(None, max_length=512)
    displayable_comment: str | None = Field(None, max_length=250)
    fulfillment_network_sku: str | None = None
    order_item_disposition: str | None = None
    cancelled_quantity: int | None = None
    unfulfillable_quantity: int | None = None
    estimated_ship_date: Timestamp | None = None
    estimated_arrival_date: Timestamp | None = None
    per_unit_declared_value: Money | None = None
    per_unit_price: Money | None = None
    per_unit_tax: Money | None = None


class DeliveryWindow(APIModel):
    """Between when a scheduled delivery is to arrive; Japan only."""

    start_date: Timestamp
    end_date: Timestamp


class DropOffLocation(APIModel):
    """Where a parcel may be left; a neighbour has `neighborName` and `houseNumber`; Japan only."""

    type: str
    attributes: Mapping[str, str] | None = None


class DeliveryPreferences(APIModel):
    """What the carrier is to know and where a parcel may be left; Japan only."""

    delivery_instructions: str | None = Field(None, max_length=250)
    drop_off_location: DropOffLocation | None = None


class CODSettings(APIModel):
    """What the recipient pays on delivery."""

    is_cod_required: bool
    cod_charge: Money | None = None
    cod_charge_tax: Money | None = None
    shipping_charge: Money | None = None
    shipping_charge_tax: Money | None = None


class PaymentInformation(APIModel):
    """How the buyer paid; needed in India."""

    payment_transaction_id: str = Field(min_length=1)
    payment_mode: str = Field(min_length=1)
    payment_date: Timestamp


class MCFOrderRequest(APIModel):
    """What createFulfillmentOrder takes; checked as Amazon declares it.

    https://developer-docs.amazon.com/sp-api/reference/createfulfillmentorder
    """

    marketplace_id: str | None = None
    seller_fulfillment_order_id: str = Field(min_length=1, max_length=40)
    displayable_order_id: str = Field(min_length=1, max_length=40)
    displayable_order_date: Timestamp
    displayable_order_comment: str = Field(min_length=1, max_length=750)
    shipping_speed_category: str
    destination_address: Recipient
    fulfillment_action: str | None = None
    fulfillment_policy: str | None = None
    ship_from_country_code: str | None = None
    delivery_window: DeliveryWindow | None = None
    delivery_preferences: DeliveryPreferences | None = None
    cod_settings: CODSettings | None = None
    payment_information: tuple[PaymentInformation, ...] | None = None
    notification_emails: tuple[Annotated[str, Field(max_length=64)], ...] | None = None
    feature_constraints: tuple[FeatureSetting, ...] | None = None
    items: tuple[MCFOrderItem, ...] = Field(min_length=1, max_length=MAX_LINES)

    @classmethod
    def _judged(cls, fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The order with its address judged as `Recipient` does."""
        name = "destinationAddress" if "destinationAddress" in fields else "destination_address"
        typed = fields.get(name)
        if isinstance(typed, Address):
            typed = typed.to_api()
        if not isinstance(typed, Mapping):
            return fields, {}
        address, found = Recipient._judged(dict(typed))
        return {**fields, name: address}, {f"destinationAddress.{k}": v for k, v in found.items()}

    @field_validator("shipping_speed_category", "fulfillment_action", "fulfillment_policy")
    @classmethod
    def _declared(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        kind = _DECLARED[str(info.field_name)]
        if kind.of(value).value == "UNRECOGNISED":
            known = ", ".join(kind.known())
            raise ValueError(f"{value!r} is none of {known}")
        return kind.of(value).value

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        if any(item.quantity < 1 for item in self.items):
            raise ValueError("every line needs a quantity of at least 1")
        if (units := sum(item.quantity for item in self.items)) > MAX_UNITS:
            raise ValueError(f"{units} units, but Amazon takes {MAX_UNITS} per order at most")
        ids = Counter(item.seller_fulfillment_order_item_id for item in self.items)
        if twice := [item_id for item_id, n in ids.items() if n > 1]:
            raise ValueError(f"item id used twice: {', '.join(twice)}")
        return self

    @field_validator("seller_fulfillment_order_id")
    @classmethod
    def _survives_urls(cls, order_id: str) -> str:
        if order_id in (".", "..") or not set(order_id) <= _ID_CHARACTERS:
            raise ValueError(
                "may hold letters, digits, '-', '_' and '.' only, as others break Amazon's "
                "look-ups; your shop's own number goes into displayableOrderId"
            )
        return order_id


_DECLARED: dict[str, type[Status]] = {
    "shipping_speed_category": ShippingSpeedCategory,
    "fulfillment_action": FulfillmentAction,
    "fulfillment_policy": FulfillmentPolicy,
}
_ID_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def order_id_for(number: str) -> str:
    """The number that Amazon gets for a shop's own, always the same: "#1001" becomes "1001"."""
    kept = "".join(c if c in _ID_CHARACTERS else "-" for c in number.strip())
    return "-".join(part for part in kept.split("-") if part)


class MCFOrderUpdate(APIModel):
    """What updateFulfillmentOrder takes: every field is optional.

    https://developer-docs.amazon.com/sp-api/reference/updatefulfillmentorder
    """

    fulfillment_action: str | None = None
    destination_address: Address | None = None
    shipping_speed_category: str | None = None
    displayable_order_comment: str | None = Field(None, max_length=750)


class MCFFulfillmentOrder(APIModel):
    """The head of an order. Lists leave out `marketplace_id`, `fulfillment_action` and more."""

    seller_fulfillment_order_id: str
    marketplace_id: str | None = None
    displayable_order_id: str
    displayable_order_date: Timestamp
    displayable_order_comment: str | None = None
    shipping_speed_category: str
    destination_address: Address | None = None
    fulfillment_action: str | None = None
    fulfillment_policy: str | None = None
    received_date: Timestamp
    fulfillment_order_status: str
    status_updated_date: Timestamp
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


class MCFPackage(APIModel):
    """A parcel of a shipment."""

    package_number: int
    carrier_code: str | None = None
    tracking_number: str | None = None
    amazon_fulfillment_tracking_number: str | None = None
    estimated_arrival_date: Timestamp | None = None


class ShipmentItem(APIModel):
    """Units of one line that travel in one parcel of a shipment."""

    seller_sku: str
    seller_fulfillment_order_item_id: str
    quantity: int
    package_number: int | None = None
    serial_number: str | None = None


class MCFShipment(APIModel):
    """The part of an order that leaves one warehouse."""

    amazon_shipment_id: str
    fulfillment_center_id: str | None = None
    fulfillment_shipment_status: str
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


class ReturnItem(APIModel):
    """A unit that the recipient sends back."""

    seller_return_item_id: str
    seller_fulfillment_order_item_id: str
    amazon_shipment_id: str
    seller_return_reason_code: str | None = None
    return_comment: str | None = None
    status: str
    status_changed_date: Timestamp


class MCFOrderDetail(APIModel):
    """Everything that getFulfillmentOrder tells of one order."""

    fulfillment_order: MCFFulfillmentOrder
    fulfillment_order_items: tuple[MCFOrderItem, ...]
    fulfillment_shipments: tuple[MCFShipment, ...] | None = None
    return_items: tuple[ReturnItem, ...] | None = None

    @property
    def shipments(self) -> tuple[MCFShipment, ...]:
        """The shipments, dead ones too; none before picking begins."""
        return self.fulfillment_shipments or ()


class TrackingAddress(APIModel):
    """The place of a tracking event."""

    city: str | None = None
    state: str | None = None
    country: str | None = None


class TrackingEvent(APIModel):
    """One thing that happened to a parcel."""

    event_date: Timestamp
    event_address: TrackingAddress | None = None
    event_code: str
    event_description: str | None = None


class PackageTracking(APIModel):
    """What the carrier told Amazon of a parcel; events in no order that could be relied on."""

    package_number: int
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
    signed_for_by: str | None = None
    additional_location_info: str | None = None
    tracking_events: tuple[TrackingEvent, ...] | None = None

    @property
    def status(self) -> PackageStatus:
        """The parcel's status."""
        return PackageStatus.of(self.current_status)

    @property
    def events(self) -> tuple[TrackingEvent, ...]:
        """The events, oldest first."""
        return tuple(sorted(self.tracking_events or (), key=lambda event: event.event_date))


class Fee(APIModel):
    """One of the fees of a preview."""

    name: str
    amount: Money


class PreviewItem(APIModel):
    """A line of a planned shipment."""

    seller_sku: str
    quantity: int
    seller_fulfillment_order_item_id: str
    estimated_shipping_weight: Weight | None = None
    shipping_weight_calculation_method: str | None = None


class PreviewShipment(APIModel):
    """A shipment that Amazon would make, with its dates."""

    earliest_ship_date: Timestamp | None = None
    latest_ship_date: Timestamp | None = None
    earliest_arrival_date: Timestamp | None = None
    latest_arrival_date: Timestamp | None = None
    shipping_notes: tuple[str, ...] | None = None
    fulfillment_preview_items: tuple[PreviewItem, ...] = ()


class UnfulfillableItem(APIModel):
    """A line that can't be shipped, and why."""

    seller_sku: str
    quantity: int
    seller_fulfillment_order_item_id: str
    item_unfulfillable_reasons: tuple[str, ...] | None = None


class FulfillmentPreview(APIModel):
    """What one delivery speed would cost and when it would arrive.

    https://developer-docs.amazon.com/sp-api/reference/getfulfillmentpreview
    """

    shipping_speed_category: str
    is_fulfillable: bool
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
    def shipments(self) -> tuple[PreviewShipment, ...]:
        """The shipments that Amazon would make."""
        return self.fulfillment_preview_shipments or ()

    @property
    def total_fee(self) -> Money | None:
        """The sum of the fees; None when Amazon names none, which doesn't mean free."""
        fees = self.estimated_fees
        if not fees or len({fee.amount.currency_code for fee in fees}) > 1:
            return None
        total = sum((fee.amount.amount for fee in fees), Decimal(0))
        return Money(currency_code=fees[0].amount.currency_code, value=str(total))

    @property
    def arrival(self) -> tuple[datetime, datetime] | None:
        """Earliest and latest arrival of the last shipment to arrive; None when not told."""
        windows = [(s.earliest_arrival_date, s.latest_arrival_date) for s in self.shipments]
        known = [(first or last, last) for first, last in windows if last]
        return max(known, key=lambda window: window[1]) if known else None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it can't be shipped, in Amazon's words, each once."""
        of_items = (
            f"{item.seller_sku}: {', '.join(item.item_unfulfillable_reasons or ('not available',))}"
            for item in self.unfulfillable_preview_items or ()
        )
        return tuple(dict.fromkeys((*(self.order_unfulfillable_reasons or ()), *of_items)))


class ReservedQuantity(APIModel):
    """Units that are in the warehouse but promised or on the move."""

    total_reserved_quantity: int | None = None
    pending_customer_order_quantity: int | None = None
    pending_transshipment_quantity: int | None = None
    fc_processing_quantity: int | None = None


class UnfulfillableQuantity(APIModel):
    """Units that can't be sold, by cause."""

    total_unfulfillable_quantity: int | None = None
    customer_damaged_quantity: int | None = None
    warehouse_damaged_quantity: int | None = None
    distributor_damaged_quantity: int | None = None
    carrier_damaged_quantity: int | None = None
    defective_quantity: int | None = None
    expired_quantity: int | None = None


class ResearchingQuantity(APIModel):
    """Units that Amazon is looking for."""

    total_researching_quantity: int | None = None
    researching_quantity_breakdown: tuple[Mapping[str, Any], ...] | None = None


class InventoryDetails(APIModel):
    """Where the units of a SKU are."""

    fulfillable_quantity: int | None = None
    inbound_working_quantity: int | None = None
    inbound_shipped_quantity: int | None = None
    inbound_receiving_quantity: int | None = None
    reserved_quantity: ReservedQuantity | None = None
    researching_quantity: ResearchingQuantity | None = None
    unfulfillable_quantity: UnfulfillableQuantity | None = None


class MCFInventoryItem(APIModel):
    """The stock of one SKU. `total_quantity` includes what is still inbound.

    https://developer-docs.amazon.com/sp-api/reference/getinventorysummaries
    """

    seller_sku: str
    asin: str | None = None
    fn_sku: str | None = None
    condition: str | None = None
    inventory_details: InventoryDetails | None = None
    last_updated_time: Timestamp | Literal[""] | None = None
    product_name: str | None = None
    total_quantity: int | None = None
    stores: tuple[str, ...] | None = None


class Participation(APIModel):
    """A marketplace that the account sells in."""

    marketplace: Mapping[str, Any]
    participation: Mapping[str, Any]
    store_name: str | None = None
