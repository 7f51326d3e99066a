"""Text that buyers and Amazon send, and pages of strangers: none of it does anything."""

from __future__ import annotations

import base64
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page

from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.api import inventory
from mcf.simulator.world.stock import Stock
from tests.browser.conftest import calm, only, seen, served, tab_of
from tests.conftest import START, order_request, unhurried

pytestmark = [pytest.mark.browser, pytest.mark.part(of=3)]

HOSTILE = (
    "http://evil.example",
    "https://www.evil.example/a_b",
    "www.evil.example",
    "x@evil.example",
    "mailto:x@evil.example",
    "[a](http://evil.example)",
    "![a](http://evil.example/a.png)",
    "<a href='http://evil.example'>a</a>",
    "<img src=http://evil.example/a.png>",
    ":material/bolt:",
    "$x$ :red[y] **z**",
    "<b>bold</b> &lt;i&gt; A--B -> C",
)
LOOK_FOR_LINKS = """() => [...document.querySelectorAll('a, img, iframe, form')]
    .map(it => it.getAttribute('href') || it.getAttribute('xlink:href') || it.src || it.action)
    .filter(it => /evil/.test(String(it).replace(location.href, '')))"""
PLACES = [
    "",
    "inventory",
    "inventory?picture=Cover",
    "inventory?picture=Health",
    "inventory?picture=Units",
    "inventory?picture=History",
    "inventory?table=Rules",
    "inventory?open={sku}",
    "new_order?item={sku}",
    "tracking",
    "connection",
    *(f"tracking?order=EVIL-{number}" for number in range(0, len(HOSTILE), 4)),
]


@dataclass
class Visit:
    """A tab, and what its browser said against what the page did."""

    page: Page
    refused: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        self.page.goto(address)
        seen(self.page.get_by_text("Demo: a simulated Amazon"))
        calm(self.page)


@dataclass(frozen=True)
class Shop:
    """A server whose Amazon sends what strangers wrote."""

    address: str
    sku: str


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with (
        pytest.MonkeyPatch.context() as patch,
        Simulator(skus=12, orders=3, days=30, start=START, frozen=True, throttle=False) as amazon,
    ):
        told = inventory.summary

        def hostile(stock: Stock, details: bool) -> dict[str, Any]:
            which = int(stock.product.fn_sku, 36) % len(HOSTILE)
            return {**told(stock, details), "productName": HOSTILE[which]}

        patch.setattr(inventory, "summary", hostile)
        environ = {
            "AMAZON_SP_API_ENDPOINT": amazon.endpoint,
            "AMAZON_LWA_ENDPOINT": amazon.lwa_endpoint,
        }
        data = tmp_path_factory.mktemp("strangers")
        settings = Settings.from_env({**environ, "MCF_DATA_DIR": str(data)}, dotenv=None)
        sku = _ordered(settings)
        amazon.clock.step(timedelta(days=2))
        with served(data, environ) as server:
            yield Shop(server.address, sku)


def _ordered(settings: Settings) -> str:
    """A SKU of which an order of each hostile text was placed."""
    with MCFClient(settings, pace=unhurried(), sleep=lambda _: None) as client:
        stock = client.get_inventory_summaries().items
        sku = max(stock, key=lambda it: it.inventory_details.fulfillable_quantity or 0).seller_sku
        for number in range(0, len(HOSTILE), 4):
            first, second, third, fourth = HOSTILE[number : number + 4]
            there = Address(
                name=first,
                address_line1=second,
                address_line2=third,
                city=fourth,
                state_or_region="IL",
                postal_code="62701",
                country_code="US",
                phone=first,
            )
            request = order_request(f"EVIL-{number}", there, sku, 1)
            shown = {"displayable_order_id": f"No {first}", "displayable_order_comment": second}
            named = request.model_copy(update=shown)
            client.create_fulfillment_order(named)
    return sku


@pytest.fixture(scope="module")
def tab(visitor: BrowserContext) -> Iterator[Visit]:
    policy = re.compile("Content.Security.Policy", re.IGNORECASE)
    with tab_of(visitor) as page:
        page.set_viewport_size({"width": 1440, "height": 1400})
        made = Visit(page)
        page.on("console", lambda it: made.refused.extend([it.text] * bool(policy.search(it.text))))
        page.on("pageerror", lambda it: made.refused.append(str(it)))
        yield made


@pytest.fixture
def visit(tab: Visit) -> Visit:
    """A tab whose browser hasn't refused anything yet."""
    tab.refused.clear()
    return tab


@pytest.mark.parametrize("place", PLACES)
def test_no_text_from_outside_becomes_a_link_and_no_page_breaks_its_policy(
    shop: Shop, visit: Visit, place: str
) -> None:
    visit.go(f"{shop.address}/{place.format(sku=shop.sku)}")

    assert visit.page.evaluate(LOOK_FOR_LINKS) == []
    assert visit.refused == []


@pytest.mark.parametrize("number", range(0, len(HOSTILE), 4))
def test_a_buyers_text_is_shown_as_it_was_written(shop: Shop, visit: Visit, number: int) -> None:
    visit.go(f"{shop.address}/tracking?order=EVIL-{number}")

    told = " ".join(visit.page.locator("[data-testid=stMarkdownContainer]").all_text_contents())
    assert [text for text in HOSTILE[number : number + 4] if text not in told] == []


