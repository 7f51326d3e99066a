"""What a seller expects of days to come and knows of days that were: checks and spans. Pure.

Days are counted as the past is: since 1970-01-01, in UTC.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import pandas as pd

from mcf.errors import InvalidInput
from mcf.files import written
from mcf.inventory.demand import ENOUGH, Levels, Numbers
from mcf.inventory.outlook import Lines, Outlook, Spans

LONGEST = 1096
"""Days that an expectation may last: three years."""
FARTHEST = 3650
"""Days ahead of which something may be expected, and behind which something may be known."""
_LETTERS = 200
_MOST_SKUS = 10_000
Members: TypeAlias = Mapping[str, Sequence[str]]
"""The SKUs of each expectation, by its number."""


class Way(StrEnum):
    """What is said of days."""

    FACTOR = "factor"
    A_DAY = "a day"
    TOTAL = "total"
    END = "end"
    ONE_OFF = "one-off"


_MOST = {Way.FACTOR: 100.0, Way.A_DAY: 1e6, Way.TOTAL: 1e8}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What somebody said of the days from `first` to `last` for SKUs, or all with a tag.

    `amount` is how many times the usual is sold, or units a day or in all, of all SKUs together. A
    sale ends after the `last` day. `learns` says that these days tell how it goes on, so that what
    is usual is learnt from them as well.
    """

    expectation_id: str
    skus: tuple[str, ...]
    tag: str
    first: int
    last: int
    way: Way
    amount: float | None
    reason: str
    said_by: str
    said_at: datetime
    learns: bool = False

    @property
    def a_day(self) -> float:
        """Units a day, of a total each day the same part; 0 where it's said otherwise."""
        if self.way is Way.TOTAL:
            return (self.amount or 0.0) / (self.last - self.first + 1)
        return (self.amount or 0.0) if self.way is Way.A_DAY else 0.0

    def covers(self, day: int) -> bool:
        """Whether it tells what is sold on this day."""
        if self.way is Way.END:
            return day > self.last
        return self.way is not Way.ONE_OFF and self.first <= day <= self.last

    def is_over(self, today: int) -> bool:
        """Whether it says nothing of today and later."""
        return self.way is not Way.END and self.last < today


def checked(said: Expectation, amount: str, today: int) -> Expectation:
    """What was said, with its amount as it was typed; raises `InvalidInput` with what is wrong."""
    problems = {**_wrong_days(said, today), **_wrong_words(said)}
    value: float | None = None
    if said.way in _MOST:
        try:
            value = _amount(said.way, amount)
        except ValueError as error:
            problems["amount"] = str(error)
    if problems:
        raise InvalidInput(problems)
    first = said.last if said.way is Way.END else said.first
    reason, name = said.reason.strip(), said.said_by.strip()
    return replace(said, first=first, amount=value, reason=reason, said_by=name)


def _amount(way: Way, text: str) -> float:
    typed = text.strip().lower().removeprefix("x").strip()
    if not typed:
        raise ValueError("is empty: write a number like 2.5")
    value = float(written.amount(typed, point=True))
    if way is Way.FACTOR and value == 0:
        raise ValueError("is 0: choose the end of sale, or 0 units a day")
    if value > _MOST[way]:
        raise ValueError(f"{text.strip()!r} is more than {_MOST[way]:,.0f}")
    return value


def _wrong_days(said: Expectation, today: int) -> dict[str, str]:
    problems = {}
    if said.way is not Way.END and said.last < said.first:
        problems["last day"] = "lies before the first day"
    elif said.way is not Way.END and said.last - said.first >= LONGEST:
        problems["last day"] = "lies more than three years after the first day"
    if abs(said.first - today) > FARTHEST or abs(said.last - today) > FARTHEST:
        problems["first day"] = "lies more than ten years away"
    if said.way is Way.ONE_OFF and said.last >= today:
        problems["last day"] = "isn't over yet: days that were unusual lie in the past"
    return problems


