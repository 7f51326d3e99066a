"""Files of orders, as somebody fills in the template."""

from __future__ import annotations

from mcf.order_files import parse, send


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
