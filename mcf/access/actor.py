"""Who acts now: a person who signed in, who needn't sign in on this machine, or the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from mcf.access.roles import ROLES, Permission, Role

PROGRAM_ID = ""
MACHINE_ID = "machine"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with what they may do; `origin` is the address that they come from.

    `person_id` is a person's in the store, `MACHINE_ID` or `PROGRAM_ID`.
    """

    person_id: str
    permissions: frozenset[Permission]
    role: Role | None = None
    email: str = field(default="", repr=False)
    origin: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether that is allowed."""
        return permission in self.permissions

    @property
    def owned_by(self) -> str | None:
        """Under whose id drafts and views are kept: None where nobody signs in."""
        return None if self.person_id in (PROGRAM_ID, MACHINE_ID) else self.person_id


PROGRAM = Actor(PROGRAM_ID, frozenset(Permission))
"""What the program does by itself, in the background."""
MACHINE = Actor(MACHINE_ID, ROLES[Role.OWNER], Role.OWNER, origin="this machine")
"""Whoever uses the dashboard without sign-in, or the command line: they hold the data itself."""
NOBODY = Actor("nobody", frozenset())
"""Somebody of whom nothing is known; may do nothing."""

_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


def acting_now() -> Actor | None:
    """Who was named as acting in this thread or task; None if nobody was."""
    return _acting.get()


def whose() -> str | None:
    """Under whose id what is kept now belongs; None for all, and where nobody signs in."""
    actor = acting_now()
    return actor.owned_by if actor is not None else None


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Has everything inside be done by the actor."""
    token = _acting.set(actor)
    try:
        yield actor
    finally:
        _acting.reset(token)
