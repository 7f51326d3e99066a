"""Text that was escaped or encoded twice: what is meant is said, and nothing that is fine."""

from __future__ import annotations

import html
import quopri
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcf.addresses import countries
from mcf.addresses.spoiled import meant

WRITTEN = (
    "José Núñez",
    "Calle Alcalá 1",
    "Müller",
    "MÖNCH",
    "Straße",
    "Łódź",
    "Città di Castello",
    "Москва",
    "東京都千代田区",
    "Nguyễn Văn",
    "Șoseaua",
    "it’s “fine” – €5",
    "Happy birthday 🎂",
)


def misread(text: str, encoding: str) -> str:
    """A text in UTF-8 as a program shows it that takes it for another encoding."""
    signs = (bytes([number]) for number in text.encode())
    return "".join(sign.decode(encoding, "ignore") or sign.decode("latin-1") for sign in signs)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("13 O&#39;Neill Street", "13 O'Neill Street"),
        ("13 O&#039;Neill Street", "13 O'Neill Street"),
        ("13 O&#x27;Neill Street", "13 O'Neill Street"),
        ("13 O&#39Neill Street", "13 O'Neill Street"),
        ("13 O#39;Neill Street", "13 O'Neill Street"),
        ("Long &amp; Sons", "Long & Sons"),
        ("Long &AMP; Sons", "Long & Sons"),
        ("Long amp; Sons", "Long & Sons"),
        ("Long &amp;amp;amp; Sons", "Long & Sons"),
        ("Jos&eacute; don&rsquo;t", "José don’t"),
        ("Bob&#146;s", "Bob’s"),
        ("Apt 5&nbsp;B", "Apt 5 B"),
        ("1 Main St<br/>Apt 4", "1 Main St, Apt 4"),
        ("1 Main St <BR> Apt 4", "1 Main St, Apt 4"),
        ("<p>1 Main St</p>", "1 Main St"),
        ("&lt;p class=a&gt;1 Main St&lt;/p&gt;", "1 Main St"),
        ("<b>Thanks</b> a lot", "Thanks a lot"),
        ("<![CDATA[Ann Lee]]>", "Ann Lee"),
    ],
)
def test_what_a_web_page_would_show_is_meant(text: str, right: str) -> None:
    assert meant(text) == right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("123%20Oak%20Street", "123 Oak Street"),
        ("123+Oak+Street", "123 Oak Street"),
        ("Jos%C3%A9", "José"),
        ("Jos%E9", "José"),
        ("Jos=C3=A9", "José"),
        ("Jos=E9", "José"),
        ("O=27Neill", "O'Neill"),
        ("=?utf-8?q?Jos=C3=A9?= Lee", "José Lee"),
        ("=?UTF-8?B?Sm9zw6k=?=", "José"),
        (r"1 Main St\nApt 4", "1 Main St, Apt 4"),
        (r"1 Main St\r\nApt 4", "1 Main St, Apt 4"),
        (r"1 Main St\\napartment 4", "1 Main St, apartment 4"),
        (r"1 Main St\tApt 4", "1 Main St Apt 4"),
        (r"Jos\u00e9", "José"),
        (r"Jos\xe9", "José"),
        (r"Jos\xc3\xa9", "José"),
        (r"Jos\303\251", "José"),
        (r"Happy \ud83c\udf82", "Happy 🎂"),
        ("Jos%u00E9", "José"),
        (r"O\'Neill", "O'Neill"),
        ("O''Neill", "O'Neill"),
        ('The ""Grand"" Hotel', 'The "Grand" Hotel'),
        (r"1\/2 Main St", "1/2 Main St"),
        ("1 Main St_x000D_Apt 4", "1 Main St, Apt 4"),
    ],
)
def test_what_was_escaped_for_a_link_a_mail_or_a_program_is_meant(text: str, right: str) -> None:
    assert meant(text) == right


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "mac-roman", "cp850", "cp437", "cp1254"])
@pytest.mark.parametrize("text", WRITTEN)
def test_utf_8_read_in_another_encoding_is_told_as_it_was_written(text: str, encoding: str) -> None:
    assert meant(misread(text, encoding)) == text


@pytest.mark.parametrize("encoding", ["cp1250", "cp1251", "cp1257"])
@pytest.mark.parametrize("text", ["José Núñez", "Müller", "Straße", "Москва", "it’s “fine”"])
def test_so_is_utf_8_read_as_in_eastern_europe(text: str, encoding: str) -> None:
    assert meant(misread(text, encoding)) == text


