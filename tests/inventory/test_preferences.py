"""What the seller decided: rules and their import, what is put off, saved views."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mcf.errors import InvalidInput
from mcf.inventory.planning import Rules
from mcf.inventory.preferences import COLUMNS, Choices, View
from tests.inventory.conftest import rule

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_nothing_is_decided_at_first(choices: Choices) -> None:
    assert choices.defaults() == Rules()
    assert len(choices.rules()) == 0
    assert choices.hidden(NOW) == {}
    assert choices.views("inventory") == []


def test_rules_have_the_same_columns_and_dtypes_without_a_row(choices: Choices) -> None:
    empty = choices.rules()
    choices.set_rules([{"seller_sku": "A", "case_pack": 12}])
    full = choices.rules()
    assert empty.columns.tolist() == full.columns.tolist() == list(COLUMNS[1:])
    assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()
    assert empty.index.dtype == full.index.dtype
    assert str(full["tags"].dtype) == "str"


def test_a_sku_keeps_what_was_set_and_nothing_else(choices: Choices) -> None:
    assert choices.set_rules([{"seller_sku": "A", "lead_time_days": 45, "unit_cost": "3.5"}]) == 1
    assert rule(choices) == {"lead_time_days": 45, "unit_cost": 3.5}


def test_a_change_leaves_the_other_rules_of_the_sku(choices: Choices) -> None:
    choices.set_rules([{"seller_sku": "A", "lead_time_days": 45, "tags": "slow"}])
    choices.set_rules([{"seller_sku": "A", "case_pack": 6}])
    assert rule(choices) == {"lead_time_days": 45, "case_pack": 6, "tags": "slow"}


@pytest.mark.parametrize("nothing", [None, "", math.nan])
def test_a_rule_can_be_unset(choices: Choices, nothing: Any) -> None:
    every = dict.fromkeys(COLUMNS[1:], 60) | {"seller_sku": "A", "currency": "USD"}
    choices.set_rules([every])
    choices.set_rules([dict.fromkeys(COLUMNS[1:], nothing) | {"seller_sku": "A"}])
    assert rule(choices) == {}


def test_two_changes_of_a_sku_are_both_made(choices: Choices) -> None:
    changes = [{"seller_sku": "A", "case_pack": 6}, {"seller_sku": "A", "low_units": 3}]
    assert choices.set_rules(changes) == 1
    assert rule(choices) == {"case_pack": 6, "low_units": 3}


def test_only_rules_that_differ_count_and_change_the_revision(choices: Choices) -> None:
    choices.set_rules([{"seller_sku": "A", "case_pack": 6, "unit_cost": 2}])
    before = choices.revision()
    changes = [{"seller_sku": "A", "case_pack": 6.0, "unit_cost": "2,00"}]
    assert choices.set_rules(changes) == 0
    assert choices.revision() == before
    choices.set_rules([{"seller_sku": "A", "case_pack": 7}])
    assert choices.revision() > before


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("lead_time_days", 0, 730),
        ("safety_days", 0, 365),
        ("order_days", 1, 730),
        ("excess_days", 1, 3650),
        ("case_pack", 1, 100_000),
        ("reserve_units", 0, 10_000_000),
        ("low_units", 0, 10_000_000),
    ],
)
def test_a_rule_keeps_to_its_limits(choices: Choices, name: str, least: int, most: int) -> None:
    choices.set_rules([{"seller_sku": "A", name: least}, {"seller_sku": "B", name: str(most)}])
    with pytest.raises(InvalidInput) as caught:
        choices.set_rules(
            [{"seller_sku": "A", name: least - 1}, {"seller_sku": "B", name: most + 1}]
        )
    assert caught.value.problems == {
        f"A, {name}": f"{least - 1} is not a whole number from {least:,} to {most:,}",
        f"B, {name}": f"{most + 1} is not a whole number from {least:,} to {most:,}",
    }
    assert choices.rules()[name].tolist() == [least, most]


@pytest.mark.parametrize("value", ["many", "1.5", "1,5", "nan", "inf", "-inf", "1e400", [3]])
def test_what_is_no_whole_number_is_no_rule(choices: Choices, value: Any) -> None:
    with pytest.raises(InvalidInput, match=r"A, case_pack: .* is not a whole number from 1 to"):
        choices.set_rules([{"seller_sku": "A", "case_pack": value}])


@pytest.mark.parametrize(
    ("told", "cost"),
    [("12.5", 12.5), ("12,5", 12.5), ("0", 0.0), ("0.12345", 0.1234), (3, 3.0), (2.675, 2.675)],
)
def test_a_cost_may_have_a_comma_and_four_decimals(
    choices: Choices, told: Any, cost: float
) -> None:
    choices.set_rules([{"seller_sku": "A", "unit_cost": told}])
    assert rule(choices) == {"unit_cost": cost}


@pytest.mark.parametrize(
    ("written", "cost"),
    [("1.234,56", 1234.56), ("1,234.56", 1234.56), ("1,234,567", 1234567.0), ("0,125", 0.125)],
)
def test_a_cost_may_have_a_sign_between_its_thousands(
    choices: Choices, written: str, cost: float
) -> None:
    choices.set_rules([{"seller_sku": "A", "unit_cost": written}])
    assert rule(choices) == {"unit_cost": cost}


def test_what_another_window_changed_meanwhile_is_told(choices: Choices) -> None:
    choices.set_rules([{"seller_sku": "A", "case_pack": 6, "unit_cost": 2.5, "tags": "x"}])
    seen = {"A": {"case_pack": 4, "unit_cost": 2.5, "tags": None, "low_units": 3}, "B": {}}
    typed = {"A": {"case_pack": 12, "unit_cost": 3, "tags": "x", "low_units": None}}

    assert choices.changed_since(seen, typed) == {
        "A, case_pack": "is 6 by now; it was 4 when you typed 12"
    }


@pytest.mark.parametrize("value", ["-1", "cheap", "nan", "inf", "1e12", 1e12, float("inf")])
def test_what_is_no_amount_is_no_cost(choices: Choices, value: str) -> None:
    with pytest.raises(InvalidInput, match=r"A, unit_cost: .*(an|be an) amount of"):
        choices.set_rules([{"seller_sku": "A", "unit_cost": value}])


def test_tags_are_trimmed_and_told_once(choices: Choices) -> None:
    choices.set_rules([{"seller_sku": "A", "tags": " winter ,gift,, winter"}])
    assert rule(choices) == {"tags": "winter, gift"}


def test_rules_for_no_sku_are_refused_and_the_defaults_stay(choices: Choices) -> None:
    with pytest.raises(InvalidInput, match="seller_sku: is empty"):
        choices.set_rules([{"seller_sku": "A", "case_pack": 2}, {"seller_sku": "", "case_pack": 9}])
    assert choices.defaults() == Rules()
    assert len(choices.rules()) == 0


def test_defaults_are_kept_and_are_no_rule_of_a_sku(choices: Choices) -> None:
    own = Rules(lead_time_days=60, low_units=0)
    choices.set_defaults(own)
    assert choices.defaults() == own
    assert len(choices.rules()) == 0


def test_defaults_that_can_not_be_are_refused(choices: Choices) -> None:
    with pytest.raises(InvalidInput) as caught:
        choices.set_defaults(Rules(order_days=0))
    assert caught.value.problems == {
        "defaults, order_days": "0 is not a whole number from 1 to 730"
    }
    assert choices.defaults() == Rules()


def test_a_concern_is_hidden_until_its_date(choices: Choices) -> None:
    choices.put_off("reorder:A", NOW + HOUR)
    assert choices.hidden(NOW) == {"reorder:A": NOW + HOUR}
    assert choices.hidden(NOW + HOUR) == {}


def test_the_date_is_kept_in_utc(choices: Choices) -> None:
    east = timezone(timedelta(hours=9))
    choices.put_off("low:", datetime(2026, 3, 3, 9, 0, tzinfo=east))
    assert choices.hidden(NOW) == {"low:": datetime(2026, 3, 3, 0, 0, tzinfo=UTC)}


def test_a_concern_can_be_put_off_again_and_taken_up(choices: Choices) -> None:
    choices.put_off("reorder:A", NOW + HOUR)
    choices.put_off("reorder:A", NOW + 2 * HOUR)
    choices.put_off("reorder:B", NOW + HOUR)
    assert choices.hidden(NOW)["reorder:A"] == NOW + 2 * HOUR
    choices.take_up("reorder:A")
    assert set(choices.hidden(NOW)) == {"reorder:B"}


def test_the_longest_key_of_a_concern_can_be_put_off_and_taken_up(choices: Choices) -> None:
    key = "stuck pending_transshipment_quantity:" + "S" * 255
    choices.put_off(key, NOW + HOUR)
    assert set(choices.hidden(NOW)) == {key}
    choices.take_up(key)
    assert choices.hidden(NOW) == {}


def test_putting_off_changes_the_revision_and_saving_a_view_does_not(choices: Choices) -> None:
    before = choices.revision()
    choices.save_view(View("inventory", "Mine", "q=a"))
    assert choices.revision() == before
    choices.put_off("low:", NOW + HOUR)
    assert choices.revision() > before


def test_views_of_a_page_are_listed_by_name(choices: Choices) -> None:
    views = [View("inventory", "B", "q=b"), View("inventory", "A", "q=a"), View("x", "C", "")]
    [choices.save_view(view) for view in views]
    assert choices.views("inventory") == [views[1], views[0]]


def test_a_view_of_the_same_name_is_replaced(choices: Choices) -> None:
    choices.save_view(View("inventory", "Mine", "q=a"))
    choices.save_view(View("inventory", " Mine ", "q=b"))
    assert choices.views("inventory") == [View("inventory", "Mine", "q=b")]


def test_a_view_can_be_forgotten_and_the_others_stay(choices: Choices) -> None:
    kept = [View("inventory", "B", "q=b"), View("x", "A", "q=x")]
    [choices.save_view(view) for view in [*kept, View("inventory", "A", "q=a")]]
    choices.drop_view("inventory", "A")
    choices.drop_view("inventory", "never saved")
    assert [*choices.views("inventory"), *choices.views("x")] == kept


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_view_needs_a_name_that_is_not_too_long(choices: Choices, name: str) -> None:
    with pytest.raises(InvalidInput, match="give the view a name of up to 80 letters"):
        choices.save_view(View("inventory", name, "q=a"))
    assert choices.views("inventory") == []


def test_fixed_safety_days_that_were_saved_stay_and_can_be_taken_out(choices: Choices) -> None:
    choices.set_defaults(Rules(safety_days=7))
    assert choices.defaults().safety_days == 7
    choices.set_defaults(Rules())
    assert choices.defaults() == Rules(safety_days=None, service_level=95)


@pytest.mark.parametrize("percent", [0, 49, 100, 95.5])
def test_a_service_level_is_a_whole_number_of_per_cent_from_50_to_99(
    choices: Choices, percent: float
) -> None:
    with pytest.raises(InvalidInput):
        choices.set_rules([{"seller_sku": "A", "service_level": percent}])


def test_a_day_that_counts_is_no_concern_that_was_put_off(choices: Choices) -> None:
    choices.put_off("reorder:A", NOW + timedelta(days=1))
    choices.count("A:1", 20_000, NOW + timedelta(days=1))
    assert choices.counted() == {("A:1", 20_000)}
    assert list(choices.hidden(NOW)) == ["reorder:A"]

    choices.leave_out("A:1", 20_000)
    assert choices.counted() == frozenset()


@pytest.mark.parametrize("written", ["EUR", " eur ", "Eur"])
def test_cost_and_price_have_a_currency(choices: Choices, written: str) -> None:
    choices.set_rules([{"seller_sku": "A", "unit_cost": 2, "price": "9,50", "currency": written}])
    assert rule(choices) == {"unit_cost": 2, "price": 9.5, "currency": "EUR"}


@pytest.mark.parametrize("written", ["$", "US", "dollar", "EUR/USD", "12."])
def test_what_is_no_currency_is_refused(choices: Choices, written: str) -> None:
    with pytest.raises(InvalidInput, match="write its three letters, like USD"):
        choices.set_rules([{"seller_sku": "A", "currency": written}])


def test_costs_are_those_in_the_marketplaces_currency(choices: Choices) -> None:
    rules = ({"seller_sku": "A", "unit_cost": 2}, {"seller_sku": "D", "price": 1},
             {"seller_sku": "B", "unit_cost": 3, "currency": "EUR"},
             {"seller_sku": "C", "unit_cost": 4, "currency": "USD"})  # fmt: skip
    choices.set_rules(rules)
    assert choices.costs("USD") == {"A": 2.0, "C": 4.0}
    assert choices.costs("EUR") == {"A": 2.0, "B": 3.0}
