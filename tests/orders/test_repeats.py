"""The same goods for the same person within a week look like one order sent twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.orders.states import Repeat, besides
from mcf.orders.submission import REPEATED_WITHIN, Submissions
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from mcf.simulator.world.orders import Status
from mcf.store import tables
from mcf.store.database import Store, utc_now
from mcf.store.states import SubmissionState
from mcf.sync.reader import Sync

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sync(client: MCFClient, store: Store) -> Sync:
    return Sync(client, store)


@pytest.fixture
def submissions(client: MCFClient, store: Store) -> Submissions:
    """What sends orders, without real pauses."""
    return Submissions(client, store, sleep=lambda _: None)


@pytest.fixture
def elsewhere(client: MCFClient, sync: Sync, request_for: MCFOrderRequest) -> str:
    """The number of an order that another program sent and that was read since."""
    client.create_fulfillment_order(request_for)
    sync.orders()
    return "TEST-1"


@pytest.fixture
def again(request_for: MCFOrderRequest) -> MCFOrderRequest:
    """The same goods for the same person under another number."""
    return changed(
        request_for, sellerFulfillmentOrderId="TEST-2", displayableOrderId="Another number"
    )


def changed(request: MCFOrderRequest, **fields: Any) -> MCFOrderRequest:
    return MCFOrderRequest.of(**{**request.to_api(), **fields})


def sent_to(request: MCFOrderRequest, **place: str) -> MCFOrderRequest:
    return changed(request, destinationAddress=request.to_api()["destinationAddress"] | place)


def found(submissions: Submissions, request: MCFOrderRequest, sync: Sync) -> list[str]:
    repeats = submissions.repeats(request, sync.amazon_now())
    return [repeat.seller_fulfillment_order_id for repeat in repeats]


def written(store: Store, request: MCFOrderRequest, age: timedelta) -> None:
    """Makes the submission as old as this."""
    number = {"seller_fulfillment_order_id": request.seller_fulfillment_order_id}
    assert store.change(tables.submissions, number, {"created_at": utc_now() - age})


def test_an_order_sent_from_here_is_noticed_when_it_is_sent_under_another_number(
    submissions: Submissions, sync: Sync, request_for: MCFOrderRequest, again: MCFOrderRequest
) -> None:
    submissions.submit(request_for)

    (repeat,) = submissions.repeats(again, sync.amazon_now())

    assert repeat.seller_fulfillment_order_id == "TEST-1"
    assert abs(repeat.at - utc_now()) < MINUTE


def test_an_order_made_elsewhere_is_noticed_as_soon_as_it_was_read(
    submissions: Submissions,
    sync: Sync,
    simulator: Simulator,
    elsewhere: str,
    again: MCFOrderRequest,
) -> None:
    (repeat,) = submissions.repeats(again, sync.amazon_now())

    assert repeat.seller_fulfillment_order_id == elsewhere
    assert repeat.at == simulator.world.orders[elsewhere].received


def test_an_order_sent_from_here_and_read_since_is_told_once(
    submissions: Submissions, sync: Sync, request_for: MCFOrderRequest, again: MCFOrderRequest
) -> None:
    submissions.submit(request_for)
    sync.order("TEST-1")

    assert found(submissions, again, sync) == ["TEST-1"]


def test_an_order_is_no_repeat_of_itself(
    submissions: Submissions, sync: Sync, request_for: MCFOrderRequest
) -> None:
    submissions.submit(request_for)
    sync.order("TEST-1")

    assert found(submissions, request_for, sync) == []


def test_nothing_is_like_the_first_order(
    submissions: Submissions, sync: Sync, request_for: MCFOrderRequest
) -> None:
    sync.orders()

    assert found(submissions, request_for, sync) == []


@pytest.mark.parametrize(
    ("age", "noticed"),
    [(REPEATED_WITHIN - MINUTE, ["TEST-1"]), (REPEATED_WITHIN + MINUTE, [])],
    ids=["a week less a minute", "a week and a minute"],
)
class TestAWeek:
    @pytest.mark.usefixtures("elsewhere")
    def test_is_how_long_an_order_made_elsewhere_is_looked_back_for(
        self,
        submissions: Submissions,
        client: MCFClient,
        sync: Sync,
        simulator: Simulator,
        again: MCFOrderRequest,
        age: timedelta,
        noticed: list[str],
    ) -> None:
        simulator.clock.step(age)
        client.list_all_fulfillment_orders()

        assert found(submissions, again, sync) == noticed

    def test_is_how_long_an_order_sent_from_here_is_looked_back_for(
        self,
        submissions: Submissions,
        sync: Sync,
        store: Store,
        request_for: MCFOrderRequest,
        again: MCFOrderRequest,
        age: timedelta,
        noticed: list[str],
    ) -> None:
        submissions.submit(request_for)
        written(store, request_for, age)

        assert found(submissions, again, sync) == noticed


@pytest.mark.parametrize(
    ("status", "noticed"),
    [
        (Status.CANCELLED, []),
        (Status.INVALID, []),
        (Status.UNFULFILLABLE, []),
        (Status.PLANNING, ["TEST-1"]),
        (Status.PROCESSING, ["TEST-1"]),
        (Status.COMPLETE, ["TEST-1"]),
    ],
)
@pytest.mark.parametrize("capitals", [False, True])
def test_an_order_of_which_nothing_ships_may_be_sent_anew(
    submissions: Submissions,
    sync: Sync,
    simulator: Simulator,
    request_for: MCFOrderRequest,
    again: MCFOrderRequest,
    status: Status,
    noticed: list[str],
    capitals: bool,
) -> None:
    submissions.submit(request_for)
    simulator.set_status("TEST-1", status)
    simulator.faults.add(faults.CapitalStatuses(chance=float(capitals)))
    sync.order("TEST-1")

    assert found(submissions, again, sync) == noticed


@pytest.mark.parametrize(
    ("fault", "state", "noticed"),
    [
        (faults.RoleMissing, SubmissionState.NOT_SENT, []),
        (faults.InvalidInput, SubmissionState.REJECTED, []),
        (faults.ResetBefore, SubmissionState.UNKNOWN, ["TEST-1"]),
    ],
)
def test_an_order_counts_from_here_when_amazon_may_have_it(
    submissions: Submissions,
    sync: Sync,
    simulator: Simulator,
    request_for: MCFOrderRequest,
    again: MCFOrderRequest,
    fault: type[faults.Fault],
    state: SubmissionState,
    noticed: list[str],
) -> None:
    simulator.faults.add(fault(operations=["createFulfillmentOrder"]))
    assert submissions.submit(request_for).state is state

    assert found(submissions, again, sync) == noticed


@pytest.mark.parametrize("made", ["here", "elsewhere"])
@pytest.mark.parametrize(
    ("place", "noticed"),
    [
        ({"postalCode": "62701-1234"}, ["TEST-1"]),
        ({"name": "ADA  EXAMPLE"}, ["TEST-1"]),
        ({"addressLine1": "100 example STREET "}, ["TEST-1"]),
        ({"phone": "555-0100"}, ["TEST-1"]),
        ({"name": "Bob Example"}, []),
        ({"addressLine1": "101 Example Street"}, []),
        ({"postalCode": "62702"}, []),
    ],
)
def test_a_person_is_the_same_by_name_street_and_postal_code(
    submissions: Submissions,
    client: MCFClient,
    sync: Sync,
    request_for: MCFOrderRequest,
    again: MCFOrderRequest,
    made: str,
    place: dict[str, str],
    noticed: list[str],
) -> None:
    send = {"here": submissions.submit, "elsewhere": client.create_fulfillment_order}
    send[made](request_for)
    sync.order("TEST-1")

    assert found(submissions, sent_to(again, **place), sync) == noticed


def line(item_id: str, sku: str, quantity: int) -> dict[str, Any]:
    return {"sellerFulfillmentOrderItemId": item_id, "sellerSku": sku, "quantity": quantity}


def test_goods_are_the_same_however_they_are_spread_over_lines(
    submissions: Submissions, sync: Sync, request_for: MCFOrderRequest, again: MCFOrderRequest
) -> None:
    sku = request_for.items[0].seller_sku
    submissions.submit(request_for)

    spread = changed(again, items=[line("7", sku, 1), line("8", sku, 1)])

    assert found(submissions, spread, sync) == ["TEST-1"]


@pytest.mark.parametrize("quantity", [1, 3])
def test_other_units_of_the_same_goods_look_like_a_repeat(
    submissions: Submissions,
    sync: Sync,
    request_for: MCFOrderRequest,
    again: MCFOrderRequest,
    quantity: int,
) -> None:
    submissions.submit(request_for)

    other = changed(again, items=[line("1", request_for.items[0].seller_sku, quantity)])

    assert found(submissions, other, sync) == ["TEST-1"]


def test_other_goods_are_another_order(
    submissions: Submissions, sync: Sync, request_for: MCFOrderRequest, again: MCFOrderRequest
) -> None:
    sku = request_for.items[0].seller_sku
    submissions.submit(request_for)

    assert found(submissions, changed(again, items=[line("1", "OTHER", 2)]), sync) == []
    more = [line("1", sku, 2), line("2", "OTHER", 1)]
    assert found(submissions, changed(again, items=more), sync) == []


def test_repeats_are_told_newest_first(
    submissions: Submissions,
    sync: Sync,
    store: Store,
    request_for: MCFOrderRequest,
    again: MCFOrderRequest,
) -> None:
    third = changed(again, sellerFulfillmentOrderId="TEST-3", displayableOrderId="TEST-3")
    submissions.submit(request_for)
    submissions.submit(again)
    written(store, again, timedelta(hours=1))
    written(store, request_for, timedelta(hours=2))

    assert found(submissions, third, sync) == ["TEST-2", "TEST-1"]


@pytest.mark.parametrize(("days", "noticed"), [(6.99, ["TEST-1"]), (7.01, [])])
def test_an_order_sent_within_seven_days_is_looked_back_for(
    submissions: Submissions,
    sync: Sync,
    store: Store,
    request_for: MCFOrderRequest,
    again: MCFOrderRequest,
    days: float,
    noticed: list[str],
) -> None:
    submissions.submit(request_for)
    written(store, request_for, timedelta(days=days))

    assert found(submissions, again, sync) == noticed


def test_an_order_does_not_repeat_the_one_whose_place_it_takes() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)

    assert besides([Repeat("A-1", at), Repeat("A-2", at)], "A-1") == [Repeat("A-2", at)]
