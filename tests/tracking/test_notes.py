"""What a seller notes about an order stays until it is emptied."""

from __future__ import annotations

import pytest

from mcf.store.database import Store
from mcf.store.documents import Keeper
from mcf.tracking.notes import Notes


@pytest.fixture
def notes(store: Store) -> Notes:
    return Notes(Keeper(store))


def test_an_order_has_no_note_at_first(notes: Notes) -> None:
    assert notes.of("A-1") == ""


def test_a_note_is_kept_for_its_order_and_a_later_one_takes_its_place(notes: Notes) -> None:
    notes.keep("A-1", "Called the buyer.")
    notes.keep("A-1", "  Called twice.\n")

    assert (notes.of("A-1"), notes.of("A-2")) == ("  Called twice.\n", "")


def test_an_empty_note_is_forgotten(notes: Notes) -> None:
    notes.keep("A-1", "Called the buyer.")
    notes.keep("A-1", " \n")

    assert notes.of("A-1") == ""
