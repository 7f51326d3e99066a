"""Below a parcel: its proof of delivery, its locker, its way on a map."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults import RoleMissing
from mcf.simulator.orders import Fate, Fortune
from mcf.tracking.handover import Stop
from pages.parts.common import places
from pages.parts.tracking import parcel_map
from tests.pages.conftest import open_page, texts

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
PHOENIX = Stop(NOW, "Picked up", "Phoenix", "AZ", "US")
RENO = Stop(NOW + timedelta(hours=9), "Arrival scan", "Reno", "NV", "US")
SEATTLE = Stop(None, "Destination", "Seattle", "WA", "US")


@pytest.fixture
def sent(program: MCFService, request_for: MCFOrderRequest) -> str:
    """The number of an order that was just sent."""
    return program.submit(request_for).seller_fulfillment_order_id


def delivered(program: MCFService, simulator: Simulator, order_id: str) -> int:
    """The number of its parcel, which Amazon's own drivers delivered."""
    simulator.clock.step(timedelta(hours=9))
    package = simulator.world.orders[order_id].shipments[0].packages[0]
    package.carrier = "Amazon Logistics"
    simulator.clock.step(timedelta(days=9))
    program.tracking.refresh(order_id)
    program.sync()
    return package.number


def pictures(at: AppTest) -> list[str]:
    """The addresses of the pictures on the page."""
    return [url for picture in at.image for url in picture.value]


def test_a_proof_is_fetched_on_a_click_and_fetched_again_when_amazon_fails(
    program: MCFService, simulator: Simulator, sent: str
) -> None:
    number = delivered(program, simulator, sent)
    at = open_page(places.TRACKING, order=sent)
    before = texts(at)
    simulator.faults.add(RoleMissing(operations=("getFulfillmentOrder",)))
    at.button(key=f"proof_{number}").click().run()
    refused = texts(at)
    simulator.faults.clear()

    at.button(key=f"proof_{number}").click().run()

    assert "Photo of the delivery" not in before
    assert "The proof couldn't be fetched" in refused
    assert "Photo of the delivery, fetched" in texts(at)
    assert pictures(at)[0].startswith("data:image/png;base64,")
    assert f"proof_{number}" not in [button.key for button in at.button]

    simulator.clock.step(timedelta(hours=1))
    # The program hears with Amazon's answer how late it is.
    at.button(key="refresh_order").click().run()

    assert "Amazon's link has expired since" in texts(at)
    assert at.button(key=f"proof_{number}").label == "Fetch it again"


def test_a_lockers_code_is_shown_only_when_it_is_asked_for(
    program: MCFService, simulator: Simulator, sent: str
) -> None:
    simulator.world.orders[sent].fortune = Fortune(fate=Fate.PICKUP)
    simulator.clock.step(timedelta(hours=9))
    package = simulator.world.orders[sent].shipments[0].packages[0]
    simulator.clock.step((package.promised - package.shipped) * 0.99)
    program.tracking.refresh(sent)
    program.sync()
    code = program.tracking.views.handover(sent, package.number).locker_code
    at = open_page(places.TRACKING, order=sent)
    before = [each.value for each in at.code]

    at.toggle(key=f"code_{package.number}").set_value(True).run()

    assert code
    assert code not in before
    assert code in [each.value for each in at.code]
    assert "In locker" in texts(at)


def test_the_way_is_drawn_when_it_is_asked_for(
    program: MCFService, simulator: Simulator, sent: str
) -> None:
    number = delivered(program, simulator, sent)
    at = open_page(places.TRACKING, order=sent)
    before = len(at.get("plotly_chart"))

    at.toggle(key=f"way_{number}").set_value(True).run()

    assert not at.exception
    assert before == 0
    assert len(at.get("plotly_chart")) == 1
    assert "Evidence" in [button.label for button in at.get("download_button")]


def test_a_way_goes_through_its_places_in_the_order_of_time() -> None:
    found = parcel_map.way([PHOENIX, PHOENIX, RENO, PHOENIX], SEATTLE)

    assert found.figure is not None
    events = next(trace for trace in found.figure.data if trace.name == "Events")
    assert list(events.text) == ["1 …", "3"]
    assert [trace.name for trace in found.figure.data].count("Destination") == 1
    assert sum(trace.name.startswith("Leg") for trace in found.figure.data) == 2
    assert found.missing == ()


def test_a_degree_of_longitude_is_drawn_shorter_far_from_the_equator() -> None:
    found = parcel_map.way([PHOENIX, RENO], SEATTLE)

    assert found.figure is not None
    assert found.figure.layout.yaxis.scaleratio == pytest.approx(1.3, abs=0.1)


def test_places_that_are_not_known_are_told_and_not_guessed() -> None:
    nowhere = Stop(NOW, "Arrival scan", "Nowhere <b>", "NV", "US")

    found = parcel_map.way([PHOENIX, nowhere, nowhere], None)

    assert found.figure is None
    assert found.missing == ("Nowhere <b>, NV, US",)


def test_what_an_event_is_called_stays_text_in_the_picture() -> None:
    hostile = Stop(NOW, "<a href='x'>Scan</a>", "Reno", "NV", "US")

    found = parcel_map.way([PHOENIX, hostile], None)

    assert found.figure is not None
    assert "<a" not in str(found.figure.to_dict())
    assert "&lt;a" in str(found.figure.to_dict())


@pytest.mark.parametrize(
    ("events", "to", "shown"),
    [
        ([], None, False),
        ([PHOENIX, PHOENIX], None, False),
        ([PHOENIX], SEATTLE, True),
        ([PHOENIX, RENO], None, True),
        ([Stop(NOW, "Scan", "", "", "")], SEATTLE, False),
    ],
)
def test_a_map_is_offered_from_two_places_on(
    events: list[Stop], to: Stop | None, shown: bool
) -> None:
    assert parcel_map.has_places(events, to) is shown
