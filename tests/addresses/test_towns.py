"""The table of towns: small, licensed, in order, and what its script writes."""

from __future__ import annotations

import lzma
import re
import runpy
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mcf.addresses.geocode import TABLE, Box, Country, Towns, folded

SCRIPT = Path(__file__).parents[2] / "docs" / "towns.py"


@pytest.fixture(scope="module")
def countries() -> dict[str, Country]:
    return msgspec.json.decode(
        lzma.decompress(TABLE.read_bytes()), type=dict[str, Country], strict=True
    )


def names_of(country: Country) -> list[list[str]]:
    return [text.split("|") for text in msgspec.json.decode(country.names, type=list[str])]


def test_the_table_is_small() -> None:
    assert TABLE.stat().st_size < 3_000_000


def test_the_table_has_its_licence_beside_it() -> None:
    licence = TABLE.with_name(f"{TABLE.name}.license").read_text("utf-8")

    assert "GeoNames, https://www.geonames.org" in licence
    assert "SPDX-License-Identifier: CC-BY-4.0" in licence
    assert "https://creativecommons.org/licenses/by/4.0/" in licence
    assert SCRIPT.name in licence


def test_the_table_has_the_towns_of_the_world(countries: dict[str, Country]) -> None:
    counts = {code: len(country.populations) for code, country in countries.items()}

    assert 60_000 < sum(counts.values()) < 80_000
    assert counts["US"] > 7_000
    assert len(counts) > 240
    assert all(re.fullmatch("[A-Z]{2}", code) for code in counts)
    assert list(counts) == sorted(counts)


def test_the_columns_of_a_country_are_of_one_length(countries: dict[str, Country]) -> None:
    lengths = {
        code: {len(c.populations), len(c.latitudes), len(c.longitudes), len(names_of(c))}
        for code, c in countries.items()
    }

    assert {code: sizes for code, sizes in lengths.items() if len(sizes) > 1} == {}


def test_only_towns_of_the_united_states_have_a_state(countries: dict[str, Country]) -> None:
    states = countries["US"].states

    assert len(states) == len(countries["US"].populations)
    assert len(set(states)) == 51
    assert {code for code, country in countries.items() if country.states} == {"US"}


def test_the_largest_town_of_a_country_comes_first(countries: dict[str, Country]) -> None:
    unsorted = [
        code
        for code, country in countries.items()
        if any(first < then for first, then in pairwise(country.populations))
    ]

    assert unsorted == []


def test_towns_are_on_earth(countries: dict[str, Country]) -> None:
    assert all(-90 <= degrees <= 90 for c in countries.values() for degrees in c.latitudes)
    assert all(-180 <= degrees <= 180 for c in countries.values() for degrees in c.longitudes)


def test_no_town_is_there_twice(countries: dict[str, Country]) -> None:
    towns = [
        (code, names[0], latitude, longitude)
        for code, country in countries.items()
        for names, latitude, longitude in zip(
            names_of(country), country.latitudes, country.longitudes, strict=True
        )
    ]

    assert len(towns) == len(set(towns))


def test_names_are_folded_as_what_is_looked_for_is(countries: dict[str, Country]) -> None:
    names = {name for c in countries.values() for names in names_of(c) for name in names}

    # "№" is a capital and a letter once it's folded: "No".
    assert [name for name in names if folded(name) != name.casefold()] == []


def test_a_name_leads_to_one_town_of_a_country(countries: dict[str, Country]) -> None:
    doubled = {}
    for code, country in countries.items():
        states = country.states or [""] * len(country.populations)
        towns = list(zip(states, names_of(country), strict=True))
        own = {(state, names[0]) for state, names in towns}
        others = [(state, name) for state, names in towns for name in names[1:]]
        doubled[code] = len(others) - len(set(others) - own)

    assert {code: number for code, number in doubled.items() if number} == {}


def town(name: str, population: int, country: str = "DE", **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "latitude": 50.0,
        "longitude": 7.0,
        "countrycode": country,
        "population": population,
        "admin1code": "07",
        "alternatenames": [],
    } | fields


def table(*towns: dict[str, Any]) -> bytes:
    """What the script writes of these towns."""
    script = runpy.run_path(str(SCRIPT))
    kind = script["Town"]
    written: bytes = script["table"]([msgspec.convert(town, kind) for town in towns])
    return written


def read(*towns: dict[str, Any]) -> Towns:
    return Towns(table(*towns))


def test_what_the_script_writes_is_read() -> None:
    towns = read(
        town("Kleinstadt", 10, latitude=51.5, alternatenames=["Little Town", "小镇"]),
        town("Großstadt", 1_000, latitude=52.25, longitude=-7.125),
    )

    assert towns.place("GROSSSTADT", "", "de") == (52.25, -7.125)
    assert towns.place("Little-Town", "07", "DE") == (51.5, 7.0)
    assert towns.place("小镇", "", "DE") == (51.5, 7.0)
    assert towns.within(Box(0, 90, -180, 180), 9) == ([52.25, 51.5], [-7.125, 7.0])


def test_a_town_s_own_name_goes_before_another_name_of_a_larger_one() -> None:
    towns = read(
        town("Large", 1_000, alternatenames=["Small", "Both"]),
        town("Small", 10, latitude=10.0, alternatenames=["Both"]),
    )

    assert towns.place("Small", "", "DE") == (10.0, 7.0)
    assert towns.place("Both", "", "DE") == (50.0, 7.0)


def test_each_state_keeps_its_own_town_of_a_name() -> None:
    towns = read(
        town("Springfield", 1_000, "US", admin1code="MO", alternatenames=["Queen City"]),
        town("Springfield", 100, "US", admin1code="IL", latitude=39.0),
        town(
            "Cincinnati", 500, "US", admin1code="OH", latitude=38.0, alternatenames=["Queen City"]
        ),
    )

    assert towns.place("Springfield", "IL", "US") == (39.0, 7.0)
    assert towns.place("Springfield", "", "US") == (50.0, 7.0)
    assert towns.place("Queen City", "OH", "US") == (38.0, 7.0)
    assert towns.place("Queen City", "", "US") == (50.0, 7.0)


def test_the_same_towns_make_the_same_bytes() -> None:
    towns = [town("A", 1), town("B", 2)]

    assert table(*towns) == table(*towns)
