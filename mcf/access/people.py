"""The people who may sign in: invited by e-mail, with a role, disabled; changes end sessions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from mcf.access.actor import Actor
from mcf.access.audit import Audit
from mcf.access.roles import ROLES, Permission, Role, may_give, who_may
from mcf.errors import InvalidInput, NotAllowed
from mcf.store.database import Store, utc_now
from mcf.store.tables import grants, people, sign_ins

EVERYWHERE = ("*", "*")
"""The scope of a role in all accounts and marketplaces."""
_MAILBOX = re.compile(r"[^\s@,<>\"']{1,64}@[A-Za-z0-9.-]{1,255}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in, or may no more."""

    person_id: str
    email: str = field(repr=False)
    roles: Mapping[tuple[str, str], Role]
    """By account and marketplace, "*" for all; empty for who has one by a group only."""
    has_signed_in: bool
    invited_at: datetime
    last_seen_at: datetime | None
    disabled_at: datetime | None
    sessions: int
    """Sessions that haven't ended."""

    @property
    def is_owner(self) -> bool:
        """Whether they're one now; somebody disabled isn't."""
        return self.roles.get(EVERYWHERE) is Role.OWNER and self.disabled_at is None


class People:
    """Who may sign in at the dashboards of a store. Every method raises `StoreError`."""

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store = store
        self._audit = audit

    def everybody(self) -> list[Person]:
        """All, by e-mail address."""
        return _read(self._store.read)

    def role_here(self, person: Person) -> Role | None:
        """The role that somebody has in this account and marketplace; None if they have none."""
        here = {name: (value, "*") for name, value in self._store.scope.items()}
        mine = [
            role
            for (account, marketplace), role in person.roles.items()
            if account in here["account"] and marketplace in here["marketplace_id"]
        ]
        return max(mine, key=lambda role: len(ROLES[role]), default=None)

    def invite(self, giver: Actor, email: str, role: Role, *, here: bool = False) -> Person:
        """Lets somebody in as this; `here`: in this account and marketplace only.

        Raises `InvalidInput` for no e-mail address or one that's there, and `NotAllowed`.
        """
        address = _address(email)
        scope = self._scope(role, here=here)
        with (
            self._noting_refusals(giver, "people.invite"),
            self._store.writing(people, grants) as connection,
        ):
            _require(giver, role)
            if _find(_locked(connection), address) is not None:
                raise InvalidInput(
                    {"email": "is invited already."}, advice="Change their role instead."
                )
            person_id = add(connection, address, giver)
            _grant(connection, person_id, scope, role)
            made = _one(connection, person_id)
        self._note(giver, "people.invite", made, after=_told({scope: role}))
        return made

    def give(self, giver: Actor, who: str, role: Role, *, here: bool = False) -> Person:
        """Gives somebody a role instead of the one they had in that scope; ends their sessions.

        `who` is an e-mail address or an id. Raises `InvalidInput` for nobody's, and `NotAllowed`.
        """
        scope = self._scope(role, here=here)
        with (
            self._noting_refusals(giver, "people.role"),
            self._store.writing(people, grants, sign_ins) as connection,
        ):
            _require(giver, role)
            before, everybody = _changeable(connection, giver, who)
            if before.roles == {scope: role}:
                return before
            if role is not Role.OWNER:
                _require_another_owner(before, everybody)
            # A role everywhere takes the place of all that somebody had.
            old = grants.c.person_id == before.person_id
            if scope != EVERYWHERE and EVERYWHERE not in before.roles:
                old &= (grants.c.account == scope[0]) & (grants.c.marketplace_id == scope[1])
            connection.execute(delete(grants).where(old))
            _grant(connection, before.person_id, scope, role)
            _changed(connection, before.person_id)
            after = _one(connection, before.person_id)
        told = {"before": _told(before.roles), "after": _told(after.roles)}
        self._note(giver, "people.role", after, **told)
        return after

    def disable(self, giver: Actor, who: str) -> Person:
        """Lets somebody in no more; they're out at their next click. Raises as `give`."""
        with (
            self._noting_refusals(giver, "people.disable"),
            self._store.writing(people, sign_ins) as connection,
        ):
            before, everybody = _changeable(connection, giver, who)
            _require_another_owner(before, everybody)
            if before.disabled_at is not None:
                return before
            _changed(connection, before.person_id, disabled_at=utc_now())
            after = _one(connection, before.person_id)
        self._note(giver, "people.disable", after)
        return after

    def enable(self, giver: Actor, who: str) -> Person:
        """Lets somebody in again, with the role that they had. Raises as `give`."""
        with (
            self._noting_refusals(giver, "people.enable"),
            self._store.writing(people, sign_ins) as connection,
        ):
            before, _ = _changeable(connection, giver, who)
            if before.disabled_at is None:
                return before
            _changed(connection, before.person_id, disabled_at=None)
            after = _one(connection, before.person_id)
        self._note(giver, "people.enable", after)
        return after

    def _scope(self, role: Role, *, here: bool) -> tuple[str, str]:
        if here and role is Role.OWNER:
            raise InvalidInput(
                {"scope": "an owner is one everywhere."},
                advice="Make them an owner everywhere, or a manager here.",
            )
        mine = self._store.scope
        return (mine["account"], mine["marketplace_id"]) if here else EVERYWHERE

    @contextmanager
    def _noting_refusals(self, giver: Actor, action: str) -> Iterator[None]:
        try:
            yield
        except NotAllowed:
            self._audit.note(giver, action, outcome="refused")
            raise

    def _note(self, giver: Actor, action: str, person: Person, **told: str) -> None:
        self._audit.note(giver, action, person.person_id, **told)


