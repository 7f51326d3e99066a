"""The simulator as one object: a world, a clock and an HTTP server on this machine."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from mcf.simulator import http
from mcf.simulator.api.operations import Backend
from mcf.simulator.api.photos import Photos
from mcf.simulator.clock import Clock, Timer
from mcf.simulator.control import Control
from mcf.simulator.faults.kinds import Faults
from mcf.simulator.http import BreakableProtocol, RequestLog
from mcf.simulator.recipe import Recipe, garbage_kept
from mcf.simulator.state_file import StateFile
from mcf.simulator.world import ages, engine, ledger, lifecycle
from mcf.simulator.world.marketplaces import MARKETPLACES, US
from mcf.simulator.world.orders import Order, Status
from mcf.simulator.world.world import World

HOST = "127.0.0.1"


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
        try:
            self._world, opening = self._open()
        except BaseException:
            self._close_file()
            raise
        self.clock = Clock(opening, speed=speed, frozen=frozen, timer=timer)
        self.requests = RequestLog()
        self.faults = Faults(["token", *(operation.name for operation in http.OPERATIONS)])
        self._photos = Photos(self.clock.now)
        self._backend = self._new_backend()
        self._emulator = http.Emulator(
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
        with garbage_kept():
            saved = self._file.load() if self._file else None
        if saved is None:
            return self._new_world()
        self._recipe.open_trade(saved)
        return saved, max(saved.now, datetime.now(UTC).replace(microsecond=0))

    def _new_world(self) -> tuple[World, datetime]:
        with garbage_kept():
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
        """Where access tokens are given out, once started."""
        return f"{self.endpoint}/auth/o2/token"

    @property
    def world(self) -> World:
        """The domain objects, advanced to now; for tests."""
        self.settle()
        return self._world

    def settle(self) -> None:
        """Lets happen what is due by now, and saves what changed."""
        with self._lock:
            engine.advance(self._world, self.clock.now())
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
            lifecycle.lead(self._world, order, status)
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

    def ages(self, marketplace_id: str) -> str:
        """Amazon's FBA Inventory report, tab-separated. KeyError for an unknown marketplace."""
        with self._lock:
            self.settle()
            return ages.report(self._world, MARKETPLACES[marketplace_id])

    def start(self) -> Self:
        """Serves in a background thread; returns when it answers."""
        server, listening = self._prepare()
        with ExitStack() as failing:
            failing.callback(listening.close)
            self._thread = threading.Thread(
                target=server.run, args=([listening],), name="simulator", daemon=True
            )
            self._thread.start()
            while not server.started:
                if not self._thread.is_alive():
                    raise RuntimeError("The simulator could not start; see the log.")
                time.sleep(0.005)
            failing.pop_all()
        return self

    def stop(self) -> None:
        """Ends the server and lets go of the state file; harmless when it isn't running."""
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=10)
        self._server = self._thread = None
        self._close_file()

    def _close_file(self) -> None:
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None

    def _prepare(self) -> tuple[uvicorn.Server, socket.socket]:
        if self._server is not None:
            raise RuntimeError("The simulator is running already.")
        # asyncio sets TCP_NODELAY only where the protocol is named; else each answer takes 40 ms.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        with ExitStack() as failing:
            failing.callback(listening.close)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((HOST, self._port))
            self._port = listening.getsockname()[1]
            self._photos.endpoint = self.endpoint
            self._server = uvicorn.Server(self._configuration())
            failing.pop_all()
        return self._server, listening

    def _configuration(self) -> uvicorn.Config:
        return uvicorn.Config(
            http.build(self._emulator, Control(self).routes()),
            http=BreakableProtocol,
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            if self._thread is None or not self._thread.is_alive():
                self.stop()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