def _wrong_words(said: Expectation) -> dict[str, str]:
    problems = {}
    if not said.reason.strip():
        problems["reason"] = "is empty: say why, in a few words"
    if max(len(said.reason), len(said.said_by)) > _LETTERS:
        problems["reason"] = f"or name is longer than {_LETTERS} letters"
    if not said.skus and not said.tag.strip():
        problems["SKUs"] = "are missing: name some, or a tag"
    if len(said.skus) > _MOST_SKUS:
        problems["SKUs"] = f"are more than {_MOST_SKUS:,}: give them a tag and choose that"
    return problems


def members(said: Iterable[Expectation], tags: pd.Series[str]) -> dict[str, list[str]]:
    """The SKUs of each expectation; those of a tag are those that have it now.

    `tags` are words with commas between, indexed by SKU.
    """
    by_tag: defaultdict[str, list[str]] = defaultdict(list)
    for sku, words in zip(tags.index, tags, strict=True):
        if words == words and words:
            for word in {word.strip().casefold() for word in words.split(",")}:
                by_tag[word].append(str(sku))
    return {
        one.expectation_id: by_tag[one.tag.strip().casefold()] if one.tag else list(one.skus)
        for one in said
    }


def holding(said: Sequence[Expectation], day: int) -> int | None:
    """Which of several holds on a day: an end of sale, else what was said last; None if none."""
    rank = [
        (one.way is Way.END, one.said_at, one.expectation_id, number)
        for number, one in enumerate(said)
        if one.covers(day)
    ]
    return max(rank)[3] if rank else None


@dataclass(frozen=True, slots=True)
class Overlap:
    """That of the days of one expectation `instead` holds from `first` to `last`, for some SKUs."""

    instead: Expectation
    first: int
    last: int


def overlaps(one: Expectation, said: Iterable[Expectation], skus: Members) -> list[Overlap]:
    """The others that hold on some days of this one, by their first day."""
    mine = set(skus[one.expectation_id])
    found = []
    for other in said:
        if other == one or not mine.intersection(skus[other.expectation_id]):
            continue
        begins = other.last + 1 if other.way is Way.END else other.first
        first = max(one.first, begins)
        last = one.last if other.way is Way.END else min(one.last, other.last)
        both = one.way is not Way.END and first <= last
        if both and holding([one, other], first) == 1:
            found.append(Overlap(other, first, last))
    return sorted(found, key=lambda each: each.first)


def named(said: Iterable[Expectation], skus: Members, today: int) -> dict[str, set[int]]:
    """The days before today of each SKU from which nothing usual is to be learnt."""
    days: defaultdict[str, set[int]] = defaultdict(set)
    for one in said:
        if one.way is not Way.END and not one.learns:
            past = range(max(one.first, today - FARTHEST), min(one.last, today - 1) + 1)
            for sku in skus[one.expectation_id] if past else ():
                days[sku].update(past)
    return dict(days)


@dataclass(frozen=True)
class Expected:
    """What is expected of the SKUs `names`: the lines of their outlook.

    `assumed` is the level of each of the spans' lines while none of its own is known: units a day
    of the last of its days for which units are expected. NaN where that isn't needed or not said.
    """

    names: pd.Index[str]
    spans: Spans
    assumed: Numbers

    def applied(self, names: pd.Index[str], ahead: Outlook) -> Outlook:
        """The outlook of SKUs with what is expected of them."""
        at = self.names.get_indexer(names).astype(np.int64)
        known = np.where(at >= 0, at, len(self.names))
        spans = self.spans.take(known, len(self.names) + 1)
        guess = np.full(len(self.names) + 1, np.nan)
        guess[self.spans.lines] = self.assumed
        told, level = ahead.levels, guess[known]
        instead = np.isnan(told.level) & ~np.isnan(level)
        levels = Levels(
            np.where(instead, level, told.level),
            np.where(instead, 1.0, told.dispersion),
            np.where(instead, 1 / ENOUGH, told.doubt),
            np.where(instead, 0.0, told.days),
        )
        return replace(ahead, levels=levels, spans=spans)


