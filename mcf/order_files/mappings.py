"""What a person says that columns of a file are, remembered for the next file with the same ones,
in whatever order they stand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mcf.errors import InvalidInput, MCFError
from mcf.order_files import columns, shops
from mcf.order_files.columns import AT_SHOP, RESULTS, SENT_AS, distinct, plain
from mcf.order_files.parse import Assigned, Document
from mcf.store.documents import DocumentKind, Keeper, Kept

IGNORED = "ignored"
"""What a column is of which nothing is made, on the command line too."""
_LONGEST_EXAMPLE = 40
_OURS = (*RESULTS, SENT_AS, *AT_SHOP)
"""Columns of files that were written here, which nobody has to explain."""
_SYNONYMS = {
    "MerchantFulfillmentOrderID": "order id, order no, order #, order, order ref, ref, "
    "order reference, reference",
    "MerchantSKU": "item sku, product sku, variant sku, seller sku, item code, product code, "
    "custom label, article number",
    "Quantity": "qty, item quantity, quantity ordered, quantity to ship, pieces",
    "AddressName": "recipient, recipient name, ship to, ship to name, customer, customer name, "
    "full name, delivery name, shipping name, first name, last name, shipping first name, "
    "shipping last name, customer first, customer last, customer first name, customer last name, "
    "addressee",
    "AddressFieldOne": "addr, address, address 1, address line 1, street 1, street address, "
    "shipping address, shipping address 1, shipping street, delivery address, ship to address 1",
    "AddressFieldTwo": "address 2, address line 2, shipping address 2, ship to address 2",
    "AddressCity": "town, shipping city, ship to city, delivery city, suburb, shipping suburb",
    "AddressStateOrRegion": "province, region, county, shipping state, shipping province, "
    "ship to state, state code, state/province, st",
    "AddressPostalCode": "zip, zip code, zipcode, postcode, shipping zip, shipping postcode, "
    "shipping postal code, ship to zip, postal",
    "AddressCountryCode": "ctry, country code, shipping country, ship to country, "
    "shipping country code",
    "AddressPhoneNumber": "telephone, phone number, shipping phone, ship to phone, mobile",
    "NotificationEmail": "email address, customer email, buyer email",
    "GiftMessage": "gift note, gift text",
}
_ALIKE = {plain(word): name for name, words in _SYNONYMS.items() for word in words.split(", ")}


@dataclass(frozen=True, slots=True)
class OtherColumn:
    """A column of a file: its own name, an example of what is in it, what it's read as (Amazon's
    name of a column) or None if it's ignored, and what it may be meant as.
    """

    place: int
    name: str
    example: str
    column: str | None
    likely: str | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is remembered for files with these columns, since when (UTC); None is an ignored one."""

    key: str
    columns: Mapping[str, str | None]
    since: datetime

    def __str__(self) -> str:
        read = [f"{name} is {columns.label(it)}" for name, it in self.columns.items() if it]
        left = [name for name, it in self.columns.items() if it is None]
        parts = [", ".join(read), f"{', '.join(left)} {_isnt(left)} sent" if left else ""]
        return "; ".join(filter(None, parts))

    def assigned(self, names: Sequence[str]) -> dict[int, str | None]:
        """The same by place, for a file with these names of columns."""
        return {
            place: self.columns[name]
            for place, name in enumerate(distinct(names))
            if name in self.columns
        }


