"""What a person typed into the form of an order -> the order as it would be sent, pure.

Nothing is cut, rounded or guessed: what can't be sent as it stands is a problem at its field, and
while there's one there is no request.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from mcf.addresses import countries, validate
from mcf.addresses.spoiled import meant
from mcf.amazon.models.requests import (
    MAX_UNITS,
    MCFOrderItem,
    MCFOrderRequest,
    Recipient,
    order_id_for,
)
from mcf.amazon.statuses import FulfillmentAction, ShippingSpeedCategory
from mcf.errors import InvalidInput
from mcf.marketplaces import Marketplace
from mcf.orders.form import ADDRESS, DEFAULT_COMMENT, NEIGHBOUR, RECEPTION, Typed, TypedLine, emails

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DIGITS = re.compile(r"[0-9]+")
_MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a field can't be sent as it stands; `missing` when it's only still empty.

    `meant` is what is probably meant instead of what is typed, "" for nothing at all.
    """

    label: str
    text: str
    missing: bool = False
    meant: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What is typed, read: address and lines when they are whole, and what stands in the way.

    `problems` are by the form's names: `to_zip`, `number`, `units_0` for a line by its position.
    """

    typed: Typed
    address: Recipient | None
    items: tuple[MCFOrderItem, ...]
    request: MCFOrderRequest | None
    can_be_previewed: bool
    """Whether recipient and lines are whole, so that Amazon can be asked what it costs."""
    problems: Mapping[str, Problem] = field(default_factory=dict)

    def is_at(self, speed: str | None) -> bool:
        """Whether it can be sent, at just this speed: that for which a fee and dates are shown."""
        return self.request is not None and self.typed.speed == speed

    def blocked(self, key: str, label: str, reason: str) -> Entry:
        """The same, but it can't be sent, for this reason."""
        problem = Problem(label, reason)
        return replace(self, request=None, problems={**self.problems, key: problem})

    def digest(self, *shown: str) -> str:
        """Another text for whatever is typed otherwise, or shown otherwise beside it."""
        told = "\0".join((self.typed.model_dump_json(), *shown))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def judge(
    typed: Typed,
    marketplace: Marketplace,
    now: datetime,
    is_known: Callable[[str], bool] = lambda _: True,
) -> Entry:
    """The order that is typed, or what stands in its way.

    `now` is Amazon's time in the zone in which dates are typed; `is_known` says whether a SKU is
    the seller's.
    """
    reader = _Reader(typed, marketplace, now, is_known)
    address = reader.recipient()
    items = reader.items()
    whole = not reader.problems
    options = reader.options()
    reader.ask_what_is_meant()
    request = reader.request(address, items, options) if address and whole else None
    return Entry(
        typed, address, items, None if reader.problems else request, whole, reader.problems
    )


def count_of(text: str) -> int | None:
    """The units that a text says, None when it doesn't say a whole number of at least 1."""
    stripped = text.strip()
    return int(stripped) or None if _DIGITS.fullmatch(stripped) and len(stripped) < 10 else None


def units_of(typed: Typed) -> int:
    """The units of all lines, as far as whole numbers are typed."""
    return sum(count_of(line.units) or 0 for line in typed.lines)


def number_at_amazon(typed: Typed) -> str:
    """The number under which Amazon gets the order; empty when none can be made of what's typed."""
    return typed.amazon_number.strip() or order_id_for(" ".join(typed.number.split()))


def label(key: str, country: str = "") -> str:
    """What the field is called on the screen; parts of an address in the country's own word."""
    name, _, _ = key.rpartition("_") if key.rpartition("_")[2].isdigit() else (key, "", "")
    if key in ADDRESS:
        return parts_of_address(country).get(ADDRESS[key], _LABELS[key])
    return _LABELS[name]


