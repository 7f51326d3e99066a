"""In which order tests run and which go to one worker, because what they share is dear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests import counting

LANES = {
    "tests/browser/test_access.py": "browser 1",
    "tests/browser/test_review.py": "browser 1",
    "tests/browser/test_strangers.py": "browser 1",
    "tests/browser/test_browser.py": "browser 2",
    "tests/browser/test_new_order.py": "browser 2",
    "tests/browser/test_tracking.py": "browser 2",
    "tests/pages/whole/test_year.py": "year",
    "tests/whole/test_one_truth.py": "truth",
    "tests/inventory/test_review.py": "review",
}
"""Files by lane; any other test is its own. The marks of xdist do nothing with pytest 9.2.

None of them counts lines: a lane of which a part does would end the counting in its worker.
"""


def lane_of(nodeid: str) -> str:
    """The name of a test's lane."""
    return LANES.get(nodeid.partition("::")[0], nodeid)


def in_turn(items: Sequence[pytest.Item], *, counted: bool) -> list[pytest.Item]:
    """If lines are counted, first what counts them; in that the longest lanes, then the rest alike.

    A worker counts until the first test that doesn't: threads that live longer than a test, as a
    simulator's do, are not counted again once it has stopped.
    """
    lengths = dict.fromkeys(LANES.values(), 0)
    for item in items:
        if (lane := lane_of(item.nodeid)) in lengths:
            lengths[lane] += 1
    return sorted(
        items,
        key=lambda item: (
            counted and not counting.counts(item),
            -lengths.get(lane_of(item.nodeid), 0),
        ),
    )


class Lanes(LoadScopeScheduling):
    """Gives a lane to one worker as a whole, each test in its turn."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False
        self._places: dict[str, int] = {}

    def _split_scope(self, nodeid: str) -> str:
        return lane_of(nodeid)

    def _assign_work_unit(self, node: Any) -> None:
        """Sends a lane without looking each of its tests up in the list of ten thousand."""
        if not self._places:
            self._places = {nodeid: at for at, nodeid in enumerate(self.collection or ())}
        lane, tests = self.workqueue.popitem(last=False)
        self.assigned_work[node][lane] = tests
        node.send_runtest_some([self._places[nodeid] for nodeid in tests if not tests[nodeid]])

    def mark_test_complete(self, node: Any, item_index: int, *_: float) -> None:
        """Forgets lanes that are done: xdist counts what is left in them after every test."""
        nodeid = self.registered_collections[node][item_index]
        lane = self._split_scope(nodeid)
        tests = self.assigned_work[node][lane]
        tests[nodeid] = True
        if all(tests.values()):
            del self.assigned_work[node][lane]
        self._reschedule(node)
