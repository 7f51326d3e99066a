"""What about the stock needs a decision, in words, the most urgent first. Frames -> words, pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from mcf.concerns import Concern, Urgency
from mcf.inventory.history import date_of
from mcf.inventory.planning import Health, alternative, reckoning
from mcf.wording import many

AT_MOST = 50
"""Concerns of one kind that are told one by one; the others are counted in one more."""
SOON = timedelta(days=7)
STUCK = {
    "pending_transshipment_quantity": ("in transfer between warehouses", 10),
    "fc_processing_quantity": ("being measured or checked", 10),
    "researching_quantity": ("being looked for", 30),
    "inbound_receiving_quantity": ("being unloaded", 14),
}
"""Places where units can be stuck: in words, and after how many days that needs a hand."""
CLAIMS = {
    "warehouse_damaged_quantity": "damaged in Amazon's warehouse",
    "carrier_damaged_quantity": "damaged by Amazon's carrier",
}
LOSSES = {
    "customer_damaged_quantity": "damaged by customers",
    "distributor_damaged_quantity": "damaged by the distributor",
    "defective_quantity": "defective",
    "expired_quantity": "expired",
}
_ORDER = list(Urgency)


def of_the_stock(plan: pd.DataFrame, standing: pd.DataFrame, now: datetime) -> list[Concern]:
    """The concerns of all SKUs, sorted; `plan` is `planning.plan`'s, `now` is Amazon's time.

    `standing` tells how long units have been in a place: columns `seller_sku`, `place` (the name
    of a quantity), `units` that have been there for all of `days`.
    """
    concerns = (
        *_reorders(plan, now),
        *_gaps(plan, now),
        *_out_for_good(plan),
        *_low(plan),
        *_stuck(standing),
        *_unsellable(plan),
        *_excess(plan),
        *_old(plan),
    )
    return ranked(concerns)


def ranked(concerns: Iterable[Concern]) -> list[Concern]:
    """The concerns, the most urgent first and else in their order."""
    return sorted(concerns, key=lambda concern: _ORDER.index(concern.urgency))


def _reorders(plan: pd.DataFrame, now: datetime) -> Iterator[Concern]:
    wanted = plan["reorder_quantity"].gt(0) | plan["sent_in_units"].gt(0)
    due = plan[(plan["reorder_date"] <= now + SOON) & wanted]
    due = due.sort_values("stock_out_date")
    for row in due.head(AT_MOST).to_dict("records"):
        today = row["reorder_date"] <= now
        by = "today" if today else f"{row['reorder_date']:%d %b}"
        urgency = Urgency.NOW if today else Urgency.SOON
        yield Concern(
            urgency,
            f"{row['seller_sku']} {_stops(row)}: {_wanted(row)} by {by}",
            f"{reckoning(row)}. Lead time {many(row['lead_time_days'], 'day')}.{_second(row)}",
            "sku",
            str(row["seller_sku"]),
            "reorder",
        )
    today = (due["reorder_date"].iloc[AT_MOST:] <= now).any()
    urgency = Urgency.NOW if today else Urgency.SOON
    yield from _rest(due, "reorders within a week", urgency, "reorder")


def _wanted(row: dict[Any, Any]) -> str:
    """What is to be ordered, and sent in of what lies elsewhere."""
    parts = [("reorder", row["reorder_quantity"]), ("send in", row["sent_in_units"])]
    return " and ".join(f"{verb} {units:,.0f}" for verb, units in parts if units > 0)


def _second(row: dict[Any, Any]) -> str:
    sentence = alternative(row)
    return f" {sentence}." if sentence else ""


def _gaps(plan: pd.DataFrame, now: datetime) -> Iterator[Concern]:
    """Out of stock for a time although units are on their way."""
    gaps = plan[plan["gap_units"] >= 1].sort_values(
        ["gap_date", "gap_units"], ascending=[True, False]
    )
    for row in gaps.head(AT_MOST).to_dict("records"):
        out = row["gap_date"] <= now
        when = "is out of stock" if out else f"runs out on {row['gap_date']:%d %b}"
        days = many(round(row["gap_days"]), "day")
        lost = many(round(row["gap_units"]), "unit")
        yield Concern(
            Urgency.TODAY if row["gap_date"] <= now + SOON else Urgency.SOON,
            f"{row['seller_sku']} {when}, {days} before more arrives",
            f"About {lost} of sales would be lost{_lost_a_day(row)}. "
            "When it arrives is assumed; ship faster, or hold back what you send in MCF orders.",
            "sku",
            str(row["seller_sku"]),
            "gap",
        )
    soon = (gaps["gap_date"].iloc[AT_MOST:] <= now + SOON).any()
    urgency = Urgency.TODAY if soon else Urgency.SOON
    yield from _rest(gaps, "SKUs that run out before more arrives", urgency, "gap")


def _lost_a_day(row: dict[Any, Any]) -> str:
    """How many of the sales that are lost are those of a day, and what they're worth, if known."""
    a_day = f", {row['gap_units'] / row['gap_days']:,.1f} a day" if row["gap_days"] >= 1 else ""
    for name, by in (("price", ""), ("unit_cost", " at cost")):
        worth = row["gap_units"] * row.get(name, float("nan"))
        if not pd.isna(worth):
            return f"{a_day}, worth {worth:,.0f} {row['currency']}{by}"
    return a_day


