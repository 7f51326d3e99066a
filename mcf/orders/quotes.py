"""What delivery speeds cost and when they arrive, side by side: previews -> offers, pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from statistics import median

from mcf.amazon import labels
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.base import Money
from mcf.amazon.statuses import ShippingSpeedCategory
from mcf.wording import many

ENOUGH = 5
"""Earlier orders of as many units before they say what such an order costs."""
_DAY = 86400


@dataclass(frozen=True, slots=True)
class PastFee:
    """What Amazon told an earlier order would cost: its goods by SKU, speed and sum."""

    goods: Mapping[str, int]
    speed: str
    fee: Money


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an order may cost, from earlier orders of one's own, and from how many of which."""

    low: Money
    high: Money
    orders: int
    same_goods: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A delivery speed for the order that is typed.

    `fee` is Amazon's sum and None where it names none; then there may be an `estimate`. Times are
    UTC, None where not told. `per_day` is what each day costs that it arrives before the cheapest,
    in the fee's currency; None where that can't be told.
    """

    preview: FulfillmentPreview
    fee: Money | None
    estimate: Estimate | None
    cheapest: bool = False
    fastest: bool = False
    per_day: Decimal | None = None

    @property
    def speed(self) -> ShippingSpeedCategory:
        """The delivery speed."""
        return self.preview.speed

    @property
    def ships_by(self) -> datetime | None:
        """When the last of its parcels leaves at the latest."""
        known = [s.latest_ship_date for s in self.preview.shipments if s.latest_ship_date]
        return max(known, default=None)

    @property
    def arrival(self) -> tuple[datetime, datetime] | None:
        """Between when it arrives, all of it."""
        return self.preview.arrival

    @property
    def parcels(self) -> int:
        """The shipments that Amazon would make."""
        return len(self.preview.shipments)

    @property
    def fees(self) -> list[tuple[str, Money]]:
        """Each fee in a seller's words; none where Amazon names none."""
        told = self.preview.estimated_fees or ()
        return [(labels.fee(fee.name or "Fee"), fee.amount) for fee in told if fee.amount]


def compare(
    previews: Iterable[FulfillmentPreview], past: Sequence[PastFee] = ()
) -> tuple[Offer, ...]:
    """The offers of those speeds that are possible, the cheapest and the fastest marked.

    Cash-on-delivery doubles of a speed are left out; ask `chosen` for them.
    """
    offers = [
        Offer(preview, preview.total_fee, None if preview.total_fee else _estimate(preview, past))
        for preview in previews
        if preview.is_fulfillable and not preview.is_cod_capable
    ]
    return _marked(offers)


def _marked(offers: Sequence[Offer]) -> tuple[Offer, ...]:
    priced = {at: offer.fee.amount for at, offer in enumerate(offers) if offer.fee}
    timed = {at: offer.arrival[1] for at, offer in enumerate(offers) if offer.arrival}
    # With a fee missing, another speed might be the cheapest.
    least = min(priced.values()) if len(priced) == len(offers) > 1 else None
    soonest = min(timed.values()) if len(timed) == len(offers) > 1 else None
    marked = [
        replace(
            offer,
            cheapest=least is not None and priced.get(at) == least,
            fastest=soonest is not None and timed.get(at) == soonest,
        )
        for at, offer in enumerate(offers)
    ]
    base = next((offer for offer in marked if offer.cheapest), None)
    return tuple(replace(offer, per_day=_per_day(base, offer)) for offer in marked)


def _per_day(base: Offer | None, offer: Offer) -> Decimal | None:
    if base is None or offer.fee is None or base.fee is None or not offer.arrival:
        return None
    if not base.arrival or offer.fee.currency_code != base.fee.currency_code:
        return None
    days = (base.arrival[1] - offer.arrival[1]).total_seconds() / _DAY
    if days <= 0:
        return None
    more = offer.fee.amount - base.fee.amount
    return (more / Decimal(str(round(days, 2)))).quantize(Decimal("0.01"))


def _estimate(preview: FulfillmentPreview, past: Sequence[PastFee]) -> Estimate | None:
    goods = goods_of(preview)
    alike = [each for each in past if each.speed == preview.shipping_speed_category]
    same = [each.fee for each in alike if each.goods == goods]
    if same:
        return _from(same, same_goods=True)
    units = sum(goods.values())
    as_many = [each.fee for each in alike if sum(each.goods.values()) == units]
    return _from(as_many, same_goods=False) if len(as_many) >= ENOUGH else None


