"""Orders above the limit that somebody may not send: they wait for one who may, who sends each
exactly once or refuses it with a reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from mcf.access.actor import acting_now, whose
from mcf.access.changes import changed
from mcf.access.roles import Permission
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import InvalidInput, NotAllowed, NotFound
from mcf.orders.quotes import Limit
from mcf.orders.states import Submission
from mcf.orders.submission import same_order
from mcf.store.database import utc_now
from mcf.store.documents import DocumentKind, Keeper, Kept

_LONGEST_REASON = 300


class AskedState(StrEnum):
    """What became of what was asked."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AskedOrder:
    """What is to be sent, who asked for it and when (UTC), and what was decided.

    `request` is None for the rescue of an order that is there; `by` is the id of
    a person in the store, empty where nobody signs in.
    """

    order_id: str
    request: MCFOrderRequest | None
    preview: FulfillmentPreview | None
    replaces: str
    objection: str
    by: str
    at: datetime
    state: AskedState
    reason: str
    kept: Kept

    @property
    def is_open(self) -> bool:
        """Whether nothing was decided yet, or what was decided isn't done."""
        return self.state in (AskedState.WAITING, AskedState.SENDING)


class Submit(Protocol):
    """Sends an order once; see `Ordering.submit`."""

    def __call__(
        self, request: MCFOrderRequest, preview: FulfillmentPreview | None, replaces: str
    ) -> Submission:
        """Where the order stands."""
        ...


class Asked:
    """The orders that wait; safe for several people and programs on one store.

    Every method raises `StoreError`.
    """

    def __init__(
        self, keeper: Keeper, limit: Limit, submit: Submit, rescue: Callable[[str], object]
    ) -> None:
        self._keeper = keeper
        self._limit = limit
        self._submit = submit
        self._rescue = rescue

    def ask(
        self, request: MCFOrderRequest, preview: FulfillmentPreview | None, replaces: str = ""
    ) -> AskedOrder:
        """The order, which waits from now on; the same once more changes nothing.

        Raises `InvalidInput` when another one waits, or was decided, under its number.
        """
        order_id = request.seller_fulfillment_order_id
        content = {
            "request": request.to_api(),
            "preview": preview and preview.to_api(),
            "replaces": replaces,
            "objection": self._limit.objection(preview.total_fee if preview else None),
        }
        return self._put(order_id, content, request)

    def ask_rescue(self, order_id: str, objection: str = "") -> AskedOrder:
        """The same for an order that is stuck, to be cancelled and sent again above the limit."""
        content = {"request": None, "preview": None, "replaces": "", "objection": objection}
        return self._put(order_id, content, None)

    def _put(
        self, order_id: str, content: dict[str, Any], request: MCFOrderRequest | None
    ) -> AskedOrder:
        before = self._kept(order_id)
        if before is not None and not _may_be_asked_again(before, request):
            raise InvalidInput(
                {"order": f"{order_id} was asked for already: it is {_of(before).state.value}"},
                advice="Give this order another number, or put the first one away.",
            )
        if before is not None and _of(before).is_open:
            return _of(before)
        content |= {"by": whose() or "", "state": AskedState.WAITING.value}
        content |= {"at": utc_now().isoformat(), "decided_by": "", "reason": ""}
        self._keeper.claim(DocumentKind.ASKED, order_id, content, before)
        changed(after=AskedState.WAITING.value, subject=order_id)
        return self._get(order_id)

    def waiting(self) -> list[AskedOrder]:
        """Those of which nothing was decided, the oldest first."""
        return [one for one in self._all() if one.is_open]

    def is_needed(self, preview: FulfillmentPreview | None) -> bool:
        """Whether who acts may not send an order that costs so much, so that it has to be asked."""
        return is_to_be_asked(self._limit, preview)

    def mine(self) -> list[AskedOrder]:
        """Those that who acts asked for and didn't put away, the newest first."""
        return [one for one in reversed(self._all()) if one.by == (whose() or "")]

    def send(self, order_id: str) -> AskedOrder:
        """What became of it after it was sent, once: also when two send it, or one dies between.

        Raises `InvalidInput` when it was refused, and what `Ordering.submit` raises; it waits then.
        """
        one = self._get(order_id)
        if one.state is AskedState.SENT:
            return one
        if one.state is AskedState.WAITING:
            one = self._decided(one, AskedState.SENDING)
        if one.state is AskedState.REFUSED:
            raise InvalidInput({"order": f"{order_id} was refused"}, advice="Nothing was sent.")
        if one.state is not AskedState.SENT:
            self._carry_out(one)
            one = self._decided(one, AskedState.SENT)
        return one

    def refuse(self, order_id: str, reason: str) -> AskedOrder:
        """What became of it: it isn't sent, and who asked sees why. Raises `InvalidInput`."""
        if not reason.strip() or len(reason) > _LONGEST_REASON:
            raise InvalidInput({"reason": f"say why in up to {_LONGEST_REASON} letters"})
        one = self._get(order_id)
        if one.state is not AskedState.WAITING:
            raise InvalidInput(
                {"order": f"{order_id} is {one.state.value} already"},
                advice="Load the page again: somebody else decided.",
            )
        refused = self._decided(one, AskedState.REFUSED, reason.strip())
        if refused.state is not AskedState.REFUSED:
            raise InvalidInput({"order": f"{order_id} is {refused.state.value} already"})
        return refused

    def put_away(self, order_id: str) -> None:
        """Forgets what was decided, or what one asked for oneself and nobody decided."""
        one = self._get(order_id)
        if one.by != (whose() or "") or one.state is AskedState.SENDING:
            raise InvalidInput({"order": "only who asked for it puts it away"})
        self._keeper.forget(DocumentKind.ASKED, order_id)

    def _carry_out(self, one: AskedOrder) -> None:
        if one.request is None:
            self._rescue(one.order_id)
        else:
            sent = self._submit(one.request, one.preview, one.replaces)
            changed(request_id=sent.request_id or "", subject=one.order_id)

    def _decided(self, one: AskedOrder, state: AskedState, reason: str = "") -> AskedOrder:
        """How it stands now: as it was decided, or as somebody else decided a moment before."""
        decided = {"state": state.value, "reason": reason, "decided_by": whose() or ""}
        if self._keeper.claim(
            DocumentKind.ASKED, one.order_id, {**one.kept.content, **decided}, one.kept
        ):
            changed(before=one.state.value, after=state.value, subject=one.order_id)
        return self._get(one.order_id)

    def _all(self) -> list[AskedOrder]:
        return sorted(map(_of, self._keeper.all(DocumentKind.ASKED)), key=lambda one: one.at)

    def _get(self, order_id: str) -> AskedOrder:
        kept = self._kept(order_id)
        if kept is None:
            raise NotFound(f"Nothing is asked for under {order_id}.", advice="It was put away.")
        return _of(kept)

    def _kept(self, order_id: str) -> Kept | None:
        return self._keeper.get(DocumentKind.ASKED, order_id)


