"""A change of an order on hold: the form as it was and as it's typed -> what Amazon is asked. Pure.

What isn't changed isn't sent. Amazon's change names the lines that there are: none can be added or
taken out.

https://developer-docs.amazon.com/sp-api/reference/updatefulfillmentorder
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mcf.entry import Entry, Problem, label
from mcf.models import ChangedLine, MCFOrderItem, MCFOrderRequest, MCFOrderUpdate
from mcf.status import FulfillmentAction, FulfillmentPolicy, ShippingSpeedCategory
from mcf.typed import ADDRESS, Typed, TypedLine
from mcf.words import feature

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


def _is_other(before: Typed, typed: Typed, key: str) -> bool:
    return _said(getattr(before, key)) != _said(getattr(typed, key))


def _said(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _wishes(typed: Typed) -> dict[str, str]:
    return {name: policy for name, policy in sorted(typed.features.items()) if policy}


def _changes(before: Typed, typed: Typed) -> Iterator[str]:
    for key in _FIELDS:
        if _is_other(before, typed, key):
            old, new = (_shown(key, str(getattr(each, key))) for each in (before, typed))
            yield f"{label(key, typed.to_country)}: {new} instead of {old}"
    if _wishes(before) != _wishes(typed):
        old, new = (_features(_wishes(each)) for each in (before, typed))
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
    found = {
        key: Problem(label(key, typed.to_country), _STAYS)
        for key in _FIXED
        if _is_other(before, typed, key)
    }
    old = {line.item_id: line for line in before.lines}
    for at, line in enumerate(typed.lines):
        if line.item_id not in old:
            text = "can't be added to an order: send what is new as an order of its own"
            found[f"sku_{at}"] = Problem(label("sku"), text)
        elif line.sku != old[line.item_id].sku:
            text = f"can't be another one than {old[line.item_id].sku}: {_STAYS}"
            found[f"sku_{at}"] = Problem(label("sku"), text)
    gone = [each.sku for key, each in old.items() if key not in {x.item_id for x in typed.lines}]
    if gone:
        text = f"{gone[0]} can't be taken out of an order: cancel the order and send it again"
        found["items"] = Problem(label("items"), text)
    return found


def _fields(before: Typed, typed: Typed, request: MCFOrderRequest) -> dict[str, Any]:
    names = {name for key, name in _FIELDS.items() if _is_other(before, typed, key)}
    told: dict[str, Any] = {name: getattr(request, name) for name in names}
    if "destination_address" in told:
        told["destination_address"] = request.destination_address.to_api()
    if "notification_emails" in told:
        told["notification_emails"] = request.notification_emails or ()
    if _wishes(before) != _wishes(typed):
        told["feature_constraints"] = [
            {"feature_name": name, "feature_fulfillment_policy": policy}
            for name, policy in _wishes(typed).items()
        ]
    old = {line.item_id: line for line in before.lines}
    pairs = list(zip(typed.lines, request.items, strict=True))
    if any(list(_line_changes(old[line.item_id], line)) for line, _ in pairs):
        # Amazon doesn't tell whether lines left out stay, so all are named as they are to be.
        told["items"] = [_line(old[line.item_id], line, item).to_api() for line, item in pairs]
    return told


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
