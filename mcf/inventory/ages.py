"""Amazon's FBA Inventory report (GET_FBA_INVENTORY_PLANNING_DATA): a file's bytes -> how old units
are and what they'll cost, kept until the next report.

https://developer-docs.amazon.com/sp-api/docs/fba-inventory-reports-attributes
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from mcf.errors import InvalidInput
from mcf.files import text as text_files
from mcf.files import written
from mcf.files.text import Problems, Row
from mcf.inventory.history import date_of, number_of
from mcf.store import tables
from mcf.store.database import Store

AGES = ("units_91", "units_181", "units_271", "units_366")
"""Units by the days from which on they are so old, up to the next of them."""
COLUMNS = (*AGES, "surcharge", "storage_fee", "ages_currency", "ages_day")
"""Of the frame: `ages_day` is a day as `History` counts it; NaN and "" where nothing is told."""
_BY_AGE: Mapping[str, Sequence[Sequence[str]]] = {
    "units_91": [["invage91to180days"]],
    "units_181": [["invage181to270days"]],
    "units_271": [["invage271to365days"]],
    # Since 2025 the report parts what is older than a year; before it had one column for all of it.
    "units_366": [["invage366to455days", "invage456plusdays"], ["invage365plusdays"]],
}
_SURCHARGE = "estimatedais"
_YEAR_OLD, _OLDER = "estimatedais365plusdays", "estimatedais366455days"
_STORAGE = "estimatedstoragecostnextmonth"
_WHOLE = re.compile(r"\d{1,9}(?:\.0+)?", re.ASCII)
_LONGEST_SKU = 255
_ASK_FOR = (
    "In Seller Central choose Reports > Fulfillment > FBA Inventory and download it, or get the "
    "report GET_FBA_INVENTORY_PLANNING_DATA."
)
_CORRECT = "Correct the lines named, or download the report again; nothing was imported."


@dataclass(frozen=True, slots=True)
class StockAge:
    """What the report says of a SKU; None where it says nothing. Money is in `currency`."""

    seller_sku: str
    day: int
    units_91: int | None
    units_181: int | None
    units_271: int | None
    units_366: int | None
    surcharge: Decimal | None
    storage_fee: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: SKUs, the last day the report is of, lines of other countries."""

    skus: int
    day: date
    ignored: int


def read(
    data: bytes, *, today: date, elsewhere: Collection[str] = ()
) -> tuple[list[StockAge], int]:
    """The SKUs of a report's content, CSV or tab-separated, and how many lines were passed over.

    Those are of the countries `elsewhere`. Raises `InvalidInput` for a file that isn't such a
    report, and for any line that can't be read.
    """
    table = text_files.table(text_files.decoded(data).text)
    places = _places(table.names)
    problems, ages, first_lines = Problems(), [], dict[str, int]()
    ignored = 0
    for row in table.rows:
        if row.problem is None and _cell(row, places, "marketplace").upper() in elsewhere:
            ignored += 1
            continue
        try:
            age = _age(row, places, today)
        except ValueError as error:
            problems.add(row.number, str(error))
            continue
        first = first_lines.setdefault(age.seller_sku, row.number)
        if first != row.number:
            problems.add(row.number, f"has the same SKU as line {first}")
        ages.append(age)
    if problems.found:
        raise problems.error(_CORRECT)
    if not ages:
        raise InvalidInput({"file": "has no line of this marketplace"}, advice=_ASK_FOR)
    return ages, ignored


def _places(names: Sequence[str]) -> dict[str, int]:
    """Where each column is, by its name without blanks and bars; raises `InvalidInput`."""
    places: dict[str, int] = {}
    for at, name in enumerate(names):
        places.setdefault(re.sub("[^a-z0-9]", "", name.lower()), at)
    missing = [name for name in ("snapshot-date", "sku") if name.replace("-", "") not in places]
    if not any(all(n in places for n in way) for ways in _BY_AGE.values() for way in ways):
        missing.append("inv-age-181-to-270-days")
    if missing:
        raise InvalidInput(
            {"file": f"the first line lacks the columns {', '.join(missing)}"}, advice=_ASK_FOR
        )
    return places


def _cell(row: Row, places: Mapping[str, int], name: str) -> str:
    return row.cells[places[name]].strip() if name in places else ""


