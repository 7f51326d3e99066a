"""What costs time to make and is the same for many tests: a running Amazon, and a store."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store.coordination import RENEWED_EVERY, Lease
from mcf.store.database import Store


class Servers:
    """The simulators of this process: each goes on serving for the next test, with another shop."""

    def __init__(self) -> None:
        self._idle: list[Simulator] = []

    @contextmanager
    def shop(self, **recipe: Any) -> Iterator[Simulator]:
        """A new shop, made of what `Simulator` takes, behind a server that nobody else has."""
        amazon = self._idle.pop() if self._idle else Simulator()
        amazon.reset(**recipe)
        with suppress(RuntimeError):
            # Only a new one, and one that a test has stopped, has to start.
            amazon.start()
        yield amazon
        amazon.reset(skus=1, orders=0)
        self._idle.append(amazon)

    def close(self) -> None:
        """Stops the servers."""
        for amazon in self._idle:
            amazon.stop()


def store_of(settings: Settings) -> Store:
    """The store of these settings, as another program has it open."""
    return Store(
        settings.store_url,
        account=settings.account,
        marketplace_id=settings.marketplace.id,
        mode=settings.mode.value,
    )


@contextmanager
def held(role: Lease) -> Iterator[Lease]:
    """Holds a role for as long as it takes: by itself it would be free after LASTS seconds."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(RENEWED_EVERY):
            role.take()

    assert role.take()
    renewing = threading.Thread(target=renew, daemon=True)
    renewing.start()
    yield role
    done.set()
    renewing.join()


def _key_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.key")


@dataclass
class KeptStore:
    """The bytes of a store, for tests that begin with what it holds."""

    content: bytes = b""
    key: bytes = b""
    kept_at: datetime | None = None

    def keep(self, path: Path) -> None:
        """Keeps what stands in a store now."""
        with closing(sqlite3.connect(path)) as store:
            self.content, self.kept_at = store.serialize(), datetime.now(UTC)
        self.key = _key_of(path).read_bytes()

    def lay(self, path: Path) -> bool:
        """Whether there is one, which lies at the path now and was read from Amazon just now."""
        if not self.content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content)
        _key_of(path).write_bytes(self.key)
        self._bring_up_to_date(path)
        return True

    def _bring_up_to_date(self, path: Path) -> None:
        """Moves the times of the reads, which are this machine's; all others are Amazon's."""
        later = datetime.now(UTC) - (self.kept_at or datetime.now(UTC))

        def moved(time: str | None) -> str | None:
            return time and (datetime.fromisoformat(time) + later).isoformat(" ", "microseconds")

        with closing(sqlite3.connect(path, isolation_level=None)) as store:
            store.create_function("moved", 1, moved)
            store.execute(
                "UPDATE sync_runs SET started_at = moved(started_at), "
                "finished_at = moved(finished_at), whole_at = moved(whole_at)"
            )
