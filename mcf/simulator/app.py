"""The HTTP side: find the operation, check the token and the quota, judge, answer."""

from __future__ import annotations

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

from mcf.simulator import inventory, outbound
from mcf.simulator.answers import Answer, Refusal, throttled, unauthorized
from mcf.simulator.control import Control
from mcf.simulator.lwa import TokenDesk, Verdict, invalid_client
from mcf.simulator.operations import Backend, Call, Operation
from mcf.simulator.plans import Buckets
from mcf.simulator.requests_log import RequestLog

OPERATIONS: tuple[Operation, ...] = (*outbound.OPERATIONS, *inventory.OPERATIONS)

LARGEST_BODY = 1_000_000
_SHOWS_RATE = frozenset({200, 202, 204, 400, 404})


class Emulator:
    """Answers HTTP requests as Amazon would. `settle` runs under `lock` around each operation."""

    def __init__(
        self,
        backend: Backend,
        tokens: TokenDesk,
        buckets: Buckets,
        log: RequestLog,
        lock: threading.RLock,
        settle: Callable[[], None],
        now: Callable[[], datetime],
        *,
        throttle: bool,
    ) -> None:
        self.backend = backend
        self.tokens = tokens
        self.buckets = buckets
        self.log = log
        self.throttle = throttle
        self._lock = lock
        self._settle = settle
        self._now = now

    async def token(self, request: Request) -> Response:
        """https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api"""
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind == "application/x-www-form-urlencoded":
            text = (await request.body()).decode("utf-8", "replace")
            form = {name: values[0] for name, values in parse_qs(text).items()}
            status, body = self.tokens.grant(form)
        else:
            status, body = invalid_client()
        self.log.add("token", "POST", "/auth/o2/token", status)
        headers = {"Cache-Control": "no-store"}
        return Response(_pretty(body), status, headers, "application/json;charset=UTF-8")

    async def call(self, request: Request) -> Response:
        """Any path of the emulated API."""
        raw = request.scope.get("raw_path", request.url.path.encode()).decode("ascii", "replace")
        segments = [unquote(each) for each in raw.split("?")[0].split("/")]
        operation, path = _find(request.method, segments)
        body = await request.body()
        with self._lock:
            answer = self._answer(request, operation, path, body)
        name = operation.name if operation else "unknown"
        entry = self.log.add(name, request.method, request.url.path, answer.status)
        return _respond(answer, operation, entry.request_id, self._now())

    def _answer(
        self, request: Request, operation: Operation | None, path: dict[str, str], body: bytes
    ) -> Answer:
        verdict = self.tokens.judge(request.headers.get("x-amz-access-token"))
        if verdict is not Verdict.GOOD:
            return unauthorized(verdict.value)
        if operation is None:
            return unauthorized()
        if self.throttle and not self.buckets.take(operation.name, operation.plan):
            return throttled()
        return self._perform(request, operation, path, body)

    def _perform(
        self, request: Request, operation: Operation, path: dict[str, str], body: bytes
    ) -> Answer:
        self._settle()
        try:
            call = Call(
                operation=operation.name,
                path=path,
                query=_query(request),
                headers=request.headers,
                body=_json(body),
            )
            return operation.handler(self.backend, call)
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


def _respond(
    answer: Answer, operation: Operation | None, request_id: str, now: datetime
) -> Response:
    date = format_datetime(now, usegmt=True)
    headers = {"Date": date, "x-amzn-RequestId": request_id, **answer.headers}
    if operation is not None and answer.status in _SHOWS_RATE:
        headers["x-amzn-RateLimit-Limit"] = str(float(operation.plan.rate))
    content = b"" if answer.body is None else _pretty(answer.body)
    return Response(content, answer.status, headers, "application/json")


def _pretty(body: dict[str, object]) -> bytes:
    return json.dumps(body, indent=2, ensure_ascii=False).encode()
