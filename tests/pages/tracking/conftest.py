"""Orders that tests of these parts begin with."""

from __future__ import annotations

import pytest

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService


@pytest.fixture
def sent(program: MCFService, request_for: MCFOrderRequest) -> str:
    """The number of an order that was just sent."""
    return program.submit(request_for).seller_fulfillment_order_id
