"""Tables that move the values of a JSON object between two ways to write it, both ways.

What a table has no place for stays where it is under its own name, so nothing is lost on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[[Any], Any]

_NOTHING = object()


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Pair:
    """The places that a value has on both sides (names with dots between), and how it's said."""

    ours: str
    theirs: str
    to_ours: Change = _same
    to_theirs: Change = _same


@dataclass(frozen=True, slots=True)
class Table:
    """The pairs of one kind of object."""

    pairs: tuple[Pair, ...]

    def ours(self, theirs: Json) -> Json:
        """Their object in our words."""
        moves = ((p.theirs, p.ours, p.to_ours, p.to_theirs) for p in self.pairs)
        return _moved(theirs, moves)

    def theirs(self, ours: Json) -> Json:
        """Our object in their words."""
        moves = ((p.ours, p.theirs, p.to_theirs, p.to_ours) for p in self.pairs)
        return _moved(ours, moves)


def _moved(source: Json, moves: Iterator[tuple[str, str, Change, Change]]) -> Json:
    left = deepcopy(source)
    target: Json = {}
    for origin, destination, there, back in moves:
        value = _take(left, *origin.split("."))
        if value is _NOTHING:
            continue
        try:
            said = value if value is None else there(value)
            whole = value is None or back(said) == value
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            _put(left, value, *origin.split("."))
            continue
        _put(target, said, *destination.split("."))
        if not whole:
            # What can't be said back, like a second service tier, is kept beside it as it was.
            _put(left, value, *origin.split("."))
    return _merged(target, left)


def at(data: Any, *names: str) -> Any:
    """What is in this place; None where nothing is."""
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _take(data: Any, name: str, *rest: str) -> Any:
    if not isinstance(data, dict) or name not in data:
        return _NOTHING
    if not rest:
        return data.pop(name)
    value = _take(data[name], *rest)
    if value is not _NOTHING and not data[name]:
        del data[name]
    return value


def _put(data: Json, value: Any, name: str, *rest: str) -> None:
    if rest:
        _put(data.setdefault(name, {}), value, *rest)
    else:
        data[name] = value


def _merged(into: Json, more: Json) -> Json:
    for name, value in more.items():
        there = into.get(name)
        if isinstance(value, dict) and isinstance(there, dict):
            _merged(there, value)
        else:
            into[name] = value
    return into


def said(ours: str, theirs: str, words: Mapping[str, str]) -> Pair:
    """A pair of words; `words` has theirs and ours, and others stay as they are."""
    back = {there: here for here, there in words.items()}
    return Pair(ours, theirs, lambda word: words.get(word, word), lambda word: back.get(word, word))


def each(ours: str, theirs: str, table: Table) -> Pair:
    """A pair of lists of objects."""
    return Pair(
        ours,
        theirs,
        lambda rows: [_if_object(table.ours, row) for row in _list(rows)],
        lambda rows: [_if_object(table.theirs, row) for row in _list(rows)],
    )


def _if_object(say: Change, row: Any) -> Any:
    # What isn't one is kept as it is, and keeps the others from nothing.
    return say(row) if isinstance(row, dict) else row


def _list(rows: Any) -> list[Any]:
    if not isinstance(rows, list):
        raise TypeError("not a list")
    return rows
