"""Which order takes the place of which: what of one didn't ship, whether another may, and the link
between them, noted before the new one is sent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from mcf.amazon.models.requests import MCFOrderItem
from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus
from mcf.errors import InvalidInput
from mcf.orders.form import Typed, TypedLine
from mcf.store import frames
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper, Kept
from mcf.store.states import RescueState, SubmissionState
from mcf.store.tables import order_items, orders, packages, submissions, tracking


def missing(items: pd.DataFrame) -> Counter[str]:
    """Units by SKU that were cancelled or not found; `items` has columns `frames.ITEMS`."""
    found: Counter[str] = Counter()
    for row in items.to_dict("records"):
        units = row["cancelled_quantity"] + row["unfulfillable_quantity"]
        found[str(row["seller_sku"])] += int(min(units, row["quantity"]))
    return +found


def the_rest(typed: Typed, left: Mapping[str, int]) -> Typed:
    """The form with only the units that are left to ship, a line at a time in their order."""
    open_units = Counter(left)
    lines: list[TypedLine] = []
    for line in typed.lines:
        units = min(open_units[line.sku], int(line.units) if line.units.isdecimal() else 0)
        if units > 0:
            open_units[line.sku] -= units
            lines.append(line.model_copy(update={"units": str(units)}))
    return typed.model_copy(update={"lines": tuple(lines) or (TypedLine(),)})


def obstacle(
    status: FulfillmentOrderStatus | None,
    left: Mapping[str, int],
    items: Iterable[MCFOrderItem],
    living: Sequence[str] = (),
    gone: Mapping[str, int] | None = None,
) -> str | None:
    """Why these lines can't take the place of an order, as a sentence; None when they can.

    `status` is None for an order that nobody knows, `left` what of it didn't ship, and `living`
    are the orders that took its place already and may ship. `gone` is what shipped and is lost or
    comes back, None where that isn't so of any parcel.
    """
    if status is None:
        return "That order isn't known here, so it may still ship. Copy it as a new order instead."
    if living:
        return (
            f"It was sent again already, as order {living[0]}. If it's to be sent once more, copy "
            "it as a new order."
        )
    if status.comes_to_nothing:
        return None
    if status.has_shipped and gone is not None:
        return _too_many(Counter(left) + Counter(gone), items)
    if status is not FulfillmentOrderStatus.PARTIAL:
        return (
            f"That order may still ship: it is {status.label.lower()}. Cancel it first; when "
            "Amazon shows it as cancelled, this one can be sent."
        )
    return _too_many(left, items)


def _too_many(left: Mapping[str, int], items: Iterable[MCFOrderItem]) -> str | None:
    wanted: Counter[str] = Counter()
    for item in items:
        wanted[item.seller_sku] += item.quantity
    for sku, units in wanted.items():
        there = left.get(sku, 0)
        if units > there:
            return (
                f"Of that order {there:,} of {sku} didn't ship or arrive, and {units:,} are typed "
                "here. "
                "What goes beyond it needs an order of its own."
            )
    return None


@dataclass(frozen=True, slots=True)
class Family:
    """The orders that an order is linked with.

    `successors` took its place and may ship or have shipped, the newest first; `story` are all that
    took each other's place, this one among them, the oldest first. `parts` are the other orders
    that were sent for what was one order before it was split.
    """

    replaces: str | None
    successors: tuple[str, ...]
    story: tuple[str, ...]
    parts: tuple[str, ...] = ()


def _parts(order_id: str, links: Sequence[Kept]) -> tuple[str, ...]:
    whole = {link.key: str(link.content["part_of"]) for link in links if "part_of" in link.content}
    first = whole.get(order_id, order_id)
    return tuple(
        number
        for number in (first, *(part for part, of in whole.items() if of == first))
        if number != order_id
    )


class Links:
    """Reads and writes them; every method raises `StoreError`."""

    def __init__(self, store: Store, keeper: Keeper) -> None:
        self._store = store
        self._keeper = keeper

    def replaced_by(self, order_id: str) -> str | None:
        """The order whose place this one takes; None when it takes none's."""
        found = self._keeper.get(DocumentKind.LINK, order_id)
        return str(found.content["replaces"]) if found and "replaces" in found.content else None

    def successors(self, order_id: str) -> list[str]:
        """The orders that took this one's place and may ship or have shipped, the newest first."""
        return [*self.family(order_id).successors]

    def sent_again(self) -> dict[str, str]:
        """The newest order that took an order's place and may ship or have shipped, by the old."""
        links = sorted(self._keeper.all(DocumentKind.LINK), key=lambda link: link.created_at)
        standings = self._standings([link.key for link in links])
        return {
            str(link.content["replaces"]): link.key for link in links if standings[link.key].lives
        }

    def story(self, order_id: str) -> list[str]:
        """The orders that took each other's place, this one among them, the oldest first.

        Those that came to nothing are told too, but not those that Amazon never had.
        """
        return [*self.family(order_id).story]

    def family(self, order_id: str, links: Iterable[Kept] | None = None) -> Family:
        """The orders that an order is linked with; `links` are all links, where they're at hand."""
        oldest = sorted(
            self._keeper.all(DocumentKind.LINK) if links is None else links,
            key=lambda link: link.created_at,
        )
        before = {
            link.key: str(link.content["replaces"]) for link in oldest if "replaces" in link.content
        }
        after: defaultdict[str, list[str]] = defaultdict(list)
        for new, old in before.items():
            after[old].append(new)
        way = [order_id]
        while (earlier := before.get(way[-1])) is not None and earlier not in way:
            way.append(earlier)
        chain = [way[-1]]
        for number in chain:
            chain += [new for new in after[number] if new not in chain]
        parts = _parts(order_id, oldest)
        standings = self._standings([*(set(chain) - set(way)), *after[order_id], *parts])
        return Family(
            before.get(order_id),
            tuple(new for new in reversed(after[order_id]) if standings[new].lives),
            tuple(number for number in chain if number in way or standings[number].was_sent),
            tuple(number for number in parts if standings[number].was_sent),
        )

    def missing(self, order_id: str) -> Counter[str]:
        """Units by SKU of the order that were cancelled or not found."""
        mine = order_items.c.seller_fulfillment_order_id == order_id
        return missing(frames.items(self._store.records(order_items, mine)))

    def gone(self, order_id: str) -> Counter[str] | None:
        """Units by SKU in its parcels that are lost or come back; None when none is.

        Where Amazon doesn't tell what is in one, it's all that shipped.
        """
        boxes = self._store.heads(packages, packages.c.seller_fulfillment_order_id == order_id)
        numbers = [box.package_number for box in boxes]
        tracked = self._store.heads(tracking, tracking.c.package_number.in_(numbers))
        lost = {
            row.package_number
            for row in tracked
            if row.delivered_at is None and PackageStatus.of(row.status).is_gone
        }
        contents = [box.contents for box in boxes if box.package_number in lost]
        if not contents:
            return None
        units = frames.units_in(contents)
        mine = order_items.c.seller_fulfillment_order_id == order_id
        lines = frames.items(self._store.records(order_items, mine))
        return frames.shipped_units(lines) if units is None else units

    def obstacle(self, old: str, new: str, items: Sequence[MCFOrderItem]) -> str | None:
        """Why the order `new` can't take the place of `old` with these lines; None when it can."""
        rescued_as = self._rescued_as(old)
        if rescued_as not in (None, new):
            return (
                f"It's being rescued, and is sent again as order {rescued_as}. Wait until its page "
                "says how that ended."
            )
        living = [each for each in self.successors(old) if each != new]
        return obstacle(self._status(old), self.missing(old), items, living, self.gone(old))

    def note(self, old: str, new: str, items: Sequence[MCFOrderItem]) -> None:
        """Keeps that `new` takes the place of `old`; raises `InvalidInput` when it can't."""
        reason = self.obstacle(old, new, items)
        if reason is not None:
            raise InvalidInput({"replaces": reason})
        self._keeper.keep(DocumentKind.LINK, new, {"replaces": old})

    def note_part(self, order_id: str, first: str) -> None:
        """Keeps that an order is the second part of one that was split."""
        self._keeper.keep(DocumentKind.LINK, order_id, {"part_of": first})

    def _status(self, order_id: str) -> FulfillmentOrderStatus | None:
        row = self._store.row(orders, seller_fulfillment_order_id=order_id)
        return FulfillmentOrderStatus.of(row.status) if row else None

    def _rescued_as(self, order_id: str) -> str | None:
        """The number under which a rescue that is under way sends it again."""
        rescue = self._keeper.get(DocumentKind.RESCUE, order_id)
        if rescue is None or not RescueState(rescue.content["state"]).is_open:
            return None
        return str(rescue.content["new_id"])

    def _standings(self, order_ids: Sequence[str]) -> dict[str, _Standing]:
        if not order_ids:
            return {}
        at_amazon, here = (
            self._store.heads(table, table.c.seller_fulfillment_order_id.in_(order_ids))
            for table in (orders, submissions)
        )
        statuses = {
            row.seller_fulfillment_order_id: FulfillmentOrderStatus.of(row.status)
            for row in at_amazon
        }
        sent = {
            row.seller_fulfillment_order_id
            for row in here
            if not SubmissionState(row.state).may_be_sent_again
        }
        return {number: _Standing(statuses.get(number), number in sent) for number in order_ids}


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is known of an order: its status at Amazon, and whether Amazon may have it from here."""

    status: FulfillmentOrderStatus | None
    may_be_there: bool

    @property
    def lives(self) -> bool:
        return self.may_be_there if self.status is None else not self.status.comes_to_nothing

    @property
    def was_sent(self) -> bool:
        return self.status is not None or self.may_be_there
