"""Fulfillment Outbound 2026-07-04 in the words of 2020-07-01, which the models speak, and back:
tables that map JSON both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from mcf.amazon.models.answers import MCFOrderDetail, PackageTracking, Parcel, negative_number
from mcf.amazon.models.base import AmazonTime
from mcf.amazon.statuses import FulfillmentOrderStatus, ShipmentStatus, bare
from mcf.errors import UnexpectedAnswer
from mcf.marketplaces import MARKETPLACES

Json: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[[Any], Any]
_NOTHING = object()


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Pair:
    """The places that a value has on both sides (names with dots between), and how it's said."""

    ours: str
    theirs: str
    to_ours: Change = _same
    to_theirs: Change = _same


@dataclass(frozen=True, slots=True)
class Table:
    """The pairs of one kind of object."""

    pairs: tuple[Pair, ...]

    def ours(self, theirs: Json) -> Json:
        """Their object in our words."""
        moves = ((p.theirs, p.ours, p.to_ours, p.to_theirs) for p in self.pairs)
        return _moved(theirs, moves)

    def theirs(self, ours: Json) -> Json:
        """Our object in their words."""
        moves = ((p.ours, p.theirs, p.to_theirs, p.to_ours) for p in self.pairs)
        return _moved(ours, moves)


def _moved(source: Json, moves: Iterator[tuple[str, str, Change, Change]]) -> Json:
    left = _taken_apart(source)
    target: Json = {}
    for origin, destination, there, back in moves:
        value = _take(left, *origin.split("."))
        if value is _NOTHING:
            continue
        try:
            said = value if value is None else there(value)
            whole = value is None or back(said) == value
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            _put(left, value, *origin.split("."))
            continue
        _put(target, said, *destination.split("."))
        if not whole:
            # What can't be said back, like a second service tier, is kept beside it as it was.
            _put(left, value, *origin.split("."))
    return _merged(target, left)


def _taken_apart(source: Json) -> Json:
    """The same in objects of its own; it shares the lists, which nothing here changes."""
    return {
        name: _taken_apart(value) if isinstance(value, dict) else value
        for name, value in source.items()
    }


def at(data: Any, *names: str) -> Any:
    """What is in this place; None where nothing is."""
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _take(data: Any, name: str, *rest: str) -> Any:
    if not isinstance(data, dict) or name not in data:
        return _NOTHING
    if not rest:
        return data.pop(name)
    value = _take(data[name], *rest)
    if value is not _NOTHING and not data[name]:
        del data[name]
    return value


def _put(data: Json, value: Any, name: str, *rest: str) -> None:
    if rest:
        _put(data.setdefault(name, {}), value, *rest)
    else:
        data[name] = value


def _merged(into: Json, more: Json) -> Json:
    for name, value in more.items():
        there = into.get(name)
        if isinstance(value, dict) and isinstance(there, dict):
            _merged(there, value)
        else:
            into[name] = value
    return into


def word_pair(ours: str, theirs: str, words: Mapping[str, str]) -> Pair:
    """A pair of words; `words` has theirs and ours, and others stay as they are."""
    back = {there: here for here, there in words.items()}
    spelled = {bare(here): there for here, there in words.items()}
    return Pair(
        ours,
        theirs,
        lambda word: spelled.get(bare(word), word) if isinstance(word, str) else word,
        lambda word: back.get(word, word),
    )


def list_pair(ours: str, theirs: str, table: Table) -> Pair:
    """A pair of lists of objects."""
    return Pair(
        ours,
        theirs,
        lambda rows: [_if_object(table.ours, row) for row in _list(rows)],
        lambda rows: [_if_object(table.theirs, row) for row in _list(rows)],
    )


def _if_object(say: Change, row: Any) -> Any:
    # What isn't one is kept as it is, and keeps the others from nothing.
    return say(row) if isinstance(row, dict) else row


def _list(rows: Any) -> list[Any]:
    if not isinstance(rows, list):
        raise TypeError("not a list")
    return rows


def _units(ours: str, theirs: str) -> Pair:
    return Pair(ours, f"{theirs}.value", _whole, lambda units: f"{units}.0")


def _whole(text: str) -> int:
    number = Decimal(text)
    if number != int(number):
        raise ValueError(text)
    return int(number)


def _moment(text: str) -> str:
    AmazonTime.from_answer(text)
    return text


def _first_speed(tiers: list[str]) -> str:
    if not isinstance(tiers, list):
        raise TypeError("not a list")
    return SPEEDS.get(tiers[0], tiers[0])


