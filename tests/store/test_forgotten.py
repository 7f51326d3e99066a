"""What is left of an order whose buyer is forgotten, and when an order ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mcf.store import forgotten
from mcf.store.forgotten import GRACE, ended_at, is_forgotten, without

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ADDRESS = {
    "name": "Ada Nobody", "addressLine1": "1 Main Street", "city": "Springfield",
    "stateOrRegion": "IL", "postalCode": "62701", "countryCode": "US", "phone": "+1 555 0100",
}  # fmt: skip
ORDER = {
    "sellerFulfillmentOrderId": "S-1", "displayableOrderId": "1001",
    "marketplaceId": "ATVPDKIKX0DER", "receivedDate": "2026-03-01T10:00:00Z",
    "fulfillmentOrderStatus": "Complete",
    "displayableOrderComment": "For Ada", "destinationAddress": ADDRESS,
    "notificationEmails": ["ada@example.com"], "items": [{"sellerSku": "A", "quantity": 2,
    "giftMessage": "Love, Bo", "perUnitDeclaredValue": {"value": "5.00", "currencyCode": "USD"}}],
    "aFieldOfTomorrow": "Ada Nobody",
}  # fmt: skip


def test_numbers_skus_dates_fees_state_and_country_are_left_of_an_order() -> None:
    left = forgotten.request(ORDER, NOON)
    assert left == {
        "sellerFulfillmentOrderId": "S-1", "displayableOrderId": "1001",
        "marketplaceId": "ATVPDKIKX0DER", "receivedDate": "2026-03-01T10:00:00Z",
        "fulfillmentOrderStatus": "Complete",
        "destinationAddress": {"name": "deleted on 2026-03-02", "stateOrRegion": "IL",
                               "countryCode": "US"},
        "items": [{"sellerSku": "A", "quantity": 2,
                   "perUnitDeclaredValue": {"value": "5.00", "currencyCode": "USD"}}],
        "forgottenAt": "2026-03-02",
    }  # fmt: skip
    assert is_forgotten(left)
    assert not is_forgotten(ORDER)


def test_forgetting_again_changes_nothing_but_the_day() -> None:
    left = forgotten.request(ORDER, NOON)
    assert forgotten.request(left, NOON) == left


def test_of_tracking_codes_and_times_are_left() -> None:
    where = {"city": "Springfield", "state": "IL", "country": "US"}
    event = {"eventCode": "EVENT_301", "eventDate": "2026-03-02T12:00:00Z", "eventAddress": where,
             "eventDescription": "Handed to Ada"}  # fmt: skip
    raw = {"packageNumber": 7, "trackingEvents": [event], "signedForBy": "Ada"}
    row = {"package_number": 7, "last_event": "Handed to Ada", "last_place": "Springfield, IL, US",
           "tracking_link": "https://www.example.com/t", "raw": raw}  # fmt: skip
    left = forgotten.tracked(row)
    assert "Ada" not in str(left)
    assert "Springfield" not in str(left)
    assert (left["last_place"], left["tracking_link"]) == ("IL, US", None)


def test_a_sentence_goes_that_names_the_buyer() -> None:
    personal = forgotten.personal_words(ORDER)
    assert {"ada nobody", "1 main street", "springfield"} <= personal
    assert without("Sent to ADA NOBODY", personal, NOON) == "deleted on 2026-03-02"
    assert without("Cancelled", personal, NOON) == "Cancelled"
    assert without(None, personal, NOON) is None


def order(status: str, **more: Any) -> dict[str, Any]:
    return {"status": status, "status_updated_date": NOON, "received_date": NOON - DAY} | more


def box(delivered: datetime | None, estimate: datetime | None = None) -> dict[str, Any]:
    return {"delivered_at": delivered, "estimated_arrival_date": estimate}


@pytest.mark.parametrize(
    ("head", "boxes", "end"),
    [
        (order("Processing"), [], None),
        (order("Cancelled"), [], NOON),
        (order("Cancelled", status_updated_date=None), [], NOON - DAY),
        (order("Complete"), [box(NOON + DAY), box(NOON + 2 * DAY)], NOON + 2 * DAY),
        (order("Complete"), [box(NOON + DAY), box(None)], NOON + GRACE),
        (order("Complete"), [box(None, NOON + 3 * DAY)], NOON + 3 * DAY + GRACE),
        (order("Complete"), [], NOON + GRACE),
        (order("Complete", status_updated_date=None, received_date=None), [], None),
        (order("A word of tomorrow"), [], None),
    ],
)
def test_an_order_ends_with_its_delivery_or_when_nothing_ships(
    head: dict[str, Any], boxes: list[dict[str, Any]], end: datetime | None
) -> None:
    assert ended_at(head, boxes) == end
