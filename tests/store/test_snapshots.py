"""Frames that are brought up to date by the rows that changed are those of a full load."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table

from mcf.amazon.inventory_pages import COLUMNS
from mcf.store import frames, tables
from mcf.store.database import Store
from mcf.store.snapshots import Snapshot, StoredFrames, patched
from tests.bench import warehouse
from tests.databases import keys_for, needs_postgresql, own_schema
from tests.examples import many

US = "ATVPDKIKX0DER"
NOW = warehouse.OPENING
NAMES = ("inventory", "packages", "orders")
STATUSES = ("New", "Planning", "Complete", "Cancelled", "ON_A_BREAK")
NEWS = ("DELIVERED", "DELAYED", "UNDELIVERABLE", None, "UNDISPLAYED")
ODD = ("a", "B", "ä", "Z", "é", "\U0001f4e6", "_", "0")
"""Beginnings of SKUs and numbers that no two languages sort alike."""


def opened(url: str) -> Store:
    return Store(url, account="test", marketplace_id=US, mode="demo", keys=keys_for(url))


def stock(number: int, kind: int) -> dict[str, Any]:
    own = {
        "seller_sku": f"{ODD[number]}-{number}",
        "condition": (None, "NewItem", "Used")[kind % 3],
    }
    return warehouse.stock_row(number, kind) | own | {"product_name": (None, "Mug")[kind % 2]}


def order_id(number: int) -> str:
    return f"{ODD[number]}-{number}"


def head(number: int, kind: int) -> dict[str, Any]:
    own = {"seller_fulfillment_order_id": order_id(number), "status": STATUSES[kind]}
    at = (NOW, NOW + timedelta(hours=1), NOW)[kind % 3]
    return warehouse.order_row(number, NOW, received_date=at) | own


def line(number: int, kind: int, item: str = "1") -> dict[str, Any]:
    own = {"seller_fulfillment_order_id": order_id(number), "quantity": kind + 1}
    return warehouse.line_row(number, NOW) | own | {"seller_fulfillment_order_item_id": item}


def box(number: int, kind: int, parcel: int = 0) -> dict[str, Any]:
    own = {"seller_fulfillment_order_id": order_id(number), "carrier_code": ("UPS", None)[kind % 2]}
    return warehouse.parcel_row(number, NOW) | own | {"package_number": 10 * number + parcel}


def news(number: int, kind: int) -> dict[str, Any]:
    return warehouse.tracking_row(number, NOW, status=NEWS[kind], package_number=10 * number)


def order_read(store: Store, number: int, kind: int) -> None:
    items = [line(number, kind, str(n)) for n in range(kind % 3)]
    boxes = [box(number, kind, n) for n in range(kind % 4)]
    parts = {tables.order_items: items, tables.shipments: [], tables.packages: boxes}
    store.save_orders([head(number, kind)], parts)


def one_more(store: Store, number: int, kind: int) -> None:
    store.add(tables.inventory, stock(number, kind))


def stock_page(store: Store, number: int, kind: int) -> None:
    items = [{"asin": None, "fn_sku": None, **stock(n % 8, kind)} for n in (number, number + 2)]
    rows = [(*(item[name] for name in COLUMNS[:-1]), json.dumps(item["raw"])) for item in items]
    store.save_tuples(tables.inventory, COLUMNS, rows)


def sent(store: Store, number: int, kind: int) -> None:
    own = {"seller_fulfillment_order_id": order_id(number), "state": "accepted", "request": {}}
    promised = {
        "promised_ship_date": (None, NOW)[kind % 2],
        "promised_arrival_date": NOW + timedelta(days=kind) if kind else None,
        "fee": (None, "7.90", "12")[kind % 3],
        "fee_currency": (None, "USD", "CAD")[kind % 3],
    }
    times = {"created_at": NOW, "updated_at": NOW}
    store.save(tables.submissions, [{**own, **promised, **times, "attempts": 1}])


def gone(table: Table, name: str, value: Callable[[int], object]) -> Callable[..., object]:
    return lambda store, number, kind: store.drop(
        table, name, [value(number), value(number + kind)]
    )


def detail_alone(store: Store, number: int, kind: int) -> None:
    store.save(tables.orders, [head(number, kind) | {"detailed_at": (None, NOW)[kind % 2]}])


_ID = "seller_fulfillment_order_id"
STEPS: dict[str, Callable[[Store, int, int], object]] = {
    "stock": lambda s, n, k: s.save(tables.inventory, [stock(n, k), stock((n + 3) % 8, k)]),
    "one more SKU": one_more,
    "stock is whole": lambda s, n, k: s.replace(tables.inventory, [stock(i, k) for i in range(n)]),
    "heads": lambda s, n, k: s.save(tables.orders, [head(n, k), head((n + 1) % 8, k)]),
    "one order": order_read,
    "tracking": lambda s, n, k: s.save(tables.tracking, [news(n, k)]),
    "stock page": stock_page,
    "sent": sent,
    "detail alone": detail_alone,
    "no such SKU": gone(tables.inventory, "seller_sku", lambda n: f"{ODD[n % 8]}-{n % 8}"),
    "no such order": gone(tables.orders, _ID, lambda n: order_id(n % 8)),
    "no such lines": gone(tables.order_items, _ID, lambda n: order_id(n % 8)),
    "no such parcel": gone(tables.packages, "package_number", lambda n: 10 * n),
    "no such tracking": gone(tables.tracking, "package_number", lambda n: 10 * n),
    "no such promise": gone(tables.submissions, _ID, lambda n: order_id(n % 8)),
    "one status": lambda s, n, k: s.change(
        tables.orders, {"seller_fulfillment_order_id": order_id(n)}, {"status": STATUSES[k]}
    ),
}
SEQUENCES = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 7), st.integers(0, 4)), max_size=12
)


def shown(kept: StoredFrames) -> dict[str, pd.DataFrame]:
    return {name: getattr(kept, name)().frame for name in NAMES}


def follow(store: Store, steps: list[tuple[str, int, int]]) -> tuple[Any, Any]:
    """What is kept, shown after each of the steps, and what a full load gives at last."""
    kept = StoredFrames(store)
    seen = shown(kept)
    for name, number, kind in steps:
        STEPS[name](store, number, kind)
        seen = shown(kept)
    return seen, shown(StoredFrames(store))


def assert_same(pair: tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]) -> None:
    for name in NAMES:
        pd.testing.assert_frame_equal(pair[0][name], pair[1][name], check_exact=True)


@given(SEQUENCES)
@settings(max_examples=many(30))
def test_after_any_changes_the_frames_are_those_of_a_full_load(
    steps: list[tuple[str, int, int]],
) -> None:
    with opened("sqlite://") as store:
        assert_same(follow(store, steps))


@needs_postgresql
@given(SEQUENCES)
@settings(max_examples=many(10))
def test_so_it_is_on_postgresql(steps: list[tuple[str, int, int]]) -> None:
    with own_schema() as url, opened(url) as store:
        assert_same(follow(store, steps))


@pytest.fixture
def kept(store: Store) -> StoredFrames:
    """The frames of a store with some of everything, already shown once."""
    warehouse.fill(store, 40, 40)
    frames_ = StoredFrames(store)
    shown(frames_)
    return frames_


def test_what_did_not_change_is_the_same_object(kept: StoredFrames) -> None:
    assert [kept.inventory(), kept.packages(), kept.orders()] == [
        kept.inventory(),
        kept.packages(),
        kept.orders(),
    ]
    assert kept.loads == dict.fromkeys(NAMES, 1)
    assert kept.patches.total() == 0


def test_changed_rows_are_read_alone(kept: StoredFrames, store: Store) -> None:
    store.save(tables.inventory, [warehouse.stock_row(3, 999)])
    store.save(tables.tracking, [warehouse.tracking_row(5, NOW, status="DELAYED")])
    shown(kept)
    assert kept.loads == dict.fromkeys(NAMES, 1)
    assert kept.patches == dict.fromkeys(NAMES, 1)


def test_a_sku_that_is_gone_is_gone_from_the_frame(kept: StoredFrames, store: Store) -> None:
    store.replace(tables.inventory, [warehouse.stock_row(n) for n in range(39)])
    assert kept.inventory().frame["seller_sku"].tolist() == [f"SKU-{n:07d}" for n in range(39)]


def test_a_sku_that_is_dropped_is_gone_from_the_frame_without_a_restart(
    kept: StoredFrames, store: Store
) -> None:
    assert store.drop(tables.inventory, "seller_sku", ["SKU-0000003", "NOT-THERE"]) == 1
    shown_ = kept.inventory().frame["seller_sku"].tolist()
    assert (len(shown_), "SKU-0000003" in shown_) == (39, False)


def test_when_nothing_was_there_to_drop_nothing_changes(kept: StoredFrames, store: Store) -> None:
    before = kept.inventory()
    assert store.drop(tables.inventory, "seller_sku", ["NOT-THERE"]) == 0
    assert kept.inventory() is before


def test_a_promise_that_comes_after_its_order_is_shown(kept: StoredFrames, store: Store) -> None:
    sent(store, 1, 1)
    before = kept.orders()
    store.save(tables.orders, [head(1, 0)])
    assert pd.isna(before.frame.set_index(_ID)["fee"].get(order_id(1), None))
    assert kept.orders().frame.set_index(_ID).loc[order_id(1), "fee"] == 7.9
    sent(store, 1, 2)
    assert kept.orders().frame.set_index(_ID).loc[order_id(1), "fee"] == 12
    assert kept.loads["orders"] == 1


def test_an_order_that_is_being_sent_does_not_make_the_list_of_orders_anew(
    kept: StoredFrames, store: Store
) -> None:
    before = kept.orders()
    sent(store, 1, 1)
    assert kept.orders() is before


def test_a_new_order_comes_first(kept: StoredFrames, store: Store) -> None:
    late = NOW + timedelta(days=1)
    store.save(tables.orders, [warehouse.order_row(99, NOW, received_date=late)])
    assert kept.orders().frame["seller_fulfillment_order_id"].iloc[0] == "SHOP-0000099"


def test_another_process_changes_what_this_one_shows(
    kept: StoredFrames, store: Store, tmp_path: Path
) -> None:
    with opened(f"sqlite:///{tmp_path / 'store.sqlite3'}") as other:
        other.save(tables.inventory, [warehouse.stock_row(3, 999)])
    frame = kept.inventory().frame.set_index("seller_sku")
    assert frame.loc["SKU-0000003", "fulfillable_quantity"] == 3 * 17 + 999


def test_of_many_visitors_one_loads_the_frame(store: Store) -> None:
    warehouse.fill(store, 40, 40)
    fresh = StoredFrames(store)
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: fresh.orders(), range(16)))
    assert len(set(map(id, seen))) == 1
    assert fresh.loads == {"orders": 1, "packages": 1}


def test_loaded_and_patched_frames_have_the_declared_dtypes(
    kept: StoredFrames, store: Store
) -> None:
    store.save(tables.orders, [warehouse.order_row(3, NOW, recipient=None, city="Ulm")])
    declared = {"orders": frames.ORDERS, "packages": frames.PACKAGES}
    found = {name: shown(kept)[name].dtypes.astype(str).to_dict() for name in declared}
    assert found == {name: dict(columns) for name, columns in declared.items()}
    stock_types = kept.inventory().frame.dtypes.astype(str).to_dict()
    assert stock_types == {**frames.INVENTORY, "stock_state": "category"}


def test_times_and_numbers_are_those_that_were_written(store: Store) -> None:
    store.save(tables.inventory, [warehouse.stock_row(7)])
    row = StoredFrames(store).inventory().frame.iloc[0]
    written = warehouse.stock_row(7)
    assert row["last_updated_time"] == written["last_updated_time"]
    assert row["fulfillable_quantity"] == written["fulfillable_quantity"]
    assert row["product_name"] == written["product_name"]


def test_the_link_of_a_parcel_is_read_without_the_rest_of_what_the_carrier_told(
    kept: StoredFrames,
) -> None:
    links = kept.packages().frame.set_index("package_number")["tracking_link"]
    assert links[1_000_001] == "https://www.example.com/track?id=1"


def test_what_is_found_in_a_frame_is_looked_for_once() -> None:
    asked: list[int] = []
    snapshot = Snapshot(pd.DataFrame({"n": [1, 2, 3]}))
    sums = [snapshot.once("sum", lambda f: asked.append(1) or f["n"].sum()) for _ in range(3)]
    assert (sums, asked) == ([6, 6, 6], [1])


def test_no_news_leave_a_frame_as_it_is() -> None:
    frame = frames.inventory([])
    assert patched(frame, frame, ["seller_sku"]) is frame


def test_the_shipments_that_were_given_up_are_told_with_their_orders(store: Store) -> None:
    statuses = ("SHIPPED", "CANCELLED_BY_FULFILLER", "PENDING", "Cancelled_By_Seller", "")
    rows = [
        {
            "seller_fulfillment_order_id": f"ORDER-{n}",
            "amazon_shipment_id": f"S{n}",
            "status": status,
            "raw": {},
        }
        for n, status in enumerate(statuses)
    ]
    assert StoredFrames(store).dead_shipments().empty

    store.save(tables.shipments, rows)

    assert StoredFrames(store).dead_shipments().to_dict("records") == [
        {"seller_fulfillment_order_id": "ORDER-1", "amazon_shipment_id": "S1"},
        {"seller_fulfillment_order_id": "ORDER-3", "amazon_shipment_id": "S3"},
    ]
