"""The tables' own types: JSON, and times in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mcf.errors import StoreError
from mcf.store import tables
from mcf.store.database import Store
from tests.store.samples import NOON, head


def test_records_are_plain_dicts_with_json_and_times_in_utc(store: Store) -> None:
    elsewhere = timezone(timedelta(hours=-5))
    store.save(
        tables.orders, [head("1", received_date=NOON.astimezone(elsewhere), detailed_at=None)]
    )
    (record,) = store.records(tables.orders)
    assert record["raw"] == {}
    assert record["received_date"] == NOON
    assert record["received_date"].tzinfo is UTC
    assert record["detailed_at"] is None


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="times with a zone"):
        store.save(tables.orders, [head("1", received_date=datetime(2026, 3, 2))])  # noqa: DTZ001
    assert store.rows(tables.orders) == []
