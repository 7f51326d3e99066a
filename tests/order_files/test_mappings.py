"""What columns of a file are is said once, and remembered for files with the same columns."""

from __future__ import annotations

import hashlib

import pytest

from mcf.errors import InvalidInput, MCFError
from mcf.order_files import mappings, parse
from mcf.order_files.mappings import ColumnMappings
from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper
from tests.order_files.test_shops import NOW, SHOPIFY

OWN = (
    b"Ref;First;Last;Addr;Town;St;Zip;Ctry;Item;Pieces;Inside\n"
    b"77;Ann;Lee;12 Oak St;Boston;MA;02116;US;APRON;1;vip\n"
)
SAID = {
    "Ref": "MerchantFulfillmentOrderID",
    "First": "AddressName",
    "Last": "AddressName",
    "Addr": "AddressFieldOne",
    "Town": "AddressCity",
    "St": "AddressStateOrRegion",
    "Zip": "AddressPostalCode",
    "Ctry": "AddressCountryCode",
    "Item": "MerchantSKU",
    "Pieces": "Quantity",
    "Inside": None,
}
NAMES = list(SAID)
ASSIGNED = dict(enumerate(SAID.values()))


@pytest.fixture
def keeper(store: Store) -> Keeper:
    return Keeper(store)


@pytest.fixture
def kept(keeper: Keeper) -> ColumnMappings:
    return ColumnMappings(keeper)


def test_columns_are_read_as_they_were_said_in_whatever_order(kept: ColumnMappings) -> None:
    kept.keep(NAMES, ASSIGNED, None)
    turned = [*reversed(NAMES)]
    lines = [";".join(reversed(line.split(";"))) for line in OWN.decode().splitlines()]

    remembered = kept.get(turned)

    assert remembered is not None
    document = parse.opened("\n".join(lines).encode(), assigned=remembered.assigned(turned))
    (order,) = parse.judged(document, NOW)
    assert order.request is not None
    assert order.request.seller_fulfillment_order_id == "77"
    assert order.request.destination_address.name == "Lee Ann"


def test_what_is_remembered_is_said(kept: ColumnMappings) -> None:
    told = str(kept.keep(NAMES, ASSIGNED, None))

    assert told.startswith("Ref is Order number, First is Name, Last is Name, Addr is Street")
    assert told.endswith("; Inside isn't sent")
    assert [str(one) for one in kept.all()] == [told]


def test_a_result_file_has_the_columns_of_its_file(kept: ColumnMappings) -> None:
    kept.keep(NAMES, ASSIGNED, None)

    assert kept.get([*NAMES, "Outcome", "What Amazon says", "Amazon's status", "Sent as"])
    assert kept.get([*NAMES, "Another"]) is None


def test_what_is_forgotten_isnt_used(kept: ColumnMappings) -> None:
    kept.forget(kept.keep(NAMES, ASSIGNED, None))

    assert kept.get(NAMES) is None
    assert kept.all() == []


def test_who_says_something_else_than_another_window_is_told(kept: ColumnMappings) -> None:
    first = kept.keep(NAMES, ASSIGNED, None)
    second = kept.keep(NAMES, {**ASSIGNED, 10: "GiftMessage"}, first)

    with pytest.raises(MCFError, match=r"changed in another window.*Inside is Gift message"):
        kept.keep(NAMES, ASSIGNED, first)

    assert kept.get(NAMES) == second


def test_a_column_that_would_be_there_twice_is_refused(kept: ColumnMappings) -> None:
    with pytest.raises(InvalidInput, match="twice: Ref, Inside"):
        kept.keep(NAMES, {**ASSIGNED, 10: "MerchantFulfillmentOrderID"}, None)


def test_what_an_older_version_kept_by_place_is_still_used(
    kept: ColumnMappings, keeper: Keeper
) -> None:
    key = hashlib.sha256("\n".join(NAMES).encode()).hexdigest()[:32]
    content = {str(place): column for place, column in ASSIGNED.items()}
    keeper.keep(DocumentKind.HEAD, key, content)

    remembered = kept.get(NAMES)

    assert remembered is not None
    assert remembered.assigned(NAMES) == ASSIGNED
    kept.keep(NAMES, ASSIGNED, remembered)
    assert keeper.get(DocumentKind.HEAD, key) is None


def test_a_shops_other_columns_are_told_and_can_be_chosen() -> None:
    document = parse.unnamed(SHOPIFY.encode())
    (notes,) = mappings.others(document, {})
    assert (notes.name, notes.example, notes.column) == ("Notes", "Ring twice", None)

    chosen = document.named({notes.place: "GiftMessage"})

    first, _ = parse.judged(chosen, NOW)
    assert first.request is not None
    assert first.request.items[0].gift_message == "Ring twice"
    assert not any(note.startswith("Not sent") for note in chosen.notes)
    (told,) = mappings.others(document, {notes.place: "GiftMessage"})
    assert told.column == "GiftMessage"


def test_a_column_of_ours_in_a_shops_export_can_be_another_one() -> None:
    text = SHOPIFY.replace("Notes", "Ship as").replace("Ring twice", "Bo Day")
    document = parse.unnamed(text.encode())
    (other,) = mappings.others(document, {})

    first, _ = parse.judged(document.named({other.place: "AddressName"}), NOW)

    assert first.request is not None
    assert first.request.destination_address.name == "Bo Day"


def test_of_any_other_file_all_columns_are_told_with_what_they_may_be() -> None:
    others = mappings.others(parse.unnamed(OWN + b"Qty\n"), {})

    assert [other.name for other in others] == NAMES
    assert [other.likely for other in others if other.name in ("Ref", "Town", "Zip", "Inside")] == [
        "MerchantFulfillmentOrderID",
        "AddressCity",
        "AddressPostalCode",
        None,
    ]
    assert {other.column for other in others} == {None}


def test_pairs_of_words_say_what_columns_are() -> None:
    assert mappings.in_words(["ref=Order number", "Inside=ignored"], NAMES) == {
        0: "MerchantFulfillmentOrderID",
        10: None,
    }
    with pytest.raises(InvalidInput) as refusal:
        mappings.in_words(["Ref", "Nope=Name", "Town=Mayor"], NAMES)
    assert set(refusal.value.problems) == {"Ref", "Nope=Name", "Town=Mayor"}


def test_columns_of_the_same_name_are_told_apart(kept: ColumnMappings) -> None:
    names = ["Note", "Note", ""]

    told = kept.keep(names, {0: None, 1: "GiftMessage", 2: None}, None)

    assert told.columns == {"Note": None, "Note (2)": "GiftMessage", "Column 3": None}
