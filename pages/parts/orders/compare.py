"""What each delivery speed costs and when it arrives, side by side, with and without each wish."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import pandas as pd
import streamlit as st

from mcf.amazon.labels import feature
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.base import Money
from mcf.errors import MCFError
from mcf.orders import quotes
from mcf.orders.quotes import Estimate, Offer
from pages.parts.common import fields, messages
from pages.parts.common import labels as say

Previews: TypeAlias = tuple[FulfillmentPreview, ...]
Wishes: TypeAlias = tuple[tuple[str, str], ...]
"""Names of Amazon's features, and how each is wished for."""
Ask: TypeAlias = Callable[[Wishes], Previews]
"""Amazon's previews of the order that is typed, with these wishes."""


def draw(ask: Ask, wishes: Wishes, asked: Previews, offers: Sequence[Offer]) -> None:
    """A button that opens the table of fees; what only a wish makes impossible is told beside it.

    The table wraps its cells, so that it's whole however narrow its place is.
    """
    without = draw_lost(ask, wishes, asked, offers)
    if not offers:
        return
    with st.popover("Compare fees", icon=":material/table_chart:", type="tertiary"):
        st.table(_table(offers, without))
        st.caption("Amazon's estimates, before any surcharge.")


def fee(offer: Offer) -> str:
    """What an offer costs, in a few words."""
    if offer.fee is not None:
        return messages.money(offer.fee)
    return _estimated(offer.estimate) if offer.estimate else "fee not given by Amazon"


def dates(offer: Offer) -> str:
    """When an offer arrives, in a few words."""
    window = offer.arrival
    return f"arrives {messages.days(*window)}" if window else "arrival not given by Amazon"


def _estimated(estimate: Estimate) -> str:
    low, high = messages.money(estimate.low), messages.money(estimate.high)
    span = low if estimate.low == estimate.high else f"{low} to {high}"
    whose = "of the same goods" if estimate.same_goods else "of as many units"
    orders = messages.many(estimate.orders, "order")
    return f"about {span}: an estimate from {orders} {whose}, Amazon names no fee"


def _table(offers: Sequence[Offer], without: dict[str, list[str]]) -> pd.DataFrame:
    rows: dict[str, list[str]] = {}
    kinds = dict.fromkeys(label for offer in offers for label, _ in offer.fees)
    for kind in kinds:
        rows[kind] = [_money(dict(offer.fees).get(kind)) for offer in offers]
    rows["In all"] = [fee(offer) for offer in offers]
    rows |= without
    rows["A day earlier costs"] = [_per_day(offer) for offer in offers]
    rows["Ships by"] = [messages.when(offer.ships_by) for offer in offers]
    rows["Arrives"] = [dates(offer).removeprefix("arrives ") for offer in offers]
    rows["Parcels"] = [f"{offer.parcels or ''}" for offer in offers]
    rows["Weight"] = [_weight(offer) for offer in offers]
    names = list(fields.distinct({at: o.preview.speed_label for at, o in enumerate(offers)}))
    shown = {say.plain(name): cells for name, cells in rows.items() if any(cells)}
    return pd.DataFrame(
        [map(say.plain, cells) for cells in shown.values()], columns=names, index=list(shown)
    )


def _money(amount: Money | None) -> str:
    return messages.money(amount) if amount else ""


def _per_day(offer: Offer) -> str:
    if offer.per_day is None or offer.fee is None:
        return ""
    return f"{offer.per_day:,} {offer.fee.currency_code}"


def _weight(offer: Offer) -> str:
    weight = offer.preview.estimated_shipping_weight
    return f"{weight.value} {(weight.unit or '').lower()}" if weight and weight.value else ""


def draw_lost(
    ask: Ask, wishes: Wishes, asked: Previews, offers: Sequence[Offer]
) -> dict[str, list[str]]:
    """A row for each wish that is required: what the order costs without it.

    Which speeds only that wish makes impossible is said at once.
    """
    rows = {}
    try:
        for wish in wishes:
            if wish[1] == "Required":
                plain = ask(tuple(other for other in wishes if other != wish))
                rows[f"Without: {feature(wish[0]).label}"] = _price_row(plain, offers)
                _possible_without(feature(wish[0]).label, asked, plain)
    except MCFError as error:
        messages.draw_trouble(error)
    return rows


def _price_row(plain: Previews, offers: Sequence[Offer]) -> list[str]:
    by_speed = {preview.shipping_speed_category: preview for preview in plain}
    return [_price(offer, by_speed.get(offer.preview.shipping_speed_category)) for offer in offers]


def _price(offer: Offer, without: FulfillmentPreview | None) -> str:
    price = quotes.price_of(offer.preview, without)
    if not price.possible_without:
        return "not possible"
    days = f", {-price.days:+g} {'day' if abs(price.days) == 1 else 'days'}" if price.days else ""
    if price.more is None or without is None or without.total_fee is None:
        return f"fee not given by Amazon{days}"
    change = f"{-price.more.amount:+,}" if price.more.amount else "the same"
    return f"{messages.money(without.total_fee)} ({change}){days}"


def _possible_without(label: str, asked: Previews, plain: Previews) -> None:
    """Says which speeds only this wish makes impossible."""
    lost = quotes.possible_only_without(asked, plain)
    if lost:
        speeds = " and ".join(map(say.plain, lost))
        st.caption(f":orange[{speeds} would be possible without: {say.plain(label)}]")
