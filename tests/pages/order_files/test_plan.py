"""The verdict on each order of a file."""

from __future__ import annotations

from mcf.service import MCFService
from mcf.simulator import Simulator
from tests.pages.conftest import texts
from tests.pages.order_files.steps import the_button, uploaded
from tests.uploads import file_of


def test_every_order_has_a_verdict_before_anything_is_sent(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    at = uploaded(file_of(("F-1", sku, "1"), ("F-2", "NOPE", "1"), ("F-3", sku, "x")))

    assert list(at.dataframe[0].value["Verdict"].str[0]) == ["go", "hold back", "fix"]
    assert simulator.requests.count("createFulfillmentOrder") == 0


def test_a_group_without_lines_says_so(program: MCFService, sku: str) -> None:
    at = uploaded(file_of(("F-1", sku, "1")))

    at.session_state["file_group"] = "To be corrected"
    at.run()

    assert not at.exception
    assert "No line of the file is among these." in texts(at)
    assert the_button(at).label == "Ship 1 order"