def _from(fees: Sequence[Money], *, same_goods: bool) -> Estimate | None:
    currencies = {fee.currency_code for fee in fees}
    if len(currencies) > 1:
        return None
    amounts = sorted(fee.amount for fee in fees)
    if same_goods:
        middle = Money.reckoned(currencies.pop(), median(amounts))
        return Estimate(middle, middle, len(fees), same_goods)
    currency = currencies.pop()
    low, high = amounts[len(amounts) // 10], amounts[math.ceil(len(amounts) * 0.9) - 1]
    return Estimate(
        Money.reckoned(currency, low),
        Money.reckoned(currency, high),
        len(fees),
        same_goods,
    )


def goods_of(preview: FulfillmentPreview) -> Counter[str]:
    """The units by SKU that a preview would ship."""
    goods: Counter[str] = Counter()
    for shipment in preview.shipments:
        for item in shipment.fulfillment_preview_items or ():
            goods[item.seller_sku or ""] += item.quantity or 0
    return goods


def impossible(previews: Iterable[FulfillmentPreview]) -> dict[str, tuple[str, ...]]:
    """Why the speeds that aren't possible aren't, in words, by the speed's label."""
    return {
        preview.speed_label: why(preview)
        for preview in previews
        if not preview.is_fulfillable and not preview.is_cod_capable
    }


def why(preview: FulfillmentPreview) -> tuple[str, ...]:
    """Why a preview's order can't be shipped, in words, each reason once."""
    of_order = (labels.reason(code) for code in preview.order_unfulfillable_reasons or ())
    of_lines = (
        f"{line.seller_sku}: "
        + ", ".join(map(labels.reason, line.item_unfulfillable_reasons or ("unknown",)))
        for line in preview.unfulfillable_preview_items or ()
    )
    return tuple(dict.fromkeys((*of_order, *of_lines))) or (labels.reason("unknown"),)


@dataclass(frozen=True, slots=True)
class Price:
    """What a wish costs at one speed: more money, more days; None where that can't be told."""

    more: Money | None
    days: float | None
    possible_without: bool


def price_of(with_it: FulfillmentPreview, without: FulfillmentPreview | None) -> Price:
    """What is more and later with a wish than without it, at the same speed."""
    if without is None or not without.is_fulfillable:
        return Price(None, None, possible_without=False)
    fee, plain = with_it.total_fee, without.total_fee
    more = None
    if fee and plain and fee.currency_code == plain.currency_code:
        more = Money.reckoned(fee.currency_code, fee.amount - plain.amount)
    days = None
    if with_it.arrival and without.arrival:
        days = round((with_it.arrival[1] - without.arrival[1]).total_seconds() / _DAY, 1)
    return Price(more, days, possible_without=True)


def possible_only_without(
    with_it: Iterable[FulfillmentPreview], without: Iterable[FulfillmentPreview]
) -> list[str]:
    """The labels of the speeds that only a wish makes impossible, each once."""
    possible = {preview.shipping_speed_category for preview in without if preview.is_fulfillable}
    lost = (
        preview.speed_label
        for preview in with_it
        if not preview.is_fulfillable and preview.shipping_speed_category in possible
    )
    return list(dict.fromkeys(lost))


@dataclass(frozen=True, slots=True)
class Limit:
    """The sum above which fees need a second confirmation, in the marketplace's currency.

    `amount` is None for a seller who has set none.
    """

    amount: Decimal | None
    currency: str

    def objection(self, fee: Money | None, unknown: int = 0, orders: int = 1) -> str:
        """Why the fees of so many orders need that confirmation, as a sentence; "" if they don't.

        Only a sum of all of them in the limit's currency can be within it. `unknown` counts the
        orders that `fee` leaves out; None is a sum of which nothing, or not all, is known.
        """
        if self.amount is None:
            return ""
        allowed = f"your limit of {self.amount:,} {self.currency}"
        if fee is None:
            whose = f"these {orders:,} orders cost" if orders > 1 else "this order costs"
            pronoun = "their" if orders > 1 else "its"
            return (
                f"What {whose} isn't known: Amazon doesn't tell all {pronoun} fees. It may be "
                f"above {allowed}."
            )
        cost = f"{fee.value} {fee.currency_code}{' in all' if orders > 1 else ''}"
        if fee.currency_code != self.currency:
            return f"{cost} can't be compared with {allowed}."
        if fee.amount > self.amount:
            return f"{cost} is above {allowed}."
        if unknown:
            which = many(unknown, "order")
            return f"{cost}, with fees of {which} that Amazon doesn't tell, may be above {allowed}."
        return ""


def has_windows(country_code: str) -> bool:
    """Whether Amazon delivers in scheduled windows in this marketplace's country."""
    return country_code == "JP"


def speeds_in(country_code: str) -> list[str]:
    """The delivery speeds that there are in this marketplace's country."""
    return [
        speed
        for speed in ShippingSpeedCategory.declared()
        if speed != ShippingSpeedCategory.SCHEDULED or has_windows(country_code)
    ]
