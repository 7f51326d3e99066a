"""A file of rules on the page: seen before it's taken."""

from __future__ import annotations

import pandas as pd
from streamlit.testing.v1 import AppTest

from mcf.files import export
from mcf.service import MCFService
from tests.pages.conftest import texts
from tests.pages.inventory.steps import pressed, stock_page


def given(content: bytes, name: str = "rules.csv", mime: str = "text/csv") -> AppTest:
    at = stock_page()
    return at.file_uploader(key="rules_file").upload(name, content, mime).run()


def rule(program: MCFService, seller_sku: str, name: str) -> object:
    return program.stock.review.choices.rules()[name].get(seller_sku)


def test_a_file_is_shown_before_it_is_taken(calm: MCFService) -> None:
    first, second = calm.inventory()["seller_sku"].iloc[[0, 1]]
    lines = f"{first};21;3,50\n{second};soon;1\nTYPO-1;9;\n"
    at = given(f"seller_sku;lead_time_days;unit_cost\n{lines}".encode())

    assert "It changes 3 rules of 2 SKUs, 0 SKUs stay as before, 1 line is refused." in texts(at)
    assert "Not among your SKUs in this marketplace, perhaps misspelt: TYPO-1." in texts(at)
    changes, refused, *_ = (table.value for table in at.dataframe)
    assert changes.iloc[0].tolist() == [first, "Lead time", "empty", "21", 2]
    assert refused["Refused, because"].tolist() == [
        "Lead time 'soon' is not a whole number from 0 to 730"
    ]
    assert calm.stock.review.choices.rules().empty
    pressed(at, "import_rules")

    assert (rule(calm, first, "lead_time_days"), rule(calm, first, "unit_cost")) == (21, 3.5)
    assert "Imported the rules of 2 SKUs. 1 line was refused." in texts(at)
    assert any("1 SKU with rules is not among your SKUs" in each.value for each in at.warning)


def test_a_workbook_is_taken_and_another_window_is_not_written_over(calm: MCFService) -> None:
    first = calm.inventory()["seller_sku"].iloc[0]
    frame = pd.DataFrame({"seller_sku": [first], "case_pack": [12], "supplier": ["Acme"]})
    at = given(export.to_bytes(frame, "xlsx"), "rules.xlsx", "application/octet-stream")
    calm.stock.review.choices.set_rules([{"seller_sku": first, "case_pack": 6}])

    pressed(at, "import_rules")

    assert "Nothing was imported" in texts(at)
    assert rule(calm, first, "case_pack") == 6
    pressed(at, "import_rules")
    assert (rule(calm, first, "case_pack"), rule(calm, first, "supplier")) == (12, "Acme")


def test_what_is_no_file_of_rules_is_told(calm: MCFService) -> None:
    at = given(b"sku,colour\nA,red\n")
    assert "needs the columns seller_sku and some of" in texts(at)
