"""Shows that tests which don't count lines aren't slowed by a tracer, whatever started one."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from coverage import Coverage


@pytest.mark.no_cover
def test_what_does_not_count_has_no_tracer() -> None:
    with ThreadPoolExecutor() as threads:
        traced_there = threads.submit(sys.gettrace).result()

    assert (sys.gettrace(), traced_there, Coverage.current()) == (None, None, None)
    assert "COVERAGE_PROCESS_CONFIG" not in os.environ
