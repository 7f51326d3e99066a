"""Duplicates: how alike two orders are, that at Amazon and that which was to be sent, or two of a
week.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from enum import Enum

from mcf.amazon.models.answers import MCFOrderDetail, OrderLine
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderItem, MCFOrderRequest


class Likeness(Enum):
    """How much an order at Amazon is like the one that was to be sent."""

    SAME = "same"
    DOUBTFUL = "doubtful"
    OTHER = "other"


def compare(request: MCFOrderRequest, detail: MCFOrderDetail) -> Likeness:
    """How alike they are: lines and name decide; an address may come back in other letters.

    In version 2026-07-04 the name stands on the packing slip only, which may be left out. What
    can't be read of the order at Amazon is neither like nor unlike, so it leaves a doubt.
    """
    head = detail.fulfillment_order
    names = {_folded(head.displayable_order_id), _folded(request.displayable_order_id)} - {""}
    ours, theirs = _lines(request.items), _lines(detail.fulfillment_order_items)
    untold = {line for line in theirs if None in line}
    if len(names) > 1 or not theirs - untold <= ours:
        return Likeness.OTHER
    if untold or head.displayable_order_id is None or _has_unread_parts(detail):
        return Likeness.DOUBTFUL
    if ours != theirs:
        return Likeness.OTHER
    there, here = head.destination_address, request.destination_address
    if there is None or place(there) == place(here):
        return Likeness.SAME
    return Likeness.DOUBTFUL


def _has_unread_parts(detail: MCFOrderDetail) -> bool:
    return any(
        place == "fulfillmentOrder.destinationAddress"
        or (place.startswith("fulfillmentOrderItems") and "." not in place)
        for place in detail.unread
    )


def same_address(one: Address, other: Address | None) -> bool:
    """Whether all fields are the same, whatever the letters' case."""
    return other is not None and not other.unread and _all_of(one) == _all_of(other)


def _all_of(address: Address) -> dict[str, str]:
    fields = {name: _folded(getattr(address, name) or "") for name in Address.model_fields}
    return fields | {"postal_code": _postal(address)}


def place(address: Address) -> tuple[str, ...]:
    """The same for the same person at the same door, as far as letters and ZIP+4 allow to tell."""
    return _folded(address.name), _folded(address.address_line1), _postal(address)


def _postal(address: Address) -> str:
    # Amazon completes US ZIP codes to nine digits.
    return _folded(address.postal_code).replace(" ", "").split("-")[0]


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _lines(
    items: Iterable[MCFOrderItem | OrderLine],
) -> set[tuple[str | None, str | None, int | None]]:
    return {(i.seller_fulfillment_order_item_id, i.seller_sku, i.quantity) for i in items}


_SHORT = {
    long: short
    for short, longs in {
        "st": "street saint",
        "rd": "road",
        "ave": "avenue av avenida avda",
        "blvd": "boulevard bd boul",
        "dr": "drive",
        "ln": "lane",
        "ct": "court",
        "pl": "place platz plaza",
        "sq": "square",
        "ter": "terrace",
        "pkwy": "parkway",
        "hwy": "highway",
        "cir": "circle",
        "trl": "trail",
        "cres": "crescent",
        "c": "calle",
        "n": "north",
        "s": "south",
        "e": "east",
        "w": "west",
        "ne": "northeast",
        "nw": "northwest",
        "se": "southeast",
        "sw": "southwest",
        "mt": "mount",
        "ft": "fort",
    }.items()
    for long in longs.split()
}
"""Words of streets that are also written shorter.

https://pe.usps.com/text/pub28/28apc_002.htm
"""
_UNITS = frozenset({"apt", "apartment", "unit", "suite", "ste", "flat", "floor", "fl", "room"})
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "herr", "frau", "mme", "m"])
_WORDS = re.compile(r"[^\W_]+|#")


def _words(text: str | None) -> list[str]:
    """The words of a text without case, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", (text or "").casefold().replace("ß", "ss"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _WORDS.findall(re.sub(r"['\u2019.]", "", plain))


def door(address: Address) -> tuple[str, ...]:
    """The same for the same person at the same house, however it's spelled: "Rd" or "Road", with
    or without a title, the flat beside the street or below it.
    """
    named = sorted(word for word in _words(address.name) if word not in _TITLES)
    street: list[str] = []
    for word in _words(address.address_line1):
        if street and (word in _UNITS or word == "#"):
            break
        street.append(_SHORT.get(word, re.sub(r"(?<=\w)str(?:asse)?$", "str", word)))
    return " ".join(named), " ".join(street), _postal(address)


def fingerprint(
    address: Address | None, items: Iterable[MCFOrderItem | OrderLine], *, exact: bool = False
) -> str | None:
    """What duplicates have in common: the same for the same goods to the same place, whatever the
    order's number, its units and its spelling; else another. 32 hexadecimal digits.

    An `exact` one counts units and differs with each spelling: the store of an earlier version has
    such. None where the address or a line isn't known.
    """
    if address is None or address.name is None or address.address_line1 is None:
        return None
    units: Counter[str] = Counter()
    for item in items:
        if item.seller_sku is None or item.quantity is None:
            return None
        units[item.seller_sku] += item.quantity
    goods = (f"{n} {sku}" if exact else sku for sku, n in sorted(units.items()))
    text = "\n".join((*(place(address) if exact else door(address)), *goods))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
