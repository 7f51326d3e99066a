"""Where the pages are, for links between them."""

from __future__ import annotations

from pathlib import Path

from pages.parts.common import places


def test_every_page_that_is_linked_to_is_there() -> None:
    pages = {places.FRAME, places.TODAY, places.ICON, *places.ADDRESSES, *places.BY_NAME.values()}

    assert [page for page in pages if not Path(page).is_file()] == []


def test_every_page_that_takes_a_subject_can_be_pointed_at() -> None:
    assert places.QUERY_OF.keys() <= places.BY_NAME.keys()
