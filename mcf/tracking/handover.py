"""How a parcel is handed over: window, signature, locker, and what Amazon has as proof. Pure.

Both versions of Amazon's interface are read.
https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from mcf.amazon.models.answers import MCFOrderDetail, MCFPackage, PackageTracking, TrackingEvent
from mcf.amazon.statuses import PackageStatus, event_text, readable
from mcf.files.harmless import cleaned

LINK_LIVES = timedelta(hours=1)
"""How long a link to a document of a delivery is good, says Amazon's model."""


@dataclass(frozen=True, slots=True)
class Stop:
    """An event of a parcel with the town where it happened; what isn't told is empty."""

    at: datetime | None
    event: str
    city: str
    state: str
    country: str

    @property
    def place(self) -> str:
        """City, state and country as one text."""
        return ", ".join(part for part in (self.city, self.state, self.country) if part)


@dataclass(frozen=True, slots=True)
class Handover:
    """What is known of how a parcel is or was handed over; None where nothing is told."""

    earliest: datetime | None = None
    latest: datetime | None = None
    signed_by: str | None = None
    left_at: str | None = None
    locker_number: str | None = None
    locker_code: str | None = field(default=None, repr=False)
    carrier_phone: str | None = None
    carrier_site: str | None = None
    stops: tuple[Stop, ...] = ()
    """Its events, oldest first; before them those whose time isn't told."""
    to: Stop | None = None
    """The town that it goes to."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as it was fetched; `host` is where from, `fetched_at` Amazon's time in UTC."""

    content: bytes = field(repr=False)
    media_type: str
    host: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """That a picture was fetched, when, from where, and its SHA-256; not the picture."""

    at: datetime
    host: str
    digest: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a delivery: a link that is good for an hour, its picture once fetched.

    Of one that was fetched in another session only that is known; its link is empty.
    """

    kind: str
    url: str = field(repr=False)
    photo: Photo | None = None
    problem: str | None = None
    """Why the picture couldn't be fetched, and what to do."""
    earlier: Fetched | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What Amazon had as proof of a parcel's delivery when it was asked; times are UTC."""

    order_id: str
    package_number: int
    asked_at: datetime
    documents: tuple[Document, ...] = ()
    left_at: str | None = None
    received_by: str | None = None

    @property
    def expires_at(self) -> datetime:
        """When its links are no good any more."""
        return self.asked_at + LINK_LIVES

    def is_stale(self, now: datetime) -> bool:
        """Whether its links are no good any more."""
        return now >= self.expires_at

    def with_photos(self, documents: Sequence[Document]) -> Proof:
        """The same with documents that have their pictures."""
        return replace(self, documents=tuple(documents))


def known_of(proof: Proof) -> dict[str, Any]:
    """What is kept of a proof, as JSON: neither a link nor a picture."""
    return {
        "asked_at": proof.asked_at.isoformat(),
        "left_at": proof.left_at,
        "received_by": proof.received_by,
        "documents": [
            {"kind": document.kind, "problem": document.problem, **_fetched_of(document)}
            for document in proof.documents
        ],
    }


def _fetched_of(document: Document) -> dict[str, Any]:
    photo, earlier = document.photo, document.earlier
    if photo is not None:
        earlier = Fetched(photo.fetched_at, photo.host, sha256(photo.content).hexdigest())
    if earlier is None:
        return {}
    return {"at": earlier.at.isoformat(), "host": earlier.host, "digest": earlier.digest}


def known_proofs(order_id: str, content: Mapping[str, Any]) -> dict[int, Proof]:
    """The proofs of an order that are kept, by their parcels' numbers."""
    return {
        int(number): Proof(
            order_id,
            int(number),
            datetime.fromisoformat(kept["asked_at"]),
            tuple(_document(each) for each in kept["documents"]),
            kept["left_at"],
            kept["received_by"],
        )
        for number, kept in content.items()
    }


def _document(kept: Mapping[str, Any]) -> Document:
    fetched = None
    if "at" in kept:
        fetched = Fetched(datetime.fromisoformat(kept["at"]), kept["host"], kept["digest"])
    return Document(kept["kind"], "", problem=kept["problem"], earlier=fetched)


def of(package: Mapping[str, Any], tracking: Mapping[str, Any] | None) -> Handover:
    """What the JSON of a parcel and of its tracking tells."""
    box = MCFPackage.from_api(package)
    tracked = PackageTracking.from_api(tracking) if tracking else None
    locker = box.locker_details
    spot, received_by = _delivered(package)
    window = tracked.delivery_window if tracked else None
    return Handover(
        earliest=window.earliest if window else None,
        latest=window.latest if window else None,
        signed_by=(tracked.signed_for_by if tracked else None) or received_by,
        left_at=left_at(tracked.additional_location_info if tracked else None) or spot,
        locker_number=locker.locker_number if locker else None,
        locker_code=locker.locker_access_code if locker else None,
        carrier_phone=tracked.carrier_phone_number if tracked else None,
        carrier_site=(cleaned(tracked.carrier_url) or None) if tracked else None,
        stops=tuple(_stop(event) for event in tracked.events) if tracked else (),
        to=_destination(tracked),
    )


