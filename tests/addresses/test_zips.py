"""A city and a ZIP code that are far from each other are told, and no others."""

from __future__ import annotations

import pytest

from mcf.addresses import zips


def address(city: str, state: str, code: str, country: str = "US") -> dict[str, str]:
    return {"city": city, "state_or_region": state, "postal_code": code, "country_code": country}


@pytest.mark.parametrize(
    ("city", "state", "code", "problem"),
    [
        ("Dallas", "TX", "78701", "ZIP code 78701 is some 270 km from Dallas"),
        ("DALLAS", "TX", "78701-1234", "ZIP code 78701-1234 is some 270 km from DALLAS"),
        ("Buffalo", "NY", "10001", "ZIP code 10001 is some 450 km from Buffalo"),
        ("San Francisco", "CA", "90001", "ZIP code 90001 is some 530 km from San Francisco"),
    ],
)
def test_a_zip_code_far_from_its_city_is_told(
    city: str, state: str, code: str, problem: str
) -> None:
    assert zips.doubt(address(city, state, code)) == problem


@pytest.mark.parametrize(
    ("city", "state", "code"),
    [
        ("Dallas", "TX", "75201"),
        ("Plano", "TX", "75024"),
        ("Springfield", "IL", "62701"),
        ("Seattle", "WA", "98101"),
        ("New York", "NY", "11201"),
        ("Long Beach", "CA", "90210"),
        ("Saint Paul", "MN", "55101"),
        ("Anchorage", "AK", "99501"),
        ("Nowhere Known", "TX", "78701"),
        ("Dallas", "", "78701"),
        ("Dallas", "TX", ""),
        ("Dallas", "TX", "00000"),
    ],
)
def test_what_fits_or_isnt_known_is_no_doubt(city: str, state: str, code: str) -> None:
    assert zips.doubt(address(city, state, code)) is None


def test_only_the_united_states_are_looked_at() -> None:
    assert zips.doubt(address("Dallas", "TX", "78701", country="DE")) is None
    assert zips.doubt({}) is None
