"""A change is done when the order, read afterwards, is as it was wanted; until then it's asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.answers import MCFOrderDetail
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest, MCFOrderUpdate
from mcf.errors import (
    ConnectionFailed,
    InvalidInput,
    MCFError,
    NotAuthorized,
    NotFound,
    OrderNotUpdatable,
    RequestRefused,
    Throttled,
)
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from mcf.simulator.world.orders import Status
from mcf.store import tables
from mcf.store.database import Store
from mcf.sync.reader import Sync
from mcf.tracking.changes import Changes
from mcf.tracking.states import ChangeState

CANCEL, GET, UPDATE = "cancelFulfillmentOrder", "getFulfillmentOrder", "updateFulfillmentOrder"
DONE, REQUESTED, UNKNOWN = ChangeState.DONE, ChangeState.REQUESTED, ChangeState.UNKNOWN


@pytest.fixture
def changes(client: MCFClient, store: Store) -> Changes:
    """What changes orders and reads them back into the store."""
    return Changes(client, Sync(client, store).order)


@pytest.fixture
def sent(client: MCFClient, request_for: MCFOrderRequest) -> str:
    """The number of an order that Amazon has just taken."""
    client.create_fulfillment_order(request_for)
    return "TEST-1"


@pytest.fixture
def held(client: MCFClient, request_for: MCFOrderRequest) -> str:
    """The number of an order that waits to be released."""
    client.create_fulfillment_order(request_for.model_copy(update={"fulfillment_action": "Hold"}))
    return "TEST-1"


def lingering(client: MCFClient, shown: MCFOrderDetail) -> Changes:
    """Changes at an Amazon whose reads lag behind: they still show this."""
    return Changes(client, lambda _: shown)


def blind(client: MCFClient) -> Changes:
    """Changes of somebody who can't read the order afterwards."""

    def read(_: str) -> MCFOrderDetail:
        raise ConnectionFailed("Amazon could not be reached.")

    return Changes(client, read)


def stored(store: Store, order_id: str) -> str:
    row = store.row(tables.orders, seller_fulfillment_order_id=order_id)
    return str(row and row.status)


def update(**fields: Any) -> MCFOrderUpdate:
    return MCFOrderUpdate.of(**fields)


def test_a_cancelled_order_is_seen_to_be_cancelled(
    changes: Changes, store: Store, sent: str
) -> None:
    change = changes.cancel(sent)

    assert (change.seller_fulfillment_order_id, change.state) == (sent, DONE)
    assert (change.status, change.message) == ("Cancelled", "Amazon has cancelled the order.")
    assert stored(store, sent) == "Cancelled"


def test_a_cancellation_that_is_not_to_be_seen_yet_is_requested_and_not_done(
    client: MCFClient, sent: str
) -> None:
    before = client.get_fulfillment_order(sent)

    change = lingering(client, before).cancel(sent)

    assert (change.state, change.status) == (REQUESTED, "Received")
    assert "that isn't done yet. The order is received" in change.message


def test_a_cancellation_that_cannot_be_read_back_is_requested(client: MCFClient, sent: str) -> None:
    change = blind(client).cancel(sent)

    assert (change.state, change.status) == (REQUESTED, None)
    assert "couldn't be read since" in change.message


def test_a_cancellation_that_is_lost_with_its_answer_is_unknown(
    changes: Changes, simulator: Simulator, sent: str
) -> None:
    simulator.faults.add(faults.Unavailable(operations=[CANCEL]))

    change = changes.cancel(sent)

    assert (change.state, change.status) == (UNKNOWN, "Received")
    assert "no answer came" in change.message
    assert simulator.world.orders[sent].status is Status.RECEIVED


def test_a_cancellation_that_cannot_be_read_back_either_is_unknown(
    changes: Changes, simulator: Simulator, sent: str
) -> None:
    simulator.faults.add(faults.ResetAfter(operations=[CANCEL]))
    simulator.faults.add(faults.Unavailable(operations=[GET]))

    change = changes.cancel(sent)

    assert (change.state, change.status) == (UNKNOWN, None)


@pytest.mark.parametrize("fault", [faults.EmptyBody, faults.ResetAfter, faults.Truncated])
def test_a_cancellation_whose_answer_is_lost_is_found_to_be_done(
    changes: Changes, simulator: Simulator, sent: str, fault: type[faults.Fault]
) -> None:
    simulator.faults.add(fault(operations=[CANCEL]))

    assert changes.cancel(sent).state is DONE
    assert simulator.world.orders[sent].status is Status.CANCELLED


