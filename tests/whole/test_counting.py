"""Shows that tests which don't count lines aren't slowed by a tracer, whatever started one."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from coverage import Coverage

from tests import counting, lanes


@pytest.mark.no_cover
def test_what_does_not_count_has_no_tracer() -> None:
    with ThreadPoolExecutor() as threads:
        traced_there = threads.submit(sys.gettrace).result()

    assert (sys.gettrace(), traced_there, Coverage.current()) == (None, None, None)
    assert "COVERAGE_PROCESS_CONFIG" not in os.environ


def test_no_test_of_a_lane_counts() -> None:
    assert [file for file in lanes.LANES if not file.startswith(counting.PLACES)] == []
