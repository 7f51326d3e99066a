"""What a country asks of an address, and a pasted address taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcf.addresses.countries import countries
from mcf.addresses.validate import areas, fields, is_far, is_po_box, normalised, problems
from mcf.marketplaces import MARKETPLACES
from mcf.simulator.demo_shop.customers import US_CITIES
from tests.examples import many

GOOD = {
    "US": {"city": "Austin", "state_or_region": "TX", "postal_code": "78701"},
    "CA": {"city": "Toronto", "state_or_region": "ON", "postal_code": "M5H 2N2"},
    "MX": {"city": "Monterrey", "state_or_region": "Nuevo León", "postal_code": "64000"},
    "BR": {"city": "São Paulo", "state_or_region": "SP", "postal_code": "01310-100"},
    "GB": {"city": "London", "postal_code": "SW1A 1AA"},
    "DE": {"city": "Köln", "postal_code": "51147"},
    "FR": {"city": "Paris", "postal_code": "75002"},
    "IT": {"city": "Milano", "state_or_region": "MI", "postal_code": "20121"},
    "ES": {"city": "Madrid", "state_or_region": "Madrid", "postal_code": "28013"},
    "NL": {"city": "Amsterdam", "postal_code": "1012 AB"},
    "BE": {"city": "Brussel", "postal_code": "1000"},
    "IE": {"city": "Dublin", "state_or_region": "Co. Dublin", "postal_code": "D02 X285"},
    "PL": {"city": "Warszawa", "postal_code": "00-950"},
    "SE": {"city": "Stockholm", "postal_code": "114 55"},
    "TR": {"city": "Kadıköy", "state_or_region": "İstanbul", "postal_code": "34710"},
    "AE": {"city": "Dubai", "state_or_region": "Dubai", "postal_code": "00000"},
    "SA": {"city": "Riyadh", "postal_code": "11564"},
    "EG": {"city": "Cairo", "state_or_region": "Cairo", "postal_code": "11511"},
    "ZA": {"city": "Cape Town", "postal_code": "8001"},
    "IN": {"city": "Bengaluru", "state_or_region": "Karnataka", "postal_code": "560001"},
    "JP": {"state_or_region": "東京都", "postal_code": "100-0001"},
    "AU": {"city": "Sydney", "state_or_region": "NSW", "postal_code": "2000"},
    "SG": {"city": "Singapore", "postal_code": "546080"},
}


def place(country: str, **changes: str) -> dict[str, str]:
    """An address in a country that holds, but for these changes."""
    somebody = {"name": "Ada Example", "address_line1": "1 Example Street"}
    return {**somebody, "country_code": country, **GOOD[country], **changes}


def test_there_is_a_good_address_of_each_marketplace() -> None:
    assert set(GOOD) == {each.country_code for each in MARKETPLACES.values()}


@pytest.mark.parametrize("country", GOOD)
def test_a_good_address_has_no_problem_and_is_written_already(country: str) -> None:
    assert problems(place(country)) == {}
    assert normalised(place(country)) == place(country)


@pytest.mark.parametrize(("city", "state", "postal_code"), US_CITIES)
def test_the_simulators_people_live_where_they_say(city: str, state: str, postal_code: str) -> None:
    there = place("US", city=city, state_or_region=state, postal_code=postal_code)

    assert problems(there) == {}


@pytest.mark.parametrize("code", sorted(countries()))
def test_every_country_has_the_fields_that_amazon_needs(code: str) -> None:
    needed = {field.name for field in fields(code) if field.required}

    assert {"name", "address_line1", "postal_code"} <= needed
    assert ("city" in needed) is (code != "JP")


@pytest.mark.parametrize(
    ("code", "order"),
    [
        ("US", ["City", "State", "ZIP code"]),
        ("CA", ["City", "Province", "Postal code"]),
        ("GB", ["Town or city", "Postcode"]),
        ("DE", ["Postal code", "City"]),
        ("AU", ["Suburb", "State", "Postcode"]),
        ("IN", ["City", "PIN code", "State"]),
        ("IE", ["Townland", "City", "County", "Eircode"]),
        ("MX", ["Neighbourhood", "Postal code", "City", "State"]),
    ],
)
def test_the_fields_follow_the_country_and_speak_its_words(code: str, order: list[str]) -> None:
    labels = [field.label for field in fields(code)]

    assert labels[:4] == [
        "Name",
        "Street and number",
        "Apartment, company, floor",
        "Third address line",
    ]
    assert labels[4:] == order


def test_japan_begins_with_the_postal_code_and_ends_with_the_name() -> None:
    names = [field.name for field in fields("JP")]

    assert names[:2] == ["postal_code", "state_or_region"]
    assert names[-1] == "name"
    assert "city" not in names


@pytest.mark.parametrize(
    ("code", "area", "name"),
    [
        ("US", "TX", "Texas"), ("US", "PR", "Puerto Rico"), ("CA", "QC", "Quebec"),
        ("AU", "NSW", "New South Wales"), ("JP", "東京都", "Tokyo"), ("BR", "SP", "São Paulo"),
        ("IT", "MI", "Milano"), ("MX", "Jalisco", "Jalisco"), ("IN", "Karnataka", "Karnataka"),
        ("ES", "Sevilla", "Sevilla"), ("AE", "Dubai", "Dubai"),
    ],
)  # fmt: skip
def test_the_areas_to_choose_from_have_codes_and_names(code: str, area: str, name: str) -> None:
    assert areas(code)[area] == name


@pytest.mark.parametrize("code", ["DE", "GB", "FR", "NL", "IE", "SG"])
def test_where_any_region_goes_there_is_none_to_choose(code: str) -> None:
    assert areas(code) == {}


@pytest.mark.parametrize("code", ["US", "CA", "AU", "JP", "MX", "IN", "BR", "IT", "ES", "AE", "KR"])
def test_every_area_is_found_by_its_code_and_its_name(code: str) -> None:
    found = {
        area: [
            normalised({"country_code": code, "state_or_region": text})["state_or_region"]
            for text in (area, name)
        ]
        for area, name in areas(code).items()
    }

    assert found == {area: [area, area] for area in areas(code)}


@pytest.mark.parametrize(
    ("code", "typed", "sent"),
    [
        ("US", "Texas", "TX"), ("US", "tx", "TX"), ("US", "US-TX", "TX"), ("US", "D.C.", "DC"),
        ("US", "Washington DC", "DC"), ("CA", "Québec", "QC"), ("CA", "Ontario", "ON"),
        ("CA", "Colombie-Britannique", "BC"), ("AU", "Victoria", "VIC"), ("JP", "Tokyo", "東京都"),
        ("JP", "東京", "東京都"), ("JP", "Osaka Prefecture", "大阪府"), ("JP", "JP-13", "東京都"),
        ("MX", "Jal.", "Jalisco"), ("MX", "Mexico City", "Ciudad de México"),
        ("IN", "KA", "Karnataka"), ("IN", "New Delhi", "Delhi"), ("BR", "sao paulo", "SP"),
        ("IT", "Milano", "MI"), ("IT", "Milan", "MI"), ("ES", "M", "Madrid"),
        ("ES", "Provincia de Sevilla", "Sevilla"), ("DE", "Bayern", "Bayern"),
        ("GB", "Kent", "Kent"), ("US", "Nowhere", "Nowhere"),
    ],
)  # fmt: skip
def test_an_area_is_sent_by_its_countrys_code(code: str, typed: str, sent: str) -> None:
    written = normalised({"country_code": code, "state_or_region": typed})

    assert written["state_or_region"] == sent


@pytest.mark.parametrize(
    ("code", "typed", "sent"),
    [
        ("GB", "sw1a1aa", "SW1A 1AA"), ("GB", "m25bq", "M2 5BQ"), ("GB", "EC1Y8SY", "EC1Y 8SY"),
        ("CA", "k1a0b1", "K1A 0B1"), ("CA", "K1A-0B1", "K1A 0B1"), ("US", "787011234", "78701-1234"),
        ("US", "78701 1234", "78701-1234"), ("NL", "1012ab", "1012 AB"), ("JP", "1000001", "100-0001"),
        ("JP", "〒１００－０００１", "100-0001"), ("BR", "01310100", "01310-100"),
        ("PL", "00950", "00-950"), ("SE", "SE-11455", "114 55"), ("DE", "D-51147", "51147"),
        ("DE", "DE 51147", "51147"), ("FR", "F-75002", "75002"), ("IE", "d02x285", "D02 X285"),
        ("IN", "560 001", "560001"), ("DE", "nowhere", "NOWHERE"), ("AE", "none", "none"),
    ],
)  # fmt: skip
def test_a_postal_code_is_written_as_in_its_country(code: str, typed: str, sent: str) -> None:
    assert normalised({"country_code": code, "postal_code": typed})["postal_code"] == sent


@pytest.mark.parametrize(
    ("code", "typed", "sent"),
    [
        ("US", "(512) 555-0100", "+1 512-555-0100"), ("DE", "030 901820", "+49 30 901820"),
        ("GB", "020 7946 0958", "+44 20 7946 0958"), ("US", "+44 20 7946 0958", "+44 20 7946 0958"),
        ("US", "555-0100", "555-0100"), ("US", "ask Ada", "ask Ada"), ("JP", "０３－１２３４－５６７８", "+81 3-1234-5678"),
        ("US", "512 555 0100 x12", "+1 512-555-0100 ext. 12"),
    ],
)  # fmt: skip
def test_a_phone_number_is_made_international_when_it_is_one(
    code: str, typed: str, sent: str
) -> None:
    assert normalised({"country_code": code, "phone": typed})["phone"] == sent


def test_blanks_are_folded_and_what_nobody_sees_is_taken_out() -> None:
    typed = {"name": " Ada \u00a0\u3000Example\u200b", "address_line1": "１２ Road\u202e\t"}

    assert normalised(typed) == {"name": "Ada Example", "address_line1": "12 Road"}


@pytest.mark.parametrize(
    ("country", "changes", "problem"),
    [
        ("US", {"state_or_region": "ZZ"}, "ZZ is not a state of the United States"),
        ("US", {"state_or_region": "Ontario"},
         "Ontario is a province of Canada, but the country is the United States"),
        ("US", {"state_or_region": "England"}, "England is not a state of the United States"),
        ("US", {"state_or_region": ""}, "is needed"),
        ("CA", {"state_or_region": ""}, "is needed"),
        ("DE", {"state_or_region": "TX"},
         "TX is a state of the United States, but the country is Germany"),
        ("DE", {"state_or_region": "Texas"},
         "Texas is a state of the United States, but the country is Germany"),
        ("FR", {"state_or_region": "Ontario"},
         "Ontario is a province of Canada, but the country is France"),
        ("GB", {"state_or_region": "NSW"},
         "NSW is a state of Australia, but the country is the United Kingdom"),
        ("JP", {"state_or_region": "ON"}, "ON is a province of Canada, but the country is Japan"),
        ("AE", {"state_or_region": "Nowhere"},
         "Nowhere is not an emirate of the United Arab Emirates"),
        ("IT", {"state_or_region": "XQ"}, "XQ is not a province of Italy"),
    ],
)  # fmt: skip
def test_a_state_of_another_country_is_refused(
    country: str, changes: dict[str, str], problem: str
) -> None:
    assert problems(place(country, **changes)) == {"state_or_region": problem}


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("DE", "NW"), ("DE", "Nordrhein-Westfalen"), ("NL", "NB"), ("GB", "Kent"), ("GB", "England"),
        ("FR", "Île-de-France"), ("DE", "Germany"), ("GB", "Middlesex"), ("IE", "Galway"),
        ("IT", "Lombardia"), ("ES", "Andalucía"), ("ES", ""), ("IT", ""),
    ],
)  # fmt: skip
def test_a_region_of_the_country_is_taken(country: str, text: str) -> None:
    assert problems(place(country, state_or_region=text)) == {}


@pytest.mark.parametrize(("state", "postal_code"), [
    ("PR", "00901"), ("GU", "96910"), ("VI", "00802"), ("AP", "96201"), ("AE", "09012"),
])  # fmt: skip
def test_a_territory_is_a_state_of_the_united_states(state: str, postal_code: str) -> None:
    assert problems(place("US", state_or_region=state, postal_code=postal_code)) == {}


def test_a_territory_may_also_be_the_country() -> None:
    there = {**place("US"), "country_code": "PR", "postal_code": "00901", "state_or_region": "PR"}

    assert problems(there) == {}


@pytest.mark.parametrize(
    ("country", "text", "problem"),
    [
        ("US", "10001", "10001 is a ZIP code of New York, but the state is Texas"),
        ("US", "00000", "00000 is not a ZIP code of Texas"),
        ("US", "SW1A 1AA", "SW1A 1AA is not a ZIP code of the United States: one looks like 95014"),
        ("US", "2138", "2138 is not a ZIP code of the United States: is 02138 meant?"),
        ("US", "", "is needed"),
        ("CA", "78701", "78701 is not a postal code of Canada: one looks like H3Z 2Y7"),
        ("CA", "V8X 3X4",
         "V8X 3X4 is a postal code of British Columbia, but the province is Ontario"),
        ("AU", "3000", "3000 is a postcode of Victoria, but the state is New South Wales"),
        ("JP", "530-0001", "530-0001 is a postal code of Osaka, but the prefecture is Tokyo"),
        ("IT", "00144", "00144 is a postal code of Roma, but the province is Milano"),
        ("DE", "M5H 2N2", "M5H 2N2 is not a postal code of Germany: one looks like 26133"),
        ("DE", "1067", "1067 is not a postal code of Germany: is 01067 meant?"),
        ("GB", "10001", "10001 is not a postcode of the United Kingdom: one looks like EC1Y 8SY"),
        ("IE", "1", "1 is not an Eircode of Ireland: one looks like A65 F4E2"),
        ("AE", "", "is needed: Amazon asks for one in every country"),
    ],
)  # fmt: skip
def test_a_postal_code_of_elsewhere_is_refused(country: str, text: str, problem: str) -> None:
    assert problems(place(country, postal_code=text)) == {"postal_code": problem}


def test_a_city_is_needed_everywhere_but_in_japan() -> None:
    assert problems(place("DE", city="")) == {"city": "is needed"}
    assert problems(place("JP", city="Chiyoda")) == {
        "city": "is not used in Japan: put it into the address lines"
    }


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("", "is needed"), ("XX", "XX is not a country: choose one, or type a code like US")],
)
def test_an_unknown_country_is_refused_with_what_else_is_missing(typed: str, problem: str) -> None:
    assert problems({"country_code": typed, "name": "Ada"}) == {
        "address_line1": "is needed",
        "country_code": problem,
    }


@settings(max_examples=many(300))
@given(
    st.sampled_from(sorted(GOOD)),
    st.dictionaries(
        st.sampled_from(
            ["name", "city", "state_or_region", "postal_code", "phone", "country_code"]
        ),
        st.text(max_size=12)
        | st.sampled_from(["UK", "ontario", "sw1a1aa", "d-51147", "１０００００１"]),
    ),
)
def test_writing_an_address_twice_changes_nothing_more(
    country: str, changes: dict[str, str]
) -> None:
    once = normalised(place(country, **changes))

    assert normalised(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "PO Box 12", "P.O. Box 12", "p o box 7", "Post Office Box 3", "Packstation 145", "Postfach 1234",
        "Postlagernd", "Apartado 12", "Apartado de Correos 55", "Apdo. 5", "BP 12", "B.P. 12",
        "Boîte postale 7", "Casella Postale 9", "Caixa Postal 33", "Postbus 100", "私書箱 5号",
        "General Delivery", "Poste Restante", "Fermo Posta", "Locked Bag 4", "PSC 3 Box 12", "APO",
    ],
)  # fmt: skip
def test_a_box_is_told_from_a_house(text: str) -> None:
    assert is_po_box(place("DE", address_line1=text))


@pytest.mark.parametrize(
    "text",
    ["1 Boxwood Lane", "12 Poplar Road", "Poststraße 5", "Via Posta 3", "Apolda 1",
     "12 Main St Bldg B", "CP House 1"],
)  # fmt: skip
def test_a_house_is_no_box(text: str) -> None:
    assert not is_po_box(place("DE", address_line1=text))


def test_a_military_state_is_no_house() -> None:
    assert is_po_box(place("US", state_or_region="AP", postal_code="96201"))


@pytest.mark.parametrize(
    ("country", "changes", "named"),
    [
        ("US", {"state_or_region": "AK", "postal_code": "99501"}, "Alaska"),
        ("US", {"state_or_region": "HI", "postal_code": "96813"}, "Hawaii"),
        ("US", {"state_or_region": "PR", "postal_code": "00901"}, "Puerto Rico"),
        ("US", {"state_or_region": "AE", "postal_code": "09012"}, "a military address"),
        ("US", {"state_or_region": "", "postal_code": "96910"}, "Guam"),
        ("ES", {"postal_code": "35001"}, "the Canary Islands"),
        ("FR", {"postal_code": "20000"}, "Corsica"),
        ("FR", {"postal_code": "97410"}, "Réunion"),
        ("GB", {"postal_code": "BT1 5GS"}, "Northern Ireland"),
        ("GB", {"postal_code": "IV1 1AA"}, "the Scottish Highlands and Islands"),
        ("GB", {"postal_code": "JE2 3AB"}, "Jersey"),
        ("JP", {"postal_code": "060-0001"}, "Hokkaido"),
        ("JP", {"postal_code": "900-0001"}, "Okinawa"),
        ("US", {"country_code": "PR"}, "Puerto Rico"),
    ],
)  # fmt: skip
def test_a_far_place_is_named(country: str, changes: dict[str, str], named: str) -> None:
    assert is_far(place(country, **changes)) == named


@pytest.mark.parametrize("country", sorted(GOOD))
def test_an_ordinary_address_is_neither_far_nor_a_box(country: str) -> None:
    assert is_far(place(country)) is None
    assert not is_po_box(place(country))
