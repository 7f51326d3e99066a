"""Lines ordered of suppliers: they count as coming until Amazon shows them, never twice."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from mcf.amazon import inventory_pages
from mcf.errors import InvalidInput
from mcf.inventory import purchases
from mcf.inventory.arrivals import Look
from mcf.inventory.history import History, day_of
from mcf.inventory.purchases import COLUMNS, LineState, Placed, Purchases, Standing, Wish, follow
from mcf.store import tables
from mcf.store.database import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TODAY = day_of(NOON)
INBOUND = ("inbound_working_quantity", "inbound_shipped_quantity", "inbound_receiving_quantity")


class Shop:
    """A store, and the day it is there."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOON
        self.history = History(store)
        self.purchases = Purchases(store, self.history, self.stock, lambda: day_of(self.now))

    def stock(self) -> pd.DataFrame:
        return pd.DataFrame(self.store.records(tables.inventory), columns=["seller_sku", *INBOUND])

    def passes(self, days: int, *inbound: int, sku: str = "A") -> None:
        """Days pass, with so many announced, shipped and being received from the last one on."""
        self.now += timedelta(days=days)
        row = dict.fromkeys(inventory_pages.QUANTITIES, 0) | {"seller_sku": sku, "raw": {}}
        self.store.save(tables.inventory, [row | dict(zip(INBOUND, inbound, strict=True))])
        self.history.record(day_of(self.now))

    def order(self, units: int = 100, *, sku: str = "A", seen: int = 0, lead: int = 30) -> Placed:
        wish = Wish(sku, units, seen, day_of(self.now) + lead, "Acme", 2.5)
        return self.purchases.place([wish], self.now)

    def line(self, number: int = 1) -> dict[Any, Any]:
        lines = self.purchases.lines()
        return lines[lines["number"] == number].iloc[0].to_dict()

    def coming(self) -> list[tuple[int, int]]:
        """Units, and the day from which they can ship, 1 for today."""
        found = purchases.coming(self.purchases.lines(), day_of(self.now))
        return [*zip(found["units"].tolist(), found["day"].tolist(), strict=True)]


@pytest.fixture
def shop(store: Store) -> Shop:
    """A shop with 20 units of A on their way."""
    opened = Shop(store)
    opened.passes(0, 0, 20, 0)
    return opened


def test_nothing_was_ordered_at_first(shop: Shop) -> None:
    lines = shop.purchases.lines()
    assert lines.dtypes.astype(str).to_dict() == COLUMNS
    assert (len(lines), shop.coming(), shop.purchases.last_numbers()) == (0, [], {})
    assert purchases.concern(lines) is None


def test_an_ordered_line_comes_after_its_lead_time(shop: Shop) -> None:
    assert shop.order() == Placed((("A", 1),), {})
    line = shop.line()
    assert (line["standing"], line["waiting"], line["announced"]) == (Standing.ORDERED, 100, 0)
    assert (line["supplier"], line["unit_cost"]) == ("Acme", 2.5)
    assert shop.coming() == [(100, 31)]
    assert shop.purchases.lines().dtypes.astype(str).to_dict() == COLUMNS


def test_what_amazon_shows_of_it_no_longer_counts_as_ordered(shop: Shop) -> None:
    """Neither units that were on their way before, nor what is announced in parts."""
    shop.order()
    shop.passes(1, 0, 0, 20)
    assert shop.coming() == [(100, 30)]
    shop.passes(9, 60, 0, 0)
    assert shop.coming() == [(40, 21)]
    shop.passes(1, 30, 60, 0)
    assert (shop.line()["standing"], shop.coming()) == (Standing.AT_AMAZON, [])


def test_a_line_arrives_when_nine_tenths_of_it_left_what_is_inbound(shop: Shop) -> None:
    shop.order()
    shop.passes(1, 100, 20, 0)
    shop.passes(1, 0, 100, 20)
    shop.passes(3, 0, 100, 0)
    shop.passes(20, 0, 0, 100)
    shop.passes(1, 0, 0, 11)
    assert shop.purchases.settle() == 0
    shop.passes(1, 0, 0, 6)
    assert shop.purchases.settle() == 1
    line = shop.line()
    assert (line["state"], line["standing"]) == (LineState.ARRIVED, Standing.ARRIVED)
    assert line["arrived_day"] == TODAY + 27
    assert shop.purchases.lead_times() == {"A": [("Acme", 27)]}
    assert shop.purchases.settle() == 0


def test_the_oldest_line_takes_what_is_announced_first(shop: Shop) -> None:
    shop.order(60)
    shop.passes(5, 0, 0, 0)
    shop.order(50, seen=1)
    shop.passes(1, 80, 0, 0)
    assert (shop.line(1)["announced"], shop.line(2)["announced"]) == (60, 20)
    assert shop.coming() == [(30, 30)]


def test_what_was_announced_before_a_line_was_ordered_is_none_of_it(shop: Shop) -> None:
    shop.passes(0, 70, 20, 0)
    shop.order(70)
    shop.passes(1, 70, 20, 0)
    assert shop.coming() == [(70, 30)]


def test_an_announcement_that_was_taken_back_is_to_come_again(shop: Shop) -> None:
    shop.order()
    shop.passes(1, 100, 20, 0)
    assert shop.coming() == []
    shop.passes(1, 0, 20, 0)
    assert shop.coming() == [(100, 29)]


