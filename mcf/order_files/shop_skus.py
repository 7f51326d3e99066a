"""Which SKU of Amazon's a SKU of a shop is, and how many units of it: one, several, or a bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mcf.errors import InvalidInput, MCFError
from mcf.store.documents import LONGEST_KEY, DocumentKind, Keeper

ALL_SHOPS = "All shops"
"""What stands for the shop where a SKU means the same in each."""
MOST_UNITS = 10_000
_LONGEST = 200
_TRIES = 5
Key = tuple[str, str]
"""A shop, or ALL_SHOPS, and a SKU of its."""


@dataclass(frozen=True, slots=True)
class Part:
    """Units of a SKU of Amazon's that go out for each unit that a shop has sold."""

    sku: str
    units: int = 1

    def __str__(self) -> str:
        return self.sku if self.units == 1 else f"{self.units} x {self.sku}"


Parts = tuple[Part, ...]


def written(parts: Parts) -> str:
    """What goes out for a unit of the shop's, like "2 x SKU-0012 + SKU-9"; "" for nothing."""
    return " + ".join(map(str, parts))


@dataclass(frozen=True, slots=True)
class Swap:
    """That a line of a file has a shop's SKU, and what is sent for a unit of it."""

    line: int
    sku: str
    parts: Parts

    def __str__(self) -> str:
        return f"{self.sku} -> {written(self.parts)}"


@dataclass(frozen=True, slots=True)
class SkuTable:
    """What is kept of all shops' SKUs."""

    entries: Mapping[Key, Parts] = field(default_factory=dict)

    def parts(self, shop: str, sku: str) -> Parts | None:
        """What goes out for a unit of a shop's SKU; the shop's own entry comes before all shops'.

        None where nothing is kept: then the SKU is meant as it's written.
        """
        return self.entries.get((shop, sku)) or self.entries.get((ALL_SHOPS, sku))

    def rows(self) -> Iterator[tuple[str, str, str, int]]:
        """A row for each part: shop, its SKU, Amazon's SKU, units; by shop and SKU."""
        for (shop, sku), parts in sorted(self.entries.items()):
            for part in parts:
                yield shop, sku, part.sku, part.units


@dataclass(frozen=True, slots=True)
class Change:
    """That an entry is to be this instead of that; empty parts for none."""

    key: Key
    before: Parts
    after: Parts


class ShopSkus:
    """Keeps them, a document per shop; every method raises `StoreError`."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def table(self) -> SkuTable:
        """All that is kept."""
        entries: dict[Key, Parts] = {}
        for kept in self._keeper.all(DocumentKind.SHOP_SKUS):
            entries |= {(kept.key, sku): parts for sku, parts in _unpacked(kept.content).items()}
        return SkuTable(entries)

    def put(self, shop: str, sku: str, parts: Parts) -> Parts:
        """What the entry was before; from now on it's this, or gone if there are no parts."""
        before = self.table().entries.get((shop, sku), ())
        self.change([Change((shop, sku), before, parts)])
        return before

    def change(self, changes: list[Change]) -> None:
        """Makes all the changes, or none of them.

        Raises `InvalidInput` when an entry isn't what it was when it was looked at, and for one
        that can't be.
        """
        if problems := {
            change.key[1] or "SKU": why for change in changes if (why := _wrong(change))
        }:
            raise InvalidInput(problems)
        by_shop: dict[str, list[Change]] = {}
        for change in changes:
            by_shop.setdefault(change.key[0], []).append(change)
        _require_same(self.table().entries, changes)
        for shop, some in by_shop.items():
            self._change(shop, some)

    def _change(self, shop: str, changes: list[Change]) -> None:
        for _ in range(_TRIES):
            kept = self._keeper.get(DocumentKind.SHOP_SKUS, shop)
            entries = _unpacked(kept.content) if kept else {}
            _require_same({(shop, sku): parts for sku, parts in entries.items()}, changes)
            entries |= {change.key[1]: change.after for change in changes}
            content = {sku: [[part.sku, part.units] for part in parts]
                       for sku, parts in entries.items() if parts}  # fmt: skip
            if self._keeper.claim(DocumentKind.SHOP_SKUS, shop, {"skus": content}, kept):
                return
        raise MCFError(
            "The table of SKUs is being changed by somebody else.", advice="Try again in a moment."
        )


def _require_same(entries: Mapping[Key, Parts], changes: list[Change]) -> None:
    """Raises `InvalidInput` when an entry isn't what it was when it was looked at."""
    conflicts = {
        change.key[1]: f"is {written(now) or 'not in the table'} by now"
        for change in changes
        if (now := entries.get(change.key, ())) not in (change.before, change.after)
    }
    if conflicts:
        raise InvalidInput(
            conflicts,
            advice="Another window or person changed it after you looked: look again, then change "
            "it if you still want to. Nothing of this was saved.",
        )


def _wrong(change: Change) -> str | None:
    """Why an entry can't be kept, or None."""
    shop, sku = change.key
    if not sku.strip() or len(sku) > _LONGEST:
        return f"needs a shop's SKU of up to {_LONGEST} letters"
    if not shop.strip() or len(shop) > LONGEST_KEY:
        return f"needs a shop's name of up to {LONGEST_KEY} letters"
    if any(not part.sku.strip() for part in change.after):
        return "needs a SKU of Amazon's"
    if any(not 1 <= part.units <= MOST_UNITS for part in change.after):
        return f"needs units from 1 to {MOST_UNITS:,}"
    skus = [part.sku for part in change.after]
    return "names a SKU of Amazon's twice: add up its units" if len({*skus}) < len(skus) else None


def _unpacked(content: Mapping[str, dict[str, list[tuple[str, int]]]]) -> dict[str, Parts]:
    return {
        sku: tuple(Part(amazons, units) for amazons, units in parts)
        for sku, parts in content["skus"].items()
    }