def test_a_cancellation_that_comes_too_late_is_refused_and_shown_as_it_is(
    changes: Changes, store: Store, simulator: Simulator, sent: str
) -> None:
    simulator.clock.step(timedelta(days=14))

    with pytest.raises(OrderNotUpdatable):
        changes.cancel(sent)

    assert stored(store, sent) == simulator.world.orders[sent].status.value


def test_a_refusal_stays_a_refusal_when_the_order_cannot_be_read(
    client: MCFClient, simulator: Simulator, sent: str
) -> None:
    simulator.clock.step(timedelta(days=14))

    with pytest.raises(OrderNotUpdatable):
        blind(client).cancel(sent)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (faults.RoleMissing, NotAuthorized),
        (faults.Throttled, Throttled),
        (faults.NotFound, NotFound),
        (faults.ErrorsInSuccess, RequestRefused),
    ],
)
@pytest.mark.parametrize("what", ["cancel", "release"])
def test_what_amazon_certainly_does_not_do_is_an_error(
    changes: Changes,
    simulator: Simulator,
    held: str,
    what: str,
    fault: type[faults.Fault],
    kind: type[MCFError],
) -> None:
    simulator.faults.add(fault(operations=[CANCEL, UPDATE]))

    with pytest.raises(kind):
        getattr(changes, what)(held)

    assert simulator.world.orders[held].held
    assert simulator.world.orders[held].status is Status.RECEIVED


@pytest.mark.parametrize("what", ["cancel", "release"])
def test_an_order_that_is_none_is_not_asked_about(
    changes: Changes, simulator: Simulator, what: str
) -> None:
    with pytest.raises(InvalidInput):
        getattr(changes, what)("..")

    assert simulator.requests.count() == 0


def test_a_held_order_is_released(changes: Changes, simulator: Simulator, held: str) -> None:
    change = changes.release(held)

    assert (change.state, change.message) == (DONE, "Amazon ships the order.")
    assert not simulator.world.orders[held].held


def test_a_release_that_is_not_to_be_seen_yet_is_requested(client: MCFClient, held: str) -> None:
    before = client.get_fulfillment_order(held)

    change = lingering(client, before).release(held)

    assert change.state is REQUESTED
    assert "the request to ship it" in change.message


def test_releasing_an_order_that_ships_already_is_done(changes: Changes, sent: str) -> None:
    assert changes.release(sent).state is DONE


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.INVALID, Status.UNFULFILLABLE])
def test_an_order_of_which_nothing_ships_is_never_called_released(
    changes: Changes, simulator: Simulator, sent: str, status: Status
) -> None:
    simulator.set_status(sent, status)

    with pytest.raises(OrderNotUpdatable):
        changes.release(sent)


def test_a_release_whose_answer_is_lost_is_not_done_by_a_cancelled_order(
    changes: Changes, simulator: Simulator, sent: str
) -> None:
    simulator.set_status(sent, Status.CANCELLED)
    simulator.faults.add(faults.Unavailable(operations=[UPDATE]))

    change = changes.release(sent)

    assert (change.state, change.status) == (UNKNOWN, "Cancelled")


FIRST = {"sellerFulfillmentOrderItemId": "1", "quantity": 2}
IF_POSSIBLE = {"featureFulfillmentPolicy": "NotRequired"}
TEN = {"currencyCode": "USD", "value": "10.00"}
WISHES = [
    pytest.param({"destination_address": {"addressLine1": "9 Other Road"}}, id="street"),
    pytest.param({"destination_address": {"addressLine2": "Apartment 9"}}, id="second line"),
    pytest.param({"destination_address": {"city": "Shelbyville"}}, id="city"),
    pytest.param({"destination_address": {"stateOrRegion": "OH"}}, id="state"),
    pytest.param({"destination_address": {"postalCode": "62702"}}, id="postal code"),
    pytest.param({"destination_address": {"name": "Bob Example"}}, id="name"),
    pytest.param({"shipping_speed_category": "Expedited"}, id="speed"),
    pytest.param({"displayable_order_comment": "Mind the dog."}, id="note"),
    pytest.param({"displayable_order_comment": "THANK YOU FOR YOUR ORDER."}, id="capitals"),
    pytest.param({"displayable_order_id": "#1001"}, id="displayed number"),
    pytest.param({"fulfillment_policy": "FillAll"}, id="policy"),
    pytest.param({"notification_emails": ["ada@example.com"]}, id="e-mails"),
    pytest.param(
        {"feature_constraints": [{"featureName": "BLANK_BOX", **IF_POSSIBLE}]}, id="features"
    ),
    pytest.param({"items": [{**FIRST, "quantity": 3}]}, id="units"),
    pytest.param({"items": [{**FIRST, "giftMessage": "Hello."}]}, id="gift message"),
    pytest.param({"items": [{**FIRST, "displayableComment": "Blue."}]}, id="line comment"),
    pytest.param({"items": [{**FIRST, "perUnitDeclaredValue": TEN}]}, id="declared value"),
]


