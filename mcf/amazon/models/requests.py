"""What Amazon is asked for: orders, changes, returns. A wrong value is told before it is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic.alias_generators import to_camel

from mcf.addresses import validate
from mcf.amazon.models.base import (
    Address,
    Email,
    Money,
    RequestPart,
    Timestamp,
    Typed,
    shown_id,
    unjudged,
)
from mcf.amazon.statuses import FulfillmentAction, FulfillmentPolicy, ShippingSpeedCategory, Status

MAX_LINES = 100
MAX_UNITS = 250


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
        found = validate.problems(typed)
        return named | validate.normalised(typed), {to_camel(k): v for k, v in found.items()}


class FeatureWish(RequestPart):
    """The same as it's sent."""

    feature_name: str = Field(min_length=1)
    feature_fulfillment_policy: Literal["Required", "NotRequired"]


class DeliveryWindow(RequestPart):
    """When a scheduled delivery is to arrive; in Japan only."""

    start_date: Timestamp
    end_date: Timestamp


class DropOff(RequestPart):
    """Where a parcel may be left; a neighbour needs `neighborName` and `houseNumber`."""

    type: Literal[
        "FRONT_DOOR",
        "DELIVERY_BOX",
        "GAS_METER_BOX",
        "BICYCLE_BASKET",
        "GARAGE",
        "RECEPTIONIST",
        "FALLBACK_NEIGHBOR_DELIVERY",
        "DO_NOT_LEAVE_UNATTENDED",
    ]
    attributes: Mapping[str, str] | None = None


class DeliveryPreferences(RequestPart):
    """What the carrier is asked to do."""

    delivery_instructions: Typed | None = Field(None, max_length=250)
    drop_off_location: DropOff | None = None


class CODSettings(RequestPart):
    """What the recipient pays on delivery."""

    is_cod_required: bool = Field(strict=True)
    cod_charge: Money | None = None
    cod_charge_tax: Money | None = None
    shipping_charge: Money | None = None
    shipping_charge_tax: Money | None = None


class Payment(RequestPart):
    """How an order was paid for; needed in India."""

    payment_transaction_id: str = Field(min_length=1)
    payment_mode: str = Field(min_length=1)
    payment_date: Timestamp


class MCFOrderItem(RequestPart):
    """A line of an order as it's sent."""

    seller_sku: Typed = Field(min_length=1, max_length=50)
    seller_fulfillment_order_item_id: Typed = Field(min_length=1, max_length=50)
    quantity: int = Field(strict=True, ge=1, lt=2**31)
    gift_message: Typed | None = Field(None, max_length=512)
    displayable_comment: Typed | None = Field(None, max_length=250)
    fulfillment_network_sku: str | None = None
    per_unit_declared_value: Money | None = None
    per_unit_price: Money | None = None
    per_unit_tax: Money | None = None


class MCFOrderRequest(RequestPart):
    """What createFulfillmentOrder takes; checked as Amazon declares it.

    https://developer-docs.amazon.com/sp-api/reference/createfulfillmentorder
    """

    marketplace_id: str | None = None
    seller_fulfillment_order_id: str = Field(min_length=1, max_length=40)
    displayable_order_id: Annotated[str, BeforeValidator(shown_id)] = Field(
        min_length=1, max_length=40
    )
    displayable_order_date: Timestamp
    displayable_order_comment: Typed = Field(min_length=1, max_length=750)
    shipping_speed_category: str
    destination_address: Recipient
    fulfillment_action: str | None = None
    fulfillment_policy: str | None = None
    ship_from_country_code: str | None = None
    notification_emails: tuple[Email, ...] | None = None
    feature_constraints: tuple[FeatureWish, ...] | None = None
    delivery_window: DeliveryWindow | None = None
    delivery_preferences: DeliveryPreferences | None = None
    cod_settings: CODSettings | None = None
    payment_information: tuple[Payment, ...] | None = None
    items: tuple[MCFOrderItem, ...] = Field(min_length=1, max_length=MAX_LINES)

    @classmethod
    def from_api(cls, data: object) -> Self:
        """An order that was sent before, read from its JSON: it was judged then, by the rules of
        that day. Raises `UnexpectedAnswer` for what is no JSON object.
        """
        if not isinstance(data, dict):
            return super().from_api(data)
        return unjudged(cls, data)

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
        return _in_amazons_spelling(value, info)

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
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


def _in_amazons_spelling(value: str | None, info: ValidationInfo) -> str | None:
    if value is None:
        return None
    kind = _DECLARED[str(info.field_name)]
    if kind.of(value).value == "UNRECOGNISED":
        values = ", ".join(kind.declared())
        raise ValueError(f"{value!r} is none of {values}")
    return kind.of(value).value


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


class ChangedLine(RequestPart):
    """A line of an order as it's to be; an empty text takes one away, None leaves it."""

    seller_fulfillment_order_item_id: Typed = Field(min_length=1, max_length=50)
    quantity: int = Field(strict=True, ge=1, lt=2**31)
    gift_message: Typed | None = Field(None, max_length=512)
    displayable_comment: Typed | None = Field(None, max_length=250)
    per_unit_declared_value: Money | None = None
    per_unit_price: Money | None = None
    per_unit_tax: Money | None = None


class MCFOrderUpdate(RequestPart):
    """What updateFulfillmentOrder takes: what is None stays as it is, an empty list takes away.

    https://developer-docs.amazon.com/sp-api/reference/updatefulfillmentorder
    """

    displayable_order_id: Annotated[str, BeforeValidator(shown_id)] | None = Field(
        None, min_length=1, max_length=40
    )
    displayable_order_date: Timestamp | None = None
    displayable_order_comment: Typed | None = Field(None, min_length=1, max_length=750)
    shipping_speed_category: str | None = None
    destination_address: Recipient | None = None
    fulfillment_action: str | None = None
    fulfillment_policy: str | None = None
    ship_from_country_code: str | None = None
    notification_emails: tuple[Email, ...] | None = None
    feature_constraints: tuple[FeatureWish, ...] | None = None
    items: tuple[ChangedLine, ...] | None = Field(None, min_length=1, max_length=MAX_LINES)

    @field_validator("shipping_speed_category", "fulfillment_action", "fulfillment_policy")
    @classmethod
    def _declared(cls, value: str | None, info: ValidationInfo) -> str | None:
        return _in_amazons_spelling(value, info)

    @field_validator("destination_address", mode="before")
    @classmethod
    def _judged_anew(cls, value: object) -> object:
        return value.to_api() if isinstance(value, Address) else value


class MCFReturnItem(RequestPart):
    """A unit that is to come back, as it's asked for; a request names each unit on its own."""

    seller_return_item_id: Typed = Field(min_length=1, max_length=80)
    seller_fulfillment_order_item_id: str = Field(min_length=1)
    amazon_shipment_id: str = Field(min_length=1)
    return_reason_code: str = Field(min_length=1)
    return_comment: Typed | None = Field(None, max_length=1000)


class MCFReturnRequest(RequestPart):
    """What createFulfillmentReturn takes.

    https://developer-docs.amazon.com/sp-api/reference/createfulfillmentreturn
    """

    items: tuple[MCFReturnItem, ...] = Field(min_length=1)
