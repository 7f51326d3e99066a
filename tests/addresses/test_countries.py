"""Countries by the words that people have for them."""

from __future__ import annotations

import pytest

from mcf.addresses.countries import countries, country_code


@pytest.mark.parametrize("typed", [
    "US", "us", "USA", "U.S.A.", "United States",
    "United States of America", "Estados Unidos", "Vereinigte Staaten", "États-Unis",
])  # fmt: skip
def test_many_words_mean_the_united_states(typed: str) -> None:
    assert country_code(typed) == "US"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("UK", "GB"), ("U.K.", "GB"), ("GBR", "GB"), ("Great Britain", "GB"), ("England", "GB"),
        ("de", "DE"), ("Germany", "DE"), ("Deutschland", "DE"), ("Allemagne", "DE"),
        ("ESPAÑA", "ES"), ("espana", "ES"), ("Italia", "IT"), ("Nederland", "NL"),
        ("The Netherlands", "NL"), ("日本", "JP"), ("Brasil", "BR"), ("México", "MX"),
        ("Türkiye", "TR"), ("Turkey", "TR"), ("South Korea", "KR"), ("UAE", "AE"),
        ("Czech Republic", "CZ"), ("Polska", "PL"), ("Sverige", "SE"), ("België", "BE"),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_names(typed: str, code: str) -> None:
    assert country_code(typed) == code


@pytest.mark.parametrize("typed", ["", " ", "?", "Atlantis", "XX", "ZZ", "Texas"])
def test_what_is_no_country_has_no_code(typed: str) -> None:
    assert country_code(typed) is None


def test_countries_have_the_names_that_people_say() -> None:
    told = countries()

    assert (told["US"], told["GB"], told["KR"], told["VN"], told["RU"]) == (
        "United States", "United Kingdom", "South Korea", "Vietnam", "Russia",
    )  # fmt: skip
    assert len(told) == 249
    assert all(country_code(name) == code for code, name in told.items())
