"""A return is asked for once per unit, and looked up before it's ever asked for again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.answers import MCFOrderDetail
from mcf.amazon.models.requests import MCFOrderRequest, MCFReturnItem, MCFReturnRequest
from mcf.errors import (
    ConnectionFailed,
    InvalidInput,
    NotFound,
    RequestRefused,
    ServiceTrouble,
    Stopped,
)
from mcf.service import MCFService
from mcf.settings import OutboundVersion, Settings
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from mcf.simulator.world.orders import Order
from mcf.store.documents import DocumentKind, Keeper
from mcf.tracking.events import EventKind
from mcf.tracking.returns import GIVEN_UP, Returning, TypedReturn, wanted
from mcf.tracking.states import ReturnOutcome, ReturnState
from tests.wholes import whole

CREATE, GET, REASONS = "createFulfillmentReturn", "getFulfillmentOrder", "listReturnReasonCodes"
ACCEPTED, REFUSED = ReturnState.ACCEPTED, ReturnState.REFUSED
NOT_SENT, UNKNOWN = ReturnState.NOT_SENT, ReturnState.UNKNOWN
ORDER = "TEST-1"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def shipped(service: MCFService, simulator: Simulator, request_for: MCFOrderRequest) -> Order:
    """An order of two units that have left, as it's known here."""
    service.submit(request_for)
    simulator.clock.step(3 * DAY)
    service.tracking.refresh(ORDER)
    return simulator.world.orders[ORDER]


@pytest.fixture
def returning(service: MCFService, shipped: Order) -> Returning:
    """What asks for returns of that order, without really waiting."""
    return Returning(
        service.connection.client,
        service._store,
        service._sync.returns,
        service.now,
        lambda _: None,
    )


def seeing_once(service: MCFService) -> Returning:
    """What asks for returns and can read the order only once, before."""
    reads = iter([service._sync.returns])

    def read(order_id: str) -> MCFOrderDetail:
        for reading in reads:
            return reading(order_id)
        raise ConnectionFailed("Amazon could not be reached.")

    return Returning(service.connection.client, service._store, read, service.now, lambda _: None)


def units(returning: Returning, count: int, reason: str = "CR-DEFECTIVE") -> list[MCFReturnItem]:
    (line,) = returning.of(ORDER).lines
    return [*wanted(line, TypedReturn(str(count), reason, "It whistles."))]


def states(outcomes: list[ReturnOutcome]) -> list[ReturnState]:
    return [each.state for each in outcomes]


def story(service: MCFService) -> list[str]:
    found = service.tracking.chronicle.of(ORDER)
    return [str(each.told) for each in found if each.kind is EventKind.RETURN_ASKED]


def test_units_that_shipped_are_taken_back_each_under_a_number(
    service: MCFService, shipped: Order, returning: Returning
) -> None:
    outcomes = returning.ask(ORDER, units(returning, 2))

    known = whole(service, ORDER).returned
    assert states(outcomes) == [ACCEPTED, ACCEPTED]
    assert [each.rma for each in outcomes] == known["amazon_rma_id"].tolist()
    assert [each.id for each in shipped.returns] == ["TEST-1-1-1", "TEST-1-1-2"]
    assert known["reason"].tolist() == ["Defective, or doesn't work properly"] * 2
    assert known["comment"].tolist() == ["It whistles."] * 2
    assert returning.asked(ORDER) == []
    assert story(service) == ["You asked Amazon to take back 2 units: 2 units accepted."]


def test_a_second_click_asks_for_the_same_units_and_not_for_more(
    simulator: Simulator, shipped: Order, returning: Returning
) -> None:
    clicked = units(returning, 1)
    returning.ask(ORDER, clicked)

    again = returning.ask(ORDER, clicked)

    assert states(again) == [ACCEPTED]
    assert again[0].rma is not None
    assert len(shipped.returns) == 1
    assert simulator.requests.count(CREATE) == 1


def test_a_click_while_another_is_under_way_asks_for_nothing(
    simulator: Simulator, service: MCFService, returning: Returning
) -> None:
    clicked = units(returning, 1)
    inner: list[ReturnOutcome] = []

    def read(order_id: str) -> MCFOrderDetail:
        inner.extend(returning.ask(order_id, clicked))
        return service.connection.client.get_fulfillment_order(order_id)

    outer = Returning(service.connection.client, service._store, read, service.now, lambda _: None)
    outer.ask(ORDER, clicked)

    assert set(states(inner)) == {UNKNOWN}
    assert "just now" in inner[0].message
    assert simulator.requests.count(CREATE) == 1


@pytest.mark.parametrize("fault", [faults.EmptyBody, faults.ResetAfter, faults.Truncated])
def test_a_return_whose_answer_is_lost_is_found_in_the_order(
    simulator: Simulator, shipped: Order, returning: Returning, fault: type[faults.Fault]
) -> None:
    simulator.faults.add(fault(operations=[CREATE]))

    outcomes = returning.ask(ORDER, units(returning, 2))

    assert states(outcomes) == [ACCEPTED, ACCEPTED]
    assert len(shipped.returns) == 2
    assert simulator.requests.count(CREATE) == 1


