"""Tab presses from the first box of an order to its button, and where the button stands.

Run it: `python -m tests.bench.bench_typing [--chromium PATH]`
"""

from __future__ import annotations

import argparse
import shutil
import tempfile

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.printing import say
from tests.bench.serving import ROOT, Served

SIZES = ((1440, 900), (1280, 900), (400, 860))
MOST = 40
TYPED = {
    "Paste an address, or type a name": "Ada Keys",
    "Street and number": "100 Example Street",
    "City": "Springfield",
    "State": "IL",
    "ZIP code": "62701",
    "Units": "1",
}
FOCUSED = """() => document.activeElement.getAttribute("aria-label")
    || document.activeElement.innerText"""


def main() -> None:
    """Measures and prints, a line for each size of the window."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--chromium", default=shutil.which("chromium"))
    chosen = arguments.parse_args()
    say("| window | Tabs to Ship | y of Ship in the window |")
    say("|---|---|---|")
    with (
        tempfile.TemporaryDirectory() as data,
        Served(ROOT / "app.py", {"MCF_DATA_DIR": data, "AMAZON_SP_API_MODE": "demo"}) as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chosen.chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for size in SIZES:
            say(measured(browser, served, *size))
        browser.close()


def measured(browser: Browser, served: Served, width: int, height: int) -> str:
    """A line of the table."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(f"{served.address}/new_order")
    page.get_by_label("Paste an address, or type a name").wait_for()
    page.locator("textarea:focus").wait_for()
    tabs = tabs_to_ship(page)
    at = page.get_by_role("button", name="Ship this order").bounding_box()
    context.close()
    return f"| {width} x {height} | {tabs} | {at['y'] if at else 'out of view'} |"


def tabs_to_ship(page: Page) -> int:
    """How often Tab is pressed until the button has the cursor, filling in on the way."""
    for tabs in range(MOST):
        name = page.evaluate(FOCUSED).strip()
        if "Ship this order" in name:
            return tabs
        if name in TYPED:
            page.keyboard.press("Control+a")
            page.keyboard.type(TYPED[name])
        if name == "Product":
            page.keyboard.type("can ship")
            page.get_by_role("option").first.wait_for()
            page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        if name == "Units":
            page.get_by_role("button", name="Ship this order").wait_for()
        page.wait_for_timeout(300)
    return MOST


if __name__ == "__main__":
    main()
