"""Changes of orders at Amazon: asked for, then verified by reading the order. Asked isn't done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mcf.amazon.client import MCFClient
from mcf.amazon.labels import feature
from mcf.amazon.models.answers import MCFFulfillmentOrder, MCFOrderDetail, OrderLine
from mcf.amazon.models.base import Money
from mcf.amazon.models.requests import ChangedLine, MCFOrderItem, MCFOrderRequest, MCFOrderUpdate
from mcf.amazon.similarity import same_address
from mcf.amazon.statuses import (
    FulfillmentAction,
    FulfillmentOrderStatus,
    FulfillmentPolicy,
    ShippingSpeedCategory,
)
from mcf.errors import MCFError, OrderNotUpdatable, ServiceTrouble
from mcf.orders.form import ADDRESS, Typed, TypedLine
from mcf.orders.validation import Entry, Problem, label
from mcf.tracking.states import Change, ChangeState

_FIELDS = {
    **dict.fromkeys(ADDRESS, "destination_address"),
    "comment": "displayable_order_comment",
    "displayed_date": "displayable_order_date",
    "speed": "shipping_speed_category",
    "policy": "fulfillment_policy",
    "emails": "notification_emails",
    "ship_from": "ship_from_country_code",
}
"""The form's fields that a change takes, and the field of the request that holds each."""
_FIXED = (
    "instructions", "drop_off", "neighbour", "house", "window", "cod", "cod_charge",
    "cod_charge_tax", "cod_shipping", "cod_shipping_tax", "payment_id", "payment_mode",
    "payment_date",
)  # fmt: skip
_OF_A_LINE = {
    "units": "units",
    "gift": "gift",
    "line_comment": "comment",
    "value": "value",
    "price": "price",
    "tax": "tax",
}
_STAYS = "can't be changed any more: cancel the order and send it again"


@dataclass(frozen=True, slots=True)
class Edit:
    """What is changed, a sentence each, and what Amazon is asked for; None while it can't be."""

    changes: tuple[str, ...]
    update: MCFOrderUpdate | None
    problems: Mapping[str, Problem] = field(default_factory=dict)

    def released(self) -> MCFOrderUpdate | None:
        """The same change, after which the order ships."""
        ship = {"fulfillment_action": FulfillmentAction.SHIP.value}
        return self.update and self.update.model_copy(update=ship)


def edit_of(before: Typed, entry: Entry) -> Edit:
    """What of the order is to be otherwise; its lines are known by their `item_id`."""
    typed = entry.typed
    changes = tuple(_changes(before, typed))
    problems = {**entry.problems, **_problems(before, typed)}
    if problems or entry.request is None or not changes:
        return Edit(changes, None, problems)
    return Edit(changes, MCFOrderUpdate.of(**_fields(before, typed, entry.request)), {})


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
        except OrderNotUpdatable as error:
            seen = self._seen(order_id)
            if seen is None or not is_done(seen):
                error.advice = _by_now(seen.fulfillment_order.status if seen else None, words)
                raise
        except ServiceTrouble as error:
            if not error.may_have_happened:
                raise
            lost = True
        detail = self._seen(order_id)
        if detail is None:
            return _not_seen_done(order_id, lost, None, words)
        status = detail.fulfillment_order.status
        if is_done(detail):
            return Change(order_id, ChangeState.DONE, status.value, words.done)
        return _not_seen_done(order_id, lost, status, words)

    def _seen(self, order_id: str) -> MCFOrderDetail | None:
        try:
            return self._read(order_id)
        except MCFError:
            # What isn't seen is told as such; the background read tries again.
            return None


def _is_other(before: Typed, typed: Typed, key: str) -> bool:
    return _said(getattr(before, key)) != _said(getattr(typed, key))