def parts_of_address(country: str) -> dict[str, str]:
    """The parts of an address in the order in which the country writes them, with their labels.

    All there are while the country isn't known.
    """
    code = countries.country_code(country)
    if code is None:
        return {name: _LABELS[key] for key, name in ADDRESS.items()}
    return {each.name: each.label for each in validate.fields(code)}


_LABELS = {
    "to_country": "Country",
    "to_name": "Name",
    "to_line1": "Street and number",
    "to_line2": "Apartment, company, floor",
    "to_line3": "Third address line",
    "to_city": "City",
    "to_district": "District or county",
    "to_state": "State or region",
    "to_zip": "Postal code",
    "to_phone": "Phone",
    "sku": "Product",
    "units": "Units",
    "gift": "Gift message",
    "line_comment": "Comment on the line",
    "value": "Declared value of a unit",
    "price": "Price of a unit",
    "tax": "Tax on a unit",
    "items": "Items",
    "number": "Order number",
    "amazon_number": "Number at Amazon",
    "displayed_date": "Date on the packing slip",
    "comment": "Note on the packing slip",
    "emails": "E-mails that Amazon keeps informed",
    "hold": "Hold",
    "policy": "If a part can't be shipped",
    "speed": "Delivery speed",
    "features": "Packaging and carrier",
    "ship_from": "Ships from",
    "instructions": "Delivery instructions",
    "drop_off": "Where to leave it",
    "neighbour": "Neighbour's name",
    "house": "Neighbour's house number",
    "window": "Delivery window",
    "cod": "Cash on delivery",
    "cod_charge": "Charge for cash on delivery",
    "cod_charge_tax": "Tax on that charge",
    "cod_shipping": "Shipping charge",
    "cod_shipping_tax": "Tax on shipping",
    "payment_id": "Payment's transaction number",
    "payment_mode": "Way of payment",
    "payment_date": "Day of payment",
    "replaces": "In place of",
    "order": "Order",
}
_KEY_OF = {
    "sellerFulfillmentOrderId": "amazon_number",
    "displayableOrderId": "number",
    "displayableOrderDate": "displayed_date",
    "displayableOrderComment": "comment",
    "shippingSpeedCategory": "speed",
    "notificationEmails": "emails",
    "fulfillmentAction": "hold",
    "fulfillmentPolicy": "policy",
    "featureConstraints": "features",
    "shipFromCountryCode": "ship_from",
    "deliveryWindow": "window",
    "items": "items",
    "countryCode": "to_country",
    "name": "to_name",
    "addressLine1": "to_line1",
    "addressLine2": "to_line2",
    "addressLine3": "to_line3",
    "city": "to_city",
    "districtOrCounty": "to_district",
    "stateOrRegion": "to_state",
    "postalCode": "to_zip",
    "phone": "to_phone",
    "sellerSku": "sku",
    "quantity": "units",
    "giftMessage": "gift",
    "displayableComment": "line_comment",
    "perUnitDeclaredValue": "value",
    "perUnitPrice": "price",
    "perUnitTax": "tax",
    "deliveryInstructions": "instructions",
    "dropOffLocation": "drop_off",
    "neighborName": "neighbour",
    "houseNumber": "house",
    "isCodRequired": "cod",
    "codCharge": "cod_charge",
    "codChargeTax": "cod_charge_tax",
    "shippingCharge": "cod_shipping",
    "shippingChargeTax": "cod_shipping_tax",
    "paymentTransactionId": "payment_id",
    "paymentMode": "payment_mode",
    "paymentDate": "payment_date",
}
"""The form's name of what Amazon's models name."""


def key_of(where: str) -> str:
    """The form's name of a place in Amazon's request, like `items.0.quantity`: `units_0`."""
    parts = where.split(".")
    named = [_KEY_OF[part] for part in parts if part in _KEY_OF]
    key = named[-1] if named else "order"
    if parts[0] == "items" and len(parts) > 1 and parts[1].isdigit() and key != "items":
        return f"{key}_{parts[1]}"
    return key


