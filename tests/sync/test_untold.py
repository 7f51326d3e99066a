"""What Amazon lists and doesn't tell stands as it was, and since when is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from mcf.amazon.inventory_pages import QUANTITIES
from mcf.errors import UnexpectedAnswer
from mcf.inventory.history import History
from mcf.settings import OutboundVersion, Settings
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import NotFound
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.snapshots import StoredFrames
from mcf.store.states import RunState, Subject
from mcf.sync.freshness import freshness
from mcf.sync.progress import Run
from mcf.sync.reader import Sync
from mcf.sync.untold import Gaps, Untold
from tests.loopback import Reply, loopback
from tests.sync.shops import GET, HOUR, client_of, stock_page

WHOLE = {
    "fulfillableQuantity": 100,
    "inboundWorkingQuantity": 20,
    "inboundShippedQuantity": 0,
    "inboundReceivingQuantity": 0,
    "reservedQuantity": {"totalReservedQuantity": 30, "pendingCustomerOrderQuantity": 30},
    "researchingQuantity": {"totalResearchingQuantity": 0},
    "unfulfillableQuantity": {"totalUnfulfillableQuantity": 5, "defectiveQuantity": 5},
}
MISSING = object()


def mug(details: object = MISSING, total: int | None = 155) -> dict[str, Any]:
    made = {"sellerSku": "MUG", "totalQuantity": total, "inventoryDetails": details}
    return {name: value for name, value in made.items() if value is not MISSING}


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in WHOLE.items() if name not in names}


def read(settings: Settings, store: Store, *summaries: dict[str, Any]) -> list[Run]:
    """A full read of each of these, the only one of its listing."""
    with loopback() as amazon, client_of(amazon, settings) as client:
        amazon.replies = [stock_page([summary]) for summary in summaries]
        return [Sync(client, store).inventory(full=True) for _ in summaries]


def stored(store: Store) -> dict[str, tuple[int, int, int]]:
    return {
        row.seller_sku: (row.total_quantity, row.fulfillable_quantity, row.inbound_working_quantity)
        for row in store.rows(tables.inventory)
    }


@pytest.mark.parametrize(
    "details", [{}, [], None, MISSING, "many", {"fulfillableQuantity": None}, without(*WHOLE)]
)
def test_counts_that_are_not_told_do_not_become_zero(
    settings: Settings, store: Store, details: object
) -> None:
    whole, untold = read(settings, store, mug(WHOLE), mug(details))
    assert (whole.note, untold.state) == (None, RunState.WHOLE)
    assert stored(store)["MUG"][1:] == (100, 20)
    assert untold.older == {"SKU": ["MUG"]}
    assert "What is shown of SKU MUG is as it was read before" in (untold.note or "")
    last = freshness(store, Subject.INVENTORY).gaps.older["MUG"]
    run = store.row(tables.sync_runs, subject="inventory")
    assert run is not None
    assert last is not None
    assert last < run.started_at


def test_of_a_part_that_is_told_the_news_are_taken(settings: Settings, store: Store) -> None:
    changed = {**without("inboundWorkingQuantity"), "fulfillableQuantity": 90}
    _, partly = read(settings, store, mug(WHOLE), mug(changed, 150))
    assert stored(store) == {"MUG": (150, 90, 20)}
    assert partly.unread == {"SKU": {"MUG": ["inbound working quantity"]}}


@pytest.mark.parametrize(
    ("details", "total"),
    [({}, 0), (None, 0), (MISSING, 0), ({"fulfillableQuantity": 100}, 100), (without(), None)],
)
def test_what_follows_from_the_others_is_known(
    settings: Settings, store: Store, details: object, total: int | None
) -> None:
    (run,) = read(settings, store, mug(details, total))
    assert (run.note, run.older) == (None, {})
    assert stored(store)["MUG"][0] == (155 if total is None else total)


def test_a_sku_of_which_nothing_was_ever_told_is_named_and_not_shown_as_out_of_stock(
    settings: Settings, store: Store
) -> None:
    (run,) = read(settings, store, mug({}))
    assert run.older == {"SKU": ["MUG"]}
    assert Untold(store).gaps(Subject.INVENTORY).older == {"MUG": None}
    (row,) = StoredFrames(store).inventory().frame.to_dict("records")
    assert row["total_quantity"] == 155
    unknown = ("fulfillable_quantity", "inbound_quantity", "expired_quantity", "stock_state")
    assert [name for name in unknown if not pd.isna(row[name])] == []


def test_only_the_counts_that_were_never_told_are_unknown(settings: Settings, store: Store) -> None:
    frames = StoredFrames(store)
    partly = mug({**without("inboundWorkingQuantity"), "fulfillableQuantity": 90}, 150)
    read(settings, store, partly)
    (row,) = frames.inventory().frame.to_dict("records")
    assert (row["fulfillable_quantity"], row["stock_state"]) == (90, "In stock")
    assert pd.isna(row["inbound_working_quantity"])
    assert pd.isna(row["inbound_quantity"])
    assert History(store).span() is None
    read(settings, store, mug(WHOLE), mug({}))
    (row,) = frames.inventory().frame.to_dict("records")
    assert row["inbound_working_quantity"] == WHOLE["inboundWorkingQuantity"]
    read(settings, store, partly)
    assert frames.inventory().frame[list(QUANTITIES)].notna().all(axis=None)


def test_a_count_that_was_never_told_stays_out_of_the_past_on_later_days_too(
    settings: Settings, store: Store
) -> None:
    read(settings, store, mug({}), {"sellerSku": "CUP", "totalQuantity": 0})
    store.drop(tables.inventory, "seller_sku", ["CUP"])
    read(settings, store, mug({}))
    History(store).record(99_999)
    assert store.count(tables.inventory) == 1
    assert (
        store.read(tables.inventory_days.select().where(tables.inventory_days.c.day == 99_999))
        == []
    )


def test_what_is_told_again_is_known_again(settings: Settings, store: Store) -> None:
    read(settings, store, mug(WHOLE), mug({}), mug({}), mug(WHOLE))
    assert Untold(store).gaps(Subject.INVENTORY).older == {}


def test_a_sku_that_amazon_does_not_list_any_more_is_not_named(
    settings: Settings, store: Store
) -> None:
    read(settings, store, mug(WHOLE), mug({}), {"sellerSku": "CUP", "totalQuantity": 0})
    assert Untold(store).gaps(Subject.INVENTORY) == Gaps()
    assert set(stored(store)) == {"CUP"}


def test_the_day_of_a_sku_that_is_not_told_is_not_made_up(settings: Settings, store: Store) -> None:
    read(settings, store, mug(WHOLE))
    (first,) = store.read(tables.inventory_days.select())
    History(store).record(first.day + 1, without=["MUG"])
    assert store.read(tables.inventory_days.select()) == [first]
    History(store).record(first.day + 1)
    assert len(store.read(tables.inventory_days.select())) == 2


def test_a_sku_that_is_asked_for_says_that_it_is_not_told(settings: Settings, store: Store) -> None:
    read(settings, store, mug(WHOLE))
    with loopback() as amazon, client_of(amazon, settings) as client:
        amazon.replies = [
            Reply(body=json.dumps({"payload": {"inventorySummaries": [mug({})]}}).encode())
        ]
        with pytest.raises(UnexpectedAnswer, match="all counts of MUG just now"):
            Sync(client, store).skus(["MUG"])
    assert stored(store)["MUG"] == (155, 100, 20)


def test_orders_that_are_listed_and_not_told_are_named_and_told_again(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    fault = simulator.faults.add(NotFound(operations=[GET], times=2))
    run = sync.orders()
    assert (run.state, len(run.older["order"])) == (RunState.PARTIAL, 2)
    assert run.error is not None
    assert all(order_id in run.error.message for order_id in run.older["order"])
    assert set(Untold(store).gaps(Subject.ORDERS).older) == set(run.older["order"])
    simulator.faults.remove(fault)
    assert sync.orders().state is RunState.WHOLE
    assert Untold(store).gaps(Subject.ORDERS).older == {}


def test_inbound_is_as_old_as_the_read_that_read_it(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    sync.inventory()
    simulator.clock.step(3 * HOUR)
    assert not sync.inventory().is_full
    fresh = freshness(store, Subject.INVENTORY, sync.amazon_now())
    assert fresh.full_age is not None
    assert fresh.age is not None
    assert fresh.full_age >= 2 * HOUR > fresh.age
    assert freshness(store, Subject.ORDERS).full_age is None


def order_2020(name: str) -> list[Reply]:
    head = {
        "sellerFulfillmentOrderId": "A1",
        "displayableOrderId": "A1",
        "fulfillmentOrderStatus": "Complete",
        "receivedDate": "2026-03-01T00:00:00Z",
        "statusUpdatedDate": "2026-03-01T00:00:00Z",
        "destinationAddress": {"name": name, "addressLine1": "1 A", "countryCode": "US"},
    }
    line = {"sellerSku": "MUG", "sellerFulfillmentOrderItemId": "1", "quantity": 2}
    listed = {"payload": {"fulfillmentOrders": [head]}}
    detail = {"payload": {"fulfillmentOrder": head, "fulfillmentOrderItems": [line]}}
    return [Reply(body=json.dumps(answer).encode()) for answer in (listed, detail)]


def order_2026(name: str) -> list[Reply]:
    line = {
        "lineItemId": "1",
        "product": {"productIdentifier": {"amazonSku": "MUG"}},
        "amount": {"unit": "EACHES", "value": "2.0"},
    }
    order = {
        "orderId": "A1",
        "status": "COMPLETE",
        "receiveTime": "2026-03-01T00:00:00Z",
        "statusUpdateTime": "2026-03-01T00:00:00Z",
        "destination": {
            "deliveryAddress": {"name": name, "addressLine1": "1 A", "countryCode": "US"}
        },
        "lineItems": [line],
        "shipments": [],
    }
    return [Reply(body=json.dumps({"orders": [order], "pagination": {}}).encode())]


@pytest.mark.parametrize("spoiled", [b"M\xfc", b'19" Box', b"a\x01b", b"\\ud800"])
@pytest.mark.parametrize(
    ("version", "replies"),
    [
        (OutboundVersion.V2020_07_01, order_2020),
        (OutboundVersion.V2026_07_04, order_2026),
    ],
)
def test_a_doubtful_part_of_an_order_stays_doubtful_until_it_is_told_well(
    settings: Settings,
    store: Store,
    version: OutboundVersion,
    replies: Callable[[str], list[Reply]],
    spoiled: bytes,
) -> None:
    bad = [replace(reply, body=reply.body.replace(b"NAME", spoiled)) for reply in replies("NAME")]
    settings = replace(settings, outbound_version=version)
    with loopback() as amazon, client_of(amazon, settings) as client:
        sync = Sync(client, store)
        amazon.replies = [*bad, Reply(body=b'{"payload": {"fulfillmentOrders": []}, "orders": []}')]
        runs = [sync.orders(), sync.orders()]
        doubtful = freshness(store, Subject.ORDERS).gaps.doubtful
        amazon.replies = replies("Ada")
        sync.orders(full=True)
    assert [run.state for run in runs] == [RunState.WHOLE, RunState.WHOLE]
    assert doubtful == {"A1": ["address name"]}
    assert freshness(store, Subject.ORDERS).gaps.doubtful == {}
    (row,) = store.rows(tables.order_items)
    assert row.quantity == 2
