"""The page of orders from a file, before one is given."""

from __future__ import annotations

from mcf.service import MCFService
from pages.parts.common import places
from tests.pages.conftest import open_page, texts


def test_templates_are_there_before_a_file_is_given(program: MCFService) -> None:
    at = open_page(places.NEW_ORDER, way="Many from a file")

    assert not at.exception
    assert "Every order is checked before anything is sent" in texts(at)
    assert [button.label for button in at.get("download_button")] == [
        "Template (CSV)",
        "Template (Excel)",
        "With Amazon's columns",
    ]
