"""How well Amazon kept what it promised, how fast parcels are, what orders cost, what was lost."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mcf.addresses.validate import areas
from mcf.service import MCFService
from mcf.tracking.promises import FEW, PromiseOutcome, Scorecard, scorecard
from pages.parts.common import figures, messages, session
from pages.parts.tracking import promise_charts
from pages.parts.tracking.promise_charts import percent

PERIODS: dict[str, int | None] = {"30 days": 30, "90 days": 90, "180 days": 180, "All": None}
_COUNTED = {
    PromiseOutcome.NOT_DUE: ("isn't due yet", "aren't due yet"),
    PromiseOutcome.HELD: ("is on hold", "are on hold"),
    PromiseOutcome.UNTOLD: ("has no known time of delivery", "have no known time of delivery"),
    PromiseOutcome.NOTHING: (
        "came to nothing and doesn't count",
        "came to nothing and don't count",
    ),
}
"""Why an order isn't judged, of one and of several."""
_USUAL = "90 days"
_WEEKS = 3
"""Weeks from which on a picture of them says something."""


def draw(service: MCFService) -> None:
    """A choice of the time, and all there is to say of it; for a tab of the page of the orders."""
    session.follow("promise_days", PERIODS, _USUAL)
    period = st.pills(
        "Orders received in the last",
        list(PERIODS),
        required=True,
        key="promise_days",
        on_change=session.asks,
        args=("promise_days", _USUAL),
    )
    card = _card(service, PERIODS[str(period)])
    first, _, more = sentence(card).partition(". ")
    st.markdown(f"#### {first.removesuffix('.')}")
    if more:
        st.markdown(more)
    _counted(card)
    _headline(card)
    if card.judged:
        _kept(card)
    _in_transit(card)
    _fees(card)
    _lost(card)
    _explained(service)


def sentence(card: Scorecard) -> str:
    """How the promises were kept, in one sentence or two."""
    row = card.arrival.iloc[0]
    judged, kept = int(row["judged"]), int(row["on_time"])
    if not judged:
        return _waits_for(card)
    if kept == judged:
        of = "on time" if judged == 1 else "all on time"
    else:
        of = f"{kept:,} on time, {judged - kept:,} late"
    if row["too_few"]:
        return f"{messages.many(judged, 'order')}: {of}. A share is told from {FEW} on."
    likely = f"likely {100 * row['low']:.0f} to {100 * row['high']:.0f} % of all"
    return f"{messages.many(judged, 'order')}: {of}; {likely}. {_half(row['median_days_late'])}"


def _half(days: float) -> str:
    """By when half of the orders arrive, against the promise."""
    if days == 0:
        return "Half arrive on the promised day or before."
    span = f"{abs(days):g} day{'' if abs(days) == 1 else 's'}"
    if days < 0:
        return f"Half arrive at least {span} early."
    return f"Half arrive within {span} after the promise."


def _card(service: MCFService, days: int | None) -> Scorecard:
    # By the hour, so that it's reckoned once and not for each time that the page is drawn.
    hour: datetime = service.now().replace(minute=0, second=0, microsecond=0)
    orders = service.tracking.standings.orders()
    zone = service.settings.marketplace.zone

    def reckon(frame: pd.DataFrame) -> Scorecard:
        parcels = orders.beside if orders.beside is not None else service.packages()
        dead = service.snapshots.dead_shipments()
        return scorecard(frame, parcels, hour, zone, days, dead)

    return orders.once(("scorecard", days, hour), reckon)


def _headline(card: Scorecard) -> None:
    """The figures of which something is known."""
    shipping, lost = card.shipping.iloc[0], card.lost.iloc[0]
    with st.grid(min_column_width=220):
        if shipping["judged"]:
            _share("Shipped on time", shipping, "order")
        if card.spread["parcels"].sum():
            _transit(card.spread)
        if lost["parcels"]:
            _share("Lost in 180 days", lost, "parcel")


def _share(label: str, row: pd.Series, noun: str) -> None:
    count = row["judged" if noun == "order" else "parcels"]
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(label, "Too few" if row["too_few"] else percent(row["share"]))
        st.caption(_sample(row, count, noun))


def _sample(row: pd.Series, count: int, noun: str) -> str:
    of = messages.many(count, noun)
    if row["too_few"]:
        return f"{of}; a share is told from {FEW} on."
    return f"of {of}; {percent(row['low'])} to {percent(row['high'])} is likely."


