"""An order reaches Amazon exactly once, whatever happens on the way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.responses import Operation
from mcf.amazon.similarity import Likeness, compare, fingerprint
from mcf.amazon.throttle import OwnTurns, Pace, patience
from mcf.errors import DuplicateOrder, RequestRefused, Stopped, StoreError
from mcf.orders.states import Submission
from mcf.orders.submission import ABANDONED, Submissions
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import (
    LateVisibility,
    ResetAfter,
    ResetBefore,
    RoleMissing,
    Throttled,
    Unavailable,
)
from mcf.store import tables
from mcf.store.coordination import Senders
from mcf.store.database import Store, utc_now
from mcf.store.states import SubmissionState
from tests.clocks import Time
from tests.conftest import unhurried
from tests.databases import keys_for

CREATE, GET = "createFulfillmentOrder", "getFulfillmentOrder"
ACCEPTED, REJECTED = SubmissionState.ACCEPTED, SubmissionState.REJECTED
NOT_SENT, UNKNOWN = SubmissionState.NOT_SENT, SubmissionState.UNKNOWN
SENDING = SubmissionState.SENDING


@pytest.fixture
def submissions(client: MCFClient, store: Store) -> Submissions:
    """What sends orders, without real pauses."""
    return Submissions(client, store, sleep=lambda _: None)


@pytest.fixture
def offline(settings: Settings, store: Store) -> Iterator[Submissions]:
    """What sends orders while Amazon can't be reached: nobody listens at its address."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        away = replace(settings, endpoint=f"http://127.0.0.1:{deaf.getsockname()[1]}")
        with MCFClient(away, pace=unhurried(), sleep=lambda _: None) as client:
            yield Submissions(client, store, sleep=lambda _: None)


def changed(request: MCFOrderRequest, **fields: Any) -> MCFOrderRequest:
    """The order with these fields instead."""
    return MCFOrderRequest.of(**{**request.to_api(), **fields})


def with_sku(request: MCFOrderRequest, sku: str) -> MCFOrderRequest:
    return changed(request, items=[request.items[0].to_api() | {"sellerSku": sku}])


def creates(simulator: Simulator) -> int:
    return simulator.requests.count(CREATE)


def left_behind(
    store: Store, request: MCFOrderRequest, state: SubmissionState, age: timedelta
) -> None:
    """Writes what a process leaves that died at this point."""
    then = utc_now() - age
    store.add(
        tables.submissions,
        {
            "seller_fulfillment_order_id": request.seller_fulfillment_order_id,
            "state": state.value,
            "request": request.to_api(),
            "attempts": 1,
            "created_at": then,
            "updated_at": then,
        },
    )


def died_over_it(seconds: float) -> None:
    raise KeyboardInterrupt


def dies_settling(submissions: Submissions) -> None:
    with suppress(KeyboardInterrupt):
        submissions.settle_all()


