"""What became of a shop's orders as a file that the shop takes, or a tool for it: one line for the
units of an order's line that are in a parcel. Pure.

What each form is from, and as of when it was looked up, is told with it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from mcf.amazon.labels import carrier
from mcf.files.harmless import harmless, harmless_id
from mcf.order_files.origins import Origin, OriginLine
from mcf.order_files.parcels import Parcel

_LOOKED_UP = "December 2026"
"""When the forms were compared with what is published of them."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """Units of an order's line in a parcel; no line where it isn't told what is in the parcel.

    `day` is that of shipping where the seller is, None if that isn't told. `all_shipped` tells
    whether all units of the order are in parcels with numbers.
    """

    origin: Origin
    line: OriginLine | None
    units: int
    carrier: str
    number: str
    day: date | None
    all_shipped: bool

    @property
    def sku(self) -> str:
        """The shop's SKU, if the line is known."""
        return self.line.sku if self.line else ""

    @property
    def count(self) -> str:
        """The units, if the line is known."""
        return str(self.units) if self.line else ""


Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A file that a shop takes: its name, kind and first lines, and what becomes of a line.

    `free` are the places of texts that people write; the others are numbers and codes. `told` says
    who takes it, and where from that is known. `needs_day` is whether it lacks a day in vain.
    """

    file: str
    kind: str
    heads: tuple[Row, ...]
    row: Callable[[Shipped], Row]
    told: str
    free: tuple[int, ...] = ()
    needs_day: bool = False


@dataclass(frozen=True, slots=True)
class ShopResult:
    """The file of a shop: its bytes, and how many of its orders have a tracking number.

    `left_out` are what isn't in it, and why.
    """

    shop: str
    form: Form
    content: bytes
    orders: int
    numbered: int
    left_out: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """How far the orders are, like "12 of 14 orders have a tracking number"."""
        noun, verb = ("order", "has") if self.orders == 1 else ("orders", "have")
        return f"{self.numbered} of {self.orders} {noun} {verb} a tracking number"


def results(
    origins: Mapping[str, Origin], parcels: Mapping[str, Sequence[Parcel]], zone: ZoneInfo
) -> list[ShopResult]:
    """A file for each shop that orders come from, by the shop's name."""
    by_shop: dict[str, dict[str, Origin]] = {}
    for order_id, origin in origins.items():
        by_shop.setdefault(origin.shop, {})[order_id] = origin
    return [_result(shop, some, parcels, zone) for shop, some in sorted(by_shop.items())]


def _result(
    shop: str,
    origins: Mapping[str, Origin],
    parcels: Mapping[str, Sequence[Parcel]],
    zone: ZoneInfo,
) -> ShopResult:
    form = FORMS.get(shop, _OTHER)
    numbered, rows, left_out = 0, list[Row](), list[str]()
    for order_id, origin in origins.items():
        boxes = parcels.get(order_id, ())
        numbered += bool(boxes)
        shipped = [*_shipped(origin, boxes, zone)]
        if len({one.number for one in shipped}) < len({box.number for box in boxes}):
            left_out.append(f"{origin.order}: a parcel that holds only a part of a bundle")
        for one in shipped:
            if form.needs_day and one.day is None:
                left_out.append(f"{origin.order}: {one.number}, as its day of shipping isn't told")
            else:
                rows.append(form.row(one))
    lines = [*dict.fromkeys(rows)]
    return ShopResult(
        shop, form, _to_bytes(form, lines), len(origins), numbered, tuple(dict.fromkeys(left_out))
    )


def _shipped(origin: Origin, boxes: Sequence[Parcel], zone: ZoneInfo) -> Iterator[Shipped]:
    """What of an order is in which parcel, in the shop's units."""
    if any(box.contents is None for box in boxes) and len(boxes) > 1:
        for box in boxes:
            yield _of(origin, None, 0, box, zone, all_shipped=True)
        return
    left = Counter({place: line.units for place, line in enumerate(origin.lines)})
    taken = [*_allocated(origin, boxes, left)]
    done = not +left
    for box, place, units in taken:
        yield _of(origin, origin.lines[place], units, box, zone, all_shipped=done)


