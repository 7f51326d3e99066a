"""Orders from a file with Amazon's flat-file columns or plain ones: CSV, tab-separated or Excel, a
line per order line.

Every line is read before anything is sent; what is wrong is said with its line number. What the
file says is what is sent: a column or a value that can't be honoured is refused, not left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic.alias_generators import to_camel

from mcf.addresses import spoiled, zips
from mcf.amazon.models.base import api_time
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import InvalidInput
from mcf.files import apart, limits, packages, workbooks, written
from mcf.files import text as text_files
from mcf.files.harmless import meant
from mcf.files.text import DOUBTFUL, Problems, Table
from mcf.marketplaces import DEFAULT_MARKETPLACE, MARKETPLACES, Marketplace
from mcf.order_files import columns as file_columns
from mcf.order_files import shops
from mcf.order_files.columns import FEATURES, NOT_READ, OPTIONAL, REQUIRED, Head
from mcf.order_files.origins import Origin, OriginLine
from mcf.order_files.shop_skus import Part, Parts, SkuTable, Swap
from mcf.order_files.shop_skus import written as written_parts
from mcf.orders.form import DEFAULT_COMMENT, emails

_ADDRESS = {
    "country_code": "AddressCountryCode",
    "name": "AddressName",
    "address_line1": "AddressFieldOne",
    "address_line2": "AddressFieldTwo",
    "address_line3": "AddressFieldThree",
    "city": "AddressCity",
    "district_or_county": "AddressDistrictOrCounty",
    "state_or_region": "AddressStateOrRegion",
    "postal_code": "AddressPostalCode",
    "phone": "AddressPhoneNumber",
}
_ORDER_COLUMNS = (
    "DisplayableOrderID",
    "DisplayableOrderDate",
    "DisplayableOrderComment",
    *_ADDRESS.values(),
    "NotificationEmail",
    "DeliverySLA",
    "FulfillmentAction",
    "FulfillmentPolicy",
    "MarketplaceID",
    "ShipFromCountryCode",
    *FEATURES,
)
_CODES = (
    "MerchantFulfillmentOrderID",
    "DisplayableOrderID",
    "MerchantSKU",
    "MerchantFulfillmentOrderItemID",
    "AddressPostalCode",
    "AddressPhoneNumber",
    "PerUnitDeclaredValue",
)
"""Columns in which a spreadsheet takes digits for a number and shortens them."""
_NEVER_DECIMAL = (
    "MerchantFulfillmentOrderID",
    "DisplayableOrderID",
    "AddressPostalCode",
    "AddressPhoneNumber",
)
_DATE = "DisplayableOrderDate"
MOST_LINES = 10_000
"""Lines of a file of orders: at two previews a second, Amazon takes more than an hour for them."""
_YES = ("yes", "y", "true", "1", "required")
_NO = ("no", "n", "false", "0", "notrequired", "not required", "not_required")
_LONGEST_QUANTITY = 9
_SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?[Ee][+-]\d{2,3}", re.ASCII)
_MADE_DECIMAL = re.compile(r"\d+\.0", re.ASCII)
_HASHES = re.compile("#{3,}")
_DAY_NUMBER = re.compile(r"\d{4,6}(?:[.,]\d+)?", re.ASCII)
_TEXTS = (
    "MerchantFulfillmentOrderID",
    "DisplayableOrderID",
    "DisplayableOrderComment",
    *(name for name in _ADDRESS.values() if name != "AddressCountryCode"),
    "NotificationEmail",
    "GiftMessage",
    "DisplayableComment",
)
"""Columns in which people write what other people read."""
_COUNTRY = re.compile("[A-Z]{2}")
_NO_SKUS = SkuTable()
_FORMULA_ERRORS = frozenset(
    {"#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
    | {"#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#GETTING_DATA", "#EXTERNAL!"}
    | {"#PYTHON!", "#TIMEOUT!", packages.NO_RESULT}
)
_GARBLED = "\ufffd"
_UNSEEN = ("Cc", "Zl", "Zp")
_CORRECT = "Correct the lines named and give the file again; nothing was sent."
Line = Mapping[str, str]
Assigned = Mapping[int, str | None]
"""What a person says that columns are, by place: Amazon's name of one, None to leave it out."""