def _stops(row: dict[Any, Any]) -> str:
    if row["health"] == Health.OUT:
        return "is out of stock"
    if pd.isna(row["stock_out_date"]):
        return f"lasts for {many(round(row['days_of_cover']), 'day')}"
    return f"stops on {row['stock_out_date']:%d %b}"


def _out_for_good(plan: pd.DataFrame) -> Iterator[Concern]:
    """Out of stock, and not to be reordered by what is known of its sales."""
    out = plan[(plan["health"] == Health.OUT) & plan["velocity"].isna()]
    for row in out.head(AT_MOST).to_dict("records"):
        inbound = row["inbound_quantity"]
        if pd.isna(inbound):
            coming = "How many are inbound isn't told."
        else:
            coming = f"{inbound:,} are inbound." if inbound else "Nothing is inbound."
        yield Concern(
            Urgency.TODAY,
            f"{row['seller_sku']} is out of stock",
            f"{coming} How fast it sells isn't known yet.",
            "sku",
            str(row["seller_sku"]),
            "out",
        )
    yield from _rest(out, "SKUs out of stock", Urgency.TODAY, "out")


def _low(plan: pd.DataFrame) -> Iterator[Concern]:
    """Low by the threshold, as long as velocity isn't known."""
    low = plan[(plan["health"] == Health.LOW) & plan["velocity"].isna()]
    bare = low[low["inbound_quantity"] == 0]
    if len(bare):
        some = ", ".join(bare.nsmallest(6, "fulfillable_quantity")["seller_sku"])
        more = f" and {len(bare) - 6} more" if len(bare) > 6 else ""
        yield Concern(
            Urgency.SOON,
            f"{_skus(bare)} low and nothing is inbound",
            f"{some}{more}. How fast that sells isn't known yet.",
            "inventory",
            "",
            "low",
        )


def _stuck(standing: pd.DataFrame) -> Iterator[Concern]:
    days = {place: days for place, (_, days) in STUCK.items()}
    # Without a row the column would be one of texts.
    limits = standing["place"].map(days).astype("float64")
    late = standing[(standing["days"] >= limits) & (standing["units"] > 0)]
    late = late.sort_values("days", ascending=False)
    for row in late.head(AT_MOST).to_dict("records"):
        words, _ = STUCK[row["place"]]
        units = many(row["units"], "unit")
        lost = row["place"] == "researching_quantity"
        yield Concern(
            Urgency.TODAY,
            f"{row['seller_sku']}: {units} {words} for {many(row['days'], 'day')}",
            "Open a case: ask Amazon to find them or to pay for them."
            if lost
            else "Ask Seller Support where they are; orders don't ship from them.",
            "sku",
            str(row["seller_sku"]),
            f"stuck {row['place']}",
        )
    yield from _rest(late, "places where units are stuck", Urgency.TODAY, "stuck")


