"""Every operation meets every fault: what comes back is right, or an error that names the truth.

After each write the simulator's books agree with what the program claims: what it calls done is
done, and what it calls not done can't be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from mcf.amazon import auth as auth_module
from mcf.amazon.auth import SPAPIAuth
from mcf.amazon.client import MCFClient
from mcf.amazon.models.requests import MCFOrderRequest, MCFOrderUpdate, Recipient
from mcf.amazon.responses import Page
from mcf.errors import (
    AnswerLost,
    AuthError,
    CredentialsRejected,
    GrantRevoked,
    LWAUnavailable,
    MCFError,
    NotAuthorized,
    NotFound,
    PageTokenExpired,
    RequestRefused,
    ServiceUnavailable,
    Throttled,
    TokenExpired,
    UnexpectedAnswer,
)
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.chance import Dice
from mcf.simulator.faults.kinds import KINDS, RecordedStock, Slow
from mcf.simulator.world.orders import Status
from tests.conftest import START, order_request, unhurried
from tests.shops import Servers

LESS, MORE = 0.1, 5.0
"""Seconds that are waited for an answer, and those after which a slow one comes."""

PLENTY = 60.0
"""Seconds that are waited for an answer while nothing makes it slow but the machine."""

US = "ATVPDKIKX0DER"
TOKEN = "token"
LISTINGS = ("getInventorySummaries", "listAllFulfillmentOrders")
TYPED = Recipient(
    name="Ada Example",
    address_line1="100 Example Street",
    city="Springfield",
    state_or_region="IL",
    postal_code="62701",
    country_code="US",
)


@dataclass(frozen=True)
class Outcome:
    """What meeting a fault means.

    `kind` is the error when it stays, None when it does no harm; `login` the one when Login with
    Amazon has it; `only` are the operations that it harms, if not all. `unsure`: a write may have
    happened. `reads` and `writes` that meet it only once succeed all the same.
    """

    kind: type[MCFError] | None = None
    unsure: bool = False
    reads: bool = False
    writes: bool = False
    login: type[MCFError] = AuthError
    only: tuple[str, ...] = ()

    def of(self, operation: str, times: int | None) -> type[MCFError] | None:
        """The error that an operation ends with, or None."""
        if operation == TOKEN:
            return None if self.only else self.kind and self.login
        if self.only and operation not in self.only:
            return None
        healed = times and (self.writes if operation in WRITES else self.reads)
        return None if healed else self.kind


HARMLESS = Outcome()
LOST = Outcome(AnswerLost, unsure=True, reads=True, login=LWAUnavailable)
DOWN = Outcome(ServiceUnavailable, unsure=True, reads=True, login=LWAUnavailable)
UNREADABLE = Outcome(UnexpectedAnswer, unsure=True, reads=True, login=LWAUnavailable)
OUTCOMES = {
    "answer-lost": LOST,
    "slow": LOST,
    "reset-before": LOST,
    "reset-after": LOST,
    "bad-gateway": DOWN,
    "internal-error": DOWN,
    "unavailable": DOWN,
    "empty-body": UNREADABLE,
    "foreign-body": UNREADABLE,
    "html-bad-request": UNREADABLE,
    "redirect": UNREADABLE,
    "truncated": UNREADABLE,
    "garbled": UNREADABLE,
    "throttled": Outcome(Throttled, reads=True, writes=True, login=LWAUnavailable),
    "errors-in-success": Outcome(RequestRefused),
    "invalid-input": Outcome(RequestRefused),
    "invalid-request": Outcome(RequestRefused, only=("getInventorySummaries",)),
    "not-found": Outcome(NotFound),
    "unauthorized": Outcome(TokenExpired, reads=True, writes=True),
    "role-missing": Outcome(NotAuthorized),
    "data-denied": Outcome(NotAuthorized, only=("getFulfillmentOrder",)),
    "token-expired": Outcome(TokenExpired, reads=True, writes=True),
    "token-rejected": Outcome(TokenExpired, reads=True, writes=True),
    "grant-revoked": Outcome(GrantRevoked, login=GrantRevoked),
    "secret-expired": Outcome(CredentialsRejected, login=CredentialsRejected),
    "other-app": Outcome(GrantRevoked, login=GrantRevoked),
    "login-unnamed": Outcome(GrantRevoked, login=GrantRevoked),
    "login-down": Outcome(LWAUnavailable, reads=True, writes=True, login=LWAUnavailable),
    "page-expired": Outcome(PageTokenExpired, only=LISTINGS),
    "rows-missing": HARMLESS,
    "rows-twice": HARMLESS,
    "empty-page": HARMLESS,
    "fees-missing": HARMLESS,
    "fees-odd": HARMLESS,
    "recorded-words": HARMLESS,
    "recorded-parcels": HARMLESS,
    "recorded-stock": HARMLESS,
    "capital-statuses": HARMLESS,
    "extra-fields": HARMLESS,
    "turns-invalid": HARMLESS,
    "units-missing": HARMLESS,
    "shipment-cancelled": HARMLESS,
    "parcel-trouble": HARMLESS,
    "late-visibility": Outcome(NotFound, only=("updateFulfillmentOrder", "cancelFulfillmentOrder")),
}


@dataclass(frozen=True)
class Shop:
    """What there is to be asked about."""

    simulator: Simulator
    client: MCFClient
    sku: str
    order_id: str
    parcel: int

    @property
    def request(self) -> MCFOrderRequest:
        held = {"fulfillment_action": "Hold"}
        return order_request("TEST-1", TYPED, self.sku, 2).model_copy(update=held)


def pages(read: Callable[[str | None], Page[Any]]) -> Iterator[Any]:
    page = read(None)
    yield from page.items
    while page.next_token:
        page = read(page.next_token)
        yield from page.items


def stock(shop: Shop) -> Any:
    found = pages(lambda token: shop.client.get_inventory_summaries(next_token=token))
    details = [(each.seller_sku, each.inventory_details) for each in found]
    return [(sku, known and known.fulfillable_quantity) for sku, known in details]


def heads(shop: Shop) -> Any:
    found = pages(lambda token: shop.client.list_all_fulfillment_orders(next_token=token))
    return [(each.seller_fulfillment_order_id, each.status) for each in found]


def order(shop: Shop) -> Any:
    detail = shop.client.get_fulfillment_order(shop.order_id)
    lines = [(item.seller_sku, item.quantity) for item in detail.fulfillment_order_items]
    numbers = [p.package_number for s in detail.shipments for p in s.packages]
    head = detail.fulfillment_order
    return head.seller_fulfillment_order_id, head.status, head.destination_address, lines, numbers


def preview(shop: Shop) -> Any:
    found = shop.client.get_fulfillment_preview(TYPED, shop.request.items)
    return [(each.speed, each.is_fulfillable, each.total_fee) for each in found]


def track(shop: Shop) -> Any:
    told = shop.client.get_package_tracking_details(shop.parcel)
    return told.package_number, told.status, [event.event_code for event in told.events]


def token(shop: Shop) -> Any:
    return shop.client.get_access_token().startswith("Atza|")


READS: dict[str, Callable[[Shop], Any]] = {
    "getInventorySummaries": stock,
    "listAllFulfillmentOrders": heads,
    "getFulfillmentOrder": order,
    "getFulfillmentPreview": preview,
    "getPackageTrackingDetails": track,
    TOKEN: token,
}


def create(shop: Shop) -> None:
    shop.client.create_fulfillment_order(shop.request)


def release(shop: Shop) -> None:
    shop.client.update_fulfillment_order("TEST-1", MCFOrderUpdate(fulfillment_action="Ship"))


def cancel(shop: Shop) -> None:
    shop.client.cancel_fulfillment_order("TEST-1")


@dataclass(frozen=True)
class Write:
    """A write: what has to be there before, how it's asked for, whether the books have it."""

    ask: Callable[[Shop], None]
    is_done: Callable[[Shop], bool]
    prepare: Callable[[Shop], None] = create


