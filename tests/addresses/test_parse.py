"""A pasted address is taken apart, and no word of it is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcf.addresses.countries import country_code
from mcf.addresses.parse import lines_of, read
from mcf.addresses.wording import unlabelled
from tests.examples import many

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
        "name=山田太郎|line1=千代田区千代田1-1|state=東京都|postal=100-0001|country=JP|phone=03-1234-5678"),
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


def taken_apart(text: str, country: str) -> dict[str, str]:
    """The parts by Python name; `country` is the code of the one where none is named."""
    return read(unlabelled(lines_of(text)), country).placed


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


@settings(max_examples=many(300))
@given(TEXTS, st.sampled_from(["US", "CA", "GB", "DE", "IT", "JP", "AU", "BR", "IN", "HK"]))
def test_no_word_of_a_pasted_address_is_lost(text: str, country: str) -> None:
    found = taken_apart(text, country)

    named = found.pop("country_code")
    missing = [word for word in words_of(text) if word not in words_of(" ".join(found.values()))]
    assert not missing or country_code(" ".join(missing)) == named
