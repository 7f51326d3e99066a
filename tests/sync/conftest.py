"""A small and a large shop, read into an empty store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mcf.amazon.client import MCFClient
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store.database import Store
from mcf.sync.reader import Sync
from tests.conftest import START, unhurried
from tests.shops import Servers
from tests.sync.shops import Seconds


@pytest.fixture
def sync(client: MCFClient, store: Store) -> Sync:
    """Reads the small shop into an empty store."""
    return Sync(client, store)


@pytest.fixture
def seconds() -> Seconds:
    """What the large shop measures the life of page tokens by."""
    return Seconds()


@pytest.fixture
def large(servers: Servers, seconds: Seconds) -> Iterator[Simulator]:
    """A shop of three pages of SKUs and no orders."""
    with servers.shop(
        skus=120, orders=0, start=START, frozen=True, throttle=False, timer=seconds
    ) as amazon:
        yield amazon


@pytest.fixture
def large_client(large: Simulator) -> Iterator[MCFClient]:
    """What calls the large shop."""
    environ = {"AMAZON_SP_API_ENDPOINT": large.endpoint}
    with MCFClient(
        Settings.from_env(environ, dotenv=None), pace=unhurried(), sleep=lambda _: None
    ) as client:
        yield client


@pytest.fixture
def large_sync(large_client: MCFClient, store: Store) -> Sync:
    """Reads the large shop."""
    return Sync(large_client, store)
