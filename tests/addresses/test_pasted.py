"""What was understood of a pasted address, and what is doubtful before it fills anything."""

from __future__ import annotations

import pytest

from mcf.addresses.pasted import Understood, understood

PARTS = ("name", "address_line1", "address_line2", "address_line3", "city", "district_or_county",
         "state_or_region", "postal_code", "country_code", "phone", "email")  # fmt: skip


def pasted(lines: str, given: str = "US", chosen: str = "") -> Understood:
    return understood(lines.replace(" / ", "\n").replace("[tab]", "\t"), given, chosen)


def said(read: Understood) -> str:
    """The parts that aren't empty, in the order of `PARTS`."""
    return " | ".join(read.parts[name] for name in PARTS if name in read.parts)


SURE = {
    "Jane Roe / 5 High Street / London / SW1A 1AA / United Kingdom / 07700 900123":
        "Jane Roe | 5 High Street | London | SW1A 1AA | GB | 07700 900123",
    "Jane Roe, 5 High Street, London, SW1A 1AA, United Kingdom, 07700 900123":
        "Jane Roe | 5 High Street | London | SW1A 1AA | GB | 07700 900123",
    "Erika Muster / Heidestraße 17 / 51147 Köln / Germany / 0221 1234567":
        "Erika Muster | Heidestraße 17 | Köln | 51147 | DE | 0221 1234567",
    "Ship to: / Acme Inc / Attn: Bob Smith / 500 5th Ave / Floor 12 / New York, NY 10110 / USA / "
    "bob@example.com":
        "Acme Inc | Attn: Bob Smith | 500 5th Ave | Floor 12 | New York | NY | 10110 | US | "
        "bob@example.com",
    "Shipping Address / Sarah Roe / 1234 N Main St / Los Angeles CA 90012 / United States":
        "Sarah Roe | 1234 N Main St | Los Angeles | CA | 90012 | US",
    "Deliver to Sarah Roe / 1234 N Main St / Los Angeles, CA 90012":
        "Sarah Roe | 1234 N Main St | Los Angeles | CA | 90012 | US",
    "Ship to: Sarah Roe, 1234 N Main St, Los Angeles, CA 90012":
        "Sarah Roe | 1234 N Main St | Los Angeles | CA | 90012 | US",
    "Name: John Doe / Address: 12 Oak Rd / City: Boston / State: MA / Zip: 02118 / "
    "Phone: 617-555-0199":
        "John Doe | 12 Oak Rd | Boston | MA | 02118 | US | 617-555-0199",
    "Name: John Doe, Address: 12 Oak Rd, City: Boston, State: MA, Zip: 02118":
        "John Doe | 12 Oak Rd | Boston | MA | 02118 | US",
    "Name / John Doe / Street / 12 Oak Rd / City / Boston / State / MA / Zip / 02118":
        "John Doe | 12 Oak Rd | Boston | MA | 02118 | US",
    "Full name[tab]John Doe / Address line 1[tab]12 Oak Rd / Address line 2[tab] / "
    "City[tab]Boston / State[tab]MA / ZIP[tab]02118":
        "John Doe | 12 Oak Rd | Boston | MA | 02118 | US",
    "Luz / 1 Road / San Juan, PR 00901 / Puerto Rico":
        "Luz | 1 Road | San Juan | PR | 00901 | US",
    "Luz / 1 Road / San Juan 00901 / Puerto Rico": "Luz | 1 Road | San Juan | PR | 00901 | US",
    "Luz, 1 Road, San Juan, PR 00901, Puerto Rico": "Luz | 1 Road | San Juan | PR | 00901 | US",
    "Luz / 1 Road / San Juan PR 00901 / Puerto Rico / USA":
        "Luz | 1 Road | San Juan | PR | 00901 | US",
    "Luz / 1 Road / Hagåtña, GU 96910 / Guam": "Luz | 1 Road | Hagåtña | GU | 96910 | US",
    "Luz / 1 Road / Charlotte Amalie 00802 / US Virgin Islands":
        "Luz | 1 Road | Charlotte Amalie | VI | 00802 | US",
    "Luz / 1 Road / Pago Pago, AS 96799 / American Samoa":
        "Luz | 1 Road | Pago Pago | AS | 96799 | US",
    "Luz / 1 Road / Saipan, MP 96950 / Northern Mariana Islands":
        "Luz | 1 Road | Saipan | MP | 96950 | US",
    "Jane / 5 Oak Rd / Atlanta, GA 30301 / Georgia":
        "Jane | 5 Oak Rd | Atlanta | Georgia | 30301 | US",
    "Jordan / 5 Oak Rd / Boston MA 02118": "Jordan | 5 Oak Rd | Boston | MA | 02118 | US",
    "Ana Pérez / Avda. Diagonal 640 1ª planta / 08017 Barcelona (Barcelona) / Spain":
        "Ana Pérez | Avda. Diagonal 640 1ª planta | Barcelona | Barcelona | 08017 | ES",
    "Ana Pérez / Avda. Diagonal 640 / 08017 Barcelona Barcelona / Spain":
        "Ana Pérez | Avda. Diagonal 640 | Barcelona | Barcelona | 08017 | ES",
    "Jane Roe / 5 High Street / Leeds / West Yorkshire / LS1 1AA / Great Britain (UK)":
        "Jane Roe | 5 High Street | Leeds | West Yorkshire | LS1 1AA | GB",
    "Jane Roe / 5 High Street / London / England / SW1A 1AA / UK":
        "Jane Roe | 5 High Street | London | SW1A 1AA | GB",
    "Empfänger: Erika Muster / Straße: Heidestraße / Hausnummer: 17 / PLZ: 51147 / Ort: Köln / "
    "Land: Deutschland / Telefon: 0221 1234567":
        "Erika Muster | Heidestraße 17 | Köln | 51147 | DE | 0221 1234567",
    "Vorname: Erika / Nachname: Muster / Anschrift: Heidestraße 17 / PLZ/Ort: 51147 Köln / "
    "Land: Deutschland":
        "Erika Muster | Heidestraße 17 | Köln | 51147 | DE",
    "Nom : Dupont / Prénom : Marie / Adresse : 12 rue de la Paix / Code postal : 75002 / "
    "Ville : Paris / Pays : France / Tél : 01 23 45 67 89":
        "Marie Dupont | 12 rue de la Paix | Paris | 75002 | FR | 01 23 45 67 89",
    "Nombre: Ana / Apellidos: García López / Dirección de envío: Calle Mayor 1 / CP: 28013 / "
    "Localidad: Madrid / País: España":
        "Ana García López | Calle Mayor 1 | Madrid | 28013 | ES",
    "Nome: Mario / Cognome: Rossi / Indirizzo: Via Roma 10 / CAP: 20121 / Città: Milano / "
    "Provincia: MI / Paese: Italia":
        "Mario Rossi | Via Roma 10 | Milano | MI | 20121 | IT",
    "Naam: Jan de Vries / Straat: Damstraat / Huisnummer: 1 / Postcode: 1012 AB / "
    "Plaats: Amsterdam / Land: Nederland":
        "Jan de Vries | Damstraat 1 | Amsterdam | 1012 AB | NL",
    "Imię i nazwisko: Jan Kowalski / Ulica: Prosta 5 / Kod pocztowy: 00-001 / Miasto: Warszawa / "
    "Kraj: Polska":
        "Jan Kowalski | Prosta 5 | Warszawa | 00-001 | PL",
    "〒100-0001 / 東京都千代田区千代田1-1 / 山田太郎 様 / 日本 / 03-1234-5678":
        "山田太郎 | 千代田区千代田1-1 | 東京都 | 100-0001 | JP | 03-1234-5678",
    "山田太郎 / 〒100-0001 / 東京都千代田区千代田1-1 / 千代田ビル / 日本":
        "山田太郎 | 千代田区千代田1-1 | 千代田ビル | 東京都 | 100-0001 | JP",
    "氏名：山田太郎 / 郵便番号：100-0001 / 都道府県：東京都 / 市区町村：千代田区 / "
    "番地：千代田1-1 / 国：日本":
        "山田太郎 | 千代田区千代田1-1 | 東京都 | 100-0001 | JP",
    "中国 / 北京市朝阳区建国路88号 / 100022 / 张三 / 13800138000":
        "张三 | 建国路88号 | 北京市 | 朝阳区 | 北京市 | 100022 | CN | 13800138000",
    "收件人：张三 / 手机号码：13800138000 / 所在地区：广东省深圳市南山区 / 详细地址：科技园路1号 / "
    "邮编：518057 / 国家：中国":
        "张三 | 科技园路1号 | 深圳市 | 南山区 | 广东省 | 518057 | CN | 13800138000",
    "台灣 / 110 / 台北市信義區市府路1號 / 王小明 / 0912-345-678":
        "王小明 | 市府路1號 | 信義區 | 台北市 | 110 | TW | 0912-345-678",
    "대한민국 / 서울특별시 강남구 테헤란로 123, 4층 / 홍길동 / 06164 / 010-1234-5678":
        "홍길동 | 테헤란로 123, 4층 | 강남구 | 서울특별시 | 06164 | KR | 010-1234-5678",
    "Jane Roe <jane@example.com> / 5 Oak Rd / Boston, MA 02118-1234 US":
        "Jane Roe | 5 Oak Rd | Boston | MA | 02118-1234 | US | jane@example.com",
    "Jane Roe / 5 High Street / London / SW1A 1AA UK":
        "Jane Roe | 5 High Street | London | SW1A 1AA | GB",
    '"Jane Roe" / 5 Oak Rd / Boston MA 02118': "Jane Roe | 5 Oak Rd | Boston | MA | 02118 | US",
    "Herrn / Max Muster / Musterstr. 1 / 10115 Berlin / Deutschland":
        "Herrn Max Muster | Musterstr. 1 | Berlin | 10115 | DE",
    "Jean Dupont / 12 rue X / 75002 Paris CEDEX 02 / FRANCE METROPOLITAINE":
        "Jean Dupont | 12 rue X | Paris CEDEX 02 | 75002 | FR",
    "王小明 / 中国上海市浦东新区世纪大道100号 / 200120 / +86 21 1234 5678":
        "王小明 | 世纪大道100号 | 上海市 | 浦东新区 | 上海市 | 200120 | CN | +86 21 1234 5678",
    "Jane / 1 Rue X / 97400 Saint-Denis / Réunion / 0262 12 34 56":
        "Jane | 1 Rue X | Saint-Denis | 97400 | RE | 0262 12 34 56",
    "田中さくら / 10 Downing St / London / SW1A 2AA / UK":
        "田中さくら | 10 Downing St | London | SW1A 2AA | GB",
    "Bob / Suite 5 / 1234 NE Broadway / Portland OR 97232":
        "Bob | Suite 5 | 1234 NE Broadway | Portland | OR | 97232 | US",
}  # fmt: skip


