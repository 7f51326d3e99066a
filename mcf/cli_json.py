"""What the command line prints with `--json`: strict JSON with numbers as numbers, null for what
isn't known, and times as ISO 8601 in UTC, like 2026-03-02T15:00:00Z.

The fields of each command stand in docs/json.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from mcf.store import frames
from mcf.tracking import standing

if TYPE_CHECKING:
    from mcf.alerts.dispatch import AlertOutcome
    from mcf.alerts.rules import Alert
    from mcf.amazon.models.base import Money
    from mcf.order_files.plan import PlannedOrder
    from mcf.sync.progress import Run
    from mcf.tracking.trouble import Stand
    from mcf.tracking.view import OrderView

Json: TypeAlias = dict[str, Any]
ORDER = (*frames.ORDERS, *standing.COUNTED, "days_late", "trouble")
"""The fields of an order: what Amazon tells, where it stands, and what is wrong now."""
PARCEL = (*frames.PACKAGES, *standing.OF_PARCEL)
_OF_COLUMN: dict[str, Callable[[Any], Any]] = {
    "due_day": lambda midnight: midnight.date().isoformat(),
    "arrives_day": lambda midnight: midnight.date().isoformat(),
    "days_late": int,
}
"""Columns of bare days and of whole ones, whose frames hold midnights and fractions."""
_UNKNOWN_AT_ZERO = frozenset({"quantity", "units"})
"""Counts of a line or a parcel, of which Amazon has none of 0: then it wasn't told."""


def line(data: Any) -> str:
    """The data as one line of strict JSON."""
    return json.dumps(plain(data), allow_nan=False)


def plain(value: Any) -> Any:
    """The value in JSON's own types; raises TypeError for one that has no place there."""
    if isinstance(value, Mapping):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(entry) for entry in value]
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    return _time(value) if isinstance(value, date) else _number(value)


def _time(value: date) -> str:
    return moment(value) if isinstance(value, datetime) else value.isoformat()


def _number(value: Any) -> float | None:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating | Decimal):
        return float(value) if math.isfinite(value) else None
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def moment(time: datetime) -> str:
    """A time in UTC, to the second; with its fraction where it has one."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def records(frame: pd.DataFrame) -> list[Json]:
    """The lines of a frame, a number for a number whatever the others of its column are."""
    columns = {str(name): _values(frame[name]) for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _values(column: pd.Series[Any]) -> list[Any]:
    make = _OF_COLUMN.get(str(column.name), plain)
    values = [None if pd.isna(value) else make(value) for value in column.tolist()]
    if column.name in _UNKNOWN_AT_ZERO:
        return [value or None for value in values]
    return values


def orders(frame: pd.DataFrame) -> list[Json]:
    """The orders of a frame with the columns ORDER."""
    return records(frame[list(ORDER)])


def order(view: OrderView, stand: Stand) -> Json:
    """One order with its parts; the order itself is as `orders` has it."""
    now = {"days_late": stand.days_late, "trouble": ", ".join(stand.troubles)}
    parts = {
        "items": (frames.ITEMS, view.items),
        "shipments": (frames.SHIPMENTS, view.shipments),
        "packages": (PARCEL, view.packages),
        "events": (frames.EVENTS, view.events),
    }
    return {
        "order": orders(view.counted.assign(**now))[0],
        **{name: records(part[list(columns)]) for name, (columns, part) in parts.items()},
    }


def run(ended: Run) -> Json:
    """How a read ended, and what wasn't told or couldn't be read."""
    return {
        "subject": ended.subject,
        "state": ended.state,
        "reading": "full" if ended.is_full else "incremental",
        "rows": ended.rows,
        "calls": ended.steps,
        "note": ended.note,
        "unread": [
            {"kind": kind, "id": key, "fields": fields}
            for kind, entries in ended.unread.items()
            for key, fields in entries.items()
        ],
        "older": [{"kind": kind, "id": key} for kind, keys in ended.older.items() for key in keys],
        **(ended.error.to_dict() if ended.error else {}),
    }


def outcome(told: AlertOutcome) -> Json:
    """What a channel of alerts did."""
    return {
        "channel": told.channel,
        "told": [_alert(alert) for alert in told.told],
        "waiting": [_alert(alert) for alert in told.waiting],
        "noted": told.noted,
        "begins": told.begins,
        "note": told.note,
        **(told.error.to_dict() if told.error else {}),
    }


def _alert(alert: Alert) -> Json:
    return {**alert.to_dict(), "at": alert.at}


def planned(plan: PlannedOrder) -> Json:
    """What would become of an order of a file."""
    total = plan.preview.total_fee if plan.preview else None
    return {
        "order": plan.order.order_id,
        "lines": list(plan.order.lines),
        "verdict": plan.verdict,
        "reason": plan.reason,
        "swaps": [
            {"line": swap.line, "sku": swap.sku, "sent": [asdict(part) for part in swap.parts]}
            for swap in plan.order.swaps
        ],
        **_fee(total),
    }


def _fee(total: Money | None) -> Json:
    amount = None if total is None else float(total.amount)
    return {"fee": amount, "fee_currency": total and total.currency_code}
