"""Which tests count the lines that they run: counting costs a test nearly as much again."""

from __future__ import annotations

import os

import pytest
from coverage import Coverage
from hypothesis import is_hypothesis_test

UNCOUNTED = (
    "tests/browser/",
    "tests/chaos/",
    "tests/pages/",
    "tests/whole/",
    "tests/store/test_postgresql.py",
)
"""Folders and files whose tests run no line of `mcf` that those of others don't run as well, or
that can't be counted: a tracer and the greenlets of Playwright spin together for ever."""


def is_on(config: pytest.Config) -> bool:
    """Whether lines are counted in this session."""
    return config.pluginmanager.hasplugin("_cov")


def is_counted(item: pytest.Item) -> bool:
    """Whether a test is one of those that count.

    Properties aren't: what they run, examples do, and they run it a hundred times.
    """
    return not (
        item.nodeid.startswith(UNCOUNTED)
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
