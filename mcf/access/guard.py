"""The doors of the rooms: who asks has the right, or is refused; what is written is in the audit.

Only what the service hands out is guarded. Rooms among themselves and what works in the background
use each other directly.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from mcf.access.actor import Actor, acting
from mcf.access.changes import Changed, noting
from mcf.access.rights import ROOMS, Right, right_of
from mcf.access.roles import Permission, who_may
from mcf.errors import NotAllowed, StoreError

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
_NAMES = ("seller_fulfillment_order_id", "request", "value")
"""Where what was given says which order it's about, or what kind it is."""
_REFUSED_AGAIN = 60.0
"""Seconds in which the same refusal of the same person is noted once."""


class Notes(Protocol):
    """What the audit is told; see `Audit.note`."""

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
        """Adds a record; raises `StoreError`."""


class Guard:
    """Asks who acts before each call, and tells the audit what became of it.

    A write at Amazon is in the audit before it's done, so that none is made that can't be noted;
    any other write is noted when it's over.
    """

    def __init__(self, actor: Callable[[], Actor], audit: Notes) -> None:
        self._actor = actor
        self._audit = audit
        self._refused: dict[tuple[str, str, str], float] = {}

    def room(self, room: T) -> T:
        """The room as it's handed out: the same, with each call guarded."""
        return cast(T, _Door(self, room))

    def call(
        self,
        name: tuple[str, str],
        method: Callable[..., R],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> R:
        """What the method of a class gives, if who acts may call it.

        Raises `NotAllowed`, which says who may, and what the method raises.
        """
        right = right_of(*name)
        if right is not None and right.needs is None:
            return method(*args, **(kwargs or {}))
        actor = self._actor()
        right = self._required(actor, name, right, args)
        with acting(actor):
            if right.action:
                given = self._noted(actor, right, method, args, kwargs or {})
            else:
                given = method(*args, **(kwargs or {}))
        if right.mask is not None and not actor.may(Permission.SEE_PERSONAL):
            return cast(R, right.mask(given))
        return given

    def _required(
        self, actor: Actor, name: tuple[str, str], right: Right | None, args: Sequence[Any]
    ) -> Right:
        """The right that the actor has; raises `NotAllowed` and notes that it was refused."""
        needed = _needed(right, args)
        if right is not None and needed is not None and actor.may(needed):
            return right
        action = (right.action if right else "") or ".".join(name)
        self._note_refused(actor, action, _subject(right, args))
        raise refusal(needed)

    def _note_refused(self, actor: Actor, action: str, subject: str) -> None:
        key, now = (actor.person_id, action, subject), time.monotonic()
        if now - self._refused.get(key, -_REFUSED_AGAIN) < _REFUSED_AGAIN:
            return
        self._refused = {k: at for k, at in self._refused.items() if now - at < _REFUSED_AGAIN}
        self._refused[key] = now
        # It's refused all the same where it can't be noted.
        with suppress(StoreError):
            self._audit.note(actor, action, subject, outcome="refused")

    def _noted(
        self,
        actor: Actor,
        right: Right,
        method: Callable[..., R],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> R:
        subject = _subject(right, args)
        if right.at_amazon:
            self._audit.note(actor, right.action, subject, outcome="begun")
        with noting() as noted:
            try:
                given = method(*args, **kwargs)
            except Exception as error:
                self._failed(actor, right, subject, noted, error)
                raise
        _read_off(noted, given)
        self._audit.note(
            actor,
            right.action,
            noted.subject or subject,
            before=noted.before,
            after=noted.after,
            request_id=noted.request_id,
        )
        return given

    def _failed(
        self, actor: Actor, right: Right, subject: str, noted: Changed, error: Exception
    ) -> None:
        request_id = getattr(error, "request_id", None) or noted.request_id
        refused = isinstance(error, NotAllowed)
        # What went wrong is what is told, also where it can't be noted.
        with suppress(StoreError):
            self._audit.note(
                actor,
                right.action,
                noted.subject or subject,
                outcome="refused" if refused else f"failed:{type(error).__name__}",
                before=noted.before,
                request_id=request_id,
            )


class _Door:
    """A room whose public methods are called through the guard; everything else is the room's."""

    __slots__ = ("_calls", "_guard", "_room")

    def __init__(self, guard: Guard, room: object) -> None:
        object.__setattr__(self, "_guard", guard)
        object.__setattr__(self, "_room", room)
        object.__setattr__(self, "_calls", {})

    def __getattribute__(self, name: str) -> Any:
        own = object.__getattribute__
        room = own(self, "_room")
        if name.startswith("_"):
            return room.__class__ if name == "__class__" else getattr(room, name)
        calls = own(self, "_calls")
        if name not in calls:
            calls[name] = _opened(own(self, "_guard"), room, name)
        return calls[name]()

    def __setattr__(self, name: str, value: object) -> None:
        room = object.__getattribute__(self, "_room")
        if getattr(value, "__is_guarded__", False):
            # A test puts back what it had got from here: that's the room's own.
            vars(room).pop(name, None)
            return
        setattr(room, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(object.__getattribute__(self, "_room"), name)


def _opened(guard: Guard, room: object, name: str) -> Callable[[], Any]:
    """What gives the attribute of a room each time that it's asked for."""
    kind = type(room).__name__
    if name in ROOMS.get(kind, ()):
        inner = guard.room(getattr(room, name))
        return lambda: inner
    if not callable(getattr(type(room), name, None)):
        return lambda: guard.call((kind, name), lambda: getattr(room, name))

    return functools.partial(_method, guard, room, name, {})


def _method(guard: Guard, room: object, name: str, made: dict[str, Any]) -> Any:
    """The method as it's called through the guard; the same one as long as the room's is."""
    own = getattr(room, name)
    if made.get("of") != own:
        kind = type(room).__name__

        def method(*args: Any, **kwargs: Any) -> Any:
            return guard.call((kind, name), own, args, kwargs)

        functools.update_wrapper(method, getattr(type(room), name))
        setattr(method, "__is_guarded__", True)  # noqa: B010
        made.update(of=own, method=method)
    return made["method"]


class _Guarded(Protocol):
    guard: Guard


S = TypeVar("S", bound=_Guarded)


def guarded(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """A method of the service itself, called through its guard."""

    @functools.wraps(method)
    def called(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        bound = functools.partial(method, self)
        return self.guard.call((type(self).__name__, method.__name__), bound, args, kwargs)

    return called


def refusal(needed: Permission | None) -> NotAllowed:
    """The error of somebody who lacks the permission, which says who has it; None: nobody has."""
    if needed is None:
        return NotAllowed("Nobody may do this from here.", advice="Report it: it's a mistake.")
    return NotAllowed(f"You may not {doing(needed)}.", advice=f"{who_can(needed)}.")


def doing(needed: Permission) -> str:
    """A permission as something that one does."""
    return _DOING[needed]


def who_can(needed: Permission) -> str:
    """Whom to ask, as a sentence without its dot."""
    names = [role.value for role in who_may(needed)]
    several = f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
    article = "an" if several[0] in "aeiou" else "a"
    return f"Ask {article} {several}"


_DOING: Mapping[Permission, str] = {
    Permission.SEE: "see anything here",
    Permission.SEE_PERSONAL: "see whom an order goes to",
    Permission.SHIP: "send orders",
    Permission.CHANGE_ORDERS: "change orders",
    Permission.PLAN: "change rules, costs and purchases",
    Permission.EXPORT: "export files",
    Permission.SHIP_ABOVE_LIMIT: "send orders above the limit",
    Permission.EXPORT_PERSONAL: "export names and addresses",
    Permission.SETTINGS: "change settings",
    Permission.PEOPLE: "manage people",
    Permission.AUDIT: "read the audit",
    Permission.OWN: "do what only owners do",
}


def _needed(right: Right | None, args: Sequence[Any]) -> Permission | None:
    """What a call needs; None for what nobody may call."""
    if right is None:
        return None
    if right.kinds:
        kind = getattr(args[0], "value", None) if args else None
        return right.kinds.get(str(kind), Permission.OWN)
    return right.needs


def _subject(right: Right | None, args: Sequence[Any]) -> str:
    """What a call is about, as a number or a name; empty where that isn't said."""
    if right is None or right.subject is None or len(args) <= right.subject:
        return ""
    given = args[right.subject]
    for name in _NAMES:
        given = getattr(given, name, given)
    order = getattr(given, "seller_fulfillment_order_id", given)
    return order if isinstance(order, str) else ""


def _read_off(noted: Changed, given: object) -> None:
    """Notes where an order stands after the call, if what it gives says so."""
    of = given[0] if isinstance(given, list) and given else given
    state, request_id = getattr(of, "state", None), getattr(of, "request_id", None)
    if isinstance(state, StrEnum):
        noted.after = noted.after or state.value
    if isinstance(request_id, str):
        noted.request_id = noted.request_id or request_id
