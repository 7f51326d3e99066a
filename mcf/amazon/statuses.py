"""Amazon's statuses in the seller's words: value, label, colour and meaning, one line each.

Amazon invents values (EVENT_212 and UNDISPLAYED were live before they were documented) and spells
them in its own way (CompletePartialled, COMPLETE_PARTIALLED, COMPLETE_PARTIAL), so `of()` never
fails: what it doesn't know becomes UNRECOGNISED, a grey chip.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any, Self


class Status(StrEnum):
    """A value of Amazon's with a label, a colour (Streamlit's badge colours) and a meaning."""

    label: str
    colour: str
    meaning: str

    def __new__(cls, value: str, label: str = "", colour: str = "gray", meaning: str = "") -> Self:
        """A member whose value is Amazon's word."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        member.colour = colour
        member.meaning = meaning
        return member

    @classmethod
    def of(cls, raw: object) -> Self:
        """The member for a raw value, however it's spelled; UNRECOGNISED for one not known."""
        member: Self = _member(cls, bare(str(raw or "")))
        return member

    @classmethod
    def word(cls, raw: str | None) -> str | None:
        """Amazon's declared word for a raw value, so that words can be compared; else as it is."""
        member = cls.of(raw)
        return raw if member.value == "UNRECOGNISED" else member.value

    @classmethod
    def declared(cls) -> tuple[str, ...]:
        """The values that Amazon declares."""
        return tuple(member.value for member in cls if member.value != "UNRECOGNISED")

    @classmethod
    def label_of(cls, raw: object) -> str:
        """What to show for a raw value: its label, or Amazon's own word made readable."""
        member = cls.of(raw)
        if member.value != "UNRECOGNISED" or not raw:
            return member.label
        return readable(str(raw))


def readable(code: str) -> str:
    """A code with its words apart, like "Sku not eligible" for SKU_NOT_ELIGIBLE."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", code.replace("_", " "))
    return " ".join(apart.split()).capitalize()


def bare(code: str) -> str:
    """A code without case, underscores and spaces, which Amazon sets in different ways."""
    return re.sub(r"[^a-z0-9]", "", code.casefold()).replace("canceled", "cancelled")


@lru_cache(maxsize=1024)
def _member(kind: type[Status], text: str) -> Any:
    text = _ALSO.get((kind.__name__, text), text)
    return next((m for m in kind if bare(m.value) == text), kind("UNRECOGNISED"))


_ALSO = {
    ("FulfillmentOrderStatus", "completepartial"): "completepartialled",
    ("FulfillmentOrderStatus", "completeshipped"): "complete",
    ("FulfillmentOrderStatus", "shipped"): "complete",
    ("ShipmentStatus", "completeshipped"): "shipped",
    ("ShipmentStatus", "complete"): "shipped",
    ("ShipmentStatus", "cancelled"): "cancelledbyseller",
    ("ShipmentStatus", "processing"): "pending",
}
"""Other words that were recorded, without case and underscores: class, word, the declared one."""


# fmt: off
class FulfillmentOrderStatus(Status):
    """Where an order is; Complete means shipped, not delivered.

    Accepted is ours: version 2026-07-04 tells no New, Received and Planning.
    """

    NEW          = "New",               "New",               "blue",   "Amazon has it and is checking address and stock."
    RECEIVED     = "Received",          "Received",          "blue",   "Accepted; nothing has been planned yet."
    PLANNING     = "Planning",          "Planning",          "blue",   "Amazon is choosing warehouses; nothing has been picked."
    ACCEPTED     = "Accepted",          "Accepted",          "blue",   "Amazon works on it and nothing is being picked yet, so cancelling can be tried."
    PROCESSING   = "Processing",        "Processing",        "violet", "Picking has begun; it can't be cancelled any more."
    COMPLETE     = "Complete",          "Shipped",           "green",  "Everything has left the warehouse. Delivery is shown per parcel."
    PARTIAL      = "CompletePartialled", "Shipped in part",  "orange", "Some units shipped; the rest was cancelled or not found."
    CANCELLED    = "Cancelled",         "Cancelled",         "gray",   "Cancelled; nothing ships."
    UNFULFILLABLE = "Unfulfillable",    "Not fulfillable",   "red",    "Amazon found no sellable unit; nothing ships."
    INVALID      = "Invalid",           "Invalid",           "red",    "Amazon accepted it, then found the address or the stock wrong; nothing ships."
    UNRECOGNISED = "UNRECOGNISED",      "Unknown",           "gray",   "A status that this program doesn't know yet."

    @property
    def is_cancellable(self) -> bool:
        """Whether Amazon still takes a cancel request."""
        return self in _CANCELLABLE

    @property
    def is_final(self) -> bool:
        """Whether the status can't change any more (parcels may still be on their way)."""
        return self in _FINAL

    @property
    def is_trouble(self) -> bool:
        """Whether the buyer won't get all that was ordered."""
        return self in _TROUBLE

    @property
    def comes_to_nothing(self) -> bool:
        """Whether it's certain that no unit ships."""
        return self in _NOTHING

    @property
    def has_shipped(self) -> bool:
        """Whether at least a part has left the warehouse."""
        return self in _SHIPPED


