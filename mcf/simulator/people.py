"""Fictional recipients in real cities."""

from __future__ import annotations

import random
from typing import TypeVar

from mcf.simulator.world.orders import Address

_T = TypeVar("_T")

_FIRST = (
    "Maren", "Theo", "Ivy", "Jonah", "Priya", "Dario", "Lena", "Amos", "Keiko", "Rufus",
    "Odette", "Silas", "Nadia", "Hugo", "Wren", "Tobias", "Elin", "Marcus", "Yara", "Felix",
)  # fmt: skip
_LAST = (
    "Fairweather", "Okonjo", "Lindqvist", "Marsh", "Bellweather", "Castellan", "Duskin", "Harrow",
    "Ibarra-Vale", "Thistlewood", "Nakadai", "Pemberlane", "Quill", "Rosendahl", "Sunderby",
    "Tamsworth", "Underhay", "Vosberg", "Whitlock", "Zellaby",
)  # fmt: skip
_STREETS = (
    "Alder Street", "Birch Lane", "Cedar Avenue", "Dogwood Court", "Elm Street", "Foxglove Way",
    "Garnet Drive", "Hawthorn Road", "Juniper Terrace", "Larch Place", "Maple Avenue",
    "Orchard Road", "Quarry Hill Road", "Sycamore Street", "Willow Bend",
)  # fmt: skip

US_CITIES = (
    ("Seattle", "WA", "98103"), ("Portland", "OR", "97214"), ("Boise", "ID", "83702"),
    ("Sacramento", "CA", "95816"), ("San Diego", "CA", "92104"), ("Oakland", "CA", "94609"),
    ("Phoenix", "AZ", "85016"), ("Tucson", "AZ", "85719"), ("Denver", "CO", "80211"),
    ("Salt Lake City", "UT", "84105"), ("Albuquerque", "NM", "87106"), ("Austin", "TX", "78704"),
    ("Dallas", "TX", "75206"), ("Houston", "TX", "77008"), ("Tulsa", "OK", "74105"),
    ("Omaha", "NE", "68104"), ("Minneapolis", "MN", "55408"), ("Madison", "WI", "53704"),
    ("Chicago", "IL", "60618"), ("Indianapolis", "IN", "46220"), ("Columbus", "OH", "43214"),
    ("Cleveland", "OH", "44113"), ("Ann Arbor", "MI", "48104"), ("Louisville", "KY", "40204"),
    ("Nashville", "TN", "37206"), ("Atlanta", "GA", "30307"), ("Charlotte", "NC", "28205"),
    ("Raleigh", "NC", "27608"), ("Richmond", "VA", "23221"), ("Baltimore", "MD", "21211"),
    ("Philadelphia", "PA", "19147"), ("Pittsburgh", "PA", "15217"), ("Brooklyn", "NY", "11215"),
    ("Buffalo", "NY", "14222"), ("Burlington", "VT", "05401"), ("Boston", "MA", "02130"),
    ("Providence", "RI", "02906"), ("Portland", "ME", "04101"), ("Tampa", "FL", "33606"),
    ("Miami", "FL", "33133"), ("New Orleans", "LA", "70115"), ("Anchorage", "AK", "99501"),
)  # fmt: skip


def recipient(generator: random.Random) -> Address:
    """Somebody who does not exist, in a city that does."""
    city, state, postal_code = _pick(generator, US_CITIES)
    flat = generator.random()
    return Address(
        name=f"{_pick(generator, _FIRST)} {_pick(generator, _LAST)}",
        line1=f"{int(generator.random() * 9800) + 100} {_pick(generator, _STREETS)}",
        line2=f"Apt {int(flat * 90) + 1}" if flat < 0.25 else "",
        city=city,
        state=state,
        postal_code=postal_code,
        country="US",
        phone=f"555-01{int(generator.random() * 100):02}",
    )


def _pick(generator: random.Random, options: tuple[_T, ...]) -> _T:
    return options[int(generator.random() * len(options))]
