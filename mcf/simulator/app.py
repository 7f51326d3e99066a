"""The HTTP side: find the operation, check the token and the quota, judge, answer."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mcf.simulator import (
    features,
    inventory,
    offers,
    outbound,
    outbound_2026,
    returns,
    sandbox,
    sellers,
)
from mcf.simulator.answers import Answer, Refusal, throttled, unauthorized
from mcf.simulator.clock import Timer
from mcf.simulator.control import Control
from mcf.simulator.faults import Exchange, Fault, Faults
from mcf.simulator.lwa import TokenDesk, Verdict, invalid_client
from mcf.simulator.operations import Backend, Call, Operation
from mcf.simulator.orders import Fortune
from mcf.simulator.plans import Buckets, Plan
from mcf.simulator.requests_log import RequestLog
from mcf.simulator.wire import break_connection

OPERATIONS: tuple[Operation, ...] = (
    *outbound.OPERATIONS,
    *offers.OPERATIONS,
    *returns.OPERATIONS,
    *features.OPERATIONS,
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

    def _grant(self, request: Request, body: bytes) -> tuple[int, dict[str, object]]:
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            return invalid_client()
        form = parse_qs(body.decode("utf-8", "replace"))
        return self.tokens.grant({name: values[0] for name, values in form.items()})

    async def call(self, request: Request) -> Response:
        """Any path of the emulated API."""
        raw = request.scope.get("raw_path", request.url.path.encode()).decode("ascii", "replace")
        operation, path = _find(request.method, [unquote(each) for each in raw.split("/")])
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


def build(emulator: Emulator, control: Control) -> Starlette:
    """The ASGI application."""
    methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]
    return Starlette(
        routes=[
            Route("/auth/o2/token", emulator.token, methods=["POST"]),
            *emulator.backend.photos.routes(),
            *control.routes(),
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
    if body and kind != "application/json" and operation in outbound_2026.OPERATIONS:
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
