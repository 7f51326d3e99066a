"""The same seed and start give the same answers to the last byte."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mcf.simulator import Simulator
from tests.simulator.seller import OPENING, OUTBOUND, OUTBOUND_2026, Api, line

DIGEST = "from tests.simulator.whole.test_determinism import day; print(day(seed=7))"


def day(**options: Any) -> str:
    """A digest of everything answered in a busy day."""
    with Simulator(start=OPENING, frozen=True, throttle=False, **options) as simulator:
        api = Api(simulator)
        digest = hashlib.sha256()
        for content in busy_day(api):
            digest.update(content)
        api.http.close()
    return digest.hexdigest()


def busy_day(api: Api) -> Iterator[bytes]:
    """Everything answered, headers included."""
    for number in range(5):
        yield shown(api.place(f"D-{number}", items=[line(quantity=number + 1)]))
        api.wait(hours=5 * number)
        yield shown(api.get(f"{OUTBOUND}/fulfillmentOrders"))
        yield shown(api.get(f"{OUTBOUND_2026}/orders"))
        yield shown(api.inventory(details="true"))
        yield shown(api.get(f"{OUTBOUND}/fulfillmentOrders/D-{number}"))
    for number in sorted(api.sim.world.packages):
        yield shown(api.get(f"{OUTBOUND}/tracking", packageNumber=number))


def shown(response: Any) -> bytes:
    """What was answered; links to pictures lead to the server's own port."""
    content = response.content.replace(response.url.netloc, b"simulator")
    headers = {**response.headers, "content-length": str(len(content))}
    return repr(sorted(headers.items())).encode() + content


def test_two_runs_with_one_seed_are_identical() -> None:
    assert day(seed=7) == day(seed=7)


def test_another_seed_is_another_world() -> None:
    assert day(seed=7) != day(seed=8)


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_a_run_in_another_process_is_identical(hash_seed: str) -> None:
    process = subprocess.run(
        [sys.executable, "-c", DIGEST],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": hash_seed, "TZ": "Asia/Tokyo"},
    )

    assert process.stdout.strip() == day(seed=7)


@contextmanager
def opened(**options: Any) -> Iterator[Api]:
    with Simulator(start=OPENING, frozen=True, throttle=False, **options) as simulator:
        api = Api(simulator)
        yield api
        api.http.close()


def walk(api: Api, hours: int) -> None:
    for _ in range(hours):
        api.wait(hours=1)
        api.inventory()


def test_the_clock_in_one_leap_or_in_many_steps_leads_to_the_same_day() -> None:
    with opened() as leaping, opened() as walking:
        leaping.wait(days=2)
        walk(walking, hours=48)

        assert (
            leaping.inventory(details="true").json()["payload"]
            == (walking.inventory(details="true").json()["payload"])
        )