def package_number(package_id: str | int) -> int:
    """The number of a parcel; a negative one, always the same, where its id isn't a number.

    2020-07-01 numbers parcels, and is asked for the events of those with a number only. Recorded
    ids are JSON numbers too, against Amazon's model.
    """
    text = str(package_id) if type(package_id) is int else package_id
    if not isinstance(text, str):
        raise TypeError("no id")
    if text.isdecimal() and len(text) < 16 and text == str(int(text)):
        return int(text)
    return negative_number(text)


_SLIP = "packaging.packingSlip.templateAttributes"
_SERVICES = "fulfillmentConfiguration.services"
_LEVEL = "fulfillmentConfiguration.serviceLevel"
SPEEDS = {
    "STANDARD": "Standard",
    "EXPEDITED": "Expedited",
    "PRIORITY": "Priority",
    "SCHEDULED": "ScheduledDelivery",
}
_TIERS = {speed: tier for tier, speed in SPEEDS.items()}
_ACCEPTED, _PROCESSING = FulfillmentOrderStatus.ACCEPTED, FulfillmentOrderStatus.PROCESSING
_COUNTRIES = {market.country_code: market.id for market in MARKETPLACES.values()}
# fmt: off
_PAYMENT = Table((
    Pair("paymentTransactionId", "paymentId"),
    Pair("paymentMode", "paymentMethod"),
    Pair("paymentDate", "paymentTime"),
))
_HEAD = Table((
    Pair("sellerFulfillmentOrderId", "orderId"),
    word_pair("marketplaceId", "origin.countryCode", _COUNTRIES),
    Pair("displayableOrderId", f"{_SERVICES}.{_SLIP}.orderId"),
    Pair("displayableOrderDate", f"{_SERVICES}.{_SLIP}.orderTime", _moment),
    Pair("displayableOrderComment", f"{_SERVICES}.{_SLIP}.orderText"),
    Pair("shippingSpeedCategory", f"{_LEVEL}.serviceTiers",
         _first_speed, lambda speed: [_TIERS.get(speed, speed)]),
    Pair("deliveryWindow.startDate", f"{_LEVEL}.deliveryInterval.startTime"),
    Pair("deliveryWindow.endDate", f"{_LEVEL}.deliveryInterval.endTime"),
    Pair("destinationAddress", "destination.deliveryAddress"),
    Pair("deliveryPreferences.deliveryInstructions", "destination.deliveryNotes"),
    Pair("deliveryPreferences.dropOffLocation", "destination.dropOffLocation"),
    word_pair("fulfillmentAction", "fulfillmentConfiguration.action",
          {"SHIP": "Ship", "HOLD": "Hold"}),
    word_pair("fulfillmentPolicy", "fulfillmentConfiguration.policy",
          {"FILL_OR_KILL": "FillOrKill", "FILL_ALL": "FillAll",
           "FILL_ALL_AVAILABLE": "FillAllAvailable"}),
    word_pair("featureConstraints.BLANK_BOX", f"{_SERVICES}.packaging.packagingOption",
          {"UNBRANDED": "Required", "ANY": "NotRequired"}),
    word_pair("featureConstraints.OVERBOX", f"{_SERVICES}.packaging.overbox",
          {"REQUIRED": "Required", "NOT_REQUIRED": "NotRequired"}),
    Pair("receivedDate", "receiveTime"),
    word_pair("fulfillmentOrderStatus", "status",
          {"PROCESSING": "Accepted", "COMPLETE": "Complete",
           "COMPLETE_PARTIAL": "CompletePartialled", "CANCELLED": "Cancelled",
           "UNFULFILLABLE": "Unfulfillable", "INVALID": "Invalid"}),
    Pair("statusUpdatedDate", "statusUpdateTime"),
    list_pair("paymentInformation", "paymentInformation.payments", _PAYMENT),
))
LINE = Table((
    Pair("sellerFulfillmentOrderItemId", "lineItemId"),
    Pair("sellerSku", "product.productIdentifier.amazonSku"),
    _units("quantity", "amount"),
    _units("cancelledQuantity", "cancelledAmount"),
    _units("unfulfillableQuantity", "unfulfillableAmount"),
    Pair("perUnitDeclaredValue.currencyCode", "product.perUnitDeclaredValue.currencyCode"),
    Pair("perUnitDeclaredValue.value", "product.perUnitDeclaredValue.amount"),
    Pair("perUnitPrice.currencyCode",
         f"{_SERVICES}.delivery.paymentOnDelivery.perUnitServicePrice.currencyCode"),
    Pair("perUnitPrice.value",
         f"{_SERVICES}.delivery.paymentOnDelivery.perUnitServicePrice.amount"),
    Pair("giftMessage", f"{_SERVICES}.{_SLIP}.giftMessage"),
    Pair("displayableComment", f"{_SERVICES}.{_SLIP}.lineItemText"),
))
PACKED = Table((
    Pair("sellerSku", "productIdentifier.amazonSku"),
    Pair("sellerFulfillmentOrderItemId", "lineItemId"),
    _units("quantity", "amount"),
    Pair("packageNumber", "packageId", package_number, str),
))
_PACKAGE = Table((
    Pair("packageNumber", "packageId", package_number, str),
    Pair("carrierCode", "tracking.carrier.carrierCode"),
    Pair("trackingNumber", "tracking.carrier.trackingNumber"),
    Pair("amazonFulfillmentTrackingNumber", "tracking.amazon.trackingNumber"),
    Pair("estimatedArrivalDate", "deliveryTime", _moment),
))
_SHIPMENT = Table((
    Pair("fulfillmentCenterId", "amazonFacility.facilityId"),
    word_pair("fulfillmentShipmentStatus", "status",
          {"PROCESSING": "PENDING", "CANCELLED": "CANCELLED_BY_SELLER"}),
    Pair("shippingDate", "shipTime", _moment),
    Pair("estimatedArrivalDate", "deliveryTime", _moment),
    list_pair("fulfillmentShipmentItem", "items", PACKED),
    list_pair("fulfillmentShipmentPackage", "packages", _PACKAGE),
))
_PARTS = Table((
    list_pair("fulfillmentOrderItems", "lineItems", LINE),
    list_pair("fulfillmentShipments", "shipments", _SHIPMENT),
))
# fmt: on


