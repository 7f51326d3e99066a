"""Alerts are told by every channel that was set up, each event once by each.

An event is written down as told after it was: between sending it and writing that, the program may
die, so an event may be told twice, never not at all. A receiver knows a duplicate by its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Row
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from mcf import logs, public_url
from mcf.access.audit import Audit
from mcf.alerts import rules
from mcf.alerts.channels import Channel, channels_of
from mcf.alerts.rules import EVER, Alert, Message
from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.errors import AlertNotSent, MCFError, StoreError, own_mistake
from mcf.settings import Mode, Settings
from mcf.store import tables
from mcf.store.coordination import Lease
from mcf.store.database import AT_ONCE, Store, utc_now
from mcf.store.documents import DocumentKind, Keeper
from mcf.store.snapshots import StoredFrames
from mcf.store.states import RunState, Subject
from mcf.tracking.event_log import Chronicle
from mcf.tracking.events import EventKind
from mcf.tracking.standing_frames import Standings

log = logs.get(__name__)
T = TypeVar("T")
TOGETHER = 100
"""Alerts in a message; more go in several, each written down before the next is sent."""
ATTEMPTS = 4
"""How often a message is tried in a round, after pauses of 1, 2 and 4 seconds."""
ASLEEP = timedelta(days=14)
"""A channel that wasn't used for so long begins anew: what happened meanwhile is no news."""
NEWS = timedelta(days=60)
"""What came to be longer ago is no news either, however late Amazon tells it."""
_BEFORE = timedelta(days=1)
"""Amazon tells changes late, so what came to be shortly before the beginning counts as after it."""
_HEARD_WITHIN = timedelta(hours=2)
_TO_THE_HOUR, _TO_THE_DAY = timedelta(hours=1), timedelta(days=1)
_ORDER = "seller_fulfillment_order_id"


