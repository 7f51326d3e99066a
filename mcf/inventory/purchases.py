"""What was ordered of suppliers: it counts as coming until Amazon shows it as inbound."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

import pandas as pd

from mcf.concerns import Concern, Urgency
from mcf.errors import InvalidInput
from mcf.inventory import arrivals
from mcf.inventory.arrivals import MOST_OF, Look, Lot
from mcf.inventory.history import History, date_of, day_of
from mcf.store.database import Store
from mcf.store.tables import purchases

MOST_UNITS = 10_000_000
LONGEST = 730
"""Days that an order may take."""
_ANNOUNCED, _SHIPPED, _RECEIVING = (
    "inbound_working_quantity",
    "inbound_shipped_quantity",
    "inbound_receiving_quantity",
)
Key: TypeAlias = tuple[str, int]
"""A SKU and the number of its line."""
COLUMNS = {
    "seller_sku": "str",
    "number": "int64",
    "state": "str",
    "units": "int64",
    "supplier": "str",
    "unit_cost": "float64",
    "ordered_day": "int64",
    "expected_day": "int64",
    "arrived_day": "float64",
    "placed_at": "datetime64[us, UTC]",
    "announced": "int64",
    "waiting": "int64",
    "comes_day": "float64",
    "standing": "str",
}
"""Of the lines as a frame."""


class LineState(StrEnum):
    """What a seller, or the stock, said of an ordered line."""

    OPEN = "open"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


class Standing(StrEnum):
    """How an ordered line stands."""

    NEVER_CAME = "Never came?"
    LATE = "Late"
    ORDERED = "Ordered"
    AT_AMAZON = "Amazon shows it"
    ARRIVED = "Arrived"
    CANCELLED = "Cancelled"

    @property
    def is_open(self) -> bool:
        """Whether it hasn't come to its end."""
        return self not in (Standing.ARRIVED, Standing.CANCELLED)


@dataclass(frozen=True, slots=True)
class Wish:
    """A line to be ordered; `seen` is the number of the SKU's last line when it was decided."""

    seller_sku: str
    units: int
    seen: int
    expected_day: int
    supplier: str = ""
    unit_cost: float | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """The lines that were ordered, and why others weren't, by SKU."""

    lines: tuple[Key, ...]
    refused: dict[str, str]


@dataclass(frozen=True, slots=True)
class Followed:
    """Of an ordered line: units that Amazon shows or has shown as inbound, and when they came."""

    announced: int
    arrived_day: int | None


def follow(lines: Sequence[Mapping[str, Any]], looks: Sequence[Look]) -> list[Followed]:
    """What became of the ordered lines of one SKU, the oldest first.

    `looks` are the past days and the one now; each line tells what was inbound when it was ordered.
    Units that were announced since are those of the oldest line that still lacks some.
    """
    moments = [((look.day, 1, 0), look) for look in looks]
    for number, line in enumerate(lines):
        then = (int(line[name]) for name in ("announced_then", "shipped_then", "receiving_then"))
        day = day_of(line["placed_at"])
        moments.append(((day, 0, number), Look(day, *then)))
    moments.sort(key=lambda it: it[0])
    placed = {at[2]: n for n, (at, _) in enumerate(moments) if at[1] == 0}
    first = min(placed.values(), default=0)
    came = arrivals.lots([look for _, look in moments[first:]])
    given: list[list[tuple[Lot, int]]] = [[] for _ in lines]
    for lot in came:
        _give(lot, lines, given, {number: at - first for number, at in placed.items()})
    return [_followed(int(line["units"]), some) for line, some in zip(lines, given, strict=True)]


def _give(
    lot: Lot,
    lines: Sequence[Mapping[str, Any]],
    given: list[list[tuple[Lot, int]]],
    placed: Mapping[int, int],
) -> None:
    """Shares out the units of a lot among the lines that were ordered before, the oldest first."""
    units = lot.units
    for number, line in enumerate(lines):
        ended = line["state"] == LineState.ARRIVED and lot.day > (line["arrived_day"] or 0)
        if line["state"] == LineState.CANCELLED or ended or placed[number] >= lot.look:
            continue
        lacks = int(line["units"]) - sum(some for _, some in given[number])
        some = min(units, lacks)
        if some > 0:
            given[number].append((lot, some))
            units -= some


def _followed(units: int, given: Sequence[tuple[Lot, int]]) -> Followed:
    announced, most = sum(some for _, some in given), math.ceil(MOST_OF * units)
    there, when = 0, None
    for lot, some in sorted(given, key=lambda it: it[0].arrived_day or math.inf):
        if lot.arrived_day is None:
            break
        there += some
        if there >= most:
            when = lot.arrived_day
            break
    return Followed(announced, when)