@dataclass(frozen=True, slots=True)
class FileOrder:
    """An order of a file: ready to send (`request`), or with what is wrong (`problems`).

    `doubts` are what looks like a mistake, and is for a person to decide. `swaps` are lines for
    whose SKU another is sent; `origin` is the order as the shop has it that the file is from.
    """

    order_id: str
    lines: tuple[int, ...]
    request: MCFOrderRequest | None
    problems: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    swaps: tuple[Swap, ...] = ()
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is read and not judged yet: its table, its head, and what a person should know of
    it; `encoding` is None for a spreadsheet. `doubts` are by line number what is to be asked.
    """

    table: Table
    head: Head
    notes: tuple[str, ...] = ()
    encoding: str | None = None
    doubts: tuple[tuple[int, str], ...] = ()

    def named(self, assigned: Assigned | None = None) -> Document:
        """The document with its columns known, that of a shop's export in our columns.

        Raises `InvalidInput` for a column that's there twice, and for an export of which no order
        can be made.
        """
        shop = shops.recognised(self.table.names)
        if shop is None:
            return replace(self, head=file_columns.match(self.table.names, assigned))
        reading = shops.read(shop, self.table, _by_own_name(assigned or {}))
        return replace(
            self,
            table=reading.table,
            head=file_columns.match(reading.table.names),
            notes=(*self.notes, *reading.notes),
            doubts=reading.doubts,
        )

    def with_cells(self, changes: Mapping[tuple[int, int], str]) -> Document:
        """The document with other texts in cells, given by line number and place."""
        by_line: dict[int, dict[int, str]] = {}
        for (number, place), text in changes.items():
            by_line.setdefault(number, {})[place] = text
        rows = [row.with_cells(by_line.get(row.number, {})) for row in self.table.rows]
        return replace(self, table=replace(self.table, rows=rows))

    def meant(self) -> dict[tuple[int, int], str]:
        """The cells that another program spoiled, by line number and place, as they're meant."""
        named = self.head.named
        places = [place for text in _TEXTS for place, name in named.items() if name == text]
        right = (
            (row.number, place, spoiled.meant(meant(row.cells[place].strip())))
            for row in self.table.rows
            if not row.problem
            for place in places
        )
        return {(number, place): text for number, place, text in right if text is not None}


def opened(
    data: bytes,
    *,
    encoding: str | None = None,
    assigned: Assigned | Callable[[Sequence[str]], Assigned] | None = None,
) -> Document:
    """What a file holds; `assigned` says what columns are, by place, as `columns.match` takes it,
    or does so when it's told their names.

    Raises `InvalidInput` as `unnamed` does, and when a column is there twice.
    """
    document = unnamed(data, encoding=encoding)
    said = assigned(document.table.names) if callable(assigned) else assigned
    return document.named(said)


def _by_own_name(assigned: Assigned) -> dict[str, list[int]]:
    """The places that a person chose for our columns, by the names that those have in a table."""
    chosen: dict[str, list[int]] = {}
    for place, amazons in sorted(assigned.items()):
        if amazons is not None:
            own = file_columns.label(amazons)
            chosen.setdefault(own if own in file_columns.PLAIN else amazons, []).append(place)
    return chosen


def unnamed(data: bytes, *, encoding: str | None = None) -> Document:
    """What a file holds as it's written, with no column known yet.

    Raises `InvalidInput` when it's empty, when it holds too much, and when it's neither text nor a
    spreadsheet. A text with letters whose encoding is only guessed is refused, too, until
    `encoding` is chosen.
    """
    if workbooks.is_workbook(data):
        sheet = apart.read(data)
        if not sheet.table.names:
            raise _empty(f"is empty: its sheet {sheet.name} has nothing in it")
        _require_few(sheet.table)
        passed = ", ".join(sheet.others)
        notes = (f"Only the sheet {sheet.name} is read, not {passed}.",) if passed else ()
        return Document(sheet.table, _no_head(sheet.table), notes)
    text = text_files.decoded(data, encoding)
    text.require_certain()
    table = text_files.table(text.text)
    if not table.names:
        raise _empty("is empty")
    _require_few(table)
    return Document(table, _no_head(table), encoding=text.encoding)


def _require_few(table: Table) -> None:
    if len(table.rows) > MOST_LINES:
        raise limits.too_much(f"has more than {MOST_LINES:,} lines of orders")


def _empty(what: str) -> InvalidInput:
    return InvalidInput(
        {"file": what}, advice="Was it saved before it was given? The template shows what goes in."
    )


def _no_head(table: Table) -> Head:
    return Head(tuple(table.names), {}, frozenset())


