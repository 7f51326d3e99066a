"""The catalogue of errors: every entry is met in the simulated Amazon, and the document is it."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from mcf.amazon.auth import SPAPIAuth
from mcf.amazon.client import MCFClient
from mcf.amazon.messages import (
    MESSAGES,
    REASONS,
    STATUSES,
    Body,
    By,
    Message,
    Notice,
    Said,
    find,
    like,
)
from mcf.amazon.models.requests import (
    MCFOrderRequest,
    MCFOrderUpdate,
    MCFReturnItem,
    MCFReturnRequest,
)
from mcf.amazon.responses import Operation
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.errors import MCFError, RequestRefused
from mcf.settings import Credentials, Settings
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from tests.conftest import START

DOCS = Path(__file__).parents[2] / "docs"
DEAD = "http://127.0.0.1:1"
LIST, STOCK = Operation.LIST_ORDERS.value, Operation.GET_INVENTORY_SUMMARIES.value
JAPAN, INDIA, US = "A1VC38T7YXB528", "A21TJRUUN4KGV", "ATVPDKIKX0DER"
GERMANY, AUSTRALIA = "A1PA6795UKMFR9", "A39IBJ37TRP1C6"
EUROS = {"currencyCode": "EUR", "value": "1.00"}
BLOCKED = {"featureName": "BLOCK_AMZL", "featureFulfillmentPolicy": "Required"}
SIGNED = {"featureName": "SIGNATURE_CONFIRMATION", "featureFulfillmentPolicy": "Required"}
PAID = {"paymentTransactionId": "1", "paymentMode": "Card", "paymentDate": "2026-03-02T15:00:00Z"}
NEIGHBOUR = {"dropOffLocation": {"type": "FALLBACK_NEIGHBOR_DELIVERY"}}
ROOF = {"dropOffLocation": {"type": "ROOF"}}


class Never(datetime):
    """A time that can't be told."""

    def isoformat(self, *_: Any, **__: Any) -> str:
        return "soon"


@dataclass(frozen=True)
class Desk:
    """What is at hand to make Amazon say something."""

    simulator: Simulator
    settings: Settings
    client: MCFClient
    order: MCFOrderRequest

    def send(self, **changes: Any) -> None:
        """Sends the order, changed so that our own checks don't see it."""
        self.client.create_fulfillment_order(self.order.model_copy(update=changes))

    def send_to(self, **changes: Any) -> None:
        address = self.order.destination_address.model_copy(update=changes)
        self.send(destination_address=address)

    def send_line(self, **changes: Any) -> None:
        self.send(items=(self.order.items[0].model_copy(update=changes),))

    def send_lines(self, count: int, quantity: int = 1) -> None:
        lines = (
            {"seller_fulfillment_order_item_id": str(n), "quantity": quantity} for n in range(count)
        )
        line = self.order.items[0]
        self.send(items=tuple(line.model_copy(update=changes) for changes in lines))

    def send_from(self, marketplace_id: str, **changes: Any) -> None:
        """Sends the order from a SKU of the marketplace; address and order are changed."""
        sku = next(iter(self.simulator.world.stocks[marketplace_id]))
        line = self.order.items[0].model_copy(update={"seller_sku": sku})
        address = self.order.destination_address
        if "country_code" in changes:
            address = address.model_copy(update={"country_code": changes.pop("country_code")})
        self.send(
            marketplace_id=marketplace_id,
            items=(line,),
            destination_address=address,
            **changes,
        )

    def send_extra(self, policy: str = "Required", name: str = "BLANK_BOX") -> None:
        wish = {"featureName": name, "featureFulfillmentPolicy": policy}
        self.send(featureConstraints=[wish])

    def change(self, **changes: Any) -> None:
        self.client.update_fulfillment_order("TEST-1", MCFOrderUpdate.of(**changes))

    def cancel(self) -> None:
        self.client.cancel_fulfillment_order("TEST-1")

    def wait(self, **time: int) -> None:
        self.simulator.clock.step(timedelta(**time))

    def preview(
        self,
        *,
        speed: str = "Standard",
        quantity: int = 1,
        size: str | None = None,
        features: Sequence[dict[str, str]] = (),
        **changes: Any,
    ) -> set[str]:
        """The reasons why it can't be shipped; `size` is that of the product."""
        stock = self.simulator.world.stocks[US][self.order.items[0].seller_sku]
        stock.product = replace(stock.product, size=size or stock.product.size)
        address = self.order.destination_address.model_copy(update=changes)
        line = self.order.items[0].model_copy(update={"quantity": quantity})
        (offer,) = self.client.get_fulfillment_preview(
            address, [line], speeds=[speed], features=features
        )
        of_items = (each.item_unfulfillable_reasons for each in offer.unfulfillable_preview_items)
        return {*offer.order_unfulfillable_reasons, *(each for all_ in of_items for each in all_)}

    def log_in(self, **changes: Any) -> None:
        with closing(SPAPIAuth(replace(self.settings, **changes))) as auth:
            auth.get_access_token()

    def list_orders(self) -> None:
        self.client.list_all_fulfillment_orders()

    def elsewhere(self, ask: Callable[[MCFClient], object], **changes: Any) -> None:
        with MCFClient(replace(self.settings, **changes), sleep=lambda _: None) as client:
            ask(client)


