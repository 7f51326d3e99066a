"""The customers of the fictional brand's web shop: who they are, what they order and meet with."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TypeVar

from mcf.simulator.chance import poisson
from mcf.simulator.world.marketplaces import US
from mcf.simulator.world.orders import (
    Action,
    Address,
    Fate,
    Feature,
    Fortune,
    LineRequest,
    OrderRequest,
    Policy,
    Speed,
)
from mcf.simulator.world.stock import Stock
from mcf.simulator.world.world import World

FIRST_ORDER_NUMBER = 1001


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants to be served."""

    speed: Speed = Speed.STANDARD
    action: Action = Action.SHIP
    policy: Policy = Policy.FILL_OR_KILL
    lines: int = 1
    features: tuple[Feature, ...] = ()
    bad_address: bool = False


class Shelf:
    """SKUs to choose from; those that sell well are chosen more often."""

    def __init__(self, stocks: Iterable[Stock]) -> None:
        self._stocks = list(stocks)
        self._popularity = list(accumulate(each.product.daily_sales for each in self._stocks))

    def __bool__(self) -> bool:
        return bool(self._stocks) and self._popularity[-1] > 0

    def pick(self, generator: random.Random) -> Stock:
        """A SKU by chance, in proportion to its daily sales."""
        place = generator.random() * self._popularity[-1]
        return self._stocks[bisect(self._popularity, place)]


def usual_wish(generator: random.Random) -> Wish:
    """What an ordinary customer wants: one line at Standard speed, most often."""
    return Wish(
        speed=Speed.STANDARD if generator.random() < 0.8 else Speed.EXPEDITED,
        lines=1 + (generator.random() < 0.25) + (generator.random() < 0.08),
    )


def usual_fortune(generator: random.Random) -> Fortune:
    """One parcel in ten gets into some kind of trouble."""
    luck = int(generator.random() * 100)
    fates = tuple(Fate)
    return Fortune(fate=fates[luck]) if luck < len(fates) else Fortune()


def quantity(generator: random.Random) -> int:
    """Units of one line: one most often, four at most."""
    return 1 + int(generator.random() ** 4 * 4)


def request(
    number: int,
    now: datetime,
    wish: Wish,
    wanted: Sequence[tuple[Stock, int]],
    generator: random.Random,
) -> OrderRequest:
    """The order a shop sends to Amazon for one of its customers."""
    address = recipient(generator)
    if wish.bad_address:
        address = replace(address, line1="General Delivery", postal_code="00000")
    return OrderRequest(
        order_id=f"SHOP-{number}",
        marketplace_id=US.id,
        address=address,
        lines=tuple(
            LineRequest(stock.product.seller_sku, f"{number}-{index}", units)
            for index, (stock, units) in enumerate(wanted, 1)
        ),
        displayable_id=f"#{number}",
        displayable_date=now - timedelta(minutes=int(generator.random() * 50) + 2),
        comment="Thank you for your order!",
        speed=wish.speed,
        action=wish.action,
        policy=wish.policy,
        emails=(f"order-{number}@example.com",) if generator.random() < 0.5 else (),
        features=wish.features,
    )


def hourly_orders(
    world: World, generator: random.Random, expected: float
) -> Iterator[tuple[OrderRequest, Fortune]]:
    """What customers of the web shop order in an hour, of what is on the shelves.

    Each order must be placed before the next is asked for: its number depends on those before.
    """
    coming = poisson(generator.random(), expected)
    if not coming:
        return
    shelf = Shelf(stock for stock in world.stocks[US.id].values() if stock.fulfillable)
    for _ in range(coming if shelf else 0):
        wish = usual_wish(generator)
        wanted = [(shelf.pick(generator), quantity(generator)) for _ in range(wish.lines)]
        number = world.free_number(FIRST_ORDER_NUMBER)
        placed = request(number, world.now, wish, wanted, generator)
        yield placed, usual_fortune(generator)


_T = TypeVar("_T")

_FIRST = (
    "Maren", "Theo", "Ivy", "Jonah", "Priya", "Dario", "Lena", "Amos", "Keiko", "Rufus",
    "Odette", "Silas", "Nadia", "Hugo", "Wren", "Tobias", "Elin", "Marcus", "Yara", "Felix",
)  # fmt: skip
_LAST = (
    "Fairweather", "Okonjo", "Lindqvist", "Marsh", "Bellweather", "Castellan", "Duskin", "Harrow",
    "Ibarra-Vale", "Thistlewood", "Nakadai", "Pemberlane", "Quill", "Rosendahl", "Sunderby",
    "Tamsworth", "Underhay", "Vosberg", "Whitlock", "Zellaby",
)  # fmt: skip
_STREETS = (
    "Alder Street", "Birch Lane", "Cedar Avenue", "Dogwood Court", "Elm Street", "Foxglove Way",
    "Garnet Drive", "Hawthorn Road", "Juniper Terrace", "Larch Place", "Maple Avenue",
    "Orchard Road", "Quarry Hill Road", "Sycamore Street", "Willow Bend",
)  # fmt: skip

US_CITIES = (
    ("Seattle", "WA", "98103"), ("Portland", "OR", "97214"), ("Boise", "ID", "83702"),
    ("Sacramento", "CA", "95816"), ("San Diego", "CA", "92104"), ("Oakland", "CA", "94609"),
    ("Phoenix", "AZ", "85016"), ("Tucson", "AZ", "85719"), ("Denver", "CO", "80211"),
    ("Salt Lake City", "UT", "84105"), ("Albuquerque", "NM", "87106"), ("Austin", "TX", "78704"),
    ("Dallas", "TX", "75206"), ("Houston", "TX", "77008"), ("Tulsa", "OK", "74105"),
    ("Omaha", "NE", "68104"), ("Minneapolis", "MN", "55408"), ("Madison", "WI", "53704"),
    ("Chicago", "IL", "60618"), ("Indianapolis", "IN", "46220"), ("Columbus", "OH", "43214"),
    ("Cleveland", "OH", "44113"), ("Ann Arbor", "MI", "48104"), ("Louisville", "KY", "40204"),
    ("Nashville", "TN", "37206"), ("Atlanta", "GA", "30307"), ("Charlotte", "NC", "28205"),
    ("Raleigh", "NC", "27608"), ("Richmond", "VA", "23221"), ("Baltimore", "MD", "21211"),
    ("Philadelphia", "PA", "19147"), ("Pittsburgh", "PA", "15217"), ("Brooklyn", "NY", "11215"),
    ("Buffalo", "NY", "14222"), ("Burlington", "VT", "05401"), ("Boston", "MA", "02130"),
    ("Providence", "RI", "02906"), ("Portland", "ME", "04101"), ("Tampa", "FL", "33606"),
    ("Miami", "FL", "33133"), ("New Orleans", "LA", "70115"), ("Anchorage", "AK", "99501"),
)  # fmt: skip


def recipient(generator: random.Random) -> Address:
    """Somebody who does not exist, in a city that does."""
    city, state, postal_code = _pick(generator, US_CITIES)
    flat = generator.random()
    return Address(
        name=f"{_pick(generator, _FIRST)} {_pick(generator, _LAST)}",
        line1=f"{int(generator.random() * 9800) + 100} {_pick(generator, _STREETS)}",
        line2=f"Apt {int(flat * 90) + 1}" if flat < 0.25 else "",
        city=city,
        state=state,
        postal_code=postal_code,
        country="US",
        phone=f"555-01{int(generator.random() * 100):02}",
    )


def _pick(generator: random.Random, options: tuple[_T, ...]) -> _T:
    return options[int(generator.random() * len(options))]
