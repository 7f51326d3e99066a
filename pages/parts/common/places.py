"""Where the pages are, for links between them."""

from __future__ import annotations

from pathlib import Path

_PAGES = Path(__file__).parents[2]
ICON = str(_PAGES / "parts/icon.svg")
FRAME = str(_PAGES / "frame/desk.py")
TODAY = str(_PAGES / "home/today.py")
INVENTORY = str(_PAGES / "stock/inventory.py")
NEW_ORDER = str(_PAGES / "fulfillment/new_order.py")
TRACKING = str(_PAGES / "fulfillment/tracking.py")
CONNECTION = str(_PAGES / "account/connection.py")
PEOPLE = str(_PAGES / "account/people.py")
AUDIT = str(_PAGES / "account/audit.py")
ADDRESSES = {
    INVENTORY: "inventory",
    NEW_ORDER: "new_order",
    TRACKING: "tracking",
    CONNECTION: "connection",
    PEOPLE: "people",
    AUDIT: "audit",
}
"""Each page's name in its address; Today is at the address without one."""
BY_NAME = {
    "inventory": INVENTORY,
    "new_order": NEW_ORDER,
    "tracking": TRACKING,
    "connection": CONNECTION,
    "sku": INVENTORY,
    "unsellable": INVENTORY,
    "excess": INVENTORY,
    "purchases": INVENTORY,
}
"""The pages that a concern can point at."""
QUERY_OF = {"sku": "open", "inventory": "sku", "new_order": "sent", "tracking": "order"}
"""The name under which each of them takes its subject in the address."""
