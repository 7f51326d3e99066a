"""Calls on their way: retry, rate limit, tokens, proxies, the call log, what a failure means."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from mcf.amazon import auth as auth_module
from mcf.amazon.auth import SPAPIAuth
from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.throttle import OwnTurns, Pace, patience
from mcf.errors import (
    AnswerLost,
    ConnectionFailed,
    GrantRevoked,
    NotAuthorized,
    NotFound,
    ServiceTrouble,
    ServiceUnavailable,
    SettingsError,
    Throttled,
    TokenExpired,
    UnexpectedAnswer,
)
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from tests.amazon.samples import OUTBOUND, payload
from tests.clocks import Time
from tests.conftest import START, order_request, unhurried
from tests.loopback import Loopback, loopback

STUMBLES = [
    (faults.Unavailable, ServiceUnavailable),
    (faults.BadGateway, ServiceUnavailable),
    (faults.InternalError, ServiceUnavailable),
    (faults.HtmlBadRequest, UnexpectedAnswer),
    (faults.Redirect, UnexpectedAnswer),
    (faults.EmptyBody, UnexpectedAnswer),
    (faults.Truncated, UnexpectedAnswer),
    (faults.Garbled, UnexpectedAnswer),
    (faults.ResetBefore, AnswerLost),
    (faults.ResetAfter, AnswerLost),
]


@pytest.mark.parametrize("fault", [fault for fault, _ in STUMBLES])
def test_a_read_is_repeated_when_amazon_stumbles(
    client: MCFClient, simulator: Simulator, fault: type[faults.Fault]
) -> None:
    simulator.faults.add(fault(times=2))

    assert client.get_inventory_summaries().items
    assert simulator.requests.count("getInventorySummaries") == 3


@pytest.mark.parametrize(("fault", "kind"), STUMBLES)
class TestWhenAmazonStumbles:
    def test_a_read_is_given_up_in_the_end(
        self,
        client: MCFClient,
        simulator: Simulator,
        fault: type[faults.Fault],
        kind: type[ServiceTrouble],
    ) -> None:
        simulator.faults.add(fault())

        with pytest.raises(kind):
            client.get_inventory_summaries()

        assert simulator.requests.count("getInventorySummaries") == 6

    def test_a_write_is_never_repeated(
        self,
        client: MCFClient,
        simulator: Simulator,
        request_for: MCFOrderRequest,
        fault: type[faults.Fault],
        kind: type[ServiceTrouble],
    ) -> None:
        simulator.faults.add(fault(operations=("createFulfillmentOrder",)))

        with pytest.raises(kind) as caught:
            client.create_fulfillment_order(request_for)

        assert caught.value.may_have_happened
        assert simulator.requests.count("createFulfillmentOrder") == 1


def test_an_answer_that_comes_too_late_is_lost_and_the_order_exists(
    settings: Settings,
    simulator: Simulator,
    request_for: MCFOrderRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(auth_module, "TIMEOUT", httpx.Timeout(5, read=0.5))
    simulator.faults.add(faults.Slow(operations=("createFulfillmentOrder",), seconds=1.5))

    with (
        MCFClient(settings, pace=unhurried(), sleep=lambda _: None) as hasty,
        pytest.raises(AnswerLost, match="ReadTimeout") as caught,
    ):
        hasty.create_fulfillment_order(request_for)

    assert caught.value.may_have_happened
    assert "TEST-1" in simulator.world.orders


def test_a_read_whose_answer_comes_too_late_is_repeated(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth_module, "TIMEOUT", httpx.Timeout(5, read=0.5))
    simulator.faults.add(
        faults.Slow(operations=("listAllFulfillmentOrders",), seconds=1.5, times=1)
    )

    with MCFClient(settings, pace=unhurried(), sleep=lambda _: None) as hasty:
        page = hasty.list_all_fulfillment_orders()

    assert page.items


@pytest.fixture
def unreachable(settings: Settings) -> Iterator[MCFClient]:
    """A client whose Amazon has gone; it can still log in."""
    with loopback() as gone:
        pass
    with MCFClient(
        replace(settings, endpoint=gone.endpoint), pace=unhurried(), sleep=lambda _: None
    ) as client:
        yield client


def test_an_amazon_that_is_not_reached_has_got_nothing(
    unreachable: MCFClient, address: Address
) -> None:
    with pytest.raises(ConnectionFailed, match="ConnectError") as caught:
        unreachable.create_fulfillment_order(order_request("TEST-1", address, "MUG", 1))

    assert not caught.value.may_have_happened
    assert caught.value.operation == "createFulfillmentOrder"


def test_a_read_that_does_not_reach_amazon_is_an_error_in_the_end(unreachable: MCFClient) -> None:
    with pytest.raises(ConnectionFailed):
        unreachable.list_all_fulfillment_orders()


class TestThrottling:
    def test_a_read_is_repeated_when_the_burst_has_been_saved_up_again(
        self, settings: Settings, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.Throttled(times=1))
        time = Time()
        pace = Pace(OwnTurns(time.clock), time.sleep)

        with MCFClient(settings, pace=pace, sleep=lambda _: None) as client:
            assert client.list_all_fulfillment_orders().items

        assert simulator.requests.count("listAllFulfillmentOrders") == 2
        assert [seconds > 0 for seconds in time.slept] == [True]

    def test_a_write_is_repeated_because_nothing_happened(
        self, client: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
    ) -> None:
        simulator.faults.add(faults.Throttled(times=2, operations=("createFulfillmentOrder",)))

        client.create_fulfillment_order(request_for)

        assert simulator.requests.count("createFulfillmentOrder") == 3
        assert "TEST-1" in simulator.world.orders

    def test_it_is_an_error_in_the_end(
        self, client: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
    ) -> None:
        simulator.faults.add(faults.Throttled(operations=("createFulfillmentOrder",)))

        with pytest.raises(Throttled) as caught:
            client.create_fulfillment_order(request_for)

        assert caught.value.code == "QuotaExceeded"
        assert not caught.value.may_have_happened
        assert simulator.requests.count("createFulfillmentOrder") == 6
        assert "TEST-1" not in simulator.world.orders

    def test_patience_ends_the_attempts(self, settings: Settings, simulator: Simulator) -> None:
        simulator.faults.add(faults.Throttled())

        with (
            MCFClient(settings, pace=unhurried(), sleep=lambda _: None, patience=0) as client,
            pytest.raises(Throttled),
        ):
            client.list_all_fulfillment_orders()

        assert simulator.requests.count("listAllFulfillmentOrders") == 1

    def test_who_waits_for_an_answer_gets_the_error_sooner(
        self, client: MCFClient, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.Throttled())

        with patience(0), pytest.raises(Throttled):
            client.list_all_fulfillment_orders()

        assert simulator.requests.count("listAllFulfillmentOrders") == 1

    def test_a_hurry_ends_with_its_block_and_with_an_error(
        self, client: MCFClient, simulator: Simulator
    ) -> None:
        with pytest.raises(NotFound), patience(0):
            client.get_fulfillment_order("TEST-404")
        simulator.faults.add(faults.Throttled(times=3))

        assert client.list_all_fulfillment_orders().items

    def test_a_hurry_of_one_thread_leaves_the_others_their_patience(
        self, client: MCFClient, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.Throttled(times=3))

        with patience(0), ThreadPoolExecutor(1) as other:
            page = other.submit(client.list_all_fulfillment_orders).result()

        assert page.items

    def test_patience_is_no_longer_than_the_clients_own(
        self, settings: Settings, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.Throttled())

        with (
            MCFClient(settings, pace=unhurried(), sleep=lambda _: None, patience=0) as short,
            patience(60),
            pytest.raises(Throttled),
        ):
            short.list_all_fulfillment_orders()

        assert simulator.requests.count("listAllFulfillmentOrders") == 1

    def test_calls_keep_to_the_usage_plan_without_being_told(self, settings: Settings) -> None:
        time = Time()
        pace = Pace(OwnTurns(time.clock), time.sleep)

        with MCFClient(settings, pace=pace) as client:
            pages = [client.get_inventory_summaries() for _ in range(3)]

        assert len(pages) == 3
        assert sum(time.slept) > 0

    def test_the_rate_that_amazon_tells_is_kept(self, settings: Settings) -> None:
        # The unthrottled simulator tells a thousand times Amazon's rates.
        time = Time()
        pace = Pace(OwnTurns(time.clock), time.sleep)

        with MCFClient(settings, pace=pace) as client:
            pages = [client.get_inventory_summaries() for _ in range(12)]

        assert len(pages) == 12
        assert max(time.slept[1:]) < 0.01

    def test_no_call_takes_longer_than_somebody_waits(
        self, settings: Settings, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.Slow(seconds=5))

        with MCFClient(settings) as client, patience(1.2), pytest.raises(AnswerLost):
            client.list_all_fulfillment_orders()

        assert simulator.requests.count("listAllFulfillmentOrders") == 1

    def test_who_cannot_connect_tries_again_even_with_an_order(
        self, unreachable: MCFClient, address: Address, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING), pytest.raises(ConnectionFailed):
            unreachable.create_fulfillment_order(order_request("TEST-1", address, "MUG", 1))

        assert [line["attempt"] for line in fields(caplog)] == [1, 2, 3, 4, 5, 6]


class TestTokens:
    def test_an_expired_token_is_renewed_once_and_the_call_repeated(
        self, client: MCFClient, simulator: Simulator, request_for: MCFOrderRequest
    ) -> None:
        client.get_access_token()
        simulator.faults.add(faults.TokenExpired(times=1, operations=("createFulfillmentOrder",)))
        before = simulator.requests.count("token")

        client.create_fulfillment_order(request_for)

        assert simulator.requests.count("token") == before + 1
        assert simulator.requests.count("createFulfillmentOrder") == 2
        assert "TEST-1" in simulator.world.orders

    def test_a_token_that_never_works_is_renewed_only_once(
        self, client: MCFClient, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.TokenExpired())

        with pytest.raises(TokenExpired):
            client.list_all_fulfillment_orders()

        assert simulator.requests.count("token") == 2
        assert simulator.requests.count("listAllFulfillmentOrders") == 2

    def test_a_missing_role_is_neither_renewed_nor_repeated(
        self, client: MCFClient, simulator: Simulator
    ) -> None:
        simulator.faults.add(faults.RoleMissing())

        with pytest.raises(NotAuthorized):
            client.list_all_fulfillment_orders()

        assert simulator.requests.count("token") == 1
        assert simulator.requests.count("listAllFulfillmentOrders") == 1

    def test_a_revoked_grant_stops_before_anything_is_sent(
        self, client: MCFClient, simulator: Simulator, address: Address
    ) -> None:
        simulator.faults.add(faults.GrantRevoked())

        with pytest.raises(GrantRevoked):
            client.create_fulfillment_order(order_request("TEST-1", address, "MUG", 1))

        assert simulator.requests.count("createFulfillmentOrder") == 0

    def test_a_login_that_was_passed_in_stays_open(self, settings: Settings) -> None:
        shared = SPAPIAuth(settings)
        with MCFClient(settings, auth=shared):
            pass

        assert shared.get_access_token()
        shared.close()


def test_one_client_serves_many_threads_without_mixing_answers(client: MCFClient) -> None:
    def ask(number: int) -> str:
        try:
            client.get_package_tracking_details(number + 1)
        except NotFound as error:
            return f"{error.operation}"
        raise AssertionError("there is no such parcel")

    def listed(_: int) -> int:
        return len(client.list_all_fulfillment_orders(query_start_date=START).items)

    with ThreadPoolExecutor(8) as threads:
        missing = threads.map(ask, range(20))
        listings = threads.map(listed, range(20))

    assert set(missing) == {"getPackageTrackingDetails"}
    assert len(set(listings)) == 1


def test_amazons_clock_is_learned_from_its_answers(client: MCFClient) -> None:
    assert client.clock_offset == timedelta(0)

    client.list_all_fulfillment_orders()

    assert abs(datetime.now(UTC) + client.clock_offset - START) < timedelta(minutes=5)


def test_an_answer_without_a_date_leaves_the_clock_alone(client: MCFClient) -> None:
    client.list_all_fulfillment_orders()
    known = client.clock_offset

    with pytest.raises(UnexpectedAnswer):
        client._transport.judge(httpx.Response(200))

    assert client.clock_offset == known


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """What the environment names as the proxy for everything."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with loopback() as running:
        monkeypatch.setenv("HTTP_PROXY", running.endpoint)
        monkeypatch.setenv("HTTPS_PROXY", running.endpoint)
        yield running