class PackageStatus(Status):
    """Where a parcel is (`currentStatus` of getPackageTrackingDetails).

    PROCESSING and EXPIRED are words of version 2026-07-04.
    """

    PROCESSING          = "PROCESSING",          "Being packed",        "blue",   "Still at the warehouse."
    PICKUP_SCHEDULED    = "PICKUP_SCHEDULED",    "Pickup scheduled",    "blue",   "The carrier is to collect it."
    PICKUP_ATTEMPTED    = "PICKUP_ATTEMPTED",    "Pickup attempted",    "orange", "The carrier came and left without it."
    PICKUP_CANCELLED    = "PICKUP_CANCELLED",    "Pickup cancelled",    "gray",   "The carrier won't collect it."
    PICKUP_SUCCESSFUL   = "PICKUP_SUCCESSFUL",   "Picked up",           "blue",   "The carrier has it, or the recipient: the last event tells."
    IN_TRANSIT          = "IN_TRANSIT",          "In transit",          "blue",   "On its way."
    OUT_FOR_DELIVERY    = "OUT_FOR_DELIVERY",    "Out for delivery",    "violet", "To be delivered today."
    AVAILABLE_FOR_PICKUP = "AVAILABLE_FOR_PICKUP", "Ready for pickup",  "violet", "The recipient can collect it."
    DELIVERED           = "DELIVERED",           "Delivered",           "green",  "The carrier says it was delivered."
    DELAYED             = "DELAYED",             "Delayed",             "orange", "Later than first promised."
    DELIVERY_ATTEMPTED  = "DELIVERY_ATTEMPTED",  "Delivery attempted",  "orange", "Nobody could take it; the carrier tries again."
    CUSTOMER_ACTION     = "CUSTOMER_ACTION",     "Recipient must act",  "orange", "The carrier needs something from the recipient."
    UNDELIVERABLE       = "UNDELIVERABLE",       "Undeliverable",       "red",    "Lost, destroyed or impossible to deliver."
    EXPIRED             = "EXPIRED",             "Expired",             "orange", "Amazon doesn't explain this word: ask the carrier."
    RETURNING           = "RETURNING",           "Coming back",         "orange", "On its way back to the warehouse."
    RETURNED            = "RETURNED",            "Came back",           "red",    "Back at the warehouse; the recipient didn't get it."
    RETURN_REQUEST_ACCEPTED = "RETURN_REQUEST_ACCEPTED", "Return accepted", "gray", "A return was accepted."
    RETURN_RECEIVED_IN_FC = "RETURN_RECEIVED_IN_FC", "Return received", "gray",   "The return reached the warehouse."
    REFUND_ISSUED       = "REFUND_ISSUED",       "Refunded",            "gray",   "A refund was issued."
    UNKNOWN             = "UNKNOWN",             "No news yet",         "gray",   "The carrier has reported nothing."
    UNRECOGNISED        = "UNRECOGNISED",        "Unknown",             "gray",   "A status that this program doesn't know yet."

    @property
    def is_at_rest(self) -> bool:
        """Whether no further tracking event is to be expected."""
        return self in _AT_REST

    @property
    def is_gone(self) -> bool:
        """Whether it doesn't come to its recipient: lost, coming back, or back."""
        return self in _GONE

    @property
    def is_trouble(self) -> bool:
        """Whether the parcel needs a look: late, stuck, lost or coming back."""
        return self.colour in ("orange", "red")