def test_a_late_line_is_expected_after_as_long_again_and_then_never_came(shop: Shop) -> None:
    shop.order(lead=10)
    shop.passes(10, 0, 0, 0)
    assert (shop.line()["standing"], shop.coming()) == (Standing.ORDERED, [(100, 1)])
    shop.passes(1, 0, 0, 0)
    assert (shop.line()["standing"], shop.coming()) == (Standing.LATE, [(100, 10)])
    shop.passes(10, 0, 0, 0)
    assert (shop.line()["standing"], shop.coming()) == (Standing.NEVER_CAME, [])
    concern = purchases.concern(shop.purchases.lines())
    assert concern is not None
    assert concern.title == "1 ordered line never came, as far as Amazon shows"
    assert concern.reason.startswith("A. They no longer count")


def test_two_windows_order_the_same_line_once(shop: Shop) -> None:
    assert shop.order(100).refused == {}
    again = shop.order(100)
    assert again == Placed((), {"A": "was ordered in another window meanwhile"})
    assert shop.coming() == [(100, 31)]
    assert shop.order(40, seen=1).lines == (("A", 2),)


def test_of_several_lines_only_the_one_that_was_ordered_elsewhere_is_refused(shop: Shop) -> None:
    shop.order()
    day = TODAY + 5
    wishes = [Wish("A", 10, 0, day), Wish("B", 20, 0, day)]
    placed = shop.purchases.place(wishes, shop.now)
    assert (placed.lines, [*placed.refused]) == ((("B", 1),), ["A"])


@pytest.mark.parametrize(
    ("units", "lead", "where"),
    [
        (0, 5, "A, units"),
        (10_000_001, 5, "A, units"),
        (5, -1, "A, arrives"),
        (5, 731, "A, arrives"),
    ],
)
def test_what_can_not_be_ordered_is_refused_and_nothing_is(
    shop: Shop, units: int, lead: int, where: str
) -> None:
    wishes = [Wish("B", 5, 0, TODAY), Wish("A", units, 0, TODAY + lead)]
    with pytest.raises(InvalidInput) as caught:
        shop.purchases.place(wishes, shop.now)
    assert [*caught.value.problems] == [where]
    assert len(shop.purchases.lines()) == 0


def test_a_line_is_cancelled_and_taken_up_again(shop: Shop) -> None:
    shop.order()
    assert shop.purchases.mark([("A", 1)], LineState.CANCELLED) == 1
    assert (shop.line()["standing"], shop.coming()) == (Standing.CANCELLED, [])
    shop.purchases.mark([("A", 1)], LineState.OPEN)
    assert shop.coming() == [(100, 31)]


def test_a_line_that_came_unseen_is_closed_by_hand(shop: Shop) -> None:
    shop.order()
    shop.passes(20, 0, 0, 0)
    assert shop.purchases.mark([("A", 1)], LineState.ARRIVED, TODAY + 18) == 1
    assert shop.purchases.lead_times() == {"A": [("Acme", 18)]}
    shop.order(50, seen=1)
    shop.passes(1, 50, 0, 0)
    assert shop.coming() == []


@pytest.mark.parametrize("day", [-1, 1])
def test_nothing_came_before_it_was_ordered_or_comes_tomorrow(shop: Shop, day: int) -> None:
    shop.order()
    with pytest.raises(InvalidInput):
        shop.purchases.mark([("A", 1)], LineState.ARRIVED, TODAY + day)
    assert shop.line()["state"] == LineState.OPEN


def test_a_line_is_expected_on_another_day(shop: Shop) -> None:
    shop.order()
    assert shop.purchases.expect([("A", 1), ("Z", 9)], TODAY + 3) == 1
    assert shop.coming() == [(100, 4)]
    with pytest.raises(InvalidInput):
        shop.purchases.expect([("A", 1)], TODAY - 1)


def test_a_line_of_a_sku_that_amazon_does_not_list_is_to_come(shop: Shop) -> None:
    shop.order(10, sku="NEW")
    assert shop.coming() == [(10, 31)]
    shop.passes(1, 10, 0, 0, sku="NEW")
    assert shop.coming() == []


@pytest.mark.parametrize("seed", range(20))
def test_no_unit_counts_twice_however_shipments_go(seed: int) -> None:
    """What is on its way and ordered together is what hasn't arrived yet, day by day."""
    chance, announced, shipped, receiving = random.Random(seed), 0, 0, 0  # noqa: S311
    lines: list[dict[str, Any]] = []
    looks: list[Look] = []
    to_announce = ordered = 0
    for day in range(60):
        if day % 20 == 0:
            units = chance.randrange(50, 200)
            then = {"announced_then": announced, "shipped_then": shipped}
            placed = datetime.fromtimestamp(86_400 * day, UTC)
            lines.append({"units": units, "state": LineState.OPEN, "placed_at": placed,
                          "receiving_then": receiving, **then})  # fmt: skip
            ordered, to_announce = ordered + units, to_announce + units
        came = min(receiving, chance.choice([0, 0, 9, 40]))
        here = min(shipped, chance.choice([0, 0, 30, 90]))
        left = min(announced, chance.choice([0, 25, 80]))
        told = min(to_announce, chance.choice([0, 0, 20, 60]))
        receiving, shipped = receiving + here - came, shipped + left - here
        announced, to_announce = announced + told - left, to_announce - told
        looks.append(Look(day, announced, shipped, receiving))
        seen = sum(it.announced for it in follow(lines, looks))
        # What is unloaded hides as many that are announced and leave on the same day.
        assert seen <= ordered - to_announce
    assert looks
