"""Many orders from a file: each is checked against Amazon's preview and against the stock left over
by the orders before it. Nothing is sent here.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from mcf import logs
from mcf.amazon import labels
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.base import Money
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.similarity import fingerprint
from mcf.errors import (
    AuthError,
    DuplicateOrder,
    MCFError,
    ServiceTrouble,
    Stopped,
    Throttled,
    own_mistake,
)
from mcf.order_files.parse import FileOrder
from mcf.orders import quotes
from mcf.orders.states import Repeat, Submission
from mcf.store.states import SubmissionState

log = logs.get(__name__)
GIVES_UP = 3
"""Orders in a row that couldn't be checked, after which the others aren't tried."""
Preview = Callable[[MCFOrderRequest], FulfillmentPreview | None]
Offers = dict[str, FulfillmentPreview | None]
"""Previews that were asked for, under `offer_key`."""
Repeats = Callable[[MCFOrderRequest], Sequence[Repeat]]


def _none(_: MCFOrderRequest) -> Sequence[Repeat]:
    return ()


class Verdict(StrEnum):
    """What is to be done with an order of a file."""

    GO = "go"
    SENT = "already sent"
    UNKNOWN = "not known yet"
    FIX = "fix"
    HOLD = "hold back"
    DOUBT = "please check"
    REPEAT = "sent twice?"
    RESERVE = "from reserve"


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """An order of a file, what is to be done with it and why.

    `needs` are the verdicts that a person must agree to before it's sent.
    """

    order: FileOrder
    verdict: Verdict
    reason: str
    preview: FulfillmentPreview | None = None
    needs: frozenset[Verdict] = frozenset()


@dataclass(frozen=True, slots=True)
class Allocation:
    """The stock that's left while orders are taken from it one by one, and what is kept of it.

    `untold` are the SKUs of which Amazon doesn't tell what can ship.
    """

    left: Counter[str]
    reserve: Mapping[str, int] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()

    @classmethod
    def of(cls, stock: Mapping[str, int | None], reserve: Mapping[str, int]) -> Allocation:
        """Of all units that there are, None where they aren't told."""
        left = Counter({sku: units for sku, units in stock.items() if units is not None})
        return cls(left, reserve, frozenset(stock.keys() - left.keys()))

    def shortage(self, request: MCFOrderRequest) -> str | None:
        """Why the order doesn't fit into what's left, or None when it does."""
        wanted = _units(request)
        short = {sku: units for sku, units in wanted.items() if self._has_less(sku, units)}
        return "; ".join(self._short_of(sku, units) for sku, units in short.items()) or None

    def doubt(self, request: MCFOrderRequest) -> str | None:
        """That it isn't told how many of a SKU can ship, or None."""
        unsure = [sku for sku in _units(request) if sku in self.untold]
        if not unsure:
            return None
        return f"Amazon doesn't tell how many of {', '.join(unsure)} can ship."

    def _has_less(self, sku: str, units: int) -> bool:
        return sku not in self.untold and self.left[sku] < units

    def _short_of(self, sku: str, wanted: int) -> str:
        return f"{sku}: {wanted} wanted, {max(0, self.left[sku])} left"

    def unknown(self, request: MCFOrderRequest) -> str | None:
        """Which SKUs of the order there aren't, with one that differs in letters' case; or None."""
        skus = self.left.keys() | self.untold
        unknown = [sku for sku in _units(request) if sku not in skus]
        if not unknown or not skus:
            return None
        alike = {sku.casefold().strip(): sku for sku in skus}
        near = ((sku, alike.get(sku.casefold().strip())) for sku in unknown)
        return "; ".join(
            f"{sku} isn't among your SKUs in this marketplace"
            + (f": is {other} meant?" if other else "")
            for sku, other in near
        )

    def from_reserve(self, request: MCFOrderRequest) -> str | None:
        """What of the order only the units kept for Amazon would cover, or None."""
        told = [
            f"{sku}: {units} wanted, {max(0, self.left[sku] - kept)} free beside the {kept} kept"
            for sku, units in _units(request).items()
            if (kept := self.reserve.get(sku, 0)) and self._has_less(sku, units + kept)
        ]
        return "; ".join(told) or None

    def take(self, request: MCFOrderRequest) -> None:
        """Takes the order's units from what's left."""
        self.left.subtract(_units(request))


def _units(request: MCFOrderRequest) -> Counter[str]:
    units: Counter[str] = Counter()
    for item in request.items:
        units[item.seller_sku] += item.quantity
    return units


