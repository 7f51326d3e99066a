"""An order that is stuck is cancelled and sent again: once, and only when it can't ship."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.errors import AboveLimit, InvalidInput, MCFError, Stopped, StoreError
from mcf.orders.quotes import Limit
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from mcf.simulator.world.orders import Status
from mcf.store.database import utc_now
from mcf.store.documents import DocumentKind, Keeper, Kept
from mcf.store.states import RescueState, SubmissionState
from mcf.tracking import resend
from mcf.tracking.events import EventKind
from mcf.tracking.states import Rescue
from tests.conftest import order_request

OLD, NEW = "TEST-1", "TEST-1-R2"
CREATE, CANCEL, READ = "createFulfillmentOrder", "cancelFulfillmentOrder", "getFulfillmentOrder"


@pytest.fixture(autouse=True)
def _in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rescue looks once by itself, others are the background worker's; nothing is waited for."""
    monkeypatch.setattr(resend, "PAUSES", (0.0,))
    monkeypatch.setattr(MCFService, "_nap", lambda *_: None)


@pytest.fixture
def stuck(
    service: MCFService, simulator: Simulator, request_for: MCFOrderRequest, sku: str
) -> MCFService:
    """A service whose order should have shipped and waits for stock in transfer."""
    simulator.send_away(sku)
    service.submit(request_for)
    simulator.clock.step(timedelta(hours=60))
    assert simulator.world.orders[OLD].status is Status.PLANNING
    return service


def rescued(service: MCFService) -> Rescue:
    """Where the rescue stands when it goes on by itself no more."""
    service.tracking.rescues.begin(OLD)
    found = service.tracking.rescues.wait(OLD, 240)
    assert found is not None
    return found


def later(service: MCFService) -> Rescue:
    """Where it stands after the background worker's next read."""
    service.tracking.rescues.advance()
    found = service.tracking.rescues.get(OLD)
    assert found is not None
    return found


def of_the_order(simulator: Simulator) -> dict[str, Status]:
    """The orders at Amazon that are this one or in its place."""
    orders = simulator.world.orders
    return {number: orders[number].status for number in orders if number.startswith(OLD)}


def lost(simulator: Simulator, *operations: str) -> None:
    """Amazon gives no usable answer to these any more."""
    simulator.faults.add(faults.Unavailable(operations=list(operations)))


def test_a_stuck_order_is_cancelled_and_sent_again_under_a_linked_number(
    stuck: MCFService, simulator: Simulator
) -> None:
    rescue = rescued(stuck)

    assert (rescue.state, rescue.new_id) == (RescueState.DONE, NEW)
    assert set(of_the_order(simulator)) == {OLD, NEW}
    assert simulator.world.orders[OLD].status is Status.CANCELLED
    assert stuck.ordering.links.story(OLD) == stuck.ordering.links.story(NEW) == [OLD, NEW]


def test_the_new_order_is_the_old_one_with_a_promise_of_its_own(
    stuck: MCFService, simulator: Simulator
) -> None:
    rescued(stuck)

    old, new = (simulator.world.orders[number].request for number in (OLD, NEW))
    same = ("address", "speed", "comment", "displayable_date", "policy", "features")
    here, there = ([getattr(each, name, None) for name in same] for each in (old, new))
    assert here == there
    assert [(line.sku, line.quantity) for line in old.lines] == [
        (line.sku, line.quantity) for line in new.lines
    ]
    assert stuck.ordering.previews.promise(NEW) is not None


def test_both_orders_tell_the_rescue_as_one_story(stuck: MCFService) -> None:
    rescued(stuck)

    old, new = (stuck.tracking.chronicle.of(number) for number in (OLD, NEW))
    assert [each.told for each in old if each.kind is EventKind.SENT_AGAIN] == [
        f"Sent again as {NEW}"
    ]
    assert [each.told for each in new if each.kind is EventKind.SENT_AGAIN] == [
        f"In place of {OLD}"
    ]
    assert [each.kind for each in old].index(EventKind.CANCEL_ASKED) < [
        each.kind for each in old
    ].index(EventKind.SENT_AGAIN)


