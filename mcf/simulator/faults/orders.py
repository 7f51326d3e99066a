"""Things that go wrong with an order after it was accepted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mcf.simulator.faults.base import Fault
from mcf.simulator.world.orders import Fate, Fortune, Order

CREATING = ("createFulfillmentOrder", "createOrder")


class TurnsInvalid(Fault):
    """Accepted with 200, and Invalid a minute later."""

    name = "turns-invalid"
    usual_operations = CREATING

    def befall(self, fortune: Fortune) -> Fortune:
        """The order is found invalid a minute after it was accepted."""
        return replace(fortune, invalid=True)


class UnitsMissing(Fault):
    """The workers find one unit less than the records say."""

    name = "units-missing"
    usual_operations = CREATING

    def befall(self, fortune: Fortune) -> Fortune:
        """One unit of the first line isn't where the records say."""
        return replace(fortune, misplaced=1)


class ShipmentCancelled(Fault):
    """Amazon cancels the first shipment and opens another."""

    name = "shipment-cancelled"
    usual_operations = CREATING

    def befall(self, fortune: Fortune) -> Fortune:
        """The first shipment is cancelled by Amazon."""
        return replace(fortune, fulfiller_cancels=True)


@dataclass(kw_only=True, eq=False)
class ParcelTrouble(Fault):
    """The first parcel of the order meets the `fate` given: delayed, lost, returned ..."""

    name = "parcel-trouble"
    usual_operations = CREATING
    fate: str = Fate.DELAYED

    def __post_init__(self) -> None:
        super().__post_init__()
        self.fate = Fate(self.fate)

    def befall(self, fortune: Fortune) -> Fortune:
        """The first parcel meets its fate."""
        return replace(fortune, fate=Fate(self.fate))


@dataclass(kw_only=True, eq=False)
class LateVisibility(Fault):
    """An order can't be seen in the first `seconds` of simulated time after it was placed."""

    name = "late-visibility"
    usual_operations = CREATING
    seconds: float = 60.0

    def hides(self, order: Order, now: datetime) -> bool:
        """Whether the order was received too short a time ago to be seen."""
        return now - order.received < timedelta(seconds=self.seconds)
