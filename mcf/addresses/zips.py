"""Whether a city and a ZIP code of the United States can belong together, from a table of where ZIP
codes are by their first three digits. `docs/zips.py` writes the table.

https://www.census.gov/programs-surveys/geography/guidance/geo-areas/zctas.html
"""

from __future__ import annotations

import lzma
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from mcf.addresses import geocode

_TABLE = Path(__file__).with_name("zips.json.xz")
_FAR = 80.0
"""Kilometres from a town to the ZIP codes around it, and some more: posts keep to no borders."""
_PEOPLE = 50_000
"""Of a town whose name no hamlet of its state is likely to share."""
_DEGREE = 111.2
"""Kilometres of a degree of latitude."""


def doubt(address: Mapping[str, str]) -> str | None:
    """Why a normalised address looks mistaken, like "ZIP code 78701 is 280 km from Dallas"; None
    where city and code fit, and where either isn't known.
    """
    code = address.get("postal_code") or ""
    if address.get("country_code") != "US" or (box := _boxes().get(code[:3])) is None:
        return None
    city = address.get("city") or ""
    state = address.get("state_or_region") or ""
    if not state:
        return None
    distances = [_distance(place, box) for place in geocode.places(city, state, people=_PEOPLE)]
    if not distances or min(distances) < _FAR:
        return None
    return f"ZIP code {code} is some {round(min(distances), -1):,.0f} km from {city}"


@cache
def _boxes() -> dict[str, tuple[int, int, int, int]]:
    """South, north, west and east of the codes, in hundredths of a degree, by three digits."""
    text = lzma.decompress(_TABLE.read_bytes())
    return msgspec.json.decode(text, type=dict[str, tuple[int, int, int, int]])


def _distance(place: tuple[float, float], box: tuple[int, int, int, int]) -> float:
    """Kilometres from a place to the nearest edge of a box; 0 within it."""
    south, north, west, east = (edge / 100 for edge in box)
    latitude, longitude = place
    up = max(south - latitude, 0.0, latitude - north)
    across = max(west - longitude, 0.0, longitude - east) * math.cos(math.radians(latitude))
    return _DEGREE * math.hypot(up, across)
