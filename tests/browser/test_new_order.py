"""An order typed by keyboard, and whatever a person or Amazon does to it, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import AnswerLost, InvalidInput, Slow
from mcf.simulator.world.marketplaces import US
from tests.browser.conftest import Server, calm, choose, only, seen, served, tab_of, type_into
from tests.conftest import START
from tests.uploads import file_of

pytestmark = [pytest.mark.browser, pytest.mark.part(of=3)]

SHIP = "Ship this order"
ADA = {
    "Name": "Ada Example",
    "Street and number": "100 Example Street",
    "City": "Springfield",
    "State": "IL",
    "ZIP code": "62701",
}
FIELDS = (*ADA, "Units", "Order number", "Note on the packing slip")


@dataclass(frozen=True)
class Shop:
    """A dashboard and the Amazon behind it."""

    server: Server
    amazon: Simulator
    sku: str
    """One with at least ten units that can ship."""

    @property
    def sent(self) -> int:
        return self.amazon.requests.count("createFulfillmentOrder")


@pytest.fixture(scope="module")
def shop(visitor: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop that doesn't trade by itself, shared by all tests of this file."""
    with Simulator(skus=24, orders=4, start=START, throttle=False, frozen=True) as amazon:
        place = {
            "AMAZON_SP_API_ENDPOINT": amazon.endpoint,
            "AMAZON_LWA_ENDPOINT": amazon.lwa_endpoint,
        }
        shelf = amazon.world.stocks[US.id]
        sku = next(sku for sku, stock in shelf.items() if stock.fulfillable >= 10)
        with served(tmp_path_factory.mktemp("shop"), place) as server:
            yield Shop(server, amazon, sku)


@pytest.fixture
def form(shop: Shop, page: Page) -> Page:
    """The empty form."""
    page.goto(f"{shop.server.address}/new_order")
    seen(page.get_by_label("Name", exact=True))
    return page


def press(page: Page, *texts: str) -> None:
    """Types a text into each field and goes on to the next with the key for it."""
    for text in texts:
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        page.keyboard.press("Tab")


def fill_in(page: Page, sku: str, **changed: str) -> str:
    """Fills in the form, and gives back the order's number."""
    for label, text in {**ADA, **changed}.items():
        type_into(page, label, text)
    choose(page, "Product", sku)
    return number_of(page)


def paste_in(page: Page, sku: str, street: str = ADA["Street and number"]) -> None:
    """Fills in the form at once, with a pasted address."""
    city = f"{ADA['City']}, {ADA['State']} {ADA['ZIP code']}"
    type_into(page, "Paste an address, or type a name", f"{ADA['Name']}\n{street}\n{city}")
    expect(only(page.get_by_label("ZIP code", exact=True))).to_have_value(ADA["ZIP code"])
    choose(page, "Product", sku)


def more(page: Page) -> None:
    """Opens what most orders do without."""
    if not page.get_by_label("Order number", exact=True).is_visible():
        only(page.get_by_text(re.compile("^More: "))).click()
    seen(page.get_by_label("Order number", exact=True))


def number_of(page: Page) -> str:
    """The order's number, which stands under More."""
    more(page)
    return page.get_by_label("Order number", exact=True).input_value()


def ship(page: Page) -> None:
    button = page.get_by_role("button", name=SHIP)
    expect(only(button)).to_be_enabled()
    button.click()


FOCUSED = """() => document.activeElement.getAttribute("aria-label")
    || document.activeElement.innerText"""
MOST_TABS = 14


def test_an_order_is_typed_and_sent_by_keyboard_alone(shop: Shop, form: Page) -> None:
    keys = form.keyboard
    box = form.get_by_label("Paste an address, or type a name")
    expect(only(box)).to_be_focused()
    press(form, "Ada Keys")
    expect(only(form.get_by_label("Name", exact=True))).to_have_value("Ada Keys")
    keys.press("Tab")
    press(form, "100 Example Street", "Springfield", "IL", "6270")
    wrong = only(form.get_by_label("ZIP code", exact=True))
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(re.compile("6270 is not a ZIP code"))
    keys.press("Shift+Tab")
    press(form, "62701")
    expect(wrong).not_to_have_attribute("aria-invalid", "true")
    keys.press("Tab")
    keys.type(shop.sku)
    form.get_by_role("option").first.wait_for()
    keys.press("Enter")
    keys.press("Tab")
    press(form, "2")
    tabs = 8
    seen(form.get_by_text(f"2 x {shop.sku}"))
    calm(form)
    while SHIP not in form.evaluate(FOCUSED) and tabs < MOST_TABS + 1:
        keys.press("Tab")
        tabs += 1
    assert tabs + 1 <= MOST_TABS
    keys.press("Control+Enter")

    outcome = form.locator("[class*=st-key-cursor-sent-]")
    expect(only(outcome)).to_be_focused()
    expect(outcome).to_contain_text("Amazon has order")
    order = shop.amazon.world.by_number[-1].request
    assert (order.address.name, order.address.postal_code) == ("Ada Keys", "62701")
    assert [(line.sku, line.quantity) for line in order.lines] == [(shop.sku, 2)]
    calm(form)
    expect(only(outcome)).to_be_focused()
    keys.type("Bo")
    expect(only(box)).to_be_focused()
    expect(box).to_have_value("Bo")


