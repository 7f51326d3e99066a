"""Amazon's bytes -> JSON, read leniently: a character that JSON doesn't allow costs the text that
it stands in, an entry that can't be read costs itself, and an answer that breaks off what follows.

What isn't as it was told is marked (`Doubtful`, `Contradiction`, `Garbled`), so that models see it.
"""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from enum import Enum
from typing import Any, TypeAlias

REPLACED = "\ufffd"
"""What stands for a character that can't be read."""
_DEEPEST = 100
_SHOWN = 2000
"""Characters that are kept of an entry that can't be read."""
_SPACE = re.compile(r"[ \t\n\r]*")
_TO_QUOTE = re.compile(r'(?:[^"\\]|\\.)*?"', re.DOTALL)
_TO_ANY_QUOTE = re.compile(r'[^"]*"')
_NEXT_KEY = re.compile(r'[ \t\n\r]*"[^"\\{}\[\]]{1,80}"[ \t\n\r]*:')
_NEXT_VALUE = re.compile(r'[ \t\n\r]*(?:["\[{\-0-9]|true|false|null)')
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"-?0[0-9]")
_WORD = re.compile(r"-?[A-Za-z]+")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "NaN": math.nan}
_WORDS |= {"Infinity": math.inf, "-Infinity": -math.inf}
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.|$)", re.DOTALL)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "/": "/", "\\": "\\", '"': '"'}
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_STRUCTURE = re.compile(r'"[ \t\n\r]*:[ \t\n\r]*["\[{\-0-9tfn]|\}[ \t\n\r]*,[ \t\n\r]*\{')
_FIRST_KEY = re.compile(r'\{[ \t\n\r]*"([^"\\]{1,80})"[ \t\n\r]*:')
_LIST_ENDS = re.compile(r"\}[ \t\n\r]*\](?=[ \t\n\r]*[,}])")
_KEYS = re.compile(
    r'"(?:sellerSku|sellerFulfillmentOrderId|orderId)"[ \t\n\r]*:[ \t\n\r]*"([^"\\]{1,255})"'
)


class Doubtful(str):
    """A text that wasn't told cleanly; what couldn't be read of it is replaced."""

    __slots__ = ()


class Contradiction(list[Any]):
    """The values that an object gives for one and the same name."""


class Garbled(str):
    """The text of an entry or a number that can't be read."""

    __slots__ = ()

    @property
    def key(self) -> str | None:
        """The number or SKU that stands in it, if that is readable."""
        named = _KEYS.search(self)
        return named[1] if named else None


class Break(Enum):
    """Why a list that goes on can't be read any further."""

    CUT = "breaks off in the middle"
    GARBLED = "can't be read from some entry on"


class BrokenOff(ValueError):
    """JSON that can't be read to its end: what came before that, and why."""

    def __init__(self, data: Any, why: Break) -> None:
        super().__init__(why.value)
        self.data = data
        self.why = why


def loads(body: bytes) -> Any:
    """The JSON of a body; raises ValueError for what is none, and `BrokenOff` for a part of it."""
    encoding = json.detect_encoding(body)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
    else:
        with suppress(ValueError):
            return _strictly(text)
    return _Reader(text).answer()


def _strictly(text: str) -> Any:
    try:
        data = json.loads(text, object_pairs_hook=_object)
        return _cleaned(data) if _is_escaped(text) else data
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _is_escaped(text: str) -> bool:
    """Whether there may be a text that no database takes."""
    return "\\u" in text and any(escape in text for escape in ("\\u0000", "\\ud", "\\uD"))


def shown(text: str) -> str:
    """The text with what can't be shown replaced."""
    return _UNPRINTED.sub(REPLACED, text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) == len(pairs):
        return data
    data = {}
    for name, value in pairs:
        _put(data, name, value)
    return data


def _put(data: dict[str, Any], name: str, value: Any) -> None:
    if name not in data or data[name] == value:
        data[name] = value
    elif isinstance(data[name], Contradiction):
        data[name].append(value)
    elif isinstance(data[name], list) and isinstance(value, list):
        data[name] = [*data[name], *value]
    else:
        data[name] = Contradiction([data[name], value])


def _cleaned(data: Any) -> Any:
    """The same JSON with texts that no database takes marked as doubtful."""
    if isinstance(data, str):
        return Doubtful(_UNFIT.sub(REPLACED, data)) if _UNFIT.search(data) else data
    if isinstance(data, dict):
        return {_UNFIT.sub(REPLACED, name): _cleaned(value) for name, value in data.items()}
    if isinstance(data, list):
        return type(data)(_cleaned(value) for value in data)
    return data


_At: TypeAlias = int


