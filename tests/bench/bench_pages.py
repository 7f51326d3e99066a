"""What a page costs with a large shop: server time, bytes, memory, and time in a browser.

Run it on an idle machine: `python -m tests.bench.bench_pages [--chromium PATH] [--orders N]`
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from mcf.inventory.history import day_of
from mcf.settings import Settings
from tests.bench import warehouse
from tests.bench.printing import Row, heading, middle, say
from tests.bench.serving import ROOT, Served, Visitor
from tests.shops import store_of

RUNS = 9
WARMING = 3
"""Visits until the browser has kept what it compiled."""
DAYS = 90
"""Days of history."""
TABLE = "[data-testid=data-grid-canvas]"
EMPTY = 'import streamlit as st\n\nst.title("Empty")\n'
TABLE_ALONE = """
import pandas as pd
import streamlit as st

st.dataframe(pd.DataFrame({f"column {number}": range(50) for number in range(10)}))
"""
DRAWN_AT = """
const look = () => {
    const found = document.querySelector(%r)
    if (found && found.getBoundingClientRect().height) window.drawnAt = performance.now()
    else requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""
"""The browser's own clock: whoever asks from outside asks every half a second at times."""
WHEN_DRAWN = """async () => {
    while (!window.drawnAt) await new Promise(requestAnimationFrame)
    return window.drawnAt
}"""
"""Playwright's own way to wait is a script that the page's content security policy refuses."""
SHIFTS = """
window.shifted = 0
new PerformanceObserver(list => {
    for (const it of list.getEntries()) if (!it.hadRecentInput) window.shifted += it.value
}).observe({type: 'layout-shift', buffered: true})
"""
"""The sum of all shifts that follow no input: https://web.dev/articles/cls"""
MOST_SHIFTED = 0.1
FIRST_TABLE = 1.5
"""Seconds until the first visitor after a start sees rows."""
SETTLED = """async () => {
    const busy = '[data-testid=stSkeleton], [data-test-script-state=running]'
    for (let calm = 0; calm < 25; calm = document.querySelector(busy) ? 0 : calm + 1)
        await new Promise(done => setTimeout(done, 80))
    return window.shifted
}"""
SIZES = {"1440 px": (1440, 900), "400 px": (400, 860)}
EAGER = """
from pages.parts.common import paging, session
from pages.parts.inventory import table as stock_table

paging.WHOLE = 10**9
review = session.service().stock.review
stock_table.draw(paging.Matches(review.snapshot()), review.trends, stock_table.USUAL)
"""


@dataclass(frozen=True)
class Shop:
    """A shop's store with so many days of history, and the environment to use it."""

    folder: Path
    skus: int
    orders: int
    days: int = DAYS

    @property
    def environ(self) -> dict[str, str]:
        # Nobody answers there: what is in the store stays as it is.
        nowhere = "http://127.0.0.1:9"
        return {
            "AMAZON_SP_API_MODE": "demo",
            "AMAZON_SP_API_ENDPOINT": nowhere,
            "AMAZON_LWA_ENDPOINT": nowhere,
            "MCF_DATA_DIR": str(self.folder / f"{self.skus}-{self.orders}"),
        }

    def fill(self) -> Shop:
        settings = Settings.from_env(self.environ, dotenv=None)
        with store_of(settings) as store:
            now = datetime.now(UTC)
            warehouse.fill(store, self.skus, self.orders, now)
            warehouse.remember(store, self.days, day_of(now))
        return self

    def serve(self, script: Path = ROOT / "app.py") -> Served:
        return Served(script, self.environ)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=50_000)
    parser.add_argument("--only-shifts", action="store_true", help="a small shop in a browser")
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.only_shifts:
            heading("1,000 SKUs and 500 orders")
            _shifts(Shop(folder, 1000, 500).fill(), options.chromium)
            return
        large = Shop(folder, options.skus, options.orders).fill()
        small = Shop(folder, options.skus // 100, options.orders // 100).fill()
        empty, eager = _script(folder, "empty.py", EMPTY), _script(folder, "eager.py", EAGER)
        heading(f"{large.skus:,} SKUs and {large.orders:,} orders, {small.skus:,} and "
                f"{small.orders:,}")  # fmt: skip
        _server_time(large, small)
        _bytes(large, eager)
        _memory(large, empty)
        if options.chromium:
            _first_draw(large, options.chromium)
            middling = Shop(folder, 10_000, small.orders).fill()
            _browser(middling, folder, options.chromium)
            _shifts(small, options.chromium)


def _script(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def _server_time(large: Shop, small: Shop) -> None:
    asked = (
        ("inventory", "", f"inventory rerun, {large.skus:,} SKUs", f"{small.skus:,} SKUs"),
        ("inventory", "sku=mug+1", "the same with a search", f"{small.skus:,} SKUs"),
        ("tracking", "", f"tracking rerun, {large.orders:,} orders", f"{small.orders:,} orders"),
        ("tracking", "find=riverton", "the same with a search", f"{small.orders:,} orders"),
        ("", "", "today rerun, the large shop", "the small shop"),
    )
    with large.serve() as many, small.serve() as few:
        for page, query, what, against in asked:
            measured, base = _reruns(many, few, page, query)
            say(Row(what, against, measured * 1000, base * 1000, 2.0, "ms").line)


def _reruns(many: Served, few: Served, page: str, query: str) -> tuple[float, float]:
    """Both servers take turns, so that what disturbs one disturbs the other."""
    with Visitor(many, page) as one, Visitor(few, page) as other:
        for visitor in (one, other):
            visitor.run(query), visitor.run(query)
        pairs = [(one.run(query)[0], other.run(query)[0]) for _ in range(RUNS)]
    return middle([pair[0] for pair in pairs]), middle([pair[1] for pair in pairs])


def _bytes(large: Shop, eager: Path) -> None:
    with large.serve() as served, Visitor(served, "inventory") as visitor:
        paged = visitor.run()[1]
    with large.serve(eager) as served, Visitor(served) as visitor:
        whole = visitor.run()[1]
    if whole < large.skus * 10:
        raise RuntimeError("the eager table wasn't sent")
    what = f"bytes to the browser, inventory of {large.skus:,} SKUs"
    say(Row(what, "the eager table", paged / 1e6, whole / 1e6, 0.05, "MB").line)


def _memory(large: Shop, empty: Path) -> None:
    with Served(empty, {}) as served, _three(served, ("",)):
        base = served.megabytes
    with large.serve() as served, _three(served, ("inventory", "tracking", "")):
        measured = served.megabytes
    what = "memory of the server, three visitors"
    limit = (base + 400) / base
    say(Row(what, f"an empty app + 400 MB ({base + 400:.0f})", measured, base, limit, "MB").line)


@contextmanager
def _three(served: Served, pages: tuple[str, ...]) -> Iterator[None]:
    with ExitStack() as stack:
        for number in range(3):
            page = pages[number % len(pages)]
            visitor = stack.enter_context(Visitor(served, page))
            for _ in range(5):
                visitor.run()
        yield


def _browser(shop: Shop, folder: Path, chromium: str) -> None:
    empty, alone = _script(folder, "empty.py", EMPTY), _script(folder, "alone.py", TABLE_ALONE)
    with (
        sync_playwright() as playwright,
        shop.serve() as served,
        Served(empty, {}) as bare,
        Served(alone, {}) as lonely,
        playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser,
    ):
        visits = (
            _visits(browser, f"{served.address}/inventory", TABLE),
            _visits(browser, lonely.address, TABLE),
            _visits(browser, bare.address, "h1"),
        )
        turns = [[visit() for visit in visits] for _ in range(RUNS + WARMING)][WARMING:]
    table, floor, base = (middle(list(times)) for times in zip(*turns, strict=True))
    what = f"time to table in the browser, {shop.skus:,} SKUs"
    say(Row(what, "an empty app", table, base, 1.5, "s").line)
    say(Row("the same", "50 rows, nothing else on the page", table, floor, 1.5, "s").line)
    say(Row("50 rows, nothing else on the page", "an empty app", floor, base, 1.5, "s").line)


def _first_draw(shop: Shop, chromium: str) -> None:
    """When the first visitor after a start sees rows of the stock."""
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser,
        shop.serve() as served,
    ):
        seconds = _visits(browser, f"{served.address}/inventory", TABLE)()
    what = f"first table after a start, {shop.skus:,} SKUs"
    say(Row(what, "1 s", seconds, 1.0, FIRST_TABLE, "s").line)


def _shifts(shop: Shop, chromium: str) -> None:
    """How far each page moves under one's eyes until all of it is there."""
    sku = warehouse.stock_row(1)["seller_sku"]
    order = warehouse.order_row(1, warehouse.OPENING)["seller_fulfillment_order_id"]
    pages = {
        "today": "", "inventory": "inventory", "a SKU": f"inventory?open={sku}",
        "new order": "new_order", "tracking": "tracking", "an order": f"tracking?order={order}",
        "connection": "connection",
    }  # fmt: skip
    with (
        sync_playwright() as playwright,
        shop.serve() as served,
        playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser,
    ):
        for name, path in pages.items():
            for size, (width, height) in SIZES.items():
                context = browser.new_context(viewport={"width": width, "height": height})
                context.add_init_script(SHIFTS)
                page = context.new_page()
                page.goto(f"{served.address}/{path}")
                page.wait_for_selector("h1, h2", state="attached", timeout=60_000)
                shifted = page.evaluate(SETTLED)
                what = f"layout shift of {name} at {size}"
                say(Row(what, "1", shifted, 1.0, MOST_SHIFTED, "").line)
                context.close()


def _visits(browser: Browser, address: str, selector: str) -> Callable[[], float]:
    """A visit returns the seconds from the address to the first frame that shows the selector."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.add_init_script(DRAWN_AT % selector)

    def visit() -> float:
        page = context.new_page()
        page.goto(address)
        milliseconds = page.evaluate(WHEN_DRAWN)
        page.close()
        return milliseconds / 1000

    return visit


if __name__ == "__main__":
    main()
