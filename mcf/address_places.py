"""Addresses that not every carrier serves: post boxes, lockers, far places."""

from __future__ import annotations

import re
from collections.abc import Mapping

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
