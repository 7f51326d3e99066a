"""Returns: which units can come back, asked for once each, and what became of them.

A unit's id is always the same, so a retry after a lost answer is no duplicate.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from mcf.amazon import labels
from mcf.amazon.client import MCFClient
from mcf.amazon.models.answers import (
    InvalidItemReason,
    MCFOrderDetail,
    MCFShipment,
    ReturnReason,
    ReturnResult,
)
from mcf.amazon.models.base import AmazonTime
from mcf.amazon.models.requests import MCFReturnItem, MCFReturnRequest
from mcf.amazon.statuses import ShipmentStatus
from mcf.amazon.throttle import ASKING, CHANGING, patience, remaining
from mcf.errors import InvalidInput, MCFError, RequestRefused, Stopped, Throttled
from mcf.orders.validation import count_of
from mcf.store import tables
from mcf.store.coordination import Lease
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper, Kept
from mcf.store.records import Values
from mcf.tracking.event_log import Chronicle
from mcf.tracking.events import EventKind
from mcf.tracking.states import ReturnOutcome, ReturnState
from mcf.wording import many

LONGEST_COMMENT = 1000
"""Letters that Amazon takes."""
PAUSES = (1.0, 3.0)
"""Seconds before each look at an order whose answer was lost."""
GIVEN_UP = timedelta(minutes=3)
"""After this a unit that the order doesn't show was never taken."""
REASONS_FOR = timedelta(days=1)
"""How long Amazon's list of reasons is good."""
Read = Callable[[str], MCFOrderDetail]
_LONGEST_ID = 80
_PLAIN = re.compile(r"[A-Za-z0-9]+")
_DIGEST = 12
_LOOKED_UP_FOR = timedelta(days=1)
_LOOK = 2.0
"""Seconds that a look at an order may take."""
_ORDER = "seller_fulfillment_order_id"
_UNSURE = "Requested; whether Amazon takes it back isn't known yet. It's looked up by itself."
_TAKEN = "Amazon takes it back."
_LOST = "Amazon never got the request, so you can ask again."
_BUSY = "It's being asked for just now."
_SAID = {
    ReturnState.ACCEPTED: "accepted",
    ReturnState.REFUSED: "refused",
    ReturnState.NOT_SENT: "not sent",
    ReturnState.UNKNOWN: "not known yet",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A unit that can come back: the id of its return, and the shipment that brought it."""

    return_item_id: str
    amazon_shipment_id: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that comes back, or was asked for."""

    return_item_id: str
    item_id: str | None
    amazon_shipment_id: str | None


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """A line of an order of which something has shipped; `free` are the units to return."""

    item_id: str
    seller_sku: str
    shipped: int
    free: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class TypedReturn:
    """What is typed about a line: how many units come back, why, and a comment."""

    units: str = ""
    reason: str = ""
    comment: str = ""


def return_item_id(order_id: str, item_id: str, number: int) -> str:
    """The id of the return of a line's unit, always the same, of 80 letters at most."""
    plain = f"{order_id}-{item_id}-{number}"
    # A hyphen in the line's id would let two lines meet in one id.
    if _PLAIN.fullmatch(item_id) and len(plain) <= _LONGEST_ID:
        return plain
    digest = hashlib.sha256(f"{order_id}\n{item_id}".encode()).hexdigest()[:_DIGEST]
    rest = f"-{digest}-{number}"
    return f"{order_id[: _LONGEST_ID - len(rest)]}{rest}"


def lines(
    order_id: str, shipments: Iterable[MCFShipment], gone: Collection[Unit]
) -> tuple[ReturnLine, ...]:
    """The lines of which something has shipped; `gone` are the units that are in returns."""
    shipped: dict[str, Counter[str]] = {}
    skus: dict[str, str] = {}
    for item_id, sku, shipment_id, units in _shipped(shipments):
        shipped.setdefault(item_id, Counter())[shipment_id] += units
        skus.setdefault(item_id, sku)
    taken = Counter((unit.item_id, unit.amazon_shipment_id) for unit in gone)
    used = {unit.return_item_id for unit in gone}
    return tuple(
        ReturnLine(
            item_id,
            skus[item_id],
            boxes.total(),
            tuple(_slots(order_id, item_id, _left(item_id, boxes, taken), used)),
        )
        for item_id, boxes in shipped.items()
    )


def too_many(shipped_lines: Sequence[ReturnLine], units: Iterable[MCFReturnItem]) -> dict[str, str]:
    """What is wrong with units that can't come back, by the id of their line; empty if nothing."""
    room = Counter(
        (line.item_id, slot.amazon_shipment_id) for line in shipped_lines for slot in line.free
    )
    asked = Counter((u.seller_fulfillment_order_item_id, u.amazon_shipment_id) for u in units)
    return {
        f"line {item_id}": f"{number} of a shipment were asked for, but only "
        f"{room[item_id, shipment]} can still come back"
        for (item_id, shipment), number in asked.items()
        if number > room[item_id, shipment]
    }


def problems(line: ReturnLine, typed: TypedReturn) -> dict[str, str]:
    """What keeps what is typed about a line from being asked for, by field, as sentences."""
    wrong = {}
    units = count_of(typed.units) if typed.units.strip() else 0
    if units is None:
        wrong["units"] = "Give the units as a whole number, or leave them out."
    elif units > len(line.free):
        wrong["units"] = f"Only {len(line.free)} of this line can still come back."
    if units and not typed.reason:
        wrong["reason"] = "Choose a reason from Amazon's list."
    try:
        _unit(Slot("any", "any"), "any", TypedReturn("1", "any", typed.comment))
    except InvalidInput as error:
        wrong["comment"] = f"The comment {error.problems['returnComment']}."
    return wrong


def wanted(line: ReturnLine, typed: TypedReturn) -> tuple[MCFReturnItem, ...]:
    """The units that are asked for; raises `InvalidInput` for those that can't be."""
    found = problems(line, typed)
    if found:
        raise InvalidInput(found)
    units = count_of(typed.units) or 0
    return tuple(_unit(slot, line.item_id, typed) for slot in line.free[:units])


@dataclass(frozen=True, slots=True)
class OrderReturns:
    """The lines of an order of which something has shipped, with the units that can come back, and
    the units that were asked for and that the order doesn't show.
    """

    lines: tuple[ReturnLine, ...] = ()
    asked: tuple[ReturnOutcome, ...] = ()


def returns_of(
    order_id: str, shipped: Iterable[Values], returned: Iterable[Values], kept: Kept | None
) -> OrderReturns:
    """What can come back of an order by its rows of shipments and returns, and what was asked for.

    `kept` is what is kept of the units that were asked for.
    """
    units = frozenset(
        Unit(
            row["seller_return_item_id"],
            row["seller_fulfillment_order_item_id"],
            row["amazon_shipment_id"],
        )
        for row in returned
    )
    asked = _asked_of(kept.content) if kept else {}
    there = {unit.return_item_id for unit in units}
    shipments = [MCFShipment.from_api(row["raw"]) for row in shipped]
    return OrderReturns(
        lines(order_id, shipments, units | _units_of(asked)),
        tuple(_outcome(unit) for unit in asked.values() if unit.id not in there),
    )


class Returning:
    """Asks for returns; safe for several threads and processes on one store.

    `read` reads an order with its returns from Amazon into the store; `now` is Amazon's time.
    """

    def __init__(
        self,
        client: MCFClient,
        store: Store,
        read: Read,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._store = store
        self._keeper = Keeper(store)
        self._chronicle = Chronicle(store)
        self._read = read
        self._now = now
        self._sleep = sleep
        self._reasons: dict[str, tuple[datetime, tuple[ReturnReason, ...]]] = {}

    @patience(ASKING)
    def reasons(self, order_id: str, seller_sku: str) -> tuple[ReturnReason, ...]:
        """Why a unit of the SKU may come back; asks Amazon once a day at most.

        Raises `MCFError`.
        """
        known = self.known_reasons(seller_sku)
        if known is None:
            known = self._client.list_return_reason_codes(order_id, seller_sku)
            self._reasons[seller_sku] = (self._now(), known)
        return known

    def known_reasons(self, seller_sku: str) -> tuple[ReturnReason, ...] | None:
        """The same without asking; None when Amazon wasn't asked today."""
        at, known = self._reasons.get(seller_sku, (None, None))
        return known if at is not None and self._now() - at < REASONS_FOR else None

    def asked(self, order_id: str) -> list[ReturnOutcome]:
        """The units that were asked for and that the order doesn't show, and why."""
        return [*self.of(order_id).asked]

    def of(self, order_id: str) -> OrderReturns:
        """What can come back of an order, and what was asked for."""
        shipped, returned = (
            self._store.records(table, table.c[_ORDER] == order_id)
            for table in (tables.shipments, tables.returns)
        )
        return returns_of(
            order_id, shipped, returned, self._keeper.get(DocumentKind.RETURN, order_id)
        )

    def put_away(self, order_id: str) -> None:
        """Forgets the units that Amazon certainly doesn't take back."""
        with self._alone(order_id) as lease:
            if lease:
                asked = self._asked(order_id)
                self._keep(order_id, {k: v for k, v in asked.items() if v.is_open})

    @patience(CHANGING)
    def ask(self, order_id: str, items: Sequence[MCFReturnItem]) -> list[ReturnOutcome]:
        """What became of each unit; one that was asked for before isn't asked for again.

        Raises `InvalidInput` for more units than can come back, and any other `MCFError` after
        which Amazon certainly hasn't the request.
        """
        with self._alone(order_id) as lease:
            if not lease:
                return [_busy(item) for item in items]
            detail = self._read(order_id)
            asked = self._fresh(order_id, detail, items)
            if asked:
                self._require(order_id, detail, asked)
                detail = self._noted(order_id, asked) or detail
            return self._outcomes(order_id, detail, items)

    def settle(self) -> None:
        """Looks up the orders with units of which it isn't known whether Amazon has them."""
        for kept in self._keeper.all(DocumentKind.RETURN):
            if any(self._is_due(each) for each in _asked_of(kept.content).values()):
                with self._alone(kept.key) as lease:
                    if lease:
                        self._settle(kept.key, lease)

    def _settle(self, order_id: str, lease: Lease) -> None:
        detail = self._seen(order_id)
        # Nobody bounds how long it took to read the order: somebody else may have begun since.
        if detail is None or not lease.take():
            return
        before, there = self._asked(order_id), _there(detail)
        after = {k: self._settled(v) for k, v in before.items() if k not in there}
        if after == before:
            return
        self._keep(order_id, after)
        taken = len(before) - len(after)
        lost = sum(after[k].state is not before[k].state for k in after)
        if taken:
            self._tell(order_id, f"Amazon has your request to take back {many(taken, 'unit')}.")
        if lost:
            self._tell(
                order_id, f"Amazon never got your request to take back {many(lost, 'unit')}."
            )

    def _is_due(self, asked: _Asked) -> bool:
        return asked.is_open and self._now() - asked.at < _LOOKED_UP_FOR

    def _settled(self, asked: _Asked) -> _Asked:
        if asked.state is ReturnState.UNKNOWN and asked.may_be_sent(self._now()):
            return replace(asked, state=ReturnState.NOT_SENT, message=_LOST)
        return asked

    def _fresh(self, order_id: str, detail: MCFOrderDetail, items: Sequence[MCFReturnItem]) -> _All:
        """Those of the units that are to be sent, as Amazon hasn't them."""
        asked, there, now = self._asked(order_id), _there(detail), self._now()
        return {
            item.seller_return_item_id: _Asked(item, now)
            for item in items
            if item.seller_return_item_id not in there
            and (
                item.seller_return_item_id not in asked
                or asked[item.seller_return_item_id].may_be_sent(now)
            )
        }

    def _require(self, order_id: str, detail: MCFOrderDetail, asked: _All) -> None:
        others = {k: v for k, v in self._asked(order_id).items() if k not in asked}
        gone = _returned(detail) | _units_of(others)
        there = lines(order_id, detail.shipments, gone)
        found = too_many(there, [each.item for each in asked.values()])
        if found:
            raise InvalidInput(found, advice="Refresh the order to see what can still come back.")

    def _noted(self, order_id: str, asked: _All) -> MCFOrderDetail | None:
        """Sends the units, and notes in the order's story what became of them."""
        before = self._asked(order_id)
        self._keep(order_id, before | asked)
        detail = self._send(order_id, asked, before)
        after = self._asked(order_id)
        states = [after[k].state if k in after else ReturnState.ACCEPTED for k in asked]
        told = (f"{many(states.count(s), 'unit')} {_SAID[s]}" for s in _SAID if s in states)
        self._tell(order_id, f"{_begun(asked)}: {', '.join(told)}.")
        return detail

    def _send(self, order_id: str, asked: _All, before: _All) -> MCFOrderDetail | None:
        """The order as it is afterwards, None if it couldn't be read; what came of the units is
        kept. After an error that it raises nothing was sent, and what was known `before` is kept.
        """
        request = MCFReturnRequest(items=tuple(unit.item for unit in asked.values()))
        try:
            result = self._client.create_fulfillment_return(order_id, request)
        except MCFError as error:
            if error.may_have_happened:
                return self._looked_up(order_id, asked)
            if not isinstance(error, RequestRefused) or isinstance(error, Throttled):
                self._keep(order_id, before)
                self._tell(order_id, f"{_begun(asked)}, not sent: {labels.error_text(error)}")
                raise
            refused = dict.fromkeys(asked, f"{labels.error_text(error)} {error.advice}")
            return self._kept(order_id, asked, frozenset(), refused)
        return self._kept(order_id, asked, _accepted(result), _refused(result))

    def _looked_up(self, order_id: str, asked: _All) -> MCFOrderDetail | None:
        detail = None
        for pause in PAUSES:
            if remaining() < pause + _LOOK or not self._waited(pause):
                break
            detail = self._seen(order_id)
            if detail is not None and asked.keys() <= _there(detail):
                break
        self._forget(order_id, detail)
        return detail

    def _waited(self, seconds: float) -> bool:
        try:
            self._sleep(seconds)
        except Stopped:
            # The program is closing. What was sent stays requested, and is looked up after it.
            return False
        return True

    def _kept(
        self,
        order_id: str,
        asked: _All,
        accepted: frozenset[str],
        refused: Mapping[str, str],
    ) -> MCFOrderDetail | None:
        states = {
            key: replace(unit, state=ReturnState.ACCEPTED, message=_TAKEN)
            if key in accepted
            else replace(unit, state=ReturnState.REFUSED, message=refused[key])
            if key in refused
            else unit
            for key, unit in asked.items()
        }
        self._keep(order_id, self._asked(order_id) | states)
        detail = self._seen(order_id)
        self._forget(order_id, detail)
        return detail

    def _forget(self, order_id: str, detail: MCFOrderDetail | None) -> None:
        """What the order shows needs no note of ours any more."""
        there = _there(detail) if detail else frozenset()
        self._keep(order_id, {k: v for k, v in self._asked(order_id).items() if k not in there})

    def _outcomes(
        self, order_id: str, detail: MCFOrderDetail, items: Sequence[MCFReturnItem]
    ) -> list[ReturnOutcome]:
        asked, numbers = self._asked(order_id), _numbers(detail)
        return [
            _outcome(asked[key])
            if key in asked
            else ReturnOutcome(
                key,
                item.seller_fulfillment_order_item_id,
                ReturnState.ACCEPTED,
                _TAKEN,
                numbers.get(key),
            )
            for item in items
            for key in [item.seller_return_item_id]
        ]

    def _seen(self, order_id: str) -> MCFOrderDetail | None:
        try:
            return self._read(order_id)
        except MCFError:
            # What isn't seen is told as such; it's looked up again in the background.
            return None

    def _asked(self, order_id: str) -> _All:
        kept = self._keeper.get(DocumentKind.RETURN, order_id)
        return _asked_of(kept.content) if kept else {}

    def _keep(self, order_id: str, asked: _All) -> None:
        if asked:
            content = {"units": [each.content() for each in asked.values()]}
            self._keeper.keep(DocumentKind.RETURN, order_id, content)
        else:
            self._keeper.forget(DocumentKind.RETURN, order_id)

    def _tell(self, order_id: str, sentence: str) -> None:
        self._chronicle.own(order_id, EventKind.RETURN_ASKED, self._now(), sentence)

    @contextmanager
    def _alone(self, order_id: str) -> Iterator[Lease | None]:
        """None while somebody else asks for returns of the order; else nobody begins to."""
        name = hashlib.sha256(order_id.encode()).hexdigest()[:30]
        lease = self._store.lease(f"return {name}")
        if not lease.take():
            yield None
            return
        try:
            yield lease
        finally:
            lease.release()


def _shipped(shipments: Iterable[MCFShipment]) -> Iterator[tuple[str, str, str, int]]:
    for shipment in shipments:
        if shipment.status is not ShipmentStatus.SHIPPED or not shipment.amazon_shipment_id:
            continue
        for item in shipment.fulfillment_shipment_item:
            item_id, units = item.seller_fulfillment_order_item_id, item.quantity or 0
            if item_id and units > 0:
                yield item_id, item.seller_sku or "", shipment.amazon_shipment_id, units


def _left(
    item_id: str, boxes: Counter[str], taken: Counter[tuple[str | None, str | None]]
) -> Iterator[str]:
    for shipment_id, units in boxes.items():
        yield from [shipment_id] * (units - taken[item_id, shipment_id])


def _slots(
    order_id: str, item_id: str, shipment_ids: Iterable[str], used: Collection[str]
) -> Iterator[Slot]:
    ids = (return_item_id(order_id, item_id, number) for number in count(1))
    free = (each for each in ids if each not in used)
    # The ids go on for ever, so what ends first must be asked first.
    for shipment_id in shipment_ids:
        yield Slot(next(free), shipment_id)


def _unit(slot: Slot, item_id: str, typed: TypedReturn) -> MCFReturnItem:
    comment = typed.comment.strip()
    return MCFReturnItem.of(
        seller_return_item_id=slot.return_item_id,
        seller_fulfillment_order_item_id=item_id,
        amazon_shipment_id=slot.amazon_shipment_id,
        return_reason_code=typed.reason,
        **({"return_comment": comment} if comment else {}),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A unit that was asked for, when by Amazon's clock, and what is known of it."""

    item: MCFReturnItem
    at: datetime
    state: ReturnState = ReturnState.UNKNOWN
    message: str = _UNSURE

    @property
    def id(self) -> str:
        return self.item.seller_return_item_id

    @property
    def is_open(self) -> bool:
        """Whether the order is still to show it."""
        return self.state in (ReturnState.UNKNOWN, ReturnState.ACCEPTED)

    def may_be_sent(self, now: datetime) -> bool:
        """Whether Amazon certainly hasn't taken it, given that the order doesn't show it."""
        given_up = self.state is ReturnState.UNKNOWN and now - self.at > GIVEN_UP
        return given_up or not self.is_open

    def content(self) -> dict[str, Any]:
        return {
            "item": self.item.to_api(),
            "at": self.at.isoformat(),
            "state": self.state.value,
            "message": self.message,
        }


_All = dict[str, _Asked]


def _begun(asked: _All) -> str:
    return f"You asked Amazon to take back {many(len(asked), 'unit')}"


def _asked_of(content: Mapping[str, Any]) -> _All:
    asked = (
        _Asked(
            MCFReturnItem.model_validate(unit["item"]),
            AmazonTime.parse(unit["at"]),
            ReturnState(unit["state"]),
            unit["message"],
        )
        for unit in content["units"]
    )
    return {unit.id: unit for unit in asked}


def _units_of(asked: _All) -> frozenset[Unit]:
    """The units that Amazon has, or may have."""
    return frozenset(
        Unit(each.id, each.item.seller_fulfillment_order_item_id, each.item.amazon_shipment_id)
        for each in asked.values()
        if each.is_open
    )


def _returned(detail: MCFOrderDetail) -> frozenset[Unit]:
    return frozenset(
        Unit(
            item.seller_return_item_id or f"return {place}",
            item.seller_fulfillment_order_item_id,
            item.amazon_shipment_id,
        )
        for place, item in enumerate(detail.return_items or (), start=1)
    )


def _there(detail: MCFOrderDetail) -> frozenset[str]:
    return frozenset(unit.return_item_id for unit in _returned(detail))


def _numbers(detail: MCFOrderDetail) -> dict[str, str | None]:
    """Amazon's number for sending it back, of each unit of the order that comes back."""
    given = {each.return_authorization_id: each for each in detail.return_authorizations or ()}
    found = (
        (item.seller_return_item_id, given.get(item.return_authorization_id))
        for item in detail.return_items or ()
    )
    return {key: to.amazon_rma_id for key, to in found if key and to}


def _accepted(result: ReturnResult) -> frozenset[str]:
    ids: Iterable[str | None] = (each.seller_return_item_id for each in result.return_items)
    return frozenset(filter(None, ids))


def _refused(result: ReturnResult) -> dict[str, str]:
    """Why Amazon doesn't take units back, by id."""
    reasons = (
        (item.seller_return_item_id, item.invalid_item_reason or InvalidItemReason())
        for item in result.invalid_return_items
    )
    return {
        key: labels.return_refusal(why.invalid_item_reason_code, why.description)
        for key, why in reasons
        if key
    }


def _outcome(asked: _Asked) -> ReturnOutcome:
    line = asked.item.seller_fulfillment_order_item_id
    return ReturnOutcome(asked.id, line, asked.state, asked.message)


def _busy(item: MCFReturnItem) -> ReturnOutcome:
    line = item.seller_fulfillment_order_item_id
    return ReturnOutcome(item.seller_return_item_id, line, ReturnState.UNKNOWN, _BUSY)


def not_taken(outcomes: Iterable[ReturnOutcome]) -> Counter[str]:
    """The units by the id of their line that Amazon certainly doesn't take back as asked."""
    return Counter(
        outcome.item_id
        for outcome in outcomes
        if outcome.state in (ReturnState.REFUSED, ReturnState.NOT_SENT)
    )
