"""Addresses in Japanese, Chinese and Korean letters, which go from the large to the small, the
name behind or before them.
"""

from __future__ import annotations

import re

from mcf.addresses.countries import Country

CODES = ("JP", "CN", "TW", "KR")
"""Whose own letters are read here."""
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_HONORIFIC = re.compile(r"\s*(?:様|さま|殿|御中|귀하|님|\(收\)|（收）|(?<=[\u4e00-\u9fff])\s*收)$")
_CITY = {
    "CN": re.compile(r"^(.{1,8}?(?:市|自治州|地区|盟))"),
    "TW": re.compile(r"^(.{1,3}?[區区鄉镇鎮市])"),
    "KR": re.compile(r"^(\S+?[시군구])(?=\s|$)"),
}
_DISTRICT = {
    "CN": re.compile(r"^(.{1,8}?(?:新区|区|县|旗|市))"),
    "KR": re.compile(r"^(\S+?구)(?=\s|$)"),
}
_LONGEST_AREA = 12


def is_native(text: str) -> bool:
    """Whether there are letters of these countries in it."""
    return any(letters.search(text) for letters in (_KANA, _HAN, _HANGUL))


def letters_of(text: str) -> tuple[str, ...]:
    """The codes of the countries whose letters a text is written in, the likeliest first."""
    if _HANGUL.search(text):
        return ("KR",)
    if _KANA.search(text):
        return ("JP",)
    return ("JP", "CN", "TW") if _HAN.search(text) else ()


def area_at_start(text: str, where: Country) -> str:
    """The prefecture or province with which a text begins, as it's written there; "" if none."""
    for length in range(min(_LONGEST_AREA, len(text)), 1, -1):
        start = text[:length]
        if is_native(start) and start == start.strip() and where.area(start):
            return start
    return ""


def without_honorific(name: str) -> str:
    """A name without what politeness puts behind it."""
    return _HONORIFIC.sub("", name).strip() or name


def place(lines: list[str], where: Country, placed: dict[str, str]) -> list[str]:
    """The lines that are left: province, city and name go to `placed`, where they aren't yet.

    The postal code is out already.
    """
    at = next((at for at, line in enumerate(lines) if area_at_start(line, where)), None)
    rest = list(lines)
    if at is not None:
        rest[at] = _without_area(rest[at], where, placed)
    if "name" not in placed and len([line for line in rest if line]) == 1:
        _split_name(rest, placed)
    name = None if "name" in placed else _name_at(rest, at)
    if name is not None:
        placed["name"] = without_honorific(rest[name])
        rest[name] = ""
    elif "name" in placed:
        placed["name"] = without_honorific(placed["name"])
    return [line for line in rest if line]


def _without_area(line: str, where: Country, placed: dict[str, str]) -> str:
    area = area_at_start(line, where)
    placed.setdefault("state_or_region", area)
    rest = line[len(area) :].strip()
    if where.code == "JP":
        return rest
    for part, patterns in (("city", _CITY), ("district_or_county", _DISTRICT)):
        pattern = patterns.get(where.code)
        match = pattern.match(rest) if pattern else None
        if match and part not in placed and not _is_district(part, match[1], area):
            placed[part] = match[1]
            rest = rest[match.end() :].strip()
        elif part == "city" and where.code == "CN" and area.endswith("市"):
            # Of Beijing and its like, province and city are one.
            placed.setdefault("city", area)
    return rest


def _is_district(part: str, text: str, area: str) -> bool:
    """Whether that's no city: in Beijing and its like, what follows is a district."""
    return part == "city" and area.endswith("市") and "区" in text


def _name_at(lines: list[str], area: int | None) -> int | None:
    """Which line is the name: one with an honorific, else the one at the other end of the street.

    Behind an address that begins with its province stands the name, and before it if it's later.
    """
    polite = [at for at, line in enumerate(lines) if _HONORIFIC.search(line)]
    if polite:
        return polite[-1]
    plain = [at for at, line in enumerate(lines) if line and not re.search(r"[\d０-９]", line)]
    if area is None:
        return plain[0] if plain and len([line for line in lines if line]) > 1 else None
    before, behind = [at for at in plain if at < area], [at for at in plain if at > area]
    if before:
        return before[0]
    return behind[-1] if behind else None


def _split_name(lines: list[str], placed: dict[str, str]) -> None:
    """Parts a single line at the blank before the name that ends it."""
    at = next(at for at, line in enumerate(lines) if line)
    street, _, name = lines[at].replace("\u3000", " ").rpartition(" ")
    if street and re.search(r"\d", street) and not re.search(r"\d", name):
        placed["name"] = without_honorific(name)
        lines[at] = street
