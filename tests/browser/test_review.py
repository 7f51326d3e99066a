"""The review of the stock as a person sees it, clicks through it, and walks it by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect
from playwright.sync_api import TimeoutError as NotYet

from mcf.inventory.groups import Group
from mcf.inventory.planning import Health
from mcf.service import MCFService
from mcf.settings import Settings
from pages.parts.inventory import charts
from pages.parts.orders.draft_state import SEPARATOR
from tests.bench.bench_pages import Shop
from tests.browser.conftest import calm, only, seen, served, tab_of
from tests.demos import set_speed

pytestmark = [pytest.mark.browser, pytest.mark.part(of=3)]

SKUS = 64
"""In the demo's shop."""

ROW = 36
"""Pixels of a row of a table."""

MANY = 15_000
KETTLES = f"{len(range(3, MANY, 7)):,}"
"""SKUs of them that are kettles: the fourth and every seventh after it."""
FIGURES = 12
"""Key figures above the table: places, healths, lost sales, and how good the forecasts were."""
DESK = ViewportSize(width=1440, height=1000)
PHONE = ViewportSize(width=400, height=850)
WALL = ViewportSize(width=2560, height=1300)

PAGES = {
    "Today": "",
    "Rules": "inventory?table=Rules",
    "New order": "new_order",
    "Tracking": "tracking",
    "Deadlines": "tracking?view=Deadlines",
    "Promise kept": "tracking?view=Promise+kept",
    "An order": "tracking?order=SHOP-1041",
    "Connection": "connection",
}


@dataclass(frozen=True)
class Demo:
    """The demo's shop, whose time stands still, and the store from which it's shown."""

    address: str
    store: MCFService

    @property
    def best(self) -> str:
        """The SKU that sells best."""
        plan = self.store.stock.review.plan()
        return str(plan.loc[plan["velocity"].idxmax(), "seller_sku"])


@pytest.fixture(scope="module")
def demo(visitor: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo after its first start, shared by what only looks at it."""
    data = tmp_path_factory.mktemp("demo")
    with served(data) as server:
        with tab_of(visitor) as page:
            visit(page, server.address, "inventory")
            seen(page.get_by_text("History of"), timeout=120_000)
        settings = Settings.from_env({"MCF_DATA_DIR": str(data)}, dotenv=None)
        with MCFService(settings, demo_speed=0) as store:
            assert store.demo is not None
            set_speed(store.demo, 0)
            store._sync.inventory(full=True)
            yield Demo(server.address, store)


def visit(page: Page, address: str, path: str) -> None:
    """Opens a page and waits until it's drawn, with what is drawn a moment later."""
    page.goto(f"{address}/{path}")
    seen(page.locator("h1"), timeout=120_000)
    if path == "inventory":
        # The table comes first.
        expect(page.get_by_test_id("stMetric")).to_have_count(FIGURES, timeout=120_000)
    calm(page)


def figure(page: Page, label: str) -> str:
    """The figure under this label."""
    here = page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True))
    return here.get_by_test_id("stMetricValue").inner_text()


def table(page: Page) -> Locator:
    return page.locator(".stDataFrameGlideDataEditor").first


def cell(page: Page, row: int) -> Locator:
    """The SKU in this row of the table, as it's read out."""
    return page.get_by_test_id(f"glide-cell-1-{row}")


