"""The forms of earlier orders, and to whom orders went lately."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.orders.drafts import Drafts
from mcf.service import MCFService
from mcf.store import tables
from mcf.store.database import Store, utc_now
from mcf.store.states import SubmissionState
from tests.databases import US, keys_for, needs_postgresql, own_schema

NOW = utc_now().replace(microsecond=0)
DAY = timedelta(days=1)
ADA = {
    "name": "Ada Example",
    "addressLine1": "100 Example Street",
    "city": "Springfield",
    "stateOrRegion": "IL",
    "postalCode": "62701",
    "countryCode": "US",
}
BEN = {**ADA, "name": "Ben Example"}
CLEO = {**ADA, "addressLine1": "7 Other Street"}


def opened(url: str, account: str = "test") -> Store:
    return Store(url, account=account, marketplace_id=US, mode="demo", keys=keys_for(url))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgresql)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, in a database of each kind."""
    with ExitStack() as stack:
        url = {
            "sqlite": lambda: f"sqlite:///{tmp_path / 'store.sqlite3'}",
            "postgresql": lambda: stack.enter_context(own_schema()),
        }[request.param]()
        yield stack.enter_context(opened(url))


@pytest.fixture
def drafts(store: Store) -> Drafts:
    """Of an account that has no orders yet."""
    return Drafts(store)


def send(
    store: Store,
    number: str,
    address: dict[str, Any] | None,
    age: timedelta,
    state: SubmissionState = SubmissionState.ACCEPTED,
) -> None:
    """Writes an order that was sent from here."""
    row = {
        "seller_fulfillment_order_id": number,
        "state": state.value,
        "request": {"destinationAddress": address} if address else {},
        "attempts": 1,
        "created_at": NOW - age,
        "updated_at": NOW,
    }
    store.save(tables.submissions, [row])


def placed(
    store: Store, number: str, address: dict[str, Any] | None, age: timedelta | None
) -> None:
    """Writes an order that Amazon told of."""
    row = {
        "seller_fulfillment_order_id": number,
        "displayable_order_id": number,
        "status": "Complete",
        "received_date": None if age is None else NOW - age,
        "raw": {"destinationAddress": address} if address else {},
    }
    store.save(tables.orders, [row])


def names(drafts: Drafts, since: datetime = NOW - 30 * DAY, limit: int = 50) -> list[str]:
    return [address["name"] for address in drafts.recipients(since, limit)]


def test_no_recipient_is_known_at_first(drafts: Drafts) -> None:
    assert drafts.recipients(NOW - DAY) == []


def test_another_account_has_its_own_recipients(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with opened(url) as one, opened(url, "another") as other:
        send(one, "S-1", ADA, DAY)
        assert Drafts(other).recipients(NOW - 30 * DAY) == []


def test_recipients_come_newest_first_and_each_once(store: Store, drafts: Drafts) -> None:
    send(store, "S-1", ADA, 3 * DAY)
    send(store, "S-2", BEN, 2 * DAY)
    send(store, "S-3", {**ADA, "name": "ADA  example", "postalCode": "62701-0000"}, DAY)
    placed(store, "S-4", CLEO, timedelta(hours=1))
    assert [place["addressLine1"] for place in drafts.recipients(NOW - 30 * DAY)] == [
        CLEO["addressLine1"],
        ADA["addressLine1"],
        BEN["addressLine1"],
    ]
    assert names(drafts) == ["Ada Example", "ADA  example", "Ben Example"]


def test_an_address_is_offered_as_it_was_typed_here(store: Store, drafts: Drafts) -> None:
    typed = {**ADA, "phone": "+1 217 555 0100"}
    send(store, "S-1", typed, 2 * DAY)
    placed(store, "S-1", {**ADA, "name": "ADA EXAMPLE", "postalCode": "62701-1234"}, DAY)
    assert drafts.recipients(NOW - 30 * DAY) == [typed]


def test_what_is_older_than_asked_for_is_not_offered(store: Store, drafts: Drafts) -> None:
    send(store, "S-1", ADA, 31 * DAY)
    placed(store, "S-2", BEN, 31 * DAY)
    placed(store, "S-3", CLEO, None)
    assert drafts.recipients(NOW - 30 * DAY) == []


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (SubmissionState.REJECTED, ["Ada Example"]),
        (SubmissionState.NOT_SENT, ["Ada Example"]),
        (SubmissionState.UNKNOWN, ["Ada Example"]),
        (SubmissionState.DISMISSED, []),
    ],
)
def test_whom_a_refused_order_was_for_is_offered_until_it_is_dismissed(
    store: Store, drafts: Drafts, state: SubmissionState, offered: list[str]
) -> None:
    send(store, "S-1", ADA, DAY, state)
    assert names(drafts) == offered


@pytest.mark.parametrize(
    "address", [None, {"city": "Springfield"}, {**ADA, "name": ""}, {**ADA, "countryCode": None}]
)
def test_an_order_whose_recipient_is_not_told_offers_none(
    store: Store, drafts: Drafts, address: dict[str, Any] | None
) -> None:
    send(store, "S-1", address, DAY)
    placed(store, "S-2", address, DAY)
    assert drafts.recipients(NOW - 30 * DAY) == []


def test_no_more_are_offered_than_asked_for(store: Store, drafts: Drafts) -> None:
    [send(store, f"S-{n}", {**ADA, "name": f"Person {n}"}, n * DAY) for n in range(5)]
    assert names(drafts, limit=2) == ["Person 0", "Person 1"]


def test_the_recipient_of_an_order_sent_by_the_service_is_offered_once(
    service: MCFService, request_for: MCFOrderRequest
) -> None:
    service.submit(request_for)
    address = request_for.destination_address.to_api()
    assert service.ordering.drafts.recipients(NOW - 30 * DAY, limit=1) == [address]


@pytest.fixture
def read(filled: MCFService) -> MCFService:
    """A service that has read everything."""
    return filled


def test_the_form_of_an_order_that_was_sent_from_here(
    read: MCFService, request_for: MCFOrderRequest, sku: str
) -> None:
    read.submit(request_for)

    typed = read.ordering.drafts.typed("TEST-1")

    assert typed is not None
    assert (typed.to_name, typed.number) == ("Ada Example", "TEST-1")
    assert [(line.sku, line.units) for line in typed.lines] == [(sku, "2")]


def test_the_form_of_an_order_that_was_placed_elsewhere(read: MCFService) -> None:
    row = read.orders().iloc[0]

    typed = read.ordering.drafts.typed(row["seller_fulfillment_order_id"])

    assert typed is not None
    assert typed.to_name == row["recipient"]
    assert all(line.sku and line.units for line in typed.lines)
    assert read.ordering.drafts.typed("NOBODY-1") is None
