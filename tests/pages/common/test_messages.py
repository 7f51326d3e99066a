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


def test_what_is_not_told_is_named_with_the_age_of_what_is_shown() -> None:
    def page() -> None:
        from datetime import timedelta

        from mcf.store.database import utc_now
        from mcf.store.states import RunState, Subject
        from mcf.sync.freshness import Freshness
        from mcf.sync.untold import Gaps
        from pages.parts.common import messages

        older = {"MUG": utc_now() - timedelta(hours=3), "*LAMP*": None}
        gaps = Gaps(older, {"*CUP*": ["product name"]})
        fresh = Freshness(
            Subject.INVENTORY, RunState.WHOLE, timedelta(5), 2, None, None, None, None, gaps
        )
        messages.draw_stale(fresh, "stock")

    at = AppTest.from_function(page).run()

    said = "Amazon lists 2 SKUs without telling all counts, so older ones are shown: "
    named = "MUG (as of 3 hours ago), \\*LAMP\\* (never told)."
    assert [box.value for box in at.warning] == [said + named]
    assert [line.value for line in at.caption] == [
        "Of 1 SKU Amazon tells a part not at all or not readably: \\*CUP\\* (product name)."
    ]


def test_one_order_that_is_not_told_is_one_order() -> None:
    def page() -> None:
        from datetime import timedelta

        from mcf.store.states import RunState, Subject
        from mcf.sync.freshness import Freshness
        from mcf.sync.untold import Gaps
        from pages.parts.common import messages

        fresh = Freshness(
            Subject.ORDERS, RunState.WHOLE, timedelta(5), 2, None, None, gaps=Gaps({"A+B": None})
        )
        messages.draw_stale(fresh, "orders")

    at = AppTest.from_function(page).run()

    assert "Amazon lists 1 order without telling more" in at.warning[0].value
    assert "A\\+B (never told)" in at.warning[0].value