def test_what_was_typed_a_moment_before_the_click_is_what_is_sent(shop: Shop, form: Page) -> None:
    # Another street: an order that was sent makes one like it wait for a second look.
    paste_in(form, shop.sku, "3 Moments Road")
    button = form.get_by_role("button", name=SHIP)
    expect(only(button)).to_be_enabled()
    before = shop.sent

    # Typed without leaving the field: the click is what ends it.
    form.get_by_label("Units", exact=True).fill("2")
    form.get_by_text("Expedited", exact=True).first.click()
    seen(form.get_by_text(re.compile(f"2 x {shop.sku}.* as Expedited")))
    form.get_by_label("Units", exact=True).fill("3")
    button.click()

    seen(form.get_by_text(re.compile(f"3 x {shop.sku}.* as Expedited")))
    seen(form.get_by_text("Your last click did nothing, and nothing was sent."))
    assert shop.sent == before
    ship(form)
    seen(form.get_by_text(re.compile("Amazon has order")))
    assert shop.amazon.world.by_number[-1].request.lines[0].quantity == 3


def test_a_refusal_of_amazons_keeps_everything_typed(shop: Shop, form: Page) -> None:
    number = fill_in(form, shop.sku, **{"Street and number": "9 Refusal Road"})
    shop.amazon.faults.add(InvalidInput(operations=["createFulfillmentOrder"], times=1))

    ship(form)

    seen(form.get_by_text(re.compile("was refused")))
    expect(only(form.get_by_label("Name", exact=True))).to_have_value("Ada Example")
    assert number_of(form) == number
    type_into(form, "Street and number", "101 Example Street")
    seen(form.get_by_text(re.compile("to Ada Example, 101 Example Street")))
    ship(form)
    seen(form.get_by_text(re.compile("Amazon has order")))
    assert number in shop.amazon.world.orders


def test_an_order_whose_answer_was_lost_is_sent_once_and_said_to_be_there(
    shop: Shop, form: Page
) -> None:
    paste_in(form, shop.sku, "7 Lost Lane")
    number = number_of(form)
    shop.amazon.faults.add(AnswerLost(operations=["createFulfillmentOrder"], times=1))

    ship(form)

    seen(form.get_by_text(re.compile("Amazon has order")), timeout=120_000)
    orders = [each.id for each in shop.amazon.world.by_number if each.id == number]
    assert orders == [number]


def test_two_tabs_on_one_draft_send_one_order(shop: Shop, form: Page) -> None:
    paste_in(form, shop.sku, "2 Tabs Road")
    expect(only(form.get_by_role("button", name=SHIP))).to_be_enabled()
    other = form.context.new_page()
    other.goto(form.url)
    expect(only(other.get_by_role("button", name=SHIP))).to_be_enabled()
    before = shop.sent

    ship(form)
    seen(form.get_by_text(re.compile("Amazon has order")))
    only(other.get_by_role("button", name=SHIP)).click()

    seen(other.get_by_text(re.compile("Amazon has order")))
    assert shop.sent == before + 1


def test_a_reload_in_the_middle_brings_back_what_was_typed(shop: Shop, form: Page) -> None:
    number = fill_in(form, shop.sku)
    type_into(form, "Units", "4")
    seen(form.get_by_text(f"4 x {shop.sku}"))

    form.reload()

    expect(only(form.get_by_label("Name", exact=True))).to_have_value("Ada Example")
    expect(only(form.get_by_label("Units", exact=True))).to_have_value("4")
    assert number_of(form) == number
    seen(form.get_by_text(f"4 x {shop.sku}"))


