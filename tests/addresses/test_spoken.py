"""A country is found by what people call it, and by nothing that only looks like it."""

from __future__ import annotations

import pytest

from mcf.addresses import spoken


def first(typed: str) -> str:
    """How the first of the choices reads that begins like this, as a browser finds it."""
    shown = map(spoken.shown, spoken.choices())
    return next(text for text in shown if text.lower().startswith(typed.lower()))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("DE", "DE"),
        ("us", "US"),
        ("UK", "GB"),
        ("GB", "GB"),
        ("Germany", "DE"),
        ("deutschland", "DE"),
        ("England", "GB"),
        ("scotl", "GB"),
        ("USA", "US"),
        ("österreich", "AT"),
        ("osterreich", "AT"),
        ("espana", "ES"),
        ("suisse", "CH"),
        ("Schweiz", "CH"),
        ("日本", "JP"),
        ("japan", "JP"),
        ("holland", "NL"),
        ("korea", "KR"),
    ],
)
def test_a_country_is_found_by_its_code_and_its_names(typed: str, code: str) -> None:
    text = first(typed)

    (choice,) = (one for one in spoken.choices() if spoken.shown(one) == text)
    assert spoken.chosen(choice) == code


def test_every_choice_reads_otherwise_and_names_one_country() -> None:
    choices = spoken.choices()
    codes = {spoken.chosen(choice) for choice in choices}

    assert len({spoken.shown(choice) for choice in choices}) == len(choices)
    assert all(len(code) == 2 for code in codes)
    assert spoken.chosen("") == ""
    assert spoken.chosen("Atlantis") == "Atlantis"


def test_a_chosen_country_reads_as_its_code_and_its_english_name() -> None:
    assert spoken.option("DE") == "DE · Germany"
    assert spoken.option("GB") == "UK (GB) · United Kingdom"
    assert spoken.shown("XX") == "XX"
