"""Files in a seller's words: the pages' words, days as dates, times in a zone that is named."""

from __future__ import annotations

import codecs
import io
import math
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from openpyxl import load_workbook

from mcf.files import export, headings
from mcf.files.headings import Headings, Words
from mcf.inventory.purchase_list import FILE_COLUMNS
from mcf.store import frames
from mcf.tracking.bulk_actions import RESULTS
from mcf.tracking.lifecycle import DEADLINES
from pages.parts.common import tables
from pages.parts.inventory import ordered, purchase_list, table
from pages.parts.tracking import order_list

HEADINGS = Headings(
    {"at": "Received", "by": "Order by", "on": "Promised", "left": "Cover", "sku": "SKU"},
    frozenset({"by"}),
)
WORDS = Words(HEADINGS, ZoneInfo("America/New_York"))
HEADS = ("Received (America/New_York)", "Order by", "Promised", "Cover", "SKU")


@pytest.fixture
def frame() -> pd.DataFrame:
    """A moment, a day that is a midnight in UTC, one without a zone, and what has no word."""
    moments = [datetime(2026, 3, 9, 2, 30, tzinfo=UTC), None, None]
    midnights = [datetime(2026, 3, 2, tzinfo=UTC), None, None]
    return pd.DataFrame(
        {
            "at": pd.Series(moments, dtype=frames.UTC_TIME),
            "by": pd.Series(midnights, dtype=frames.UTC_TIME),
            "on": pd.Series(["2026-03-03", None, None], dtype="datetime64[us]"),
            "left": [12.345678, math.inf, math.nan],
            "sku": ["=A", "B", "C"],
            "raw": ["no", "word", "for it"],
        }
    )


def test_a_workbook_has_dates_and_times_of_the_zone_under_heads_that_say_so(
    frame: pd.DataFrame,
) -> None:
    sheet = load_workbook(io.BytesIO(export.to_bytes(frame, "xlsx", WORDS)))["MCF Desk"]

    rows = list(sheet.iter_rows(values_only=True))
    moments = [pd.Timestamp(it) for it in ("2026-03-08 22:30", "2026-03-02", "2026-03-03")]
    assert rows[0] == HEADS
    assert rows[1] == (*moments, 12.3457, "=A")
    assert rows[2:] == [(None, None, None, "infinite", "B"), (None,) * 4 + ("C",)]
    formats = [cell.number_format for cell in sheet[2][:3]]
    assert formats == ["yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd", "yyyy-mm-dd"]
    assert all(cell.is_date for cell in sheet[2][:3])
    widths = [sheet.column_dimensions[name].width for name in "ABC"]
    assert widths[0] >= len(HEADS[0])
    assert min(widths) >= len("2026-03-02") + 2


def test_a_workbook_has_a_filter_over_all_rows_and_its_head_stays(frame: pd.DataFrame) -> None:
    sheet = load_workbook(io.BytesIO(export.to_bytes(frame, "xlsx", WORDS)))["MCF Desk"]
    bare = load_workbook(io.BytesIO(export.to_bytes(frame.iloc[:0], "xlsx", WORDS)))["MCF Desk"]

    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:E4")
    assert (bare.freeze_panes, bare.auto_filter.ref) == ("A2", "A1:E1")


def test_a_csv_has_the_same_and_no_formula(frame: pd.DataFrame) -> None:
    written = export.to_bytes(frame, "csv", WORDS)

    assert written.startswith(codecs.BOM_UTF8), "Excel takes it for another encoding without that"
    assert written.decode("utf-8-sig").splitlines() == [
        ",".join(HEADS),
        "2026-03-08 22:30:00,2026-03-02,2026-03-03,12.3457,'=A",
        ",,,infinite,B",
        ",,,,C",
    ]


def test_a_parquet_file_has_dates(frame: pd.DataFrame) -> None:
    back = pd.read_parquet(io.BytesIO(export.to_bytes(frame, "parquet", WORDS)))

    assert tuple(back.columns) == HEADS
    assert back["Order by"].tolist() == [date(2026, 3, 2), None, None]


def test_without_words_a_file_keeps_its_names_and_utc(frame: pd.DataFrame) -> None:
    head, first, *_ = export.to_bytes(frame, "csv").decode().splitlines()

    assert head == "at,by,on,left,sku,raw"
    assert first.startswith("2026-03-09T02:30:00Z,")


def labels(columns: tables.Columns) -> dict[str, object]:
    """What a page calls its columns, but for what no file has."""
    drawn = ("trend", "order", "left")
    return {name: config.get("label") for name, config in columns.items() if name not in drawn}


@pytest.mark.parametrize(
    ("columns", "of"),
    [
        (table.COLUMNS, headings.INVENTORY),
        (order_list._columns(), headings.ORDERS),
        (ordered._CONFIG, headings.ORDERED),
        (
            {name: it for name, it in purchase_list._CONFIG.items() if name in FILE_COLUMNS},
            headings.PURCHASES,
        ),
    ],
    ids=["stock", "orders", "ordered", "purchases"],
)
def test_the_words_are_those_on_the_page(columns: tables.Columns, of: Headings) -> None:
    shown = labels(columns)

    assert {name: of.words.get(name) for name in shown} == shown


@pytest.mark.parametrize(
    ("columns", "of"),
    [
        (FILE_COLUMNS, headings.PURCHASES),
        (tuple(RESULTS), headings.ACTIONS),
        (order_list._SHOWN, headings.ORDERS),
    ],
    ids=["purchases", "actions", "orders"],
)
def test_no_column_of_a_page_is_left_out(columns: tuple[str, ...], of: Headings) -> None:
    assert set(columns) <= of.words.keys()


@pytest.mark.parametrize("of", [*headings.OF.values(), headings.ORDERED, headings.PURCHASES])
def test_no_two_columns_of_a_file_have_one_word(of: Headings) -> None:
    # A page's table tells a fee with its currency in one column, the command's in two.
    words = [word for name, word in of.words.items() if name != "cost" or "fee" not in of.words]
    assert len(set(words)) == len(words)


def test_a_frame_for_programs_is_put_into_the_order_of_the_words() -> None:
    frame = pd.DataFrame(columns=[*reversed(DEADLINES), "more"])
    shown = headings.DEADLINES.ordered(frame)

    assert list(shown.columns) == list(headings.DEADLINES.words)
