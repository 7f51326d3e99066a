"""Requests of version 2020-07-01 judged by Amazon's model and by what Amazon says in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mcf.simulator.api import regions
from mcf.simulator.api.forms import Form, Refusal, invalid, missing
from mcf.simulator.world.marketplaces import BY_COUNTRY, MARKETPLACES, US, Marketplace
from mcf.simulator.world.orders import (
    Action,
    Address,
    CashOnDelivery,
    DropOff,
    Feature,
    LineRequest,
    OrderRequest,
    Payment,
    Policy,
    Speed,
)
from mcf.simulator.world.stock import Stock

MOST_LINES = 100
MOST_UNITS = 250
DROP_OFF_TYPES = frozenset(
    {"FRONT_DOOR", "DELIVERY_BOX", "GAS_METER_BOX", "BICYCLE_BASKET", "GARAGE", "RECEPTIONIST",
     "FALLBACK_NEIGHBOR_DELIVERY", "DO_NOT_LEAVE_UNATTENDED"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What a preview is asked for, judged."""

    marketplace: Marketplace
    address: Address
    lines: tuple[LineRequest, ...]
    speeds: tuple[Speed, ...]
    cod: bool
    windows: bool
    features: tuple[Feature, ...]


def order(form: Form, shelves: Mapping[str, Mapping[str, Stock]]) -> OrderRequest:
    """The order a create request asks for. Raises Refusal."""
    form.require(
        "sellerFulfillmentOrderId", "displayableOrderId", "displayableOrderDate",
        "displayableOrderComment", "shippingSpeedCategory", "destinationAddress", "items",
    )  # fmt: skip
    place = _shipping_from(form)
    request = OrderRequest(
        order_id=form.text("sellerFulfillmentOrderId", longest=40),
        marketplace_id=place.id,
        address=address(form.part("destinationAddress")),
        lines=tuple(_line(item) for item in form.parts("items")),
        displayable_id=displayable_id(form),
        displayable_date=form.moment("displayableOrderDate"),
        comment=form.text("displayableOrderComment", longest=750),
        speed=form.choice("shippingSpeedCategory", Speed),
        action=form.choice("fulfillmentAction", Action, Action.SHIP),
        policy=form.choice("fulfillmentPolicy", Policy, Policy.FILL_OR_KILL),
        window=form.optional("deliveryWindow", _window),
        instructions=_instructions(form),
        drop_off=_drop_off(form),
        cod=form.optional("codSettings", _cash_on_delivery),
        emails=form.texts("notificationEmails", longest=64),
        features=features(form, place),
        payments=tuple(_payment(payment) for payment in form.parts("paymentInformation")),
    )
    judge_order(request, place)
    judge_lines(request.lines, shelves[place.id])
    regions.judge_currencies(request.lines, place)
    regions.judge_border(place, request.address, request.lines, shelves[place.id])
    return request


def preview(form: Form, shelves: Mapping[str, Mapping[str, Stock]]) -> PreviewRequest:
    """What a preview request asks for. Raises Refusal."""
    form.require("address", "items")
    place = marketplace(form.text("marketplaceId"), "")
    if not form.part("address").text("countryCode"):
        raise Refusal("The request must contain the parameter Address.CountryCode.")
    speeds = form.texts("shippingSpeedCategories")
    try:
        asked = tuple(Speed(speed) for speed in speeds)
    except ValueError:
        raise invalid("ShippingSpeedCategories", ", ".join(speeds)) from None
    request = PreviewRequest(
        marketplace=place,
        address=address(form.part("address")),
        lines=tuple(_line(item) for item in form.parts("items")),
        speeds=tuple(dict.fromkeys(asked)) or tuple(offered_speeds(place)),
        cod=form.flag("includeCODFulfillmentPreview"),
        windows=form.flag("includeDeliveryWindows"),
        features=features(form, place),
    )
    judge_lines(request.lines, shelves[place.id])
    regions.judge_currencies(request.lines, place)
    regions.judge_border(place, request.address, request.lines, shelves[place.id])
    return request


def offered_speeds(place: Marketplace) -> list[Speed]:
    """Every speed a preview shows when none is asked for."""
    speeds = [Speed.STANDARD, Speed.EXPEDITED, Speed.PRIORITY]
    return [*speeds, Speed.SCHEDULED] if place.country == "JP" else speeds


def marketplace(marketplace_id: str, country: str) -> Marketplace:
    """The marketplace meant by an id, else by the country shipped from, else the seller's own."""
    if marketplace_id:
        place = MARKETPLACES.get(marketplace_id)
    else:
        place = BY_COUNTRY.get(country) if country else US
    if place is None:
        # https://github.com/amzn/selling-partner-api-models/issues/1759
        raise invalid("SellerId")
    return place


def _shipping_from(form: Form) -> Marketplace:
    """The marketplace of an order. Sellers in Europe have several, and must name theirs."""
    named, country = form.text("marketplaceId"), form.text("shipFromCountryCode")
    to = form.part("destinationAddress").text("countryCode")
    if not named and not country and to in regions.EUROPE:
        # https://github.com/amzn/selling-partner-api-models/issues/1759
        raise invalid("SellerId")
    return marketplace(named, country)


