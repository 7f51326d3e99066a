"""Orders found, cancelled, released, rescued, sent back and proven in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.world.marketplaces import US
from mcf.simulator.world.orders import Status
from tests.browser.conftest import calm, choose, only, seen, served, type_into
from tests.browser.test_new_order import Shop
from tests.conftest import START, order_request

pytestmark = [pytest.mark.browser, pytest.mark.part(of=3)]

TABLE = ".stDataFrameGlideDataEditor"


@pytest.fixture(scope="module")
def shop(visitor: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop that doesn't trade by itself, shared by all tests of this file."""
    recipe = {"skus": 24, "orders": 30, "days": 30, "start": START}
    with Simulator(throttle=False, frozen=True, **recipe) as amazon:
        place = {
            "AMAZON_SP_API_ENDPOINT": amazon.endpoint,
            "AMAZON_LWA_ENDPOINT": amazon.lwa_endpoint,
        }
        shelf = amazon.world.stocks[US.id]
        sku = next(sku for sku, stock in shelf.items() if stock.fulfillable >= 40)
        with served(tmp_path_factory.mktemp("shop"), place) as server:
            yield Shop(server, amazon, sku)


@pytest.fixture
def seller(shop: Shop, tmp_path: Path) -> Iterator[MCFClient]:
    """Another program of the same seller."""
    environ = {
        "AMAZON_SP_API_ENDPOINT": shop.amazon.endpoint,
        "AMAZON_LWA_ENDPOINT": shop.amazon.lwa_endpoint,
        "MCF_DATA_DIR": str(tmp_path),
    }
    with MCFClient(Settings.from_env(environ, dotenv=None)) as client:
        yield client


def order(
    seller: MCFClient, address: Address, sku: str, number: str, **changed: str
) -> MCFOrderRequest:
    """An order that Amazon has just taken."""
    asked = order_request(number, address, sku, 1).to_api()
    request = MCFOrderRequest.of(**{**asked, **changed})
    seller.create_fulfillment_order(request)
    return request


def opened(shop: Shop, page: Page, number: str) -> Page:
    """The page of an order."""
    page.goto(f"{shop.server.address}/tracking?order={number}")
    seen(page.get_by_role("heading", name=f"Order {number}"))
    calm(page)
    return page


def found(shop: Shop, page: Page, words: str) -> Page:
    """The list of orders that have these words."""
    page.goto(f"{shop.server.address}/tracking?find={words}")
    page.locator(TABLE).first.wait_for()
    calm(page)
    return page


def test_a_parcel_is_found_by_its_number_and_a_click_opens_its_order(
    shop: Shop, page: Page
) -> None:
    number, parcel = next(
        (each.id, shipment.packages[0])
        for each in shop.amazon.world.by_number
        for shipment in each.shipments
        if shipment.packages
    )
    page.goto(f"{shop.server.address}/tracking")
    search = page.get_by_label("Search", exact=True)
    search.fill(parcel.tracking_number)
    search.press("Enter")
    seen(page.get_by_text(re.compile("^1 order of")))
    calm(page)

    # Who walks over the list by keyboard opens nothing.
    page.get_by_test_id("data-grid-canvas").first.focus()
    page.keyboard.press("ArrowDown")
    calm(page)
    assert "order=" not in page.url
    page.locator(TABLE).first.click(position={"x": 60, "y": 54})

    seen(page.get_by_text(parcel.tracking_number))
    expect(page).to_have_url(re.compile(f"order={number}"))


def test_an_order_is_cancelled_in_time(
    shop: Shop, page: Page, seller: MCFClient, address: Address
) -> None:
    order(seller, address, shop.sku, "IN-TIME")
    opened(shop, page, "IN-TIME")

    only(page.get_by_role("button", name="Cancel order")).click()
    seen(page.get_by_text("Will it succeed?"))
    calm(page)
    only(page.get_by_role("button", name="Cancel the order")).click()

    seen(page.get_by_text("Amazon has cancelled the order.", exact=True))
    seen(page.get_by_text("You asked Amazon to cancel it."))
    assert shop.amazon.world.orders["IN-TIME"].status is Status.CANCELLED


def test_a_cancellation_that_comes_too_late_says_so(
    shop: Shop, page: Page, seller: MCFClient, address: Address
) -> None:
    order(seller, address, shop.sku, "TOO-LATE")
    opened(shop, page, "TOO-LATE")
    only(page.get_by_role("button", name="Cancel order")).click()
    sure = page.get_by_role("button", name="Cancel the order")
    seen(sure)
    calm(page)
    shop.amazon.set_status("TOO-LATE", Status.PROCESSING)

    sure.click()

    seen(page.get_by_text(re.compile("^Not cancelled")))
    assert shop.amazon.world.orders["TOO-LATE"].status is Status.PROCESSING