def judged(
    document: Document,
    now: datetime,
    marketplace: Marketplace = MARKETPLACES[DEFAULT_MARKETPLACE],
    skus: SkuTable = _NO_SKUS,
) -> list[FileOrder]:
    """The orders of a document, in its order; `now` is for orders without a date.

    `skus` tells which SKUs of Amazon's are sent for those of a shop.

    Raises `InvalidInput` when it has no header, lacks a column that is needed, has no order, holds
    values in a column that isn't known, or has a line that doesn't fit the first one.
    """
    document.head.require_needed()
    document.table.require_whole_rows(_CORRECT)
    _require_known(document)
    grouped: dict[str, list[tuple[int, Line]]] = {}
    for number, line in _lines(document):
        grouped.setdefault(line["MerchantFulfillmentOrderID"], []).append((number, line))
    if not grouped:
        raise InvalidInput({"file": "has no order"}, advice="Add a line for each order line.")
    alike = _alike(grouped)
    dates, doubts = _dates(document), _doubts(document)
    judge = _Judge(now, marketplace, skus, _at_shop(document))
    orders = (
        judge.order(order_id, lines, (*alike.get(order_id, ()), *_of(lines, dates)))
        for order_id, lines in grouped.items()
    )
    called = document.head.called
    return [
        replace(
            order,
            problems=tuple(map(called, order.problems)),
            doubts=(*map(called, _of(grouped[order.order_id], doubts)), *_misplaced(order)),
        )
        for order in orders
    ]


def _misplaced(order: FileOrder) -> Iterator[str]:
    """That the order's postal code is far from its city, if it is."""
    if order.request is None:
        return
    if doubt := zips.doubt(order.request.destination_address.model_dump()):
        yield f"line {order.lines[0]}: {doubt}"


def _doubts(document: Document) -> dict[int, list[str]]:
    """What each line has in cells that another program spoiled, and what is meant there."""
    names = document.head.named
    rows = {row.number: row for row in document.table.rows}
    doubts: dict[int, list[str]] = {}
    for number, doubt in document.doubts:
        doubts.setdefault(number, []).append(f"line {number}: {doubt}")
    for (number, place), right in document.meant().items():
        cell = meant(rows[number].cells[place].strip())
        probably = f"probably means {right!r}" if right else "probably means nothing"
        doubts.setdefault(number, []).append(f"line {number}: {names[place]} {cell!r} {probably}")
    return doubts


def _dates(document: Document) -> dict[int, list[str]]:
    """The problems of each line with cells that a spreadsheet made dates of."""
    names = {place: name for place, name in document.head.named.items() if name != _DATE}
    return {
        row.number: [
            f"line {row.number}: {names[place]} {row.cells[place]!r} is a date to the spreadsheet: "
            "format the column as text and enter it again"
            for place in sorted(row.dates & names.keys())
        ]
        for row in document.table.rows
        if row.dates
    }


def _of(lines: Sequence[tuple[int, Line]], problems: Mapping[int, list[str]]) -> list[str]:
    return [problem for number, _ in lines for problem in problems.get(number, ())]


def _require_known(document: Document) -> None:
    """Raises `InvalidInput` for columns that hold a value but aren't known."""
    problems: dict[str, str] = {}
    for place in document.head.unknown:
        written = document.table.names[place].strip()
        row = next((row for row in document.table.rows if row.cells[place].strip()), None)
        if row is not None:
            near = file_columns.near(written)
            hint = f"; did you mean {file_columns.label(near)}?" if near else ""
            problem = f"isn't known, but line {row.number} has a value in it{hint}"
            problems[f"column {written or place + 1}"] = problem
    if problems:
        raise InvalidInput(
            problems,
            advice="Delete the column if Amazon needn't know it, give it the name that the "
            "template has, or say once what it is with `columns set`; nothing was sent.",
        )


def _lines(document: Document) -> Iterator[tuple[int, Line]]:
    """The lines by column; raises `InvalidInput` where quote marks leave doubt."""
    table, head = document.table, document.head
    problems = Problems()
    for row in table.rows:
        for place in sorted(row.doubtful & head.named.keys()):
            doubt = DOUBTFUL.format(row.cells[place])
            problems.add(row.number, f"{document.head.heading(place)} {doubt}")
    if problems.found:
        raise problems.error(_CORRECT)
    for row in table.rows:
        yield row.number, {name: head.cell(name, row.cells) for name in head.places}


