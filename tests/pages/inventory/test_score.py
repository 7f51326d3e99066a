"""What a seller reads of forecasts and money: of one SKU, and of all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mcf.inventory.history import date_of
from mcf.inventory.score import Score, Scores
from mcf.service import MCFService
from mcf.simulator import Simulator
from pages.parts.common import places
from pages.parts.inventory import score
from tests.pages.conftest import open_page, step_days, texts
from tests.pages.inventory.steps import figure, stock_page, words

NAN = float("nan")
TODAY = 20_500


def row(**told: Any) -> dict[str, Any]:
    usual = {
        "unit_cost": 4.0, "currency": "USD", "stock_value": 40.0, "reorder_cost": NAN,
        "excess_value": 0.0, "lost_units_a_day": 0.0, "lost_sales_a_day": 0.0,
        "supply_30": NAN, "supply_90": NAN, "supply_room": NAN,
    }  # fmt: skip
    return usual | told


def judged(horizon: int, off: float, plain: float, bias: float, days: int = 41) -> Score:
    return Score(horizon, days, 12, off, plain, bias)


def test_forecasts_so_far_stand_beside_the_plain_mean() -> None:
    over = {7: judged(7, 0.12, 0.184, 0.03), 30: judged(30, 0.09, 0.11, -0.012, 18)}
    assert score.scored(Scores(TODAY, over)) == (
        "Forecast so far: sums of 7 days 12 % off, the plain mean 18 %, told 3 % too much, over "
        "41 days; sums of 30 days 9 % off, the plain mean 11 %, told 1 % too little, over 18 days."
    )
    assert "no bias" in score.scored(Scores(TODAY, {7: judged(7, 0.12, 0.18, 0.004)}))


def test_while_it_is_not_known_it_is_said_from_when_on() -> None:
    assert "compared after 20 days" in score.scored(Scores(None, {}))
    since, day = date_of(TODAY), date_of(TODAY + 20)
    said = score.scored(Scores(TODAY, {}))
    assert f"kept since {since:%d %b}" in said
    assert f"from {day:%d %b} on" in said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, ["A unit costs 4.00 USD, those that can ship 40.00 USD."]),
        (
            {"reorder_cost": 1250.0, "currency": "EUR"},
            ["A unit costs 4.00 EUR, those that can ship 40.00 EUR, the reorder 1,250.00 EUR."],
        ),
        (
            {"excess_value": 40.0},
            ["A unit costs 4.00 USD, those that can ship 40.00 USD, which count as excess."],
        ),
        ({"stock_value": 0.0}, ["A unit costs 4.00 USD."]),
        ({"unit_cost": NAN}, ["What it costs isn't known: set a cost in the rules."]),
    ],
)
def test_stock_and_reorder_in_money(told: dict[str, Any], said: list[str]) -> None:
    assert score.worth(row(**told)) == said


def test_sales_that_are_lost() -> None:
    assert score.lost(row()) == []
    lost = row(lost_units_a_day=3.21, lost_sales_a_day=60.8)
    assert score.lost(lost) == ["Nothing is for sale: about 3.2 sales a day are lost (60.80 USD)."]
    assert "its price isn't known" in score.lost(lost | {"lost_sales_a_day": NAN})[0]
    assert "isn't known" in score.lost(row(lost_units_a_day=NAN))[0]


@pytest.mark.parametrize(
    ("short", "long", "room", "said"),
    [
        (40.0, 20.0, 24.0, "MCF orders can take 24 units today before both are under 28"),
        (40.0, NAN, 1.0, "not known by the last 90 days; MCF orders can take 1 unit today"),
        (25.0, 20.0, -7.0, "25.0 by the last 30 days and 20.0 by the last 90 days; both are under"),
        (25.0, NAN, NAN, "whether that's under 28 by both isn't known yet"),
    ],
)
def test_amazons_days_of_supply_and_what_an_order_does(
    short: float, long: float, room: float, said: str
) -> None:
    (found,) = score.supplied(row(supply_30=short, supply_90=long, supply_room=room))
    assert said in found


def test_nothing_is_said_of_a_fee_that_is_not_due_here() -> None:
    assert score.supplied(row()) == []


def test_the_pages_tell_them_once_they_are_known(calm: MCFService, simulator: Simulator) -> None:
    """Unknown at first; then kept, judged, and shown in one figure and on the SKU's page."""
    plan = calm.stock.review.plan()
    sku = str(plan.loc[plan["fulfillable_quantity"].idxmax(), "seller_sku"])
    calm.stock.review.choices.set_rules([{"seller_sku": sku, "unit_cost": 2, "currency": "EUR"}])

    assert figure(stock_page(), "Forecast off by") == "not known yet"
    step_days(calm, simulator, 9)
    calm.stock.review.keep_forecasts()
    since = calm.now() + timedelta(days=20)

    said = words(texts(open_page(places.INVENTORY, open=sku)))
    units = int(calm.inventory().set_index("seller_sku").loc[sku, "fulfillable_quantity"])
    assert f"those that can ship {units * 2:,.2f} EUR" in said
    assert f"told from {since:%d %b} on" in said
    at = stock_page()
    assert figure(at, "Forecast off by") == "not known yet"
    assert figure(at, "Lost sales a day") == lost_in_all(calm)


def lost_in_all(calm: MCFService) -> str:
    """What the figure should say: the velocities of what is out of stock."""
    plan = calm.stock.review.plan()
    units = plan["velocity"].where(plan["fulfillable_quantity"] <= 0, 0.0)
    known = "none known" if units.isna().any() else "none"
    return f"{units.sum():,.1f} units" if units.sum() else known
