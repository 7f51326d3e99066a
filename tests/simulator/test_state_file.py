"""A world in a file: what was answered is there again after any end."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from mcf.simulator import Simulator, state_file
from mcf.simulator.state_file import StateError
from tests.simulator.bodies import RICH
from tests.simulator.seller import (
    OPENING,
    OUTBOUND,
    OUTBOUND_2026,
    US,
    Api,
    Timer,
    line,
    order_body,
    place_2026,
    without_links,
)

SERVE = """
import sys
from pathlib import Path
from mcf.simulator import Simulator
sim = Simulator(Path(sys.argv[1]), throttle=False, frozen=True)
sim.start()
print(sim.endpoint, flush=True)
sys.stdin.read()
"""


@contextmanager
def opened(path: Path, **options: Any) -> Iterator[Api]:
    with Simulator(path, **{"frozen": True, "throttle": False, **options}) as simulator:
        api = Api(simulator)
        yield api
        api.http.close()


def everything(api: Api) -> list[Any]:
    """Every order in both versions, and the whole stock."""
    orders = [
        without_links(api.get(f"{version}/{order_id}").json())
        for order_id in sorted(api.sim.world.orders)
        for version in (f"{OUTBOUND}/fulfillmentOrders", f"{OUTBOUND_2026}/orders")
    ]
    stock = api.inventory(details="true")
    rest = api.inventory(details="true", nextToken=stock.json()["pagination"]["nextToken"])
    return [orders, stock.json()["payload"], rest.json()["payload"]]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "world.sqlite"


@pytest.mark.no_cover
def test_a_world_goes_on_where_it_was(state: Path) -> None:
    with opened(state) as api:
        api.place(items=[line(giftMessage="日本 & Ünï")])
        place_2026(api, **RICH)
        api.http.post(
            "/fba/inventory/v1/items/inventory",
            json={"inventoryItems": [{"sellerSku": "N", "marketplaceId": US, "quantity": 5}]},
            headers={"x-amzn-idempotency-token": "once"},
        )
        api.wait(days=300)
        before, then = everything(api), api.sim.clock.now()

    with opened(state, seed=99, skus=3, orders=1) as api:
        after, now = everything(api), api.sim.clock.now()
        api.http.post(
            "/fba/inventory/v1/items/inventory",
            json={"inventoryItems": [{"sellerSku": "N", "marketplaceId": US, "quantity": 5}]},
            headers={"x-amzn-idempotency-token": "once"},
        )
        again = api.stock("N")["fulfillableQuantity"]

    assert after == before
    assert now == then
    assert again == 5


def test_a_world_left_alone_lives_on(state: Path) -> None:
    with opened(state, start=OPENING - timedelta(days=400), trade=False) as api:
        api.place()

    with opened(state, trade=False) as api:
        assert api.status() == "Complete"
        assert api.sim.clock.now() > OPENING - timedelta(days=400)


@pytest.mark.no_cover
def test_what_is_scheduled_still_happens_after_a_restart(state: Path) -> None:
    with opened(state) as api:
        api.wait(days=400)
        api.place()

    with opened(state) as api:
        api.wait(hours=8)
        assert api.status() == "Complete"
        api.sim.world.check()


def test_deleted_items_stay_deleted(state: Path) -> None:
    item = {"sellerSku": "N", "marketplaceId": US, "productName": "New"}
    with opened(state) as api:
        api.post("/fba/inventory/v1/items", item)

    with opened(state) as api:
        api.http.delete("/fba/inventory/v1/items/N", params={"marketplaceId": US})

    with opened(state) as api:
        assert "N" not in api.sim.world.stocks[US]


def test_a_reset_world_replaces_the_saved_one(state: Path) -> None:
    with opened(state) as api:
        api.place()
        api.post("/_simulator/reset", {"orders": 2})

    with opened(state) as api:
        assert len(api.sim.world.orders) == 2


def test_only_its_owner_can_read_the_file(state: Path) -> None:
    with opened(state):
        assert stat.S_IMODE(state.stat().st_mode) == 0o600


def test_nothing_answered_is_lost_when_the_process_is_killed(state: Path) -> None:
    command = [sys.executable, "-c", SERVE, str(state)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        endpoint = process.stdout.readline().decode().strip()
        with httpx.Client(base_url=endpoint, trust_env=False) as http:
            http.headers["x-amz-access-token"] = sign_in(http)
            placed = [create(http, f"K-{number}") for number in range(10)]
        os.kill(process.pid, signal.SIGKILL)

    assert placed == [200] * 10
    with opened(state) as api:
        assert {f"K-{number}" for number in range(10)} < set(api.sim.world.orders)
        api.sim.world.check()


def sign_in(http: httpx.Client) -> str:
    form = {"grant_type": "refresh_token", "client_id": "a", "client_secret": "b"}
    response = http.post("/auth/o2/token", data={**form, "refresh_token": "c"})
    return str(response.json()["access_token"])


def create(http: httpx.Client, order_id: str) -> int:
    return http.post(f"{OUTBOUND}/fulfillmentOrders", json=order_body(order_id)).status_code


def test_a_file_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Maren, " * 100)

    with pytest.raises(StateError, match="not a state file"):
        Simulator(path)

    assert path.read_text().startswith("Dear Maren")


def test_a_file_of_another_version_is_left_alone(state: Path) -> None:
    with opened(state):
        pass
    with sqlite3.connect(state) as db:
        db.execute("UPDATE meta SET value = '0' WHERE name = 'format'")
    db.close()

    with pytest.raises(StateError, match="another version"):
        Simulator(state)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE orders SET body = '{\"colour\": 1}' WHERE number = 0",
        "UPDATE orders SET body = '[]' WHERE number = 0",
        "UPDATE orders SET body = 'null' WHERE number = 0",
        "UPDATE stocks SET body = '\"text\"'",
        "UPDATE stocks SET body = x'ff00'",
        "UPDATE meta SET value = '1e999' WHERE name = 'packages'",
        "DELETE FROM meta WHERE name = 'packages'",
        (
            "DROP TABLE movements; CREATE TABLE movements (colour TEXT);"
            "INSERT INTO movements VALUES ('red')"
        ),
    ],
)
def test_a_damaged_file_is_left_alone(state: Path, damage: str) -> None:
    with opened(state):
        pass
    with sqlite3.connect(state) as db:
        db.executescript(damage)
    db.close()

    with pytest.raises(StateError, match="can't be understood"):
        Simulator(state)


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[sqlite3.Connection]:
    """Every connection to a database that is opened from now on."""
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def remember(*arguments: Any, **options: Any) -> sqlite3.Connection:
        opened.append(connect(*arguments, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", remember)
    return opened


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.total_changes  # noqa: B018
    except sqlite3.ProgrammingError:
        return False
    return True


DAMAGES = {
    "another version": "UPDATE meta SET value = '0' WHERE name = 'format'",
    "no table": "DROP TABLE meta; CREATE TABLE meta (colour TEXT)",
    "no order": "UPDATE orders SET body = '{' WHERE number = 0",
    "no stock": "UPDATE stocks SET body = '[1'",
    "no time": "UPDATE meta SET value = 'noon' WHERE name = 'now'",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_world_that_cannot_be_read_leaves_no_connection_open(
    state: Path, damage: str, connections: list[sqlite3.Connection]
) -> None:
    with opened(state):
        pass
    db = sqlite3.connect(state)
    db.executescript(damage)
    db.close()

    with pytest.raises((StateError, sqlite3.OperationalError)):
        Simulator(state)

    assert len(connections) == 3
    assert not any(is_open(each) for each in connections)


def test_a_file_of_another_kind_leaves_no_connection_open(
    tmp_path: Path, connections: list[sqlite3.Connection]
) -> None:
    (tmp_path / "letter.txt").write_text("Dear Maren, " * 100)

    with pytest.raises(StateError):
        Simulator(tmp_path / "letter.txt")

    assert [is_open(each) for each in connections] == [False]


def test_a_new_world_that_cannot_be_saved_leaves_no_connection_open(
    state: Path, connections: list[sqlite3.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> list[tuple[str, str]]:
        raise OSError("No space left on device")

    monkeypatch.setattr(state_file, "_meta", full)

    with pytest.raises(OSError, match="No space"):
        Simulator(state)

    assert [is_open(each) for each in connections] == [False]


def test_a_server_that_cannot_start_leaves_no_connection_open(
    state: Path, connections: list[sqlite3.Connection]
) -> None:
    with Simulator(orders=0) as first:
        port = int(first.endpoint.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"), Simulator(state, orders=0, port=port):
            pass

    assert [is_open(each) for each in connections] == [False]


def test_a_failed_write_is_not_answered_as_a_success(state: Path, timer: Timer) -> None:
    with opened(state) as api:
        with sqlite3.connect(state) as db:
            db.execute("CREATE TRIGGER full BEFORE INSERT ON orders "
                       "BEGIN SELECT RAISE(ABORT, 'disk full'); END")  # fmt: skip
        db.close()

        response = api.place()

    assert response.status_code == 500
