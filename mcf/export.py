"""Frames -> files whose name carries a UTC timestamp. A file is whole or not there."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

FORMATS = ("csv", "xlsx", "parquet")


def write(frame: pd.DataFrame, name: str, kind: str, folder: Path, now: datetime) -> Path:
    """The path of the new file, like output/inventory_20260131T090000Z.csv; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}_{now:%Y%m%dT%H%M%SZ}.{kind}"
    unfinished = path.with_suffix(f".{kind}.part")
    unfinished.write_bytes(to_bytes(frame, kind))
    unfinished.replace(path)
    return path


def to_bytes(frame: pd.DataFrame, kind: str) -> bytes:
    """The frame as a CSV (UTF-8), Excel or Parquet file; times are UTC in each."""
    if kind == "csv":
        return frame.to_csv(index=False, date_format="%Y-%m-%dT%H:%M:%SZ").encode()
    if kind == "xlsx":
        return _workbook(frame)
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def _workbook(frame: pd.DataFrame) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("MCF Desk")

    def cell(value: Any) -> Any:
        if not isinstance(value, str):
            return WriteOnlyCell(sheet, value=value)
        # A workbook can't hold control characters.
        made = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
        # A name that begins with "=" is text, not a formula to be run.
        made.data_type = "s"
        return made

    sheet.append([cell(str(name)) for name in frame.columns])
    for row in frame.itertuples(index=False, name=None):
        sheet.append([cell(_plain(value)) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.tz_convert(None).to_pydatetime()
    return value.item() if hasattr(value, "item") else value
