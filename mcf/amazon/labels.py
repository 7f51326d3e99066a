"""Amazon's codes in a seller's words: fees, reasons, features, carriers. Pure.

A code that isn't known is made readable instead, so that a new one of Amazon's is shown and never
as it is.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mcf.amazon.messages import REASONS, Body, By, Said, find, worded
from mcf.amazon.statuses import bare, readable
from mcf.errors import InvalidInput, MCFError, ServiceTrouble

_FIELD = re.compile(r"\b[a-z]+(?:[A-Z][a-z]+)+\b")
_CODED = re.compile(
    r"for parameter|[Rr]eason: |\b[a-z]+[A-Z]|\b[A-Z][a-z]+[A-Z]|\b[A-Z]+_[A-Z]|^null$|"
    r"\bquota\b|\b[Tt]oken is|decimal type|ISO8601|requested resource|Authorization header|"
    r"\bAPI\b|check your input|^Invalid Input$|internal error|HTTP \d"
    r"|^Must be [A-Z]|Region does not|\bEFN\b"
)
"""Names of fields and codes, and what only programmers say: Reason: DuplicateCancelRequest."""
_UNUSABLE = re.compile(r"(?:The answer|Amazon's answer) ")
"""What this program says of an answer itself."""
NO_ANSWER = "No usable answer came from Amazon."
_FEES = {
    "fbaperunitfulfillmentfee": "Per unit",
    "fbaperorderfulfillmentfee": "Per order",
    "fbatransportationfee": "Transport",
    "fbafulfillmentcodfee": "Cash on delivery",
    "fbaweightbasedfee": "By weight",
    "fbadeliveryservicesfee": "Delivery services",
    "fbablockamzlsurcharge": "Other carriers only",
    "fbasignatureconfirmationfee": "Signature",
}
_REASONS = {
    **{notice.shown.replace("_", "").casefold(): notice.means.rstrip(".") for notice in REASONS},
    "merchantnotenrolled": "Your account isn't enrolled in Multi-Channel Fulfillment",
    "invalidsku": "Amazon doesn't know this SKU",
    "unknown": "Amazon gives no reason",
}
_RETURN_REASONS = {
    "CR-UNWANTED_ITEM": "No longer needed or wanted",
    "AMZ-PG-BAD-DESC": "Different from the description",
    "CR-DEFECTIVE": "Defective, or doesn't work properly",
    "CR-ORDERED_WRONG_ITEM": "Ordered by mistake",
    "CR-FOUND_BETTER_PRICE": "Better price found",
    "CR-DAMAGED_BY_FC": "Damaged, badly packed",
    "CR-MISSED_ESTIMATED_DELIVERY": "Arrived too late",
    "CR-MISSING_PARTS": "Parts or accessories are missing",
    "CR-DAMAGED_BY_CARRIER": "Damaged on its way",
    "CR-SWITCHEROO": "Not what was ordered",
    "CR-EXTRA_ITEM": "More arrived than was ordered",
    "CR-UNAUTHORIZED_PURCHASE": "Bought without permission",
}
_RETURN_REFUSALS = {
    "invalidvalues": "Amazon doesn't find such a unit in this order, or doesn't take the reason: "
    "refresh the order, and choose another reason.",
    "duplicaterequest": "A return of this unit was asked for before: refresh the order to see it.",
    "nocompletedshipitems": "It hasn't shipped yet: ask again when the shipment has left.",
    "noreturnablequantity": "All units of this line that shipped are in other returns already.",
}
_CARRIERS = {
    "amzn": "Amazon Logistics",
    "amzl": "Amazon Logistics",
    "amazon": "Amazon Logistics",
    "amazonlogistics": "Amazon Logistics",
    "usps": "USPS",
    "ups": "UPS",
    "upsmi": "UPS Mail Innovations",
    "upsmailinnovations": "UPS Mail Innovations",
    "fedex": "FedEx",
    "fedexsmartpost": "FedEx SmartPost",
    "dhl": "DHL",
    "dhlecommerce": "DHL eCommerce",
    "dhlglobalmail": "DHL Global Mail",
    "ontrac": "OnTrac",
    "lasership": "LaserShip",
    "royalmail": "Royal Mail",
}
_AMAZONS = re.compile(r"amz[nl][a-z]{2}")
"""Amazon's own carrier in a country: AMZN_US."""
_FEATURES = {
    "BLANK_BOX": (
        "Blank box",
        "Ships in packaging without Amazon's brand; eBay and Walmart ask for it.",
    ),
    "BLOCK_AMZL": (
        "Other carriers only",
        "Blocks Amazon Logistics, at a surcharge; without another carrier it's late or refused.",
    ),
    "OVERBOX": ("Overbox", "Packs the product's own box into another one."),
    "PACKING_SLIP": ("Packing slip", "Encloses a packing slip with your note."),
    "PSLIP": ("Packing slip", "Encloses a packing slip with your note."),
    "ADULT_SIGNATURE_CONFIRMATION": (
        "Signature of an adult",
        "Handed over against the signature of an adult, for an extra fee.",
    ),
    "SIGNATURE_CONFIRMATION": (
        "Signature",
        "Handed over against a signature, for an extra fee.",
    ),
    "DELIVER_TOGETHER": ("All together", "Delivers all items of the order together."),
    "PRIME_ELIGIBILITY": ("Prime", "Ships with Prime's speed."),
}