def proof(detail: MCFOrderDetail, package_number: int, asked_at: datetime) -> Proof | None:
    """What an order that was just read tells of a parcel; None when it has no such parcel."""
    order_id = detail.fulfillment_order.seller_fulfillment_order_id or ""
    for parcel in detail.parcels:
        if parcel.number == package_number:
            data = parcel.package.to_api()
            spot, received_by = _delivered(data)
            links = tuple(Document(kind, url) for kind, url in _links(data))
            return Proof(order_id, package_number, asked_at, links, spot, received_by)
    return None


def without_codes(data: Any) -> Any:
    """JSON of Amazon's with the codes that open lockers blacked out."""
    if isinstance(data, Mapping):
        return {
            name: "(not shown)" if name in _CODES else without_codes(value)
            for name, value in data.items()
        }
    return [without_codes(part) for part in data] if isinstance(data, list) else data


def left_at(spot: str | None) -> str | None:
    """Where a parcel was left in a seller's words; None when that isn't told.

    Amazon's list is FRONT_DOOR and its kin; carriers send what they like: "IN/AT MAILBOX".
    """
    words = " ".join(re.sub(r"[_\s]+", " ", spot or "").split())
    if not words:
        return None
    phrase = _LEFT_AT.get(words.casefold())
    if phrase is not None:
        return phrase
    return re.sub(r"\s*/\s*", " or ", words).capitalize()


_LEFT_AT = {
    "as instructed": "As instructed",
    "customer pickup": "Picked up by the customer",
    "door person": "Handed to the door person",
    "guard": "Handed to a guard",
    "receiver": "Handed to the recipient",
    "receptionist": "Handed to a receptionist",
    "neighbor": "Handed to a neighbour",
    "fallback neighbor delivery": "Handed to a neighbour",
    "do not leave unattended": "Handed over in person",
    "mc boy": "Handed to a child",
    "mc girl": "Handed to a child",
    "mc man": "Handed to a man",
    "mc woman": "Handed to a woman",
    "to original sender": "Back to the sender",
    "inside delivery": "Inside",
    "in/at mailbox": "In or at the mailbox",
    "back porch": "On the back porch",
    "garage / other door / other loc": "In the garage, at another door or place",
    "garage": "In the garage",
    "individual picked up at po": "Picked up at the post office",
}
_CODES = frozenset({"lockerAccessCode"})


def _links(package: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Kind and address of each document, in the words of both versions."""
    listed = _at(package, "deliveryInformation", "deliveryDocumentList")
    rows = [row for row in listed if isinstance(row, Mapping)] if isinstance(listed, list) else []
    found = [(str(row.get("documentType") or ""), row.get("url")) for row in rows]
    found.append(
        ("DELIVERY_IMAGE", _at(package, "tracking", "proofOfDelivery", "deliveryPhotoUrl"))
    )
    return [(kind, link) for kind, url in found if (link := cleaned(url))]


def _delivered(package: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Where the order's own answer says that it was left, and who took it."""
    spots = (
        _at(package, "deliveryInformation", "dropOffLocation", "type"),
        _at(package, "tracking", "dropOffLocation", "type"),
    )
    spot = next((each for each in spots if isinstance(each, str)), None)
    by = _at(package, "tracking", "proofOfDelivery", "receivedBy")
    return left_at(spot), by if isinstance(by, str) and by else None


def _at(data: Any, *names: str) -> Any:
    for name in names:
        data = data.get(name) if isinstance(data, Mapping) else None
    return data


def _stop(event: TrackingEvent) -> Stop:
    where = event.event_address
    city, state, country = (where.city, where.state, where.country) if where else (None,) * 3
    text = event_text(event.event_code, event.event_description)
    return Stop(event.event_date, text, city or "", state or "", country or "")


def _destination(tracked: PackageTracking | None) -> Stop | None:
    to = tracked.ship_to_address if tracked else None
    if to is None or not to.city:
        return None
    return Stop(None, "Destination", to.city, to.state or "", to.country or "")


def kind_of(document: Document) -> str:
    """What a document is, in a seller's words."""
    return "Photo of the delivery" if document.kind == "DELIVERY_IMAGE" else readable(document.kind)


def may_be_proven(status: object) -> bool:
    """Whether a parcel of this status was handed over, so that there may be a proof of it."""
    return PackageStatus.of(status) in (PackageStatus.DELIVERED, PackageStatus.PICKUP_SUCCESSFUL)