class ShipmentStatus(Status):
    """Where a shipment, the part of an order that leaves one warehouse, is."""

    PENDING      = "PENDING",                "Being picked",        "blue",  "Picking has begun."
    SHIPPED      = "SHIPPED",                "Shipped",             "green", "All its parcels have left the warehouse."
    CANCELLED_BY_FULFILLER = "CANCELLED_BY_FULFILLER", "Dropped by Amazon", "gray", "Amazon gave it up and tries another warehouse."
    CANCELLED_BY_SELLER = "CANCELLED_BY_SELLER", "Cancelled",       "gray",  "Cancelled at your request."
    UNRECOGNISED = "UNRECOGNISED",           "Unknown",             "gray",  "A status that this program doesn't know yet."

    @property
    def is_dead(self) -> bool:
        """Whether nothing of it will ever leave."""
        return self in _DEAD


class ReturnStatus(Status):
    """Where a unit is that a recipient sends back."""

    NEW          = "New",                    "Expected",            "blue",  "Amazon expects it; no warehouse has processed it yet."
    PROCESSED    = "Processed",              "Processed",           "green", "A warehouse has processed it; its condition says how it arrived."
    UNRECOGNISED = "UNRECOGNISED",           "Unknown",             "gray",  "A status that this program doesn't know yet."


class ReturnCondition(Status):
    """How a unit that came back was found (`returnReceivedCondition`)."""

    SELLABLE     = "Sellable",               "Sellable",            "green",  "It can be sold again."
    DEFECTIVE    = "Defective",              "Defective",           "orange", "It doesn't work, so it can't be sold."
    CUSTOMER_DAMAGED = "CustomerDamaged",    "Damaged by the buyer", "orange", "Damaged by the buyer or the seller."
    CARRIER_DAMAGED = "CarrierDamaged",      "Damaged by the carrier", "orange", "Damaged on its way back."
    FULFILLER_DAMAGED = "FulfillerDamaged",  "Damaged by Amazon",   "orange", "Damaged by Amazon: it may owe you the unit."
    UNRECOGNISED = "UNRECOGNISED",           "Unknown",             "gray",   "A condition that this program doesn't know yet."


class ShippingSpeedCategory(Status):
    """How fast an order is to travel; which are on offer, the preview says."""

    STANDARD   = "Standard",          "Standard",  "gray",   "Usually three to five business days."
    EXPEDITED  = "Expedited",         "Expedited", "blue",   "Usually two business days."
    PRIORITY   = "Priority",          "Priority",  "violet", "Usually the next business day."
    SCHEDULED  = "ScheduledDelivery", "Scheduled", "blue",   "In a window chosen by the recipient; Japan only."
    UNRECOGNISED = "UNRECOGNISED",    "Unknown",   "gray",   "A speed that this program doesn't know yet."


class FulfillmentAction(Status):
    """What Amazon is to do with an order now."""

    SHIP = "Ship", "Ship now",  "green",  "Amazon starts at once."
    HOLD = "Hold", "Hold",      "orange", "Stock is reserved; Amazon cancels it after 14 days unless it's released."
    UNRECOGNISED = "UNRECOGNISED", "Unknown", "gray", "An action that this program doesn't know yet."


class FulfillmentPolicy(Status):
    """What Amazon is to do when a part can't be shipped."""

    FILL_OR_KILL = "FillOrKill",       "All or nothing",       "gray", "If a unit is missing before shipping starts, nothing ships."
    FILL_ALL     = "FillAll",          "Ship all, wait",       "gray", "Ships what it can and keeps trying for the rest for 24 hours."
    FILL_ALL_AVAILABLE = "FillAllAvailable", "Ship what's there", "gray", "Ships what is there and cancels the rest."
    UNRECOGNISED = "UNRECOGNISED",     "Unknown",              "gray", "A policy that this program doesn't know yet."
