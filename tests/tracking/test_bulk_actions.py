"""One action on many orders: a result for each, and none that fails ends the others."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from mcf.amazon.models.base import Address
from mcf.errors import (
    ConnectionFailed,
    CredentialsRejected,
    InvalidInput,
    MCFError,
    OrderNotUpdatable,
    StoreError,
)
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.world.orders import Status
from mcf.tracking.bulk_actions import (
    MOST,
    RESULTS,
    Action,
    ManyActions,
    releasable,
    too_late,
)
from mcf.tracking.states import Change, ChangeState
from tests.conftest import order_request
from tests.tracking.test_lifecycle import ORDER, orders

TEN = [f"TEST-{number}" for number in range(10)]
Act = Callable[[str], Change | None]


def done(order_id: str, state: ChangeState = ChangeState.DONE) -> Change:
    return Change(order_id, state, "Cancelled", "Amazon has cancelled the order.")


def jobs(act: Act, closing: threading.Event | None = None) -> ManyActions:
    return ManyActions({Action.CANCEL: act}, closing or threading.Event())


def outcomes(many: ManyActions, job: str) -> dict[str, str]:
    """What became of each order when the job is over."""
    assert many.wait(job, 240)
    results = many.results(job)
    return dict(zip(results["seller_fulfillment_order_id"], results["outcome"], strict=True))


def failing(error: Exception, at: str) -> Act:
    def act(order_id: str) -> Change:
        if order_id == at:
            raise error
        return done(order_id)

    return act


def test_of_ten_orders_the_one_that_fails_ends_none_of_the_others() -> None:
    many = jobs(failing(OrderNotUpdatable("Picking has begun."), "TEST-4"))
    job = many.begin(Action.CANCEL, TEN)

    assert outcomes(many, job) == dict.fromkeys(TEN, "Done") | {"TEST-4": "Refused"}
    assert "Picking has begun. The order ships" in many.results(job)["says"][4]


def test_a_mistake_of_this_program_ends_none_of_the_others() -> None:
    many = jobs(failing(ZeroDivisionError(), "TEST-4"))

    found = outcomes(many, many.begin(Action.CANCEL, TEN))

    assert found == dict.fromkeys(TEN, "Done") | {"TEST-4": "Not known"}


@pytest.mark.parametrize("error", [CredentialsRejected("No."), StoreError("The disk is full.")])
def test_after_what_makes_all_fail_the_others_are_not_tried(error: MCFError) -> None:
    many = jobs(failing(error, "TEST-2"))
    job = many.begin(Action.CANCEL, TEN)

    left = dict.fromkeys(TEN[3:], "Not tried")
    assert outcomes(many, job) == {"TEST-0": "Done", "TEST-1": "Done", "TEST-2": "Refused"} | left
    assert error.message in many.results(job)["says"][9]


def test_a_network_that_is_gone_is_noticed_after_a_few_orders() -> None:
    def unreachable(_: str) -> Change:
        raise ConnectionFailed("Amazon wasn't reached.")

    many = jobs(unreachable)

    found = outcomes(many, many.begin(Action.CANCEL, TEN))

    assert [*found.values()] == ["Refused"] * 3 + ["Not tried"] * 7


def test_a_job_that_is_stopped_finishes_the_order_it_is_at() -> None:
    at_work, go_on = threading.Event(), threading.Event()

    def slow(order_id: str) -> Change:
        at_work.set()
        assert go_on.wait(240)
        return done(order_id)

    many = jobs(slow)
    job = many.begin(Action.CANCEL, TEN)
    assert at_work.wait(240)
    many.stop(job)
    before = many.standing(job)
    go_on.set()

    assert [*outcomes(many, job).values()] == ["Done"] + ["Not tried"] * 9
    assert before is not None
    assert (before.done, before.total, before.is_running) == (0, 10, True)


def test_a_program_that_closes_begins_with_no_further_order() -> None:
    closing = threading.Event()

    def then_closes(order_id: str) -> Change:
        closing.set()
        return done(order_id)

    many = jobs(then_closes, closing)
    job = many.begin(Action.CANCEL, TEN)
    many.close()

    assert [*outcomes(many, job).values()] == ["Done"] + ["Not tried"] * 9


def test_requested_and_unknown_are_told_apart_from_done() -> None:
    states = dict(zip(TEN, [ChangeState.REQUESTED, ChangeState.UNKNOWN], strict=False))
    many = jobs(lambda order_id: done(order_id, states[order_id]))

    found = outcomes(many, many.begin(Action.CANCEL, TEN[:2]))

    assert found == {"TEST-0": "Requested", "TEST-1": "Not known"}


def test_an_order_named_twice_is_asked_for_once() -> None:
    asked: list[str] = []
    many = jobs(asked.append)

    outcomes(many, many.begin(Action.CANCEL, ["B", "A", "B"]))

    assert asked == ["B", "A"]


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_too_few_and_too_many_orders_are_refused(count: int) -> None:
    many = jobs(done)

    with pytest.raises(InvalidInput, match=r"choose at least one|choose up to 500"):
        many.begin(Action.CANCEL, [str(number) for number in range(count)])


def test_the_results_have_their_columns_even_when_there_are_none() -> None:
    many = jobs(done)
    job = many.begin(Action.CANCEL, TEN)
    outcomes(many, job)

    many.forget(job)

    assert many.standing(job) is None
    assert {name: str(kind) for name, kind in many.results(job).dtypes.items()} == RESULTS


def test_orders_are_cancelled_at_amazon_and_each_keeps_its_own_story(
    service: MCFService, simulator: Simulator, address: Address, sku: str
) -> None:
    for number in TEN[:2]:
        service.submit(order_request(number, address, sku, 1))
    simulator.set_status("TEST-1", Status.PROCESSING)

    found = outcomes(service.tracking.many, service.tracking.many.begin(Action.CANCEL, TEN[:3]))

    assert found == {"TEST-0": "Done", "TEST-1": "Refused", "TEST-2": "Refused"}
    assert simulator.world.orders["TEST-0"].status is Status.CANCELLED
    assert service.tracking.chronicle.of("TEST-0")[-1].told == (
        "You asked Amazon to cancel it. Amazon has cancelled the order."
    )


def test_orders_on_hold_are_released_and_read_again(
    service: MCFService, simulator: Simulator, address: Address, sku: str
) -> None:
    held = order_request("TEST-0", address, sku, 1)
    service.submit(held.model_copy(update={"fulfillment_action": "Hold"}))

    released = outcomes(
        service.tracking.many, service.tracking.many.begin(Action.RELEASE, ["TEST-0"])
    )
    read = outcomes(service.tracking.many, service.tracking.many.begin(Action.REFRESH, ["TEST-0"]))

    assert released == read == {"TEST-0": "Done"}
    assert not simulator.world.orders["TEST-0"].held


def test_what_is_on_hold_can_be_released_until_it_is_over() -> None:
    held = orders(status="Received", fulfillment_action="Hold")
    over = orders(status="Cancelled", fulfillment_action="Hold")

    assert releasable(held) == [ORDER]
    assert releasable(over) == []
    assert releasable(orders(status="Received", fulfillment_action="Ship")) == []


@pytest.mark.parametrize(
    ("status", "late"), [("Received", 0), ("Processing", 1), ("Cancelled", 1), ("Planning", 0)]
)
def test_an_order_that_is_picked_or_over_is_too_late_to_be_cancelled(
    status: str, late: int
) -> None:
    assert too_late(orders(status=status)) == late