def test_an_order_that_amazon_takes_is_accepted(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    submission = submissions.submit(request_for)
    assert (submission.state, submission.advice) == (ACCEPTED, None)
    assert submissions.get("TEST-1") == submission
    assert submissions.open() == []
    assert simulator.world.orders["TEST-1"].lines[0].quantity == 2


def test_the_preview_and_the_order_are_kept_with_the_submission(
    submissions: Submissions, client: MCFClient, store: Store, request_for: MCFOrderRequest
) -> None:
    preview, *_ = client.get_fulfillment_preview(request_for.destination_address, request_for.items)
    submissions.submit(request_for, preview)
    row = store.row(tables.submissions, seller_fulfillment_order_id="TEST-1")
    assert row is not None
    assert (row.request, row.preview) == (request_for.to_api(), preview.to_api())
    assert row.attempts == 1


def test_an_order_that_amazon_refuses_is_rejected_with_its_reason_and_advice(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    submission = submissions.submit(with_sku(request_for, "NO-SUCH-SKU"))
    assert submission.state is REJECTED
    assert "SellerSKU" in submission.message
    assert list(submission.refused) == ["sku_0"]
    assert submission.advice == "Amazon has no such SKU in this marketplace: check it."
    assert submission.request_id == simulator.requests.entries()[-1].request_id
    assert submissions.open() == [submission]


def test_an_order_is_not_sent_when_amazon_cannot_be_reached(
    offline: Submissions, request_for: MCFOrderRequest
) -> None:
    submission = offline.submit(request_for)
    assert submission.state is NOT_SENT
    assert "could not be reached" in submission.message


def test_an_order_that_was_not_sent_is_sent_the_next_time(
    offline: Submissions,
    submissions: Submissions,
    simulator: Simulator,
    request_for: MCFOrderRequest,
) -> None:
    offline.submit(request_for)
    assert submissions.submit(request_for).state is ACCEPTED
    assert creates(simulator) == 1


def test_an_order_that_is_throttled_for_long_is_not_sent(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    simulator.faults.add(Throttled(operations=[CREATE]))
    assert submissions.submit(request_for).state is NOT_SENT
    assert "TEST-1" not in simulator.world.orders


def test_nothing_is_sent_when_the_intent_cannot_be_written(
    client: MCFClient, simulator: Simulator, tmp_path: Path, request_for: MCFOrderRequest
) -> None:
    path = tmp_path / "gone.sqlite3"
    with Store(f"sqlite:///{path}", account="a", marketplace_id="m", mode="demo") as store:
        store.close()
        path.unlink()
        path.mkdir()
        with pytest.raises(StoreError):
            Submissions(client, store).submit(request_for)
    assert creates(simulator) == 0


def test_the_same_order_again_sends_nothing_and_says_how_the_first_stands(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    first = submissions.submit(request_for)
    assert submissions.submit(request_for) == first
    assert creates(simulator) == 1


def test_another_order_under_a_number_that_was_sent_is_refused_here(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    submissions.submit(request_for)
    with pytest.raises(DuplicateOrder, match="TEST-1") as told:
        submissions.submit(changed(request_for, shippingSpeedCategory="Expedited"))
    assert "new number" in told.value.advice
    assert creates(simulator) == 1


def test_a_rejected_order_is_sent_again_with_what_was_corrected(
    submissions: Submissions, store: Store, request_for: MCFOrderRequest
) -> None:
    submissions.submit(with_sku(request_for, "NO-SUCH-SKU"))
    assert submissions.submit(request_for).state is ACCEPTED
    row = store.row(tables.submissions, seller_fulfillment_order_id="TEST-1")
    assert row is not None
    assert (row.request, row.attempts, row.advice) == (request_for.to_api(), 2, None)


def test_an_answer_lost_after_amazon_took_the_order_is_found_out(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    simulator.faults.add(ResetAfter(operations=[CREATE], times=1))
    assert submissions.submit(request_for).state is ACCEPTED
    assert creates(simulator) == 1
    assert simulator.requests.count(GET) == 1


def test_an_order_that_never_arrived_is_sent_once_more_under_the_same_number(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    simulator.faults.add(ResetBefore(operations=[CREATE], times=1))
    assert submissions.submit(request_for).state is ACCEPTED
    assert [entry.operation for entry in simulator.requests.entries()][-4:] == [
        CREATE, GET, GET, CREATE,
    ]  # fmt: skip
    assert creates(simulator) == 2


def test_amazon_is_given_time_before_a_lost_order_is_looked_up(
    client: MCFClient, store: Store, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    pauses: list[float] = []
    simulator.faults.add(ResetBefore(operations=[CREATE], times=1))
    Submissions(client, store, sleep=pauses.append).submit(request_for)
    assert pauses == [1.0, 3.0]


def test_an_order_that_never_arrived_may_be_refused_the_second_time(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    simulator.faults.add(ResetBefore(operations=[CREATE], times=1))
    assert submissions.submit(with_sku(request_for, "NO-SUCH-SKU")).state is REJECTED
    assert creates(simulator) == 2


@pytest.mark.parametrize(
    ("fault", "state"), [(None, ACCEPTED), (Unavailable(operations=[GET]), UNKNOWN)]
)
def test_a_refusal_of_the_second_sending_is_believed_only_when_the_first_is_not_there(
    client: MCFClient,
    store: Store,
    simulator: Simulator,
    request_for: MCFOrderRequest,
    monkeypatch: pytest.MonkeyPatch,
    fault: Unavailable | None,
    state: SubmissionState,
) -> None:
    simulator.faults.add(ResetAfter(operations=[CREATE], times=1))
    simulator.faults.add(LateVisibility(seconds=60))
    first = client.create_fulfillment_order

    def second(request: MCFOrderRequest) -> None:
        simulator.clock.step(timedelta(seconds=61))
        if fault:
            simulator.faults.add(fault)
        raise RequestRefused("There is not enough of it left.")

    def create(request: MCFOrderRequest) -> None:
        monkeypatch.setattr(client, "create_fulfillment_order", second)
        first(request)

    monkeypatch.setattr(client, "create_fulfillment_order", create)

    submitted = Submissions(client, store, sleep=lambda _: None).submit(request_for)

    assert submitted.state is state
    assert "TEST-1" in simulator.world.orders


def test_an_order_whose_answer_is_lost_twice_is_unknown_and_settled_later(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    lost = simulator.faults.add(ResetBefore(operations=[CREATE]))
    submission = submissions.submit(request_for)
    assert submission.state is UNKNOWN
    assert "another number" in (submission.advice or "")
    assert creates(simulator) == 2
    simulator.faults.remove(lost)
    assert [s.state for s in submissions.settle_all()] == [ACCEPTED]
    assert submissions.settle_all() == []


def test_an_order_that_cannot_be_looked_up_is_unknown_and_not_sent_again(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    simulator.faults.add(ResetAfter(operations=[CREATE], times=1))
    down = simulator.faults.add(Unavailable(operations=[GET]))
    assert submissions.submit(request_for).state is UNKNOWN
    assert submissions.submit(request_for).state is UNKNOWN
    assert submissions.settle_all() == []
    assert [s.state for s in submissions.open()] == [UNKNOWN]
    simulator.faults.remove(down)
    assert [s.state for s in submissions.settle_all()] == [ACCEPTED]
    assert creates(simulator) == 1


def test_an_order_that_amazon_does_not_show_yet_is_found_when_it_does(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    simulator.faults.add(ResetAfter(operations=[CREATE], times=1))
    simulator.faults.add(LateVisibility(seconds=60))
    assert submissions.submit(request_for).state is UNKNOWN
    simulator.clock.step(timedelta(seconds=61))
    assert [s.state for s in submissions.settle_all()] == [ACCEPTED]
    assert simulator.world.orders["TEST-1"].lines[0].quantity == 2


@pytest.mark.parametrize("fault", [RoleMissing, Throttled])
def test_an_order_that_may_have_arrived_is_never_called_not_sent(
    client: MCFClient,
    store: Store,
    simulator: Simulator,
    request_for: MCFOrderRequest,
    fault: type[RoleMissing | Throttled],
) -> None:
    simulator.faults.add(LateVisibility(seconds=60))
    simulator.faults.add(ResetAfter(operations=[CREATE], nth=1))
    later = Submissions(
        client, store, sleep=lambda _: simulator.faults.add(fault(operations=[CREATE])) and None
    )
    assert later.submit(request_for).state is UNKNOWN
    assert "TEST-1" in simulator.world.orders


def closing(_: float) -> None:
    raise Stopped("The program is closing.")


def test_an_order_that_waits_for_its_turn_when_the_program_closes_is_not_sent(
    settings: Settings, store: Store, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    pace = Pace(OwnTurns(Time().clock), closing)
    pace.refused(Operation.CREATE_ORDER)
    with MCFClient(settings, pace=pace, sleep=closing) as client:
        submission = Submissions(client, store, closing).submit(request_for)
    assert (submission.state, submission.message) == (NOT_SENT, "The program is closing.")
    assert creates(simulator) == 0


def test_an_order_that_was_not_sent_when_the_program_closed_is_sent_when_it_is_asked_for_again(
    submissions: Submissions, settings: Settings, store: Store, request_for: MCFOrderRequest
) -> None:
    pace = Pace(OwnTurns(Time().clock), closing)
    pace.refused(Operation.CREATE_ORDER)
    with MCFClient(settings, pace=pace, sleep=closing) as client:
        Submissions(client, store, closing).submit(request_for)
    assert submissions.settle_all() == []
    assert submissions.submit(request_for).state is ACCEPTED


def test_an_order_that_is_looked_up_when_the_program_closes_is_settled_after_the_next_start(
    submissions: Submissions,
    client: MCFClient,
    store: Store,
    simulator: Simulator,
    request_for: MCFOrderRequest,
) -> None:
    simulator.faults.add(ResetAfter(operations=[CREATE], times=1))
    assert Submissions(client, store, closing).submit(request_for).state is UNKNOWN
    assert [s.state for s in submissions.settle_all()] == [ACCEPTED]
    assert creates(simulator) == 1


@pytest.mark.parametrize("fault", [ResetAfter, ResetBefore])
def test_an_order_is_not_looked_up_longer_than_somebody_waits_but_settled_later(
    submissions: Submissions,
    simulator: Simulator,
    request_for: MCFOrderRequest,
    fault: type[ResetAfter | ResetBefore],
) -> None:
    simulator.faults.add(fault(operations=[CREATE], times=1))
    with patience(2.5):
        submission = submissions.submit(request_for)
    assert submission.state is UNKNOWN
    assert "Don't send it under another number" in (submission.advice or "")
    assert simulator.requests.count(GET) == 0
    assert [s.state for s in submissions.settle_all()] == [ACCEPTED]
    assert "TEST-1" in simulator.world.orders


def test_an_order_that_somebody_else_sent_just_so_is_accepted(
    submissions: Submissions, client: MCFClient, request_for: MCFOrderRequest
) -> None:
    client.create_fulfillment_order(request_for)
    assert submissions.submit(request_for).state is ACCEPTED


def test_another_order_under_the_number_at_amazon_is_told(
    submissions: Submissions, client: MCFClient, request_for: MCFOrderRequest
) -> None:
    other = changed(request_for, items=[request_for.items[0].to_api() | {"quantity": 1}])
    client.create_fulfillment_order(other)
    submission = submissions.submit(request_for)
    assert submission.state is REJECTED
    assert submission.message == "Amazon has another order under the number TEST-1."


def test_a_used_number_that_cannot_be_looked_up_is_unknown(
    submissions: Submissions,
    client: MCFClient,
    simulator: Simulator,
    request_for: MCFOrderRequest,
) -> None:
    client.create_fulfillment_order(request_for)
    simulator.faults.add(Unavailable(operations=[GET]))
    assert submissions.submit(request_for).state is UNKNOWN


def test_a_double_click_from_many_threads_sends_one_order(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(submissions.submit, [request_for] * 8))
    assert {submission.state for submission in found} <= {ACCEPTED, SENDING}
    assert creates(simulator) == 1
    assert submissions.get("TEST-1").state is ACCEPTED  # type: ignore[union-attr]


def test_two_processes_on_one_store_send_one_order(
    submissions: Submissions,
    settings: Settings,
    simulator: Simulator,
    tmp_path: Path,
    request_for: MCFOrderRequest,
) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with (
        Store(
            url, account="test", marketplace_id="ATVPDKIKX0DER", mode="demo", keys=keys_for(url)
        ) as store,
        MCFClient(settings) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        both = [submissions, Submissions(client, store)] * 4
        found = list(pool.map(lambda one: one.submit(request_for), both))
    assert ACCEPTED in {submission.state for submission in found}
    assert creates(simulator) == 1


def test_a_correction_clicked_many_times_is_sent_once(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    submissions.submit(with_sku(request_for, "NO-SUCH-SKU"))
    simulator.requests.clear()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(submissions.submit, [request_for] * 8))
    assert creates(simulator) == 1


def test_an_order_being_sent_again_does_not_show_its_old_refusal(
    client: MCFClient, store: Store, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    seen: list[Submission | None] = []
    sending = Submissions(client, store, sleep=lambda _: seen.append(sending.get("TEST-1")))
    sending.submit(with_sku(request_for, "NO-SUCH-SKU"))
    simulator.faults.add(ResetAfter(operations=[CREATE], times=1))
    sending.submit(request_for)
    assert seen == [Submission("TEST-1", SENDING, "It's being sent.")]


def test_an_order_left_in_sending_is_settled_once_its_process_must_be_dead(
    submissions: Submissions,
    store: Store,
    client: MCFClient,
    simulator: Simulator,
    request_for: MCFOrderRequest,
) -> None:
    client.create_fulfillment_order(request_for)
    left_behind(store, request_for, SENDING, ABANDONED + timedelta(seconds=1))
    assert [s.state for s in submissions.settle_all()] == [ACCEPTED]
    assert creates(simulator) == 1


def test_an_order_left_in_sending_that_never_arrived_is_sent(
    submissions: Submissions, store: Store, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    left_behind(store, request_for, SENDING, ABANDONED + timedelta(seconds=1))
    assert [s.state for s in submissions.settle_all()] == [ACCEPTED]
    assert creates(simulator) == 1
    assert "TEST-1" in simulator.world.orders


def test_an_order_whose_process_died_on_this_machine_is_settled_at_once(
    client: MCFClient,
    store: Store,
    simulator: Simulator,
    tmp_path: Path,
    request_for: MCFOrderRequest,
) -> None:
    senders = Senders(tmp_path / "sending")
    died = Submissions(client, store, died_over_it, senders)
    simulator.faults.add(ResetAfter(operations=[CREATE], times=1))
    with pytest.raises(KeyboardInterrupt):
        died.submit(request_for)
    submissions = Submissions(client, store, lambda _: None, senders)
    assert [s.state for s in submissions.settle_all()] == [ACCEPTED]
    assert creates(simulator) == 1
    assert list((tmp_path / "sending").iterdir()) == []


def test_an_order_whose_process_died_is_settled_when_it_is_sent_again(
    client: MCFClient,
    store: Store,
    simulator: Simulator,
    tmp_path: Path,
    request_for: MCFOrderRequest,
) -> None:
    senders = Senders(tmp_path / "sending")
    simulator.faults.add(ResetAfter(operations=[CREATE], times=1))
    with pytest.raises(KeyboardInterrupt):
        Submissions(client, store, died_over_it, senders).submit(request_for)
    again = Submissions(client, store, lambda _: None, senders).submit(request_for)
    assert again.state is ACCEPTED
    assert creates(simulator) == 1


def test_an_order_that_was_taken_over_meanwhile_is_not_taken_over_again(
    client: MCFClient,
    store: Store,
    simulator: Simulator,
    tmp_path: Path,
    request_for: MCFOrderRequest,
) -> None:
    senders = Senders(tmp_path / "sending")
    second = changed(request_for, sellerFulfillmentOrderId="TEST-2", displayableOrderId="TEST-2")
    left_behind(store, request_for, UNKNOWN, timedelta(0))
    left_behind(store, second, UNKNOWN, timedelta(0))
    dying = Submissions(client, store, died_over_it, senders)
    slow = Submissions(client, store, lambda _: dies_settling(dying), senders)
    last = Submissions(client, store, lambda _: None, senders)
    found = {s.seller_fulfillment_order_id: s.state for s in slow.settle_all()}
    assert found == {"TEST-1": ACCEPTED, "TEST-2": ACCEPTED}
    assert last.settle_all() == []
    assert creates(simulator) == 2


def test_an_order_whose_process_lives_is_left_to_it(
    client: MCFClient,
    store: Store,
    simulator: Simulator,
    tmp_path: Path,
    request_for: MCFOrderRequest,
) -> None:
    sending = Senders(tmp_path / "sending", "an account")
    submissions = Submissions(
        client, store, lambda _: None, Senders(tmp_path / "sending", "an account")
    )
    left_behind(store, request_for, SENDING, timedelta(0))
    with sending.sending("TEST-1"):
        assert submissions.settle_all() == []
    assert creates(simulator) == 0


def test_an_order_in_the_hands_of_a_living_process_is_not_sent_by_another(
    client: MCFClient,
    store: Store,
    simulator: Simulator,
    tmp_path: Path,
    request_for: MCFOrderRequest,
) -> None:
    senders = Senders(tmp_path / "sending")
    submissions = Submissions(client, store, lambda _: None, senders)
    with senders.sending("TEST-1"):
        before_it_is_noted = submissions.submit(request_for)
        left_behind(store, request_for, NOT_SENT, timedelta(0))
        after_it_failed = submissions.submit(request_for)
    assert (before_it_is_noted.state, after_it_failed.state) == (SENDING, NOT_SENT)
    assert creates(simulator) == 0
    assert submissions.submit(request_for).state is ACCEPTED


def test_an_order_is_sent_even_where_no_file_can_tell_of_it(
    client: MCFClient, store: Store, tmp_path: Path, request_for: MCFOrderRequest
) -> None:
    (tmp_path / "sending").write_text("a file where the folder would be")
    submissions = Submissions(client, store, lambda _: None, Senders(tmp_path / "sending"))
    assert submissions.submit(request_for).state is ACCEPTED


def test_an_order_that_is_being_sent_right_now_is_left_alone(
    submissions: Submissions, store: Store, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    left_behind(store, request_for, SENDING, timedelta(seconds=30))
    assert submissions.settle_all() == []
    assert submissions.submit(request_for).state is SENDING
    assert creates(simulator) == 0


def test_two_that_settle_at_once_do_not_send_an_order_twice(
    client: MCFClient, store: Store, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    second = changed(request_for, sellerFulfillmentOrderId="TEST-2", displayableOrderId="TEST-2")
    left_behind(store, request_for, UNKNOWN, timedelta(0))
    left_behind(store, second, UNKNOWN, timedelta(0))
    quick = Submissions(client, store, sleep=lambda _: None)
    slow = Submissions(client, store, sleep=lambda _: quick.settle_all() and None)
    assert [s.state for s in slow.settle_all()] == [ACCEPTED, ACCEPTED]
    assert creates(simulator) == 2


def test_an_order_that_was_not_sent_from_here_is_not_known(submissions: Submissions) -> None:
    assert submissions.get("SHOP-1001") is None


@pytest.mark.parametrize(
    ("fields", "likeness"),
    [
        ({}, Likeness.SAME),
        ({"displayableOrderComment": "Other words"}, Likeness.SAME),
        ({"displayableOrderId": "OTHER"}, Likeness.OTHER),
        ({"items": [{"sellerFulfillmentOrderItemId": "1", "quantity": 1}]}, Likeness.OTHER),
        ({"items": [{"sellerFulfillmentOrderItemId": "2", "quantity": 2}]}, Likeness.OTHER),
        ({"destinationAddress": {"name": "Bob Example"}}, Likeness.DOUBTFUL),
        ({"destinationAddress": {"addressLine1": "200 Example Street"}}, Likeness.DOUBTFUL),
        ({"destinationAddress": {"postalCode": "62702"}}, Likeness.DOUBTFUL),
        ({"destinationAddress": {"postalCode": "62701-1234"}}, Likeness.SAME),
        ({"destinationAddress": {"name": "ADA  EXAMPLE"}}, Likeness.SAME),
        ({"destinationAddress": {"phone": "555-0100"}}, Likeness.SAME),
    ],
)
def test_orders_are_the_same_by_name_lines_and_destination(
    client: MCFClient, request_for: MCFOrderRequest, fields: dict[str, Any], likeness: Likeness
) -> None:
    client.create_fulfillment_order(request_for)
    detail = client.get_fulfillment_order("TEST-1")
    asked = request_for.to_api()
    lines = [asked["items"][0] | line for line in fields.get("items", [{}])]
    address = asked["destinationAddress"] | fields.get("destinationAddress", {})
    other = changed(request_for, **(fields | {"items": lines, "destinationAddress": address}))
    assert compare(other, detail) is likeness


def test_an_order_of_which_amazon_hides_the_address_is_the_same(
    client: MCFClient, request_for: MCFOrderRequest
) -> None:
    client.create_fulfillment_order(request_for)
    detail = client.get_fulfillment_order("TEST-1")
    head = detail.fulfillment_order.model_copy(update={"destination_address": None})
    hidden = detail.model_copy(update={"fulfillment_order": head})
    assert compare(request_for, hidden) is Likeness.SAME


def test_the_same_order_typed_a_second_later_is_the_same_order(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    submissions.submit(request_for)

    again = submissions.submit(changed(request_for, displayableOrderDate="2026-03-02T15:00:09Z"))

    assert again.state is ACCEPTED
    assert simulator.requests.count(CREATE) == 1


def test_items_that_amazon_has_under_another_address_are_never_sent_again(
    client: MCFClient, submissions: Submissions, request_for: MCFOrderRequest
) -> None:
    elsewhere = request_for.to_api()["destinationAddress"] | {"addressLine1": "9 Other Road"}
    client.create_fulfillment_order(changed(request_for, destinationAddress=elsewhere))

    outcome = submissions.submit(request_for)

    assert outcome.state is UNKNOWN
    assert "another address" in outcome.message


def test_a_refused_order_can_be_taken_off_the_list_and_sent_later(
    submissions: Submissions, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    simulator.faults.add(RoleMissing(operations=[CREATE], times=1))
    submissions.submit(request_for)

    submissions.dismiss("TEST-1")

    assert submissions.open() == []
    assert submissions.request("TEST-1") == request_for
    assert submissions.submit(request_for).state is ACCEPTED


def test_an_accepted_order_cannot_be_dismissed(
    submissions: Submissions, request_for: MCFOrderRequest
) -> None:
    submissions.submit(request_for)

    submissions.dismiss("TEST-1")

    state = submissions.get("TEST-1")
    assert state is not None
    assert state.state is ACCEPTED


def test_an_order_that_may_be_another_one_is_not_to_be_sent_again(
    client: MCFClient, submissions: Submissions, request_for: MCFOrderRequest
) -> None:
    elsewhere = request_for.to_api()["destinationAddress"] | {"addressLine1": "9 Other Road"}
    client.create_fulfillment_order(changed(request_for, destinationAddress=elsewhere))

    assert "Don't send it again." in (submissions.submit(request_for).advice or "")


@pytest.mark.parametrize(("seconds", "settled"), [(65, []), (121, [ACCEPTED])])
def test_an_order_in_sending_is_left_alone_for_two_minutes(
    submissions: Submissions,
    store: Store,
    request_for: MCFOrderRequest,
    seconds: int,
    settled: list[SubmissionState],
) -> None:
    left_behind(store, request_for, SENDING, timedelta(seconds=seconds))

    assert [s.state for s in submissions.settle_all()] == settled


@pytest.fixture
def contended(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store in which somebody else claims each order first."""
    change = store.change

    def late(table: Any, key: Any, values: Any, *conditions: Any) -> bool:
        if values.get("state") == SENDING.value:
            change(table, key, values, *conditions)
        return change(table, key, values, *conditions)

    monkeypatch.setattr(store, "change", late)
    return store


def test_an_order_that_somebody_else_takes_over_first_is_left_to_them(
    client: MCFClient,
    store: Store,
    contended: Store,
    simulator: Simulator,
    request_for: MCFOrderRequest,
) -> None:
    left_behind(store, request_for, UNKNOWN, timedelta(0))

    late = Submissions(client, contended, sleep=lambda _: None)

    assert late.settle_all() == []
    assert late.submit(request_for).state is SENDING
    assert creates(simulator) == 0


def test_a_refused_order_that_somebody_else_sends_again_first_is_left_to_them(
    client: MCFClient,
    store: Store,
    contended: Store,
    simulator: Simulator,
    request_for: MCFOrderRequest,
) -> None:
    left_behind(store, request_for, REJECTED, timedelta(0))

    outcome = Submissions(client, contended, sleep=lambda _: None).submit(request_for)

    assert outcome.state is SENDING
    assert creates(simulator) == 0


@pytest.mark.parametrize(
    ("state", "age"),
    [(SENDING, ABANDONED * 3), (UNKNOWN, timedelta(0)), (UNKNOWN, ABANDONED * 3)],
)
def test_an_order_is_left_to_the_process_that_sends_it_however_long_that_takes(
    client: MCFClient,
    store: Store,
    simulator: Simulator,
    tmp_path: Path,
    request_for: MCFOrderRequest,
    state: SubmissionState,
    age: timedelta,
) -> None:
    slow = Senders(tmp_path / "sending", "an account")
    other = Submissions(client, store, lambda _: None, Senders(tmp_path / "sending", "an account"))
    left_behind(store, request_for, state, age)

    with slow.sending("TEST-1"):
        assert other.settle_all() == []
        assert other.submit(request_for).state is state

    assert simulator.requests.count(GET) == creates(simulator) == 0


def test_what_amazon_may_have_is_known_before_it_is_sent_again(
    submissions: Submissions, store: Store, request_for: MCFOrderRequest
) -> None:
    assert submissions.earlier(request_for) is None

    sent = submissions.submit(request_for)

    assert submissions.earlier(request_for) == sent
    with pytest.raises(DuplicateOrder):
        submissions.earlier(with_sku(request_for, "ANOTHER"))


def test_what_amazon_refused_is_not_there_from_earlier(
    submissions: Submissions, request_for: MCFOrderRequest
) -> None:
    submissions.submit(with_sku(request_for, "NO-SUCH-SKU"))

    assert submissions.earlier(request_for) is None


def test_an_order_being_sent_again_is_not_taken_for_one_left_behind_when_it_was_refused(
    client: MCFClient, store: Store, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    settled: list[list[Submission]] = []
    elsewhere = Submissions(client, store, sleep=lambda _: None)
    sending = Submissions(client, store, sleep=lambda _: settled.append(elsewhere.settle_all()))
    left_behind(store, request_for, REJECTED, ABANDONED * 2)
    simulator.faults.add(ResetAfter(operations=[CREATE], times=1))

    assert sending.submit(request_for).state is ACCEPTED
    assert settled == [[]]


def test_another_order_under_a_number_that_somebody_else_sends_is_refused(
    client: MCFClient, store: Store, tmp_path: Path, request_for: MCFOrderRequest
) -> None:
    slow = Senders(tmp_path / "sending", "an account")
    other = Submissions(client, store, lambda _: None, Senders(tmp_path / "sending", "an account"))
    left_behind(store, request_for, SENDING, timedelta(0))

    with slow.sending("TEST-1"), pytest.raises(DuplicateOrder):
        other.submit(with_sku(request_for, "ANOTHER"))


def test_a_refused_order_that_somebody_else_corrects_is_told_as_it_stands(
    client: MCFClient, store: Store, tmp_path: Path, request_for: MCFOrderRequest
) -> None:
    slow = Senders(tmp_path / "sending", "an account")
    other = Submissions(client, store, lambda _: None, Senders(tmp_path / "sending", "an account"))
    left_behind(store, request_for, REJECTED, timedelta(0))

    with slow.sending("TEST-1"):
        assert other.submit(with_sku(request_for, "ANOTHER")).state is REJECTED


def test_an_order_in_amazons_list_is_there_though_this_store_never_sent_it(
    submissions: Submissions, store: Store, request_for: MCFOrderRequest
) -> None:
    mine = fingerprint(request_for.destination_address, request_for.items)
    order_id = request_for.seller_fulfillment_order_id
    row = {
        "seller_fulfillment_order_id": order_id,
        "displayable_order_id": order_id,
        "status": "Processing",
        "raw": {},
    }
    assert submissions.standing(request_for) is None
    store.save(tables.orders, [row | {"fingerprint": mine}])
    listed = submissions.standing(request_for)
    store.save(tables.orders, [row | {"fingerprint": "of another"}])

    assert listed is not None
    assert (listed.state, listed.message) == (
        SubmissionState.ACCEPTED,
        "Amazon has it: it's processing.",
    )
    with pytest.raises(DuplicateOrder, match="Amazon has another order under the number"):
        submissions.standing(request_for)