EVENT_TEXTS = {
    "EVENT_101": "Carrier notified to pick up package",
    "EVENT_102": "Picked up from the warehouse",
    "EVENT_201": "Arrived at a carrier facility",
    "EVENT_202": "Left a carrier facility",
    "EVENT_203": "Arrived in the destination country",
    "EVENT_204": "Customs clearance started",
    "EVENT_205": "Customs clearance finished",
    "EVENT_206": "On its way to the pickup location",
    "EVENT_301": "Delivered",
    "EVENT_302": "Out for delivery",
    "EVENT_304": "Delivery attempted",
    "EVENT_306": "Recipient contacted to arrange delivery",
    "EVENT_307": "Delivery appointment scheduled",
    "EVENT_308": "Available for pickup",
    "EVENT_309": "Returned to seller",
    "EVENT_401": "Held by carrier: incorrect address",
    "EVENT_402": "Delayed in customs",
    "EVENT_403": "Recipient has moved",
    "EVENT_404": "Delayed by external factors",
    "EVENT_405": "Shipment damaged",
    "EVENT_406": "Held by carrier",
    "EVENT_407": "Recipient refused delivery",
    "EVENT_408": "Returning to seller",
    "EVENT_409": "Lost by carrier",
    "EVENT_411": "Paperwork received, shipment not received",
    "EVENT_412": "Shipment received, paperwork not received",
    "EVENT_413": "Held by carrier: customs charges refused",
    "EVENT_414": "Missorted by carrier",
    "EVENT_415": "Received from the previous carrier",
    "EVENT_416": "Undeliverable",
    "EVENT_417": "Shipment missorted",
    "EVENT_418": "Shipment delayed",
    "EVENT_419": "Address corrected, delivery rescheduled",
    "EVENT_801": "Delivered to a locker",
    "EVENT_804": "Picked up from a locker",
}
# fmt: on

_CANCELLABLE = frozenset(
    {
        FulfillmentOrderStatus.RECEIVED,
        FulfillmentOrderStatus.PLANNING,
        FulfillmentOrderStatus.ACCEPTED,
    }
)
_TROUBLE = frozenset(
    {
        FulfillmentOrderStatus.PARTIAL,
        FulfillmentOrderStatus.UNFULFILLABLE,
        FulfillmentOrderStatus.INVALID,
    }
)
_NOTHING = frozenset(
    {
        FulfillmentOrderStatus.CANCELLED,
        FulfillmentOrderStatus.UNFULFILLABLE,
        FulfillmentOrderStatus.INVALID,
    }
)
_SHIPPED = frozenset({FulfillmentOrderStatus.COMPLETE, FulfillmentOrderStatus.PARTIAL})
_DEAD = frozenset({ShipmentStatus.CANCELLED_BY_FULFILLER, ShipmentStatus.CANCELLED_BY_SELLER})
_FINAL = _TROUBLE | _SHIPPED | {FulfillmentOrderStatus.CANCELLED}
_GONE = frozenset(
    {
        PackageStatus.UNDELIVERABLE,
        PackageStatus.RETURNING,
        PackageStatus.RETURNED,
        PackageStatus.RETURN_RECEIVED_IN_FC,
    }
)
_AT_REST = frozenset(
    {
        PackageStatus.DELIVERED,
        PackageStatus.UNDELIVERABLE,
        PackageStatus.RETURNED,
        PackageStatus.PICKUP_CANCELLED,
        PackageStatus.REFUND_ISSUED,
        PackageStatus.RETURN_RECEIVED_IN_FC,
    }
)


def event_text(code: object, described: object = None) -> str:
    """What to show for a tracking event: our words, Amazon's, or the code with its words apart."""
    ours = EVENT_TEXTS.get(str(code))
    if ours is not None:
        return ours
    text = str(described or code or "Unknown event").strip()
    return text if " " in text else readable(text)