Way = Callable[[Desk], object]


def under(
    fault: type[faults.Fault], meanwhile: Way = lambda desk: desk.send(), **options: Any
) -> Way:
    """A way to meet what Amazon says while a fault is switched on."""

    def way(desk: Desk) -> None:
        desk.simulator.faults.add(fault(**options))
        meanwhile(desk)

    return way


def login_under(fault: type[faults.Fault]) -> Way:
    return under(fault, lambda desk: desk.log_in(), operations=["token"])


def then(*steps: Way) -> Way:
    """A way that takes several steps, of which the last is refused."""

    def way(desk: Desk) -> None:
        for step in steps:
            step(desk)

    return way


def shipped(desk: Desk) -> None:
    desk.send()
    desk.wait(days=14)


def held(desk: Desk) -> None:
    desk.send(fulfillment_action="Hold")


def changed_line(item_id: str, quantity: int) -> Way:
    item = {"sellerFulfillmentOrderItemId": item_id, "quantity": quantity}
    return then(held, lambda desk: desk.change(items=[item]))


def all_returned(desk: Desk) -> None:
    for number in range(3):
        unit = MCFReturnItem(
            seller_return_item_id=f"R-{number}",
            seller_fulfillment_order_item_id="1",
            amazon_shipment_id=desk.simulator.world.orders["TEST-1"].shipments[0].id,
            return_reason_code="CR-DEFECTIVE",
        )
        desk.client.create_fulfillment_return("TEST-1", MCFReturnRequest(items=(unit,)))


