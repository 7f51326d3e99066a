"""Files of rules: what they would change, what is refused, and that nothing is taken unseen."""

from __future__ import annotations

import pandas as pd
import pytest

from mcf.amazon import inventory_pages
from mcf.errors import InvalidInput
from mcf.files import export
from mcf.inventory import rule_files
from mcf.inventory.planning import RULES
from mcf.inventory.preferences import COLUMNS, Choices
from mcf.inventory.rule_files import RuleChange
from mcf.store import tables
from mcf.store.database import Store
from tests.inventory.conftest import rule


def imported(choices: Choices, data: bytes) -> int:
    """How many SKUs a file changes once it was looked at."""
    return rule_files.take(rule_files.read(data, choices), choices)


def no_file(choices: Choices, data: str) -> dict[str, str]:
    """What is wrong with what is no file of rules."""
    with pytest.raises(InvalidInput) as caught:
        rule_files.read(data.encode(), choices)
    return caught.value.problems


def refused(choices: Choices, data: str) -> dict[str, str]:
    """What is wrong with lines of a file of rules."""
    lines = rule_files.read(data.encode(), choices).refused
    return {
        f"line {it.line}, {name}".removesuffix(", "): why
        for it in lines
        for name, why in it.problems.items()
    }


@pytest.mark.parametrize(
    "data",
    [
        b'seller_sku,unit_cost\nA,"1,234"\n',
        b"seller_sku;unit_cost\nA;1,234\n",
        b"seller_sku;unit_cost\nA;1.234\n",
        b"seller_sku\tunit_cost\nA\t1.234\n",
    ],
)
def test_a_cost_that_can_mean_two_is_asked_for(choices: Choices, data: bytes) -> None:
    problems = refused(choices, data.decode())
    assert "can mean 1234 or 1.234: write it like 1234.00" in problems["line 2, unit_cost"]


def test_prices_are_imported_as_costs_are(choices: Choices) -> None:
    imported(choices, b"seller_sku;price;currency\nA;12,50;usd\nB;3;\n")
    assert rule(choices, "A") == {"price": 12.5, "currency": "USD"}
    assert rule(choices, "B") == {"price": 3}
    said = refused(choices, "seller_sku;price\nA;1,234\n")
    assert "can mean 1234 or 1.234" in " ".join(said.values())


def test_in_a_file_with_commas_between_cells_a_point_stands_before_decimals(
    choices: Choices,
) -> None:
    imported(choices, b"seller_sku,unit_cost,case_pack\nA,1.234,12.0\n")
    assert rule(choices) == {"unit_cost": 1.234, "case_pack": 12}


@pytest.mark.parametrize("cell", ["1.000", "1,000", "1e3", "1_000", "+5"])
def test_a_rule_that_may_be_a_thousand_is_asked_for(choices: Choices, cell: str) -> None:
    problems = refused(choices, f"seller_sku;low_units\nA;{cell}\n")
    assert "is not a whole number" in problems["line 2, low_units"]


def test_skus_with_rules_that_the_stock_lacks_are_named(choices: Choices, store: Store) -> None:
    imported(choices, b"seller_sku,case_pack\nA,6\nTYPO,6\n")
    assert choices.without_stock() == []

    store.save(
        tables.inventory,
        [{"seller_sku": "A", **dict.fromkeys(inventory_pages.QUANTITIES, 2), "raw": {}}],
    )

    assert choices.without_stock() == ["TYPO"]


def test_a_file_sets_what_its_cells_say(choices: Choices) -> None:
    choices.set_rules([{"seller_sku": "B", "lead_time_days": 10, "tags": "old"}])
    data = (
        b"seller_sku,lead_time_days,unit_cost,tags,remark\n"
        b'A,45,"3,50","winter, gift",whatever\n'
        b"B,,2.25,,\n"
    )
    assert imported(choices, data) == 2
    assert rule(choices, "A") == {"lead_time_days": 45, "unit_cost": 3.5, "tags": "winter, gift"}
    assert rule(choices, "B") == {"lead_time_days": 10, "unit_cost": 2.25, "tags": "old"}


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfSeller_SKU, Case_Pack ,unit_cost\r\nA, 12 ,3.5\r\n",
        b"seller_sku;case_pack;unit_cost\nA;12;3,5\n",
        b"seller_sku\tcase_pack\tunit_cost\nA\t12\t3,5\n",
        b'"seller_sku","case_pack","unit_cost"\n"A","12","3,5","one cell too many"\n',
    ],
)
def test_a_file_may_come_from_any_spreadsheet(choices: Choices, data: bytes) -> None:
    imported(choices, data)
    assert rule(choices) == {"case_pack": 12, "unit_cost": 3.5}


