"""Columns of a file of orders: Amazon's flat-file names, our plain ones, and which is which."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mcf.errors import InvalidInput
from mcf.files.harmless import meant

REQUIRED = (
    "MerchantFulfillmentOrderID",
    "MerchantSKU",
    "Quantity",
    "AddressName",
    "AddressFieldOne",
    "AddressPostalCode",
    "AddressCountryCode",
)
OPTIONAL = (
    "DisplayableOrderID",
    "DisplayableOrderDate",
    "MerchantFulfillmentOrderItemID",
    "GiftMessage",
    "DisplayableComment",
    "PerUnitDeclaredValue",
    "DisplayableOrderComment",
    "DeliverySLA",
    "AddressFieldTwo",
    "AddressFieldThree",
    "AddressCity",
    "AddressStateOrRegion",
    "AddressPhoneNumber",
    "NotificationEmail",
    "FulfillmentAction",
    "FulfillmentPolicy",
    "OrderItemDisposition",
)
FEATURES = {
    "BlankBox": "BLANK_BOX",
    "BlockAMZL": "BLOCK_AMZL",
    "Overbox": "OVERBOX",
    "SignatureConfirmation": "SIGNATURE_CONFIRMATION",
    "PackingSlip": "PACKING_SLIP",
    "DeliverTogether": "DELIVER_TOGETHER",
}
"""Columns for Amazon's features of an order: yes or no.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference
"""
ALSO_READ = ("MarketplaceID", "ShipFromCountryCode", "AddressDistrictOrCounty", *FEATURES)
"""Columns that are honoured where a file has them, but that few sellers need."""
_PAYMENT = "payment on delivery can't be ordered here"
NOT_READ = {
    "IsCOD": _PAYMENT,
    "IsCODRequired": _PAYMENT,
    "CODCollectionMethod": _PAYMENT,
    "OrderCODCharge": _PAYMENT,
    "OrderCODChargeTax": _PAYMENT,
    "OrderShipCharge": _PAYMENT,
    "OrderShipChargeTax": _PAYMENT,
    "PerUnitPrice": _PAYMENT,
    "PerUnitTax": _PAYMENT,
    "FulfillmentNetworkSKU": "Amazon chooses the units by MerchantSKU",
    "FulfillmentMethod": "orders from here go to consumers only",
    "DeliveryWindowStart": "a delivery window can't be ordered here",
    "DeliveryWindowEnd": "a delivery window can't be ordered here",
}
"""Amazon's columns that are refused where they hold a value, and why."""
COLUMNS = (*REQUIRED, *OPTIONAL, *ALSO_READ, *NOT_READ)
"""All of Amazon's columns that are known, those included that are refused."""
PLAIN = {
    "Order number": "MerchantFulfillmentOrderID",
    "SKU": "MerchantSKU",
    "Units": "Quantity",
    "Name": "AddressName",
    "Street": "AddressFieldOne",
    "Street 2": "AddressFieldTwo",
    "Street 3": "AddressFieldThree",
    "City": "AddressCity",
    "State": "AddressStateOrRegion",
    "Postal code": "AddressPostalCode",
    "Country": "AddressCountryCode",
    "Phone": "AddressPhoneNumber",
    "E-mail": "NotificationEmail",
    "Speed": "DeliverySLA",
    "Ship or Hold": "FulfillmentAction",
    "Number on slip": "DisplayableOrderID",
    "Date on slip": "DisplayableOrderDate",
    "Note on slip": "DisplayableOrderComment",
    "Line number": "MerchantFulfillmentOrderItemID",
    "Line note": "DisplayableComment",
    "Gift message": "GiftMessage",
    "Declared value": "PerUnitDeclaredValue",
    "Blank box": "BlankBox",
    "No Amazon Logistics": "BlockAMZL",
    "Signature": "SignatureConfirmation",
    "Ship from": "ShipFromCountryCode",
}
"""Our own names of columns, in the order of the template, and Amazon's for the same."""
JOINED = (
    "AddressName",
    "AddressFieldOne",
    "AddressFieldTwo",
    "AddressFieldThree",
    "GiftMessage",
    "DisplayableComment",
    "DisplayableOrderComment",
)
"""Columns of texts that can be made of several, like first and last name."""
_OWN = {amazons: own for own, amazons in PLAIN.items()} | {
    "MarketplaceID": "Marketplace",
    "OrderItemDisposition": "Condition",
    "AddressDistrictOrCounty": "District",
    "FulfillmentNetworkSKU": "Amazon's SKU",
    "IsCOD": "Payment on delivery",
    "IsCODRequired": "Payment on delivery",
    "CODCollectionMethod": "Way to pay on delivery",
    "OrderCODCharge": "Charge for payment on delivery",
    "OrderCODChargeTax": "Tax on the charge for payment on delivery",
}
FROM, ORDER, ID, LINE, PRODUCT = (
    "From shop",
    "Order at the shop",
    "Id at the shop",
    "Line at the shop",
    "Product at the shop",
)
AT_SHOP = (FROM, ORDER, ID, LINE, PRODUCT)
"""Columns of what the shop that an order comes from calls it: kept for it, and never sent."""
RESULTS = ("Outcome", "What Amazon says", "Amazon's status")
"""Columns that a result file adds; they are passed over when it's given again."""
SENT_AS = "Sent as"
"""One more of them, where other SKUs are sent than the file has."""
_ASSIGN = (
    "Use Amazon's flat-file columns or the plain ones, separated by commas or tabs; see the "
    "template. Or say which column is what, on the page or with `columns set`: it's remembered for "
    "the next file with these columns."
)
_DELETE = "Delete the one that isn't meant, and give the file again."


