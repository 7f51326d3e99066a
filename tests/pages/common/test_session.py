"""What a visitor's session remembers, where a browser is a moment behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.common import session
from tests.pages.conftest import open_page, texts

PAGES = Path(session.__file__).parents[2]


def _two_drawings() -> None:
    import streamlit as st

    from pages.parts.common import session

    session.note_drawn(())
    if "told" not in st.session_state:
        st.session_state["told"] = True
        session.ask("open", "MUG 1")
        session.ask("sent", None)
        # What a part that draws itself comes with, from a browser that hasn't been told.
        st.query_params.from_dict({"stock": "Low", "sent": "MCF-1"})
        session.redraw()


def test_what_was_asked_for_survives_a_part_that_comes_with_an_older_address() -> None:
    at = AppTest.from_function(_two_drawings).run()

    assert not at.exception
    assert dict(at.query_params) == {"stock": "Low", "open": "MUG 1"}


def _chosen_in_widgets() -> None:
    import streamlit as st

    from pages.parts.common import session

    session.follow("view", ["Deadlines"], "Orders")
    st.segmented_control(
        "View", ["Orders", "Deadlines"], key="view", required=True,
        on_change=session.asks, args=("view", "Orders"),
    )  # fmt: skip
    session.follow_text("find")
    st.text_input("Search", key="find", on_change=session.asks, args=("find", ""))
    session.follow_amount("budget")
    st.number_input(
        "Budget", value=None, key="budget", on_change=session.asks, args=("budget", None)
    )
    session.put("ended", session.asked("ended") == "True")
    st.toggle("Also the past", key="ended", on_change=session.asks, args=("ended", False))


def test_what_is_chosen_is_in_the_address_and_goes_with_it() -> None:
    at = AppTest.from_function(_chosen_in_widgets).run()
    at.text_input(key="find").set_value("mug").run()
    at.button_group(key="view").set_value("Deadlines").run()
    at.number_input(key="budget").set_value(12.5).run()
    at.toggle(key="ended").set_value(True).run()

    assert not at.exception
    asked = {"find": "mug", "view": "Deadlines", "budget": "12.5", "ended": "True"}
    assert dict(at.query_params) == asked

    at.query_params.clear()
    at.run()

    assert (at.text_input(key="find").value, at.number_input(key="budget").value) == ("", None)
    assert (at.button_group(key="view").value, at.toggle(key="ended").value) == ("Orders", False)


def test_no_widget_of_a_page_binds_itself_to_the_address() -> None:
    """Streamlit replaces the address then, so that Back leaves the page."""
    bound = [path.name for path in PAGES.rglob("*.py") if "bind=" in path.read_text("utf-8")]

    assert bound == []


def test_the_database_that_is_waited_for_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "MCF_DATABASE_URL"
    monkeypatch.setenv(name, "postgresql+psycopg://mcf:hunter2@db.example.com/mcf")
    named = session.awaited()
    monkeypatch.setenv(name, "nonsense")
    wrong = session.awaited()
    monkeypatch.delenv(name)

    assert named == "PostgreSQL at db.example.com:5432/mcf"
    assert (wrong, session.awaited()) == (None, None)


def test_a_database_that_is_not_there_is_told_on_the_page_with_what_to_do(
    empty_program: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MCF_DATABASE_URL", "postgresql+psycopg://mcf:hunter2@127.0.0.1:9/mcf")
    monkeypatch.setattr(session, "_AWAITED", session.awaited())

    at = open_page()

    assert "MCF Desk can't start yet" in texts(at)
    assert "Check that PostgreSQL runs there" in texts(at)
    assert "hunter2" not in texts(at)
