"""What sellers said, kept in the store, and what the stock's review makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mcf.errors import InvalidInput
from mcf.inventory.expectations import Expectation, Way
from mcf.inventory.review import StockReview
from mcf.inventory.said import Said
from mcf.store.database import Store
from tests.conftest import START
from tests.inventory.test_sales import SPIKE, TODAY, shop, velocity

__all__ = ["shop"]


def say(way: Way, first: int, last: int, **more: Any) -> Expectation:
    """Of the days so many after today."""
    usual: dict[str, Any] = {"skus": ("A",), "tag": "", "reason": "Spring", "said_by": "Ann",
                             "said_at": START, "expectation_id": ""}  # fmt: skip
    return Expectation(first=TODAY + first, last=TODAY + last, way=way, amount=None, **usual | more)


def test_what_was_said_is_kept_changed_and_taken_back(store: Store) -> None:
    said = Said(store)
    first = said.say(say(Way.FACTOR, 0, 9, learns=True), "2.5", TODAY)
    later = said.say(say(Way.END, 20, 20, skus=(), tag="gifts"), "", TODAY)
    assert said.all() == [later, first]
    assert first.amount == 2.5

    said.say(replace(first, reason="Summer"), "3", TODAY)
    assert [(one.reason, one.amount) for one in said.all()] == [("Spring", None), ("Summer", 3)]

    before = said.revision()
    said.forget([first.expectation_id])
    assert said.all() == [later]
    assert said.revision() != before


def test_what_is_wrong_is_not_kept(store: Store) -> None:
    said = Said(store)
    with pytest.raises(InvalidInput):
        said.say(say(Way.FACTOR, 9, 0), "2", TODAY)
    assert said.all() == []


def test_a_promotion_is_in_every_number_and_gone_when_taken_back(shop: StockReview) -> None:
    """A sells 3 a day; 60 are there."""
    bare = shop.plan().set_index("seller_sku").loc["A"]
    promotion = shop.said.say(say(Way.A_DAY, 0, 4, skus=("A",)), "9", TODAY)
    row = shop.plan().set_index("seller_sku").loc["A"]
    level = bare["velocity"]

    assert row["velocity"] == pytest.approx((5 * 9 + 25 * level) / 30, rel=0.02)
    assert row["days_of_cover"] == pytest.approx(5 + (60 - 45) / level, rel=0.02)
    assert row["reorder_date"] < bare["reorder_date"] or row["lost_units"] > bare["lost_units"]
    told = shop.sku("A")
    assert told is not None
    assert told.said == [promotion]
    assert told.expected is not None
    assert told.projection is not None
    assert told.expected.a_day[:5].tolist() == pytest.approx([9] * 5)
    assert told.projection["middle"].iloc[4] == pytest.approx(15)
    assert shop.outlook(["A"]).until(np.array([5.0])).tolist() == pytest.approx([45])
    assert shop.instead(promotion, "A") == (pytest.approx(45), pytest.approx(5 * level, rel=0.05))

    shop.said.forget([promotion.expectation_id])
    assert shop.plan().set_index("seller_sku").loc["A", "velocity"] == pytest.approx(level)


def test_named_days_are_not_learnt_from(shop: StockReview) -> None:
    """B sells each second day; of days that aren't learnt from nothing is taken."""
    before = velocity(shop, "B")
    days = int(shop.plan().set_index("seller_sku").loc["B", "velocity_days"])
    shop.said.say(say(Way.ONE_OFF, -10, -4, skus=("B",)), "", TODAY)
    plan = shop.plan().set_index("seller_sku")
    assert plan.loc["B", "velocity_days"] == days - 7
    assert velocity(shop, "B") == pytest.approx(before, abs=0.1)


def test_a_named_day_is_no_one_off_that_could_be_counted(shop: StockReview) -> None:
    before = velocity(shop)
    spike = SPIKE - TODAY
    one = shop.said.say(say(Way.FACTOR, spike - 1, spike + 1), "9", TODAY)
    assert shop.one_offs().empty
    assert velocity(shop) == pytest.approx(before, abs=0.1)
    came = shop.came(one)
    assert (came.units, came.days) == (206, 3)
    assert came.usual == pytest.approx(9, abs=0.3)
    assert shop.instead(one, "A") is None


def test_a_launch_is_learnt_from(shop: StockReview) -> None:
    days = shop.plan()["velocity_days"].tolist()
    shop.said.say(say(Way.A_DAY, -20, 5, learns=True), "3", TODAY)
    assert shop.plan()["velocity_days"].tolist() == days


def test_a_tag_takes_in_skus_that_get_it_later(shop: StockReview) -> None:
    one = shop.said.say(say(Way.END, 0, 0, skus=(), tag="old"), "", TODAY)
    assert shop.members()[one.expectation_id] == []
    shop.choices.set_rules([{"seller_sku": "B", "tags": "blue, Old"}])
    assert shop.members()[one.expectation_id] == ["B"]
    assert [shop.said_of(sku) for sku in "AB"] == [[], [one]]
    assert np.isinf(shop.plan().set_index("seller_sku").loc["B", "days_of_cover"])


def test_nothing_came_of_skus_that_are_not_known(shop: StockReview) -> None:
    one = shop.said.say(say(Way.FACTOR, -5, -4, skus=("C",)), "2", TODAY)
    came = shop.came(one)
    assert (came.units, came.days, came.usual) == (0, 0, None)
