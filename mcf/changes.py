"""Changes of orders at Amazon: asked for, then verified by reading the order. Asked isn't done.

https://developer-docs.amazon.com/sp-api/reference/cancelfulfillmentorder
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mcf.client import MCFClient
from mcf.errors import MCFError, OrderNotUpdatable, ServiceTrouble
from mcf.likeness import same_address
from mcf.models import (
    ChangedLine,
    MCFFulfillmentOrder,
    MCFOrderDetail,
    MCFOrderUpdate,
    Money,
    OrderLine,
)
from mcf.outcomes import Change, ChangeState
from mcf.status import FulfillmentAction, FulfillmentOrderStatus


@dataclass(frozen=True, slots=True)
class _Words:
    to: str
    done: str


_CANCEL = _Words("cancel it", "Amazon has cancelled the order.")
_RELEASE = _Words("ship it", "Amazon ships the order.")
_UPDATE = _Words("change it", "Amazon has changed the order.")


class Changes:
    """Cancels, releases and updates orders; `read` reads one from Amazon into the store.

    Each method raises `OrderNotUpdatable` when it's too late, `NotFound`, and any other `MCFError`
    after which Amazon certainly hasn't the request.
    """

    def __init__(self, client: MCFClient, read: Callable[[str], MCFOrderDetail]) -> None:
        self._client = client
        self._read = read

    def cancel(self, order_id: str) -> Change:
        """What became of the request to cancel an order."""
        return self._change(
            order_id,
            lambda: self._client.cancel_fulfillment_order(order_id),
            lambda detail: detail.fulfillment_order.status is FulfillmentOrderStatus.CANCELLED,
            _CANCEL,
        )

    def release(self, order_id: str) -> Change:
        """What became of the request to ship an order that's on hold."""
        ship = MCFOrderUpdate(fulfillment_action=FulfillmentAction.SHIP.value)
        return self._update(order_id, ship, _RELEASE)

    def update(self, order_id: str, update: MCFOrderUpdate) -> Change:
        """What became of a change of an order that's on hold."""
        return self._update(order_id, update, _UPDATE)

    def _update(self, order_id: str, update: MCFOrderUpdate, words: _Words) -> Change:
        return self._change(
            order_id,
            lambda: self._client.update_fulfillment_order(order_id, update),
            lambda detail: _holds(update, detail),
            words,
        )

    def _change(
        self,
        order_id: str,
        ask: Callable[[], None],
        is_done: Callable[[MCFOrderDetail], bool],
        words: _Words,
    ) -> Change:
        lost = False
        try:
            ask()
        except OrderNotUpdatable:
            found = self._seen(order_id)
            if found is None or not is_done(found):
                raise
        except ServiceTrouble as error:
            if not error.may_have_happened:
                raise
            lost = True
        detail = self._seen(order_id)
        if detail is None:
            return _told(order_id, lost, None, words)
        status = detail.fulfillment_order.status
        if is_done(detail):
            return Change(order_id, ChangeState.DONE, status.value, words.done)
        return _told(order_id, lost, status, words)

    def _seen(self, order_id: str) -> MCFOrderDetail | None:
        try:
            return self._read(order_id)
        except MCFError:
            # What isn't seen is told as such; the background read tries again.
            return None


def _told(
    order_id: str, lost: bool, status: FulfillmentOrderStatus | None, words: _Words
) -> Change:
    seen = f"The order is {status.label.lower()}" if status else "The order couldn't be read since"
    if lost:
        state = ChangeState.UNKNOWN
        message = f"Whether Amazon has the request to {words.to} isn't known: no answer came."
        hope = "ask again if it stays so."
    else:
        state = ChangeState.REQUESTED
        message = f"Amazon has the request to {words.to}; that isn't done yet."
        hope = "this page shows when it's done."
    return Change(order_id, state, status and status.value, f"{message} {seen}; {hope}")


def _holds(update: MCFOrderUpdate, detail: MCFOrderDetail) -> bool:
    """Whether the order is as the update wants it, in all that the update names.

    The country that it ships from isn't told by Amazon, so a change of it is never seen.
    """
    order = detail.fulfillment_order
    if order.status.comes_to_nothing or update.ship_from_country_code is not None:
        return False
    return all(
        (
            *(_same_word(here, there) for here, there in _words(update, order)),
            update.displayable_order_id in (None, order.displayable_order_id),
            update.displayable_order_comment in (None, order.displayable_order_comment),
            update.displayable_order_date in (None, order.displayable_order_date),
            update.destination_address is None
            or same_address(update.destination_address, order.destination_address),
            _emails_are(update, order),
            _features_are(update, order),
            _lines_are(update, detail),
        )
    )


def _words(
    update: MCFOrderUpdate, order: MCFFulfillmentOrder
) -> tuple[tuple[str | None, str | None], ...]:
    return (
        (update.fulfillment_action, order.fulfillment_action),
        (update.shipping_speed_category, order.shipping_speed_category),
        (update.fulfillment_policy, order.fulfillment_policy),
    )


def _same_word(here: str | None, there: str | None) -> bool:
    return here is None or (there is not None and here.casefold() == there.casefold())


def _emails_are(update: MCFOrderUpdate, order: MCFFulfillmentOrder) -> bool:
    wanted = update.notification_emails
    return wanted is None or set(wanted) == set(order.notification_emails or ())


def _features_are(update: MCFOrderUpdate, order: MCFFulfillmentOrder) -> bool:
    wanted = update.feature_constraints
    if wanted is None:
        return True
    here = {(each.feature_name, each.feature_fulfillment_policy) for each in wanted}
    told = order.feature_constraints or ()
    return here == {(each.feature_name, each.feature_fulfillment_policy) for each in told}


def _lines_are(update: MCFOrderUpdate, detail: MCFOrderDetail) -> bool:
    there = {line.seller_fulfillment_order_item_id: line for line in detail.fulfillment_order_items}
    return all(
        _line_is(line, there.get(line.seller_fulfillment_order_item_id))
        for line in update.items or ()
    )


def _line_is(wanted: ChangedLine, there: OrderLine | None) -> bool:
    if there is None or wanted.quantity != there.quantity:
        return False
    texts = ("gift_message", "displayable_comment")
    sums = ("per_unit_declared_value", "per_unit_price", "per_unit_tax")
    return all(
        getattr(wanted, name) is None or getattr(wanted, name) == (getattr(there, name) or "")
        for name in texts
    ) and all(_same_sum(getattr(wanted, name), getattr(there, name)) for name in sums)


def _same_sum(wanted: Money | None, there: Money | None) -> bool:
    return wanted is None or (
        there is not None
        and (wanted.currency_code, wanted.amount) == (there.currency_code, there.amount)
    )