def test_a_file_of_an_old_program_keeps_its_letters(choices: Choices) -> None:
    imported(choices, "seller_sku,tags\nTASSE-GRÜN,schön\n".encode("cp1252"))
    assert rule(choices, "TASSE-GRÜN") == {"tags": "schön"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_all_rules_exported_can_be_imported_again(choices: Choices, kind: str) -> None:
    every = dict.fromkeys(RULES, 60) | {"unit_cost": 1.234, "tags": "a, b", "supplier": "=1+1"}
    some = [{"seller_sku": "A", **every}, {"seller_sku": "B, C", "case_pack": 3, "tags": "@x"}]
    choices.set_rules(some)
    skus = ["A", "B, C", "-NONE", "007"]
    stock = pd.DataFrame({"seller_sku": skus, "product_name": ["Mug", None, "-", "=Bag"]})

    data = export.to_bytes(rule_files.rows(stock, choices.rules()), kind)
    read = rule_files.read(data, choices)

    assert (read.changes, read.refused, read.passed_over) == ((), (), ())
    assert sorted(read.same) == sorted(skus)
    emptied = Choices(choices._store)
    emptied.set_rules({"seller_sku": sku, **dict.fromkeys(COLUMNS[1:])} for sku in ["A", "B, C"])
    assert imported(emptied, data) == 2
    assert rule(choices) == every
    assert rule(choices, "B, C") == {"case_pack": 3, "tags": "@x"}


def test_what_a_file_would_change_is_told_before_and_after(choices: Choices) -> None:
    choices.set_rules([{"seller_sku": "A", "case_pack": 6, "supplier": "Acme"}])
    data = b"seller_sku,case_pack,supplier,unit_cost,colour\nA,12,-,2.5,red\nB,,Acme,,\nA,6,,,\n"

    read = rule_files.read(data + b"C,,,,\n", choices)

    assert read.changes == (
        RuleChange(2, "A", "supplier", "Acme", None),
        RuleChange(2, "A", "unit_cost", None, 2.5),
        RuleChange(3, "B", "supplier", None, "Acme"),
    )
    assert (read.same, read.twice, read.passed_over) == (("C",), ("A",), ("colour",))
    assert rule(choices) == {"case_pack": 6, "supplier": "Acme"}


def test_a_file_is_not_taken_over_what_another_window_changed_since(choices: Choices) -> None:
    read = rule_files.read(b"seller_sku,case_pack,low_units\nA,12,3\nB,4,\n", choices)
    choices.set_rules([{"seller_sku": "A", "case_pack": 6, "low_units": 3}])

    with pytest.raises(InvalidInput) as caught:
        rule_files.take(read, choices)

    assert caught.value.problems == {"A, case_pack": "is 6 by now; it was empty when you typed 12"}
    assert choices.rules().index.tolist() == ["A"]


def test_dates_and_errors_of_a_workbook_are_no_rules(choices: Choices) -> None:
    told = pd.DataFrame(
        {
            "seller_sku": ["A", "B", "C"],
            "tags": [pd.Timestamp("2026-03-04"), "#N/A", "gift"],
            "case_pack": [1.0, 2.0, 12.0],
        }
    )
    read = rule_files.read(export.to_bytes(told.astype({"tags": object}), "xlsx"), choices)

    assert [(it.line, *it.problems) for it in read.refused] == [(2, "tags"), (3, "tags")]
    assert {change.seller_sku for change in read.changes} == {"C"}


def test_a_column_that_is_there_twice_is_refused(choices: Choices) -> None:
    problems = no_file(choices, "seller_sku,case_pack,Case_Pack\nA,1,2\n")
    assert problems == {"file": "has the column case_pack twice"}


def test_of_a_line_with_a_wrong_cell_nothing_is_taken(choices: Choices) -> None:
    """Blank lines and cells of several lines count as lines, as in an editor."""
    data = 'seller_sku,case_pack,unit_cost,tags\nA,12,1,\n\nB,0,1,"one,\ntwo"\nC,12,free,\n'
    assert refused(choices, data) == {
        "line 5, case_pack": "'0' is not a whole number from 1 to 100,000",
        "line 6, unit_cost": "'free' isn't an amount of at least 0: write it like 1234.50",
    }
    assert imported(choices, data.encode()) == 1
    assert choices.rules().index.tolist() == ["A"]


def test_lines_without_a_sku_are_told_by_number(choices: Choices) -> None:
    data = "case_pack,seller_sku\n12,A\n12,\n12, \n"
    assert refused(choices, data) == {
        "line 3": "has no seller_sku",
        "line 4": "has no seller_sku",
    }
    assert len(choices.rules()) == 0


@pytest.mark.parametrize("data", ["", "\n \n"])
def test_an_empty_file_is_called_empty(choices: Choices, data: str) -> None:
    assert no_file(choices, data) == {"file": "is empty"}


@pytest.mark.parametrize("data", ["sku,case_pack\nA,1\n", "seller_sku\nA\n", "\x01"])
def test_a_file_without_the_columns_is_told_which_it_needs(choices: Choices, data: str) -> None:
    assert no_file(choices, data) == {
        "file": f"needs the columns seller_sku and some of: {', '.join(COLUMNS)}"
    }


@pytest.mark.parametrize(
    ("data", "where"),
    [("seller_sku,tags\nA,b\nC," + "x" * 200_000 + "\n", "line 3"), ("x" * 200_000, "file")],
)
def test_what_is_no_table_is_told_as_such(choices: Choices, data: str, where: str) -> None:
    problems = no_file(choices, data)
    assert list(problems) == [where]
    assert problems[where].startswith("is no CSV: ")


def test_a_file_of_headings_only_changes_nothing(choices: Choices) -> None:
    before = choices.revision()
    assert imported(choices, b"seller_sku,case_pack\n") == 0
    assert choices.revision() == before


def test_the_last_line_of_a_sku_wins(choices: Choices) -> None:
    imported(choices, b"seller_sku,case_pack,low_units\nA,6,1\nA,12,\n")
    assert rule(choices) == {"case_pack": 12, "low_units": 1}


def test_more_rules_than_there_are_skus_are_refused(choices: Choices) -> None:
    data = "seller_sku,case_pack\n" + "A,1\n" * 100_001
    assert no_file(choices, data) == {"file": "has more than 100,000 lines of rules"}


def test_ten_thousand_rules_are_imported(choices: Choices) -> None:
    lines = [f"SKU-{n},{n % 700}" for n in range(10_000)]
    data = "\n".join(["seller_sku,lead_time_days", *lines]).encode()
    assert imported(choices, data) == 10_000
    assert choices.rules()["lead_time_days"].sum() == sum(n % 700 for n in range(10_000))
