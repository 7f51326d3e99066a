"""A year of orders in the simulator: all that can happen happens, and the pages tell it right.

What is expected is reckoned from the simulator's own books, with nothing of the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.throttle import Pace
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from mcf.simulator.world.marketplaces import US
from mcf.simulator.world.orders import Fate, Fortune, Order, Package, Shipment, Status
from mcf.simulator.world.parcels import JOURNEYS, Event, estimate, seen, status
from mcf.store import tables
from mcf.tracking.lifecycle import Trouble
from pages.parts.common import places
from tests.conftest import START, order_request
from tests.pages.conftest import open_page, texts

# One worker lives the year for all; a busy machine takes its time for that.
pytestmark = [pytest.mark.whole, pytest.mark.timeout(1200)]
YEAR = timedelta(days=365)
ZONE = ZoneInfo("America/Chicago")
"""Where the orders go: days are counted there."""
BACK = {"RETURNED", "RETURN_RECEIVED_IN_FC"}
SURELY_GONE = {"UNDELIVERABLE", "RETURNED"}
"""Who received it back doesn't tell whether the buyer had it."""
GONE = SURELY_GONE | BACK
STILL = GONE | {"RETURNING", "AVAILABLE_FOR_PICKUP"}
"""With these a parcel isn't on its way to its recipient."""
DELAYED = {"DELAYED", "DELIVERY_ATTEMPTED", "CUSTOMER_ACTION"}
WAITING = {Status.NEW, Status.RECEIVED, Status.PLANNING}
SHIPPED = {Status.COMPLETE, Status.COMPLETE_PARTIALLED}
FAULTS = (
    faults.Throttled,
    faults.InternalError,
    faults.Unavailable,
    faults.HtmlBadRequest,
    faults.Truncated,
    faults.EmptyBody,
    faults.ResetAfter,
    faults.ExtraFields,
    faults.CapitalStatuses,
)
READS = (
    "listAllFulfillmentOrders",
    "getFulfillmentOrder",
    "getPackageTrackingDetails",
    "getInventorySummaries",
)