WAYS: dict[str, Way] = {
    "login-throttled": login_under(faults.Throttled),
    "login-down": login_under(faults.LoginDown),
    "login-page": login_under(faults.EmptyBody),
    "login-no-token": login_under(faults.ForeignBody),
    "client-rejected": login_under(faults.SecretExpired),
    "grant-revoked": login_under(faults.GrantRevoked),
    "other-app": login_under(faults.OtherApp),
    "credential-missing": lambda desk: desk.log_in(
        credentials=Credentials(SecretStr("id"), SecretStr("secret"), SecretStr(""))
    ),
    "login-unreached": lambda desk: desk.log_in(lwa_endpoint=DEAD),
    "never-connected": lambda desk: desk.elsewhere(
        lambda client: client.list_all_fulfillment_orders(), endpoint=DEAD
    ),
    "answer-lost": under(faults.AnswerLost, seconds=0.05),
    "no-authorization": under(faults.Unauthorized),
    "token-expired": under(faults.TokenExpired),
    "token-rejected": under(faults.TokenRejected),
    "data-denied": under(
        faults.DataDenied, lambda desk: desk.client.get_fulfillment_order("TEST-1")
    ),
    "order-denied": under(
        faults.RoleMissing, lambda desk: desk.client.get_fulfillment_order("TEST-1")
    ),
    "role-missing": under(faults.RoleMissing),
    "quota-exceeded": under(faults.Throttled),
    "internal-error": under(faults.InternalError),
    "bad-gateway": under(faults.BadGateway),
    "unavailable": under(faults.Unavailable),
    "redirect": under(faults.Redirect),
    "empty-answer": under(faults.EmptyBody),
    "web-page": under(faults.HtmlBadRequest),
    "cut-off": under(faults.Truncated),
    "garbled": under(faults.Garbled),
    "foreign-answer": under(faults.ForeignBody),
    "too-large": lambda desk: desk.send(displayable_order_comment="x" * 1_000_001),
    "no-resource": under(faults.NotFound, lambda desk: desk.list_orders()),
    "unknown-order": lambda desk: desk.client.get_fulfillment_order("TEST-404"),
    "unknown-parcel": lambda desk: desk.client.get_package_tracking_details(1),
    "page-expired": lambda desk: desk.client.get_inventory_summaries(next_token="long gone"),
    "orders-page-expired": lambda desk: desk.client.list_all_fulfillment_orders(next_token="gone"),
    "changes-too-old": lambda desk: desk.client.get_inventory_summaries(
        start_date_time=START - timedelta(days=700)
    ),
    "changes-since-when": lambda desk: desk.client.get_inventory_summaries(
        start_date_time=Never(2026, 3, 2, tzinfo=UTC)
    ),
    "cancelled-twice": then(lambda desk: desk.send(), Desk.cancel, Desk.cancel),
    "too-late-to-cancel": then(shipped, Desk.cancel),
    "too-late-to-change": then(shipped, lambda desk: desk.change(fulfillment_action="Ship")),
    "quantity-short": changed_line("1", 250),
    "unknown-line": changed_line("9", 2),
    "all-returned": then(shipped, all_returned),
    "duplicate-order": then(lambda desk: desk.send(), lambda desk: desk.send()),
    "unknown-sku": lambda desk: desk.send_line(seller_sku="NO-SUCH-SKU"),
    "country": lambda desk: desk.send_to(country_code="usa"),
    "preview-country": lambda desk: desk.preview(country_code=""),
    "marketplace": lambda desk: desk.send(marketplace_id="A0NOWHERE"),
    "window-missing": lambda desk: desk.send(
        marketplace_id=JAPAN, shipping_speed_category="ScheduledDelivery"
    ),
    "payment-missing": lambda desk: desk.send(marketplace_id=INDIA),
    "declared-value-missing": lambda desk: desk.send(
        marketplace_id=INDIA, paymentInformation=[PAID]
    ),
    "neighbour-missing": lambda desk: desk.send(deliveryPreferences=NEIGHBOUR),
    "fields-missing": lambda desk: desk.send_to(postal_code="", city=""),
    "city-in-japan": lambda desk: desk.send_to(country_code="JP"),
    "order-number": lambda desk: desk.send(seller_fulfillment_order_id="x" * 41),
    "shown-number": lambda desk: desk.send(displayable_order_id="two  spaces"),
    "shown-comment": lambda desk: desk.send(displayable_order_comment="x" * 751),
    "sku-length": lambda desk: desk.send_line(seller_sku="x" * 51),
    "line-id": lambda desk: desk.send_line(seller_fulfillment_order_item_id="x" * 51),
    "line-id-twice": lambda desk: desk.send(items=desk.order.items * 2),
    "quantity": lambda desk: desk.send_line(quantity=0),
    "too-many-lines": lambda desk: desk.send_lines(101),
    "too-many-units": lambda desk: desk.send_lines(2, quantity=126),
    "gift-message": lambda desk: desk.send_line(gift_message="x" * 513),
    "line-comment": lambda desk: desk.send_line(displayable_comment="x" * 251),
    "notification-email": lambda desk: desk.send(notification_emails=("x" * 65,)),
    "speed": lambda desk: desk.send(shipping_speed_category="ScheduledDelivery"),
    "action": lambda desk: desk.send(
        marketplace_id=JAPAN,
        shipping_speed_category="ScheduledDelivery",
        deliveryWindow={"startDate": "2026-03-05T00:00:00Z", "endDate": "2026-03-05T02:00:00Z"},
        fulfillment_action="Hold",
    ),
    "policy": lambda desk: desk.send(fulfillment_policy="FillSome"),
    "export": lambda desk: desk.preview(size="bulky", country_code="CA"),
    "brexit": lambda desk: desk.send_from(GERMANY, country_code="GB"),
    "value-currency": lambda desk: desk.send_line(perUnitDeclaredValue=EUROS),
    "parameters-invalid": lambda desk: desk.send_line(perUnitPrice=EUROS),
    "feature-elsewhere": lambda desk: desk.send_from(GERMANY, featureConstraints=[BLOCKED]),
    "no-features-here": lambda desk: desk.elsewhere(
        lambda client: client.get_features(),
        marketplace=desk.settings.marketplace._replace(id=AUSTRALIA),
    ),
    "feature-name": lambda desk: desk.send_extra(name="GIFT_WRAP"),
    "feature": lambda desk: desk.send_from(JAPAN, featureConstraints=[SIGNED]),
    "feature-policy": lambda desk: desk.send_extra(policy="Perhaps"),
    "window": lambda desk: desk.send(
        deliveryWindow={"startDate": "2026-03-05T02:00:00Z", "endDate": "2026-03-05T00:00:00Z"}
    ),
    "drop-off": lambda desk: desk.send(deliveryPreferences=ROOF),
    "amount": lambda desk: desk.send_line(perUnitDeclaredValue={"currencyCode": "USD"}),
    "moment": lambda desk: desk.send(deliveryWindow={"startDate": "soon", "endDate": "later"}),
    "wrong-value": lambda desk: desk.send(codSettings="none"),
    "parameter-missing": lambda desk: desk.client.get_package_tracking_details(""),
    "no-stock-here": lambda desk: desk.elsewhere(
        lambda client: client.get_inventory_summaries(),
        marketplace=desk.settings.marketplace._replace(id="A0NOWHERE"),
    ),
    "invalid-request": under(
        faults.InvalidRequest, lambda desk: desk.list_orders(), operations=[LIST]
    ),
    "invalid-input": under(faults.InvalidInput),
}
# Whatever Amazon says to a cancellation, it's too late for it.
CANCELS = (Operation.CANCEL_ORDER, Operation.CANCEL_ORDER_2026)
ANYWHERE = [each.value for each in Operation if each not in CANCELS]
# To a question about stock, a refusal without a reason has a likely one.
NARROWER = {("invalid-request", STOCK), ("invalid-input", STOCK)}
WORDED = [
    pytest.param(entry, operation, id=f"{entry.key}-{operation}")
    for entry in MESSAGES
    if entry.body is Body.WORDS and entry.by is By.AMAZON
    for operation in entry.operations or ANYWHERE
    if (entry.key, operation) not in NARROWER
]


