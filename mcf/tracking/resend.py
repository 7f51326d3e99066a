"""An order that is stuck is cancelled and sent again, so that never both of them ship."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mcf import logs
from mcf.access.actor import acting_now
from mcf.access.roles import Permission
from mcf.amazon import labels
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import MCFOrderRequest, order_id_for
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.amazon.throttle import patience
from mcf.concerns import Concern, Urgency
from mcf.errors import (
    AboveLimit,
    DuplicateOrder,
    InvalidInput,
    MCFError,
    NotAllowed,
    OrderNotUpdatable,
    Stopped,
    StoreError,
    own_mistake,
)
from mcf.marketplaces import Marketplace
from mcf.orders.form import number_after
from mcf.orders.room import Ordering
from mcf.orders.states import Submission
from mcf.orders.validation import judge
from mcf.store import tables
from mcf.store.database import Store, utc_now
from mcf.store.documents import DocumentKind, Keeper, Kept
from mcf.store.states import RescueState, SubmissionState
from mcf.tracking.actions import Actions
from mcf.tracking.diagnosis import can_be_rescued
from mcf.tracking.event_log import Chronicle
from mcf.tracking.lifecycle import RECENT
from mcf.tracking.states import Change, ChangeState, Rescue, rescue_of
from mcf.tracking.view import OrderView, OrderViews

log = logs.get(__name__)
LASTS = timedelta(days=1)
"""How long after it was asked for anything is still done: later a seller has other plans."""
PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Seconds before each look at an order that isn't cancelled yet; after that, all reads of orders
are followed by one.
"""
_WAITS = 15
"""Seconds that a person waits at most for what Amazon would promise."""
_NOT_DONE = "Amazon has the request to cancel it, and isn't done yet."
_NO, _MAYBE, _YES = "no", "maybe", "yes"
"""Whether Amazon has the request to cancel."""
_CORRECT = "The button “Correct and send again” on the order's page opens it in the form."
_LEFT = "Nothing was cancelled and nothing was sent again."


@dataclass(frozen=True, slots=True)
class _Order:
    """A rescue as it stands in the store, to go on from there and from nothing else."""

    kept: Kept

    @property
    def id(self) -> str:
        return self.kept.key

    @property
    def state(self) -> RescueState:
        return RescueState(self.kept.content["state"])

    @property
    def new_id(self) -> str:
        return str(self.kept.content["new_id"])

    @property
    def number(self) -> str:
        return str(self.kept.content["number"])

    @property
    def asked(self) -> str:
        return str(self.kept.content["asked"])

    @property
    def above_limit(self) -> bool:
        """Whether a person agreed to fees above the limit, or not known."""
        return bool(self.kept.content.get("above_limit"))

    @property
    def begun_at(self) -> datetime:
        return datetime.fromisoformat(self.kept.content["begun_at"])

    @property
    def is_over(self) -> bool:
        return utc_now() - self.begun_at > LASTS

    @property
    def rescue(self) -> Rescue:
        return rescue_of(self.kept)


@dataclass(frozen=True, slots=True)
class Means:
    """What a rescue is made with.

    `refresh` reads an order from Amazon into the store, `settle` looks up what is unknown, `skus`
    are those of the stock, `now` is Amazon's time.
    """

    views: OrderViews
    actions: Actions
    ordering: Ordering
    chronicle: Chronicle
    marketplace: Marketplace
    refresh: Callable[[str], object]
    settle: Callable[[], object]
    skus: Callable[[], Iterable[str]]
    now: Callable[[], datetime]


