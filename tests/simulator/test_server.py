"""Starting, stopping, and serving for as long as the process lives."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading

import httpx
import pytest

from mcf.simulator import Simulator
from tests.simulator.seller import OPENING, Api

SERVE = """
import sys
from mcf.simulator import Simulator
sim = Simulator(orders=0, port=int(sys.argv[1]))
print(sim.endpoint, flush=True)
sim.serve_forever()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_line(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().decode().strip()


def patient_get(url: str) -> httpx.Response:
    """The answer of a server that may still be starting."""
    transport = httpx.HTTPTransport(retries=8)
    with httpx.Client(transport=transport, trust_env=False) as client:
        return client.get(url)


def test_it_serves_for_as_long_as_its_process_lives() -> None:
    port = free_port()
    command = [sys.executable, "-c", SERVE, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            endpoint = first_line(process)
            health = patient_get(f"{endpoint}/_simulator/health")
        finally:
            process.terminate()

    assert endpoint == f"http://127.0.0.1:{port}"
    assert health.json()["status"] == "ok"


def test_it_cannot_be_started_twice() -> None:
    with Simulator(orders=0) as simulator, pytest.raises(RuntimeError, match="running already"):
        simulator.start()


def test_stopping_what_was_never_started_is_no_mistake() -> None:
    simulator = Simulator(orders=0)
    simulator.stop()

    assert len(simulator.world.orders) == 0


def test_a_port_in_use_is_an_error() -> None:
    with Simulator(orders=0) as first:
        port = int(first.endpoint.rpartition(":")[2])

        with pytest.raises(OSError, match="in use"):
            Simulator(orders=0, port=port).start()


def test_many_clients_at_once_get_what_they_ordered(api: Api) -> None:
    threads = [threading.Thread(target=place_some, args=(api, number)) for number in range(4)]
    start_and_join(threads)

    placed = [order_id for order_id in api.sim.world.orders if order_id.startswith("P-")]
    assert len(placed) == 20
    api.sim.world.check()


def place_some(api: Api, number: int) -> None:
    for each in range(5):
        api.place(f"P-{number}-{each}")
        api.wait(minutes=each)


def start_and_join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_opening_time_is_the_clocks_first() -> None:
    assert Simulator(start=OPENING, orders=0, frozen=True).clock.now() == OPENING
