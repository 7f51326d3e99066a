"""The room of access: `Access`, which the service hands out."""

from __future__ import annotations

from collections.abc import Callable

from mcf.access.actor import MACHINE, NOBODY, Actor, acting_now
from mcf.access.audit import Audit
from mcf.access.people import People
from mcf.access.sign_ins import SignIns
from mcf.settings import Settings
from mcf.store.database import Store


class Access:
    """Who acts, what they may do, and the records of what was done."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.needs_sign_in = settings.access.provider is not None
        """Whether people sign in here; if not, who reaches the program acts as this machine."""
        self.audit = Audit(store)
        """Who did what."""
        self.people = People(store, self.audit)
        """Who may sign in, with which role."""
        self.sign_ins = SignIns(settings.access, store, self.audit)
        """Who is signed in."""
        self.who: Callable[[], Actor] = self._unnamed
        """Tells who asks in this thread when nobody was named as acting; pages set it."""

    def actor(self) -> Actor:
        """Who acts now."""
        return acting_now() or self.who()

    def _unnamed(self) -> Actor:
        return NOBODY if self.needs_sign_in else MACHINE
