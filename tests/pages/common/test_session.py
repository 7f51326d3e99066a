"""What a visitor's session remembers, where a browser is a moment behind."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.common import session
from tests.pages.conftest import open_page, texts


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
