"""What is worth an alert, and in which words. Pure.

Alerts leave this machine, so they name orders and parcels and what became of them, and nobody who
ordered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd

from mcf.access_settings import CredentialDates
from mcf.amazon import credential_clock
from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus
from mcf.concerns import Urgency
from mcf.tracking import lifecycle, trouble
from mcf.tracking.events import EventKind, Happening
from mcf.tracking.lifecycle import HOLD_LASTS, Trouble, not_before, where

EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything that could be told."""
LONGEST_KEY = 120
PROCESSED = "Processed"
"""Amazon's word for a returned unit that it has dealt with.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference#fulfillmentreturnitemstatus
"""
SETTLED = timedelta(minutes=2)
"""How old a cancellation is before it's told: one that was asked from here is noted a moment after
Amazon did it."""
_HOLD_NEARS = timedelta(days=2)
_LONGEST_SUBJECT = 150
_ORDER = "seller_fulfillment_order_id"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that a seller should know without looking; the same event has the same key.

    `at` is when it came to be, by Amazon's clock in UTC; None when Amazon doesn't tell. `link` is
    its order's page, or None when nobody said where the dashboard is.
    """

    key: str
    order_id: str
    urgency: Urgency
    title: str
    reason: str
    at: datetime | None = None
    link: str | None = None

    @property
    def kind(self) -> str:
        """What it's about: ended, late, stuck, hold, parcel, return, credential or test."""
        return self.key.partition(":")[0]

    def to_dict(self) -> dict[str, str | None]:
        """The alert as plain data, its time as ISO 8601."""
        return {
            "key": self.key,
            "kind": self.kind,
            "order": self.order_id or None,
            "urgency": self.urgency.value,
            "title": self.title,
            "reason": self.reason,
            "at": self.at.isoformat() if self.at is not None else None,
            "link": self.link,
        }


@dataclass(frozen=True, slots=True)
class Message:
    """Alerts that are told together, of a shop like "US" or "US, demo".

    `head` is the newest record of the audit, which is noted in each digest: where it's read, nobody
    who tampers with the store can change it.
    """

    alerts: tuple[Alert, ...]
    shop: str
    head: str = ""

    @property
    def subject(self) -> str:
        """One line without a control character, 150 letters at most."""
        if len(self.alerts) == 1:
            told = self.alerts[0].title
        else:
            urgent = sum(alert.urgency is Urgency.NOW for alert in self.alerts)
            told = f"{len(self.alerts)} alerts"
            told += f", {urgent} of them urgent" if urgent else ""
        return one_line(f"MCF Desk {self.shop}: {told}")[:_LONGEST_SUBJECT]

    def text(self, most: int, written: Callable[[str], str] = str) -> str:
        """The subject and for each alert a line and its link, in `most` letters; the last line
        counts the rest.

        `written` makes of a line what the receiver shows as that line; links stay as they are.
        """
        lines = [written(self.subject)]
        last = [written(f"Audit: {self.head}")] if self.head else []
        room = most - len(lines[0]) - sum(len(line) + 1 for line in last)
        for number, alert in enumerate(self.alerts):
            line = written(f"- {one_line(f'{alert.title}. {alert.reason}')}")
            line += f"\n  {alert.link}" if alert.link else ""
            more = f"... and {len(self.alerts) - number} more"
            if room < len(line) + len(more) + 2:
                return "\n".join([*lines, more, *last])
            lines.append(line)
            room -= len(line) + 1
        return "\n".join([*lines, *last])

    @property
    def digest(self) -> str:
        """The same for the same alerts, so that a receiver can tell a repeated message."""
        return hashlib.sha256("\n".join(alert.key for alert in self.alerts).encode()).hexdigest()


TEST = Alert(
    "test",
    "",
    Urgency.SOON,
    "This is a test",
    "Alerts of MCF Desk arrive here. Nothing needs to be done.",
)


