"""Amazon's statuses: every declared one is known, and one of tomorrow is no crash."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from mcf.amazon.statuses import (
    EVENT_TEXTS,
    FulfillmentAction,
    FulfillmentOrderStatus,
    FulfillmentPolicy,
    PackageStatus,
    ReturnCondition,
    ReturnStatus,
    ShipmentStatus,
    ShippingSpeedCategory,
    Status,
    event_text,
)

KINDS = (
    FulfillmentAction,
    FulfillmentOrderStatus,
    FulfillmentPolicy,
    PackageStatus,
    ReturnCondition,
    ReturnStatus,
    ShipmentStatus,
    ShippingSpeedCategory,
)
MEMBERS = [member for kind in KINDS for member in kind]
BADGE_COLOURS = {"blue", "violet", "green", "orange", "red", "gray"}


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: f"{type(m).__name__}.{m.name}")
def test_every_status_has_a_label_a_colour_and_a_meaning(member: Status) -> None:
    assert member.label
    assert member.label[0].isupper()
    assert member.colour in BADGE_COLOURS
    assert member.meaning.endswith(".")


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: f"{type(m).__name__}.{m.name}")
@pytest.mark.parametrize("written", [str.upper, str.lower, str])
def test_a_status_is_recognised_in_any_case(member: Status, written: type[str]) -> None:
    assert type(member).of(written(member.value)) is member


def spaced(word: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", word)


def underscored(word: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).upper()


def in_one(word: str) -> str:
    return word.title().replace("_", "")


@pytest.mark.parametrize("member", MEMBERS, ids=lambda m: f"{type(m).__name__}.{m.name}")
@pytest.mark.parametrize("written", [spaced, underscored, in_one])
def test_a_status_is_recognised_with_and_without_underscores(
    member: Status, written: Callable[[str], str]
) -> None:
    assert type(member).of(written(member.value)) is member


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("CompletePartialled", FulfillmentOrderStatus.PARTIAL),
        ("COMPLETE_PARTIALLED", FulfillmentOrderStatus.PARTIAL),
        ("COMPLETE_PARTIAL", FulfillmentOrderStatus.PARTIAL),
        ("COMPLETE/SHIPPED", FulfillmentOrderStatus.COMPLETE),
        ("Canceled", FulfillmentOrderStatus.CANCELLED),
        (" Complete ", FulfillmentOrderStatus.COMPLETE),
        ("CancelledByFulfiller", ShipmentStatus.CANCELLED_BY_FULFILLER),
        ("CANCELED_BY_SELLER", ShipmentStatus.CANCELLED_BY_SELLER),
        ("outForDelivery", PackageStatus.OUT_FOR_DELIVERY),
        ("fill_or_kill", FulfillmentPolicy.FILL_OR_KILL),
        ("scheduled-delivery", ShippingSpeedCategory.SCHEDULED),
    ],
)
def test_words_that_were_recorded_are_recognised(raw: str, status: Status) -> None:
    assert type(status).of(raw) is status
    assert type(status).word(raw) == status.value


def test_a_word_that_is_not_known_stays_as_it_is() -> None:
    assert PackageStatus.word("TELEPORTED_AWAY") == "TELEPORTED_AWAY"
    assert PackageStatus.word(None) is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("raw", ["TELEPORTED", "", None, 7, "UNDISPLAYED"])
def test_a_status_that_amazon_invents_is_a_grey_chip(kind: type[Status], raw: object) -> None:
    found = kind.of(raw)

    assert found.name == "UNRECOGNISED"
    assert found.colour == "gray"


@pytest.mark.parametrize("kind", KINDS)
def test_the_placeholder_is_not_among_what_amazon_declares(kind: type[Status]) -> None:
    assert "UNRECOGNISED" not in kind.declared()
    assert len(kind.declared()) == len(kind) - 1


def test_labels_are_the_sellers_words() -> None:
    assert FulfillmentOrderStatus.label_of("COMPLETE") == "Shipped"
    assert PackageStatus.label_of("in_transit") == "In transit"


def test_a_value_not_known_is_shown_in_amazons_own_word_made_readable() -> None:
    assert PackageStatus.label_of("HELD_AT_CUSTOMS") == "Held at customs"


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_value_at_all_is_shown_as_unknown(nothing: str | None) -> None:
    assert PackageStatus.label_of(nothing) == "Unknown"


def test_a_status_without_words_of_its_own_shows_its_value() -> None:
    class Colour(Status):
        RED = "Red"

    assert (Colour.RED.label, Colour.RED.colour, Colour.RED.meaning) == ("Red", "gray", "")


@pytest.mark.parametrize("status", FulfillmentOrderStatus)
def test_amazon_takes_a_cancel_request_until_picking_begins(status: FulfillmentOrderStatus) -> None:
    # https://developer-docs.amazon.com/sp-api/reference/cancelfulfillmentorder
    assert status.is_cancellable is (status.value in {"Received", "Planning", "Accepted"})


@pytest.mark.parametrize("status", FulfillmentOrderStatus)
def test_an_order_ends_in_one_of_five_statuses(status: FulfillmentOrderStatus) -> None:
    final = {"Cancelled", "Complete", "CompletePartialled", "Unfulfillable", "Invalid"}

    assert status.is_final is (status.value in final)


@pytest.mark.parametrize("status", FulfillmentOrderStatus)
def test_trouble_is_what_the_buyer_will_notice(status: FulfillmentOrderStatus) -> None:
    assert status.is_trouble is (status.value in {"CompletePartialled", "Unfulfillable", "Invalid"})


@pytest.mark.parametrize("status", FulfillmentOrderStatus)
def test_of_some_orders_no_unit_ships(status: FulfillmentOrderStatus) -> None:
    assert status.comes_to_nothing is (status.value in {"Cancelled", "Unfulfillable", "Invalid"})


@pytest.mark.parametrize("status", FulfillmentOrderStatus)
def test_complete_and_partly_complete_orders_have_shipped(status: FulfillmentOrderStatus) -> None:
    assert status.has_shipped is (status.value in {"Complete", "CompletePartialled"})


@pytest.mark.parametrize("status", PackageStatus)
def test_a_parcel_comes_to_rest_when_no_more_news_is_to_be_expected(status: PackageStatus) -> None:
    at_rest = {
        "DELIVERED",
        "UNDELIVERABLE",
        "RETURNED",
        "PICKUP_CANCELLED",
        "REFUND_ISSUED",
        "RETURN_RECEIVED_IN_FC",
    }

    assert status.is_at_rest is (status.value in at_rest)


@pytest.mark.parametrize("status", PackageStatus)
def test_a_parcel_that_is_late_stuck_lost_or_coming_back_needs_a_look(
    status: PackageStatus,
) -> None:
    trouble = {
        "CUSTOMER_ACTION",
        "DELAYED",
        "DELIVERY_ATTEMPTED",
        "EXPIRED",
        "PICKUP_ATTEMPTED",
        "RETURNED",
        "RETURNING",
        "UNDELIVERABLE",
    }

    assert status.is_trouble is (status.value in trouble)


def test_an_event_is_shown_in_our_words() -> None:
    assert event_text("EVENT_302", "Amazon's own description") == "Out for delivery"


def test_an_event_not_documented_is_shown_as_amazon_describes_it() -> None:
    assert event_text("EVENT_212", "Parked at the moon") == "Parked at the moon"


@pytest.mark.parametrize(("code", "shown"), [("EVENT_636", "Event 636"), (None, "Unknown event")])
def test_an_event_without_description_is_shown_by_its_code(code: str | None, shown: str) -> None:
    assert event_text(code) == shown


def test_the_events_are_listed_in_the_order_of_their_codes() -> None:
    assert all(earlier < later for earlier, later in pairwise(EVENT_TEXTS))
