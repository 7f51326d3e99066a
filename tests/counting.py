"""Which tests count the lines that they run: counting costs a test nearly as much again."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import is_hypothesis_test

PLACES = (
    "tests/browser/",
    "tests/chaos/",
    "tests/pages/",
    "tests/whole/",
    "tests/store/test_postgresql.py",
)
"""Folders and files whose tests don't count: they run no line of `mcf` that those of others don't
run as well, or can't be counted: a tracer and Playwright's greenlets spin together for ever."""

TESTS = frozenset(Path(__file__).with_name("uncounted.txt").read_text("utf-8").split())
"""Tests of other places that don't count: the dearest of those whose lines others run as well.

Found with `--cov --cov-context=test`, by taking out again and again the one that costs most for
what is lost. A test that isn't there any more does no harm, and a new one counts.
"""

CASES = 4
"""So many cases of one test count: the others run the same lines with other values."""

_COUNTS = pytest.StashKey[bool]()


def is_on(config: pytest.Config) -> bool:
    """Whether lines are counted in this session."""
    return config.pluginmanager.hasplugin("_cov")


def choose(items: Iterable[pytest.Item]) -> None:
    """Settles for each test of the session whether it counts."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        item.stash[_COUNTS] = False
        if _may_count(item):
            cases[_test_of(item)].append(item)
    for same in cases.values():
        for part in range(CASES):
            same[part * (len(same) - 1) // (CASES - 1)].stash[_COUNTS] = True


def counts(item: pytest.Item) -> bool:
    """Whether a test counts."""
    return item.stash.get(_COUNTS, True)


def _may_count(item: pytest.Item) -> bool:
    """Whether it's none of those that never count.

    Properties are: what they run, examples do, and they run it a hundred times.
    """
    return not (
        item.nodeid.startswith(PLACES)
        or _test_of(item) in TESTS
        or item.get_closest_marker("no_cover")
        or is_hypothesis_test(getattr(item, "obj", None))
    )


def _test_of(item: pytest.Item) -> str:
    """The name of a test without its case."""
    return item.nodeid.partition("[")[0]


def stop() -> None:
    """Counts nothing more in this process, its threads and the processes that it starts."""
    # There may be more than one: a worker of xdist has that of its interpreter's start, too, which
    # goes on when the one above it stops.
    while (counting := Coverage.current()) is not None:
        counting.stop()
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
