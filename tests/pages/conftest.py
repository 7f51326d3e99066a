"""The whole program in Streamlit's AppTest, over the simulated Amazon of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from mcf.access.actor import MACHINE, Actor, acting_now
from mcf.access.roles import ROLES, Role
from mcf.access.room import Access
from mcf.concerns import Urgency
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from pages.parts.common import places, session
from pages.parts.home.concerns import ALIKE
from tests.shops import KeptStore
from tests.waiting import PATIENCE

ROOT = Path(__file__).parent.parent.parent


def pytest_itemcollected(item: pytest.Item) -> None:
    """A part of the tests that draw pages is enough for `make test`: each draws for a second."""
    if "empty_program" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.part(of=3))


@pytest.fixture
def empty_program(
    settings: Settings,
    simulator: Simulator,
    unthrottled: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """The environment of a program that has never read from Amazon."""
    monkeypatch.setenv("AMAZON_SP_API_ENDPOINT", simulator.endpoint)
    monkeypatch.setenv("AMAZON_SP_API_MODE", "demo")
    monkeypatch.setenv("MCF_DATA_DIR", str(settings.data_dir))
    yield
    st.cache_resource.clear()


@pytest.fixture(scope="session", autouse=True)
def _components() -> Iterator[None]:
    """The components of installed packages, looked for once: every AppTest looks for them anew."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture
def program(empty_program: None, filled: MCFService, monkeypatch: pytest.MonkeyPatch) -> MCFService:
    """The environment of a program that has read everything; its store, to arrange and look.

    The program that a page opens has no background worker: it would read again what a test
    arranges. Tests of what the worker does for a page take `empty_program`.
    """
    monkeypatch.setattr(MCFService, "start", lambda opened: opened)
    return filled


def open_page(path: str = places.TODAY, **query: str | list[str]) -> AppTest:
    """The page as a visitor's browser shows it, with what comes a moment after its table."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.query_params.update(query)
    if path in places.ADDRESSES:
        # As a link opens it: `switch_page` would need the first page to be drawn before.
        at._page_hash = calc_hash(places.ADDRESSES[path])
    at.run()
    return at.run() if path == places.INVENTORY else at


def unfold(at: AppTest, *keys: str) -> AppTest:
    """The page with what is folded under these keys."""
    for key in keys:
        at.session_state[key] = True
    return at.run()


def all_concerns() -> AppTest:
    """The first page with every line of what needs a hand, those that stand together too."""
    groups = (f"group_{urgency.name}_{kind}" for urgency in Urgency for kind in ALIKE)
    at = open_page()
    for button in [it for it in at.button if (it.key or "").startswith("more_")]:
        at = button.click().run()
    return unfold(at, "more_SOON", *groups)


def links(at: AppTest) -> list[str]:
    """The words of all links on the page, without the marks of Markdown."""
    words = (link.proto.label for link in at.get("page_link"))
    return [text.split("] ")[-1].replace("\\", "").replace("*", "") for text in words]


def texts(at: AppTest) -> str:
    """All that is said on the page, in one string, without the marks of Markdown."""
    kinds = ("title", "header", "markdown", "caption", "info", "warning", "error", "success")
    said = "\n".join(str(element.value) for kind in kinds for element in at.get(kind))
    for table in at.table:
        said += "".join(f"\n{name}: {row[0]}" for name, *row in table.value.itertuples())
    return said.replace("\\", "").replace(":red[]", "")


HISTORY = 12
"""Days of which the stock is known."""


@pytest.fixture
def calm(program: MCFService) -> MCFService:
    """A program that was read once, and whose pages read nothing by themselves."""
    assert program._store.lease("background reads").take()
    _tell_the_time(program)
    return program


@pytest.fixture(scope="session")
def kept_history() -> KeptStore:
    """The store after HISTORY days of reading the small shop, for all tests."""
    return KeptStore()


@pytest.fixture
def known(
    empty_program: None,
    settings: Settings,
    simulator: Simulator,
    kept_history: KeptStore,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MCFService]:
    """The same with a history of its stock."""
    monkeypatch.setattr(MCFService, "start", lambda opened: opened)
    path = settings.home / "mcf.sqlite3"
    is_laid = kept_history.lay(path)
    with MCFService(settings) as opened:
        if is_laid:
            simulator.clock.step(timedelta(days=HISTORY - 1))
            # Its first answer tells a program what Amazon's time is.
            opened.connection.client.get_inventory_summaries(seller_skus=["NONE"])
            _tell_the_time(opened)
        else:
            opened.sync()
            step_days(opened, simulator, HISTORY - 1)
            kept_history.keep(path)
        yield opened


def step_days(program: MCFService, simulator: Simulator, days: int) -> None:
    """Lets days pass, with a reading on each."""
    for _ in range(days):
        simulator.clock.step(timedelta(days=1))
        program._sync.inventory(full=True)
    _tell_the_time(program)


def _tell_the_time(program: MCFService) -> None:
    """Lets the pages' service know Amazon's time, as its first reading would."""
    session.service().stock.refresh([program.inventory()["seller_sku"].iloc[0]])


Be = Callable[[Role], Actor]


@pytest.fixture
def be(monkeypatch: pytest.MonkeyPatch) -> Be:
    """Makes whoever opens a page somebody with a role, as if they had signed in."""
    last = [MACHINE]
    needed = property(lambda _: True, lambda *_: None)
    monkeypatch.setattr(Access, "actor", lambda _: acting_now() or last[-1])
    monkeypatch.setattr(Access, "needs_sign_in", needed, raising=False)

    def somebody(role: Role) -> Actor:
        last.append(Actor(f"p-{role}", ROLES[role], role, email=f"{role}@shop"))
        return last[-1]

    return somebody
