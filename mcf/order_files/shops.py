"""The exports of shops, known by their first line: which of their columns are ours, which orders
are to be sent, and why the others aren't.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mcf.addresses.countries import country_code
from mcf.amazon.statuses import ShippingSpeedCategory
from mcf.files.text import Row, Table
from mcf.order_files.columns import plain

OURS = (
    "Order number",
    "Number on slip",
    "SKU",
    "Units",
    "Name",
    "Street",
    "Street 2",
    "Street 3",
    "City",
    "State",
    "Postal code",
    "Country",
    "Phone",
    "Speed",
)
"""The columns that an export is read into, by our plain names."""
_OF_ORDER = OURS[4:]
_FOOTER = re.compile(r"\d+\s*,\s*record\(s\) downloaded|seller id\s*:", re.IGNORECASE)
_SPEEDS = {speed.label.casefold(): speed.value for speed in ShippingSpeedCategory}
_PRODUCT = re.compile(r"\bProduct (Qty|SKU):\s*([^,|]*)")
_NO_SPEED = (
    "the shop's shipping method {!r} is none of Amazon's speeds, so it goes Standard unless you "
    "choose another"
)
_SHOWN = 12
_ANY = "*"


@dataclass(frozen=True, slots=True)
class Check:
    """What a shop's column must hold for an order, or a line, to be sent.

    `good` are the words that let it through: "" is an empty cell, "*" any that is filled and not
    in `bad`. `reason` says why another isn't sent; `{}` in it stands for the cell.
    """

    column: str
    good: tuple[str, ...]
    reason: str
    bad: tuple[str, ...] = ()

    def refuses(self, cell: str) -> str | None:
        """Why a cell of this column keeps its order back, or None."""
        if cell.casefold() in self.good or (
            cell and _ANY in self.good and cell.casefold() not in self.bad
        ):
            return None
        return self.reason.format(cell or "nothing")


@dataclass(frozen=True, slots=True)
class Shop:
    """One kind of export: what its first line has, and what its columns are.

    A column of ours is the first of its names that the file has, or several joined by " + ".
    """

    name: str
    signs: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    order: tuple[Check, ...] = ()
    line: tuple[Check, ...] = ()
    products: str = ""


def _address(prefix: str, **others: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    columns = {
        "Name": (f"{prefix} Name",),
        "Street": (f"{prefix} Address1", f"{prefix} Address 1"),
        "Street 2": (f"{prefix} Address2", f"{prefix} Address 2"),
        "Street 3": (f"{prefix} Company",),
        "City": (f"{prefix} City",),
        "State": (f"{prefix} Province", f"{prefix} State"),
        "Postal code": (f"{prefix} Zip", f"{prefix} Zipcode"),
        "Country": (f"{prefix} Country",),
        "Phone": (f"{prefix} Phone",),
    }
    return columns | {name.replace("_", " ").capitalize(): of for name, of in others.items()}


_PAID = "payment is {!r}"
_CANCELLED = Check("Cancelled at", ("",), "cancelled")
_NO_SHIPPING = Check("Lineitem requires shipping", ("", "true", "yes"), "needs no shipping")
_LINE_SHIPPED = Check(
    "Lineitem fulfillment status", ("", "pending", "unfulfilled"), "the line is {!r}"
)
_LINEITEM = {
    "SKU": ("Lineitem sku",),
    "Units": ("Lineitem quantity",),
    **_address("Shipping"),
    "Speed": ("Shipping Method",),
}
SHOPS = (
    Shop(
        "Shopify",
        ("Name", "Lineitem sku", "Lineitem quantity", "Shipping Name", "Shipping Address1"),
        {"Order number": ("Name",), **_LINEITEM},
        (
            _CANCELLED,
            Check("Financial Status", ("paid",), _PAID),
            Check("Fulfillment Status", ("", "unfulfilled"), "already {!r}"),
        ),
        (_NO_SHIPPING, _LINE_SHIPPED),
    ),
    Shop(
        "Squarespace",
        ("Order ID", "Lineitem sku", "Lineitem quantity", "Shipping Name", "Shipping Address1"),
        {"Order number": ("Order ID",), **_LINEITEM},
        (
            _CANCELLED,
            Check("Financial Status", ("paid",), _PAID),
            Check("Fulfillment Status", ("", "pending", "unfulfilled"), "already {!r}"),
        ),
        (_NO_SHIPPING, _LINE_SHIPPED),
    ),
    Shop(
        "WooCommerce",
        ("Order Number", "Order Status", "Postcode (Shipping)", "City (Shipping)"),
        {
            "Order number": ("Order Number",),
            "SKU": ("SKU", "Item SKU"),
            "Units": ("Quantity (- Refund)", "Quantity"),
            "Name": ("First Name (Shipping) + Last Name (Shipping)",),
            "Street": ("Address 1&2 (Shipping)", "Address 1 (Shipping)"),
            "Street 2": ("Address 2 (Shipping)",),
            "Street 3": ("Company (Shipping)",),
            "City": ("City (Shipping)",),
            "State": ("State Code (Shipping)", "State (Shipping)"),
            "Postal code": ("Postcode (Shipping)",),
            "Country": ("Country Code (Shipping)", "Country (Shipping)"),
            "Phone": ("Phone (Shipping)",),
            "Speed": ("Shipping Method Title", "Shipping Method"),
        },
        (Check("Order Status", ("processing", "wc-processing"), "status is {!r}"),),
    ),
    Shop(
        "eBay",
        ("Sales Record Number", "Order Number", "Custom Label", "Ship To Address 1"),
        {
            "Order number": ("Order Number",),
            "SKU": ("Custom Label",),
            "Units": ("Quantity",),
            **_address("Ship To"),
            "Speed": ("Shipping Service",),
        },
        (
            Check("Paid On Date", (_ANY,), "not paid yet"),
            Check("Shipped On Date", ("",), "already shipped on {}"),
        ),
    ),
    Shop(
        "Etsy",
        ("Order ID", "Transaction ID", "Ship Name", "Ship Address1", "SKU"),
        {
            "Order number": ("Order ID",),
            "SKU": ("SKU",),
            "Units": ("Quantity",),
            **_address("Ship"),
        },
        (
            Check("Date Paid", (_ANY,), "not paid yet"),
            Check("Date Shipped", ("",), "already shipped on {}"),
        ),
    ),
    Shop(
        "BigCommerce",
        ("Order ID", "Order Status", "Shipping Street 1", "Product Details"),
        {
            "Order number": ("Order ID",),
            "Name": ("Shipping Name", "Shipping First Name + Shipping Last Name"),
            "Street": ("Shipping Street 1",),
            "Street 2": ("Shipping Street 2",),
            "Street 3": ("Shipping Company",),
            "City": ("Shipping Suburb", "Shipping City"),
            "State": ("Shipping State Abbreviation", "Shipping State"),
            "Postal code": ("Shipping Zip",),
            "Country": ("Shipping Country",),
            "Phone": ("Shipping Phone",),
            "Speed": ("Ship Method",),
        },
        (Check("Order Status", ("awaiting fulfillment", "awaiting shipment"), "status is {!r}"),),
        products="Product Details",
    ),
    Shop(
        "Amazon order report",
        ("order-id", "sku", "quantity-purchased", "recipient-name", "ship-address-1"),
        {
            "Order number": ("order-id",),
            "SKU": ("sku",),
            "Units": ("quantity-to-ship", "quantity-purchased"),
            "Name": ("recipient-name",),
            "Street": ("ship-address-1",),
            "Street 2": ("ship-address-2",),
            "Street 3": ("ship-address-3",),
            "City": ("ship-city",),
            "State": ("ship-state",),
            "Postal code": ("ship-postal-code",),
            "Country": ("ship-country",),
            "Phone": ("ship-phone-number", "buyer-phone-number"),
            "Speed": ("ship-service-level",),
        },
        (
            Check("order-status", ("unshipped",), "status is {!r}"),
            Check("fulfillment-channel", ("", "merchant", "mfn"), "Amazon ships it anyway"),
            Check("is-buyer-requested-cancellation", ("", "false"), "the buyer asked to cancel it"),
            Check("verge-of-cancellation", ("", "false"), "about to be cancelled"),
        ),
        (Check("quantity-to-ship", ("", _ANY), "nothing of it is left to ship", ("0",)),),
    ),
)
"""The exports that are known; the first whose signs the first line has is taken."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An export in our columns, what a person should know of it, and what is doubtful by line."""

    table: Table
    notes: tuple[str, ...]
    doubts: tuple[tuple[int, str], ...] = ()


