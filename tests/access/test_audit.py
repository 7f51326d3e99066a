"""Records of what was done: in their order, each chained to the one before, none changed unseen."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from mcf.access.actor import MACHINE, PROGRAM, Actor
from mcf.access.audit import KEPT_FOR, Audit, Filter, chained, judged
from mcf.access.roles import ROLES, Role
from mcf.errors import InvalidInput
from mcf.store.database import Store, utc_now
from mcf.store.tables import audit, people, revisions
from tests.conftest import START

_COUNT = 12
_TEXTS = [c.name for c in audit.columns if c.name not in ("number", "at")]


def written(records: Audit, count: int = _COUNT) -> None:
    for number in range(count):
        records.note(MACHINE, "order.submit", f"MCF-{number}", request_id=f"r-{number}")


def test_records_are_numbered_chained_and_whole(store: Store) -> None:
    records = Audit(store)
    records.note(MACHINE, "order.submit", "MCF-1", request_id="r-1")
    records.note(PROGRAM, "order.cancel", "MCF-1", outcome="refused")
    records.note(MACHINE, "rules.change", "SKU-1", before="lead 10", after="lead 12")

    rows = [dict(row._mapping) for row in store.rows(audit)]
    verdict = records.verify()

    assert [row["number"] for row in rows] == [1, 2, 3]
    assert [row["person_id"] for row in rows] == ["machine", "", "machine"]
    assert rows[0]["chain"] == chained("0" * 64, rows[0])
    assert (verdict.records, verdict.faults) == (3, ())
    assert verdict.head == records.head()


def test_several_who_write_at_once_make_one_chain(store: Store) -> None:
    records = Audit(store)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: records.note(MACHINE, "x", str(n)), range(24)))

    assert records.verify().faults == ()
    assert records.head().number == 24


def chain_of(count: int) -> list[dict[str, Any]]:
    """Records as they are in the store."""
    rows: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        row = {name: f"{name} {number}" for name in _TEXTS if name != "chain"}
        row |= {"number": number, "at": START + timedelta(minutes=number)}
        rows.append({**row, "chain": chained(rows[-1]["chain"] if rows else "0" * 64, row)})
    return rows


def changed(data: st.DataObject, rows: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    name = data.draw(st.sampled_from(_TEXTS))
    letter = data.draw(st.integers(0, len(rows[at][name])))
    text = rows[at][name]
    rows[at] = {**rows[at], name: text[:letter] + "~" + text[letter + 1 :]}
    return rows


def moved_in_time(_: st.DataObject, rows: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    rows[at] = {**rows[at], "at": rows[at]["at"] + timedelta(microseconds=1)}
    return rows


def removed(data: st.DataObject, rows: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    return rows[:at] + rows[at + data.draw(st.integers(1, 3)) :]


def removed_and_counted_anew(
    _: st.DataObject, rows: list[dict[str, Any]], at: int
) -> list[dict[str, Any]]:
    return [{**row, "number": place} for place, row in enumerate(rows[:at] + rows[at + 1 :], 1)]


def put_in(data: st.DataObject, rows: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    made = {**rows[at], "number": data.draw(st.integers(-1, 0))}
    return sorted([*rows, made], key=lambda row: row["number"])


def put_between(_: st.DataObject, rows: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    some = [*rows[:at], {**rows[at], "action": "made up"}, *rows[at:]]
    return [{**row, "number": place} for place, row in enumerate(some, 1)]


def swapped(_: st.DataObject, rows: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    one, other = rows[at], rows[at - 1]
    rows[at], rows[at - 1] = {**other, "number": at + 1}, {**one, "number": at}
    return rows


def written_anew(_: st.DataObject, rows: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    """One record with its digest, as somebody does who knows how it's made."""
    row = {**rows[at], "subject": "another"}
    rows[at] = {**row, "chain": chained(rows[at - 1]["chain"] if at else "0" * 64, row)}
    return rows