def test_a_return_that_is_lost_is_requested_until_it_is_known_to_be_lost(
    simulator: Simulator, service: MCFService, shipped: Order, returning: Returning
) -> None:
    simulator.faults.add(faults.Unavailable(operations=[CREATE]))
    clicked = units(returning, 1)

    first = returning.ask(ORDER, clicked)
    second = returning.ask(ORDER, clicked)
    (line,) = returning.of(ORDER).lines
    simulator.clock.step(GIVEN_UP + timedelta(seconds=1))
    service.connection.client.get_fulfillment_order(ORDER)
    returning.settle()

    assert (states(first), states(second)) == ([UNKNOWN], [UNKNOWN])
    assert simulator.requests.count(CREATE) == 1
    assert [slot.return_item_id for slot in line.free] == ["TEST-1-1-2"]
    assert states(returning.asked(ORDER)) == [NOT_SENT]
    assert shipped.returns == []
    assert "never got" in story(service)[-1]


def test_what_was_lost_is_asked_for_again_under_the_same_id(
    simulator: Simulator, shipped: Order, returning: Returning, service: MCFService
) -> None:
    simulator.faults.add(faults.Unavailable(operations=[CREATE], times=1))
    clicked = units(returning, 1)
    returning.ask(ORDER, clicked)
    simulator.clock.step(GIVEN_UP + timedelta(seconds=1))
    service.connection.client.get_fulfillment_order(ORDER)

    assert states(returning.ask(ORDER, clicked)) == [ACCEPTED]
    assert [each.id for each in shipped.returns] == ["TEST-1-1-1"]


def test_what_turns_up_later_is_found_in_the_background(
    simulator: Simulator, service: MCFService, shipped: Order, returning: Returning
) -> None:
    simulator.faults.add(faults.ResetAfter(operations=[CREATE]))
    outcomes = seeing_once(service).ask(ORDER, units(returning, 1))

    assert states(outcomes) == [UNKNOWN]
    service.settle()
    assert returning.asked(ORDER) == []
    assert len(whole(service, ORDER).returned) == 1
    assert "Amazon has your request to take back 1 unit." in story(service)


def test_what_was_sent_when_the_program_closes_stays_requested(
    simulator: Simulator, service: MCFService, returning: Returning
) -> None:
    simulator.faults.add(faults.ResetAfter(operations=[CREATE]))

    def closing(_: float) -> None:
        raise Stopped("The program is closing.")

    leaving = Returning(
        service.connection.client, service._store, service._sync.returns, service.now, closing
    )

    assert states(leaving.ask(ORDER, units(returning, 1))) == [UNKNOWN]
    assert states(returning.asked(ORDER)) == [UNKNOWN]


