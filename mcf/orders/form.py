"""The form of an order as it's typed: text, kept as JSON, made of earlier orders or of the profile
of a sales channel. Pure.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from mcf.amazon.models.requests import order_id_for
from mcf.amazon.statuses import FulfillmentAction, FulfillmentPolicy, ShippingSpeedCategory
from mcf.errors import InvalidInput

ADDRESS = {
    "to_country": "country_code",
    "to_name": "name",
    "to_line1": "address_line1",
    "to_line2": "address_line2",
    "to_line3": "address_line3",
    "to_city": "city",
    "to_district": "district_or_county",
    "to_state": "state_or_region",
    "to_zip": "postal_code",
    "to_phone": "phone",
}
"""The form's name of each part of the address, and SP-API's."""
SENT_AS = {name: to_camel(name) for name in ADDRESS.values()}
"""The same parts, and their names in JSON."""
DROP_OFFS = {
    "FRONT_DOOR": "At the front door",
    "DELIVERY_BOX": "In the delivery box",
    "GAS_METER_BOX": "In the gas meter box",
    "BICYCLE_BASKET": "In the bicycle basket",
    "GARAGE": "In the garage",
    "RECEPTIONIST": "With the receptionist",
    "FALLBACK_NEIGHBOR_DELIVERY": "With a neighbour, if nobody is in",
    "DO_NOT_LEAVE_UNATTENDED": "Into somebody's hands only",
}
"""Where a parcel can be left, in Amazon's words and in a seller's; Japan only."""
NEIGHBOUR = "FALLBACK_NEIGHBOR_DELIVERY"
RECEPTION = "RECEPTIONIST"
_UNAMBIGUOUS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
OPTIONS = ("hold", "policy", "speed", "comment", "emails", "features", "ship_from")
"""What of the form a profile holds."""
OWN_SHOP = "Own shop"
DEFAULT_COMMENT = "Thank you for your order."
_OF_LINE = {"line_comment": "comment"}
_WRITTEN = (*(key for key in ADDRESS if key != "to_country"), "number", "comment", "instructions",
            "neighbour")  # fmt: skip
_BLANK, _NOT_AMAZON = {"BLANK_BOX": "Required"}, {"BLOCK_AMZL": "Required"}
Profile: TypeAlias = Mapping[str, Any]
"""The options of a sales channel as they're kept, and whether every order begins with them."""
BUILT_IN: Mapping[str, Profile] = {
    OWN_SHOP: {},
    "eBay": {"features": _BLANK},
    "Walmart": {"features": _BLANK | _NOT_AMAZON},
    "Etsy": {"features": _BLANK},
}
"""Those that are there from the beginning; one saved under the same name takes its place."""