@dataclass(frozen=True, slots=True)
class AlertOutcome:
    """What a channel did in a round.

    `told` was told now; `waiting` is told later: by the digest, or at the next round after an
    `error`; `noted` counts what was there when the channel was first used, and isn't told.
    """

    channel: str
    told: tuple[Alert, ...] = ()
    waiting: tuple[Alert, ...] = ()
    noted: int = 0
    begins: bool = False
    note: str = ""
    """What else a seller must know, such as a recipient who was refused."""
    error: MCFError | None = None


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far a channel has told: what came to be since `since`, of happenings those after
    `revision`."""

    since: datetime
    revision: int
    round_at: datetime
    digest_at: datetime

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> _Mark:
        since, round_at, digest_at = (
            datetime.fromisoformat(content[name]) for name in ("since", "round_at", "digest_at")
        )
        return cls(since, int(content["revision"]), round_at, digest_at)

    def content(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat(),
            "revision": self.revision,
            "round_at": self.round_at.isoformat(),
            "digest_at": self.digest_at.isoformat(),
        }


class Telling:
    """Tells alerts; `now` is Amazon's time, `clock` this machine's, by which digests go."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        frames: StoredFrames,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._store = store
        self._standings = Standings(store, frames, now)
        self._kept = Keeper(store)
        self._chronicle = Chronicle(store)
        self._now = now
        self._sleep = sleep
        self._clock = clock
        self.channels: Sequence[Channel] = channels_of(settings.alerts, clock)

    def round(self) -> list[AlertOutcome]:
        """Tells by each channel what it hasn't told; raises nothing: errors are in the outcomes.

        One process at a time does so. What one channel can't tell doesn't keep another from it.
        """
        lease = self._store.lease("alerts")
        return [self._guarded(channel, lease) for channel in self.channels]

    def waiting(self) -> list[AlertOutcome]:
        """What each channel would tell now; nothing is told or written. Raises `StoreError`."""
        return [self._looked(channel) for channel in self.channels]

    def test(self) -> list[AlertOutcome]:
        """Sends a test by each channel."""
        return [self._tested(channel) for channel in self.channels]

    def _guarded(self, channel: Channel, lease: Lease) -> AlertOutcome:
        sent: list[Alert] = []
        try:
            _hold(lease)
            try:
                return self._round(channel, lease, sent)
            finally:
                lease.release()
        except Exception as error:
            # A mistake of ours must not keep the other channel from telling.
            if not isinstance(error, MCFError):
                log.exception("alerts not told", channel=channel.name)
            ours = own_mistake(error, "telling alerts")
            return AlertOutcome(channel.name, tuple(sent), error=ours)

    def _round(self, channel: Channel, lease: Lease, sent: list[Alert]) -> AlertOutcome:
        clock, until = self._clock(), self._chronicle.revision()
        mark = self._mark(channel)
        if mark is None:
            return self._begin(channel, until)
        mark = self._in_use(channel, mark, clock)
        fresh = self._untold(channel, mark, quiet=True)
        if fresh and not self._is_due(mark, clock):
            return AlertOutcome(channel.name, waiting=tuple(fresh))
        note = ""
        for some in _parts(fresh, TOGETHER):
            try:
                note = self._send(channel, some, lambda: _hold(lease)) or note
            except AlertNotSent as error:
                return AlertOutcome(
                    channel.name, tuple(sent), tuple(fresh[len(sent) :]), error=error
                )
            self._note(channel, some)
            sent += some
        self._keep(channel, self._moved_on(mark, until, clock))
        return AlertOutcome(channel.name, tuple(sent), note=note)

    def _looked(self, channel: Channel) -> AlertOutcome:
        mark = self._mark(channel)
        if mark is None:
            return AlertOutcome(channel.name, noted=len(self._found(EVER, 0)), begins=True)
        return AlertOutcome(channel.name, waiting=tuple(self._untold(channel, mark, quiet=False)))

    def _tested(self, channel: Channel) -> AlertOutcome:
        test = self._linked(rules.TEST)
        try:
            note = self._send(channel, [test], lambda: None)
        except AlertNotSent as error:
            return AlertOutcome(channel.name, error=error)
        return AlertOutcome(channel.name, (test,), note=note)

    def _begin(self, channel: Channel, until: int) -> AlertOutcome:
        """Takes all that is there for known, so that old troubles don't come all at once."""
        found = self._found(EVER, until)
        self._note(channel, found)
        clock = self._clock()
        self._keep(channel, _Mark(self._now() - _BEFORE, until, clock, clock))
        return AlertOutcome(channel.name, noted=len(found), begins=True)

    def _head(self) -> str:
        """The newest record of the audit, for digests; nothing when it's told at once."""
        is_digest = self._settings.alerts.digest is not None
        return str(Audit(self._store).head()) if is_digest else ""

    def _mark(self, channel: Channel) -> _Mark | None:
        kept = self._kept.get(DocumentKind.ALERT, channel.name)
        mark = _Mark.of(kept.content) if kept is not None else None
        return mark if mark and self._clock() - mark.round_at < ASLEEP else None

    def _keep(self, channel: Channel, mark: _Mark) -> None:
        self._kept.keep(DocumentKind.ALERT, channel.name, mark.content())

    def _in_use(self, channel: Channel, mark: _Mark, clock: datetime) -> _Mark:
        """The mark of a channel that is in use now; to the hour, as quiet rounds write nothing."""
        if clock - mark.round_at > _TO_THE_HOUR:
            mark = replace(mark, round_at=clock)
            self._keep(channel, mark)
        return mark

    def _moved_on(self, mark: _Mark, until: int, clock: datetime) -> _Mark:
        """The mark after everything was told up to this revision."""
        oldest = self._now() - NEWS
        since = oldest if oldest - mark.since > _TO_THE_DAY else mark.since
        is_digest = self._settings.alerts.digest is not None and self._is_due(mark, clock)
        digest_at = clock if is_digest else mark.digest_at
        return replace(mark, since=since, revision=until, digest_at=digest_at)

    def _is_due(self, mark: _Mark, clock: datetime) -> bool:
        """Whether it's time to tell: always, or once after the time of day of the digest."""
        wanted = self._settings.alerts.digest
        if wanted is None:
            return True
        here = clock.astimezone(self._settings.alerts.zone)
        due = datetime.combine(here, wanted, here.tzinfo)
        if due > here:
            due = datetime.combine(here - timedelta(days=1), wanted, here.tzinfo)
        return mark.digest_at < due

    def _untold(self, channel: Channel, mark: _Mark, *, quiet: bool) -> list[Alert]:
        """What the channel hasn't told; what was cancelled from here is noted, if `quiet`."""
        # A store that was damaged and begun anew counts its revisions from the start again.
        is_anew = mark.revision > self._chronicle.revision()
        alerts = self._found(mark.since, 0 if is_anew else mark.revision)
        sent_keys = self._told(channel, [alert.key for alert in alerts])
        fresh = [alert for alert in alerts if alert.key not in sent_keys]
        asked = self._asked(fresh)
        own = [alert for alert in fresh if _is_cancelled(alert) and alert.order_id in asked]
        if quiet:
            self._note(channel, own)
        mine = {alert.key for alert in own}
        return [alert for alert in fresh if alert.key not in mine]

    def _found(self, since: datetime, revision: int) -> list[Alert]:
        orders, packages = self._standings.orders().frame, self._standings.parcels()
        now = self._now()
        overdue = rules.of_overdue(orders, since, now) if since == EVER or self._hears() else []
        units = self._store.heads(tables.returns, tables.returns.c.status == rules.PROCESSED)
        alerts = rules.the_most_urgent_first(
            [
                *rules.of_credentials(self._settings.credential_dates, self._clock().date()),
                *rules.of_orders(orders, since, now),
                *overdue,
                *rules.of_parcels(packages, since),
                *rules.of_happenings(self._chronicle.since(revision), since),
                *rules.of_returns((dict(row._mapping) for row in units), since),
            ]
        )
        return [self._linked(alert) for alert in alerts]

    def _linked(self, alert: Alert) -> Alert:
        """The alert with the address of its order's page, where the dashboard has one."""
        base = self._settings.public_url
        return replace(alert, link=public_url.of_order(base, alert.order_id)) if base else alert

    def _hears(self) -> bool:
        """Whether orders and parcels were read lately, so that the late ones are late indeed."""
        runs = {run.subject: run for run in self._store.rows(tables.sync_runs)}
        oldest = self._clock() - _HEARD_WITHIN
        return all(
            subject.value in runs and _heard_at(runs[subject.value]) > oldest
            for subject in (Subject.ORDERS, Subject.TRACKING)
        )

    def _asked(self, alerts: Iterable[Alert]) -> set[str]:
        """The orders among these whose cancellation was asked for here."""
        table = tables.happenings
        asked: set[str] = set()
        for some in _parts([it.order_id for it in alerts if _is_cancelled(it)], AT_ONCE):
            mine = (table.c[_ORDER].in_(some), table.c.kind == EventKind.CANCEL_ASKED.value)
            asked.update(row[_ORDER] for row in self._store.records(table, *mine))
        return asked

    def _told(self, channel: Channel, keys: Sequence[str]) -> set[str]:
        table = tables.alerts_told
        told: set[str] = set()
        for some in _parts(keys, AT_ONCE):
            mine = (table.c.channel == channel.name, table.c.event.in_(some))
            told.update(row["event"] for row in self._store.records(table, *mine))
        return told

    def _note(self, channel: Channel, alerts: Iterable[Alert]) -> None:
        at = self._clock()
        rows = [{"channel": channel.name, "event": alert.key, "at": at} for alert in alerts]
        if rows:
            self._store.save(tables.alerts_told, rows)

    def _send(self, channel: Channel, some: Sequence[Alert], before: Callable[[], None]) -> str:
        """Sends a message, with retries after growing pauses while the trouble may pass."""
        retrying = Retrying(
            retry=retry_if_exception(lambda it: isinstance(it, AlertNotSent) and it.passes),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential(max=8),
            before=lambda _: before(),
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(channel.send, Message(tuple(some), _shop(self._settings), self._head()))


def _hold(lease: Lease) -> None:
    """Takes the role of telling, or keeps it; raises `StoreError` when another process has it."""
    if not lease.take():
        raise StoreError(
            "Another program on this store tells alerts just now.",
            advice="Nothing to do: it tells what there is. One `sync --watch` is enough.",
        )


def _heard_at(run: Row[Any]) -> datetime:
    """When a subject was last read: whole, or as far as it could be."""
    moments = [run.whole_at, run.finished_at if run.state == RunState.PARTIAL else None]
    return max(filter(None, moments), default=EVER)


def _is_cancelled(alert: Alert) -> bool:
    return alert.kind == "ended" and alert.key.endswith(f":{FulfillmentOrderStatus.CANCELLED}")


def _shop(settings: Settings) -> str:
    country = settings.marketplace.country_code
    return country if settings.mode is Mode.LIVE else f"{country}, {settings.mode.value}"


def _parts(all_of_them: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for first in range(0, len(all_of_them), size):
        yield all_of_them[first : first + size]