def _transit(spread: pd.DataFrame) -> None:
    parcels = int(spread["parcels"].sum())
    with st.container(border=True, height="stretch", gap="xsmall"):
        row = spread.iloc[0]
        st.metric("Days in transit", "Too few" if row["too_few"] else f"{row['median']:.1f}")
        within = "" if row["too_few"] else f"nine of ten within {row['p90']:.1f} days, "
        st.caption(f"{within}of {messages.many(parcels, 'parcel')} delivered.")


def _counted(card: Scorecard) -> None:
    orders, without = sum(card.counts.values()), card.counts[PromiseOutcome.NO_PROMISE]
    parts = [f"{messages.many(orders, 'order')} received, {card.judged:,} judged"]
    parts += [
        f"{card.counts[outcome]:,} {one if card.counts[outcome] == 1 else more}"
        for outcome, (one, more) in _COUNTED.items()
        if card.counts[outcome]
    ]
    if still := card.counts[PromiseOutcome.OPEN]:
        parts += [f"{still:,} of the judged {'is' if still == 1 else 'are'} late and not there yet"]
    st.caption("; ".join(parts) + ".")
    if without:
        st.caption(
            f"{messages.many(without, 'order')} of {orders:,} "
            f"{'has' if without == 1 else 'have'} no stored promise, as Amazon tells it only "
            "before an order is sent. Orders that you send from here count from now on. Days in "
            "transit and lost parcels are known of all."
        )


def _waits_for(card: Scorecard) -> str:
    if waiting := card.counts[PromiseOutcome.NOT_DUE]:
        return (
            f"There's nothing to judge yet: {messages.many(waiting, 'order')} sent from here will "
            "be, when delivered or when the promised day is over."
        )
    return (
        "There's nothing to judge in this time. Choose a longer one, or send an order from New "
        "order: what Amazon promises then is kept, and compared when it's delivered or the "
        "promised day is over."
    )


def _kept(card: Scorecard) -> None:
    """The shares by group, where there are enough orders to see something."""
    groups = [(f"By {by}", card.shares[by]) for by in ("speed", "carrier")]
    if len(card.regions):
        groups.append(("By region", card.regions))
    telling = [(title, some) for title, some in groups if not some["too_few"].all()]
    for column, (title, some) in zip(st.columns(2, gap="large") * 2, telling, strict=False):
        with column:
            _bars(title, some)
    weeks = card.shares["week"]
    if (~weeks["too_few"]).sum() >= _WEEKS:
        st.subheader("By week")
        _chart(
            promise_charts.weeks(weeks),
            "week",
            "Share of orders delivered on time by week of the promised arrival",
            _shares_table(weeks, "Week from"),
        )
    if len(card.states):
        _states(card.states)


def _states(states: pd.DataFrame) -> None:
    """A map when most of it would be told, else bars, the worst first."""
    enough = states[~states["too_few"]]
    if len(enough) > len(areas("US")) / 2:
        st.subheader("By state")
        _chart(
            promise_charts.states(states, areas("US")),
            "state",
            "Map of the United States, a tile per state: share of orders delivered on time",
            _shares_table(states, "State"),
        )
        st.caption(f"Grey: fewer than {FEW} orders, too few to say.")
    elif len(enough):
        _bars("By state", states.sort_values("share", kind="stable"))


def _bars(title: str, groups: pd.DataFrame) -> None:
    st.subheader(title)
    most = groups.loc[groups["judged"].nlargest(promise_charts.MOST).index]
    most = groups[groups.index.isin(most.index)]
    _chart(
        promise_charts.shares(most),
        title.removeprefix("By "),
        f"Share of orders delivered on time {title.lower()}: "
        + ", ".join(
            f"{row['group']} {promise_charts.of_how_many(row)}" for _, row in most.iterrows()
        ),
        _shares_table(groups, title.removeprefix("By ").capitalize()),
    )
    if len(most) < len(groups):
        st.caption(f"The {len(most)} with the most orders of {len(groups):,}.")


def _chart(figure: go.Figure, key: str, alt: str, table: pd.DataFrame) -> None:
    figures.draw(figure, f"promise_{key}", alt)
    with st.expander("The numbers", key=f"promise_numbers_{key}"):
        st.dataframe(table, hide_index=True, column_config=_FORMATS, alt=alt)


