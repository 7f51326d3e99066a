"""A pasted whole address, taken apart into fields. No word of it is lost: what can't be placed
stays in the address lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import phonenumbers
import usaddress

from mcf.addresses.countries import Area, Country, counties, country, country_code, folded

_EMAIL = re.compile(r"(?i)(?:e-?mail\s*[:.]?\s*)?<?([^\s@<>,;:]+@[^\s@<>,;:]+\.[a-z]{2,})>?")
_PHONE = re.compile(
    r"(?i)(?:(?:tele?(?:phone|fon(?:o|e)?)?|phone|ph|mob(?:ile|il)?|cell|handy|tél|電話(?:番号)?|☎|📞)"
    r"\s*[.:：]*\s*)?(\+?[\d０-９(][\d０-９ ()./‐-―−－-]{5,}(?:\s?(?:x|ext\.?)\s?\d+)?)"
)  # fmt: skip
_SURELY_A_PHONE = re.compile(r"[+0(]|\d{10}$|\d+[ .-]")
_POSTAL_WORDS = re.compile(
    r"(?i)(?:\b(?:zip|pin|postal|post)\s?code|\bpin|\bc\.?p\.?|\bcep|〒)\s*[:.-]?\s*$"
)
_EDGE = " ,;:-–—/|()"
_LEFT = ("address_line1", "address_line2", "address_line3")


@dataclass(slots=True)
class _Piece:
    """What stands between two commas, and in which line."""

    line: int
    text: str


@dataclass(slots=True)
class _Reading:
    """An address half taken apart: what is placed, and the pieces that aren't."""

    where: Country
    pieces: list[_Piece]
    placed: dict[str, str] = field(default_factory=dict)


def taken_apart(text: str, country: str) -> dict[str, str]:
    """The fields of a pasted address by Python name, "phone" and "email" among them.

    `country` is the code of the country where none is named in the text.
    """
    placed: dict[str, str] = {}
    lines = [" ".join(line.split()) for line in re.split(r"[\r\n\u2028\v]+|\s*\|\s*|\t", text)]
    lines = [line for line in lines if line and not _contact(line, country, placed)]
    pieces = [
        _Piece(number, part.strip())
        for number, line in enumerate(lines)
        for part in re.split(r"[,、，;]", line)
        if part.strip()
    ]
    pieces = [p for p in pieces if len(lines) > 1 or not _contact(p.text, country, placed)]
    if len(lines) == 1:
        pieces = [_Piece(number, piece.text) for number, piece in enumerate(pieces)]
    reading = _named_country(pieces, country)
    reading.placed |= placed
    _place(reading)
    return {name: value for name, value in reading.placed.items() if value}


def _contact(line: str, code: str, placed: dict[str, str]) -> bool:
    """Whether a line is an e-mail address or a phone number alone; then it's placed."""
    match = _EMAIL.fullmatch(line)
    if match and "email" not in placed:
        placed["email"] = match[1]
        return True
    match = _PHONE.fullmatch(line)
    if match is None or "phone" in placed or _is_postal(line, code):
        return False
    try:
        number = phonenumbers.parse(match[1], code)
    except phonenumbers.NumberParseException:
        return False
    bare = match[1] == line
    if bare and not (_SURELY_A_PHONE.match(line) and phonenumbers.is_valid_number(number)):
        return False
    placed["phone"] = match[1].strip()
    return True


def _is_postal(text: str, code: str) -> bool:
    rules = country(code).postal
    return bool(rules and rules.fullmatch(text.strip()))


def _named_country(pieces: list[_Piece], given: str) -> _Reading:
    """The rules to read by: of the country that ends or begins the text, else of the given one."""
    for at in (-1, 0) if len(pieces) > 1 else ():
        code = country_code(pieces[at].text)
        area = country(given).area(pieces[at].text)
        if code and not (area and code != given) and (at == -1 or len(pieces[at].text) > 3):
            rest = pieces[:at] if at else pieces[1:]
            return _Reading(country(code), rest, {"country_code": code})
    if pieces and (split := _country_at_end(pieces[-1].text)):
        pieces[-1].text, code = split
        return _Reading(country(code), pieces, {"country_code": code})
    return _Reading(country(given), pieces, {"country_code": given})


