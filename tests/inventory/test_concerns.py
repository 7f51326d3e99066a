"""What about the stock needs a decision: words, urgency, order, and what is told as one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from mcf.concerns import Concern, Urgency
from mcf.inventory import concerns as stock_concerns
from mcf.inventory import planning
from mcf.inventory.concerns import AT_MOST
from mcf.inventory.planning import Rules
from tests.inventory.test_planning import WEEK_OF_SAFETY, demand, stock

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NOTHING_STANDS: list[tuple[str, str, int, int]] = []
MANY = AT_MOST + 2


def concerns(
    *rows: dict[str, Any],
    sold: pd.DataFrame | None = None,
    standing: list[tuple[str, str, int, int]] = NOTHING_STANDS,
    rules: Rules | None = None,
) -> list[Concern]:
    """What is found in a stock whose sales are as given, else unknown."""
    known = demand() if sold is None else sold
    usual = rules or WEEK_OF_SAFETY
    plan = planning.plan(stock(*rows), known, pd.DataFrame(), NOW.date(), usual)
    stuck = pd.DataFrame(standing, columns=["seller_sku", "place", "units", "days"])
    return stock_concerns.of_the_stock(plan, stuck, NOW)


def the_only(*rows: dict[str, Any], **more: Any) -> Concern:
    (concern,) = concerns(*rows, **more)
    return concern


def units(available: int, **others: int) -> dict[str, Any]:
    return {"fulfillable_quantity": available} | {f"{n}_quantity": u for n, u in others.items()}


def skus(count: int, row: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"seller_sku": f"SKU-{n:03}"} | row for n in range(count)]


ONE_A_DAY = demand({30: (30, 30)})


def test_a_reorder_that_is_due_is_needed_now_with_its_reasons() -> None:
    """20 units at 1 a day last until 22 March; with 5 more nothing is left when an order comes in
    30 days, which is for 30 + 7.
    """
    concern = the_only(units(20, inbound_shipped=5), sold=ONE_A_DAY)
    assert concern == Concern(
        Urgency.NOW,
        "A stops on 22 Mar: reorder 37 by today",
        "1.00 a day x 60 days - 5 that can't be sold before it comes + 7 safety - 20 here "
        "- 5 coming = 37. Lead time 30 days.",
        "sku",
        "A",
        "reorder",
    )
    assert concern.key == "reorder:A"


@pytest.mark.parametrize(
    ("available", "urgency", "by"),
    [(37, Urgency.NOW, "today"), (38, Urgency.SOON, "03 Mar"), (44, Urgency.SOON, "09 Mar")],
)
def test_a_reorder_within_a_week_is_told_with_its_last_day(
    available: int, urgency: Urgency, by: str
) -> None:
    """A unit a day; 37 days before it runs out it has to be ordered."""
    concern = the_only(units(available), sold=ONE_A_DAY)
    assert concern.urgency is urgency
    assert concern.title.endswith(f"by {by}")


def test_a_reorder_after_a_week_is_not_told() -> None:
    assert concerns(units(45), sold=ONE_A_DAY) == []


def test_what_ran_out_is_told_as_such() -> None:
    concern = the_only(units(0), sold=demand({90: (1800, 90)}))
    assert concern.title == "A is out of stock: reorder 740 by today"
    assert concern.reason == (
        "20.00 a day x 60 days - 600 that can't be sold before it comes + 140 safety = 740. "
        "Lead time 30 days."
    )


def test_a_reorder_with_a_lead_time_of_years_tells_for_how_long_stock_lasts() -> None:
    """800 days are less than 730 + 90."""
    rules = Rules(lead_time_days=730, safety_days=90)
    concern = the_only(units(800), sold=ONE_A_DAY, rules=rules)
    assert concern.title == "A lasts for 800 days: reorder 50 by today"


@pytest.mark.parametrize(
    ("inbound", "coming"), [(0, "Nothing is inbound."), (1200, "1,200 are inbound.")]
)
def test_what_ran_out_before_its_sales_were_known_needs_a_hand_today(
    inbound: int, coming: str
) -> None:
    concern = the_only(units(0, inbound=inbound))
    assert concern == Concern(
        Urgency.TODAY,
        "A is out of stock",
        f"{coming} How fast it sells isn't known yet.",
        "sku",
        "A",
        "out",
    )


def test_what_is_out_of_stock_but_not_sold_needs_no_hand() -> None:
    assert concerns(units(0), sold=demand({30: (0, 30)})) == []


@pytest.mark.parametrize(
    ("count", "title", "reason"),
    [
        (1, "A SKU is low and nothing is inbound", "SKU-000"),
        (2, "2 SKUs are low and nothing is inbound", "SKU-000, SKU-001"),
        (
            8,
            "8 SKUs are low and nothing is inbound",
            "SKU-000, SKU-001, SKU-002, SKU-003, SKU-004, SKU-005 and 2 more",
        ),
    ],
)
def test_skus_low_by_the_threshold_are_told_as_one(count: int, title: str, reason: str) -> None:
    concern = the_only(*skus(count, units(3)))
    assert concern == Concern(
        Urgency.SOON,
        title,
        f"{reason}. How fast that sells isn't known yet.",
        "inventory",
        "",
        "low",
    )


def test_of_many_low_skus_those_with_the_fewest_units_are_named() -> None:
    concern = the_only(*skus(6, units(9)), {"seller_sku": "LAST"} | units(1))
    assert concern.reason.startswith("LAST, SKU-000")


@pytest.mark.parametrize("row", [units(3, inbound=12), units(11)])
def test_what_is_refilled_or_above_the_threshold_is_not_low(row: dict[str, Any]) -> None:
    assert concerns(row) == []


ASK = "Ask Seller Support where they are; orders don't ship from them."
CASE = "Open a case: ask Amazon to find them or to pay for them."


@pytest.mark.parametrize(
    ("place", "days", "words", "reason"),
    [
        ("pending_transshipment", 10, "in transfer between warehouses", ASK),
        ("fc_processing", 10, "being measured or checked", ASK),
        ("inbound_receiving", 14, "being unloaded", ASK),
        ("researching", 30, "being looked for", CASE),
    ],
)
def test_units_that_do_not_move_on_need_a_hand(
    place: str, days: int, words: str, reason: str
) -> None:
    standing = [("A", f"{place}_quantity", 1200, days), ("B", f"{place}_quantity", 9, days - 1)]
    assert the_only(units(50), units(50), standing=standing) == Concern(
        Urgency.TODAY,
        f"A: 1,200 units {words} for {days} days",
        reason,
        "sku",
        "A",
        f"stuck {place}_quantity",
    )


def test_one_unit_that_is_stuck_is_told_in_the_singular() -> None:
    concern = the_only(units(50), standing=[("A", "fc_processing_quantity", 1, 12)])
    assert concern.title == "A: 1 unit being measured or checked for 12 days"


@pytest.mark.parametrize(
    "standing",
    [[], [("A", "fc_processing_quantity", 0, 99)], [("A", "fulfillable_quantity", 50, 99)]],
)
def test_what_is_nowhere_or_where_it_belongs_is_not_stuck(
    standing: list[tuple[str, str, int, int]],
) -> None:
    assert concerns(units(50), standing=standing) == []


def test_a_sku_stuck_in_two_places_has_two_concerns_of_their_own() -> None:
    standing = [("A", "fc_processing_quantity", 5, 20), ("A", "researching_quantity", 2, 40)]
    found = concerns(units(50), standing=standing)
    keys = [concern.key for concern in found]
    assert keys == ["stuck researching_quantity:A", "stuck fc_processing_quantity:A"]


def test_units_that_amazon_broke_can_be_claimed() -> None:
    concern = the_only(units(50, warehouse_damaged=2, carrier_damaged=1))
    assert concern == Concern(
        Urgency.TODAY,
        "A: 3 units unsellable through Amazon's fault, claim",
        "2 damaged in Amazon's warehouse, 1 damaged by Amazon's carrier. Amazon owes you for them; "
        "check that it has paid.",
        "sku",
        "A",
        "claim",
    )


@pytest.mark.parametrize(
    ("rows", "title", "causes"),
    [
        ([units(50, expired=1)], "Unsellable: 1 unit of 1 SKU", "1 expired"),
        (
            [units(50, customer_damaged=3, defective=1), units(50, distributor_damaged=4)],
            "Unsellable: 8 units of 2 SKUs",
            "3 damaged by customers, 4 damaged by the distributor, 1 defective",
        ),
    ],
)
def test_units_lost_otherwise_are_told_as_one(
    rows: list[dict[str, Any]], title: str, causes: str
) -> None:
    assert the_only(*rows) == Concern(
        Urgency.SOON,
        title,
        f"{causes}. They cost storage until you have them removed.",
        "unsellable",
        "",
        "unsellable",
    )


@pytest.mark.parametrize(
    ("count", "title", "reason"),
    [
        (1, "More than is sold for long: 1 SKU", "181 units: A."),
        (7, "More than is sold for long: 7 SKUs", "1,267 units: A, B, C, D, E, F and others."),
    ],
)
def test_what_lasts_for_longer_than_wanted_is_told_as_one(
    count: int, title: str, reason: str
) -> None:
    """181 units at 1 a day are more than 180 days' worth; seven times that are 1,267."""
    sold = demand(*[{30: (30, 30)}] * count)
    concern = the_only(*[units(181)] * count, sold=sold)
    assert concern == Concern(Urgency.SOON, title, reason, "excess", "", "excess")