def fee(name: str) -> str:
    """What a fee is called, like "Per unit" for FBAPerUnitFulfillmentFee."""
    return _FEES.get(name.casefold()) or readable(name.removeprefix("FBA").removesuffix("Fee"))


def reason(code: str) -> str:
    """Why an order or a line can't be shipped, as a sentence without its full stop."""
    return _REASONS.get(code.replace("_", "").casefold()) or readable(code)


def return_reason(code: str, described: str | None = None) -> str:
    """Why a unit comes back; `described` is Amazon's own text, for a code that isn't known."""
    bare = code.removeprefix("CR-").removeprefix("AMZ-PG-")
    return _RETURN_REASONS.get(code.upper()) or described or readable(bare.replace("-", "_"))


def return_refusal(code: str | None, described: str | None = None) -> str:
    """Why Amazon doesn't take a unit back, as a sentence; `described` are Amazon's own words."""
    refusal = _RETURN_REFUSALS.get((code or "").casefold())
    return refusal or described or readable(code or "") or "Amazon refused it and gave no reason."


def amazon_text(message: str, operation: str = "", status: int = 400) -> str:
    """What Amazon said, in a seller's words; as it is where it has no codes in it."""
    if not _CODED.search(message):
        return message
    said = Said(By.AMAZON, status, Body.WORDS, (message,), operation)
    entry = find(said) if operation else None
    meant = entry.means if entry is not None else _meant(message)
    if meant is not None:
        return meant
    if _UNUSABLE.match(message):
        return NO_ANSWER
    return "Amazon refused it, in words that only programmers read."


def _meant(message: str) -> str | None:
    """What Amazon's words mean, also behind a sentence of this program's; None for others."""
    for mark in (". ", ": "):
        ours, _, amazons = message.partition(mark)
        entry = worded(amazons) if amazons and not _CODED.search(ours) else None
        if entry is not None:
            return f"{ours}{mark}{entry.means}"
    entry = worded(message)
    return None if entry is None else entry.means


def spelled(message: str) -> str:
    """What went wrong when reading, with the names of fields apart; other names stay as they are.

    A name with an underscore in it may be an order's or a SKU's.
    """
    meant = _meant(message)
    if meant is not None:
        return meant
    return _FIELD.sub(lambda match: readable(match[0]).lower(), message)


def error_text(error: MCFError) -> str:
    """What went wrong, in a seller's words; what this program says itself stays as it is."""
    if isinstance(error, InvalidInput):
        said = (f"{_field(where)}: {problem}" for where, problem in error.problems.items())
        return "; ".join(said)
    if error.operation is None and error.status is None and error.request_id is None:
        return error.message
    if isinstance(error, ServiceTrouble):
        entry = worded(error.message)
        return entry.means if entry else NO_ANSWER
    return amazon_text(error.message, error.operation or "", error.status or 400)


def carrier(code: str) -> str:
    """The carrier's name as people know it, or its code with the words apart."""
    known = "amzn" if _AMAZONS.fullmatch(bare(code)) else bare(code)
    return _CARRIERS.get(known) or (readable(code) if "_" in code else code.strip())


@dataclass(frozen=True, slots=True)
class Feature:
    """What can be wished of packaging and carrier, in a seller's words."""

    name: str
    label: str
    meaning: str


def feature(name: str, described: str | None = None) -> Feature:
    """A feature by Amazon's name; `described` is Amazon's own text, for one that isn't known."""
    label, meaning = _FEATURES.get(name.upper(), (readable(name), described or ""))
    return Feature(name, label, meaning)


def _field(where: str) -> str:
    """A field's name with its words apart: "Postal code" for destinationAddress.postalCode."""
    return readable(where.rpartition(".")[2]) if _CODED.search(where) else where
