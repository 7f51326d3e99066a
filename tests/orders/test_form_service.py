"""What the form of an order asks of the service, over the simulated Amazon."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import ServiceTrouble
from mcf.inventory.planning import Meter, Rules
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults import InternalError
from mcf.store.database import utc_now
from mcf.store.documents import DocumentKind
from tests.conftest import order_request


@pytest.fixture
def read(service: MCFService) -> MCFService:
    """A service that has read everything."""
    service.sync()
    return service


def test_units_of_an_order_just_sent_are_not_free_until_the_stock_is_read_again(
    read: MCFService, request_for: MCFOrderRequest, sku: str
) -> None:
    before = read.effect(request_for.items).iloc[0]

    read.submit(request_for)

    after = read.effect(request_for.items).iloc[0]
    assert (before["placed"], after["placed"]) == (0, 2)
    assert after["free"] == before["free"] - 2
    read.sync(full=True)
    assert read.placed()[sku] == 0


def test_units_kept_for_amazon_are_told_apart(
    read: MCFService, request_for: MCFOrderRequest, sku: str
) -> None:
    there = int(read.effect(request_for.items).iloc[0]["available"])
    read.review.choices.set_rules([{"seller_sku": sku, "reserve_units": there - 1}])

    row = read.effect(request_for.items).iloc[0]

    assert (row["free"], row["meter"]) == (1, Meter.RESERVE.value)


def test_the_default_reserve_holds_where_no_rule_is_set(
    read: MCFService, request_for: MCFOrderRequest
) -> None:
    read.review.choices.set_defaults(Rules(reserve_units=3))

    assert read.effect(request_for.items).iloc[0]["reserve"] == 3


def test_what_was_promised_is_kept_with_the_order(
    read: MCFService, request_for: MCFOrderRequest
) -> None:
    (offer, *_) = read.preview(request_for.destination_address, request_for.items)

    read.submit(request_for, offer)

    promised = read.promise(request_for.seller_fulfillment_order_id)
    assert promised is not None
    assert promised.total_fee == offer.total_fee
    assert promised.arrival == offer.arrival
    assert read.promise("NOBODY-1") is None


def test_past_fees_are_those_that_amazon_told(
    read: MCFService, request_for: MCFOrderRequest, address: Address, sku: str
) -> None:
    (offer, *_) = read.preview(request_for.destination_address, request_for.items)
    read.submit(request_for, offer)
    read.submit(order_request("TEST-2", address, sku, 1))

    (told,) = read.past_fees()

    assert (dict(told.goods), told.speed, told.fee) == ({sku: 2}, "Standard", offer.total_fee)


def test_features_are_asked_for_once(read: MCFService, simulator: Simulator) -> None:
    names = [each.name for each in read.features()]
    read.features()

    assert "BLANK_BOX" in names
    assert simulator.requests.count("getFeatures") == 1


def test_features_that_could_not_be_asked_for_are_asked_for_again(
    read: MCFService, simulator: Simulator
) -> None:
    simulator.faults.add(InternalError(operations=["getFeatures"], times=6))
    with pytest.raises(ServiceTrouble):
        read.features()

    assert read.features()


def test_a_preview_takes_wishes_into_account(
    read: MCFService, request_for: MCFOrderRequest
) -> None:
    wish = {"featureName": "BLOCK_AMZL", "featureFulfillmentPolicy": "Required"}
    to, items = request_for.destination_address, request_for.items

    (plain, *_) = read.preview(to, items)
    (dear, *_) = read.preview(to, items, features=[wish])

    assert plain.total_fee is not None
    assert dear.total_fee is not None
    assert dear.total_fee.amount > plain.total_fee.amount


def test_the_form_of_an_order_that_was_sent_from_here(
    read: MCFService, request_for: MCFOrderRequest, sku: str
) -> None:
    read.submit(request_for)

    typed = read.typed("TEST-1")

    assert typed is not None
    assert (typed.to_name, typed.number) == ("Ada Example", "TEST-1")
    assert [(line.sku, line.units) for line in typed.lines] == [(sku, "2")]


def test_the_form_of_an_order_that_was_placed_elsewhere(read: MCFService) -> None:
    row = read.orders().iloc[0]

    typed = read.typed(row["seller_fulfillment_order_id"])

    assert typed is not None
    assert typed.to_name == row["recipient"]
    assert all(line.sku and line.units for line in typed.lines)
    assert read.typed("NOBODY-1") is None


def test_drafts_nobody_touched_for_long_are_forgotten(read: MCFService) -> None:
    read.kept.keep(DocumentKind.DRAFT, "old", {"to_name": "Ada Example"})
    read.kept.forget_older(DocumentKind.DRAFT, utc_now() - timedelta(days=1))
    assert read.kept.get(DocumentKind.DRAFT, "old") is not None

    read.kept.forget_older(DocumentKind.DRAFT, utc_now() + timedelta(seconds=1))

    assert read.kept.get(DocumentKind.DRAFT, "old") is None
