"""What stands around every page."""

from __future__ import annotations

import ast
import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import streamlit as st
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from mcf.errors import ServiceUnavailable, StoreError
from mcf.service import MCFService
from pages.frame import entrance
from pages.parts.common import places
from tests.pages.conftest import ROOT, open_page, texts

PAGES = [
    (places.TODAY, "Today"),
    (places.INVENTORY, "Inventory"),
    (places.NEW_ORDER, "New order"),
    (places.TRACKING, "Tracking"),
    (places.CONNECTION, "Connection"),
]


@pytest.mark.parametrize(("path", "title"), PAGES)
def test_every_page_is_shown_inside_the_frame(program: MCFService, path: str, title: str) -> None:
    at = open_page(path)

    assert not at.exception
    assert [t.value for t in at.title] == [title]
    assert "Demo: a simulated Amazon" in texts(at)
    assert "Updated" in texts(at)


@pytest.mark.parametrize(("path", "title"), PAGES)
def test_every_page_can_be_shown_before_anything_was_read(
    empty_program: None, path: str, title: str
) -> None:
    at = open_page(path)

    assert not at.exception
    assert [t.value for t in at.title] == [title]


def test_wrong_settings_are_explained_in_place_of_the_page(
    empty_program: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMAZON_MARKETPLACE_ID", "A1PA6795UKMFR9")

    at = open_page()

    assert "can't start yet" in at.title[0].value
    assert "AMAZON_MARKETPLACE_ID" in texts(at)
    assert "AMAZON_SP_API_REGION=eu-west-1" in texts(at)


def test_a_mistake_of_the_program_is_told_without_its_details(
    program: MCFService, caplog: pytest.LogCaptureFixture
) -> None:
    def page() -> None:
        from pages.frame import desk

        desk.explain(KeyError("100 Example Street"))

    at = AppTest.from_function(page).run()

    assert "KeyError" in at.error[0].value
    assert "Example Street" not in at.error[0].value
    assert "A page stopped" in caplog.text


def test_an_error_that_stopped_a_page_comes_with_advice_and_request_id() -> None:
    def page() -> None:
        from mcf.errors import ServiceUnavailable
        from pages.frame import desk

        desk.explain(ServiceUnavailable("Amazon is down.", request_id="abc-1"))

    at = AppTest.from_function(page).run()

    assert "No usable answer came from Amazon" in at.error[0].value.replace("\\", "")
    assert ServiceUnavailable.default_advice in at.error[0].value
    said = at.caption[0].value.replace("\\", "")
    assert "abc-1" in said
    assert "Amazon's words: Amazon is down." in said


def test_trouble_of_the_background_worker_is_in_view() -> None:
    def page() -> None:
        from types import SimpleNamespace
        from typing import Any, cast

        from mcf.errors import StoreError
        from mcf.marketplaces import MARKETPLACES
        from mcf.settings import Mode
        from mcf.store.states import Subject
        from pages.parts.common import frame_head

        settings = SimpleNamespace(mode=Mode.LIVE, marketplace=MARKETPLACES["ATVPDKIKX0DER"])
        fresh = SimpleNamespace(subject=Subject.ORDERS, state=None, age=None, message=None)
        service = SimpleNamespace(
            settings=settings,
            demo=None,
            trouble=StoreError("The disk is full."),
            readings=lambda: [fresh],
            progress=lambda _subject: None,
        )
        frame_head.draw(cast("Any", service), redraws=False)

    at = AppTest.from_function(page).run()

    assert "The disk is full" in texts(at)
    assert StoreError.default_advice in at.error[0].value
    assert "Live: orders really ship" in texts(at)


def test_updates_wait_only_while_the_drawing_that_opened_a_dialog_is_shown() -> None:
    def page() -> None:
        import streamlit as st

        from pages.parts.common import session

        session.dialog_opens()
        session.note_drawn((1,))
        st.markdown(f"with a dialog: {session.is_outdated((2,))}")
        session.note_drawn((1,))
        st.markdown(f"after the next drawing: {session.is_outdated((2,))}")

    at = AppTest.from_function(page).run()

    assert [m.value for m in at.markdown] == [
        "with a dialog: False",
        "after the next drawing: True",
    ]


@pytest.mark.parametrize("base", ["", "/desk"])
def test_a_page_with_a_name_tells_the_browser_where_the_server_is(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": base}.get)
    app = httpx.ASGITransport(Starlette(routes=entrance.routes()))

    async def ask(name: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=app, base_url="http://desk.example") as browser:
            return await browser.get(f"{base}/{name}")

    for name in places.ADDRESSES.values():
        # A browser's test in this process may have left its own event loop running.
        with ThreadPoolExecutor() as apart:
            answer = apart.submit(asyncio.run, ask(name)).result()

        assert answer.text.count("BACKEND_BASE_URL: new URL('.', location.href).href") == 1
        assert '<script type="module"' in answer.text
        assert answer.headers["cache-control"] == "no-cache"


SCRIPTS = sorted({ROOT / "app.py", *(ROOT / "pages" / "frame").glob("desk.py")})


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_text_stands_alone_in_a_script_as_streamlit_would_show_it(script: Path) -> None:
    statements = ast.parse(script.read_text("utf-8")).body
    alone = [it for it in statements[1:] if isinstance(it, ast.Expr | ast.JoinedStr)]

    assert alone == []


def test_every_page_takes_the_download_of_tables_away() -> None:
    style = (Path(places.FRAME).with_name("desk.css")).read_text("utf-8")

    assert '[aria-label^="Download as CSV"]) { display: none; }' in style
