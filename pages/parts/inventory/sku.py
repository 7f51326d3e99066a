"""One SKU: every quantity explained, history, projection, where units went, its orders."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from mcf.errors import MCFError
from mcf.inventory import demand, history, planning
from mcf.inventory.planning import Health
from mcf.inventory.review import AHEAD, PAST, Coverage, SKUReview
from mcf.inventory.waterfall import Waterfall
from mcf.service import MCFService
from mcf.store.states import Subject
from mcf.sync.freshness import Freshness
from mcf.tracking import lifecycle
from pages.parts.common import badge, figures, labels, messages, session, strip
from pages.parts.inventory import ages, charts, expectations, score, table

_COLOURS = {Health.OUT: "red", Health.LOW: "orange", Health.FINE: "green", Health.EXCESS: "blue",
            Health.NEW: "gray"}  # fmt: skip
_ORDERS_OF = 90
"""Days up to the last order whose orders are listed."""


def draw_history(known: Coverage, fresh: Freshness) -> None:
    """From which day velocities and forecasts are told, and how old the stock is."""
    facts = []
    if fresh.age is not None:
        whole = "" if fresh.message is None else ", and the last reading wasn't whole"
        facts.append(f"Read from Amazon {messages.age(fresh.age)} ago{whole}")
    if fresh.full_age is not None:
        facts.append(inbound_age(fresh.full_age))
    if known.first is None or known.days <= demand.ENOUGH + 1:
        facts.append(
            f"velocity, cover and forecasts are told from {known.velocities_from:%d %b} on; "
            "until then a SKU is low by its units"
        )
    else:
        facts.append(f"history of {messages.many(known.days, 'day')}, since {known.first:%d %b %Y}")
    st.caption(". ".join(one[0].upper() + one[1:] for one in facts) + ".")


def inbound_age(span: timedelta) -> str:
    """How old what is known of inbound units is: only whole readings tell them."""
    return f"inbound units were read {messages.age(span)} ago: Amazon doesn't tell their changes"


def draw(service: MCFService, seller_sku: str) -> None:
    """The whole page of one SKU, or that there's none."""
    st.button(
        "All stock",
        icon=":material/arrow_back:",
        type="tertiary",
        key="back_to_stock",
        on_click=session.ask,
        args=("open", None),
    )
    review = service.stock.review.sku(seller_sku)
    fresh = service.freshness(Subject.INVENTORY)
    if review is None and fresh.age is None:
        st.title(labels.plain(seller_sku), anchor=False)
        messages.draw_stale(fresh, "stock")
        messages.draw_empty(fresh, "stock", "")
        return
    if review is None:
        st.title("No such SKU")
        st.info(
            f"Amazon has no stock of {labels.plain(seller_sku)} in this marketplace, or hasn't "
            "told it yet.",
            icon=":material/search_off:",
        )
        return
    _head(service, review)
    _numbers(review)
    score.draw(service.stock.review, review)
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.header("Where its units are", anchor=False)
        table.draw_quantities(review.row, _durations(review))
        fresh = service.freshness(Subject.INVENTORY)
        if fresh.full_age is not None:
            st.caption(f"I{inbound_age(fresh.full_age)[1:]}.")
        if seller_sku in fresh.gaps.older:
            st.warning("Amazon doesn't tell all its counts just now: these are older.")
    with right:
        _projection(service, review)
    ages.draw(service, review.row)
    expectations.draw(service, seller_sku)
    orders = service.tracking.of_sku(seller_sku)
    _one_offs(service, review)
    _history(review, orders)
    _where_did_they_go(service, review)
    _orders(orders)


def _head(service: MCFService, review: SKUReview) -> None:
    row = review.row
    with st.container(key="sku-head", horizontal=True, vertical_alignment="center"):
        st.title(labels.plain(row["seller_sku"]), anchor=False, width="content")
        if labels.is_missing(row["health"]):
            badge.draw(table.UNKNOWN, "gray")
        else:
            state = Health(str(row["health"]))
            badge.draw(state.value, _COLOURS[state])
        st.space("stretch")
        with strip.actions("sku"):
            table.draw_ship_link(row)
            st.button(
                "Refresh",
                icon=":material/refresh:",
                key="refresh_sku",
                on_click=_refresh,
                args=(service, str(row["seller_sku"])),
            )
    st.markdown(labels.cell(row["product_name"], "No product name at Amazon"))
    names = {"ASIN": row["asin"], "FNSKU": row["fn_sku"], "Condition": row["condition"]}
    st.caption(" · ".join(f"{k} {labels.cell(v, 'not given')}" for k, v in names.items()))