def _at_shop(document: Document) -> dict[int, Line]:
    """What the shop calls each line and its order, by AT_SHOP and line number."""
    places = document.head.at_shop
    return {
        row.number: {name: meant(row.cells[place].strip()) for name, place in places.items()}
        for row in document.table.rows
        if not row.problem
    }


def _alike(grouped: Mapping[str, list[tuple[int, Line]]]) -> dict[str, tuple[str, ...]]:
    """A problem for each order number that another one equals but for small and capital letters."""
    spelled: dict[str, list[str]] = {}
    for order_id in grouped:
        spelled.setdefault(order_id.casefold(), []).append(order_id)
    return {
        one: tuple(
            f"line {grouped[one][0][0]}: MerchantFulfillmentOrderID differs from line "
            f"{grouped[other][0][0]} only in small and capital letters: write both alike, or give "
            "one another number"
            for other in ids
            if other != one
        )
        for ids in spelled.values()
        for one in ids
        if len(ids) > 1
    }


@dataclass(frozen=True, slots=True)
class _Judge:
    """Makes orders of lines; `at_shop` is what the shop calls each, by line number."""

    now: datetime
    marketplace: Marketplace
    skus: SkuTable
    at_shop: Mapping[int, Line]

    def order(
        self, order_id: str, lines: list[tuple[int, Line]], alike: Sequence[str]
    ) -> FileOrder:
        """The order of these lines, or what is wrong with them; `alike` is wrong already."""
        numbers = tuple(number for number, _ in lines)
        swaps = tuple(swap for number, line in lines if (swap := self._swap(number, line)))
        parts = {swap.line: swap.parts for swap in swaps}
        wrong = (
            f"line {number}: {problem}"
            for number, line in lines
            for problem in (
                *_malformed(line),
                *_unsendable(line, self.marketplace),
                *_undivided(line, parts.get(number, ())),
            )
        )
        if problems := [*wrong, *_contradictions(lines), *alike]:
            return FileOrder(order_id, numbers, None, tuple(problems), swaps=swaps)
        goods = [
            (number, line, part)
            for number, line in lines
            for part in parts.get(number) or (Part(line["MerchantSKU"]),)
        ]
        try:
            fields = _fields(order_id, lines[0][1], self.now)
            items = _items([(line, part) for _, line, part in goods], self.marketplace.currency)
            request = MCFOrderRequest.of(**fields, items=items)
        except InvalidInput as error:
            of_items = [number for number, _, _ in goods]
            refusals = tuple(
                f"{_place(where, numbers, of_items)} "
                f"{what.replace('displayableOrderId', 'DisplayableOrderID')}"
                for where, what in error.problems.items()
            )
            return FileOrder(order_id, numbers, None, refusals, swaps=swaps)
        return FileOrder(order_id, numbers, request, swaps=swaps, origin=self._origin(lines, parts))

    def _swap(self, number: int, line: Line) -> Swap | None:
        sku = line["MerchantSKU"]
        parts = self.skus.parts(self._told(number, file_columns.FROM), sku)
        return Swap(number, sku, parts) if parts and parts != (Part(sku),) else None

    def _told(self, number: int, name: str) -> str:
        return self.at_shop.get(number, {}).get(name, "")

    def _origin(self, lines: list[tuple[int, Line]], parts: Mapping[int, Parts]) -> Origin | None:
        """The order as its shop has it; None for a file of no shop."""
        first = lines[0][0]
        shop = self._told(first, file_columns.FROM)
        if not shop:
            return None
        told = tuple(
            OriginLine(
                self._told(number, file_columns.LINE),
                self._told(number, file_columns.PRODUCT),
                line["MerchantSKU"],
                int(line["Quantity"]),
                parts.get(number) or (Part(line["MerchantSKU"]),),
            )
            for number, line in lines
        )
        order, own = self._told(first, file_columns.ORDER), self._told(first, file_columns.ID)
        return Origin(shop, order or lines[0][1]["MerchantFulfillmentOrderID"], own, told)


def _undivided(line: Line, parts: Parts) -> Iterator[str]:
    """That a value can't be declared for what goes out instead of one unit."""
    if line.get("PerUnitDeclaredValue") and (len(parts) > 1 or any(it.units > 1 for it in parts)):
        yield (
            f"PerUnitDeclaredValue can't be divided among {written_parts(parts)}, which goes out "
            "for each unit: empty the cell"
        )


