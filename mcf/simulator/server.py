"""The simulator as one object: a world, a clock and an HTTP server on this machine."""

from __future__ import annotations

import gc
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from mcf.simulator import app, leading, ledger, seeding
from mcf.simulator.clock import Clock, Timer, checked_speed
from mcf.simulator.control import Control
from mcf.simulator.faults import Faults
from mcf.simulator.marketplaces import MARKETPLACES, US
from mcf.simulator.operations import Backend
from mcf.simulator.orders import Order, Status
from mcf.simulator.persistence import StateFile
from mcf.simulator.photos import Photos
from mcf.simulator.requests_log import RequestLog
from mcf.simulator.wire import BreakableProtocol
from mcf.simulator.world import World

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a simulator is begun with. ValueError when it can't be."""

    skus: int = 64
    orders: int = 48
    days: int = 90
    seed: int = 7
    start: datetime | None = None
    """None: now, in whole seconds."""
    speed: float = 1.0
    frozen: bool = False
    throttle: bool = True
    plans: float = 1.0
    trade: bool = True
    timer: Timer = time.monotonic

    def __post_init__(self) -> None:
        if self.skus < 1 or self.orders < 0 or not 1 <= self.days <= 36500:
            raise ValueError("Give at least 1 SKU, 0 orders, and 1 to 36500 days.")
        checked_speed(self.speed)

    def changed(self, **changes: object) -> Recipe:
        """The same with the changes that aren't None."""
        given = {name: value for name, value in changes.items() if value is not None}
        return replace(self, **given)  # type: ignore[arg-type]

    def cook(self) -> World:
        """A new world at its opening."""
        opening = (self.start or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
        world = World(self.seed, opening - timedelta(days=self.days + 30))
        with _garbage_kept():
            seeding.populate(
                world, skus=self.skus, orders=self.orders, days=self.days, start=opening
            )
        world.trading = self.trade
        return world


@contextmanager
def _garbage_kept() -> Iterator[None]:
    """Spares the collector from looking through a growing world again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class Simulator:
    """Amazon's SP-API for Multi-Channel Fulfillment on 127.0.0.1.

    `start` is the simulated time at which a new world opens; a world read from `state` goes on
    from where it was, or from now if that is later, whatever the other parameters say. `plans`
    multiplies the rates of all usage plans, and answers tell the rates that result.
    """

    def __init__(
        self,
        state: Path | None = None,
        *,
        skus: int = 64,
        orders: int = 48,
        days: int = 90,
        seed: int = 7,
        start: datetime | None = None,
        speed: float = 1.0,
        frozen: bool = False,
        throttle: bool = True,
        plans: float = 1.0,
        trade: bool = True,
        port: int = 0,
        timer: Timer = time.monotonic,
    ) -> None:
        self._first = self._recipe = Recipe(
            skus, orders, days, seed, start, speed, frozen, throttle, plans, trade, timer
        )
        self._lock = threading.RLock()
        self._file = StateFile(state) if state is not None else None
        self._world, opening = self._open()
        self.clock = Clock(opening, speed=speed, frozen=frozen, timer=timer)
        self.requests = RequestLog()
        self.faults = Faults(["token", *(each.name for each in app.OPERATIONS)])
        self._photos = Photos(self.clock.now)
        self._backend = self._new_backend()
        self._emulator = app.Emulator(
            self._backend,
            self.faults,
            self.requests,
            self._lock,
            self.settle,
            self.clock.now,
            timer=timer,
            throttle=throttle,
            plans=plans,
        )
        self._port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def _open(self) -> tuple[World, datetime]:
        """The saved world or a new one, and the time at which it goes on."""
        with _garbage_kept():
            saved = self._file.load() if self._file else None
        if saved is None:
            return self._new_world()
        saved.trading = self._recipe.trade
        return saved, max(saved.now, datetime.now(UTC).replace(microsecond=0))

    def _new_world(self) -> tuple[World, datetime]:
        with _garbage_kept():
            world = self._recipe.cook()
            if self._file:
                self._file.save_all(world)
        world.untouch()
        return world, world.now

    def _new_backend(self) -> Backend:
        return Backend(self._world, self._recipe.timer, self.faults.hide, self._photos)

    @property
    def endpoint(self) -> str:
        """Where the SP-API is, once started."""
        return f"http://{HOST}:{self._port}"

    @property
    def lwa_endpoint(self) -> str:
        return f"{self.endpoint}/auth/o2/token"

    @property
    def world(self) -> World:
        """The domain objects, advanced to now; for tests."""
        self.settle()
        return self._world

    def settle(self) -> None:
        """Lets happen what is due by now, and saves what changed."""
        with self._lock:
            self._world.advance(self.clock.now())
            if self._file:
                self._file.save_changes(self._world)
            else:
                self._world.untouch()

    def reset(
        self,
        *,
        skus: int | None = None,
        orders: int | None = None,
        days: int | None = None,
        seed: int | None = None,
        start: datetime | None = None,
        speed: float | None = None,
        frozen: bool | None = None,
        throttle: bool | None = None,
        plans: float | None = None,
        trade: bool | None = None,
        timer: Timer | None = None,
    ) -> None:
        """Begins anew behind the same address, as a new simulator with these arguments would.

        What isn't given is as at the first beginning. No fault is on, no request is remembered,
        nobody is signed in, and every bucket is full. ValueError when it can't be made.
        """
        recipe = self._first.changed(
            skus=skus, orders=orders, days=days, seed=seed, start=start, speed=speed,
            frozen=frozen, throttle=throttle, plans=plans, trade=trade, timer=timer,
        )  # fmt: skip
        with self._lock:
            self._begin(recipe)
            self.clock.restart(
                self._world.now, speed=recipe.speed, frozen=recipe.frozen, timer=recipe.timer
            )
            self.requests.reset()
            self.faults.reset()
            self._photos.reset()
            self._backend = self._new_backend()
            self._emulator.reset(
                self._backend, timer=recipe.timer, throttle=recipe.throttle, plans=recipe.plans
            )

    def renew_world(
        self,
        *,
        seed: int | None = None,
        skus: int | None = None,
        orders: int | None = None,
        days: int | None = None,
        start: datetime | None = None,
    ) -> None:
        """Begins with a new world, made as the present one with these changes.

        Who is signed in stays so, and faults stay on. ValueError when it can't be made.
        """
        recipe = self._recipe.changed(seed=seed, skus=skus, orders=orders, days=days, start=start)
        with self._lock:
            self._begin(recipe)
            self._backend.world = self._world
            self.clock.restart(self._world.now)

    def _begin(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._world, _ = self._new_world()

    def set_status(self, order_id: str, status: Status) -> Order:
        """Leads an order to a status. KeyError for an unknown one, ForbiddenTransition."""
        with self._lock:
            order = self.world.orders[order_id]
            leading.lead(self._world, order, status)
            self.settle()
            return order

    def send_away(self, sku: str, *, left: int = 0, marketplace_id: str = US.id) -> int:
        """Units of a SKU that are in transfer now, after all but `left` went from the shelf.

        A preview goes on saying that they can ship. KeyError for an unknown SKU.
        """
        with self._lock:
            self.settle()
            stock = self._world.stocks[marketplace_id][sku]
            stock.send_away(max(0, stock.fulfillable - max(0, left)))
            self._world.touch(stock)
            self.settle()
            return stock.transfer

    def ledger(self, marketplace_id: str, days: int = ledger.USUAL_DAYS) -> str:
        """Amazon's ledger report as CSV. KeyError for an unknown marketplace, ValueError."""
        with self._lock:
            self.settle()
            return ledger.report(self._world, MARKETPLACES[marketplace_id], days)

    def start(self) -> Self:
        """Serves in a background thread; returns when it answers."""
        server, listening = self._prepare()
        self._thread = threading.Thread(
            target=server.run, args=([listening],), name="simulator", daemon=True
        )
        self._thread.start()
        while not server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The simulator could not start; see the log.")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=10)
        self._server = self._thread = None
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None

    def serve_forever(self) -> None:
        """Serves until the process is told to stop; for the command line."""
        server, listening = self._prepare()
        server.run([listening])

    def _prepare(self) -> tuple[uvicorn.Server, socket.socket]:
        if self._server is not None:
            raise RuntimeError("The simulator is running already.")
        # asyncio sets TCP_NODELAY only where the protocol is named; else each answer takes 40 ms.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, self._port))
        except OSError:
            listening.close()
            raise
        self._port = listening.getsockname()[1]
        self._photos.endpoint = self.endpoint
        config = uvicorn.Config(
            app.build(self._emulator, Control(self)),
            http=BreakableProtocol,
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        return self._server, listening

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