def expected(
    said: Sequence[Expectation],
    skus: Members,
    names: pd.Index[str],
    level: Numbers,
    today: int,
) -> Expected | None:
    """What is expected of SKUs from today on; None when that is nothing.

    `level` is what each of `names` sells on an average day, NaN where that isn't known. Units of
    several SKUs are shared out by their levels.
    """
    ahead = [one for one in said if one.way is not Way.ONE_OFF and not one.is_over(today)]
    parts = [_parts(skus[one.expectation_id], names, level) for one in ahead]
    of_line: defaultdict[int, list[int]] = defaultdict(list)
    for number, part in enumerate(parts):
        for line in part:
            of_line[line].append(number)
    if not of_line:
        return None
    by_kind: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for line in sorted(of_line):
        by_kind[tuple(of_line[line])].append(line)
    rows: dict[int, _Row] = {}
    for numbers, lines in by_kind.items():
        course = _course([ahead[n] for n in numbers], today)
        for line in lines:
            units = [ahead[n].a_day * parts[n][line] for n in numbers]
            rows[line] = _row(course, [ahead[n] for n in numbers], units, level[line])
    return _together(names, rows)


def _parts(skus: Sequence[str], names: pd.Index[str], level: Numbers) -> dict[int, float]:
    """By the line of each SKU which part of the units is its own."""
    lines = names.get_indexer(pd.Index(list(dict.fromkeys(skus)), dtype="str"))
    lines = lines[lines >= 0]
    if not len(lines):
        return {}
    weight = level[lines]
    known = weight[~np.isnan(weight)]
    weight = np.where(np.isnan(weight), known.mean() if len(known) else 1.0, weight)
    weight = weight if weight.sum() > 0 else np.ones(len(lines))
    return dict(zip(lines.tolist(), (weight / weight.sum()).tolist(), strict=True))


def _course(said: Sequence[Expectation], today: int) -> list[tuple[float, int | None]]:
    """One span after the other: in how many days it ends, and which expectation holds in it."""
    edges = {0}
    for one in said:
        edges.add(max(0, one.last - today + 1))
        if one.way is not Way.END:
            edges.add(max(0, one.first - today))
    begins = sorted(edges)
    course: list[tuple[float, int | None]] = []
    for begin, end in zip(begins, [*map(float, begins[1:]), np.inf], strict=True):
        holds = holding(said, today + begin)
        if course and course[-1][1] == holds:
            course.pop()
        course.append((end, holds))
    return course


@dataclass(frozen=True, slots=True)
class _Row:
    ends: list[float]
    factor: list[float]
    units: list[float]
    assumed: float


def _row(
    course: Sequence[tuple[float, int | None]],
    said: Sequence[Expectation],
    units: Sequence[float],
    level: float,
) -> _Row:
    """The spans of one SKU, with its units a day for each expectation."""
    absolute = [n for n, one in enumerate(said) if one.way in (Way.A_DAY, Way.TOTAL)]
    told = [place for place, (_, holds) in enumerate(course) if holds in absolute]
    # A SKU of which nothing is known yet isn't sold before the first units are expected.
    waits = told[0] if np.isnan(level) and told else 0
    factor = [
        (0.0 if place < waits else 1.0) if holds is None else _factor(said[holds])
        for place, (_, holds) in enumerate(course)
    ]
    a_day = [0.0 if holds is None else units[holds] for _, holds in course]
    assumed = a_day[told[-1]] if np.isnan(level) and told else np.nan
    return _Row([end for end, _ in course], factor, a_day, assumed)


def _factor(one: Expectation) -> float:
    return (one.amount or 0.0) if one.way is Way.FACTOR else 0.0


def _together(names: pd.Index[str], rows: Mapping[int, _Row]) -> Expected:
    """The spans of all SKUs, filled up at their beginning with ones that last no time."""
    most = max(len(row.ends) for row in rows.values())
    ends, units = np.zeros((2, len(rows), most))
    factor = np.ones((len(rows), most))
    for number, row in enumerate(rows.values()):
        since = most - len(row.ends)
        ends[number, since:] = row.ends
        factor[number, since:] = row.factor
        units[number, since:] = row.units
    lines: Lines = np.array(list(rows), dtype=np.int64)
    assumed = np.array([row.assumed for row in rows.values()])
    return Expected(names, Spans(lines, ends, factor, units), assumed)
