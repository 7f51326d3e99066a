"""MCF Desk's service: Amazon Multi-Channel Fulfillment as pandas frames, cached and kept locally.

Names load on first use, so that `import mcf` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Address": "mcf.amazon.models.base",
    "FulfillmentOrderStatus": "mcf.amazon.statuses",
    "FulfillmentPreview": "mcf.amazon.models.answers",
    "MCFClient": "mcf.amazon.client",
    "MCFError": "mcf.errors",
    "MCFFulfillmentOrder": "mcf.amazon.models.answers",
    "MCFInventoryItem": "mcf.amazon.models.answers",
    "MCFOrderDetail": "mcf.amazon.models.answers",
    "MCFOrderItem": "mcf.amazon.models.requests",
    "MCFOrderRequest": "mcf.amazon.models.requests",
    "MCFPackage": "mcf.amazon.models.answers",
    "MCFService": "mcf.service",
    "MCFShipment": "mcf.amazon.models.answers",
    "PackageStatus": "mcf.amazon.statuses",
    "SPAPIAuth": "mcf.amazon.auth",
    "Settings": "mcf.settings",
    "ShippingSpeedCategory": "mcf.amazon.statuses",
    "get_access_token": "mcf.amazon.auth",
    "get_sp_api_credentials": "mcf.amazon.auth",
    "open_service": "mcf.service",
}
__all__ = list(_HOMES)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mcf' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