def give(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(str(file))


def test_a_file_is_corrected_paused_sent_and_its_result_sends_nothing_again(
    shop: Shop, page: Page, tmp_path: Path
) -> None:
    file, result = tmp_path / "orders.csv", tmp_path / "result.csv"
    rows = [(f"F-{at}", shop.sku, "1") for at in range(6)]
    file.write_bytes(file_of(*rows, ("F-9", shop.sku, "many")))
    page.goto(f"{shop.server.address}/new_order?way=Many+from+a+file")
    give(page, file)
    seen(page.get_by_role("button", name="Ship 6 orders"))
    only(page.get_by_role("radio", name="To be corrected")).click()
    head = page.locator("th", has_text=re.compile("^Units"))
    expect(only(page.get_by_test_id("glide-cell-2-0"))).to_contain_text("many")
    calm(page)

    column = int(str(head.get_attribute("aria-colindex"))) - 1
    # Cells are drawn on a canvas: the column is found by walking there, each step when it's drawn.
    page.locator(".stDataFrameGlideDataEditor").first.click(position={"x": 20, "y": 54})
    for at in range(column):
        expect(only(page.get_by_test_id(f"glide-cell-{at}-0"))).to_have_attribute(
            "aria-selected", "true"
        )
        page.keyboard.press("ArrowRight")
    expect(only(page.get_by_test_id(f"glide-cell-{column}-0"))).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("Enter")
    cell = page.locator("#portal textarea")
    expect(only(cell)).to_have_value("many")
    cell.fill("2")
    cell.press("Enter")
    seen(page.get_by_text("Ships 7 orders with 8 units"))

    before = shop.sent
    slow = shop.amazon.faults.add(Slow(seconds=1, operations=["createFulfillmentOrder"]))
    only(page.get_by_role("button", name="Ship 7 orders")).click()
    only(page.get_by_role("button", name="Pause")).click()
    go_on = page.get_by_role("button", name=re.compile("Go on with"))
    seen(go_on)
    assert before < shop.sent < before + 7
    page.reload()
    shop.amazon.faults.remove(slow)
    go_on.click()
    seen(page.get_by_text("Amazon has 7 of 7 orders."))
    assert shop.sent == before + 7

    with page.expect_download() as download:
        page.get_by_role("button", name="Result (CSV)").first.click()
    download.value.save_as(result)
    give(page, result)
    seen(page.get_by_text("No order of this file is ready to be sent."))
    assert shop.sent == before + 7


# One form for many tests: they come last, for a tab that's open draws what's new.


@pytest.fixture(scope="module")
def blank(shop: Shop, visitor: BrowserContext) -> Iterator[Page]:
    """A form in which nothing but a country is chosen, for all tests that choose one."""
    with tab_of(visitor) as page:
        page.goto(f"{shop.server.address}/new_order")
        seen(page.get_by_label("Name", exact=True))
        yield page


@pytest.fixture(scope="module")
def typed(shop: Shop, visitor: BrowserContext) -> Iterator[Page]:
    """A form that was filled in once, for tests that change a field and give it back."""
    with tab_of(visitor) as page:
        page.goto(f"{shop.server.address}/new_order")
        seen(page.get_by_label("Name", exact=True))
        paste_in(page, shop.sku)
        more(page)
        yield page


@pytest.fixture
def filled(shop: Shop, typed: Page) -> Iterator[Page]:
    """A form that's ready to be sent, and is so again when its field is what it was."""
    button = typed.get_by_role("button", name=SHIP)
    expect(only(button)).to_be_enabled()
    kept = {label: typed.get_by_label(label, exact=True).input_value() for label in FIELDS}
    yield typed
    for label, text in kept.items():
        if typed.get_by_label(label, exact=True).input_value() != text:
            type_into(typed, label, text)
    expect(only(button)).to_be_enabled()


@pytest.mark.parametrize(
    ("label", "text", "told"),
    [
        ("Units", "300", "300 are too many: Amazon takes 250"),
        ("Units", "2.7", "'2.7' isn't a whole number of units"),
        ("Units", "abc", "'abc' isn't a whole number of units"),
        ("Name", "", "is needed"),
        ("Street and number", "", "is needed"),
        ("City", "", "is needed"),
        ("State", "ZZ", "ZZ is not a state of the United States"),
        ("ZIP code", "6270", "6270 is not a ZIP code of the United States"),
        ("Order number", "N" * 60, "is too long: Amazon takes 40 characters"),
        ("Note on the packing slip", "n" * 751, "is too long: Amazon takes 750 characters"),
    ],
)
def test_a_field_that_cannot_be_sent_says_so_and_takes_the_button_away(
    filled: Page, label: str, text: str, told: str
) -> None:
    field = type_into(filled, label, text)

    seen(filled.get_by_text(told))
    expect(filled.get_by_role("button", name=SHIP)).to_have_count(0)
    expect(only(field)).to_have_value(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("DE", "Germany"), ("UK", "United Kingdom"), ("deutschl", "Germany"), ("engl", "Kingdom")],
)
def test_a_country_is_chosen_by_its_code_or_name_and_enter(
    blank: Page, text: str, shown: str
) -> None:
    box = blank.get_by_role("combobox", name="Country")
    box.click()
    box.fill(text)
    blank.get_by_role("option").first.wait_for()

    box.press("Enter")
    calm(blank)
    expect(only(box)).to_have_value(re.compile(shown))


def test_no_stock_says_how_many_would_work(shop: Shop, filled: Page) -> None:
    there = shop.amazon.world.stocks[US.id][shop.sku]

    type_into(filled, "Units", str(min(250, there.on_record + 1)))

    seen(filled.get_by_text(re.compile("Not enough of")))
    seen(filled.get_by_role("button", name=re.compile("^Ship only")))
    expect(filled.get_by_role("button", name=SHIP)).to_have_count(0)


def test_stock_that_is_only_in_transfer_is_amber_although_amazon_says_yes(
    shop: Shop, filled: Page
) -> None:
    shelf = shop.amazon.world.stocks[US.id]
    sku = next(sku for sku, s in shelf.items() if not s.fulfillable and s.transfer >= 1)

    choose(filled, "Product", sku)

    seen(filled.get_by_text(re.compile("the shelf says not yet")))
    expect(only(filled.get_by_role("button", name=SHIP))).to_be_enabled()
    choose(filled, "Product", shop.sku)
    expect(filled.get_by_text(re.compile("the shelf says not yet"))).to_have_count(0)
