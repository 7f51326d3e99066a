"""SKUs of a file that aren't among the seller's at Amazon, and which products they may be. Pure.

Nothing is chosen here: a person says which it is, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mcf.files.harmless import meant
from mcf.order_files.columns import FROM, PRODUCT
from mcf.order_files.parse import Document
from mcf.order_files.shop_skus import ALL_SHOPS, SkuTable

_MOST_LIKELY = 5
_WORDS = 2
"""Words that a title has at least, for another one with all of them to be likely."""


@dataclass(frozen=True, slots=True)
class UnknownSku:
    """A SKU that a file has and Amazon hasn't: the shop, the product as the shop calls it, in how
    many lines it is, and the SKUs of Amazon's that are likely, the likeliest first.
    """

    shop: str
    sku: str
    product: str
    lines: int
    likely: tuple[str, ...]


def unknown(
    document: Document, table: SkuTable, products: Mapping[str, str | None]
) -> list[UnknownSku]:
    """The SKUs to be asked for, in the file's order; `products` are the seller's titles by SKU.

    None while the stock isn't known.
    """
    if not products or "MerchantSKU" not in document.head.places:
        return []
    counted: dict[tuple[str, str], int] = {}
    titles: dict[tuple[str, str], str] = {}
    for shop, sku, product in _lines(document):
        if sku and sku not in products and table.parts(shop, sku) is None:
            counted[shop, sku] = counted.get((shop, sku), 0) + 1
            titles.setdefault((shop, sku), product)
    return [
        UnknownSku(shop or ALL_SHOPS, sku, title, counted[shop, sku], likely(sku, title, products))
        for (shop, sku), title in titles.items()
    ]


def likely(sku: str, title: str, products: Mapping[str, str | None]) -> tuple[str, ...]:
    """The SKUs that are spelled the same but for capitals and signs, or have the same title; after
    them those whose title has all words of this one, or the other way round.
    """
    bare, words = _bare(sku), _words(title)
    same = [own for own in products if _bare(own) == bare]
    titled = [own for own, name in products.items() if words and _words(name or "") == words]
    near = [own for own, name in products.items() if _is_part(words, _words(name or ""))]
    return tuple(dict.fromkeys([*same, *titled, *near]))[:_MOST_LIKELY]


def _lines(document: Document) -> Iterator[tuple[str, str, str]]:
    """Shop, SKU and product of each line that can be read."""
    head = document.head
    at = head.at_shop
    for row in document.table.rows:
        if not row.problem:
            shop, product = (row.cells[at[name]].strip() if name in at else ""
                             for name in (FROM, PRODUCT))  # fmt: skip
            yield meant(shop), head.cell("MerchantSKU", row.cells), meant(product)


def _is_part(one: frozenset[str], other: frozenset[str]) -> bool:
    fewer, more = sorted((one, other), key=len)
    return len(fewer) >= _WORDS and fewer <= more


def _bare(sku: str) -> str:
    return re.sub(r"[\W_]", "", sku).casefold()


def _words(title: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", title.casefold()))
