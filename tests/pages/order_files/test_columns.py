"""The other columns of a file stand in one table; what they are is remembered and said."""

from __future__ import annotations

import pandas as pd

from mcf.order_files import parse
from mcf.order_files.given import Given
from mcf.order_files.mappings import OtherColumn
from mcf.service import MCFService
from pages.parts.common import places
from pages.parts.order_files import columns
from tests.order_files.test_shops import SHOPIFY
from tests.pages.conftest import open_page, texts
from tests.pages.order_files.steps import send_buttons, uploaded
from tests.uploads import file_of


def other(name: str, column: str | None = None, likely: str | None = None) -> OtherColumn:
    return OtherColumn(0, name, "", column, likely)


def test_columns_of_a_shop_that_arent_sent_stand_in_a_table_and_are_ignored(
    program: MCFService, sku: str
) -> None:
    at = uploaded(SHOPIFY.replace("APRON", sku).replace("BOTTLE", sku).encode())

    assert not at.exception
    assert "1 other column, ignored: Notes" in [expander.label for expander in at.expander]
    assert at.dataframe[0].value.to_numpy().tolist() == [["Notes", "Ring twice", "Ignored"]]


def test_a_column_that_is_needed_is_asked_for_and_remembered(program: MCFService, sku: str) -> None:
    data = file_of(("F-1", sku, "1")).replace(b"MerchantFulfillmentOrderID", b"Ref")
    at = uploaded(data)
    assert "the file lacks the columns **Order number**" in texts(at)
    assert not send_buttons(at)
    assert at.dataframe[0].value["Is"][0] == "Order number"

    (use,) = (button for button in at.button if button.label == "Use these columns")
    use.click().run()

    assert "Columns are read as you said for files with these: Ref is Order number." in texts(at)
    assert [button.label for button in send_buttons(at)] == ["Ship 1 order"]
    again = open_page(places.NEW_ORDER, way="Many from a file", file=at.query_params["file"])
    (forget,) = (button for button in again.button if button.label == "Forget")
    assert "lacks the columns" in texts(forget.click().run())
    assert program.files.mappings.all() == []


def test_a_guess_takes_no_column_twice_but_names() -> None:
    name, order = "AddressName", "MerchantFulfillmentOrderID"
    some = [other("First", likely=name), other("Last", likely=name),
            other("Ref", likely=order), other("Order", likely=order), other("X")]  # fmt: skip

    frame = columns._frame(some, guess=True)

    assert list(frame["Is"]) == ["Name", "Name", "Order number", "Ignored", "Ignored"]
    assert set(columns._frame(some, guess=False)["Is"]) == {"Ignored"}
    assert isinstance(frame, pd.DataFrame)


def test_only_what_isnt_known_without_it_is_remembered() -> None:
    said: columns.Assigned = {0: "MerchantSKU", 1: "Quantity", 2: None, 3: "AddressName",
                              4: "AddressName"}  # fmt: skip
    names = ["SKU", "Stück", "Inside", "Name", "Surname"]

    told = [place for place in said if columns._is_told(names, place, said)]

    assert told == [1, 2, 3, 4]


def test_a_file_without_a_first_line_that_can_be_read_has_no_table() -> None:
    given = Given("id", "x.csv", parse.unnamed(b"Name,Name\nA,B\n"))

    assert columns._unknown(given) == []
