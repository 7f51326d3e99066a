"""Text that another program escaped or encoded twice, like "O&#39;Neill" or "JosÃ©": what is
probably meant by it.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Callable, Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from functools import cache
from html.entities import html5
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

_LONGEST = 4000
"""Letters of a text that is looked at: more than any that Amazon takes."""
_MOST_ROUNDS = 6
"""How often one text is unpacked: "&amp;amp;#39;" was escaped three times."""
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
_OPEN_ENTITY = re.compile(r"&#(?:0*(3[489])|[xX]0*(2[267]))(?![\da-fA-F;])")
_HALF_ENTITY = re.compile(r"(?<![&\w;])(amp|quot|apos|nbsp|lt|gt);|(?<![&;])#0*(3[489]|160);")
_BREAKING = "br|p|div|li|ul|ol|tr|td|th|table|tbody|h[1-6]|hr|pre|address|section"
_INLINE = "a|abbr|b|body|center|code|em|font|html|i|img|input|label|nobr|small|span|strong|sub|sup"
_INLINE += "|script|style|u|wbr"
_BREAK_TAG = re.compile(rf"\s*</?(?:{_BREAKING})(?:\s[^<>]*)?/?>\s*", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>|<!--.*?-->", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>")
_ENCODED_WORD = re.compile(r"=\?[\w-]+\?[bqBQ]\?[^?\s]*\?=(?:\s+(?==\?))?")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_QUOTED_PRINTABLE = re.compile(r"(?:=[0-9A-F]{2})+|(?:=[0-9a-f]{2}){2,}")
_OCTAL = re.compile(r"(?:\\[0-3][0-7]{2})+", re.ASCII)
_HEX = re.compile(r"(?:\\x[0-9A-Fa-f]{2})+")
_CODE_POINTS = re.compile(
    r"(?:\\u[0-9A-Fa-f]{4}|\\u\{[0-9A-Fa-f]{1,6}\}|\\U[0-9A-Fa-f]{8}|%u[0-9A-Fa-f]{4})+"
)
_EXCEL = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BACKSLASH = re.compile(r"""\\+(r\\+n|[nrt]|['"/&])""")
_DOUBLED_QUOTE = re.compile(r"""(?<=[^\W\d])''(?=[^\W\d])|(?<![\d"])""(?=[^\s"])|(?<=\w)""(?!")""")
_PLUSES = re.compile(r"(?=.*[^\W\d]{2})\w[^\s+@]*(?:\+[^\s+@]+){2,}")
_NOTHING = re.compile(
    r"(?:(?:[Nn]ull|NULL|[Uu]ndefined|UNDEFINED|[Nn]one|NONE|NaN|nan|nil|[Nn]/[Aa]|#N/A|\([Nn]ull\)"
    r"|\(none\)|<null>|\[object Object\])(?:[\s,]+|$))+"
)
_SOME_NOTHING = re.compile(
    r"(?<![\w'-])(?:null|undefined|NULL|NaN|\(null\)|\[object Object\])(?![\w'-])"
    r"|\{\{[^{}]*\}\}|\$\{[^{}]*\}|%\(\w+\)s"
)
_LOST_SPACE = re.compile(r"(?<=[a-z\d.,])Â(?=[\s,]|$)")
_LOST_GRAVE = re.compile(r"(?<=[a-zß-ÿ])Ã(?=\s|$)")
_LOWERED = re.compile("ã(?=[\u0080-\u009f¡-©«-´¶-¹¼-¿])")
_BREAKS = re.compile(r"[ ,]*[\r\n\v\f\u0085\u2028\u2029]+[ ,]*")
_QUOTE_MARKS = "‘’“”"
_IN_WORDS = "'’‘`´“”–—-.ªº·"
_SIGNS = re.compile(r"(?<=[^\W\d_])[±³÷▀¸ˆ§¤¡¢£„¥¼½¾†‡‰•˜ƒ¶ⁿ╔═╝╩](?=[^\W\d_])")
_LETTERS = frozenset("áàâäãåæçéèêëíìîïñóòôöõøúùûüýÿßœÁÀÂÄÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØÚÙÛÜÝŒ")

_COMMON = "áàâäåæçéèêëíîïñóôöøúüßœ"


def meant(text: str) -> str | None:
    """What a text probably means that another program escaped or encoded once too often; None for
    one that is fine.

    Empty where a program wrote a word like "null" for nothing. Line breaks come out as commas.
    """
    if len(text) > _LONGEST:
        return None
    now = text
    for _ in range(_MOST_ROUNDS):
        before = now
        for step in _STEPS:
            now = step(now)
        if now == before:
            break
    if now == text:
        return None
    plain = _tidy(now)
    return plain if plain != text else None


def _tidy(text: str) -> str:
    """One line without control characters and without what taking things out has left."""
    joined = _BREAKS.sub(", ", text.strip())
    seen = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in joined)
    return " ".join(re.sub(r"\s+,", ",", " ".join(seen.split())).strip(",").split())


def _without_entities(text: str) -> str:
    if "&" not in text and ";" not in text:
        return text
    text = _ENTITY.sub(_entity, text)
    text = _OPEN_ENTITY.sub(lambda found: chr(int(found[1] or str(int(found[2], 16)))), text)
    return _HALF_ENTITY.sub(
        lambda found: html5[f"{found[1]};"] if found[1] else chr(int(found[2])), text
    )


def _entity(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return html5.get(f"{name};") or html5.get(f"{name.lower()};") or found[0]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    # Browsers read the numbers 128 to 159 as Windows does, as programs of old wrote them.
    if 0x80 <= number < 0xA0:
        return bytes([number]).decode("cp1252", "replace")
    return _character(number) or found[0]


def _character(number: int) -> str | None:
    """The character of that number; None where there's none that a text can hold."""
    if (
        number > 0x10FFFF
        or 0xD800 <= number < 0xE000
        or (number < 32 and number not in (9, 10, 13))
    ):
        return None
    return chr(number)


def _without_tags(text: str) -> str:
    if "<" not in text:
        return text
    return _TAG.sub("", _BREAK_TAG.sub("\n", _CDATA.sub(r"\1", text)))


def _without_encoded_words(text: str) -> str:
    return _ENCODED_WORD.sub(_encoded_word, text) if "=?" in text else text


def _encoded_word(found: re.Match[str]) -> str:
    try:
        return str(make_header(decode_header(found[0].strip())))
    except (HeaderParseError, LookupError, UnicodeError, binascii.Error):
        return found[0]


def _without_escaped_bytes(text: str) -> str:
    if "%" in text:
        text = _PERCENT.sub(lambda found: _read(unquote_to_bytes(found[0]), found), text)
    if "=" in text:
        text = _QUOTED_PRINTABLE.sub(
            lambda found: _read(bytes.fromhex(found[0].replace("=", "")), found), text
        )
    if "\\" in text:
        text = _HEX.sub(
            lambda found: _read(bytes.fromhex(found[0].replace("\\x", "")), found), text
        )
        text = _OCTAL.sub(
            lambda found: _read(bytes(int(each, 8) for each in found[0][1:].split("\\")), found),
            text,
        )
    return text


def _read(data: bytes, found: re.Match[str]) -> str:
    """What escaped bytes say; what was found, where they say nothing that was typed."""
    try:
        read = data.decode()
    except UnicodeDecodeError:
        # Of one byte alone only a letter in the middle or at the end of a word is likely.
        read = data.decode("cp1252", "replace")
        before = found.string[found.start() - 1 : found.start()]
        return read if before.isalpha() and _LETTERS.issuperset(read) else found[0]
    plain = (sign.isprintable() or sign in "\r\n\t" for sign in read)
    return read if all(plain) else found[0]


def _without_escaped_letters(text: str) -> str:
    if "\\" in text or "%u" in text:
        text = _CODE_POINTS.sub(_code_points, text)
    if "_x" in text:
        text = _EXCEL.sub(lambda found: _character(int(found[1], 16)) or found[0], text)
    return text


def _code_points(found: re.Match[str]) -> str:
    numbers = re.findall(r"[uU]\{?([0-9A-Fa-f]+)", found[0])
    units = "".join(map(chr, (int(number, 16) for number in numbers if int(number, 16) < 0x110000)))
    read = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return found[0] if "\ufffd" in read else read


def _without_backslashes(text: str) -> str:
    return _BACKSLASH.sub(_unescaped, text) if "\\" in text else text


def _unescaped(found: re.Match[str]) -> str:
    if found[1] == "t":
        return " "
    return "\n" if found[1][0] in "nr" else found[1]


def _without_doubled_quotes(text: str) -> str:
    return _DOUBLED_QUOTE.sub(lambda found: found[0][0], text)


def _without_pluses(text: str) -> str:
    return text.replace("+", " ") if _PLUSES.fullmatch(text) else text


def _without_nothing(text: str) -> str:
    if _NOTHING.fullmatch(text.strip()):
        return ""
    return " ".join(_SOME_NOTHING.sub(" ", text).split()) if _SOME_NOTHING.search(text) else text


class _Misread(NamedTuple):
    """UTF-8 that was read in another encoding: which byte a character was, and what runs of such
    characters look like. In a `doubtful` encoding, they're at home in words of some language.
    """

    bytes: dict[str, int]
    run: re.Pattern[str]
    doubtful: bool


@cache
def _misread(encoding: str, *, doubtful: bool = False) -> _Misread:
    signs = {chr(number): number for number in range(0x80, 0xA0)}
    for number in range(0x80, 0x100):
        sign = bytes([number]).decode(encoding, "ignore")
        signs.setdefault(sign or chr(number), number)

    def of(first: int, last: int) -> str:
        some = (re.escape(sign) for sign, number in signs.items() if first <= number <= last)
        return f"[{''.join(some)}]"

    rest = of(0x80, 0xBF)
    run = f"(?:{of(0xC2, 0xDF)}{rest}|{of(0xE0, 0xEF)}{rest}{{2}}|{of(0xF0, 0xF4)}{rest}{{3}})+"
    return _Misread(signs, re.compile(run), doubtful)


_READ_AS = ("cp1252", "mac-roman", "cp850", "cp437")
_DOUBTFUL = ("cp1250", "cp1251", "cp1254", "cp1257", "iso8859-15")


def _read_as_utf8(text: str) -> str:
    if text.isascii():
        return text
    text = _LOWERED.sub("Ã", text)
    readings = (_as_utf8(text, _misread(encoding)) for encoding in _READ_AS)
    read = min((each for each in readings if each != text), key=_oddities, default=text)
    if read == text:
        doubtful = (_as_utf8(text, _misread(encoding, doubtful=True)) for encoding in _DOUBTFUL)
        read = min((each for each in doubtful if each != text), key=_oddities, default=text)
    return _LOST_GRAVE.sub("à", _LOST_SPACE.sub("", read))


def _as_utf8(text: str, misread: _Misread) -> str:
    return misread.run.sub(lambda found: _run(found, misread), text)


def _run(found: re.Match[str], misread: _Misread) -> str:
    """What a run of characters says as UTF-8; the run itself, where it's likelier to be meant."""
    try:
        read = bytes(misread.bytes[sign] for sign in found[0]).decode()
    except UnicodeDecodeError:
        return found[0]
    before = found.string[: found.start()].split(" ")[-1]
    after = found.string[found.end() :].split(" ")[0]
    alone = len(found[0]) == len("Ä”") and not (before[-1:] + after[:1]).isalpha()
    if alone and found[0][-1] in _QUOTE_MARKS:
        return found[0]
    if all(map(_is_western, read)) or _misread(_READ_AS[0]).run.fullmatch(read):
        now, then = _oddities(before + read + after), _oddities(before + found[0] + after)
        return read if now < then or (now == then and not misread.doubtful) else found[0]
    around = any(sign.isalpha() for sign in (before[-1:], after[:1]) if not sign.isascii())
    whole = len(read) > 1 and not around and all(map(_is_script, read))
    return read if whole else found[0]


def _is_western(sign: str) -> bool:
    """Whether a character is likely alone in a text of Latin letters."""
    return (
        "\u00a0" <= sign <= "\u017f"
        or "\u1e00" <= sign <= "\u203a"
        or "\U0001f300" <= sign <= "\U0001faff"
        or sign in "ȘșȚț€™№ﬁﬂ\ufeff"
    )


def _is_script(sign: str) -> bool:
    return _is_western(sign) or unicodedata.category(sign)[0] in "LMNP"


def _oddities(word: str) -> int:
    """How many characters outside ASCII aren't at home in a word."""
    return sum(_is_odd(word, place) for place in range(len(word)))


def _is_odd(word: str, place: int) -> bool:
    sign, before, after = word[place], word[place - 1 : place], word[place + 1 : place + 2]
    if sign.isascii() or sign in _IN_WORDS:
        return False
    if not sign.isalpha():
        return sign < "\U0001f000"
    if sign.isupper() and before.isalpha() and after.islower():
        return True
    if before.islower() and sign.isupper():
        return True
    if sign.islower() and before.isupper() and after.isupper():
        return True
    latin = any(each.isascii() and each.isalpha() for each in word)
    return latin and not unicodedata.name(sign, "").startswith("LATIN")


_MISTAKEN = (
    ("cp1252", "cp850"),
    ("cp1252", "cp437"),
    ("cp1252", "mac-roman"),
    ("cp850", "cp1252"),
    ("mac-roman", "cp1252"),
)
"""One encoding of Western Europe that was read as another."""


def _read_as_another(text: str) -> str:
    """The text in the first encoding in which each sign amid letters is a letter."""
    if not _SIGNS.search(text):
        return text
    return max(_others(text), key=lambda read: sum(map(_COMMON.count, read)), default=text)


def _others(text: str) -> Iterator[str]:
    for written, read_as in _MISTAKEN:
        try:
            read = text.encode(read_as).decode(written)
        except UnicodeError:
            continue
        if all(sign.isascii() or sign in _LETTERS for sign in read) and not _oddities(read):
            yield read


_STEPS: tuple[Callable[[str], str], ...] = (
    _without_encoded_words,
    _without_entities,
    _without_tags,
    _without_escaped_bytes,
    _without_escaped_letters,
    _without_backslashes,
    _without_doubled_quotes,
    _without_pluses,
    _read_as_utf8,
    _read_as_another,
    _without_nothing,
)
