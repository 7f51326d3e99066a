"""What became of the orders of a file, as a file that can be given again."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mcf.encodings import LINE_END
from mcf.errors import InvalidInput
from mcf.flatfile import Document
from mcf.harmless import harmless
from mcf.heads import RESULTS, plain

KINDS = ("csv", "xlsx")
_BROKEN_LINE = "\v"
"""In a CSV it stands for a line break in a cell, so that the file can be given again; an order with
one is refused all the same.
"""

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the lines of an order."""

    lines: tuple[int, ...]
    outcome: str
    says: str = ""
    status: str = ""


def rows(document: Document, results: Iterable[Result]) -> Rows:
    """The file as it was, with the columns RESULTS filled anew in every line."""
    own = set(map(plain, RESULTS))
    places = [at for at, name in enumerate(document.table.names) if plain(name) not in own]
    by_line = {line: result for result in results for line in result.lines}
    told = [
        [*(row.cells[at] for at in places), *_cells(by_line.get(row.number))]
        for row in document.table.rows
    ]
    return [[*(document.table.names[at] for at in places), *RESULTS], *told]


def _cells(result: Result | None) -> tuple[str, str, str]:
    return (result.outcome, result.says, result.status) if result else ("", "", "")


def to_bytes(lines: Sequence[Sequence[str]], kind: str) -> bytes:
    """The lines as a CSV (UTF-8 with its mark) or an Excel file in which every cell is a text."""
    return _workbook(lines) if kind == "xlsx" else _csv(lines)


def write(lines: Sequence[Sequence[str]], path: Path) -> None:
    """Writes them into a file that only its owner can read, of the kind that its name tells.

    Raises `InvalidInput` for another kind of name, and when it can't be written.
    """
    kind = require_kind(path)
    unfinished = path.with_name(f"{path.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(to_bytes(lines, kind))
        unfinished.replace(path)
    except OSError as error:
        raise InvalidInput(
            {str(path): error.strerror or "can't be written"}, advice="Name another file."
        ) from error


def require_kind(path: Path) -> str:
    """The kind of file that a name tells; raises `InvalidInput` when that's none of KINDS."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise InvalidInput(
            {str(path): "is neither a .csv nor an .xlsx file"}, advice="Name one that ends so."
        )
    return kind


def _csv(lines: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(
        [harmless(LINE_END.sub(_BROKEN_LINE, cell)) for cell in line] for line in lines
    )
    return out.getvalue().encode("utf-8-sig")


def _workbook(lines: Sequence[Sequence[str]]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": True})
    sheet = book.add_worksheet("Orders")
    as_text = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(map(len, lines), default=1) - 1, 18, as_text)
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            sheet.write_string(number, place, cell, as_text)
    book.close()
    return buffer.getvalue()
