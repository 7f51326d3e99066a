"""When an order or a parcel arrives and who says so, in words; the same on every page."""

from __future__ import annotations

from datetime import date

from mcf.tracking.lifecycle import Trouble
from mcf.tracking.standing import Arrival, DueBy, Standing
from mcf.tracking.trouble import Stand, days, said
from pages.parts.common import labels, messages
from pages.parts.common.tables import Row

_WHO = {
    Arrival.TRACKING: "by its tracking",
    Arrival.AMAZON: "by Amazon's estimate",
}


def of_parcel(parcel: Row, today: date) -> str:
    """When a parcel (`standing.parcels`) came or is to come, with who says so.

    `today` is the day where it goes.
    """
    day, by = parcel["arrives_day"], Arrival(parcel["arrives_by"])
    said_day = None if labels.is_missing(day) else day.date()
    words = _words(by, said_day, today)
    return f"Delivered {words}" if by is Arrival.DELIVERED and said_day else words


def of_order(stand: Stand) -> dict[str, str]:
    """The dates of an order by their names: only those that still count."""
    facts: dict[str, str] = {}
    if stand.held_until is not None:
        facts["Amazon cancels it"] = f"{messages.when(stand.held_until)}, unless you ship it"
    if stand.released_at is not None:
        facts["Released"] = messages.when(stand.released_at)
    if stand.ships_by is not None:
        name = "Was to ship by" if Trouble.STUCK in stand.troubles else "Ships by"
        facts[name] = messages.when(stand.ships_by)
    promised = _promised(stand)
    if promised:
        facts["Promised"] = promised
    if stand.word is not Standing.ON_HOLD:
        name = "Delivered" if stand.arrives_by is Arrival.DELIVERED else "Arrives"
        facts[name] = _words(stand.arrives_by, stand.arrives_day, stand.today)
    if stand.days_late is not None:
        facts["Against the promise"] = _against(stand.days_late)
    return facts


def _promised(stand: Stand) -> str:
    if stand.due_day is None or stand.due_by not in (DueBy.PROMISE, DueBy.RELEASE):
        return ""
    anew = ", counted from its release" if stand.due_by is DueBy.RELEASE else ""
    return f"by {said(stand.due_day)}{anew}"


def _against(late: int) -> str:
    if late == 0:
        return "on time"
    return f"{days(late)} late" if late > 0 else f"{days(-late)} early"


def _words(by: Arrival, day: date | None, today: date) -> str:
    match by:
        case Arrival.DELIVERED:
            return said(day) if day else "Delivered; when isn't told"
        case Arrival.WAITS:
            return "It waits for its recipient"
        case Arrival.NOTHING:
            return "Nothing of it is on its way"
        case Arrival.UNTOLD:
            return "When it arrives isn't told"
    if day is None:
        return "When it arrives isn't told"
    return f"{'Was expected' if day < today else 'About'} {said(day)}, {_WHO[by]}"