class Purchases:
    """Of one account in one marketplace; every method raises `StoreError`.

    `inventory` is the frame of the stock, `today` the day it is at Amazon.
    """

    def __init__(
        self,
        store: Store,
        history: History,
        inventory: Callable[[], pd.DataFrame],
        today: Callable[[], int],
    ) -> None:
        self._store = store
        self._history = history
        self._inventory = inventory
        self._today = today

    def revision(self) -> tuple[int, ...]:
        """Grows with every change of a line."""
        return self._store.revision(purchases)

    def last_numbers(self) -> dict[str, int]:
        """The number of each SKU's last line, of those that have one."""
        stored = self._store.columns(purchases, ["seller_sku", "number"])
        numbers: dict[str, int] = {}
        for sku, number in zip(stored["seller_sku"], stored["number"], strict=True):
            numbers[str(sku)] = max(numbers.get(str(sku), 0), int(number))
        return numbers

    def place(self, wishes: Sequence[Wish], now: datetime) -> Placed:
        """What was ordered; a line that was decided by what is no longer so is refused.

        Raises `InvalidInput` when something can't be ordered, and orders nothing then.
        """
        today, stock = self._today(), self._inventory().set_index("seller_sku")
        inbound = stock[[_ANNOUNCED, _SHIPPED, _RECEIVING]].to_dict("index")
        _require_sound(wishes, today)
        rows = [_row(wish, inbound, today, now) for wish in wishes]
        refused = {}
        with self._store.writing(purchases) as connection:
            for row in rows:
                query = self._store.insert(purchases).values(**self._store.scope, **row)
                told = query.on_conflict_do_nothing().returning(purchases.c.number)
                if connection.execute(told).first() is None:
                    refused[row["seller_sku"]] = "was ordered in another window meanwhile"
        placed = [(r["seller_sku"], r["number"]) for r in rows if r["seller_sku"] not in refused]
        return Placed(tuple(placed), refused)

    def mark(self, keys: Iterable[Key], state: LineState, day: int | None = None) -> int:
        """How many lines changed to this state; `day` is that of arrival, today if it isn't told.

        Raises `InvalidInput` for a day that isn't over or was before the order.
        """
        arrived = None
        if state is LineState.ARRIVED:
            arrived = self._today() if day is None else day
        chosen = [*keys]
        if arrived is not None:
            self._require_arrival(chosen, arrived)
        values = {"state": state.value, "arrived_day": arrived}
        return sum(self._change(key, values) for key in chosen)

    def _require_arrival(self, keys: Sequence[Key], day: int) -> None:
        ordered = {(r["seller_sku"], r["number"]): r["ordered_day"] for r in self._rows()}
        problems = {
            sku: f"can't have arrived on {date_of(day):%d %b %Y}: it was ordered on "
            f"{date_of(ordered[sku, number]):%d %b %Y}"
            for sku, number in keys
            if (sku, number) in ordered and day < ordered[sku, number]
        }
        if day > self._today():
            problems["day"] = "can't be one that is still to come"
        if problems:
            raise InvalidInput(problems, advice="Choose the day on which it came.")

    def expect(self, keys: Iterable[Key], day: int) -> int:
        """How many lines are expected on another day now; raises `InvalidInput` for a past one."""
        today = self._today()
        if not today <= day <= today + LONGEST:
            raise InvalidInput({"day": _WHEN})
        return sum(self._change(key, {"expected_day": day}) for key in keys)

    def _change(self, key: Key, values: Mapping[str, Any]) -> bool:
        where = {"seller_sku": key[0], "number": key[1]}
        return self._store.change(purchases, where, dict(values))

    def settle(self) -> int:
        """Notes which lines have arrived; how many that are."""
        lines = self.lines()
        came = lines[(lines["state"] == LineState.OPEN) & lines["arrived_day"].notna()]
        return sum(
            self._store.change(
                purchases,
                {"seller_sku": line["seller_sku"], "number": line["number"]},
                {"state": LineState.ARRIVED.value, "arrived_day": int(line["arrived_day"])},
                purchases.c.state == LineState.OPEN.value,
            )
            for line in came.to_dict("records")
        )

    def lines(self) -> pd.DataFrame:
        """All lines with what became of them, the newest order first: COLUMNS.

        `announced` are units that Amazon has shown as inbound since, `waiting` those that still
        count as coming, from `comes_day` on; `standing` is a `Standing`.
        """
        by_sku: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in sorted(self._rows(), key=lambda row: row["number"]):
            by_sku[row["seller_sku"]].append(row)
        looks, today = self._looks(by_sku), self._today()
        rows = [
            {**line, **_standing(line, it, today), "supplier": line["supplier"] or ""}
            for sku, lines in by_sku.items()
            for line, it in zip(lines, follow(lines, looks.get(sku, [])), strict=True)
        ]
        frame = pd.DataFrame(rows, columns=[*COLUMNS]).astype(COLUMNS)
        order = ["ordered_day", "placed_at", "seller_sku", "number"]
        falling = [False, False, True, False]
        return frame.sort_values(order, ascending=falling, ignore_index=True)

    def lead_times(self) -> dict[str, list[tuple[str, int]]]:
        """Of each SKU the orders that arrived: the supplier, and the days from order to arrival."""
        came: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for row in self._rows():
            if row["state"] == LineState.ARRIVED and row["arrived_day"] is not None:
                days = row["arrived_day"] - row["ordered_day"]
                came[row["seller_sku"]].append((row["supplier"] or "", days))
        return came

    def _rows(self) -> list[dict[str, Any]]:
        return self._store.records(purchases)

    def _looks(self, by_sku: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[Look]]:
        """The recorded days since the first order of each SKU with an open line, and now."""
        open_ones = {
            sku: day_of(lines[0]["placed_at"])
            for sku, lines in by_sku.items()
            if any(line["state"] == LineState.OPEN for line in lines)
        }
        if not open_ones:
            return {}
        today = self._today()
        past = self._history.inbound([*open_ones], min(open_ones.values()), today)
        looks = arrivals.by_sku(day for day in past if day[1] >= open_ones[day[0]])
        stock = self._inventory()
        there = stock[stock["seller_sku"].isin([*open_ones])]
        names = ["seller_sku", _ANNOUNCED, _SHIPPED, _RECEIVING]
        for sku, *now in there[names].itertuples(index=False):
            looks[sku].append(Look(today, *map(int, now)))
        return looks


