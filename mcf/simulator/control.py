"""Controls outside the emulated API, under /_simulator/, for the machine it runs on only."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mcf.simulator.api.forms import Json
from mcf.simulator.clock import Clock, iso, parse_iso
from mcf.simulator.faults.base import Fault
from mcf.simulator.faults.kinds import KINDS, Faults
from mcf.simulator.http import RequestLog
from mcf.simulator.world.ledger import USUAL_DAYS
from mcf.simulator.world.lifecycle import ForbiddenTransition
from mcf.simulator.world.marketplaces import US
from mcf.simulator.world.orders import Order, Status

Endpoint = Callable[[Request], Awaitable[Response]]
PREFIX = "/_simulator"
_ANY_METHOD = ["GET", "POST", "PUT", "DELETE", "PATCH"]
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class BadControl(Exception):
    """A control call that can't be obeyed; the message says why."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Controlled(Protocol):
    """What the controls act on: a running simulator."""

    clock: Clock
    requests: RequestLog
    faults: Faults

    def settle(self) -> None:
        """Lets happen what is due by now."""

    def ledger(self, marketplace_id: str, days: int) -> str:
        """The ledger report as CSV. KeyError for an unknown marketplace, ValueError."""

    def ages(self, marketplace_id: str) -> str:
        """The FBA Inventory report, tab-separated. KeyError for an unknown marketplace."""

    def set_status(self, order_id: str, status: Status) -> Order:
        """Leads an order to a status. KeyError for an unknown one, ForbiddenTransition."""

    def send_away(self, sku: str, *, left: int, marketplace_id: str) -> int:
        """Puts units in transfer; how many are now. KeyError for an unknown SKU."""

    def renew_world(
        self,
        *,
        seed: int | None = None,
        skus: int | None = None,
        orders: int | None = None,
        days: int | None = None,
        start: datetime | None = None,
    ) -> None:
        """Begins with a new world. ValueError when it can't be made."""


