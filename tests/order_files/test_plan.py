"""Orders of a file are judged one after the other, each by what the ones before leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from threading import Event

import pytest

from mcf.amazon import labels
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import (
    ConnectionFailed,
    DuplicateOrder,
    MCFError,
    RequestRefused,
    Stopped,
    Throttled,
)
from mcf.order_files import columns
from mcf.order_files import plan as file_plan
from mcf.order_files.parse import FileOrder
from mcf.order_files.plan import PlannedOrder, Verdict
from mcf.orders.quotes import Limit
from mcf.orders.states import Repeat, Submission
from mcf.store.states import SubmissionState
from tests.uploads import orders_in

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HEADER = ",".join(columns.REQUIRED) + ",AddressCity,AddressStateOrRegion"
GOOD = {"shippingSpeedCategory": "Standard", "isFulfillable": True}


def orders(*lines: str) -> list[FileOrder]:
    """Orders from lines of "number,SKU,quantity", each to a house of its own."""
    rows = (f"{line},{to(line.partition(',')[0])}" for line in lines)
    return orders_in("\n".join([HEADER, *rows]).encode(), NOW)


def to(house: str) -> str:
    return f"Ada Example,{house} Example Street,62701,US,Springfield,IL"


def to_ada(*lines: str) -> list[FileOrder]:
    """Orders from lines of "number,SKU,quantity", all to the same house."""
    rows = (f"{line},{to('100')}" for line in lines)
    return orders_in("\n".join([HEADER, *rows]).encode(), NOW)


def plan(
    found: list[FileOrder],
    stock: Mapping[str, int | None],
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
        ("fix", "line 2: Units 'x' is not a whole number"),
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


def test_other_goods_for_the_same_person_go() -> None:
    planned = plan(to_ada("1,A,1", "2,B,1"), {"A": 9, "B": 9})
    assert [one.verdict for one in planned] == [Verdict.GO, Verdict.GO]


def test_other_units_for_the_same_person_in_another_spelling_are_asked_about() -> None:
    first, second = to_ada("1,A,1", "2,A,2")
    assert second.request is not None
    to = second.request.destination_address.model_copy(
        update={"name": "EXAMPLE, ADA", "address_line1": "100 Example St."}
    )
    spelled = replace(second, request=second.request.model_copy(update={"destination_address": to}))

    planned = plan([first, spelled], {"A": 9})

    assert [one.verdict for one in planned] == [Verdict.GO, Verdict.REPEAT]


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


@pytest.mark.parametrize(
    ("stock", "reason"),
    [
        ({"ANOTHER": 5}, "A isn't among your SKUs in this marketplace"),
        ({"a": 5}, "A isn't among your SKUs in this marketplace: is a meant?"),
    ],
)
def test_a_sku_that_isnt_in_the_stock_is_to_be_fixed(stock: dict[str, int], reason: str) -> None:
    (one,) = plan(orders("1,A,1"), stock)

    assert (one.verdict, one.reason) == (Verdict.FIX, reason)


def test_while_no_stock_is_read_nothing_is_called_unknown() -> None:
    (one,) = plan(orders("1,A,1"), {})

    assert (one.verdict, one.reason) == (Verdict.HOLD, "Your stock isn't read yet.")


def test_an_order_of_units_that_are_not_told_is_for_a_person_to_decide() -> None:
    told = "Amazon doesn't tell how many of TOTE-RED can ship."
    planned = plan(orders("A,TOTE-RED,3", "B,MUG,1"), {"TOTE-RED": None, "MUG": 1})
    assert verdicts(planned) == [("please check", told), ("go", "")]


def test_what_looks_like_a_mistake_is_for_a_person_to_decide() -> None:
    (order,) = orders("1,A,1")
    (one,) = plan(
        [replace(order, doubts=("line 2: Name 'null' probably means nothing",))], {"A": 1}
    )

    assert (one.verdict, one.needs) == (Verdict.DOUBT, {Verdict.DOUBT})
    assert one.reason == "line 2: Name 'null' probably means nothing."
    assert file_plan.ready([one]) == ()
    assert file_plan.ready([one], {Verdict.DOUBT}) == (one,)


def test_another_order_under_a_used_number_is_to_be_fixed() -> None:
    def earlier(_: MCFOrderRequest) -> Submission:
        raise DuplicateOrder("Another order was sent.", advice="Use a new number.")

    (one,) = file_plan.plan(orders("1,A,1"), {"A": 1}, earlier, lambda _: None)

    assert (one.verdict, one.reason) == (Verdict.FIX, "Another order was sent. Use a new number.")


def kept(stock: int, wanted: int, reserve: int | None) -> PlannedOrder:
    """The verdict on an order of a SKU of which so many units are kept for Amazon."""
    keep = None if reserve is None else {"A": reserve}
    good = FulfillmentPreview.from_api(GOOD)
    (one,) = file_plan.plan(
        orders(f"1,A,{wanted}"), {"A": stock}, lambda _: None, lambda _: good, reserve=keep
    )
    return one


@pytest.mark.parametrize(("stock", "reserve"), [(5, None), (5, 0), (5, 3), (2, None)])
def test_an_order_that_leaves_what_is_kept_for_amazon_goes(stock: int, reserve: int | None) -> None:
    assert kept(stock, 2, reserve).verdict is Verdict.GO


@pytest.mark.parametrize(("stock", "reserve", "free"), [(5, 4, 1), (5, 5, 0), (2, 1, 1), (2, 4, 0)])
def test_an_order_that_only_what_is_kept_would_cover_is_for_a_person_to_decide(
    stock: int, reserve: int, free: int
) -> None:
    one = kept(stock, 2, reserve)

    assert (one.verdict, one.needs) == (Verdict.RESERVE, {Verdict.RESERVE})
    assert one.reason == (
        "Only the units kept for Amazon would cover it. "
        f"A: 2 wanted, {free} free beside the {reserve} kept"
    )


def doubtful() -> PlannedOrder:
    """An order that looks like one sent before, and that only the units kept would cover."""
    good = FulfillmentPreview.from_api(GOOD)
    (one,) = file_plan.plan(
        orders("1,A,2"),
        {"A": 3},
        lambda _: None,
        lambda _: good,
        repeats=lambda _: [EARLIER],
        reserve={"A": 2},
    )
    return one


def test_an_order_with_two_doubts_tells_both() -> None:
    one = doubtful()

    assert (one.verdict, one.needs) == (Verdict.REPEAT, {Verdict.REPEAT, Verdict.RESERVE})
    assert one.reason == (
        f"{SAME} in order OLD-1 of 28 February. "
        "Only the units kept for Amazon would cover it. A: 2 wanted, 1 free beside the 2 kept"
    )


@pytest.mark.parametrize(
    ("agreed", "goes"),
    [
        ([], False),
        ([Verdict.REPEAT], False),
        ([Verdict.RESERVE], False),
        ([Verdict.REPEAT, Verdict.RESERVE], True),
        ([Verdict.REPEAT, Verdict.RESERVE, Verdict.HOLD], True),
    ],
)
def test_an_order_goes_only_when_a_person_agreed_to_each_of_its_doubts(
    agreed: list[Verdict], goes: bool
) -> None:
    one = doubtful()

    assert file_plan.ready([one], agreed) == ((one,) if goes else ())


def test_what_is_held_back_or_to_be_fixed_never_goes_whatever_was_agreed() -> None:
    planned = plan(orders("1,A,1", "2,A,9", "3,A,x"), {"A": 1})

    assert [one.verdict for one in planned] == [Verdict.GO, Verdict.HOLD, Verdict.FIX]
    assert file_plan.ready(planned, list(Verdict)) == (planned[0],)


def test_an_order_that_takes_what_is_left_leaves_none() -> None:
    planned = plan(orders("1,A,2", "2,A,1"), {"A": 2})

    assert planned[1].reason == "Not enough stock. A: 1 wanted, 0 left"


def test_stock_that_amazon_counts_below_zero_is_none() -> None:
    (one,) = plan(orders("1,A,1"), {"A": -3})

    assert one.reason == "Not enough stock. A: 1 wanted, 0 left"


def test_an_order_that_is_not_known_yet_tells_what_to_do() -> None:
    sent = {"1": Submission("1", SubmissionState.UNKNOWN, "Not known yet.", "Wait for it.")}

    assert verdicts(plan(orders("1,A,1"), {"A": 1}, sent=sent)) == [
        ("not known yet", "Not known yet. Wait for it.")
    ]


def test_the_newest_of_several_orders_like_it_is_named() -> None:
    older = Repeat("OLD-0", datetime(2026, 2, 27, 12, 0, tzinfo=UTC))
    good = FulfillmentPreview.from_api(GOOD)
    (one,) = file_plan.plan(
        orders("1,A,1"),
        {"A": 1},
        lambda _: None,
        lambda _: good,
        repeats=lambda _: [EARLIER, older],
    )

    assert one.reason == f"{SAME} in order OLD-1 of 28 February."


ONES = tuple(f"{number},A,1" for number in range(1, 7))


def answers(*replies: MCFError | None) -> Callable[[MCFOrderRequest], FulfillmentPreview]:
    """Gives these answers one after the other, None for a good one; then nobody may ask."""
    left = iter(replies)

    def preview(_: MCFOrderRequest) -> FulfillmentPreview:
        error = next(left)
        if error is not None:
            raise error
        return FulfillmentPreview.from_api(GOOD)

    return preview


def test_after_three_orders_that_could_not_be_checked_amazon_is_not_asked_any_more() -> None:
    silent = [ConnectionFailed(f"No answer {number}.", advice="Wait.") for number in range(3)]

    planned = plan(orders(*ONES), {"A": 9}, preview=answers(*silent))

    assert [one.verdict for one in planned] == [Verdict.HOLD] * 6
    assert [one.reason for one in planned[2:]] == ["It couldn't be checked: No answer 2. Wait."] * 4


def test_an_order_that_could_be_checked_ends_a_row_of_those_that_could_not() -> None:
    silent = Throttled("Too many requests.", advice="Wait.")

    replies = [silent, silent, None, silent, silent, None]
    planned = plan(orders(*ONES), {"A": 9}, preview=answers(*replies))

    assert [one.verdict for one in planned] == [
        Verdict.GO if reply is None else Verdict.HOLD for reply in replies
    ]


def test_orders_that_amazon_refuses_are_no_reason_to_ask_no_more() -> None:
    replies = [RequestRefused("The address is wrong.", advice="Correct it.")] * 5

    planned = plan(orders(*ONES), {"A": 9}, preview=answers(*replies, None))

    assert [one.verdict for one in planned] == [Verdict.FIX] * 5 + [Verdict.GO]


def test_closing_the_program_ends_the_checking_and_is_no_verdict() -> None:
    with pytest.raises(Stopped):
        plan(orders(*ONES), {"A": 9}, preview=answers(Stopped("The program is closing.")))


def request_of(**fields: object) -> MCFOrderRequest:
    (order,) = orders("1,A,1")
    assert order.request is not None
    return MCFOrderRequest.of(**{**order.request.to_api(), **fields})


@pytest.mark.parametrize(
    "asked",
    [
        {"shippingSpeedCategory": "Expedited"},
        {"items": [{"sellerSku": "A", "sellerFulfillmentOrderItemId": "1", "quantity": 2}]},
        {
            "featureConstraints": [
                {"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"}
            ]
        },
        {
            "destinationAddress": {
                "name": "Ada Example",
                "addressLine1": "2 Example Street",
                "city": "Springfield",
                "stateOrRegion": "IL",
                "postalCode": "62701",
                "countryCode": "US",
            }
        },
    ],
)
def test_what_amazon_is_asked_about_makes_an_offer_another_one(asked: dict[str, object]) -> None:
    assert file_plan.offer_key(request_of(**asked)) != file_plan.offer_key(request_of())


@pytest.mark.parametrize(
    "other", [{"displayableOrderComment": "Enjoy!"}, {"sellerFulfillmentOrderId": "2"}]
)
def test_what_amazon_is_not_asked_about_leaves_an_offer_as_it_is(other: dict[str, object]) -> None:
    assert file_plan.offer_key(request_of(**other)) == file_plan.offer_key(request_of())


def test_a_plan_is_another_one_by_each_letter_and_by_its_order() -> None:
    one, two = plan(orders("1,A,1", "2,A,1"), {"A": 2})
    broken = plan(orders("3,A,x"), {})

    marks = [
        file_plan.digest(those)
        for those in ([one, two], [two, one], [one], [], [one, *broken], plan(orders("1,A,2"), {}))
    ]

    assert len(set(marks)) == 6
    assert file_plan.digest(plan(orders("1,A,1", "2,A,1"), {"A": 0})) == marks[0]


def costing(*amounts: str | None, currency: str = "USD") -> list[PlannedOrder]:
    """Orders with previews of these fees; None for one whose fee Amazon doesn't name."""
    (one,) = plan(orders("1,A,1"), {"A": 1})
    return [replace(one, preview=_priced(amount, currency)) for amount in amounts]