def _country_at_end(text: str) -> tuple[str, str] | None:
    """A last piece like "SW1A 1AA United Kingdom", without its country, and the code."""
    words = text.split()
    for count in (3, 2, 1):
        name = " ".join(words[-count:])
        code = country_code(name) if len(words) > count and len(folded(name)) > len("UK") else None
        before = " ".join(words[:-count]).strip(_EDGE)
        if code and (before[-1:].isdigit() or _ends_with_postal(before, code)):
            return before, code
    return None


def _ends_with_postal(text: str, code: str) -> bool:
    words = text.split()
    return any(_is_postal(" ".join(words[-count:]), code) for count in (1, 2))


def _place(reading: _Reading) -> None:
    at = _postal(reading)
    if reading.where.code == "JP":
        _place_in_japan(reading)
    elif at is not None:
        _locality(reading, at)
    else:
        _area_alone(reading)
    _split_in_america(reading)
    _name_and_lines(reading)


def _postal(reading: _Reading) -> int | None:
    """Takes the postal code out; the index of the piece that held it."""
    rules, pieces = reading.where.postal, reading.pieces
    for at in reversed(range(len(pieces))) if rules else ():
        parts = _postal_in(pieces[at].text, reading.where)
        if parts is None:
            continue
        before, reading.placed["postal_code"], after = parts
        if not (before and after and _leads(reading.where)):
            pieces[at].text = f"{before} {after}".strip()
            return at
        pieces.insert(at, _Piece(pieces[at].line, before))
        pieces[at + 1].text = after
        for later in pieces[at + 1 :]:
            later.line += 1
        return at + 1
    return None


def _leads(where: Country) -> bool:
    """Whether the postal code is written before the town."""
    layout = where.layout
    return "%Z" in layout and "%C" in layout and layout.index("%Z") < layout.index("%C")


def _postal_in(text: str, where: Country) -> tuple[str, str, str] | None:
    """What stands before a postal code, the code, and what stands after."""
    if where.postal is None:
        return None
    prefix = rf"(?:{where.code}[- ]|{where.code[0]}-|〒\s*)?"
    pattern = re.compile(rf"(?<![\w-])({prefix}{where.postal.pattern})(?![\w-])", re.IGNORECASE)
    for match in reversed(list(pattern.finditer(text))):
        before, after = text[: match.start()], text[match.end() :].strip(_EDGE)
        before = _POSTAL_WORDS.sub("", before).strip(_EDGE)
        if not after or (not before and _leads(where)) or where.code == "JP":
            return before, match[1], after
        if _leads(where) and not re.search(r"\d", after):
            return before, match[1], after
    return None


def _locality(reading: _Reading, at: int) -> None:
    """Finds city and state around the postal code, whose piece is `at`."""
    pieces, where = reading.pieces, reading.where
    follows = pieces[at + 1].text if at + 1 < len(pieces) else ""
    if pieces[at].text and where.area(follows):
        reading.placed["state_or_region"] = pieces.pop(at + 1).text
    if not pieces[at].text:
        at = _empty(reading, at)
    if not 0 <= at < len(pieces):
        return
    city, state = _city_and_state(pieces[at].text, where)
    if state and "state_or_region" not in reading.placed:
        reading.placed["state_or_region"] = state
    else:
        city = pieces[at].text
    if _has_digit(city):
        pieces[at].text = city
        return
    pieces.pop(at)
    reading.placed["city"] = (city or _town_before(reading, at)).strip(_EDGE)


def _town_before(reading: _Reading, at: int) -> str:
    """The town of a line that holds only a state: it's before it, or has the state's name."""
    pieces = reading.pieces
    if at > 0 and not _has_digit(pieces[at - 1].text) and (at > 1 or len(pieces) == 1):
        return pieces.pop(at - 1).text
    return reading.placed.pop("state_or_region")


def _empty(reading: _Reading, at: int) -> int:
    """Removes a piece that held the postal code alone; the index of the town's piece."""
    pieces = reading.pieces
    pieces.pop(at)
    first_town = _leads(reading.where) and at < len(pieces) and at > 0
    return at if first_town and not re.search(r"\d", pieces[at].text) else at - 1


def _has_digit(text: str) -> bool:
    return bool(re.search(r"\d", text))


