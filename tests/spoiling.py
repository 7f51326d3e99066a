"""A hostile Amazon: between the program and the simulator, fields of answers are spoiled.

It sits where answers are judged, so no server is started or stopped for it. Which fields of which
row are spoiled is the same in every run; each field is spoiled in some rows and told in others.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from mcf.amazon.transport import JudgedClient

ONE_IN = 4
"""Of the fields of a row so many are left for one that is spoiled."""
MOST_ANSWERS = 400
"""Answers of one kind of call after which a read is called endless."""
_KEEP = object()
_DROP = object()
_RAW, _BYTE, _NAN, _ENDLESS = "\ue000", "\ue001", "\ue002", "\ue003"
"""Stand for what JSON can't hold, and are replaced in the bytes."""
_IN_BYTES = {
    _RAW: b"a\x01b",
    _BYTE: b"M\xfcller",
    f'"{_NAN}"': b"NaN",
    f'"{_ENDLESS}"': b"1e999",
}

Spoil = Callable[[Any], Any]


def _wrong_type(value: Any) -> Any:
    if isinstance(value, str):
        return {"odd": [1]}
    return "odd" if isinstance(value, dict | list) else [value]


def _empty(value: Any) -> Any:
    return type(value)() if isinstance(value, str | dict | list) else _KEEP


def _of_numbers(put: Any) -> Spoil:
    """Numbers, and texts that are some, are replaced."""

    def spoil(value: Any) -> Any:
        if isinstance(value, str):
            number = value.replace(".", "", 1).lstrip("-").isdigit()
            return (put if put in (_NAN, _ENDLESS) else str(put)) if number else _KEEP
        return put if isinstance(value, int | float) and not isinstance(value, bool) else _KEEP

    return spoil


def _of_words(value: Any) -> Any:
    return "TELEPORTED_AWAY" if isinstance(value, str) and value.isalpha() else _KEEP


def _of_dates(put: str) -> Spoil:
    return lambda value: put if isinstance(value, str) and _is_date(value) else _KEEP


def _is_date(text: str) -> bool:
    return text[:4].isdigit() and text.endswith("Z") and "T" in text


def _of_texts(put: str) -> Spoil:
    return lambda value: put if isinstance(value, str) else _KEEP


KINDS: dict[str, Spoil] = {
    "null": lambda _: None,
    "missing": lambda _: _DROP,
    "wrong type": _wrong_type,
    "empty": _empty,
    "huge text": _of_texts("x" * 20_000),
    "control characters": _of_texts("a\x00\x07\x1b[31m\u202eb\r\nc"),
    "a raw control character": _of_texts(_RAW),
    "a Latin-1 byte": _of_texts(_BYTE),
    "half a character": _of_texts("\ud800"),
    "negative": _of_numbers(-7),
    "huge number": _of_numbers(10**30),
    "not a number": _of_numbers(_NAN),
    "infinite": _of_numbers(_ENDLESS),
    "unknown word": _of_words,
    "far future": _of_dates("9999-12-31T23:59:59Z"),
    "far past": _of_dates("0001-01-01T00:00:00Z"),
    "no date": _of_dates("soon"),
    "list": lambda value: [value],
    "true": lambda _: True,
}
"""What becomes of a value; one that a kind says nothing of stays."""
_ENVELOPE = frozenset(
    {
        "payload", "pagination", "errors", "inventorySummaries", "fulfillmentOrders", "orders",
        "order", "fulfillmentOrder", "fulfillmentPreviews", "plannedShipments",
    }
)  # fmt: skip
"""What holds an answer together: spoiled, it takes all with it."""


class Spoiler:
    """Spoils every answer in one way; `envelope` says that the whole is, and no field."""

    def __init__(self, kind: str, *, envelope: bool = False, seed: int = 0) -> None:
        self._kind = kind
        self._spoil = KINDS[kind]
        self._envelope = envelope
        self._seed = seed
        self.spoiled: set[str] = set()
        """The names of fields that were spoiled."""

    def __call__(self, response: httpx.Response) -> httpx.Response:
        """The same answer, spoiled; one without JSON stays."""
        try:
            data = json.loads(response.content)
        except ValueError:
            return response
        if isinstance(data, dict) and not data.get("errors"):
            self._walk(data, str(response.url) if response._request else "", 0)
        return _answer(response, data)

    def _walk(self, data: Any, path: str, row: int) -> None:
        if isinstance(data, list):
            for number, entry in enumerate(data):
                self._walk(entry, path, row + number + 1)
        if not isinstance(data, dict):
            return
        for name in [*data]:
            self._walk(data[name], f"{path}.{name}", row)
            if self._is_hit(name, path, row):
                self._put(data, name)

    def _is_hit(self, name: str, path: str, row: int) -> bool:
        if (name in _ENVELOPE) is not self._envelope or name == "nextToken":
            return False
        mark = zlib.crc32(f"{self._kind}.{self._seed}.{path}.{name}".encode())
        return self._envelope or (mark + row) % ONE_IN == 0

    def _put(self, data: dict[str, Any], name: str) -> None:
        put = self._spoil(data[name])
        if put is _KEEP:
            return
        self.spoiled.add(name)
        if put is _DROP:
            del data[name]
        else:
            data[name] = put


class Endless:
    """Lists go on for ever: each page has another token; `way` says what it brings.

    "empty" pages have no rows, "same" ones those of the first.
    """

    def __init__(self, way: str) -> None:
        self._way = way
        self.answers = 0

    def __call__(self, response: httpx.Response) -> httpx.Response:
        """The same answer with one more token."""
        data = json.loads(response.content)
        rows = _rows(data)
        if rows is None:
            return response
        self.answers += 1
        if self.answers > MOST_ANSWERS:
            pytest.fail("the listing is read without an end")
        if self._way == "empty":
            rows.clear()
        token = f"more-{self.answers}"
        data.get("payload", {})["nextToken"] = token
        data["pagination"] = {"nextToken": token}
        return _answer(response, data)


def _rows(data: Any) -> list[Any] | None:
    payload = data.get("payload", data) if isinstance(data, dict) else {}
    names = ("inventorySummaries", "fulfillmentOrders", "orders")
    return next((payload[name] for name in names if name in payload), None)


def _answer(response: httpx.Response, data: Any) -> httpx.Response:
    content = json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")
    for mark, raw in _IN_BYTES.items():
        content = content.replace(mark.encode(), raw)
    headers = {
        name: value
        for name, value in response.headers.items()
        if name not in ("content-length", "content-encoding")
    }
    return httpx.Response(response.status_code, headers=headers, content=content)


@contextmanager
def between(spoil: Callable[[httpx.Response], httpx.Response]) -> Iterator[None]:
    """Within it every answer of Amazon's is spoiled before the program sees it."""

    def judged(self: JudgedClient, response: httpx.Response, *_: Any, **__: Any) -> Any:
        return self.mcf_judge(spoil(response))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JudgedClient, "_check_response", judged)
        yield
