"""The parcels of orders, read from the store: carrier, number, day, contents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mcf.amazon.statuses import ShipmentStatus
from mcf.store import tables
from mcf.store.database import AT_ONCE, Store
from mcf.store.frames import units_in
from mcf.store.records import AMAZONS_OWN

_DEAD = (ShipmentStatus.CANCELLED_BY_FULFILLER, ShipmentStatus.CANCELLED_BY_SELLER)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel with a number: the carrier's code, when it shipped (UTC) if that's told, and what is
    in it by SKU, None where that isn't told.
    """

    carrier: str
    number: str
    shipped_at: datetime | None
    contents: Counter[str] | None


def of_orders(
    store: Store, order_ids: Collection[str], sent_again: Mapping[str, str]
) -> dict[str, list[Parcel]]:
    """The parcels that have a tracking number, by order; also those of orders that took its place.

    `sent_again` names the order that was sent instead of one. Parcels of shipments that were given
    up don't count.
    """
    chains = {order_id: _chain(order_id, sent_again) for order_id in order_ids}
    wanted = sorted({number for chain in chains.values() for number in chain})
    shipments = {
        (row.seller_fulfillment_order_id, row.amazon_shipment_id): row
        for row in _rows(store, tables.shipments, "seller_fulfillment_order_id", wanted)
    }
    boxes = [
        row
        for row in _rows(store, tables.packages, "seller_fulfillment_order_id", wanted)
        if row.tracking_number and not _is_dead(shipments.get(_key(row)))
    ]
    numbers = [row.package_number for row in boxes]
    tracked = {
        row.package_number: row for row in _rows(store, tables.tracking, "package_number", numbers)
    }
    by_order: defaultdict[str, list[Parcel]] = defaultdict(list)
    for row in boxes:
        parcel = _parcel(row, shipments.get(_key(row)), tracked.get(row.package_number))
        by_order[row.seller_fulfillment_order_id].append(parcel)
    return {
        order_id: [parcel for number in chain for parcel in by_order.get(number, ())]
        for order_id, chain in chains.items()
    }


def _chain(order_id: str, sent_again: Mapping[str, str]) -> list[str]:
    """The order and those that took its place, one after the other."""
    chain = [order_id]
    while (new := sent_again.get(chain[-1])) is not None and new not in chain:
        chain.append(new)
    return chain


def _key(row: Any) -> tuple[str, str]:
    return row.seller_fulfillment_order_id, row.amazon_shipment_id


def _is_dead(shipment: Any) -> bool:
    return shipment is not None and ShipmentStatus.of(shipment.status) in _DEAD


def _parcel(row: Any, shipment: Any, tracked: Any) -> Parcel:
    shipped = tracked and tracked.ship_date
    number = row.tracking_number.removesuffix(AMAZONS_OWN).strip()
    return Parcel(
        (row.carrier_code or "").strip(),
        number,
        shipped or (shipment and shipment.shipping_date),
        units_in([row.contents]),
    )


def _rows(store: Store, table: Any, name: str, keys: Sequence[Any]) -> list[Any]:
    return [
        row
        for first in range(0, len(keys), AT_ONCE)
        for row in store.heads(table, table.c[name].in_(keys[first : first + AT_ONCE]))
    ]
