"""What needs a second thought before an order is sent."""

from __future__ import annotations

import pytest

from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import FeesMissing
from tests.pages.conftest import texts
from tests.pages.orders.steps import filled, ship, submits


def test_an_order_that_looks_sent_twice_is_sent_only_when_it_is_meant_to_be(
    program: MCFService, simulator: Simulator, sku: str
) -> None:
    ship(filled(sku))
    assert simulator.requests.count("createFulfillmentOrder") == 1

    at = filled(sku, number="TEST-10", to_name="ADA EXAMPLE", to_zip="62701-1234")
    assert "Sent twice? The same goods go to the same person in order TEST-9" in texts(at).replace(
        "**", ""
    )
    assert submits(at)[0].disabled

    at.checkbox(key="repeat-TEST-9").check().run()
    assert not submits(at)[0].disabled
    ship(at)

    assert "Amazon has order TEST-10" in texts(at)
    assert "TEST-10" in simulator.world.orders


@pytest.mark.parametrize("other", [{"to_name": "Bob Example"}, {"to_line1": "9 Other Road"}])
def test_the_same_goods_for_somebody_else_need_no_second_thought(
    program: MCFService, sku: str, other: dict[str, str]
) -> None:
    ship(filled(sku))

    at = filled(sku, number="TEST-10", **other)

    assert "Sent twice?" not in texts(at)
    assert not submits(at)[0].disabled


def test_a_total_above_the_limit_is_sent_only_when_that_is_meant(
    program: MCFService, monkeypatch: pytest.MonkeyPatch, sku: str
) -> None:
    monkeypatch.setenv("MCF_ORDER_LIMIT", "0.50")
    at = filled(sku)
    assert "is above your limit" in texts(at)
    assert submits(at)[0].disabled

    limit = next(box for box in at.checkbox if str(box.key).startswith("limit-"))
    limit.check().run()

    assert not submits(at)[0].disabled


def test_fees_that_amazon_does_not_tell_need_the_same_tick(
    program: MCFService, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, sku: str
) -> None:
    monkeypatch.setenv("MCF_ORDER_LIMIT", "1000")
    simulator.faults.add(FeesMissing())
    at = filled(sku)
    assert "What this order costs isn't known" in texts(at)
    assert submits(at)[0].disabled

    limit = next(box for box in at.checkbox if str(box.key).startswith("limit-"))
    assert limit.label == "It may cost more"
    limit.check().run()

    assert not submits(at)[0].disabled
