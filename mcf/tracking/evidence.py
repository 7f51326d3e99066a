"""One order's evidence in one file: what was sent, promised and told, for a claim or a dispute.

The file is HTML without scripts that can be printed and needs nothing from outside. It tells facts;
what isn't known is told as not known.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, tostring

import pandas as pd

from mcf.amazon import labels
from mcf.amazon.models.base import Address, api_time
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus, ShipmentStatus
from mcf.marketplaces import Marketplace
from mcf.tracking import events, handover
from mcf.tracking.events import EventKind, Happening
from mcf.tracking.facts import OrderFacts
from mcf.tracking.handover import Document, Handover, Proof
from mcf.tracking.view import OrderView

NOT_KNOWN = "not known"
_NEVER = "-"
"""Where there can be nothing."""
Part: TypeAlias = Element | str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that goes into a file; `made_at` is Amazon's time in UTC, `claim` a window in UTC."""

    view: OrderView
    sent: MCFOrderRequest | None
    marketplace: Marketplace
    made_at: datetime
    mode: str
    """"live", or one in which orders, people and parcels are invented."""
    proofs: Sequence[Proof] = ()
    claim: tuple[datetime, datetime | None] | None = None
    seller_id: str | None = None


def file_name(order_id: str, now: datetime) -> str:
    """A name like evidence_S02-1234_20260302T150000Z.html; what no file system likes is "_"."""
    return f"evidence_{safe(order_id)}_{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.html"


def safe(order_id: str) -> str:
    """An order's number as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", order_id)[:60].strip("_") or "order"


def page(facts: Facts) -> bytes:
    """The file. Its content is between two comments; below stands the SHA-256 of it."""
    order_id = facts.view.order_id
    content = "\n".join(
        tostring(part, encoding="unicode", method="html") for part in _content(facts, order_id)
    )
    digest = hashlib.sha256(content.encode()).hexdigest()
    head = _HEAD.replace("TITLE", escape(_shown(f"Evidence for order {order_id}")))
    return f"{head}{_BEGIN}{content}{_END}{_FOOT.replace('DIGEST', digest)}".encode()


_BEGIN, _END = "<!-- content -->", "<!-- end of content -->"
_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>TITLE</title>
<style>
body { font: 14px/1.45 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #111; }
table { border-collapse: collapse; width: 100%; margin: .5em 0 1em; }
th, td { border: 1px solid #bbb; padding: .25em .5em; text-align: left; vertical-align: top; }
th { background: #eee; }
td, p, h1 { overflow-wrap: anywhere; white-space: pre-line; unicode-bidi: isolate; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 11px; }
img { max-width: 100%; max-height: 20cm; }
h2 { border-bottom: 2px solid #111; margin-top: 1.5em; }
h2, h3, figure { break-inside: avoid; break-after: avoid; }
tr { break-inside: avoid; }
</style></head><body>
"""
_FOOT = """
<footer><hr><p>SHA-256 of the content: DIGEST</p>
<p>It's that of the bytes between the two comments that say where the content begins and ends. Note
it elsewhere when you hand the file on: then a later change of the file can be noticed.</p>
</footer></body></html>
"""


def _content(facts: Facts, order_id: str) -> Iterable[Element]:
    yield _el("h1", f"Evidence for order {order_id}")
    yield _origin(facts)
    if facts.mode != "live":
        invented = f"Made in {facts.mode} mode: order, people and parcels are invented."
        yield _el("p", _el("strong", invented))
    yield from _order(facts)
    yield from _promise(facts)
    yield from _story(facts)
    yield from _estimates(facts)
    yield from _shipments(facts)
    yield from _parcels(facts)
    yield _el("h2", "Word for word")
    omitted = "Codes that open lockers are left out, as are links, which are good for an hour only."
    yield _el("p", f"The order as it was sent, and what Amazon told when last read. {omitted}")
    sent = {"As it was sent": facts.sent.to_api()} if facts.sent else {}
    for name, data in (sent | {**facts.view.raw}).items():
        yield _el("h3", name)
        clean = handover.without_codes(data)
        yield _el("pre", json.dumps(clean, indent=1, ensure_ascii=False, default=str))


