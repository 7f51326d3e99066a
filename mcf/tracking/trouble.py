"""What is wrong with an order, in the sentences that its page, Today and alerts have for it. Pure.

Each trouble is told once: what happened, with the days where the order goes. A row is one of
`standing.counted`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus
from mcf.concerns import Concern, Urgency
from mcf.tracking import lifecycle, standing
from mcf.tracking.lifecycle import (
    GRAVEST_FIRST,
    HELD,
    HOLD_LASTS,
    NOTHING_SHIPS,
    RECENT,
    Trouble,
    hold_runs,
    masked,
    not_before,
)
from mcf.tracking.standing import Arrival, DueBy, Standing
from mcf.wording import many

Row = Mapping[str, Any]
Members = Mapping[Trouble, "pd.Series[bool]"]
OF_ORDERS = "order "
"""With what the kind of a concern of an order begins; then comes its trouble, or HELD."""
HOLD_NEARS = 2
"""With so many whole days left or fewer, a hold is to be looked at today."""
URGENCIES = {
    Trouble.INVALID: Urgency.NOW,
    Trouble.UNFULFILLABLE: Urgency.NOW,
    Trouble.UNDELIVERABLE: Urgency.NOW,
    Trouble.RETURNED: Urgency.TODAY,
    Trouble.STUCK: Urgency.NOW,
    Trouble.PARTLY: Urgency.NOW,
    Trouble.LATE: Urgency.TODAY,
    Trouble.DELAYED: Urgency.TODAY,
    Trouble.UNKNOWN: Urgency.SOON,
}
"""How soon each trouble needs a hand; what came back needs one now."""
ON_ITS_PAGE = {
    Trouble.INVALID: "Its page tells what is likely the reason, and sends it again.",
    Trouble.UNFULFILLABLE: "Its page tells what is likely the reason, and sends it again.",
    Trouble.UNDELIVERABLE: "Its page sends it again, and tells until when it can be claimed.",
    Trouble.RETURNED: "Its page sends it again.",
    Trouble.STUCK: "Cancelling it and sending it again under a new number sometimes ships the same "
    "day.",
    Trouble.PARTLY: "Its page tells which, and sends the rest again.",
    Trouble.LATE: "Its page shows where each parcel is, and from when on it can be claimed.",
    Trouble.DELAYED: "Tell the recipient before they ask.",
    Trouble.UNKNOWN: "Its page has what the carrier told last.",
}


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one order stands, as a row of `standing.counted` has it; times are UTC.

    The days are those where it goes, `today` too; `days_late` is None where there's no promise or
    no day to count to. `held_until` is when Amazon cancels it unless it's released; None if it
    isn't on hold or when it came isn't told.
    """

    word: Standing
    arrives: datetime | None
    arrives_day: date | None
    arrives_by: Arrival
    due: datetime | None
    due_day: date | None
    due_by: DueBy
    ships_by: datetime | None
    days_late: int | None
    released_at: datetime | None
    held_until: datetime | None
    zone: str
    today: date
    troubles: tuple[Trouble, ...] = ()

    @property
    def trouble(self) -> Trouble | None:
        """The gravest of its troubles."""
        return self.troubles[0] if self.troubles else None

    @property
    def is_overdue(self) -> bool:
        """Whether it's late."""
        return Trouble.LATE in self.troubles


def stand(order: pd.DataFrame, members: Members, now: datetime) -> Stand:
    """Where the one order of a counted frame stands now; `members` as of its frame."""
    row = order.iloc[0]
    late = standing.days_late(order, now).iloc[0]
    on_hold = bool(hold_runs(order).iloc[0])
    came = _moment(row["received_date"])
    return Stand(
        word=Standing.of(row["standing"]),
        arrives=_moment(row["arrives"]),
        arrives_day=_day(row["arrives_day"]),
        arrives_by=Arrival(row["arrives_by"]),
        due=_moment(row["due"]),
        due_day=_day(row["due_day"]),
        due_by=DueBy(row["due_by"]),
        ships_by=_moment(row["ships_by"]),
        days_late=None if is_missing(late) else int(late),
        released_at=_moment(row["released_at"]),
        held_until=came + HOLD_LASTS if on_hold and came else None,
        zone=str(row["zone"]),
        today=now.astimezone(ZoneInfo(str(row["zone"]))).date(),
        troubles=tuple(each for each in GRAVEST_FIRST if members[each].iloc[0]),
    )


