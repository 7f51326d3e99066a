"""The store is kept fresh in the background, as long as the service lives."""

from __future__ import annotations

import sqlite3
import threading
from datetime import datetime, timedelta

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import StoreError
from mcf.service import MCFService
from mcf.settings import Mode, Settings
from mcf.simulator import Simulator
from mcf.store.database import utc_now
from mcf.store.documents import DocumentKind
from mcf.store.states import RunState, Subject, SubmissionState
from mcf.worker import INTERVALS
from tests.unsettled import unknown_submission
from tests.waiting import eventually

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker reads by itself five times a second."""
    monkeypatch.setitem(INTERVALS, Mode.DEMO, dict.fromkeys(Subject, 0.2))


@pytest.fixture
def working(service: MCFService) -> MCFService:
    """A service with its worker, which has read everything once."""
    service.start()
    eventually(lambda: all(service.freshness(subject).age is not None for subject in Subject))
    return service


def statuses(service: MCFService) -> dict[str, str]:
    frame = service.orders()
    ids = frame["seller_fulfillment_order_id"]
    return dict(zip(ids, frame["status"].astype(str), strict=True))


def world_statuses(simulator: Simulator) -> dict[str, str]:
    return {order.id: order.status.value for order in simulator.world.by_number}


def test_the_worker_fills_the_store_by_itself(working: MCFService, simulator: Simulator) -> None:
    assert statuses(working) == world_statuses(simulator)
    assert working.trouble is None


@pytest.mark.usefixtures("often")
def test_the_worker_sees_what_happens_at_amazon(working: MCFService, simulator: Simulator) -> None:
    before = statuses(working)
    simulator.clock.step(2 * HOUR)
    eventually(lambda: statuses(working) == world_statuses(simulator))
    assert statuses(working) != before


@pytest.fixture
def seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker reads by itself once an hour, so that what it reads now it was asked for."""
    monkeypatch.setitem(INTERVALS, Mode.DEMO, dict.fromkeys(Subject, HOUR.total_seconds()))


def begun(service: MCFService, subject: Subject) -> datetime:
    """When the subject's last whole read began."""
    age = service.freshness(subject).age
    assert age is not None
    return utc_now() - age


def read_when_asked(service: MCFService, subject: Subject) -> None:
    """Asks the worker to read; returns when a read that began after that is whole."""
    asked = utc_now()
    service.refresh()
    eventually(lambda: begun(service, subject) > asked)


@pytest.mark.parametrize("subject", Subject)
def test_a_visitor_may_ask_the_worker_to_read_now(
    seldom: None, working: MCFService, subject: Subject
) -> None:
    # A worker that has just started may have one read before it that nobody asked for.
    read_when_asked(working, subject)
    read_when_asked(working, subject)


@pytest.mark.usefixtures("often")
def test_the_worker_settles_orders_whose_outcome_is_unknown(
    working: MCFService, client: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
) -> None:
    client.create_fulfillment_order(request_for)
    unknown_submission(working, request_for)
    eventually(
        lambda: (
            working.ordering.submissions.open() == []
            and working.tracking.views.order("TEST-1") is not None
        )
    )
    view = working.tracking.views.order("TEST-1")
    assert view is not None
    assert view.submission is not None
    assert view.submission.state is SubmissionState.ACCEPTED
    assert simulator.requests.count("createFulfillmentOrder") == 1


def workers() -> list[str]:
    return sorted(t.name for t in threading.enumerate() if t.name.startswith("mcf-sync"))


def test_one_service_has_one_worker_per_subject(working: MCFService) -> None:
    working.start()
    assert workers() == ["mcf-sync-inventory", "mcf-sync-orders", "mcf-sync-tracking"]


def test_the_workers_end_with_the_service(settings: Settings) -> None:
    with MCFService(settings) as service:
        service.start()
    assert workers() == []


@pytest.mark.usefixtures("often")
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


def test_drafts_nobody_touched_for_long_are_forgotten(service: MCFService) -> None:
    service.kept.keep(DocumentKind.DRAFT, "old", {"to_name": "Ada Example"})
    service.kept.forget_older(DocumentKind.DRAFT, utc_now() - timedelta(days=1))
    assert service.kept.get(DocumentKind.DRAFT, "old") is not None

    service.kept.forget_older(DocumentKind.DRAFT, utc_now() + timedelta(seconds=1))

    assert service.kept.get(DocumentKind.DRAFT, "old") is None
