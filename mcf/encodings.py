"""Which letters the bytes of a text file stand for: known for certain, chosen, or only guessed.

A file says nothing of its encoding, unless it begins with a mark, is valid UTF-8 or plain ASCII.
Anything else reads without an error in several encodings, and each gives other letters.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from mcf.errors import InvalidInput

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows 1252, Western Europe and Americas",
    "mac-roman": "Mac Roman, an older Excel for Mac",
    "iso8859-15": "ISO 8859-15, Western Europe",
    "cp850": "DOS 850, Western Europe",
    "cp437": "DOS 437, United States",
    "cp1250": "Windows 1250, Central Europe",
    "iso8859-2": "ISO 8859-2, Central Europe",
    "mac-latin2": "Mac, Central Europe",
    "cp852": "DOS 852, Central Europe",
    "cp1254": "Windows 1254, Turkish",
    "cp1257": "Windows 1257, Baltic",
    "cp1251": "Windows 1251, Cyrillic",
    "koi8-r": "KOI8-R, Russian",
    "cp1253": "Windows 1253, Greek",
    "cp1255": "Windows 1255, Hebrew",
    "cp1256": "Windows 1256, Arabic",
    "cp874": "Windows 874, Thai",
    "cp1258": "Windows 1258, Vietnamese",
    "cp932": "Shift-JIS, Japanese",
    "euc_jp": "EUC-JP, Japanese",
    "gb18030": "GB 18030, Chinese",
    "cp950": "Big5, Chinese in Taiwan",
    "cp949": "Windows 949, Korean",
}
"""The encodings that can be chosen, by Python's name, with the words for a seller."""

# Each holds all letters of the other at the same bytes.
_SAME = {"ascii": "utf-8", "utf-8-sig": "utf-8", "iso8859-1": "cp1252", "iso8859-9": "cp1254",
         "shift_jis": "cp932", "gbk": "gb18030", "gb2312": "gb18030", "big5": "cp950",
         "euc_kr": "cp949", "tis-620": "cp874"}  # fmt: skip
# UTF-32's marks begin with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSED_FROM = 64 * 1024
_TOLD_LINES = 3
_TOLD_WAYS = 6
_MARKS_IN_WORDS = "\u2018\u2019\u201c\u201d\u2013\u2014"
_NOT_LETTERS = ("Cc", "Cn", "Co")
_SAVE_AGAIN = 'Save it again as "CSV UTF-8".'
LINE_END = re.compile("\r\n|\r|\n")
"""What ends a line; no other character does, whatever `str.splitlines` thinks."""

ForeignLines = tuple[tuple[int, str], ...]
"""Lines with letters outside ASCII, each with its number."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """An encoding in which a file reads without an error, and what its foreign lines say then."""

    encoding: str
    lines: ForeignLines


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text. Where its encoding isn't `certain`, `encoding` is the likeliest and each byte
    outside ASCII is U+FFFD in the text, so that nothing guessed is taken for what the file says.
    """

    text: str
    encoding: str
    certain: bool = True
    alternatives: tuple[Alternative, ...] = ()

    def require_certain(self) -> None:
        """Raises `InvalidInput` with lines and how they might read when nobody chose among them."""
        if self.certain:
            return
        ways = self.alternatives[:_TOLD_WAYS]
        told: dict[str, str] = {}
        for place, (number, _) in enumerate(self.alternatives[0].lines[:_TOLD_LINES]):
            readings = (f"{foreign(way.lines[place][1])} ({way.encoding})" for way in ways)
            told[f"line {number}"] = f"has letters that can be read as {' or '.join(readings)}"
        if (more := len(self.alternatives[0].lines) - _TOLD_LINES) > 0:
            told["file"] = f"has {more} more such lines"
        names = ", ".join(way.encoding for way in self.alternatives)
        raise InvalidInput(
            told,
            advice=f"{_SAVE_AGAIN} Or say in which encoding it is: choose it on the page, or add "
            f"--encoding NAME on the command line. It may be {names}. Nothing was sent or kept.",
        )


def decoded(data: bytes, encoding: str | None = None) -> Decoded:
    """The text of a file, in `encoding` when one is chosen.

    Raises `InvalidInput` for a file that isn't text, for a byte that the encoding doesn't have
    (with its line), and for a choice that contradicts what the file itself shows.
    """
    shown = _shown(data)
    chosen = known(encoding) if encoding else None
    if chosen and shown and shown != chosen and not data.isascii():
        raise InvalidInput(
            {"file": f"is {ENCODINGS[shown]}, as it shows itself, not {ENCODINGS[chosen]}"},
            advice=f"Leave the encoding out, or choose {shown}.",
        )
    if (certain := chosen or shown) is None:
        return _guessed(data)
    return Decoded(_text(data, certain), certain)


