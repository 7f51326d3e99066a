"""Delivery speeds side by side: what they cost, when they arrive, and what isn't known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mcf.amazon import labels
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.base import Money
from mcf.orders import quotes
from mcf.orders.quotes import PastFee


def preview(
    speed: str, *fees: str, arrives: str | None = "2026-03-05", possible: bool = True, **more: Any
) -> FulfillmentPreview:
    """A preview whose fees are in USD and which ships one unit of A-1."""
    shipment = {
        "earliestShipDate": "2026-03-01T09:00:00Z",
        "latestShipDate": "2026-03-02T09:00:00Z",
        "fulfillmentPreviewItems": [
            {"sellerSku": "A-1", "quantity": 1, "sellerFulfillmentOrderItemId": "1"}
        ],
    }
    if arrives:
        shipment["latestArrivalDate"] = f"{arrives}T09:00:00Z"
    money = [
        {"name": "FBAPerUnitFulfillmentFee", "amount": {"currencyCode": "USD", "value": fee}}
        for fee in fees
    ]
    return FulfillmentPreview.from_api(
        {
            "shippingSpeedCategory": speed,
            "isFulfillable": possible,
            "isCODCapable": False,
            "marketplaceId": "ATVPDKIKX0DER",
            "estimatedFees": money or None,
            "fulfillmentPreviewShipments": [shipment],
            **more,
        }
    )


def usd(value: str) -> Money:
    return Money(currency_code="USD", value=value)


def past(value: str, speed: str = "Standard", **goods: int) -> PastFee:
    named = {name.replace("_", "-"): units for name, units in goods.items()}
    return PastFee(named or {"A-1": 1}, speed, usd(value))


STANDARD = preview("Standard", "6.00", "1.00")
FAST = preview("Expedited", "10.00", arrives="2026-03-03")


def test_the_cheapest_and_the_fastest_are_marked() -> None:
    slow, fast = quotes.compare([STANDARD, FAST])

    assert (slow.cheapest, slow.fastest) == (True, False)
    assert (fast.cheapest, fast.fastest) == (False, True)
    assert slow.fee == usd("7.00")
    assert slow.fees == [("Per unit", usd("6.00")), ("Per unit", usd("1.00"))]


def test_a_day_earlier_costs_what_is_more_over_the_days_saved() -> None:
    slow, fast = quotes.compare([STANDARD, FAST])

    assert slow.per_day is None
    assert fast.per_day == Decimal("1.50")


def test_with_a_fee_missing_nothing_is_called_the_cheapest() -> None:
    found = quotes.compare([STANDARD, preview("Expedited", arrives="2026-03-03")])

    assert [offer.cheapest for offer in found] == [False, False]
    assert found[1].fee is None


def test_a_missing_fee_is_estimated_from_earlier_orders_of_the_same_goods() -> None:
    (offer,) = quotes.compare(
        [preview("Standard")], [past("6.00"), past("8.00"), past("99.00", speed="Priority")]
    )

    assert offer.fee is None
    assert offer.estimate is not None
    assert (offer.estimate.low.amount, offer.estimate.orders) == (Decimal("7.00"), 2)
    assert offer.estimate.same_goods


def test_other_goods_tell_a_range_when_there_are_enough_of_them() -> None:
    others = [past(f"{fee}.00", B_1=1) for fee in range(5, 10)]

    (offer,) = quotes.compare([preview("Standard")], others)

    assert offer.estimate is not None
    assert (offer.estimate.low, offer.estimate.high) == (usd("5.00"), usd("9.00"))
    assert not offer.estimate.same_goods


@pytest.mark.parametrize(
    "known",
    [
        [],
        [past("5.00", B_1=1)] * (quotes.ENOUGH - 1),
        [past("5.00", B_1=2)] * quotes.ENOUGH,
        [past("5.00"), PastFee({"A-1": 1}, "Standard", Money(currency_code="EUR", value="5"))],
    ],
)
def test_what_cannot_be_estimated_is_unknown(known: list[PastFee]) -> None:
    (offer,) = quotes.compare([preview("Standard")], known)

    assert offer.fee is None
    assert offer.estimate is None


def test_a_speed_that_is_impossible_is_told_in_words() -> None:
    refused = preview(
        "Priority",
        possible=False,
        orderUnfulfillableReasons=["DeliverySLAUnavailable"],
        unfulfillablePreviewItems=[
            {
                "sellerSku": "A-1",
                "quantity": 1,
                "sellerFulfillmentOrderItemId": "1",
                "itemUnfulfillableReasons": ["ItemQuantityNotAvailable"],
            }
        ],
    )

    (reasons,) = quotes.impossible([refused]).values()

    assert quotes.compare([refused]) == ()
    assert reasons[0] == "Amazon doesn't deliver to this address at this speed"
    assert reasons[1].startswith("A-1: Fewer units can ship")


def test_no_reason_is_told_as_that() -> None:
    assert quotes.why(preview("Priority", possible=False)) == ("Amazon gives no reason",)


def test_what_a_wish_costs_is_the_difference_to_the_same_speed_without() -> None:
    dear = preview("Standard", "8.00", arrives="2026-03-06")

    price = quotes.price_of(dear, STANDARD)

    assert (price.more, price.days) == (usd("1.00"), 1.0)


def test_a_wish_that_cannot_be_left_out_has_no_price() -> None:
    assert not quotes.price_of(STANDARD, None).possible_without
    assert not quotes.price_of(STANDARD, preview("Standard", possible=False)).possible_without


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("SKU_NOT_ELIGIBLE", "product can't have"),
        ("deliverySLAUnavailable", "Amazon doesn't deliver to this address at this speed"),
        ("SomethingQuiteNew", "Something quite new"),
        ("BRAND_NEW_REASON", "Brand new reason"),
    ],
)
def test_reasons_are_told_in_words_also_those_not_known(code: str, told: str) -> None:
    assert told.casefold() in labels.reason(code).casefold()


def test_fees_carriers_and_features_have_names() -> None:
    assert labels.fee("FBAPerOrderFulfillmentFee") == "Per order"
    assert labels.fee("FBANewSurchargeFee") == "New surcharge"
    assert labels.carrier("AMZN_US") == "Amazon Logistics"
    assert labels.carrier("Example Post") == "Example Post"
    assert labels.feature("BLANK_BOX").label == "Blank box"
    assert labels.feature("NEW_THING", "Does a thing.").meaning == "Does a thing."


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Value  for parameter CountryCode is invalid. Reason: InvalidValue.",
            "The country of the address is missing or misspelt.",
        ),
        ("An order can have at most 250 units.", "An order can have at most 250 units."),
        ("You exceeded your quota for the requested resource.", "Amazon is busy: it got more"),
        ("Next token is invalid or expired", "The next page of a list was asked for too late"),
        ("Access to requested resource is denied.", "Amazon knows the app, but it may not do this"),
        ("missing value for decimal type", "An amount of money isn't a number."),
        ("Invalid Input", "Something is wrong, and Amazon doesn't say what."),
        (
            "Amazon's answer can't be used (createFulfillmentOrder, HTTP 200, an empty body).",
            "An answer without content isn't a success at Amazon",
        ),
        (
            "No answer came in time: createFulfillmentOrder (ReadTimeout).",
            "The connection broke before Amazon's answer came.",
        ),
        (
            "The answer could not be read: getOrder (KeyError).",
            "No usable answer came from Amazon.",
        ),
        (
            "Amazon is busy: it takes the next call of this kind in 3 seconds.",
            "Amazon is busy: it ",
        ),
        ("NullPointerException at com.amazon", "Amazon refused it, in words that only programmers"),
    ],
)
def test_amazons_words_are_kept_unless_they_are_code(said: str, told: str) -> None:
    assert labels.amazon_text(said, "createFulfillmentOrder").startswith(told)


def told(*fees: tuple[str, str]) -> FulfillmentPreview:
    """A preview with these fees: currency and amount."""
    listed = [{"name": "Fee", "amount": {"currencyCode": c, "value": v}} for c, v in fees]
    return FulfillmentPreview.from_api(
        {"shippingSpeedCategory": "Standard", "isFulfillable": True, "estimatedFees": listed}
    )


@pytest.mark.parametrize(
    ("fees", "total"),
    [
        ([("USD", "-7.00")], None),
        ([("USD", "7.00"), ("USD", "-1.00")], "6.00 USD"),
        ([("USD", "1E+2")], "100 USD"),
        ([("US$", "7.00")], "7.00 US$"),
        ([("usd", "1" + "0" * 30)], "1" + "0" * 30 + " usd"),
    ],
)
def test_fees_that_are_odd_are_told_or_unknown_and_stop_nothing(
    fees: list[tuple[str, str]], total: str | None
) -> None:
    (offer,) = quotes.compare([told(*fees)])

    assert (offer.fee and f"{offer.fee.value} {offer.fee.currency_code}") == total


def test_a_wish_may_make_an_order_cheaper() -> None:
    price = quotes.price_of(told(("USD", "5.00")), told(("USD", "7.00")))

    assert price.more is not None
    assert price.more.amount == Decimal("-2.00")


UNKNOWN = "What this order costs isn't known: Amazon doesn't tell all its fees."


@pytest.mark.parametrize(
    ("fee", "limit", "says"),
    [
        ("7.00", "6.99", "7.00 USD is above your limit of 6.99 USD."),
        ("7.00", "7.00", ""),
        ("0.00", "0", ""),
        ("1234.50", "1000", "1234.50 USD is above your limit of 1,000 USD."),
        (None, "1.00", f"{UNKNOWN} It may be above your limit of 1.00 USD."),
        ("7.00", None, ""),
        (None, None, ""),
    ],
)
def test_only_a_fee_that_is_known_can_be_within_the_limit(
    fee: str | None, limit: str | None, says: str
) -> None:
    allowed = quotes.Limit(Decimal(limit) if limit else None, "USD")

    assert allowed.objection(usd(fee) if fee else None) == says


def test_a_fee_in_another_currency_is_not_compared_with_the_limit() -> None:
    says = quotes.Limit(Decimal(100), "CAD").objection(usd("7.00"))

    assert says == "7.00 USD can't be compared with your limit of 100 CAD."


@pytest.mark.parametrize(
    ("fee", "unknown", "says"),
    [
        ("7.00", 0, ""),
        ("9.00", 0, "9.00 USD in all is above your limit of 8 USD."),
        ("9.00", 2, "9.00 USD in all is above your limit of 8 USD."),
        ("7.00", 1, "fees of 1 order that Amazon doesn't tell, may be above your limit of 8 USD."),
        ("7.00", 2, "fees of 2 orders that Amazon doesn't tell, may be above your limit of 8 USD."),
        (None, 3, "What these 3 orders cost isn't known: Amazon doesn't tell all their fees."),
    ],
)
def test_orders_are_within_the_limit_when_the_fees_of_all_are_known(
    fee: str | None, unknown: int, says: str
) -> None:
    told = quotes.Limit(Decimal(8), "USD").objection(usd(fee) if fee else None, unknown, orders=3)

    assert says in told
    assert bool(told) is bool(says)


@pytest.mark.parametrize(
    "fees",
    [
        None,
        [],
        [{"name": "FBATransportationFee", "amount": None}],
        [{"name": "FBATransportationFee", "amount": {"value": "1.00"}}],
        [{"name": "A", "amount": {"currencyCode": "USD", "value": "1.00"}}, None],
        [
            {"name": "A", "amount": {"currencyCode": "USD", "value": "1.00"}},
            {"name": "B", "amount": {"currencyCode": "USD", "value": "NaN"}},
        ],
        [
            {"name": "A", "amount": {"currencyCode": "USD", "value": "1.00"}},
            {"name": "B", "amount": {"currencyCode": "CAD", "value": "1.00"}},
        ],
    ],
)
def test_fees_that_are_told_in_part_are_not_known(fees: object) -> None:
    told = FulfillmentPreview.from_api(
        {"shippingSpeedCategory": "Standard", "isFulfillable": True, "estimatedFees": fees}
    )

    assert quotes.Limit(Decimal(100), "USD").objection(told.total_fee).startswith(UNKNOWN)


def test_only_japan_has_deliveries_in_a_window() -> None:
    assert "ScheduledDelivery" in quotes.speeds_in("JP")
    assert "ScheduledDelivery" not in quotes.speeds_in("US")
    assert quotes.has_windows("JP")


def test_speeds_that_only_a_wish_makes_impossible_are_told_once() -> None:
    slow = preview("Standard", possible=False)
    never = preview("Priority", possible=False)

    lost = quotes.possible_only_without([slow, slow, never, FAST], [STANDARD, never, FAST])

    assert lost == ["Standard"]
