"""How a call gets to Amazon and back: the library's clients adopted, rate limit, token, retry, the
call log, and what failures of the network mean.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

import httpx
from sp_api.api import FulfillmentOutbound, Inventories
from sp_api.base._transport_httpx import HttpxTransport
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from mcf import logs
from mcf.amazon import decoding, inventory_pages
from mcf.amazon.auth import SPAPIAuth, get_sp_api_credentials, http_client, tls
from mcf.amazon.outbound_2026 import FulfillmentOutbound20260704
from mcf.amazon.responses import Operation, decipher, rate_limit, salvaged, server_clock
from mcf.amazon.throttle import Pace, remaining
from mcf.errors import (
    AnswerLost,
    ConnectionFailed,
    LWAUnavailable,
    MCFError,
    ServiceTrouble,
    SettingsError,
    Throttled,
    TokenExpired,
    UnexpectedAnswer,
)
from mcf.settings import Settings

USER_AGENT = "MCFDesk/0.1 (Language=Python)"
_ATTEMPTS = 6
_LOADS = {Operation.GET_INVENTORY_SUMMARIES: inventory_pages.loads}
log = logs.get(__name__)


class Meaning(NamedTuple):
    """What a failure of the network means, as an error of ours and in words."""

    error: type[MCFError]
    words: str


_NEVER_SENT = Meaning(ConnectionFailed, "Amazon could not be reached")
_LOST = Meaning(AnswerLost, "No answer came in time")
_UNREADABLE = Meaning(UnexpectedAnswer, "The answer could not be read")
MEANINGS: dict[type, Meaning] = {
    httpx.ConnectError: _NEVER_SENT,
    httpx.ConnectTimeout: _NEVER_SENT,
    httpx.PoolTimeout: _NEVER_SENT,
    httpx.ProxyError: _NEVER_SENT,
    httpx.UnsupportedProtocol: _NEVER_SENT,
    httpx.LocalProtocolError: _NEVER_SENT,
    httpx.TimeoutException: _LOST,
    httpx.NetworkError: _LOST,
    httpx.RemoteProtocolError: _LOST,
    Exception: _UNREADABLE,
}
"""By httpx's class; a class that isn't here means what its nearest parent does."""


def transport_error(error: Exception, operation: Operation) -> MCFError:
    """What an exception of httpx or of the library means, as an `MCFError`; ours stay."""
    if isinstance(error, MCFError):
        return error
    kind = type(error)
    meaning = next(MEANINGS[parent] for parent in kind.__mro__ if parent in MEANINGS)
    text = f"{meaning.words}: {operation.value} ({kind.__name__})."
    return meaning.error(text, operation=operation.value)


class JudgedClient:
    """Mixed into the library's clients: our headers, our transport, our verdict."""

    endpoint: str
    auth: Any
    mcf_judge: Callable[[httpx.Response], dict[str, Any]]

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a call, with its access token."""
        # The library cuts eight characters off the endpoint, which is right for https only.
        return {
            "host": httpx.URL(self.endpoint).netloc.decode(),
            "user-agent": USER_AGENT,
            "x-amz-access-token": self.auth.access_token,
            "x-amz-date": datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"),
            "content-type": "application/json",
        }

    def _request(self, path: str, **kwargs: Any) -> dict[str, Any]:
        # Without this the library adds up to four spellings of the marketplace to every request.
        answer = super()._request(path, **{**kwargs, "add_marketplace": False})  # type: ignore[misc]
        return dict(answer)

    def _check_response(self, res: httpx.Response, *_: Any, **__: Any) -> dict[str, Any]:
        return self.mcf_judge(res)


class InventoriesClient(JudgedClient, Inventories):  # type: ignore[misc]
    """The library's client of FBA Inventory."""


class Outbound2020Client(JudgedClient, FulfillmentOutbound):  # type: ignore[misc]
    """The library's client of Fulfillment Outbound 2020-07-01."""


class Outbound2026Client(JudgedClient, FulfillmentOutbound20260704):
    """A client of Fulfillment Outbound 2026-07-04, which the library doesn't have."""


class CallUnderWay(threading.local):
    """The call that a thread has under way."""

    operation: Operation
    attempt: int = 0
    status: int | None = None
    request_id: str | None = None
    salvaged: dict[str, Any] | None = None


