"""Orders above the limit wait for somebody who may send them, who sends each exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from mcf.access.actor import Actor, acting
from mcf.access.roles import ROLES, Role
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import InvalidInput, NotAllowed, ServiceUnavailable
from mcf.orders.asked import Asked, AskedState, require_within
from mcf.orders.quotes import Limit
from mcf.orders.states import Submission
from mcf.store.database import Store
from mcf.store.documents import Keeper
from mcf.store.states import SubmissionState

OPERATOR = Actor("p-operator", ROLES[Role.OPERATOR], Role.OPERATOR)
MANAGER = Actor("p-manager", ROLES[Role.MANAGER], Role.MANAGER)
LIMIT = Limit(Decimal(10), "USD")
DEAR = FulfillmentPreview.from_api(
    {
        "shippingSpeedCategory": "Standard",
        "isFulfillable": True,
        "isCODCapable": False,
        "marketplaceId": "ATVPDKIKX0DER",
        "estimatedFees": [
            {"name": "FBAPerUnitFulfillmentFee", "amount": {"currencyCode": "USD", "value": "12"}}
        ],
    }
)


class Amazon:
    """Stands for what sends orders: it takes each once, and may fail."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.rescued: list[str] = []
        self.fails = False

    def submit(
        self, request: MCFOrderRequest, preview: FulfillmentPreview | None, replaces: str
    ) -> Submission:
        assert preview in (None, DEAR)
        order_id = request.seller_fulfillment_order_id
        if self.fails:
            raise ServiceUnavailable("Amazon had a problem.")
        if (order_id, replaces) not in self.sent:
            self.sent.append((order_id, replaces))
        return Submission(order_id, SubmissionState.ACCEPTED, "Amazon has the order.")


@pytest.fixture
def amazon() -> Amazon:
    return Amazon()


@pytest.fixture
def asked(store: Store, amazon: Amazon) -> Iterator[Asked]:
    rescue = amazon.rescued.append
    with acting(OPERATOR):
        yield Asked(Keeper(store), LIMIT, amazon.submit, rescue)


def test_what_is_asked_waits_whole_and_is_sent_by_a_manager_once(
    asked: Asked, amazon: Amazon, request_for: MCFOrderRequest
) -> None:
    asked.ask(request_for, DEAR, "OLD-1")

    with acting(MANAGER):
        (waiting,) = asked.waiting()
        done = [asked.send("TEST-1"), asked.send("TEST-1")]

    assert waiting.request == request_for
    assert waiting.preview is not None
    assert waiting.preview.total_fee == DEAR.total_fee
    assert (waiting.by, waiting.replaces) == ("p-operator", "OLD-1")
    assert waiting.objection == "12 USD is above your limit of 10 USD."
    assert [one.state for one in done] == [AskedState.SENT] * 2
    assert amazon.sent == [("TEST-1", "OLD-1")]
    assert asked.mine()[0].kept.content["decided_by"] == "p-manager"


def test_what_broke_off_while_it_was_sent_goes_on(
    asked: Asked, amazon: Amazon, request_for: MCFOrderRequest
) -> None:
    asked.ask(request_for, DEAR)
    amazon.fails = True
    with acting(MANAGER):
        with pytest.raises(ServiceUnavailable):
            asked.send("TEST-1")
        (still,) = asked.waiting()
        amazon.fails = False
        with pytest.raises(InvalidInput, match="is sending already"):
            asked.refuse("TEST-1", "no")
        done = asked.send("TEST-1")

    assert still.state is AskedState.SENDING
    assert done.state is AskedState.SENT
    assert amazon.sent == [("TEST-1", "")]


def test_what_is_refused_is_never_sent_and_says_why(
    asked: Asked, amazon: Amazon, request_for: MCFOrderRequest
) -> None:
    asked.ask(request_for, None)
    with acting(MANAGER):
        with pytest.raises(InvalidInput, match="say why"):
            asked.refuse("TEST-1", " ")
        asked.refuse("TEST-1", "Too dear: send it by Standard.")
        with pytest.raises(InvalidInput, match="was refused"):
            asked.send("TEST-1")

    (mine,) = asked.mine()
    assert (mine.state, mine.reason) == (AskedState.REFUSED, "Too dear: send it by Standard.")
    assert amazon.sent == []
    asked.put_away("TEST-1")
    assert asked.mine() == []


def test_the_same_is_asked_once_and_another_under_its_number_is_refused(
    asked: Asked, request_for: MCFOrderRequest
) -> None:
    first = asked.ask(request_for, DEAR)
    other = request_for.model_copy(update={"displayable_order_comment": "Another one"})

    assert asked.ask(request_for, DEAR).at == first.at
    with pytest.raises(InvalidInput, match="was asked for already"):
        asked.ask(other, DEAR)


def test_only_who_asked_puts_it_away(asked: Asked, request_for: MCFOrderRequest) -> None:
    asked.ask(request_for, DEAR)

    with acting(MANAGER), pytest.raises(InvalidInput, match="only who asked"):
        asked.put_away("TEST-1")


def test_a_rescue_is_asked_for_too(asked: Asked, amazon: Amazon) -> None:
    asked.ask_rescue("MCF-1", "12 USD is above your limit of 10 USD.")

    with acting(MANAGER):
        asked.send("MCF-1")

    assert (amazon.rescued, amazon.sent) == (["MCF-1"], [])


@pytest.mark.parametrize("preview", [DEAR, None])
def test_who_may_not_decide_is_held_back_above_the_limit_and_where_fees_are_not_known(
    preview: FulfillmentPreview | None,
) -> None:
    with acting(OPERATOR), pytest.raises(NotAllowed, match="Nothing was sent") as refused:
        require_within(LIMIT, preview)
    with acting(OPERATOR):
        require_within(Limit(None, "USD"), preview)
    with acting(MANAGER):
        require_within(LIMIT, preview)
    require_within(LIMIT, preview)

    assert refused.value.advice == "Ask a manager to send it."
