"""A fictional home, kitchen and outdoor brand: what it sells, in any number of SKUs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from mcf.simulator import chance
from mcf.simulator.world.marketplaces import Marketplace
from mcf.simulator.world.stock import Product

BRAND = "Larkfold"


@dataclass(frozen=True, slots=True)
class Family:
    """A product in its four variants."""

    stem: str
    name: str
    grams: int
    size: str
    price: int
    variants: tuple[tuple[str, str], ...]


_COLOURS = (("BLK", "Matte Black"), ("SGE", "Sage Green"), ("CRM", "Cream"), ("SLT", "Slate Blue"))
_WOODS = (("ACA", "Acacia"), ("WAL", "Walnut"), ("BAM", "Bamboo"), ("OAK", "Oak"))
_SIZES = (("S", "Small"), ("M", "Medium"), ("L", "Large"), ("XL", "Extra Large"))
_SHADES = (("NAT", "Natural"), ("CHR", "Charcoal"), ("TER", "Terracotta"), ("IND", "Indigo"))

FAMILIES = (
    Family("KTL-12", "Gooseneck Pour-Over Kettle, 1.2 L", 980, "standard", 4499, _COLOURS),
    Family("CUT-BRD", "End-Grain Cutting Board with Juice Groove", 2100, "large", 5499, _WOODS),
    Family("SKL-10", "Pre-Seasoned Cast Iron Skillet, 10 inch", 2450, "large", 3499, _SIZES),
    Family("APR-LIN", "Washed Linen Kitchen Apron with Pockets", 320, "standard", 3299, _SHADES),
    Family("TWL-WFL", "Waffle Weave Tea Towels, Set of 6", 410, "standard", 2499, _SHADES),
    Family("MUG-12", "Stoneware Coffee Mugs, 12 oz, Set of 4", 1650, "standard", 3999, _COLOURS),
    Family("STO-GLS", "Glass Storage Jars with Bamboo Lids", 1900, "standard", 3699, _SIZES),
    Family("LNT-CMP", "Rechargeable Camping Lantern, 1000 lm", 560, "standard", 3999, _COLOURS),
    Family("HMK-DBL", "Double Hammock with Tree Straps", 1250, "standard", 4299, _SHADES),
    Family("BTL-32", "Insulated Water Bottle, 32 oz", 430, "standard", 2899, _COLOURS),
    Family("PLT-SFT", "Self-Watering Planter", 890, "standard", 2699, _SIZES),
    Family("BLK-THR", "Chunky Knit Throw Blanket", 1480, "large", 6499, _SHADES),
    Family("SPC-GRD", "Adjustable Salt and Pepper Grinder Set", 520, "small", 2299, _WOODS),
    Family("TRV-ORG", "Packing Cubes, Set of 5", 380, "small", 2199, _SHADES),
    Family("FLD-CHR", "Folding Camp Chair with Cup Holder", 3600, "bulky", 5999, _COLOURS),
    Family("COO-24", "Soft Cooler Bag, 24 Cans", 1150, "large", 4699, _COLOURS),
    Family("CND-SOY", "Soy Candle in Stoneware Jar, 60 Hours", 470, "small", 2399, _SHADES),
    Family("NAP-LIN", "Stonewashed Linen Napkins, Set of 8", 290, "small", 2999, _SHADES),
)

_PACKS = (("", ""), ("-2PK", ", Pack of 2"), ("-4PK", ", Pack of 4"))
_AWKWARD = {
    37: ("LF-SPICE JAR 3/4", "Spice Jars with Labels, 3/4 Cup"),
    44: ("LF-RUG,RND-120", "Round Braided Jute Rug, 120 cm"),
}
"""Sellers do put spaces, slashes and commas into SKUs, and it hurts.
https://developer-docs.amazon.com/sp-api/docs/url-encoding
"""

_ASIN = "0123456789BCDFGHJKLMNPQRSTVWXYZ"


def products(seed: int, place: Marketplace, number: int) -> Iterator[Product]:
    """`number` products; asking for more gives the same first ones."""
    generator = chance.derive(seed, "catalog")
    names = _names()
    for index in range(number):
        sku, name, family, pack = next(names)
        sku, name = _AWKWARD.get(index, (sku, name))
        yield Product(
            seller_sku=sku,
            asin="B0" + chance.spell(generator, _ASIN, 8),
            fn_sku="X00" + chance.spell(generator, _ASIN, 7),
            name=f"{BRAND} {name}",
            grams=family.grams * pack,
            size=family.size,
            price=round(family.price * (1 + 0.85 * (pack - 1)) / 100) * 100 - 1,
            daily_sales=_velocity(generator),
            centre=place.centres[int(generator.random() ** 2 * len(place.centres))],
        )


def listing(seed: int, place: Marketplace, sku: str, name: str) -> Product:
    """A product of which only SKU and name are known; nobody else buys it."""
    generator = chance.derive(seed, "listing", place.id, sku)
    return Product(
        seller_sku=sku,
        asin="B0" + chance.spell(generator, _ASIN, 8),
        fn_sku="X00" + chance.spell(generator, _ASIN, 7),
        name=name,
        grams=500,
        size="standard",
        price=1999,
        daily_sales=0.0,
        centre=place.centres[0],
    )


def _names() -> Iterator[tuple[str, str, Family, int]]:
    for series in count():
        mark, label = (f"-{series:03}", f", Series {series + 1}") if series else ("", "")
        for suffix, pack in _PACKS:
            for variant in range(4):
                for family in FAMILIES:
                    short, long = family.variants[variant]
                    units = int(suffix[1]) if suffix else 1
                    yield (
                        f"LF-{family.stem}-{short}{suffix}{mark}",
                        f"{family.name}, {long}{pack}{label}",
                        family,
                        units,
                    )


def _velocity(generator: random.Random) -> float:
    """Units a day: a few sell well, most hardly at all."""
    return round(0.05 + 6.0 * generator.random() ** 5, 3)