def _origin(facts: Facts) -> Element:
    market = facts.marketplace
    return _pairs(
        [
            ("Made at", _when(facts.made_at, facts)),
            ("Order last read from Amazon", _when(facts.view.read_at, facts)),
            ("Made with", "MCF Desk, from its own records and Amazon's Fulfillment Outbound API"),
            ("Marketplace", f"{market.name} ({market.id})"),
            ("Seller", facts.seller_id or NOT_KNOWN),
            ("Times", f"UTC, and in brackets the marketplace's zone, {market.zone.key}"),
        ]
    )


def _order(facts: Facts) -> Iterable[Element]:
    order, sent = facts.view.order, facts.sent
    yield _el("h2", "The order")
    if sent is None:
        yield _el("p", "It wasn't sent with this program: what was sent isn't known here.")
    else:
        at = _when(facts.view.sent_at, facts)
        yield _el("p", f"Sent with this program at {at}, by the clock of the machine it's on.")
    yield _table(
        ["", "As sent", "As Amazon has it"],
        [
            (name, _told(ours), _told(amazons))
            for name, ours, amazons in _compared(facts, order, sent)
        ],
    )
    yield _el("h3", "Lines")
    yield _table(
        ["SKU", "Line", "Units sent", "Units at Amazon", "Cancelled", "Not fulfillable"],
        _lines(facts),
    )


def _compared(
    facts: Facts, order: OrderFacts, sent: MCFOrderRequest | None
) -> Iterable[tuple[str, object, object]]:
    def ours(name: str) -> object:
        return getattr(sent, name, None)

    date = sent and sent.displayable_order_date
    wishes = [wish.feature_name for wish in (sent and sent.feature_constraints) or ()]
    yield "Number", ours("seller_fulfillment_order_id"), order.seller_fulfillment_order_id
    yield "Number for the recipient", ours("displayable_order_id"), order.displayable_order_id
    heads = facts.view.raw.get("The order") or [{}]
    yield "Date", date and api_time(date), heads[0].get("displayableOrderDate")
    yield "Received by Amazon", _NEVER, _when(order.received_date, facts)
    yield "Status", _NEVER, FulfillmentOrderStatus.label_of(order.status)
    yield "Last change of status", _NEVER, _when(order.status_updated_date, facts)
    yield "Delivery speed", ours("shipping_speed_category"), order.shipping_speed_category
    yield "Ship or hold", ours("fulfillment_action"), order.fulfillment_action
    yield "What happens to parts", ours("fulfillment_policy"), order.fulfillment_policy
    amazons = None if facts.view.features is None else _wishes(facts.view.wishes)
    yield "Wishes", sent and _wishes(wishes), amazons
    yield "Note on the packing slip", ours("displayable_order_comment"), facts.view.comment
    yield (
        "Recipient",
        _address(sent.destination_address if sent else None),
        _address(facts.view.address),
    )


def _wishes(names: Sequence[str | None]) -> str:
    return ", ".join(labels.feature(name or "").label for name in names) or "none"


def _address(to: Address | None) -> str | None:
    if to is None:
        return None
    town = " ".join(part for part in (to.city, to.state_or_region, to.postal_code) if part)
    lines = (to.name, to.address_line1, to.address_line2, to.address_line3,
             to.district_or_county, town, to.country_code)  # fmt: skip
    return "\n".join(line for line in lines if line)


def _lines(facts: Facts) -> list[tuple[str, ...]]:
    items = facts.sent.items if facts.sent else ()
    sent = {item.seller_fulfillment_order_item_id: item for item in items}
    rows = []
    for row in facts.view.items.to_dict("records"):
        line = str(row["seller_fulfillment_order_item_id"])
        ours = sent.pop(line, None)
        counts = (row[f"{name}quantity"] for name in ("", "cancelled_", "unfulfillable_"))
        rows.append((_told(row["seller_sku"]), line, _told(ours and ours.quantity),
                      *map(_told, counts)))  # fmt: skip
    rows += [
        (item.seller_sku, line, _told(item.quantity), *[NOT_KNOWN] * 3)
        for line, item in sent.items()
    ]
    return rows