def _malformed(line: Line) -> Iterator[str]:
    """What is wrong with how the cells of a line are written."""
    if not _is_count(line["Quantity"]):
        yield f"Quantity {line['Quantity']!r} is not a whole number"
    for name in ("MerchantFulfillmentOrderID", "MerchantSKU"):
        if not line[name]:
            yield f"{name} is empty"
    for name in _CODES:
        if problem := _mangled(name, line.get(name, "")):
            yield f"{name} {line[name]!r} {problem}"
    if problem := _no_date(line.get(_DATE, "")):
        yield f"{_DATE} {line[_DATE]!r} {problem}: write it like 2026-01-31 or 2026-01-31T09:00Z"
    if problem := _no_amount(line.get("PerUnitDeclaredValue", "")):
        yield f"PerUnitDeclaredValue {problem}"
    for name, cell in line.items():
        if problem := _unreadable(cell):
            yield f"{name} {problem}"


def _no_date(cell: str) -> str | None:
    """Why a cell is no date; None for one that is, and for an empty one."""
    if _DAY_NUMBER.fullmatch(cell):
        return "is a spreadsheet's number of a day"
    try:
        written.moment(cell or "2026-01-31")
    except ValueError as error:
        return str(error)
    return None


def _no_amount(cell: str) -> str | None:
    """Why a cell is no amount; None for one that is, for an empty and for a mangled one."""
    try:
        if cell and not _SHORTENED.fullmatch(cell):
            written.amount(cell)
    except ValueError as error:
        return str(error)
    return None


def _mangled(name: str, cell: str) -> str | None:
    """What a spreadsheet did to a number that was to be a text."""
    if _SHORTENED.fullmatch(cell):
        return (
            "was shortened by a spreadsheet, and its digits are lost: format the column as text "
            "and enter it again"
        )
    if name in _NEVER_DECIMAL and _MADE_DECIMAL.fullmatch(cell):
        return "was made a decimal number by a program: write it without its end"
    return None


def _unreadable(cell: str) -> str | None:
    if cell in _FORMULA_ERRORS or _HASHES.fullmatch(cell):
        return f"{cell!r} is an error of a spreadsheet, not a text: enter it again as text"
    if _GARBLED in cell:
        return f"{cell!r} has letters that were lost when the file was saved: enter them again"
    for letter in cell:
        if letter != "\t" and unicodedata.category(letter) in _UNSEEN:
            return f"holds a control character or line break (U+{ord(letter):04X}): take it out"
    return None


def _unsendable(line: Line, marketplace: Marketplace) -> Iterator[str]:
    """What a line asks for that can't be sent as it's asked."""
    if line.get("OrderItemDisposition", "").lower() not in ("", "sellable"):
        yield "OrderItemDisposition can only be Sellable"
    if line.get("MarketplaceID", "") not in ("", marketplace.id):
        yield (
            f"MarketplaceID {line['MarketplaceID']!r} is not the marketplace that is set here, "
            f"{marketplace.id} ({marketplace.name})"
        )
    if (country := line.get("ShipFromCountryCode")) and not _COUNTRY.fullmatch(country):
        yield (
            f"ShipFromCountryCode {country!r} is not a country code of two capital letters, like US"
        )
    for name in FEATURES:
        if line.get(name, "").lower() not in ("", *_YES, *_NO):
            yield f"{name} {line[name]!r} is neither yes nor no"
    for name, why in NOT_READ.items():
        if line.get(name, "").lower() not in ("", *_NO):
            yield f"{name} can't be sent, as {why}: empty the cell"


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_QUANTITY


def _contradictions(lines: list[tuple[int, Line]]) -> list[str]:
    (first, head), *others = lines
    return [
        f"line {number}: {name} differs from line {first} of the same order"
        for number, line in others
        for name in _ORDER_COLUMNS
        if line.get(name) and line.get(name) != head.get(name, "")
    ]