def plain(name: str) -> str:
    """A column's name without what sellers and templates write differently."""
    return re.sub(r"[\s_\-*]", "", name).casefold()


_KNOWN = {plain(name): name for name in COLUMNS} | {plain(k): name for k, name in PLAIN.items()}
_ALIASES = {
    plain(name): "DeliverySLA"
    for name in ("Shipping Speed", "Shipping Method", "Delivery Speed", "Ship Method")
}
"""Names that others use for our columns: read where the file has no other column for the same."""
_PASSED_OVER = frozenset(map(plain, (*RESULTS, SENT_AS, *AT_SHOP)))


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a file: where each known column is, and which places are passed over.

    `more` are further places of a column that a person made of several, like first and last name.
    """

    names: tuple[str, ...]
    places: Mapping[str, int]
    left_out: frozenset[int]
    more: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def unknown(self) -> tuple[int, ...]:
        """The places of columns that aren't known, and that nobody chose to leave out."""
        read = {*self.named, *self.left_out}
        return tuple(place for place in range(len(self.names)) if place not in read)

    @property
    def named(self) -> dict[int, str]:
        """The known column of each place that has or adds to one."""
        first = {place: name for name, place in self.places.items()}
        return first | {place: name for name, places in self.more.items() for place in places}

    @property
    def at_shop(self) -> dict[str, int]:
        """The places of what the shop calls an order and its lines, by AT_SHOP."""
        written = [plain(name) for name in self.names]
        return {name: written.index(plain(name)) for name in AT_SHOP if plain(name) in written}

    @property
    def missing(self) -> tuple[str, ...]:
        """The columns that every order needs and that the file hasn't, by Amazon's names."""
        return tuple(name for name in REQUIRED if name not in self.places)

    def cell(self, name: str, cells: Sequence[str]) -> str:
        """What a line has in a known column; what stands in several places is joined."""
        places = (self.places[name], *self.more.get(name, ()))
        return " ".join(filter(None, (meant(cells[place].strip()) for place in places)))

    def require_needed(self) -> None:
        """Raises `InvalidInput` when a column is missing that every order needs."""
        if missing := self.missing:
            hints = _near(self.names[place] for place in self.unknown)
            raise InvalidInput(
                {"file": f"the first line lacks the columns {_listed(missing)}{hints}"},
                advice=_ASSIGN,
            )

    def called(self, text: str) -> str:
        """The text with a seller's words, or the file's own, in place of Amazon's names of columns.

        What is in quote marks, like a cell, stays as it is.
        """
        own = {name: self.names[place].strip() for name, place in self.places.items()}
        own = {name: written for name, written in own.items() if plain(name) != plain(written)}
        return _NAMED.sub(
            lambda found: own.get(found[0]) or label(found[0]) if found["name"] else found[0], text
        )

    def heading(self, place: int) -> str:
        """What a column is called on the page: as the file does, or in a seller's words."""
        written = self.names[place].strip()
        amazons = next((name for name, at in self.places.items() if at == place), written)
        is_amazons = plain(amazons) == plain(written) and amazons in COLUMNS
        return label(amazons) if is_amazons else written or f"Column {place + 1}"


