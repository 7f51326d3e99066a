"""The background work: the store is kept fresh by one process at a time, a thread per subject."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from mcf import logs
from mcf.demo import DemoAmazon
from mcf.errors import ConnectionFailed, MCFError, own_mistake
from mcf.inventory import ledger
from mcf.inventory.ledger import DateOrder
from mcf.inventory.room import Stock
from mcf.settings import Mode
from mcf.store.coordination import RENEWED_EVERY
from mcf.store.database import Store
from mcf.store.states import Subject
from mcf.sync.progress import Progress
from mcf.sync.reader import Sync

log = logs.get(__name__)
INTERVALS = {
    Mode.DEMO: {Subject.INVENTORY: 15.0, Subject.ORDERS: 3.0, Subject.TRACKING: 6.0},
    Mode.SANDBOX: {Subject.INVENTORY: 300.0, Subject.ORDERS: 60.0, Subject.TRACKING: 120.0},
    Mode.LIVE: {Subject.INVENTORY: 900.0, Subject.ORDERS: 60.0, Subject.TRACKING: 300.0},
}
"""Seconds between two background reads of each subject, unless others are given."""
DEMO_PAST = 120
"""Days of a past that a new demo imports from the simulator."""


@dataclass(frozen=True, slots=True)
class Chores:
    """What is done beside the reads.

    `revive` starts a demo's Amazon anew when it can't be reached. `settle` goes on with what was
    asked of orders without an answer, after each read of orders. `begin` is done once, after the
    first read of the stock; `tidy` after each, in every process.
    """

    revive: Callable[[], object]
    settle: Callable[[], object]
    begin: Callable[[], object]
    tidy: Callable[[], object]


class DemoPast:
    """The past that a demo invents, imported into a store that has none, as a seller would.

    `demo` is None where there's no simulator of one's own.
    """

    def __init__(
        self, demo: DemoAmazon | None, store: Store, stock: Stock, marketplace_id: str
    ) -> None:
        self._demo = demo
        self._store = store
        self._stock = stock
        self._marketplace_id = marketplace_id

    def bring(self) -> None:
        """Imports it, if that's to be done; raises `MCFError`."""
        if self._demo is None or ledger.has_ledger(self._store):
            return
        report = self._demo.ledger(self._marketplace_id, DEMO_PAST)
        if report is not None:
            self._stock.import_ledger(report, DateOrder.MONTH_FIRST)
        ages = self._demo.ages(self._marketplace_id)
        if ages is not None:
            self._stock.import_ages(ages)


class Worker:
    """Reads each subject again and again, as long as it holds the role of the one who reads."""

    def __init__(
        self,
        sync: Sync,
        store: Store,
        chores: Chores,
        intervals: Mapping[Subject, float],
        stop: threading.Event,
    ) -> None:
        self._store = store
        self._chores = chores
        self._intervals = intervals
        self._stop = stop
        self._wakes = {subject: threading.Event() for subject in Subject}
        self._read = {
            Subject.INVENTORY: sync.inventory,
            Subject.ORDERS: sync.orders,
            Subject.TRACKING: sync.tracking,
        }
        self._threads: list[threading.Thread] = []
        self._troubles: dict[str, MCFError] = {}
        self._progress: dict[Subject, Progress] = {}
        self._reads = threading.Event()
        self._has_begun = False

    def start(self) -> None:
        """Keeps the store fresh from now on, in a thread per subject: each has its own plan."""
        if self._threads:
            return
        role = threading.Thread(target=self._keep_role, name="mcf-role", daemon=True)
        reads = [
            threading.Thread(target=self._work, args=pair, name=f"mcf-sync-{pair[0]}", daemon=True)
            for pair in self._wakes.items()
        ]
        self._threads = [role, *reads]
        for thread in self._threads:
            thread.start()

    def wake(self, subject: Subject) -> None:
        """Has the subject read now."""
        self._wakes[subject].set()

    def refresh(self) -> None:
        """Has everything read now."""
        for wake in self._wakes.values():
            wake.set()

    def close(self) -> None:
        """Waits for the threads; they end when `stop` is set."""
        self.refresh()
        for thread in self._threads:
            thread.join(timeout=30)

    @property
    def reads(self) -> bool:
        """Whether this process is the one that reads in the background."""
        return self._reads.is_set()

    @property
    def trouble(self) -> MCFError | None:
        """What keeps the background work from being done, such as a full disk; None if nothing."""
        return next(iter(self._troubles.values()), None)

    def progress(self, subject: Subject) -> Progress | None:
        """How far the background read of the subject is; None when there's none under way."""
        return self._progress.get(subject)

    def _keep_role(self) -> None:
        role = self._store.lease("background reads")
        while not self._stop.is_set():
            with self._watched("role", "sharing the work with others"):
                mine = role.take()
                begins = mine and not self.reads
                (self._reads.set if mine else self._reads.clear)()
                if begins:
                    self.refresh()
            self._stop.wait(RENEWED_EVERY)
        with suppress(MCFError):
            # Nobody waits for it long: it ends by itself.
            role.release()

    def _work(self, subject: Subject, wake: threading.Event) -> None:
        while not self._stop.is_set():
            wake.clear()
            if self.reads:
                self._read_once(subject)
            if subject is Subject.INVENTORY and not self._stop.is_set():
                with self._watched("review", "reviewing the stock"):
                    self._chores.tidy()
            wake.wait(self._intervals[subject])

    def _read_once(self, subject: Subject) -> None:
        with self._watched(subject.value, "reading from Amazon"):
            run = self._read[subject](self._progressed)
            if isinstance(run.error, ConnectionFailed):
                self._chores.revive()
            if subject is Subject.ORDERS:
                self._chores.settle()
        self._progress.pop(subject, None)
        if subject is Subject.INVENTORY and not self._has_begun:
            # After the stock, which people wait for.
            with self._watched("past", "importing the demo's past"):
                self._chores.begin()
                self._has_begun = True

    def _progressed(self, at: Progress) -> None:
        self._progress[at.subject] = at

    @contextmanager
    def _watched(self, work: str, doing: str) -> Iterator[None]:
        try:
            yield
            self._troubles.pop(work, None)
        except Exception as error:
            # A mistake of ours must not end the worker: nothing would be read any more.
            if not isinstance(error, MCFError):
                log.exception("a worker stopped", work=work)
            self._troubles[work] = own_mistake(error, doing)