def _shares_table(groups: pd.DataFrame, group: str) -> pd.DataFrame:
    enough = ~groups["too_few"]
    first = groups["group"]
    return pd.DataFrame(
        {
            group: first.dt.strftime("%d %b %Y") if group == "Week from" else first,
            "Orders judged": groups["judged"],
            "On time": groups["on_time"],
            "Share": groups["share"].where(enough),
            "Likely from": groups["low"].where(enough),
            "Likely to": groups["high"].where(enough),
            "": ["" if one else "too few to say" for one in enough],
            "Median days late": groups["median_days_late"].where(enough),
            "Not due yet": groups["not_due"],
        }
    )


_FORMATS = {
    **{
        name: st.column_config.NumberColumn(format="percent", help=meaning)
        for name, meaning in {
            "Share": "Of the orders judged.",
            "Likely from": "The true share lies between these two in 19 of 20 cases.",
            "Likely to": "The true share lies between these two in 19 of 20 cases.",
        }.items()
    },
    **{
        name: st.column_config.NumberColumn(format="%.1f")
        for name in ("Median days", "Nine of ten within")
    },
    **{
        name: st.column_config.NumberColumn(format="%.2f")
        for name in ("All fees", "Per order", "Per unit")
    },
}


def _in_transit(card: Scorecard) -> None:
    if card.transits.empty:
        st.caption("No parcel that shipped in this time is known to be delivered.")
        return
    st.subheader("Days in transit")
    speeds = card.spread_by_speed
    table = pd.DataFrame(
        {
            "Speed": speeds["group"],
            "Parcels": speeds["parcels"],
            "Median days": speeds["median"].where(~speeds["too_few"]),
            "Nine of ten within": speeds["p90"].where(~speeds["too_few"]),
            "": ["too few to say" if few else "" for few in speeds["too_few"]],
        }
    )
    _chart(
        promise_charts.transit(card.transits),
        "transit",
        "Parcels by days from shipping to delivery, for each delivery speed",
        table,
    )


def _fees(card: Scorecard) -> None:
    if card.fees.empty:
        st.caption(
            "No fee is known yet. Amazon tells it before an order is sent: of orders sent from "
            "here it's kept."
        )
        return
    st.subheader("Fees by month")
    fees = card.fees
    st.dataframe(
        pd.DataFrame(
            {
                "Month": fees["month"].dt.strftime("%b %Y"),
                "Orders with a known fee": fees["known"],
                "Of orders": fees["of"],
                "Currency": fees["currency"].astype("str"),
                "All fees": fees["fee"],
                "Per order": fees["mean"],
                "Per unit": fees["per_unit"],
            }
        ),
        hide_index=True,
        column_config=_FORMATS,
        alt="Fees of orders by the month in which Amazon received them",
    )
    st.caption(
        "As previewed when the orders were sent from here, by the month in which Amazon received "
        "them, all months. What Amazon charges in the end may differ."
    )


def _lost(card: Scorecard) -> None:
    by_carrier = card.lost_by_carrier
    if by_carrier.empty:
        st.caption("No parcel shipped in the last 180 days.")
        return
    st.subheader("Lost parcels")
    enough = ~by_carrier["too_few"]
    st.dataframe(
        pd.DataFrame(
            {
                "Carrier": by_carrier["group"],
                "Parcels": by_carrier["parcels"],
                "Lost": by_carrier["lost"],
                "Share": by_carrier["share"].where(enough),
                "Likely from": by_carrier["low"].where(enough),
                "Likely to": by_carrier["high"].where(enough),
                "": ["" if one else "too few to say" for one in enough],
            }
        ),
        hide_index=True,
        column_config=_FORMATS,
        alt="Parcels lost in 180 days by carrier",
    )
    st.caption(
        "Of the parcels shipped in the last 180 days, whatever is chosen above: lost, destroyed or "
        "undeliverable. Those still on their way count as not lost."
    )


def _explained(service: MCFService) -> None:
    city = service.settings.marketplace.zone.key.rpartition("/")[2].replace("_", " ")
    st.caption(
        "On time is what arrived by the end of the day that Amazon promised when the order was "
        "sent; an order is as late as its last parcel. Estimates that Amazon moves later don't "
        "count. Days of arrival are those where the order goes, of shipping those of "
        f"{city}. Weeks begin on Monday and are those of the promised day."
    )
