"""An order's evidence in one file: facts, whatever they're called, and a number that seals them."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from mcf.amazon.models.base import Address
from mcf.marketplaces import DEFAULT_MARKETPLACE, MARKETPLACES
from mcf.store import frames
from mcf.tracking import evidence, handover
from mcf.tracking.events import EventKind, Happening
from mcf.tracking.evidence import Facts
from mcf.tracking.facts import OrderFacts
from mcf.tracking.handover import Document, Photo, Proof
from mcf.tracking.view import OrderView
from tests.evidence_files import is_unchanged

NOW = datetime(2026, 3, 9, 15, tzinfo=UTC)
SENT = datetime(2026, 3, 2, 15, tzinfo=UTC)
HOSTILE = "</td></table><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\x07&lt;"
PNG = b"\x89PNG\r\n\x1a\n made up"


class Read(HTMLParser):
    """The elements of a file with their attributes, and all its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def facts(text: str = "as it should be", **changes: Any) -> Facts:
    """An order of one parcel, in which every text that comes from outside is this one."""
    head = dict.fromkeys((*frames.ORDERS, "detailed_at"))
    head |= {"seller_fulfillment_order_id": text, "displayable_order_id": text}
    head |= {"status": "Complete", "shipping_speed_category": text, "received_date": SENT}
    line = dict.fromkeys(frames.ITEMS) | {
        "seller_fulfillment_order_id": text,
        "seller_fulfillment_order_item_id": text,
        "seller_sku": text,
        "quantity": 2,
        "cancelled_quantity": 0,
        "unfulfillable_quantity": 0,
    }
    shipment = dict.fromkeys(frames.SHIPMENTS)
    shipment |= {"seller_fulfillment_order_id": text, "amazon_shipment_id": text, "status": text}
    box = {**dict.fromkeys(frames.PACKAGES), "seller_fulfillment_order_id": text}
    box |= {"amazon_shipment_id": text, "package_number": 7, "units": 2, "contents": text}
    box |= {"carrier_code": text, "tracking_number": text}
    event = {"eventDate": "2026-03-03T01:00:00Z", "eventCode": text, "eventDescription": text,
             "eventAddress": {"city": text, "state": text, "country": "US"}}  # fmt: skip
    tracked = {"signedForBy": text, "additionalLocationInfo": text, "trackingEvents": [event]}
    items, parcels = frames.items([line]), frames.packages([box], [])
    order = frames.orders([head], items, parcels).iloc[0]
    package = {"packageNumber": 7, "lockerDetails": {"lockerAccessCode": "424242"}}
    view = OrderView(
        order=OrderFacts.of({str(name): value for name, value in order.items()}),
        address=Address(name=text, address_line1=text, city=text, country_code="US"),
        comment=text,
        items=items,
        shipments=frames.shipments([shipment]),
        packages=parcels,
        events=frames.events([]),
        submission=None,
        handovers={7: handover.of(package, tracked)},
        raw={"The order": [{text: text}], "Its parcels": [package]},
        happenings=(
            Happening(text, EventKind.CANCEL_ASKED, SENT, SENT, told=text),
            Happening(
                text, EventKind.PARCEL_ARRIVES, SENT, NOW, SENT.isoformat(), NOW.isoformat(), 7
            ),
        ),
    )
    made = Facts(
        view=view,
        sent=None,
        marketplace=MARKETPLACES[DEFAULT_MARKETPLACE],
        made_at=NOW,
        mode="live",
    )
    return replace(made, **changes)


def proof(photo: Photo | None, problem: str | None = None) -> Proof:
    document = Document("DELIVERY_IMAGE", "https://photos.example.com/1", photo, problem)
    return Proof("A-1", 7, NOW, (document,))


def test_whatever_things_are_called_they_stay_text() -> None:
    honest, hostile = Read(evidence.page(facts())), Read(evidence.page(facts(HOSTILE)))

    assert hostile.tags == honest.tags
    assert hostile.attributes == honest.attributes
    assert hostile.text.count("<script>alert(1)</script>") > 10
    assert not set("\u202e\x07") & set(hostile.text)


