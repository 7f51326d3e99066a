"""Takes the pictures in docs/ from the running program, in demo mode with a fresh shop.

Those of whole pages are in docs/images, those of the parts that pages are made of in docs/parts.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
PARTS = ROOT / "docs" / "parts"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SHOTS = {
    "today": ("", "light"),
    "inventory": ("inventory", "light"),
    "tracking": ("tracking", "light"),
    "order": ("tracking?order=SHOP-1041", "dark"),
}
HIGHEST = 260
"""Pixels of a part that are shown at most."""


def main() -> None:
    """Serves the dashboard on a free port and saves the pictures of pages and of parts."""
    for folder in (IMAGES, PARTS):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, served(data) as address, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, (path, scheme) in SHOTS.items():
            page = opened(browser, f"{address}/{path}", dark=scheme == "dark")
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
        for name, (path, place, prepare) in PARTS_OF.items():
            page = opened(browser, f"{address}/{path}")
            prepare(page)
            take(page, place, PARTS / f"{name}.png")
            page.close()
        browser.close()


def opened(browser: Browser, address: str, *, dark: bool = False) -> Page:
    """A page that stands still."""
    page = browser.new_page(
        viewport={"width": 1280, "height": 1100},
        color_scheme="dark" if dark else "light",
        timezone_id="America/New_York",
    )
    page.goto(address)
    settle(page)
    return page


def take(page: Page, place: str, path: Path) -> None:
    """Saves the first thing at a place, as high as is needed to know it, in few colours."""
    box = page.locator(place).first.bounding_box()
    if box is None:
        raise LookupError(f"{path.name}: nothing is at {place}")
    edge = 8
    page.screenshot(
        path=path,
        clip={
            "x": max(0, box["x"] - edge),
            "y": max(0, box["y"] - edge),
            "width": min(box["width"], 1180) + 2 * edge,
            "height": min(box["height"], HIGHEST) + 2 * edge,
        },
    )
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(256).save(path, optimize=True)


def as_it_is(_: Page) -> None:
    """Nothing is done before the picture."""


def wrong_zip(page: Page) -> None:
    """Types a ZIP code that can't be one."""
    field = page.get_by_label("ZIP code", exact=True)
    field.fill("981")
    field.press("Tab")
    page.wait_for_timeout(2_500)


def note_saved(page: Page) -> None:
    """Sets how long claims are taken, which is answered with a toast."""
    page.get_by_text("How long claims are taken").click()
    page.get_by_role("button", name="Save").click()
    page.wait_for_timeout(2_500)


@contextmanager
def served(data: str) -> Iterator[str]:
    """The address of a dashboard of its own in demo mode; stopped afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("AMAZON_", "MCF_"))}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true",
               "--server.address", "127.0.0.1", "--server.port", str(port)]  # fmt: skip
    with subprocess.Popen(
        command, cwd=ROOT, env={**environ, "MCF_DATA_DIR": data, "AMAZON_SP_API_MODE": "demo"}
    ) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(address: str, seconds: float = 60) -> None:
    """Returns when the address answers; raises TimeoutError."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(address)


def settle(page: Page) -> None:
    """Returns when the data was read from Amazon once and the page stands still."""
    page.get_by_text("Updated").first.wait_for(timeout=120_000)
    page.wait_for_timeout(4_000)


PARTS_OF: dict[str, tuple[str, str, Callable[[Page], None]]] = {
    "head": ("", ".st-key-frame-head", as_it_is),
    "line": ("", "[class*='st-key-concern_']", as_it_is),
    "figures": ("inventory", "[class*='st-key-strip-']", as_it_is),
    "chips": ("tracking", ".st-key-funnel", as_it_is),
    "table": ("tracking", "[data-testid=stDataFrame]", as_it_is),
    "trouble": ("tracking?order=SHOP-1042", ".st-key-why", as_it_is),
    "field": ("new_order", ".st-key-group-Recipient", wrong_zip),
    "toast": ("tracking?view=Deadlines", ".st-key-notice", note_saved),
    "empty": ("tracking?find=nobody", "[data-testid=stAlert]", as_it_is),
}
"""Of each part: the page, where it is there, and what is done first."""


if __name__ == "__main__":
    main()