def _priced(amount: str | None, currency: str) -> FulfillmentPreview:
    fee = {
        "name": "FBAPerUnitFulfillmentFee",
        "amount": {"currencyCode": currency, "value": amount},
    }
    return FulfillmentPreview.from_api(GOOD | {"estimatedFees": [fee] if amount else []})


def test_fees_are_summed_as_far_as_they_are_known() -> None:
    (unchecked,) = plan(orders("1,A,9"), {"A": 1})

    fees = file_plan.fees([*costing("5.10", None, "0.20"), unchecked])

    assert fees.total is not None
    assert (fees.total.currency_code, fees.total.amount) == ("USD", Decimal("5.30"))
    assert fees.unknown == 2


def test_fees_in_two_currencies_have_no_sum() -> None:
    fees = file_plan.fees([*costing("5"), *costing("5", currency="CAD")])

    assert (fees.total, fees.unknown) == (None, 2)


def limit(amount: str | None) -> Limit:
    return Limit(None if amount is None else Decimal(amount), "USD")


def test_fees_that_are_all_unknown_are_no_sum_and_may_be_above_the_limit() -> None:
    fees = file_plan.fees(costing(None))

    assert (fees.total, fees.unknown, fees.orders) == (None, 1, 1)
    assert "isn't known" in fees.objection(limit("1000000"))
    assert fees.objection(limit(None)) == ""


