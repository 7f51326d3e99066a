"""Answers that are well-formed and wrong: pages that don't fit, fees that aren't there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mcf.simulator.api import forms
from mcf.simulator.api.forms import Answer
from mcf.simulator.api.operations import Call
from mcf.simulator.faults.base import Exchange, Fault

PAGED = ("getInventorySummaries", "listAllFulfillmentOrders", "listOrders")
ROWS = (
    "inventorySummaries",
    "fulfillmentOrders",
    "fulfillmentPreviews",
    "orders",
    "plannedShipments",
)


class PageExpired(Fault):
    """A page token is refused."""

    name = "page-expired"
    usual_operations = PAGED

    def concerns(self, exchange: Exchange) -> bool:
        """Only pages after the first, as they alone carry a token."""
        return super().concerns(exchange) and is_later_page(exchange.call)

    def before(self, exchange: Exchange) -> None:
        """400, with the words Amazon has for a token that is too old."""
        message = "Next token is invalid or expired"
        exchange.answer = Answer(400, forms.errors("InvalidInput", message))


class RowsMissing(Fault):
    """A page after the first lacks its first row.

    https://github.com/amzn/selling-partner-api-docs/issues/2312
    """

    name = "rows-missing"
    usual_operations = PAGED

    def concerns(self, exchange: Exchange) -> bool:
        """Only pages after the first."""
        return super().concerns(exchange) and is_later_page(exchange.call)

    def after(self, exchange: Exchange) -> None:
        """The first row of the page is dropped."""
        rows = rows_of(exchange.answer)
        del rows[:1]


@dataclass(kw_only=True, eq=False)
class RowsTwice(Fault):
    """A page after the first begins with the last row of the page before."""

    name = "rows-twice"
    usual_operations = PAGED
    last: object = field(default=None, init=False)

    def hits(self, exchange: Exchange) -> bool:
        """First pages are always looked at, as a later one repeats their last row."""
        first_page = self.concerns(exchange) and not is_later_page(exchange.call)
        return first_page or super().hits(exchange)

    def after(self, exchange: Exchange) -> None:
        """The last row of the page before comes first."""
        rows = rows_of(exchange.answer)
        following = rows[-1] if rows else None
        if is_later_page(exchange.call) and self.last is not None:
            rows.insert(0, self.last)
        self.last = following


class FeesMissing(Fault):
    """A fulfillable preview without fees.

    https://github.com/amzn/selling-partner-api-models/issues/5328
    """

    name = "fees-missing"
    usual_operations = ("getFulfillmentPreview", "getOrderPreview")

    def after(self, exchange: Exchange) -> None:
        """Every preview has null where its fees were; an offer of 2026-07-04 has no price."""
        for row in rows_of(exchange.answer):
            if exchange.operation == "getOrderPreview":
                for offer in row["offers"]:
                    offer.pop("estimatedPrice", None)
            else:
                row["estimatedFees"] = None


def is_later_page(call: Call) -> bool:
    """Whether a page is asked for that isn't the first."""
    return bool(call.text("nextToken") or call.text("pageToken"))


def rows_of(answer: Answer | None) -> list[Any]:
    """The list that an answer carries, to be changed in place."""
    body = answer.body if answer else None
    payload = (body or {}).get("payload", body)
    if isinstance(payload, dict):
        for name in ROWS:
            if isinstance(rows := payload.get(name), list):
                return rows
    return []
