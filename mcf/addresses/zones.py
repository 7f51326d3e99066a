"""The time zone in which a recipient lives, by country and area.

Of a country or an area with several zones, leaving small islands out, it's that of the latest day:
what arrives on the last promised day, anywhere in it, is so never called late.

https://data.iana.org/time-zones/tzdb/zone1970.tab
"""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

from mcf.addresses.countries import country, country_code
from mcf.marketplaces import MARKETPLACES

UNTOLD = "Etc/UTC"
"""Where neither country nor area is told or known."""
_EAST, _MIDDLE, _MOUNTAIN, _WEST = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)
_EASTERN = "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV"
_CENTRAL = "AL AR FL IA IL IN KY LA MI MN MO MS OK TN WI"
_AREAS = {
    "US": {
        **dict.fromkeys(_EASTERN.split(), _EAST),
        **dict.fromkeys(_CENTRAL.split(), _MIDDLE),
        **dict.fromkeys(("CO", "KS", "MT", "ND", "NE", "NM", "SD", "TX", "UT", "WY"), _MOUNTAIN),
        **dict.fromkeys(("CA", "ID", "NV", "OR", "WA"), _WEST),
        "AZ": "America/Phoenix",
        "AK": "America/Anchorage",
        "HI": "Pacific/Honolulu",
        "PR": "America/Puerto_Rico",
        "VI": "America/Puerto_Rico",
        "GU": "Pacific/Guam",
        "MP": "Pacific/Guam",
        "AS": "Pacific/Pago_Pago",
    },
    "CA": {
        "NL": "America/St_Johns",
        **dict.fromkeys(["NB", "NS", "PE"], "America/Halifax"),
        "QC": "America/Toronto",
        "ON": "America/Winnipeg",
        "MB": "America/Winnipeg",
        "SK": "America/Edmonton",
        "AB": "America/Edmonton",
        "NT": "America/Edmonton",
        "NU": "America/Edmonton",
        "BC": "America/Vancouver",
        "YT": "America/Whitehorse",
    },
    "AU": {
        **dict.fromkeys(["ACT", "NSW", "VIC", "TAS"], "Australia/Sydney"),
        "QLD": "Australia/Brisbane",
        "SA": "Australia/Adelaide",
        "NT": "Australia/Darwin",
        "WA": "Australia/Perth",
    },
}
"""By the codes of areas; elsewhere a country's one zone, or its latest, is enough."""
_COUNTRIES = {
    **{market.country_code: market.zone.key for market in MARKETPLACES.values()},
    "AT": "Europe/Vienna",
    "CH": "Europe/Zurich",
    "CZ": "Europe/Prague",
    "DK": "Europe/Copenhagen",
    "FI": "Europe/Helsinki",
    "GR": "Europe/Athens",
    "HU": "Europe/Budapest",
    "LU": "Europe/Luxembourg",
    "NO": "Europe/Oslo",
    "NZ": "Pacific/Auckland",
    "PR": "America/Puerto_Rico",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SK": "Europe/Bratislava",
}


@lru_cache(maxsize=4096)
def zone_of(country_told: str, area: str = "") -> ZoneInfo:
    """The zone of an address by its country and its state or region, in any writing of them."""
    code = country_code(country_told)
    if code is None:
        return ZoneInfo(UNTOLD)
    areas, text = _AREAS.get(code), " ".join(area.split())
    if areas and text:
        named = country(code).area(text)
        zone = areas.get(named.code if named else text.upper())
        if zone is not None:
            return ZoneInfo(zone)
    return ZoneInfo(_COUNTRIES.get(code, UNTOLD))