def _unsellable(plan: pd.DataFrame) -> Iterator[Concern]:
    counted = plan.assign(units=plan[list(CLAIMS)].sum(axis=1))
    claimable = counted[counted["units"] > 0]
    for row in claimable.nlargest(AT_MOST, "units").to_dict("records"):
        units = many(row["units"], "unit")
        yield Concern(
            Urgency.TODAY,
            f"{row['seller_sku']}: {units} unsellable through Amazon's fault, claim",
            f"{_causes(row, CLAIMS)}. Amazon owes you for them; check that it has paid.",
            "sku",
            str(row["seller_sku"]),
            "claim",
        )
    yield from _rest(claimable, "SKUs with units to claim", Urgency.TODAY, "claim")
    lost = plan[list(LOSSES)].sum(axis=1)
    if (lost > 0).any():
        skus = plan[lost > 0]
        causes = _causes(skus[list(LOSSES)].sum().to_dict(), LOSSES)
        yield Concern(
            Urgency.SOON,
            f"Unsellable: {many(int(lost.sum()), 'unit')} of {many(len(skus), 'SKU')}",
            f"{causes}. They cost storage until you have them removed.",
            "unsellable",
            "",
            "unsellable",
        )


def _excess(plan: pd.DataFrame) -> Iterator[Concern]:
    excess = plan[plan["health"] == Health.EXCESS]
    if len(excess):
        units = int(excess["fulfillable_quantity"].sum())
        some = ", ".join(excess.nlargest(6, "fulfillable_quantity")["seller_sku"])
        yield Concern(
            Urgency.SOON,
            f"More than is sold for long: {many(len(excess), 'SKU')}",
            f"{many(units, 'unit')}: {some}{' and others' if len(excess) > 6 else ''}.",
            "excess",
            "",
            "excess",
        )


def _old(plan: pd.DataFrame) -> Iterator[Concern]:
    """Units for which Amazon charges a surcharge on their age, where it told."""
    old = plan[plan["aged_units"] > 0] if "aged_units" in plan else plan.iloc[:0]
    if len(old):
        units, some = int(old["aged_units"].sum()), old.nlargest(6, "aged_units")["seller_sku"]
        told = date_of(int(old["ages_day"].max()))
        yield Concern(
            Urgency.SOON,
            f"Older than 180 days at Amazon: {many(units, 'unit')} of {many(len(old), 'SKU')}",
            f"{', '.join(some)}{' and others' if len(old) > 6 else ''}. {_surcharge(old)}Amazon "
            f"told it on {told:%d %b}, and charges on the 15th of each month.",
            "inventory",
            "",
            "old",
        )


def _surcharge(old: pd.DataFrame) -> str:
    """What Amazon estimates it will charge, by currency."""
    sums = old.groupby("ages_currency")["surcharge"].sum(min_count=1).dropna()
    amounts = [f"{amount:,.2f} {currency}".strip() for currency, amount in sums.items()]
    return f"It estimates a surcharge of {' and '.join(amounts)}. " if amounts else ""


def _rest(rows: pd.DataFrame, words: str, urgency: Urgency, kind: str) -> Iterator[Concern]:
    if len(rows) > AT_MOST:
        title = f"And {len(rows) - AT_MOST:,} more: {words}"
        reason = "Only the most urgent ones are told one by one."
        yield Concern(urgency, title, reason, "inventory", "", f"more {kind}")


def _skus(rows: pd.DataFrame) -> str:
    return "A SKU is" if len(rows) == 1 else f"{len(rows):,} SKUs are"


def _causes(row: dict[Any, Any], names: dict[str, str]) -> str:
    some = ((row[name], words) for name, words in names.items())
    return ", ".join(f"{int(units):,} {words}" for units, words in some if _some(units))


def _some(units: Any) -> bool:
    return bool(pd.notna(units) and units > 0)