class Rescues:
    """The rescues of an account's orders; safe for several threads and programs on one store."""

    def __init__(self, means: Means, store: Store, closing: threading.Event) -> None:
        self._means = means
        self._store = store
        self._keeper = Keeper(store)
        self._closing = closing
        self._lock = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}

    def get(self, order_id: str) -> Rescue | None:
        """Where the order's last rescue stands; None when there was none."""
        order = self._known(order_id)
        return None if order is None else order.rescue

    def is_offered(self, view: OrderView) -> bool:
        """Whether the order can be rescued: it's late or its stock is in transfer, and it waits.

        One that's on hold waits for its seller.
        """
        means = self._means
        return can_be_rescued(means.views.case(view), means.now())

    def begin(self, order_id: str, *, above_limit: bool = False) -> Rescue:
        """Where the rescue stands that goes on in the background from now on.

        Reads the order first. Raises `InvalidInput` when it isn't stuck or couldn't be sent again
        as it is, `AboveLimit` unless fees may be `above_limit`, and any other `MCFError` before
        anything is asked for; nothing is cancelled then. One that's under way already isn't begun
        again.
        """
        actor = acting_now()
        if above_limit and actor is not None and not actor.may(Permission.SHIP_ABOVE_LIMIT):
            raise NotAllowed(
                f"Only a manager may let it cost more than the limit. {_LEFT}",
                advice="Ask a manager to rescue it.",
            )
        last = self._known(order_id)
        if last is None or not last.state.is_open:
            self._means.refresh(order_id)
            number = self._require(order_id, above_limit=above_limit)
            before = None if last is None else last.kept
            first = _first(number, self._means.now(), above_limit=above_limit)
            self._keeper.claim(DocumentKind.RESCUE, order_id, first, before)
        self._drive(order_id)
        begun = self._known(order_id)
        if begun is None:
            raise StoreError("The rescue of the order isn't kept any more.")
        return begun.rescue

    def give_up(self, order_id: str) -> Rescue | None:
        """Where the rescue stands after nothing more is done of it; what is being sent goes."""
        order = self._known(order_id)
        if order is not None and order.state in _BEFORE_SENDING:
            self._give_up(order, "You stopped the rescue.")
        return self.get(order_id)

    def advance(self) -> None:
        """Goes on with every rescue that isn't done, as far as that's possible now.

        Raises `StoreError`. After a crash this is what takes it up again.
        """
        for kept in self._keeper.all(DocumentKind.RESCUE):
            if self._closing.is_set():
                return
            if _Order(kept).state.is_open:
                self._go_on(kept.key)

    def wait(self, order_id: str, seconds: float) -> Rescue | None:
        """Where it stands when nobody here makes steps any more, or after so many seconds."""
        thread = self._threads.get(order_id)
        if thread is not None:
            thread.join(seconds)
        return self.get(order_id)

    def close(self, seconds: float = 30.0) -> None:
        """Waits for the threads, which end by themselves when the program closes."""
        for thread in list(self._threads.values()):
            thread.join(seconds)

    def concerns(self) -> Iterator[Concern]:
        """Orders that were cancelled for a rescue and of which nothing was sent in their place."""
        for kept in self._keeper.all(DocumentKind.RESCUE):
            rescue = rescue_of(kept)
            ended = rescue.state in (RescueState.FAILED, RescueState.GIVEN_UP)
            if ended and utc_now() - rescue.changed_at < RECENT and self._is_open(rescue):
                yield Concern(
                    Urgency.NOW,
                    f"Order {rescue.order_id} was cancelled and not sent again",
                    f"{rescue.says} {rescue.advice or ''}".strip(),
                    "tracking",
                    rescue.order_id,
                )

    def _is_open(self, rescue: Rescue) -> bool:
        status = self._status(rescue.order_id)
        cancelled = status is not None and status.comes_to_nothing
        return cancelled and not self._means.ordering.links.successors(rescue.order_id)

    def _require(self, order_id: str, *, above_limit: bool) -> str:
        """The number of the new order; raises `InvalidInput` when there can't be one.

        And `AboveLimit` when what it costs needs a confirmation that isn't given.
        """
        views, drafts = self._means.views, self._means.ordering.drafts
        view, typed = views.order(order_id), drafts.typed(order_id)
        if view is None or typed is None:
            raise InvalidInput({"order": "it isn't known here"}, advice=_LEFT)
        if not self.is_offered(view):
            reason = f"it isn't stuck any more, or can't be cancelled: it is {view.status.label}"
            raise InvalidInput({"order": reason}, advice=_LEFT)
        number = number_after(typed.number or order_id, drafts.is_used)
        offer = self._require_offer(self._request(order_id, number))
        objection = self._means.ordering.limit.objection(offer.total_fee)
        if objection and not above_limit:
            raise AboveLimit(
                f"{objection} {_LEFT}", advice="Tick that it may cost more, and rescue it again."
            )
        return number

    def _require_offer(self, request: MCFOrderRequest) -> FulfillmentPreview:
        """What Amazon promises for it; raises `InvalidInput` when it wouldn't ship it now.

        Then the old one is better.
        """
        with patience(_WAITS):
            preview = self._means.ordering.previews.of(request)
        if preview is None or not preview.is_fulfillable:
            reason = (
                "Amazon says that it couldn't ship this now at this speed. Its units may be put "
                "aside for the order as it is"
            )
            raise InvalidInput({"order": reason}, advice=f"{_LEFT} Try again later.")
        return preview

    def _request(self, order_id: str, number: str) -> MCFOrderRequest:
        """The order as it was, under a new number; raises `InvalidInput` for what is refused here.

        Only orders that aren't on hold are rescued, so it ships even if it was sent as one on hold.
        """
        typed = self._means.ordering.drafts.typed(order_id)
        if typed is None:
            raise InvalidInput({"order": "it isn't known here any more"})
        changed = {"number": number, "amazon_number": "", "replaces": "", "hold": False}
        skus = frozenset(self._means.skus())
        entry = judge(
            typed.model_copy(update=changed).as_it_was_sent(),
            self._means.marketplace,
            self._means.now(),
            lambda sku: not skus or sku in skus,
        )
        if entry.request is None:
            problems = {problem.label: problem.text for problem in entry.problems.values()}
            raise InvalidInput(
                problems,
                advice=f"It can't be sent again as it is. {_LEFT} To correct it, cancel it first.",
            )
        row = self._row(order_id)
        shown = row.displayable_order_date if row is not None else None
        return entry.request.model_copy(update={"displayable_order_date": shown} if shown else {})

    def _drive(self, order_id: str) -> None:
        with self._lock:
            running = self._threads.get(order_id)
            if running is None or not running.is_alive():
                thread = threading.Thread(
                    target=copy_context().run,
                    args=(self._work, order_id),
                    name="mcf-rescue",
                    daemon=True,
                )
                self._threads[order_id] = thread
                thread.start()

    def _work(self, order_id: str) -> None:
        for pause in PAUSES:
            if self._closing.wait(pause) or not self._go_on(order_id):
                return

    def _go_on(self, order_id: str) -> bool:
        """Makes the steps that can be made now; whether there'll be more."""
        lease = self._store.lease(_role(order_id))
        try:
            while lease.take() and self._step(order_id):
                pass
        except Stopped:
            log.info("a rescue ends with the program and goes on with the next")
        except Exception as error:
            # It stands in the store where it stopped, and is tried again from there.
            if not isinstance(error, MCFError):
                log.exception("a step of a rescue failed")
            log.warning("a rescue waits", error=own_mistake(error, "rescuing an order"))
        finally:
            with suppress(StoreError):
                lease.release()
        order = self._known(order_id)
        return order is not None and order.state.is_open

    def _step(self, order_id: str) -> bool:
        """Whether a step was made after which another can be made at once."""
        order = self._known(order_id)
        if order is None:
            return False
        steps = {
            RescueState.ASKED: self._begin_cancelling,
            RescueState.CANCELLING: self._cancel,
            RescueState.CANCELLED: self._begin_sending,
            RescueState.SENDING: self._send,
        }
        step = steps.get(order.state)
        return step is not None and step(order)

    def _begin_cancelling(self, order: _Order) -> bool:
        if order.is_over:
            return self._give_up(order, "It was asked for more than a day ago and not begun.")
        says = "Amazon is asked to cancel it. When that is done, it's sent again."
        return self._move(order, RescueState.CANCELLING, says)

    def _cancel(self, order: _Order) -> bool:
        trouble = self._read(order.id)
        if self._settled(order):
            return True
        if order.is_over:
            return self._give_up(order, "Amazon hasn't cancelled it within a day.")
        if trouble is not None:
            return self._waits(order, f"It waits for Amazon: {labels.error_text(trouble)}")
        if order.asked != _YES:
            return self._ask(order)
        return self._waits(order, _NOT_DONE)

    def _waits(self, order: _Order, says: str) -> bool:
        """Notes what it waits for, and that no step can be made at once."""
        if order.rescue.says != says:
            self._move(order, order.state, says)
        return False

    def _read(self, order_id: str) -> MCFError | None:
        """What kept the order from being read from Amazon, if anything; it's tried again then."""
        try:
            self._means.refresh(order_id)
        except (Stopped, StoreError):
            raise
        except MCFError as error:
            log.info("an order that is rescued couldn't be read", error=error)
            return error
        return None

    def _settled(self, order: _Order) -> bool:
        """Whether it's known by now how the cancellation ended, which is noted then."""
        status = self._status(order.id)
        if status is FulfillmentOrderStatus.CANCELLED:
            says = f"Amazon has cancelled it. It's sent again as {order.new_id}."
            return self._move(order, RescueState.CANCELLED, says)
        if status is FulfillmentOrderStatus.PROCESSING or (status and status.has_shipped):
            says = "Amazon has begun to pick it, so it ships after all. Nothing was sent again."
            return self._move(order, RescueState.REFUSED, says)
        if status is not None and status.comes_to_nothing:
            says = f"Before it was cancelled, Amazon ended it: {status.meaning}"
            return self._move(order, RescueState.FAILED, says, _CORRECT)
        return False

    def _ask(self, order: _Order) -> bool:
        first = order.asked == _NO
        if not self._move(order, order.state, asked=_MAYBE):
            return False
        asking = self._known(order.id)
        if asking is None:
            return False
        try:
            change = self._means.actions.cancel(order.id)
        except (Stopped, StoreError):
            raise
        except OrderNotUpdatable:
            # It's refused when picking has begun, and also when it's being cancelled already: only
            # the order's status tells which.
            return self._asked(asking, "Amazon takes no request to cancel it: it's looked at why.")
        except MCFError as error:
            return self._not_asked(asking, error) if first else False
        return self._answered(asking, change)

    def _not_asked(self, order: _Order, error: MCFError) -> bool:
        says = f"It wasn't cancelled: {labels.error_text(error)}"
        advice = f"{error.advice} Nothing was sent again; rescue it once more then."
        return self._move(order, RescueState.FAILED, says, advice)

    def _answered(self, order: _Order, change: Change) -> bool:
        if change.state is ChangeState.UNKNOWN:
            return self._settled(order)
        return self._asked(order, _NOT_DONE)

    def _asked(self, order: _Order, says: str) -> bool:
        if self._settled(order):
            return True
        self._move(order, order.state, says, asked=_YES)
        return False

    def _begin_sending(self, order: _Order) -> bool:
        try:
            self._request(order.id, order.number)
        except InvalidInput as error:
            return self._fail(order, error)
        return self._move(order, RescueState.SENDING, f"It's being sent again as {order.new_id}.")

    def _send(self, order: _Order) -> bool:
        sent = self._means.ordering.submissions.get(order.new_id)
        if sent is None or sent.state.may_be_sent_again:
            return self._send_now(order, sent)
        if self._means.ordering.links.replaced_by(order.new_id) != order.id:
            says = f"Another order was sent under the number {order.new_id} meanwhile."
            return self._move(order, RescueState.FAILED, says, _CORRECT)
        if sent.state is not SubmissionState.ACCEPTED:
            self._means.settle()
            sent = self._means.ordering.submissions.get(order.new_id) or sent
        return self._outcome(order, sent)

    def _send_now(self, order: _Order, before: Submission | None) -> bool:
        if before is not None and before.state is SubmissionState.DISMISSED:
            return self._give_up(order, "You put away the order that was to take its place.")
        if order.is_over:
            says = "It was cancelled and couldn't be sent again within a day."
            return self._move(order, RescueState.FAILED, says, _CORRECT)
        try:
            request = self._request(order.id, order.number)
            promise = self._promise(request)
            self._require_fee(order, promise)
            outcome = self._means.ordering.submit(request, promise, replaces=order.id)
        except (AboveLimit, InvalidInput, DuplicateOrder) as error:
            return self._fail(order, error)
        return self._outcome(order, outcome)

    def _require_fee(self, order: _Order, promise: FulfillmentPreview | None) -> None:
        """Raises `AboveLimit` when it costs more by now than was agreed to.

        A fee that isn't told now was known, or agreed to unknown, when the rescue began.
        """
        fee = promise.total_fee if promise is not None else None
        if fee is None or order.above_limit:
            return
        objection = self._means.ordering.limit.objection(fee)
        if objection:
            raise AboveLimit(objection)

    def _promise(self, request: MCFOrderRequest) -> FulfillmentPreview | None:
        """What Amazon promises for it now; None when it doesn't tell, which stops nothing."""
        try:
            return self._means.ordering.previews.of(request)
        except (Stopped, StoreError):
            raise
        except MCFError as error:
            log.warning("an order is sent again without a promise", error=error)
            return None

    def _outcome(self, order: _Order, sent: Submission) -> bool:
        if sent.state is SubmissionState.ACCEPTED:
            self._means.chronicle.sent_again(order.id, order.new_id, self._means.now())
            return self._move(order, RescueState.DONE, f"Sent again as {order.new_id}.")
        says = labels.amazon_text(sent.message)
        if sent.state is SubmissionState.REJECTED:
            refused = f"It was cancelled, and what was to take its place was refused: {says}"
            return self._move(order, RescueState.FAILED, refused, f"{sent.advice or ''} {_CORRECT}")
        # What is doubtful for so long needs a person; its submission tells that it may ship.
        state = RescueState.FAILED if order.is_over else order.state
        self._move(order, state, f"It was cancelled, and is sent again: {says}", sent.advice)
        return False

    def _fail(self, order: _Order, error: MCFError) -> bool:
        says = f"It was cancelled, and can't be sent again as it is. {labels.error_text(error)}"
        return self._move(order, RescueState.FAILED, says, _CORRECT)

    def _give_up(self, order: _Order, why: str) -> bool:
        asked = (
            "If Amazon still cancels it, its page has the button to send it again."
            if order.asked != _NO
            else _LEFT
        )
        return self._move(order, RescueState.GIVEN_UP, f"{why} It isn't sent again.", asked)

    def _move(
        self,
        order: _Order,
        state: RescueState,
        says: str | None = None,
        advice: str | None = None,
        **also: Any,
    ) -> bool:
        """Whether it was noted; not when somebody else has gone on from there meanwhile."""
        words = {} if says is None else {"says": says, "advice": advice and advice.strip()}
        content = {**order.kept.content, "state": state.value, **words, **also}
        return self._keeper.claim(DocumentKind.RESCUE, order.id, content, order.kept)

    def _known(self, order_id: str) -> _Order | None:
        kept = self._keeper.get(DocumentKind.RESCUE, order_id)
        return None if kept is None else _Order(kept)

    def _row(self, order_id: str) -> Any:
        return self._store.row(tables.orders, seller_fulfillment_order_id=order_id)

    def _status(self, order_id: str) -> FulfillmentOrderStatus | None:
        row = self._row(order_id)
        return FulfillmentOrderStatus.of(row.status) if row is not None else None


_BEFORE_SENDING: Sequence[RescueState] = (
    RescueState.ASKED,
    RescueState.CANCELLING,
    RescueState.CANCELLED,
)


def _first(number: str, now: datetime, *, above_limit: bool) -> Mapping[str, Any]:
    return {
        "above_limit": above_limit,
        "state": RescueState.ASKED.value,
        "number": number,
        "new_id": order_id_for(number),
        "asked": _NO,
        "says": "It's about to be cancelled.",
        "advice": None,
        "begun_at": utc_now().isoformat(),
        "begun_by_amazon": now.isoformat(),
    }


def _role(order_id: str) -> str:
    # The name of a role is shorter than an order's may be.
    return f"rescue {hashlib.sha256(order_id.encode()).hexdigest()[:24]}"


def is_past(rescue: Rescue, status: FulfillmentOrderStatus, *, was_sent_again: bool) -> bool:
    """Whether what a rescue ended with says nothing any more of its order, which stands so now."""
    if rescue.state is RescueState.DONE:
        return False
    if rescue.state is RescueState.REFUSED:
        return status.is_final
    return was_sent_again if status.comes_to_nothing else not status.is_cancellable
