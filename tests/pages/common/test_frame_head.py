"""What stands above every page."""

from __future__ import annotations

from mcf.service import MCFService
from tests.pages.conftest import open_page


def test_the_line_above_a_page_says_which_amazon_this_is_and_how_old_the_data_is(
    program: MCFService,
) -> None:
    at = open_page()

    said = " ".join(str(element.value) for element in (*at.markdown, *at.caption))
    assert "Demo: a simulated Amazon, nothing ships" in said
    assert "United States" in said
    assert "Updated" in said


def test_a_program_that_has_read_nothing_yet_says_that_it_reads(empty_program: None) -> None:
    at = open_page()

    assert any("Reading" in str(caption.value) for caption in at.caption)