class Control:
    """The simulator's own endpoints. A web page can't reach them: see `_guarded`."""

    def __init__(self, simulator: Controlled) -> None:
        self._simulator = simulator

    def routes(self) -> list[Route]:
        """A route per control, and one that answers every other path with the list of them."""
        table: list[tuple[str, str, Callable[[Request, Json], object]]] = [
            ("GET", "/health", self._health),
            ("GET", "/clock", self._clock),
            ("POST", "/clock", self._set_clock),
            ("GET", "/requests", self._requests),
            ("GET", "/ledger", self._ledger),
            ("GET", "/ages", self._ages),
            ("POST", "/orders/{order_id:path}/status", self._set_status),
            ("POST", "/transfer", self._send_away),
            ("POST", "/reset", self._reset),
            ("GET", "/faults", self._faults),
            ("POST", "/faults", self._add_fault),
            ("DELETE", "/faults", self._clear_faults),
            ("DELETE", "/faults/{number:int}", self._remove_fault),
        ]
        calls = ", ".join(f"{method} {PREFIX}{path}" for method, path, _ in table)

        def unknown(_request: Request, _body: Json) -> object:
            raise BadControl(f"There is no such control call; there are {calls}.", 404)

        return [
            *(
                Route(PREFIX + path, _guarded(action), methods=[method])
                for method, path, action in table
            ),
            Route(PREFIX + "/{rest:path}", _guarded(unknown), methods=_ANY_METHOD),
        ]

    def _health(self, _request: Request, _body: Json) -> object:
        return {"status": "ok", "now": iso(self._simulator.clock.now())}

    def _clock(self, _request: Request, _body: Json) -> object:
        clock = self._simulator.clock
        return {"now": iso(clock.now()), "speed": clock.speed, "frozen": clock.frozen}

    def _set_clock(self, request: Request, body: Json) -> object:
        clock = self._simulator.clock
        try:
            if "step_seconds" in body:
                clock.step(timedelta(seconds=_number(body, "step_seconds")))
            if "speed" in body:
                clock.run(_number(body, "speed"))
            if "frozen" in body:
                clock.freeze() if body["frozen"] else clock.run()
        except (ValueError, OverflowError) as error:
            raise BadControl(str(error)) from error
        self._simulator.settle()
        return self._clock(request, body)

    def _requests(self, _request: Request, _body: Json) -> object:
        log = self._simulator.requests
        return {"counts": log.counts(), "latest": [asdict(each) for each in log.entries()]}

    def _ledger(self, request: Request, _body: Json) -> object:
        asked = request.query_params
        marketplace_id = asked.get("marketplace", US.id)
        try:
            text = self._simulator.ledger(marketplace_id, int(asked.get("days", USUAL_DAYS)))
        except KeyError:
            raise BadControl(f"There is no marketplace {marketplace_id} here.", 404) from None
        except ValueError as error:
            raise BadControl(f"days: {error}") from error
        return Response(text, media_type="text/csv")

    def _ages(self, request: Request, _body: Json) -> object:
        marketplace_id = request.query_params.get("marketplace", US.id)
        try:
            text = self._simulator.ages(marketplace_id)
        except KeyError:
            raise BadControl(f"There is no marketplace {marketplace_id} here.", 404) from None
        return Response(text, media_type="text/tab-separated-values")

    def _set_status(self, request: Request, body: Json) -> object:
        order_id = request.path_params["order_id"]
        try:
            wanted = Status(str(body.get("status")))
            order = self._simulator.set_status(order_id, wanted)
        except ValueError:
            options = ", ".join(Status)
            raise BadControl(f"Give a status, one of {options}.") from None
        except KeyError:
            raise BadControl(f"There is no order {order_id}.", 404) from None
        except ForbiddenTransition as error:
            raise BadControl(str(error), 409) from error
        return {"orderId": order.id, "status": order.status}

    def _send_away(self, _request: Request, body: Json) -> object:
        sku, marketplace_id = str(body.get("sku")), str(body.get("marketplace", US.id))
        left = _number(body, "left") if "left" in body else 0
        try:
            moved = self._simulator.send_away(sku, left=int(left), marketplace_id=marketplace_id)
        except KeyError:
            raise BadControl(f"There is no SKU {sku} in {marketplace_id}.", 404) from None
        except (ValueError, OverflowError) as error:
            raise BadControl(str(error)) from error
        return {"sku": sku, "transfer": moved}

    def _reset(self, request: Request, body: Json) -> object:
        unknown = set(body) - {"seed", "skus", "orders", "days", "start"}
        start = parse_iso(str(body["start"])) if "start" in body else None
        if unknown or ("start" in body and start is None):
            raise BadControl("A reset takes seed, skus, orders, days and an ISO 8601 start.")
        try:
            wanted = {name: int(_number(body, name)) for name in body if name != "start"}
            self._simulator.renew_world(start=start, **wanted)
        except (ValueError, OverflowError) as error:
            raise BadControl(str(error)) from error
        return self._clock(request, body)

    def _faults(self, _request: Request, _body: Json) -> object:
        active = self._simulator.faults.active()
        return {
            "active": [_described(number, fault) for number, fault in active.items()],
            "available": {name: _sentence(kind) for name, kind in sorted(KINDS.items())},
        }

    def _add_fault(self, _request: Request, body: Json) -> object:
        options = {name: value for name, value in body.items() if name != "name"}
        try:
            number = self._simulator.faults.add_named(str(body.get("name")), **options)
        except ValueError as error:
            raise BadControl(str(error)) from error
        return {"id": number}

    def _clear_faults(self, _request: Request, _body: Json) -> object:
        self._simulator.faults.clear()
        return {}

    def _remove_fault(self, request: Request, _body: Json) -> object:
        number = request.path_params["number"]
        try:
            self._simulator.faults.remove(number)
        except KeyError:
            raise BadControl(f"There is no fault {number}.", 404) from None
        return {}


def _described(number: int, fault: Fault) -> Json:
    return {
        "id": number,
        "name": fault.name,
        "operations": list(fault.operations),
        "calls": fault.calls,
        "strikes": fault.strikes,
    }


def _sentence(kind: type[Fault]) -> str:
    return (inspect.getdoc(kind) or "").split("\n")[0]


def _guarded(action: Callable[[Request, Json], object]) -> Endpoint:
    """Refuses what a browser sends for a web page: a foreign Host, or any Origin."""

    async def endpoint(request: Request) -> Response:
        host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host")
        if host not in _LOOPBACK or "origin" in request.headers:
            message = "Control calls are for programs on this machine, not for web pages."
            return JSONResponse({"error": message}, 403)
        try:
            answer = action(request, await _body(request))
            return answer if isinstance(answer, Response) else JSONResponse(answer)
        except BadControl as error:
            return JSONResponse({"error": str(error)}, error.status)

    return endpoint


async def _body(request: Request) -> Json:
    content = await request.body()
    try:
        body = json.loads(content) if content else {}
    except (ValueError, RecursionError):
        raise BadControl("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise BadControl("The body must be a JSON object.")
    return body


def _number(body: Json, name: str) -> float:
    value = body[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadControl(f"{name} must be a number.")
    return float(value)
