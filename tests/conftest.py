"""Fixtures shared by all tests: a simulated Amazon with a stopped clock, and what talks to it."""

from __future__ import annotations

import gc
import os
import shutil
import zlib
from collections import deque
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcf import env_file, logs
from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderItem, MCFOrderRequest
from mcf.amazon.throttle import OwnTurns, Pace
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store.database import Store
from mcf.store.states import RunState
from tests import counting, examples
from tests.clocks import Time
from tests.leaks import heard
from tests.shops import KeptStore, Servers

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""The simulated time at which every test begins."""

LONGEST_NAP = 0.02
"""Seconds that a service in a test sleeps at a time, however long it would in earnest."""

MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30  # noqa: S108
"""A folder in memory, and the bytes that must be free there for the files of the tests."""

examples.register()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Shares the tests among the workers by lanes."""
    from tests.lanes import Lanes

    return Lanes(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Has temporary files in memory where there's room: a store waits for its disk to write."""
    if counting.is_on(config) and getattr(config.option, "numprocesses", None):
        # The workers count: what shares the tests among them runs none.
        counting.stop()
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out all but a part of what is marked so, and of everything if a part is wanted."""
    by_name = _named(config)
    part: list[pytest.Item] = []
    rest: list[pytest.Item] = []
    for item in items:
        (part if _is_of_the_part(item, by_name=by_name) else rest).append(item)
    if rest:
        config.hook.pytest_deselected(items=rest)
        items[:] = part


def pytest_report_header(config: pytest.Config) -> str | None:
    """Tells that some tests are left out, and how to run them."""
    if examples.WHOLE or _named(config):
        return None
    return (
        "Of the pages, the browser and the matrix of faults a part runs, the year not at all:"
        " MCF_TEST_WHOLE=1 runs all."
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Makes ten thousand tests without looking for garbage, among which they never are later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Counts no line any more from the first test on that isn't to be counted."""
    if counting.is_on(item.config) and not counting.counts(item):
        counting.stop()
    return (yield)


@pytest.hookimpl(trylast=True, specname="pytest_collection_modifyitems")
def pytest_put_in_turn(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Has the tests in the order in which workers get them."""
    from tests.lanes import in_turn

    counted = counting.is_on(config)
    if counted or hasattr(config, "workerinput"):
        items[:] = in_turn(items, counted=counted)


def _named(config: pytest.Config) -> bool:
    """Whether it was said which tests to run: then all of them are meant, if nothing else is."""
    return "MCF_TEST_WHOLE" not in os.environ and [
        Path(argument).resolve() for argument in config.args
    ] != [config.rootpath / "tests"]


def _is_of_the_part(item: pytest.Item, *, by_name: bool) -> bool:
    """Whether chance takes it, which is seeded by the test's name and MCF_TEST_SEED."""
    wanted = int(os.environ.get("MCF_TEST_PART", "1"))
    if not by_name and not examples.WHOLE:
        if item.get_closest_marker("whole"):
            return False
        if marked := item.get_closest_marker("part"):
            wanted *= marked.kwargs["of"]
    seeded = os.environ.get("MCF_TEST_SEED", "") + item.nodeid
    return zlib.crc32(seeded.encode()) % wanted == 0


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


@pytest.fixture(scope="session", autouse=True)
def _short_naps() -> Iterator[None]:
    """Services sleep for LONGEST_NAP at most; tests of how long they would have a clock for it."""
    nap = MCFService._nap
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            MCFService, "_nap", lambda self, seconds: nap(self, min(seconds, LONGEST_NAP))
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_ones_own() -> Iterator[None]:
    """No test reads the `.env` that lies beside the program: its Amazon may be the real one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(env_file, "app_folder", Path.cwd)
        yield


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Gives a test its simulated Amazon; to start and stop one costs more than most tests."""
    servers = Servers()
    yield servers
    servers.close()


@pytest.fixture
def simulator(servers: Servers) -> Iterator[Simulator]:
    """A small shop at Amazon whose clock stands at START; calls aren't throttled."""
    recipe = {"skus": 12, "orders": 24, "days": 30, "start": START}
    with servers.shop(frozen=True, throttle=False, **recipe) as amazon:
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


@pytest.fixture(scope="session")
def kept_empty() -> KeptStore:
    """A store in which nothing is yet, for all tests: to make its tables takes a while."""
    return KeptStore()


@pytest.fixture
def store(tmp_path: Path, kept_empty: KeptStore) -> Iterator[Store]:
    """An empty store in a file."""
    path = tmp_path / "store.sqlite3"
    is_laid = kept_empty.lay(path)
    url = f"sqlite:///{path}"
    with Store(url, account="test", marketplace_id="ATVPDKIKX0DER", mode="demo") as empty:
        if not is_laid:
            kept_empty.keep(path)
        yield empty


@pytest.fixture
def unthrottled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program knows from the start that its simulator's plans are a thousandfold."""
    monkeypatch.setattr(Pace, "_interval", lambda _, operation: 1 / (1000 * operation.rate))


@pytest.fixture
def service(settings: Settings, unthrottled: None, kept_empty: KeptStore) -> Iterator[MCFService]:
    """A service without its background worker and with an empty store."""
    path = settings.home / "mcf.sqlite3"
    is_laid = kept_empty.lay(path)
    with MCFService(settings) as opened:
        if not is_laid:
            kept_empty.keep(path)
        yield opened


@pytest.fixture(scope="session")
def kept_shop() -> KeptStore:
    """The store after a program has read the whole small shop, for all tests."""
    return KeptStore()


@pytest.fixture
def filled(
    settings: Settings, simulator: Simulator, unthrottled: None, kept_shop: KeptStore
) -> Iterator[MCFService]:
    """A service without its background worker, which has just read the whole shop."""
    path = settings.home / "mcf.sqlite3"
    is_laid = kept_shop.lay(path)
    with MCFService(settings) as opened:
        if is_laid:
            # Its first answer tells a program what Amazon's time is.
            opened.connection.client.get_inventory_summaries(seller_skus=["NONE"])
        else:
            assert {run.state for run in opened.sync()} == {RunState.WHOLE}
            kept_shop.keep(path)
        simulator.requests.clear()
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
