"""Every kind of fault, and those that are switched on."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from mcf.simulator.faults.base import Exchange, Fault
from mcf.simulator.faults.orders import (
    LateVisibility,
    ParcelTrouble,
    ShipmentCancelled,
    TurnsInvalid,
    UnitsMissing,
)
from mcf.simulator.faults.pages import FeesMissing, PageExpired, RowsMissing, RowsTwice
from mcf.simulator.faults.recorded import (
    EmptyPage,
    FeesOdd,
    RecordedParcels,
    RecordedStock,
    RecordedWords,
)
from mcf.simulator.faults.tokens import (
    DataDenied,
    GrantRevoked,
    LoginDown,
    LoginUnnamed,
    OtherApp,
    RoleMissing,
    SecretExpired,
    TokenExpired,
    TokenRejected,
    Unauthorized,
)
from mcf.simulator.faults.transport import (
    AnswerLost,
    BadGateway,
    EmptyBody,
    ErrorsInSuccess,
    ForeignBody,
    Garbled,
    HtmlBadRequest,
    InternalError,
    InvalidInput,
    InvalidRequest,
    NotFound,
    Redirect,
    ResetAfter,
    ResetBefore,
    Slow,
    Throttled,
    Truncated,
    Unavailable,
)
from mcf.simulator.faults.wording import CapitalStatuses, ExtraFields
from mcf.simulator.world.orders import Order

F = TypeVar("F", bound=Fault)


def _kinds(of: type[Fault]) -> Iterator[type[Fault]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)


KINDS: dict[str, type[Fault]] = {kind.name: kind for kind in _kinds(Fault)}


class Faults:
    """The faults that are switched on. Safe to use from any thread."""

    def __init__(self, operations: Iterable[str]) -> None:
        self._operations = frozenset(operations)
        self._lock = threading.RLock()
        self._serial = 0
        self._active: dict[int, Fault] = {}

    def add(self, fault: F) -> F:
        """Switches a fault on; gives it back, to be removed later.

        ValueError when it is for operations that don't exist.
        """
        if unknown := sorted(set(fault.operations) - self._operations):
            options = ", ".join(sorted(self._operations))
            raise ValueError(f"There is no operation {unknown[0]!r}; there are {options}.")
        with self._lock:
            self._serial += 1
            self._active[self._serial] = fault
            return fault

    def add_named(self, name: str, **options: object) -> int:
        """Switches a fault on by its name; its number. ValueError when it can't be made."""
        if name not in KINDS:
            raise ValueError(f"There is no fault {name!r}; there are {', '.join(sorted(KINDS))}.")
        parameters = inspect.signature(KINDS[name]).parameters
        for option in options:
            if option not in parameters:
                raise ValueError(
                    f"{name} has no option {option!r}; it has {', '.join(parameters)}."
                )
        try:
            fault = KINDS[name](**options)  # type: ignore[arg-type]
        except TypeError as error:
            raise ValueError(f"An option of {name} has the wrong type: {error}.") from error
        with self._lock:
            self.add(fault)
            return self._serial

    def remove(self, fault: Fault | int) -> None:
        """Switches a fault off. KeyError when it isn't on."""
        with self._lock:
            numbers = [n for n, each in self._active.items() if fault in (n, each)]
            if not numbers:
                raise KeyError(fault)
            del self._active[numbers[0]]

    def clear(self) -> None:
        """Switches all faults off."""
        with self._lock:
            self._active.clear()

    def reset(self) -> None:
        """Switches all faults off; the next one has the number of a first one."""
        with self._lock:
            self._serial = 0
            self._active.clear()

    def active(self) -> dict[int, Fault]:
        """What is switched on and can still strike, by number."""
        with self._lock:
            return {n: each for n, each in self._active.items() if not each.exhausted}

    def hitting(self, exchange: Exchange) -> list[Fault]:
        """The faults that hit this request."""
        with self._lock:
            return [each for each in self._active.values() if each.hits(exchange)]

    def hide(self, order: Order, now: datetime) -> bool:
        """Whether an order can't be seen yet at this time."""
        with self._lock:
            late = [each for each in self._active.values() if isinstance(each, LateVisibility)]
            return any(each.hides(order, now) for each in late)


__all__ = [
    "KINDS",
    "AnswerLost",
    "BadGateway",
    "CapitalStatuses",
    "DataDenied",
    "EmptyBody",
    "EmptyPage",
    "ErrorsInSuccess",
    "Exchange",
    "ExtraFields",
    "Fault",
    "Faults",
    "FeesMissing",
    "FeesOdd",
    "ForeignBody",
    "Garbled",
    "GrantRevoked",
    "HtmlBadRequest",
    "InternalError",
    "InvalidInput",
    "InvalidRequest",
    "LateVisibility",
    "LoginDown",
    "LoginUnnamed",
    "NotFound",
    "OtherApp",
    "PageExpired",
    "ParcelTrouble",
    "RecordedParcels",
    "RecordedStock",
    "RecordedWords",
    "Redirect",
    "ResetAfter",
    "ResetBefore",
    "RoleMissing",
    "RowsMissing",
    "RowsTwice",
    "SecretExpired",
    "ShipmentCancelled",
    "Slow",
    "Throttled",
    "TokenExpired",
    "TokenRejected",
    "Truncated",
    "TurnsInvalid",
    "Unauthorized",
    "Unavailable",
    "UnitsMissing",
]