def address(form: Form) -> Address:
    """An address; city is needed everywhere but in Japan, where it must not be given."""
    if not form.text("countryCode"):
        raise invalid("CountryCode")
    country = form.text("countryCode")
    if not re.fullmatch("[A-Z]{2}", country):
        raise invalid("CountryCode", country)
    needed = ("name", "addressLine1", "postalCode")
    form.require(*needed, *(() if country == "JP" else ("city",)))
    if country == "JP" and form.text("city"):
        raise invalid("City", form.text("city"))
    return Address(
        name=form.text("name"),
        line1=form.text("addressLine1"),
        line2=form.text("addressLine2"),
        line3=form.text("addressLine3"),
        city=form.text("city"),
        district=form.text("districtOrCounty"),
        state=form.text("stateOrRegion"),
        postal_code=form.text("postalCode"),
        country=country,
        phone=form.text("phone"),
        email=form.text("email"),
    )


def displayable_id(form: Form) -> str:
    """https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference"""
    text = form.text("displayableOrderId", longest=40)
    latin = all(character.isprintable() and ord(character) < 256 for character in text)
    if not latin or "  " in text or not text.strip():
        raise invalid("DisplayableOrderId", text)
    return text.strip()


def features(form: Form, place: Marketplace) -> tuple[Feature, ...]:
    """The features asked for. Raises Refusal for an unknown one, or one that isn't had there."""
    wanted = []
    for feature in form.parts("featureConstraints"):
        name, policy = feature.text("featureName"), feature.text("featureFulfillmentPolicy")
        if policy not in ("", "Required", "NotRequired"):
            raise invalid("FeatureFulfillmentPolicy", policy)
        if name not in regions.FEATURES and not name.startswith("CHANNEL."):
            raise regions.unknown_feature()
        signature = "SIGNATURE_CONFIRMATION" in name and policy != "NotRequired"
        if signature and place is not US:
            raise invalid("FeatureName", name)
        wanted.append(Feature(name, policy or "Required"))
    regions.judge_features(wanted, place)
    return tuple(wanted)


def judge_order(request: OrderRequest, place: Marketplace) -> None:
    """Rules that tie several fields of an order together. Raises Refusal."""
    if request.speed is Speed.SCHEDULED:
        if place.country != "JP":
            raise invalid("ShippingSpeedCategory", request.speed)
        if request.window is None:
            raise missing("DeliveryWindow")
        if request.action is Action.HOLD:
            raise invalid("FulfillmentAction", request.action)
    if place.country == "IN":
        if not request.payments:
            raise missing("PaymentInformation")
        if any(line.declared_value is None for line in request.lines):
            raise missing("PerUnitDeclaredValue")


def judge_lines(lines: Sequence[LineRequest], shelf: Mapping[str, Stock]) -> None:
    """At most 100 lines and 250 units, no item id twice, only known SKUs. Raises Refusal."""
    if len(lines) > MOST_LINES:
        raise Refusal(f"An order can have at most {MOST_LINES} line items.")
    ids = [line.item_id for line in lines]
    for item_id in ids:
        if ids.count(item_id) > 1:
            raise invalid("Items.SellerFulfillmentOrderItemId", item_id)
    if sum(line.quantity for line in lines) > MOST_UNITS:
        raise Refusal(f"An order can have at most {MOST_UNITS} units.")
    for line in lines:
        if line.sku not in shelf:
            # https://github.com/amzn/selling-partner-api-models/issues/2979
            raise Refusal(f"the SellerSKU for Item Id: {line.item_id} is invalid.")


def _line(form: Form) -> LineRequest:
    form.require("sellerSku", "sellerFulfillmentOrderItemId", "quantity")
    return LineRequest(
        sku=form.text("sellerSku", longest=50),
        item_id=form.text("sellerFulfillmentOrderItemId", longest=50),
        quantity=form.whole("quantity"),
        gift_message=form.text("giftMessage", longest=512),
        comment=form.text("displayableComment", longest=250),
        network_sku=form.text("fulfillmentNetworkSku"),
        declared_value=form.money("perUnitDeclaredValue"),
        price=form.money("perUnitPrice"),
        tax=form.money("perUnitTax"),
    )


def _window(form: Form) -> tuple[datetime, datetime]:
    form.require("startDate", "endDate")
    start, end = form.moment("startDate"), form.moment("endDate")
    if start is None or end is None or end < start:
        raise invalid("DeliveryWindow")
    return start, end


def _instructions(form: Form) -> str:
    if not form.has("deliveryPreferences"):
        return ""
    return form.part("deliveryPreferences").text("deliveryInstructions", longest=250)


def _drop_off(form: Form) -> DropOff | None:
    if not form.has("deliveryPreferences"):
        return None
    return form.part("deliveryPreferences").optional("dropOffLocation", drop_off)


def drop_off(form: Form) -> DropOff:
    """Where to leave the parcel; a neighbour must be named. Raises Refusal."""
    kind = form.text("type")
    if kind not in DROP_OFF_TYPES:
        raise invalid("DropOffLocation.Type", kind)
    attributes = form.attributes("attributes")
    if kind == "FALLBACK_NEIGHBOR_DELIVERY":
        Form(attributes).require("neighborName", "houseNumber")
    return DropOff(kind, attributes)


def _cash_on_delivery(form: Form) -> CashOnDelivery:
    form.require("isCodRequired")
    return CashOnDelivery(
        required=form.flag("isCodRequired"),
        charge=form.money("codCharge"),
        charge_tax=form.money("codChargeTax"),
        shipping=form.money("shippingCharge"),
        shipping_tax=form.money("shippingChargeTax"),
    )


def _payment(form: Form) -> Payment:
    form.require("paymentTransactionId", "paymentMode", "paymentDate")
    return Payment(
        form.text("paymentTransactionId"), form.text("paymentMode"), form.moment("paymentDate")
    )