def test_the_most_urgent_comes_first_and_of_those_what_stops_first() -> None:
    sold = demand({30: (30, 30)}, {}, {30: (30, 30)}, {30: (30, 30)})
    found = concerns(units(20), units(0), units(900), units(5, defective=1), sold=sold)
    assert [(c.urgency, c.title.split(":")[0]) for c in found] == [
        (Urgency.NOW, "D stops on 07 Mar"),
        (Urgency.NOW, "A stops on 22 Mar"),
        (Urgency.TODAY, "B is out of stock"),
        (Urgency.SOON, "Unsellable"),
        (Urgency.SOON, "More than is sold for long"),
    ]


def sold_by(count: int, a_day: int = 1) -> pd.DataFrame:
    names = [f"SKU-{n:03}" for n in range(count)]
    return demand(*[{30: (30 * a_day, 30)}] * count).set_axis(pd.Index(names))


@pytest.mark.parametrize(("available", "urgency"), [(20, Urgency.NOW), (40, Urgency.SOON)])
def test_reorders_beyond_the_most_urgent_fifty_are_counted(
    available: int, urgency: Urgency
) -> None:
    found = concerns(*skus(MANY, units(available)), sold=sold_by(MANY))
    assert [c.kind for c in found].count("reorder") == AT_MOST
    (more,) = [concern for concern in found if concern.kind != "reorder"]
    assert more == Concern(
        urgency,
        "And 2 more: reorders within a week",
        "Only the most urgent ones are told one by one.",
        "inventory",
        "",
        "more reorder",
    )


