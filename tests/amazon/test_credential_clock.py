"""When Amazon's credentials end, and how long before that it's told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mcf.access_settings import CredentialDates
from mcf.amazon.credential_clock import ends, near

MADE = date(2026, 6, 1)
SECRET_ENDS = date(2026, 11, 28)
DATES = CredentialDates(secret_made=MADE)


def test_what_is_not_known_has_no_end() -> None:
    assert list(ends(CredentialDates())) == []
    assert near(CredentialDates(), MADE) == []


def test_a_client_secret_lasts_180_days_and_an_authorisation_365() -> None:
    found = {end.key: end.day for end in ends(CredentialDates(MADE, MADE))}

    assert found == {"secret": SECRET_ENDS, "authorization": date(2027, 6, 1)}


@pytest.mark.parametrize(
    ("before", "reached"),
    [(31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 0), (-5, 0)],
)
def test_an_end_is_told_thirty_seven_and_one_day_before(before: int, reached: int | None) -> None:
    (end,) = ends(DATES)

    assert end.reached(SECRET_ENDS - timedelta(days=before)) == reached


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (12, "Amazon's client secret ends in 12 days"),
        (1, "Amazon's client secret ends in 1 day"),
        (0, "Amazon's client secret ends today"),
        (-3, "Amazon's client secret has ended"),
    ],
)
def test_how_long_it_works_is_said(before: int, said: str) -> None:
    (end,) = ends(DATES)

    assert end.says(SECRET_ENDS - timedelta(days=before)) == said


def test_the_first_to_end_is_named_first() -> None:
    both = CredentialDates(secret_made=MADE, authorized=date(2025, 11, 20))

    close = near(both, date(2026, 11, 10))

    assert [end.key for end in close] == ["authorization", "secret"]
    assert "AMAZON_SP_API_CLIENT_SECRET" in close[1].remedy
