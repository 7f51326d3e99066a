"""A program that tells alerts, with a clock of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mcf.alerts.dispatch import AlertOutcome, Telling
from mcf.settings import Settings
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.snapshots import StoredFrames
from tests.loopback import Loopback
from tests.mailbox import Mailbox

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SECRET = "made-up-secret-of-a-receiver"
TO, FROM = "owner@localhost", "desk@localhost"


@dataclass
class Desk:
    """A program with a clock of its own on a store; `again` is the same after a restart."""

    store: Store
    environ: dict[str, str]
    now: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def again(self) -> Telling:
        settings = Settings.from_env(self.environ, dotenv=None)
        frames = StoredFrames(self.store)
        clock: Callable[[], datetime] = lambda: self.now  # noqa: E731
        return Telling(settings, self.store, frames, clock, self.slept.append, clock)

    def round(self) -> list[AlertOutcome]:
        """A round a minute later, by a program that was just started."""
        self.now += MINUTE
        return self.again().round()

    def becomes(self, *order_ids: str, status: str = "Invalid", **values: object) -> None:
        """Orders come to a status now."""
        row = {
            "status": status,
            "received_date": self.now - DAY,
            "status_updated_date": self.now,
            "raw": {},
        }
        names = ("seller_fulfillment_order_id", "displayable_order_id")
        rows = [row | values | dict.fromkeys(names, order_id) for order_id in order_ids]
        self.store.save(tables.orders, rows)


def mail(box: Mailbox) -> dict[str, str]:
    return {
        "MCF_ALERT_EMAIL_TO": TO,
        "MCF_ALERT_EMAIL_FROM": FROM,
        "MCF_ALERT_SMTP": f"smtp://127.0.0.1:{box.port}",
    }


def posted(receiver: Loopback) -> list[list[str]]:
    """The events of each message."""
    return [[alert["key"] for alert in json.loads(call.body)["alerts"]] for call in receiver.calls]
