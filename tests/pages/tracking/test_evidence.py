"""The button that saves an order's evidence."""

from __future__ import annotations

from mcf.service import MCFService
from pages.parts.common import places
from tests.pages.conftest import open_page


def test_the_evidence_of_an_order_can_be_saved_from_its_page(
    program: MCFService, sent: str
) -> None:
    at = open_page(places.TRACKING, order=sent)

    assert not at.exception
    labels = [button.label for button in at.get("download_button")]
    assert labels.count("Evidence") == 1
