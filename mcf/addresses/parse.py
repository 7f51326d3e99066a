"""A pasted whole address, taken apart into fields. No word of it is lost: what can't be placed
stays in the address lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import phonenumbers
import usaddress

from mcf.addresses import native
from mcf.addresses.countries import Area, Country, counties, country, country_code, folded
from mcf.addresses.wording import Labelled

_EMAIL = re.compile(r"(?i)(?:e-?mail\s*[:.]?\s*)?<?([^\s@<>,;:]+@[^\s@<>,;:]+\.[a-z]{2,})>?")
_EMAIL_BESIDE = re.compile(r"(?i)(?<=\w)\s*[<(\[]([^\s@<>,;:()]+@[^\s@<>,;:()]+\.[a-z]{2,})[>)\]]")
_PHONE = re.compile(
    r"(?i)(?:(?:tele?(?:phone|fon(?:o|e)?)?|phone|ph|mob(?:ile|il)?|cell|handy|tél|電話(?:番号)?|☎|📞)"
    r"\s*[.:：]*\s*)?(\+?[\d０-９(][\d０-９ ()./‐-―−－-]{5,}(?:\s?(?:x|ext\.?)\s?\d+)?)"
)  # fmt: skip
_SURELY_A_PHONE = re.compile(r"[+0(]|\d{10,11}$|\d+[ .-]")
_POSTAL_WORDS = re.compile(
    r"(?i)(?:\b(?:zip|pin|postal|post)\s?code|\bpin|\bc\.?p\.?|\bcep|〒)\s*[:.-]?\s*$"
)
_MARKED = re.compile(r"""([*"“”'_]+)(.*\w.*?)[*"“”'_]+""")
_ENTITY = re.compile(r"(&#?\w{2,8});")
_IN_BRACKETS = re.compile(r"([^()]+)\(([^()]+)\)?")
_EDGE = " ,;:-–—/|()"
_LINE_ENDS = re.compile(r"[\r\n\u2028\v]+|\s*\|\s*|\t")
_COUNTRY_FIRST = re.compile(r"(中国|中國|日本国?|台灣|臺灣|대한민국)[\s,，]*(\S.*)")
CEDEX = re.compile(r"(?i)\s+cedex(\s+\d{1,2})?$")
"""What French post puts behind a town's name, and the only number that belongs to one."""
_SALUTATIONS = frozenset(
    {"herr", "herrn", "frau", "firma", "mr", "mrs", "ms", "miss", "mme", "madame", "monsieur", "m",
     "sig", "signor", "signora", "sr", "sra", "senor", "senora", "dhr", "mevr"}
)  # fmt: skip
_TERRITORIES = frozenset({"PR", "GU", "VI", "AS", "MP"})
"""Countries to ISO that are states of the United States to its post, and to Amazon."""
_SHORT_NAMES = frozenset({"US", "UK", "GB"})
"""Codes that end a line behind its postal code; others are as likely states."""
_NATIONS = frozenset({"england", "scotland", "wales", "northernireland"})
_FIRST_NAMES = frozenset(
    {"america", "britain", "chad", "china", "cuba", "cyprus", "france", "georgia", "holland",
     "india", "ireland", "israel", "jordan", "kenya", "malta", "wales"}
)  # fmt: skip
"""Countries whose names people have."""
_PARTS_OF_CHINA = frozenset({"HK", "MO", "TW"})
_SHORTEST_LATE_PHONE = 9
"""Digits of a last line that is a phone number although no such number is given out."""
_LEFT = ("address_line1", "address_line2", "address_line3")


@dataclass(slots=True)
class _Piece:
    """What stands between two commas, and in which line."""

    line: int
    text: str


@dataclass(slots=True)
class Reading:
    """An address being taken apart: what is placed by Python name, and the pieces that aren't.

    `named` is the code of the country that the text names, "" if it names none; `guesses` are the
    parts that only a guess tells from their neighbours, `spare` further phone numbers and e-mail
    addresses, which are in no part.
    """

    where: Country
    pieces: list[_Piece]
    placed: dict[str, str] = field(default_factory=dict)
    named: str = ""
    guesses: set[str] = field(default_factory=set)
    spare: list[str] = field(default_factory=list)


def lines_of(text: str) -> list[str]:
    """The lines of a pasted text that hold something."""
    lines = [" ".join(line.split()) for line in _LINE_ENDS.split(text)]
    bare = [found[2].strip() if (found := _MARKED.fullmatch(line)) else line for line in lines]
    return [line for line in bare if line]


def read(pasted: Labelled, given: str, chosen: str = "") -> Reading:
    """An address taken apart by the rules of one country.

    That is the one that is `chosen`, else the one that it names, else the `given` one; each a code.
    """
    placed = dict(pasted.placed)
    lines = _with_countries_apart(pasted.lines)
    named = country_code(placed.get("country_code", ""))
    if "country_code" in placed and named is None:
        lines.append(placed["country_code"])
    label = [_Piece(len(lines), placed.pop("country_code"))] if named else []
    code = chosen or named or _country_in(lines) or given
    contacts = _Contacts(code, placed)
    lines = [contacts.without_email(line) for line in lines]
    lines = [line for at, line in enumerate(lines) if not contacts.take(line, is_late=at > 1)]
    if len(lines) == 1 and native.is_native(lines[0]):
        lines = contacts.taken_out(lines[0])
    pieces = [_Piece(number, part) for number, line in enumerate(lines) for part in _parts(line)]
    if len(lines) == 1:
        pieces = [p for at, p in enumerate(pieces) if not contacts.take(p.text, is_late=at > 2)]
        pieces = [_Piece(number, piece.text) for number, piece in enumerate(pieces)]
    reading = _named_country([*pieces, *label], given, chosen)
    reading.placed |= placed
    reading.spare = contacts.spare
    _place(reading)
    reading.placed = {name: value for name, value in reading.placed.items() if value}
    return reading


def _with_countries_apart(lines: Sequence[str]) -> list[str]:
    """The lines, with a country that stands before its province, as in 中国上海市, as the last."""
    apart, named = [], []
    for line in lines:
        match = _COUNTRY_FIRST.match(line)
        code = country_code(match[1]) if match else None
        if match and code and native.area_at_start(match[2], country(code)):
            apart.append(match[2])
            named.append(match[1])
        else:
            apart.append(line)
    return [*apart, *named]


def _parts(line: str) -> list[str]:
    """What stands between the commas and semicolons of a line; "&amp;" is none of them."""
    apart = re.split(r"[,、，;]", _ENTITY.sub("\\1\ue000", line))
    return [part.replace("\ue000", ";").strip() for part in apart if part.strip()]


def _country_in(lines: Sequence[str]) -> str | None:
    """The code of the country that ends the lines, before any e-mail address or phone number."""
    pieces = [part for line in lines for part in _parts(line)]
    places = [p for p in pieces if not (_EMAIL.fullmatch(p) or _PHONE.fullmatch(p))]
    if not places:
        return None
    last = places[-1]
    at_end = _country_at_end(last)
    code = country_code(last) or (at_end[1] if at_end else None)
    if code is None and len(places) > 1 and _may_lead(places[0]):
        code = country_code(places[0])
    return "US" if code in _TERRITORIES else code


@dataclass(slots=True)
class _Contacts:
    """Takes phone numbers and e-mail addresses out: the first of each is placed."""

    code: str
    placed: dict[str, str]
    spare: list[str] = field(default_factory=list)

    def take(self, line: str, *, is_late: bool) -> bool:
        """Whether a line is one alone, and so is taken.

        `is_late` says that it's behind name and street, so that more of what looks like one is.
        """
        if match := _EMAIL.fullmatch(line):
            self._keep("email", match[1])
            return True
        match = _PHONE.fullmatch(line)
        if match is None or _is_postal(line, self.code):
            return False
        try:
            number = phonenumbers.parse(unicodedata.normalize("NFKC", match[1]), self.code)
        except phonenumbers.NumberParseException:
            return False
        bare = match[1] == line
        if bare and not (_SURELY_A_PHONE.match(line) and _is_number(number, line, is_late)):
            return False
        self._keep("phone", match[1].strip())
        return True

    def without_email(self, line: str) -> str:
        """A line without the e-mail address in brackets behind a name."""
        match = _EMAIL_BESIDE.search(line)
        if match is None:
            return line
        self._keep("email", match[1])
        return " ".join((line[: match.start()] + " " + line[match.end() :]).split())

    def taken_out(self, line: str) -> list[str]:
        """A line whose words are parted by blanks alone, without them."""
        words = [word for word in line.split() if not self.take(word, is_late=True)]
        return [" ".join(words)] if words else []

    def _keep(self, part: str, text: str) -> None:
        if self.placed.setdefault(part, text) != text:
            self.spare.append(text)


def _is_number(number: phonenumbers.PhoneNumber, line: str, is_late: bool) -> bool:
    digits = len(re.findall(r"\d", line))
    late = is_late and digits >= _SHORTEST_LATE_PHONE
    return bool(
        phonenumbers.is_valid_number(number) or (late and phonenumbers.is_possible_number(number))
    )


def _is_postal(text: str, code: str) -> bool:
    rules = country(code).postal
    return bool(rules and rules.fullmatch(text.strip()))


def _named_country(pieces: list[_Piece], given: str, chosen: str) -> Reading:
    """The rules to read by, and the pieces without the name of the country."""
    named = _taken_country(pieces, given)
    territory = named if named in _TERRITORIES else ""
    if named == "US" and len(pieces) > 1 and _has_zip(pieces):
        beside = country_code(pieces[-1].text)
        if beside in _TERRITORIES:
            territory = beside or ""
            pieces.pop()
    named = "US" if territory else named
    code = chosen or named or ("US" if given in _TERRITORIES else given)
    reading = Reading(country(code), pieces, {"country_code": code}, named)
    if territory and code == "US":
        reading.placed["territory"] = territory
    return reading


def _taken_country(pieces: list[_Piece], given: str) -> str:
    """Takes the name of the country that ends or begins the text out of it; its code, or ""."""
    for at in (-1, 0) if len(pieces) > 1 else ():
        code = country_code(pieces[at].text)
        if code in _TERRITORIES and not _has_zip(pieces):
            # The only word for the state: it's left where a state is looked for.
            return "US"
        area = country(given).area(pieces[at].text)
        is_area = area and code not in (given, *_TERRITORIES)
        if code and not is_area and (at == -1 or _may_lead(pieces[at].text)):
            pieces.pop(at)
            return _taken_part(pieces, code)
    if pieces and (split := _country_at_end(pieces[-1].text)):
        pieces[-1].text, code = split
        return code
    return ""


def _may_lead(text: str) -> bool:
    """Whether a country's name may stand before a whole address: it's no code and no first name."""
    return not text.isascii() or (len(text) > len("USA") and folded(text) not in _FIRST_NAMES)


def _taken_part(pieces: list[_Piece], code: str) -> str:
    """Takes out what is named beside the country, like England; the code of what is meant."""
    beside = country_code(pieces[-1].text) if len(pieces) > 1 else None
    if beside and (code == beside == "US" or (code == "CN" and beside in _PARTS_OF_CHINA)):
        pieces.pop()
        return beside
    if code == "GB":
        pieces[1:] = [piece for piece in pieces[1:] if folded(piece.text) not in _NATIONS]
    return code


def _has_zip(pieces: Sequence[_Piece]) -> bool:
    return any(re.search(r"(?<!\d)\d{5}(?!\d)", piece.text) for piece in pieces[1:])


def _country_at_end(text: str) -> tuple[str, str] | None:
    """A last piece like "SW1A 1AA United Kingdom", without its country, and the code."""
    words = text.split()
    for count in (3, 2, 1):
        name = " ".join(words[-count:])
        before = " ".join(words[:-count]).strip(_EDGE)
        code = country_code(name) if before else None
        if len(folded(name)) <= len("UK") and name not in _SHORT_NAMES:
            continue
        if code and (before[-1:].isdigit() or _ends_with_postal(before, code)):
            return before, code
    return None


def _ends_with_postal(text: str, code: str) -> bool:
    words = text.split()
    return any(_is_postal(" ".join(words[-count:]), code) for count in (1, 2))


def _place(reading: Reading) -> None:
    territory = reading.placed.pop("territory", "")
    at = None if "postal_code" in reading.placed else _postal(reading)
    is_native = any(native.is_native(piece.text) for piece in reading.pieces)
    if is_native and reading.where.code in native.CODES:
        _place_natively(reading)
    elif reading.where.code == "JP":
        _place_in_japan(reading)
    elif at is not None and "city" not in reading.placed:
        _locality(reading, at)
    elif "city" not in reading.placed:
        _area_alone(reading)
    _split_in_america(reading)
    _name_and_lines(reading)
    if territory:
        _add_territory(reading, territory)


def _add_territory(reading: Reading, code: str) -> None:
    """Puts Puerto Rico and its like where the state stands; another state there is doubtful."""
    state = reading.placed.setdefault("state_or_region", code)
    area = reading.where.area(state)
    if area and area.code == code:
        reading.placed["state_or_region"] = code
    else:
        reading.guesses.add("state_or_region")


def _place_natively(reading: Reading) -> None:
    rows = native.place(_rows(reading.pieces), reading.where, reading.placed)
    reading.pieces = [_Piece(number, row) for number, row in enumerate(rows)]
    reading.placed.setdefault("name", "")
    if postal := reading.placed.get("postal_code"):
        reading.placed["postal_code"] = postal.strip("〒 ")


def _rows(pieces: Iterable[_Piece]) -> list[str]:
    """The lines that the pieces make."""
    rows: dict[int, list[str]] = {}
    for piece in pieces:
        if piece.text:
            rows.setdefault(piece.line, []).append(piece.text)
    return [", ".join(parts) for parts in rows.values()]


def _postal(reading: Reading) -> int | None:
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
        if _leads(where) and not _has_digit(CEDEX.sub("", after)):
            return before, match[1], after
    return None


def _locality(reading: Reading, at: int) -> None:
    """Finds city and state around the postal code, whose piece is `at`."""
    pieces, where = reading.pieces, reading.where
    follows = pieces[at + 1].text if at + 1 < len(pieces) else ""
    if pieces[at].text and (where.area(follows) or folded(follows) in counties(where.code)):
        reading.placed["state_or_region"] = pieces.pop(at + 1).text
    if not pieces[at].text:
        at = _empty(reading, at)
    if not 0 <= at < len(pieces):
        return
    city, state = _city_and_state(pieces[at].text, where)
    area = where.area(state)
    beside = where.area(reading.placed.get("state_or_region", ""))
    if state and beside is None:
        reading.placed["state_or_region"] = state
    elif area is None or area is not beside:
        city = pieces[at].text
    if _has_digit(CEDEX.sub("", city)):
        pieces[at].text = city
        return
    pieces.pop(at)
    reading.placed["city"] = (city or _town_before(reading, at)).strip(_EDGE)


def _town_before(reading: Reading, at: int) -> str:
    """The town of a line that holds only a state: it's before it, or has the state's name."""
    pieces = reading.pieces
    if at > 0 and not _has_digit(pieces[at - 1].text) and (at > 1 or len(pieces) == 1):
        return pieces.pop(at - 1).text
    return reading.placed.pop("state_or_region")


def _empty(reading: Reading, at: int) -> int:
    """Removes a piece that held the postal code alone; the index of the town's piece."""
    pieces = reading.pieces
    pieces.pop(at)
    first_town = _leads(reading.where) and at < len(pieces) and at > 0
    return at if first_town and not re.search(r"\d", pieces[at].text) else at - 1


def _has_digit(text: str) -> bool:
    return bool(re.search(r"\d", text))


def _area_alone(reading: Reading) -> None:
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
    bracket = _IN_BRACKETS.fullmatch(text)
    if bracket and where.area(bracket[2]):
        return bracket[1].strip(_EDGE), bracket[2].strip()
    half = len(words) // 2
    if words[:half] == words[half:] and where.area(" ".join(words[half:])):
        return " ".join(words[:half]), " ".join(words[half:])
    for start in range(len(words)):
        state = " ".join(words[start:]).strip(_EDGE)
        if where.area(state):
            city = " ".join(words[:start]).strip(_EDGE)
            return (city, state) if city or not _leads(where) else (state, "")
    return text.strip(_EDGE), ""


def _place_in_japan(reading: Reading) -> None:
    for piece in reading.pieces:
        if prefecture := _prefecture(piece.text, reading.where.areas.values()):
            reading.placed["state_or_region"] = prefecture
            piece.text = piece.text.removeprefix(prefecture).removesuffix(prefecture).strip(_EDGE)
            break
    reading.pieces = [piece for piece in reading.pieces if piece.text]


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


def _split_in_america(reading: Reading) -> None:
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
        reading.guesses.add("city")
    pieces[-1].text = " ".join(words[names : len(words) - towns]).strip(_EDGE)
    if names:
        reading.guesses.add("name")
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


def _name_and_lines(reading: Reading) -> None:
    """The first line is the name unless it holds a digit; the others are the address lines."""
    lines = _rows(reading.pieces)
    is_named = "name" in reading.placed
    if len(lines) > 1 and folded(lines[0]) in _SALUTATIONS:
        lines[:2] = [f"{lines[0]} {lines[1]}"]
    if lines and not is_named and not re.match(r"[\d#]", lines[0]) and not _holds_street(lines):
        reading.placed["name"] = lines.pop(0)
    kept = [*lines[:2], ", ".join(lines[2:])]
    if len(lines) > len(_LEFT):
        reading.guesses.add(_LEFT[-1])
    reading.placed |= dict(zip(_LEFT, kept, strict=False))


def _holds_street(lines: list[str]) -> bool:
    """Whether the first line is already the street: it alone has a number."""
    others = any(re.search(r"\d", line) for line in lines[1:])
    return bool(re.search(r"\d", lines[0])) and not others
