"""What Amazon tells of an order before it is sent, over the simulated Amazon."""

from __future__ import annotations

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import RequestRefused, ServiceTrouble
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import InternalError
from tests.conftest import order_request


@pytest.fixture
def read(filled: MCFService) -> MCFService:
    """A service that has read everything."""
    return filled


def test_what_was_promised_is_kept_with_the_order(
    read: MCFService, request_for: MCFOrderRequest
) -> None:
    (offer, *_) = read.ordering.previews.ask(request_for.destination_address, request_for.items)

    read.submit(request_for, offer)

    promised = read.ordering.previews.promise(request_for.seller_fulfillment_order_id)
    assert promised is not None
    assert promised.total_fee == offer.total_fee
    assert promised.arrival == offer.arrival
    assert read.ordering.previews.promise("NOBODY-1") is None


def test_past_fees_are_those_that_amazon_told(
    read: MCFService, request_for: MCFOrderRequest, address: Address, sku: str
) -> None:
    (offer, *_) = read.ordering.previews.ask(request_for.destination_address, request_for.items)
    read.submit(request_for, offer)
    read.submit(order_request("TEST-2", address, sku, 1))

    (told,) = read.ordering.previews.past_fees()

    assert (dict(told.goods), told.speed, told.fee) == ({sku: 2}, "Standard", offer.total_fee)


def test_features_are_asked_for_once(read: MCFService, simulator: Simulator) -> None:
    names = [each.name for each in read.ordering.previews.features()]
    read.ordering.previews.features()

    assert "BLANK_BOX" in names
    assert simulator.requests.count("getFeatures") == 1


def test_features_that_could_not_be_asked_for_are_asked_for_again(
    read: MCFService, simulator: Simulator
) -> None:
    simulator.faults.add(InternalError(operations=["getFeatures"], times=6))
    with pytest.raises(ServiceTrouble):
        read.ordering.previews.features()

    assert read.ordering.previews.features()


@pytest.mark.parametrize(
    "said", ["API not available in region", "Region does not support feature: BLANK_BOX"]
)
def test_a_marketplace_without_features_offers_none(
    read: MCFService, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    def refuse(_: MCFClient) -> None:
        raise RequestRefused(said, operation="getFeatures", status=400)

    monkeypatch.setattr(MCFClient, "get_features", refuse)

    assert read.ordering.previews.features() == ()


def test_a_preview_takes_wishes_into_account(
    read: MCFService, request_for: MCFOrderRequest
) -> None:
    wish = {"featureName": "BLOCK_AMZL", "featureFulfillmentPolicy": "Required"}
    to, items = request_for.destination_address, request_for.items

    (plain, *_) = read.ordering.previews.ask(to, items)
    (dear, *_) = read.ordering.previews.ask(to, items, features=[wish])

    assert plain.total_fee is not None
    assert dear.total_fee is not None
    assert dear.total_fee.amount > plain.total_fee.amount


def test_speeds_are_previewed_with_fees(service: MCFService, request_for: MCFOrderRequest) -> None:
    offers = service.ordering.previews.ask(request_for.destination_address, request_for.items)
    assert "Standard" in {offer.shipping_speed_category for offer in offers}
    assert all(offer.total_fee for offer in offers if offer.is_fulfillable)
