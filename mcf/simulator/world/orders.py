"""Fulfillment orders, their shipments and parcels, independent of the version of the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Where an order is in its life, in the words of 2020-07-01."""

    NEW = "New"
    RECEIVED = "Received"
    PLANNING = "Planning"
    PROCESSING = "Processing"
    CANCELLED = "Cancelled"
    COMPLETE = "Complete"
    COMPLETE_PARTIALLED = "CompletePartialled"
    UNFULFILLABLE = "Unfulfillable"
    INVALID = "Invalid"


class ShipmentStatus(StrEnum):
    """Where a shipment is, in the words of 2020-07-01."""

    PENDING = "PENDING"
    SHIPPED = "SHIPPED"
    CANCELLED_BY_FULFILLER = "CANCELLED_BY_FULFILLER"
    CANCELLED_BY_SELLER = "CANCELLED_BY_SELLER"


class Speed(StrEnum):
    """How fast an order travels, in the words of 2020-07-01."""

    STANDARD = "Standard"
    EXPEDITED = "Expedited"
    PRIORITY = "Priority"
    SCHEDULED = "ScheduledDelivery"


class Action(StrEnum):
    """Whether an order ships at once or waits for the seller."""

    SHIP = "Ship"
    HOLD = "Hold"


class Policy(StrEnum):
    """What is to happen when not all units are there."""

    FILL_OR_KILL = "FillOrKill"
    FILL_ALL = "FillAll"
    FILL_ALL_AVAILABLE = "FillAllAvailable"


class Fate(StrEnum):
    """What becomes of a parcel once it has left; `tracking.JOURNEYS` tells each in full."""

    ORDINARY = "ordinary"
    DELAYED = "delayed"
    ATTEMPTED = "attempted"
    LOST = "lost"
    RETURNED = "returned"
    REFUSED = "refused"
    PICKUP = "pickup"
    WRONG_ADDRESS = "wrong address"
    SILENT = "silent"
    UNDISPLAYED = "undisplayed"
    UNKNOWN_EVENTS = "unknown events"
    RECEIVED_BACK = "received back"


@dataclass(frozen=True, slots=True)
class Fortune:
    """What will go wrong with one order; the default is nothing."""

    fate: Fate = Fate.ORDINARY
    transit_days: float | None = None
    """How long the first parcel takes; drawn when None."""
    invalid: bool = False
    misplaced: int = 0
    """Units that the workers will not find when they pick the first line."""
    fulfiller_cancels: bool = False
    """Amazon cancels the first shipment and tries again with a new one."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as decimal text, as Amazon takes and gives it."""

    currency: str
    value: str


@dataclass(frozen=True, slots=True)
class Address:
    """A recipient; fields that aren't known are empty."""

    name: str = ""
    line1: str = ""
    line2: str = ""
    line3: str = ""
    city: str = ""
    district: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature asked for, and whether the order may ship without it."""

    name: str
    policy: str


def required(features: Iterable[Feature]) -> frozenset[str]:
    """The names of those without which the order must not ship; the others have no effect."""
    return frozenset(each.name for each in features if each.policy == "Required")


@dataclass(frozen=True, slots=True)
class Payment:
    """How the buyer paid, which India wants to know."""

    id: str
    mode: str
    date: datetime | None


@dataclass(frozen=True, slots=True)
class DropOff:
    """Where the parcel may be left."""

    type: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class CashOnDelivery:
    """What the buyer pays at the door."""

    required: bool
    charge: Money | None = None
    charge_tax: Money | None = None
    shipping: Money | None = None
    shipping_tax: Money | None = None


@dataclass(frozen=True, slots=True)
class PackingSlip:
    """What is printed on the slip in the parcel, by template."""

    template: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class LineRequest:
    """What the seller asked for in one line."""

    sku: str
    item_id: str
    quantity: int
    gift_message: str = ""
    comment: str = ""
    network_sku: str = ""
    declared_value: Money | None = None
    price: Money | None = None
    tax: Money | None = None
    packing_slip: PackingSlip | None = None


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What the seller asked for."""

    order_id: str
    marketplace_id: str
    address: Address
    lines: tuple[LineRequest, ...]
    displayable_id: str = ""
    displayable_date: datetime | None = None
    comment: str = ""
    speed: Speed = Speed.STANDARD
    action: Action = Action.SHIP
    policy: Policy = Policy.FILL_OR_KILL
    window: tuple[datetime, datetime] | None = None
    instructions: str = ""
    drop_off: DropOff | None = None
    cod: CashOnDelivery | None = None
    emails: tuple[str, ...] = ()
    features: tuple[Feature, ...] = ()
    payments: tuple[Payment, ...] = ()
    channel: str = ""
    packing_slip: PackingSlip | None = None

    def requires(self, feature: str) -> bool:
        """Whether the order must not ship without the feature."""
        return feature in required(self.features)