def plan(
    orders: Sequence[FileOrder],
    stock: Mapping[str, int | None],
    earlier: Callable[[MCFOrderRequest], Submission | None],
    preview: Preview,
    *,
    repeats: Repeats = _none,
    reserve: Mapping[str, int] | None = None,
) -> Iterator[PlannedOrder]:
    """The verdict on each order, in the order of the file; asks Amazon for a preview of each.

    `earlier` tells where this very order stands, and raises `DuplicateOrder` for another one.
    `repeats` tells other orders of the same goods for the same person; one that has any, or that
    repeats one of the file, takes its stock but is for a person to decide. So is one in which
    something looks like a mistake, and one for which only the units in `reserve` are left.
    """
    allocation = Allocation.of(stock, reserve or {})
    asking = _Asking(preview)
    in_file: dict[str | None, str] = {}
    for order in orders:
        planned = _judge(order, allocation, earlier, asking)
        if planned.verdict is Verdict.GO and order.request is not None:
            mark = fingerprint(order.request.destination_address, order.request.items)
            again = _repeated(in_file.get(mark), repeats(order.request))
            in_file.setdefault(mark, order.order_id)
            request = order.request
            planned = _asked(
                planned, again, allocation.from_reserve(request), allocation.doubt(request)
            )
            allocation.take(order.request)
        yield planned


def _asked(
    planned: PlannedOrder, again: str | None, kept: str | None, untold: str | None
) -> PlannedOrder:
    """The order with what a person must agree to before it's sent."""
    kept = kept and f"Only the units kept for Amazon would cover it. {kept}"
    doubts = planned.order.doubts and f"{'; '.join(planned.order.doubts)}."
    doubts = " ".join(doubt for doubt in (doubts, untold) if doubt)
    causes = {Verdict.DOUBT: doubts, Verdict.REPEAT: again, Verdict.RESERVE: kept}
    reasons = {verdict: reason for verdict, reason in causes.items() if reason}
    if not reasons:
        return planned
    return replace(
        planned,
        verdict=next(iter(reasons)),
        reason=" ".join(reasons.values()),
        needs=frozenset(reasons),
    )


def _repeated(in_file: str | None, repeats: Sequence[Repeat]) -> str | None:
    """Why the order looks like one that was sent, or None."""
    same = "The same goods go to the same person"
    if repeats:
        return f"{same} in order {repeats[0].seller_fulfillment_order_id} of {repeats[0].at:%d %B}."
    return f"{same} in order {in_file} of this file." if in_file else None


class _Asking:
    """Asks Amazon for previews, until it gave no answer a few times in a row."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview
        self._failed: list[MCFError] = []

    def __call__(self, request: MCFOrderRequest) -> FulfillmentPreview | None:
        if len(self._failed) >= GIVES_UP:
            raise self._failed[-1]
        try:
            offer = self._preview(request)
        except Stopped:
            raise
        except (ServiceTrouble, AuthError, Throttled) as error:
            self._failed.append(error)
            raise
        self._failed.clear()
        return offer


def _judge(
    order: FileOrder,
    allocation: Allocation,
    earlier: Callable[[MCFOrderRequest], Submission | None],
    preview: Preview,
) -> PlannedOrder:
    if order.request is None:
        return PlannedOrder(order, Verdict.FIX, "; ".join(order.problems))
    try:
        sent = earlier(order.request)
    except DuplicateOrder as error:
        return PlannedOrder(order, Verdict.FIX, f"{labels.error_text(error)} {error.advice}")
    if sent is not None and sent.state is SubmissionState.ACCEPTED:
        return PlannedOrder(order, Verdict.SENT, "Amazon has it; it isn't sent again.")
    if sent is not None:
        return PlannedOrder(
            order,
            Verdict.UNKNOWN,
            f"{labels.amazon_text(sent.message)} {sent.advice or ''}".strip(),
        )
    if unknown := allocation.unknown(order.request):
        return PlannedOrder(order, Verdict.FIX, unknown)
    if not allocation.left and not allocation.untold:
        return PlannedOrder(order, Verdict.HOLD, "Your stock isn't read yet.")
    short = allocation.shortage(order.request)
    if short:
        return PlannedOrder(order, Verdict.HOLD, f"Not enough stock. {short}")
    return _previewed(order, order.request, preview)


def _previewed(order: FileOrder, request: MCFOrderRequest, preview: Preview) -> PlannedOrder:
    try:
        offer = preview(request)
    except Stopped:
        raise
    except (ServiceTrouble, AuthError, Throttled) as error:
        reason = f"It couldn't be checked: {labels.error_text(error)} {error.advice}"
        return PlannedOrder(order, Verdict.HOLD, reason)
    except MCFError as error:
        return PlannedOrder(order, Verdict.FIX, f"{labels.error_text(error)} {error.advice}")
    if offer is None:
        return PlannedOrder(order, Verdict.FIX, "Amazon offers no such delivery speed for it.")
    if not offer.is_fulfillable:
        why = "; ".join(quotes.why(offer))
        return PlannedOrder(order, Verdict.HOLD, f"Amazon can't ship it: {why}", offer)
    return PlannedOrder(order, Verdict.GO, "", offer)


def ready(
    planned: Iterable[PlannedOrder], agreed: Collection[Verdict] = ()
) -> tuple[PlannedOrder, ...]:
    """The orders that may be sent, when a person has agreed to these verdicts."""
    return tuple(
        plan
        for plan in planned
        if plan.verdict is Verdict.GO or (plan.needs and plan.needs <= {*agreed})
    )


def offer_key(request: MCFOrderRequest) -> str:
    """The same for orders about which Amazon's preview is asked the same."""
    told = request.to_api()
    asked = ("shippingSpeedCategory", "destinationAddress", "items", "featureConstraints")
    return _digest([told.get(name) for name in asked])