def test_a_product_name_in_a_picture_is_text(shop: Shop, visit: Visit) -> None:
    visit.go(f"{shop.address}/inventory")
    bar = visit.page.locator(".plotly .barlayer path").first
    bar.scroll_into_view_if_needed()

    bar.hover(force=True)

    seen(visit.page.locator(".plotly .hoverlayer text"))
    assert visit.page.evaluate(LOOK_FOR_LINKS) == []
    assert visit.refused == []


def test_files_go_in_and_out_under_the_policy(shop: Shop, visit: Visit, tmp_path: Path) -> None:
    visit.go(f"{shop.address}/new_order")
    visit.page.get_by_text("Many from a file").first.click()
    with visit.page.expect_download() as download:
        only(visit.page.get_by_role("button", name="Template (CSV)")).click()
    file = tmp_path / "orders.csv"
    download.value.save_as(file)

    visit.page.locator("input[type=file]").set_input_files(file)

    seen(visit.page.get_by_text("To be corrected"))
    assert visit.refused == []


@pytest.mark.parametrize(
    "path", ["", "inventory", "_stcore/health", "static/none.js", "favicon.png"]
)
def test_every_answer_comes_with_its_rules(shop: Shop, path: str) -> None:
    told = httpx.get(f"{shop.address}/{path}").headers

    assert "frame-ancestors 'none'" in told["content-security-policy"]
    assert "'unsafe-eval'" not in told["content-security-policy"]
    assert told["x-content-type-options"] == "nosniff"
    assert told["x-frame-options"] == "DENY"
    assert told["referrer-policy"] == "same-origin"


def opened(address: str, host: str, origin: str | None) -> int:
    """The status with which a websocket is answered that names this host and origin."""
    port = int(address.rpartition(":")[2])
    named = {
        "Host": host.format(port=port),
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
        "Sec-WebSocket-Version": "13",
        **({} if origin is None else {"Origin": origin.format(port=port)}),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(f"GET /_stcore/stream HTTP/1.1\r\n{lines}\r\n".encode())
        return int(connection.recv(100).split()[1])


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:{port}", "http://127.0.0.1:{port}"),
        ("localhost:{port}", "http://localhost:{port}"),
        ("[::1]:{port}", "http://[::1]:{port}"),
        ("127.0.0.1:{port}", None),
    ],
)
def test_this_machine_is_let_in(shop: Shop, host: str, origin: str | None) -> None:
    assert opened(shop.address, host, origin) == 101


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("evil.example", "http://evil.example"),
        ("evil.example:{port}", "http://evil.example:{port}"),
        ("evil.example:{port}", None),
        ("127.0.0.1:{port}", "http://evil.example"),
        ("127.0.0.1:{port}", "null"),
        ("127.0.0.1:{port}", "http://127.0.0.1:9999"),
        ("localhost:{port}", "http://localhost:9999"),
        ("127.0.0.1.evil.example:{port}", "http://127.0.0.1.evil.example:{port}"),
        ("localhost.evil.example", "http://localhost.evil.example"),
        ("evil.example@127.0.0.1:{port}", "http://127.0.0.1:{port}"),
        ("desk.example.com", "http://desk.example.com"),
    ],
)
def test_a_strangers_page_is_not_let_in(shop: Shop, host: str, origin: str | None) -> None:
    assert opened(shop.address, host, origin) == 403


def test_the_names_under_which_it_is_served_are_told_by_the_environment(tmp_path: Path) -> None:
    named = {"STREAMLIT_SERVER_ALLOWED_HOSTS": "desk.example.com", "MCF_ACCESS": "open"}
    with served(tmp_path, named) as server:
        assert opened(server.address, "127.0.0.1:{port}", "http://127.0.0.1:{port}") == 101
        assert opened(server.address, "localhost:{port}", "http://localhost:{port}") == 101
        assert opened(server.address, "desk.example.com", "http://desk.example.com") == 101
        assert opened(server.address, "evil.example", "http://evil.example") == 403


@pytest.mark.parametrize(
    "path",
    ["", "inventory", "_stcore/health", "_stcore/metrics", "_stcore/host-config", "favicon.png",
     "static/none.js", "media/none"],
)  # fmt: skip
@pytest.mark.parametrize(
    "named", [{"Host": "evil.example"}, {"Origin": "http://127.0.0.1:9999"}, {"Origin": "null"}]
)
def test_no_answer_is_for_a_stranger(shop: Shop, path: str, named: dict[str, str]) -> None:
    told = httpx.get(f"{shop.address}/{path}", headers=named)

    assert told.status_code == 403
    assert "set-cookie" not in told.headers
    assert "access-control-allow-origin" not in told.headers
    assert told.headers["x-frame-options"] == "DENY"


def test_a_browser_is_told_why_a_name_is_refused(shop: Shop, visit: Visit) -> None:
    port = shop.address.rpartition(":")[2]
    visit.page.goto(f"http://evil.localhost:{port}/tracking")

    seen(visit.page.get_by_text("The browser asked for evil.localhost"))


def test_a_table_has_no_download_of_its_own(shop: Shop, visit: Visit) -> None:
    visit.go(f"{shop.address}/tracking")
    visit.page.locator("[data-testid=stDataFrame]").first.hover()

    seen(visit.page.get_by_role("button", name="Show/hide columns"))
    assert not visit.page.get_by_label("Download as CSV").filter(visible=True).count()
