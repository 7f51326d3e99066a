"""Many orders from a file: each is checked against Amazon's preview and against the stock left over
by the orders before it, then sent exactly once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from mcf.errors import AuthError, DuplicateOrder, MCFError, ServiceTrouble, Throttled
from mcf.flatfile import FileOrder
from mcf.likeness import fingerprint
from mcf.models import FulfillmentPreview, MCFOrderRequest
from mcf.outcomes import Repeat, Submission, SubmissionState

Preview = Callable[[MCFOrderRequest], FulfillmentPreview | None]
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
    REPEAT = "sent twice?"


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """An order of a file, what is to be done with it and why."""

    order: FileOrder
    verdict: Verdict
    reason: str
    preview: FulfillmentPreview | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """The stock that's left while orders are taken from it one by one."""

    left: Counter[str]

    def shortage(self, request: MCFOrderRequest) -> str | None:
        """Why the order doesn't fit into what's left, or None when it does."""
        wanted = _units(request)
        short = {sku: units for sku, units in wanted.items() if self.left[sku] < units}
        return "; ".join(self._told(sku, units) for sku, units in short.items()) or None

    def _told(self, sku: str, wanted: int) -> str:
        if sku not in self.left:
            return f"{sku} isn't among your SKUs in this marketplace"
        return f"{sku}: {wanted} wanted, {self.left[sku]} left"

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
    stock: Mapping[str, int],
    earlier: Callable[[MCFOrderRequest], Submission | None],
    preview: Preview,
    *,
    repeats: Repeats = _none,
) -> Iterator[PlannedOrder]:
    """The verdict on each order, in the order of the file; asks Amazon for a preview of each.

    `earlier` tells where this very order stands, and raises `DuplicateOrder` for another one.
    `repeats` tells other orders of the same goods for the same person; one that has any, or that
    repeats one of the file, takes its stock but is for a person to decide.
    """
    allocation = Allocation(Counter(stock))
    in_file: dict[str | None, str] = {}
    for order in orders:
        planned = _judge(order, allocation, earlier, preview)
        if planned.verdict is Verdict.GO and order.request is not None:
            mark = fingerprint(order.request.destination_address, order.request.items)
            reason = _repeated(in_file.get(mark), repeats(order.request))
            in_file.setdefault(mark, order.order_id)
            if reason:
                planned = replace(planned, verdict=Verdict.REPEAT, reason=reason)
        yield planned


def _repeated(in_file: str | None, found: Sequence[Repeat]) -> str | None:
    """Why the order looks like one that was sent, or None."""
    same = "The same goods go to the same person"
    if found:
        return f"{same} in order {found[0].seller_fulfillment_order_id} of {found[0].at:%d %B}."
    return f"{same} in order {in_file} of this file." if in_file else None


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
        return PlannedOrder(order, Verdict.FIX, f"{error.message} {error.advice}")
    if sent is not None and sent.state is SubmissionState.ACCEPTED:
        return PlannedOrder(order, Verdict.SENT, "Amazon has it; it isn't sent again.")
    if sent is not None:
        return PlannedOrder(order, Verdict.UNKNOWN, f"{sent.message} {sent.advice or ''}".strip())
    short = allocation.shortage(order.request)
    if short:
        return PlannedOrder(order, Verdict.HOLD, f"Not enough stock. {short}")
    return _previewed(order, order.request, allocation, preview)


def _previewed(
    order: FileOrder, request: MCFOrderRequest, allocation: Allocation, preview: Preview
) -> PlannedOrder:
    try:
        offer = preview(request)
    except (ServiceTrouble, AuthError, Throttled) as error:
        told = f"It couldn't be checked: {error.message} {error.advice}"
        return PlannedOrder(order, Verdict.HOLD, told)
    except MCFError as error:
        return PlannedOrder(order, Verdict.FIX, f"{error.message} {error.advice}")
    if offer is None:
        return PlannedOrder(order, Verdict.FIX, "Amazon offers no such delivery speed for it.")
    if not offer.is_fulfillable:
        why = "; ".join(offer.reasons) or "no reason given"
        return PlannedOrder(order, Verdict.HOLD, f"Amazon can't ship it: {why}", offer)
    allocation.take(request)
    return PlannedOrder(order, Verdict.GO, "", offer)