_TAMPERING = (
    changed, moved_in_time, removed, removed_and_counted_anew, put_in, put_between, swapped,
    written_anew,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(data=st.data(), at=st.integers(0, 8), how=st.sampled_from(_TAMPERING))
def test_any_tampering_before_the_last_record_is_found(
    data: st.DataObject, at: int, how: Callable[..., list[dict[str, Any]]]
) -> None:
    rows = chain_of(_COUNT)
    assert judged(rows, _COUNT).faults == ()

    assert judged(how(data, [*rows], at), _COUNT).faults != ()


def test_a_changed_record_is_named(store: Store) -> None:
    records = Audit(store)
    written(records)
    with store.writing() as connection:
        connection.execute(update(audit).where(audit.c.number == 5).values(subject="MCF-99"))
        connection.execute(delete(audit).where(audit.c.number.in_([8, 9])))

    assert records.verify().faults == (
        "Record 5 isn't what was written, or isn't in its place.",
        "Records 8 to 9 are gone.",
    )


def test_an_end_that_was_cut_is_found_by_the_count_and_by_what_was_noted_elsewhere(
    store: Store,
) -> None:
    records = Audit(store)
    written(records)
    head = str(records.head())
    with store.writing() as connection:
        connection.execute(delete(audit).where(audit.c.number > 9))
    by_count = records.verify().faults
    with store.writing() as connection:
        connection.execute(
            update(revisions).where(revisions.c.table_name == "audit").values(revision=9)
        )

    assert by_count == ("Records 10 to 12 are gone: the end was cut off.",)
    assert records.verify().faults == ()
    assert records.verify(head).faults == by_count


def test_a_chain_that_was_written_anew_is_found_by_what_was_noted_elsewhere(store: Store) -> None:
    records = Audit(store)
    written(records)
    head = str(records.head())
    with store.writing() as connection:
        connection.execute(delete(audit))
        connection.execute(delete(revisions))
    written(records)

    assert records.verify().faults == ()
    assert "written anew" in records.verify(head).faults[0]


@pytest.mark.parametrize("head", ["12", "x:0123456789abcdef", "12:01"])
def test_what_is_no_head_is_refused(store: Store, head: str) -> None:
    with pytest.raises(InvalidInput, match="isn't one"):
        Audit(store).verify(head)


def test_older_records_go_and_the_rest_stays_whole(store: Store) -> None:
    records = Audit(store)
    written(records, 3)
    head = str(records.head())
    gone = records.shorten(utc_now() + KEPT_FOR + timedelta(minutes=1))
    written(records, 2)

    assert (gone, records.shorten(utc_now())) == (3, 0)
    assert records.verify().faults == ()
    assert records.verify(head).faults == ()
    assert records.records()["action"].tolist()[-1] == "audit.shorten"


def test_records_are_filtered_and_say_who_by_e_mail(store: Store) -> None:
    person = Actor("p-1", ROLES[Role.OPERATOR], Role.OPERATOR, origin="10.0.0.1")
    with store.writing() as connection:
        connection.execute(
            people.insert().values(
                person_id="p-1", email="op@shop", invited_at=utc_now(), changed_at=utc_now()
            )
        )
    records = Audit(store)
    records.note(person, "order.cancel", "MCF-1")
    records.note(MACHINE, "order.cancel", "MCF-2")
    records.note(MACHINE, "rules.change", "")

    assert records.records()["who"].tolist() == ["machine", "machine", "op@shop"]
    assert records.records(Filter(who="OP@"))["subject"].tolist() == ["MCF-1"]
    assert records.records(Filter(action="order.cancel", subject="2"))["number"].tolist() == [2]
    assert records.records(Filter(days=1, most=2))["number"].tolist() == [3, 2]
    assert records.records(Filter(subject="%")).empty


def test_what_no_database_could_keep_is_kept_all_the_same(store: Store) -> None:
    records = Audit(store)
    records.note(MACHINE, "x" * 100, "a\x00b\ud800" + "c" * 500, outcome="failed:" + "E" * 90)

    assert records.verify().faults == ()
    assert records.records()["subject"][0].startswith("a?b?c")
