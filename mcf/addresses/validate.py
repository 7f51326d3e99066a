"""What a country asks of an address, whether a typed one can be delivered to, and which carriers
don't serve it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import phonenumbers

from mcf.addresses.countries import (
    Area,
    Country,
    countries,
    country,
    country_code,
    folded,
    subdivisions,
)
from mcf.addresses.countries import postal_code as written_postal_code

_LISTED = ("US", "CA", "AU", "BR", "JP", "IN", "MX", "ES", "IT")
_CODED = _LISTED[:4]
"""Countries whose areas give away an address that belongs there, by name; the first, by code."""
_UNSEEN = dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e")
)
_DIGITS = {
    ord(full): plain for full, plain in zip("０１２３４５６７８９", "0123456789", strict=True)
}
_CITY_LABELS = {"post_town": "Town or city", "suburb": "Suburb", "district": "District"}
_DISTRICT_LABELS = {
    "neighborhood": "Neighbourhood",
    "townland": "Townland",
    "district": "District",
    "village_township": "Village or township",
}
_BOX = re.compile(
    r"""(?ix)
    \b(p\.?\s*o\.?\s*|post(al)?\s+(office\s+)?)box\b | \bpob\s+\d | \bbox\s+\d+\s*$
    | \bpack-?station\b | \bpost-?fach\b | \bpost-?lagernd\b | \bpostfiliale\b | \bpaketbox\b
    | \bposte\s+restante\b | \bgeneral\s+delivery\b | \bfermo\s*posta\b | \blista\s+de\s+correos\b
    | \bapartado(\s+(de\s+correos|postal|aéreo))?\s*(n[.ºo°]*\s*)?\d | \bapdo\.?\s*\d
    | \bapartado\s+(de\s+correos|postal)\b | \bcaixa\s+postal\b
    | \bbo[iî]te\s+postale\b | \bb\.?\s?p\.?\s*\d | \bc\.?\s?p\.?\s+\d{1,4}\b | \bcase\s+postale\b
    | \bcasella\s+postale\b | \bc\.\s?p\.\s*\d{1,4}\b | \bpostbus\s+\d | \bantwoordnummer\s+\d
    | \bskrytka\s+pocztowa\b | \bpaczkomat\b | \bpostbox\s+\d | \bboxpost\b
    | \b(locked|private)\s+bag\b | \bgpo\s+box\b | \bparcel\s+(locker|collect)\b
    | \bposta\s+kutusu\b | \bp\.?k\.?\s+\d+\b | \b(apo|fpo|dpo|bfpo)\b | \bpsc\s+\d
    | 私書箱 | 郵便局留 | 局留め | ص\.?\s?ب
    """
)
_LINES = ("address_line1", "address_line2", "address_line3")
_US_STATES = {
    "AK": "Alaska",
    "HI": "Hawaii",
    "PR": "Puerto Rico",
    "GU": "Guam",
    "VI": "the U.S. Virgin Islands",
    "AS": "American Samoa",
    "MP": "the Northern Mariana Islands",
    "MH": "the Marshall Islands",
    "FM": "Micronesia",
    "PW": "Palau",
    "AA": "a military address",
    "AE": "a military address",
    "AP": "a military address",
}
_BY_POSTAL_CODE = {
    "US": (
        (r"99[5-9]", "Alaska"),
        ("96799", "American Samoa"),
        (r"969[123]", "Guam"),
        (r"96[78]", "Hawaii"),
        (r"00[679]", "Puerto Rico"),
        (r"008", "the U.S. Virgin Islands"),
        (r"(340|09|96[2-6])", "a military address"),
    ),
    "CA": (("X", "the northern territories"), ("Y", "Yukon"), ("A0P", "Labrador")),
    "GB": (
        ("BT", "Northern Ireland"),
        ("GY", "Guernsey"),
        ("JE", "Jersey"),
        ("IM", "the Isle of Man"),
        ("HS", "the Outer Hebrides"),
        ("KW1[5-7]", "Orkney"),
        ("ZE", "Shetland"),
        (r"(IV|KW|PH(1[9]|2[0-6]|[34]\d|50)|PA([2-7]\d))", "the Scottish Highlands and Islands"),
        (r"TR2[1-5]", "the Isles of Scilly"),
        ("BFPO", "a military address"),
    ),
    "FR": (
        ("20", "Corsica"),
        ("971", "Guadeloupe"),
        ("972", "Martinique"),
        ("973", "French Guiana"),
        ("974", "Réunion"),
        ("976", "Mayotte"),
        ("9[78]", "the French overseas territories"),
    ),
    "ES": (
        ("3[58]", "the Canary Islands"),
        ("07", "the Balearic Islands"),
        ("51", "Ceuta"),
        ("52", "Melilla"),
    ),
    "PT": (("9[0-4]", "Madeira"), ("9[5-9]", "the Azores")),
    "IT": (("0[789]", "Sardinia"), ("9[0-8]", "Sicily"), ("23041", "Livigno")),
    "DE": (("27498", "Heligoland"), ("78266", "Büsingen")),
    "GR": (("8[0145]", "the Greek islands"), ("7[0-4]", "Crete")),
    "JP": (("0[4-9]|00[1-7]", "Hokkaido"), ("90", "Okinawa")),
    "AU": (
        ("0[89]", "the Northern Territory"),
        ("2899", "Norfolk Island"),
        ("679[89]", "the Indian Ocean Territories"),
        ("7", "Tasmania"),
    ),
    "IN": (("744", "the Andaman and Nicobar Islands"), ("68255", "Lakshadweep"), ("194", "Ladakh")),
}
_COUNTRIES = {
    "PR": "Puerto Rico",
    "GU": "Guam",
    "VI": "the U.S. Virgin Islands",
    "AS": "American Samoa",
    "MP": "the Northern Mariana Islands",
    "GP": "Guadeloupe",
    "MQ": "Martinique",
    "GF": "French Guiana",
    "RE": "Réunion",
    "YT": "Mayotte",
    "PM": "Saint Pierre and Miquelon",
    "NC": "New Caledonia",
    "PF": "French Polynesia",
    "GG": "Guernsey",
    "JE": "Jersey",
    "IM": "the Isle of Man",
    "GI": "Gibraltar",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an address: its Python name, and its label in the country's word."""

    name: str
    label: str
    required: bool


