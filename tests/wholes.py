"""All that is known of one order of a test."""

from __future__ import annotations

from mcf.service import MCFService
from mcf.tracking.view import WholeOrder


def whole(service: MCFService, order_id: str) -> WholeOrder:
    """What an order's page draws; fails when there's no such order."""
    order = service.tracking.views.whole(order_id)
    assert order is not None
    return order