def _age(row: Row, places: Mapping[str, int], today: date) -> StockAge:
    """What a line says; raises `ValueError` with what is wrong."""
    if row.problem:
        raise ValueError(row.problem)
    sku = _cell(row, places, "sku")
    if not sku or len(sku) > _LONGEST_SKU or not sku.isprintable() or "\ufffd" in sku:
        raise ValueError(f"sku {sku[:_LONGEST_SKU]!r} can't be a SKU" if sku else "sku is empty")
    units = {
        name: next(
            (_units(row, places, way) for way in ways if all(column in places for column in way)),
            None,
        )
        for name, ways in _BY_AGE.items()
    }
    charged = [name for name in places if name.startswith(_SURCHARGE)]
    if _OLDER in charged and _YEAR_OLD in charged:
        charged.remove(_YEAR_OLD)
    parts = [part for name in charged if (part := _money(row, places, name)) is not None]
    return StockAge(
        seller_sku=sku,
        day=number_of(_day(_cell(row, places, "snapshotdate"), today)),
        surcharge=sum(parts, Decimal(0)) if parts else None,
        storage_fee=_money(row, places, _STORAGE),
        currency=_cell(row, places, "currency").upper()[:8],
        **units,
    )


def _day(text: str, today: date) -> date:
    try:
        day = written.moment(text[:10]).date()
    except ValueError:
        raise ValueError(f"snapshot-date {text!r} isn't a day like 2026-11-30") from None
    if day > today:
        raise ValueError(f"snapshot-date {text!r} lies ahead")
    return day


def _units(row: Row, places: Mapping[str, int], names: Sequence[str]) -> int | None:
    """The sum of some columns; None where one of them is empty."""
    cells = [(name, row.cells[places[name]].strip()) for name in names]
    for name, cell in cells:
        if cell and not _WHOLE.fullmatch(cell):
            raise ValueError(f"{name} {cell!r} is not a whole number of units")
    if any(not cell for _, cell in cells):
        return None
    return sum(int(float(cell)) for _, cell in cells)


def _money(row: Row, places: Mapping[str, int], name: str) -> Decimal | None:
    cell = _cell(row, places, name)
    return written.amount(cell, point=True) if cell else None


def keep(store: Store, ages: Sequence[StockAge], ignored: int = 0) -> Imported:
    """What was brought by keeping a report in place of the last one.

    Raises `InvalidInput` for one that is older than that, and `StoreError`.
    """
    day = max(age.day for age in ages)
    known = max((row["day"] for row in store.records(tables.stock_ages)), default=day)
    if day < known:
        raise InvalidInput(
            {
                "file": f"is of {date_of(day):%d %b %Y}, and older than the report of "
                f"{date_of(known):%d %b %Y} that is known"
            },
            advice=_ASK_FOR,
        )
    store.replace(tables.stock_ages, [asdict(age) for age in ages])
    return Imported(len(ages), date_of(day), ignored)


def frame(store: Store, names: pd.Series[str]) -> pd.DataFrame:
    """What the last report told, a line for each of these SKUs; columns COLUMNS."""
    rows = store.records(tables.stock_ages)
    wanted = ("seller_sku", *AGES, "surcharge", "storage_fee", "currency", "day")
    told = pd.DataFrame([[row[name] for name in wanted] for row in rows], columns=list(wanted))
    told = told.astype({"seller_sku": "str", "currency": "str"}).set_index("seller_sku")
    told = told.rename(columns={"currency": "ages_currency", "day": "ages_day"}).reindex(names)
    numbers = told.drop(columns="ages_currency").astype("float64")
    currency = told["ages_currency"].astype("str").fillna("")
    return numbers.assign(ages_currency=currency)[list(COLUMNS)].reset_index(drop=True)


def older(ages: Mapping[Any, Any]) -> float:
    """Units of a SKU that are older than 180 days; NaN where that isn't told."""
    return float(ages["units_181"] + ages["units_271"] + ages["units_366"])


def reaching(ages: Mapping[Any, Any], sold: float) -> float:
    """Units that will be older than 180 days in 90 days, if so many are sold by then.

    Amazon takes what leaves from the oldest units. NaN where that isn't known.
    """
    return float(np.maximum(0.0, ages["units_91"] + older(ages) - sold))
