"""Words that stand around an address: labels like "City:" and headings like "Ship to", in the
languages of the marketplaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mcf.addresses.countries import folded

_LABELS = {
    "name": "name, full name, customer, customer name, recipient, recipient name, to, contact, "
    "contact name, contact person, consignee, empfänger, empfaenger, vor- und nachname, "
    "destinatario, nombre completo, nombre y apellidos, nom complet, nom et prénom, destinataire, "
    "nome completo, nome e cognome, destinatário, naam, ontvanger, imię i nazwisko, odbiorca, "
    "namn, mottagare, navn, modtager, ad soyad, alıcı, 氏名, お名前, 名前, 宛名, "
    "受取人, お届け先氏名, 收件人, 收件人姓名, 收货人, 收貨人, 姓名, 이름, 성명, 받는 사람, "
    "받는분, 받으시는 분, 수령인, 수취인",
    "first": "first name, given name, forename, vorname, prénom, nombre, nome, voornaam, imię, "
    "förnamn, fornavn, 名",
    "last": "last name, surname, family name, nachname, nom, nom de famille, apellido, apellidos, "
    "cognome, sobrenome, achternaam, nazwisko, efternamn, efternavn, soyad, 姓",
    "company": "company, company name, business name, firma, firmenname, entreprise, société, "
    "empresa, azienda, società, ragione sociale, bedrijf, bedrijfsnaam, företag, "
    "会社名, 公司, 회사",
    "lines": "address, address line 1, address line 2, address line 3, address 1, address 2, "
    "address 3, address1, address2, address3, street, street address, street 1, street 2, "
    "street and number, straße, strasse, straße und hausnummer, adresse, anschrift, adresszusatz, "
    "adresse 1, adresse 2, rue, complément d'adresse, dirección, direccion 1, direccion 2, calle, "
    "domicilio, indirizzo, via, straat, straat en huisnummer, adres, ulica, endereço, rua, "
    "complemento, adress, gatuadress, 住所, 番地, 建物名, 地址, 详细地址, 詳細地址, "
    "주소, 도로명주소, 상세주소, city state zip, city state and zip, city state postal code, "
    "city and state, city and zip, plz ort, plz und ort, plz stadt, cp ville, "
    "code postal et ville, cp y ciudad, cp ciudad, cap città, cap e città, postcode en plaats, "
    "kod pocztowy i miasto, postnummer och ort, postnummer og by, postadress",
    "before": "市区町村, 市町村, 所在地区, 所在地區",
    "house": "house number, house no, street number, hausnummer, hausnr, número, huisnummer, "
    "numero civico, civico, numéro",
    "city": "city, town, city town, town city, city or town, town or city, post town, suburb, ort, "
    "stadt, wohnort, ville, localité, commune, ciudad, localidad, población, municipio, città, "
    "comune, località, cidade, localidade, plaats, woonplaats, stad, miasto, miejscowość, by, "
    "postort, şehir, 城市, 市, 도시",
    "state_or_region": "state, province, state province, state or province, region, county, "
    "state region, bundesland, provincia, estado, région, regione, provincie, województwo, uf, "
    "都道府県, 省, 省份, 州",
    "district_or_county": "district, bairro, colonia, neighbourhood, neighborhood, ilçe, 区县, 區",
    "postal_code": "zip, zip code, zipcode, postal code, postalcode, postcode, post code, "
    "zip postal code, pin, pin code, pincode, plz, postleitzahl, code postal, cp, código postal, "
    "cap, cep, código de endereçamento postal, kod pocztowy, postnummer, posta kodu, postnr, "
    "郵便番号, 邮编, 邮政编码, 郵遞區號, 우편번호, eircode",
    "country_code": "country, country region, country code, land, pays, país, paese, nazione, "
    "kraj, ülke, 国, 国名, 国家, 國家, 국가, 나라",
    "phone": "phone, phone number, phone no, telephone, telephone number, tel, tel no, mobile, "
    "mobile number, mobile phone, cell, cell phone, contact number, telefon, telefonnummer, "
    "telefonnr, handy, mobil, mobilnummer, téléphone, tél, portable, teléfono, móvil, celular, "
    "telefono, cellulare, telefone, telemóvel, telefoon, telefoonnummer, komórka, 電話, 電話番号, "
    "携帯, 携帯電話, 手机, 手机号, 手机号码, 手機, 电话, 联系电话, 聯絡電話, "
    "전화, 전화번호, 연락처, 휴대폰, 휴대전화",
    "email": "email, e-mail, mail, email address, e-mail address, e-mail-adresse, courriel, "
    "correo, correo electrónico, indirizzo e-mail, メール, メールアドレス, 邮箱, 电子邮件, 이메일",
}
"""What is said before a part of an address, by its Python name.