@pytest.mark.parametrize("lines", SURE)
def test_an_address_is_understood_without_a_doubt(lines: str) -> None:
    read = pasted(lines)

    assert said(read) == SURE[lines]
    assert not read.doubts
    assert not read.choices


PROPOSED = {
    "Jane Roe / 5 High Street / London / SW1A 1AA": ("US", "GB", "SW1A 1AA is a postcode of"),
    "Jane Roe / 1 Mill Lane / St Helier / JE2 3AB": ("US", "JE", "JE2 3AB is a postcode of Jersey"),
    "Sarah / 1 Main St / Los Angeles, CA 90012": ("DE", "US", "CA 90012 is in California"),
    "Luz / 1 Road / San Juan, PR 00901": ("DE", "US", "PR 00901 is in Puerto Rico"),
    "Jean / 123 rue X / Montréal QC H3B 1A7": ("US", "CA", "H3B 1A7 is a postal code of Canada"),
    "Jane / 1 George St / Sydney NSW 2000": ("US", "AU", "NSW 2000 is in New South Wales"),
    "Jan / Damstraat 1 / 1012 AB Amsterdam": ("US", "NL", "1012 AB is a postcode of"),
    "Erika / Heidestr. 17 / D-51147 Köln": ("US", "DE", "D-51147 is a postal code of Germany"),
    "Erika / Heidestr. 17 / DE-51147 Köln": ("US", "DE", "DE-51147 is a postal code of Germany"),
    "João / Rua A 10 / Rio de Janeiro - RJ / 20010-000": ("US", "BR", "20010-000 is a postal code"),
    "〒100-0001 東京都千代田区千代田1-1 山田太郎様 03-1234-5678": (
        "US",
        "JP",
        "東京都 is in Japan",
    ),
    "서울특별시 강남구 테헤란로 123 홍길동 / 06164": ("US", "KR", "서울특별시 is in South Korea"),
}


