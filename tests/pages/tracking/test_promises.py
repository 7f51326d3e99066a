"""What the page says of promises kept: of a new shop, and of orders sent from here."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mcf.amazon.models.base import Address
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Fate, Fortune
from mcf.simulator.world.parcels import journey
from mcf.tracking.promises import PromiseOutcome, Scorecard
from pages.parts.common import places
from pages.parts.tracking import promises
from tests.conftest import order_request
from tests.pages.conftest import open_page, texts


def opened(days: str) -> AppTest:
    return open_page(places.TRACKING, view="Promise kept", promise_days=days)


def told(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def test_a_shop_that_sent_nothing_from_here_says_so_and_tells_what_is_known_without(
    program: MCFService,
) -> None:
    at = opened("All")

    assert not at.exception
    statuses = [FulfillmentOrderStatus.of(status) for status in program.orders()["status"]]
    without = sum(not status.comes_to_nothing for status in statuses)
    assert f"{without} orders of {len(statuses)} have no stored promise" in texts(at)
    assert "send an order from New order" in texts(at)
    assert "Shipped on time" not in told(at)
    arrived = program.packages()["delivered_at"].notna().sum()
    assert arrived
    assert f"of {arrived} parcel" in texts(at)


def test_the_share_is_that_of_the_simulators_own_books(
    program: MCFService, simulator: Simulator, address: Address, sku: str
) -> None:
    ids = [f"SENT-{n}" for n in range(10)]
    offers = program.ordering.previews.ask(address, order_request("ASKED", address, sku, 1).items)
    standard = next(each for each in offers if each.shipping_speed_category == "Standard")
    for order_id in ids:
        program.submit(order_request(order_id, address, sku, 1), standard)
    for order_id in ids[:3]:
        simulator.world.orders[order_id].fortune = Fortune(fate=Fate.DELAYED)
    simulator.clock.step(timedelta(days=25))
    program.sync()

    at = opened("30 days")

    promises = program.orders().set_index("seller_fulfillment_order_id")["promised_arrival_date"]
    zone = ZoneInfo("America/Chicago")  # where the orders go
    kept = sum(
        delivered_on(simulator, order_id, zone) <= promises[order_id].astimezone(zone).date()
        for order_id in ids
    )
    assert 0 < kept < 10
    assert f"10 orders: {kept} on time, {10 - kept} late; likely" in texts(at)
    assert "10 judged" in texts(at)
    (by_state,) = [t.value for t in at.dataframe if "State" in t.value.columns]
    assert by_state[["State", "Orders judged", "On time"]].to_numpy().tolist() == [["IL", 10, kept]]
    (fees,) = [t.value for t in at.dataframe if "Per unit" in t.value.columns]
    assert fees["Orders with a known fee"].tolist() == [10]


def delivered_on(simulator: Simulator, order_id: str, zone: ZoneInfo) -> object:
    """The day on which the order's one parcel arrived, from the simulator's books."""
    order = simulator.world.orders[order_id]
    (shipment,) = order.shipments
    (package,) = shipment.packages
    (arrival,) = [
        event
        for event in journey(package, shipment.centre, order.request.address)
        if event.code == "EVENT_301"
    ]
    return arrival.at.astimezone(zone).date()


LIKELY = "likely 92 to 100 % of all."


def card(judged: int, on_time: int, median: float = 0.0) -> Scorecard:
    """A scorecard of so many orders, with nothing else in it."""
    counts = dict.fromkeys(PromiseOutcome, 0)
    counts[PromiseOutcome.ON_TIME] = judged
    row = {"judged": judged, "on_time": on_time, "too_few": judged < 10, "low": 0.925, "high": 1.0}
    arrival, none = pd.DataFrame([{**row, "median_days_late": median}]), pd.DataFrame()
    return Scorecard(counts, arrival, none, {}, *[none] * 8)


@pytest.mark.parametrize(
    ("judged", "on_time", "median", "said"),
    [
        (47, 47, -1.0, f"47 orders: all on time; {LIKELY} Half arrive at least 1 day early."),
        (47, 45, 0.0, (f"47 orders: 45 on time, 2 late; {LIKELY} Half arrive on the promised day "
         "or before.")),
        (20, 5, 2.5, (f"20 orders: 5 on time, 15 late; {LIKELY} Half arrive within 2.5 days after "
         "the promise.")),
        (1, 1, 0.0, "1 order: on time. A share is told from 10 on."),
        (4, 3, 0.0, "4 orders: 3 on time, 1 late. A share is told from 10 on."),
    ],
)  # fmt: skip
def test_promises_kept_are_one_sentence(
    judged: int, on_time: int, median: float, said: str
) -> None:
    assert promises.sentence(card(judged, on_time, median)) == said