def test_one_unknown_fee_among_others_may_be_above_the_limit() -> None:
    fees = file_plan.fees(costing("5.10", None))

    assert "with fees of 1 order that Amazon doesn't tell" in fees.objection(limit("1000000"))


def test_fees_in_two_currencies_may_be_above_the_limit() -> None:
    fees = file_plan.fees([*costing("5"), *costing("5", currency="CAD")])

    assert "What these 2 orders cost isn't known" in fees.objection(limit("1000000"))


@pytest.mark.parametrize(
    ("amount", "above"), [(None, False), ("5.29", True), ("5.30", False), ("5.31", False)]
)
def test_a_sum_is_above_a_limit_but_not_above_itself(amount: str | None, above: bool) -> None:
    fees = file_plan.fees(costing("5.30"))

    assert bool(fees.objection(limit(amount))) is above


def planning(steps: Iterator[PlannedOrder], found: list[FileOrder]) -> file_plan.Planning:
    """A plan whose making has ended."""
    made = file_plan.Planning(steps, found)
    assert made.wait(60)
    return made


def test_a_plan_that_was_made_has_a_verdict_on_each_order() -> None:
    found = orders("1,A,1", "2,A,1")

    made = planning(iter(plan(found, {"A": 1})), found)

    assert [one.verdict for one in made.planned] == [Verdict.GO, Verdict.HOLD]
    assert (made.checked, made.is_done, made.error) == (2, True, None)