@dataclass
class Year:
    """A shop after a year of orders, and what was promised of each."""

    amazon: Simulator
    service: MCFService
    promised: dict[str, datetime] = field(default_factory=dict)
    statuses: set[str] = field(default_factory=set)
    """Every word for an order or a parcel that the store had at some time."""

    def send(self, address: Address, sku: str, fortune: Fortune | None = None, **more: str) -> str:
        """The number of an order that was sent from here just now."""
        number = f"Y-{len(self.promised):04}"
        asked = order_request(number, address, sku, 2).to_api()
        request = MCFOrderRequest.of(**{**asked, **more})
        offers = self.service.ordering.previews.ask(address, request.items)
        offer = next(each for each in offers if each.shipping_speed_category == "Standard")
        assert offer.arrival is not None
        self.service.submit(request, offer)
        self.promised[number] = offer.arrival[1]
        if fortune is not None:
            self.amazon.world.orders[number].fortune = fortune
        return number

    def pass_by(self, span: timedelta) -> None:
        """Lets time go, and reads what happened."""
        self.amazon.clock.step(span)
        self.service.sync()
        for table in (tables.orders, tables.tracking):
            self.statuses |= set(self.service._store.columns(table, ["status"])["status"])

    @property
    def now(self) -> datetime:
        return self.amazon.clock.now()

    @property
    def orders(self) -> list[Order]:
        return list(self.amazon.world.orders.values())


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """A year, in weeks and at its end in quarters of a day."""
    address = Address(
        name="Ada Example",
        address_line1="100 Example Street",
        city="Springfield",
        state_or_region="IL",
        postal_code="62701",
        country_code="US",
    )
    with (
        Simulator(skus=12, orders=0, days=1, start=START, frozen=True, throttle=False) as amazon,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(Pace, "_interval", lambda _, operation: 1 / (1000 * operation.rate))
        environ = {
            "AMAZON_SP_API_ENDPOINT": amazon.endpoint,
            "AMAZON_LWA_ENDPOINT": amazon.lwa_endpoint,
            "MCF_DATA_DIR": str(tmp_path_factory.mktemp("year")),
        }
        with MCFService(Settings.from_env(environ, dotenv=None)) as service:
            yield lived(Year(amazon, service), address)


def lived(year: Year, address: Address) -> Year:
    """The year with all that happened in it."""
    shelf = year.amazon.world.stocks[US.id]
    usual, short, *_ = shelf
    shelf[usual].add(5000)
    shelf[short].add(50)
    year.service.sync()
    troubles = zip(cycle(Fate), cycle(FAULTS), cycle(READS), range(44), strict=False)
    for fate, fault, operation, _ in troubles:
        year.send(address, usual, Fortune(fate=fate))
        year.amazon.faults.add(fault(operations=[operation], times=1))
        year.pass_by(timedelta(days=7))
    year.amazon.faults.add(faults.TurnsInvalid(times=1))
    year.send(address, usual)
    year.send(address, usual, Fortune(misplaced=1), fulfillmentPolicy="FillAllAvailable")
    year.send(address, usual, Fortune(fulfiller_cancels=True))
    year.service.tracking.actions.cancel(year.send(address, usual))
    for fate in (*Fate, *Fate):
        year.send(address, usual, Fortune(fate=fate))
        year.pass_by(timedelta(hours=8))
    for fate in Fate:
        year.send(address, usual, Fortune(fate=fate))
    for _ in range(20):
        year.pass_by(timedelta(hours=6))
    year.send(address, usual, fulfillmentAction="Hold")
    year.amazon.send_away(short)
    year.send(address, short)
    year.pass_by(timedelta(hours=6))
    year.send(address, usual)
    year.service.sync()
    return year


@pytest.fixture
def pages(year: Year, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment of a program over that year."""
    monkeypatch.setenv("AMAZON_SP_API_ENDPOINT", year.amazon.endpoint)
    monkeypatch.setenv("AMAZON_SP_API_MODE", "demo")
    monkeypatch.setenv("MCF_DATA_DIR", str(year.service.settings.data_dir))
    yield
    st.cache_resource.clear()


def parcels(order: Order) -> list[tuple[Shipment, Package]]:
    return [(shipment, each) for shipment in order.shipments for each in shipment.packages]


def events(order: Order, shipment: Shipment, parcel: Package, now: datetime) -> list[Event]:
    return seen(parcel, shipment.centre, order.request.address, now)


def words(order: Order, now: datetime) -> list[str]:
    """Each parcel's status, as Amazon tells it now."""
    return [status(p, events(order, s, p, now)) for s, p in parcels(order)]


def is_there(order: Order, shipment: Shipment, parcel: Package, now: datetime) -> bool:
    """Whether the recipient has a parcel."""
    seen = events(order, shipment, parcel, now)
    return bool(seen) and seen[-1].code in ("EVENT_301", "EVENT_804")


def stage(order: Order, now: datetime) -> str:
    if order.status in SHIPPED:
        arrived = [is_there(order, s, p, now) for s, p in parcels(order)]
        return "Delivered" if arrived and all(arrived) else "Shipped"
    if order.held:
        return "On hold"
    return {
        Status.NEW: "Received",
        Status.RECEIVED: "Received",
        Status.PLANNING: "Planning",
        Status.PROCESSING: "Processing",
    }.get(order.status, "Not shipping")


def moving(order: Order, now: datetime) -> list[datetime]:
    """When each of its parcels that are on their way is to arrive, as Amazon estimates now."""
    seen_of = [(s, p, events(order, s, p, now)) for s, p in parcels(order)]
    return [
        estimate(p, happened)
        for s, p, happened in seen_of
        if status(p, happened) not in STILL and not is_there(order, s, p, now)
    ]


def is_open(order: Order, now: datetime) -> bool:
    here = stage(order, now) not in ("Delivered", "Not shipping")
    return here and (order.status not in SHIPPED or bool(moving(order, now)))


def day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def in_trouble(year: Year, order: Order) -> set[str]:
    now, told = year.now, set(words(order, year.now))
    promised = year.promised[order.id]
    unpacked = [] if order.status in SHIPPED else [order.arrival_estimate]
    moved = is_open(order, now) and max(map(day, [*moving(order, now), *unpacked])) > day(promised)
    waits = order.status in WAITING and not order.held
    found = {
        "Stuck": waits and order.ship_estimate < now,
        "Late": is_open(order, now) and not order.held and day(promised) < day(now),
        "Delayed": bool(told & DELAYED) or moved,
        "Undeliverable": "UNDELIVERABLE" in told,
        "Coming back": bool(told & {"RETURNING", *BACK}),
        "Partly filled": order.status is Status.COMPLETE_PARTIALLED,
        "Invalid": order.status is Status.INVALID,
        "Not fulfillable": order.status is Status.UNFULFILLABLE,
        "Unknown": "UNDISPLAYED" in told,
    }
    return {name for name, holds in found.items() if holds}


def delivered(order: Order, now: datetime) -> datetime:
    """When the last parcel arrived, at the door or in a locker."""
    return max(
        next(
            each.at for each in events(order, s, p, now) if each.code in ("EVENT_301", "EVENT_801")
        )
        for s, p in parcels(order)
    )


def count(at: AppTest, name: str) -> int:
    """The number on a filter; 0 for one that isn't there."""
    words = (option.content for row in at.pills for option in row.proto.options)
    counted = [text for text in words if text.split(" ", 1)[-1] == name]
    return int(re.sub(r"\D", "", counted[0].split("**")[1])) if counted else 0


def test_all_that_can_happen_to_parcels_happened(year: Year) -> None:
    codes = {
        event.code
        for order in year.orders
        for shipment, parcel in parcels(order)
        for event in events(order, shipment, parcel, year.now)
    }
    journeys = [stage for way in JOURNEYS.values() for stage in way]

    assert codes == {each.code for each in journeys}
    assert {each.status for each in journeys} <= year.statuses
    assert {
        "Received", "Processing", "Complete", "CompletePartialled", "Cancelled", "Invalid"
    } <= {each.title() if each.isupper() else each for each in year.statuses if each}  # fmt: skip


def test_every_fault_was_met_and_nothing_is_missing(year: Year) -> None:
    stored = year.service.orders().set_index("seller_fulfillment_order_id")

    assert set(stored.index) == set(year.promised) == {order.id for order in year.orders}
    assert {i: stored.loc[i, "status"].casefold() for i in stored.index} == {
        order.id: order.status.value.casefold() for order in year.orders
    }
    assert set(year.service.packages()["package_number"]) == {
        parcel.number for order in year.orders for _, parcel in parcels(order)
    }


def test_every_number_of_the_head_is_that_of_the_books(year: Year, pages: None) -> None:
    at = open_page(places.TRACKING)

    names = [
        "Received", "Planning", "Processing", "Shipped", "Delivered", "On hold", "Not shipping",
    ]  # fmt: skip
    told = {name: count(at, name) for name in names}
    expected = pd.Series([stage(order, year.now) for order in year.orders]).value_counts()
    assert told == {name: int(expected.get(name, 0)) for name in names}
    assert sum(told.values()) == count(at, "All") == len(year.orders)

    at.pills(key="show_groups").set_value("In trouble").run()
    troubles = pd.Series([t for order in year.orders for t in in_trouble(year, order)])
    counted = troubles.value_counts().to_dict()
    assert {name: count(at, Trouble(name).label) for name in counted} == counted
    assert set(counted) == {
        "Stuck", "Late", "Delayed", "Undeliverable", "Coming back", "Partly filled", "Invalid",
        "Unknown",
    }  # fmt: skip


@pytest.mark.parametrize(
    "trouble",
    ["Stuck", "Late", "Delayed", "Undeliverable", "Coming back", "Partly filled", "Invalid",
     "Unknown"],
)  # fmt: skip
def test_each_trouble_shows_its_orders_and_their_pages(
    year: Year, pages: None, trouble: str
) -> None:
    at = open_page(places.TRACKING, show=trouble)
    shown = list(at.dataframe[0].value["seller_fulfillment_order_id"])
    mine = [order.id for order in year.orders if trouble in in_trouble(year, order)]

    assert not at.exception
    assert sorted(shown) == sorted(mine)

    one = open_page(places.TRACKING, order=mine[-1])

    assert not one.exception
    assert f"Order {mine[-1]}" in texts(one)
    assert "What happened" in texts(one)


def test_the_share_of_promises_kept_is_that_of_the_books(year: Year, pages: None) -> None:
    at = open_page(places.TRACKING, view="Promise kept", promise_days="All")

    assert not at.exception
    judged = judged_orders(year)
    assert 0 < sum(judged.values()) < len(judged)
    assert f"{len(judged)} judged" in texts(at)
    kept = sum(judged.values())
    assert f"{len(judged)} orders: {kept} on time, {len(judged) - kept} late" in texts(at)


def judged_orders(year: Year) -> dict[str, bool]:
    """Whether the promise of an order was kept, for those of which it can be said."""
    found = {}
    today = year.now.astimezone(ZONE).date()
    for order in year.orders:
        by = year.promised[order.id].astimezone(ZONE).date()
        told = set(words(order, year.now))
        if stage(order, year.now) == "Delivered":
            found[order.id] = delivered(order, year.now).astimezone(ZONE).date() <= by
        elif told & SURELY_GONE or (is_judged_late(order, told) and by < today):
            found[order.id] = False
    return found


def is_judged_late(order: Order, told: set[str]) -> bool:
    """Whether an order that hasn't arrived counts as late once its promise is over."""
    dead = order.status in (Status.CANCELLED, Status.INVALID, Status.UNFULFILLABLE)
    where_not_known = told & {"UNDISPLAYED", "AVAILABLE_FOR_PICKUP", "RETURN_RECEIVED_IN_FC"}
    return not (dead or order.held or where_not_known)


def test_the_deadlines_are_those_of_the_books(year: Year, pages: None) -> None:
    at = open_page(places.TRACKING, view="Deadlines")
    table = at.dataframe[0].value

    holds = [order for order in year.orders if order.held]
    ends = {order.id: order.received + timedelta(days=14) for order in holds}
    told = table[table["kind"] == "Hold ends"].set_index("displayable_order_id")["due"]
    assert not at.exception
    assert {i: moment.to_pydatetime() for i, moment in told.items()} == {
        order.request.displayable_id or order.id: ends[order.id].astimezone(UTC) for order in holds
    }
    claimed = set(table[table["kind"] == "Claim"]["displayable_order_id"])
    late = {
        order.request.displayable_id or order.id
        for order in year.orders
        if order.status in SHIPPED
        and {"Late", "Undeliverable"} & in_trouble(year, order)
        and year.now - year.promised[order.id] < timedelta(days=93)
    }
    assert claimed == late


@pytest.mark.parametrize("place", [places.TODAY, places.CONNECTION])
def test_the_other_pages_bear_a_year_as_well(year: Year, pages: None, place: str) -> None:
    assert not open_page(place).exception