class _Reader:
    def __init__(
        self,
        typed: Typed,
        marketplace: Marketplace,
        now: datetime,
        is_known: Callable[[str], bool],
    ) -> None:
        self._typed = typed
        self._marketplace = marketplace
        self._now = now
        self._known = is_known
        self.problems: dict[str, Problem] = {}

    def recipient(self) -> Recipient | None:
        texts = {name: getattr(self._typed, key).strip() for key, name in ADDRESS.items()}
        try:
            return Recipient.of(**{name: text for name, text in texts.items() if text})
        except InvalidInput as error:
            self._refuse_all(error)
            return None

    def items(self) -> tuple[MCFOrderItem, ...]:
        found = [self._item(at, line) for at, line in enumerate(self._typed.lines)]
        whole = tuple(item for item in found if item is not None)
        total = sum(item.quantity for item in whole)
        if total > MAX_UNITS:
            told = f"the order has {total} units; Amazon takes {MAX_UNITS} in one order at most"
            self._refuse(f"units_{len(found) - 1}", told)
        if not found:
            self._refuse("items", "at least one is needed", missing=True)
        return whole

    def _item(self, at: int, line: TypedLine) -> MCFOrderItem | None:
        sku = line.sku
        if not sku:
            self._refuse(f"sku_{at}", "is needed: choose one, or remove the line", missing=True)
        elif not self._known(sku):
            self._refuse(f"sku_{at}", f"{sku} isn't among your SKUs in this marketplace")
        count = self._count(at, line.units)
        money = {
            "per_unit_declared_value": self._money(f"value_{at}", line.value),
            "per_unit_price": self._money(f"price_{at}", line.price),
            "per_unit_tax": self._money(f"tax_{at}", line.tax),
        }
        if not sku or count is None:
            return None
        texts = {"gift_message": line.gift.strip(), "displayable_comment": line.comment.strip()}
        fields: dict[str, Any] = {name: value for name, value in (texts | money).items() if value}
        try:
            return MCFOrderItem.of(
                seller_sku=sku,
                seller_fulfillment_order_item_id=str(at + 1),
                quantity=count,
                **fields,
            )
        except InvalidInput as error:
            self._refuse_all(error, lambda where: f"items.{at}.{where}")
            return None

    def _count(self, at: int, text: str) -> int | None:
        count = count_of(text)
        if not text.strip():
            self._refuse(f"units_{at}", "is needed: how many?", missing=True)
        elif count is None:
            problem = f"{text.strip()!r} isn't a whole number of units, like 1 or 12"
            self._refuse(f"units_{at}", problem)
        elif count > MAX_UNITS:
            problem = f"{count} are too many: Amazon takes {MAX_UNITS} in one order at most"
            self._refuse(f"units_{at}", problem)
        return count

    def options(self) -> dict[str, Any]:
        typed = self._typed
        number = " ".join(typed.number.split())
        fields: dict[str, Any] = {
            "seller_fulfillment_order_id": number_at_amazon(typed),
            "displayable_order_id": number,
            "displayable_order_date": self._moment("displayed_date", typed.displayed_date)
            or self._now.replace(microsecond=0),
            "displayable_order_comment": typed.comment.strip() or DEFAULT_COMMENT,
            "fulfillment_action": (
                FulfillmentAction.HOLD if typed.hold else FulfillmentAction.SHIP
            ).value,
            "fulfillment_policy": typed.policy,
            "notification_emails": self._emails(),
            "feature_constraints": [
                {"feature_name": name, "feature_fulfillment_policy": policy}
                for name, policy in sorted(typed.features.items())
                if policy
            ],
            "ship_from_country_code": typed.ship_from,
            "delivery_preferences": self._preferences(),
            "delivery_window": self._window(),
            "cod_settings": self._cash(),
            "payment_information": self._payment(),
        }
        self._refuse_number(number, fields["seller_fulfillment_order_id"])
        self._refuse_for_the_country()
        return {name: value for name, value in fields.items() if value}

    def _refuse_number(self, number: str, at_amazon: str) -> None:
        if not number:
            self._refuse("number", "is needed", missing=True)
        elif at_amazon in ("", ".", ".."):
            told = f"{number!r} isn't one that Amazon takes: use letters or digits"
            self._refuse("number", told)
        elif order_id_for(at_amazon) != at_amazon:
            self._refuse("amazon_number", "may hold letters, digits, '-', '_' and '.' only")

    def _refuse_for_the_country(self) -> None:
        typed, country = self._typed, self._marketplace.country_code
        if typed.speed == ShippingSpeedCategory.SCHEDULED:
            if not typed.window:
                self._refuse("window", "is needed: choose one that Amazon offers", missing=True)
            if typed.hold:
                self._refuse("hold", "can't be combined with a delivery in a scheduled window")
        if country == "IN":
            for at, line in enumerate(typed.lines):
                if not line.value.strip():
                    self._refuse(f"value_{at}", "is needed in India", missing=True)
            if not typed.payment_id.strip():
                self._refuse("payment_id", "is needed in India", missing=True)

    def ask_what_is_meant(self) -> None:
        """A problem for each text that another program escaped or encoded once too often."""
        for key, text in self._typed.written.items():
            right = None if text in self._typed.as_typed else meant(text)
            if right is not None:
                named = label(key, self._typed.to_country)
                self.problems.setdefault(key, Problem(named, _spoiled(text, right), meant=right))

    def request(
        self, address: Recipient, items: Sequence[MCFOrderItem], options: Mapping[str, Any]
    ) -> MCFOrderRequest | None:
        try:
            return MCFOrderRequest.of(
                **options,
                shipping_speed_category=self._typed.speed or ShippingSpeedCategory.STANDARD.value,
                destination_address=address.to_api(),
                items=[item.to_api() for item in items],
            )
        except InvalidInput as error:
            self._refuse_all(error)
            return None

    def _emails(self) -> list[str]:
        found = emails(self._typed.emails)
        if wrong := [each for each in found if not _EMAIL.fullmatch(each)]:
            self._refuse("emails", f"{wrong[0]!r} isn't an e-mail address")
        return found

    def _preferences(self) -> dict[str, Any]:
        typed = self._typed
        told: dict[str, Any] = {}
        if typed.instructions.strip():
            told["delivery_instructions"] = typed.instructions.strip()
        if typed.drop_off:
            told["drop_off_location"] = {"type": typed.drop_off, **self._drop_off_names()}
        return told

    def _drop_off_names(self) -> dict[str, Any]:
        typed = self._typed
        name, house = typed.neighbour.strip(), typed.house.strip()
        if typed.drop_off == NEIGHBOUR:
            for key, text in (("neighbour", name), ("house", house)):
                if not text:
                    self._refuse(key, "is needed", missing=True)
            return {"attributes": {"neighborName": name, "houseNumber": house}}
        if typed.drop_off == RECEPTION and name:
            return {"attributes": {"recipientName": name}}
        return {}

    def _window(self) -> dict[str, str] | None:
        if self._typed.speed != ShippingSpeedCategory.SCHEDULED or not self._typed.window:
            return None
        start, _, end = self._typed.window.partition("/")
        return {"start_date": start, "end_date": end}

    def _cash(self) -> dict[str, Any] | None:
        if not self._typed.cod:
            return None
        names = {
            "cod_charge": "cod_charge",
            "cod_charge_tax": "cod_charge_tax",
            "cod_shipping": "shipping_charge",
            "cod_shipping_tax": "shipping_charge_tax",
        }
        amounts = {name: self._money(key, getattr(self._typed, key)) for key, name in names.items()}
        return {"is_cod_required": True} | {k: v for k, v in amounts.items() if v}

    def _payment(self) -> list[dict[str, Any]]:
        typed = self._typed
        texts = {key: getattr(typed, key).strip() for key in _PAYMENT}
        if not any(texts.values()):
            return []
        for key, text in texts.items():
            if not text:
                self._refuse(key, "is needed with the other fields of the payment", missing=True)
        day = self._moment("payment_date", typed.payment_date)
        return [
            {
                "payment_transaction_id": texts["payment_id"],
                "payment_mode": texts["payment_mode"],
                "payment_date": day or self._now,
            }
        ]

    def _moment(self, key: str, text: str) -> datetime | None:
        stripped = text.strip()
        if not stripped:
            return None
        try:
            day = date.fromisoformat(stripped) if _DAY.fullmatch(stripped) else None
        except ValueError:
            day = None
        if day is None:
            self._refuse(key, f"{stripped!r} isn't a day; write it like {self._now:%Y-%m-%d}")
            return None
        # At the time it is now, the day is the same one wherever near the seller it's read.
        clock = time(self._now.hour, self._now.minute, self._now.second, tzinfo=self._now.tzinfo)
        return datetime.combine(day, clock)

    def _money(self, key: str, text: str) -> dict[str, str] | None:
        stripped = text.strip()
        if not stripped:
            return None
        if not _MONEY.fullmatch(stripped):
            self._refuse(key, f"{stripped!r} isn't an amount; write it like 12.50")
            return None
        return {"currency_code": self._marketplace.currency, "value": stripped}

    def _refuse_all(
        self, error: InvalidInput, place: Callable[[str], str] = lambda where: where
    ) -> None:
        for where, text in error.problems.items():
            key = key_of(place(where))
            if key == "amazon_number" and not self._typed.amazon_number.strip():
                key = "number"
            self._refuse(key, text, missing=text == "is needed")

    def _refuse(self, key: str, text: str, *, missing: bool = False) -> None:
        named = label(key, self._typed.to_country)
        self.problems.setdefault(key, Problem(named, text, missing))