@pytest.mark.parametrize("error", [ConnectionFailed("Away."), ZeroDivisionError()])
def test_a_plan_that_broke_off_holds_back_the_rest_and_says_why(error: Exception) -> None:
    found = orders("1,A,1", "2,A,1")

    def steps() -> Iterator[PlannedOrder]:
        yield from plan(found[:1], {"A": 1})
        raise error

    made = planning(steps(), found)

    assert [one.verdict for one in made.planned] == [Verdict.GO, Verdict.HOLD]
    assert made.planned[1].reason == "It wasn't checked, as checking ended before it."
    assert made.checked == 1
    assert isinstance(made.error, MCFError)


def test_a_plan_that_was_stopped_asks_about_no_other_order() -> None:
    found = orders(*ONES)
    asked: list[int] = []
    go_on = Event()

    def steps() -> Iterator[PlannedOrder]:
        for number, one in enumerate(plan(found, {"A": 9})):
            assert go_on.wait(60)
            asked.append(number)
            yield one

    made = file_plan.Planning(steps(), found)
    assert not made.is_done
    made.stop()
    go_on.set()
    assert made.wait(60)

    assert asked == [0]
    assert made.checked == 1


def test_each_reason_for_which_amazon_cannot_ship_an_order_is_told() -> None:
    codes = ["DeliverySLAUnavailable", "InvalidDestinationAddress"]
    never = GOOD | {"isFulfillable": False, "orderUnfulfillableReasons": codes}

    (one,) = plan(orders("1,A,1"), {"A": 1}, preview=lambda _: FulfillmentPreview.from_api(never))

    reasons = "; ".join(labels.reason(code) for code in codes)
    assert one.reason == f"Amazon can't ship it: {reasons}"


def test_each_sku_that_only_what_is_kept_would_cover_is_told() -> None:
    stock, keep = {"A": 2, "B": 3, "C": 9}, {"A": 1, "B": 3, "C": 1}
    (one,) = file_plan.plan(
        orders("1,A,2", "1,B,1", "1,C,1"),
        stock,
        lambda _: None,
        lambda _: FulfillmentPreview.from_api(GOOD),
        reserve=keep,
    )

    assert one.reason.endswith(
        "cover it. A: 2 wanted, 1 free beside the 1 kept; B: 1 wanted, 0 free beside the 3 kept"
    )


@pytest.mark.parametrize(
    ("error", "logged"), [(ConnectionFailed("Away."), 0), (ZeroDivisionError(), 1)]
)
def test_only_a_mistake_of_the_program_itself_is_logged(
    error: Exception, logged: int, caplog: pytest.LogCaptureFixture
) -> None:
    def steps() -> Iterator[PlannedOrder]:
        yield from plan(orders("1,A,1"), {"A": 1})
        raise error

    planning(steps(), orders("1,A,1"))

    assert caplog.text.count("a file wasn't planned") == logged


def test_the_units_of_a_plan_are_those_of_all_its_lines() -> None:
    planned = [
        PlannedOrder(order, Verdict.GO, "") for order in orders("1,MUG,2", "1,CUP,1", "2,MUG,4")
    ]

    assert file_plan.units(planned) == 7
