"""What tests of these parts do and read on the page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from pages.parts.common import places
from tests.pages.conftest import open_page, texts
from tests.waiting import eventually


def send_buttons(at: AppTest) -> list[Button]:
    return [button for button in at.button if str(button.key).startswith("send_file")]


def settled(at: AppTest) -> AppTest:
    """The page when the file that is sent in the background has been sent."""
    eventually(lambda: "Amazon has" in texts(at) or "Amazon has" in texts(at.run()))
    return at


def the_button(at: AppTest) -> Button:
    (button,) = send_buttons(at)
    return button


def uploaded(data: bytes) -> AppTest:
    at = open_page(places.NEW_ORDER, way="Many from a file")
    return at.get("file_uploader")[0].upload("orders.csv", data, "text/csv").run()
