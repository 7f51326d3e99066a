"""Exports read back as what was exported, and a file is whole or not there."""

from __future__ import annotations

import io
import math
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from mcf.files import export
from mcf.store import frames

NOW = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def frame() -> pd.DataFrame:
    """Two rows with a text, a category, a number, a truth and a time, and nulls among them."""
    columns = {"name": frames.TEXT, "status": frames.REPEATED, "units": frames.NUMBER,
               "tracked": "bool", "at": frames.UTC_TIME}  # fmt: skip
    data = {
        "name": ["Zoë's widget, blue", None],
        "status": ["Planning", None],
        "units": [3, 0],
        "tracked": [True, False],
        "at": [NOW, None],
    }
    return frames.build(columns, data)


def sheet(data: bytes) -> list[tuple[object, ...]]:
    book = load_workbook(io.BytesIO(data))
    return list(book["MCF Desk"].iter_rows(values_only=True))


def test_a_csv_has_utc_times_and_empty_cells_for_nulls(frame: pd.DataFrame) -> None:
    assert export.to_bytes(frame, "csv").decode().splitlines() == [
        "name,status,units,tracked,at",
        '"Zoë\'s widget, blue",Planning,3,True,2026-03-02T12:00:05Z',
        ",,0,False,",
    ]


def test_a_workbook_has_numbers_times_and_empty_cells(frame: pd.DataFrame) -> None:
    assert sheet(export.to_bytes(frame, "xlsx")) == [
        ("name", "status", "units", "tracked", "at"),
        ("Zoë's widget, blue", "Planning", 3, True, NOW.replace(tzinfo=None)),
        (None, None, 0, False, None),
    ]


def test_a_parquet_file_reads_back_as_the_same_frame(frame: pd.DataFrame) -> None:
    back = pd.read_parquet(io.BytesIO(export.to_bytes(frame, "parquet")))
    pd.testing.assert_frame_equal(back.astype(frame.dtypes.to_dict()), frame)


def read_workbook(file: io.BytesIO) -> pd.DataFrame:
    return pd.read_excel(file, engine="openpyxl")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_frame_without_rows_is_a_file_with_a_header(frame: pd.DataFrame, kind: str) -> None:
    data = export.to_bytes(frame.iloc[:0], kind)
    back = {"csv": pd.read_csv, "xlsx": read_workbook, "parquet": pd.read_parquet}[kind]
    assert list(back(io.BytesIO(data)).columns) == list(frame.columns)


@pytest.mark.parametrize("name", ["=1+1", '=HYPERLINK("https://example.com")', "+1", "@SUM(1)"])
def test_a_name_that_looks_like_a_formula_is_text_in_a_workbook(name: str) -> None:
    data = export.to_bytes(pd.DataFrame({name: [name]}), "xlsx")
    cells = [row[0] for row in load_workbook(io.BytesIO(data))["MCF Desk"].iter_rows()]
    assert [(cell.value, cell.data_type) for cell in cells] == [(name, "s"), (name, "s")]


def test_a_control_character_is_left_out_of_a_workbook() -> None:
    data = export.to_bytes(pd.DataFrame({"name": ["bell\x07 and\ttab"]}), "xlsx")
    assert sheet(data)[1] == ("bell and\ttab",)


def test_what_lasts_for_ever_is_told_in_words_and_what_is_unknown_is_empty() -> None:
    cover = pd.DataFrame({"days_of_cover": [12.5, math.inf, math.nan], "sku": ["A", "B", "C"]})
    rows = sheet(export.to_bytes(cover, "xlsx"))
    assert rows[1:] == [(12.5, "A"), ("infinite", "B"), (None, "C")]


def test_a_text_too_long_for_a_cell_is_cut() -> None:
    data = export.to_bytes(pd.DataFrame({"comment": ["x" * 40_000]}), "xlsx")
    assert sheet(data)[1] == ("x" * 32_767,)


def test_a_file_is_named_for_its_content_and_the_time_in_utc(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    path = export.write(frame, "orders", "csv", tmp_path / "new" / "folder", NOW)
    assert path == tmp_path / "new" / "folder" / "orders_20260302T120005Z.csv"
    assert path.read_bytes() == export.to_bytes(frame, "csv")
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_made_is_an_error(frame: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        export.write(frame, "orders", "csv", tmp_path / "file", NOW)


def test_columns_of_a_workbook_are_as_wide_as_what_is_in_them() -> None:
    # The arrow of the filter has room beside a head.
    frame = pd.DataFrame({"sku": ["LF-MUG-12-BLK", "A"], "note": ["x" * 500, None], "n": [1, 2]})
    sheet = load_workbook(io.BytesIO(export.to_bytes(frame, "xlsx"))).active
    widths = [sheet.column_dimensions[name].width for name in "ABC"]
    assert [int(width) for width in widths] == [15, 60, 5]
