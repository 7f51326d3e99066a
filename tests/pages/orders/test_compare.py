"""What each delivery speed costs, in words."""

from __future__ import annotations

from datetime import UTC, datetime

from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.base import Money
from mcf.orders.quotes import Estimate, Offer
from pages.parts.orders import compare

PREVIEW = FulfillmentPreview.from_api(
    {"shippingSpeedCategory": "Standard", "isFulfillable": True, "isCODCapable": False}
)


def usd(value: str) -> Money:
    return Money(currency_code="USD", value=value)


def test_a_fee_is_amazons_or_an_estimate_or_not_given() -> None:
    several = Estimate(usd("5.00"), usd("7.00"), 6, same_goods=False)
    one = Estimate(usd("5.00"), usd("5.00"), 1, same_goods=True)

    assert compare.fee(Offer(PREVIEW, usd("6.08"), None)) == "6.08 USD"
    assert compare.fee(Offer(PREVIEW, None, None)) == "fee not given by Amazon"
    assert compare.fee(Offer(PREVIEW, None, several)).startswith(
        "about 5.00 USD to 7.00 USD: an estimate from 6 orders of as many units"
    )
    assert compare.fee(Offer(PREVIEW, None, one)).startswith(
        "about 5.00 USD: an estimate from 1 order of the same goods"
    )


def test_an_arrival_is_a_range_of_days_or_not_given() -> None:
    shipment = {
        "earliestArrivalDate": datetime(2026, 3, 5, 12, tzinfo=UTC).isoformat(),
        "latestArrivalDate": datetime(2026, 3, 8, 12, tzinfo=UTC).isoformat(),
    }
    told = FulfillmentPreview.from_api(
        {**PREVIEW.to_api(), "fulfillmentPreviewShipments": [shipment]}
    )

    assert compare.dates(Offer(told, None, None)) == "arrives Thu 05 Mar to Sun 08 Mar"
    assert compare.dates(Offer(PREVIEW, None, None)) == "arrival not given by Amazon"
