"""What the tests of files on a page share."""

from __future__ import annotations

import pytest

from pages.parts.order_files import plan, send
from tests.waiting import PATIENCE


@pytest.fixture(autouse=True)
def _no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page waits until its file is checked or sent, and doesn't show how far it is meanwhile."""
    monkeypatch.setattr(plan, "_AT_ONCE", PATIENCE)
    monkeypatch.setattr(send, "_AT_ONCE", PATIENCE)