def _refresh(service: MCFService, seller_sku: str) -> None:
    try:
        service.stock.refresh([seller_sku])
    except MCFError as error:
        session.tell("error", messages.refusal(error))
    else:
        session.tell("info", "This is what Amazon says now.")


def _numbers(review: SKUReview) -> None:
    row = review.row
    with st.container(horizontal=True, key="metrics-sku"):
        st.metric("Can ship now", labels.units(row["fulfillable_quantity"]), border=True)
        if math.isnan(row["velocity"]):
            st.metric("Sold a day", "not known yet", border=True)
        else:
            st.metric(
                "Sold a day",
                f"{row['velocity']:.2f}",
                help=_rests_on(row),
                border=True,
            )
        st.metric("Days of cover", _cover(row["days_of_cover"], row["velocity"]), border=True)
        st.metric(*stops(row, review.days), border=True)
        st.metric(
            "Reorder by",
            _date(row["reorder_date"]),
            help=f"{_lead_time(row)}. What is inbound counts from when it's expected.",
            border=True,
        )
        quantity = row["reorder_quantity"]
        st.metric("Reorder", "-" if math.isnan(quantity) else f"{quantity:,.0f}", border=True)
    _reckoning(row)


def _reckoning(row: pd.Series) -> None:
    """What the reorder is made of, what the safety stock costs, and a gap before an arrival."""
    if sentence := planning.reckoning(row.to_dict()) or planning.unordered(row.to_dict()):
        st.markdown(f"Reorder: {sentence}")
    if sentence := planning.alternative(row.to_dict()):
        st.markdown(f"The first order comes too late. {labels.plain(sentence)}")
    facts = []
    if row["sent_in_units"] > 0:
        units = messages.many(round(row["sent_in_units"]), "unit")
        facts.append(f"Send in {units} that you have elsewhere by {_date(row['reorder_date'])}")
    if not math.isnan(row["supplier_days"]):
        facts.append(_lead_time(row))
    if row["safety_units"] > 0:
        cost = row["safety_units"] * row["unit_cost"]
        worth = "" if math.isnan(cost) else f", worth {cost:,.2f} {row['currency']}"
        safety = messages.many(round(row["safety_units"]), "unit")
        point = messages.many(round(row["order_point"]), "unit")
        facts.append(
            f"Low at {point}: what is sold in the lead time, and {safety} of safety{worth}"
        )
    if row["gap_days"] > 0:
        facts.append(gap(row))
    if facts:
        st.caption(". ".join(facts) + ".")


def gap(row: pd.Series) -> str:
    """That a SKU is out, or runs out, before what is on its way arrives."""
    days, lost = (round(row[name]) for name in ("gap_days", "gap_units"))
    when = "is out" if row["health"] == Health.OUT else f"runs out on {row['gap_date']:%d %b}"
    short = f"{messages.many(days, 'day')} before more arrives"
    return f"It {when}, {short}: about {messages.many(lost, 'unit')} of sales are lost"


def _rests_on(row: pd.Series) -> str:
    """What the velocity is made of."""
    days = int(row["velocity_days"])
    by = f"by {messages.many(days, 'day')} in stock" if days else "by what you expect alone"
    left = ", ".join(
        f"{n} days {row[f'velocity_{n}']:.2f}"
        for n in planning.WINDOWS
        if not math.isnan(row[f"velocity_{n}"])
    )
    return f"Expected over the next 30 days, {by}. What left a day: {left or 'none'}{_by_mcf(row)}"


