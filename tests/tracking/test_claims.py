"""Deadlines of all orders, by the claim rule that the seller set."""

from __future__ import annotations

import pytest

from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Status
from mcf.tracking.facts import OrderFacts
from mcf.tracking.lifecycle import DEADLINES, ClaimRule, DeadlineKind
from tests.tracking.test_lifecycle import NOON, orders


def test_the_rule_is_that_of_the_marketplace_until_the_seller_sets_one(
    service: MCFService,
) -> None:
    claims = service.tracking.claims
    assert claims.rule() == ClaimRule(closes=90)

    claims.set_rule(ClaimRule(opens=3, closes=None))

    assert claims.rule() == ClaimRule(opens=3, closes=None)


def test_deadlines_are_found_once_as_long_as_nothing_changes(filled: MCFService) -> None:
    claims = filled.tracking.claims
    first = claims.deadlines()

    assert list(first.columns) == list(DEADLINES)
    assert claims.deadlines() is first
    claims.set_rule(ClaimRule(opens=3, closes=5))
    assert claims.deadlines() is not first


@pytest.mark.parametrize(("status", "is_lost"), [(Status.RECEIVED, False), (Status.COMPLETE, True)])
def test_only_an_order_that_shipped_and_has_not_arrived_has_a_claim_window(
    filled: MCFService, simulator: Simulator, status: Status, is_lost: bool
) -> None:
    known = filled.orders()
    mine = known[(known["status"] == status.value) & known["delivered_at"].isna()]
    view = filled.tracking.views.order(mine.iloc[0]["seller_fulfillment_order_id"])

    assert view is not None
    assert (filled.tracking.claims.window(view.order) is not None) is is_lost


def test_one_that_has_arrived_has_none(service: MCFService) -> None:
    claims, promised = service.tracking.claims, {"promised_arrival_date": NOON}
    coming, there = orders(**promised), orders(**promised, parcels_delivered=1)

    assert claims.window(OrderFacts.of(coming.iloc[0].to_dict())) is not None
    assert claims.window(OrderFacts.of(there.iloc[0].to_dict())) is None


def test_only_claims_are_among_what_ends_for_a_claim(filled: MCFService) -> None:
    claims = filled.tracking.claims
    deadlines = claims.deadlines()
    claimed = deadlines[(deadlines["kind"] == DeadlineKind.CLAIM.value) & deadlines["due"].notna()]

    assert set(deadlines["kind"]) - {DeadlineKind.CLAIM.value}
    assert set(claims.ends()) == set(claimed["seller_fulfillment_order_id"])