"first" and "last" are parts of a name, "house" the number of a street, "before" what
stands right before the street; "lines" are read on.
"""
_HEADINGS = (
    "ship to, shipto, shipping to, deliver to, delivery to, send to, mail to, shipping address, "
    "ship to address, delivery address, mailing address, postal address, address, "
    "recipient address, shipping details, delivery details, shipping information, "
    "lieferadresse, lieferanschrift, versandadresse, versand an, liefern an, lieferung an, "
    "senden an, adresse de livraison, livrer à, envoyer à, livraison à, "
    "dirección de envío, dirección de entrega, enviar a, entregar a, envío a, "
    "indirizzo di spedizione, indirizzo di consegna, spedire a, consegnare a, "
    "verzendadres, bezorgadres, afleveradres, verzenden naar, bezorgen bij, "
    "endereço de entrega, endereço de envio, entregar em, enviar para, "
    "adres dostawy, adres wysyłki, leveransadress, leveringsadresse, skicka till, send til, "
    "teslimat adresi, お届け先, お届け先住所, 配送先, 配送先住所, 送付先, 送り先, 收货地址, "
    "收件地址, 收貨地址, 配送地址, 배송지, 배송주소, 배송지 정보, 받는 곳, 받는 주소"
)
_OTHERS_HEADINGS = (
    "bill to, billing address, invoice to, invoice address, sold to, billing details, "
    "rechnungsadresse, rechnungsanschrift, adresse de facturation, dirección de facturación, "
    "indirizzo di fatturazione, factuuradres, endereço de cobrança, adres rozliczeniowy, "
    "fakturaadress, faktureringsadresse, ご請求先, 請求先住所, 账单地址, 청구지, 청구지 주소"
)
_SEPARATOR = re.compile(r"\s*[.*]?\s*[:：=]\s*")
_LONGEST = 5
"""Words of the longest label."""


def _words(text: str) -> frozenset[str]:
    return frozenset(folded(word) for word in text.split(", "))


_FIELD_OF = {word: part for part, text in _LABELS.items() for word in _words(text)}
_HEADING_WORDS = _words(_HEADINGS)
_BILLING_WORDS = _words(_OTHERS_HEADINGS)
_LEADING = tuple(
    sorted((word for word in _HEADINGS.split(", ") if " " in word and "addr" not in word), key=len)
)[::-1]


@dataclass(slots=True)
class Labelled:
    """A pasted text without labels and headings.

    `lines` are still to be read, `placed` are parts by Python name ("phone" and "email" among
    them), `left_out` are lines of another address than the one that is shipped to, and `billing`
    says that there's no other than one for the bill.
    """

    lines: list[str] = field(default_factory=list)
    placed: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    billing: bool = False


def unlabelled(lines: Iterable[str]) -> Labelled:
    """The lines without labels and headings, and what they say of each part."""
    found = _without_headings(list(lines))
    loose: dict[str, str] = {}
    rest: list[str] = []
    before = ""
    for part, text in _parted(found.lines):
        if not text:
            continue
        if part == "before":
            before = text
        elif not part or part == "lines" or not _goes_alone(part, text) or part in found.placed:
            rest.append(before + text)
            before = ""
        elif part in ("first", "last", "company", "house"):
            loose[part] = text
        else:
            found.placed[part] = text
    if before:
        rest.append(before)
    if "house" in loose:
        _add_house(rest, loose["house"])
    if name := _whole_name(found.placed.get("name", ""), loose):
        found.placed["name"] = name
    found.lines = [*filter(None, [loose.get("company")]), *rest]
    return found


def _whole_name(name: str, loose: dict[str, str]) -> str:
    parts = [loose.get("first", ""), name, loose.get("last", "")]
    return " ".join(filter(None, parts))


def _add_house(lines: list[str], number: str) -> None:
    """Puts a number that stood alone behind its street, the first line that has none."""
    at = next((at for at, line in enumerate(lines) if not re.search(r"\d", line)), None)
    if at is None:
        lines.append(number)
    else:
        lines[at] = f"{lines[at]} {number}"


def _goes_alone(part: str, text: str) -> bool:
    """Whether a labelled text is that part alone, not a town with its state and postal code."""
    return part not in ("city", "state_or_region") or not re.search(r"[\d,]", text)


def _without_headings(lines: list[str]) -> Labelled:
    """The lines under the heading of the delivery; those under that of the bill are left out."""
    found = Labelled()
    kind = ""
    shipping: list[str] = []
    billing: list[str] = []
    before: list[str] = []
    for line in lines:
        heading, rest = _heading(line)
        if heading:
            kind = heading
        if rest:
            {"": before, "ship": shipping, "bill": billing}[kind].append(rest)
    if billing and (shipping or before):
        found.lines, found.left_out = before + shipping, billing
    else:
        found.lines, found.billing = before + shipping + billing, bool(billing)
    return found


def _heading(line: str) -> tuple[str, str]:
    """Whether a line heads the address to ship to ("ship") or another ("bill"), and what follows.

    Without a colon, only what can't be anything else is a heading before a name.
    """
    whole = folded(line)
    if whole in _HEADING_WORDS or whole in _BILLING_WORDS:
        return ("ship" if whole in _HEADING_WORDS else "bill"), ""
    head, colon, rest = _split_at_colon(line)
    if colon and folded(head) in _BILLING_WORDS:
        return "bill", rest
    if colon and folded(head) in _HEADING_WORDS and folded(head) not in _FIELD_OF:
        return "ship", rest
    for words in _LEADING:
        if line.casefold().startswith(f"{words} "):
            return "ship", line[len(words) :].strip()
    return "", line


def _split_at_colon(line: str) -> tuple[str, str, str]:
    match = _SEPARATOR.search(line)
    return (line[: match.start()], match[0], line[match.end() :]) if match else (line, "", "")


def _parted(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each text with the part that its label names, "" where there's none, in their order."""
    pairs = [pair for line in lines for pair in _labels_in(line)]
    if _are_labels_alone(lines):
        pairs = [(_FIELD_OF.get(folded(line), ""), line) for line in lines]
        pairs = [(part, "" if part else text) for part, text in pairs]
    waiting = ""
    for part, text in pairs:
        if waiting and not part:
            yield waiting, text
            waiting = ""
        elif part and not text:
            waiting = part
        else:
            waiting = ""
            yield part, text


def _are_labels_alone(lines: list[str]) -> bool:
    """Whether labels stand above their values without a colon, as copied from a form or a table."""
    alone = [folded(line) in _FIELD_OF for line in lines]
    return sum(alone) >= 3 and alone[0] and any(not one for one in alone)


def _labels_in(line: str) -> Iterator[tuple[str, str]]:
    """The parts of "City: Boston, State: MA": each label's part, and what follows it."""
    part, start = "", 0
    for match in _SEPARATOR.finditer(line):
        label = _label_before(line[start : match.start()])
        if label is None:
            continue
        at, named = label
        before = line[start : start + at].strip(" ,;|/")
        if before or part:
            yield part, before
        part, start = named, match.end()
    yield part, line[start:].strip(" ,;|")


def _label_before(text: str) -> tuple[int, str] | None:
    """Where the label at the end of a text begins, and the part that it names."""
    starts = [match.start() for match in re.finditer(r"[^\s,;|(（]+", text)][-_LONGEST:]
    for at in starts:
        if part := _FIELD_OF.get(folded(text[at:])):
            return at, part
    return None
