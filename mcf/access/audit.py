"""Who did what: records without names, each chained to the one before it by a digest."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, delete, select

from mcf.access.actor import MACHINE_ID, PROGRAM, Actor
from mcf.errors import InvalidInput
from mcf.store.database import Store, utc_now
from mcf.store.tables import audit, people, revisions

KEPT_FOR = timedelta(days=396)
"""How long a record stays: 13 months."""
SHORTENED = "audit.shorten"
"""What is noted when older records go: it keeps the digest that the rest is chained to."""
COLUMNS = (
    "number", "at", "who", "origin", "action", "account", "subject", "outcome", "before", "after",
    "request_id",
)  # fmt: skip
"""What is shown and exported of a record."""
_AT_FIRST = "0" * 64
"""What the first record is chained to."""
_SIGNED = tuple(column.name for column in audit.columns if column.name != "chain")
_LONGEST = {"action": 60, "subject": 400, "origin": 64, "outcome": 60, "request_id": 120}
_LONGEST_TEXT = 2000
_WHOLE = {"account": "*", "marketplace_id": "*"}
"""The audit is one for all accounts, and so is what its writers wait at."""
_COUNTER = (
    *(revisions.c[name] == value for name, value in _WHOLE.items()),
    revisions.c.table_name == audit.name,
)
"""Where it's counted how many records were ever written."""
_READ_AT_ONCE = 5000
_SHORTEST_HEAD = 8
_WHO = {PROGRAM.person_id: "the program", MACHINE_ID: "machine"}


@dataclass(frozen=True, slots=True)
class Filter:
    """Of which records one wants to know; what is empty is of all."""

    who: str = ""
    action: str = ""
    subject: str = ""
    days: int | None = None
    most: int = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """The newest record: its number and its digest; 0 where there's none."""

    number: int
    chain: str

    def __str__(self) -> str:
        return f"{self.number}:{self.chain[:16]}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the records are those that were written; `faults` say where they aren't."""

    records: int
    head: Head
    faults: tuple[str, ...]


_ALL = Filter()


class Audit:
    """The records of all accounts in a store, which are added to and never changed.

    Every method raises `StoreError`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(
        self,
        actor: Actor,
        action: str,
        subject: str = "",
        *,
        outcome: str = "done",
        before: str = "",
        after: str = "",
        request_id: str = "",
    ) -> None:
        """Adds a record; `before` and `after` say what changed, without any buyer's data."""
        with self._store.writing() as connection:
            self._add(
                connection,
                {
                    "at": utc_now(),
                    "person_id": actor.person_id,
                    "origin": actor.origin,
                    "action": action,
                    "subject": subject,
                    "outcome": outcome,
                    "before": before,
                    "after": after,
                    "request_id": request_id,
                    **self._store.scope,
                },
            )

    def head(self) -> Head:
        """The newest record, to be noted elsewhere: then a cut end is found too."""
        newest = select(audit.c.number, audit.c.chain).order_by(audit.c.number.desc()).limit(1)
        rows = self._store.read(newest)
        return Head(rows[0].number, rows[0].chain) if rows else Head(0, _AT_FIRST)

    def records(self, wanted: Filter = _ALL) -> pd.DataFrame:
        """This account's records, newest first: columns COLUMNS; `who` is an e-mail or a word."""
        query = (
            select(audit)
            .where(*self._store.mine(audit), *_conditions(wanted))
            .order_by(audit.c.number.desc())
        )
        names = self._names()
        rows = [
            {**row._mapping, "who": names.get(row.person_id, row.person_id)}
            for row in self._store.read(query if wanted.who else query.limit(wanted.most))
        ]
        mine = [row for row in rows if wanted.who.lower() in row["who"].lower()]
        frame = pd.DataFrame(mine[: wanted.most], columns=list(COLUMNS))
        return frame.astype({"at": "datetime64[us, UTC]"})

    def export(self, wanted: Filter = _ALL) -> pd.DataFrame:
        """The same to be written into a file, which is in the audit itself."""
        return self.records(wanted)

    def verify(self, head: str = "") -> Verdict:
        """Whether a record was changed, removed, put in or moved.

        A cut end can't be told from an end: `head` is what was noted elsewhere of the newest
        record once, such as in a digest of alerts. Raises `InvalidInput` when it's none.
        """
        noted = _noted_head(head)
        written, anchors = self._counted(), self._anchors()
        return judged(self._all(), written, anchors, noted)

    def shorten(self, now: datetime) -> int:
        """How many records older than KEPT_FOR were removed; the chain of the rest stays whole."""
        query = select(audit.c.number, audit.c.chain).where(audit.c.at < now - KEPT_FOR)
        old = self._store.read(query.order_by(audit.c.number.desc()).limit(1))
        if not old:
            return 0
        last = old[0]
        with self._store.writing() as connection:
            gone = connection.execute(delete(audit).where(audit.c.number <= last.number)).rowcount
            self._add(
                connection,
                {
                    "at": now,
                    "person_id": PROGRAM.person_id,
                    "origin": PROGRAM.origin,
                    "action": SHORTENED,
                    "subject": str(last.number),
                    "outcome": "done",
                    "before": "",
                    "after": last.chain,
                    "request_id": "",
                    **self._store.scope,
                },
                Head(last.number, last.chain),
            )
        return int(gone)

    def _add(
        self, connection: Connection, record: Mapping[str, Any], first: Head | None = None
    ) -> None:
        """Adds a record after the newest one, which `first` is where there's none any more."""
        counted = self._wait(connection)
        newest = select(audit.c.number, audit.c.chain).order_by(audit.c.number.desc()).limit(1)
        last = connection.execute(newest).first()
        empty = first or Head(0, _AT_FIRST)
        before = empty if last is None else Head(last.number, last.chain)
        number = max(counted, before.number + 1)
        row = {"number": number, **_fitting(record)}
        connection.execute(audit.insert().values(**row, chain=chained(before.chain, row)))
        if number != counted:
            connection.execute(revisions.update().where(*_COUNTER).values(revision=number))

    def _wait(self, connection: Connection) -> int:
        """The number of the next record, when nobody else writes one any more."""
        first = {**_WHOLE, "table_name": audit.name, "revision": 1, "deleted": 0}
        query = self._store.insert(revisions).values(**first)
        query = query.on_conflict_do_update(
            index_elements=["account", "marketplace_id", "table_name"],
            set_={"revision": revisions.c.revision + 1},
        )
        told = query.returning(revisions.c.revision)
        return int(connection.execute(told).scalar_one())

    def _counted(self) -> int:
        """How many records were ever written."""
        rows = self._store.read(select(revisions.c.revision).where(*_COUNTER))
        return int(rows[0].revision) if rows else 0

    def _anchors(self) -> dict[int, str]:
        """The digest of the last record that went, each time that older ones went."""
        query = select(audit.c.subject, audit.c.after).where(audit.c.action == SHORTENED)
        return {
            int(row.subject): row.after for row in self._store.read(query) if row.subject.isdigit()
        }

    def _all(self) -> Iterator[dict[str, Any]]:
        query = select(audit).order_by(audit.c.number).limit(_READ_AT_ONCE)
        rows = self._store.read(query)
        while rows:
            yield from (dict(row._mapping) for row in rows)
            rows = self._store.read(query.where(audit.c.number > rows[-1].number))

    def _names(self) -> dict[str, str]:
        rows = self._store.read(select(people.c.person_id, people.c.email))
        return {**_WHO, **{row.person_id: row.email for row in rows}}