def fields(country_code: str) -> tuple[Field, ...]:
    """The fields that an address in a country has, in the order in which it's written there.

    Amazon needs a city everywhere but in Japan, where it takes none, and a postal code always.
    """
    where = country(country_code)
    by_letter = {"N": _name(), "A": _lines(), "C": _city(where), "S": _area(where)}
    by_letter |= {"D": _district(where), "Z": (_postal(where),)}
    written = re.findall("%([NACSDZ])", where.layout)
    written += [letter for letter in "CZ" if letter not in written]
    return tuple(field for letter in written for field in by_letter[letter])


@cache
def areas(country_code: str) -> Mapping[str, str]:
    """The states or prefectures that a country lets choose among: what is sent, and its name.

    Empty where none is asked for, or any text goes.
    """
    found = country(country_code).areas.values()
    return MappingProxyType({area.code: area.name for area in found})


def normalised(typed: Mapping[str, str]) -> dict[str, str]:
    """The same address as its country writes it; what can't be told stays as it was typed."""
    address = {name: _tidy(value) for name, value in typed.items()}
    code = country_code(address.get("country_code", ""))
    if code is None:
        return address
    where, address["country_code"] = country(code), code
    if area := where.area(address.get("state_or_region", "")):
        address["state_or_region"] = area.code
    if address.get("postal_code"):
        address["postal_code"] = written_postal_code(address["postal_code"], where)
    if address.get("phone"):
        address["phone"] = _phone(address["phone"], code)
    return address


