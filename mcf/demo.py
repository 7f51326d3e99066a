"""Demo mode's Amazon: one simulator per data directory, shared by every process that needs it.

The first process starts it on a free loopback port and keeps its world in the data directory; the
others find its address there.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from filelock import FileLock, Timeout

from mcf.errors import ConnectionFailed, InvalidInput, StoreError
from mcf.logs import private_folder
from mcf.settings import Settings

if TYPE_CHECKING:
    from mcf.simulator import Simulator

SPEED = 60.0
"""Simulated seconds in a second: an order is shipped some minutes after it was placed."""

_PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class DemoClock:
    """The simulated clock: Amazon's time, and how fast it runs."""

    now: datetime
    speed: float
    frozen: bool


@dataclass(frozen=True, slots=True)
class DemoFault:
    """A way of misbehaving that is switched on, and how often it has struck."""

    name: str
    strikes: int


@dataclass(frozen=True, slots=True)
class DemoFaults:
    """The faults that are switched on, and a sentence for each that there is."""

    active: tuple[DemoFault, ...]
    available: dict[str, str]


class DemoAmazon:
    """The simulator of a data directory, started here or found running."""

    def __init__(self, settings: Settings, *, speed: float = SPEED) -> None:
        self._home = settings.home
        self._speed = speed
        # It may be closed by another thread than the one that opened it.
        self._lock = FileLock(self._home / "simulator.lock", mode=0o600, thread_local=False)
        self._simulator: Simulator | None = None
        private_folder(self._home)
        self.endpoint = self._start_or_find()

    def settings_for(self, settings: Settings) -> Settings:
        """The settings with the addresses of this simulator."""
        return replace(
            settings, endpoint=self.endpoint, lwa_endpoint=f"{self.endpoint}/auth/o2/token"
        )

    def clock(self) -> DemoClock:
        """The simulated clock as it stands."""
        return _clock(self._control("GET", "clock"))

    def step(self, by: timedelta) -> DemoClock:
        """The clock after it was put forward."""
        return _clock(self._control("POST", "clock", {"step_seconds": by.total_seconds()}))

    def faults(self) -> DemoFaults:
        """Which faults are switched on, and which there are with a sentence each."""
        data = self._control("GET", "faults")
        active = [DemoFault(f["name"], int(f["strikes"])) for f in data["active"]]
        return DemoFaults(tuple(active), dict(data["available"]))

    def ledger(self, marketplace_id: str, days: int) -> bytes | None:
        """Amazon's ledger report of the last days, whose past is invented; None elsewhere."""
        query = {"marketplace": marketplace_id, "days": days}
        missing = httpx.codes.NOT_FOUND
        answer = self._call("GET", "ledger", params=query, timeout=60, expected=[missing])
        return None if answer.status_code == missing else answer.content

    def ages(self, marketplace_id: str) -> bytes | None:
        """Amazon's FBA Inventory report, of units that are invented; None elsewhere."""
        missing = httpx.codes.NOT_FOUND
        query = {"marketplace": marketplace_id}
        answer = self._call("GET", "ages", params=query, timeout=60, expected=[missing])
        return None if answer.status_code == missing else answer.content

    def add_fault(
        self, name: str, times: int | None = None, operations: Sequence[str] = ()
    ) -> None:
        """Makes Amazon misbehave in this way, so many times, or until `clear_faults()`.

        Only in these operations, if any are named.
        """
        body = {"name": name, "times": times, "operations": list(operations) or None}
        self._control("POST", "faults", {k: v for k, v in body.items() if v is not None})

    def clear_faults(self) -> None:
        """Makes Amazon behave again."""
        self._control("DELETE", "faults")

    def revive(self) -> None:
        """Goes on with the same world at the same address when the process that served it ended."""
        if self._simulator is None and self._find() is None:
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                return
            self._start(port=urlsplit(self.endpoint).port or 0)

    def close(self) -> None:
        """Stops the simulator if it was started here."""
        if self._simulator is not None:
            self._simulator.stop()
            self._address_file.unlink(missing_ok=True)
            self._simulator = None
        self._lock.release()

    @property
    def _address_file(self) -> Path:
        return self._home / "simulator.json"

    def _start_or_find(self) -> str:
        give_up = time.monotonic() + _PATIENCE
        while time.monotonic() < give_up:
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                endpoint = self._find()
                if endpoint:
                    return endpoint
                time.sleep(0.1)
            else:
                try:
                    return self._start()
                except BaseException:
                    self.close()
                    raise
        raise ConnectionFailed(
            "Another process has the demo's simulator, but it doesn't answer.",
            advice="Stop the other process, or choose another MCF_DATA_DIR.",
        )

    def _start(self, port: int = 0) -> str:
        from mcf.simulator import Simulator
        from mcf.simulator.state_file import StateError

        # What a crashed process left may be the address of somebody else by now.
        self._address_file.unlink(missing_ok=True)
        try:
            simulator = Simulator(self._home / "world.sqlite3", speed=self._speed, port=port)
        except StateError as error:
            advice = "Move that file away, or choose another MCF_DATA_DIR."
            raise StoreError(str(error), advice=advice) from error
        self._simulator = simulator
        simulator.start()
        _write_private(self._address_file, json.dumps({"endpoint": simulator.endpoint}))
        return str(simulator.endpoint)

    def _find(self) -> str | None:
        try:
            endpoint = str(json.loads(self._address_file.read_text())["endpoint"])
            answer = httpx.get(f"{endpoint}/_simulator/health", timeout=2, trust_env=False)
        except (OSError, ValueError, KeyError, httpx.HTTPError):
            return None
        return endpoint if answer.is_success else None

    def _control(
        self, method: str, what: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        return dict(self._call(method, what, json=body, timeout=5).json())

    def _call(
        self, method: str, what: str, *, expected: Sequence[int] = (), **options: Any
    ) -> httpx.Response:
        address = f"{self.endpoint}/_simulator/{what}"
        try:
            answer = httpx.request(method, address, trust_env=False, **options)
            if answer.status_code == httpx.codes.BAD_REQUEST:
                raise InvalidInput({"clock": answer.json()["error"]})
            if answer.status_code not in expected:
                answer.raise_for_status()
        except httpx.HTTPError as error:
            raise ConnectionFailed(
                f"The demo's simulator doesn't answer ({type(error).__name__}).",
                advice="Start the program again; nothing that Amazon confirmed is lost.",
            ) from error
        return answer


def _clock(data: dict[str, Any]) -> DemoClock:
    return DemoClock(
        datetime.fromisoformat(data["now"]), float(data["speed"]), bool(data["frozen"])
    )


def _write_private(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)
