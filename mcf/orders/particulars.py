"""All that goes with an order besides its goods, its address and its speed, in a seller's words:
for the sentence above the button that ships it, and for its page. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from mcf.amazon.labels import feature
from mcf.amazon.statuses import FulfillmentPolicy
from mcf.orders.form import DROP_OFFS, Typed, TypedLine
from mcf.orders.validation import label

_WISHES = {"Required": "required", "NotRequired": "if possible"}
_OF_LINE = {"gift": "gift", "comment": "line_comment"}
_SUMS = ("value", "price", "tax")
_TEXTS = (
    "comment", "displayed_date", "emails", "ship_from", "instructions", "neighbour", "house",
    "payment_id", "payment_mode", "payment_date",
)  # fmt: skip
_CASH = ("cod_charge", "cod_charge_tax", "cod_shipping", "cod_shipping_tax")


def particulars(typed: Typed, currency: str) -> list[tuple[str, str]]:
    """What each is called and how it's to be, in the order of the form; nothing for what is unset.

    `currency` is that in which amounts are typed.
    """
    return [*_lines(typed, currency), *_whole(typed, currency)]


def _lines(typed: Typed, currency: str) -> Iterator[tuple[str, str]]:
    several = len(typed.lines) > 1
    for line in typed.lines:
        of = f" of {line.sku}" if several else ""
        for name, text in _of_line(line, currency):
            yield f"{label(name)}{of}", text


def _of_line(line: TypedLine, currency: str) -> Iterator[tuple[str, str]]:
    for field, name in _OF_LINE.items():
        if text := _text(getattr(line, field)):
            yield name, text
    for name in _SUMS:
        if text := _text(getattr(line, name)):
            yield name, f"{text} {currency}"


def _whole(typed: Typed, currency: str) -> Iterator[tuple[str, str]]:
    for policy, words in _WISHES.items():
        wishes = [feature(name).label for name, how in typed.features.items() if how == policy]
        if wishes:
            yield f"{label('features')}, {words}", ", ".join(wishes)
    policy_of_parts = FulfillmentPolicy.of(typed.policy)
    if typed.policy and policy_of_parts is not FulfillmentPolicy.FILL_OR_KILL:
        yield label("policy"), FulfillmentPolicy.label_of(typed.policy)
    for name in _TEXTS:
        if text := _text(getattr(typed, name)):
            yield label(name), text
    if typed.drop_off:
        yield label("drop_off"), DROP_OFFS.get(typed.drop_off, typed.drop_off)
    for name in _CASH if typed.cod else ():
        if text := _text(getattr(typed, name)):
            yield label(name), f"{text} {currency}"


def _text(value: str) -> str:
    return " ".join(value.split())
