"""MCF Desk's service: Amazon Multi-Channel Fulfillment as pandas frames, cached and kept locally.

Names load on first use, so that `import mcf` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Address": "mcf.models",
    "FulfillmentOrderStatus": "mcf.status",
    "FulfillmentPreview": "mcf.models",
    "MCFClient": "mcf.client",
    "MCFError": "mcf.errors",
    "MCFFulfillmentOrder": "mcf.models",
    "MCFInventoryItem": "mcf.models",
    "MCFOrderDetail": "mcf.models",
    "MCFOrderItem": "mcf.models",
    "MCFOrderRequest": "mcf.models",
    "MCFPackage": "mcf.models",
    "MCFService": "mcf.service",
    "MCFShipment": "mcf.models",
    "PackageStatus": "mcf.status",
    "SPAPIAuth": "mcf.auth",
    "Settings": "mcf.settings",
    "ShippingSpeedCategory": "mcf.status",
    "get_access_token": "mcf.auth",
    "get_sp_api_credentials": "mcf.auth",
    "open_service": "mcf.service",
}
__all__ = list(_HOMES)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mcf' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
