"""Where orders of files come from: the shop, and what it calls the order and its lines, so that
tracking numbers can be given back to it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mcf.order_files.shop_skus import Part, Parts
from mcf.store.database import utc_now
from mcf.store.documents import DocumentKind, Keeper


@dataclass(frozen=True, slots=True)
class OriginLine:
    """A line of an order as the shop has it; `parts` is what goes out for each of its units."""

    line: str
    product: str
    sku: str
    units: int
    parts: Parts


@dataclass(frozen=True, slots=True)
class Origin:
    """An order as its shop has it: the number that people see, and the shop's id if it has one."""

    shop: str
    order: str
    id: str
    lines: tuple[OriginLine, ...]


class Origins:
    """Keeps them as long as the files that were sent; every method raises `StoreError`."""

    def __init__(self, keeper: Keeper, kept_for: timedelta) -> None:
        self._keeper = keeper
        self._kept_for = kept_for

    def keep(self, origins: Mapping[str, Origin], file_id: str | None = None) -> None:
        """Keeps those of the orders of one file, by our number, under the id of its sending."""
        self._keeper.forget_older(DocumentKind.ORIGIN, utc_now() - self._kept_for)
        if origins:
            content = {order_id: _packed(origin) for order_id, origin in origins.items()}
            self._keeper.keep(
                DocumentKind.ORIGIN, file_id or uuid.uuid4().hex[:16], {"orders": content}
            )

    def of_file(self, file_id: str) -> dict[str, Origin]:
        """Those of the orders that were sent from one file, by our number."""
        kept = self._keeper.get(DocumentKind.ORIGIN, file_id)
        return _unpacked(kept.content) if kept else {}

    def all(self, order_ids: Iterable[str] | None = None) -> dict[str, Origin]:
        """All that are kept, or those of these orders; of an order sent twice, the last."""
        newest_last = [*reversed(self._keeper.all(DocumentKind.ORIGIN))]
        if not newest_last:
            return {}
        wanted = None if order_ids is None else {*order_ids}
        return {
            order_id: origin
            for kept in newest_last
            for order_id, origin in _unpacked(kept.content).items()
            if wanted is None or order_id in wanted
        }


def _packed(origin: Origin) -> dict[str, Any]:
    return {
        "shop": origin.shop,
        "order": origin.order,
        "id": origin.id,
        "lines": [
            [line.line, line.product, line.sku, line.units,
             [[part.sku, part.units] for part in line.parts]]
            for line in origin.lines
        ],
    }  # fmt: skip


def _unpacked(content: Mapping[str, Any]) -> dict[str, Origin]:
    return {
        order_id: Origin(
            order["shop"],
            order["order"],
            order["id"],
            tuple(
                OriginLine(line, product, sku, units, tuple(Part(*part) for part in parts))
                for line, product, sku, units, parts in order["lines"]
            ),
        )
        for order_id, order in content["orders"].items()
    }
