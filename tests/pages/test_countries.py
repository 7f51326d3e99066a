"""The form where an order needs more than an address and goods: India."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from streamlit.testing.v1 import AppTest

from mcf.marketplaces import MARKETPLACES
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from pages.parts import places
from tests.pages.conftest import open_page, texts
from tests.pages.test_new_order import ship, submits

INDIA = "A21TJRUUN4KGV"
MUMBAI = {
    "to_name": "Ada Example",
    "to_line1": "1 Example Road",
    "to_city": "Mumbai",
    "to_state": "Maharashtra",
    "to_zip": "400001",
    "number": "TEST-9",
}
PAID = {"payment_id": "PAY-1", "payment_mode": "Prepaid", "payment_date": "2026-03-01"}


@pytest.fixture
def selling_in(
    empty_program: None, settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], str]]:
    """Sets the marketplace, reads everything there, and gives back a SKU of which ten can ship."""
    with ExitStack() as stack:

        def begin(marketplace: str) -> str:
            environ = {
                "AMAZON_SP_API_ENDPOINT": simulator.endpoint,
                "AMAZON_SP_API_REGION": MARKETPLACES[marketplace].region,
                "AMAZON_MARKETPLACE_ID": marketplace,
                "MCF_DATA_DIR": str(settings.data_dir),
            }
            for name, value in environ.items():
                monkeypatch.setenv(name, value)
            made = Settings.from_env(environ, dotenv=None)
            service = stack.enter_context(MCFService(made))
            service.sync()
            shelf = simulator.world.stocks[marketplace]
            return next(sku for sku, stock in shelf.items() if stock.fulfillable >= 10)

        yield begin


def filled(sku: str, typed: dict[str, str]) -> AppTest:
    at = open_page(places.NEW_ORDER)
    for key, value in typed.items():
        at.text_input(key=key).input(value)
    at.selectbox(key="sku_0").select(sku)
    return at.run()


def test_an_order_in_india_says_what_was_paid_and_what_the_goods_are_worth(
    selling_in: Callable[[str], str], simulator: Simulator
) -> None:
    at = filled(selling_in(INDIA), MUMBAI)
    assert "Declared value" in texts(at)
    assert not submits(at)

    at.session_state["more_0"] = True
    at.run()
    at.text_input(key="value_0").input("499.00").run()
    for key, text in PAID.items():
        at.text_input(key=key).input(text)
    at.run()
    ship(at)

    sent = simulator.world.orders["TEST-9"].request
    assert sent.address.country == "IN"
    assert len(sent.payments) == 1
    assert "Amazon has order TEST-9" in texts(at)
