"""Changes of orders at Amazon: asked for, then verified by reading the order. Asked isn't done.

https://developer-docs.amazon.com/sp-api/reference/cancelfulfillmentorder
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mcf.client import MCFClient
from mcf.errors import MCFError, OrderNotUpdatable, ServiceTrouble
from mcf.likeness import same_address
from mcf.models import MCFOrderDetail, MCFOrderUpdate
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
        """What became of a change of address, speed, note or hold."""
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
    """Whether the order is as the update wants it."""
    order = detail.fulfillment_order
    if order.status.comes_to_nothing:
        return False
    place, note = update.destination_address, update.displayable_order_comment
    pairs = (
        (update.fulfillment_action, order.fulfillment_action),
        (update.shipping_speed_category, order.shipping_speed_category),
    )
    return (
        all(
            there is not None and here.casefold() == there.casefold()
            for here, there in pairs
            if here is not None
        )
        and (note is None or note == order.displayable_order_comment)
        and (update.items is None or _lines_are(update, detail))
        and (place is None or same_address(place, order.destination_address))
    )


def _lines_are(update: MCFOrderUpdate, detail: MCFOrderDetail) -> bool:
    there = {i.seller_fulfillment_order_item_id: i.quantity for i in detail.fulfillment_order_items}
    return all(
        there.get(line.seller_fulfillment_order_item_id) == line.quantity
        for line in update.items or ()
    )
