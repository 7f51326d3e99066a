"""What a seller notes about an order stays until it is emptied."""

from __future__ import annotations

import pytest

from mcf.store.database import Store
from mcf.store.documents import DocumentKind, Keeper
from mcf.tracking.notes import Notes, note_in


@pytest.fixture
def keeper(store: Store) -> Keeper:
    return Keeper(store)


@pytest.fixture
def notes(keeper: Keeper) -> Notes:
    return Notes(keeper)


def note_of(keeper: Keeper, order_id: str) -> str:
    return note_in(keeper.get(DocumentKind.NOTE, order_id))


def test_an_order_has_no_note_at_first(keeper: Keeper) -> None:
    assert note_of(keeper, "A-1") == ""


def test_a_note_is_kept_for_its_order_and_a_later_one_takes_its_place(
    keeper: Keeper, notes: Notes
) -> None:
    notes.keep("A-1", "Called the buyer.")
    notes.keep("A-1", "  Called twice.\n")

    assert (note_of(keeper, "A-1"), note_of(keeper, "A-2")) == ("  Called twice.\n", "")


def test_an_empty_note_is_forgotten(keeper: Keeper, notes: Notes) -> None:
    notes.keep("A-1", "Called the buyer.")
    notes.keep("A-1", " \n")

    assert note_of(keeper, "A-1") == ""
