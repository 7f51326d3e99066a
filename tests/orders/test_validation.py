"""What is typed into the form is sent as it is, or isn't sent and says why at its field."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st

from mcf.marketplaces import MARKETPLACES
from mcf.orders.form import Typed, TypedLine
from mcf.orders.validation import (
    Entry,
    judge,
    number_at_amazon,
    refused_fields,
    still_refused,
    units_of,
)
from mcf.simulator.api import requests_2020
from mcf.simulator.api.forms import Form
from tests.examples import many

US = MARKETPLACES["ATVPDKIKX0DER"]
JAPAN = MARKETPLACES["A1VC38T7YXB528"]
INDIA = MARKETPLACES["A21TJRUUN4KGV"]
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=ZoneInfo("America/New_York"))
ADA = Typed(
    to_country="US",
    to_name="Ada Example",
    to_line1="100 Example Street",
    to_city="Springfield",
    to_state="IL",
    to_zip="62701",
    number="TEST-9",
    lines=(TypedLine(sku="A-1", units="2"),),
)
KANA = Typed(
    to_country="JP",
    to_name="Example Hanako",
    to_line1="1-1 Example",
    to_state="Tokyo",
    to_zip="100-0001",
    number="TEST-9",
    lines=(TypedLine(sku="A-1"),),
)


def entered(**changed: Any) -> Entry:
    return judge(ADA.model_copy(update=changed), US, NOW)


def line(**changed: str) -> dict[str, Any]:
    return {"lines": (TypedLine(sku="A-1").model_copy(update=changed),)}


def body(entry: Entry) -> dict[str, Any]:
    assert entry.request is not None
    return entry.request.to_api()


def test_what_is_typed_is_what_is_sent() -> None:
    sent = body(entered(to_phone="(212) 555-0123", emails="a@example.com; b@example.com"))

    assert sent["items"] == [
        {"sellerSku": "A-1", "sellerFulfillmentOrderItemId": "1", "quantity": 2}
    ]
    assert sent["destinationAddress"]["name"] == "Ada Example"
    assert sent["notificationEmails"] == ["a@example.com", "b@example.com"]
    assert sent["shippingSpeedCategory"] == "Standard"
    assert sent["displayableOrderDate"] == "2026-03-01T14:30:00Z"


@pytest.mark.parametrize(
    ("changed", "key", "told"),
    [
        (line(units="300"), "units_0", "300 are too many: Amazon takes 250 in one order at most"),
        (line(units="2.7"), "units_0", "'2.7' isn't a whole number of units, like 1 or 12"),
        (line(units="1e2"), "units_0", "'1e2' isn't a whole number of units, like 1 or 12"),
        (line(units="1,000"), "units_0", "'1,000' isn't a whole number of units, like 1 or 12"),
        (line(units="-3"), "units_0", "'-3' isn't a whole number of units, like 1 or 12"),
        (line(units="0"), "units_0", "'0' isn't a whole number of units, like 1 or 12"),
        (line(units="\u0661"), "units_0", "'\u0661' isn't a whole number of units, like 1 or 12"),
        (line(units=" "), "units_0", "is needed: how many?"),
        (line(sku=""), "sku_0", "is needed: choose one, or remove the line"),
        (line(gift="g" * 513), "gift_0", "is too long: Amazon takes 512 characters"),
        (line(comment="c" * 251), "line_comment_0", "is too long: Amazon takes 250 characters"),
        (line(value="12,50"), "value_0", "'12,50' isn't an amount; write it like 12.50"),
        (line(value="NaN"), "value_0", "'NaN' isn't an amount; write it like 12.50"),
        ({"lines": ()}, "items", "at least one is needed"),
        ({"to_name": " "}, "to_name", "is needed"),
        ({"to_line1": ""}, "to_line1", "is needed"),
        ({"to_city": ""}, "to_city", "is needed"),
        ({"to_country": ""}, "to_country", "is needed"),
        ({"to_state": "ZZ"}, "to_state", "ZZ is not a state of the United States"),
        ({"to_zip": ""}, "to_zip", "is needed"),
        ({"number": ""}, "number", "is needed"),
        ({"number": ".."}, "number", "'..' isn't one that Amazon takes: use letters or digits"),
        ({"number": "N" * 41}, "number", "is too long: Amazon takes 40 characters"),
        (
            {"amazon_number": "a b"},
            "amazon_number",
            "may hold letters, digits, '-', '_' and '.' only",
        ),
        ({"comment": "x" * 751}, "comment", "is too long: Amazon takes 750 characters"),
        ({"emails": "ada@"}, "emails", "'ada@' isn't an e-mail address"),
        (
            {"emails": f"{'a' * 60}@example.com"},
            "emails",
            "is too long: Amazon takes 64 characters",
        ),
        (
            {"displayed_date": "31.12.2026"},
            "displayed_date",
            "'31.12.2026' isn't a day; write it like 2026-03-01",
        ),
        (
            {"displayed_date": "2026-02-30"},
            "displayed_date",
            "'2026-02-30' isn't a day; write it like 2026-03-01",
        ),
    ],
)
def test_what_cannot_be_sent_is_told_at_its_field(
    changed: dict[str, Any], key: str, told: str
) -> None:
    entry = entered(**changed)

    assert entry.request is None
    assert entry.problems[key].text == told


def test_units_of_all_lines_together_are_within_what_amazon_takes() -> None:
    lines = (TypedLine(sku="A-1", units="200"), TypedLine(sku="A-2", units="51"))

    entry = entered(lines=lines)

    assert entry.problems["units_1"].text.startswith("the order has 251 units")
    assert not entry.can_be_previewed


def test_a_hundred_lines_are_taken_and_one_more_is_told() -> None:
    lines = tuple(TypedLine(sku=f"A-{n}") for n in range(101))

    assert entered(lines=lines[:100]).request is not None
    assert entered(lines=lines).problems["items"].text == "too many: Amazon takes 100"


def test_a_texan_address_in_germany_is_refused_at_its_fields() -> None:
    entry = entered(to_country="DE", to_city="Austin", to_state="TX", to_zip="78701")

    assert "TX is a state of the United States" in entry.problems["to_state"].text


def test_uk_means_great_britain() -> None:
    entry = entered(to_country="UK", to_city="London", to_state="", to_zip="sw1a 1aa")

    assert body(entry)["destinationAddress"]["countryCode"] == "GB"
    assert body(entry)["destinationAddress"]["postalCode"] == "SW1A 1AA"


def test_a_sku_that_is_not_the_sellers_is_refused() -> None:
    entry = judge(ADA, US, NOW, is_known={"B-1"}.__contains__)

    assert entry.problems["sku_0"].text == "A-1 isn't among your SKUs in this marketplace"


def test_a_typed_day_is_the_day_that_is_sent_in_the_visitors_zone() -> None:
    sent = body(entered(displayed_date="2026-02-14"))

    moment = datetime.fromisoformat(sent["displayableOrderDate"])
    assert moment.astimezone(NOW.tzinfo).date().isoformat() == "2026-02-14"


def test_a_scheduled_delivery_needs_a_window_and_no_hold() -> None:
    typed = KANA.model_copy(update={"speed": "ScheduledDelivery", "hold": True})

    problems = judge(typed, JAPAN, NOW).problems

    assert problems["window"].missing
    assert "scheduled window" in problems["hold"].text


def test_a_neighbour_in_japan_needs_name_and_house() -> None:
    typed = KANA.model_copy(update={"drop_off": "FALLBACK_NEIGHBOR_DELIVERY", "neighbour": "Bo"})

    assert judge(typed, JAPAN, NOW).problems["house"].missing
    sent = body(judge(typed.model_copy(update={"house": "7"}), JAPAN, NOW))
    assert sent["deliveryPreferences"]["dropOffLocation"] == {
        "type": "FALLBACK_NEIGHBOR_DELIVERY",
        "attributes": {"neighborName": "Bo", "houseNumber": "7"},
    }


def test_india_needs_declared_values_and_a_payment() -> None:
    typed = ADA.model_copy(
        update={
            "to_country": "IN",
            "to_city": "Mumbai",
            "to_state": "Maharashtra",
            "to_zip": "400001",
        }
    )

    problems = judge(typed, INDIA, NOW).problems

    assert problems["value_0"].missing
    assert problems["payment_id"].missing


def test_cash_on_delivery_carries_its_charges() -> None:
    sent = body(entered(cod=True, cod_charge="2.50", cod_shipping="1"))

    assert sent["codSettings"] == {
        "isCodRequired": True,
        "codCharge": {"currencyCode": "USD", "value": "2.50"},
        "shippingCharge": {"currencyCode": "USD", "value": "1"},
    }


@pytest.mark.parametrize(
    ("message", "keys"),
    [
        ("the SellerSKU for Item Id: 1 is invalid.", {"sku_0"}),
        (
            "The following required parameters are missing: [PostalCode, City]",
            {"to_zip", "to_city"},
        ),
        (
            "Value  for parameter Address.CountryCode is invalid. Reason: InvalidValue.",
            {"to_country"},
        ),
        ("Invalid Input", set()),
    ],
)
def test_amazons_words_find_their_field(message: str, keys: set[str]) -> None:
    assert set(refused_fields(message, ADA)) == keys


def test_what_amazon_refused_is_told_until_the_field_is_changed() -> None:
    refused = {"to_zip": "is missing, Amazon says", "to_city": "was refused by Amazon: check it"}
    typed = ADA.model_copy(update={"to_zip": f"{ADA.to_zip}9"})

    assert {key: p.text for key, p in still_refused(refused, ADA, typed).items()} == {
        "to_city": "was refused by Amazon: check it"
    }


def test_an_order_that_is_blocked_has_nothing_to_send() -> None:
    entry = judge(ADA, US, NOW)

    blocked = entry.blocked("replaces", "In place of A-1", "It may still ship.")

    assert entry.is_at(ADA.speed)
    assert not blocked.is_at(ADA.speed)
    assert blocked.problems["replaces"].text == "It may still ship."


def test_an_order_is_sent_at_the_speed_that_is_shown_only() -> None:
    assert not judge(ADA, US, NOW).is_at("Expedited")


def test_units_are_counted_as_far_as_they_are_numbers() -> None:
    lines = (TypedLine(sku="A", units="2"), TypedLine(units="two"), TypedLine(units="3"))

    assert units_of(ADA.model_copy(update={"lines": lines})) == 5


def test_the_number_at_amazon_is_made_of_the_shops_unless_one_is_typed() -> None:
    assert number_at_amazon(Typed(number=" 100 / 7 ")) == number_at_amazon(Typed(number="100 / 7"))
    assert number_at_amazon(Typed(number="1", amazon_number=" B-2 ")) == "B-2"


WORDS = st.text(max_size=60)
MONEY = st.one_of(WORDS, st.decimals(0, 10_000, places=2).map(str), st.just(""))
LINES = st.builds(
    TypedLine,
    sku=st.sampled_from(["", "A-1", "A-2"]),
    units=st.one_of(WORDS, st.integers(-2, 300).map(str)),
    gift=st.one_of(st.just(""), WORDS, st.text("g", max_size=520)),
    comment=st.one_of(st.just(""), WORDS, st.text("c", max_size=260)),
    value=MONEY,
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "to_country": st.sampled_from(["US", "DE", "GB", "JP", "UK", "ZZ", ""]),
    "to_name": WORDS,
    "to_line1": WORDS,
    "to_line2": WORDS,
    "to_line3": WORDS,
    "to_city": WORDS,
    "to_district": WORDS,
    "to_state": st.one_of(st.sampled_from(["", "illinois", "il", "TX"]), WORDS),
    "to_zip": st.one_of(st.sampled_from(["62701-1234", "10115", "627011234"]), WORDS),
    "to_phone": WORDS,
    "lines": st.lists(LINES, max_size=4).map(tuple),
    "number": WORDS,
    "amazon_number": WORDS,
    "displayed_date": st.one_of(st.dates().map(str), WORDS),
    "comment": st.one_of(WORDS, st.text("n", min_size=740, max_size=760)),
    "emails": st.one_of(st.emails(), WORDS),
    "hold": st.booleans(),
    "policy": st.sampled_from(["FillOrKill", "FillAll", "FillAllAvailable", "Other"]),
    "speed": st.sampled_from(["Standard", "Expedited", "Priority", "ScheduledDelivery", ""]),
    "features": st.dictionaries(
        st.sampled_from(["BLANK_BOX", "BLOCK_AMZL", "OVERBOX"]),
        st.sampled_from(["Required", "NotRequired", ""]),
    ),
    "instructions": st.one_of(WORDS, st.text("i", min_size=245, max_size=255)),
    "cod": st.booleans(),
    "cod_charge": MONEY,
    "payment_id": WORDS,
    "payment_mode": WORDS,
    "payment_date": st.one_of(st.dates().map(str), WORDS),
}
FORMS = st.sets(st.sampled_from(sorted(FIELDS)), max_size=3).flatmap(
    lambda names: st.fixed_dictionaries({name: FIELDS[name] for name in sorted(names)}).map(
        lambda changed: ADA.model_copy(update=changed)
    )
)
SMALL = SimpleNamespace(product=SimpleNamespace(size="small"))
SHELVES: Any = {US.id: {"A-1": SMALL, "A-2": SMALL}}


@settings(max_examples=many(400))
@given(FORMS)
@example(ADA.model_copy(update={"amazon_number": "", "to_country": "DE", "to_state": ""}))
def test_whatever_the_form_accepts_amazon_accepts(typed: Typed) -> None:
    entry = judge(typed, US, NOW)
    event("accepted" if entry.request else "refused")
    assume(entry.request is not None)

    wire = {"marketplaceId": US.id, **json.loads(json.dumps(body(entry)))}

    order = requests_2020.order(Form(wire), SHELVES)
    assert [each.quantity for each in order.lines] == [int(line.units) for line in typed.lines]
    assert order.address.name == wire["destinationAddress"]["name"]


@settings(max_examples=many(400))
@given(FORMS)
def test_what_is_not_sent_says_why_at_a_field_that_has_a_name(typed: Typed) -> None:
    entry = judge(typed, US, NOW)

    assert (entry.request is None) == bool(entry.problems)
    assert all(found.label and found.text for found in entry.problems.values())
    assert "order" not in entry.problems


@settings(max_examples=many(200))
@given(FORMS)
def test_whatever_the_form_accepts_is_what_amazons_model_declares(typed: Typed) -> None:
    folder = os.environ.get("SP_API_MODELS")
    if not folder:
        pytest.skip("set SP_API_MODELS to a checkout of Amazon's public models to run this")
    model = json.loads(Path(folder, "fulfillmentOutbound_2020-07-01.json").read_text())
    schema = {**model["definitions"]["CreateFulfillmentOrderRequest"], **model}
    entry = judge(typed, US, NOW)
    assume(entry.request is not None)

    jsonschema.Draft4Validator(schema).validate(json.loads(json.dumps(body(entry))))


@pytest.mark.parametrize(
    ("key", "text", "right"),
    [
        ("to_name", "Pat O&#39;Neill", "Pat O'Neill"),
        ("to_line1", "123%20Oak%20Street", "123 Oak Street"),
        ("to_line2", "Floor 1<br/>Apt 4", "Floor 1, Apt 4"),
        ("to_city", "SÃ£o Paulo", "São Paulo"),
        ("to_line3", "undefined", ""),
        ("comment", "Thanks &amp; bye", "Thanks & bye"),
    ],
)
def test_text_that_another_program_spoiled_is_asked_about(key: str, text: str, right: str) -> None:
    entry = entered(**{key: text})
    taken = entered(**{key: right})
    meant_so = entered(**{key: text, "as_typed": (text,)})

    assert entry.request is None
    assert entry.problems[key].meant == right
    assert text in entry.problems[key].text
    assert taken.request is not None
    assert meant_so.request is not None


@pytest.mark.parametrize("name", ["gift", "line_comment"])
def test_a_lines_text_is_asked_about_too(name: str) -> None:
    field = {"line_comment": "comment"}.get(name, name)
    entry = entered(**line(**{field: "For Pat O&#39;Neill"}))

    assert entry.problems[f"{name}_0"].meant == "For Pat O'Neill"


def test_what_is_fine_is_not_asked_about() -> None:
    entry = entered(to_name="Simon & Garfield", to_line1="AT&T Plaza 100% Mall", comment="<3 & co")

    assert entry.request is not None


def test_what_amazon_took_as_it_stands_is_not_asked_about_again() -> None:
    spoiled = ADA.model_copy(update={"to_name": "Pat O&#39;Neill"})

    assert judge(spoiled.as_it_was_sent(), US, NOW).request is not None
    assert Typed.from_content(spoiled.as_it_was_sent().content()) == spoiled.as_it_was_sent()
