"""Answers that are right and look different from what the model says."""

from __future__ import annotations

from mcf.simulator.api.forms import Answer, Json
from mcf.simulator.faults.base import Exchange, Fault

READING = ("getFulfillmentOrder", "listAllFulfillmentOrders")


class ExtraFields(Fault):
    """Orders carry fields that no model declares, one of them a boolean written as text.

    https://github.com/amzn/selling-partner-api-samples
    """

    name = "extra-fields"
    usual_operations = READING

    def after(self, exchange: Exchange) -> None:
        """Adds two fields to every order."""
        for order in _orders(exchange.answer):
            order["primeUpgraded"] = "true"
            order["futureField"] = {"of": ["any", "shape"]}


class CapitalStatuses(Fault):
    """Statuses come in capitals, as in the examples of Amazon's own model."""

    name = "capital-statuses"
    usual_operations = READING

    def after(self, exchange: Exchange) -> None:
        """Puts the status of every order into capitals."""
        for order in _orders(exchange.answer):
            order["fulfillmentOrderStatus"] = str(order["fulfillmentOrderStatus"]).upper()


def _orders(answer: Answer | None) -> list[Json]:
    """The orders that an answer carries, to be changed in place."""
    payload = (answer.body or {}).get("payload") if answer else None
    if not isinstance(payload, dict):
        return []
    if "fulfillmentOrder" in payload:
        return [payload["fulfillmentOrder"]]
    return list(payload.get("fulfillmentOrders", []))
