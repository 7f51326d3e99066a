"""Which tests go to one worker, one after another: what they share is dear, or a core is full."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

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
"""Files by lane; any other test is its own. The marks of xdist do nothing with pytest 9.2."""


class Lanes(LoadScopeScheduling):
    """Gives a lane to one worker as a whole, the longest lanes first."""

    def _split_scope(self, nodeid: str) -> str:
        return LANES.get(nodeid.partition("::")[0], nodeid)
