"""What the seller decided: rules per SKU, concerns put off until a date, views saved by name."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement

from mcf.access.actor import whose
from mcf.access.changes import changed
from mcf.errors import InvalidInput
from mcf.files import written
from mcf.inventory.planning import RULES, Rules
from mcf.store import tables
from mcf.store.database import Store

_COUNTED = "counted day:"
"""Begins what is kept of a one-off day that counts, among the concerns that are put off."""
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
    "service_level": (50, 99),
    "lead_spread_days": (0, 365),
    "minimum_units": (0, 10_000_000),
    "supplier_days": (0, 730),
    "transport_days": (0, 730),
    "put_away_days": (0, 365),
    "elsewhere_units": (0, 10_000_000),
    "second_lead_time_days": (0, 730),
}
TEXTS = ("supplier", "currency", "tags", "second_supplier")
"""Rules that are words."""
MONEY = ("unit_cost", "price", "second_unit_cost")
"""Rules that are amounts of money."""
COLUMNS = (
    *("seller_sku", *RULES, "supplier", "unit_cost", "price", "currency", "tags"),
    *("second_supplier", "second_unit_cost"),
)
"""Of the rules as a frame, and of a file of them."""
_LONGEST_NAME = 100
"""Letters of a supplier's name."""
_CURRENCY = re.compile("[A-Z]{3}")


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

        What wasn't set is missing (NaN); TEXTS are text, `tags` with commas, MONEY are floats in
        `currency` (ISO 4217), or in the marketplace's where that's missing.
        """
        own = tables.sku_rules.c.seller_sku != _DEFAULTS
        rows = self._store.records(tables.sku_rules, own)
        frame = pd.DataFrame([[row[name] for name in COLUMNS] for row in rows], columns=COLUMNS)
        texts = ("seller_sku", *TEXTS)
        dtypes = {name: "str" if name in texts else "float64" for name in COLUMNS}
        return frame.astype(dtypes).set_index("seller_sku")

    def costs(self, currency: str) -> dict[str, float]:
        """What a unit of each SKU costs in the marketplace's currency, as far as that's set."""
        rules = self.rules()
        here = rules["currency"].isna() | (rules["currency"] == currency)
        return {str(sku): float(cost) for sku, cost in rules["unit_cost"][here].dropna().items()}

    def set_defaults(self, rules: Rules) -> None:
        """Keeps what holds for SKUs with no rule of their own; raises `InvalidInput`."""
        values = {field.name: getattr(rules, field.name) for field in fields(rules)}
        self._save([("defaults", {"seller_sku": _DEFAULTS, **values})])

    def set_rules(self, changes: Iterable[Mapping[str, Any]]) -> int:
        """How many SKUs' rules were written, all or none; raises `InvalidInput`.

        Each change has `seller_sku` and those of COLUMNS that change; None unsets one.
        """
        named = [(str(change["seller_sku"]), change) for change in changes]
        if _DEFAULTS in dict(named):
            raise InvalidInput({"seller_sku": "is empty"})
        return self._save(named)

    def without_stock(self) -> list[str]:
        """The SKUs that have rules but aren't in the stock, by name; none before a read."""
        own = tables.sku_rules.c.seller_sku != _DEFAULTS
        ruled = {row["seller_sku"] for row in self._store.records(tables.sku_rules, own)}
        there = {row["seller_sku"] for row in self._store.records(tables.inventory)}
        return sorted(ruled - there) if there else []

    def changed_since(
        self, seen: Mapping[str, Mapping[str, Any]], changes: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, str]:
        """What isn't as it was when changes to it were typed, by SKU and rule, in words.

        `seen` are the values of then; one that is by now as it's to be is no conflict.
        """
        now = self.rules()
        return {
            f"{sku}, {name}": f"is {shown(there)} by now; it was {shown(values[name])} when you "
            f"typed {shown(changes[sku][name])}"
            for sku, values in seen.items()
            for name in values.keys() & changes.get(sku, {}).keys()
            if (there := plain(now[name].get(sku))) not in (values[name], changes[sku][name])
        }

    def _save(self, changes: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
        """Writes changes, each with the name of where it comes from, all or none."""
        problems: dict[str, str] = {}
        clean: dict[str, dict[str, Any]] = {}
        for where, change in changes:
            sku = str(change["seller_sku"])
            values = clean.setdefault(sku, {"seller_sku": sku})
            for name in set(COLUMNS[1:]) & set(change):
                try:
                    values[name] = value_of(name, change[name])
                except ValueError as error:
                    problems[f"{where}, {name}"] = str(error)
        if problems:
            raise InvalidInput(problems)
        there = {row["seller_sku"]: row for row in self._store.records(tables.sku_rules)}
        empty = dict.fromkeys(COLUMNS)
        rows = [
            {name: {**empty, **there.get(sku, {}), **values}[name] for name in COLUMNS}
            for sku, values in clean.items()
        ]
        _tell(there, clean)
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
        return {row.concern: row.until for row in rows if not row.concern.startswith(_COUNTED)}

    def count(self, seller_sku: str, day: int, until: datetime) -> None:
        """Lets a day count for a SKU's demand although it sold far more than usual."""
        self.put_off(f"{_COUNTED}{day}:{seller_sku}", until)

    def leave_out(self, seller_sku: str, day: int) -> None:
        """Leaves such a day out again."""
        self.take_up(f"{_COUNTED}{day}:{seller_sku}")

    def counted(self) -> frozenset[tuple[str, int]]:
        """SKUs and days that count although they sold far more than usual."""
        rows = self._store.rows(tables.put_off, tables.put_off.c.concern.startswith(_COUNTED))
        keys = (row.concern.removeprefix(_COUNTED).partition(":") for row in rows)
        return frozenset((sku, int(day)) for day, _, sku in keys)

    def views(self, page: str) -> list[View]:
        """The page's saved views of who acts, by name."""
        rows = self._store.rows(tables.views, *_own_views(page))
        return [View(row.page, row.name, row.query) for row in rows]

    def save_view(self, view: View) -> None:
        """Keeps a view; one of the same name is replaced. Raises `InvalidInput`."""
        if not view.name.strip() or len(view.name) > 80:
            raise InvalidInput({"name": "give the view a name of up to 80 letters"})
        saved = View(view.page, view.name.strip(), view.query)
        self._store.save(tables.views, [_view_row(saved)])

    def drop_view(self, page: str, name: str) -> None:
        """Forgets a view."""
        left = [view for view in self.views(page) if view.name != name]
        self._store.replace(tables.views, map(_view_row, left), *_own_views(page))


def _tell(there: Mapping[str, Mapping[str, Any]], clean: Mapping[str, Mapping[str, Any]]) -> None:
    """Tells the audit which rules of which SKUs were what and are to be what."""
    sides: tuple[list[str], list[str]] = ([], [])
    for sku, values in clean.items():
        was = there.get(sku, {})
        for name in values.keys() - {"seller_sku"}:
            old, new = plain(was.get(name)), plain(values[name])
            if old != new:
                sides[0].append(f"{sku} {name}: {shown(old)}")
                sides[1].append(f"{sku} {name}: {shown(new)}")
    skus = [sku for sku in clean if sku != _DEFAULTS]
    before, after = ("; ".join(side) for side in sides)
    changed(before, after, subject=", ".join(skus))


def _own_views(page: str) -> tuple[ColumnElement[bool], ...]:
    return tables.views.c.page == page, tables.views.c.person_id == (whose() or "")


def _view_row(view: View) -> dict[str, str]:
    return {
        "person_id": whose() or "",
        "page": view.page,
        "name": view.name,
        "query": view.query,
    }


def read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Rules as they're kept, from what was typed; raises `InvalidInput` by the rule's name."""
    clean, problems = {}, {}
    for name, value in values.items():
        try:
            clean[name] = value_of(name, value, point=False)
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        raise InvalidInput(problems)
    return {
        name: float(value) if isinstance(value, Decimal) else value for name, value in clean.items()
    }


def plain(value: Any) -> Any:
    """A stored rule as it's typed: None if it isn't set, a whole number without decimals."""
    if value is None or value == "" or value != value:
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def shown(value: Any) -> str:
    """A rule's value as it's told."""
    return "empty" if value is None else str(value)


def value_of(name: str, value: Any, *, point: bool = False) -> Any:
    """A rule's value as it's stored; None if it's empty. A `point` is known to begin decimals.

    Raises `ValueError` with what is wrong.
    """
    if value is None or value == "" or (isinstance(value, float) and value != value):
        return None
    if name in _LIMITS:
        return _whole(value, *_LIMITS[name])
    if name in MONEY:
        return _cost(value, point=point)
    if name == "currency":
        return _currency(str(value))
    if name == "tags":
        tags = (tag.strip() for tag in str(value).split(","))
        return ", ".join(dict.fromkeys(tag for tag in tags if tag)) or None
    text = " ".join(str(value).split())
    if len(text) > _LONGEST_NAME:
        raise ValueError(f"has more than {_LONGEST_NAME} letters")
    return text or None


def _whole(value: Any, least: int, most: int) -> int:
    try:
        number = written.whole(value) if isinstance(value, str) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not (least <= number <= most and number == int(number)):
        raise ValueError(f"{value!r} is not a whole number from {least:,} to {most:,}")
    return int(number)


def _cost(value: Any, *, point: bool) -> Decimal:
    # Numbers that were typed as such have no comma, so that their point is no doubt.
    typed = isinstance(value, (int, float, Decimal))
    cost = written.amount(f"{value:f}" if typed else str(value), point=point or typed)
    if cost >= 10**12:
        raise ValueError(f"{value!r} is more than can be an amount of money")
    return cost.quantize(Decimal("0.0001"))


def _currency(value: str) -> str:
    code = value.strip().upper()
    if not _CURRENCY.fullmatch(code):
        raise ValueError(f"{value!r} isn't a currency: write its three letters, like USD")
    return code