@pytest.mark.parametrize("lines", PROPOSED)
def test_an_unmistakable_place_proposes_its_country_and_says_why(lines: str) -> None:
    given, code, why = PROPOSED[lines]

    read = pasted(lines, given)

    assert read.parts["country_code"] == code
    assert read.doubts["country_code"].startswith(f"No country is written, but {why}")
    assert list(read.doubts) == ["country_code"]


@pytest.mark.parametrize(
    ("lines", "choices", "why"),
    [
        ("Tom / 1 Road / Austin TX 78701 / Germany", ("DE", "US"), "TX 78701 is in Texas"),
        ("Tom / 1 Road / Austin, Texas 78701 / Germany", ("DE", "US"), "Texas 78701 is in Texas"),
        ("Tom / 1 Road / Atlanta, GA 30301 / Australia", ("AU", "US"), "GA 30301 is in Georgia"),
        ("Jane / 5 High Street / London SW1A 1AA / USA", ("US", "GB"), "SW1A 1AA is a postcode"),
        ("Jane / 1 Street / Toronto ON M5H 2N2 / USA", ("US", "CA"), "M5H 2N2 is a postal code"),
        ("Name: Tom / Street: 1 Road / City: Austin / State: TX / Zip: 78701 / Country: Germany",
         ("DE", "US"), "TX 78701 is in Texas"),
    ],
)  # fmt: skip
def test_an_impossible_combination_is_asked_and_read_as_it_is_answered(
    lines: str, choices: tuple[str, str], why: str
) -> None:
    asked = pasted(lines)
    answered = pasted(lines, chosen=choices[1])

    assert asked.choices == choices
    assert why in asked.doubts["country_code"]
    assert not answered.choices
    assert answered.parts["country_code"] == choices[1]
    assert {"name", "address_line1", "city", "postal_code"} <= answered.parts.keys()
    assert "country_code" not in answered.doubts


