"""The demo's Amazon: one for each data directory, whoever asks for it and however often."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from mcf import demo as demo_module
from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.demo import SPEED, DemoAmazon
from mcf.errors import ConnectionFailed, InvalidInput, StoreError
from mcf.settings import Settings
from mcf.simulator import Simulator
from tests.conftest import order_request, unhurried
from tests.demos import set_speed
from tests.loopback import Reply, loopback

ROOT = Path(__file__).parent.parent
ELSEWHERE = """
import sys
from pathlib import Path
from mcf.demo import DemoAmazon
from mcf.settings import Settings

found = DemoAmazon(Settings.from_env({"MCF_DATA_DIR": sys.argv[1]}, dotenv=None))
print(found.endpoint)
found.close()
"""


@pytest.fixture
def demo_settings(tmp_path: Path) -> Settings:
    """Demo mode as it is without any variable but the folder."""
    return Settings.from_env({"MCF_DATA_DIR": str(tmp_path)}, dotenv=None)


@pytest.fixture
def home(demo_settings: Settings) -> Path:
    demo_settings.home.mkdir(parents=True)
    return demo_settings.home


@pytest.fixture
def demo(demo_settings: Settings) -> Iterator[DemoAmazon]:
    with closing(DemoAmazon(demo_settings)) as amazon:
        yield amazon


def client_of(demo: DemoAmazon, settings: Settings) -> MCFClient:
    return MCFClient(demo.settings_for(settings), pace=unhurried(), sleep=lambda _: None)


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_demo_answers_like_amazon(demo: DemoAmazon, demo_settings: Settings) -> None:
    with client_of(demo, demo_settings) as client:
        assert client.get_inventory_summaries().items
        assert client.list_all_fulfillment_orders().items


def test_its_settings_lead_to_it(demo: DemoAmazon, demo_settings: Settings) -> None:
    found = demo.settings_for(demo_settings)

    assert found.endpoint == demo.endpoint
    assert found.lwa_endpoint == f"{demo.endpoint}/auth/o2/token"
    assert demo.endpoint.startswith("http://127.0.0.1:")
    assert found.home == demo_settings.home


def test_two_demos_of_a_folder_share_one_amazon(
    demo: DemoAmazon, demo_settings: Settings, address: Address
) -> None:
    with closing(DemoAmazon(demo_settings)) as second:
        with client_of(demo, demo_settings) as client:
            sku = in_stock(client)
            client.create_fulfillment_order(order_request("TEST-1", address, sku, 1))

        assert second.endpoint == demo.endpoint
        with client_of(second, demo_settings) as client:
            assert client.get_fulfillment_order("TEST-1").fulfillment_order


def in_stock(client: MCFClient) -> str:
    stock = client.get_inventory_summaries().items
    return next(
        item.seller_sku
        for item in stock
        if item.inventory_details and (item.inventory_details.fulfillable_quantity or 0) > 5
    )


def test_another_process_finds_it_too(demo: DemoAmazon, tmp_path: Path) -> None:
    other = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert other.stdout.strip() == demo.endpoint
    assert demo.clock().speed == SPEED


def test_who_only_found_it_does_not_stop_it(demo: DemoAmazon, demo_settings: Settings) -> None:
    DemoAmazon(demo_settings).close()

    assert demo.clock().speed == SPEED
    with closing(DemoAmazon(demo_settings)) as third:
        assert third.endpoint == demo.endpoint


def test_two_folders_have_two_amazons(demo: DemoAmazon, tmp_path: Path) -> None:
    elsewhere = Settings.from_env({"MCF_DATA_DIR": str(tmp_path / "other")}, dotenv=None)

    with closing(DemoAmazon(elsewhere)) as other:
        assert other.endpoint != demo.endpoint


def test_the_next_demo_goes_on_with_the_same_world(
    demo_settings: Settings, address: Address
) -> None:
    with (
        closing(DemoAmazon(demo_settings)) as first,
        client_of(first, demo_settings) as client,
    ):
        begun = first.clock().now
        client.create_fulfillment_order(order_request("TEST-1", address, in_stock(client), 1))

    with closing(DemoAmazon(demo_settings)) as second, client_of(second, demo_settings) as client:
        detail = client.get_fulfillment_order("TEST-1")

        assert detail.fulfillment_order.destination_address == address
        assert second.clock().now >= begun


def test_closing_twice_is_harmless(demo: DemoAmazon, demo_settings: Settings) -> None:
    demo.close()
    demo.close()

    with closing(DemoAmazon(demo_settings)) as after:
        assert after.clock().speed == SPEED


def test_a_demo_may_be_closed_by_another_thread(
    demo: DemoAmazon, demo_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_module, "_PATIENCE", 0.5)
    thread = threading.Thread(target=demo.close)
    thread.start()
    thread.join()

    with closing(DemoAmazon(demo_settings)) as after:
        assert after.clock().speed == SPEED


def test_only_the_owner_can_read_what_it_keeps(demo: DemoAmazon, demo_settings: Settings) -> None:
    demo.step(timedelta(hours=1))

    kept = {path.name: mode_of(path) for path in demo_settings.home.glob("[ws]*.[sj][qs]*")}

    assert set(kept) >= {"simulator.json", "world.sqlite3"}
    assert set(kept.values()) == {0o600}


def test_the_address_goes_when_the_demo_does(demo: DemoAmazon, demo_settings: Settings) -> None:
    file = demo_settings.home / "simulator.json"
    assert json.loads(file.read_text()) == {"endpoint": demo.endpoint}

    demo.close()

    assert not file.exists()


def test_an_address_left_by_a_crash_is_replaced(
    demo_settings: Settings, home: Path, simulator: Simulator
) -> None:
    (home / "simulator.json").write_text(json.dumps({"endpoint": simulator.endpoint}))

    with closing(DemoAmazon(demo_settings)) as fresh:
        assert fresh.endpoint != simulator.endpoint
        assert json.loads((home / "simulator.json").read_text()) == {"endpoint": fresh.endpoint}


def test_one_that_is_still_starting_is_waited_for(
    demo_settings: Settings, home: Path, simulator: Simulator
) -> None:
    def announce() -> None:
        (home / "simulator.json").write_text(json.dumps({"endpoint": simulator.endpoint}))

    with FileLock(home / "simulator.lock"):
        timer = threading.Timer(0.3, announce)
        timer.start()

        found = DemoAmazon(demo_settings)

        timer.join()

    assert found.endpoint == simulator.endpoint


@pytest.mark.parametrize("left", ["", "not json", "{}", '{"endpoint": "http://127.0.0.1:1"}'])
def test_one_that_does_not_answer_is_an_error_with_a_remedy(
    demo_settings: Settings, home: Path, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    monkeypatch.setattr(demo_module, "_PATIENCE", 0.3)
    (home / "simulator.json").write_text(left)

    with (
        FileLock(home / "simulator.lock"),
        pytest.raises(ConnectionFailed, match="doesn't answer") as caught,
    ):
        DemoAmazon(demo_settings)

    assert "MCF_DATA_DIR" in caught.value.advice


def test_one_that_answers_with_an_error_is_not_taken(
    demo_settings: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_module, "_PATIENCE", 0.3)

    with loopback() as sick, FileLock(home / "simulator.lock"):
        sick.replies = [Reply(500)]
        (home / "simulator.json").write_text(json.dumps({"endpoint": sick.endpoint}))
        with pytest.raises(ConnectionFailed):
            DemoAmazon(demo_settings)

    assert {asked.path for asked in sick.calls} == {"/_simulator/health"}


def test_a_world_that_cannot_be_read_is_an_error_with_a_remedy(
    demo_settings: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_module, "_PATIENCE", 0.3)
    world = home / "world.sqlite3"
    world.write_text("this is not a database, whatever its name may say" * 100)

    with pytest.raises(StoreError, match=r"world\.sqlite3") as caught:
        DemoAmazon(demo_settings)

    assert "Move that file away" in caught.value.advice
    world.unlink()
    with closing(DemoAmazon(demo_settings)) as fresh:
        assert fresh.clock().speed == SPEED


def test_its_clock_runs_fast(demo: DemoAmazon) -> None:
    clock = demo.clock()

    assert clock.speed == SPEED
    assert not clock.frozen
    assert clock.now.utcoffset() == timedelta(0)


def test_its_clock_can_be_put_forward(demo: DemoAmazon) -> None:
    set_speed(demo, 0)
    before = demo.clock().now

    after = demo.step(timedelta(days=1, seconds=30)).now

    assert after - before == timedelta(days=1, seconds=30)


def test_its_clock_can_be_stopped_and_run_again(demo: DemoAmazon) -> None:
    stopped = set_speed(demo, 0)
    running = set_speed(demo, 2)

    assert stopped.frozen
    assert (running.frozen, running.speed) == (False, 2.0)


def test_a_demo_can_be_started_at_another_speed(demo_settings: Settings) -> None:
    with closing(DemoAmazon(demo_settings, speed=3600)) as fast:
        assert fast.clock().speed == 3600


def test_time_does_not_go_back(demo: DemoAmazon) -> None:
    with pytest.raises(InvalidInput, match="only goes forward"):
        demo.step(timedelta(days=-1))

    with pytest.raises(InvalidInput, match="Speed must be above 0"):
        set_speed(demo, -5)


def test_a_demo_that_was_closed_says_so(demo: DemoAmazon) -> None:
    demo.close()

    with pytest.raises(ConnectionFailed, match="doesn't answer") as caught:
        demo.clock()

    assert "Start the program again" in caught.value.advice


def test_a_control_that_fails_is_an_error(demo: DemoAmazon) -> None:
    with loopback() as sick:
        sick.replies = [Reply(503, b"")]
        demo.endpoint = sick.endpoint

        with pytest.raises(ConnectionFailed, match="HTTPStatusError"):
            demo.clock()


def test_no_proxy_stands_between_the_program_and_the_demo(
    demo_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with loopback() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.endpoint)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with closing(DemoAmazon(demo_settings)) as first:
            with closing(DemoAmazon(demo_settings)) as second:
                second.clock()
            first.clock()

    assert proxy.calls == []


def test_a_demo_goes_on_when_the_process_that_served_it_has_ended(tmp_path: Path) -> None:
    settings = Settings.from_env({"MCF_DATA_DIR": str(tmp_path)}, dotenv=None)
    first = DemoAmazon(settings)
    second = DemoAmazon(settings)
    first.close()
    with pytest.raises(ConnectionFailed):
        second.clock()

    second.revive()

    assert second.clock().now is not None
    second.revive()
    second.close()