def problems(address: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with an address, by field; empty when it can be sent."""
    place = normalised(address)
    missing = {name: "is needed" for name in ("name", "address_line1") if not place.get(name)}
    typed = place.get("country_code", "")
    if typed not in countries():
        return missing | {"country_code": _not_a_country(typed)}
    where = country(typed)
    checks = {
        "city": _city_problem(place.get("city", ""), where),
        "state_or_region": _area_problem(place.get("state_or_region", ""), where),
        "postal_code": _postal_problem(place, where),
    }
    return missing | {name: problem for name, problem in checks.items() if problem}


def is_po_box(address: Mapping[str, str]) -> bool:
    """Whether it's a post office box, a locker, poste restante or a military post office."""
    typed = [address.get(name) or "" for name in (*_LINES, "city", "postal_code")]
    military = address.get("country_code") == "US" and address.get("state_or_region") in (
        "AA",
        "AE",
        "AP",
    )
    return military or any(_BOX.search(text) for text in typed)


def is_far(address: Mapping[str, str]) -> str | None:
    """The named place where delivery is slower or refused, like "Alaska"; None elsewhere.

    The address is a normalised one.
    """
    code = address.get("country_code") or ""
    if code in _COUNTRIES:
        return _COUNTRIES[code]
    if code == "US" and (named := _US_STATES.get(address.get("state_or_region") or "")):
        return named
    postal = (address.get("postal_code") or "").upper()
    for pattern, named in _BY_POSTAL_CODE.get(code, ()):
        if re.match(pattern, postal):
            return named
    return None


def _name() -> tuple[Field, ...]:
    return (Field("name", "Name", required=True),)


def _lines() -> tuple[Field, ...]:
    return (
        Field("address_line1", "Street and number", required=True),
        Field("address_line2", "Apartment, company, floor", required=False),
        Field("address_line3", "Third address line", required=False),
    )


def _city(where: Country) -> tuple[Field, ...]:
    if where.code == "JP":
        return ()
    label = _CITY_LABELS.get(where.kinds.get("locality_name_type", ""), "City")
    return (Field("city", label, required=True),)


def _area(where: Country) -> tuple[Field, ...]:
    label = where.area_noun.capitalize()
    return (Field("state_or_region", label, required=where.needs_area),)


def _district(where: Country) -> tuple[Field, ...]:
    label = _DISTRICT_LABELS.get(where.kinds.get("sublocality_name_type", ""), "District")
    return (Field("district_or_county", label, required=False),)


def _postal(where: Country) -> Field:
    noun = where.postal_noun
    return Field("postal_code", noun[0].upper() + noun[1:], required=True)


def _tidy(text: str) -> str:
    return " ".join(text.translate(_UNSEEN | _DIGITS).split())


def _phone(text: str, code: str) -> str:
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), code)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_valid_number(number):
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _not_a_country(typed: str) -> str:
    return f"{typed} is not a country: choose one, or type a code like US" if typed else "is needed"


def _city_problem(city: str, where: Country) -> str | None:
    if where.code == "JP":
        return "is not used in Japan: put it into the address lines" if city else None
    return None if city else "is needed"


def _area_problem(text: str, where: Country) -> str | None:
    if not text:
        return "is needed" if where.needs_area else None
    if where.area(text) or _is_own(text, where):
        return None
    if there := _elsewhere(text, where):
        kind = f"{_a(there.area_noun)} of {there.spoken}"
        return f"{text} is {kind}, but the country is {where.spoken}"
    return f"{text} is not {_a(where.area_noun)} of {where.spoken}" if where.areas else None


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0].lower() in "aeiou" else f"a {noun}"


def _is_own(text: str, where: Country) -> bool:
    """Whether it names a part that ISO knows beside the post, like "Andalucía", or all of it."""
    own = {folded(where.code), folded(where.name)} if not where.areas else set()
    return folded(text) in own | subdivisions(where.code)


def _elsewhere(text: str, where: Country) -> Country | None:
    for code in _LISTED:
        there = country(code)
        found = there.area(text) if there != where else None
        if found and (code in _CODED or folded(text) == folded(found.name)):
            return there
    return None


def _postal_problem(place: Mapping[str, str], where: Country) -> str | None:
    text = place.get("postal_code", "")
    if not text:
        return "is needed" if where.postal else "is needed: Amazon asks for one in every country"
    if where.postal and not where.postal.fullmatch(text):
        return f"{text} is not {_a(where.postal_noun)} of {where.spoken}: {_looks(text, where)}"
    area = where.area(place.get("state_or_region", ""))
    if area is None or area.postal is None or area.postal.match(text):
        return None
    owners = " or ".join(other.name for other in _owners(text, where))
    noun = _a(where.postal_noun)
    if owners:
        return f"{text} is {noun} of {owners}, but the {where.area_noun} is {area.name}"
    return f"{text} is not {noun} of {area.name}"


def _owners(text: str, where: Country) -> Iterator[Area]:
    return (a for a in where.areas.values() if a.postal and a.postal.match(text))


def _looks(text: str, where: Country) -> str:
    """What is meant, when a spreadsheet has taken the leading zeros; else an example."""
    meant = written_postal_code(f"0{text}", where)
    if text.isdigit() and where.postal and where.postal.fullmatch(meant):
        return f"is {meant} meant?"
    return f"one looks like {where.examples[0]}" if where.examples else "check it with the buyer"