def concerns(
    orders: pd.DataFrame, members: Members, now: datetime, again: Mapping[str, str] | None = None
) -> list[Concern]:
    """One for each order in trouble lately, by its gravest, and for each on hold, by urgency.

    What ended badly is told for two weeks; parcels for six, from when they shipped. `again` are
    the orders that were sent in the place of others: of one of which nothing had shipped nothing is
    left to do, so it isn't told any more.
    """
    again = again or {}
    left = pd.Series(True, index=orders.index)
    listed: list[Concern] = []
    for trouble in GRAVEST_FIRST:
        mine = members[trouble] & left
        left &= ~members[trouble]
        recent = mine & _is_recent(orders, trouble, now)
        if trouble in NOTHING_SHIPS:
            recent &= ~orders["seller_fulfillment_order_id"].isin(list(again))
        listed += [_concern(row, trouble, now, again) for row in _rows(orders[recent])]
    listed += [_hold_concern(row, now) for row in _rows(orders[hold_runs(orders) & left])]
    order = list(Urgency)
    return sorted(listed, key=lambda concern: (order.index(concern.urgency), concern.title))


def happened(row: Row, trouble: Trouble, now: datetime) -> str:
    """What happened to an order, in a sentence or two."""
    return _SENTENCES[trouble](row, now)


def sentences(row: Row, stand: Stand, now: datetime) -> list[str]:
    """What is wrong with an order, a line each, as far as the word of where it stands doesn't say.

    `stand` is its own.
    """
    titles = {each: lifecycle.title(each, stand.word.label) for each in stand.troubles}
    return [
        f"{title}: {happened(row, each, now)}"
        for each, title in titles.items()
        if title != stand.word.label
    ]


def briefly(row: Row, trouble: Trouble, now: datetime) -> str:
    """The same in a sentence of few words, for a line that has the trouble's title."""
    return _BRIEFLY[trouble](row, now)


