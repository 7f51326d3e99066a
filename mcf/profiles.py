"""Profiles of sales channels: named sets of options that the form of an order starts from, pure.

eBay and Walmart forbid parcels in Amazon's boxes, Walmart also delivery by Amazon's own vans.
https://sellercentral.amazon.com/help/hub/reference/external/G201074400
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcf.typed import Typed

OPTIONS = ("hold", "policy", "speed", "comment", "emails", "features", "ship_from")
"""What of the form a profile holds."""

OWN_SHOP = "Own shop"
_BLANK, _NOT_AMAZON = {"BLANK_BOX": "Required"}, {"BLOCK_AMZL": "Required"}
BUILT_IN: Mapping[str, Mapping[str, Any]] = {
    OWN_SHOP: {},
    "eBay": {"features": _BLANK},
    "Walmart": {"features": _BLANK | _NOT_AMAZON},
    "Etsy": {"features": _BLANK},
}
"""Those that are there from the beginning; one saved under the same name takes its place."""


def content_of(typed: Typed) -> dict[str, Any]:
    """The options of a form, to be kept as a profile."""
    whole = typed.content()
    return {name: whole[name] for name in OPTIONS if name in whole}


def applied(typed: Typed, name: str, content: Mapping[str, Any]) -> Typed:
    """The form with the options of a profile in place of its own; raises `InvalidInput`."""
    plain = {key: value for key, value in typed.content().items() if key not in OPTIONS}
    chosen = {key: content[key] for key in OPTIONS if key in content}
    return Typed.from_content({**plain, **chosen, "profile": name})