class _Reader:
    """Reads text that breaks JSON's rules; `stop` says why it can't go on, if it can't."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._stop: Break | None = None
        self._depth = 0

    def answer(self) -> Any:
        data, _ = self._value(self._skip(0), in_list=False)
        if not isinstance(data, dict | list):
            raise ValueError("no JSON")  # noqa: TRY004 - as json.loads does
        if self._stop is not None:
            raise BrokenOff(data, self._stop)
        return data

    def _skip(self, at: _At) -> _At:
        space = _SPACE.match(self._text, at)
        return space.end() if space else at

    def _stopped(self) -> bool:
        return self._stop is not None

    def _fail(self, at: _At) -> None:
        self._stop = Break.CUT if at >= len(self._text) else Break.GARBLED

    def _value(self, at: _At, *, in_list: bool) -> tuple[Any, _At]:
        first = self._text[at : at + 1]
        if first in ("{", "["):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise ValueError("nested too deeply")
            read = self._members if first == "{" else self._entries
            value, at = read(at + 1)
            self._depth -= 1
            return value, at
        if first == '"':
            return self._string(at + 1, self._ends_entry if in_list else self._ends_value)
        number, word = _NUMBER.match(self._text, at), _WORD.match(self._text, at)
        if number:
            is_plain = not _LEADING_ZERO.match(number[0])
            return json.loads(number[0]) if is_plain else Garbled(number[0]), number.end()
        if word and word[0] in _WORDS:
            return _WORDS[word[0]], word.end()
        self._fail(at if not word else word.end())
        return None, at

    def _members(self, at: _At) -> tuple[dict[str, Any], _At]:
        data: dict[str, Any] = {}
        while True:
            at = self._skip(at)
            sign = self._text[at : at + 1]
            if sign == "}":
                return data, at + 1
            if sign == ",":
                at += 1
                continue
            if sign != '"':
                self._fail(at)
                return data, at
            name, at = self._string(at + 1, self._ends_key)
            at = self._skip(at)
            if not self._stopped() and self._text[at : at + 1] != ":":
                self._fail(at)
            if self._stopped():
                return data, at
            value, at = self._value(self._skip(at + 1), in_list=False)
            if not self._stopped() or isinstance(value, dict | list):
                _put(data, name, value)
            if self._stopped():
                return data, at

    def _entries(self, at: _At) -> tuple[list[Any], _At]:
        entries: list[Any] = []
        while True:
            at = self._skip(at)
            sign = self._text[at : at + 1]
            if sign == "]":
                return entries, at + 1
            if sign == ",":
                at += 1
                continue
            begin, depth = at, self._depth
            entry, at = self._value(at, in_list=True)
            if not self._stopped() and at > begin:
                entries.append(entry)
                continue
            self._depth = depth
            at = self._next_entry(begin)
            if begin < len(self._text):
                entries.append(Garbled(shown(self._text[begin:at][:_SHOWN])))
            if self._stopped():
                return entries, at

    def _next_entry(self, begin: _At) -> _At:
        """Where the list goes on behind an entry that can't be read; `stop` stays where nowhere."""
        if self._stop is Break.CUT:
            return len(self._text)
        first = _FIRST_KEY.match(self._text, begin)
        if first:
            like = re.compile(r",[ \t\n\r]*(?=\{[ \t\n\r]*" + f'"{re.escape(first[1])}"' + r"\s*:)")
            following = like.search(self._text, first.end())
            if following:
                self._stop = None
                return following.end()
        end = _LIST_ENDS.search(self._text, begin)
        if end:
            self._stop = None
            return end.end() - 1
        return len(self._text)

    def _string(self, at: _At, ends: Any) -> tuple[str, _At]:
        """The text that begins here, up to a quotation mark behind which JSON goes on."""
        begin, is_clean = at, True
        while True:
            here, is_escaped = self._to_quote(at)
            if here < 0:
                self._stop = Break.CUT
                return Doubtful(shown(self._text[begin:])), len(self._text)
            at, is_clean = here, is_clean and not is_escaped
            if ends(at) or self._skip(at) >= len(self._text):
                said = self._text[begin : at - 1]
                if not is_clean and _STRUCTURE.search(said):
                    # It isn't this text that went wrong, but what stands behind it.
                    self._stop = Break.GARBLED
                return self._told(said, is_clean=is_clean), at
            is_clean = False

    def _to_quote(self, at: _At) -> tuple[_At, bool]:
        """Behind the next quotation mark, -1 if there's none, and whether it's an escaped one: a
        backslash that was meant as one may stand before the text's own end.
        """
        quote = _TO_QUOTE.match(self._text, at)
        early = _TO_ANY_QUOTE.match(self._text, at)
        first = early.end() if early else -1
        if first >= 0 and (quote is None or first < quote.end()) and self._is_key_next(first):
            return first, True
        return (quote.end() if quote else -1), False

    def _is_key_next(self, at: _At) -> bool:
        at = self._skip(at)
        return self._text[at : at + 1] == "," and _NEXT_KEY.match(self._text, at + 1) is not None

    def _ends_key(self, at: _At) -> bool:
        at = self._skip(at)
        return self._text[at : at + 1] == ":"

    def _ends_value(self, at: _At) -> bool:
        at = self._skip(at)
        sign = self._text[at : at + 1]
        if sign == ",":
            following = self._skip(at + 1)
            closes = self._text[following : following + 1] == "}"
            return closes or _NEXT_KEY.match(self._text, at + 1) is not None
        after = self._skip(at + 1)
        return sign == "}" and (after >= len(self._text) or self._text[after] in ",]}")

    def _ends_entry(self, at: _At) -> bool:
        at = self._skip(at)
        sign = self._text[at : at + 1]
        return sign == "]" or (sign == "," and bool(_NEXT_VALUE.match(self._text, at + 1)))

    @staticmethod
    def _told(said: str, *, is_clean: bool) -> str:
        if is_clean and REPLACED not in said:
            try:
                text = json.loads(f'"{said}"')
            except ValueError:
                pass
            else:
                return Doubtful(_UNFIT.sub(REPLACED, text)) if _UNFIT.search(text) else str(text)
        text = _ESCAPE.sub(_unescaped, said)
        text = _PAIR.sub(
            lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text
        )
        return Doubtful(shown(text))


def _unescaped(escape: re.Match[str]) -> str:
    said = escape[1]
    if len(said) == 5:
        return chr(int(said[1:], 16))
    return _ESCAPED.get(said, escape[0])