def add(
    connection: Connection,
    email: str,
    giver: Actor | None = None,
    *,
    issuer: str | None = None,
    subject: str | None = None,
) -> str:
    """The id of somebody who is new here."""
    now, person_id = utc_now(), uuid4().hex
    by = giver.person_id if giver is not None else None
    row = {"person_id": person_id, "email": email, "invited_at": now, "changed_at": now}
    values = insert(people).values(**row, invited_by=by, issuer=issuer, subject=subject)
    connection.execute(values)
    return person_id


def make_first_owner(connection: Connection, email: str) -> None:
    """Makes who has this e-mail address the owner, if there is and was none."""
    everybody = _locked(connection)
    if any(Role.OWNER in it.roles.values() for it in everybody):
        return
    person = _find(everybody, email)
    person_id = person.person_id if person is not None else add(connection, email)
    connection.execute(delete(grants).where(grants.c.person_id == person_id))
    _grant(connection, person_id, EVERYWHERE, Role.OWNER)


def _changeable(connection: Connection, giver: Actor, who: str) -> tuple[Person, list[Person]]:
    """Somebody whose rights the giver has too, and all; none of them changes meanwhile."""
    _require(giver, None)
    everybody = _locked(connection)
    person = _find(everybody, who)
    if person is None:
        raise InvalidInput(
            {"person": "nobody here has this e-mail address."},
            advice="Look at the list of people, or invite them.",
        )
    for role in person.roles.values():
        _require(giver, role)
    return person, everybody


def _require(giver: Actor, role: Role | None) -> None:
    """Raises `NotAllowed` for who may not change people, or people with this role."""
    if role is None and giver.may(Permission.PEOPLE):
        return
    if role is not None and may_give(giver.permissions, role):
        return
    needed = Permission.OWN if giver.may(Permission.PEOPLE) else Permission.PEOPLE
    able = " or ".join(f"a{'n' if it is Role.OWNER else ''} {it}" for it in who_may(needed))
    raise NotAllowed(
        f"Only {able} may do that: nobody gives or takes rights that they don't have.",
        advice=f"Ask {able}.",
    )


def _require_another_owner(person: Person, everybody: Sequence[Person]) -> None:
    """Raises `NotAllowed` if nobody else would be an owner who has come at least as far."""
    others = [it for it in everybody if it.is_owner and it.person_id != person.person_id]
    if person.has_signed_in:
        others = [it for it in others if it.has_signed_in]
    if person.is_owner and not others:
        raise NotAllowed(
            "This is the last owner: somebody must be able to let others in.",
            advice="Make somebody else an owner first; they must have signed in once.",
        )


def _address(text: str) -> str:
    if not _MAILBOX.fullmatch(text.strip()):
        raise InvalidInput(
            {"email": "is not one e-mail address."},
            advice="Give the address with which they sign in, like name@example.com.",
        )
    return text.strip().lower()


def _grant(connection: Connection, person_id: str, scope: tuple[str, str], role: Role) -> None:
    account, marketplace_id = scope
    row = {"account": account, "marketplace_id": marketplace_id, "role": role.value}
    connection.execute(insert(grants).values(person_id=person_id, **row))


def _changed(connection: Connection, person_id: str, **values: Any) -> None:
    """Notes a change of rights, which ends sessions."""
    now = utc_now()
    theirs = people.c.person_id == person_id
    connection.execute(update(people).where(theirs).values(changed_at=now, **values))
    running = (sign_ins.c.person_id == person_id) & sign_ins.c.ended_at.is_(None)
    connection.execute(update(sign_ins).where(running).values(ended_at=now))


def _locked(connection: Connection) -> list[Person]:
    """All, of whom none changes until the transaction ends."""
    # SQLite waits for others before the first change, PostgreSQL where rows are locked.
    connection.execute(update(people).where(people.c.person_id.is_(None)).values(email=""))
    connection.execute(select(people.c.person_id).with_for_update())
    return _read(lambda query: connection.execute(query).all())


def _read(find: Callable[[Select[Any]], Sequence[Row[Any]]]) -> list[Person]:
    roles: dict[str, dict[tuple[str, str], Role]] = {}
    for row in find(select(grants)):
        theirs = roles.setdefault(row.person_id, {})
        theirs[row.account, row.marketplace_id] = Role(row.role)
    running = sign_ins.c.ended_at.is_(None) & (sign_ins.c.ends_at > utc_now())
    count = select(sign_ins.c.person_id, func.count()).where(running)
    counted = find(count.group_by(sign_ins.c.person_id))
    sessions = {row[0]: row[1] for row in (tuple(it) for it in counted)}
    rows = find(select(people).order_by(people.c.email))
    return [_person(row, roles, sessions) for row in rows]


def _person(
    row: Row[Any], roles: Mapping[str, Mapping[tuple[str, str], Role]], sessions: Mapping[str, int]
) -> Person:
    return Person(
        row.person_id,
        row.email,
        roles.get(row.person_id, {}),
        row.subject is not None,
        row.invited_at,
        row.last_seen_at,
        row.disabled_at,
        sessions.get(row.person_id, 0),
    )


def _find(everybody: Sequence[Person], who: str) -> Person | None:
    name = who.strip().lower()
    return next((it for it in everybody if name in (it.email, it.person_id)), None)


def _one(connection: Connection, person_id: str) -> Person:
    everybody = _read(lambda query: connection.execute(query).all())
    return next(it for it in everybody if it.person_id == person_id)


def _told(roles: Mapping[tuple[str, str], Role]) -> str:
    """Roles for the audit, which names accounts but no people."""
    return ", ".join(f"{role} in {'/'.join(scope)}" for scope, role in sorted(roles.items()))
