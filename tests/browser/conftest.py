"""The program as `make run` serves it, and a real browser in front of it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.waiting import PATIENCE

ROOT = Path(__file__).parent.parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

_CALM = """async () => {
    const busy = '[data-testid=stSkeleton], [data-test-script-state=running]'
    for (let calm = 0; calm < 8; calm = document.querySelector(busy) ? 0 : calm + 1)
        await new Promise(done => setTimeout(done, 80))
}"""


def calm(page: Page) -> None:
    """Ends when nothing more is drawn; between two drawings there's a moment without a mark."""
    page.evaluate(_CALM)


def seen(place: Locator, timeout: float | None = None) -> None:
    """Returns when it's to be seen; while a page is drawn anew it may be there twice."""
    expect(place.filter(visible=True).first).to_be_visible(timeout=timeout)


def only(place: Locator) -> Locator:
    """The same as soon as there's just one: an old drawing of it goes a moment later."""
    expect(place).to_have_count(1)
    return place


def type_into(page: Page, label: str, text: str) -> Locator:
    """Puts a text into a field and leaves it."""
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")
    return field


def choose(page: Page, label: str, text: str) -> None:
    """Chooses the option of a list that begins with this text, as typing and Enter do."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(text)
    page.get_by_role("option").first.wait_for()
    box.press("Enter")


@dataclass
class Server:
    """A server of the dashboard with a data folder of its own; can be killed and started again."""

    data: Path
    port: int
    environ: Mapping[str, str] = field(default_factory=dict)
    """Where its Amazon is; its own simulator if nothing is told."""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def start(self) -> None:
        own = {"MCF_DATA_DIR": str(self.data), "AMAZON_SP_API_MODE": "demo"}
        rest = {k: v for k, v in os.environ.items() if not k.startswith(("AMAZON_", "MCF_"))}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true",
                   "--server.address", "127.0.0.1", "--server.port", str(self.port)]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**rest, **own, **self.environ},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(timeout=30)
            self.process = None

    def _wait(self) -> None:
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            try:
                with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2):  # noqa: S310
                    return
            except OSError:
                time.sleep(0.2)
        pytest.fail(f"The server didn't start:\n{self.log.read_text()}")


@contextmanager
def served(data: Path, environ: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server that nobody has visited yet; killed afterwards."""
    made = Server(data, _port(), environ or {})
    made.start()
    try:
        yield made
    finally:
        made.kill()


_ports: list[int] = []


def _port() -> int:
    """A free port; that of an earlier server if it has gone, whose scripts the browser has kept."""
    for known in [*_ports, 0]:
        with socket.socket() as probe, suppress(OSError):
            # As the server does: a port on which only old connections end is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", known))
            port = int(probe.getsockname()[1])
            _ports.extend({port} - set(_ports))
            return port
    pytest.fail("This machine has no free port.")


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A headless Chromium, without what only a window on a screen needs if there's one."""
    path = shutil.which("chromium-headless-shell") or request.getfixturevalue("chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def visitor(browser: Browser) -> BrowserContext:
    """A visitor in New York: to compile Streamlit's scripts for each test cost most of them."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000},
        timezone_id="America/New_York",
        reduced_motion="reduce",
    )
    context.set_default_timeout(120_000)
    expect.set_options(timeout=120_000)
    return context


@contextmanager
def tab_of(visitor: BrowserContext) -> Iterator[Page]:
    """A tab; what the visitor keeps and all tabs that were opened since go with it."""
    others = set(visitor.pages)
    page = visitor.new_page()
    try:
        yield page
    finally:
        visitor.clear_cookies()
        if page.url.startswith("http"):
            kept = {"origin": page.evaluate("location.origin"), "storageTypes": "local_storage"}
            visitor.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
        for opened in set(visitor.pages) - others:
            opened.close()


@pytest.fixture
def page(visitor: BrowserContext) -> Iterator[Page]:
    """A tab of a visitor who has never been here."""
    with tab_of(visitor) as opened:
        yield opened