def _fields(order_id: str, head: Line, now: datetime) -> dict[str, Any]:
    """What stands in the first line of an order, for all of it."""
    date = head.get(_DATE)
    fields: dict[str, Any] = {
        "seller_fulfillment_order_id": order_id,
        "displayable_order_id": head.get("DisplayableOrderID") or order_id,
        "displayable_order_date": api_time(written.moment(date) if date else now),
        "displayable_order_comment": head.get("DisplayableOrderComment") or DEFAULT_COMMENT,
        "shipping_speed_category": head.get("DeliverySLA") or "Standard",
        "destination_address": {k: head[c] for k, c in _ADDRESS.items() if head.get(c)},
        "fulfillment_action": head.get("FulfillmentAction") or None,
        "fulfillment_policy": head.get("FulfillmentPolicy") or None,
        "ship_from_country_code": head.get("ShipFromCountryCode") or None,
        "feature_constraints": _features(head) or None,
    }
    if addresses := emails(head.get("NotificationEmail", "")):
        fields["notification_emails"] = addresses
    return {name: value for name, value in fields.items() if value is not None}


def _features(head: Line) -> list[dict[str, str]]:
    return [
        {
            "feature_name": feature,
            "feature_fulfillment_policy": "Required" if cell.lower() in _YES else "NotRequired",
        }
        for name, feature in FEATURES.items()
        if (cell := head.get(name))
    ]


def _items(goods: Sequence[tuple[Line, Part]], currency: str) -> list[dict[str, Any]]:
    """The lines of an order as Amazon takes them; those of a bundle have numbers of their own."""
    of_line = Counter(id(line) for line, _ in goods)
    seen: Counter[int] = Counter()
    items = []
    for position, (line, part) in enumerate(goods, start=1):
        seen[id(line)] += 1
        number = line.get("MerchantFulfillmentOrderItemID")
        if number and of_line[id(line)] > 1:
            number = f"{number}-{seen[id(line)]}"
        items.append(_item(number or str(position), line, part, currency))
    return items


def _item(number: str, line: Line, part: Part, currency: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "seller_sku": part.sku,
        "seller_fulfillment_order_item_id": number,
        "quantity": int(line["Quantity"]) * part.units,
        "gift_message": line.get("GiftMessage") or None,
        "displayable_comment": line.get("DisplayableComment") or None,
    }
    if line.get("PerUnitDeclaredValue"):
        value = f"{written.amount(line['PerUnitDeclaredValue']):f}"
        item["per_unit_declared_value"] = {"currency_code": currency, "value": value}
    return {name: value for name, value in item.items() if value is not None}


_COLUMN_OF = {
    "sellerFulfillmentOrderId": "MerchantFulfillmentOrderID",
    "displayableOrderId": "DisplayableOrderID",
    "displayableOrderDate": "DisplayableOrderDate",
    "displayableOrderComment": "DisplayableOrderComment",
    "shippingSpeedCategory": "DeliverySLA",
    "fulfillmentAction": "FulfillmentAction",
    "fulfillmentPolicy": "FulfillmentPolicy",
    **{f"destinationAddress.{to_camel(name)}": column for name, column in _ADDRESS.items()},
    "notificationEmails": "NotificationEmail",
    "items": "its lines are",
}
_ITEM_COLUMN_OF = {
    "sellerSku": "MerchantSKU",
    "quantity": "Quantity",
    "sellerFulfillmentOrderItemId": "MerchantFulfillmentOrderItemID",
    "giftMessage": "GiftMessage",
    "displayableComment": "DisplayableComment",
    "perUnitDeclaredValue": "PerUnitDeclaredValue",
}


def _place(where: str, numbers: Sequence[int], of_items: Sequence[int]) -> str:
    if where == "order":
        return f"line {numbers[0]}:"
    part, _, rest = where.partition(".")
    if part == "items" and rest:
        index, _, field = rest.partition(".")
        column = _ITEM_COLUMN_OF.get(field.partition(".")[0], field)
        return f"line {of_items[int(index)]}: {column}"
    return f"line {numbers[0]}: {_COLUMN_OF.get(where) or _COLUMN_OF.get(part, where)}"


def template(names: Mapping[str, str] | None = None) -> list[list[str]]:
    """The first line and one order, to start from: `names` are own names of columns and Amazon's.

    Without them the columns are Amazon's.
    """
    example = {
        "MerchantFulfillmentOrderID": "1001",
        "MerchantSKU": "YOUR-SKU",
        "Quantity": "1",
        "AddressName": "Jane Example",
        "AddressFieldOne": "100 Example Street",
        "AddressCity": "Springfield",
        "AddressStateOrRegion": "IL",
        "AddressPostalCode": "62701",
        "AddressCountryCode": "US",
        "DeliverySLA": "Standard",
    }
    columns = names or {name: name for name in (*REQUIRED, *OPTIONAL)}
    return [[*columns], [example.get(amazons, "") for amazons in columns.values()]]
