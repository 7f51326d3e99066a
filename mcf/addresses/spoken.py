"""A country as people call it: by its code, its English names and its own."""

from __future__ import annotations

import gettext
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

import pycountry

from mcf.addresses.countries import countries, country_code, folded

_OWN_LANGUAGES = {
    "AE": "ar", "AT": "de", "AR": "es", "BE": "nl fr de", "BG": "bg", "BR": "pt", "CH": "de fr it",
    "CL": "es", "CN": "zh_CN", "CO": "es", "CY": "el", "CZ": "cs", "DE": "de", "DK": "da",
    "DO": "es", "EE": "et", "EG": "ar", "ES": "es", "FI": "fi sv", "FR": "fr", "GR": "el",
    "HK": "zh_CN", "HR": "hr", "HU": "hu", "IL": "he", "IN": "hi", "IS": "is", "IT": "it",
    "JP": "ja", "KR": "ko", "KW": "ar", "LI": "de", "LT": "lt", "LU": "fr de", "LV": "lv",
    "MA": "ar fr", "MC": "fr", "MT": "mt", "MX": "es", "NL": "nl", "NO": "nb", "PE": "es",
    "PL": "pl", "PT": "pt", "QA": "ar", "RO": "ro", "RS": "sr", "RU": "ru", "SA": "ar", "SE": "sv",
    "SI": "sl", "SK": "sk", "SM": "it", "TH": "th", "TN": "ar fr", "TR": "tr", "TW": "zh_CN",
    "UA": "uk", "UY": "es", "VA": "it", "VN": "vi",
}  # fmt: skip
"""The languages of those countries that many orders go to, as the lists of ISO name them."""
_CALLED = (
    "England", "Scotland", "Wales", "Northern Ireland", "Great Britain", "Britain", "Holland",
    "The Netherlands", "Turkey", "UAE", "Korea", "Czech Republic", "Ivory Coast", "America", "USA",
    "United States of America", "Burma", "Macau", "Éire", "España", "México", "Österreich",
    "日本国", "台灣", "中國", "한국",
)  # fmt: skip
"""Other names that people give a country."""


def option(code: str) -> str:
    """How a country stands in a list, its code first: "DE · Germany"."""
    # People type "UK", and it isn't to find Ukraine.
    shown = "UK (GB)" if code == "GB" else code
    return f"{shown} · {countries().get(code, code)}"


@cache
def choices() -> tuple[str, ...]:
    """What a list of countries offers: the codes, then the names under which they're found too."""
    return (*countries(), *(text for text in options() if text not in _shown_codes()))


def shown(choice: str) -> str:
    """How one of the choices reads."""
    return option(choice) if choice in countries() else choice


def chosen(choice: str) -> str:
    """The code of the country that was chosen, by whichever of its names; "" for none."""
    return choice if choice in countries() else options().get(choice, choice)


@cache
def _shown_codes() -> frozenset[str]:
    return frozenset(map(option, countries()))


@cache
def options() -> Mapping[str, str]:
    """Every text by which a country can be found from its beginning, with its code.

    First one for each country with its code, then its names, each with the code behind.
    """
    texts = {option(code): code for code in countries()}
    texts["GB · United Kingdom"] = "GB"
    named = {(way, code) for name, code in _names() for way in (name, _without_accents(name))}
    for name, code in sorted(named, key=lambda pair: (folded(pair[0]), pair)):
        texts[f"{name} · {code}"] = code
    return MappingProxyType(texts)


def _without_accents(name: str) -> str:
    """A name as keyboards without accents write it; one in other letters stays as it is."""
    plain = unicodedata.normalize("NFKD", name)
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return letters if letters.isascii() else name


def _names() -> Iterator[tuple[str, str]]:
    yield from ((name, code) for code, name in countries().items())
    yield from ((name, code) for name in _CALLED if (code := country_code(name)))
    for code, languages in _OWN_LANGUAGES.items():
        (listed,) = (one for one in pycountry.countries if one.alpha_2 == code)
        for language in languages.split():
            words = gettext.translation(
                "iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True
            )
            for name in (getattr(listed, "common_name", listed.name), listed.name):
                yield words.gettext(name), code
