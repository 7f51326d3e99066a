"""Orders as they are typed into a file, and what Amazon and the store must have of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mcf.order_files.columns import OPTIONAL, REQUIRED
from mcf.simulator.chance import Dice
from mcf.simulator.demo_shop.customers import US_CITIES
from mcf.simulator.world.orders import (
    Action,
    Address,
    LineRequest,
    Money,
    OrderRequest,
    Policy,
    Speed,
)

MARKETPLACE = "ATVPDKIKX0DER"
_NAMES = ("Ada Example", "Bo Exämple-Ünal", 'Cy "The" Example', "Example, Dee", "Éva O'Example")
_COMMENTS = ("Thank you!", "Merci, à bientôt", 'Say "hi", please;\tthanks', "1 & 1 < 3")
_CITIES = [place for place in US_CITIES if place[1] not in ("AK", "HI")]
"""Those to which Amazon delivers at every speed."""
_SPEEDS = (Speed.STANDARD, Speed.EXPEDITED, Speed.PRIORITY)


def orders(seed: int, number: int, stock: dict[str, int]) -> list[OrderRequest]:
    """So many different orders, all of which the stock can fill, each to somebody else."""
    left = dict(stock)
    return [_order(seed, position, left) for position in range(1, number + 1)]


def _order(seed: int, position: int, left: dict[str, int]) -> OrderRequest:
    dice = Dice(seed, "typed", position)
    city, state, postal_code = _CITIES[dice.below(len(_CITIES))]
    return OrderRequest(
        order_id=f"CHAOS-{seed}-{position}",
        marketplace_id=MARKETPLACE,
        address=Address(
            name=f"{_NAMES[dice.below(len(_NAMES))]} {position}",
            line1=f"{position} Example Street",
            line2=("", f"Flat {position}")[dice.below(2)],
            city=city,
            state=state,
            postal_code=postal_code,
            country="US",
            phone=("", f"555-01{position:04}")[dice.below(2)],
        ),
        lines=tuple(_lines(seed, position, left)),
        displayable_id=f"Shop #{position}",
        displayable_date=datetime(2026, 3, 1, 9, position % 60, tzinfo=UTC),
        comment=f"{_COMMENTS[dice.below(len(_COMMENTS))]} ({position})",
        speed=_SPEEDS[dice.below(len(_SPEEDS))],
        action=Action.SHIP,
        policy=(Policy.FILL_OR_KILL, Policy.FILL_ALL)[dice.below(2)],
        emails=((), (f"buyer{position}@example.com",))[dice.below(2)],
    )


def _lines(seed: int, position: int, left: dict[str, int]) -> Iterator[LineRequest]:
    dice = Dice(seed, "lines", position)
    for line in range(1, 2 + dice.below(2)):
        quantity = 1 + dice.below(3)
        able = sorted(sku for sku, units in left.items() if units >= quantity)
        sku = able[dice.below(len(able))]
        left[sku] -= quantity
        yield LineRequest(
            sku=sku,
            item_id=f"line-{line}",
            quantity=quantity,
            gift_message=("", f"For you, {position}")[dice.below(2)],
            comment=("", f"Handle with care, {position}")[dice.below(2)],
            declared_value=(None, Money("USD", f"{position}.50"))[dice.below(2)],
        )


def write(path: Path, requests: list[OrderRequest]) -> None:
    """Writes the orders into a file with Amazon's flat-file columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, (*REQUIRED, *OPTIONAL))
        writer.writeheader()
        writer.writerows(row for request in requests for row in _rows(request))


def _rows(request: OrderRequest) -> Iterator[dict[str, str | int]]:
    there = request.address
    for line in request.lines:
        yield {
            "MerchantFulfillmentOrderID": request.order_id,
            "DisplayableOrderID": request.displayable_id,
            "DisplayableOrderDate": f"{request.displayable_date:%Y-%m-%dT%H:%M:%SZ}",
            "DisplayableOrderComment": request.comment,
            "MerchantSKU": line.sku,
            "MerchantFulfillmentOrderItemID": line.item_id,
            "Quantity": line.quantity,
            "GiftMessage": line.gift_message,
            "DisplayableComment": line.comment,
            "PerUnitDeclaredValue": line.declared_value.value if line.declared_value else "",
            "DeliverySLA": request.speed.value,
            "FulfillmentPolicy": request.policy.value,
            "NotificationEmail": "; ".join(request.emails),
            "AddressName": there.name,
            "AddressFieldOne": there.line1,
            "AddressFieldTwo": there.line2,
            "AddressCity": there.city,
            "AddressStateOrRegion": there.state,
            "AddressPostalCode": there.postal_code,
            "AddressCountryCode": there.country,
            "AddressPhoneNumber": there.phone,
        }


def differences(typed: Any, found: Any, where: str) -> Iterator[str]:
    """A sentence for each field in which what was found is not what was typed."""
    if is_dataclass(typed) and type(found) is type(typed):
        for field in fields(typed):
            name = field.name
            yield from differences(getattr(typed, name), getattr(found, name), f"{where} {name}")
    elif isinstance(typed, tuple) and isinstance(found, tuple) and len(typed) == len(found):
        for position, (one, other) in enumerate(zip(typed, found, strict=True)):
            yield from differences(one, other, f"{where}[{position}]")
    elif typed != found:
        yield f"{where} is {found!r}, but {typed!r} was typed"


@dataclass(frozen=True)
class Stored:
    """What the store must have of an order: as Amazon names it, without what is empty."""

    request: OrderRequest

    def head(self) -> dict[str, Any]:
        """The order without its lines."""
        request, there = self.request, self.request.address
        return _given(
            {
                "sellerFulfillmentOrderId": request.order_id,
                "displayableOrderId": request.displayable_id,
                "displayableOrderComment": request.comment,
                "shippingSpeedCategory": request.speed.value,
                "fulfillmentPolicy": request.policy.value,
                "notificationEmails": list(request.emails),
                "destinationAddress": _given(
                    {
                        "name": there.name,
                        "addressLine1": there.line1,
                        "addressLine2": there.line2,
                        "city": there.city,
                        "stateOrRegion": there.state,
                        "postalCode": there.postal_code,
                        "countryCode": there.country,
                        "phone": there.phone,
                    }
                ),
            }
        )

    def lines(self) -> list[dict[str, Any]]:
        """The lines, in the order of their ids."""
        return [
            _given(
                {
                    "sellerSku": line.sku,
                    "sellerFulfillmentOrderItemId": line.item_id,
                    "quantity": line.quantity,
                    "giftMessage": line.gift_message,
                    "displayableComment": line.comment,
                    "perUnitDeclaredValue": line.declared_value
                    and {"currencyCode": "USD", "value": line.declared_value.value},
                }
            )
            for line in self.request.lines
        ]

    def differences(self, head: dict[str, Any], lines: list[dict[str, Any]]) -> Iterator[str]:
        """A sentence for each field in which the stored order is not what was typed."""
        where = f"in the store {self.request.order_id}"
        yield from _missing(self.head(), head, where)
        if len(lines) != len(self.lines()):
            yield f"{where} has {len(lines)} lines, but {len(self.lines())} were typed"
            return
        for position, (typed, found) in enumerate(zip(self.lines(), lines, strict=True)):
            yield from _missing(typed, found, f"{where} line {position + 1}")


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, [])}


def _missing(typed: dict[str, Any], found: dict[str, Any], where: str) -> Iterator[str]:
    for name, value in typed.items():
        there = found.get(name)
        same = value == (_given(there) if isinstance(there, dict) else there)
        if not same:
            yield f"{where} {name} is {there!r}, but {value!r} was typed"
