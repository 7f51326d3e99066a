"""Orders of a file are judged one after the other, each by what the ones before leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from mcf.amazon import labels
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import ConnectionFailed, DuplicateOrder, RequestRefused
from mcf.order_files import columns, parse
from mcf.order_files import plan as file_plan
from mcf.order_files.parse import FileOrder
from mcf.order_files.plan import Allocation, PlannedOrder, Verdict
from mcf.orders.states import Repeat, Submission
from mcf.store.states import SubmissionState

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HEADER = ",".join(columns.REQUIRED) + ",AddressCity,AddressStateOrRegion"
GOOD = {"shippingSpeedCategory": "Standard", "isFulfillable": True}


def orders(*lines: str) -> list[FileOrder]:
    """Orders from lines of "number,SKU,quantity", each to a house of its own."""
    rows = (f"{line},{to(line.partition(',')[0])}" for line in lines)
    return parse.read("\n".join([HEADER, *rows]).encode(), NOW)


def to(house: str) -> str:
    return f"Ada Example,{house} Example Street,62701,US,Springfield,IL"


def to_ada(*lines: str) -> list[FileOrder]:
    """Orders from lines of "number,SKU,quantity", all to the same house."""
    rows = (f"{line},{to('100')}" for line in lines)
    return parse.read("\n".join([HEADER, *rows]).encode(), NOW)


def plan(
    found: list[FileOrder],
    stock: dict[str, int],
    *,
    sent: dict[str, Submission] | None = None,
    preview: Callable[[MCFOrderRequest], FulfillmentPreview | None] | None = None,
    stored: dict[str, Repeat] | None = None,
) -> list[PlannedOrder]:
    offer = preview or (lambda _: FulfillmentPreview.from_api(GOOD))
    known = {k: v for k, v in (sent or {}).items() if not v.state.may_be_sent_again}
    repeats = {number: [repeat] for number, repeat in (stored or {}).items()}
    return list(
        file_plan.plan(
            found,
            stock,
            lambda request: known.get(request.seller_fulfillment_order_id),
            offer,
            repeats=lambda request: repeats.get(request.seller_fulfillment_order_id, ()),
        )
    )


def verdicts(planned: list[PlannedOrder]) -> list[tuple[str, str]]:
    return [(one.verdict.value, one.reason) for one in planned]


def test_an_order_that_fits_goes_with_its_preview() -> None:
    (one,) = plan(orders("1,A,2"), {"A": 2})
    assert (one.verdict, one.reason) == (Verdict.GO, "")
    assert one.preview is not None
    assert one.preview.is_fulfillable


def test_an_order_may_take_only_what_the_orders_before_it_leave() -> None:
    planned = plan(orders("1,A,3", "2,A,3", "3,A,2"), {"A": 5})
    assert verdicts(planned) == [
        ("go", ""),
        ("hold back", "Not enough stock. A: 3 wanted, 2 left"),
        ("go", ""),
    ]


def test_lines_of_one_sku_are_summed_and_every_shortage_is_told() -> None:
    planned = plan(orders("1,A,3", "1,A,3", "1,B,1", "1,C,1"), {"A": 5, "B": 0, "C": 1})
    assert verdicts(planned) == [
        ("hold back", "Not enough stock. A: 6 wanted, 5 left; B: 1 wanted, 0 left"),
    ]


def test_an_order_held_back_takes_nothing_from_those_after_it() -> None:
    planned = plan(orders("1,A,1", "1,B,9", "2,A,1"), {"A": 1, "B": 1})
    assert [one.verdict for one in planned] == [Verdict.HOLD, Verdict.GO]


def test_an_order_with_mistakes_is_to_be_fixed_and_takes_nothing() -> None:
    planned = plan(orders("1,A,x", "2,A,1"), {"A": 1})
    assert verdicts(planned) == [
        ("fix", "line 2: Quantity 'x' is not a whole number"),
        ("go", ""),
    ]


@pytest.mark.parametrize(
    ("state", "verdict", "reason"),
    [
        (SubmissionState.ACCEPTED, "already sent", "Amazon has it; it isn't sent again."),
        (SubmissionState.UNKNOWN, "not known yet", "Not known yet."),
        (SubmissionState.SENDING, "not known yet", "Not known yet."),
        (SubmissionState.REJECTED, "go", ""),
        (SubmissionState.NOT_SENT, "go", ""),
    ],
)
def test_an_order_that_amazon_may_have_is_not_sent_again(
    state: SubmissionState, verdict: str, reason: str
) -> None:
    sent = {"1": Submission("1", state, "Not known yet.")}
    assert verdicts(plan(orders("1,A,1"), {"A": 1}, sent=sent)) == [(verdict, reason)]


def test_an_order_sent_earlier_takes_nothing_from_those_after_it() -> None:
    sent = {"1": Submission("1", SubmissionState.ACCEPTED, "")}
    planned = plan(orders("1,A,1", "2,A,1"), {"A": 1}, sent=sent)
    assert [one.verdict for one in planned] == [Verdict.SENT, Verdict.GO]


def refused(_: MCFOrderRequest) -> FulfillmentPreview:
    raise ConnectionFailed("Amazon could not be reached.", advice="Check the network.")


def wrong(_: MCFOrderRequest) -> FulfillmentPreview:
    raise RequestRefused("The address is wrong.", advice="Correct it.")


def impossible(_: MCFOrderRequest) -> FulfillmentPreview:
    return FulfillmentPreview.from_api(
        GOOD | {"isFulfillable": False, "orderUnfulfillableReasons": ["DeliverySLAUnavailable"]}
    )


def wordless(_: MCFOrderRequest) -> FulfillmentPreview:
    return FulfillmentPreview.from_api(GOOD | {"isFulfillable": False})


@pytest.mark.parametrize(
    ("preview", "verdict", "reason"),
    [
        (
            refused,
            "hold back",
            "It couldn't be checked: Amazon could not be reached. Check the network.",
        ),
        (wrong, "fix", "The address is wrong. Correct it."),
        (lambda _: None, "fix", "Amazon offers no such delivery speed for it."),
        (
            impossible,
            "hold back",
            "Amazon can't ship it: " + labels.reason("DeliverySLAUnavailable"),
        ),
        (wordless, "hold back", "Amazon can't ship it: Amazon gives no reason"),
    ],
)
def test_an_order_that_amazon_would_not_ship_is_not_sent(
    preview: Callable[[MCFOrderRequest], FulfillmentPreview | None], verdict: str, reason: str
) -> None:
    assert verdicts(plan(orders("1,A,1"), {"A": 1}, preview=preview)) == [(verdict, reason)]


def test_an_order_that_amazon_cannot_ship_takes_nothing_from_those_after_it() -> None:
    def only_small(request: MCFOrderRequest) -> FulfillmentPreview:
        return FulfillmentPreview.from_api(GOOD | {"isFulfillable": request.items[0].quantity < 5})

    planned = plan(orders("1,A,5", "2,A,1"), {"A": 5}, preview=only_small)
    assert [one.verdict for one in planned] == [Verdict.HOLD, Verdict.GO]


SAME = "The same goods go to the same person"
EARLIER = Repeat("OLD-1", datetime(2026, 2, 28, 12, 0, tzinfo=UTC))


def test_an_order_like_one_of_the_last_days_is_for_a_person_to_decide() -> None:
    (one,) = plan(orders("1,A,1"), {"A": 1}, stored={"1": EARLIER})
    assert (one.verdict, one.reason) == (
        Verdict.REPEAT,
        f"{SAME} in order OLD-1 of 28 February.",
    )
    assert one.preview is not None


def test_an_order_like_one_before_it_in_the_file_is_for_a_person_to_decide() -> None:
    planned = plan(to_ada("1,A,1", "2,A,1", "3,A,1"), {"A": 9})
    assert verdicts(planned) == [
        ("go", ""),
        ("sent twice?", f"{SAME} in order 1 of this file."),
        ("sent twice?", f"{SAME} in order 1 of this file."),
    ]


def test_an_order_like_both_names_the_one_that_was_sent() -> None:
    planned = plan(to_ada("1,A,1", "2,A,1"), {"A": 9}, stored={"2": EARLIER})
    assert "in order OLD-1 of 28 February" in planned[1].reason


@pytest.mark.parametrize("second", ["2,A,2", "2,B,1"])
def test_other_goods_for_the_same_person_go(second: str) -> None:
    planned = plan(to_ada("1,A,1", second), {"A": 9, "B": 9})
    assert [one.verdict for one in planned] == [Verdict.GO, Verdict.GO]


def test_an_order_that_may_be_a_repeat_takes_its_stock_all_the_same() -> None:
    planned = plan(orders("1,A,2", "2,A,2"), {"A": 3}, stored={"1": EARLIER})
    assert [one.verdict for one in planned] == [Verdict.REPEAT, Verdict.HOLD]
    assert planned[1].reason == "Not enough stock. A: 2 wanted, 1 left"


def test_an_order_like_one_that_is_held_back_goes() -> None:
    def not_the_first(request: MCFOrderRequest) -> FulfillmentPreview:
        possible = request.seller_fulfillment_order_id != "1"
        return FulfillmentPreview.from_api(GOOD | {"isFulfillable": possible})

    planned = plan(to_ada("1,A,2", "2,A,2"), {"A": 9}, preview=not_the_first)
    assert [one.verdict for one in planned] == [Verdict.HOLD, Verdict.GO]


def test_an_order_that_was_sent_is_no_repeat() -> None:
    sent = {"1": Submission("1", SubmissionState.ACCEPTED, "")}
    (one,) = plan(orders("1,A,1"), {"A": 1}, sent=sent, stored={"1": EARLIER})
    assert one.verdict is Verdict.SENT


def test_amazon_is_asked_only_about_orders_that_could_be_sent() -> None:
    asked: list[str] = []

    def preview(request: MCFOrderRequest) -> FulfillmentPreview:
        asked.append(request.seller_fulfillment_order_id)
        return FulfillmentPreview.from_api(GOOD)

    sent = {"3": Submission("3", SubmissionState.ACCEPTED, "")}
    plan(orders("1,A,x", "2,A,9", "3,A,1", "4,A,1"), {"A": 1}, sent=sent, preview=preview)
    assert asked == ["4"]


def test_a_sku_that_is_not_in_the_stock_is_named_as_unknown(
    request_for: MCFOrderRequest,
) -> None:
    shortage = Allocation(Counter({"ANOTHER": 5})).shortage(request_for)

    sku = request_for.items[0].seller_sku
    assert shortage == f"{sku} isn't among your SKUs in this marketplace"


def test_another_order_under_a_used_number_is_to_be_fixed() -> None:
    def earlier(_: MCFOrderRequest) -> Submission:
        raise DuplicateOrder("Another order was sent.", advice="Use a new number.")

    (one,) = file_plan.plan(orders("1,A,1"), {"A": 1}, earlier, lambda _: None)

    assert (one.verdict, one.reason) == (Verdict.FIX, "Another order was sent. Use a new number.")


def test_the_units_of_a_plan_are_those_of_all_its_lines() -> None:
    planned = [
        PlannedOrder(order, Verdict.GO, "") for order in orders("1,MUG,2", "1,CUP,1", "2,MUG,4")
    ]

    assert file_plan.units(planned) == 7
