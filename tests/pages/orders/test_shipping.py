"""The button that ships an order, and the sentence above it."""

from __future__ import annotations

from mcf.service import MCFService
from tests.pages.conftest import texts
from tests.pages.orders.steps import filled, submits


def test_the_button_names_the_sum_and_its_key_and_the_sentence_what_is_sent(
    program: MCFService, sku: str
) -> None:
    at = filled(sku)
    (button,) = submits(at)

    assert button.label.startswith("Ship this order, ")
    assert button.label.endswith(" USD")
    assert button.proto.shortcut.lower() == "ctrl+enter"
    assert f"**1 x {sku}** to **Ada Example, 100 Example Street, Springfield IL 62701" in texts(at)
    at.toggle(key="hold").set_value(True).run()
    assert submits(at)[0].label.startswith("Reserve the stock (hold)")
    assert "on hold until you release it" in texts(at)
