"""The simulator as one object: a world, a clock and an HTTP server on this machine."""

from __future__ import annotations

import gc
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from mcf.simulator import app, leading, ledger, seeding
from mcf.simulator.clock import Clock, Timer
from mcf.simulator.control import Control
from mcf.simulator.faults import Faults
from mcf.simulator.lwa import TokenDesk
from mcf.simulator.marketplaces import MARKETPLACES, US
from mcf.simulator.operations import Backend
from mcf.simulator.orders import Order, Status
from mcf.simulator.persistence import StateFile
from mcf.simulator.photos import Photos
from mcf.simulator.plans import Buckets
from mcf.simulator.requests_log import RequestLog
from mcf.simulator.wire import BreakableProtocol
from mcf.simulator.world import World

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a new world is made from. ValueError when it can't be."""

    skus: int = 64
    orders: int = 48
    days: int = 90
    seed: int = 7
    start: datetime | None = None
    """None: now, in whole seconds."""

    def __post_init__(self) -> None:
        if self.skus < 1 or self.orders < 0 or not 1 <= self.days <= 36500:
            raise ValueError("Give at least 1 SKU, 0 orders, and 1 to 36500 days.")

    def cook(self) -> World:
        opening = (self.start or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
        world = World(self.seed, opening - timedelta(days=self.days + 30))
        with _garbage_kept():
            seeding.populate(
                world, skus=self.skus, orders=self.orders, days=self.days, start=opening
            )
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
        self._recipe = Recipe(skus, orders, days, seed, start)
        self._trade = trade
        self._lock = threading.RLock()
        self._file = StateFile(state) if state is not None else None
        self._world, opening = self._open()
        self.clock = Clock(opening, speed=speed, frozen=frozen, timer=timer)
        self.requests = RequestLog()
        self.faults = Faults(["token", *(each.name for each in app.OPERATIONS)])
        photos = Photos(self.clock.now)
        self._backend = Backend(self._world, timer, self.faults.hide, photos)
        self._emulator = app.Emulator(
            self._backend,
            TokenDesk(timer),
            Buckets(timer),
            self.faults,
            self.requests,
            self._lock,
            self.settle,
            self.clock.now,
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
        saved.trading = self._trade
        return saved, max(saved.now, datetime.now(UTC).replace(microsecond=0))

    def _new_world(self) -> tuple[World, datetime]:
        with _garbage_kept():
            world = self._recipe.cook()
            world.trading = self._trade
            if self._file:
                self._file.save_all(world)
        world.untouch()
        return world, world.now

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
        seed: int | None = None,
        skus: int | None = None,
        orders: int | None = None,
        days: int | None = None,
        start: datetime | None = None,
    ) -> None:
        """Begins with a new world: the recipe given at first, with these changes.

        ValueError when it can't be made.
        """
        with self._lock:
            old = self._recipe
            self._recipe = Recipe(
                old.skus if skus is None else skus,
                old.orders if orders is None else orders,
                old.days if days is None else days,
                old.seed if seed is None else seed,
                start or old.start,
            )
            self._world, opening = self._new_world()
            self._backend.world = self._world
            self.clock.restart(opening)

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
        self._backend.photos.endpoint = self.endpoint
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