@pytest.fixture
def desk(
    simulator: Simulator, settings: Settings, client: MCFClient, request_for: MCFOrderRequest
) -> Desk:
    return Desk(simulator, settings, client, request_for)


def refusal(way: Way, desk: Desk) -> MCFError:
    with pytest.raises(MCFError) as met:
        way(desk)
    return met.value


def test_there_is_one_way_to_every_entry() -> None:
    assert sorted(WAYS) == sorted(entry.key for entry in MESSAGES)


@pytest.mark.parametrize("entry", MESSAGES, ids=lambda entry: entry.key)
def test_every_entry_is_met_in_the_simulator(entry: Message, desk: Desk) -> None:
    error = refusal(WAYS[entry.key], desk)

    assert type(error) is entry.kind
    assert like(f"…{entry.says}…", error.message)
    assert error.advice == entry.advice
    assert error.code == (entry.code or None)
    assert like(entry.status.replace("x", "…") or "…", str(error.status))
    assert error.operation in (entry.operations or (error.operation,))


@pytest.mark.parametrize(("entry", "operation"), WORDED)
def test_no_entry_is_hidden_by_one_before_it(entry: Message, operation: str) -> None:
    status = int(entry.status.replace("x", "0"))

    found = find(Said(By.AMAZON, status, Body.WORDS, (entry.says, entry.details), operation))

    assert found is entry


