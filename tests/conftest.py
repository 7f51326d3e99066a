"""Fixtures shared by all tests: a simulated Amazon with a stopped clock, and what talks to it."""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcf import logs
from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderItem, MCFOrderRequest
from mcf.amazon.throttle import OwnTurns, Pace
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store.database import Store
from tests.clocks import Time
from tests.leaks import heard

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""The simulated time at which every test begins."""


@pytest.fixture(scope="session", autouse=True)
def leaks() -> Iterator[deque[str]]:
    """What any logger said at any level that must never be logged."""
    logs.guard()
    with heard() as found:
        yield found


@pytest.fixture(autouse=True)
def nothing_private_is_logged(leaks: deque[str]) -> Iterator[None]:
    """Fails the test during which a secret or somebody's data went to a logger."""
    yield
    found = [leaks.popleft() for _ in range(len(leaks))]
    assert not found, "\n".join(found)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A small shop at Amazon whose clock stands at START; calls aren't throttled."""
    with Simulator(skus=12, orders=24, days=30, start=START, frozen=True, throttle=False) as amazon:
        yield amazon


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path) -> Settings:
    """Demo settings that point at the test's simulator."""
    environ = {
        "AMAZON_SP_API_ENDPOINT": simulator.endpoint,
        "AMAZON_LWA_ENDPOINT": simulator.lwa_endpoint,
        "MCF_DATA_DIR": str(tmp_path / "data"),
    }
    return Settings.from_env(environ, dotenv=None)


@pytest.fixture
def client(settings: Settings) -> Iterator[MCFClient]:
    """A client that doesn't really sleep, neither between attempts nor for Amazon's plans."""
    with MCFClient(settings, pace=unhurried(), sleep=lambda _: None) as amazon:
        yield amazon


def unhurried() -> Pace:
    """Keeps to the usage plans in a time of its own, which passes only by waiting for them."""
    time = Time()
    return Pace(OwnTurns(time.clock), time.sleep)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file."""
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with Store(url, account="test", marketplace_id="ATVPDKIKX0DER", mode="demo") as empty:
        yield empty


@pytest.fixture
def unthrottled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program knows from the start that its simulator's plans are a thousandfold."""
    monkeypatch.setattr(Pace, "_interval", lambda _, operation: 1 / (1000 * operation.rate))


@pytest.fixture
def service(settings: Settings, unthrottled: None) -> Iterator[MCFService]:
    """A service without its background worker and with an empty store."""
    with MCFService(settings) as opened:
        yield opened


@pytest.fixture
def address() -> Address:
    """A fictional recipient."""
    return Address(
        name="Ada Example",
        address_line1="100 Example Street",
        city="Springfield",
        state_or_region="IL",
        postal_code="62701",
        country_code="US",
    )


@pytest.fixture
def sku(simulator: Simulator, client: MCFClient) -> str:
    """A SKU of which at least ten units can ship."""
    stock = client.get_inventory_summaries().items
    return next(
        item.seller_sku
        for item in stock
        if item.inventory_details and (item.inventory_details.fulfillable_quantity or 0) >= 10
    )


@pytest.fixture
def request_for(address: Address, sku: str) -> MCFOrderRequest:
    """An order of two units that Amazon accepts."""
    return order_request("TEST-1", address, sku, 2)


def order_request(order_id: str, address: Address, sku: str, quantity: int) -> MCFOrderRequest:
    """An order of one line."""
    return MCFOrderRequest.of(
        seller_fulfillment_order_id=order_id,
        displayable_order_id=order_id,
        displayable_order_date=START,
        displayable_order_comment="Thank you for your order.",
        shipping_speed_category="Standard",
        destination_address=address.to_api(),
        items=[
            MCFOrderItem(
                seller_sku=sku, seller_fulfillment_order_item_id="1", quantity=quantity
            ).to_api()
        ],
    )


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; skips without one, unless MCF_REQUIRE_BROWSER=1 forbids that."""
    path = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if path is not None:
        return path
    reason = "needs a Chromium on the PATH (Debian: apt-get install chromium)"
    if os.environ.get("MCF_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