@pytest.mark.parametrize("text", WRITTEN)
def test_what_was_misread_twice_is_told_as_it_was_written(text: str) -> None:
    assert meant(misread(misread(text, "cp1252"), "cp1252")) == text


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("CittÃ di Castello", "Città di Castello"),
        ("12Â Oak Street", "12 Oak Street"),
        ("12Â, Oak Street", "12, Oak Street"),
        ("josã© lee", "josé lee"),
        ("Mu±oz", "Muñoz"),
        ("Stra§e", "Straße"),
        ("M³ller", "Müller"),
        ("JosÃ© and Núñez", "José and Núñez"),
    ],
)
def test_a_byte_that_was_lost_or_read_otherwise_is_told(text: str, right: str) -> None:
    assert meant(text) == right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("null", ""),
        ("NULL", ""),
        ("undefined", ""),
        ("None", ""),
        ("NaN", ""),
        ("N/A", ""),
        ("null, null", ""),
        ("[object Object]", ""),
        ("Ann null", "Ann"),
        ("undefined Lee", "Lee"),
        ("Dear {{first_name}}!", "Dear !"),
        ("${street} 5", "5"),
    ],
)
def test_a_programs_word_for_nothing_isnt_meant(text: str, right: str) -> None:
    assert meant(text) == right


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Simon & Garfield",
        "AT&T Plaza 100% Mall",
        "Sale <3 & more",
        "2 < 3 > 1",
        "50% off; 20% more",
        "Fish&chips; M&M; Smith; Jones",
        "Chris Null",
        "Nan Smith",
        "None Such Road",
        "Nil",
        "Apt #39",
        "E=MC2",
        "C++ Street",
        "A+B",
        "1+1+1",
        "jane+tag@example.com",
        '6\'2" and 5"',
        "O'Neill",
        "Unit 5/12",
        r"O\Brien",
        "IRMÃ ANA",
        "SÃO JOÃO",
        "CAFÉ’S",
        "Café…”",
        "Ärzte “Ä”",
        "ORĂŞENI",
        "Рівне Річка Вік",
        "Tír na nÓg",
        "Baile Átha hÉireann",
        "’s-Gravenhage",
        "«Où?» «là»…",
        "Å i Lofoten",
        "Æblevej 3 – 2. th",
        "Ðe Þing",
        "N° 5, 1½ Main, §5, ±2",
        "Łódź, ul. Żółta 5",
        "Kraków – Śródmieście",
        "ŞİŞLİ / İSTANBUL",
        "Đường Lê Lợi, Nguyễn Văn Ánh",
        "東京都千代田区1-1",
        "ΑΘΗΝΑ Ελλάδα",
        "תל אביב",
        "شارع الملك",
        "서울특별시",
        "Happy birthday 🎂 – love, José",
    ],
)
def test_what_is_fine_is_left_alone(text: str) -> None:
    assert meant(text) is None


def test_names_of_all_countries_and_their_parts_are_fine() -> None:
    every = map(countries.country, countries.countries())
    names = (name for each in every for name in (each.name, *(a.name for a in each.areas.values())))

    assert [name for name in names if meant(name) is not None] == []


@given(
    st.text(
        st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=0x17F)
        | st.sampled_from(" '&<>,.-/"),
        min_size=1,
    ).filter(lambda text: meant(text) is None)
)
def test_what_is_escaped_once_or_twice_is_told_as_it_was(text: str) -> None:
    tidy = " ".join(text.split()).replace(" ,", ",").strip(",").strip()
    escaped = {
        once(text)
        for once in (
            lambda t: html.escape(t).replace("é", "&eacute;"),
            lambda t: html.escape(html.escape(t)),
            quote,
        )
    } - {text}

    assert {meant(each) for each in escaped} <= {tidy}


@given(st.text())
def test_any_text_is_told_in_one_line_or_left_alone(text: str) -> None:
    told = meant(text)

    assert told is None or (told != text and "\n" not in told and "\0" not in told)


def test_what_another_program_makes_of_a_street_is_undone() -> None:
    street = "1 Calle José & Söhne"

    assert meant(quote_plus(street)) == street
    assert meant(quopri.encodestring(street.encode(), quotetabs=True).decode()) == street
