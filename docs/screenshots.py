"""Takes the pictures in docs/images from the running program, in demo mode with a fresh shop."""

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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SHOTS = {
    "today": ("", "light"),
    "inventory": ("inventory", "light"),
    "tracking": ("tracking", "light"),
    "order": ("tracking?order=SHOP-1041", "dark"),
}


def main() -> None:
    """Serves the dashboard on a free port and saves a picture per entry of SHOTS."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, served(data) as address, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, (path, scheme) in SHOTS.items():
            page = browser.new_page(
                viewport={"width": 1280, "height": 1100},
                color_scheme="dark" if scheme == "dark" else "light",
                timezone_id="America/New_York",
            )
            page.goto(f"{address}/{path}")
            settle(page)
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
        browser.close()


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


if __name__ == "__main__":
    main()