def _promise(facts: Facts) -> Iterable[Element]:
    order = facts.view.order
    yield _el("h2", "What Amazon promised when the order was sent")
    yield _pairs(
        [
            ("Ships at the latest", _when(order.promised_ship_date, facts)),
            ("Arrives at the latest", _when(order.promised_arrival_date, facts)),
            ("Fee", _fee(order)),
        ]
    )
    if facts.claim is not None:
        begin, end = facts.claim
        until = f"until {_when(end, facts)}" if end else "on; until when isn't known here"
        yield _el("p", f"A claim can be made from {_when(begin, facts)} {until}.")


def _fee(order: OrderFacts) -> str:
    return NOT_KNOWN if order.fee is None else f"{order.fee:.2f} {_told(order.fee_currency)}"


def _story(facts: Facts) -> Iterable[Element]:
    yield _el("h2", "What happened")
    happenings = [one for one in facts.view.happenings if one.kind not in _ESTIMATES]
    if not happenings:
        yield _el("p", "No change was noticed by this program.")
        return
    yield _table(
        ["When", "Noticed here", "By", "What"],
        [
            (
                _when(happening.at, facts),
                _when(happening.noticed_at, facts),
                "the seller" if happening.is_own else "Amazon",
                events.in_words(happening),
            )
            for happening in happenings
        ],
    )


_ESTIMATES = {
    EventKind.SHIPS: "Ships",
    EventKind.ARRIVES: "Arrives",
    EventKind.PARCEL_ARRIVES: "Parcel arrives",
}


def _estimates(facts: Facts) -> Iterable[Element]:
    yield _el("h2", "How Amazon's estimates moved")
    moved = [one for one in facts.view.happenings if one.kind in _ESTIMATES]
    if not moved:
        yield _el("p", "No change of an estimate was noticed by this program.")
    else:
        yield _table(
            ["Noticed", "Of what", "Before", "After"],
            [
                (
                    _when(move.noticed_at, facts),
                    _estimated(move),
                    _when(_moment(move.before), facts),
                    _when(_moment(move.after), facts),
                )
                for move in moved
            ],
        )
    order = facts.view.order
    yield _pairs(
        [
            ("Ships, as estimated last", _when(order.estimated_ship_date, facts)),
            ("Arrives, as estimated last", _when(order.estimated_arrival_date, facts)),
        ]
    )


def _estimated(it: Happening) -> str:
    number = f" ({it.package_number})" if it.package_number is not None else ""
    return _ESTIMATES[it.kind] + number


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _shipments(facts: Facts) -> Iterable[Element]:
    yield _el("h2", "Shipments")
    rows = facts.view.shipments.to_dict("records")
    if not rows:
        yield _el("p", "Amazon tells of none.")
        return
    yield _table(
        ["Shipment", "From", "Status", "Left or leaves", "Arrives"],
        [
            (
                _told(row["amazon_shipment_id"]),
                _told(row["fulfillment_center_id"]),
                ShipmentStatus.label_of(row["status"]),
                _when(row["shipping_date"], facts),
                _when(row["estimated_arrival_date"], facts),
            )
            for row in rows
        ],
    )


def _parcels(facts: Facts) -> Iterable[Element]:
    rows = facts.view.packages.to_dict("records")
    if not rows:
        yield _el("h2", "Parcels")
        yield _el("p", "Amazon tells of none.")
    for row in rows:
        number = int(row["package_number"])
        handed = facts.view.handovers.get(number, Handover())
        yield _el("h2", f"Parcel {number}")
        yield _pairs(_parcel(row, handed, facts))
        yield _el("h3", "Events")
        if handed.stops:
            yield _table(
                ["When", "What", "Where"],
                [(_when(s.at, facts), s.event, s.place or NOT_KNOWN) for s in handed.stops],
            )
        else:
            yield _el("p", "The carrier told of none.")
        yield from _proof(number, facts)