def held_words(row: Row, now: datetime) -> str:
    """How long Amazon still waits with an order on hold, in a sentence."""
    came = row["received_date"]
    if is_missing(came):
        return (
            f"Amazon cancels it {HOLD_LASTS.days} days after it came, but doesn't tell when that "
            "was."
        )
    left = came + HOLD_LASTS - now
    hours = int(left.total_seconds() // 3600)
    if hours >= 2 * 24:
        when = f"in {days(left.days)}"
    else:
        when = f"in {many(hours, 'hour')}" if hours > 0 else "any minute"
    return f"Amazon cancels it {when} unless you ship it."


def there(moment: datetime, row: Row) -> str:
    """The day of a moment where the order goes, like "Tue 01 Dec"."""
    return said(_here(moment, row))


def said(day: date) -> str:
    """A day like "Tue 01 Dec"."""
    return f"{day:%a %d %b}"


def days(count: int) -> str:
    """Days in words: "1 day", "3 days"."""
    return many(count, "day")


_NEEDED = [
    "seller_fulfillment_order_id", "displayable_order_id", "status", "standing", "zone",
    "received_date", "released_at", "ships_by", "due", "due_by", "due_day", "arrives_by",
    "arrives_day", "parcels", "moving", "lost", "back", "parcel_status", "last_event",
    "last_event_at", "status_updated_date", "contents", "recipient", "city", "state_or_region",
]  # fmt: skip
"""What is told of an order: the other columns of a thousand of them take longer."""
_OF_ORDERS = NOTHING_SHIPS | {Trouble.PARTLY}


def _rows(orders: pd.DataFrame) -> list[dict[str, Any]]:
    records = orders[_NEEDED].to_dict("records")
    return [{str(column): value for column, value in row.items()} for row in records]


def _is_recent(orders: pd.DataFrame, trouble: Trouble, now: datetime) -> pd.Series[bool]:
    if trouble in _OF_ORDERS:
        return not_before(orders["status_updated_date"], now - RECENT)
    return not_before(orders["shipped_at"], now - 3 * RECENT)


def _concern(row: Row, trouble: Trouble, now: datetime, again: Mapping[str, str]) -> Concern:
    urgency = URGENCIES[trouble]
    if trouble is Trouble.RETURNED and row["standing"] == Standing.RETURNED.label:
        urgency = Urgency.NOW
    brief, says = briefly(row, trouble, now), happened(row, trouble, now)
    reason = f"{says} {ON_ITS_PAGE[trouble]}"
    if (newer := again.get(row["seller_fulfillment_order_id"])) is not None:
        urgency = Urgency.SOON
        brief = f"Sent again as order {newer}."
        reason = f"{brief} {says}"
    concern = _about(
        row, urgency, f"{lifecycle.title(trouble, row['standing'])}: order {name(row)}", brief
    )
    return replace(concern, reason=reason, kind=f"{OF_ORDERS}{trouble.value}")


def _hold_concern(row: Row, now: datetime) -> Concern:
    title = f"On hold: order {name(row)}"
    came = row["received_date"]
    if is_missing(came):
        return _about(row, Urgency.TODAY, title, held_words(row, now))
    left = came + HOLD_LASTS - now
    urgency = Urgency.TODAY if left.days < HOLD_NEARS else Urgency.SOON
    says = held_words(row, now)
    # The time itself follows.
    brief = says.replace(" unless you ship it.", ":")
    return replace(_about(row, urgency, title, says), brief=brief, due=came + HOLD_LASTS)


def _about(row: Row, urgency: Urgency, title: str, brief: str) -> Concern:
    """A concern of an order, as one on hold has it."""
    order_id = row["seller_fulfillment_order_id"]
    kind = f"{OF_ORDERS}{HELD}"
    return Concern(urgency, title, brief, "tracking", order_id, kind, brief, _whom(row))


def _whom(row: Row) -> str:
    """For whom an order is, the name masked, and what is in it."""
    recipient, city, state = (row[name] for name in ("recipient", "city", "state_or_region"))
    person = masked(recipient) if isinstance(recipient, str) and recipient else ""
    place = " ".join(part for part in (city, state) if isinstance(part, str) and part)
    goods = row["contents"] if isinstance(row["contents"], str) else ""
    return " · ".join(part for part in (", ".join(filter(None, (person, place))), goods) if part)


def name(row: Row) -> str:
    """What a seller calls an order."""
    return str(row["displayable_order_id"] or row["seller_fulfillment_order_id"])


def _undeliverable(row: Row, _: datetime) -> str:
    parcels = standing.parcels_of(row)
    which = "Its parcel is" if parcels == 1 else _some(row["lost"], parcels)
    return f"{which} lost, destroyed or can't be delivered{_last(row)}."


def _returned(row: Row, _: datetime) -> str:
    parcels = standing.parcels_of(row)
    which = "Its parcel" if parcels == 1 else _some(row["back"], parcels, verb=False)
    is_ = "are" if parcels != 1 and row["back"] != 1 else "is"
    kinds = {Standing.RETURNED.label: "came back", Standing.RETURNING.label: f"{is_} coming back"}
    becomes = kinds.get(row["standing"], f"{is_} coming back or came back")
    return f"{which} {becomes}{_last(row)}."


def _some(count: int, of: int, *, verb: bool = True) -> str:
    is_ = (" is" if count == 1 else " are") if verb else ""
    return f"{count:,} of its {of:,} parcels{is_}"


def _last(row: Row) -> str:
    event, at = row["last_event"], row["last_event_at"]
    if is_missing(event) or is_missing(at):
        return ""
    return f" (last news, {there(at, row)}: {event})"


def _stuck(row: Row, now: datetime) -> str:
    if is_missing(row["ships_by"]):
        return _stuck_untold(row, now)
    days_ago = (_here(now, row) - _here(row["ships_by"], row)).days
    since = "today" if days_ago == 0 else f"{days(days_ago)} ago"
    anew = "" if is_missing(row["released_at"]) else ", counted from its release"
    return (
        f"It was to leave by {there(row['ships_by'], row)}, {since}{anew}, and nothing of it is "
        "being picked."
    )


def _stuck_untold(row: Row, now: datetime) -> str:
    released = not is_missing(row["released_at"])
    begun = row["released_at"] if released else row["received_date"]
    ago = days((_here(now, row) - _here(begun, row)).days)
    came = "was released" if released else "came"
    return (
        f"It {came} on {there(begun, row)}, {ago} ago, and nothing of it is being picked. Amazon "
        "doesn't tell by when it's to leave."
    )


def _late(row: Row, now: datetime) -> str:
    by, due_by = said(row["due_day"].date()), DueBy(row["due_by"])
    ago = days((_here(now, row) - row["due_day"].date()).days)
    if due_by is DueBy.AMAZON:
        return f"Amazon expected it by {by}, {ago} ago, and it isn't delivered."
    anew = ", counted from its release" if due_by is DueBy.RELEASE else ""
    return f"It was promised by {by}, {ago} ago{anew}, and isn't delivered."


def _delayed(row: Row, _: datetime) -> str:
    parcel = PackageStatus.of(row["parcel_status"])
    parts = [f"{parcel.label}: {parcel.meaning}"] if parcel.is_trouble else []
    due, arrives = row["due_day"], row["arrives_day"]
    if not is_missing(due) and not is_missing(arrives) and arrives > due:
        late = days((arrives - due).days)
        parts.append(
            f"It arrives about {said(arrives.date())}, {late} after the promise, "
            f"{said(due.date())}."
        )
    return " ".join(parts) or "The carrier says that it's delayed."


def _unknown(row: Row, _: datetime) -> str:
    if FulfillmentOrderStatus.of(row["status"]) is FulfillmentOrderStatus.UNRECOGNISED:
        word = f" ({row['status']})" if row["status"] and not is_missing(row["status"]) else ""
        return f"Amazon has a word for it that isn't known here{word}."
    if PackageStatus.of(row["parcel_status"]) is PackageStatus.UNRECOGNISED:
        return f"Amazon has a word for a parcel of it that isn't known here{_word(row)}."
    heard = row["last_event_at"]
    heard = row["status_updated_date"] if is_missing(heard) else heard
    return f"The carrier hasn't said a word since {there(heard, row)}."


def _word(row: Row) -> str:
    word = row["parcel_status"]
    return "" if is_missing(word) or not word else f": {PackageStatus.label_of(word)}"


_SENTENCES: Mapping[Trouble, Callable[[Row, datetime], str]] = {
    Trouble.INVALID: lambda *_: FulfillmentOrderStatus.INVALID.meaning,
    Trouble.UNFULFILLABLE: lambda *_: FulfillmentOrderStatus.UNFULFILLABLE.meaning,
    Trouble.UNDELIVERABLE: _undeliverable,
    Trouble.RETURNED: _returned,
    Trouble.STUCK: _stuck,
    Trouble.PARTLY: lambda *_: FulfillmentOrderStatus.PARTIAL.meaning,
    Trouble.LATE: _late,
    Trouble.DELAYED: _delayed,
    Trouble.UNKNOWN: _unknown,
}


def _news(row: Row, otherwise: str) -> str:
    """The carrier's last word with its day."""
    event, at = row["last_event"], row["last_event_at"]
    if is_missing(event) or is_missing(at):
        return otherwise
    return f"{event}, {there(at, row)}."


def _stuck_briefly(row: Row, now: datetime) -> str:
    if is_missing(row["ships_by"]):
        return _stuck_untold(row, now).partition(" Amazon ")[0]
    return f"It was to leave by {there(row['ships_by'], row)}; nothing of it is being picked."


def _late_briefly(row: Row, now: datetime) -> str:
    word = "Expected" if DueBy(row["due_by"]) is DueBy.AMAZON else "Promised"
    due = row["due_day"].date()
    return f"{word} by {said(due)}, {days((_here(now, row) - due).days)} ago."


def _delayed_briefly(row: Row, now: datetime) -> str:
    return _delayed(row, now).removeprefix(f"{PackageStatus.DELAYED.label}: ")


_BRIEFLY: Mapping[Trouble, Callable[[Row, datetime], str]] = {
    Trouble.INVALID: lambda *_: "Amazon found the address or the stock wrong.",
    Trouble.UNFULFILLABLE: lambda *_: "Amazon found no sellable unit.",
    Trouble.UNDELIVERABLE: lambda row, _: _news(row, "Lost, destroyed or can't be delivered."),
    Trouble.RETURNED: lambda row, _: _news(row, "The recipient doesn't get it."),
    Trouble.STUCK: _stuck_briefly,
    Trouble.PARTLY: lambda *_: "The rest was cancelled or not found.",
    Trouble.LATE: _late_briefly,
    Trouble.DELAYED: _delayed_briefly,
    Trouble.UNKNOWN: _unknown,
}


def is_missing(value: object) -> bool:
    """Whether a frame has nothing there: None, NaN or NaT."""
    return bool(pd.isna(value))  # type: ignore[call-overload]


def _here(moment: datetime, row: Row) -> date:
    return moment.astimezone(ZoneInfo(str(row["zone"]))).date()


def _moment(value: Any) -> datetime | None:
    return None if is_missing(value) else value


def _day(value: Any) -> date | None:
    return None if is_missing(value) else value.date()