def order_detail(order: object) -> MCFOrderDetail:
    """An order as getOrder and listOrders tell it; raises `UnexpectedAnswer`.

    PROCESSING is the status from the order's receipt on. While nothing is being picked it becomes
    Accepted, as a request to cancel may still be taken; then it's Processing.
    """
    try:
        return MCFOrderDetail.from_api(_payload(order))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise UnexpectedAnswer(
            "Amazon tells an order in another shape than its model's."
        ) from error


def order_details(orders: list[Any]) -> tuple[list[MCFOrderDetail], list[Any]]:
    """The orders of a list, and its entries that are none."""
    details, lost = [], []
    for order in orders:
        try:
            details.append(order_detail(order))
        except UnexpectedAnswer:
            lost.append(order)
    return details, lost


def _payload(order: Any) -> Json:
    rest = _PARTS.ours({"shipments": [], **order})
    parts = {name: rest.pop(name) for name in _PART_NAMES if name in rest}
    for pair in _PARTS.pairs:
        if pair.ours not in parts and pair.theirs in rest:
            # No list of objects: told as it is, so that it's seen to be unreadable.
            parts[pair.ours] = rest.pop(pair.theirs)
    shipments = objects(parts.get("fulfillmentShipments"))
    live = [shipment for shipment in shipments if _is_live(shipment)]
    for shipment in shipments:
        _put_into_packages(shipment)
    for line in objects(parts.get("fulfillmentOrderItems")):
        line.update(_dates_of(line, live))
    return {"fulfillmentOrder": _completed(_HEAD.ours(rest), is_picked=bool(live)), **parts}


def objects(rows: Any) -> list[Json]:
    """The objects of what should be a list of them."""
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _completed(head: Json, *, is_picked: bool) -> Json:
    """The head with what has no word in this version or was left out."""
    if isinstance(head.get("featureConstraints"), dict):
        head["featureConstraints"] = _settings(head["featureConstraints"])
    if is_picked and head.get("fulfillmentOrderStatus") == _ACCEPTED.value:
        head["fulfillmentOrderStatus"] = _PROCESSING.value
    untold = {
        "displayableOrderId": "",
        "displayableOrderDate": head.get("receivedDate"),
        "shippingSpeedCategory": "",
        "fulfillmentOrderStatus": "",
        "statusUpdatedDate": head.get("receivedDate"),
    }
    return untold | head


def head_2026(head: Json) -> Json:
    """The head of an order, or a part of it, in the words of this version."""
    wishes = head.get("featureConstraints")
    if wishes:
        named = {w.get("featureName"): w.get("featureFulfillmentPolicy") for w in wishes}
        head = {**head, "featureConstraints": named}
    return _HEAD.theirs(head)


