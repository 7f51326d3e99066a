"""Which tests count the lines that they run: counting costs a test nearly as much again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import is_hypothesis_test

PLACES = (
    "tests/browser/",
    "tests/chaos/",
    "tests/pages/",
    "tests/whole/",
    "tests/inventory/test_review.py",
    "tests/store/test_postgresql.py",
)
"""Folders and files whose tests don't count: they run no line of `mcf` that those of others don't
run as well, or can't be counted: a tracer and Playwright's greenlets spin together for ever."""

TESTS = frozenset(Path(__file__).with_name("uncounted.txt").read_text("utf-8").split())
"""Tests of other places that don't count: the dearest of those whose lines others run as well.

Found with `--cov --cov-context=test`, by taking out again and again the one that costs most for
what is lost. A test that isn't there any more does no harm, and a new one counts.
"""


def is_on(config: pytest.Config) -> bool:
    """Whether lines are counted in this session."""
    return config.pluginmanager.hasplugin("_cov")


def counts(item: pytest.Item) -> bool:
    """Whether a test counts.

    Properties don't: what they run, examples do, and they run it a hundred times.
    """
    return not (
        item.nodeid.startswith(PLACES)
        or item.nodeid.partition("[")[0] in TESTS
        or item.get_closest_marker("no_cover")
        or is_hypothesis_test(getattr(item, "obj", None))
    )


def stop() -> None:
    """Counts nothing more in this process, its threads and the processes that it starts."""
    # There may be more than one: a worker of xdist has that of its interpreter's start, too, which
    # goes on when the one above it stops.
    while (counting := Coverage.current()) is not None:
        counting.stop()
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
