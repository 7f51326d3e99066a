"""The exports of shops, known by their first line: which of their columns are ours, which orders
are to be sent, and why the others aren't.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mcf.addresses.countries import country_code
from mcf.amazon.statuses import ShippingSpeedCategory
from mcf.errors import InvalidInput
from mcf.files.text import BROKEN, LINE_BREAK, Row, Table
from mcf.order_files.columns import AT_SHOP, FROM, ID, LINE, ORDER, PRODUCT, plain

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
UNTOLD = "The export doesn't say which orders are paid and not shipped yet: look yourself."
LEFT_OUT = "Left out: "
"""How the note begins that names the orders that aren't sent."""
NOT_SENT = "Not sent, as Amazon needn't know: "
"""How the note begins that names the columns of an export that nothing is made of."""
_FOOTER = re.compile(r"\d+\s*,\s*record\(s\) downloaded|seller id\s*:", re.IGNORECASE)
_SPEEDS = {speed.label.casefold(): speed.value for speed in ShippingSpeedCategory}
_PRODUCT = re.compile(r"\bProduct (ID|Qty|SKU|Name):\s*(.*?)\s*(?=, Product [A-Z][A-Za-z ]*:|$)")
_NEXT_PRODUCT = re.compile(r"\|(?=\s*Product [A-Z][A-Za-z ]*:)")
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
    in `bad`. `reason` says why another isn't sent; `{}` in it stands for the cell. `asked` are
    words with which it's sent if a person says so, each with what is told then, where the export
    has the column `needs`.
    """

    column: str
    good: tuple[str, ...]
    reason: str
    bad: tuple[str, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict)
    needs: str = ""

    def refuses(self, cell: str, columns: Collection[str] = ()) -> str | None:
        """Why a cell of this column keeps its order back, or None; `columns` are the export's."""
        word = cell.casefold()
        is_asked = word in self.asked and (not self.needs or plain(self.needs) in columns)
        if word in self.good or is_asked:
            return None
        if cell and _ANY in self.good and word not in self.bad:
            return None
        return self.reason.format(cell or "nothing")


