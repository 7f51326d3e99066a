"""Which country an address betrays that doesn't name it, or names another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mcf.addresses import native
from mcf.addresses.countries import Area, country


@dataclass(frozen=True, slots=True)
class Sign:
    """The code of a country, what betrays it as the beginning of a sentence, and how surely.

    One that isn't sure is enough where no country is named, but doesn't contradict one that is.
    """

    code: str
    says: str
    is_sure: bool = True


_WITH_STATE = {"US": r"\d{5}(?:-\d{4})?", "AU": r"\d{4}"}
"""Countries that write the state before the postal code, which goes with it."""
_BY_POSTAL_CODE = {
    "CA": r"[ABCEGHJKLMNPRSTVXY]\d[A-Z] ?\d[A-Z]\d",
    "JE": r"JE\d[\dA-Z]? ?\d[A-Z]{2}",
    "GG": r"GY\d[\dA-Z]? ?\d[A-Z]{2}",
    "IM": r"IM\d[\dA-Z]? ?\d[A-Z]{2}",
    "GB": r"[A-Z]{1,2}\d[\dA-Z]? ?\d[ABD-HJLN-UW-Z]{2}",
    "IE": r"(?:[AC-FHKNPRTV-Y]\d{2}|D6W) ?[\dAC-FHKNPRTV-Y]{4}",
    "BR": r"\d{5}-\d{3}",
    "PT": r"\d{4}-\d{3}",
    "PL": r"\d{2}-\d{3}",
    "NL": r"[1-9]\d{3} (?!NE|NW|SE|SW)[A-Z]{2}",
}
"""Postal codes that no other country writes so, the surest first; a street may begin like a Dutch
one, so that's looked for behind the second part only."""
_PREFIXED = {"A": "AT", "AT": "AT", "B": "BE", "BE": "BE", "CH": "CH", "D": "DE", "DE": "DE",
             "DK": "DK", "E": "ES", "ES": "ES", "F": "FR", "FR": "FR", "FI": "FI", "FIN": "FI",
             "I": "IT", "IT": "IT", "L": "LU", "LU": "LU", "N": "NO", "NO": "NO", "S": "SE",
             "SE": "SE"}  # fmt: skip
"""What was written before a postal code for abroad."""
_LOOSE = ("NL",)


def sign(text: str) -> Sign | None:
    """The country that an address betrays, or None."""
    pieces = [part.strip() for part in re.split(r"[\r\n\t,、，;|]+", text) if part.strip()]
    found = _by_state(" ".join(pieces)) or _by_area(pieces) or _by_postal_code(pieces)
    return found or _by_prefix(pieces) or _by_letters(" ".join(pieces))


def _by_state(text: str) -> Sign | None:
    for code, digits in _WITH_STATE.items():
        where = country(code)
        for match in re.finditer(rf"(?<![\w-])({digits})(?![\w-])", text):
            before = re.sub(r"[.,]", " ", text[: match.start()]).split()
            for count in (3, 2, 1):
                words = " ".join(before[-count:])
                area = where.area(words) if len(before) >= count else None
                if area and _goes_with(area, match[1], words):
                    return Sign(code, f"{words} {match[1]} is in {area.name}, {where.spoken}")
    return None


def _goes_with(area: Area, postal: str, words: str) -> bool:
    written = words.isupper() if len(words) <= len("NSW") else True
    return bool(written and area.postal and area.postal.match(postal))


def _by_area(pieces: list[str]) -> Sign | None:
    for code in native.letters_of(" ".join(pieces)):
        where = country(code)
        for piece in pieces:
            for start in {0, *(match.end() for match in re.finditer(r"[\d\s〒-]+", piece))}:
                if area := native.area_at_start(piece[start:], where):
                    return Sign(code, f"{area} is in {where.spoken}")
    return (
        Sign("JP", "〒 stands before the postal codes of Japan")
        if any("〒" in piece for piece in pieces)
        else None
    )


def _by_letters(text: str) -> Sign | None:
    codes = native.letters_of(text)
    if len(codes) != 1:
        return None
    return Sign(codes[0], f"the letters are those of {country(codes[0]).spoken}", is_sure=False)


def _by_postal_code(pieces: list[str]) -> Sign | None:
    for code, pattern in _BY_POSTAL_CODE.items():
        where = country(code)
        edges = re.compile(rf"(?:^|(?<=\s))({pattern})(?=\s|$)")
        for at, piece in enumerate(pieces):
            match = edges.search(piece.upper())
            if match is None or at < (2 if code in _LOOSE else 0):
                continue
            at_edge = match.start() == 0 or match.end() == len(piece)
            if at_edge and where.postal and where.postal.fullmatch(match[1]):
                noun = _a(where.postal_noun)
                return Sign(code, f"{match[1]} is {noun} of {where.spoken}")
    return None


def _by_prefix(pieces: list[str]) -> Sign | None:
    for piece in pieces:
        match = re.match(r"([A-Z]{1,3})-(\d{4,5})(?= |$)", piece)
        code = _PREFIXED.get(match[1]) if match else None
        where = country(code) if code else None
        if match and where and where.postal and where.postal.fullmatch(match[2]):
            noun = _a(where.postal_noun)
            return Sign(where.code, f"{match[0]} is {noun} of {where.spoken}")
    return None


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0].lower() in "aeiou" else f"a {noun}"
