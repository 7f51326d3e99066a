"""The form where an order needs more than an address and goods: India."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mcf.marketplaces import MARKETPLACES
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from tests.pages.conftest import texts, unfold
from tests.pages.orders.steps import filled, ship, submits

INDIA = MARKETPLACES["A21TJRUUN4KGV"]
MUMBAI = {
    "to_line1": "1 Example Road",
    "to_city": "Mumbai",
    "to_state": "Maharashtra",
    "to_zip": "400001",
}
PAID = {"payment_id": "PAY-1", "payment_mode": "Prepaid", "payment_date": "2026-03-01"}


@pytest.fixture
def indian_sku(
    empty_program: None, settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A SKU of which ten can ship, in the environment of a program that has read India's shop."""
    environ = {
        "AMAZON_SP_API_ENDPOINT": simulator.endpoint,
        "AMAZON_SP_API_REGION": INDIA.region,
        "AMAZON_MARKETPLACE_ID": INDIA.id,
        "MCF_DATA_DIR": str(settings.data_dir),
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with MCFService(Settings.from_env(environ, dotenv=None)) as service:
        service.sync()
        shelf = simulator.world.stocks[INDIA.id]
        yield next(sku for sku, stock in shelf.items() if stock.fulfillable >= 10)


def test_an_order_in_india_says_what_was_paid_and_what_the_goods_are_worth(
    indian_sku: str, simulator: Simulator
) -> None:
    at = filled(indian_sku, **MUMBAI)
    assert "Declared value" in texts(at)
    assert not submits(at)

    unfold(at, "more_open").text_input(key="value_0").input("499.00").run()
    for key, text in PAID.items():
        at.text_input(key=key).input(text)
    at.run()
    ship(at)

    sent = simulator.world.orders["TEST-9"].request
    assert sent.address.country == "IN"
    assert len(sent.payments) == 1
    assert "Amazon has order TEST-9" in texts(at)
