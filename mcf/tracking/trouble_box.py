"""The one box that an order in trouble, on hold or cancelled has on its page: what happened, why or
what is likely, what to do, until when, and how much money. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from mcf.amazon.statuses import FulfillmentOrderStatus, PackageStatus
from mcf.store.frames import shipped_units, units_in
from mcf.tracking import lifecycle
from mcf.tracking import trouble as troubles
from mcf.tracking.diagnosis import Diagnosis, Remedy
from mcf.tracking.facts import OrderFacts
from mcf.tracking.lifecycle import CLAIM_FOR, NOTHING_SHIPS, Trouble
from mcf.tracking.standing import Standing
from mcf.tracking.trouble import Stand

Window = tuple[datetime, datetime | None]
"""From when until when a claim is taken, in UTC; the end is None where it isn't known."""


@dataclass(frozen=True, slots=True)
class TroubleBox:
    """What an order's page says of its trouble; `claim` is None where nothing is to be claimed.

    `also` are its lesser troubles, `until` when something ends unless one acts, `money` a sentence,
    empty where there's none to speak of.
    """

    title: str
    colour: str
    happened: str
    advice: str
    likely: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    until: datetime | None = None
    claim: Window | None = None
    money: str = ""
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """Units by SKU, what one of each costs as far as that's set, and the currency of that."""

    units: Mapping[str, int]
    costs: Mapping[str, float]
    currency: str


def box(
    order: OrderFacts,
    stand: Stand,
    diagnosis: Diagnosis | None,
    remedy: Remedy | None,
    claim: Window | None,
    goods: Goods,
    now: datetime,
) -> TroubleBox | None:
    """The box of an order; None for one that does well. `goods` are those that don't arrive."""
    trouble, row = stand.trouble, order.row
    if trouble is None:
        return _calm(order, stand, diagnosis, remedy, now)
    return TroubleBox(
        title=lifecycle.title(trouble, row["standing"]),
        colour=_colour(stand, trouble),
        happened=_happened(row, trouble, diagnosis, now),
        likely=diagnosis.likely if diagnosis else (),
        also=tuple(troubles.happened(row, other, now) for other in stand.troubles[1:]),
        advice=_advice(order, trouble),
        claim=claim if set(stand.troubles) & CLAIM_FOR else None,
        money=_money(order, trouble, goods),
        remedy=remedy,
    )


def _happened(
    row: Mapping[str, Any], trouble: Trouble, diagnosis: Diagnosis | None, now: datetime
) -> str:
    if diagnosis is not None and trouble in NOTHING_SHIPS | {Trouble.PARTLY}:
        return diagnosis.says
    says = troubles.happened(row, trouble, now)
    return f"{says} Amazon gives no reason." if trouble is Trouble.STUCK else says


def _calm(
    order: OrderFacts,
    stand: Stand,
    diagnosis: Diagnosis | None,
    remedy: Remedy | None,
    now: datetime,
) -> TroubleBox | None:
    """The box of an order on hold or cancelled, which is no trouble by itself."""
    if stand.word is Standing.ON_HOLD:
        return TroubleBox(
            title=stand.word.label,
            colour=stand.word.colour,
            happened=troubles.held_words(order.row, now),
            advice="Ship it with the button above, change it, or cancel it.",
            until=stand.held_until,
        )
    if diagnosis is None:
        return None
    return TroubleBox(
        title=stand.word.label,
        colour=stand.word.colour,
        happened=diagnosis.says,
        likely=diagnosis.likely,
        advice="Nothing of it ships, and no unit left your stock.",
        remedy=remedy,
    )


def _colour(stand: Stand, trouble: Trouble) -> str:
    urgent = trouble in NOTHING_SHIPS | {Trouble.UNDELIVERABLE, Trouble.STUCK}
    if trouble is Trouble.UNKNOWN:
        return "gray"
    return "red" if urgent or stand.word is Standing.RETURNED else "orange"