def chained(before: str, record: Mapping[str, Any]) -> str:
    """The digest of a record and of the one before it."""
    values = {name: _text(record[name]) for name in _SIGNED}
    text = json.dumps([before, values], ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()


def judged(
    rows: Iterable[Mapping[str, Any]],
    written: int,
    anchors: Mapping[int, str] = MappingProxyType({}),
    noted: Head | None = None,
) -> Verdict:
    """What is to be said of these records, of which so many were `written`.

    `anchors` are the digests of the last records that went, `noted` the head that was noted
    elsewhere, as far as its digest was noted.
    """
    last, faults, count, there = Head(0, _AT_FIRST), list[str](), 0, ""
    number, begins = (noted.number, noted.chain) if noted else (0, "")
    for row in rows:
        count += 1
        faults += _faults(last, row, anchors)
        last = Head(row["number"], row["chain"])
        there = last.chain if last.number == number else there
    if max(written, number) > last.number:
        gone = _several(last.number + 1, max(written, number))
        faults.append(f"{gone}: the end was cut off.")
    elif noted and not there.startswith(begins) and not _went(number, anchors):
        faults.append(
            f"Record {number} isn't the one that was noted elsewhere: the chain was written anew."
        )
    return Verdict(count, last, tuple(faults))


def _conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.action:
        yield audit.c.action == wanted.action
    if wanted.subject:
        yield audit.c.subject.contains(wanted.subject, autoescape=True)
    if wanted.days is not None:
        yield audit.c.at >= utc_now() - timedelta(days=wanted.days)


def _faults(last: Head, row: Mapping[str, Any], anchors: Mapping[int, str]) -> Iterator[str]:
    number, before = row["number"], last.chain
    if number < 1:
        yield f"Record {number} was put in."
        return
    if number != last.number + 1:
        if last.number > 0 or number - 1 not in anchors:
            yield f"{_several(last.number + 1, number - 1)}."
            return
        before = anchors[number - 1]
    if chained(before, row) != row["chain"]:
        yield f"Record {number} isn't what was written, or isn't in its place."


def _several(first: int, last: int) -> str:
    return f"Record {first} is gone" if first == last else f"Records {first} to {last} are gone"


def _went(number: int, anchors: Mapping[int, str]) -> bool:
    """Whether so old a record went because it was no longer kept."""
    return bool(anchors) and number <= max(anchors)


def _noted_head(head: str) -> Head | None:
    if not head:
        return None
    number, colon, begins = head.strip().partition(":")
    if not colon or not number.isdigit() or len(begins) < _SHORTEST_HEAD:
        raise InvalidInput(
            {"head": "isn't one"}, advice="Give it as in the digest: 1234:0123456789abcdef."
        )
    return Head(int(number), begins.lower())


def _fitting(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record as every database can keep it: not too long, without signs that steer."""
    return {
        name: _clean(value)[: _LONGEST.get(name, _LONGEST_TEXT)]
        if isinstance(value, str)
        else value
        for name, value in record.items()
    }


def _clean(text: str) -> str:
    return "".join("?" if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in text)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
