"""What is to be thought about before an order is sent: the shelf, the stock afterwards, orders that
look the same, a total above the limit.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from mcf.amazon.models.base import Money
from mcf.inventory.planning import Meter
from mcf.orders.states import besides
from mcf.orders.validation import Entry
from mcf.service import MCFService
from pages.parts.common import labels, messages
from pages.parts.common.tables import Row, rows
from pages.parts.orders import clicks


@dataclass(frozen=True, slots=True)
class Standing:
    """How the order stands to the stock: columns `effect.EFFECT`, a line per SKU."""

    effect: pd.DataFrame

    def are(self, meter: Meter) -> list[Row]:
        """The SKUs whose units are there only like this."""
        return rows(self.effect[self.effect["meter"] == meter.value])

    @property
    def free(self) -> dict[str, int]:
        """The units of each SKU that can ship now."""
        return {row["seller_sku"]: int(row["free"]) for row in rows(self.effect)}


def standing(service: MCFService, entry: Entry) -> Standing:
    """How the order that is typed stands to the stock."""
    return Standing(service.stock.effect(entry.items))


def draw(standing: Standing, *, ships: bool) -> None:
    """Whether the units can leave now, and what the order leaves. `ships`: Amazon says so."""
    for row in standing.are(Meter.TRANSFER):
        coming = row["in_transfer"] + row["processing"]
        says = "Amazon says yes, the shelf says not yet" if ships else "Not on the shelf yet"
        st.warning(
            f"**{says}:** {row['wanted']:,} of {labels.plain(row['seller_sku'])} wanted, "
            f"{row['free']:,} can ship now, {coming:,} are on the way between warehouses or "
            "being processed. Such an order may wait past its ship date.",
            icon=":material/swap_horiz:",
        )
    for row in standing.are(Meter.UNKNOWN):
        st.warning(
            f"**Amazon doesn't tell how many of {labels.plain(row['seller_sku'])} can ship.** "
            + ("Its preview says that this order can." if ships else "Such an order may wait."),
            icon=":material/help:",
        )
    for row in standing.are(Meter.SHORT):
        st.error(_short(row), icon=":material/production_quantity_limits:")
    _effect(standing.effect)


def _short(row: Row) -> str:
    sku, wanted = labels.plain(row["seller_sku"]), row["wanted"]
    there, coming = row["free"], row["in_transfer"] + row["processing"]
    shortage = f"**Not enough of {sku}:** {wanted:,} wanted, {there:,} can ship now"
    return shortage + (f", {coming:,} are on the way between warehouses." if coming else ".")


def _effect(effect: pd.DataFrame) -> None:
    silent = (Meter.SHORT.value, Meter.UNKNOWN.value)
    lines = [_line(row) for row in rows(effect) if row["meter"] not in silent]
    if lines:
        more = [f"- and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        st.caption("After this order:\n" + "\n".join([*lines[:_SHOWN], *more]))


_SHOWN = 6


def _line(row: Row) -> str:
    sku, left = labels.plain(row["seller_sku"]), row["left"]
    before, after = row["cover_before"], row["cover_after"]
    first, then = row["stock_out_before"], row["stock_out_after"]
    line = f"- {sku}: {max(0, left):,} left"
    if labels.is_missing(before):
        return f"{line}; how long they last isn't known yet"
    if labels.is_missing(then) or labels.is_missing(first):
        return f"{line}, which last for years at today's pace"
    if first == then:
        return f"{line}, cover {before:,.0f} days, stock-out {then:%d %b} as before"
    return (
        f"{line}, cover {before:,.0f} to {after:,.0f} days, stock-out {then:%d %b} instead of "
        f"{first:%d %b}"
    )


def agreed(
    service: MCFService, entry: Entry, fee: Money | None, standing: Standing, orders: int = 1
) -> bool:
    """Whether everything that needs a second thought got one.

    `fee` is that of so many orders, None if it isn't known.
    """
    asked = [
        _reserve(entry, standing),
        _limit(service, entry, fee, orders),
        _no_repeat(service, entry),
    ]
    return all(asked)


def _reserve(entry: Entry, standing: Standing) -> bool:
    short = standing.are(Meter.RESERVE)
    if not short:
        return True
    claims = "; ".join(
        f"{labels.plain(row['seller_sku'])}: {row['wanted']:,} wanted, {row['free']:,} free after "
        f"{row['reserve']:,} kept for Amazon"
        + (f" and {row['placed']:,} of orders just placed" if row["placed"] else "")
        for row in short
    )
    st.warning(f"**It takes from your reserve.** {claims}", icon=":material/inventory:")
    return clicks.draw_checkbox("Take from the reserve", key=f"reserve-{entry.digest()}")


def _limit(service: MCFService, entry: Entry, fee: Money | None, orders: int) -> bool:
    objection = service.ordering.limit.objection(fee, orders=orders)
    if not objection:
        return True
    st.warning(f"**{labels.plain(objection)}**", icon=":material/payments:")
    agreed, cost = ("It may cost that much", fee.value) if fee else ("It may cost more", "unknown")
    return clicks.draw_checkbox(agreed, key=f"limit-{cost}-{entry.digest()}")


def _no_repeat(service: MCFService, entry: Entry) -> bool:
    """Whether the order is like no other of the last days, or is meant to be."""
    sent = service.ordering.repeats(entry.request) if entry.request else []
    repeats = besides(sent, entry.typed.replaces)
    if not repeats:
        return True
    first = repeats[0]
    st.warning(
        f"**Sent twice?** The same goods go to the same person in order "
        f"{labels.plain(first.seller_fulfillment_order_id)}, placed {messages.when(first.at)}"
        + (f", and in {len(repeats) - 1} more." if len(repeats) > 1 else "."),
        icon=":material/content_copy:",
    )
    return clicks.draw_checkbox(
        "It's another order: send it too", key=f"repeat-{first.seller_fulfillment_order_id}"
    )
