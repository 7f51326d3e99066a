"""An order that is sent is read back, and one that was not accepted is a concern."""

from __future__ import annotations

from datetime import timedelta

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.concerns import Urgency
from mcf.service import MCFService
from mcf.store.states import SubmissionState
from tests.unsettled import unknown_submission

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


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


def test_an_order_whose_outcome_is_unknown_is_a_concern(
    service: MCFService, request_for: MCFOrderRequest
) -> None:
    unknown_submission(service, request_for)
    (concern,) = service.concerns()
    assert (concern.title, concern.reason) == (
        "Order TEST-1: outcome not known yet",
        "Not known yet.",
    )
