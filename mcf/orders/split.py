"""An order that one shipment can't carry, as two: their goods and their numbers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import order_id_for
from mcf.orders.form import Typed, TypedLine
from mcf.orders.validation import count_of

_LONGEST = 40
"""Characters of an order's number."""


def by_stock(typed: Typed, free: Mapping[str, int]) -> Typed | None:
    """The form with what is free of each SKU, and the units beyond that in its `rest`.

    None where one of the two would be empty.
    """
    left = Counter(free)
    first: list[TypedLine] = []
    rest: list[TypedLine] = []
    for line in typed.lines:
        wanted = count_of(line.units) or 0
        now = max(0, min(wanted, left[line.sku]))
        left[line.sku] -= now
        first += _with(line, now)
        rest += _with(line, wanted - now)
    return _apart(typed, first, rest)


def by_sku(typed: Typed, apart: Collection[str]) -> Typed | None:
    """The form without these SKUs, which are in its `rest`; None where one would be empty."""
    first = [line for line in typed.lines if line.sku not in apart]
    return _apart(typed, first, [line for line in typed.lines if line.sku in apart])


def only_first(typed: Typed) -> Typed:
    """The form without its rest: that isn't wanted any more."""
    return typed.model_copy(update={"rest": ()})


def together(typed: Typed) -> Typed:
    """The form with its rest among its lines again, as before it was split."""
    lines = list(typed.lines)
    for line in typed.rest:
        same = line.model_copy(update={"units": ""})
        at = next(
            (at for at, one in enumerate(lines) if one.model_copy(update={"units": ""}) == same),
            None,
        )
        if at is None or count_of(lines[at].units) is None:
            lines.append(line)
        else:
            units = (count_of(lines[at].units) or 0) + (count_of(line.units) or 0)
            lines[at] = line.model_copy(update={"units": str(units)})
    return typed.model_copy(update={"lines": tuple(lines), "rest": ()})


def second(typed: Typed) -> Typed:
    """The form of the second order: all as in the first, but its goods and its number."""
    number = part_number(typed.number)
    at_amazon = part_number(typed.amazon_number) if typed.amazon_number.strip() else ""
    return typed.model_copy(
        update={"lines": typed.rest, "rest": (), "number": number, "amazon_number": at_amazon}
    )


def part_number(number: str) -> str:
    """The number of an order's second part: "1001-P2" for 1001."""
    return f"{' '.join(number.split())[: _LONGEST - 3].rstrip()}-P2"


def can_be(typed: Typed, is_used: Callable[[str], bool]) -> bool:
    """Whether an order may be sent as two.

    One that takes another's place, is paid on delivery or is a second part itself may not.
    """
    if typed.replaces or typed.edits or typed.cod or typed.rest or not typed.number.strip():
        return False
    after = second(typed)
    return not is_used(after.amazon_number or order_id_for(after.number))


def stuck(previews: Iterable[FulfillmentPreview]) -> frozenset[str]:
    """The SKUs that keep every speed from being possible, as Amazon names them; none if one is."""
    asked = list(previews)
    if not asked or any(preview.is_fulfillable for preview in asked):
        return frozenset()
    named = [
        {line.seller_sku or "" for line in preview.unfulfillable_preview_items or ()}
        for preview in asked
    ]
    return frozenset(set.intersection(*named) - {""})


def _with(line: TypedLine, units: int) -> list[TypedLine]:
    return [line.model_copy(update={"units": str(units)})] if units else []


def _apart(typed: Typed, first: list[TypedLine], rest: list[TypedLine]) -> Typed | None:
    if not first or not rest or not all(line.sku for line in (*first, *rest)):
        return None
    return typed.model_copy(update={"lines": tuple(first), "rest": tuple(rest)})
