"""Both versions of Fulfillment Outbound, for the tests of either."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.settings import OutboundVersion, Settings
from mcf.simulator import Simulator

US = "ATVPDKIKX0DER"
OLD, NEW = OutboundVersion.V2020_07_01, OutboundVersion.V2026_07_04
RICH: dict[str, Any] = {
    "shippingSpeedCategory": "Expedited",
    "fulfillmentAction": "Hold",
    "fulfillmentPolicy": "FillAllAvailable",
    "displayableOrderId": "#1001",
    "featureConstraints": [
        {"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"},
        {"featureName": "OVERBOX", "featureFulfillmentPolicy": "NotRequired"},
    ],
    "deliveryPreferences": {
        "deliveryInstructions": "Beware of the dog",
        "dropOffLocation": {"type": "FRONT_DOOR", "attributes": {"side": "left"}},
    },
}


def settings_of(simulator: Simulator, folder: Path, version: OutboundVersion) -> Settings:
    environ = {
        "AMAZON_SP_API_ENDPOINT": simulator.endpoint,
        "AMAZON_LWA_ENDPOINT": simulator.lwa_endpoint,
        "MCF_DATA_DIR": str(folder / "data"),
        "MCF_OUTBOUND_VERSION": version,
    }
    return Settings.from_env(environ, dotenv=None)


def changed(request: MCFOrderRequest, **fields: Any) -> MCFOrderRequest:
    return MCFOrderRequest.of(**{**request.to_api(), **fields})


def line_of(request: MCFOrderRequest, **fields: Any) -> MCFOrderRequest:
    return changed(request, items=[{**request.items[0].to_api(), **fields}])
