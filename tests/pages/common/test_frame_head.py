"""What stands above every page."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from mcf.service import MCFService
from mcf.store.states import RunState, Subject
from mcf.sync.freshness import Freshness
from pages.parts.common import frame_head
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


def test_what_was_never_read_whole_has_no_age() -> None:
    now = timedelta(seconds=5)

    def fresh(subject: Subject) -> Freshness:
        if subject is Subject.ORDERS:
            return Freshness(subject, RunState.PARTIAL, None, 3, "Half of it.", None)
        return Freshness(subject, RunState.WHOLE, now, 3, None, None)

    service: Any = SimpleNamespace(progress=lambda _: None, readings=lambda: [*map(fresh, Subject)])
    said = frame_head._freshness(service)
    assert said.endswith("Not everything was read whole yet; the latest one failed")
