"""What tests of these parts do and read on the page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, Radio

from pages.parts.common import places
from tests.pages.conftest import open_page

RECIPIENT = {
    "to_name": "Ada Example",
    "to_line1": "100 Example Street",
    "to_city": "Springfield",
    "to_state": "IL",
    "to_zip": "62701",
}


def submits(at: AppTest) -> list[Button]:
    """The button that ships the order: one, or none while it can't be shipped."""
    return [button for button in at.button if str(button.key).startswith("submit-")]


def ship(at: AppTest) -> AppTest:
    """Presses it."""
    (button,) = submits(at)
    return button.click().run()


def speeds(at: AppTest) -> Radio[str]:
    """The choice of delivery speeds."""
    (found,) = [radio for radio in at.radio if str(radio.key).startswith("speeds_")]
    return found


def filled(sku: str, **changed: str) -> AppTest:
    """The form with a recipient, an item and the number TEST-9."""
    at = open_page(places.NEW_ORDER)
    for key, value in {**RECIPIENT, "number": "TEST-9", **changed}.items():
        at.session_state[key] = value
    at.selectbox(key="sku_0").select(sku)
    return at.run()
