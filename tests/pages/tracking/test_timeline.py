"""An order's story and its note."""

from __future__ import annotations

from mcf.service import MCFService
from pages.parts.common import places
from tests.pages.conftest import open_page, texts


def test_the_story_of_an_order_tells_ones_own_steps(program: MCFService, sent: str) -> None:
    program.tracking.actions.cancel(sent)

    at = open_page(places.TRACKING, order=sent)

    assert "Sent to Amazon from here." in texts(at)
    assert "You asked Amazon to cancel it. Amazon has cancelled the order." in texts(at)


def test_a_note_is_kept_with_its_order(program: MCFService, sent: str) -> None:
    at = open_page(places.TRACKING, order=sent)
    at.text_area(key=f"note_{sent}").input("Called the buyer").run()

    again = open_page(places.TRACKING, order=sent)

    assert again.text_area(key=f"note_{sent}").value == "Called the buyer"