def test_every_operation_named_is_one_that_is_called() -> None:
    named = {operation for entry in MESSAGES for operation in entry.operations}

    assert named <= {operation.value for operation in Operation}


@pytest.mark.parametrize("entry", MESSAGES, ids=lambda entry: entry.key)
def test_every_entry_speaks_in_sentences(entry: Message) -> None:
    assert entry.means.endswith(".")
    assert entry.advice.endswith(".")


@pytest.mark.parametrize("by", [By.AMAZON, By.LOGIN])
def test_words_that_are_not_in_the_catalogue_have_no_entry(by: By) -> None:
    assert find(Said(by, 400, Body.WORDS, ("Never heard of",), "createFulfillmentOrder")) is None


def test_errors_within_a_success_mean_what_they_say(desk: Desk) -> None:
    error = refusal(under(faults.ErrorsInSuccess), desk)

    assert (type(error), error.status) == (RequestRefused, 200)
    assert "AMAZON_MARKETPLACE_ID" in error.advice


def in_transfer(desk: Desk) -> None:
    stock = desk.simulator.world.stocks[US][desk.order.items[0].seller_sku]
    stock.transfer, stock.fulfillable = stock.transfer + stock.fulfillable, 0
    desk.send()


PLACED: dict[str, tuple[Way, timedelta]] = {
    "Invalid": (under(faults.TurnsInvalid), timedelta(hours=1)),
    "Unfulfillable": (under(faults.UnitsMissing), timedelta(days=3)),
    "CompletePartialled": (
        under(faults.UnitsMissing, lambda desk: desk.send(fulfillment_policy="FillAllAvailable")),
        timedelta(days=3),
    ),
    "Cancelled": (held, timedelta(days=15)),
    "Planning, past its ship date": (in_transfer, timedelta(days=3)),
}
PREVIEWED = {
    "ItemQuantityNotAvailable": {"quantity": 250},
    "DeliverySLAUnavailable": {"speed": "Priority", "state_or_region": "AK"},
    "InvalidDestinationAddress": {"postal_code": "00000"},
    "SKU_NOT_ELIGIBLE": {
        "size": "bulky",
        "features": [{"featureName": "BLANK_BOX", "featureFulfillmentPolicy": "Required"}],
    },
}


@pytest.mark.parametrize("notice", STATUSES, ids=lambda notice: notice.shown)
def test_every_status_that_is_bad_news_is_met_in_the_simulator(notice: Notice, desk: Desk) -> None:
    way, later = PLACED[notice.shown]

    way(desk)
    desk.simulator.clock.step(later)

    shown = desk.client.get_fulfillment_order("TEST-1").fulfillment_order
    assert notice.shown.startswith(shown.fulfillment_order_status)


def test_an_order_for_units_in_transfer_passes_its_ship_date_in_planning(desk: Desk) -> None:
    in_transfer(desk)
    desk.wait(days=3)

    detail = desk.client.get_fulfillment_order("TEST-1")

    promised = detail.fulfillment_order_items[0].estimated_ship_date
    assert promised is not None
    assert promised < desk.simulator.clock.now()
    assert detail.fulfillment_order.status is FulfillmentOrderStatus.PLANNING


@pytest.mark.parametrize("notice", REASONS, ids=lambda notice: notice.shown)
def test_every_reason_of_a_preview_is_met_in_the_simulator(notice: Notice, desk: Desk) -> None:
    assert desk.preview(**PREVIEWED[notice.shown]) == {notice.shown}


def test_the_document_is_the_catalogue() -> None:
    generated = runpy.run_path(str(DOCS / "errors.py"))["document"]()

    assert (DOCS / "errors.md").read_text("utf-8") == generated, "run `make docs`"
