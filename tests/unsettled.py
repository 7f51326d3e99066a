"""What is left in a store of an order whose answer never came."""

from __future__ import annotations

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.store import tables
from mcf.store.database import utc_now
from mcf.store.states import SubmissionState
from tests.shops import store_of


def unknown_submission(service: MCFService, request: MCFOrderRequest) -> None:
    """Writes what is left of an order whose answer never came."""
    with store_of(service.settings) as store:
        store.add(
            tables.submissions,
            {
                "seller_fulfillment_order_id": request.seller_fulfillment_order_id,
                "state": SubmissionState.UNKNOWN.value,
                "request": request.to_api(),
                "attempts": 1,
                "created_at": utc_now(),
                "updated_at": utc_now(),
                "message": "Not known yet.",
            },
        )