def test_nothing_in_it_runs_or_is_asked_for_from_outside() -> None:
    read = Read(evidence.page(facts(proofs=(proof(Photo(PNG, "image/png", "x.example", NOW)),))))

    assert not {"script", "link", "iframe", "object", "a", "form"} & set(read.tags)
    assert [name for name, _ in read.attributes if name.startswith("on") or name == "href"] == []
    assert all(str(v).startswith("data:") for name, v in read.attributes if name == "src")
    assert any("default-src 'none'" in str(value) for _, value in read.attributes)


def test_times_are_told_in_utc_and_in_the_zone_of_the_marketplace() -> None:
    text = Read(evidence.page(facts())).text

    assert "2026-03-02 15:00:00 UTC (Mon 02 Mar 2026, 07:00 PST)" in text
    assert "2026-03-03 01:00:00 UTC (Mon 02 Mar 2026, 17:00 PST)" in text


def test_what_is_not_known_says_so() -> None:
    text = Read(evidence.page(facts())).text

    assert "Ships at the latestnot known" in text
    assert "Feenot known" in text
    assert "what was sent isn't known here" in text
    assert "Amazon wasn't asked for one" in text
    assert "A claim can be made" not in text


def test_how_the_estimate_moved_is_told_with_both_dates() -> None:
    text = Read(evidence.page(facts())).text

    assert re.search(
        r"Parcel arrives \(7\)2026-03-02 15:00:00 UTC .*?2026-03-09 15:00:00 UTC", text
    )


def test_the_window_of_a_claim_is_told_if_it_is_given() -> None:
    text = Read(evidence.page(facts(claim=(NOW, NOW + timedelta(days=30))))).text

    assert "A claim can be made from 2026-03-09 15:00:00 UTC" in text
    assert "until 2026-04-08 15:00:00 UTC" in text


def test_the_code_of_a_locker_is_not_in_it() -> None:
    page = evidence.page(facts())

    assert b"424242" not in page
    assert b"lockerAccessCode" in page


def test_a_picture_is_in_it_with_where_and_when_it_was_fetched() -> None:
    fetched = Photo(PNG, "image/png", "photos.example.com", NOW)

    read = Read(evidence.page(facts(proofs=(proof(fetched),))))

    assert ("src", "data:image/png;base64," + base64.b64encode(PNG).decode()) in read.attributes
    assert "fetched at 2026-03-09 15:00:00 UTC" in read.text
    assert "from photos.example.com" in read.text
    assert hashlib.sha256(PNG).hexdigest() in read.text


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Proof("A-1", 7, NOW), "Amazon told of none."),
        (proof(None, "It's gone."), "Photo of the delivery: not fetched. It's gone."),
        (Proof("A-1", 8, NOW), "Amazon wasn't asked for one"),
    ],
)
def test_a_proof_without_a_picture_says_why(found: Proof, told: str) -> None:
    assert told in Read(evidence.page(facts(proofs=(found,)))).text


@pytest.mark.parametrize(("mode", "told"), [("live", False), ("demo", True), ("sandbox", True)])
def test_what_was_invented_says_so(mode: str, told: bool) -> None:
    text = Read(evidence.page(facts(mode=mode))).text

    assert (f"Made in {mode} mode" in text) is told


@pytest.mark.parametrize("text", ["as it should be", HOSTILE, "<!-- end of content -->"])
def test_a_file_that_nobody_changed_has_its_own_number(text: str) -> None:
    assert is_unchanged(evidence.page(facts(text)))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"2026-03-02 15:00:00", b"2026-03-02 16:00:00"), (b"<td>2</td>", b"<td>3</td>")],
)
def test_a_change_of_the_file_is_noticed(old: bytes, new: bytes) -> None:
    page = evidence.page(facts())

    assert old in page
    assert not is_unchanged(page.replace(old, new, 1))


@pytest.mark.parametrize(
    ("order_id", "name"),
    [
        ("S02-1234", "S02-1234"),
        ("../../etc/passwd", "etc_passwd"),
        ("#77 \u202e/\\:*?", "77"),
        ("...", "order"),
        ("", "order"),
        ("x" * 90, "x" * 60),
    ],
)
def test_an_orders_number_is_safe_in_a_files_name(order_id: str, name: str) -> None:
    assert evidence.file_name(order_id, NOW) == f"evidence_{name}_20260309T150000Z.html"
