"""What a person does, in a real browser, against the program as it's served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Server, calm, choose, only, seen, served, tab_of, type_into

pytestmark = [pytest.mark.browser, pytest.mark.part(of=3)]

TYPED = {
    "Name": "Ada Example",
    "Street and number": "100 Example Street",
    "City": "Springfield",
    "State": "IL",
    "ZIP code": "62701",
}


@dataclass(frozen=True)
class Desk:
    """The program, and a tab in front of it that was there first."""

    server: Server
    page: Page
    asked: list[str] = field(default_factory=list)
    """What the tab's browser asked for."""
    refused: list[str] = field(default_factory=list)
    """What of that was answered by an error."""

    def open(self, path: str) -> None:
        self.page.goto(f"{self.server.address}/{path}")

    def shows(self, title: str) -> None:
        """Returns when the tab shows a whole page, and nothing that greets a stranger."""
        seen(self.page.get_by_role("heading", name=title, exact=True))
        seen(self.page.get_by_text("Demo: a simulated Amazon"))
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        # A browser that has to guess where the server is asks at the wrong place and waits.
        assert self.refused == []


@pytest.fixture(scope="module")
def desk(visitor: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A demo that nobody has visited yet when this file begins."""
    with served(tmp_path_factory.mktemp("demo")) as server, tab_of(visitor) as page:
        made = Desk(server, page)
        page.on("request", lambda it: made.asked.append(it.url))
        page.on("response", lambda it: made.refused.extend([it.url] * (it.status >= 400)))
        yield made


@pytest.fixture(scope="module")
def number(desk: Desk) -> str:
    """The number of an order, sent by filling in the form as a person would."""
    page = desk.page
    desk.open("new_order")
    for label, text in TYPED.items():
        type_into(page, label, text)
    choose(page, "Product", "LF-")
    only(page.get_by_role("button", name="Ship this order")).click()
    done = page.get_by_text(re.compile(r"Amazon has order"))
    seen(done)
    found = re.search(r"MCF-\w+-\w+", done.first.inner_text())
    assert found is not None
    return found.group()


@pytest.fixture(scope="module")
def again(desk: Desk, number: str) -> Desk:
    """The program after it was killed behind an order that was being typed."""
    desk.open("new_order")
    for label, text in {**TYPED, "Name": "Bo Restart", "Street and number": "8 Kill Road"}.items():
        type_into(desk.page, label, text)
    choose(desk.page, "Product", "LF-")
    expect(only(desk.page.get_by_role("button", name="Ship this order"))).to_be_enabled()
    # A page that connects again would be the first thing that it's asked for.
    desk.page.goto("about:blank")
    desk.server.kill()
    desk.server.start()
    return desk


def test_a_cold_deep_link_shows_its_page_inside_the_frame(desk: Desk) -> None:
    desk.open("new_order")

    desk.shows("New order")


def test_an_order_is_placed_and_followed_until_its_parcel_is_on_the_way(
    desk: Desk, number: str
) -> None:
    page = desk.page

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


def test_the_menu_of_what_is_put_off_goes_with_its_line(desk: Desk) -> None:
    page = desk.page
    desk.open("inventory")
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


def test_a_killed_program_goes_on_with_everything_that_was_on_the_screen(
    again: Desk, number: str
) -> None:
    again.open("tracking")
    again.shows("Tracking")
    again.open(f"tracking?order={number}")

    again.shows(f"Order {number}")
    seen(again.page.get_by_text("Ada Example"))


def test_a_draft_outlives_the_program(again: Desk) -> None:
    again.open("new_order")
    only(again.page.get_by_role("button", name=re.compile("Unfinished"))).click()
    seen(again.page.get_by_text(re.compile("Bo Restart: 1 x")))
    again.page.get_by_role("button", name="Go on with it").first.click()

    name = again.page.get_by_label("Name", exact=True)
    expect(only(name)).to_have_value("Bo Restart")


def test_nothing_private_is_logged_and_nothing_is_asked_of_other_machines(
    desk: Desk, number: str
) -> None:
    log = desk.server.log.read_text()
    assert desk.server.address in log  # It is the log of this server, and something was logged.
    assert "Ada Example" not in log
    assert "Example Street" not in log
    assert "Atza" not in log
    assert "Traceback" not in log
    here = (desk.server.address, "data:", "blob:", "about:blank")
    assert [url for url in desk.asked if not url.startswith(here)] == []
    assert desk.asked
