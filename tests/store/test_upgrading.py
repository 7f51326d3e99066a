"""A store from before buyers' data was sealed: nothing of it stays in clear."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from mcf.store import tables
from mcf.store.database import Store
from tests.databases import US, engine_of, old_store

NAME = "Ada Nobody"


def old_with_names(path: Path) -> None:
    """A store of schema 6 with a name wherever one is, its journal and an older copy beside it."""
    url = f"sqlite:///{path}"
    old_store(url, 6)
    raw = (
        '{"sellerFulfillmentOrderId": "x", "marketplaceId": "' + US + '", "name": "' + NAME + '", '
        '"customerTrackingLink": "https://www.example.com/t"}'
    )
    with engine_of(url) as engine, engine.begin() as connection:
        for table in ("orders", "order_items", "packages", "tracking", "returns"):
            connection.execute(text(f"UPDATE {table} SET raw = :raw"), {"raw": raw})  # noqa: S608
        connection.execute(text("UPDATE orders SET recipient = :name"), {"name": NAME})
        connection.execute(text("UPDATE submissions SET request = :raw"), {"raw": raw})
        connection.execute(text("UPDATE kept SET content = :raw"), {"raw": raw})
        connection.execute(text("UPDATE happenings SET told = :name"), {"name": NAME})
    for name in ("schema-5", "damaged-20260101T000000000000Z"):
        path.with_name(f"{path.name}.{name}").write_bytes(path.read_bytes())


def test_nothing_is_in_clear_after_an_upgrade_and_all_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    old_with_names(path)
    with Store(f"sqlite:///{path}", account="test", marketplace_id=US, mode="demo") as store:
        (order,), (parcel,) = store.rows(tables.orders), store.rows(tables.tracking)
        assert (order.recipient, order.raw["name"], order.told_marketplace) == (NAME, NAME, US)
        assert parcel.tracking_link == "https://www.example.com/t"
        assert order.fingerprint == store.marked("x")
        beside = {it.name: it.read_bytes() for it in tmp_path.iterdir()}
    assert [name for name, content in beside.items() if NAME.encode() in content] == []
    assert {name for name in beside if name.endswith(".sealed")} == {
        "store.sqlite3.schema-5.sealed",
        "store.sqlite3.schema-6.sealed",
        "store.sqlite3.damaged-20260101T000000000000Z.sealed",
    }
