"""The simulator's document names everything there is, and its example works."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from mcf.simulator.faults.kinds import KINDS
from mcf.simulator.http import OPERATIONS
from mcf.simulator.world.lifecycle import TRANSITIONS
from mcf.simulator.world.orders import Fate

TEXT = (Path(__file__).parents[3] / "docs" / "simulator.md").read_text("utf-8")
LIFE = re.findall(r"^\| (\w+) \| ([\w, ]+) \| ", TEXT.split("## An order's life")[1], re.MULTILINE)


@pytest.mark.parametrize("name", [*(each.name for each in OPERATIONS), *KINDS])
def test_every_operation_and_fault_is_documented(name: str) -> None:
    assert f"`{name}`" in TEXT


@pytest.mark.parametrize("fate", [each for each in Fate if each is not Fate.ORDINARY])
def test_every_fate_of_a_parcel_is_documented(fate: Fate) -> None:
    assert fate.value in TEXT


@pytest.mark.parametrize(
    ("origin", "end"), [(origin, end) for origin, ends in LIFE[1:9] for end in ends.split(", ")]
)
def test_every_documented_way_of_an_order_is_in_the_table(origin: str, end: str) -> None:
    table = {start.value: {each.value for each in ways} for start, ways in TRANSITIONS.items()}

    assert end in table[origin]


def test_the_example_runs_with_a_client_in_it(tmp_path: Path) -> None:
    example = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    client = "[sim.requests.add('createFulfillmentOrder', 'POST', '/', 200) for _ in range(2)]"

    (tmp_path / "example.py").write_text(example[1].replace("...", client, 1))

    runpy.run_path(str(tmp_path / "example.py"))