@dataclass(frozen=True, slots=True)
class Shop:
    """One kind of export: what its first line has, and what its columns are.

    A column of ours is the first of its names that the file has, or several joined by " + ".
    `refusal` is what is said of an export of which no order can be made.
    """

    name: str
    signs: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    order: tuple[Check, ...] = ()
    line: tuple[Check, ...] = ()
    products: str = ""
    refusal: str = ""


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
_PAID_STATES = Check(
    "Financial Status",
    ("paid",),
    _PAID,
    asked={
        "partially_refunded": "a part of it was refunded: take out what the buyer won't get",
        "partially refunded": "a part of it was refunded: take out what the buyer won't get",
    },
)
_LINEITEM = {
    PRODUCT: ("Lineitem name",),
    "SKU": ("Lineitem sku",),
    "Units": ("Lineitem quantity",),
    **_address("Shipping"),
    "Speed": ("Shipping Method",),
}
SHOPS = (
    Shop(
        "Shopify",
        ("Name", "Lineitem sku", "Lineitem quantity", "Shipping Name", "Shipping Address1"),
        {"Order number": ("Name",), ID: ("Id",), **_LINEITEM},
        (
            _CANCELLED,
            _PAID_STATES,
            Check(
                "Fulfillment Status",
                ("", "unfulfilled"),
                "already {!r}",
                asked={"partial": "a part of it has shipped already: only open lines are here"},
                needs=_LINE_SHIPPED.column,
            ),
        ),
        (_NO_SHIPPING, _LINE_SHIPPED),
    ),
    Shop(
        "Squarespace",
        ("Order ID", "Lineitem sku", "Lineitem quantity", "Shipping Name", "Shipping Address1"),
        {"Order number": ("Order ID",), **_LINEITEM},
        (
            _CANCELLED,
            _PAID_STATES,
            Check("Fulfillment Status", ("", "pending", "unfulfilled"), "already {!r}"),
        ),
        (_NO_SHIPPING, _LINE_SHIPPED),
    ),
    Shop(
        "WooCommerce",
        ("Order Number", "Order Status", "Postcode (Shipping)", "City (Shipping)"),
        {
            "Order number": ("Order Number",),
            ID: ("Order ID",),
            PRODUCT: ("Item Name", "Item Name(Localized)", "Product Name"),
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
            "Phone": ("Phone (Shipping)", "Phone (Billing)"),
            "Speed": ("Shipping Method Title", "Shipping Method"),
        },
        (Check("Order Status", ("processing", "wc-processing"), "status is {!r}"),),
        (Check("Quantity (- Refund)", ("", _ANY), "refunded", ("0",)),),
    ),
    Shop(
        "eBay",
        ("Sales Record Number", "Order Number", "Custom Label", "Ship To Address 1"),
        {
            "Order number": ("Order Number",),
            LINE: ("Item Number + Transaction ID", "Item Number"),
            PRODUCT: ("Item Title",),
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
            LINE: ("Transaction ID",),
            PRODUCT: ("Item Name",),
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
        "Etsy",
        ("Order ID", "Full Name", "Number of Items", "Street 1", "Ship City"),
        {},
        refusal="is Etsy's export of orders, which has a line per order and doesn't say how many "
        'units of what are in it: download the one of "Order items" instead',
    ),
    Shop(
        "BigCommerce",
        ("Order ID", "Order Status", "Shipping Street 1", "Product Details"),
        {
            "Order number": ("Order ID",),
            "Name": ("Shipping First Name + Shipping Last Name", "Shipping Name"),
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
        (
            Check(
                "Order Status",
                ("awaiting fulfillment", "awaiting shipment"),
                "status is {!r}",
                asked={"partially refunded": _PAID_STATES.asked["partially refunded"]},
            ),
            Check("Date Shipped", ("",), "already shipped on {}"),
        ),
        products="Product Details",
    ),
    Shop(
        "Amazon order report",
        ("order-id", "sku", "quantity-purchased", "recipient-name", "ship-address-1"),
        {
            "Order number": ("order-id",),
            LINE: ("order-item-id",),
            PRODUCT: ("product-name",),
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
    """An export in our columns, what a person should know of it, and what is doubtful by line.

    `unread` are the places of its filled columns of which nothing is made.
    """

    table: Table
    notes: tuple[str, ...]
    doubts: tuple[tuple[int, str], ...] = ()
    unread: tuple[int, ...] = ()


def recognised(names: Sequence[str]) -> Shop | None:
    """The shop whose export has this first line, or None."""
    has = set(map(plain, names))
    return next((shop for shop in SHOPS if has.issuperset(map(plain, shop.signs))), None)


def read(shop: Shop, table: Table, chosen: Mapping[str, Sequence[int]] | None = None) -> Reading:
    """The export's orders that are paid and not shipped, in our columns; the others are named.

    `chosen` says by our names which of its columns a person wants to be read as something else
    than is usual. Raises `InvalidInput` for an export that lacks what orders are made of.
    """
    if shop.refusal:
        raise InvalidInput({"file": shop.refusal}, advice="Nothing was sent.")
    return _Export(shop, table, chosen or {}).reading()


@dataclass(slots=True)
class _Export:
    shop: Shop
    table: Table
    chosen: Mapping[str, Sequence[int]]
    places: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    doubts: list[tuple[int, str]] = field(default_factory=list)
    written: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are written: ours, what the shop calls it, what else was chosen."""
        return (*OURS, *AT_SHOP, *(name for name in self.chosen if name not in OURS))

    def reading(self) -> Reading:
        """The export in our columns, with its notes and doubts."""
        for place, name in enumerate(self.table.names):
            self.places.setdefault(plain(name), place)
        self.rows = [_whole(row, len(self.table.names)) for row in self.table.rows]
        rows: list[Row] = []
        for number, lines in self._orders().items():
            rows += self._taken(number, lines)
        broken = (row for row in self.rows if row.problem and not _is_footer(row))
        rows += [replace(row, cells=[]) for row in broken]
        taken = len({row.cells[0] for row in rows if row.cells})
        notes = tuple(self._notes(taken))
        return Reading(Table([*self.names], rows), notes, tuple(self.doubts), (*self._unread(),))

    def _orders(self) -> dict[str, list[Row]]:
        """The lines by order; one without a number and an address belongs to the order before."""
        orders: dict[str, list[Row]] = {}
        before = ""
        for row in self.rows:
            if row.problem or not any(cell.strip() for cell in row.cells):
                continue
            number = self._cell(row, "Order number")
            if not number and not self._cell(row, "Street") and self._cell(row, "Units"):
                number = before
            orders.setdefault(number, []).append(row)
            before = number
        return orders

    def _taken(self, number: str, rows: Sequence[Row]) -> Iterator[Row]:
        """The lines of one order that are sent, as we write them; notes why others aren't."""
        if reasons := [*self._refusals(rows)]:
            self.left_out[number or "without a number"] = reasons
            return
        head = {name: self._cell(rows[0], name) for name in _OF_ORDER}
        lines = [self._line(row, number, head) for row in rows]
        if len(lines) > 1 and not self.shop.products:
            lines = [(row, line) for row, line in lines if line["SKU"] or not self._is_sum(row)]
        doubts, told = [*self._asked(rows)], set[str]()
        for row, line in lines:
            if reason := self._line_refusal(row):
                named = f"{number}, {line['SKU'] or f'line {row.number}'}"
                self.left_out.setdefault(named, []).append(reason)
                continue
            method = line["Speed"]
            line["Speed"] = _SPEEDS.get(method.casefold(), "")
            if method and not line["Speed"]:
                doubts.append(_NO_SPEED.format(method))
            for goods in self._goods(row, line):
                self.written += 1
                at = self.written + 1 if self.shop.products else row.number
                self.doubts += [(at, it) for it in dict.fromkeys(doubts) if it not in told]
                told.update(doubts)
                cells = [{**line, **goods}[name] for name in self.names]
                yield self._written(replace(row, number=at), cells)

    def _refusals(self, rows: Sequence[Row]) -> Iterator[str]:
        for check, cell in self._of_order(rows):
            if reason := check.refuses(cell, self.places):
                yield reason

    def _asked(self, rows: Sequence[Row]) -> Iterator[str]:
        for check, cell in self._of_order(rows):
            if doubt := check.asked.get(cell.casefold()):
                yield doubt

    def _of_order(self, rows: Sequence[Row]) -> Iterator[tuple[Check, str]]:
        """What an order is judged by, each with the first cell of its lines that is filled."""
        for check in self.shop.order:
            if plain(check.column) in self.places:
                cells = (self._at(row, check.column) for row in rows)
                yield check, next((cell for cell in cells if cell), "")

    def _line_refusal(self, row: Row) -> str | None:
        reasons = (
            check.refuses(self._at(row, check.column))
            for check in self.shop.line
            if plain(check.column) in self.places
        )
        return next((reason for reason in reasons if reason), None)

    def _line(self, row: Row, number: str, head: Mapping[str, str]) -> tuple[Row, dict[str, str]]:
        """A line in our columns; one without a street has the address of the order's first."""
        line = {name: self._cell(row, name) for name in self.names}
        if not line["Street"]:
            line |= head
        line |= {FROM: self.shop.name, ORDER: number, "Number on slip": number}
        line["Order number"] = number.removeprefix("#")
        line["Country"] = country_code(line["Country"]) or line["Country"]
        return row, line

    def _is_sum(self, row: Row) -> bool:
        """Whether a line without a SKU only stands for the lines of its order, as eBay writes."""
        return self.shop.name == "eBay" and bool(self._cell(row, "Street"))

    def _goods(self, row: Row, line: Mapping[str, str]) -> list[dict[str, str]]:
        """What differs among the goods of a line, which are several where the shop writes all of an
        order into one cell.
        """
        if not self.shop.products:
            return [{"SKU": line["SKU"], "Units": line["Units"]}]
        goods = []
        for product in _NEXT_PRODUCT.split(self._at(row, self.shop.products)):
            parts = dict(_PRODUCT.findall(product))
            if parts or product.strip():
                told = {"SKU": "SKU", "Units": "Qty", LINE: "ID", PRODUCT: "Name"}
                goods.append({ours: parts.get(theirs, "") for ours, theirs in told.items()})
        return goods or [{"SKU": "", "Units": ""}]

    def _written(self, row: Row, cells: list[str]) -> Row:
        """A row of ours; where the shop's had doubtful or dated cells, ours has."""
        sources = [self._sources(name) for name in self.names]
        dates = (at for at, places in enumerate(sources) if places & row.dates)
        doubtful = (at for at, places in enumerate(sources) if places & row.doubtful)
        return Row(row.number, cells, None, frozenset(doubtful), len(cells), frozenset(dates))

    def _sources(self, ours: str) -> frozenset[int]:
        return frozenset(self._source("Order number" if ours == "Number on slip" else ours))

    def _source(self, ours: str) -> Sequence[int]:
        """The places of which a column of ours is made, in their order; none where it has none."""
        if ours in self.chosen:
            return self.chosen[ours]
        for choice in self.shop.columns.get(ours, ()):
            names = [plain(name) for name in choice.split(" + ")]
            if all(name in self.places for name in names):
                return [self.places[name] for name in names]
        return []

    def _cell(self, row: Row, ours: str) -> str:
        return " ".join(filter(None, (_own(row.cells[at]) for at in self._source(ours))))

    def _at(self, row: Row, name: str) -> str:
        return _own(row.cells[self.places[plain(name)]])

    def _notes(self, taken: int) -> Iterator[str]:
        article = "An" if self.shop.name[0] in "AEae" else "A"
        kind = "" if self.shop.name.endswith("report") else " export"
        orders = "1 order is" if taken == 1 else f"{taken} orders are"
        yield f"{article} {self.shop.name}{kind}: {orders} to be sent."
        if self.shop.products:
            yield "Lines are counted anew here: one for each product of an order."
        if self.left_out:
            told = (f"{number} ({', '.join(why)})" for number, why in self.left_out.items())
            yield f"{LEFT_OUT}{'; '.join(told)}."
        if not any(plain(check.column) in self.places for check in self.shop.order):
            yield UNTOLD
        if unread := [self.table.names[place].strip() for place in self._unread()]:
            more = len(unread) - _SHOWN
            others = f" and {more} more" if more > 0 else ""
            yield f"{NOT_SENT}{', '.join(unread[:_SHOWN])}{others}."

    def _unread(self) -> Iterator[int]:
        """The places of filled columns that are neither sent nor looked at."""
        used = {at for name in self.names for at in self._sources(name)}
        checks = (check.column for check in (*self.shop.order, *self.shop.line))
        used |= {self.places[plain(name)] for name in checks if plain(name) in self.places}
        used |= {self.places[plain(self.shop.products)]} if self.shop.products else set()
        for place in range(len(self.table.names)):
            rows = (row for row in self.rows if not row.problem)
            if place not in used and any(row.cells[place].strip() for row in rows):
                yield place


def _whole(row: Row, width: int) -> Row:
    """The row without the problem that a cell of it goes on in the next lines.

    A shop writes its export by a program, which puts each such cell into quote marks.
    """
    goes_on = row.problem == LINE_BREAK and len(row.cells) == width
    return replace(row, problem=None) if goes_on else row


def _own(cell: str) -> str:
    """A cell on one line, without blanks around it, nor the apostrophe that keeps spreadsheets from
    changing it.
    """
    cell = " ".join(part.strip() for part in cell.split(BROKEN)).strip()
    return cell[1:] if re.match(r"'[\d+=@-]", cell) else cell


def _is_footer(row: Row) -> bool:
    return _FOOTER.match(",".join(row.cells).strip()) is not None
