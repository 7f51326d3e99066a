"""A file's orders are sent once each in the background, whatever comes between."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from mcf.access.actor import Actor, acting
from mcf.access.roles import ROLES, Role
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import MCFError
from mcf.order_files import columns as file_columns
from mcf.order_files import parse, send
from mcf.order_files import plan as file_plan
from mcf.order_files.parse import Document
from mcf.order_files.plan import PlannedOrder, Verdict
from mcf.order_files.send import Batches, Standing, State
from mcf.orders.asked import AskedState
from mcf.orders.quotes import Limit
from mcf.orders.states import Submission
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import RoleMissing
from mcf.simulator.world.stock import Stock
from mcf.store import tables
from mcf.store.states import SubmissionState
from tests.broken_rows import KINDS
from tests.examples import WHOLE
from tests.uploads import orders_in

CREATE, PREVIEW = "createFulfillmentOrder", "getFulfillmentPreview"
PATIENCE = 600.0
BASE = {
    "Quantity": "1",
    "AddressName": "Ada Example",
    "AddressCity": "Springfield",
    "AddressStateOrRegion": "IL",
    "AddressPostalCode": "62701",
    "AddressCountryCode": "US",
}


@pytest.fixture
def shelf(simulator: Simulator, sku: str) -> Stock:
    """The stock of the SKU, of which there's plenty."""
    stock = simulator.world.stocks["ATVPDKIKX0DER"][sku]
    stock.add(5000)
    return stock


@pytest.fixture
def filled(filled: MCFService, shelf: Stock) -> MCFService:
    """A service that has read everything."""
    filled._sync.inventory(full=True)
    return filled


def lines(rows: list[dict[str, str]], kind: str = "csv") -> bytes:
    """A file with all of Amazon's columns."""
    columns = [*file_columns.COLUMNS]
    return send.to_bytes([columns, *([row.get(c, "") for c in columns] for row in rows)], kind)


def row(number: str, sku: str, **cells: str) -> dict[str, str]:
    """An order of its own, to a house of its own."""
    own = {"MerchantFulfillmentOrderID": number, "MerchantSKU": sku}
    return BASE | own | {"AddressFieldOne": f"{number} Example Street"} | cells


LINES = 1000 if WHOLE else 200


def planned(
    service: MCFService, data: bytes, known: file_plan.Offers | None = None
) -> tuple[Document, list[PlannedOrder]]:
    document = parse.opened(data)
    planning = service.files.planning(
        parse.judged(document, service.now()), {} if known is None else known
    )
    assert planning.wait(PATIENCE)
    assert planning.error is None
    return document, planning.planned


def begun(service: MCFService, data: bytes) -> str:
    """The id of a batch that sends what is ready of the file."""
    document, plan = planned(service, data)
    return service.files.batches.begin("orders.csv", document, plan, file_plan.ready(plan))


def sent(service: MCFService, data: bytes) -> str:
    """The same, when it's done."""
    batch_id = begun(service, data)
    assert service.files.batches.wait(batch_id, PATIENCE)
    return batch_id


def standing(service: MCFService, batch_id: str) -> Standing:
    found = service.files.batches.standing(batch_id)
    assert found is not None
    return found


def outcomes(service: MCFService, batch_id: str) -> list[str]:
    head, *rows = service.files.batches.result(batch_id)
    return [told[head.index("Outcome")] for told in rows]


def creations(simulator: Simulator) -> int:
    return simulator.requests.count(CREATE)


@pytest.mark.timeout(1200)
@pytest.mark.no_cover
def test_a_thousand_lines_of_which_sixty_are_broken(
    filled: MCFService, simulator: Simulator, sku: str
) -> None:
    broken = [row(f"B-{at}", sku) | kind for at, kind in enumerate(KINDS)]
    rows = [*broken, *(row(f"G-{at}", sku) for at in range(LINES - len(KINDS)))]
    rows.sort(key=lambda one: zlib.crc32(one["AddressFieldOne"].encode()))
    at_line = dict(enumerate(rows, start=2))

    document, plan = planned(filled, lines(rows))
    to_fix = [one for one in plan if one.verdict is Verdict.FIX]

    assert len(KINDS) == len(to_fix) == 60
    assert {at_line[one.order.lines[0]]["AddressFieldOne"] for one in to_fix} == {
        one["AddressFieldOne"] for one in broken
    }
    said = {one.reason.replace(f"line {one.order.lines[0]}: ", "") for one in to_fix}
    assert len(said) == 60
    assert all(one.reason.startswith(f"line {one.order.lines[0]}: ") for one in to_fix)

    before = creations(simulator)
    batch_id = filled.files.batches.begin("orders.csv", document, plan, file_plan.ready(plan))
    assert filled.files.batches.wait(batch_id, PATIENCE)
    assert creations(simulator) - before == LINES - 60
    assert standing(filled, batch_id).batch.state is State.DONE
    assert standing(filled, batch_id).accepted == LINES - 60

    again = creations(simulator)
    result = filled.files.batches.result(batch_id)
    assert file_plan.ready(planned(filled, send.to_bytes(result, "csv"))[1]) == ()
    mended = mend(result, sku)
    for_excel = sent(filled, send.to_bytes(mended, "xlsx"))
    assert creations(simulator) - again == 60
    assert set(outcomes(filled, for_excel)) == {"Sent", "Sent earlier"}


