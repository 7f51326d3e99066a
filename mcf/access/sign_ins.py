"""Sessions of people: begun by a sign-in at the provider, looked up each time, and ended."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from mcf.access import people as members
from mcf.access.actor import NOBODY, Actor
from mcf.access.audit import Audit
from mcf.access.identity import Identity, identity
from mcf.access.roles import ROLES, Permission, Role
from mcf.access_settings import AccessSettings
from mcf.errors import StoreError
from mcf.store.database import Store, utc_now
from mcf.store.tables import grants, people, sign_ins

_SEEN_EVERY = timedelta(minutes=5)
_KEPT_FOR = timedelta(days=60)
"""How long after its end a session is remembered; its cookie is refused by its age then."""
_MANY = 1000
"""Refusals that are remembered, so that each is in the audit once."""


class Refusal(StrEnum):
    """Why somebody isn't let in, in a sentence."""

    NOBODY = "Sign in to go on."
    ENDED = (
        "Your session has ended. Sign in again; what you typed into an order is kept as a draft."
    )
    UNVERIFIED = (
        "Your sign-in tells no e-mail address that is verified. Ask who looks after the sign-in "
        "to have the provider verify it and say so."
    )
    STRANGER = (
        "Nobody with this e-mail address is invited here. Ask an owner of this dashboard to "
        "invite you, or sign in with another account."
    )
    DISABLED = "You may not sign in here any more. Ask an owner of this dashboard."
    NO_ROLE = (
        "You have no role in this account and marketplace. Ask an owner of this dashboard for one."
    )


@dataclass(frozen=True, slots=True)
class _Stand:
    """What is stored of a session and of whose it is."""

    row: Row[Any]
    roles: tuple[Role, ...]


