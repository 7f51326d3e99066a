"""Which country an address betrays."""

from __future__ import annotations

import pytest

from mcf.addresses.signs import sign


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("5 High Street\nLondon\nSW1A 1AA", "GB"),
        ("1 Mill Lane\nSt Peter Port\nGY1 1AA", "GG"),
        ("1 Main St\nAustin TX 78701", "US"),
        ("1 Main St\nNew York, New York 10110-0002", "US"),
        ("1 St\nHobart TAS 7000", "AU"),
        ("1 Quay\nDublin\nD02 AF30", "IE"),
        ("ul. Prosta 5\n00-001 Warszawa", "PL"),
        ("Rua B 5\n1000-205 Lisboa", "PT"),
        ("Bahnhofstr. 1\nCH-8001 Zürich", "CH"),
        ("北海道札幌市1-1", "JP"),
        ("広島県広島市1-1", "JP"),
        ("广东省深圳市1号", "CN"),
    ],
)
def test_the_postal_code_or_the_province_betrays_it(text: str, code: str) -> None:
    found = sign(text)

    assert found is not None
    assert (found.code, found.is_sure) == (code, True)


@pytest.mark.parametrize(
    "text",
    [
        "5 Oak Rd\nBoston CA 02118",
        "Heidestr. 17\n51147 Köln",
        "Via Roma 10\n20121 Milano MI",
        "Suite 5\nFloor 2\n1234 NE Broadway",
        "1234 NE Broadway",
        "Calle 5\n28013 Madrid",
        "",
    ],
)
def test_what_several_countries_write_betrays_none(text: str) -> None:
    assert sign(text) is None


def test_letters_alone_are_no_sure_sign() -> None:
    found = sign("田中さくら\n10 Some St")

    assert found is not None
    assert (found.code, found.is_sure) == ("JP", False)
