"""A file of orders as it is read."""

from __future__ import annotations

import io

import xlsxwriter

from mcf.amazon.client import MCFClient
from mcf.service import MCFService
from mcf.simulator import Simulator
from tests.pages.conftest import texts
from tests.pages.order_files.steps import send_buttons, settled, the_button, uploaded
from tests.uploads import file_of


def test_a_file_that_is_none_is_refused_with_what_to_do(program: MCFService) -> None:
    at = uploaded(b"name,street\nAda,Example Street\n")

    assert "lacks the columns" in texts(at)
    assert not send_buttons(at)


def test_nothing_is_checked_until_the_encoding_of_letters_is_chosen(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    data = file_of(("F-1", sku, "1")).decode().replace("Jane Example", "J\u00fcrgen M\u00fcller")

    at = uploaded(data.encode("mac_roman"))

    assert "doesn't say how it was saved" in texts(at)
    assert not send_buttons(at)
    assert simulator.requests.count("getFulfillmentPreview") == 0


def test_an_order_is_sent_with_the_letters_that_were_chosen(
    program: MCFService, client: MCFClient, sku: str
) -> None:
    data = file_of(("F-1", sku, "1")).decode().replace("Jane Example", "J\u00fcrgen M\u00fcller")
    at = uploaded(data.encode("mac_roman"))
    (choice,) = (box for box in at.selectbox if str(box.key).startswith("encoding-"))

    choice.select("mac-roman").run()
    settled(the_button(at).click().run())

    address = client.get_fulfillment_order("F-1").fulfillment_order.destination_address
    assert address.name == "J\u00fcrgen M\u00fcller"


def test_letters_of_a_certain_file_are_shown_as_they_are_sent(
    program: MCFService, sku: str
) -> None:
    data = file_of(("F-1", sku, "1")).decode().replace("Jane Example", "J\u00fcrgen M\u00fcller")

    at = uploaded(data.encode())

    assert at.expander[0].label == "1 line with letters outside English, read as UTF-8"
    assert list(at.dataframe[0].value["As it is sent"]) == ["J\u00fcrgen M\u00fcller"]


def test_quote_marks_in_a_tab_separated_file_mix_no_orders_up(
    program: MCFService, sku: str
) -> None:
    data = file_of(("F-1", sku, "1"), ("F-2", sku, "2")).decode().replace(",", "\t")

    at = uploaded(data.replace("Jane", '"Jane').encode())

    assert list(at.dataframe[0].value["3"]) == ['"Jane Example', '"Jane Example']


def test_a_workbook_with_a_cell_far_away_is_refused_with_that_cell(program: MCFService) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Orders")
        sheet.write(0, 0, "Order number")
        sheet.write(2**20 - 1, 2**14 - 1, "x")

    at = uploaded(out.getvalue())

    assert not at.exception
    assert "something in cell XFD1048576, far from the others, which end at A1" in texts(at)


def test_an_empty_file_is_called_empty(program: MCFService) -> None:
    assert "is empty" in texts(uploaded(b"\n"))