def digest(planned: Iterable[PlannedOrder]) -> str:
    """The same for the same orders in the same order, to the last letter; else another."""
    told = [plan.order.request.to_api() if plan.order.request else None for plan in planned]
    return _digest(told)


def _digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Fees:
    """What so many orders would cost in all, as far as Amazon names fees.

    `unknown` counts the others.
    """

    total: Money | None
    unknown: int
    orders: int

    def objection(self, limit: quotes.Limit) -> str:
        """Why the sum needs a second confirmation, as a sentence; "" if it doesn't."""
        return limit.objection(self.total, self.unknown, self.orders)


def fees(planned: Iterable[PlannedOrder]) -> Fees:
    """The sum of the fees of these orders."""
    told = [plan.preview.total_fee if plan.preview else None for plan in planned]
    known = [fee for fee in told if fee is not None]
    currencies = {fee.currency_code for fee in known}
    if len(currencies) != 1:
        return Fees(None, len(told), len(told))
    total = sum((fee.amount for fee in known), Decimal(0))
    sum_of_known = Money.reckoned(currencies.pop(), total)
    return Fees(sum_of_known, len(told) - len(known), len(told))


class Planning:
    """A plan in the making, in a thread of its own; it can be looked at, waited for and stopped."""

    def __init__(self, steps: Iterator[PlannedOrder], orders: Sequence[FileOrder]) -> None:
        self.orders = tuple(orders)
        self.error: MCFError | None = None
        """Why it ended early, if it did."""
        self._planned: list[PlannedOrder] = []
        self._stop = threading.Event()
        self._done = threading.Event()
        self._steps = steps
        threading.Thread(target=self._work, name="mcf-plan", daemon=True).start()

    @property
    def planned(self) -> list[PlannedOrder]:
        """A verdict on each order; those that weren't reached are held back."""
        reached = list(self._planned)
        told = "It wasn't checked, as checking ended before it."
        missing = self.orders[len(reached) :]
        return [*reached, *(PlannedOrder(order, Verdict.HOLD, told) for order in missing)]

    @property
    def checked(self) -> int:
        """How many orders have their verdict."""
        return len(self._planned)

    @property
    def is_done(self) -> bool:
        """Whether nothing is checked any more."""
        return self._done.is_set()

    def stop(self) -> None:
        """Ends the checking after the order that is being checked."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Whether it's done after so many seconds at most."""
        return self._done.wait(seconds)

    def _work(self) -> None:
        try:
            for planned in self._steps:
                self._planned.append(planned)
                if self._stop.is_set():
                    break
        except Exception as error:
            if not isinstance(error, MCFError):
                log.exception("a file wasn't planned")
            self.error = own_mistake(error, "checking the file")
        finally:
            self._done.set()


def units(planned: Iterable[PlannedOrder]) -> int:
    """The units of all these orders."""
    requests = (plan.order.request for plan in planned)
    return sum(_units(request).total() for request in requests if request is not None)