class ColumnMappings:
    """Keeps them; every method raises `StoreError`."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def get(self, names: Sequence[str]) -> Remembered | None:
        """What is remembered for files with these columns, or None."""
        kept = self._keeper.get(DocumentKind.HEAD, key_of(names))
        if kept is not None and "columns" in kept.content:
            return _remembered(kept)
        by_place = self._keeper.get(DocumentKind.HEAD, _digest(names))
        if by_place is None or "columns" in by_place.content:
            return None
        called = distinct(names)
        told = {called[int(place)]: column for place, column in by_place.content.items()}
        return Remembered(by_place.key, told, by_place.updated_at)

    def all(self) -> list[Remembered]:
        """All that is remembered, the newest first; not what an older version kept by place."""
        kept = self._keeper.all(DocumentKind.HEAD)
        return [_remembered(one) for one in kept if "columns" in one.content]

    def keep(self, names: Sequence[str], assigned: Assigned, seen: Remembered | None) -> Remembered:
        """What is remembered from now on for files with these columns, instead of what was seen.

        Raises `InvalidInput` when a column would be there twice, and `MCFError` when something else
        is remembered by now.
        """
        called = distinct(names)
        # In a shop's export no column stands for itself by its name.
        is_plain = shops.recognised(names) is None
        columns.match(names if is_plain else [f"'{name}'" for name in names], assigned)
        told = {called[place]: column for place, column in sorted(assigned.items())}
        now = self._keeper.get(DocumentKind.HEAD, key_of(names))
        if now is not None and (seen is None or now.updated_at != seen.since):
            raise _changed(_remembered(now))
        if not self._keeper.claim(DocumentKind.HEAD, key_of(names), {"columns": told}, now):
            raise _changed(self.get(names))
        self._keeper.forget(DocumentKind.HEAD, _digest(names))
        kept = self.get(names)
        if kept is None:
            raise _changed(None)
        return kept

    def forget(self, remembered: Remembered) -> None:
        """Remembers it no longer."""
        self._keeper.forget(DocumentKind.HEAD, remembered.key)


def key_of(names: Sequence[str]) -> str:
    """The same for files with the same columns, in whatever order and spelling."""
    own = {plain(name) for name in _OURS}
    return _digest(sorted(plain(name) for name in distinct(names) if plain(name) not in own))


def others(document: Document, assigned: Assigned) -> list[OtherColumn]:
    """The columns that a person may say something of, for a file as it's written.

    Of a shop's export those of which nothing is made, and what was said of others before; of any
    other file all.
    """
    names, shop = document.table.names, shops.recognised(document.table.names)
    if shop is not None:
        unread = shops.read(shop, document.table).unread
        places = sorted({*unread, *assigned})
        by_name: Mapping[int, str] = {}
    else:
        own = set(map(plain, _OURS))
        places = [place for place, name in enumerate(names) if plain(name) not in own]
        by_name = columns.match(names, {}).named if _matches(names) else {}
    called = distinct(names)
    return [
        OtherColumn(
            place,
            called[place],
            _example(document, place),
            assigned[place] if place in assigned else by_name.get(place),
            likely(names[place]),
        )
        for place in places
    ]


def likely(name: str) -> str | None:
    """The known column that one of this name may be meant as; None where nothing is near."""
    return columns.known(name) or _ALIKE.get(plain(name)) or columns.near(name)


def in_words(pairs: Sequence[str], names: Sequence[str]) -> dict[int, str | None]:
    """What pairs like "Customer=Name" say of a file's columns, by place.

    Raises `InvalidInput` for a pair that says nothing of a column that is there.
    """
    places = {plain(name): place for place, name in enumerate(distinct(names))}
    assigned: dict[int, str | None] = {}
    problems: dict[str, str] = {}
    for pair in pairs:
        theirs, is_pair, ours = pair.rpartition("=")
        column = columns.known(ours)
        if not is_pair:
            problems[pair] = "isn't a pair like Customer=Name"
        elif plain(theirs) not in places:
            problems[pair] = f"the file has no column {theirs}"
        elif column is None and plain(ours) != IGNORED:
            problems[pair] = f"{ours} is none of: {', '.join(columns.PLAIN)}, {IGNORED}"
        else:
            assigned[places[plain(theirs)]] = column
    if problems:
        raise InvalidInput(problems, advice="Write a column of the file, =, and what it is.")
    return assigned


def _matches(names: Sequence[str]) -> bool:
    try:
        columns.match(names)
    except InvalidInput:
        return False
    return True


def _example(document: Document, place: int) -> str:
    cells = (row.cells[place].strip() for row in document.table.rows if len(row.cells) > place)
    return next((cell[:_LONGEST_EXAMPLE] for cell in cells if cell), "")


def _remembered(kept: Kept) -> Remembered:
    told: dict[str, Any] = kept.content["columns"]
    return Remembered(kept.key, told, kept.updated_at)


def _changed(now: Remembered | None) -> MCFError:
    said = f"By now it's remembered so: {now}." if now else "By now it was forgotten."
    return MCFError(
        f"What these columns are was changed in another window or by somebody else. {said}",
        advice="Look again, then change it if you still want to. Nothing of this was saved.",
    )


def _isnt(names: Sequence[str]) -> str:
    return "isn't" if len(names) == 1 else "aren't"


def _digest(names: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]
