"""Records of what was done: in their order, each chained to the one before."""

from __future__ import annotations

from itertools import pairwise

from mcf.access.actor import MACHINE, PROGRAM
from mcf.access.audit import Audit, chained
from mcf.store.database import Store
from mcf.store.tables import audit


def test_records_are_numbered_and_chained(store: Store) -> None:
    records = Audit(store)
    records.note(MACHINE, "order.submit", "MCF-1", request_id="r-1")
    records.note(PROGRAM, "order.cancel", "MCF-1", outcome="refused")
    records.note(MACHINE, "rules.save", "SKU-1", before="lead 10", after="lead 12")

    rows = [dict(row._mapping) for row in store.rows(audit)]

    assert [row["number"] for row in rows] == [1, 2, 3]
    assert [row["action"] for row in rows] == ["order.submit", "order.cancel", "rules.save"]
    assert [row["person_id"] for row in rows] == ["machine", "", "machine"]
    assert all(
        later["chain"] == chained(earlier["chain"], later) for earlier, later in pairwise(rows)
    )
    assert rows[0]["chain"] == chained("0" * 64, rows[0])
