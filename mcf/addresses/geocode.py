"""Where towns are, from a table of the towns of GeoNames with more than 5,000 people.

Nothing is asked of another machine. The table is read when the first town is looked for, and the
names of a country when the first of its towns is. `docs/towns.py` writes the table.

https://www.geonames.org
"""

from __future__ import annotations

import lzma
import re
import threading
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

import msgspec
import numpy as np

TABLE = Path(__file__).with_name("towns.json.xz")


class Box(NamedTuple):
    """A part of the earth in degrees; it doesn't cross the date line."""

    south: float
    north: float
    west: float
    east: float


def place(city: str, state: str = "", country: str = "US") -> tuple[float, float] | None:
    """Latitude and longitude of a town; None when it isn't known.

    `country` is a code of two letters. Of towns with one name in a country the largest is taken;
    in the United States, where every state has its Springfield, only one in the state named.
    """
    return _towns().place(city, state, country)


def places(
    city: str, state: str, country: str = "US", *, people: int = 0
) -> list[tuple[float, float]]:
    """Latitudes and longitudes of all towns of that name in a state, the largest first; none where
    the largest has fewer `people`.
    """
    return _towns().places(city, state, country, people=people)


def dots(box: Box, most: int = 3000) -> tuple[list[float], list[float]]:
    """Latitudes and longitudes of the largest towns within the box: together they draw a map."""
    return _towns().within(box, most)


class Country(msgspec.Struct, gc=False):
    """The towns of a country in the table, the largest first: a column each, a value a town.

    Degrees are north and east. `states` has two letters in the United States and is empty
    elsewhere. `names` holds texts, in which a town's own name comes first and `|` stands between
    names; they're folded. A name that a larger town of the country (in the United States: of the
    state) answers to isn't among a town's others.
    """

    latitudes: list[float]
    longitudes: list[float]
    populations: list[int]
    states: list[str]
    names: msgspec.Raw


Numbers: TypeAlias = dict[str, list[int]]
"""The numbers of the towns of a country that have a name, the largest first."""


class Towns:
    """The towns of a table, by name and by where they are."""

    def __init__(self, table: bytes) -> None:
        text = lzma.decompress(table)
        self._countries = msgspec.json.decode(text, type=dict[str, Country])
        self._names: dict[str, tuple[Numbers, Numbers]] = {}
        countries = self._countries.values()
        populations = np.concatenate([country.populations for country in countries])
        largest = np.argsort(-populations, kind="stable")
        self._latitudes = np.concatenate([country.latitudes for country in countries])[largest]
        self._longitudes = np.concatenate([country.longitudes for country in countries])[largest]

    def place(self, city: str, state: str, country: str) -> tuple[float, float] | None:
        """See the function of this name."""
        return next(iter(self.places(city, state, country)), None)

    def places(
        self, city: str, state: str, country: str, *, people: int = 0
    ) -> list[tuple[float, float]]:
        """See the function of this name."""
        name, code = folded(city), country.strip().upper()
        if not name or code not in self._countries:
            return []
        towns = self._countries[code]
        wanted = state.strip().upper() if towns.states else ""
        found = [
            number
            for numbers in self._names_of(code)
            for number in numbers.get(name, [])
            if not wanted or towns.states[number] == wanted
        ]
        if not found or max(towns.populations[number] for number in found) < people:
            return []
        return [(towns.latitudes[number], towns.longitudes[number]) for number in found]

    def _names_of(self, code: str) -> tuple[Numbers, Numbers]:
        """Towns by their own names, and by those in other scripts and languages."""
        if code not in self._names:
            own: Numbers = {}
            others: Numbers = {}
            names = msgspec.json.decode(self._countries[code].names, type=list[str])
            for number, text in enumerate(names):
                first, *rest = text.split("|")
                own.setdefault(first, []).append(number)
                for name in rest:
                    others.setdefault(name, []).append(number)
            self._names[code] = own, others
        return self._names[code]

    def within(self, box: Box, most: int) -> tuple[list[float], list[float]]:
        """See `dots`."""
        inside = (
            (self._latitudes >= box.south)
            & (self._latitudes <= box.north)
            & (self._longitudes >= box.west)
            & (self._longitudes <= box.east)
        )
        largest = np.flatnonzero(inside)[:most]
        return self._latitudes[largest].tolist(), self._longitudes[largest].tolist()


def folded(name: str) -> str:
    """A name without case, accents and punctuation; "St. Paul" is "saint paul"."""
    text = name.casefold()
    if text.isascii():
        if text.isalpha():
            return text
    else:
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return " ".join([_LONG.get(word, word) for word in _WORDS.findall(text.replace("'", ""))])


_ACCENTS = re.compile("[\u0300-\u036f]+")
_WORDS = re.compile(r"[^\W_]+")
_LONG = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
_READING = threading.RLock()


@cache
def _read() -> Towns:
    return Towns(TABLE.read_bytes())


def _towns() -> Towns:
    # Two visitors who open a map at once must not both read the file.
    with _READING:
        return _read()
