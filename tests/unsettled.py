"""What is left in a store of an order whose answer never came."""

from __future__ import annotations

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.service import MCFService
from mcf.store import tables
from mcf.store.database import Store, utc_now
from mcf.store.states import SubmissionState


def same_store(service: MCFService) -> Store:
    settings = service.settings
    return Store(
        settings.store_url,
        account=settings.account,
        marketplace_id=settings.marketplace.id,
        mode=settings.mode.value,
    )


def unknown_submission(service: MCFService, request: MCFOrderRequest) -> None:
    """Writes what is left of an order whose answer never came."""
    with same_store(service) as store:
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