def match(names: Sequence[str], assigned: Mapping[int, str | None] | None = None) -> Head:
    """The head of a file with these names; raises `InvalidInput` for a column that's there twice.

    `assigned` says which known column a place is, or None for one to be left out, whatever its
    name. Texts of JOINED to which places are assigned are made of all their places.
    """
    chosen = assigned or {}
    places: dict[str, int] = {}
    more: dict[str, tuple[int, ...]] = {}
    left_out: set[int] = set()
    taken = {name for name in chosen.values() if name}
    for place, written in enumerate(names):
        name = chosen[place] if place in chosen else _KNOWN.get(plain(written))
        if (place in chosen and name is None) or plain(written) in _PASSED_OVER:
            left_out.add(place)
        elif name is None:
            continue
        elif name in places and name in taken and name in JOINED:
            more[name] = (*more.get(name, ()), place)
        elif name in places:
            first = names[places[name]].strip()
            raise InvalidInput(
                {"file": f"the first line has a column twice: {first}, {written.strip()}"},
                advice=_DELETE,
            )
        else:
            places[name] = place
    for place, written in enumerate(names):
        alias = _ALIASES.get(plain(written))
        if alias and alias not in places and place not in chosen:
            places[alias] = place
    return Head(tuple(names), places, frozenset(left_out), more)


def known(name: str) -> str | None:
    """The known column of this name, one of Amazon's or of our own; None for any other."""
    return _KNOWN.get(plain(name)) or _LABELS.get(plain(name))


def distinct(names: Sequence[str]) -> list[str]:
    """What a file's columns are called, each by a name of its own."""
    called = [name.strip() or f"Column {place + 1}" for place, name in enumerate(names)]
    return [
        f"{name} ({called[:place].count(name) + 1})" if name in called[:place] else name
        for place, name in enumerate(called)
    ]


def near(name: str) -> str | None:
    """The known column whose name is nearest; None when none is near."""
    names = {plain(each): each for each in (*REQUIRED, *OPTIONAL, *ALSO_READ)}
    alike = difflib.get_close_matches(plain(name), names, n=1, cutoff=0.8)
    return names[alike[0]] if alike else None


def label(column: str) -> str:
    """A known column as a person reads it, like "Postal code"."""
    if column in _OWN:
        return _OWN[column]
    words = re.findall("[A-Z]+(?![a-z])|[A-Z][a-z]*", column)
    return " ".join((words[0], *map(str.lower, words[1:])))


_NAMED = re.compile(rf"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\b(?P<name>{"|".join(COLUMNS)})\b""")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(label, names))


def _near(names: Iterable[str]) -> str:
    hinted = ((name.strip(), near(name)) for name in names)
    hints = "; ".join(f"{name!r} may be meant as {label(like)}" for name, like in hinted if like)
    return f" ({hints})" if hints else ""


_LABELS = {plain(label(name)): name for name in (*REQUIRED, *OPTIONAL, *ALSO_READ)}