def test_an_intent_is_kept_before_anything_is_sent(
    service: MCFService, returning: Returning, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, seen = Keeper(service._store), []

    def died(_: MCFClient, order_id: str, __: MCFReturnRequest) -> None:
        kept = keeper.get(DocumentKind.RETURN, order_id)
        seen.append(kept and kept.content)
        raise KeyboardInterrupt

    monkeypatch.setattr(MCFClient, "create_fulfillment_return", died)
    with pytest.raises(KeyboardInterrupt):
        returning.ask(ORDER, units(returning, 1))

    assert seen[0] is not None
    assert states(returning.asked(ORDER)) == [UNKNOWN]


def test_units_that_amazon_refuses_are_told_one_by_one_and_may_be_asked_for_again(
    service: MCFService, shipped: Order, returning: Returning
) -> None:
    good, bad = units(returning, 2)
    bored = bad.model_copy(update={"return_reason_code": "BORED"})

    outcomes = returning.ask(ORDER, [good, bored])

    assert states(outcomes) == [ACCEPTED, REFUSED]
    assert "choose another reason" in outcomes[1].message
    assert returning.asked(ORDER) == [outcomes[1]]
    assert "1 unit accepted, 1 unit refused" in story(service)[-1]
    assert states(returning.ask(ORDER, [bad])) == [ACCEPTED]
    assert returning.asked(ORDER) == []
    assert len(shipped.returns) == 2


def test_what_was_refused_can_be_put_away(returning: Returning) -> None:
    returning.ask(ORDER, units(returning, 1, "BORED"))

    returning.put_away(ORDER)

    assert returning.asked(ORDER) == []


def test_more_units_than_shipped_are_refused_before_anything_is_sent(
    simulator: Simulator, returning: Returning
) -> None:
    first, second = units(returning, 2)
    third = second.model_copy(update={"seller_return_item_id": "TEST-1-1-3"})

    with pytest.raises(InvalidInput, match="only 2 can still come back"):
        returning.ask(ORDER, [first, second, third])

    assert simulator.requests.count(CREATE) == 0


def test_units_that_another_program_has_asked_for_cannot_be_asked_for_here(
    service: MCFService, returning: Returning
) -> None:
    clicked = units(returning, 2)
    others = [
        item.model_copy(update={"seller_return_item_id": f"THEIRS-{n}"})
        for n, item in enumerate(clicked)
    ]
    service.connection.client.create_fulfillment_return(
        ORDER, MCFReturnRequest(items=tuple(others))
    )

    with pytest.raises(InvalidInput):
        returning.ask(ORDER, clicked)

    (line,) = returning.of(ORDER).lines
    assert line.free == ()


def test_a_request_that_amazon_refuses_as_a_whole_refuses_each_unit(
    simulator: Simulator, service: MCFService, returning: Returning
) -> None:
    simulator.faults.add(faults.InvalidInput(operations=[CREATE]))

    outcomes = returning.ask(ORDER, units(returning, 2))

    assert states(outcomes) == [REFUSED, REFUSED]
    assert "refused" in story(service)[-1]


def test_a_request_that_never_left_can_be_made_again_at_once(
    simulator: Simulator, service: MCFService, returning: Returning
) -> None:
    clicked = units(returning, 1)
    fault = simulator.faults.add(faults.Throttled(operations=[CREATE]))

    with pytest.raises(RequestRefused):
        returning.ask(ORDER, clicked)

    simulator.faults.remove(fault)
    assert returning.asked(ORDER) == []
    assert "not sent" in story(service)[-1]
    assert states(returning.ask(ORDER, clicked)) == [ACCEPTED]


def test_nothing_is_sent_when_the_order_cannot_be_read_first(
    simulator: Simulator, returning: Returning
) -> None:
    clicked = units(returning, 1)
    simulator.faults.add(faults.Unavailable(operations=[GET]))

    with pytest.raises(ServiceTrouble):
        returning.ask(ORDER, clicked)

    assert simulator.requests.count(CREATE) == 0


def test_a_return_that_is_accepted_but_cannot_be_seen_yet_is_not_offered_again(
    service: MCFService, returning: Returning
) -> None:
    outcomes = seeing_once(service).ask(ORDER, units(returning, 1))

    (line,) = returning.of(ORDER).lines
    assert states(outcomes) == states(returning.asked(ORDER)) == [ACCEPTED]
    assert [slot.return_item_id for slot in line.free] == ["TEST-1-1-2"]


def test_reasons_are_asked_for_once_a_day(
    simulator: Simulator, service: MCFService, shipped: Order, returning: Returning, sku: str
) -> None:
    assert returning.known_reasons(sku) is None
    reasons = returning.reasons(ORDER, sku)
    assert returning.reasons(ORDER, sku) == reasons
    assert simulator.requests.count(REASONS) == 1

    simulator.clock.step(DAY + HOUR)
    service.connection.client.get_fulfillment_order(ORDER)
    returning.reasons(ORDER, sku)

    assert simulator.requests.count(REASONS) == 2
    assert "CR-DEFECTIVE" in [each.return_reason_code for each in reasons]


def test_reasons_of_a_sku_that_amazon_does_not_know_are_refused(client: MCFClient) -> None:
    with pytest.raises(RequestRefused):
        client.list_return_reason_codes(ORDER, "NO-SUCH-SKU")


def test_a_return_of_an_order_that_amazon_does_not_know_is_refused(
    client: MCFClient, returning: Returning
) -> None:
    request = MCFReturnRequest(items=tuple(units(returning, 1)))

    with pytest.raises(NotFound):
        client.create_fulfillment_return("NO-SUCH-ORDER", request)


@pytest.fixture
def newer(settings: Settings, unthrottled: None) -> Iterator[MCFService]:
    """A service that speaks version 2026-07-04."""
    with MCFService(replace(settings, outbound_version=OutboundVersion.V2026_07_04)) as opened:
        yield opened


def test_with_the_newer_version_returns_are_asked_for_and_read_with_the_older(
    newer: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    newer.submit(request_for)
    simulator.clock.step(3 * DAY)
    newer.tracking.refresh(ORDER)
    (line,) = newer.tracking.returning.of(ORDER).lines

    outcomes = newer.tracking.returning.ask(ORDER, wanted(line, TypedReturn("1", "CR-DEFECTIVE")))
    newer.tracking.refresh(ORDER)

    assert states(outcomes) == [ACCEPTED]
    assert whole(newer, ORDER).returned["status_label"].tolist() == ["Expected"]


def test_with_the_newer_version_returns_under_way_are_read_every_hour(
    newer: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    newer.submit(request_for)
    simulator.clock.step(3 * DAY)
    newer.sync()
    (line,) = newer.tracking.returning.of(ORDER).lines
    newer.tracking.returning.ask(ORDER, wanted(line, TypedReturn("1", "CR-DEFECTIVE")))
    simulator.clock.step(10 * DAY)

    newer.sync()

    assert whole(newer, ORDER).returned["status"].tolist() == ["Processed"]
    (told,) = (
        e
        for e in newer.tracking.chronicle.of(ORDER)
        if e.kind is EventKind.RETURN and e.before == "New"
    )
    assert told.after == "Processed"