class SignIns:
    """Who is signed in at the dashboards of a store. Every method raises `StoreError`."""

    def __init__(self, settings: AccessSettings, store: Store, audit: Audit) -> None:
        self._settings = settings
        self._store = store
        self._audit = audit
        self._refused: OrderedDict[tuple[str, Refusal], None] = OrderedDict()

    def admit(self, claims: Mapping[str, Any], origin: str) -> Actor | Refusal:
        """Who the claims of a signed cookie let act here, as it's stored now; else why not.

        `origin` is the address that they come from. A session that is new begins.
        """
        provider = self._settings.provider
        if provider is None:
            return Refusal.NOBODY
        told = identity(claims, provider, utc_now())
        if told is None:
            return Refusal.NOBODY
        stand = self._stand(told.session_id) or self._begin(told, origin)
        answer = stand if isinstance(stand, Refusal) else self._actor(told, stand, origin)
        if isinstance(answer, Refusal):
            self._note_refusal(told, answer, origin)
        return answer

    def end(self, claims: Mapping[str, Any], origin: str) -> None:
        """Ends the session of these claims, also for who has a copy of its cookie."""
        provider = self._settings.provider
        told = identity(claims, provider, utc_now()) if provider is not None else None
        stand = self._stand(told.session_id) if told is not None else None
        if stand is None or stand.row.ended_at is not None:
            return
        mine = sign_ins.c.sign_in_id == stand.row.sign_in_id
        with self._store.writing(sign_ins) as connection:
            connection.execute(update(sign_ins).where(mine).values(ended_at=utc_now()))
        who = Actor(stand.row.person_id, frozenset(), origin=origin)
        self._audit.note(who, "sign_out", stand.row.person_id)

    def _stand(self, session_id: str) -> _Stand | None:
        """What is stored of the session, of its person and of their roles here, in one query."""
        scope = self._store.scope
        theirs = (
            (grants.c.person_id == people.c.person_id)
            & grants.c.account.in_((scope["account"], "*"))
            & grants.c.marketplace_id.in_((scope["marketplace_id"], "*"))
        )
        query = (
            select(sign_ins, people.c.email, people.c.disabled_at, people.c.last_seen_at)
            .add_columns(grants.c.role)
            .join(people, people.c.person_id == sign_ins.c.person_id)
            .outerjoin(grants, theirs)
            .where(sign_ins.c.sign_in_id == session_id)
        )
        rows = self._store.read(query)
        if not rows:
            return None
        return _Stand(rows[0], tuple(Role(row.role) for row in rows if row.role is not None))

    def _actor(self, told: Identity, stand: _Stand, origin: str) -> Actor | Refusal:
        row, now = stand.row, utc_now()
        if row.disabled_at is not None:
            return Refusal.DISABLED
        longest = told.began_at + timedelta(hours=self._settings.session_hours)
        if row.ended_at is not None or now >= min(row.ends_at, longest):
            return Refusal.ENDED
        roles = {*stand.roles, *([told.role] if told.role is not None else [])}
        if not roles:
            return Refusal.NO_ROLE
        if row.last_seen_at is None or now - row.last_seen_at > _SEEN_EVERY:
            self._seen(row.person_id, now)
        may: frozenset[Permission] = frozenset().union(*(ROLES[role] for role in roles))
        role = max(roles, key=lambda it: len(ROLES[it]))
        return Actor(row.person_id, may, role, row.email, origin)

    def _begin(self, told: Identity, origin: str) -> _Stand | Refusal:
        """The session that begins now, or why none may; a person is recognised by the subject."""
        ends = told.began_at + timedelta(hours=self._settings.session_hours)
        if utc_now() >= ends:
            return Refusal.ENDED
        try:
            is_new = self._open(told, ends, origin)
        except StoreError:
            # Two tabs of somebody who is here for the first time: the other one was quicker.
            if self._stand(told.session_id) is None:
                raise
            is_new = False
        if isinstance(is_new, Refusal):
            return is_new
        stand = self._stand(told.session_id)
        if stand is None:
            return Refusal.STRANGER
        if is_new and stand.row.disabled_at is None:
            who = Actor(stand.row.person_id, frozenset(), origin=origin)
            self._audit.note(who, "sign_in", stand.row.person_id)
        return stand

    def _open(self, told: Identity, ends: datetime, origin: str) -> bool | Refusal:
        """Whether the session is new and now stored; or why it may not begin."""
        row = {"sign_in_id": told.session_id, "began_at": told.began_at, "ends_at": ends}
        with self._store.writing(people, sign_ins) as connection:
            person_id = self._person(connection, told)
            if isinstance(person_id, Refusal):
                return person_id
            old = sign_ins.c.ends_at < utc_now() - _KEPT_FOR
            connection.execute(delete(sign_ins).where(old))
            query = self._store.insert(sign_ins).on_conflict_do_nothing()
            query = query.values(**row, person_id=person_id, origin=origin[:64])
            added = connection.execute(query.returning(sign_ins.c.sign_in_id)).first()
        return added is not None

    def _person(self, connection: Connection, told: Identity) -> str | Refusal:
        """Who signs in: known by their subject, invited by e-mail, or let in by a group."""
        same = (people.c.issuer == told.issuer) & (people.c.subject == told.subject)
        known_as = connection.execute(select(people.c.person_id).where(same)).scalar()
        if known_as is not None:
            return str(known_as)
        if not told.email:
            return Refusal.UNVERIFIED
        if told.email == self._settings.owner_email:
            members.make_first_owner(connection, told.email)
        invited = connection.execute(select(people).where(people.c.email == told.email)).first()
        if invited is None:
            if told.role is None:
                return Refusal.STRANGER
            return members.add(connection, told.email, issuer=told.issuer, subject=told.subject)
        if invited.subject is not None and invited.issuer == told.issuer:
            # The address has passed on to somebody else; it isn't theirs that was invited.
            return Refusal.STRANGER
        mine = people.c.person_id == invited.person_id
        names = update(people).values(issuer=told.issuer, subject=told.subject)
        connection.execute(names.where(mine))
        return str(invited.person_id)

    def _seen(self, person_id: str, now: datetime) -> None:
        with self._store.writing() as connection:
            mine = people.c.person_id == person_id
            connection.execute(update(people).where(mine).values(last_seen_at=now))

    def _note_refusal(self, told: Identity, why: Refusal, origin: str) -> None:
        """Puts a refusal into the audit, each once."""
        key = (told.session_id, why)
        if key in self._refused:
            return
        self._refused[key] = None
        if len(self._refused) > _MANY:
            self._refused.popitem(last=False)
        who = Actor(NOBODY.person_id, frozenset(), origin=origin)
        self._audit.note(who, "sign_in.refused", why.name.lower(), outcome="refused")