def _lead_time(row: pd.Series) -> str:
    """The lead time, with its legs where they make it up."""
    total = f"Lead time {messages.many(int(row['lead_time_days']), 'day')}"
    if math.isnan(row["supplier_days"]):
        return total
    legs = " + ".join(
        f"{word} {row[leg]:,.0f}"
        for word, leg in zip(("supplier", "transport", "put-away"), planning.LEGS, strict=True)
    )
    return f"{total}: {legs}"


def _by_mcf(row: pd.Series) -> str:
    if math.isnan(row["velocity_mcf"]):
        return ". How much of it your own shops' orders (MCF) took isn't known yet."
    return (
        f". Of it your own shops' orders (MCF) took {row['velocity_mcf']:.2f} a day, "
        f"others {row['velocity_other']:.2f}."
    )


def stops(row: pd.Series, days: pd.DataFrame) -> tuple[str, str]:
    """When the SKU stops, or since when it's out, as far as its `History.sku` tells."""
    if row["health"] != Health.OUT:
        return "Stops on", _date(row["stock_out_date"])
    there = days[days["fulfillable_quantity"] > 0]
    after = days[days["day"] > there["day"].max()] if len(there) else days.head(0)
    return "Out since", _date(after["day"].min()) if len(after) else "not known"


def _cover(days: float, a_day: float) -> str:
    if math.isnan(days):
        return "not known yet"
    if math.isinf(days):
        return "to the end" if a_day > 0 else "nothing sold"
    return f"{days:,.0f}"


def _date(day: datetime | None) -> str:
    return "-" if pd.isna(day) else f"{day:%d %b %Y}"


def _durations(review: SKUReview) -> dict[str, str]:
    durations = {}
    for line in review.standing.to_dict("records"):
        units = f"{line['units']:,} of them" if line["units"] < review.row[line["place"]] else "All"
        durations[line["place"]] = (
            f" {units} for at least {messages.many(int(line['days']), 'day')}."
        )
    return durations


def _projection(service: MCFService, review: SKUReview) -> None:
    st.header(f"The next {AHEAD} days", anchor=False)
    if labels.is_missing(review.row["fulfillable_quantity"]):
        st.info(
            "Amazon doesn't tell how many can ship, so there's no forecast.",
            icon=":material/help:",
        )
        return
    if review.projection is None or review.expected is None:
        begins = service.stock.review.coverage().velocities_from
        there = (
            f" It's shown from about {begins:%d %b} on." if begins > service.now().date() else ""
        )
        st.info(
            "Too few days of its sales are known for a forecast. It takes "
            f"{demand.ENOUGH} days in stock.{there}",
            icon=":material/hourglass_top:",
        )
        return
    row, today = review.row, service.now()
    figure = charts.projection(
        review.projection, int(row["fulfillable_quantity"]), today, int(row["lead_time_days"])
    )
    last = today.date() + timedelta(days=AHEAD)
    marked = ", ".join(one.reason for one in review.said)
    figures.draw(
        expectations.mark(figure, review.said, today.date(), last),
        "projection",
        f"Units expected to be there on each of the next {AHEAD} days, with a band in which "
        "four of five outcomes lie" + (f"; with what is expected: {marked}" if marked else ""),
    )
    coming = ", ".join(
        f"{units:,} in {messages.many(days, 'day')}"
        for days, units in sorted(review.coming.items())
        if units
    )
    assumed = (
        f"Counted on as inbound: {coming} (assumed; Amazon doesn't tell when)."
        if coming
        else "Nothing is counted on as inbound."
    )
    st.caption(
        f"{_rest(review.expected.days_known, review.one_offs)} The band holds four of five "
        f"outcomes. {assumed}"
    )


def _rest(days: int, one_offs: pd.DataFrame) -> str:
    if not days:
        return "Rests on what you expect alone: no sales of its own are known yet."
    left_out = int((~one_offs["counted"]).sum())
    some = f", without {messages.many(left_out, 'day')} that sold far more" if left_out else ""
    return f"Rests on {messages.many(days, 'day')} in stock{some}."