def is_as_typed(shop: Shop) -> bool:
    found = shop.simulator.world.orders.get("TEST-1")
    if found is None:
        return False
    to = found.request.address
    assert [(line.sku, line.quantity) for line in found.lines] == [(shop.sku, 2)]
    assert (to.name, to.line1) == (TYPED.name, TYPED.address_line1)
    assert found.held
    return True


WRITES = {
    "createFulfillmentOrder": Write(create, is_as_typed, prepare=lambda _: None),
    "updateFulfillmentOrder": Write(
        release, lambda shop: not shop.simulator.world.orders["TEST-1"].held
    ),
    "cancelFulfillmentOrder": Write(
        cancel, lambda shop: shop.simulator.world.orders["TEST-1"].status is Status.CANCELLED
    ),
}


@dataclass(frozen=True)
class Amazon:
    """A simulator, what reads give without a fault, and clients.

    `hasty` doesn't wait for a slow answer but asks again, `last` asks once only, `hurried` doesn't
    wait for a slow login either.
    """

    simulator: Simulator
    truth: dict[str, Any]
    version: str
    login: SPAPIAuth
    patient: MCFClient
    hasty: MCFClient
    last: MCFClient
    hurried: MCFClient

    def log_out(self) -> None:
        """Makes the clients log in before their next call."""
        self.login.invalidate(self.login.get_access_token())