def _allocated(
    origin: Origin, boxes: Sequence[Parcel], left: Counter[int]
) -> Iterator[tuple[Parcel, int, int]]:
    """The units of each line that a parcel brings, or completes where they're bundles.

    They're taken off those that are `left`.
    """
    held: Counter[str] = Counter()
    for box in boxes:
        if box.contents is None:
            yield from ((box, place, units) for place, units in left.items() if units)
            left.clear()
            continue
        held += box.contents
        for place, line in enumerate(origin.lines):
            units = min(left[place], *(held[part.sku] // part.units for part in line.parts))
            if units > 0:
                held -= Counter({part.sku: part.units * units for part in line.parts})
                left[place] -= units
                yield box, place, units


def _of(
    origin: Origin,
    line: OriginLine | None,
    units: int,
    box: Parcel,
    zone: ZoneInfo,
    *,
    all_shipped: bool,
) -> Shipped:
    day = box.shipped_at.astimezone(zone).date() if box.shipped_at else None
    return Shipped(origin, line, units, carrier(box.carrier), box.number, day, all_shipped)


def _to_bytes(form: Form, rows: Sequence[Row]) -> bytes:
    """The file in UTF-8 without a mark, which importers take for a part of the first heading."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t" if form.kind == "txt" else ",", lineterminator="\r\n")
    writer.writerows(form.heads)
    for row in rows:
        lines = (" ".join(cell.split()) for cell in row)
        writer.writerow(
            harmless(cell) if place in form.free else harmless_id(cell)
            for place, cell in enumerate(lines)
        )
    return out.getvalue().encode()


_AMAZONS = {
    name: name
    for name in ("UPS", "USPS", "FedEx", "FedEx SmartPost", "DHL", "DHL eCommerce", "OnTrac",
                 "DHL Global Mail", "UPS Mail Innovations", "Royal Mail", "Canada Post", "GLS")
} | {"LaserShip": "Lasership"}  # fmt: skip
_SHOPIFYS = {
    "Amazon Logistics": "Amazon Logistics US",
    "DHL": "DHL Express",
    "DHL Global Mail": "DHL eCommerce",
    "FedEx SmartPost": "FedEx",
    "UPS Mail Innovations": "UPS",
}
_WOOS = {"DHL": "DHL Express", "FedEx SmartPost": "FedEx", "UPS Mail Innovations": "UPS"}
_BIGS = {
    "UPS": "ups",
    "UPS Mail Innovations": "ups",
    "USPS": "usps",
    "FedEx": "fedex",
    "FedEx SmartPost": "fedex",
    "Royal Mail": "royalmail",
    "Canada Post": "canadapost",
    "Australia Post": "auspost",
}
"""Carriers in a shop's words, by ours; where one isn't in its table it's told as we call it."""


def _amazon(it: Shipped) -> Row:
    code = _AMAZONS.get(it.carrier, "Other")
    name = (it.carrier or "Other") if code == "Other" else ""
    line = it.line.line if it.line else ""
    day = f"{it.day:%Y-%m-%d}" if it.day else ""
    return it.origin.order, line, it.count, day, code, name, it.number, ""


def _shopify(it: Shipped) -> Row:
    company = _SHOPIFYS.get(it.carrier, it.carrier)
    return (
        *(it.origin.id, it.origin.order, "UPDATE", "Fulfillment Line", it.sku, it.count),
        *("success", company, it.number, "FALSE"),
    )


def _woo(it: Shipped) -> Row:
    day = f"{it.day:%d-%m-%Y}" if it.day else ""
    status = "1" if it.all_shipped else "2"
    provider = _WOOS.get(it.carrier, it.carrier)
    order = it.origin.id or it.origin.order
    return order, provider, it.number, day, status, it.sku, it.count


def _ebay(it: Shipped) -> Row:
    item, _, transaction = (it.line.line if it.line else "").partition(" ")
    title = it.line.product if it.line else ""
    return (
        *("Shipped", it.origin.order, item, title, it.sku, transaction),
        *(it.carrier, it.number),
    )


def _big(it: Shipped) -> Row:
    code = _BIGS.get(it.carrier, "")
    day = f"{it.day:%Y-%m-%d}" if it.day else ""
    return it.origin.order, it.number, it.carrier, code, day, it.sku, it.count


def _other(it: Shipped) -> Row:
    day = f"{it.day:%Y-%m-%d}" if it.day else ""
    line = it.line.line if it.line else ""
    return it.origin.order, line, it.sku, it.count, it.carrier, it.number, day


_OTHER_HEAD = ("Order ID", "Line ID", "SKU", "Quantity", "Carrier", "Tracking Number", "Ship Date")
_OTHER = Form(
    "tracking", "csv", (_OTHER_HEAD,), _other, "A plain list: most tools let you say which is what."
)
FORMS = {
    "Amazon order report": Form(
        "amazon_shipping_confirmation",
        "txt",
        (
            (
                *("order-id", "order-item-id", "quantity", "ship-date", "carrier-code"),
                *("carrier-name", "tracking-number", "ship-method"),
            ),
        ),
        _amazon,
        "Amazon's flat file Shipping Confirmation, for Orders > Upload order related files "
        f"(Seller Central's help, as of {_LOOKED_UP}).",
        needs_day=True,
    ),
    "Shopify": Form(
        "Orders_shopify_tracking",
        "csv",
        (
            (
                *("ID", "Name", "Command", "Line: Type", "Line: SKU", "Line: Quantity"),
                *("Fulfillment: Status", "Fulfillment: Tracking Company"),
                *("Fulfillment: Tracking Number", "Fulfillment: Send Receipt"),
            ),
        ),
        _shopify,
        "Shopify itself takes no file of tracking numbers. This is the form of the app Matrixify "
        f"(its documentation, as of {_LOOKED_UP}), whose files must have Orders in their name. Put "
        "TRUE into the last column for buyers to be told by e-mail.",
    ),
    "WooCommerce": Form(
        "woocommerce_tracking",
        "csv",
        (
            (
                *("order_id", "tracking_provider", "tracking_number", "date_shipped"),
                *("status_shipped", "sku", "qty"),
            ),
        ),
        _woo,
        "WooCommerce itself takes no such file. This is the form of the plugin Advanced Shipment "
        f"Tracking (its documentation, as of {_LOOKED_UP}); choose DD-MM-YYYY there. Its free "
        "edition passes over sku and qty.",
    ),
    "eBay": Form(
        "ebay_tracking",
        "csv",
        (
            ("#INFO",),
            (
                *("Shipping Status", "Order Number", "Item Number", "Item Title", "Custom Label"),
                *("Transaction ID", "Shipping Carrier Used", "Tracking Number"),
            ),
        ),
        _ebay,
        'For Seller Hub > Reports > Uploads, "Add order tracking and shipping info". eBay tells '
        "no list of that template's columns; these are those of public programs that fill it in "
        f"(as of {_LOOKED_UP}): compare them with the template that you download there.",
        free=(3,),
    ),
    "BigCommerce": Form(
        "bigcommerce_tracking",
        "csv",
        (
            (
                *("Order ID", "Tracking Number", "Shipping Method", "Tracking Carrier"),
                *("Date Shipped", "SKU", "Quantity"),
            ),
        ),
        _big,
        "BigCommerce's form of tracking numbers isn't published. The columns are named as the app "
        f"Shift names those of shipments (its documentation, as of {_LOOKED_UP}); that app also "
        "needs the Order Address ID of its own export.",
    ),
    "Etsy": Form(
        "etsy_tracking",
        "csv",
        (_OTHER_HEAD,),
        _other,
        "Etsy takes no file of tracking numbers: type them under Orders > Complete order, or give "
        "this plain list to a tool that completes orders at Etsy.",
    ),
    "Squarespace": Form(
        "squarespace_tracking",
        "csv",
        (_OTHER_HEAD,),
        _other,
        "Squarespace takes no file of tracking numbers: type them when you mark an order as "
        "fulfilled, or give this plain list to a tool that does.",
    ),
}
"""The forms by the names of the shops."""
