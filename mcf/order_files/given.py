"""Files of orders that were given and aren't sent yet, kept with their corrections, so that a page
that is loaded anew still has them.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from mcf.files.text import Row, Table
from mcf.order_files.columns import Head
from mcf.order_files.parse import Document
from mcf.store.database import utc_now
from mcf.store.documents import DocumentKind, Keeper

_KEPT_FOR = timedelta(days=7)
Cells = Mapping[tuple[int, int], str]
"""Texts of cells, by line number and place."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file that was given: its name, what it holds with no column known yet, and corrections."""

    id: str
    name: str
    document: Document
    cells: Cells = field(default_factory=dict)


class GivenFiles:
    """Keeps them for a week; every method raises `StoreError`."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def keep(self, name: str, document: Document) -> Given:
        """The file as it's kept from now on."""
        self._keeper.forget_older(DocumentKind.FILE, utc_now() - _KEPT_FOR)
        given = Given(uuid.uuid4().hex[:16], name, document)
        self._keeper.keep(DocumentKind.FILE, given.id, {"name": name, **_packed(document)})
        return given

    def get(self, file_id: str) -> Given | None:
        """The file of that id with its corrections, or None when it isn't kept."""
        kept = self._keeper.get(DocumentKind.FILE, file_id)
        if kept is None or "rows" not in kept.content:
            return None
        corrected = self._keeper.get(DocumentKind.FILE, _cells_of(file_id))
        cells = corrected.content["cells"] if corrected else []
        return Given(
            file_id,
            kept.content["name"],
            _unpacked(kept.content),
            {(line, place): text for line, place, text in cells},
        )

    def correct(self, given: Given, cells: Cells) -> Given:
        """The file with these corrections besides those that it has."""
        corrected = Given(given.id, given.name, given.document, {**given.cells, **cells})
        content = {"cells": [[line, at, text] for (line, at), text in corrected.cells.items()]}
        self._keeper.keep(DocumentKind.FILE, _cells_of(given.id), content)
        return corrected

    def forget(self, file_id: str) -> None:
        """Keeps it no longer."""
        for key in (file_id, _cells_of(file_id)):
            self._keeper.forget(DocumentKind.FILE, key)


def _cells_of(file_id: str) -> str:
    return f"{file_id} cells"


def _packed(document: Document) -> dict[str, Any]:
    return {
        "names": document.table.names,
        "rows": [
            [row.number, row.cells, row.problem, sorted(row.doubtful), row.given, sorted(row.dates)]
            for row in document.table.rows
        ],
        "notes": [*document.notes],
        "encoding": document.encoding,
        "doubts": [[number, doubt] for number, doubt in document.doubts],
    }


def _unpacked(content: Mapping[str, Any]) -> Document:
    rows = [
        Row(number, cells, problem, frozenset(doubtful), given, frozenset(dates))
        for number, cells, problem, doubtful, given, dates in content["rows"]
    ]
    table = Table(content["names"], rows)
    head = Head(tuple(table.names), {}, frozenset())
    doubts = tuple((number, doubt) for number, doubt in content.get("doubts", ()))
    return Document(table, head, tuple(content["notes"]), content["encoding"], doubts)
