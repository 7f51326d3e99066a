"""Requests of version 2026-07-04 judged, and translated into the orders of the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from mcf.simulator.api import regions, requests_2020
from mcf.simulator.api.forms import Form, invalid, is_decimal
from mcf.simulator.clock import parse_iso
from mcf.simulator.world.marketplaces import Marketplace
from mcf.simulator.world.orders import (
    Action,
    Address,
    DropOff,
    Feature,
    LineRequest,
    Money,
    OrderRequest,
    PackingSlip,
    Payment,
    Policy,
    Speed,
)
from mcf.simulator.world.stock import Stock

TIERS = {
    "STANDARD": Speed.STANDARD,
    "EXPEDITED": Speed.EXPEDITED,
    "PRIORITY": Speed.PRIORITY,
    "SCHEDULED": Speed.SCHEDULED,
}
ACTIONS = {"SHIP": Action.SHIP, "HOLD": Action.HOLD}
POLICIES = {
    "FILL_OR_KILL": Policy.FILL_OR_KILL,
    "FILL_ALL": Policy.FILL_ALL,
    "FILL_ALL_AVAILABLE": Policy.FILL_ALL_AVAILABLE,
}
_T = TypeVar("_T")
_PRIORITY_COUNTRIES = ("CA", "IN", "MX")


class _Packaging(StrEnum):
    ANY = "ANY"
    UNBRANDED = "UNBRANDED"


class _Overbox(StrEnum):
    NOT_REQUIRED = "NOT_REQUIRED"
    REQUIRED = "REQUIRED"


@dataclass(frozen=True, slots=True)
class PreviewRequest2026:
    """What a preview is asked for, judged."""

    marketplace: Marketplace
    address: Address
    lines: tuple[LineRequest, ...]
    tiers: tuple[str, ...]
    features: tuple[Feature, ...]
    fees: bool
    cod: bool


def order(form: Form, shelves: Mapping[str, Mapping[str, Stock]]) -> OrderRequest:
    """The order a createOrder request asks for. Raises Refusal."""
    form.require("orderId", "lineItems", "destination")
    place = _origin(form)
    destination = form.part("destination")
    destination.require("deliveryAddress")
    configuration = _part(form, "fulfillmentConfiguration")
    packaging = _part(_part(configuration, "services"), "packaging")
    slip = packaging.optional("packingSlip", _packing_slip)
    texts = slip.attributes if slip else {}
    request = OrderRequest(
        order_id=form.text("orderId", longest=40),
        marketplace_id=place.id,
        address=requests_2020.address(destination.part("deliveryAddress")),
        lines=tuple(_line(item) for item in form.parts("lineItems")),
        displayable_id=texts.get("orderId", ""),
        displayable_date=parse_iso(texts.get("orderTime", "")),
        comment=texts.get("orderText", ""),
        speed=TIERS[_tiers(_part(configuration, "serviceLevel"), place)[0]],
        action=_one_of(configuration, "action", ACTIONS, Action.SHIP),
        policy=_one_of(configuration, "policy", POLICIES, Policy.FILL_OR_KILL),
        window=_part(configuration, "serviceLevel").optional("deliveryInterval", _interval),
        instructions=destination.text("deliveryNotes", longest=250),
        drop_off=destination.optional("dropOffLocation", _drop_off),
        features=_features(packaging),
        payments=_payments(form),
        channel=form.text("channel", longest=40),
        packing_slip=slip,
    )
    requests_2020.judge_order(request, place)
    requests_2020.judge_lines(request.lines, shelves[place.id])
    _judge_region(request.features, place, request.address, request.lines, shelves)
    return request


def preview(form: Form, shelves: Mapping[str, Mapping[str, Stock]]) -> PreviewRequest2026:
    """What a getOrderPreview request asks for. Raises Refusal."""
    form.require("lineItems", "destination")
    form.part("destination").require("deliveryAddress")
    place = _origin(form)
    configuration = _part(form, "fulfillmentConfiguration")
    lines = []
    for index, item in enumerate(form.parts("lineItems")):
        sku, quantity, declared = _product(item)
        lines.append(LineRequest(sku, str(index + 1), quantity, declared_value=declared))
    requests_2020.judge_lines(lines, shelves[place.id])
    address = requests_2020.address(form.part("destination").part("deliveryAddress"))
    features = _features(_part(_part(configuration, "services"), "packaging"))
    _judge_region(features, place, address, lines, shelves)
    return PreviewRequest2026(
        marketplace=place,
        address=address,
        lines=tuple(lines),
        tiers=_tiers(_part(configuration, "serviceLevel"), place, default=offered_tiers(place)),
        features=features,
        fees=not form.flag("excludeEstimatedFees"),
        cod=form.flag("includePaymentOnDelivery"),
    )


def _judge_region(
    features: Sequence[Feature],
    place: Marketplace,
    to: Address,
    lines: Sequence[LineRequest],
    shelves: Mapping[str, Mapping[str, Stock]],
) -> None:
    regions.judge_features(features, place)
    regions.judge_currencies(lines, place)
    regions.judge_border(place, to, lines, shelves[place.id])


def offered_tiers(place: Marketplace) -> tuple[str, ...]:
    """PRIORITY only in Canada, India and Mexico; SCHEDULED only in Japan."""
    tiers = ["STANDARD", "EXPEDITED"]
    if place.country in _PRIORITY_COUNTRIES:
        tiers.append("PRIORITY")
    if place.country == "JP":
        tiers.append("SCHEDULED")
    return tuple(tiers)


def action(form: Form) -> Action:
    """The action an updateOrder request asks for: nothing else can change. Raises Refusal."""
    configuration = _part(form, "fulfillmentConfiguration")
    configuration.require("action")
    return _one_of(configuration, "action", ACTIONS, Action.SHIP)


def tiers_asked(form: Form, place: Marketplace) -> tuple[str, ...]:
    """The service tiers asked for, all that are offered when none is. Raises Refusal."""
    level = _part(_part(form, "fulfillmentConfiguration"), "serviceLevel")
    return _tiers(level, place, default=offered_tiers(place))


def _tiers(
    level: Form, place: Marketplace, default: tuple[str, ...] = ("STANDARD",)
) -> tuple[str, ...]:
    tiers = level.texts("serviceTiers") or default
    for tier in tiers:
        if tier not in offered_tiers(place):
            raise invalid("ServiceTiers", tier)
    return tuple(dict.fromkeys(tiers))


def _origin(form: Form) -> Marketplace:
    if not form.has("origin"):
        return requests_2020.marketplace("", "")
    form.part("origin").require("countryCode")
    return requests_2020.marketplace("", form.part("origin").text("countryCode"))


def _line(form: Form) -> LineRequest:
    form.require("lineItemId")
    sku, quantity, declared = _product(form)
    services = _part(_part(form, "fulfillmentConfiguration"), "services")
    slip = _part(services, "packaging").optional("packingSlip", _packing_slip)
    texts = slip.attributes if slip else {}
    return LineRequest(
        sku=sku,
        item_id=form.text("lineItemId", longest=50),
        quantity=quantity,
        gift_message=texts.get("giftMessage", ""),
        comment=texts.get("lineItemText", ""),
        declared_value=declared,
        price=_part(_part(services, "delivery"), "paymentOnDelivery").money(
            "perUnitServicePrice", "amount"
        ),
        packing_slip=slip,
    )


def _product(form: Form) -> tuple[str, int, Money | None]:
    form.require("product", "amount")
    product = form.part("product")
    product.require("productIdentifier")
    identifier = product.part("productIdentifier")
    identifier.require("amazonSku")
    return (
        identifier.text("amazonSku", longest=50),
        quantity(form.part("amount")),
        product.money("perUnitDeclaredValue", "amount"),
    )


def quantity(amount: Form) -> int:
    """Whole units written as a decimal, like "2.0". Raises Refusal."""
    amount.require("value")
    text = amount.text("value")
    unit = amount.text("unit") or "EACHES"
    whole = is_decimal(text) and float(text).is_integer() and 1 <= float(text) <= 2**31
    if unit != "EACHES" or not whole:
        raise invalid("Amount", text)
    return int(float(text))


def _packing_slip(form: Form) -> PackingSlip:
    return PackingSlip(form.text("templateName"), form.attributes("templateAttributes"))


def _features(packaging: Form) -> tuple[Feature, ...]:
    found = []
    if packaging.choice("packagingOption", _Packaging, _Packaging.ANY) is _Packaging.UNBRANDED:
        found.append(Feature("BLANK_BOX", "Required"))
    if packaging.choice("overbox", _Overbox, _Overbox.NOT_REQUIRED) is _Overbox.REQUIRED:
        found.append(Feature("OVERBOX", "Required"))
    return tuple(found)


def _drop_off(form: Form) -> DropOff:
    if form.text("type") == "LOCKER":
        return DropOff("LOCKER", form.attributes("attributes"))
    return requests_2020.drop_off(form)


def _interval(form: Form) -> tuple[datetime, datetime]:
    form.require("startTime", "endTime")
    start, end = form.moment("startTime"), form.moment("endTime")
    if start is None or end is None or end < start:
        raise invalid("DeliveryInterval")
    return start, end


def _payments(form: Form) -> tuple[Payment, ...]:
    return tuple(
        Payment(each.text("paymentId"), each.text("paymentMethod"), each.moment("paymentTime"))
        for each in _part(form, "paymentInformation").parts("payments")
    )


def _part(form: Form, name: str) -> Form:
    """A part that may be absent, which then is empty."""
    return form.part(name) if form.has(name) else Form({})


def _one_of(form: Form, name: str, options: Mapping[str, _T], default: _T) -> _T:
    text = form.text(name)
    if text and text not in options:
        raise invalid(name, text)
    return options.get(text, default)
