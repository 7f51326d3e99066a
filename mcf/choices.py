"""What the seller decided: rules per SKU, concerns put off until a date, views saved by name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd

from mcf import tables
from mcf.errors import InvalidInput
from mcf.planning import RULES, Rules
from mcf.store import Store

_DEFAULTS = ""
"""Stands for all SKUs in place of a SKU's name."""

_LIMITS = {
    "lead_time_days": (0, 730),
    "safety_days": (0, 365),
    "order_days": (1, 730),
    "excess_days": (1, 3650),
    "case_pack": (1, 100_000),
    "reserve_units": (0, 10_000_000),
    "low_units": (0, 10_000_000),
}
COLUMNS = ("seller_sku", *RULES, "unit_cost", "tags")
"""Of the rules as a frame, and of a CSV of them."""


@dataclass(frozen=True, slots=True)
class View:
    """A way to look at a page that was saved under a name: the query of its address."""

    page: str
    name: str
    query: str


class Choices:
    """Reads and writes them; every method raises `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def revision(self) -> tuple[int, ...]:
        """Grows with every change of a rule or of what is put off."""
        return self._store.revision(tables.sku_rules, tables.put_off)

    def defaults(self) -> Rules:
        """What holds for SKUs with no rule of their own."""
        row = self._store.row(tables.sku_rules, seller_sku=_DEFAULTS)
        if row is None:
            return Rules()
        known = {name: getattr(row, name) for name in RULES}
        return replace(Rules(), **{k: v for k, v in known.items() if v is not None})

    def rules(self) -> pd.DataFrame:
        """What was set, a line per SKU, indexed by `seller_sku`; columns COLUMNS.

        A rule that wasn't set is missing (NaN); `tags` is text with commas, `unit_cost` a float in
        the marketplace's currency.
        """
        own = tables.sku_rules.c.seller_sku != _DEFAULTS
        rows = self._store.records(tables.sku_rules, own)
        frame = pd.DataFrame([[row[name] for name in COLUMNS] for row in rows], columns=COLUMNS)
        numbers = dict.fromkeys((*RULES, "unit_cost"), "float64")
        return frame.astype(numbers).set_index("seller_sku")

    def set_defaults(self, rules: Rules) -> None:
        """Keeps what holds for SKUs with no rule of their own; raises `InvalidInput`."""
        values = {field.name: getattr(rules, field.name) for field in fields(rules)}
        self._save([{"seller_sku": _DEFAULTS, **values}])

    def set_rules(self, changes: Iterable[Mapping[str, Any]]) -> int:
        """How many SKUs' rules were written, all or none; raises `InvalidInput`.

        Each change has `seller_sku` and those of COLUMNS that change; None unsets one.
        """
        return self._save(list(changes))

    def import_rules(self, data: bytes) -> int:
        """How many SKUs' rules a CSV with columns COLUMNS set; an empty cell changes nothing.

        All or none of it is written; raises `InvalidInput` with the line numbers.
        """
        reader = csv.DictReader(io.StringIO(_text(data)), restval="")
        columns = [name.strip().lower() for name in reader.fieldnames or ()]
        if "seller_sku" not in columns or not set(columns) & set(COLUMNS[1:]):
            expected = ", ".join(COLUMNS)
            raise InvalidInput({"file": f"needs the columns seller_sku and some of: {expected}"})
        reader.fieldnames = columns
        changes = [
            {k: v.strip() for k, v in row.items() if k in COLUMNS and v and v.strip()}
            for row in reader
        ]
        problems = {
            f"line {number}": "has no seller_sku"
            for number, change in enumerate(changes, start=2)
            if not change.get("seller_sku")
        }
        if problems:
            raise InvalidInput(problems)
        return self._save(changes, first_line=2)

    def _save(self, changes: Sequence[Mapping[str, Any]], first_line: int | None = None) -> int:
        problems: dict[str, str] = {}
        clean: dict[str, dict[str, Any]] = {}
        for number, change in enumerate(changes):
            where = f"line {number + first_line}" if first_line is not None else None
            sku = str(change["seller_sku"])
            values = clean.setdefault(sku, {"seller_sku": sku})
            for name, value in change.items():
                try:
                    values[name] = _value(name, value)
                except ValueError as error:
                    problems[f"{where or sku or 'default'}, {name}"] = str(error)
        if problems:
            raise InvalidInput(problems)
        there = {row["seller_sku"]: row for row in self._store.records(tables.sku_rules)}
        empty = dict.fromkeys(COLUMNS)
        rows = [
            {name: {**empty, **there.get(sku, {}), **values}[name] for name in COLUMNS}
            for sku, values in clean.items()
        ]
        return self._store.save(tables.sku_rules, rows)

    def put_off(self, concern: str, until: datetime) -> None:
        """Hides a concern until then."""
        self._store.save(tables.put_off, [{"concern": concern[:400], "until": until}])

    def take_up(self, concern: str) -> None:
        """Shows a concern again that was put off."""
        self._store.drop(tables.put_off, "concern", [concern[:400]])

    def hidden(self, now: datetime) -> dict[str, datetime]:
        """The concerns that are put off now, and until when (UTC)."""
        rows = self._store.rows(tables.put_off, tables.put_off.c.until > now)
        return {row.concern: row.until for row in rows}

    def views(self, page: str) -> list[View]:
        """The page's saved views, by name."""
        rows = self._store.rows(tables.views, tables.views.c.page == page)
        return [View(row.page, row.name, row.query) for row in rows]

    def save_view(self, view: View) -> None:
        """Keeps a view; one of the same name is replaced. Raises `InvalidInput`."""
        if not view.name.strip() or len(view.name) > 80:
            raise InvalidInput({"name": "give the view a name of up to 80 letters"})
        row = {"page": view.page, "name": view.name.strip(), "query": view.query}
        self._store.save(tables.views, [row])

    def drop_view(self, page: str, name: str) -> None:
        """Forgets a view."""
        here = tables.views.c.page == page
        left = [view for view in self.views(page) if view.name != name]
        rows = [{"page": view.page, "name": view.name, "query": view.query} for view in left]
        self._store.replace(tables.views, rows, here)


def _value(name: str, value: Any) -> Any:
    if value is None or value == "" or (isinstance(value, float) and value != value):
        return None
    if name in _LIMITS:
        return _whole(value, *_LIMITS[name])
    if name == "unit_cost":
        return _cost(value)
    if name == "tags":
        return ", ".join(dict.fromkeys(tag.strip() for tag in str(value).split(",") if tag.strip()))
    return str(value)


def _whole(value: Any, least: int, most: int) -> int:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if number != int(number) or not least <= number <= most:
        raise ValueError(f"{value!r} is not a whole number from {least:,} to {most:,}")
    return int(number)


def _cost(value: Any) -> Decimal:
    try:
        cost = Decimal(str(value).replace(",", "."))
    except InvalidOperation:
        cost = Decimal(-1)
    if not cost.is_finite() or not 0 <= cost < 10**12:
        raise ValueError(f"{value!r} is not an amount of money of at least 0")
    return cost.quantize(Decimal("0.0001"))


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
