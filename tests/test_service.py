"""What pages see: cached frames, a worker that keeps them fresh, orders to send and to cancel."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.concerns import Urgency
from mcf.errors import NotFound, OrderNotUpdatable, SettingsError, StoreError
from mcf.order_files import parse
from mcf.order_files.plan import Verdict
from mcf.service import MCFService, open_service
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.faults import EmptyBody, RoleMissing, Unavailable
from mcf.simulator.orders import Status
from mcf.store import frames, tables
from mcf.store.database import Store, utc_now
from mcf.store.states import RunState, Subject, SubmissionState
from mcf.sync.progress import Progress
from mcf.tracking.states import ChangeState
from tests.conftest import START

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def filled(service: MCFService) -> MCFService:
    """A service whose store has been read once."""
    assert {run.state for run in service.sync()} == {RunState.WHOLE}
    return service


@pytest.fixture
def working(service: MCFService) -> MCFService:
    """A service with its worker, which has read everything once."""
    service.start()
    eventually(lambda: all(service.freshness(subject).age is not None for subject in Subject))
    return service


def eventually(holds: Callable[[], bool]) -> None:
    """Returns when it holds; fails when it never does."""
    give_up = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def one_with(simulator: Simulator, status: Status) -> str:
    return next(order.id for order in simulator.world.by_number if order.status is status)


def statuses(service: MCFService) -> dict[str, str]:
    frame = service.orders()
    ids = frame["seller_fulfillment_order_id"]
    return dict(zip(ids, frame["status"].astype(str), strict=True))


def world_statuses(simulator: Simulator) -> dict[str, str]:
    return {order.id: order.status.value for order in simulator.world.by_number}


def file_orders(sku: str, *lines: str) -> list[parse.FileOrder]:
    """Orders of a file from lines of "number,quantity,speed"."""
    header = "MerchantFulfillmentOrderID,Quantity,DeliverySLA,MerchantSKU,AddressName,"
    header += (
        "AddressFieldOne,AddressCity,AddressStateOrRegion,AddressPostalCode,AddressCountryCode"
    )
    rest = f"{sku},Ada Example,100 Example Street,Springfield,IL,62701,US"
    return parse.read("\n".join([header, *(f"{one},{rest}" for one in lines)]).encode(), START)


def test_an_empty_store_gives_empty_frames_and_no_concern(service: MCFService) -> None:
    assert list(service.inventory().columns) == [*frames.INVENTORY, "stock_state"]
    assert list(service.orders().columns) == list(frames.ORDERS)
    assert list(service.packages().columns) == list(frames.PACKAGES)
    assert service.concerns() == []
    assert service.ordering.submissions.open() == []


def test_frames_show_what_amazon_has(filled: MCFService, simulator: Simulator) -> None:
    assert statuses(filled) == world_statuses(simulator)
    assert len(filled.inventory()) == 12
    assert set(filled.packages()["package_number"]) == set(simulator.world.packages)


def test_looking_at_frames_never_calls_amazon(filled: MCFService, simulator: Simulator) -> None:
    simulator.requests.clear()
    filled.inventory(), filled.orders(), filled.packages(), filled.concerns()
    filled.tracking.views.order("SHOP-1002")
    assert simulator.requests.count() == 0


def test_a_frame_is_the_same_object_until_its_data_change(
    filled: MCFService, simulator: Simulator
) -> None:
    shown = filled.snapshots
    orders, inventory, packages = shown.orders(), shown.inventory(), shown.packages()
    revision = filled.revision()
    filled.sync()
    assert filled.revision() == revision
    assert (shown.orders() is orders, shown.inventory() is inventory) == (True, True)
    filled.tracking.actions.cancel(one_with(simulator, Status.RECEIVED))
    assert filled.revision() != revision
    assert (shown.orders() is orders, shown.inventory() is inventory) == (False, True)
    assert shown.packages() is packages


def all_frames(service: MCFService) -> list[pd.DataFrame]:
    return [service.inventory(), service.orders(), service.packages()]


def test_a_frame_before_the_first_read_says_that_nothing_was_read(service: MCFService) -> None:
    never = {"state": "never", "whole_at": None, "message": None}
    assert [frame.attrs for frame in all_frames(service)] == [never] * 3


def test_a_frame_says_since_when_it_is_whole(filled: MCFService) -> None:
    with same_store(filled) as store:
        told = {row.subject: row.whole_at for row in store.rows(tables.sync_runs)}
    assert [frame.attrs for frame in all_frames(filled)] == [
        {"state": "whole", "whole_at": told[subject].isoformat(), "message": None}
        for subject in ("inventory", "orders", "tracking")
    ]
    assert filled.orders().attrs["whole_at"].endswith("+00:00")


def test_a_frame_of_which_a_part_was_read_says_so_and_why(
    filled: MCFService, simulator: Simulator
) -> None:
    before = filled.orders()
    simulator.faults.add(Unavailable(operations=["getFulfillmentOrder"]))
    filled.sync(full=True)
    after = filled.orders()
    assert after.attrs["state"] == "partial"
    assert after.attrs["whole_at"] == before.attrs["whole_at"]
    assert "503" in after.attrs["message"]
    assert before.attrs["state"] == "whole"
    assert [filled.inventory().attrs["state"], filled.packages().attrs["state"]] == ["whole"] * 2


def test_a_file_of_a_frame_keeps_how_whole_it_was(filled: MCFService, tmp_path: Path) -> None:
    frame = filled.inventory()
    frame.to_parquet(tmp_path / "stock.parquet")
    assert pd.read_parquet(tmp_path / "stock.parquet").attrs == frame.attrs


def test_what_somebody_does_to_a_frame_is_not_seen_by_others(filled: MCFService) -> None:
    mine = filled.inventory()
    names = mine["product_name"].tolist()
    mine["product_name"] = "changed"
    mine.loc[:, "seller_sku"] = "changed"
    mine.attrs["state"] = "changed"
    again = filled.inventory()
    assert (again["product_name"].tolist(), again.attrs["state"]) == (names, "whole")
    assert "changed" not in set(again["seller_sku"])


def test_an_order_is_shown_with_all_its_parts(filled: MCFService, simulator: Simulator) -> None:
    number, (order, shipment, box) = next(iter(simulator.world.packages.items()))
    view = filled.tracking.views.order(order.id)
    assert view is not None
    assert view.order.seller_fulfillment_order_id == order.id
    assert view.order.units == sum(line.quantity for line in order.lines)
    assert view.status is FulfillmentOrderStatus.of(order.status.value)
    assert view.address is not None
    assert (view.address.name, view.comment) == (order.request.address.name, order.request.comment)
    assert view.items["seller_sku"].tolist() == [line.sku for line in order.lines]
    assert shipment.id in view.shipments["amazon_shipment_id"].tolist()
    assert box.tracking_number in view.packages["tracking_number"].tolist()
    assert number in view.events["package_number"].tolist()
    assert view.submission is None
    assert not view.is_on_hold


def test_an_order_before_picking_has_no_shipments_parcels_or_events(
    filled: MCFService, simulator: Simulator
) -> None:
    view = filled.tracking.views.order(one_with(simulator, Status.RECEIVED))
    assert view is not None
    assert view.shipments.empty
    assert view.packages.empty
    assert view.events.empty


def test_an_order_nobody_knows_is_none(filled: MCFService) -> None:
    assert filled.tracking.views.order("NO-SUCH-ORDER") is None


def test_an_order_without_an_address_is_shown_without_one(service: MCFService) -> None:
    head = {
        "seller_fulfillment_order_id": "1",
        "displayable_order_id": "1",
        "status": "Complete",
        "received_date": START,
        "status_updated_date": START,
        "raw": {},
    }
    with same_store(service) as store:
        store.save(tables.orders, [head])
    view = service.tracking.views.order("1")
    assert view is not None
    assert (view.address, view.comment) == (None, None)


def same_store(service: MCFService) -> Store:
    settings = service.settings
    return Store(
        settings.store_url,
        account=settings.account,
        marketplace_id=settings.marketplace.id,
        mode=settings.mode.value,
    )


def test_a_received_order_is_cancelled(filled: MCFService, simulator: Simulator) -> None:
    order_id = one_with(simulator, Status.RECEIVED)
    assert filled.tracking.actions.cancel(order_id).state is ChangeState.DONE
    assert statuses(filled)[order_id] == "Cancelled"


def test_cancelling_a_processing_order_is_refused(filled: MCFService, simulator: Simulator) -> None:
    order_id = one_with(simulator, Status.PROCESSING)
    with pytest.raises(OrderNotUpdatable) as told:
        filled.tracking.actions.cancel(order_id)
    assert "ships as it is" in told.value.advice
    assert statuses(filled)[order_id] == "Processing"


def test_a_refused_cancellation_shows_what_the_order_is_by_now(
    filled: MCFService, simulator: Simulator
) -> None:
    order_id = one_with(simulator, Status.RECEIVED)
    simulator.set_status(order_id, Status.PROCESSING)
    with pytest.raises(OrderNotUpdatable):
        filled.tracking.actions.cancel(order_id)
    assert statuses(filled)[order_id] == "Processing"


def test_cancelling_a_cancelled_order_says_that_it_is(
    filled: MCFService, simulator: Simulator
) -> None:
    order_id = one_with(simulator, Status.CANCELLED)
    assert filled.tracking.actions.cancel(order_id).state is ChangeState.DONE


def test_an_order_that_amazon_does_not_know_cannot_be_cancelled(filled: MCFService) -> None:
    with pytest.raises(NotFound):
        filled.tracking.actions.cancel("NO-SUCH-ORDER")


def test_a_held_order_is_released(filled: MCFService, simulator: Simulator) -> None:
    order_id = next(order.id for order in simulator.world.by_number if order.held)
    before = filled.tracking.views.order(order_id)
    change = filled.tracking.actions.release(order_id)
    after = filled.tracking.views.order(order_id)
    assert before is not None
    assert after is not None
    assert (before.is_on_hold, after.is_on_hold) == (True, False)
    assert (change.state, change.status) == (ChangeState.DONE, after.status.value)
    assert not simulator.world.orders[order_id].held


def test_releasing_an_order_that_ships_already_says_that_it_does(
    filled: MCFService, simulator: Simulator
) -> None:
    change = filled.tracking.actions.release(one_with(simulator, Status.PROCESSING))
    assert (change.state, change.status) == (ChangeState.DONE, "Processing")
    assert change.message == "Amazon ships the order."


def test_an_order_that_was_sent_is_shown_at_once(
    service: MCFService, request_for: MCFOrderRequest
) -> None:
    assert service.submit(request_for).state is SubmissionState.ACCEPTED
    view = service.tracking.views.order("TEST-1")
    assert view is not None
    assert view.order.units == 2
    assert view.submission is not None
    assert view.submission.state is SubmissionState.ACCEPTED


def test_an_order_that_was_refused_is_a_concern_and_not_an_order(
    service: MCFService, request_for: MCFOrderRequest
) -> None:
    line = request_for.items[0].to_api() | {"sellerSku": "NO-SUCH-SKU"}
    wrong = MCFOrderRequest.of(**{**request_for.to_api(), "items": [line]})
    assert service.submit(wrong).state is SubmissionState.REJECTED
    assert service.tracking.views.order("TEST-1") is None
    (concern,) = service.concerns()
    assert (concern.urgency, concern.title) == (Urgency.NOW, "Order TEST-1 was not accepted")
    assert (concern.page, concern.subject) == ("new_order", "TEST-1")
    assert concern.reason.endswith("Amazon has no such SKU in this marketplace: check it.")


def unknown_submission(service: MCFService, request: MCFOrderRequest) -> None:
    """Writes what is left of an order whose answer never came."""
    with same_store(service) as store:
        store.add(
            tables.submissions,
            {
                "seller_fulfillment_order_id": request.seller_fulfillment_order_id,
                "state": SubmissionState.UNKNOWN.value,
                "request": request.to_api(),
                "attempts": 1,
                "created_at": utc_now(),
                "updated_at": utc_now(),
                "message": "Not known yet.",
            },
        )


def test_an_order_whose_outcome_is_unknown_is_a_concern(
    service: MCFService, request_for: MCFOrderRequest
) -> None:
    unknown_submission(service, request_for)
    (concern,) = service.concerns()
    assert (concern.title, concern.reason) == (
        "Order TEST-1: outcome not known yet",
        "Not known yet.",
    )


def test_concerns_are_of_all_kinds_the_most_urgent_first(filled: MCFService) -> None:
    found = filled.concerns()
    order = [list(Urgency).index(concern.urgency) for concern in found]
    assert order == sorted(order)
    kinds = {concern.title.split(":")[0] for concern in found}
    assert {"Invalid", "Not fulfillable", "On hold", "Undeliverable"} <= kinds
    assert "inventory" in {concern.page for concern in found}


def test_speeds_are_previewed_with_fees(service: MCFService, request_for: MCFOrderRequest) -> None:
    offers = service.ordering.previews.ask(request_for.destination_address, request_for.items)
    assert "Standard" in {offer.shipping_speed_category for offer in offers}
    assert all(offer.total_fee for offer in offers if offer.is_fulfillable)


def test_orders_of_a_file_are_planned_against_stock_and_previews(
    filled: MCFService, sku: str, request_for: MCFOrderRequest
) -> None:
    filled.submit(request_for)
    stock = filled.inventory().set_index("seller_sku")["fulfillable_quantity"][sku]
    found = file_orders(sku, "TEST-1,1,Standard", "F-1,1,Standard", f"F-2,{stock},Standard",
                        "F-3,1,ScheduledDelivery")  # fmt: skip
    planned = list(filled.files.plan(found))
    assert [plan.verdict for plan in planned] == [
        Verdict.FIX,
        Verdict.GO,
        Verdict.HOLD,
        Verdict.FIX,
    ]
    assert planned[1].preview is not None
    assert planned[1].preview.total_fee is not None


def test_nothing_is_fresh_before_the_first_read(service: MCFService) -> None:
    fresh = service.freshness(Subject.ORDERS)
    assert (fresh.state, fresh.age, fresh.rows) == (None, None, 0)


def test_data_have_an_age_since_the_last_whole_read_whatever_failed_later(
    filled: MCFService, simulator: Simulator
) -> None:
    simulator.faults.add(RoleMissing(operations=["getInventorySummaries"]))
    filled.sync()
    failed, whole = filled.freshness(Subject.INVENTORY), filled.freshness(Subject.ORDERS)
    assert (failed.state, whole.state) == (RunState.FAILED, RunState.WHOLE)
    assert failed.age is not None
    assert whole.age is not None
    assert failed.age > whole.age
    assert "denied" in (failed.message or "")
    assert "role" in (failed.advice or "")
    assert whole.message is None


def test_a_read_tells_how_far_it_is(service: MCFService) -> None:
    seen: list[Progress] = []
    service.sync(seen.append)
    assert {at.subject for at in seen} == set(Subject)


def test_time_is_amazons(filled: MCFService) -> None:
    assert abs(filled.now() - START) < MINUTE


def test_one_order_is_read_alone(service: MCFService, simulator: Simulator) -> None:
    service.tracking.refresh("SHOP-1002")
    assert list(statuses(service)) == ["SHOP-1002"]
    with pytest.raises(NotFound):
        service.tracking.refresh("NO-SUCH-ORDER")


def test_after_a_restart_all_is_shown_before_amazon_is_called(
    settings: Settings, simulator: Simulator
) -> None:
    with MCFService(settings) as before:
        before.sync()
        shown = before.orders(), before.inventory(), before.packages()
    simulator.requests.clear()
    with MCFService(settings) as after:
        again = after.orders(), after.inventory(), after.packages()
    pd.testing.assert_frame_equal(again[0], shown[0])
    pd.testing.assert_frame_equal(again[1], shown[1])
    pd.testing.assert_frame_equal(again[2], shown[2])
    assert simulator.requests.count() == 0


def test_the_worker_fills_the_store_by_itself(working: MCFService, simulator: Simulator) -> None:
    assert statuses(working) == world_statuses(simulator)
    assert working.trouble is None


def test_the_worker_sees_what_happens_at_amazon(working: MCFService, simulator: Simulator) -> None:
    before = statuses(working)
    simulator.clock.step(2 * HOUR)
    eventually(lambda: statuses(working) == world_statuses(simulator))
    assert statuses(working) != before


def test_a_visitor_may_ask_the_worker_to_read_now(
    working: MCFService, simulator: Simulator
) -> None:
    simulator.requests.clear()
    working.refresh()
    eventually(lambda: simulator.requests.count("getInventorySummaries") > 0)


def test_the_worker_settles_orders_whose_outcome_is_unknown(
    working: MCFService, client: MCFClient, request_for: MCFOrderRequest
) -> None:
    client.create_fulfillment_order(request_for)
    unknown_submission(working, request_for)
    eventually(lambda: working.ordering.submissions.open() == [])
    view = working.tracking.views.order("TEST-1")
    assert view is None or view.submission is not None


def workers() -> list[str]:
    return sorted(t.name for t in threading.enumerate() if t.name.startswith("mcf-sync"))


def test_one_service_has_one_worker_per_subject(working: MCFService) -> None:
    working.start()
    assert workers() == ["mcf-sync-inventory", "mcf-sync-orders", "mcf-sync-tracking"]


def test_the_workers_end_with_the_service(settings: Settings) -> None:
    with MCFService(settings) as service:
        service.start()
    assert workers() == []


def test_trouble_with_the_store_is_told_and_the_worker_goes_on(
    working: MCFService, settings: Settings
) -> None:
    database = sqlite3.connect(settings.home / "mcf.sqlite3", timeout=30, isolation_level=None)
    database.execute("ALTER TABLE sync_runs RENAME TO elsewhere")
    working.refresh()
    eventually(lambda: isinstance(working.trouble, StoreError))
    database.execute("ALTER TABLE elsewhere RENAME TO sync_runs")
    database.close()
    eventually(lambda: working.trouble is None)
    assert working.freshness(Subject.INVENTORY).state in (RunState.WHOLE, RunState.RUNNING)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[MCFService]:
    """The service as it is without any settings: it starts its own simulator."""
    settings = Settings.from_env({"MCF_DATA_DIR": str(tmp_path)}, dotenv=None)
    with MCFService(settings, demo_speed=1.0) as service:
        yield service


def test_the_demo_brings_its_own_amazon(demo: MCFService) -> None:
    assert demo.demo is not None
    assert demo.demo.clock().speed == 1.0
    assert demo.connection.client.get_inventory_summaries().items != ()


def test_elsewhere_there_is_no_demo(service: MCFService) -> None:
    assert service.demo is None


def test_the_service_is_opened_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, simulator: Simulator
) -> None:
    monkeypatch.setenv("AMAZON_SP_API_ENDPOINT", simulator.endpoint)
    monkeypatch.setenv("MCF_DATA_DIR", str(tmp_path / "here"))
    with open_service() as service:
        assert service.settings.data_dir == tmp_path / "here"


def test_a_wrong_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMAZON_SP_API_MODE", "nonsense")
    with pytest.raises(SettingsError, match="AMAZON_SP_API_MODE"):
        open_service()


def held(service: MCFService, request: MCFOrderRequest) -> str:
    """The number of an order that waits to be released."""
    service.submit(MCFOrderRequest.of(**{**request.to_api(), "fulfillmentAction": "Hold"}))
    return request.seller_fulfillment_order_id


def test_a_release_whose_answer_was_lost_is_found_to_be_done(
    filled: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    order_id = held(filled, request_for)
    simulator.faults.add(EmptyBody(operations=["updateFulfillmentOrder"], times=1))

    change = filled.tracking.actions.release(order_id)

    view = filled.tracking.views.order(order_id)
    assert change.state is ChangeState.DONE
    assert view is not None
    assert not view.is_on_hold


def test_whether_a_release_without_an_answer_comes_is_not_claimed_to_be_known(
    filled: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    order_id = held(filled, request_for)
    simulator.faults.add(Unavailable(operations=["updateFulfillmentOrder"], times=1))

    change = filled.tracking.actions.release(order_id)

    assert (change.state, change.status) == (ChangeState.UNKNOWN, "Received")
    assert simulator.world.orders[order_id].held


def test_a_cancel_whose_answer_was_lost_is_found_to_be_done(
    filled: MCFService, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    filled.submit(request_for)
    simulator.faults.add(EmptyBody(operations=["cancelFulfillmentOrder"], times=1))

    assert filled.tracking.actions.cancel("TEST-1").state is ChangeState.DONE
