"""What changed since a visitor last looked."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Status
from mcf.tracking.events import EventKind, Happening
from pages.parts.common import places
from tests.conftest import START
from tests.pages.conftest import open_page, texts

BOX = "Since your last visit"


@pytest.fixture
def invalid(program: MCFService, simulator: Simulator, request_for: MCFOrderRequest) -> str:
    """An order that was sent, and that Amazon then found invalid."""
    order_id = program.submit(request_for).seller_fulfillment_order_id
    simulator.set_status(order_id, Status.INVALID)
    program.tracking.refresh(order_id)
    return order_id


def folded(at: AppTest) -> str:
    """What the folded box says on it, and first in it."""
    inside = [text.value for text in at.markdown if BOX in text.value]
    return "\n".join([*(box.proto.popover.label for box in at.get("popover")), *inside])


def links(at: AppTest) -> list[str]:
    return [link.proto.label.replace("\\", "") for link in at.get("page_link")]


def test_what_changed_is_told_until_it_was_seen(program: MCFService, invalid: str) -> None:
    moved = Happening(
        invalid,
        EventKind.ARRIVES,
        START,
        START,
        "2026-03-05T12:00:00+00:00",
        "2026-03-09T12:00:00+00:00",
    )
    program.tracking.chronicle.note([moved])
    program.tracking.chronicle.own(invalid, EventKind.CANCEL_ASKED, START, "You asked")

    at = open_page(places.TRACKING)
    assert f"**{BOX}**: 1 invalid" in folded(at)
    assert [link for link in links(at) if link.startswith("Order ")] == [
        f"Order {invalid}: Invalid, after Received",
        f"Order {invalid}: Arrives Mon 09 Mar instead of Thu 05 Mar",
    ]
    at.button(key="news_seen").click().run()

    assert BOX not in folded(at)
    assert BOX not in folded(open_page(places.TRACKING))


def test_many_changes_are_counted_and_ten_are_shown(program: MCFService) -> None:
    program.tracking.chronicle.note(
        Happening(f"A-{n}", EventKind.STATUS, START, START, "Planning", "Processing")
        for n in range(12)
    )

    at = open_page(places.TRACKING)

    assert "12 orders changed" in folded(at)
    assert "12 processing" in folded(at)
    assert len([link for link in links(at) if link.startswith("Order ")]) == 10
    assert "And 2 more" in texts(at)


@pytest.mark.parametrize(("count", "said"), [(1, "1 parcel delivered"), (2, "2 parcels delivered")])
def test_one_parcel_is_a_parcel(program: MCFService, count: int, said: str) -> None:
    program.tracking.chronicle.note(
        Happening(f"A-{n}", EventKind.PARCEL_STATUS, START, START, "IN_TRANSIT", "DELIVERED", n)
        for n in range(count)
    )

    assert said in folded(open_page(places.TRACKING))