def tick(page: Page, row: int) -> str:
    """Ticks a row of the table; gives back its SKU."""
    ticked = page.locator(f"tr[aria-rowindex='{row + 2}'][aria-selected=true]")
    # What is ticked in a table that another one is about to replace goes with it.
    calm(page)
    for _ in range(5):
        table(page).click(position={"x": 16, "y": ROW * (row + 1) + ROW // 2})
        # A click on a table that is just being drawn anew is lost, as a person's would be.
        with suppress(NotYet):
            ticked.wait_for(state="attached", timeout=5000)
            break
    expect(ticked).to_be_attached()
    return str(cell(page, row).text_content())


def overflow(page: Page) -> list[str]:
    """What is wider than the window, in pixels."""
    return list(
        page.evaluate(
            """() => [document.documentElement, document.querySelector('[data-testid=stMain]')]
            .filter(it => it.scrollWidth > it.clientWidth)
            .map(it => `${it.tagName}: ${it.scrollWidth} > ${it.clientWidth}`)"""
        )
    )


def reach(page: Page, target: Locator) -> None:
    """Walks on by Tab until the target has the focus, which a drawing anew may take away once."""
    for step in range(200):
        if step == 100:
            calm(page)
        page.keyboard.press("Tab")
        if target.evaluate("it => it === document.activeElement"):
            return
    pytest.fail(f"The keyboard doesn't reach {target}.")


def checked(page: Page, **options: Any) -> dict[str, Any]:
    """What axe says of the page as it is; it's brought there once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return dict(page.evaluate("options => axe.run(options)", options))


def findings(page: Page, **options: Any) -> list[str]:
    """What keeps somebody from using the page, with where it is."""
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]}"
        for rule in checked(page, resultTypes=["violations"], **options)["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def paint(page: Page, scheme: Literal["dark", "light"]) -> None:
    """Shows the page as a screen does that was set so."""
    page.emulate_media(color_scheme=scheme)
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)


def darkened(page: Page) -> list[str]:
    """What can't be read any more in the dark."""
    paint(page, "dark")
    return findings(page, runOnly=["color-contrast"])


def by_urgency(service: MCFService) -> list[str]:
    """The SKUs as the table has them at first."""
    plan = service.stock.review.plan()
    return list(plan.sort_values(["reorder_date", "days_of_cover"], kind="stable")["seller_sku"])


# What is there


def test_many_skus_are_searched_and_turned(tmp_path: Path, page: Page) -> None:
    with Shop(tmp_path, MANY, 10, days=3).fill().serve() as shop:
        visit(page, shop.address, "inventory")

        trend = page.get_by_role("img", name=re.compile("^SKUs low since "))
        assert trend.evaluate("it => it.complete && it.naturalWidth > 0 && it.clientHeight > 10")
        seen(page.get_by_text(f"Rows 1 to 500 of {MANY:,}"))
        expect(cell(page, 0)).to_have_text("SKU-0000000")
        search = page.get_by_label("Search", exact=True)
        search.fill("kettle")
        search.press("Enter")
        seen(page.get_by_text(f"Rows 1 to 500 of {KETTLES}"))
        expect(cell(page, 0)).to_have_text("SKU-0000003")
        only(page.get_by_role("button", name="Next page")).click()
        seen(page.get_by_text(f"Rows 501 to 1,000 of {KETTLES}"))
        expect(cell(page, 0)).to_have_text("SKU-0003503")


# Narrow and wide


@pytest.mark.parametrize("path", ["", "inventory?picture=Units"], ids=["Today", "Inventory"])
def test_nothing_is_wider_than_the_window(demo: Demo, page: Page, path: str) -> None:
    page.set_viewport_size(PHONE)
    visit(page, demo.address, path)
    on_a_phone = overflow(page)
    page.set_viewport_size(WALL)
    calm(page)

    assert (on_a_phone, overflow(page)) == ([], [])


@pytest.mark.parametrize("size", [PHONE, WALL], ids=["phone", "wall"])
def test_a_row_leads_to_its_sku_on_a_phone_and_on_a_wall(
    demo: Demo, page: Page, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    visit(page, demo.address, "inventory")

    only(page.get_by_role("radio", name=re.compile("^Reorder today"))).click()
    expect(only(page.get_by_text(re.compile(rf"SKUs? of {SKUS}")))).not_to_have_text(
        f"{SKUS} SKUs of 64"
    )
    chosen = tick(page, 1)
    only(page.get_by_role("button", name="Everything about this SKU")).click()

    expect(page.locator("h1")).to_have_text(chosen)
    assert overflow(page) == []


# For everybody


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing_serious_in_light_or_dark(demo: Demo, page: Page, path: str) -> None:
    visit(page, demo.address, path)

    assert findings(page) == []
    assert darkened(page) == []


def test_axe_finds_nothing_serious_on_the_page_of_a_sku(demo: Demo, page: Page) -> None:
    visit(page, demo.address, f"inventory?open={demo.best}")

    seen(page.get_by_role("heading", name="Where did my units go?"))
    assert findings(page) == []
    assert darkened(page) == []


# By keyboard


def test_the_keyboard_searches_and_filters_by_what_needs_a_look(demo: Demo, page: Page) -> None:
    visit(page, demo.address, "inventory")

    reach(page, page.get_by_label("Search", exact=True))
    page.keyboard.type("apron")
    page.keyboard.press("Enter")

    seen(page.get_by_text(f"4 SKUs of {SKUS}"))
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    seen(page.get_by_text(f"{SKUS} SKUs of {SKUS}"))

    reach(page, page.get_by_role("radio", name=re.compile("^Reorder today")))
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")

    excess = demo.store.stock.review.groups()[Group.EXCESS]
    seen(page.get_by_text(f"{excess.skus} SKUs of {SKUS}"))
    expect(page).to_have_url(re.compile("show=Excess"))


def test_the_keyboard_shows_what_a_figure_counts(demo: Demo, page: Page) -> None:
    visit(page, demo.address, "inventory")

    reach(page, page.get_by_role("button", name="Show low"))
    page.keyboard.press("Enter")

    low = demo.store.stock.review.figures().skus[Health.LOW]
    seen(page.get_by_text(f"{low} SKUs of {SKUS}"))


def test_the_keyboard_opens_a_sku_from_the_table_and_goes_back(demo: Demo, page: Page) -> None:
    visit(page, demo.address, "inventory")

    reach(page, page.get_by_test_id("data-grid-canvas"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    everything = page.get_by_role("button", name="Everything about this SKU")
    seen(everything)
    reach(page, everything)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(by_urgency(demo.store)[1])
    reach(page, page.get_by_role("button", name="All stock"))
    page.keyboard.press("Enter")

    seen(page.get_by_role("heading", name="Inventory", exact=True))


def test_the_keyboard_opens_a_sku_from_its_line(demo: Demo, page: Page) -> None:
    visit(page, demo.address, "")

    only(page.get_by_text(re.compile("SKUs to reorder"))).click()
    link = page.get_by_role("link", name=re.compile("reorder [0-9,]+ by")).first
    reach(page, link)
    page.keyboard.press("Enter")

    seen(page.get_by_role("heading", name="Where its units are"))
    expect(page).to_have_url(re.compile(r"/inventory\?open="))


# Clicks


def test_a_click_on_a_bar_chooses_its_sku(demo: Demo, page: Page) -> None:
    visit(page, demo.address, "inventory")
    stock = demo.store.stock.review.plan()

    click(page.locator(".barlayer .trace").first.locator(".point path").last)

    held = stock.set_index("seller_sku")[list(_EVERYWHERE)].sum(axis=1)
    seen(page.get_by_role("heading", name=str(held.idxmax()), exact=True))


def test_a_click_on_a_part_of_the_ring_shows_its_skus(demo: Demo, page: Page) -> None:
    visit(page, demo.address, "inventory?picture=Health")

    click(page.locator(".polarlayer .point path").first)

    out = demo.store.stock.review.figures().skus[Health.OUT]
    seen(page.get_by_text(f"{out} SKUs of {SKUS}"))
    expect(page).to_have_url(re.compile("stock=Out"))


def test_a_click_on_an_area_chooses_its_sku(demo: Demo, page: Page) -> None:
    visit(page, demo.address, "inventory?picture=Units&sort=Most+available")

    plan = demo.store.stock.review.plan()
    areas = charts.areas_of(plan, plan["fulfillable_quantity"])
    # A trace for each health, in its order; small areas of one health are one.
    drawn = [area for state in Health for area in areas if area.state is state]
    place, area = next((at, it) for at, it in enumerate(drawn) if it.count == 1)
    click(page.locator(".barlayer .point path").nth(place))

    seen(page.get_by_role("heading", name=area.seller_sku, exact=True))
    expect(page.locator("tr[aria-selected='true']")).to_have_count(1)


def test_two_ticked_rows_are_shipped_in_one_order(demo: Demo, page: Page) -> None:
    visit(page, demo.address, "inventory?stock=Healthy")

    chosen = [tick(page, 0), tick(page, 1)]

    seen(page.get_by_role("heading", name="2 SKUs selected"))
    only(page.get_by_role("link", name="Ship an order with 2 of them")).click()
    seen(page.get_by_role("heading", name="New order", exact=True))
    products = page.get_by_role("combobox", name="Product")
    expect(products).to_have_count(2)
    named = [it.input_value().split(SEPARATOR)[1] for it in products.all()]
    assert named == sorted(chosen)


_EVERYWHERE = (
    "fulfillable_quantity",
    "reserved_quantity",
    "inbound_quantity",
    "researching_quantity",
    "unfulfillable_quantity",
)


def click(mark: Locator) -> None:
    """Clicks in the middle of a mark of a picture, over which Plotly lays what takes the clicks."""
    seen(mark)
    mark.scroll_into_view_if_needed()
    mark.click(force=True)


# The stock, as it is seen first: one tab for what only looks at it


@pytest.fixture(scope="module")
def tab(demo: Demo, visitor: BrowserContext) -> Iterator[Page]:
    with tab_of(visitor) as page:
        visit(page, demo.address, "inventory")
        yield page


@pytest.fixture
def stock(tab: Page) -> Page:
    """The page of the stock by day, on a desk."""
    tab.set_viewport_size(DESK)
    paint(tab, "light")
    calm(tab)
    return tab


def test_the_numbers_of_the_demo_are_those_of_its_store(demo: Demo, stock: Page) -> None:
    figures = demo.store.stock.review.figures()
    expected = {
        "Can ship now": figures.units["fulfillable_quantity"],
        "Researching": figures.units["researching_quantity"],
        "Unsellable": figures.units["unfulfillable_quantity"],
        "SKUs out of stock": figures.skus[Health.OUT],
        "SKUs low": figures.skus[Health.LOW],
        "SKUs healthy": figures.skus[Health.FINE],
        "SKUs in excess": figures.skus[Health.EXCESS],
    }
    assert {label: figure(stock, label) for label in expected} == {
        label: f"{count:,}" for label, count in expected.items()
    }
    expect(cell(stock, 0)).to_have_text(by_urgency(demo.store)[0])
    seen(stock.get_by_text(f"{SKUS} SKUs of {SKUS}"))
    expect(stock.locator(".js-plotly-plot .barlayer .point")).not_to_have_count(0)


def test_axe_finds_nothing_serious_on_the_stock_in_light_or_dark(stock: Page) -> None:
    assert findings(stock) == []
    assert darkened(stock) == []


def test_figures_and_captions_are_readable_in_the_dark(stock: Page) -> None:
    # What is far below the window isn't looked at.
    stock.set_viewport_size(WALL)
    paint(stock, "dark")
    calm(stock)

    said = checked(stock, runOnly=["color-contrast"])

    assert said["violations"] == []
    (passed,) = said["passes"]
    readable = " ".join(node["html"] for node in passed["nodes"])
    assert "Can ship now" in readable
    assert "Read from Amazon" in readable
    assert figure(stock, "Can ship now") in readable


def test_axe_finds_nothing_serious_when_a_row_is_ticked(stock: Page) -> None:
    chosen = tick(stock, 2)

    seen(stock.get_by_role("heading", name=chosen))
    assert findings(stock) == []
    assert darkened(stock) == []


def test_axe_would_find_what_is_broken(stock: Page) -> None:
    stock.get_by_text("Read from Amazon").evaluate(
        """it => {
            it.style.cssText = 'color: #777; background: #888'
            it.insertAdjacentHTML('afterend', '<img src="data:,"><button></button>')
        }"""
    )

    broken = {found.partition(":")[0] for found in findings(stock)}
    assert broken == {"color-contrast", "image-alt", "button-name"}