def create_request(request: Json) -> Json | None:
    """createOrder's body of createFulfillmentOrder's; None where it has no word for a part."""
    rest = dict(request)
    origin = rest.pop("shipFromCountryCode", None)
    lines = [LINE.theirs(line) for line in rest.pop("items")]
    body = {**head_2026(rest), "lineItems": lines}
    if origin:
        body["origin"] = {"countryCode": origin}
    sayable = body.keys() <= _ORDER_FIELDS and all(line.keys() <= _LINE_FIELDS for line in lines)
    return body if sayable else None


def update_request(update: Json) -> Json | None:
    """updateOrder's body; None when more than the action is to change."""
    body = _HEAD.theirs(update)
    return body if update.keys() == {"fulfillmentAction"} else None


def trackings(detail: MCFOrderDetail) -> list[PackageTracking]:
    """What an order of this version tells of its parcels: no events; none of other versions'."""
    parcels = map(_tracking, detail.parcels)
    return [tracking for tracking in parcels if tracking is not None]


_PART_NAMES = tuple(pair.ours for pair in _PARTS.pairs)
_LINE_DATES = {
    "estimatedShipDate": "shippingDate",
    "estimatedArrivalDate": "estimatedArrivalDate",
}
_ORDER_FIELDS = frozenset(
    {
        "orderId",
        "channel",
        "fulfillmentConfiguration",
        "origin",
        "destination",
        "lineItems",
        "paymentInformation",
    }
)
_LINE_FIELDS = frozenset({"lineItemId", "product", "amount", "fulfillmentConfiguration"})


def _settings(features: Json) -> list[Json]:
    return [
        {"featureName": name, "featureFulfillmentPolicy": policy}
        for name, policy in features.items()
    ]


def _is_live(shipment: Json) -> bool:
    status = ShipmentStatus.of(shipment.get("fulfillmentShipmentStatus"))
    dead = (ShipmentStatus.CANCELLED_BY_SELLER, ShipmentStatus.CANCELLED_BY_FULFILLER)
    return status not in dead


def _put_into_packages(shipment: Json) -> None:
    """Numbers the package of units that only the package tells of."""
    holds = {
        item_id: package["packageNumber"]
        for package in objects(shipment.get("fulfillmentShipmentPackage"))
        for item_id in _texts(package.get("shipmentItemIds"))
        if "packageNumber" in package
    }
    for item in objects(shipment.get("fulfillmentShipmentItem")):
        item_id = item.get("shipmentItemId")
        if "packageNumber" not in item and str(item_id) in holds:
            item["packageNumber"] = holds[str(item_id)]


def _texts(entries: Any) -> list[str]:
    """The ids of a list, of which some are numbers."""
    ids = entries if isinstance(entries, list) else []
    return [str(each) for each in ids if isinstance(each, str | int)]


def _dates_of(line: Json, shipments: list[Json]) -> Json:
    """When the last units of a line leave and arrive, as far as they are in a shipment."""
    mine = [
        shipment
        for shipment in shipments
        for item in objects(shipment.get("fulfillmentShipmentItem"))
        if item.get(_LINE_ID) == line.get(_LINE_ID)
    ]
    moments = {
        name: [shipment[there] for shipment in mine if shipment.get(there)]
        for name, there in _LINE_DATES.items()
    }
    return {
        name: max(dates, key=AmazonTime.from_answer) for name, dates in moments.items() if dates
    }


_LINE_ID = "sellerFulfillmentOrderItemId"


def _tracking(parcel: Parcel) -> PackageTracking | None:
    _, number, shipment, package = parcel
    data = package.to_api()
    if not data.get("status"):
        return None
    left = shipment.to_api().get("shippingDate")
    links = (at(data, "tracking", who, "trackingUrl") for who in ("amazon", "carrier"))
    fields = {
        "packageNumber": number,
        "trackingNumber": package.tracking_number,
        "carrierCode": package.carrier_code,
        "customerTrackingLink": next(filter(None, links), None),
        "shipDate": left if shipment.status is ShipmentStatus.SHIPPED else None,
        "estimatedArrivalDate": data.get("estimatedArrivalDate"),
        "currentStatus": data["status"],
        "signedForBy": at(data, "tracking", "proofOfDelivery", "receivedBy"),
    }
    return PackageTracking.from_api({k: v for k, v in fields.items() if v is not None})