@pytest.mark.parametrize(
    ("lines", "part", "why"),
    [
        ("Jane / 5 Oak Rd / Boston CA 02118 / USA", "postal_code", "but the state is California"),
        ("Luz / 1 Road / Austin TX 78701 / Puerto Rico", "state_or_region", "Another state"),
        ("Tom / 1 Road / Dallas, Texas 78701", "postal_code", "some 270 km from Dallas: is one"),
        ("Jane / 5 Oak Rd / Boston MA / USA", "postal_code", "Not found"),
        ("Jane Doe 123 Main St San Antonio TX 78201", "name", "look where it ends"),
        ("Jane Doe 123 Main St San Antonio TX 78201", "city", "look where it begins"),
        ("J / c/o B / 5 Oak / Floor 1 / Door 2 / Boston MA 02118", "address_line3", "joined"),
        ("Jane / Oak House / Boston MA 02118", "address_line1", "no house number"),
        ("Heidestr. 17 / 51147 Köln", "name", "is it the street?"),
        ("Heidestr. 17 / 51147 Köln", "country_code", "No country is written"),
        ("Jane / 5 Oak Rd / Boston MA 02118 / Phone: 12", "phone", "aren't that long or short"),
    ],
)
def test_what_is_doubtful_is_marked_with_the_reason(lines: str, part: str, why: str) -> None:
    assert why in pasted(lines).doubts[part]


def test_nothing_is_left_out_without_a_word() -> None:
    two = pasted("Jane / 5 Oak Rd / Boston MA 02118 / USA / 617-555-0199 / 617-555-0198")
    bill = pasted("Bill to: / Acme / Reno NV 89501 / Ship to: / Jane / 5 Oak / Boston MA 02118")
    only = pasted("Billing address / Jane / 5 Oak Rd / Boston MA 02118 / USA")

    assert two.remarks == ("Left out, as an order has one only: 617-555-0198.",)
    assert "Left out, as it's the address of the bill: Acme, Reno NV 89501." in bill.remarks
    assert bill.parts["name"] == "Jane"
    assert only.remarks == ("It's headed as the address of the bill: is it the one to ship to?",)


def test_that_no_country_is_written_is_said_though_everything_fits() -> None:
    assert pasted("Jane / 5 Oak Rd / Boston MA 02118").remarks == (
        "No country is written; it's read as one in the United States.",
    )