def known(name: str) -> str:
    """The encoding of that name, as `ENCODINGS` has it; raises `InvalidInput` for any other."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        found = ""
    found = _SAME.get(found, found)
    if found not in ENCODINGS:
        raise InvalidInput(
            {"encoding": f"{name!r} is none that can be read"},
            advice=f"Choose one of {', '.join(ENCODINGS)}.",
        )
    return found


def foreign_lines(text: str) -> ForeignLines:
    """The lines with letters outside ASCII."""
    if text.isascii():
        return ()
    lines = enumerate(LINE_END.split(text), start=1)
    return tuple((number, line) for number, line in lines if not line.isascii())


def foreign(line: str) -> str:
    """The cells of a line that have letters outside ASCII."""
    cells = (cell.strip(' "') for cell in re.split(r"[\t;,|]", line) if not cell.isascii())
    return " · ".join(cells)


def _shown(data: bytes) -> str | None:
    """The encoding that a file shows by its first bytes, or by being valid UTF-8."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _text(data: bytes, encoding: str) -> str:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        number = _line_at(data[: error.start].decode(codec, "replace"))
        raise InvalidInput(
            {f"line {number}": f"holds bytes that aren't {ENCODINGS[encoding]}"},
            advice=f"The file is damaged or in another encoding. {_SAVE_AGAIN}",
        ) from error
    return _without_nul(text)


def _without_nul(text: str) -> str:
    if (place := text.find("\0")) >= 0:
        raise InvalidInput(
            {"file": f"is not a text file: line {_line_at(text[:place])} holds a NUL byte"},
            advice=f"{_SAVE_AGAIN} A workbook (.xlsx, .xls) can't be read here.",
        )
    return text


def _line_at(before: str) -> int:
    return len(LINE_END.findall(before)) + 1


def _guessed(data: bytes) -> Decoded:
    text = _without_nul(data.decode("ascii", "replace"))
    lines = [(n, line) for n, line in _byte_lines(data) if not line.isascii()]
    found: dict[ForeignLines, str] = {}
    for encoding in _likeliest_first(b"\n".join(line for _, line in lines)):
        if read := _read(lines, encoding):
            found.setdefault(read, encoding)
    if not found:
        raise InvalidInput({"file": "is not a text file in any known encoding"}, advice=_SAVE_AGAIN)
    # Sorting keeps the library's order where the letters are equally at home in their words.
    best = sorted(found.items(), key=lambda each: sum(_oddities(line) for _, line in each[0]))
    alternatives = tuple(Alternative(encoding, read) for read, encoding in best)
    return Decoded(text, alternatives[0].encoding, certain=False, alternatives=alternatives)


def _byte_lines(data: bytes) -> Iterable[tuple[int, bytes]]:
    # In none of the encodings that are guessed is a line end a part of another letter.
    return enumerate(re.split(b"\r\n|\r|\n", data), start=1)


def _likeliest_first(sample: bytes) -> list[str]:
    # Takes a twentieth of a second to import, and most files are certain.
    import charset_normalizer

    several = [name for name in ENCODINGS if not name.startswith("utf")]
    found = charset_normalizer.from_bytes(sample[:_GUESSED_FROM], cp_isolation=several)
    alike = ({codecs.lookup(name).name for name in match.could_be_from_charset} for match in found)
    ranked = (name for names in alike for name in several if name in names)
    return [*dict.fromkeys((*ranked, *several))]


def _read(lines: Iterable[tuple[int, bytes]], encoding: str) -> ForeignLines | None:
    """The lines in that encoding; None where it lacks a byte or has no letter for one."""
    try:
        read = tuple((number, line.decode(encoding)) for number, line in lines)
    except UnicodeDecodeError:
        return None
    letters = {letter for _, line in read for letter in line if not letter.isascii()}
    return None if any(unicodedata.category(each) in _NOT_LETTERS for each in letters) else read


def _oddities(line: str) -> int:
    """How many letters outside ASCII aren't at home in their words, like those of "Stra▀e"."""
    words = re.findall(r"[^\s\t;,|\"]+", line)
    return sum(_is_odd(word, place) for word in words for place in range(len(word)))


def _is_odd(word: str, place: int) -> bool:
    letter, before = word[place], word[place - 1 : place]
    if letter.isascii() or letter in _MARKS_IN_WORDS:
        return False
    if not letter.isalpha():
        return any(each.isalpha() for each in word)
    if before.islower() and letter.isupper():
        return True
    latin = any(each.isascii() and each.isalpha() for each in word)
    return latin and not unicodedata.name(letter, "").startswith("LATIN")
