"""Answers that look as recorded ones did, where Amazon's model says otherwise.

What each row looks like is drawn by the fault's `seed` and the row's own id, so it's always the
same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mcf.simulator.chance import Dice
from mcf.simulator.faults.base import Exchange, Fault
from mcf.simulator.faults.pages import PAGED, is_later_page, rows_of

READING = ("getFulfillmentOrder", "listAllFulfillmentOrders", "getOrder", "listOrders")

WORDS = {
    "Complete": ("Complete", "COMPLETE", "COMPLETE/SHIPPED"),
    "CompletePartialled": ("COMPLETE_PARTIALLED", "COMPLETE_PARTIAL", "CompletePartialled"),
    "COMPLETE_PARTIAL": ("COMPLETE_PARTIALLED", "CompletePartialled"),
    "Cancelled": ("CANCELLED", "Canceled"),
    "CANCELLED_BY_FULFILLER": ("CancelledByFulfiller", "CANCELLED_BY_FULFILLER"),
    "CANCELLED_BY_SELLER": ("CancelledBySeller", "CANCELLED_BY_SELLER"),
}
"""How words were spelled; others come in capitals now and then."""


class RecordedWords(Fault):
    """Statuses of orders and shipments are spelled in one of the ways that were recorded."""

    name = "recorded-words"
    usual_operations = READING

    def after(self, exchange: Exchange) -> None:
        """Spells every status anew."""
        for row, name in _statuses(exchange):
            word = str(row[name])
            spellings = WORDS.get(word, (word, word.upper()))
            dice = Dice(self.seed, self.name, word, _id_of(row))
            row[name] = spellings[dice.below(len(spellings))]


class RecordedParcels(Fault):
    """Parcels have numbers as ids, labels before they leave, or no list while there are none."""

    name = "recorded-parcels"
    usual_operations = READING

    def after(self, exchange: Exchange) -> None:
        """Changes every shipment of every order."""
        for order in _orders(exchange):
            for shipment in order.get("fulfillmentShipments", []):
                self._label(shipment)
            for shipment in order.get("shipments", []):
                _number(shipment)

    def _label(self, shipment: dict[str, Any]) -> None:
        if shipment["fulfillmentShipmentStatus"] != "PENDING":
            return
        dice = Dice(self.seed, self.name, shipment["amazonShipmentId"])
        if dice.below(2):
            del shipment["fulfillmentShipmentPackage"]
            return
        label = {
            "packageNumber": 100_000_000 + dice.below(100_000_000),
            "carrierCode": "USPS",
            "trackingNumber": "926129" + dice.digits(10),
        }
        shipment["fulfillmentShipmentPackage"] = [label]


class RecordedStock(Fault):
    """Stock without details, without a time, without a breakdown, or with a future supply.

    https://github.com/amzn/selling-partner-api-models/issues/1445
    """

    name = "recorded-stock"
    usual_operations = ("getInventorySummaries",)

    def after(self, exchange: Exchange) -> None:
        """Changes one SKU in three, each in one way."""
        for row in rows_of(exchange.answer):
            dice = Dice(self.seed, self.name, row["sellerSku"])
            details = row.get("inventoryDetails")
            way = dice.below(12)
            if way == 0:
                row["inventoryDetails"] = []
            elif way == 1:
                row["lastUpdatedTime"] = ""
            elif way == 2 and details:
                details["researchingQuantity"] = {}
            elif way == 3 and details:
                details["futureSupplyQuantity"] = {
                    "reservedFutureSupplyQuantity": dice.below(5),
                    "futureSupplyBuyableQuantity": dice.below(50),
                }


class FeesOdd(Fault):
    """The first fee of each preview lacks its currency."""

    name = "fees-odd"
    usual_operations = ("getFulfillmentPreview",)

    def after(self, exchange: Exchange) -> None:
        """Takes the currency out of the first fee."""
        for preview in rows_of(exchange.answer):
            for fee in (preview["estimatedFees"] or [])[:1]:
                del fee["amount"]["currencyCode"]


@dataclass(kw_only=True, eq=False)
class EmptyPage(Fault):
    """The first page of a listing is empty and has a token; its rows come with the next page.

    https://github.com/amzn/selling-partner-api-models/issues/2104
    """

    name = "empty-page"
    usual_operations = PAGED
    held: list[dict[str, Any]] = field(default_factory=list, init=False)

    def hits(self, exchange: Exchange) -> bool:
        """Later pages are always looked at, as the next one gets the rows."""
        later = self.concerns(exchange) and is_later_page(exchange.call)
        return (later and bool(self.held)) or super().hits(exchange)

    def after(self, exchange: Exchange) -> None:
        """Holds the rows of a first page back that isn't the only one."""
        rows = rows_of(exchange.answer)
        if is_later_page(exchange.call):
            rows[:0], self.held = self.held, []
        elif _has_more(exchange):
            self.held = [*rows]
            rows.clear()


def _has_more(exchange: Exchange) -> bool:
    body: Any = exchange.answer.body if exchange.answer else None
    parts = ((body or {}).get(name) or {} for name in ("payload", "pagination"))
    return any(part.get("nextToken") for part in parts)


def _number(shipment: dict[str, Any]) -> None:
    """Writes the ids of packages as numbers, which Amazon's model calls texts."""
    for row in (*shipment.get("items", []), *shipment.get("packages", [])):
        if "packageId" in row:
            row["packageId"] = int(row["packageId"])


def _orders(exchange: Exchange) -> list[dict[str, Any]]:
    """The orders that an answer carries, to be changed in place."""
    body: Any = exchange.answer.body if exchange.answer else None
    payload = (body or {}).get("payload", body) or {}
    if isinstance(payload.get("order"), dict):
        return [payload["order"]]
    if "fulfillmentOrder" in payload:
        return [payload]
    return [*payload.get("fulfillmentOrders", []), *payload.get("orders", [])]


def _statuses(exchange: Exchange) -> Iterator[tuple[dict[str, Any], str]]:
    """Everything that has a status, with the name of its field."""
    for order in _orders(exchange):
        for row in (order, order.get("fulfillmentOrder", {})):
            for name in ("fulfillmentOrderStatus", "status"):
                if name in row:
                    yield row, name
        for shipment in order.get("fulfillmentShipments", []):
            yield shipment, "fulfillmentShipmentStatus"
        for shipment in order.get("shipments", []):
            yield shipment, "status"


def _id_of(row: dict[str, Any]) -> str:
    names = ("sellerFulfillmentOrderId", "orderId", "amazonShipmentId")
    return next((str(row[name]) for name in names if name in row), "")
