"""How a file's bytes become letters: what is only guessed is never taken for certain."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcf.errors import InvalidInput
from mcf.files import text as text_files
from mcf.files.text import Decoded
from tests.examples import many

NAME = "J\u00fcrgen M\u00fcller"


def refused(data: bytes, encoding: str | None = None) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        text_files.decoded(data, encoding)
    return caught.value


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-32", "utf-32")],
)
def test_a_file_that_shows_its_encoding_is_certain(codec: str, encoding: str) -> None:
    assert text_files.decoded(f"a\n{NAME}".encode(codec)) == Decoded(f"a\n{NAME}", encoding)


def test_plain_ascii_is_certain() -> None:
    assert text_files.decoded(b"a,b\n1,2\n").certain


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (NAME, "cp1252"),
        (NAME, "mac_roman"),
        ("\u0141\u00f3d\u017a, Krak\u00f3w", "cp1250"),
        ("\u6771\u4eac\u90fd\u5343\u4ee3\u7530\u533a", "shift_jis"),
        ("Zo\u00eb, 5 \u20ac", "cp1252"),
    ],
)
def test_any_other_file_is_uncertain_and_the_right_spelling_is_among_the_first(
    text: str, codec: str
) -> None:
    found = text_files.decoded(f"a\n\n{text}".encode(codec))

    assert not found.certain
    assert ((3, text),) in [each.lines for each in found.alternatives[:6]]


def test_a_guessed_letter_is_not_in_the_text() -> None:
    assert text_files.decoded("M\u00fcller".encode("cp1252")).text == "M\ufffdller"


def test_encodings_that_read_the_same_are_offered_once() -> None:
    readings = [each.lines for each in text_files.decoded(NAME.encode("cp1252")).alternatives]
    assert len(readings) == len(set(readings))


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("Windows-1252", "cp1252"), ("latin-1", "cp1252"), ("mac_roman", "mac-roman"),
     ("Shift-JIS", "cp932"), ("gbk", "gb18030"), ("UTF-8", "utf-8"), ("ascii", "utf-8")],
)  # fmt: skip
def test_encodings_are_known_by_their_usual_names(name: str, encoding: str) -> None:
    assert text_files.encoding_of(name) == encoding


@pytest.mark.parametrize("name", ["rot13", "klingon", "", "a\0b", "utf-7"])
def test_other_encodings_are_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        text_files.encoding_of(name)
    assert "mac-roman" in caught.value.advice


def test_a_byte_that_the_chosen_encoding_lacks_is_refused_with_its_line() -> None:
    assert refused(b"a\r\nb\r\n\x81", "cp1252").problems == {
        "line 3": "holds bytes that aren't Windows 1252, Western Europe and Americas"
    }


def test_a_choice_that_the_file_contradicts_is_refused() -> None:
    assert "is UTF-8, as it shows itself" in str(refused(NAME.encode(), "cp1252"))
    assert "is UTF-16, as it shows itself" in str(refused(NAME.encode("utf-16"), "utf-8"))


@pytest.mark.parametrize("data", [b"a\n\0b", "a\nb".encode("utf-16-le"), b"PK\x03\x04\0\0\xff"])
def test_what_holds_nul_bytes_is_no_text_file(data: bytes) -> None:
    assert "is not a text file" in refused(data).problems["file"]


@pytest.mark.parametrize("data", [b"\xff\xfea", b"\xef\xbb\xbfa\xff"])
def test_a_damaged_file_is_refused_with_its_line(data: bytes) -> None:
    assert list(refused(data).problems) == ["line 1"]


def test_what_must_be_chosen_is_told_with_some_lines_and_ways_to_read_them() -> None:
    found = text_files.decoded("\n".join([NAME] * 5).encode("mac_roman"))
    with pytest.raises(InvalidInput) as caught:
        found.require_certain()
    assert list(caught.value.problems) == ["line 1", "line 2", "line 3", "file"]
    assert f"{NAME} (mac-" in caught.value.problems["line 1"]
    assert caught.value.problems["file"] == "has 2 more such lines"


@settings(max_examples=many(150))
@given(st.text(max_size=40), st.sampled_from(sorted(text_files.ENCODINGS)))
def test_no_text_in_any_encoding_is_read_as_another_one_for_certain(
    text: str, encoding: str
) -> None:
    data = text.encode(encoding, "ignore")
    meant = data.decode(encoding)
    try:
        found = text_files.decoded(data)
    except InvalidInput as error:
        found = Decoded(str(error), encoding, certain=False)
    utf8 = bytes(data).decode("utf-8", "replace") == found.text
    assert not found.certain or utf8 or found.text == meant