def _area_alone(reading: _Reading) -> None:
    """Finds the state where no postal code stands: it ends the text or it's not found."""
    pieces = reading.pieces
    if len(pieces) < 3 or not reading.where.area(pieces[-1].text):
        return
    reading.placed["state_or_region"] = pieces.pop().text
    if len(pieces) > 2 and not _has_digit(pieces[-1].text):
        reading.placed["city"] = pieces.pop().text


def _city_and_state(text: str, where: Country) -> tuple[str, str]:
    """A town and the area behind it, in "Austin TX", "São Paulo - SP" and "Milano (MI)"."""
    if folded(text) in counties(where.code):
        return "", text
    words = text.replace("/", " / ").split()
    for start in range(len(words)):
        state = " ".join(words[start:]).strip(_EDGE)
        if where.area(state):
            city = " ".join(words[:start]).strip(_EDGE)
            return (city, state) if city or not _leads(where) else (state, "")
    return text.strip(_EDGE), ""


def _place_in_japan(reading: _Reading) -> None:
    for piece in reading.pieces:
        if prefecture := _prefecture(piece.text, reading.where.areas.values()):
            reading.placed["state_or_region"] = prefecture
            piece.text = piece.text.removeprefix(prefecture).removesuffix(prefecture).strip(_EDGE)
            break
    reading.pieces = [piece for piece in reading.pieces if piece.text]
    native = [piece for piece in reading.pieces if re.search(r"[\u3040-\u9fff]", piece.text)]
    if native and "postal_code" in reading.placed and len(reading.pieces) > 1:
        last = reading.pieces[-1]
        if last.text.endswith(("様", "御中", "さま")) or not re.search(r"\d", last.text):
            reading.pieces.remove(last)
            reading.pieces.insert(0, _Piece(-1, last.text))


def _prefecture(text: str, among: Iterable[Area]) -> str | None:
    known = list(among)
    for area in known:
        if text.startswith(area.code):
            return area.code
    for area in known:
        if folded(text) in area.words:
            return text
    return None


_NAME_PARTS = ("Recipient",)
_TOWN_PARTS = ("PlaceName",)


def _split_in_america(reading: _Reading) -> None:
    """Splits "Jane Doe 123 Main St Austin", which commas or lines would have split."""
    pieces = reading.pieces
    if reading.where.code != "US" or "city" in reading.placed or not pieces:
        return
    parts = usaddress.parse(pieces[-1].text + _tail(reading.placed))
    count = len(pieces[-1].text.split())
    parts = [(word, label) for word, label in parts[:count] if word]
    names = _run(parts, _NAME_PARTS)
    towns = _run(parts[::-1], _TOWN_PARTS)
    if names + towns >= len(parts):
        return
    if not towns:
        _town_of_the_states_name(reading.placed)
    words = [word for word, _ in parts]
    if towns:
        reading.placed["city"] = " ".join(words[-towns:]).strip(_EDGE)
    pieces[-1].text = " ".join(words[names : len(words) - towns]).strip(_EDGE)
    if names:
        pieces.insert(-1, _Piece(pieces[-1].line - 1, " ".join(words[:names]).strip(_EDGE)))


def _town_of_the_states_name(placed: dict[str, str]) -> None:
    if len(placed.get("state_or_region", "")) > len("NY"):
        placed["city"] = placed.pop("state_or_region")


def _tail(placed: Mapping[str, str]) -> str:
    return f" {placed.get('state_or_region', '')} {placed.get('postal_code', '')}".rstrip()


def _run(parts: Sequence[tuple[str, str]], labels: tuple[str, ...]) -> int:
    count = 0
    while count < len(parts) and parts[count][1] in labels:
        count += 1
    return count


def _name_and_lines(reading: _Reading) -> None:
    """The first line is the name unless it holds a digit; the others are the address lines."""
    rows: dict[int, list[str]] = {}
    for piece in reading.pieces:
        if piece.text:
            rows.setdefault(piece.line, []).append(piece.text)
    lines = [", ".join(parts) for parts in rows.values()]
    if lines and not re.match(r"[\d#]", lines[0]) and not _holds_street(lines):
        reading.placed["name"] = lines.pop(0)
    kept = [*lines[:2], ", ".join(lines[2:])]
    reading.placed |= dict(zip(_LEFT, kept, strict=False))


def _holds_street(lines: list[str]) -> bool:
    """Whether the first line is already the street: it alone has a number."""
    others = any(re.search(r"\d", line) for line in lines[1:])
    return bool(re.search(r"\d", lines[0])) and not others