def one_line(text: str) -> str:
    """The text on one line, without what isn't printable."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def of_orders(orders: pd.DataFrame, since: datetime, now: datetime) -> list[Alert]:
    """Orders (`frames.ORDERS`) that ended badly, or whose hold runs out.

    What came to be before `since` isn't told; `now` is Amazon's time.
    """
    return [*_ended(orders, since, now), *_held(orders, now)]


def of_credentials(dates: CredentialDates, today: date) -> list[Alert]:
    """Credentials that end in 30 days, in 7, in one, or have ended; each of these is told once."""
    return [
        Alert(
            f"credential:{end.key}:{end.day.isoformat()}:{end.reached(today)}",
            "",
            Urgency.NOW if end.is_urgent(today) else Urgency.SOON,
            end.says(today),
            end.remedy,
        )
        for end in credential_clock.near(dates, today)
    ]


def of_overdue(orders: pd.DataFrame, since: datetime, now: datetime) -> list[Alert]:
    """Orders that became late or stuck since then; only of orders that were read just now.

    That nothing is heard of an order says something only while somebody listens.
    """
    return [*_late(orders, since, now), *_stuck(orders, since, now)]


def of_parcels(packages: pd.DataFrame, since: datetime) -> list[Alert]:
    """Parcels (`frames.PACKAGES`) that are in trouble, unless that was before `since`."""
    troubled = where(packages["status"], lambda it: PackageStatus.of(it) in _PARCELS)
    # What comes back from a buyer who had it is a return.
    troubled &= packages["delivered_at"].isna()
    found = packages[troubled & not_before(packages["last_event_at"], since)]
    names = [_ORDER, "package_number", "status", "last_event_at"]
    return [_parcel(*row) for row in found[names].itertuples(index=False, name=None)]


def of_happenings(happenings: Iterable[Happening], since: datetime) -> Iterator[Alert]:
    """Parcels that came into trouble since then, also those that have left it again."""
    for it in happenings:
        number = it.package_number
        is_news = it.kind is EventKind.PARCEL_STATUS and number is not None and it.at >= since
        if is_news and PackageStatus.of(it.after) in _PARCELS:
            yield _parcel(it.order_id, number, it.after, it.at)


def of_returns(rows: Iterable[Mapping[str, Any]], since: datetime) -> Iterator[Alert]:
    """Returned units (columns of `tables.returns`) that Amazon has dealt with since then."""
    for row in rows:
        at = row["status_changed_date"]
        if row["status"] == PROCESSED and (at is None or at >= since):
            yield Alert(
                _key("return", row[_ORDER], row["seller_return_item_id"]),
                row[_ORDER],
                Urgency.SOON,
                f"A return of order {row[_ORDER]} was processed",
                "Amazon has received and checked the unit; refund the buyer if you owe it.",
                at,
            )


def the_most_urgent_first(alerts: Iterable[Alert]) -> list[Alert]:
    """The alerts, one for each key, by urgency and then by time."""
    each: dict[str, Alert] = {}
    for alert in alerts:
        each.setdefault(alert.key, alert)
    urgencies = list(Urgency)
    return sorted(each.values(), key=lambda it: (urgencies.index(it.urgency), it.at or EVER))


_ENDED = {
    FulfillmentOrderStatus.INVALID: (
        "is invalid",
        "Its page tells what is likely the reason, and sends it again.",
    ),
    FulfillmentOrderStatus.UNFULFILLABLE: (
        "is not fulfillable",
        "Its page tells what is likely the reason, and sends it again.",
    ),
    FulfillmentOrderStatus.PARTIAL: (
        "shipped in part",
        "Its page tells which units, and sends the rest again.",
    ),
    FulfillmentOrderStatus.CANCELLED: (
        "was cancelled, and not from here",
        "If its buyer still waits, copy it as a new order.",
    ),
}


def _ended(orders: pd.DataFrame, since: datetime, now: datetime) -> Iterator[Alert]:
    status = orders["status"]
    ended = where(status, lambda it: FulfillmentOrderStatus.of(it) in _ENDED)
    fresh = where(status, _is_cancelled) & (orders["status_updated_date"] > now - SETTLED)
    rows = orders[ended & ~fresh & not_before(orders["status_updated_date"], since)]
    names = [_ORDER, "status", "status_updated_date"]
    for order_id, raw, at in rows[names].itertuples(index=False, name=None):
        word = FulfillmentOrderStatus.of(raw)
        what, advice = _ENDED[word]
        yield Alert(
            _key("ended", order_id, word.value),
            order_id,
            Urgency.NOW,
            f"Order {order_id} {what}",
            f"{word.meaning} {advice}",
            _moment(at),
        )


def _is_cancelled(status: object) -> bool:
    return FulfillmentOrderStatus.of(status) is FulfillmentOrderStatus.CANCELLED


def _late(orders: pd.DataFrame, since: datetime, now: datetime) -> Iterator[Alert]:
    """Orders that should have arrived by now."""
    # One is late on the day after, which may begin a day after the moment that was promised.
    late = lifecycle.late(orders, now) & (orders["due"] >= since - _A_DAY)
    for row in orders[late].to_dict("records"):
        left = FulfillmentOrderStatus.of(row["status"]).has_shipped
        not_all = "" if left else " Not all of it has left the warehouse."
        says = trouble.happened(_named(row), Trouble.LATE, now)
        yield Alert(
            _key("late", row[_ORDER]),
            row[_ORDER],
            Urgency.TODAY,
            f"Order {row[_ORDER]} is late",
            f"{says}{not_all} {trouble.ON_ITS_PAGE[Trouble.LATE]}",
            _moment(row["due"]),
        )


_A_DAY = timedelta(days=1)


def _named(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


def _stuck(orders: pd.DataFrame, since: datetime, now: datetime) -> Iterator[Alert]:
    leaves = lifecycle.leaves_by(orders)
    late = orders.assign(leaves=leaves)[lifecycle.stuck(orders, now) & (leaves >= since)]
    for row in late.to_dict("records"):
        says = trouble.happened(_named(row), Trouble.STUCK, now)
        yield Alert(
            _key("stuck", row[_ORDER]),
            row[_ORDER],
            Urgency.NOW,
            f"Order {row[_ORDER]} is stuck",
            f"{says} {trouble.ON_ITS_PAGE[Trouble.STUCK]}",
            _moment(row["leaves"]),
        )


def _held(orders: pd.DataFrame, now: datetime) -> Iterator[Alert]:
    ends = orders["received_date"] + HOLD_LASTS
    near = lifecycle.hold_runs(orders) & (ends - now <= _HOLD_NEARS)
    for order_id, end in zip(orders.loc[near, _ORDER], ends[near], strict=True):
        yield Alert(
            _key("hold", order_id),
            order_id,
            Urgency.TODAY,
            f"The hold of order {order_id} runs out",
            f"Amazon cancels it about {_day(end)} unless you ship it.",
            _moment(end),
        )


_CAME_BACK = (
    Urgency.NOW,
    "came back",
    "The recipient didn't get it. Send it again or refund.",
)
_PARCELS = {
    PackageStatus.DELAYED: (
        Urgency.TODAY,
        "is delayed",
        "It arrives later than promised. Tell the recipient before they ask.",
    ),
    PackageStatus.DELIVERY_ATTEMPTED: (
        Urgency.TODAY,
        "couldn't be handed over",
        "The carrier tries again. Ask the recipient to be there or to arrange another place.",
    ),
    PackageStatus.CUSTOMER_ACTION: (
        Urgency.NOW,
        "waits for its recipient",
        "The carrier needs something from the recipient. Tell them, or it comes back.",
    ),
    PackageStatus.UNDELIVERABLE: (
        Urgency.NOW,
        "is undeliverable",
        "It's lost, destroyed or can't be delivered. Send a replacement and claim it from Amazon.",
    ),
    PackageStatus.EXPIRED: (
        Urgency.TODAY,
        "has expired tracking",
        "Amazon doesn't explain what that means. Ask the carrier where it is.",
    ),
    PackageStatus.RETURNING: (
        Urgency.TODAY,
        "is coming back",
        "It's on its way back to the warehouse. Ask the recipient whether to send it again.",
    ),
    PackageStatus.RETURNED: _CAME_BACK,
    PackageStatus.RETURN_RECEIVED_IN_FC: _CAME_BACK,
}


def _parcel(order_id: str, number: object, status: object, at: Any) -> Alert:
    known = PackageStatus.of(status)
    urgency, what, reason = _PARCELS[known]
    key = _key("parcel", number, known.value)
    title = f"Parcel {number} of order {order_id} {what}"
    return Alert(key, order_id, urgency, title, reason, _moment(at))


def _key(kind: str, *parts: object) -> str:
    key = ":".join((kind, *map(str, parts)))
    if len(key) <= LONGEST_KEY:
        return key
    return f"{kind}:{hashlib.sha256(key.encode()).hexdigest()}"


def _moment(at: Any) -> datetime | None:
    """A time of a frame or a row as Python's own."""
    if at is None or pd.isna(at):
        return None
    return at.to_pydatetime() if isinstance(at, pd.Timestamp) else at


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y} (UTC)"
