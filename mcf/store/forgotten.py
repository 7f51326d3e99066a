"""Rows of orders whose buyers are forgotten, pure: what is left of them, and when an order ended.

What stays are numbers, SKUs, dates, fees, statuses, state and country, so that figures stay true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from mcf.amazon.statuses import FulfillmentOrderStatus
from mcf.store.records import last_event

Values: TypeAlias = dict[str, Any]
GRACE = timedelta(days=30)
"""How long after its shipping or its estimate a parcel of which no arrival was told is awaited."""
MARK = "forgottenAt"
"""The name in JSON that says when the buyer was forgotten."""
_WORDS = re.compile(r"deleted on \d{4}-\d\d-\d\d")
_PERSONAL = re.compile(
    r"phone|postal|zip|name|address|mail|comment|message|note|text|instruction|description|house"
    r"|street|city|town|county|district|sign|recipient|buyer|customer|photo|url|link|lock|coordinate"
    r"|latitude|longitude|reason_?text|(?<!market)place|gift|cpf|tax",
    re.IGNORECASE,
)
_HARMLESS = frozenset({"featureName", "customerServiceCode", "marketplaceName", "carrierName"})
_KEPT_TEXT = re.compile(
    r"(id|ids|date|time|at|status|code|category|action|policy|sku|number|type|value|quantity|asin"
    r"|currency|unit|name|level|state|country|marketplace)$",
    re.IGNORECASE,
)
_WHERE = ("stateOrRegion", "state", "countryCode", "country")


def words(at: datetime) -> str:
    """What stands where a buyer's name was."""
    return f"deleted on {at:%Y-%m-%d}"


def is_words(text: object) -> bool:
    """Whether a text is what stands where a name was."""
    return isinstance(text, str) and _WORDS.fullmatch(text) is not None


def is_forgotten(data: Mapping[str, Any] | None) -> bool:
    """Whether JSON of the store is what was left of an order, or nothing can be read of it."""
    return not data or MARK in data


def head(row: Values, at: datetime) -> Values:
    """What is left of the head of an order; its columns are those it had."""
    gone: Values = {"recipient": words(at), "city": None, "postal_code": None, "fingerprint": None}
    left = {name: gone.get(name, value) for name, value in row.items()}
    return {**left, "raw": request(row["raw"], at), "forgotten_at": at}


def request(data: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """What is left of an order's JSON; its recipient is when that went."""
    left = stripped(data)
    where = data.get("destinationAddress") or data.get("destination_address")
    if isinstance(where, Mapping):
        left["destinationAddress"] = {"name": words(at), **_where(where)}
    return {**left, MARK: f"{at:%Y-%m-%d}"}


def part(row: Values) -> Values:
    """What is left of a line, a shipment, a parcel or a return."""
    left = {**row, "raw": stripped(row["raw"] or {})}
    return {**left, "comment": None} if "comment" in row else left


def tracked(row: Values) -> Values:
    """What is left of a parcel's tracking: events with their codes and times, no town."""
    raw = stripped(row["raw"] or {})
    told = last_event(raw)
    event = {"last_event": told["last_event"]} if told["last_event"] else {}
    place = told["last_place"] if raw.get("trackingEvents") else None
    return {**row, **event, "last_place": place, "tracking_link": None, "raw": raw}


def stripped(data: Any) -> Any:
    """JSON without what may tell of a person; of an address state and country are left."""
    if isinstance(data, Mapping):
        return dict(_left(data))
    if isinstance(data, list):
        return [stripped(each) for each in data if not isinstance(each, str)]
    return data


def _left(data: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for name, value in data.items():
        personal = _PERSONAL.search(name) is not None and name not in _HARMLESS
        if isinstance(value, Mapping) and "address" in name.lower():
            yield name, _where(value)
        elif isinstance(value, str):
            if not personal and _KEPT_TEXT.search(name):
                yield name, value
        elif not personal or isinstance(value, bool | int | float):
            yield name, stripped(value)


def _where(address: Mapping[str, Any]) -> dict[str, Any]:
    return {name: address[name] for name in _WHERE if isinstance(address.get(name), str)}


def personal_words(*found: Any) -> set[str]:
    """The texts of JSON that go with a buyer, in small letters: names, streets, towns, phones."""
    texts: set[str] = set()
    for each in found:
        if isinstance(each, Mapping):
            for name, value in each.items():
                inner = isinstance(value, Mapping | list)
                if inner:
                    texts |= personal_words(value)
                elif isinstance(value, str) and _is_personal(name):
                    texts.add(value.strip().casefold())
        elif isinstance(each, list):
            texts |= personal_words(*each)
    return {text for text in texts if len(text) > 2}


def _is_personal(name: str) -> bool:
    return (
        _PERSONAL.search(name) is not None and name not in _HARMLESS and "url" not in name.lower()
    )


def without(text: str | None, personal: Iterable[str], at: datetime) -> str | None:
    """A sentence, or when its buyer was forgotten where it names one of these words."""
    if text is None or not any(word in text.casefold() for word in personal):
        return text
    return words(at)


def ended_at(order: Mapping[str, Any], parcels: Sequence[Mapping[str, Any]]) -> datetime | None:
    """When an order was over: delivered whole, or came to nothing; None while it isn't.

    `parcels` have `delivered_at` and `estimated_arrival_date`. A parcel of which nobody tells that
    it arrived counts as arrived `GRACE` after its estimate, and after the order's last change.
    """
    status = FulfillmentOrderStatus.of(order["status"])
    if not status.is_final:
        return None
    changed: datetime | None = order["status_updated_date"] or order["received_date"]
    if changed is None or status.comes_to_nothing:
        return changed
    if parcels and all(parcel["delivered_at"] is not None for parcel in parcels):
        latest: datetime = max(parcel["delivered_at"] for parcel in parcels)
        return max(latest, changed) if status.has_shipped else latest
    estimates = [p["estimated_arrival_date"] for p in parcels if p["estimated_arrival_date"]]
    last: datetime = max([changed, *estimates])
    return last + GRACE
