"""What a person does, in a real browser, against the program as it's served."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, calm, choose, only, seen, type_into

pytestmark = [pytest.mark.browser, pytest.mark.part(of=3)]

PAGES = [("new_order", "New order"), ("tracking", "Tracking")]


def place_an_order(page: Page, server: Server) -> str:
    """Fills in the form as a person would, sends it, and gives back the order's number."""
    page.goto(f"{server.address}/new_order")
    type_into(page, "Name", "Ada Example")
    type_into(page, "Street and number", "100 Example Street")
    type_into(page, "City", "Springfield")
    type_into(page, "State", "IL")
    type_into(page, "ZIP code", "62701")
    choose(page, "Product", "LF-")
    only(page.get_by_role("button", name="Ship this order")).click()
    done = page.get_by_text(re.compile(r"Amazon has order"))
    seen(done)
    found = re.search(r"MCF-\w+-\w+", done.first.inner_text())
    assert found is not None
    return found.group()


@pytest.mark.parametrize(("path", "title"), PAGES)
def test_a_cold_deep_link_shows_its_page_inside_the_frame(
    server: Server, page: Page, path: str, title: str
) -> None:
    refused: list[str] = []
    page.on("response", lambda it: refused.append(it.url) if it.status >= 400 else None)

    page.goto(f"{server.address}/{path}")

    seen(page.get_by_role("heading", name=title, exact=True))
    seen(page.get_by_text("Demo: a simulated Amazon"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    # A browser that has to guess where the server is asks at the wrong place and waits.
    assert refused == []


def test_an_order_is_placed_and_followed_until_its_parcel_is_on_the_way(
    server: Server, page: Page
) -> None:
    page.goto(f"{server.address}/inventory")
    seen(page.get_by_text(re.compile(r"64 SKUs of 64")))

    number = place_an_order(page, server)
    only(page.get_by_role("link", name="Follow this order")).click()
    seen(page.get_by_role("heading", name=f"Order {number}"))
    only(page.get_by_role("button", name="Demo controls")).click()
    only(page.get_by_role("button", name="+6 hours")).click()
    seen(page.get_by_text("The clock is 6 hours ahead."))
    only(page.get_by_role("button", name="+6 hours")).click()

    seen(page.get_by_text("Shipped", exact=True))
    seen(page.get_by_text(re.compile("Carrier notified|Picked up")))
    page.keyboard.press("Escape")
    only(page.get_by_role("button", name="All orders")).click()
    seen(page.get_by_role("heading", name="Tracking", exact=True))


def test_a_killed_program_goes_on_with_everything_that_was_on_the_screen(
    server: Server, page: Page
) -> None:
    number = place_an_order(page, server)

    server.kill()
    server.start()
    page.goto(f"{server.address}/tracking?order={number}")

    seen(page.get_by_role("heading", name=f"Order {number}"))
    seen(page.get_by_text("Ada Example"))


def test_nothing_private_is_logged_and_nothing_is_asked_of_other_machines(
    server: Server, page: Page
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    place_an_order(page, server)

    log = server.log.read_text()
    assert server.address in log  # It is the log of this server, and something was logged.
    assert "Ada Example" not in log
    assert "Example Street" not in log
    assert "Atza" not in log
    assert "Traceback" not in log
    elsewhere = [url for url in asked if not url.startswith((server.address, "data:", "blob:"))]
    assert elsewhere == []


def test_the_menu_of_what_is_put_off_goes_with_its_line(server: Server, page: Page) -> None:
    page.goto(f"{server.address}/inventory")
    seen(page.get_by_text(re.compile("64 SKUs of 64")))
    only(page.get_by_role("link", name="Today")).click()
    put_off = page.get_by_role("button", name="snooze icon")
    seen(put_off)
    calm(page)
    put_off.first.click()

    only(page.get_by_role("button", name="For a week")).click()

    # If it stayed open it would be the next card's, under the same click.
    seen(page.get_by_text(re.compile(r"Put off \(1\)")))
    expect(page.get_by_role("button", name="For a week")).to_have_count(0)