@pytest.fixture(scope="module", params=["2020-07-01", "2026-07-04"])
def amazon(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Amazon]:
    with ExitStack() as stack:
        simulator = stack.enter_context(
            servers.shop(
                skus=60, orders=24, days=30, start=START, frozen=True, throttle=False, trade=False
            )
        )
        environ = {
            "AMAZON_SP_API_ENDPOINT": simulator.endpoint,
            "AMAZON_LWA_ENDPOINT": simulator.lwa_endpoint,
            "MCF_OUTBOUND_VERSION": request.param,
        }
        settings = Settings.from_env(environ, dotenv=None)
        login = stack.enter_context(closing(SPAPIAuth(settings)))
        patient = stack.enter_context(client_of(settings, login))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(auth_module, "TIMEOUT", httpx.Timeout(5, read=LESS))
            hasty = stack.enter_context(client_of(settings, login))
            last = stack.enter_context(client_of(settings, login, patience=0))
            hurried = stack.enter_context(client_of(settings, None))
        for http in (
            hasty._transport._http,
            last._transport._http,
            hurried._transport._http,
            hurried._transport.auth._http,
        ):
            http.event_hooks["request"].append(lambda asked: give_time(asked, simulator))
        shop = opened(simulator, patient)
        truth = {name: read(shop) for name, read in READS.items()}
        yield Amazon(simulator, truth, request.param, login, patient, hasty, last, hurried)


def client_of(settings: Settings, login: SPAPIAuth | None, patience: float = 60) -> MCFClient:
    return MCFClient(
        settings, auth=login, pace=unhurried(), sleep=lambda _: None, patience=patience
    )


def give_time(asked: httpx.Request, simulator: Simulator) -> None:
    """Waits longer for the answer unless a fault is on, so that a busy machine is none."""
    if not simulator.faults.active():
        asked.extensions["timeout"] = {**asked.extensions["timeout"], "read": PLENTY}


def opened(simulator: Simulator, client: MCFClient) -> Shop:
    """A new world, in which the latest order is some minutes old."""
    simulator.faults.clear()
    simulator.renew_world()
    simulator.clock.step(timedelta(minutes=5))
    shelf = simulator.world.stocks[US]
    number, (sent, _, _) = next(iter(simulator.world.packages.items()))
    return Shop(simulator, client, max(shelf, key=lambda s: shelf[s].fulfillable), sent.id, number)


