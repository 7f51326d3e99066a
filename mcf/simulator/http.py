"""The HTTP side: find the operation, check the token and the quota, judge, answer, remember.

Connections can be broken on purpose, in the middle of a request.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
import uuid
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from mcf.simulator.api import (
    features_2020,
    inventory,
    login,
    outbound_2020,
    outbound_2026,
    previews_2020,
    previews_2026,
    returns_2020,
    sandbox,
    sellers,
)
from mcf.simulator.api.forms import Answer, Refusal, throttled, unauthorized
from mcf.simulator.api.login import TokenDesk, Verdict
from mcf.simulator.api.operations import Backend, Buckets, Call, Operation, Plan
from mcf.simulator.clock import Timer
from mcf.simulator.faults.base import Exchange, Fault
from mcf.simulator.faults.kinds import Faults
from mcf.simulator.world.orders import Fortune

OPERATIONS: tuple[Operation, ...] = (
    *previews_2020.OPERATIONS,
    *outbound_2020.OPERATIONS,
    *returns_2020.OPERATIONS,
    *features_2020.OPERATIONS,
    *previews_2026.OPERATIONS,
    *outbound_2026.OPERATIONS,
    *inventory.OPERATIONS,
    *sellers.OPERATIONS,
    *sandbox.OPERATIONS,
)

LARGEST_BODY = 1_000_000
SERVICE_ID = "x-amzn-fulfillment-service-id"
_SHOWS_RATE = frozenset({200, 202, 204, 400, 404})


UNTHROTTLED = 1000.0
"""By how much the rates that answers tell are multiplied when none is enforced."""


REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and the status it was answered with; 0 when the connection was broken."""

    operation: str
    method: str
    path: str
    status: int
    request_id: str