def test_the_reorders_told_one_by_one_are_those_that_run_out_first() -> None:
    rows = [{"seller_sku": f"SKU-{n:03}"} | units(30 - n // 2) for n in range(MANY)]
    found = concerns(*rows, sold=sold_by(MANY))
    told = {concern.subject for concern in found if concern.kind == "reorder"}
    assert {f"SKU-{n:03}" for n in range(MANY)} - told == {"SKU-000", "SKU-001"}


STUCK = [(f"SKU-{n:03}", "researching_quantity", 1, 30 + n) for n in range(MANY)]


@pytest.mark.parametrize(
    ("row", "standing", "kind", "title"),
    [
        (units(0), [], "out", "And 2 more: SKUs out of stock"),
        (units(50), STUCK, "stuck", "And 2 more: places where units are stuck"),
        (units(50, warehouse_damaged=1), [], "claim", "And 2 more: SKUs with units to claim"),
    ],
)
def test_of_what_needs_a_hand_today_fifty_are_told_one_by_one(
    row: dict[str, Any], standing: list[tuple[str, str, int, int]], kind: str, title: str
) -> None:
    found = concerns(*skus(MANY, row), standing=standing)
    (more,) = [concern for concern in found if concern.kind.startswith("more")]
    assert len(found) == AT_MOST + 1
    assert (more.urgency, more.title, more.key) == (Urgency.TODAY, title, f"more {kind}:")


def test_units_stuck_for_longest_are_told_one_by_one() -> None:
    found = concerns(*skus(MANY, units(50)), standing=STUCK)
    told = {concern.subject for concern in found if concern.subject}
    assert {f"SKU-{n:03}" for n in range(MANY)} - told == {"SKU-000", "SKU-001"}


def test_exactly_fifty_are_all_told() -> None:
    found = concerns(*skus(AT_MOST, units(0)))
    assert [concern.kind for concern in found] == ["out"] * AT_MOST


def test_no_stock_and_full_shelves_are_no_concern() -> None:
    assert concerns() == []
    assert concerns(units(100), sold=ONE_A_DAY) == []


def test_every_concern_can_be_put_off_by_a_key_of_its_own() -> None:
    found = concerns(
        units(20, warehouse_damaged=1, defective=1),
        units(0),
        units(900),
        units(1),
        sold=demand({30: (30, 30)}, {}, {30: (30, 30)}),
        standing=[("A", "fc_processing_quantity", 1, 99)],
    )
    keys = {concern.key for concern in found}
    assert keys == {
        "reorder:A",
        "claim:A",
        "stuck fc_processing_quantity:A",
        "out:B",
        "excess:",
        "low:",
        "unsellable:",
    }


@pytest.mark.parametrize(
    ("row", "title", "urgency"),
    [
        (units(5, inbound_shipped=90), "A runs out on 07 Mar, 8 days before", Urgency.TODAY),
        (units(11, inbound_working=90), "A runs out on 13 Mar, 9 days before", Urgency.SOON),
        (units(12, inbound_shipped=90), "A runs out on 14 Mar, 1 day before", Urgency.SOON),
        (units(0, inbound_shipped=90), "A is out of stock, 13 days before", Urgency.TODAY),
    ],
)
def test_what_runs_out_before_more_arrives_needs_a_decision(
    row: dict[str, Any], title: str, urgency: Urgency
) -> None:
    """At 1 a day; what was shipped comes in 14 days, what is announced in 21."""
    concern = next(one for one in concerns(row, sold=ONE_A_DAY) if one.kind == "gap")
    assert concern.title == f"{title} more arrives"
    assert concern.urgency is urgency


def test_what_is_lost_meanwhile_is_told() -> None:
    concern = the_only(units(5, inbound_shipped=200), sold=ONE_A_DAY)
    assert concern.reason.startswith("About 8 units of sales would be lost, 1.0 a day. ")


@pytest.mark.parametrize(
    ("known", "worth"),
    [
        ({"price": 9.0, "unit_cost": 2.0}, ", worth 72 EUR."),
        ({"price": float("nan"), "unit_cost": 2.0}, ", worth 16 EUR at cost."),
        ({"price": float("nan"), "unit_cost": float("nan")}, "."),
    ],
)
def test_lost_sales_are_worth_their_price_or_else_their_cost(
    known: dict[str, float], worth: str
) -> None:
    row = stock({"seller_sku": "A"} | units(5, inbound_shipped=200))
    plan = planning.plan(row, ONE_A_DAY, pd.DataFrame(), NOW.date(), WEEK_OF_SAFETY)
    stuck = pd.DataFrame([], columns=["seller_sku", "place", "units", "days"])
    (concern,) = stock_concerns.of_the_stock(plan.assign(currency="EUR", **known), stuck, NOW)
    assert concern.reason.startswith(f"About 8 units of sales would be lost, 1.0 a day{worth}")


def test_what_arrives_in_time_needs_no_hand() -> None:
    assert concerns(units(13, inbound_shipped=150), sold=ONE_A_DAY) == []
