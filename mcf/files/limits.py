"""How much a file of somebody else may hold, so that none takes the memory or the time of all."""

from __future__ import annotations

from pathlib import Path

from mcf.errors import InvalidInput

MOST_BYTES = 20 * 2**20
"""Of a file; as many as the page takes (`maxUploadSize` in .streamlit/config.toml)."""
MOST_UNPACKED = 32 * 2**20
"""Bytes of the parts of a workbook that are read, once they're unpacked."""
MOST_CELLS = 250_000
"""Cells of a workbook's sheet, from A1 to the last that is filled."""
MOST_LETTERS = 10_000_000
"""Letters in all these cells."""
MOST_TEXT_CELLS = 1_500_000
"""Cells of a delimited text; half as many where quote marks let it be read in two ways."""
_SPLIT = (
    "Give it in parts: orders in several files, a report for fewer days at a time. Nothing of it "
    "was read."
)


def content(path: Path) -> bytes:
    """A file's bytes; raises `InvalidInput` when it can't be read, and for one that's too large."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InvalidInput(
            {str(path): error.strerror or "can't be read"}, advice="Name a file that is there."
        ) from error
    require_size(data)
    return data


def require_size(data: bytes) -> None:
    """Raises `InvalidInput` for a file of more bytes than are read."""
    if len(data) > MOST_BYTES:
        raise too_much(f"is larger than {MOST_BYTES // 2**20} MB")


def too_much(what: str, advice: str = _SPLIT) -> InvalidInput:
    """The error for a file that holds too much, with what is too much of it."""
    return InvalidInput({"file": what}, advice=advice)