def _said(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _wishes(typed: Typed) -> dict[str, str]:
    return {name: policy for name, policy in sorted(typed.features.items()) if policy}


def _changes(before: Typed, typed: Typed) -> Iterator[str]:
    for key in _FIELDS:
        if _is_other(before, typed, key):
            old, new = (_shown(key, str(getattr(form, key))) for form in (before, typed))
            yield f"{label(key, typed.to_country)}: {new} instead of {old}"
    if _wishes(before) != _wishes(typed):
        old, new = (_features(_wishes(form)) for form in (before, typed))
        yield f"{label('features')}: {new} instead of {old}"
    old_lines = {line.item_id: line for line in before.lines}
    for line in typed.lines:
        yield from _line_changes(old_lines.get(line.item_id, line), line)


def _line_changes(before: TypedLine, line: TypedLine) -> Iterator[str]:
    for key, name in _OF_A_LINE.items():
        old, new = getattr(before, name).strip(), getattr(line, name).strip()
        if old != new:
            yield f"{label(key)} of {line.sku}: {new or 'none'} instead of {old or 'none'}"


def _shown(key: str, text: str) -> str:
    kinds = {"speed": ShippingSpeedCategory, "policy": FulfillmentPolicy}
    if key in kinds and text:
        return kinds[key].label_of(text)
    return " ".join(text.split()) or "none"


def _features(wishes: Mapping[str, str]) -> str:
    told = (
        f"{feature(name).label} {'required' if policy == 'Required' else 'if possible'}"
        for name, policy in wishes.items()
    )
    return ", ".join(told) or "none"


def _problems(before: Typed, typed: Typed) -> dict[str, Problem]:
    problems = {
        key: Problem(label(key, typed.to_country), _STAYS)
        for key in _FIXED
        if _is_other(before, typed, key)
    }
    old = {line.item_id: line for line in before.lines}
    for at, line in enumerate(typed.lines):
        if line.item_id not in old:
            text = "can't be added to an order: send what is new as an order of its own"
            problems[f"sku_{at}"] = Problem(label("sku"), text)
        elif line.sku != old[line.item_id].sku:
            text = f"can't be another one than {old[line.item_id].sku}: {_STAYS}"
            problems[f"sku_{at}"] = Problem(label("sku"), text)
    gone = [
        gone_line.sku
        for key, gone_line in old.items()
        if key not in {x.item_id for x in typed.lines}
    ]
    if gone:
        text = f"{gone[0]} can't be taken out of an order: cancel the order and send it again"
        problems["items"] = Problem(label("items"), text)
    return problems


def _fields(before: Typed, typed: Typed, request: MCFOrderRequest) -> dict[str, Any]:
    names = {name for key, name in _FIELDS.items() if _is_other(before, typed, key)}
    fields: dict[str, Any] = {name: getattr(request, name) for name in names}
    if "destination_address" in fields:
        fields["destination_address"] = request.destination_address.to_api()
    if "notification_emails" in fields:
        fields["notification_emails"] = request.notification_emails or ()
    if _wishes(before) != _wishes(typed):
        fields["feature_constraints"] = [
            {"feature_name": name, "feature_fulfillment_policy": policy}
            for name, policy in _wishes(typed).items()
        ]
    old = {line.item_id: line for line in before.lines}
    pairs = list(zip(typed.lines, request.items, strict=True))
    if any(list(_line_changes(old[line.item_id], line)) for line, _ in pairs):
        # Amazon doesn't tell whether lines left out stay, so all are named as they are to be.
        fields["items"] = [_line(old[line.item_id], line, item).to_api() for line, item in pairs]
    return fields


def _line(before: TypedLine, line: TypedLine, item: MCFOrderItem) -> ChangedLine:
    return ChangedLine.of(
        seller_fulfillment_order_item_id=line.item_id,
        quantity=item.quantity,
        gift_message=_text(before.gift, line.gift),
        displayable_comment=_text(before.comment, line.comment),
        per_unit_declared_value=item.per_unit_declared_value,
        per_unit_price=item.per_unit_price,
        per_unit_tax=item.per_unit_tax,
    )


def _text(before: str, now: str) -> str | None:
    """The text as it's to be: empty takes it away, None where there's none to take."""
    return now.strip() if now.strip() or before.strip() else None


@dataclass(frozen=True, slots=True)
class _Words:
    to: str
    done: str


_CANCEL = _Words("cancel it", "Amazon has cancelled the order.")
_RELEASE = _Words("ship it", "Amazon ships the order.")
_UPDATE = _Words("change it", "Amazon has changed the order.")


def _by_now(status: FulfillmentOrderStatus | None, words: _Words) -> str:
    """What a refused order is by now, and what can be done about it."""
    if status is None:
        return "What the order is by now couldn't be read: look at it under Tracking."
    now = f"The order is {status.label.lower()} now. {status.meaning}"
    if status.is_cancellable:
        cancel = "It can still be cancelled, and sent again as you want it under a new number."
        return f"{now} {'Ask again in a minute.' if words is _CANCEL else cancel}"
    if status.comes_to_nothing:
        return now
    return f"{now} A return can be asked for once it's delivered."


def _not_seen_done(
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
