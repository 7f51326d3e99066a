"""The room of one order on its way to Amazon: `Ordering`, which the service hands out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from mcf import logs
from mcf.amazon.client import MCFClient
from mcf.amazon.labels import amazon_text
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.throttle import SENDING, patience
from mcf.concerns import Concern, Urgency
from mcf.errors import MCFError
from mcf.orders.asked import Asked
from mcf.orders.drafts import Drafts
from mcf.orders.finished import Finished
from mcf.orders.previews import Previews
from mcf.orders.quotes import Limit
from mcf.orders.replacement import Links
from mcf.orders.states import Repeat, Submission
from mcf.orders.submission import Submissions
from mcf.store.database import Store
from mcf.store.documents import Keeper
from mcf.store.states import SubmissionState

log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """One of two orders that one was split into, with what Amazon promises for it."""

    request: MCFOrderRequest
    preview: FulfillmentPreview | None


class Ordering:
    """Orders before and while they're sent.

    `replaced` is told when an order took the place of another, `read_back` reads one that was sent
    from Amazon into the store, `wake` has everything read in the background instead. `limit` is of
    fees; `rescue` rescues an order whatever that costs.
    """

    def __init__(
        self,
        client: MCFClient,
        store: Store,
        submissions: Submissions,
        now: Callable[[], datetime],
        replaced: Callable[[str, str, datetime], None],
        read_back: Callable[[str], object],
        wake: Callable[[], None],
        limit: Limit,
        rescue: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.previews = Previews(client, store)
        """What Amazon tells of an order before it's sent."""
        self.drafts = Drafts(store)
        """The forms of earlier orders, and whom they went to."""
        self.finished = Finished(store)
        """Which typed orders were sent already."""
        self.links = Links(store, Keeper(store))
        """Which order takes the place of which."""
        self.submissions = submissions
        """Where orders that were sent from here stand."""
        self.limit = limit
        """The fees above which an order is confirmed twice."""
        self.asked = Asked(Keeper(store), limit, self.submit, rescue)
        """Orders above the limit that wait for somebody who may send them."""
        self._now = now
        self._replaced = replaced
        self._read = read_back
        self._wake = wake

    @patience(SENDING)
    def submit(
        self,
        request: MCFOrderRequest,
        preview: FulfillmentPreview | None = None,
        replaces: str = "",
    ) -> Submission:
        """Where the order stands after it was sent once; see `Submissions.submit`.

        `replaces` is the order whose place it takes; raises `InvalidInput` when that may ship.
        """
        if replaces:
            self.links.note(replaces, request.seller_fulfillment_order_id, request.items)
        order_id = request.seller_fulfillment_order_id
        submission = self.submissions.submit(request, preview)
        if replaces and submission.state is SubmissionState.ACCEPTED:
            self._replaced(replaces, order_id, self._now())
        self._read_back(order_id)
        return submission

    def submit_parts(self, first: Part, rest: Part) -> list[Submission]:
        """Where the two orders stand that one was split into; each is sent as `submit` sends it.

        The second goes only when Amazon has the first: alone in the list, the first isn't known to
        be there. Raises as `submit` does; what came before an error is sent.
        """
        rest_id = rest.request.seller_fulfillment_order_id
        self.links.note_part(rest_id, first.request.seller_fulfillment_order_id)
        sent = self.submit(first.request, first.preview)
        if sent.state is not SubmissionState.ACCEPTED:
            return [sent]
        return [sent, self.submit(rest.request, rest.preview)]

    def repeats(self, request: MCFOrderRequest) -> list[Repeat]:
        """Other orders of the last days with the same goods for the same person, newest first."""
        return self.submissions.repeats(request, self._now())

    def concerns(self) -> Iterator[Concern]:
        """Orders that weren't accepted, and those of which that isn't known yet."""
        for submission in self.submissions.open():
            order_id = submission.seller_fulfillment_order_id
            refused = submission.state.may_be_sent_again
            yield Concern(
                Urgency.NOW,
                f"Order {order_id} was not accepted"
                if refused
                else f"Order {order_id}: outcome not known yet",
                f"{amazon_text(submission.message)} {submission.advice or ''}".strip(),
                "new_order",
                order_id,
            )

    def _read_back(self, order_id: str) -> None:
        try:
            self._read(order_id)
        except Exception as error:
            # The order is sent, and nothing here may hide that. It may not be visible yet; the
            # background read finds it.
            if not isinstance(error, MCFError):
                log.exception("order not read back")
            self._wake()
