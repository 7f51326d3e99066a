"""Below a parcel: its proof of delivery, its locker, its map."""

from __future__ import annotations

from datetime import timedelta

from streamlit.testing.v1 import AppTest

from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import RoleMissing
from mcf.simulator.world.orders import Fate, Fortune
from pages.parts.common import places
from tests.pages.conftest import open_page, texts
from tests.wholes import whole


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

    again = texts(open_page(places.TRACKING, order=sent))
    assert "The picture isn't kept" in again
    assert "Photo of the delivery: fetched" in again

    simulator.clock.step(timedelta(hours=1, minutes=1))
    # The program hears with Amazon's answer how late it is, to the second.
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
    code = whole(program, sent).view.handovers[package.number].locker_code
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
