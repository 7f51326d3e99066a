"""Pages are read to the end, again where a token expired or rows moved, and never in a circle."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Table

from mcf.errors import PageTokenExpired, UnexpectedAnswer
from mcf.settings import OutboundVersion, Settings
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import PageExpired, RowsTwice
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import RunState
from mcf.sync.progress import Run
from mcf.sync.reader import Sync
from tests.loopback import TOKEN_PATH, Asked, Loopback, Reply, loopback
from tests.sync.shops import (
    LIST,
    STOCK,
    Seconds,
    client_of,
    once,
    statuses,
    stock_page,
    unsold,
    world_statuses,
)

OLD, NEW = OutboundVersion


def test_a_page_token_that_expired_begins_the_listing_again(
    large_sync: Sync, store: Store, large: Simulator, seconds: Seconds
) -> None:
    def wait() -> None:
        seconds.now += 31

    run = large_sync.inventory(once(wait))
    assert run.state is RunState.WHOLE
    assert large.requests.count(STOCK) == 1 + 1 + 3
    assert len(store.rows(tables.inventory)) == 120


@pytest.mark.parametrize(("times", "state"), [(3, RunState.WHOLE), (4, RunState.PARTIAL)])
def test_a_listing_is_begun_again_three_times(
    large_sync: Sync, large: Simulator, times: int, state: RunState
) -> None:
    large.faults.add(PageExpired(operations=[STOCK], times=times))
    run = large_sync.inventory()
    assert run.state is state
    assert isinstance(run.error, PageTokenExpired) == (state is RunState.PARTIAL)


def test_rows_that_came_twice_are_read_again_and_told(
    large_sync: Sync, store: Store, large: Simulator
) -> None:
    large.faults.add(RowsTwice(operations=[STOCK], times=1))
    run = large_sync.inventory()
    assert run.state is RunState.WHOLE
    assert run.note == "Rows came twice on Amazon's pages, so they were read again."
    assert large.requests.count(STOCK) == 3 + 3
    assert len(store.rows(tables.inventory)) == 120


@pytest.mark.parametrize("expired", [[], [1], [2], [1, 2], [2, 3], [2, 4]])
def test_pages_that_never_stand_still_make_a_read_partial_and_nothing_is_deleted(
    large_sync: Sync, store: Store, large: Simulator, expired: list[int]
) -> None:
    store.save(tables.inventory, [unsold("GONE")])
    large.faults.add(RowsTwice(operations=[STOCK]))
    [large.faults.add(PageExpired(operations=[STOCK], nth=nth)) for nth in expired]
    run = large_sync.inventory()
    assert run.state is RunState.PARTIAL
    assert isinstance(run.error, UnexpectedAnswer)
    assert "others may be missing" in run.error.message
    assert len(store.rows(tables.inventory)) == 121


def test_orders_that_came_twice_are_read_again(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    simulator.faults.add(RowsTwice(operations=[LIST], times=1))
    run = sync.orders()
    assert (run.state, simulator.requests.count(LIST)) == (RunState.WHOLE, 2 + 2)
    assert "read again" in (run.note or "")


def test_orders_whose_pages_never_stand_still_are_listed_anew_the_next_time(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    moving = simulator.faults.add(RowsTwice(operations=[LIST]))
    assert sync.orders().state is RunState.PARTIAL
    run = store.row(tables.sync_runs, subject="orders")
    assert run is not None
    assert (run.known_until, run.whole_at) == (None, None)
    simulator.faults.remove(moving)
    assert sync.orders().state is RunState.WHOLE
    assert statuses(store) == world_statuses(simulator)


def test_the_list_of_orders_begins_again_when_its_page_token_expired(
    sync: Sync, store: Store, simulator: Simulator
) -> None:
    simulator.faults.add(PageExpired(operations=[LIST], times=1))
    assert sync.orders().state is RunState.WHOLE
    assert simulator.requests.count(LIST) == 2 + 2
    assert statuses(store) == world_statuses(simulator)


@pytest.mark.parametrize(
    ("read", "page"),
    [
        (Sync.inventory, stock_page([], "again")),
        (
            Sync.orders,
            Reply(body=b'{"payload": {"fulfillmentOrders": [], "nextToken": "again"}}'),
        ),
    ],
)
def test_a_page_token_that_comes_twice_does_not_send_the_read_in_a_circle(
    settings: Settings, store: Store, read: Callable[[Sync], Run], page: Reply
) -> None:
    store.save(tables.inventory, [unsold("GONE")])
    with loopback() as amazon, client_of(amazon, settings) as client:
        amazon.replies = [page]
        run = read(Sync(client, store))
    assert run.state is not RunState.WHOLE
    assert run.error is not None
    assert "a page token came twice" in run.error.message
    assert len(amazon.calls) == 2
    assert len(store.rows(tables.inventory)) == 1


def test_a_list_whose_next_page_cannot_be_asked_for_is_not_taken_for_whole(
    store: Store, settings: Settings
) -> None:
    page = {"payload": {"inventorySummaries": []}, "pagination": {"nextToken": 5}}
    with loopback() as amazon, client_of(amazon, settings) as client:
        amazon.replies = [Reply(body=json.dumps(page).encode())]
        run = Sync(client, store).inventory()

    assert run.state is RunState.FAILED
    assert run.error is not None
    assert "goes on, but doesn't say readably where" in run.error.message


class Endless(Loopback):
    """Answers every call with the next of the pages, the last one for ever, and a token that never
    came before.
    """

    def reply_to(self, asked: Asked) -> Reply:
        reply = super().reply_to(asked)
        if asked.path == TOKEN_PATH:
            return reply
        return replace(reply, body=reply.body.replace(b"TOKEN", b"t%d" % len(self.calls)))


def orders_page(*order_ids: str, token: str | None = "TOKEN") -> Reply:
    heads = [
        {"sellerFulfillmentOrderId": i, "fulfillmentOrderStatus": "Received"} for i in order_ids
    ]
    return Reply(
        body=json.dumps({"payload": {"fulfillmentOrders": heads, "nextToken": token}}).encode()
    )


def orders_page_2026(*order_ids: str) -> Reply:
    orders = [{"orderId": i, "status": "PROCESSING", "lineItems": []} for i in order_ids]
    return Reply(body=json.dumps({"orders": orders, "pagination": {"nextToken": "TOKEN"}}).encode())


def units(sku: str, total: int = 0) -> dict[str, Any]:
    return {"sellerSku": sku, "totalQuantity": total}


STOCK_PAGES = [stock_page([units("A"), units("B")], "TOKEN"), stock_page([units("B")], "TOKEN")]
LAST_EMPTY = [stock_page([units("A"), units("B")], "TOKEN"), stock_page([], "TOKEN")]


@pytest.mark.parametrize(
    ("version", "read", "replies", "calls", "table"),
    [
        (OLD, Sync.inventory, STOCK_PAGES, 2 + 2, tables.inventory),
        (OLD, Sync.inventory, LAST_EMPTY, 1 + 4 + 4, tables.inventory),
        (OLD, Sync.orders, [orders_page("A", "B"), orders_page("B")], 2 + 1 + 12, tables.orders),
        (OLD, Sync.orders, [orders_page("A", "B"), orders_page()], 1 + 4 + 4 + 12, tables.orders),
        (NEW, Sync.orders, [orders_page_2026("A", "B"), orders_page_2026("B")], 4, tables.orders),
        (NEW, Sync.orders, [orders_page_2026("A", "B"), orders_page_2026()], 9, tables.orders),
    ],
)
def test_a_listing_without_end_ends_as_moved_and_keeps_what_came(
    settings: Settings,
    store: Store,
    version: OutboundVersion,
    read: Callable[[Sync], Run],
    replies: list[Reply],
    calls: int,
    table: Table,
) -> None:
    settings = replace(settings, outbound_version=version)
    with loopback(Endless()) as amazon, client_of(amazon, settings) as client:
        amazon.replies = [*replies]
        run = read(Sync(client, store))
    assert run.state is RunState.PARTIAL
    assert run.error is not None
    assert "doesn't end" in run.error.message or "doesn't tell" in run.error.message
    assert run.note is not None
    assert "didn't end, so it was read again" in run.note
    assert {row[2] for row in store.rows(table)} == {"A", "B"}
    assert len(amazon.calls) <= calls


def test_an_empty_page_now_and_then_is_passed_over(settings: Settings, store: Store) -> None:
    with loopback(Endless()) as amazon, client_of(amazon, settings) as client:
        gap = stock_page([], "TOKEN")
        amazon.replies = [
            stock_page([units("A")], "TOKEN"), gap, gap, gap,
            stock_page([units("B")], "TOKEN"), gap, stock_page([units("C")]),
        ]  # fmt: skip
        run = Sync(client, store).inventory()
    assert (run.state, run.rows, run.note) == (RunState.WHOLE, 3, None)


def test_a_listing_that_mostly_repeats_itself_ends(settings: Settings, store: Store) -> None:
    pages = [stock_page([units("A"), units("B"), units(f"N{n}")], "TOKEN") for n in range(50)]
    with loopback(Endless()) as amazon, client_of(amazon, settings) as client:
        amazon.replies = pages
        run = Sync(client, store).inventory()
    assert run.state is RunState.PARTIAL
    assert len(amazon.calls) < 12


@pytest.mark.parametrize(
    ("spoiled", "name", "note"),
    [
        (b"a\x01b", "a\ufffdb", "SKU B (product name)"),
        (b'19" Monitor', '19" Monitor', "SKU B (product name)"),
        (b"M\xfcller", "M\ufffdller", "SKU B (product name)"),
        (b"\\ud800", "\ufffd", "SKU B (product name)"),
        (b'x", "productName": "y', None, "SKU B (product name)"),
    ],
)
def test_one_spoiled_name_does_not_cost_the_listing_and_its_sku_is_named(
    settings: Settings, store: Store, spoiled: bytes, name: str | None, note: str
) -> None:
    rows = [units("A", 0), {**units("B", 0), "productName": "NAME"}, units("C", 0)]
    body = stock_page(rows).body.replace(b"NAME", spoiled)
    with loopback() as amazon, client_of(amazon, settings) as client:
        amazon.replies = [Reply(body=body)]
        run = Sync(client, store).inventory()
    assert (run.state, len(amazon.calls)) == (RunState.WHOLE, 1)
    assert note in (run.note or "")
    stored = {row.seller_sku: row.product_name for row in store.rows(tables.inventory)}
    assert stored == {"A": None, "B": name, "C": None}


@pytest.mark.parametrize(
    ("spoil", "by", "state", "said"),
    [
        (b'"totalQuantity": 2', b'"totalQuantity": ', RunState.WHOLE, "SKU B (all of it)"),
        (b'"totalQuantity": 2', b'"totalQuantity": NaN', RunState.WHOLE, "SKU B (total quantity)"),
        (b'"B"', b'"B\xfc"', RunState.PARTIAL, "without a readable number (B\ufffd)"),
        (b'"C", "totalQuantity"', b'"C", "totalQ', RunState.PARTIAL, "JSON that is cut off"),
    ],
)
def test_an_entry_that_cannot_be_read_leaves_what_was_known_of_it(
    settings: Settings, store: Store, spoil: bytes, by: bytes, state: RunState, said: str
) -> None:
    store.save(tables.inventory, [unsold("B"), unsold("GONE")])
    details = {"fulfillableQuantity": 1}
    rows = [{**units("A", 1), "inventoryDetails": details}, units("B", 2), units("C")]
    body = stock_page(rows).body.replace(spoil, by)
    is_cut = by.endswith(b'"totalQ')
    page = Reply(body=body[: body.index(by) + len(by)] if is_cut else body)
    with loopback() as amazon, client_of(amazon, settings) as client:
        amazon.replies = [*[page] * (6 if is_cut else 1), stock_page([])]
        run = Sync(client, store).inventory()
    assert run.state is state
    assert said in f"{run.note} {run.error.message if run.error else ''}"
    stored = {row.seller_sku: row.fulfillable_quantity for row in store.rows(tables.inventory)}
    assert (stored["A"], stored["B"]) == (1, 1)
    assert ("GONE" in stored) == (state is RunState.PARTIAL)
