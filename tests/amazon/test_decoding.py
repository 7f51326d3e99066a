"""What breaks JSON's rules costs the text, the entry or the rest that it stands in, and is told."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcf.amazon import decoding
from mcf.amazon.decoding import Break, BrokenOff, Contradiction, Doubtful, Garbled

WHOLE = (
    b'{"payload": {"list": [{"sellerSku": "A", "name": "%s", "units": 5, "parts": [{"n": 1},'
    b' {"n": 2}]}, {"sellerSku": "B", "name": "x", "units": 7}]}, "next": {"token": "t"}}'
)
PARTS = [{"n": 1}, {"n": 2}]
B = {"sellerSku": "B", "name": "x", "units": 7}


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"a\x01\x1bb", "a\ufffd\ufffdb"),
        (b"a\tb\nc", "a\tb\nc"),
        (b'19" Monitor', '19" Monitor'),
        (b'Mug, "large", blue', 'Mug, "large", blue'),
        (b'x","y', 'x","y'),
        (b'end"', 'end"'),
        (b'"start', '"start'),
        (b'a"} b', 'a"} b'),
        (b"M\xfcller", "M\ufffdller"),
        (b"\\ud83d", "\ufffd"),
        (b"\\u0000", "\ufffd"),
        (b"C:\\", "C:\\"),
        (b"\\x", "\\x"),
        (b"\\u00", "\\u00"),
    ],
)
def test_a_spoiled_text_is_read_as_far_as_it_goes_and_marked(sent: bytes, read: str) -> None:
    data = decoding.loads(WHOLE % sent)
    name = data["payload"]["list"][0]["name"]
    assert (name, isinstance(name, Doubtful)) == (read, True)
    spoiled = {"sellerSku": "A", "name": read, "units": 5, "parts": PARTS}
    assert data == {"payload": {"list": [spoiled, B]}, "next": {"token": "t"}}


@pytest.mark.parametrize("sent", [b"M\xc3\xbcller", b"\\ud83d\\ude00", b'a \\"b\\"', b"\\n", b""])
def test_a_good_text_is_not_marked(sent: bytes) -> None:
    name = decoding.loads(WHOLE % sent)["payload"]["list"][0]["name"]
    assert type(name) is str
    assert name == json.loads(b'"%s"' % sent)


@pytest.mark.parametrize(
    ("spoil", "by"),
    [
        (b'"units": 5', b'"units": '),
        (b'"units": 5', b'"units" 5'),
        (b', "units": 5', b'"units": 5'),
        (b'"units": 5', b'"units": five'),
    ],
)
def test_an_entry_that_cannot_be_read_costs_itself_and_is_named(spoil: bytes, by: bytes) -> None:
    data = decoding.loads((WHOLE % b"x").replace(spoil, by, 1))
    lost, read = data["payload"]["list"]
    assert (type(lost), lost.key, read) == (Garbled, "A", B)
    assert data["next"] == {"token": "t"}


def test_the_last_entry_of_a_list_costs_itself_too() -> None:
    data = decoding.loads((WHOLE % b"x").replace(b'"units": 7', b'"units": '))
    assert [type(entry) for entry in data["payload"]["list"]] == [dict, Garbled]


@pytest.mark.parametrize("length", range(1, len(WHOLE % b"x")))
def test_an_answer_that_breaks_off_gives_what_came_whole(length: int) -> None:
    whole = decoding.loads(WHOLE % b"x")["payload"]["list"]
    with pytest.raises(BrokenOff) as caught:
        decoding.loads((WHOLE % b"x")[:length])
    assert caught.value.why is Break.CUT
    entries = caught.value.data.get("payload", {}).get("list", [])
    assert [e for e in entries if isinstance(e, dict)] == whole[
        : sum(isinstance(e, dict) for e in entries)
    ]


def test_what_cannot_be_read_any_further_is_told_apart_from_what_is_cut() -> None:
    with pytest.raises(BrokenOff) as caught:
        decoding.loads((WHOLE % b"x").replace(b'"next"', b"next"))
    assert caught.value.why is Break.GARBLED
    assert len(caught.value.data["payload"]["list"]) == 2


def test_numbers_that_are_none_are_read_as_such() -> None:
    data = decoding.loads(b'{"a": NaN, "b": -Infinity, "c": 1e999}')
    assert (math.isnan(data["a"]), data["b"], data["c"]) == (True, -math.inf, math.inf)


def test_two_values_of_one_name_are_a_contradiction_and_twice_the_same_is_none() -> None:
    data = decoding.loads(b'{"a": 1, "a": 2, "b": 3, "b": 3, "c": [1], "c": [2]}')
    assert data == {"a": [1, 2], "b": 3, "c": [1, 2]}
    assert (type(data["a"]), type(data["c"])) == (Contradiction, list)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_of_the_encoding_is_none_of_the_text(encoding: str) -> None:
    assert decoding.loads('{"a": "ü"}'.encode(encoding)) == {"a": "ü"}


@pytest.mark.parametrize("body", [b"hello", b"", b"<html>", b"[" * 5000, b'{"a":' * 5000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        decoding.loads(body)


names = st.from_regex("[a-zA-Z]{1,9}", fullmatch=True)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(names, values))
def test_what_is_json_is_read_as_json_by_the_lenient_reader_too(data: dict[str, Any]) -> None:
    text = json.dumps(data)
    assert decoding.loads(text.encode()) == decoding._cleaned(data)
    assert json.dumps(decoding._Reader(text).answer()) == json.dumps(decoding._cleaned(data))


@given(st.binary(max_size=60), st.integers(0, len(WHOLE)))
def test_whatever_is_put_into_an_answer_it_ends_in_a_value_or_a_refusal(
    junk: bytes, place: int
) -> None:
    body = (WHOLE % b"x")[:place] + junk + (WHOLE % b"x")[place:]
    try:
        data = decoding.loads(body)
    except ValueError:
        data = {}
    assert isinstance(data, dict | list | str | int | float | bool | None)
