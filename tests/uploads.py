"""Files of orders, as somebody fills in the template."""

from __future__ import annotations

from datetime import datetime

from mcf.marketplaces import DEFAULT_MARKETPLACE, MARKETPLACES, Marketplace
from mcf.order_files import parse, send
from mcf.order_files.parse import FileOrder


def file_of(*rows: tuple[str, str, str], house: str = "") -> bytes:
    """A file with a line for each order number, SKU and quantity.

    Each goes to a house of its own, or all to one.
    """
    template = send.to_bytes(parse.template(), "csv")
    head, line = template.decode("utf-8-sig").splitlines()
    lines = [
        line.replace("1001,YOUR-SKU,1,", f"{number},{sku},{units},").replace(
            "100 Example", f"{house or number} Example"
        )
        for number, sku, units in rows
    ]
    return "\n".join([head, *lines]).encode()


def orders_in(
    data: bytes,
    now: datetime,
    marketplace: Marketplace = MARKETPLACES[DEFAULT_MARKETPLACE],
    *,
    encoding: str | None = None,
) -> list[FileOrder]:
    """The orders of a file's content; raises `InvalidInput` as `opened` and `judged` do."""
    return parse.judged(parse.opened(data, encoding=encoding), now, marketplace)
