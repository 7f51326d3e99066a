"""Controls outside the emulated API, and who may use them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import KINDS
from mcf.simulator.world.orders import Status
from tests.simulator.seller import (
    KETTLE,
    OPENING,
    OUTBOUND,
    US,
    Api,
)

CLOCK = "/_simulator/clock"


@pytest.fixture
def control(sim: Simulator, api: Api) -> httpx.Client:
    """A program on this machine, without any token."""
    del api.http.headers["x-amz-access-token"]
    return api.http


def test_health_is_told_without_a_token(control: httpx.Client) -> None:
    assert control.get("/_simulator/health").json() == {
        "status": "ok",
        "now": "2026-03-04T15:00:00Z",
    }


def test_an_unknown_control_call_is_answered_with_those_there_are(control: httpx.Client) -> None:
    response = control.put(CLOCK)

    assert response.status_code == 404
    assert "POST /_simulator/clock" in response.json()["error"]


def test_the_clock_is_read_and_stepped(control: httpx.Client) -> None:
    before = control.get(CLOCK).json()
    after = control.post(CLOCK, json={"step_seconds": 86400}).json()

    assert before == {"now": "2026-03-04T15:00:00Z", "speed": 1.0, "frozen": True}
    assert after["now"] == "2026-03-05T15:00:00Z"


def test_the_clock_runs_at_a_speed_and_stops(control: httpx.Client, timer: Any) -> None:
    running = control.post(CLOCK, json={"speed": 3600}).json()
    timer.seconds += 2
    stopped = control.post(CLOCK, json={"frozen": True}).json()
    timer.seconds += 2
    later = control.get(CLOCK).json()
    thawed = control.post(CLOCK, json={"frozen": False}).json()
    control.post(CLOCK, json={"frozen": True, "speed": 1})
    control.post(CLOCK, json={"frozen": True})

    assert (running["speed"], running["frozen"]) == (3600, False)
    assert stopped["now"] == later["now"] == "2026-03-04T17:00:00Z"
    assert (thawed["frozen"], thawed["speed"]) == (False, 3600)


@pytest.mark.parametrize(
    "body",
    [
        {"step_seconds": -1},
        {"step_seconds": "1 day"},
        {"step_seconds": True},
        {"step_seconds": 1e20},
        {"step_seconds": 1e12},
        {"speed": 0},
        {"speed": 1e9},
        [1],
    ],
)
def test_a_clock_call_that_makes_no_sense_is_refused(control: httpx.Client, body: Any) -> None:
    response = control.post(CLOCK, json=body)

    assert response.status_code == 400
    assert response.json()["error"]
    assert control.get(CLOCK).json()["now"] == "2026-03-04T15:00:00Z"


def test_a_body_that_is_no_json_is_refused(control: httpx.Client) -> None:
    assert control.post(CLOCK, content=b"{").status_code == 400


@pytest.mark.parametrize(
    "headers", [{"origin": "http://example.com"}, {"host": "example.com"}, {"host": "a.com:80"}]
)
def test_a_web_page_cannot_drive_the_simulator(
    control: httpx.Client, headers: dict[str, str]
) -> None:
    response = control.post(CLOCK, json={"step_seconds": 60}, headers=headers)

    assert response.status_code == 403
    assert control.get(CLOCK).json()["now"] == "2026-03-04T15:00:00Z"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:80"])
def test_every_name_of_this_machine_is_good(control: httpx.Client, host: str) -> None:
    assert control.get(CLOCK, headers={"host": host}).status_code == 200


def test_an_order_is_led_to_a_status(control: httpx.Client, sim: Simulator) -> None:
    order_id = next(
        order.id for order in sim.world.orders.values() if order.status is Status.PLANNING
    )

    response = control.post(f"/_simulator/orders/{order_id}/status", json={"status": "Cancelled"})

    assert response.json() == {"orderId": order_id, "status": "Cancelled"}
    assert sim.world.orders[order_id].status is Status.CANCELLED


@pytest.mark.parametrize(
    ("order_id", "status", "answer"),
    [("NOPE", "Complete", 404), ("SHOP-1001", "Lost", 400), ("SHOP-1001", "Received", 409)],
)
def test_an_order_cannot_be_led_anywhere(
    control: httpx.Client, order_id: str, status: str, answer: int
) -> None:
    response = control.post(f"/_simulator/orders/{order_id}/status", json={"status": status})

    assert response.status_code == answer
    assert response.json()["error"]


def test_requests_are_counted_per_operation(api: Api) -> None:
    api.sim.requests.clear()
    api.inventory()
    api.inventory()
    api.get("/nowhere")

    found = api.get("/_simulator/requests").json()

    assert found["counts"] == {"getInventorySummaries": 2, "unknown": 1}
    assert api.sim.requests.count("getInventorySummaries") == 2
    assert api.sim.requests.count() == 3
    assert found["latest"][-1]["status"] == 403
    assert api.sim.requests.entries()[0].path == "/fba/inventory/v1/summaries"


def test_a_reset_begins_with_a_new_world(api: Api) -> None:
    api.place()
    api.wait(days=3)

    response = api.post("/_simulator/reset", {"skus": 5, "orders": 3, "seed": 9})

    assert response.json()["now"] == "2026-03-04T15:00:00Z"
    assert len(api.sim.world.orders) == 3
    assert len(api.inventory().json()["payload"]["inventorySummaries"]) == 5


def test_a_reset_can_open_at_another_time(api: Api) -> None:
    api.post("/_simulator/reset", {"start": "2025-01-01T00:00:00Z", "days": 10})

    assert api.sim.clock.now() == datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_a_reset_to_no_number_is_refused(api: Api, number: str) -> None:
    response = api.http.post("/_simulator/reset", content=f'{{"seed": {number}}}')

    assert response.status_code == 400


@pytest.mark.parametrize("body", [{"skus": 0}, {"colour": 1}, {"start": "soon"}, {"seed": "x"}])
def test_a_reset_that_makes_no_sense_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert api.post("/_simulator/reset", body).status_code == 400
    assert len(api.sim.world.orders) == 48


def test_the_same_controls_are_methods(sim: Simulator) -> None:
    sim.clock.step(timedelta(hours=1))
    assert sim.clock.now() == OPENING + timedelta(hours=1)

    sim.set_status("SHOP-1048", Status.INVALID)
    assert sim.world.orders["SHOP-1048"].status is Status.INVALID


def test_control_paths_belong_to_nobody_else(api: Api) -> None:
    assert api.get(f"{OUTBOUND}/_simulator/clock").status_code == 403


def test_units_are_sent_away_by_another_program_too(sim: Simulator, api: Api) -> None:
    sent = api.post("/_simulator/transfer", {"sku": KETTLE, "left": 2})
    unknown = api.post("/_simulator/transfer", {"sku": "NO-SUCH-SKU"})
    nonsense = api.post("/_simulator/transfer", {"sku": KETTLE, "left": "two"})

    assert (sent.status_code, api.stock()["fulfillableQuantity"]) == (200, 2)
    assert sent.json()["transfer"] == sim.world.stocks[US][KETTLE].transfer
    assert (unknown.status_code, nonsense.status_code) == (404, 400)


def test_faults_are_switched_on_and_off_from_outside(api: Api) -> None:
    http = api.http
    options = {"name": "throttled", "operations": ["getInventorySummaries"]}

    number = http.post("/_simulator/faults", json=options).json()["id"]
    struck = api.inventory().status_code
    shown = http.get("/_simulator/faults").json()
    removed = http.delete(f"/_simulator/faults/{number}")
    again = http.delete(f"/_simulator/faults/{number}")
    http.post("/_simulator/faults", json={"name": "unavailable"})
    cleared = http.delete("/_simulator/faults")

    assert struck == 429
    assert shown["active"] == [{"id": number, **options, "calls": 1, "strikes": 1}]
    assert set(shown["available"]) == set(KINDS)
    assert shown["available"]["throttled"] == "429 QuotaExceeded, whatever the bucket says."
    assert (removed.status_code, again.status_code, cleared.status_code) == (200, 404, 200)
    assert api.inventory().status_code == 200


def test_a_fault_named_wrongly_from_outside_is_refused_with_advice(api: Api) -> None:
    response = api.post("/_simulator/faults", {"name": "earthquake"})

    assert response.status_code == 400
    assert "throttled" in response.json()["error"]