def behind(settings: Settings, address: str) -> MCFClient:
    """A client of an Amazon that only a proxy can reach."""
    there = replace(settings, endpoint=address, lwa_endpoint=f"{address}/auth/o2/token")
    return MCFClient(there, pace=unhurried(), sleep=lambda _: None)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_proxy_stands_between_the_program_and_its_simulator(
    settings: Settings, simulator: Simulator, proxy: Loopback, host: str
) -> None:
    with behind(settings, simulator.endpoint.replace("127.0.0.1", host)) as client:
        client.list_all_fulfillment_orders()

    assert (proxy.calls, proxy.logins) == ([], [])
    assert simulator.requests.count("listAllFulfillmentOrders") == 1


def test_amazon_is_called_through_the_proxy_that_the_environment_names(
    settings: Settings, proxy: Loopback
) -> None:
    proxy.replies = [payload(fulfillmentOrders=[])]

    with behind(settings, "http://amazon.invalid") as client:
        client.list_all_fulfillment_orders()

    (login,), (call,) = proxy.logins, proxy.calls
    assert login.target == "http://amazon.invalid/auth/o2/token"
    assert call.target == f"http://amazon.invalid{OUTBOUND}"
    assert call.headers["host"] == "amazon.invalid"


@pytest.mark.usefixtures("proxy")
def test_a_proxy_that_lets_nothing_through_has_sent_nothing(
    settings: Settings, address: Address
) -> None:
    login = SPAPIAuth(settings)
    away = replace(settings, endpoint="https://amazon.invalid")

    with (
        closing(login),
        MCFClient(away, auth=login, pace=unhurried(), sleep=lambda _: None) as client,
        pytest.raises(ConnectionFailed, match="ProxyError") as caught,
    ):
        client.create_fulfillment_order(order_request("TEST-1", address, "MUG", 1))

    assert not caught.value.may_have_happened
    assert "proxy" in caught.value.advice


