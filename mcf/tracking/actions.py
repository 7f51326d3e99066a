"""What a seller does to one order at Amazon, noted in the order's story with what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from mcf.access.changes import changed
from mcf.amazon import labels
from mcf.amazon.models.requests import MCFOrderUpdate
from mcf.amazon.throttle import CHANGING, patience
from mcf.errors import MCFError
from mcf.orders.form import Typed
from mcf.store.documents import DocumentKind, Keeper
from mcf.tracking import events
from mcf.tracking.changes import Changes
from mcf.tracking.event_log import Chronicle
from mcf.tracking.states import Change, ChangeState

_ASKED = {
    events.EventKind.CANCEL_ASKED: "You asked Amazon to cancel it",
    events.EventKind.RELEASE_ASKED: "You asked Amazon to ship it",
    events.EventKind.CHANGE_ASKED: "You asked Amazon to change it",
}


class Actions:
    """Cancels, releases and changes orders; each method raises what `Changes` raises."""

    def __init__(
        self, changes: Changes, chronicle: Chronicle, keeper: Keeper, now: Callable[[], datetime]
    ) -> None:
        self._changes = changes
        self._chronicle = chronicle
        self._keeper = keeper
        self._now = now

    @patience(CHANGING)
    def cancel(self, order_id: str) -> Change:
        """What became of the request to cancel an order; see `Changes`."""
        return self._step(events.EventKind.CANCEL_ASKED, order_id, self._changes.cancel)

    @patience(CHANGING)
    def release(self, order_id: str) -> Change:
        """What became of the request to ship an order that's on hold; see `Changes`."""
        return self._step(events.EventKind.RELEASE_ASKED, order_id, self._changes.release)

    @patience(CHANGING)
    def update(self, order_id: str, update: MCFOrderUpdate) -> Change:
        """What became of a change of address, speed, note or hold; see `Changes`."""
        return self._step(
            events.EventKind.CHANGE_ASKED,
            order_id,
            lambda number: self._changes.update(number, update),
        )

    @patience(CHANGING)
    def edit(self, order_id: str, update: MCFOrderUpdate, typed: Typed) -> Change:
        """What became of the change of an order on hold to what is typed; see `Changes`."""
        change = self.update(order_id, update)
        if change.state is not ChangeState.UNKNOWN:
            plain = tuple(line.model_copy(update={"item_id": ""}) for line in typed.lines)
            form = typed.model_copy(update={"lines": plain, "edits": "", "amazon_number": ""})
            self._keeper.keep(DocumentKind.CHANGED, order_id, form.content())
        return change

    def _step(self, kind: events.EventKind, order_id: str, ask: Callable[[str], Change]) -> Change:
        """Does what is asked, and notes in the order's story what became of it."""
        asked = _ASKED[kind]
        self._chronicle.tell_status(order_id)
        try:
            change = ask(order_id)
        except MCFError as error:
            sentence = f"{asked}{events.REFUSED}{labels.error_text(error)}"
            self._chronicle.own(order_id, kind, self._now(), sentence)
            raise
        self._chronicle.own(order_id, kind, self._now(), f"{asked}. {change.message}")
        changed(after=f"{change.state.value}, {change.status or 'not known'}")
        return change
