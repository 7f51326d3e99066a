"""What stands in place of a table without rows."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def test_an_account_without_stock_is_told_so() -> None:
    def page() -> None:
        from datetime import timedelta

        from mcf.store.states import RunState, Subject
        from mcf.sync.freshness import Freshness
        from pages.parts.common import messages

        age = timedelta(seconds=5)
        fresh = Freshness(Subject.INVENTORY, RunState.WHOLE, age, 0, None, None)
        messages.draw_empty(fresh, "stock", "There is none.")

    at = AppTest.from_function(page).run()

    assert at.info[0].value == "There is none."


def test_stock_that_was_never_read_is_not_called_empty() -> None:
    def page() -> None:
        from mcf.store.states import RunState, Subject
        from mcf.sync.freshness import Freshness
        from pages.parts.common import messages

        fresh = Freshness(Subject.INVENTORY, RunState.RUNNING, None, 0, None, None)
        messages.draw_empty(fresh, "stock", "There is none.")

    at = AppTest.from_function(page).run()

    assert "Reading stock from Amazon" in at.info[0].value


@pytest.mark.parametrize("kind", ["success", "info", "warning", "error"])
def test_every_kind_of_notice_stays_until_it_is_put_away(kind: str) -> None:
    def page(kind: str) -> None:
        from pages.parts.common import messages, session

        if "told" not in session.state():
            session.state()["told"] = True
            session.tell(kind, "This has changed.")
        messages.draw_notice()

    at = AppTest.from_function(page, args=(kind,)).run()
    told = [box.value for box in at.get(kind)]
    at.button(key="notice_ok").click().run()

    assert told == ["This has changed\\."]
    assert not at.get(kind)