def coming(lines: pd.DataFrame, today: int) -> pd.DataFrame:
    """What was ordered and isn't seen at Amazon: `seller_sku`, `units`, `day`, from 1: today."""
    some = lines[lines["waiting"] > 0]
    day = (some["comes_day"] - today + 1).astype("int64")
    found = pd.DataFrame({"seller_sku": some["seller_sku"], "units": some["waiting"], "day": day})
    return found.reset_index(drop=True)


def concern(lines: pd.DataFrame) -> Concern | None:
    """That ordered lines never came, in words; None when there are none."""
    lost = lines[lines["standing"] == Standing.NEVER_CAME]
    if lost.empty:
        return None
    some = ", ".join(lost["seller_sku"].unique()[:6])
    count = len(lost)
    more = f" and {count - 6:,} more" if lost["seller_sku"].nunique() > 6 else ""
    return Concern(
        Urgency.TODAY,
        f"{count:,} ordered line{'' if count == 1 else 's'} never came, as far as Amazon shows",
        f"{some}{more}. They no longer count as coming: say when they come, that they came, or "
        "cancel them.",
        "purchases",
        "",
        "never came",
    )


def _row(
    wish: Wish, inbound: Mapping[Any, Mapping[Any, int]], today: int, now: datetime
) -> dict[str, Any]:
    there = inbound.get(wish.seller_sku, {})
    cost = wish.unit_cost
    known = cost is not None and cost == cost
    return {
        "seller_sku": wish.seller_sku,
        "number": wish.seen + 1,
        "state": LineState.OPEN.value,
        "units": wish.units,
        "supplier": wish.supplier or None,
        "unit_cost": Decimal(f"{cost:.4f}") if known else None,
        "ordered_day": today,
        "expected_day": wish.expected_day,
        "placed_at": now,
        "announced_then": int(there.get(_ANNOUNCED, 0)),
        "shipped_then": int(there.get(_SHIPPED, 0)),
        "receiving_then": int(there.get(_RECEIVING, 0)),
    }


_WHEN = f"must be from today to {LONGEST} days ahead"


def _require_sound(wishes: Sequence[Wish], today: int) -> None:
    problems = {}
    for wish in wishes:
        if not 1 <= wish.units <= MOST_UNITS:
            problems[f"{wish.seller_sku}, units"] = f"must be from 1 to {MOST_UNITS:,}"
        if not today <= wish.expected_day <= today + LONGEST:
            problems[f"{wish.seller_sku}, arrives"] = _WHEN
    if problems:
        raise InvalidInput(problems, advice="Correct it, and order again.")


def _standing(line: Mapping[str, Any], it: Followed, today: int) -> dict[str, Any]:
    """What an ordered line still brings, from when on, and how it stands."""
    state, told = line["state"], {"announced": it.announced, "waiting": 0, "comes_day": None}
    if state != LineState.OPEN:
        ended = Standing.ARRIVED if state == LineState.ARRIVED else Standing.CANCELLED
        return {**told, "standing": ended.value}
    if it.arrived_day is not None:
        return {**told, "standing": Standing.ARRIVED.value, "arrived_day": it.arrived_day}
    units = line["units"]
    if it.announced >= math.ceil(MOST_OF * units):
        return {**told, "standing": Standing.AT_AMAZON.value}
    expected, ordered = line["expected_day"], line["ordered_day"]
    again = expected + max(1, expected - ordered)
    if expected >= today:
        comes, standing = expected, Standing.ORDERED
    elif again >= today:
        comes, standing = again, Standing.LATE
    else:
        return {**told, "standing": Standing.NEVER_CAME.value}
    waiting = {"waiting": units - it.announced, "comes_day": comes}
    return {**told, **waiting, "standing": standing.value}
