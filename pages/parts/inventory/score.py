"""How good the forecasts were, and what stock and lost sales are worth: of one SKU, and in all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

from mcf.inventory import history, money, supply
from mcf.inventory.review import SKUReview, StockReview
from mcf.inventory.score import ENOUGH as ENOUGH_DAYS
from mcf.inventory.score import HORIZONS, SAMPLE, Score, Scores
from pages.parts.common import messages


def draw(review: StockReview, sku: SKUReview) -> None:
    """What a SKU is worth, Amazon's low-inventory fee, and how good its forecasts were."""
    row = {str(name): value for name, value in sku.row.items()}
    score = scored(review.score(str(row["seller_sku"])))
    st.caption("  \n".join([*worth(row), *lost(row), *supplied(row), score]))


def draw_in_all(review: StockReview) -> None:
    """Two figures of all SKUs: by how much forecasts were off, and what isn't sold a day."""
    scores = review.scores()
    units, amount, unknown = review.lost_sales()
    with st.container(horizontal=True):
        week = scores.over.get(HORIZONS[0])
        st.metric(
            "Forecast off by",
            "not known yet" if week is None else f"{week.off * 100:.0f} %",
            None if week is None else f"plain mean {week.plain_off * 100:.0f} %{_among(scores)}",
            delta_color="off",
            delta_arrow="off",
            help=scored(scores),
            border=True,
            height="stretch",
        )
        st.metric(
            "Lost sales a day",
            f"{units:,.1f} units" if units else "none known" if unknown else "none",
            money.named(amount, review.currency) or ("price not known" if units else None),
            delta_color="off",
            delta_arrow="off",
            help=_left_out(amount.unknown, unknown),
            border=True,
            height="stretch",
        )


def _among(scores: Scores) -> str:
    """Of how many SKUs forecasts are judged, where that isn't all."""
    return "" if scores.of is None else f", of {SAMPLE:,} of {scores.of:,} SKUs"


def _left_out(unpriced: int, unknown: int) -> str:
    parts = ["What would be sold a day of SKUs of which nothing is for sale, by the forecast."]
    if unpriced:
        parts.append(f"{messages.many(unpriced, 'SKU')} of them without a price.")
    if unknown:
        parts.append(
            f"{messages.many(unknown, 'SKU')} without stock {'is' if unknown == 1 else 'are'} left "
            "out: how fast they sell isn't known."
        )
    return " ".join(parts)


def scored(scores: Scores) -> str:
    """How good forecasts were, in sentences; or from when on that's told."""
    judged = [_judged(score) for score in scores.over.values()]
    if judged:
        first = "" if scores.of is None else f" Of the first {SAMPLE:,} SKUs by name."
        return f"Forecast so far: {'; '.join(judged)}.{first}"
    told_from = scores.told_from(HORIZONS[0])
    if told_from is None or scores.since is None:
        return (
            "How good the forecasts are isn't known yet: they're kept from the day on which it's "
            f"known how fast it sells, and compared after {HORIZONS[0] + ENOUGH_DAYS - 1} days."
        )
    since, day = history.date_of(scores.since), history.date_of(told_from)
    return (
        f"How good the forecasts are isn't known yet: they've been kept since {since:%d %b}, "
        f"and it's told from {day:%d %b} on, if enough of it was in stock and sold."
    )


def _judged(score: Score) -> str:
    off, plain, bias = (round(100 * part) for part in (score.off, score.plain_off, score.bias))
    lean = f"told {abs(bias)} % too {'much' if bias > 0 else 'little'}" if bias else "no bias"
    return (
        f"sums of {score.horizon} days {off} % off, the plain mean {plain} %, {lean}, over "
        f"{messages.many(score.days, 'day')}"
    )


def worth(row: Mapping[str, Any]) -> list[str]:
    """What the stock and the reorder of a SKU cost."""
    if math.isnan(row["unit_cost"]):
        return ["What it costs isn't known: set a cost in the rules."]
    parts = [f"A unit costs {_money(row['unit_cost'], row)}"]
    if row["stock_value"] > 0:
        excess = ", which count as excess" if row["excess_value"] > 0 else ""
        parts.append(f"those that can ship {_money(row['stock_value'], row)}{excess}")
    if row["reorder_cost"] > 0:
        parts.append(f"the reorder {_money(row['reorder_cost'], row)}")
    return [f"{', '.join(parts)}."]


def lost(row: Mapping[str, Any]) -> list[str]:
    """What isn't sold a day for want of stock."""
    units = row["lost_units_a_day"]
    if math.isnan(units):
        return ["How much isn't sold while nothing can ship isn't known."]
    if units <= 0:
        return []
    amount = row["lost_sales_a_day"]
    priced = "its price isn't known" if math.isnan(amount) else _money(amount, row)
    return [f"Nothing is for sale: about {units:,.1f} sales a day are lost ({priced})."]


def supplied(row: Mapping[str, Any]) -> list[str]:
    """Where a SKU stands to Amazon's low-inventory fee, and what an MCF order does to that."""
    spans = [(days, row[f"supply_{days}"]) for days in supply.SPANS]
    if all(math.isnan(value) for _, value in spans):
        return []
    told = " and ".join(f"{_days(value)} by the last {days} days" for days, value in spans)
    room = row["supply_room"]
    if math.isnan(room):
        rest = f"whether that's under {supply.LEAST} by both isn't known yet"
    elif room < 0:
        rest = (
            f"both are under {supply.LEAST}, so the low-inventory fee is due on each sale, and each"
            " MCF order lowers them further"
        )
    else:
        rest = (
            f"MCF orders can take {messages.many(int(room), 'unit')} today before both are under "
            f"{supply.LEAST} and the low-inventory fee is due"
        )
    return [f"Amazon's days of supply: {told}; {rest}."]


def _days(value: float) -> str:
    return "not known" if math.isnan(value) else f"{value:,.1f}"


def _money(amount: float, row: Mapping[str, Any]) -> str:
    return f"{amount:,.2f} {row['currency']}"
