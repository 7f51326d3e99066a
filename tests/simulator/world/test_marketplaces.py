"""The marketplaces the seller takes part in."""

from __future__ import annotations

from mcf.simulator.world.marketplaces import BY_COUNTRY, MARKETPLACES, US


def test_a_marketplace_is_found_by_its_id_and_by_its_country() -> None:
    assert MARKETPLACES["ATVPDKIKX0DER"] is BY_COUNTRY["US"] is US
    assert len(BY_COUNTRY) == len(MARKETPLACES) == 12


def test_every_marketplace_has_centres_and_no_two_share_one() -> None:
    centres = [centre for place in MARKETPLACES.values() for centre in place.centres]

    assert all(place.centres for place in MARKETPLACES.values())
    assert len(set(centres)) == len(centres)


def test_currencies_and_languages_are_codes() -> None:
    places = MARKETPLACES.values()

    assert {len(place.currency) for place in places} == {3}
    assert {place.language[2:] for place in places} == {f"_{place.country}" for place in places}
