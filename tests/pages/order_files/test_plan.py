"""The verdict on each order of a file."""

from __future__ import annotations

import pytest

from mcf.order_files import parse
from mcf.service import MCFService
from mcf.simulator import Simulator
from pages.parts.common import places
from tests.pages.conftest import open_page, texts
from tests.pages.order_files.steps import the_button, uploaded
from tests.uploads import file_of


def test_every_order_has_a_verdict_before_anything_is_sent(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = uploaded(file_of(("F-1", sku, "1"), ("F-2", "NOPE", "1"), ("F-3", sku, "x")))

    assert list(at.dataframe[0].value["Verdict"].str[0]) == ["go", "fix", "fix"]
    assert simulator.requests.count("createFulfillmentOrder") == 0


def test_a_group_without_lines_says_so(program: MCFService, sku: str) -> None:
    at = uploaded(file_of(("F-1", sku, "1")))

    at.session_state["file_group"] = "To be corrected"
    at.run()

    assert not at.exception
    assert "No line of the file is among these." in texts(at)
    assert the_button(at).label == "Ship 1 order"


def spoiled(sku: str) -> bytes:
    return file_of(("F-1", sku, "1")).replace(b"Jane Example", b"Pat O&#39;Neill")


def test_what_is_meant_is_put_into_a_spoiled_file_at_once(program: MCFService, sku: str) -> None:
    at = uploaded(spoiled(sku))
    assert list(at.dataframe[0].value["Verdict"].str[0]) == ["please check"]

    at.button(key="put_in_meant").click().run()

    assert list(at.dataframe[0].value["Verdict"].str[0]) == ["go"]
    assert "Pat O'Neill" in list(at.dataframe[0].value.iloc[0])
    assert the_button(at).label == "Ship 1 order"


def test_a_spoiled_text_is_sent_as_it_is_only_when_it_is_agreed_to(
    program: MCFService, sku: str
) -> None:
    at = uploaded(spoiled(sku))
    assert "No order of this file is ready to be sent." in texts(at)

    at.checkbox(key="send_doubts").check().run()

    assert the_button(at).label == "Ship 1 order"


def test_a_file_and_its_corrections_outlive_a_reload_of_the_page(
    program: MCFService, sku: str
) -> None:
    at = uploaded(spoiled(sku))
    at.button(key="put_in_meant").click().run()

    again = open_page(places.NEW_ORDER, way="Many from a file", file=at.query_params["file"])

    assert "orders.csv" in texts(again)
    assert list(again.dataframe[0].value["Verdict"].str[0]) == ["go"]
    assert "Pat O'Neill" in list(again.dataframe[0].value.iloc[0])

    again.button(key="put_file_away").click().run()

    assert "file" not in again.query_params
    assert not again.dataframe


def test_a_file_that_isnt_kept_any_more_is_asked_for(program: MCFService) -> None:
    at = open_page(places.NEW_ORDER, way="Many from a file", file="gone")

    assert not at.exception
    assert "The file isn't kept any more. Give it again." in texts(at)


def test_a_file_is_read_once_however_often_the_page_is_drawn(
    program: MCFService, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = uploaded(file_of(("F-1", sku, "1")))
    monkeypatch.setattr(parse, "unnamed", None)

    assert not at.run().exception


def test_columns_of_amazons_are_shown_in_a_sellers_words(program: MCFService, sku: str) -> None:
    config = str(uploaded(file_of(("F-1", sku, "1"))).dataframe[0].proto.columns)

    assert "Postal code" in config
    assert "AddressFieldOne" not in config
