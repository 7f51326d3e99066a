"""The draft of an order goes when Amazon has the order, whoever learns it."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.amazon.client import MCFClient
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import StoreError
from mcf.marketplaces import MARKETPLACES
from mcf.orders.finished import Finished
from mcf.orders.form import Typed, TypedLine
from mcf.orders.submission import Submissions
from mcf.orders.validation import judge
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import ResetAfter, RoleMissing, Unavailable
from mcf.store.database import Store, utc_now
from mcf.store.documents import DocumentKind, Keeper
from mcf.store.states import SubmissionState

CREATE, GET = "createFulfillmentOrder", "getFulfillmentOrder"
US = MARKETPLACES["ATVPDKIKX0DER"]


@pytest.fixture
def keeper(store: Store) -> Keeper:
    return Keeper(store)


@pytest.fixture
def finished(store: Store) -> Finished:
    return Finished(store)


@pytest.fixture
def submissions(client: MCFClient, store: Store, finished: Finished) -> Submissions:
    """What sends orders, without real pauses, and tells which are at Amazon."""
    return Submissions(client, store, lambda _: None, accepted=finished.forget)


@pytest.fixture
def typed(request_for: MCFOrderRequest, keeper: Keeper) -> Typed:
    """The form of an order that can be sent; kept as a draft."""
    sku = request_for.items[0].seller_sku
    form = Typed(
        to_country="US", to_name="Ada Example", to_line1="100 Example Street",
        to_city="Springfield", to_state="IL", to_zip="62701", number="TEST-9",
        lines=(TypedLine(sku=sku, units="2"),),
    )  # fmt: skip
    keep(keeper, form)
    return form


def keep(keeper: Keeper, form: Typed, key: str = "one") -> None:
    keeper.keep(DocumentKind.DRAFT, key, form.content())


def requested(form: Typed) -> MCFOrderRequest:
    request = judge(form, US, utc_now()).request
    assert request is not None
    return request


def drafts(keeper: Keeper) -> list[str]:
    return sorted(kept.key for kept in keeper.all(DocumentKind.DRAFT))


def test_the_draft_goes_with_the_answer(
    submissions: Submissions, keeper: Keeper, typed: Typed
) -> None:
    submissions.submit(requested(typed))

    assert drafts(keeper) == []


def test_the_draft_goes_when_the_order_is_sent_from_a_file(
    submissions: Submissions, keeper: Keeper, typed: Typed
) -> None:
    submissions.submit(requested(typed), batch="a file")

    assert drafts(keeper) == []


def test_the_draft_goes_when_an_unclear_answer_proves_to_be_one_later(
    submissions: Submissions, simulator: Simulator, keeper: Keeper, typed: Typed
) -> None:
    simulator.faults.add(ResetAfter(operations=[CREATE], times=1))
    down = simulator.faults.add(Unavailable(operations=[GET]))
    state = submissions.submit(requested(typed)).state
    before = drafts(keeper)
    simulator.faults.remove(down)

    submissions.settle_all()

    assert state is SubmissionState.UNKNOWN
    assert before == ["one"]
    assert drafts(keeper) == []


def test_the_draft_of_an_order_that_takes_anothers_place_goes_too(
    submissions: Submissions, keeper: Keeper, typed: Typed
) -> None:
    again = typed.model_copy(update={"number": "TEST-9-R2", "replaces": "TEST-9"})
    keep(keeper, again, "again")

    submissions.submit(requested(again))

    assert drafts(keeper) == ["one"]


def test_the_draft_of_a_refused_order_stays(
    submissions: Submissions, simulator: Simulator, keeper: Keeper, finished: Finished, typed: Typed
) -> None:
    simulator.faults.add(RoleMissing(operations=[CREATE], times=1))

    submissions.submit(requested(typed))

    assert [kept.key for kept in finished.unfinished()] == ["one"]
    assert finished.sent(typed) is None
    assert finished.used(typed) is None


def test_drafts_that_an_earlier_version_left_are_gone_from_the_list(
    client: MCFClient, store: Store, keeper: Keeper, finished: Finished, typed: Typed
) -> None:
    Submissions(client, store).submit(requested(typed))
    keep(keeper, typed.model_copy(update={"number": "TEST-10"}), "another")

    listed = [kept.key for kept in finished.unfinished()]

    assert listed == ["another"]
    assert drafts(keeper) == ["another"]


@pytest.mark.parametrize(
    "changed",
    [{"to_name": "Bo Example"}, {"to_zip": ""}, {"edits": "TEST-9"}, {"speed": "Expedited"}],
)
def test_what_was_typed_differently_is_not_lost(
    submissions: Submissions, keeper: Keeper, typed: Typed, changed: dict[str, Any]
) -> None:
    keep(keeper, typed.model_copy(update=changed), "other")

    submissions.submit(requested(typed))

    assert drafts(keeper) == ["other"]


def test_a_draft_that_cannot_be_read_stays(
    submissions: Submissions, keeper: Keeper, typed: Typed
) -> None:
    keeper.keep(DocumentKind.DRAFT, "strange", {"lines": 7})

    submissions.submit(requested(typed))

    assert drafts(keeper) == ["strange"]


def test_a_form_that_holds_a_sent_order_is_told_so(
    submissions: Submissions, finished: Finished, typed: Typed
) -> None:
    submissions.submit(requested(typed))
    other = typed.model_copy(update={"to_name": "Bo Example"})

    same = finished.sent(typed)

    assert same is not None
    assert same.state is SubmissionState.ACCEPTED
    assert finished.sent(other) is None
    assert finished.used(other) is not None
    assert finished.used(other.model_copy(update={"number": "TEST-10"})) is None


def test_a_store_that_fails_hides_no_order_that_was_sent(
    submissions: Submissions,
    keeper: Keeper,
    typed: Typed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Keeper, "forget", fail)
        sent = submissions.submit(requested(typed))

    assert sent.state is SubmissionState.ACCEPTED
    assert drafts(keeper) == ["one"]


def test_what_takes_an_orders_place_is_begun_once_and_goes_on_with_its_corrections(
    finished: Finished, keeper: Keeper
) -> None:
    again = Typed(number="A-1-R2", replaces="A-1", lines=(TypedLine(sku="S", units="2"),))
    assert finished.begun(again) is None
    corrected = again.model_copy(update={"to_city": "Springfield", "number": "A-1-R3"})
    keeper.keep(DocumentKind.DRAFT, "first", corrected.content())
    begun = finished.begun(again)
    assert begun is not None
    assert begun.key == "first"

    other_goods = again.model_copy(update={"lines": (TypedLine(sku="S", units="1"),)})
    assert finished.begun(other_goods) is None
    assert finished.begun(again.model_copy(update={"replaces": "A-2"})) is None
    assert finished.begun(again.model_copy(update={"replaces": "", "edits": "A-1"})) is None


def test_a_copy_is_begun_once_whatever_its_number_and_another_when_it_was_changed(
    finished: Finished, keeper: Keeper
) -> None:
    copy = Typed(number="N-1", to_name="Ada", lines=(TypedLine(sku="S", units="2"),))
    keeper.keep(DocumentKind.DRAFT, "first", copy.content())
    begun = finished.begun(copy.model_copy(update={"number": "N-2"}))
    assert begun is not None
    assert begun.key == "first"
    assert finished.begun(copy.model_copy(update={"to_name": "Eve"})) is None
