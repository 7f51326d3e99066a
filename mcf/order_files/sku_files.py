"""The table of shops' SKUs from a file and into one: what it would change and what is refused, told
before it's taken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mcf.errors import InvalidInput
from mcf.files import apart, limits, workbooks
from mcf.files import text as text_files
from mcf.files.harmless import meant
from mcf.files.text import Row, Table
from mcf.order_files.columns import plain
from mcf.order_files.shop_skus import ALL_SHOPS, MOST_UNITS, Change, Key, Part, Parts, SkuTable
from mcf.order_files.shops import SHOPS

COLUMNS = ("Shop", "SKU at the shop", "SKU at Amazon", "Units")
"""The columns of a file, written and read; a bundle has a line for each SKU of Amazon's."""
_ALIKE = {
    "Shop": ("channel", "store"),
    "SKU at the shop": ("shop sku", "shop's sku", "from", "sku"),
    "SKU at Amazon": ("amazon sku", "seller sku", "merchant sku", "msku", "to"),
    "Units": ("quantity", "qty", "multiplier", "units each"),
}
_NAMED = {plain(word): name for name, words in _ALIKE.items() for word in (name, *words)}
_MOST_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Refused:
    """A line of a file of which nothing is taken, and why."""

    line: int
    sku: str
    why: str


@dataclass(frozen=True, slots=True)
class SkuFile:
    """What a file would do to the table.

    `same` counts entries that stay as they are; `unknown` are SKUs that aren't among the seller's,
    which are taken all the same: an order with one is held back.
    """

    added: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    same: int = 0
    refused: tuple[Refused, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def changes(self) -> list[Change]:
        """All that it would write."""
        return [*self.added, *self.changed]


def read(
    data: bytes,
    table: SkuTable,
    stocked: Collection[str] = (),
    *,
    shop: str = ALL_SHOPS,
    encoding: str | None = None,
) -> SkuFile:
    """What a workbook or a text with COLUMNS would change; `stocked` are the seller's SKUs.

    A line without a shop is meant for `shop`. An entry of which one line is refused is refused as a
    whole. Raises `InvalidInput` when it's no such file.
    """
    sheet = _table(data, encoding)
    places = _places(sheet.names)
    wanted: dict[Key, list[Part]] = {}
    refused: list[Refused] = []
    spoiled: set[Key] = set()
    for row in sheet.rows:
        line = _line(row, places)
        key = (shop_named(line["Shop"]) or shop, line["SKU at the shop"])
        if why := row.problem or _wrong(line, wanted.get(key, ())):
            refused.append(Refused(row.number, key[1], why))
            spoiled.add(key)
            continue
        wanted.setdefault(key, []).append(Part(line["SKU at Amazon"], int(line["Units"] or 1)))
    whole = {key: tuple(parts) for key, parts in wanted.items() if key not in spoiled}
    return _judged(whole, table, refused, stocked)


def rows(table: SkuTable) -> list[list[str]]:
    """The table as lines of text, with COLUMNS, as `read` takes it without changing anything."""
    return [[*COLUMNS], *([shop, sku, own, str(units)] for shop, sku, own, units in table.rows())]


def read_file(path: Path, table: SkuTable, stocked: Collection[str], **how: str | None) -> SkuFile:
    """The same of a file on disk; raises `InvalidInput` when there's none, too."""
    shop = how.get("shop") or ALL_SHOPS
    data = limits.content(path)
    return read(data, table, stocked, shop=shop, encoding=how.get("encoding"))


def _judged(
    wanted: Mapping[Key, Parts],
    table: SkuTable,
    refused: Sequence[Refused],
    stocked: Collection[str],
) -> SkuFile:
    changes = [
        Change(key, table.entries.get(key, ()), parts)
        for key, parts in wanted.items()
        if table.entries.get(key, ()) != parts
    ]
    named = dict.fromkeys(part.sku for change in changes for part in change.after)
    return SkuFile(
        tuple(change for change in changes if not change.before),
        tuple(change for change in changes if change.before),
        len(wanted) - len(changes),
        tuple(refused),
        tuple(sku for sku in named if sku not in stocked) if stocked else (),
    )


def _wrong(line: Mapping[str, str], others: Sequence[Part]) -> str | None:
    """Why nothing is taken of a line, or None."""
    units = line["Units"]
    if not line["SKU at the shop"]:
        return "has no SKU of the shop's"
    if not line["SKU at Amazon"]:
        return "has no SKU of Amazon's"
    if units and not (units.isascii() and units.isdecimal() and 1 <= int(units) <= MOST_UNITS):
        return f"its units {line['Units']!r} aren't a whole number from 1 to {MOST_UNITS:,}"
    if any(part.sku == line["SKU at Amazon"] for part in others):
        return f"names {line['SKU at Amazon']} twice for the same SKU of the shop: add up the units"
    return None


def _table(data: bytes, encoding: str | None) -> Table:
    if workbooks.is_workbook(data):
        table = apart.read(data).table
    else:
        text = text_files.decoded(data, encoding)
        text.require_certain()
        table = text_files.table(text.text)
    if len(table.rows) > _MOST_LINES:
        raise limits.too_much(f"has more than {_MOST_LINES:,} lines")
    return table


def _places(names: Sequence[str]) -> dict[str, int]:
    """Where the columns are; raises `InvalidInput` when one is missing or there twice."""
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        known = _NAMED.get(plain(name))
        if known in places:
            raise InvalidInput({"file": f"has the column {known} twice"}, advice="Take one out.")
        if known:
            places[known] = place
    missing = [name for name in COLUMNS[1:3] if name not in places]
    if missing:
        raise InvalidInput(
            {"file": f"lacks the columns {', '.join(missing)}"},
            advice=f"The first line needs: {', '.join(COLUMNS)}. Shop and Units may be left out.",
        )
    return places


def _line(row: Row, places: Mapping[str, int]) -> dict[str, str]:
    """The cells of a line by COLUMNS; all empty where the line can't be read."""
    cells = {} if row.problem else {name: row.cells[place] for name, place in places.items()}
    line = {name: meant(cells.get(name, "").strip()) for name in COLUMNS}
    return {**line, "Units": line["Units"].removesuffix(".0")}


def shop_named(name: str) -> str:
    """A shop as it's called here, whatever its spelling; ALL_SHOPS for "all"."""
    if plain(name) in (plain(ALL_SHOPS), "all", "any"):
        return ALL_SHOPS
    return next((shop.name for shop in SHOPS if plain(shop.name) == plain(name)), name.strip())