def require_within(limit: Limit, preview: FulfillmentPreview | None) -> None:
    """Raises `NotAllowed` when fees are above the limit, or not known, for who acts."""
    if is_to_be_asked(limit, preview):
        objection = limit.objection(preview.total_fee if preview else None)
        raise NotAllowed(f"{objection} Nothing was sent.", advice="Ask a manager to send it.")


def is_to_be_asked(limit: Limit, preview: FulfillmentPreview | None) -> bool:
    """Whether who acts may not send an order that costs so much."""
    actor = acting_now()
    if actor is None or actor.may(Permission.SHIP_ABOVE_LIMIT):
        return False
    return bool(limit.objection(preview.total_fee if preview else None))


def _may_be_asked_again(kept: Kept, request: MCFOrderRequest | None) -> bool:
    """Whether it's what was asked for before, or that was refused."""
    if _of(kept).state is AskedState.REFUSED:
        return True
    before = kept.content["request"]
    same = request is None if before is None else bool(request and same_order(before, request))
    return same and _of(kept).is_open


def _of(kept: Kept) -> AskedOrder:
    content = kept.content
    preview, request = content["preview"], content["request"]
    return AskedOrder(
        order_id=kept.key,
        request=MCFOrderRequest.from_api(request) if request else None,
        preview=FulfillmentPreview.from_api(preview) if preview else None,
        replaces=content["replaces"],
        objection=content["objection"],
        by=content["by"],
        at=datetime.fromisoformat(content["at"]),
        state=AskedState(content["state"]),
        reason=content["reason"],
        kept=kept,
    )