@pytest.fixture
def shop(amazon: Amazon) -> Iterator[Shop]:
    """A world without faults and without TEST-1, and a client that has to log in."""
    amazon.log_out()
    yield opened(amazon.simulator, amazon.patient)
    amazon.simulator.faults.clear()


def strike(shop: Shop, amazon: Amazon, name: str, times: int | None, operation: str) -> Shop:
    """The shop while the fault is on, asked by a client that doesn't wait for what is slow."""
    kind = KINDS[name]
    options: dict[str, Any] = {"times": times}
    if operation == TOKEN and not kind.usual_operations:
        options["operations"] = [TOKEN]
    if not issubclass(kind, Slow):
        shop.simulator.faults.add(kind(**options))
        return shop
    shop.simulator.faults.add(kind(seconds=MORE, **options))
    asks = amazon.hurried if operation == TOKEN else amazon.hasty if times else amazon.last
    return replace(shop, client=asks)


def told(ask: Callable[[Shop], Any], shop: Shop) -> Any:
    """What it gives, or the error."""
    try:
        return ask(shop)
    except MCFError as error:
        return error


def agrees(found: Any, error: type[MCFError] | None, value: Any) -> bool:
    """Whether it's this error, with advice, or else this value."""
    if error is None:
        return bool(found == value)
    return isinstance(found, error) and bool(found.message and found.advice)


def has_no_details(sku: str) -> bool:
    """Whether the recorded stock tells nothing but the total of it."""
    return Dice(RecordedStock().seed, RecordedStock.name, sku).below(12) == 0


def altered(value: Any, name: str, operation: str, version: str) -> Any:
    """The value as answers tell it that are wrong and can't be told from right ones."""
    first = {"getInventorySummaries": 50, "listAllFulfillmentOrders": 20}.get(operation)
    if first and name == "rows-missing":
        return value[:first] + value[first + 1 :]
    if first and name == "rows-twice":
        return value[:first] + value[first - 1 :]
    if name == "recorded-stock" and operation == "getInventorySummaries":
        return [(sku, None if has_no_details(sku) else count) for sku, count in value]
    lacks_fees = name == "fees-missing" or (name == "fees-odd" and version < "2026")
    if lacks_fees and operation == "getFulfillmentPreview":
        return [(speed, possible, None) for speed, possible, _ in value]
    return value


def claims(found: Any) -> set[bool]:
    """Whether a write is done, by what the program says of it."""
    if found is None:
        return {True}
    return {True, False} if found.may_have_happened else {False}


PART = pytest.mark.part(of=6)
TIMES = pytest.mark.parametrize("times", [None, 1], ids=["always", "once"])
FAULTS = pytest.mark.parametrize("name", sorted(KINDS))


def test_the_table_names_every_fault() -> None:
    assert sorted(OUTCOMES) == sorted(KINDS)


@PART
@TIMES
@pytest.mark.parametrize("operation", READS)
@FAULTS
def test_a_read_gives_the_truth_or_an_error_that_names_what_is_wrong(
    amazon: Amazon, shop: Shop, name: str, operation: str, times: int | None
) -> None:
    there = strike(shop, amazon, name, times, operation)

    found = told(READS[operation], there)

    value = altered(amazon.truth[operation], name, operation, amazon.version)
    assert agrees(found, OUTCOMES[name].of(operation, times), value), found


@PART
@TIMES
@pytest.mark.parametrize("operation", WRITES)
@FAULTS
def test_a_write_is_done_as_the_program_says_or_the_error_says_that_it_may_be(
    amazon: Amazon, shop: Shop, name: str, operation: str, times: int | None
) -> None:
    write, outcome = WRITES[operation], OUTCOMES[name]
    write.prepare(shop)
    amazon.log_out()
    there = strike(shop, amazon, name, times, operation)

    found = told(write.ask, there)

    error = outcome.of(operation, times)
    assert agrees(found, error, None), found
    assert getattr(found, "may_have_happened", False) is bool(error and outcome.unsure)
    assert write.is_done(shop) in claims(found)
