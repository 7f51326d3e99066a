"""What Amazon refuses in one region and takes in another: features, borders, currencies.

Each text was recorded; which goods it hits is modelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mcf.simulator.api.forms import Refusal
from mcf.simulator.world.marketplaces import Marketplace
from mcf.simulator.world.orders import Address, Feature, LineRequest
from mcf.simulator.world.stock import Stock

FEATURES = {
    "BLANK_BOX": "Ships in packaging without Amazon's brand.",
    "BLOCK_AMZL": "Keeps Amazon Logistics from delivering.",
    "OVERBOX": "Puts the item's own box into another one.",
    "PACKING_SLIP": "Encloses a packing slip with the seller's words.",
    "SIGNATURE_CONFIRMATION": "Hands over against a signature, in the United States.",
    "ADULT_SIGNATURE_CONFIRMATION": "Hands over against the signature of an adult.",
    "DELIVER_TOGETHER": "Delivers all items of the order together.",
    "PRIME_ELIGIBILITY": "Ships with the speed of Prime.",
}
BY_INVITATION = frozenset({"ADULT_SIGNATURE_CONFIRMATION", "PRIME_ELIGIBILITY"})
"""Listed, and not for this seller."""
SCHEMA = {"type": "object", "properties": {}}
"""Told beside some features, with no word about what for."""

EUROPE = frozenset({"BE", "DE", "ES", "FR", "GB", "IE", "IT", "NL", "PL", "SE"})
_AMERICAN = frozenset({"BLANK_BOX", "BLOCK_AMZL"})
_WITHOUT = EUROPE | {"AU"}


def has_features(place: Marketplace) -> bool:
    """Whether the marketplace knows features at all; Australia's answers that it doesn't."""
    return place.country != "AU"


def is_offered(feature: str, place: Marketplace) -> bool:
    """Whether a feature exists in the marketplace's region.

    https://github.com/amzn/selling-partner-api-models/issues/4983
    """
    return feature not in _AMERICAN or place.country not in _WITHOUT


def no_features() -> Refusal:
    """What is said where there are none at all."""
    return Refusal("API not available in region")


def unsupported(feature: str) -> Refusal:
    """What is said of a feature that isn't offered in a region."""
    return Refusal(f"Region does not support feature: {feature}")


def unknown_feature() -> Refusal:
    """What is said of a name that is none."""
    return Refusal(f"Must be {' or '.join(FEATURES)}")


def judge_features(wanted: Iterable[Feature], place: Marketplace) -> None:
    """Raises Refusal for a feature that the region doesn't have, unless it's not required."""
    for feature in wanted:
        if feature.policy == "Required" and not is_offered(feature.name, place):
            raise unsupported(feature.name)


def judge_border(
    place: Marketplace, to: Address, lines: Sequence[LineRequest], shelf: Mapping[str, Stock]
) -> None:
    """Raises Refusal for goods that may not cross the border.

    https://github.com/amzn/selling-partner-api-docs/issues/1094
    https://github.com/amzn/selling-partner-api-docs/issues/1136
    """
    if to.country == place.country:
        return
    european = place.country in EUROPE and to.country in EUROPE
    if european and "GB" in (place.country, to.country):
        raise Refusal(
            "This order cannot be fulfilled due to Brexit preventing cross-border fulfillment via "
            "EFN and Pan-European FBA starting December 28, 2020. To maintain your European sales, "
            "you will need to send products to fulfillment centers in the UK and the EU. See "
            "https://sellercentral-europe.amazon.com/gc/sell-online/brexit for more details."
        )
    if not european and any(shelf[line.sku].product.size == "bulky" for line in lines):
        raise Refusal("Value NotEligibleForExport for parameter Item is invalid")


def judge_currencies(lines: Iterable[LineRequest], place: Marketplace) -> None:
    """Raises Refusal for values in another currency than the marketplace's."""
    for line in lines:
        value, price = line.declared_value, line.price
        if value is not None and value.currency != place.currency:
            raise Refusal(
                f"The field PerUnitDeclaredValue has a value of {value.currency}, was expecting "
                f"{place.currency}"
            )
        if price is not None and price.currency != place.currency:
            raise Refusal("The following parameters are invalid: {PerUnitPrice=}")