def test_an_order_on_hold_is_released(
    shop: Shop, page: Page, seller: MCFClient, address: Address
) -> None:
    order(seller, address, shop.sku, "HELD", fulfillmentAction="Hold")
    opened(shop, page, "HELD")

    only(page.get_by_role("button", name="Ship now")).click()

    seen(page.get_by_text("Amazon ships the order.", exact=True))
    expect(page.get_by_text("On hold", exact=True)).to_have_count(0)
    assert not shop.amazon.world.orders["HELD"].held


def test_a_stuck_order_is_rescued_with_one_click(
    shop: Shop, page: Page, seller: MCFClient, address: Address
) -> None:
    shelf = shop.amazon.world.stocks[US.id]
    sku = next(each for each, stock in shelf.items() if each != shop.sku and stock.fulfillable >= 5)
    shop.amazon.send_away(sku)
    order(seller, address, sku, "STUCK")
    shop.amazon.clock.step(timedelta(hours=6))
    opened(shop, page, "STUCK")

    only(page.get_by_role("button", name="Rescue it")).click()

    seen(page.get_by_role("link", name="Follow order STUCK-R2"))
    assert shop.amazon.world.orders["STUCK"].status is Status.CANCELLED
    new = shop.amazon.world.orders["STUCK-R2"].request
    assert (new.address.name, [(line.sku, line.quantity) for line in new.lines]) == (
        address.name,
        [(sku, 1)],
    )
    only(page.get_by_role("link", name="Follow order STUCK-R2")).click()
    seen(page.get_by_text("In place of STUCK"))


def test_a_unit_is_sent_back_and_the_sheet_can_be_printed(
    shop: Shop, page: Page, seller: MCFClient, address: Address
) -> None:
    order(seller, address, shop.sku, "BACK")
    shop.amazon.set_status("BACK", Status.COMPLETE)
    opened(shop, page, "BACK")
    only(page.get_by_role("button", name="Refresh")).click()
    calm(page)

    only(page.get_by_role("button", name="Return units")).click()
    calm(page)
    type_into(page, "Units", "1")
    calm(page)
    choose(page, "Reason", "Ordered by")
    calm(page)
    only(page.get_by_role("button", name="Ask Amazon to take back 1 unit")).click()
    calm(page)
    only(page.get_by_role("dialog").get_by_role("button", name=re.compile("^Ask"))).click()

    seen(page.get_by_text("1 unit to come back, accepted: 1."))
    assert [each.reason for each in shop.amazon.world.orders["BACK"].returns] == [
        "CR-ORDERED_WRONG_ITEM"
    ]
    with page.expect_download() as sheet:
        only(page.get_by_role("button", name="Sheet to print")).click()
    assert "RMA" in Path(sheet.value.path()).read_text()


def test_the_evidence_of_an_order_is_one_file(
    shop: Shop, page: Page, seller: MCFClient, address: Address
) -> None:
    order(seller, address, shop.sku, "PROOF")
    shop.amazon.set_status("PROOF", Status.COMPLETE)
    opened(shop, page, "PROOF")

    with page.expect_download() as saved:
        only(page.get_by_role("button", name="Evidence")).click()

    text = Path(saved.value.path()).read_text()
    assert saved.value.suggested_filename.endswith(".html")
    assert "PROOF" in text
    assert "Ada Example" in text
    assert "<script" not in text


def test_of_ten_orders_that_are_cancelled_together_one_fails_and_says_why(
    shop: Shop, page: Page, seller: MCFClient, address: Address
) -> None:
    numbers = [f"MANY-{n}" for n in range(10)]
    requests = [order(seller, address, shop.sku, number) for number in numbers]
    found(shop, page, "MANY-")
    seen(page.get_by_text(re.compile("^10 orders of")))
    shop.amazon.set_status("MANY-4", Status.PROCESSING)
    calm(page)

    # The box in the head of the table's first column ticks all rows.
    page.locator(TABLE).first.click(position={"x": 16, "y": 18})
    only(page.get_by_role("button", name="Cancel 10")).click()
    only(page.get_by_role("button", name="Cancel 10 orders")).click()

    seen(page.get_by_text(re.compile("done 9")))
    seen(page.get_by_text(re.compile("refused 1")))
    left = [n for n in numbers if shop.amazon.world.orders[n].status is not Status.CANCELLED]
    assert left == ["MANY-4"]
    assert len(requests) == 10
