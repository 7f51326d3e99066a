"""What tables of several pages share."""

from __future__ import annotations

import pandas as pd

from pages.parts.common import tables

FRAME = pd.DataFrame({"seller_sku": ["A", "B"], "units": [1, 2]}, index=[7, 9])


def test_rows_are_read_in_the_order_of_the_frame() -> None:
    assert tables.rows(FRAME) == [
        {"seller_sku": "A", "units": 1},
        {"seller_sku": "B", "units": 2},
    ]


def test_a_cell_may_be_a_list_and_stays_at_its_row() -> None:
    column = tables.column(FRAME, [["Low"], []])

    assert column.to_dict() == {7: ["Low"], 9: []}


def test_the_chosen_rows_are_given_by_their_places() -> None:
    assert tables.selection(["A", "B", "C"], {"C", "A", "gone"}) == {"selection": {"rows": [0, 2]}}