def wish_of(fields: dict[str, Any], address: Address) -> MCFOrderUpdate:
    """The change, with the whole address where some of it changes."""
    place = fields.get("destination_address")
    whole = {"destination_address": address.to_api() | place} if place else {}
    return update(**(fields | whole))


@pytest.mark.parametrize("fields", WISHES)
def test_a_held_order_is_changed_as_it_was_wanted(
    changes: Changes, simulator: Simulator, held: str, address: Address, fields: dict[str, Any]
) -> None:
    before = simulator.world.orders[held].request

    change = changes.update(held, wish_of(fields, address))

    assert (change.state, change.message) == (DONE, "Amazon has changed the order.")
    assert simulator.world.orders[held].request != before


@pytest.mark.parametrize("fields", WISHES)
def test_a_change_whose_answer_is_lost_is_found_to_be_done(
    changes: Changes, simulator: Simulator, held: str, address: Address, fields: dict[str, Any]
) -> None:
    simulator.faults.add(faults.ResetAfter(operations=[UPDATE]))

    assert changes.update(held, wish_of(fields, address)).state is DONE


@pytest.mark.parametrize("fields", WISHES)
def test_a_change_that_never_arrived_is_not_called_done(
    changes: Changes, simulator: Simulator, held: str, address: Address, fields: dict[str, Any]
) -> None:
    before = simulator.world.orders[held].request
    simulator.faults.add(faults.ResetBefore(operations=[UPDATE]))

    assert changes.update(held, wish_of(fields, address)).state is UNKNOWN
    assert simulator.world.orders[held].request == before


def test_an_address_that_amazon_writes_in_capitals_and_with_nine_digits_is_the_same(
    client: MCFClient, held: str, address: Address
) -> None:
    shown = client.get_fulfillment_order(held)
    there = {**address.to_api(), "name": "ADA EXAMPLE", "postalCode": "62701-1234"}
    head = shown.fulfillment_order.model_copy(update={"destination_address": Address.of(**there)})
    later = shown.model_copy(update={"fulfillment_order": head})

    change = lingering(client, later).update(held, update(destination_address=address.to_api()))

    assert change.state is DONE


def test_an_address_that_amazon_hides_is_not_called_changed(
    client: MCFClient, held: str, address: Address
) -> None:
    shown = client.get_fulfillment_order(held)
    head = shown.fulfillment_order.model_copy(update={"destination_address": None})
    hidden = shown.model_copy(update={"fulfillment_order": head})

    change = lingering(client, hidden).update(held, update(destination_address=address.to_api()))

    assert change.state is REQUESTED


def test_an_order_in_work_is_not_changed(
    changes: Changes, simulator: Simulator, sent: str, address: Address
) -> None:
    simulator.clock.step(timedelta(days=14))

    with pytest.raises(OrderNotUpdatable):
        changes.update(sent, update(displayable_order_comment="Late wish"))


def test_the_country_it_ships_from_is_not_told_so_a_change_of_it_stays_requested(
    changes: Changes, held: str
) -> None:
    assert changes.update(held, update(ship_from_country_code="US")).state is REQUESTED


@pytest.mark.parametrize(
    "wish",
    [
        {"notification_emails": []},
        {"items": [{**FIRST, "giftMessage": ""}]},
        {"items": [{**FIRST, "perUnitDeclaredValue": TEN}]},
        {"items": [{**FIRST, "sellerFulfillmentOrderItemId": "2"}]},
    ],
)
def test_what_is_not_as_it_was_wanted_yet_is_requested(
    client: MCFClient, held: str, wish: dict[str, Any]
) -> None:
    gift = [{**FIRST, "giftMessage": "Hello."}]
    client.update_fulfillment_order(
        held, update(items=gift, notification_emails=["ada@example.com"])
    )
    shown = client.get_fulfillment_order(held)
    client.update_fulfillment_order = lambda *_: None  # type: ignore[method-assign]

    assert lingering(client, shown).update(held, update(**wish)).state is REQUESTED
