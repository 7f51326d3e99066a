"""Coasts, borders and state lines for maps, from a table of Natural Earth and the US Census Bureau.

Nothing is asked of another machine. The table is read when the first map is drawn, and has
hundredths of a degree. `docs/outlines.py` writes it.

https://www.naturalearthdata.com
"""

from __future__ import annotations

import lzma
import threading
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from mcf.addresses.geocode import Box

TABLE = Path(__file__).with_name("outlines.json.xz")
_FINE = 100
"""Parts of a degree in the table."""
_DETAIL = 500
"""Of the span of a map: what is smaller isn't drawn."""
_DATE_LINE, _HALF_WAY = 17_999, 18_000

_Numbers: TypeAlias = NDArray[np.int32]
_Flags: TypeAlias = NDArray[np.bool_]


class Kind(StrEnum):
    """What a line of a map is."""

    COASTS = "coasts"
    BORDERS = "borders"
    STATES = "states"
    """Between two states of the United States."""


class Drawn(NamedTuple):
    """Lines as latitudes and longitudes, with None between one line and the next."""

    latitudes: list[float | None]
    longitudes: list[float | None]


class _Points(NamedTuple):
    """All points of a kind of line, and whether a step leads from each to the next."""

    north: _Numbers
    east: _Numbers
    steps: _Flags


def within(box: Box, kind: Kind) -> Drawn:
    """The lines of a kind within the box and a step beyond, as fine as a screen can show."""
    points = _table()[kind]
    west, east = (_least_most(points.east, limit) for limit in (np.minimum, np.maximum))
    south, north = (_least_most(points.north, limit) for limit in (np.minimum, np.maximum))
    here = (
        points.steps
        & (east >= box.west * _FINE)
        & (west <= box.east * _FINE)
        & (north >= box.south * _FINE)
        & (south <= box.north * _FINE)
    )
    size = max(1, round(max(box.east - box.west, box.north - box.south) * _FINE / _DETAIL))
    drawn = Drawn([], [])
    starts = np.flatnonzero(here & ~np.append(False, here[:-1]))
    ends = np.flatnonzero(here & ~np.append(here[1:], False)) + 1
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        line = slice(start, end + 1)
        seen = _apart(points.north[line], points.east[line], size)
        if seen.any():
            drawn.latitudes.extend([*(points.north[line][seen] / _FINE).tolist(), None])
            drawn.longitudes.extend([*(points.east[line][seen] / _FINE).tolist(), None])
    return drawn


def _least_most(values: _Numbers, limit: np.ufunc) -> _Numbers:
    """The lesser or the greater of each value and the next; the last beside itself."""
    limits: _Numbers = limit(values, np.append(values[1:], values[-1:]))
    return limits


def _apart(north: _Numbers, east: _Numbers, size: int) -> _Flags:
    """Which points of a line lie in another square of that size than the one before, and its ends;
    none of a line within one square.
    """
    squares = (north // size).astype(np.int64) * 1_000_000 + east // size
    apart = np.append(False, squares[1:] != squares[:-1])
    if apart.any():
        apart[[0, -1]] = True
    return apart


_READING = threading.RLock()


@cache
def _read() -> dict[str, _Points]:
    lines = msgspec.json.decode(
        lzma.decompress(TABLE.read_bytes()), type=dict[str, list[list[int]]]
    )
    return {kind: _joined(some) for kind, some in lines.items()}


def _joined(lines: list[list[int]]) -> _Points:
    norths, easts, steps = [], [], []
    for line in lines:
        east, north = (np.cumsum(line[at::2], dtype=np.int32) for at in (0, 1))
        # A land that goes on beyond the date line is closed along it, or goes around the earth.
        edge = np.abs(east) >= _DATE_LINE
        around = np.abs(np.diff(east)) > _HALF_WAY
        steps.append(np.append(~(edge[1:] & edge[:-1]) & ~around, False))
        norths.append(north)
        easts.append(east)
    return _Points(np.concatenate(norths), np.concatenate(easts), np.concatenate(steps))


def _table() -> dict[str, _Points]:
    # Two visitors who open a map at once must not both read the file.
    with _READING:
        return _read()
