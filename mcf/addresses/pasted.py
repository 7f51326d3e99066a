"""What was understood of a pasted address, and what of it is doubtful."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import phonenumbers

from mcf.addresses import parse, signs, spoiled, validate, zips
from mcf.addresses.countries import countries, country
from mcf.addresses.wording import Labelled, unlabelled


@dataclass(frozen=True, slots=True)
class Understood:
    """The parts of a pasted address by Python name, and why some are doubtful, as sentences.

    "phone" and "email" are among the parts. `choices` are the codes of the countries of which a
    person has to choose one; nothing may be filled in before. `remarks` are about no part alone.
    `meant` is the whole text as it was before another program spoiled it, None if none did.
    """

    parts: Mapping[str, str]
    doubts: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    meant: str | None = None


_GUESSED = {
    "name": "No comma and no line parts it from the street: look where it ends.",
    "city": "No comma and no line parts it from the street: look where it begins.",
    "address_line3": "There were more than three lines: the last ones are joined.",
    "state_or_region": "Another state is named beside it.",
}


def understood(text: str, given: str, chosen: str = "") -> Understood:
    """What was understood of a pasted address.

    `given` is the code of the country where it betrays none, `chosen` that of one that a person
    chose, which goes before what it says.
    """
    pasted = unlabelled(parse.lines_of(text))
    reading = parse.read(pasted, given, chosen)
    sign = None if chosen else signs.sign(_of_places(pasted, reading))
    proposed, contradiction = None, None
    if sign and sign.code != reading.where.code:
        if not reading.named:
            proposed, reading = sign, parse.read(pasted, given, sign.code)
        elif sign.is_sure and (reading.where.code, sign.code) not in _ALIKE:
            contradiction = sign
    doubts = _doubts(reading)
    choices: tuple[str, ...] = ()
    if contradiction:
        choices = (reading.where.code, contradiction.code)
        name = countries()[reading.where.code]
        doubts["country_code"] = f"{name} is written, but {contradiction.says}. Which is right?"
    elif proposed:
        doubts["country_code"] = f"No country is written, but {proposed.says}, so that's proposed."
    elif not (sign or reading.named or chosen) and doubts.keys() & _PLACE:
        where = reading.where.spoken
        doubts.setdefault("country_code", f"No country is written: it's read as one in {where}.")
    remarks = _remarks(pasted, reading)
    if not (reading.named or chosen or "country_code" in doubts):
        remarks += (f"No country is written; it's read as one in {reading.where.spoken}.",)
    return Understood(reading.placed, doubts, choices, remarks, _meant(text))


_ALIKE = {("HK", "CN"), ("MO", "CN"), ("TW", "CN"), ("TW", "JP"), ("CN", "TW"), ("CN", "JP")}
"""Countries that share names of places and letters: the one that is named, and the other."""
_PLACE = {"city", "state_or_region", "postal_code"}


def _of_places(pasted: Labelled, reading: parse.Reading) -> str:
    """The lines that say where it is, without contacts, whose digits mean something else.

    State and postal code that had labels stand together at the end, as they do in an address.
    """
    contacts = [reading.placed.get("phone"), reading.placed.get("email"), *reading.spare]
    text = "\n".join(pasted.lines)
    for contact in filter(None, contacts):
        text = text.replace(contact, " ")
    labelled = [pasted.placed.get(part, "") for part in ("city", "state_or_region", "postal_code")]
    return f"{text}\n{' '.join(filter(None, labelled))}"


def _doubts(reading: parse.Reading) -> dict[str, str]:
    """Why parts are doubtful: guesses, what the country doesn't take, what looks misplaced."""
    parts = reading.placed
    doubts = {part: _GUESSED[part] for part in sorted(reading.guesses)}
    for part, problem in validate.problems(parts).items():
        doubts.setdefault(part, _as_sentence(part, problem, parts))
    for part, text in parts.items():
        if (right := spoiled.meant(text)) is not None:
            doubts.setdefault(part, _spoiled(right))
    for part, reason in _oddities(parts).items():
        doubts.setdefault(part, reason)
    if far := zips.doubt(validate.normalised(parts)):
        doubts.setdefault("postal_code", f"{far}: is one of them mistaken?")
    return doubts


def _spoiled(right: str) -> str:
    if not right:
        return "It looks like another program's word for nothing."
    return f"It looks as if another program had spoiled it: {right} is probably meant."


def _as_sentence(part: str, problem: str, parts: Mapping[str, str]) -> str:
    if problem.startswith("is needed"):
        return "Not found in what was pasted."
    return f"{parts.get(part, '')} {problem}." if problem[:1].islower() else f"{problem}."


def _oddities(parts: Mapping[str, str]) -> dict[str, str]:
    odd: dict[str, str] = {}
    if re.search(r"\d", parts.get("name", "")):
        odd["name"] = "There's a number in it: is it the street?"
    if re.search(r"\d", parse.CEDEX.sub("", parts.get("city", ""))):
        odd["city"] = "There's a number in it."
    line = parts.get("address_line1", "")
    others = parts.get("address_line2", "") + parts.get("address_line3", "")
    if line and not re.search(r"\d", line + others):
        odd["address_line1"] = "There's no house number in it."
    for name in ("address_line1", "address_line2", "address_line3"):
        text = parts.get(name, "")
        if "@" in text or re.search(r"\+\d[\d ()./-]{7,}", text):
            odd[name] = "There's something in it that looks like a phone number or an e-mail."
    if (phone := parts.get("phone")) and not _is_phone(phone, parts.get("country_code", "")):
        odd["phone"] = f"Phone numbers of {_spoken(parts)} aren't that long or short."
    return odd


def _spoken(parts: Mapping[str, str]) -> str:
    code = parts.get("country_code", "")
    return country(code).spoken if code in countries() else "that country"


def _is_phone(text: str, code: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, code))
    except phonenumbers.NumberParseException:
        return False


def _meant(text: str) -> str | None:
    """The text with each line as it's probably meant; None if each is as it stands."""
    lines = parse.lines_of(text)
    meant = [line if (right := spoiled.meant(line)) is None else right for line in lines]
    return None if meant == lines else "\n".join(filter(None, meant))


def _remarks(pasted: Labelled, reading: parse.Reading) -> tuple[str, ...]:
    remarks = []
    if pasted.left_out:
        remarks.append(f"Left out, as it's the address of the bill: {', '.join(pasted.left_out)}.")
    if pasted.billing:
        remarks.append("It's headed as the address of the bill: is it the one to ship to?")
    if reading.spare:
        remarks.append(f"Left out, as an order has one only: {', '.join(reading.spare)}.")
    return tuple(remarks)