def fields(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """What each line of the client says, by name."""
    told = (vars(record) for record in caplog.records if record.name == "mcf.amazon.transport")
    return [{"event": line["event"], **line["fields"]} for line in told]


def test_neither_token_nor_address_is_logged(
    client: MCFClient, request_for: MCFOrderRequest, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.create_fulfillment_order(request_for)
        client.get_fulfillment_order("TEST-1")

    assert caplog.records
    assert client.get_access_token() not in caplog.text
    assert "Ada Example" not in caplog.text


def test_a_failed_attempt_is_logged_without_amazons_words(
    client: MCFClient, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.faults.add(faults.Unavailable(times=1))

    with caplog.at_level(logging.WARNING):
        client.list_all_fulfillment_orders()

    (told,) = fields(caplog)
    assert (told["operation"], told["attempt"]) == ("listAllFulfillmentOrders", 1)
    assert (told["status"], told["outcome"]) == (503, "ServiceUnavailable")
    assert "Unavailable</title>" not in caplog.text


def test_every_call_is_one_line_with_what_support_asks_for(
    client: MCFClient, request_for: MCFOrderRequest, caplog: pytest.LogCaptureFixture
) -> None:
    client.get_access_token()
    with caplog.at_level(logging.INFO, logger="mcf"):
        client.create_fulfillment_order(request_for)

    (call,) = fields(caplog)
    assert (call["event"], call["operation"]) == ("call", "createFulfillmentOrder")
    assert (call["status"], call["attempt"], call["outcome"]) == (200, 1, "ok")
    assert call["duration_ms"] >= 0
    assert call["request_id"]


def test_the_demo_has_no_address_to_call_before_it_runs() -> None:
    with pytest.raises(SettingsError, match="demo mode has no address yet"):
        MCFClient(Settings.from_env({}, dotenv=None))


def test_a_variable_that_turns_the_library_elsewhere_is_noticed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SP_API_DEFAULT_MARKETPLACE", "DE")

    with pytest.raises(SettingsError, match="SP_API_DEFAULT_MARKETPLACE"):
        MCFClient(settings)