class _Text(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TypedLine(_Text):
    """A line of the form, as typed."""

    sku: str = ""
    units: str = "1"
    gift: str = ""
    comment: str = ""
    value: str = ""
    price: str = ""
    tax: str = ""
    item_id: str = ""
    """Amazon's name of the line, while an order on hold is changed; else empty."""


class Typed(_Text):
    """The whole form, as typed. `features` has Required or NotRequired by Amazon's names.

    `replaces` is the number of an order that this one takes the place of, `edits` that of one on
    hold that is to be changed to this. `as_typed` are texts that look as if another program had
    spoiled them, and are meant like that. `rest` are the lines of a second order that goes with it.
    """

    to_country: str = ""
    to_name: str = ""
    to_line1: str = ""
    to_line2: str = ""
    to_line3: str = ""
    to_city: str = ""
    to_district: str = ""
    to_state: str = ""
    to_zip: str = ""
    to_phone: str = ""
    lines: tuple[TypedLine, ...] = (TypedLine(),)
    number: str = ""
    amazon_number: str = ""
    displayed_date: str = ""
    comment: str = ""
    emails: str = ""
    hold: bool = False
    policy: str = FulfillmentPolicy.FILL_OR_KILL.value
    speed: str = ShippingSpeedCategory.STANDARD.value
    features: Mapping[str, str] = {}
    ship_from: str = ""
    instructions: str = ""
    drop_off: str = ""
    neighbour: str = ""
    house: str = ""
    window: str = ""
    cod: bool = False
    cod_charge: str = ""
    cod_charge_tax: str = ""
    cod_shipping: str = ""
    cod_shipping_tax: str = ""
    payment_id: str = ""
    payment_mode: str = ""
    payment_date: str = ""
    profile: str = ""
    replaces: str = ""
    edits: str = ""
    as_typed: tuple[str, ...] = ()
    rest: tuple[TypedLine, ...] = ()

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Typed:
        """What was kept as JSON; raises `InvalidInput` when it isn't a form."""
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            raise InvalidInput(
                {"draft": "can't be read"}, advice="It was kept by another version. Delete it."
            ) from error

    def content(self) -> dict[str, Any]:
        """The form as JSON, without what is as it was at first."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @property
    def is_begun(self) -> bool:
        """Whether there's anything in it that a person would miss."""
        begun = any(getattr(self, key).strip() for key in ADDRESS if key != "to_country")
        return begun or any(line != TypedLine() for line in self.lines)

    @property
    def written(self) -> dict[str, str]:
        """What a person reads on a label or a slip, by the form's names."""
        texts = {key: getattr(self, key) for key in _WRITTEN}
        for at, line in enumerate(self.lines):
            texts |= {f"gift_{at}": line.gift, f"line_comment_{at}": line.comment}
        return {key: text for key, text in texts.items() if text.strip()}

    def as_it_was_sent(self) -> Typed:
        """The same, where no text is asked about: Amazon took each as it stands."""
        return self.model_copy(update={"as_typed": tuple(self.written.values())})

    def said(self, key: str) -> object:
        """What a field holds, by the form's name: `to_zip`, `units_0` for a line by its place."""
        name, _, at = key.rpartition("_")
        if at.isdigit() and int(at) < len(self.lines):
            return getattr(self.lines[int(at)], _OF_LINE.get(name, name), None)
        return getattr(self, key, None)


def typed_of(request: Mapping[str, Any]) -> Typed:
    """The form of an order as it was sent or as Amazon tells it (createFulfillmentOrder's JSON).

    What isn't text or a number there is left empty, and a part that isn't one is passed over.
    """
    to = _part(request, "destinationAddress")
    preferences = _part(request, "deliveryPreferences")
    drop_off = _part(preferences, "dropOffLocation")
    names = _part(drop_off, "attributes")
    cod = _part(request, "codSettings")
    payment = next(iter(_rows(request, "paymentInformation")), {})
    emails = filter(None, map(_text, _list(request, "notificationEmails")))
    wire = {key: SENT_AS[name] for key, name in ADDRESS.items()}
    texts = {
        **{key: to.get(name) for key, name in wire.items()},
        "number": request.get("displayableOrderId"),
        "comment": _unless_default(request.get("displayableOrderComment")),
        "emails": ", ".join(emails),
        "policy": request.get("fulfillmentPolicy"),
        "speed": request.get("shippingSpeedCategory"),
        "ship_from": request.get("shipFromCountryCode"),
        "instructions": preferences.get("deliveryInstructions"),
        "drop_off": drop_off.get("type"),
        "neighbour": names.get("neighborName") or names.get("recipientName"),
        "house": names.get("houseNumber"),
        "cod_charge": _value(cod.get("codCharge")),
        "cod_charge_tax": _value(cod.get("codChargeTax")),
        "cod_shipping": _value(cod.get("shippingCharge")),
        "cod_shipping_tax": _value(cod.get("shippingChargeTax")),
        "payment_id": payment.get("paymentTransactionId"),
        "payment_mode": payment.get("paymentMode"),
        "payment_date": _text(payment.get("paymentDate"))[:10],
    }
    features = {
        name: _text(wish.get("featureFulfillmentPolicy")) or "Required"
        for wish in _rows(request, "featureConstraints")
        if (name := _text(wish.get("featureName")))
    }
    plain: dict[str, Any] = {
        key: text for key, text in texts.items() if isinstance(text, str) and text
    }
    return Typed(
        **plain,
        hold=FulfillmentAction.of(request.get("fulfillmentAction")) is FulfillmentAction.HOLD,
        cod=cod.get("isCodRequired") is True,
        features=features,
        lines=tuple(_typed_line(item) for item in _rows(request, "items")) or (TypedLine(),),
    )


def typed_as_it_stands(order_id: str, order: Mapping[str, Any]) -> Typed:
    """The form of an order as Amazon tells it, to be changed: with its lines' names."""
    typed = typed_of(order)
    ids = [_text(item.get("sellerFulfillmentOrderItemId")) for item in _rows(order, "items")]
    lines = tuple(
        line.model_copy(update={"item_id": name})
        for line, name in zip(typed.lines, ids, strict=bool(ids))
    )
    fixed = {"number": typed.number or order_id, "amazon_number": order_id, "edits": order_id}
    return typed.model_copy(update={"lines": lines or typed.lines, **fixed})


def number_after(number: str, used: Callable[[str], bool]) -> str:
    """The number of an order that takes the place of another: "1001-R2" after "1001"."""
    stem, _, last = number.rpartition("-R")
    base = stem if stem and last.isdigit() else number
    at = int(last) + 1 if stem and last.isdigit() else 2
    while used(order_id_for(f"{base[: 36 - len(str(at))]}-R{at}")):
        at += 1
    return f"{base[: 36 - len(str(at))]}-R{at}"


def in_place_of(typed: Typed, order_id: str, used: Callable[[str], bool]) -> Typed:
    """The form of an order that takes the place of the one that was typed so, to be corrected."""
    number = number_after(typed.number or order_id, used)
    return typed.model_copy(update={"number": number, "amazon_number": "", "replaces": order_id})


def fresh_number(today: date) -> str:
    """An order number that nobody has used, with the day in it."""
    tail = "".join(secrets.choice(_UNAMBIGUOUS) for _ in range(5))
    return f"MCF-{today:%y%m%d}-{tail}"


def from_template(content: Mapping[str, Any], number: str) -> Typed:
    """The form that a template fills in, under its own number; raises `InvalidInput`."""
    return Typed.from_content({**content, "number": number})


def summary(content: Mapping[str, Any]) -> str:
    """What a form that was kept is about, in a line: whom it goes to and what is in it."""
    name = str(content.get("to_name") or "nobody yet")
    lines = content.get("lines") or ()
    goods = [f"{line.get('units', '1')} x {line['sku']}" for line in lines if line.get("sku")]
    more = f" and {len(goods) - 2} more" if len(goods) > 2 else ""
    return f"{name}: {', '.join(goods[:2]) or 'nothing yet'}{more}"


def content_of(typed: Typed) -> dict[str, Any]:
    """The options of a form, to be kept as a profile."""
    whole = typed.content()
    return {name: whole[name] for name in OPTIONS if name in whole}


def applied(typed: Typed, name: str, content: Mapping[str, Any]) -> Typed:
    """The form with the options of a profile in place of its own; raises `InvalidInput`."""
    plain = {key: value for key, value in typed.content().items() if key not in OPTIONS}
    chosen = {key: content[key] for key in OPTIONS if key in content}
    return Typed.from_content({**plain, **chosen, "profile": name})


def profiles(own: Mapping[str, Profile]) -> dict[str, Profile]:
    """All profiles by name: those of the beginning first, then one's own by the alphabet."""
    return {**BUILT_IN, **{name: own[name] for name in sorted(own)}}


def kept_as_profile(
    name: str, typed: Typed, own: Mapping[str, Profile], *, first: bool
) -> dict[str, Profile]:
    """What is to be kept so that a profile has the options of the form, by name and in this order.

    It comes first: when its name is refused, the others stay as they are. Only one profile is the
    first, with which every order begins: of the others none is then.
    """
    others = {key: {**content, "first": False} for key, content in own.items()} if first else {}
    others.pop(name, None)
    return {name: {**content_of(typed), "first": first}, **others}


def blank(country: str, number: str, own: Mapping[str, Profile]) -> Typed:
    """An empty form, with the options of the profile that is first; raises `InvalidInput`."""
    typed = Typed(to_country=country, number=number)
    first = next((name for name, content in own.items() if content.get("first")), None)
    return typed if first is None else applied(typed, first, own[first])


def emails(text: str) -> list[str]:
    """The addresses of a text in which commas or semicolons part them."""
    return [mail.strip() for mail in text.replace(";", ",").split(",") if mail.strip()]


def _typed_line(item: Mapping[str, Any]) -> TypedLine:
    return TypedLine(
        sku=_text(item.get("sellerSku")),
        units=_text(item.get("quantity")),
        gift=_text(item.get("giftMessage")),
        comment=_text(item.get("displayableComment")),
        value=_value(item.get("perUnitDeclaredValue")),
        price=_value(item.get("perUnitPrice")),
        tax=_value(item.get("perUnitTax")),
    )


def _unless_default(comment: object) -> object:
    return "" if comment == DEFAULT_COMMENT else comment


def _value(money: object) -> str:
    return _text(money.get("value")) if isinstance(money, Mapping) else ""


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of Amazon's JSON; empty for anything that has no fields."""
    part = of.get(name)
    return part if isinstance(part, Mapping) else {}


def _list(of: Mapping[str, Any], name: str) -> Sequence[Any]:
    entries = of.get(name)
    return entries if isinstance(entries, list | tuple) else ()


def _rows(of: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The entries of a list in Amazon's JSON that have fields."""
    return [row for row in _list(of, name) if isinstance(row, Mapping)]


def _text(value: object) -> str:
    """A text as it is, a number as text unless it's 0; empty for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return ""
    return str(value) if value and math.isfinite(value) else ""
