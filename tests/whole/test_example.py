"""The example ships an order in the demo, and no real one by accident."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import RoleMissing
from mcf.simulator.world.orders import Status

EXAMPLE = Path(__file__).parents[2] / "examples" / "ship_one_order.py"
LIVE = {
    "AMAZON_SP_API_MODE": "live",
    "AMAZON_SP_API_CLIENT_ID": "amzn1.application-oa2-client.made-up",
    "AMAZON_SP_API_CLIENT_SECRET": "made-up",
    "AMAZON_SP_API_REFRESH_TOKEN": "Atzr|made-up",
}


def run(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The example as a program of its own, in a folder of its own."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("AMAZON_", "MCF_"))}
    return subprocess.run(
        [sys.executable, str(EXAMPLE), *words],
        env=clean | {"MCF_DATA_DIR": str(folder / "data")} | env,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def amazon(simulator: Simulator) -> dict[str, str]:
    endpoint = simulator.endpoint
    return {"AMAZON_SP_API_ENDPOINT": endpoint, "AMAZON_LWA_ENDPOINT": f"{endpoint}/auth/o2/token"}


def shipped(simulator: Simulator) -> list[Status]:
    return [o.status for o in simulator.world.by_number if o.id.startswith("EXAMPLE-")]


def test_the_example_runs_in_the_demo_without_any_settings(tmp_path: Path) -> None:
    done = run(tmp_path, "--minutes", "0")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("One unit of ")
    assert lines[1].startswith("  Standard: ")
    assert " USD, arrives by " in lines[1]
    assert "Amazon has the order." in lines[-4]
    assert lines[-3].startswith("It is Received: ")
    assert lines[-2] == "Nothing has changed meanwhile."
    assert lines[-1].endswith(": Amazon has cancelled the order.")


def test_the_example_follows_its_order_until_the_status_changes(
    simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    simulator.clock.run(200)
    done = run(tmp_path, "--sku", sku, **amazon(simulator))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"One unit of {sku} to Springfield:")
    assert "Now it is Planning: " in done.stdout
    assert shipped(simulator) == [Status.CANCELLED]


def test_the_example_creates_nothing_in_live_mode_by_itself(
    simulator: Simulator, tmp_path: Path
) -> None:
    done = run(tmp_path, "--minutes", "0", **LIVE, **amazon(simulator))
    assert done.returncode == 1
    assert "--really-ship" in done.stderr
    assert simulator.requests.count("createFulfillmentOrder") == 0


def test_the_example_ships_in_live_mode_when_it_is_told_to(
    simulator: Simulator, tmp_path: Path
) -> None:
    done = run(tmp_path, "--minutes", "0", "--really-ship", **LIVE, **amazon(simulator))
    assert done.returncode == 0, done.stderr
    assert shipped(simulator) == [Status.CANCELLED]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--sku", "NO-SUCH-SKU"], "Amazon has no such SKU in this marketplace: check it."),
        (["--speed", "Tomorrow"], "Correct the fields named and send again"),
        (["--country", "Nowhere"], "What to do: "),
    ],
)
def test_the_example_says_what_is_wrong_and_what_to_do(
    simulator: Simulator, tmp_path: Path, words: list[str], told: str
) -> None:
    done = run(tmp_path, "--minutes", "0", *words, **amazon(simulator))
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert shipped(simulator) == []


def test_the_example_says_when_amazon_does_not_take_the_order(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.faults.add(RoleMissing(operations=["createFulfillmentOrder"]))
    done = run(tmp_path, "--minutes", "0", **amazon(simulator))
    assert done.returncode == 1
    assert "The order was not accepted." in done.stderr


def sell_out(simulator: Simulator) -> None:
    for stock in simulator.world.stocks["ATVPDKIKX0DER"].values():
        stock.sell(stock.fulfillable)


def test_the_example_says_when_there_is_no_stock(simulator: Simulator, tmp_path: Path) -> None:
    sell_out(simulator)
    done = run(tmp_path, "--minutes", "0", **amazon(simulator))
    assert done.returncode == 1
    assert "No SKU has stock." in done.stderr