def _parcel(row: Mapping[Any, Any], handed: Handover, facts: Facts) -> Iterable[tuple[str, str]]:
    carrier = _told(row["carrier_code"])
    yield "Carrier", carrier if carrier == NOT_KNOWN else labels.carrier(carrier)
    yield "Tracking number", _told(row["tracking_number"])
    yield "In shipment", _told(row["amazon_shipment_id"])
    yield "Contents", _told(row["contents"])
    yield "Status", PackageStatus.label_of(row["status"])
    yield "Shipped", _when(row["ship_date"], facts)
    yield "Arrives, as estimated last", _when(row["estimated_arrival_date"], facts)
    yield "Delivered", _when(row["delivered_at"], facts)
    yield "Delivery window from", _when(handed.earliest, facts)
    yield "Delivery window until", _when(handed.latest, facts)
    yield "Signed for by", handed.signed_by or NOT_KNOWN
    yield "Left at", handed.left_at or NOT_KNOWN


def _proof(number: int, facts: Facts) -> Iterable[Element]:
    yield _el("h3", "Proof of delivery")
    asked = [proof for proof in facts.proofs if proof.package_number == number]
    if not asked:
        yield _el("p", "Amazon wasn't asked for one when this file was made.")
    for proof in asked:
        told_of = f"told of {len(proof.documents) or 'none'}"
        yield _el("p", f"Asked at {_when(proof.asked_at, facts)}: Amazon {told_of}.")
        for document in proof.documents:
            yield _pictured(document, facts)


def _pictured(document: Document, facts: Facts) -> Element:
    name = handover.kind_of(document)
    photo, earlier = document.photo, document.earlier
    if photo is None and earlier is not None:
        told = f"{name}, fetched at {_when(earlier.at, facts)} from {earlier.host}."
        again = "The picture isn't in this file: fetch the proof again, then save the evidence."
        return _el("p", f"{told} SHA-256 of the picture: {earlier.digest}. {again}")
    if photo is None:
        return _el("p", f"{name}: not fetched. {document.problem or ''}".strip())
    address = f"data:{photo.media_type};base64,{base64.b64encode(photo.content).decode()}"
    digest = hashlib.sha256(photo.content).hexdigest()
    fetched = f"{name}, fetched at {_when(photo.fetched_at, facts)} from {photo.host}."
    caption = f"{fetched} SHA-256 of the picture: {digest}"
    return _el("figure", _el("img", src=address, alt=name), _el("figcaption", caption))


def _when(moment: datetime | None, facts: Facts) -> str:
    """A moment in UTC, and in brackets in the marketplace's zone."""
    if moment is None or pd.isna(moment):
        return NOT_KNOWN
    local = moment.astimezone(facts.marketplace.zone)
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC ({local:%a %d %b %Y, %H:%M %Z})"


def _told(value: object) -> str:
    """A cell in words; what Amazon didn't tell is not known."""
    missing = value is None or value == "" or (isinstance(value, float) and pd.isna(value))
    return NOT_KNOWN if missing else str(value)


def _pairs(rows: Iterable[tuple[str, str]]) -> Element:
    return _el("table", *(_el("tr", _el("th", name), _el("td", value)) for name, value in rows))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Element:
    return _el(
        "table",
        _el("tr", *(_el("th", name) for name in head)),
        *(_el("tr", *(_el("td", cell) for cell in row)) for row in rows),
    )


def _el(tag: str, *content: Part, **attributes: str) -> Element:
    """An element with text and elements in it; whatever a text holds, it stays text."""
    element = Element(tag, {name: _shown(value) for name, value in attributes.items()})
    last: Element | None = None
    for part in content:
        if isinstance(part, Element):
            element.append(part)
            last = part
        elif last is None:
            element.text = (element.text or "") + _shown(part)
        else:
            last.tail = (last.tail or "") + _shown(part)
    return element


def _shown(text: str) -> str:
    """The text with marks that can't be seen, or turn what follows around, made visible."""
    return _UNSEEN.sub("\ufffd", text)


_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"
)
