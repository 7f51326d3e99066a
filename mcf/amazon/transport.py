"""The library's clients with our headers, our transport and our verdict on every answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from sp_api.api import FulfillmentOutbound, Inventories

from mcf.amazon.outbound_2026 import FulfillmentOutbound20260704
from mcf.amazon.responses import Operation
from mcf.errors import AnswerLost, ConnectionFailed, MCFError, UnexpectedAnswer

USER_AGENT = "MCFDesk/0.1 (Language=Python)"
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_LOST = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)


def transport_error(error: Exception, operation: Operation) -> MCFError:
    """What an exception of httpx or of the library means, as an `MCFError`."""
    if isinstance(error, MCFError):
        return error
    name = f"{operation.value} ({type(error).__name__})"
    if isinstance(error, _NEVER_SENT):
        return ConnectionFailed(f"Amazon could not be reached: {name}.", operation=operation.value)
    if isinstance(error, _LOST):
        return AnswerLost(f"No answer came in time: {name}.", operation=operation.value)
    return UnexpectedAnswer(f"The answer could not be read: {name}.", operation=operation.value)


class JudgedClient:
    """Mixed into the library's clients: our headers, our transport, our verdict."""

    endpoint: str
    auth: Any
    mcf_judge: Callable[[httpx.Response], dict[str, Any]]

    @property
    def headers(self) -> dict[str, str]:
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


class CallUnderWay(threading.local):
    """The call that a thread has under way."""

    operation: Operation
    attempt: int = 0
    status: int | None = None
    request_id: str | None = None


class InventoriesClient(JudgedClient, Inventories):  # type: ignore[misc]
    pass


class Outbound2020Client(JudgedClient, FulfillmentOutbound):  # type: ignore[misc]
    pass


class Outbound2026Client(JudgedClient, FulfillmentOutbound20260704):
    pass