def _spoiled(text: str, right: str) -> str:
    if not right:
        return f"reads {text!r}, which looks like another program's word for nothing"
    return f"reads {text!r}, as if another program had spoiled it: is {right!r} meant?"


_PAYMENT = ("payment_id", "payment_mode", "payment_date")


def refused_fields(message: str, typed: Typed) -> dict[str, str]:
    """Where in the form Amazon's words belong: the form's names, each with what to do there."""
    problems: dict[str, str] = {}
    if match := _BAD_SKU.search(message):
        position = match[1]
        ids = [str(at + 1) for at in range(len(typed.lines))]
        at = ids.index(position) if position in ids else 0
        problems[f"sku_{at}"] = (
            "was refused by Amazon: it isn't known there, or can't be sent by MCF"
        )
    for names in _MISSING.findall(message):
        for name in names.split(","):
            problems[_amazons_key(name.strip())] = "is missing, Amazon says"
    for name in _BAD_VALUE.findall(message):
        problems[_amazons_key(name)] = "was refused by Amazon: check it"
    return {key: text for key, text in problems.items() if key != "order"}


def still_refused(refused: Mapping[str, str], sent: Typed, typed: Typed) -> dict[str, Problem]:
    """What Amazon refused, at the fields that are typed now as they were when it was sent."""
    return {
        key: Problem(label(key, typed.to_country), text)
        for key, text in refused.items()
        if typed.said(key) == sent.said(key)
    }


_BAD_SKU = re.compile(r"SellerSKU for Item Id: (\S+) is invalid", re.IGNORECASE)
_MISSING = re.compile(r"required parameters? (?:are|is) missing: \[([^\]]*)\]", re.IGNORECASE)
_BAD_VALUE = re.compile(r"for parameter ([\w.]+) is invalid", re.IGNORECASE)


def _amazons_key(name: str) -> str:
    """The form's name of a parameter as Amazon's messages name it, like PostalCode."""
    last = name.rpartition(".")[2]
    return key_of(last[:1].lower() + last[1:])