@dataclass(slots=True)
class Line:
    """One line of an order. Units not counted in any of the four places are still awaited."""

    item_id: str
    sku: str
    quantity: int
    reserved: int = 0
    shipped: int = 0
    cancelled: int = 0
    unfulfillable: int = 0

    @property
    def awaited(self) -> int:
        """Units that are neither reserved nor settled in any way."""
        return self.quantity - self.reserved - self.shipped - self.cancelled - self.unfulfillable


@dataclass(slots=True)
class Package:
    """A parcel with its carrier, its numbers, and what becomes of it."""

    number: int
    carrier: str
    tracking_number: str
    amazon_tracking_number: str
    shipped: datetime
    promised: datetime
    """The estimate at shipping time; it moves when the parcel's fate shows."""
    fate: Fate
    told_status: str = ""
    """A status set from outside, in the words of 2026-07-04; it hides the journey's own."""
    told_carrier: str = ""
    told_tracking_number: str = ""


@dataclass(slots=True)
class ShipmentItem:
    """Units of one line within a shipment; `package_number` is 0 until they are packed."""

    item_id: str
    sku: str
    quantity: int
    package_number: int = 0


@dataclass(slots=True)
class Shipment:
    """What leaves one centre for one order."""

    id: str
    centre: str
    status: ShipmentStatus
    ship_date: datetime
    arrival: datetime
    items: list[ShipmentItem]
    packages: list[Package] = field(default_factory=list)


@dataclass(slots=True)
class ReturnItem:
    """One returned unit; `condition` is empty until it was looked at."""

    id: str
    item_id: str
    shipment_id: str
    reason: str
    comment: str
    status: str
    status_changed: datetime
    authorization_id: str
    centre: str
    condition: str = ""


class Task(StrEnum):
    """Something the world has scheduled for an order."""

    VALIDATE = "validate"
    PLAN = "plan"
    PICK = "pick"
    SHIP = "ship"
    RETRY = "retry"
    TOP_UP = "top up"
    GIVE_UP = "give up"
    EXPIRE_HOLD = "expire hold"
    COME_BACK = "come back"
    PROCESS_RETURN = "process return"


@dataclass(frozen=True, slots=True)
class Appointment:
    """A task at its time."""

    at: datetime
    task: Task
    about: str = ""
    """The shipment, package or return meant, where the task needs one."""


@dataclass(slots=True)
class Order:
    """An order with all that became of it so far, and what is scheduled for it."""

    number: int
    request: OrderRequest
    lines: list[Line]
    status: Status
    received: datetime
    status_updated: datetime
    ship_estimate: datetime
    arrival_estimate: datetime
    fortune: Fortune = Fortune()
    held: bool = False
    shipments: list[Shipment] = field(default_factory=list)
    returns: list[ReturnItem] = field(default_factory=list)
    agenda: list[Appointment] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The seller's own id."""
        return self.request.order_id

    def line(self, item_id: str) -> Line:
        """The line with this item id. KeyError when there is none."""
        return {line.item_id: line for line in self.lines}[item_id]

    def shipment(self, shipment_id: str) -> Shipment | None:
        """The shipment with this id; None when there is none."""
        return next((each for each in self.shipments if each.id == shipment_id), None)