def _one_offs(service: MCFService, review: SKUReview) -> None:
    """Days that sold far more than usual, each with the choice to count it."""
    if review.one_offs.empty:
        return
    st.header("Days that sold far more than usual", anchor=False)
    st.caption(
        "They say little of what will be sold, so velocity, cover and reorder leave them out. Tick "
        "those that are to count."
    )
    for line in review.one_offs.to_dict("records"):
        day = int(line["day"])
        st.checkbox(
            f"{history.date_of(day):%d %b %Y}: {messages.many(round(line['units']), 'unit')} left; "
            f"{line['usual']:.1f} are usual",
            value=bool(line["counted"]),
            key=f"counts_{day}",
            on_change=_count,
            args=(service, str(review.row["seller_sku"]), day, not line["counted"]),
        )


def _count(service: MCFService, seller_sku: str, day: int, counts: bool) -> None:
    choices = service.stock.review.choices
    if counts:
        choices.count(seller_sku, day, history.midnight(day + PAST))
    else:
        choices.leave_out(seller_sku, day)


def _history(review: SKUReview, orders: pd.DataFrame) -> None:
    st.header("History", anchor=False)
    if len(review.days) < 2:
        st.info(
            "There's only one day of history yet. Import Amazon's ledger report for more.",
            icon=":material/hourglass_top:",
        )
        return
    first, last = (review.days["day"].iloc[at].date() for at in (0, -1))
    figures.draw(
        expectations.mark(charts.one_sku(review.days, orders), review.said, first, last),
        "sku_history",
        "Units of the SKU by place on each day, with arrivals and orders",
    )


def _where_did_they_go(service: MCFService, review: SKUReview) -> None:
    days = review.days
    if len(days) < 2:
        return
    st.header("Where did my units go?", anchor=False)
    names = [f"{day:%d %b %Y}" for day in days["day"]]
    with st.container(horizontal=True):
        first = st.selectbox(
            "From", names, index=max(0, len(names) - 8), key="fall_from", width=180
        )
        last = st.selectbox("To", names, index=len(names) - 1, key="fall_to", width=180)
    here, there = names.index(first), names.index(last)
    if here >= there:
        st.info("Choose a later day to compare with.", icon=":material/info:")
        return
    sku = str(review.row["seller_sku"])
    fall = service.stock.review.waterfall(days, sku, here, there)
    if not fall.steps["units"].any():
        st.info("Nothing of it was there, came or left on these days.", icon=":material/info:")
        st.caption(_whence(fall))
        return
    steps = ", ".join(f"{line['step']} {line['units']:,}" for line in fall.steps.to_dict("records"))
    figures.draw(
        charts.waterfall(fall.steps),
        "waterfall",
        f"Where the units that could ship went between {first} and {last}: {steps}",
    )
    st.caption(_whence(fall))


def _whence(fall: Waterfall) -> str:
    """What the steps rest on, and what of them isn't known."""
    facts = ["From the end of the first day to that of the last"]
    if fall.told == 0:
        facts.append(
            "Amazon's ledger tells none of these days, so what was sold on Amazon, returned, "
            "damaged or removed is among what's unknown. Import its report to know"
        )
    elif fall.told < fall.days:
        facts.append(
            f"Amazon's ledger tells {fall.told:,} of {messages.many(fall.days, 'day')}; of the "
            "others sales on Amazon and returns aren't known"
        )
    else:
        facts.append("As Amazon's ledger tells it")
    if not fall.apart:
        facts.append(
            "Sellable units hold those that were reserved, which the ledger doesn't tell apart"
        )
    return ". ".join(facts) + "."


def _orders(orders: pd.DataFrame) -> None:
    st.header("Orders of your shops with it", anchor=False)
    if orders.empty:
        st.caption("None that this program knows.")
        return
    st.dataframe(
        lifecycle.latest(orders, _ORDERS_OF),
        hide_index=True,
        column_order=["seller_fulfillment_order_id", "standing", "sku_units", "received_date",
                      "city"],
        column_config={
            "seller_fulfillment_order_id": st.column_config.TextColumn("Order"),
            "standing": st.column_config.TextColumn("Status"),
            "sku_units": st.column_config.NumberColumn("Units of it"),
            "received_date": st.column_config.DatetimeColumn("Received", format="D MMM, HH:mm"),
            "city": st.column_config.TextColumn("To"),
        },
        alt="Orders with this SKU",
    )  # fmt: skip
