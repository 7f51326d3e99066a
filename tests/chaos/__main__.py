"""The long trial: `make chaos`, or `python -m tests.chaos` with the same variables.

CHAOS_SEEDS, CHAOS_ORDERS, CHAOS_KILLS, CHAOS_AT_ONCE and CHAOS_RATES change it; the exit code is 1
when an order was lost, doubled, changed or misreported. What the program wrote is then kept.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import click

from tests.chaos.trial import Outcome, Plan, run

HEADER = ("seed", "orders", "kills", "runs", "calls", "faults", "429", "seconds", "violations")
SHOWN = 20
"""Violations of a seed that are told one by one."""
LINE = "{:>8} {:>7} {:>6} {:>5} {:>7} {:>7} {:>4} {:>8}  {}"


def main() -> None:
    seeds = os.environ.get("CHAOS_SEEDS", "1").split()
    click.echo(f"seeds: {' '.join(seeds)}")
    folder = Path(tempfile.mkdtemp(prefix="mcf-chaos-"))
    outcomes = [_run(int(seed), folder / f"seed-{seed}") for seed in seeds]
    _show(outcomes)
    if any(outcome.violations for outcome in outcomes):
        click.echo(f"What the programs wrote is in {folder}", err=True)
        sys.exit(1)
    shutil.rmtree(folder)


def _run(seed: int, folder: Path) -> Outcome:
    plan = Plan(
        seed=seed,
        orders=int(os.environ.get("CHAOS_ORDERS", "200")),
        kills=int(os.environ.get("CHAOS_KILLS", "50")),
        at_once=int(os.environ.get("CHAOS_AT_ONCE", "1")),
        rates=float(os.environ.get("CHAOS_RATES", "30")),
    )
    click.echo(f"{plan}")
    outcome = run(plan, folder)
    for violation in outcome.violations[:SHOWN]:
        click.echo(f"seed {seed}: {violation}", err=True)
    return outcome


def _show(outcomes: list[Outcome]) -> None:
    click.echo(LINE.format(*HEADER))
    for each in outcomes:
        plan = each.plan
        facts = (plan.seed, plan.orders, each.kills, each.runs, each.calls, f"{each.share:.0%}",
                 each.plan_refusals.total(), f"{each.seconds:.0f}",
                 len(each.violations) or "none")  # fmt: skip
        click.echo(LINE.format(*facts))
    faults = sum((each.faults for each in outcomes), Counter[str]())
    click.echo("faults: " + ", ".join(f"{name} {count}" for name, count in faults.most_common()))


main()