def test_an_order_that_is_picked_meanwhile_ships_and_nothing_is_sent(
    stuck: MCFService, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel = stuck.tracking.actions.cancel

    def too_late(order_id: str) -> Any:
        simulator.world.orders[OLD].status = Status.PROCESSING
        return cancel(order_id)

    monkeypatch.setattr(stuck.tracking.actions, "cancel", too_late)

    rescue = rescued(stuck)

    assert rescue.state is RescueState.REFUSED
    assert "ships after all" in rescue.says
    assert set(of_the_order(simulator)) == {OLD}


def test_a_cancellation_whose_answer_was_lost_is_looked_up(
    stuck: MCFService, simulator: Simulator
) -> None:
    simulator.faults.add(faults.ResetAfter(operations=[CANCEL]))

    assert rescued(stuck).state is RescueState.DONE
    assert set(of_the_order(simulator)) == {OLD, NEW}


def test_nothing_is_sent_while_it_is_not_known_whether_the_old_order_ships(
    stuck: MCFService, simulator: Simulator
) -> None:
    lost(simulator, CANCEL)

    assert rescued(stuck).state is RescueState.CANCELLING
    assert later(stuck).state is RescueState.CANCELLING
    assert set(of_the_order(simulator)) == {OLD}


def test_a_cancellation_that_never_arrived_is_asked_for_again(
    stuck: MCFService, simulator: Simulator
) -> None:
    lost(simulator, CANCEL)
    rescued(stuck)
    simulator.faults.clear()

    assert later(stuck).state is RescueState.DONE
    assert set(of_the_order(simulator)) == {OLD, NEW}


def test_a_refusal_is_not_taken_for_an_order_that_ships_before_it_is_read(
    stuck: MCFService, simulator: Simulator, client: MCFClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel = stuck.tracking.actions.cancel

    def cancelled_before(order_id: str) -> Any:
        client.cancel_fulfillment_order(order_id)
        lost(simulator, READ)
        return cancel(order_id)

    monkeypatch.setattr(stuck.tracking.actions, "cancel", cancelled_before)
    assert rescued(stuck).state is RescueState.CANCELLING
    simulator.faults.clear()

    assert later(stuck).state is RescueState.DONE


def test_a_cancellation_that_was_certainly_not_asked_for_ends_the_rescue(
    stuck: MCFService, simulator: Simulator
) -> None:
    simulator.faults.add(faults.RoleMissing(operations=[CANCEL]))

    rescue = rescued(stuck)

    assert rescue.state is RescueState.FAILED
    assert "wasn't cancelled" in rescue.says
    assert of_the_order(simulator) == {OLD: Status.PLANNING}


def test_a_rescue_that_failed_is_begun_again(stuck: MCFService, simulator: Simulator) -> None:
    simulator.faults.add(faults.RoleMissing(operations=[CANCEL]))
    rescued(stuck)
    simulator.faults.clear()

    assert rescued(stuck).state is RescueState.DONE


def test_a_new_order_whose_answer_was_lost_is_looked_up_and_sent_once(
    stuck: MCFService, simulator: Simulator
) -> None:
    simulator.faults.add(faults.ResetAfter(operations=[CREATE]))

    assert rescued(stuck).state is RescueState.DONE
    assert set(of_the_order(simulator)) == {OLD, NEW}


def test_a_new_order_of_which_nothing_is_known_is_looked_up_until_it_is(
    stuck: MCFService, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = stuck.ordering.submit

    def without_an_answer(*order: Any, **also: Any) -> Any:
        simulator.faults.add(faults.ResetAfter(operations=[CREATE]))
        lost(simulator, READ)
        return submit(*order, **also)

    monkeypatch.setattr(stuck.ordering, "submit", without_an_answer)
    assert rescued(stuck).state is RescueState.SENDING
    simulator.faults.clear()

    assert later(stuck).state is RescueState.DONE
    assert simulator.requests.count(CREATE) == 2
    assert set(of_the_order(simulator)) == {OLD, NEW}


@pytest.fixture
def crash(monkeypatch: pytest.MonkeyPatch) -> Callable[[RescueState, bool], None]:
    """Ends a rescue when it comes to a state, before or after that is written down."""
    claim = Keeper.claim

    def arrange(state: RescueState, written: bool) -> None:
        def died(
            keeper: Keeper,
            kind: DocumentKind,
            key: str,
            content: Mapping[str, Any],
            before: Kept | None,
        ) -> bool:
            dies = content["state"] == state.value
            if written or not dies:
                assert claim(keeper, kind, key, content, before)
            if dies:
                raise StoreError("The power is out.")
            return True

        monkeypatch.setattr(Keeper, "claim", died)

    return arrange


@pytest.fixture
def mend(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Writes can be made again."""
    claim = Keeper.claim
    return lambda: monkeypatch.setattr(Keeper, "claim", claim)


@pytest.mark.parametrize("written", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "state",
    [RescueState.CANCELLING, RescueState.CANCELLED, RescueState.SENDING, RescueState.DONE],
)
def test_a_rescue_goes_on_after_a_crash_in_any_state(
    state: RescueState,
    written: bool,
    stuck: MCFService,
    settings: Settings,
    simulator: Simulator,
    mend: Callable[[], None],
    crash: Callable[[RescueState, bool], None],
) -> None:
    crash(state, written)
    stopped_at = rescued(stuck).state
    mend()

    with MCFService(settings) as another:
        rescue = later(another)

    assert (stopped_at is state) is written
    assert rescue.state is RescueState.DONE
    assert simulator.requests.count(CREATE) == 2
    assert set(of_the_order(simulator)) == {OLD, NEW}


def test_a_rescue_that_ends_with_the_program_goes_on_with_the_next(
    stuck: MCFService, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closing(_: str) -> Any:
        raise Stopped("The program is closing.")

    monkeypatch.setattr(stuck.tracking.actions, "cancel", closing)
    assert rescued(stuck).state is RescueState.CANCELLING

    with MCFService(settings) as another:
        assert later(another).state is RescueState.DONE


def test_two_programs_that_rescue_it_at_once_send_one_order(
    stuck: MCFService, settings: Settings, simulator: Simulator
) -> None:
    with MCFService(settings) as another:
        both = [
            threading.Thread(target=each.tracking.rescues.begin, args=(OLD,))
            for each in (stuck, another)
        ]
        [each.start() for each in both]
        [each.join() for each in both]
        [each.tracking.rescues.wait(OLD, 240) for each in (stuck, another)]

    assert later(stuck).state is RescueState.DONE
    assert simulator.requests.count(CREATE) == 2
    assert set(of_the_order(simulator)) == {OLD, NEW}


def test_an_order_that_is_not_late_is_rescued_when_its_stock_is_in_transfer(
    service: MCFService, simulator: Simulator, request_for: MCFOrderRequest, sku: str
) -> None:
    simulator.send_away(sku)
    service.submit(request_for)
    simulator.clock.step(timedelta(minutes=90))
    service.stock.refresh([sku])

    assert rescued(service).state is RescueState.DONE


@pytest.mark.parametrize("hold", ["Ship", "Hold"])
def test_an_order_that_does_well_or_waits_for_its_seller_is_not_rescued(
    hold: str, service: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    service.submit(request_for.model_copy(update={"fulfillment_action": hold}))

    with pytest.raises(InvalidInput, match="isn't stuck any more"):
        service.tracking.rescues.begin(OLD)

    assert service.tracking.rescues.get(OLD) is None
    assert simulator.requests.count(CANCEL) == 0


def test_an_order_that_was_on_hold_once_ships_when_it_is_sent_again(
    service: MCFService, simulator: Simulator, request_for: MCFOrderRequest, sku: str
) -> None:
    service.submit(request_for.model_copy(update={"fulfillment_action": "Hold"}))
    service.tracking.actions.release(OLD)
    simulator.world.orders[OLD].status = Status.PLANNING
    simulator.send_away(sku)
    service.stock.refresh([sku])

    assert rescued(service).state is RescueState.DONE
    assert not simulator.world.orders[NEW].held


def test_an_order_that_was_not_sent_from_here_is_rescued_as_amazon_tells_it(
    service: MCFService,
    client: MCFClient,
    simulator: Simulator,
    request_for: MCFOrderRequest,
    sku: str,
) -> None:
    simulator.send_away(sku)
    client.create_fulfillment_order(request_for)
    simulator.clock.step(timedelta(hours=60))

    assert rescued(service).state is RescueState.DONE
    old, new = (simulator.world.orders[number].request for number in (OLD, NEW))
    assert old.address == new.address


def test_an_order_that_could_not_be_sent_again_is_not_cancelled(
    service: MCFService,
    client: MCFClient,
    simulator: Simulator,
    request_for: MCFOrderRequest,
    sku: str,
) -> None:
    simulator.send_away(sku)
    client.create_fulfillment_order(request_for)
    order = simulator.world.orders[OLD]
    wrong = replace(order.request.address, postal_code="12")
    order.request = replace(order.request, address=wrong)
    simulator.clock.step(timedelta(hours=60))

    with pytest.raises(InvalidInput, match="ZIP") as refused:
        service.tracking.rescues.begin(OLD)

    assert "Nothing was cancelled" in refused.value.advice
    assert simulator.world.orders[OLD].status is Status.PLANNING


def test_an_order_that_amazon_would_not_take_now_is_not_cancelled(
    stuck: MCFService, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stuck.ordering.previews, "of", lambda _: None)

    with pytest.raises(InvalidInput, match="couldn't ship this now"):
        stuck.tracking.rescues.begin(OLD)

    assert of_the_order(simulator) == {OLD: Status.PLANNING}


def limited(service: MCFService, amount: str) -> None:
    service.ordering.limit = Limit(Decimal(amount), "USD")


@pytest.mark.parametrize(
    ("amount", "missing", "says"),
    [("0.50", False, "is above your limit of 0.50 USD"), ("1000", True, "isn't known")],
)
def test_an_order_that_may_cost_more_than_the_limit_is_rescued_only_if_that_is_said(
    stuck: MCFService, simulator: Simulator, amount: str, missing: bool, says: str
) -> None:
    limited(stuck, amount)
    simulator.faults.add(faults.FeesMissing(chance=float(missing)))

    with pytest.raises(AboveLimit, match=says) as refused:
        stuck.tracking.rescues.begin(OLD)

    assert "Nothing was cancelled and nothing was sent again." in refused.value.message
    assert of_the_order(simulator) == {OLD: Status.PLANNING}
    assert stuck.tracking.rescues.get(OLD) is None

    stuck.tracking.rescues.begin(OLD, above_limit=True)
    ended = stuck.tracking.rescues.wait(OLD, 240)
    assert ended is not None
    assert ended.state is RescueState.DONE


def test_an_order_within_the_limit_is_rescued_as_ever(stuck: MCFService) -> None:
    limited(stuck, "1000")

    assert rescued(stuck).state is RescueState.DONE


def test_a_fee_that_rose_above_the_limit_meanwhile_is_not_paid_unasked(
    stuck: MCFService, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(stuck, "1000")
    cancel = stuck.tracking.actions.cancel
    monkeypatch.setattr(
        stuck.tracking.actions, "cancel", lambda number: (limited(stuck, "0.50"), cancel(number))[1]
    )

    ended = rescued(stuck)

    assert (ended.state, simulator.requests.count(CREATE)) == (RescueState.FAILED, 1)
    assert "is above your limit of 0.50 USD" in ended.says
    assert "Correct and send again" in (ended.advice or "")


def test_an_order_that_cannot_be_sent_again_after_it_was_cancelled_needs_a_hand(
    stuck: MCFService, monkeypatch: pytest.MonkeyPatch, simulator: Simulator
) -> None:
    cancel = stuck.tracking.actions.cancel

    def then_unreadable(order_id: str) -> Any:
        change = cancel(order_id)
        known = stuck.ordering.drafts.typed(order_id)
        assert known is not None
        changed = known.model_copy(update={"to_zip": "12"})
        stuck.kept.keep(DocumentKind.CHANGED, order_id, changed.content())
        return change

    monkeypatch.setattr(stuck.tracking.actions, "cancel", then_unreadable)

    rescue = rescued(stuck)

    assert rescue.state is RescueState.FAILED
    assert "Correct and send again" in (rescue.advice or "")
    assert [concern.subject for concern in stuck.tracking.rescues.concerns()] == [OLD]
    assert of_the_order(simulator) == {OLD: Status.CANCELLED}


def test_nobody_sends_it_again_under_another_number_while_it_is_rescued(
    stuck: MCFService, simulator: Simulator, client: MCFClient, address: Address, sku: str
) -> None:
    lost(simulator, CANCEL)
    rescued(stuck)
    simulator.faults.clear()
    client.cancel_fulfillment_order(OLD)
    stuck.tracking.refresh(OLD)

    with pytest.raises(InvalidInput, match=f"sent again as order {NEW}"):
        stuck.submit(order_request("OTHER-1", address, sku, 2), replaces=OLD)

    assert "OTHER-1" not in simulator.world.orders


def test_a_rescue_that_is_given_up_sends_nothing_even_if_the_order_is_cancelled(
    stuck: MCFService, simulator: Simulator, client: MCFClient
) -> None:
    lost(simulator, CANCEL)
    rescued(stuck)
    simulator.faults.clear()

    given_up = stuck.tracking.rescues.give_up(OLD)
    client.cancel_fulfillment_order(OLD)

    assert given_up is not None
    assert given_up.state is RescueState.GIVEN_UP
    assert later(stuck).state is RescueState.GIVEN_UP
    assert set(of_the_order(simulator)) == {OLD}


def test_what_was_asked_for_long_ago_is_not_done_any_more(
    stuck: MCFService, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resend, "PAUSES", ())
    assert rescued(stuck).state is RescueState.ASKED
    now = utc_now() + timedelta(days=2)
    monkeypatch.setattr(resend, "utc_now", lambda: now)

    assert later(stuck).state is RescueState.GIVEN_UP
    assert simulator.requests.count(CANCEL) == 0


def test_an_order_sent_again_by_hand_is_in_both_stories(
    stuck: MCFService, address: Address, sku: str
) -> None:
    stuck.tracking.actions.cancel(OLD)
    sent = stuck.submit(order_request(NEW, address, sku, 2), replaces=OLD)

    assert sent.state is SubmissionState.ACCEPTED
    assert stuck.tracking.chronicle.of(NEW)[-1].told == f"In place of {OLD}"


def test_a_story_tells_orders_that_came_to_nothing_and_leaves_out_those_never_sent(
    stuck: MCFService, simulator: Simulator, address: Address, sku: str
) -> None:
    rescued(stuck)
    simulator.set_status(NEW, Status.INVALID)
    stuck.tracking.refresh(NEW)
    stuck.kept.keep(DocumentKind.LINK, "NEVER-SENT", {"replaces": OLD})
    stuck.submit(order_request("TEST-1-R3", address, sku, 2), replaces=NEW)

    assert stuck.ordering.links.story(NEW) == [OLD, NEW, "TEST-1-R3"]


def test_a_circle_of_links_ends(service: MCFService) -> None:
    service.kept.keep(DocumentKind.LINK, "A", {"replaces": "B"})
    service.kept.keep(DocumentKind.LINK, "B", {"replaces": "A"})

    assert sorted(service.ordering.links.story("A")) == ["A", "B"]


@pytest.fixture
def keeper(service: MCFService) -> Keeper:
    return service.kept


def test_of_two_who_go_on_from_the_same_only_the_first_does(keeper: Keeper) -> None:
    assert keeper.claim(DocumentKind.RESCUE, "A", {"at": 1}, None)
    assert not keeper.claim(DocumentKind.RESCUE, "A", {"at": 2}, None)
    before = keeper.get(DocumentKind.RESCUE, "A")

    assert keeper.claim(DocumentKind.RESCUE, "A", {"at": 3}, before)
    assert not keeper.claim(DocumentKind.RESCUE, "A", {"at": 4}, before)


def test_amazon_is_asked_for_nothing_when_the_order_cannot_be_read_first(
    stuck: MCFService, simulator: Simulator
) -> None:
    lost(simulator, READ)

    with pytest.raises(MCFError):
        stuck.tracking.rescues.begin(OLD)

    assert stuck.tracking.rescues.get(OLD) is None


@pytest.mark.parametrize(
    ("state", "status", "again", "past"),
    [
        (RescueState.DONE, "Cancelled", True, False),
        (RescueState.REFUSED, "Processing", False, False),
        (RescueState.REFUSED, "Complete", False, True),
        (RescueState.FAILED, "Cancelled", False, False),
        (RescueState.FAILED, "Cancelled", True, True),
        (RescueState.GIVEN_UP, "Planning", False, False),
        (RescueState.GIVEN_UP, "Processing", False, True),
    ],
)
def test_how_a_rescue_ended_is_told_while_it_says_something_of_its_order(
    state: RescueState, status: str, again: bool, past: bool
) -> None:
    rescue = Rescue(OLD, state, NEW, "It ended.", None, utc_now(), utc_now())

    assert resend.is_past(rescue, FulfillmentOrderStatus.of(status), was_sent_again=again) is past
