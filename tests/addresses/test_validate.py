"""What a country asks of an address, and a pasted address taken apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcf.addresses.countries import countries, country_code
from mcf.addresses.parse import taken_apart
from mcf.addresses.validate import areas, fields, is_far, is_po_box, normalised, problems
from mcf.marketplaces import MARKETPLACES
from mcf.simulator.demo_shop.customers import US_CITIES

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
        ("US", "SW1A 1AA", "SW1A 1AA is not a ZIP code of the United States: it looks like 95014"),
        ("US", "2138", "2138 is not a ZIP code of the United States: is 02138 meant?"),
        ("US", "", "is needed"),
        ("CA", "78701", "78701 is not a postal code of Canada: it looks like H3Z 2Y7"),
        ("CA", "V8X 3X4",
         "V8X 3X4 is a postal code of British Columbia, but the province is Ontario"),
        ("AU", "3000", "3000 is a postcode of Victoria, but the state is New South Wales"),
        ("JP", "530-0001", "530-0001 is a postal code of Osaka, but the prefecture is Tokyo"),
        ("IT", "00144", "00144 is a postal code of Roma, but the province is Milano"),
        ("DE", "M5H 2N2", "M5H 2N2 is not a postal code of Germany: it looks like 26133"),
        ("DE", "1067", "1067 is not a postal code of Germany: is 01067 meant?"),
        ("GB", "10001", "10001 is not a postcode of the United Kingdom: it looks like EC1Y 8SY"),
        ("IE", "1", "1 is not an Eircode of Ireland: it looks like A65 F4E2"),
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


PASTED = {
    "US lines": ("US", "Jane Doe\n123 Main St Apt 4\nAustin, TX 78701\nUSA",
        "name=Jane Doe|line1=123 Main St Apt 4|city=Austin|state=TX|postal=78701|country=US"),
    "US one line": ("US", "Jane Doe 123 Main St Apt 4 San Antonio TX 78201",
        "name=Jane Doe|line1=123 Main St Apt 4|city=San Antonio|state=TX|postal=78201|country=US"),
    "US commas": ("DE", "Jane Doe, 123 Main St, Apt 4, Austin, Texas, 78701, United States",
        "name=Jane Doe|line1=123 Main St|line2=Apt 4|city=Austin|state=Texas|postal=78701|country=US"),
    "US company": ("US", ("Acme Inc.\nAttn: Jane Doe\n500 5th Ave\nSuite 300\nNew York NY 10110-0002\n"
        "Tel: (212) 555-0100\njane@example.com"),
        ("name=Acme Inc.|line1=Attn: Jane Doe|line2=500 5th Ave|line3=Suite 300|city=New York|"
        "state=NY|postal=10110-0002|country=US|phone=(212) 555-0100|email=jane@example.com")),
    "CA French": ("US", "Jean Tremblay\n123 rue Sainte-Catherine O\nMontréal QC H3B 1A7\nCanada",
        "name=Jean Tremblay|line1=123 rue Sainte-Catherine O|city=Montréal|state=QC|postal=H3B 1A7|country=CA"),
    "CA commas": ("CA", "Ann Lee, 99 Queen St W, Toronto, Ontario M5H 2N2",
        "name=Ann Lee|line1=99 Queen St W|city=Toronto|state=Ontario|postal=M5H 2N2|country=CA"),
    "GB lines": ("GB", "Mr J Smith\n221B Baker Street\nLondon\nNW1 6XE",
        "name=Mr J Smith|line1=221B Baker Street|city=London|postal=NW1 6XE|country=GB"),
    "GB commas": ("US", "J Smith, Flat 2, 10 High Street, Bristol, BS1 4DJ, UK",
        "name=J Smith|line1=Flat 2|line2=10 High Street|city=Bristol|postal=BS1 4DJ|country=GB"),
    "GB county": ("GB", "J Smith\n1 Mill Lane\nGuildford\nSurrey GU1 3AB\n+44 1483 496000",
        ("name=J Smith|line1=1 Mill Lane|city=Guildford|state=Surrey|postal=GU1 3AB|country=GB|"
        "phone=+44 1483 496000")),
    "DE lines": ("US", "Erika Mustermann\nHeidestr. 17\n51147 Köln\nDeutschland",
        "name=Erika Mustermann|line1=Heidestr. 17|city=Köln|postal=51147|country=DE"),
    "DE commas": ("DE", "Erika Mustermann, Heidestraße 17, D-51147 Köln",
        "name=Erika Mustermann|line1=Heidestraße 17|city=Köln|postal=D-51147|country=DE"),
    "DE locker": ("DE", "Max Muster\n12345678\nPackstation 145\n10115 Berlin\nTel.: 030 901820",
        "name=Max Muster|line1=12345678|line2=Packstation 145|city=Berlin|postal=10115|country=DE|phone=030 901820"),
    "DE no commas": ("DE", "Max Muster\nMusterstr. 12 10115 Berlin",
        "name=Max Muster|line1=Musterstr. 12|city=Berlin|postal=10115|country=DE"),
    "FR lines": ("FR", "Mme Marie Dupont\n12 bis rue de la Paix\n75002 PARIS\nFRANCE",
        "name=Mme Marie Dupont|line1=12 bis rue de la Paix|city=PARIS|postal=75002|country=FR"),
    "FR commas": ("US", "Jean Petit, 5 avenue Foch, BP 12, 69006 Lyon, France",
        "name=Jean Petit|line1=5 avenue Foch|line2=BP 12|city=Lyon|postal=69006|country=FR"),
    "IT lines": ("IT", "Mario Rossi\nVia Roma 10\n20121 Milano MI\nItalia",
        "name=Mario Rossi|line1=Via Roma 10|city=Milano|state=MI|postal=20121|country=IT"),
    "IT brackets": ("IT", "Mario Rossi, Via Garibaldi 5, 10122 Torino (TO)",
        "name=Mario Rossi|line1=Via Garibaldi 5|city=Torino|state=TO|postal=10122|country=IT"),
    "ES lines": ("ES", "Ana García\nCalle Mayor 1, 3º A\n28013 Madrid",
        "name=Ana García|line1=Calle Mayor 1, 3º A|city=Madrid|postal=28013|country=ES"),
    "ES province": ("US", "Ana García\nC/ Real 5\n41001 Sevilla\nSevilla\nEspaña",
        "name=Ana García|line1=C/ Real 5|city=Sevilla|state=Sevilla|postal=41001|country=ES"),
    "JP own": ("JP", "〒100-0001\n東京都千代田区千代田1-1\n山田太郎 様\n電話 03-1234-5678",
        "name=山田太郎 様|line1=千代田区千代田1-1|state=東京都|postal=〒100-0001|country=JP|phone=03-1234-5678"),
    "JP English": ("US", "Taro Yamada\n1-1-2 Oshiage, Sumida-ku\nTokyo 131-0045\nJapan",
        "name=Taro Yamada|line1=1-1-2 Oshiage, Sumida-ku|state=Tokyo|postal=131-0045|country=JP"),
    "AU lines": ("AU", "Jo Citizen\n12 George St\nSydney NSW 2000\nAustralia",
        "name=Jo Citizen|line1=12 George St|city=Sydney|state=NSW|postal=2000|country=AU"),
    "AU commas": ("AU", "Jo Citizen, Unit 3, 1200 Hay St, West Perth WA 6005",
        "name=Jo Citizen|line1=Unit 3|line2=1200 Hay St|city=West Perth|state=WA|postal=6005|country=AU"),
    "MX lines": ("MX", "Juan Pérez\nAv. Reforma 222\nCol. Juárez\n06600 Ciudad de México, CDMX\nMéxico",
        "name=Juan Pérez|line1=Av. Reforma 222|line2=Col. Juárez|city=Ciudad de México|state=CDMX|postal=06600|country=MX"),
    "MX C.P.": ("MX", "Juan Pérez\nCalle 5 No. 10\nC.P. 64000 Monterrey, N.L.",
        "name=Juan Pérez|line1=Calle 5 No. 10|city=Monterrey|state=N.L.|postal=64000|country=MX"),
    "IN lines": ("US", "Ravi Kumar\n12 MG Road\nBengaluru - 560001\nKarnataka\nIndia",
        "name=Ravi Kumar|line1=12 MG Road|city=Bengaluru|state=Karnataka|postal=560001|country=IN"),
    "IN commas": ("IN", "Ravi Kumar, 5 Park Street, Kolkata, West Bengal 700016",
        "name=Ravi Kumar|line1=5 Park Street|city=Kolkata|state=West Bengal|postal=700016|country=IN"),
    "NL lines": ("NL", "Jan de Vries\nDamstraat 1\n1012 AB Amsterdam\nNederland",
        "name=Jan de Vries|line1=Damstraat 1|city=Amsterdam|postal=1012 AB|country=NL"),
    "BR lines": ("BR", "João Silva\nAv. Paulista 1000\nBela Vista\nSão Paulo - SP\n01310-100\nBrasil",
        "name=João Silva|line1=Av. Paulista 1000|line2=Bela Vista|city=São Paulo|state=SP|postal=01310-100|country=BR"),
    "BR commas": ("BR", "João Silva, Rua A 10, Centro, Rio de Janeiro/RJ, CEP 20010-000",
        "name=João Silva|line1=Rua A 10|line2=Centro|city=Rio de Janeiro|state=RJ|postal=20010-000|country=BR"),
    "HK": ("US", "Chan Tai Man\n1 Nathan Rd\nTsim Sha Tsui\nKowloon\nHong Kong",
        "name=Chan Tai Man|line1=1 Nathan Rd|city=Tsim Sha Tsui|state=Kowloon|country=HK"),
    "a name alone": ("US", "Jane Doe", "name=Jane Doe|country=US"),
    "nothing": ("US", " \n ", "country=US"),
}  # fmt: skip
_SHORT = {
    "line1": "address_line1", "line2": "address_line2", "line3": "address_line3",
    "state": "state_or_region", "postal": "postal_code", "country": "country_code",
}  # fmt: skip


@pytest.mark.parametrize("style", PASTED)
def test_a_pasted_address_is_taken_apart(style: str) -> None:
    country, text, told = PASTED[style]
    parts = dict(part.split("=") for part in told.split("|"))

    assert taken_apart(text, country) == {_SHORT.get(k, k): v for k, v in parts.items()}


LETTERS = st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=0x17F)
WORDS = st.text(LETTERS, min_size=1, max_size=9) | st.sampled_from(
    ["TX", "Texas", "78701", "10115", "SW1A 1AA", "Austin", "100-0001", "NY", "Kent", "St", "12"]
)
TEXTS = st.lists(WORDS, max_size=14).flatmap(
    lambda words: st.lists(
        st.sampled_from([" ", ", ", "\n"]), min_size=len(words), max_size=len(words)
    ).map(lambda gaps: "".join(w + gap for w, gap in zip(words, gaps, strict=True)))
)


def words_of(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", text))


@settings(deadline=None, max_examples=300)
@given(TEXTS, st.sampled_from(["US", "CA", "GB", "DE", "IT", "JP", "AU", "BR", "IN", "HK"]))
def test_no_word_of_a_pasted_address_is_lost(text: str, country: str) -> None:
    found = taken_apart(text, country)

    named = found.pop("country_code")
    missing = [word for word in words_of(text) if word not in words_of(" ".join(found.values()))]
    assert not missing or country_code(" ".join(missing)) == named


@settings(deadline=None, max_examples=300)
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