def mend(result: list[list[str]], sku: str) -> list[list[str]]:
    """The result file with its broken lines corrected, as a seller would."""
    head, *rows = result
    outcome = head.index("Outcome")
    good = [row(f"M-{at}", sku) for at in range(len(rows))]
    fresh = [
        [
            good[at].get(name, cell if name in file_columns.RESULTS else "")
            for name, cell in zip(head, told, strict=True)
        ]
        for at, told in enumerate(rows)
    ]
    return [
        head,
        *(
            new if told[outcome] == "To be corrected" else told
            for told, new in zip(rows, fresh, strict=True)
        ),
    ]


def test_of_planned_orders_only_changed_ones_are_asked_about_again(
    filled: MCFService, simulator: Simulator, sku: str
) -> None:
    rows = [row(f"P-{at}", sku) for at in range(50)]
    known: file_plan.Offers = {}
    document, plan = planned(filled, lines(rows), known)
    assert len(file_plan.ready(plan)) == 50
    asked = simulator.requests.count(PREVIEW)

    place = document.head.places["Quantity"]
    changed = document.with_cells({(5, place): "3"})
    planning = filled.files.planning(parse.judged(changed, filled.now()), known)
    assert planning.wait(PATIENCE)

    assert simulator.requests.count(PREVIEW) - asked == 1
    request = planning.planned[3].order.request
    assert request is not None
    assert request.items[0].quantity == 3


def test_what_is_planned_can_be_stopped_and_the_rest_is_held_back(
    filled: MCFService, sku: str
) -> None:
    orders = orders_in(lines([row("S-1", sku), row("S-2", sku)]), filled.now())
    reached, go_on = threading.Event(), threading.Event()

    def steps() -> Iterator[PlannedOrder]:
        reached.set()
        assert go_on.wait(PATIENCE)
        yield from filled.files.plan(orders)

    planning = file_plan.Planning(steps(), orders)
    assert reached.wait(PATIENCE)
    planning.stop()
    go_on.set()
    assert planning.wait(PATIENCE)

    assert [one.verdict for one in planning.planned] == [Verdict.GO, Verdict.HOLD]
    assert "wasn't checked" in planning.planned[1].reason


def test_features_of_an_order_are_asked_of_the_preview(
    filled: MCFService, simulator: Simulator, sku: str
) -> None:
    plain, boxed = planned(
        filled, lines([row("F-1", sku), row("F-2", sku, SignatureConfirmation="yes")])
    )[1]
    assert plain.preview is not None
    assert boxed.preview is not None
    assert boxed.preview.total_fee != plain.preview.total_fee


class Crash(BaseException):
    """The program dies."""


