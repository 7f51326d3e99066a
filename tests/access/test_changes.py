"""What a write changed, told to whoever notes it."""

from __future__ import annotations

from mcf.access.changes import changed, noting


def test_what_is_told_is_kept_and_nothing_takes_it_away() -> None:
    with noting() as noted:
        changed(before="Received", subject="MCF-1")
        changed(after="Cancelled", request_id="r-1")
        changed()

    assert (noted.before, noted.after) == ("Received", "Cancelled")
    assert (noted.request_id, noted.subject) == ("r-1", "MCF-1")


def test_where_nobody_notes_it_nothing_happens() -> None:
    changed(before="Received")
    with noting() as noted:
        pass
    changed(after="Cancelled")

    assert (noted.before, noted.after) == ("", "")
