"""Where the pages are, for links between them."""

from __future__ import annotations

TODAY = "pages/home/today.py"
INVENTORY = "pages/stock/inventory.py"
NEW_ORDER = "pages/fulfillment/new_order.py"
TRACKING = "pages/fulfillment/tracking.py"
CONNECTION = "pages/account/connection.py"

BY_NAME = {"inventory": INVENTORY, "new_order": NEW_ORDER, "tracking": TRACKING}
"""The pages that a concern can point at."""

QUERY_OF = {"inventory": "sku", "new_order": "number", "tracking": "order"}
"""The name under which each of them takes its subject in the address."""
