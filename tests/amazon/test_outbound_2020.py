"""Version 2020-07-01: what it asks, and what it can't."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.amazon.outbound_2020 import Outbound2020
from mcf.amazon.responses import Operation
from mcf.errors import SettingsError, UnexpectedAnswer
from tests.conftest import order_request

MARKETPLACE = "ATVPDKIKX0DER"


class Recorder:
    """In place of the library's client: answers a call with its name and what it was given."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: {"call": name, "args": args, **kwargs}


@pytest.fixture
def outbound() -> Outbound2020:
    return Outbound2020(Recorder(), MARKETPLACE)


def test_with_the_older_version_lists_bring_no_details(older: MCFClient) -> None:
    assert not older.lists_details
    with pytest.raises(SettingsError, match="2020-07-01 lists orders without"):
        older.list_order_details()


def test_orders_are_listed_since_a_time_and_by_pages(outbound: Outbound2020) -> None:
    since = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    assert outbound.heads(None, None).send() == {"call": "list_all_fulfillment_orders", "args": ()}
    assert outbound.heads(since, "TOKEN").send() == {
        "call": "list_all_fulfillment_orders",
        "args": (),
        "queryStartDate": "2026-03-02T12:00:00Z",
        "nextToken": "TOKEN",
    }


def test_a_preview_names_speeds_and_extras_only_when_some_are_asked_for(
    outbound: Outbound2020, address: Address
) -> None:
    items = order_request("TEST-1", address, "MUG", 2).items

    bare = outbound.preview(address, items, [], []).send()
    full = outbound.preview(address, items, ["Expedited"], [{}], cod=True, windows=True).send()

    assert bare.keys() == {"call", "args", "marketplaceId", "address", "items"}
    assert full.keys() - bare.keys() == {
        "shippingSpeedCategories",
        "featureConstraints",
        "includeCODFulfillmentPreview",
        "includeDeliveryWindows",
    }


def test_an_order_is_created_in_the_marketplace_of_the_settings(
    outbound: Outbound2020, address: Address
) -> None:
    ask = outbound.create(order_request("TEST-1", address, "MUG", 2))

    assert ask.operation is Operation.CREATE_ORDER
    assert ask.send()["marketplaceId"] == MARKETPLACE
    assert ask.send()["sellerFulfillmentOrderId"] == "TEST-1"


def test_an_extra_that_the_seller_may_not_have_is_no_choice(outbound: Outbound2020) -> None:
    features = [
        {"featureName": "BLANK_BOX", "sellerEligible": True},
        {"featureName": "OVERBOX", "sellerEligible": False},
        {"featureName": 7},
        "nothing",
    ]

    choices = outbound.features().read({"payload": {"features": features}})

    assert [choice.name for choice in choices] == ["BLANK_BOX"]


def test_a_list_that_is_missing_is_an_unexpected_answer(outbound: Outbound2020) -> None:
    with pytest.raises(UnexpectedAnswer, match="has no list fulfillmentOrders"):
        outbound.heads(None, None).read({"payload": {}})