class RequestLog:
    """The latest requests, and counts of all since the start. Paths only: no body, no token."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=REMEMBERED)
        self._counts: Counter[str] = Counter()
        self._serial = 0

    def add(self, operation: str, method: str, path: str, status: int) -> Entry:
        """Remembers a request, and gives it its id."""
        with self._lock:
            self._serial += 1
            request_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"request/{self._serial}"))
            entry = Entry(operation, method, path, status, request_id)
            self._entries.append(entry)
            self._counts[operation] += 1
            return entry

    def count(self, operation: str | None = None) -> int:
        """How often an operation was called since the last clear; all of them without a name."""
        with self._lock:
            return self._counts[operation] if operation else sum(self._counts.values())

    def counts(self) -> dict[str, int]:
        """How often each operation was called since the last clear."""
        with self._lock:
            return dict(self._counts)

    def entries(self) -> list[Entry]:
        """The latest requests, oldest first."""
        with self._lock:
            return list(self._entries)

    def clear(self) -> None:
        """Forgets the requests so far; the ids of later ones go on."""
        with self._lock:
            self._entries.clear()
            self._counts.clear()

    def reset(self) -> None:
        """Forgets everything: the next request has the id of a first one."""
        with self._lock:
            self._serial = 0
            self._entries.clear()
            self._counts.clear()


class Emulator:
    """Answers HTTP requests as Amazon would. `settle` runs under `lock` around each operation."""

    def __init__(
        self,
        backend: Backend,
        faults: Faults,
        log: RequestLog,
        lock: threading.RLock,
        settle: Callable[[], None],
        now: Callable[[], datetime],
        *,
        timer: Timer,
        throttle: bool,
        plans: float,
    ) -> None:
        self.faults = faults
        self.log = log
        self._lock = lock
        self._settle = settle
        self._now = now
        self.reset(backend, timer=timer, throttle=throttle, plans=plans)

    def reset(self, backend: Backend, *, timer: Timer, throttle: bool, plans: float) -> None:
        """Answers from another backend: nobody is signed in, and every bucket is full."""
        self.backend = backend
        self.tokens = TokenDesk(timer)
        self.buckets = Buckets(timer)
        self.throttle = throttle
        factor = plans if throttle else UNTHROTTLED
        self._plans = {each.name: each.plan.times(factor) for each in OPERATIONS}

    async def token(self, request: Request) -> Response:
        """https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api"""
        exchange = Exchange("token", Call("token"))
        body = await request.body()
        with self._lock:
            hitting = self._strike(exchange)
            if not exchange.settled:
                exchange.answer = Answer(*self._grant(request, body))
            _finish(exchange, hitting)
        self.log.add("token", "POST", request.url.path, _status(exchange))
        return await _send(request, exchange, {"Cache-Control": "no-store"})

    def _grant(self, request: Request, body: bytes) -> login.Reply:
        if not body and request.url.query:
            return login.misplaced()
        try:
            form = login.fields(request.headers.get("content-type", ""), body)
        except login.Unreadable:
            return login.unreadable()
        return self.tokens.grant(form)

    async def call(self, request: Request) -> Response:
        """Any path of the emulated API."""
        raw = request.scope.get("raw_path", request.url.path.encode()).decode("ascii", "replace")
        operation, path = _find(request.method, [unquote(segment) for segment in raw.split("/")])
        body = await request.body()
        with self._lock:
            exchange = self._exchange(request, operation, path, body)
        entry = self.log.add(
            exchange.operation, request.method, request.url.path, _status(exchange)
        )
        headers = {"Date": format_datetime(self._now(), usegmt=True)}
        if operation is not None:
            headers |= _identity(entry.request_id)
            headers |= _rate(self._plans[operation.name], exchange)
            headers |= _service_id(request)
        return await _send(request, exchange, headers)

    def _exchange(
        self, request: Request, operation: Operation | None, path: dict[str, str], body: bytes
    ) -> Exchange:
        name = operation.name if operation else "unknown"
        exchange = Exchange(name, Call(name, path, _query(request), request.headers))
        verdict = self.tokens.judge(request.headers.get("x-amz-access-token"))
        if verdict is not Verdict.GOOD:
            exchange.answer = unauthorized(verdict.value)
        elif operation is None:
            exchange.answer = unauthorized()
        else:
            self._perform(exchange, operation, body)
        return exchange

    def _perform(self, exchange: Exchange, operation: Operation, body: bytes) -> None:
        hitting = self._strike(exchange)
        if not exchange.settled:
            if self.throttle and not self._granted(operation):
                exchange.answer = throttled()
                return
            exchange.answer = self._operate(operation, exchange.call, body, hitting)
        _finish(exchange, hitting)

    def _granted(self, operation: Operation) -> bool:
        return self.buckets.take(operation.name, self._plans[operation.name])

    def _strike(self, exchange: Exchange) -> list[Fault]:
        hitting = self.faults.hitting(exchange)
        for fault in hitting:
            fault.before(exchange)
        if exchange.expire_tokens:
            self.tokens.expire_all()
        return hitting

    def _operate(
        self, operation: Operation, call: Call, body: bytes, hitting: list[Fault]
    ) -> Answer:
        self._settle()
        fortune = Fortune()
        for fault in hitting:
            fortune = fault.befall(fortune)
        self.backend.fortune = fortune
        try:
            _judge_media_type(operation, call, body)
            return operation.handler(self.backend, call.with_body(_json(body)))
        except Refusal as refusal:
            return refusal.answer
        finally:
            self._settle()


def build(emulator: Emulator, controls: Sequence[Route]) -> Starlette:
    """The ASGI application: Amazon's paths, and the simulator's own `controls`."""
    methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]
    return Starlette(
        routes=[
            Route("/auth/o2/token", emulator.token, methods=["POST"]),
            *emulator.backend.photos.routes(),
            *controls,
            Route("/{path:path}", emulator.call, methods=methods),
        ],
    )


def _find(method: str, segments: list[str]) -> tuple[Operation | None, dict[str, str]]:
    for operation in OPERATIONS:
        found = operation.match(method, segments)
        if found is not None:
            return operation, found
    return None, {}


def _query(request: Request) -> dict[str, list[str]]:
    return parse_qs(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _json(body: bytes) -> object:
    if not body:
        return None
    if len(body) > LARGEST_BODY:
        raise Refusal("The request is too large.", code="RequestTooLarge", status=413)
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal("Invalid Input") from None


def _judge_media_type(operation: Operation, call: Call, body: bytes) -> None:
    """Only the younger version declares 415."""
    kind = call.headers.get("content-type", "application/json").split(";")[0]
    if body and kind != "application/json" and operation.path.startswith(outbound_2026.BASE):
        raise Refusal("Content-Type must be application/json.", code="UnsupportedMediaType",
                      status=415)  # fmt: skip


def _finish(exchange: Exchange, hitting: list[Fault]) -> None:
    for fault in hitting:
        fault.after(exchange)


def _status(exchange: Exchange) -> int:
    """The HTTP status sent; 0 when the connection breaks instead."""
    return 0 if exchange.reset or exchange.answer is None else exchange.answer.status


def _identity(request_id: str) -> dict[str, str]:
    """What Amazon's gateway adds, except for paths it doesn't know."""
    return {
        "x-amzn-RequestId": request_id,
        "x-amz-apigw-id": request_id[:8],
        "X-Amzn-Trace-Id": f"Root=1-{request_id}",
    }


def _rate(plan: Plan, exchange: Exchange) -> dict[str, str]:
    if not plan.told or _status(exchange) not in _SHOWS_RATE:
        return {}
    return {"x-amzn-RateLimit-Limit": str(float(plan.rate))}


def _service_id(request: Request) -> dict[str, str]:
    value = request.headers.get(SERVICE_ID, "")
    ours = request.url.path.startswith(outbound_2026.BASE)
    return {SERVICE_ID: value} if ours and 0 < len(value) <= 40 else {}


async def _send(request: Request, exchange: Exchange, headers: dict[str, str]) -> Response:
    if exchange.delay:
        await asyncio.sleep(exchange.delay)
    answer = exchange.answer or Answer()
    if exchange.reset:
        break_connection(request)
    content = exchange.content
    if content is None:
        content = b"" if answer.body is None else _pretty(answer.body)
    return Response(content, answer.status, {**headers, **answer.headers}, exchange.content_type)


def _pretty(body: dict[str, object]) -> bytes:
    return json.dumps(body, indent=2, ensure_ascii=False).encode()


_open: dict[tuple[str, int], asyncio.Transport] = {}


class BreakableProtocol(H11Protocol):
    """Remembers the transport of every client's address, so that it can be found from a request.

    Requests are never logged, whatever is done to uvicorn's loggers: their queries name SKUs.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access_log = False

    def connection_made(self, transport: Any) -> None:
        """Remembers the transport of a new connection by the client's address."""
        super().connection_made(transport)
        _open[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the transport."""
        _open.pop(self.transport.get_extra_info("peername")[:2], None)
        super().connection_lost(exc)


def break_connection(request: Request) -> None:
    """Ends the client's connection with a reset, in the middle of its request."""
    transport = _open.get((request.client.host, request.client.port)) if request.client else None
    if transport is not None:
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
