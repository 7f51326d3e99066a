"""How well Amazon kept what it promised, how fast parcels are, what orders cost, what was lost."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mcf.addresses.validate import areas
from mcf.service import MCFService
from mcf.tracking.promises import FEW, PromiseOutcome, Scorecard, scorecard
from pages.parts.common import figures, messages
from pages.parts.tracking import promise_charts
from pages.parts.tracking.promise_charts import days_late, percent

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


def draw(service: MCFService) -> None:
    """A choice of the time, and all there is to say of it; for a tab of the page of the orders."""
    period = st.pills(
        "Orders received in the last",
        list(PERIODS),
        default="90 days",
        required=True,
        key="promise_days",
        bind="query-params",
    )
    card = _card(service, PERIODS[str(period)])
    _headline(card)
    _counted(card)
    if card.judged:
        _kept(card)
    _in_transit(card)
    _fees(card)
    _lost(card)
    _explained(service)


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
    arrival, shipping = card.arrival.iloc[0], card.shipping.iloc[0]
    with st.grid(5, min_column_width=170):
        _share("Delivered on time", arrival, "order")
        _share("Shipped on time", shipping, "order")
        _typical(arrival)
        _transit(card.spread)
        _share("Lost in 180 days", card.lost.iloc[0], "parcel")


def _share(label: str, row: pd.Series, noun: str) -> None:
    count = row["judged" if noun == "order" else "parcels"]
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(label, _value(row, count))
        st.caption(_sample(row, count, noun))


def _value(row: pd.Series, count: int) -> str:
    if not count:
        return "Not known yet"
    return "Too few" if row["too_few"] else percent(row["share"])


def _sample(row: pd.Series, count: int, noun: str) -> str:
    of = messages.many(count, noun)
    if row["too_few"]:
        return f"{of}; a share is told from {FEW} on."
    return f"of {of}; {percent(row['low'])} to {percent(row['high'])} is likely."


def _typical(row: pd.Series) -> None:
    enough = not row["too_few"]
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(
            "The middle order arrives",
            days_late(row["median_days_late"]).capitalize()
            if enough
            else _value(row, row["judged"]),
            help="Half of the orders arrive no later than this. Those that are late and not there "
            "yet count with the days so far.",
        )
        st.caption(f"of {messages.many(row['judged'], 'order')}.")


def _transit(spread: pd.DataFrame) -> None:
    parcels = int(spread["parcels"].sum())
    with st.container(border=True, height="stretch", gap="xsmall"):
        if not parcels:
            st.metric("Days in transit", "Not known yet")
            st.caption("of 0 parcels.")
            return
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
        st.info(
            f"{messages.many(without, 'order')} of {orders:,} "
            f"{'has' if without == 1 else 'have'} no stored promise, as Amazon tells it only "
            "before an order is sent. Orders that you send from here count from now on. Days in "
            "transit and lost parcels are known of all.",
            icon=":material/info:",
        )
    if not card.judged:
        st.info(_waits_for(card), icon=":material/hourglass_top:")


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
    left, right = st.columns(2, gap="large")
    with left:
        _bars("By speed", card.shares["speed"])
    with right:
        _bars("By carrier", card.shares["carrier"])
    st.subheader("By week")
    _chart(
        promise_charts.weeks(card.shares["week"]),
        "week",
        "Share of orders delivered on time by week of the promised arrival",
        _shares_table(card.shares["week"], "Week from"),
    )
    if len(card.states):
        st.subheader("By state")
        _chart(
            promise_charts.states(card.states, areas("US")),
            "state",
            "Map of the United States, a tile per state: share of orders delivered on time",
            _shares_table(card.states, "State"),
        )
        st.caption(f"Grey: fewer than {FEW} orders, too few to say.")
    if len(card.regions):
        _bars("By region", card.regions)


def _bars(title: str, groups: pd.DataFrame) -> None:
    st.subheader(title)
    most = groups.nlargest(promise_charts.MOST, "judged")
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
            "From": groups["low"].where(enough),
            "To": groups["high"].where(enough),
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
            "From": "The true share lies between these two in 19 of 20 cases.",
            "To": "The true share lies between these two in 19 of 20 cases.",
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
    st.subheader("Days in transit")
    if card.transits.empty:
        st.info(
            "No parcel that shipped in this time is known to be delivered.",
            icon=":material/hourglass_top:",
        )
        return
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
    st.subheader("Fees by month")
    if card.fees.empty:
        st.info(
            "No fee is known yet. Amazon tells it before an order is sent: of orders sent from "
            "here it's kept.",
            icon=":material/payments:",
        )
        return
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
    st.subheader("Lost parcels")
    by_carrier = card.lost_by_carrier
    if by_carrier.empty:
        st.info("No parcel shipped in the last 180 days.", icon=":material/inbox:")
        return
    enough = ~by_carrier["too_few"]
    st.dataframe(
        pd.DataFrame(
            {
                "Carrier": by_carrier["group"],
                "Parcels": by_carrier["parcels"],
                "Lost": by_carrier["lost"],
                "Share": by_carrier["share"].where(enough),
                "From": by_carrier["low"].where(enough),
                "To": by_carrier["high"].where(enough),
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
