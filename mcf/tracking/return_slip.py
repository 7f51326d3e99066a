"""A sheet to print for a recipient who sends units back. Pure.

It's a file of its own without a script; whatever comes from outside is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from mcf.amazon.statuses import ReturnStatus
from mcf.files.harmless import cleaned, secure_host


@dataclass(frozen=True, slots=True)
class ReturnedGoods:
    """Units of one SKU that come back for one reason."""

    units: int
    seller_sku: str
    product_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnSlip:
    """What travels under one of Amazon's numbers (RMA), and to which address.

    `page` is Amazon's page with the barcode and the mailing label.
    """

    rma: str
    to: Sequence[str]
    page: str | None
    goods: Sequence[ReturnedGoods]


def html(order_number: str, slips: Sequence[ReturnSlip]) -> str:
    """The sheet, a printed page for each number."""
    pages = "\n".join(_page(order_number, slip) for slip in slips)
    return _FRAME.format(title=escape(f"Return of order {order_number}"), pages=pages)


def _page(order_number: str, slip: ReturnSlip) -> str:
    return _PAGE.format(
        order=escape(order_number),
        rma=escape(slip.rma or "not told by Amazon"),
        to="<br>".join(map(escape, slip.to)) or "Amazon's page names it.",
        rows="\n".join(map(_row, slip.goods)),
        label=_label(slip.page),
    )


def _row(goods: ReturnedGoods) -> str:
    cells = (str(goods.units), goods.seller_sku, goods.product_name, goods.reason)
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _label(page: str | None) -> str:
    if page is None or secure_host(page) is None:
        return "Amazon gave no page with a barcode and a mailing label: ask the seller."
    link = f'<a href="{escape(page)}">{escape(page)}</a>'
    return f"Print the barcode and the mailing label of this return from Amazon's page: {link}"


_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 12pt/1.5 sans-serif; color: #000; background: #fff; margin: 2cm; }}
section {{ break-after: page; }}
section:last-child {{ break-after: auto; }}
.number {{ font: bold 24pt/1.2 monospace; overflow-wrap: anywhere; }}
address {{ border: 1px solid #000; padding: 1em; font-style: normal; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid #999; padding: .3em .6em .3em 0; text-align: left; }}
a {{ color: #000; overflow-wrap: anywhere; }}
</style>
</head>
<body>
{pages}
</body>
</html>
"""
_PAGE = """<section>
<h1>Return of order {order}</h1>
<p>Return number (RMA)</p>
<p class="number">{rma}</p>
<h2>Send it to</h2>
<address>{to}</address>
<h2>What is sent back</h2>
<table>
<tr><th>Units</th><th>SKU</th><th>Product</th><th>Reason</th></tr>
{rows}
</table>
<h2>What to do</h2>
<ol>
<li>{label}</li>
<li>Send what is listed above to the address above, with both as Amazon's page says.</li>
<li>The label doesn't include pre-paid shipping: whoever sends it pays the postage.</li>
</ol>
</section>"""


def slips(units: pd.DataFrame, names: Mapping[str, object]) -> list[ReturnSlip]:
    """What is still to be sent back, by Amazon's number.

    `units` have columns `frames.RETURNS`, `names` are those of products by SKU.
    """
    waiting = [ReturnStatus.of(status) is not ReturnStatus.PROCESSED for status in units["status"]]
    return [
        ReturnSlip(
            rma=_text(first["amazon_rma_id"]),
            to=_text(first["return_to"]).splitlines(),
            page=_secure(first["rma_page_url"]),
            goods=_goods(group, names),
        )
        for _, group in units[waiting].groupby("return_authorization_id", sort=False)
        for first in group.head(1).to_dict("records")
    ]


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _secure(address: object) -> str | None:
    link = cleaned(address)
    return link if secure_host(link) else None


def _goods(group: pd.DataFrame, names: Mapping[str, object]) -> list[ReturnedGoods]:
    rows = group.to_dict("records")
    count = Counter((_text(row["seller_sku"]), _text(row["reason"])) for row in rows)
    return [
        ReturnedGoods(units, sku, _text(names.get(sku)), reason)
        for (sku, reason), units in count.items()
    ]