_CORRECT = "Nothing of it ships, so it can be corrected and sent again under a new number."
_ADVICE = {
    Trouble.INVALID: _CORRECT,
    Trouble.UNFULFILLABLE: _CORRECT,
    Trouble.UNDELIVERABLE: "Send it again if the buyer still waits. Claim what was lost in Seller "
    "Central, with the evidence and the number of the parcel.",
    Trouble.RETURNED: "Ask the buyer whether the address is right, then send it again or refund "
    "it. What comes back is looked at in the warehouse and may go into your stock again.",
    Trouble.STUCK: "Rescue it, or ask Seller Support where it is.",
    Trouble.PARTLY: "What didn't ship can be sent again under a new number.",
    Trouble.LATE: "Look at the carrier's page, and tell the buyer. Another one that is sent now "
    "may arrive beside it. If it stays away, claim it in Seller Central with the evidence.",
    Trouble.DELAYED: "Tell the recipient before they ask; nothing else is to be done until it's "
    "late.",
    Trouble.UNKNOWN: "Ask the carrier, with the number of the parcel.",
}
_OF_PARCELS = {
    PackageStatus.CUSTOMER_ACTION: "Tell the recipient what the carrier needs, or it comes back.",
    PackageStatus.DELIVERY_ATTEMPTED: "The carrier tries again: ask the recipient to be there, or "
    "to name another place.",
    PackageStatus.EXPIRED: "Ask the carrier where it is, with the number of the parcel.",
}


def _advice(order: OrderFacts, trouble: Trouble) -> str:
    of_parcel = _OF_PARCELS.get(PackageStatus.of(order.row["parcel_status"]))
    return of_parcel if of_parcel and trouble is Trouble.DELAYED else _ADVICE[trouble]


def not_arriving(packages: pd.DataFrame, items: pd.DataFrame, *, late: bool) -> Counter[str]:
    """Units by SKU in parcels that are lost or come back, and in those on their way if `late`.

    Where Amazon doesn't tell what is in them, it's all that shipped.
    """
    gone = [
        PackageStatus.of(status).is_gone or (late and PackageStatus.of(status) is not _THERE)
        for status in packages["status"]
    ]
    mine = packages[pd.Series(gone, index=packages.index, dtype=bool)]
    if len(mine):
        units = units_in(mine["contents"])
        return shipped_units(items) if units is None else units
    return shipped_units(items) if late and packages.empty else Counter()


_THERE = PackageStatus.DELIVERED


def _money(order: OrderFacts, trouble: Trouble, goods: Goods) -> str:
    if trouble not in CLAIM_FOR | {Trouble.RETURNED}:
        return ""
    fee = ""
    if order.fee is not None:
        fee = f"{order.fee:,.2f} {order.fee_currency or ''}".strip()
    if trouble is Trouble.RETURNED:
        return f"The goods come back; the fee of {fee} was for nothing." if fee else (
            "The goods come back; what the delivery cost isn't known here."
        )  # fmt: skip
    return f"{_value(goods)} {f'The fee was {fee}.' if fee else 'The fee is not known here.'}"


def _value(goods: Goods) -> str:
    if not goods.units:
        return "What is in it isn't known, so neither is what it's worth."
    told = ", ".join(f"{units:,} x {sku}" for sku, units in goods.units.items())
    missing = [sku for sku in goods.units if sku not in goods.costs]
    if missing:
        return (
            f"What {told} is worth isn't known: no unit cost in {goods.currency} is set for "
            f"{', '.join(missing)}."
        )
    worth = sum(units * goods.costs[sku] for sku, units in goods.units.items())
    return f"{told}: {worth:,.2f} {goods.currency} at your unit costs."


def replaceable(status: FulfillmentOrderStatus, stand: Stand) -> Remedy | None:
    """What can be sent in place of an order that shipped: what is lost, or another beside it."""
    if not status.has_shipped:
        return None
    if {Trouble.UNDELIVERABLE, Trouble.RETURNED} & set(stand.troubles):
        return Remedy.SEND_LOST
    return Remedy.SEND_ANOTHER if stand.is_overdue else None
