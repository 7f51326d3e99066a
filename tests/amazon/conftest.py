"""Clients that speak one version of Fulfillment Outbound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcf.amazon.client import MCFClient
from mcf.simulator import Simulator
from tests.amazon.versions import NEW, OLD, settings_of
from tests.conftest import unhurried


@pytest.fixture
def newer(simulator: Simulator, tmp_path: Path) -> Iterator[MCFClient]:
    """A client that speaks 2026-07-04."""
    with MCFClient(
        settings_of(simulator, tmp_path, NEW), pace=unhurried(), sleep=lambda _: None
    ) as client:
        yield client


@pytest.fixture
def older(simulator: Simulator, tmp_path: Path) -> Iterator[MCFClient]:
    """A client that speaks 2020-07-01."""
    with MCFClient(
        settings_of(simulator, tmp_path, OLD), pace=unhurried(), sleep=lambda _: None
    ) as client:
        yield client