class Transport:
    """Sends calls, each attempt within the rate limit, with a good token and a line in the log.

    Reads are retried when Amazon stumbles; writes only when it's certain that nothing happened (a
    429, no connection, no token). Safe to share between threads.
    """

    def __init__(
        self,
        settings: Settings,
        auth: SPAPIAuth | None,
        pace: Pace,
        sleep: Callable[[float], None],
        patience: float,
    ) -> None:
        logs.guard()
        if settings.endpoint is None:
            raise SettingsError("AMAZON_SP_API_ENDPOINT", "demo mode has no address yet.")
        self._settings = settings
        self.auth = auth or SPAPIAuth(settings)
        self._owns_auth = auth is None
        self._pace = pace
        self._sleep = sleep
        self._patience = patience
        self._under = CallUnderWay()
        self._http = http_client(settings.endpoint)
        self.clock_offset: timedelta | None = None
        """How far Amazon's clock is ahead of this machine's; None before the first answer."""

    def adopt(self, kind: type) -> Any:
        """A client of the library that calls over this transport.

        Raises `SettingsError` when a variable of the library's turns it to another address.
        """
        settings = self._settings
        client = kind(
            SimpleNamespace(
                endpoint=settings.endpoint,
                marketplace_id=settings.marketplace.id,
                region=settings.region,
            ),
            credentials=get_sp_api_credentials(settings),
            auth_token_client_class=self.auth.token_client_class(),
            verify=tls(),
        )
        client.close()
        client._transport = HttpxTransport(client=self._http)
        client.mcf_judge = self.judge
        if client.endpoint != settings.endpoint:
            raise SettingsError(
                "SP_API_DEFAULT_MARKETPLACE", "changes the address called; unset it."
            )
        return client

    def call(self, operation: Operation, send: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The answer of a success, after as many attempts as its nature and patience allow.

        Raises the `MCFError` of the last attempt.
        """
        self._under.operation, self._under.attempt = operation, 0
        self._under.salvaged = None
        retrying = Retrying(
            retry=retry_if_exception(lambda error: _may_retry(error, operation)),
            stop=stop_after_attempt(_ATTEMPTS)
            | stop_before_delay(min(remaining(), self._patience)),
            wait=wait_random_exponential(multiplier=0.5, max=15),
            after=self._after_failure,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._once, send)

    @property
    def salvaged(self) -> dict[str, Any] | None:
        """What can be read of the list that broke off in this thread's last attempt, if one did."""
        return self._under.salvaged

    def judge(self, response: httpx.Response) -> dict[str, Any]:
        """The JSON object of a success; raises the `MCFError` that any other answer means.

        On its way it learns Amazon's time and rate limit.
        """
        under = self._under
        under.status = response.status_code
        under.request_id = response.headers.get("x-amzn-RequestId")
        server_time = server_clock(response.headers)
        if server_time is not None:
            self.clock_offset = server_time - datetime.now(UTC)
        self._pace.learn(under.operation, rate_limit(response.headers))
        loads = _LOADS.get(under.operation, decoding.loads)
        status, headers, body = response.status_code, response.headers, response.content
        try:
            return decipher(under.operation, status, headers, body, loads)
        except UnexpectedAnswer:
            if 200 <= status < 300:
                under.salvaged = salvaged(under.operation, headers, body)
            raise

    def close(self) -> None:
        """Closes the connections to Amazon; an `auth` that was passed in stays open."""
        self._http.close()
        if self._owns_auth:
            self.auth.close()

    def _once(self, send: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        token = self.auth.get_access_token()
        try:
            return self._send(send)
        except TokenExpired:
            self.auth.invalidate(token)
        return self._send(send)

    def _send(self, send: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        under = self._under
        self._pace.wait(under.operation)
        under.attempt, under.status, under.request_id = under.attempt + 1, None, None
        under.salvaged = None
        begun = time.perf_counter()
        try:
            answer = send()
        except Exception as error:
            failure = transport_error(error, under.operation)
            self._log(begun, type(failure).__name__)
            raise failure from error
        self._log(begun, "ok")
        return answer

    def _log(self, begun: float, outcome: str) -> None:
        facts = {
            "operation": self._under.operation.value,
            "attempt": self._under.attempt,
            "status": self._under.status,
            "request_id": self._under.request_id,
            "duration_ms": round((time.perf_counter() - begun) * 1000),
            "outcome": outcome,
        }
        log.log(logging.INFO if outcome == "ok" else logging.WARNING, "call", **facts)

    def _after_failure(self, state: RetryCallState) -> None:
        if state.outcome is not None and isinstance(state.outcome.exception(), Throttled):
            self._pace.refused(self._under.operation)


def _may_retry(error: BaseException, operation: Operation) -> bool:
    nothing_happened = isinstance(error, (Throttled, ConnectionFailed, LWAUnavailable))
    return nothing_happened or (isinstance(error, ServiceTrouble) and not operation.writes)
