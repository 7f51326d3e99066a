"""Which units of an order can still come back, and what is typed about them. Pure.

Amazon takes returns unit by unit, each under an id of ours that it takes once only. The ids are
fixed before anything is asked, and always the same for the same unit.

https://developer-docs.amazon.com/sp-api/reference/createfulfillmentreturn
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from mcf.entry import count_of
from mcf.errors import InvalidInput
from mcf.models import MCFReturnItem, MCFShipment
from mcf.status import ShipmentStatus

LONGEST_COMMENT = 1000
"""Letters that Amazon takes."""

_LONGEST_ID = 80
_PLAIN = re.compile(r"[A-Za-z0-9]+")
_DIGEST = 12


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


def too_many(known: Sequence[ReturnLine], units: Iterable[MCFReturnItem]) -> dict[str, str]:
    """What is wrong with units that can't come back, by the id of their line; empty if nothing."""
    room = Counter((line.item_id, slot.amazon_shipment_id) for line in known for slot in line.free)
    asked = Counter((u.seller_fulfillment_order_item_id, u.amazon_shipment_id) for u in units)
    return {
        f"line {item_id}": f"{number} of a shipment were asked for, but only "
        f"{room[item_id, shipment]} can still come back"
        for (item_id, shipment), number in asked.items()
        if number > room[item_id, shipment]
    }


def problems(line: ReturnLine, typed: TypedReturn) -> dict[str, str]:
    """What keeps what is typed about a line from being asked for, by field, as sentences."""
    found = {}
    units = count_of(typed.units) if typed.units.strip() else 0
    if units is None:
        found["units"] = "Give the units as a whole number, or leave them out."
    elif units > len(line.free):
        found["units"] = f"Only {len(line.free)} of this line can still come back."
    if units and not typed.reason:
        found["reason"] = "Choose a reason from Amazon's list."
    try:
        _unit(Slot("any", "any"), "any", TypedReturn("1", "any", typed.comment))
    except InvalidInput as error:
        found["comment"] = f"The comment {error.problems['returnComment']}."
    return found


def wanted(line: ReturnLine, typed: TypedReturn) -> tuple[MCFReturnItem, ...]:
    """The units that are asked for; raises `InvalidInput` for those that can't be."""
    found = problems(line, typed)
    if found:
        raise InvalidInput(found)
    units = count_of(typed.units) or 0
    return tuple(_unit(slot, line.item_id, typed) for slot in line.free[:units])


def _unit(slot: Slot, item_id: str, typed: TypedReturn) -> MCFReturnItem:
    comment = typed.comment.strip()
    return MCFReturnItem.of(
        seller_return_item_id=slot.return_item_id,
        seller_fulfillment_order_item_id=item_id,
        amazon_shipment_id=slot.amazon_shipment_id,
        return_reason_code=typed.reason,
        **({"return_comment": comment} if comment else {}),
    )