def crashing(service: MCFService, after: int) -> Any:
    """Sends so many orders, and dies over the next one after Amazon has it."""
    real, count = service.files.batches._submit, iter(range(1000))

    def submit(
        request: MCFOrderRequest, preview: FulfillmentPreview | None, batch: str | None
    ) -> Submission:
        done = real(request, preview, batch)
        if next(count) >= after:
            raise Crash
        return done

    return submit


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_file_goes_on_after_a_crash_and_nothing_is_sent_twice(
    filled: MCFService,
    settings: Settings,
    simulator: Simulator,
    sku: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(filled.files.batches, "_submit", crashing(filled, 3))
    batch_id = sent(filled, lines([row(f"C-{at}", sku) for at in range(10)]))
    assert standing(filled, batch_id).can_go_on
    assert creations(simulator) == 4

    with MCFService(settings) as restarted:
        (batch,) = restarted.files.batches.all()
        assert (batch.file, batch.total, batch.state) == ("orders.csv", 10, State.SENDING)
        restarted.files.batches.resume(batch.id)
        assert restarted.files.batches.wait(batch.id, PATIENCE)
        assert outcomes(restarted, batch.id) == ["Sent"] * 10

    assert creations(simulator) == 10


def held(service: MCFService, monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Lets an order go for each release."""
    gate, real = threading.Semaphore(0), service.files.batches._submit

    def submit(
        request: MCFOrderRequest, preview: FulfillmentPreview | None, batch: str | None
    ) -> Submission:
        assert gate.acquire(timeout=PATIENCE)
        return real(request, preview, batch)

    monkeypatch.setattr(service.files.batches, "_submit", submit)
    return gate


def test_sending_pauses_and_goes_on(
    filled: MCFService, simulator: Simulator, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = held(filled, monkeypatch)
    batch_id = begun(filled, lines([row(f"P-{at}", sku) for at in range(5)]))
    filled.files.batches.pause(batch_id)
    gate.release(10)
    assert filled.files.batches.wait(batch_id, PATIENCE)
    paused = standing(filled, batch_id)
    assert (paused.batch.state, paused.can_go_on) == (State.PAUSED, True)
    assert creations(simulator) <= 1

    filled.files.batches.resume(batch_id)
    assert filled.files.batches.wait(batch_id, PATIENCE)
    assert standing(filled, batch_id).accepted == 5
    assert creations(simulator) == 5


def test_a_stopped_file_sends_no_more_and_says_so_in_its_result(
    filled: MCFService, simulator: Simulator, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = held(filled, monkeypatch)
    batch_id = begun(filled, lines([row(f"P-{at}", sku) for at in range(5)]))
    filled.files.batches.stop(batch_id)
    gate.release(10)
    assert filled.files.batches.wait(batch_id, PATIENCE)
    filled.files.batches.resume(batch_id)
    assert filled.files.batches.wait(batch_id, PATIENCE)

    assert not standing(filled, batch_id).can_go_on
    assert creations(simulator) <= 1
    assert outcomes(filled, batch_id)[-4:] == ["Not sent"] * 4


def test_a_second_program_leaves_the_file_to_the_one_that_sends_it(
    filled: MCFService, settings: Settings, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = held(filled, monkeypatch)
    batch_id = begun(filled, lines([row("T-1", sku)]))
    with MCFService(settings) as second:
        with pytest.raises(MCFError, match="Another program is sending this file"):
            second.files.batches.resume(batch_id)
        assert standing(second, batch_id).is_sending
        assert not standing(second, batch_id).can_go_on
        gate.release()
        assert filled.files.batches.wait(batch_id, PATIENCE)
        assert standing(second, batch_id).accepted == 1
        assert not standing(second, batch_id).is_sending


def test_sending_pauses_by_itself_when_amazon_takes_nothing(
    filled: MCFService, simulator: Simulator, sku: str
) -> None:
    document, plan = planned(filled, lines([row(f"N-{at}", sku) for at in range(9)]))
    simulator.faults.add(RoleMissing(operations=[CREATE]))
    batch_id = filled.files.batches.begin("orders.csv", document, plan, file_plan.ready(plan))
    assert filled.files.batches.wait(batch_id, PATIENCE)
    told = standing(filled, batch_id)
    assert (told.batch.state, told.counts) == (State.PAUSED, {SubmissionState.NOT_SENT: 3})
    assert told.batch.note is not None

    simulator.faults.clear()
    filled.files.batches.resume(batch_id)
    assert filled.files.batches.wait(batch_id, PATIENCE)
    assert standing(filled, batch_id).accepted == 9


def test_another_order_under_the_number_is_told_in_the_result(filled: MCFService, sku: str) -> None:
    data = lines([row("D-1", sku)])
    document, plan = planned(filled, data)
    sent(filled, lines([row("D-1", sku, Quantity="2")]))

    batch_id = filled.files.batches.begin("orders.csv", document, plan, file_plan.ready(plan))
    assert filled.files.batches.wait(batch_id, PATIENCE)

    assert outcomes(filled, batch_id) == ["Refused by Amazon"]
    assert standing(filled, batch_id).batch.state is State.DONE


def test_the_intent_is_written_before_an_order_goes_and_names_its_batch(
    filled: MCFService, sku: str
) -> None:
    batch_id = sent(filled, lines([row("I-1", sku)]))
    (kept,) = filled._store.rows(tables.submissions)
    assert kept.batch == batch_id


def test_only_the_reserve_would_cover_it(filled: MCFService, shelf: Stock, sku: str) -> None:
    there = shelf.fulfillable
    filled.stock.review.choices.set_rules([{"seller_sku": sku, "reserve_units": there - 3}])
    plan = planned(filled, lines([row("R-1", sku, Quantity="2"), row("R-2", sku, Quantity="2")]))[1]

    assert [one.verdict for one in plan] == [Verdict.GO, Verdict.RESERVE]
    assert plan[1].reason == (
        "Only the units kept for Amazon would cover it. "
        f"{sku}: 2 wanted, 1 free beside the {there - 3} kept"
    )
    assert len(file_plan.ready(plan)) == 1
    assert len(file_plan.ready(plan, {Verdict.RESERVE})) == 2


def test_orders_that_amazon_has_not_counted_yet_take_their_stock(
    filled: MCFService, shelf: Stock, sku: str
) -> None:
    there = shelf.fulfillable
    sent(filled, lines([row("Q-1", sku, Quantity="200")]))
    filled.stock.review.choices.set_rules([{"seller_sku": sku, "reserve_units": there - 250}])
    (one,) = planned(filled, lines([row("Q-2", sku, Quantity="100")]))[1]
    assert one.verdict is Verdict.RESERVE
    assert "100 wanted, 50 free" in one.reason


def test_the_sum_of_fees_is_told_with_those_that_are_unknown(filled: MCFService, sku: str) -> None:
    plan = planned(filled, lines([row("L-1", sku), row("L-2", sku)]))[1]
    each = plan[0].preview and plan[0].preview.total_fee
    assert each is not None
    fees = file_plan.fees(plan)
    assert fees.total is not None
    assert (fees.total.amount, fees.unknown) == (2 * each.amount, 0)
    assert "in all is above your limit" in fees.objection(Limit(each.amount, "USD"))
    assert fees.objection(Limit(Decimal(10**6), "USD")) == ""
    assert fees.objection(filled.ordering.limit) == ""


def test_a_result_keeps_every_cell_and_its_columns_are_there_once(
    filled: MCFService, sku: str
) -> None:
    data = lines([row("K-1", sku, AddressPhoneNumber="+1 555 0100", GiftMessage='15" "x", =1')])
    result = filled.files.batches.result(sent(filled, data))
    again = parse.opened(send.to_bytes(result, "csv"))
    twice = send.rows(again, [])

    assert twice[0] == result[0]
    (order,) = parse.judged(again, filled.now())
    assert order.request is not None
    assert order.request.items[0].gift_message == '15" "x", =1'
    assert order.request.destination_address.phone == "+1 555 0100"


def test_old_files_are_forgotten(filled: MCFService, sku: str) -> None:
    sent(filled, lines([row("O-1", sku)]))
    batches = Batches(
        filled._store,
        filled.ordering.submissions.submit,
        threading.Event(),
        lambda: None,
        timedelta(seconds=-5),
    )
    document, plan = planned(filled, lines([row("O-2", sku)]))
    second = batches.begin("second.csv", document, plan, file_plan.ready(plan))
    assert batches.wait(second, PATIENCE)
    assert [batch.file for batch in batches.all()] == ["second.csv"]
    assert json.loads(json.dumps(batches.result(second)))


def test_orders_above_the_limit_wait_for_a_manager_and_the_others_go(
    filled: MCFService, simulator: Simulator, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, plan = planned(filled, lines([row("A-1", sku), row("A-2", sku, Quantity="9")]))
    fees = [one.preview.total_fee.amount for one in plan if one.preview and one.preview.total_fee]
    assert fees[0] < fees[1]
    limit = Limit(fees[0], "USD")
    monkeypatch.setattr(filled.ordering.asked, "_limit", limit)
    operator = Actor("p-1", ROLES[Role.OPERATOR], Role.OPERATOR)
    before = creations(simulator)

    with acting(operator):
        batch_id = filled.files.batches.begin("orders.csv", document, plan, file_plan.ready(plan))
    assert filled.files.batches.wait(batch_id, PATIENCE)

    assert creations(simulator) == before + 1
    assert [(one.order_id, one.outcome) for one in filled.files.batches.left_out(batch_id)] == [
        ("A-2", "Waits for a manager")
    ]
    assert [one.order_id for one in filled.ordering.asked.waiting()] == ["A-2"]
    sender = filled._store.row(tables.submissions, seller_fulfillment_order_id="A-1")
    assert sender is not None
    assert sender.person_id == "p-1"
    assert filled.ordering.asked.send("A-2").state is AskedState.SENT
    assert filled.ordering.asked.send("A-2").state is AskedState.SENT
    assert creations(simulator) == before + 2