def recognised(names: Sequence[str]) -> Shop | None:
    """The shop whose export has this first line, or None."""
    has = set(map(plain, names))
    return next((shop for shop in SHOPS if has.issuperset(map(plain, shop.signs))), None)


def read(shop: Shop, table: Table) -> Reading:
    """The export's orders that are paid and not shipped, in our columns; the others are named."""
    return _Export(shop, table).reading()


@dataclass(slots=True)
class _Export:
    shop: Shop
    table: Table
    places: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    doubts: list[tuple[int, str]] = field(default_factory=list)
    written: int = 0

    def reading(self) -> Reading:
        """The export in our columns, with its notes and doubts."""
        for place, name in enumerate(self.table.names):
            self.places.setdefault(plain(name), place)
        rows: list[Row] = []
        broken = [row for row in self.table.rows if row.problem and not _is_footer(row)]
        orders = self._orders()
        for number, lines in orders.items():
            rows += self._taken(number, lines)
        rows += [replace(row, cells=[]) for row in broken]
        taken = len({row.cells[0] for row in rows if row.cells})
        return Reading(Table([*OURS], rows), tuple(self._notes(taken)), tuple(self.doubts))

    def _orders(self) -> dict[str, list[Row]]:
        orders: dict[str, list[Row]] = {}
        for row in self.table.rows:
            if row.problem or not any(cell.strip() for cell in row.cells):
                continue
            orders.setdefault(self._cell(row, "Order number"), []).append(row)
        return orders

    def _taken(self, number: str, rows: Sequence[Row]) -> Iterator[Row]:
        """The lines of one order that are sent, as we write them; notes why others aren't."""
        if reasons := [*self._refusals(rows)]:
            self.left_out[number or "without a number"] = reasons
            return
        head = {name: self._cell(rows[0], name) for name in _OF_ORDER}
        lines = [self._line(row, head) for row in rows]
        if len(lines) > 1 and not self.shop.products:
            lines = [(row, line) for row, line in lines if line["SKU"] or not self._is_sum(row)]
        asked = False
        for row, line in lines:
            if reason := self._line_refusal(row):
                named = f"{number}, {line['SKU'] or f'line {row.number}'}"
                self.left_out.setdefault(named, []).append(reason)
                continue
            method = line["Speed"]
            line["Speed"] = _SPEEDS.get(method.casefold(), "")
            for sku, units in self._goods(row, line):
                self.written += 1
                at = self.written + 1 if self.shop.products else row.number
                if method and not line["Speed"] and not asked:
                    self.doubts.append((at, _NO_SPEED.format(method)))
                    asked = True
                cells = [{**line, "SKU": sku, "Units": units}[name] for name in OURS]
                yield self._written(replace(row, number=at), cells)

    def _refusals(self, rows: Sequence[Row]) -> Iterator[str]:
        for check in self.shop.order:
            if plain(check.column) in self.places:
                cells = (self._at(row, check.column) for row in rows)
                cell = next((cell for cell in cells if cell), "")
                if reason := check.refuses(cell):
                    yield reason

    def _line_refusal(self, row: Row) -> str | None:
        reasons = (
            check.refuses(self._at(row, check.column))
            for check in self.shop.line
            if plain(check.column) in self.places
        )
        return next((reason for reason in reasons if reason), None)

    def _line(self, row: Row, head: Mapping[str, str]) -> tuple[Row, dict[str, str]]:
        """A line in our columns; one without a street has the address of the order's first."""
        line = {name: self._cell(row, name) for name in OURS}
        if not line["Street"]:
            line |= head
        line["Number on slip"] = line["Order number"]
        line["Order number"] = line["Order number"].removeprefix("#")
        line["Country"] = country_code(line["Country"]) or line["Country"]
        return row, line

    def _is_sum(self, row: Row) -> bool:
        """Whether a line without a SKU only stands for the lines of its order, as eBay writes."""
        return self.shop.name == "eBay" and bool(self._cell(row, "Street"))

    def _goods(self, row: Row, line: Mapping[str, str]) -> list[tuple[str, str]]:
        """The SKU and units of a line; several where the shop writes all goods into one cell."""
        if not self.shop.products:
            return [(line["SKU"], line["Units"])]
        goods = []
        for product in self._at(row, self.shop.products).split("|"):
            parts = {name: text.strip() for name, text in _PRODUCT.findall(product)}
            if parts or product.strip():
                goods.append((parts.get("SKU", ""), parts.get("Qty", "")))
        return goods or [("", "")]

    def _written(self, row: Row, cells: list[str]) -> Row:
        """A row of ours; where the shop's had doubtful or dated cells, ours has."""
        dates = (at for at, name in enumerate(OURS) if self._sources(name) & row.dates)
        doubtful = (at for at, name in enumerate(OURS) if self._sources(name) & row.doubtful)
        return Row(row.number, cells, None, frozenset(doubtful), len(OURS), frozenset(dates))

    def _sources(self, ours: str) -> frozenset[int]:
        names = self._source("Order number" if ours == "Number on slip" else ours)
        return frozenset(self.places[plain(name)] for name in names)

    def _source(self, ours: str) -> list[str]:
        """The shop's columns of which ours is made, in their order; none where it has none."""
        for choice in self.shop.columns.get(ours, ()):
            names = choice.split(" + ")
            if all(plain(name) in self.places for name in names):
                return names
        return []

    def _cell(self, row: Row, ours: str) -> str:
        return " ".join(filter(None, (self._at(row, name) for name in self._source(ours))))

    def _at(self, row: Row, name: str) -> str:
        cell = row.cells[self.places[plain(name)]].strip()
        return cell[1:] if re.match(r"'[\d+=]", cell) else cell

    def _notes(self, taken: int) -> Iterator[str]:
        article = "An" if self.shop.name[0] in "AEae" else "A"
        kind = "" if self.shop.name.endswith("report") else " export"
        orders = "1 order is" if taken == 1 else f"{taken} orders are"
        yield f"{article} {self.shop.name}{kind}: {orders} to be sent."
        if self.shop.products:
            yield "Lines are counted anew here: one for each product of an order."
        if self.left_out:
            told = (f"{number} ({', '.join(why)})" for number, why in self.left_out.items())
            yield f"Left out: {'; '.join(told)}."
        if not any(plain(check.column) in self.places for check in self.shop.order):
            yield "The export doesn't say which orders are paid and not shipped yet: look yourself."
        if unread := [*self._unread()]:
            more = len(unread) - _SHOWN
            others = f" and {more} more" if more > 0 else ""
            yield f"Not sent, as Amazon needn't know: {', '.join(unread[:_SHOWN])}{others}."

    def _unread(self) -> Iterator[str]:
        """The filled columns that are neither sent nor looked at."""
        used = {at for name in OURS for at in self._sources(name)}
        checks = (check.column for check in (*self.shop.order, *self.shop.line))
        used |= {self.places[plain(name)] for name in checks if plain(name) in self.places}
        used |= {self.places[plain(self.shop.products)]} if self.shop.products else set()
        for place, name in enumerate(self.table.names):
            rows = (row for row in self.table.rows if not row.problem)
            if place not in used and any(row.cells[place].strip() for row in rows):
                yield name.strip()


def _is_footer(row: Row) -> bool:
    return _FOOTER.match(",".join(row.cells).strip()) is not None
