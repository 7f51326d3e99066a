"""Orders from a file with Amazon's flat-file columns: CSV or tab-separated, a line per order line.

Every line is read before anything is sent; what is wrong is said with its line number. What the
file says is what is sent: a column or a value that can't be honoured is refused, not left out.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic.alias_generators import to_camel

from mcf import encodings, textfile
from mcf.errors import InvalidInput
from mcf.marketplaces import DEFAULT_MARKETPLACE, MARKETPLACES, Marketplace
from mcf.models import MCFOrderRequest, api_time
from mcf.textfile import DOUBTFUL, Problems, Row, Table

REQUIRED = (
    "MerchantFulfillmentOrderID",
    "MerchantSKU",
    "Quantity",
    "AddressName",
    "AddressFieldOne",
    "AddressPostalCode",
    "AddressCountryCode",
)
OPTIONAL = (
    "DisplayableOrderID",
    "DisplayableOrderDate",
    "MerchantFulfillmentOrderItemID",
    "GiftMessage",
    "DisplayableComment",
    "PerUnitDeclaredValue",
    "DisplayableOrderComment",
    "DeliverySLA",
    "AddressFieldTwo",
    "AddressFieldThree",
    "AddressCity",
    "AddressStateOrRegion",
    "AddressPhoneNumber",
    "NotificationEmail",
    "FulfillmentAction",
    "FulfillmentPolicy",
    "OrderItemDisposition",
)
FEATURES = {
    "BlankBox": "BLANK_BOX",
    "BlockAMZL": "BLOCK_AMZL",
    "Overbox": "OVERBOX",
    "SignatureConfirmation": "SIGNATURE_CONFIRMATION",
    "PackingSlip": "PACKING_SLIP",
    "DeliverTogether": "DELIVER_TOGETHER",
}
"""Columns for Amazon's features of an order: yes or no.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference
"""
ALSO_READ = ("MarketplaceID", "ShipFromCountryCode", "AddressDistrictOrCounty", *FEATURES)
"""Columns that are honoured where a file has them, but that few sellers need."""
_PAYMENT = "payment on delivery can't be ordered here"
NOT_READ = {
    "IsCOD": _PAYMENT,
    "IsCODRequired": _PAYMENT,
    "CODCollectionMethod": _PAYMENT,
    "OrderCODCharge": _PAYMENT,
    "OrderCODChargeTax": _PAYMENT,
    "OrderShipCharge": _PAYMENT,
    "OrderShipChargeTax": _PAYMENT,
    "PerUnitPrice": _PAYMENT,
    "PerUnitTax": _PAYMENT,
    "FulfillmentNetworkSKU": "Amazon chooses the units by MerchantSKU",
    "FulfillmentMethod": "orders from here go to consumers only",
    "DeliveryWindowStart": "a delivery window can't be ordered here",
    "DeliveryWindowEnd": "a delivery window can't be ordered here",
}
"""Amazon's columns that are refused where they hold a value, and why."""
DEFAULT_COMMENT = "Thank you for your order."
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
_COLUMNS = (*REQUIRED, *OPTIONAL, *ALSO_READ, *NOT_READ)
_YES = ("yes", "y", "true", "1", "required")
_NO = ("no", "n", "false", "0", "notrequired", "not required", "not_required")
_LONGEST_QUANTITY = 9
_SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?[Ee][+-]\d{2,3}", re.ASCII)
_MADE_DECIMAL = re.compile(r"\d+\.0", re.ASCII)
_HASHES = re.compile("#{3,}")
_DAY_NUMBER = re.compile(r"\d{4,6}(?:[.,]\d+)?", re.ASCII)
_COUNTRY = re.compile("[A-Z]{2}")
_FORMULA_ERRORS = frozenset(
    {"#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)
_GARBLED = "\ufffd"
_UNSEEN = ("Cc", "Zl", "Zp")
_CORRECT = "Correct the lines named and give the file again; nothing was sent."
_RENAME = "Use Amazon's flat-file columns, separated by commas or tabs; see the template."

Line = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileOrder:
    """An order of a file: ready to send (`request`), or with what is wrong (`problems`)."""

    order_id: str
    lines: tuple[int, ...]
    request: MCFOrderRequest | None
    problems: tuple[str, ...] = ()


def read_file(
    path: Path,
    now: datetime,
    marketplace: Marketplace = MARKETPLACES[DEFAULT_MARKETPLACE],
    *,
    encoding: str | None = None,
) -> list[FileOrder]:
    """The orders of a file; raises `InvalidInput` as `read` does, and when there's no such file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput({str(path): error.strerror or "can't be read"}) from error
    return read(data, now, marketplace, encoding=encoding)


def read(
    data: bytes,
    now: datetime,
    marketplace: Marketplace = MARKETPLACES[DEFAULT_MARKETPLACE],
    *,
    encoding: str | None = None,
) -> list[FileOrder]:
    """The orders of a file's content, in its order; `now` is for orders without a date.

    Raises `InvalidInput` when it isn't text, has no header, lacks a column that is needed, has no
    order, holds values in a column that isn't known, or has a line that doesn't fit the first one.
    A file with letters whose encoding is only guessed is refused, too, until `encoding` is chosen.
    """
    text = encodings.decoded(data, encoding)
    text.require_certain()
    table = textfile.table(text.text)
    columns = _columns(table)
    table.require_whole_rows(_CORRECT)
    _require_known(table, columns)
    grouped: dict[str, list[tuple[int, Line]]] = {}
    for number, line in _lines(table, columns):
        grouped.setdefault(line["MerchantFulfillmentOrderID"], []).append((number, line))
    if not grouped:
        raise InvalidInput({"file": "has no order"}, advice="Add a line for each order line.")
    alike = _alike(grouped)
    return [
        _order(order_id, lines, now, marketplace, alike.get(order_id, ()))
        for order_id, lines in grouped.items()
    ]


def _plain(name: str) -> str:
    """A column's name without what sellers and templates write differently."""
    return re.sub(r"[\s_\-*]", "", name).casefold()


def _columns(table: Table) -> dict[str, int]:
    """Where each known column is; raises `InvalidInput` for one that's missing or there twice."""
    known = {_plain(name): name for name in _COLUMNS}
    places: dict[str, int] = {}
    for place, written in enumerate(table.names):
        name = known.get(_plain(written))
        if name in places:
            first = table.names[places[name]].strip()
            raise InvalidInput(
                {"file": f"the first line has a column twice: {first}, {written.strip()}"},
                advice="Delete the one that isn't meant, and give the file again.",
            )
        if name:
            places[name] = place
    if missing := [name for name in REQUIRED if name not in places]:
        others = [name for place, name in enumerate(table.names) if place not in places.values()]
        raise InvalidInput(
            {"file": f"the first line lacks the columns {', '.join(missing)}{_near(others)}"},
            advice=_RENAME,
        )
    return places


def _near(names: Iterable[str]) -> str:
    found = ((name.strip(), _meant(name)) for name in names)
    told = "; ".join(f"{name!r} may be meant as {meant}" for name, meant in found if meant)
    return f" ({told})" if told else ""


def _meant(name: str) -> str | None:
    """The known column whose name is nearest."""
    known = {_plain(each): each for each in (*REQUIRED, *OPTIONAL, *ALSO_READ)}
    near = difflib.get_close_matches(_plain(name), known, n=1, cutoff=0.8)
    return known[near[0]] if near else None


def _require_known(table: Table, columns: Mapping[str, int]) -> None:
    """Raises `InvalidInput` for columns that hold a value but aren't known."""
    problems: dict[str, str] = {}
    for place, written in enumerate(table.names):
        if place in columns.values():
            continue
        row = next((row for row in table.rows if row.cells[place].strip()), None)
        if row is not None:
            name = f"column {written.strip()}" if written.strip() else f"column {place + 1}"
            meant = _meant(written)
            hint = f"; did you mean {meant}?" if meant else ""
            problems[name] = f"isn't known, but line {row.number} has a value in it{hint}"
    if problems:
        raise InvalidInput(
            problems,
            advice="Delete the column if Amazon needn't know it, or give it the name that the "
            "template has; nothing was sent.",
        )


def _lines(table: Table, columns: Mapping[str, int]) -> Iterator[tuple[int, Line]]:
    """The lines by column; raises `InvalidInput` where quote marks leave doubt."""
    problems = Problems()
    for row in table.rows:
        for place in sorted(row.doubtful & set(columns.values())):
            name = table.names[place].strip()
            problems.add(row.number, f"{name} {DOUBTFUL.format(row.cells[place])}")
    if problems.found:
        raise problems.told(_CORRECT)
    for row in table.rows:
        yield row.number, _line(row, columns)


def _line(row: Row, columns: Mapping[str, int]) -> Line:
    return {name: row.cells[place].strip() for name, place in columns.items()}


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


def _order(
    order_id: str,
    lines: list[tuple[int, Line]],
    now: datetime,
    marketplace: Marketplace,
    alike: Sequence[str],
) -> FileOrder:
    numbers = tuple(number for number, _ in lines)
    wrong = (
        f"line {number}: {problem}"
        for number, line in lines
        for problem in (*_malformed(line), *_unsendable(line, marketplace))
    )
    problems = [*wrong, *_contradictions(lines), *alike]
    if problems:
        return FileOrder(order_id, numbers, None, tuple(problems))
    try:
        request = MCFOrderRequest.of(
            **_fields(order_id, [line for _, line in lines], now, marketplace.currency)
        )
    except InvalidInput as error:
        told = tuple(f"{_place(where, numbers)} {what}" for where, what in error.problems.items())
        return FileOrder(order_id, numbers, None, told)
    return FileOrder(order_id, numbers, request)


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
    if _DAY_NUMBER.fullmatch(line.get("DisplayableOrderDate", "")):
        yield (
            f"DisplayableOrderDate {line['DisplayableOrderDate']!r} is a spreadsheet's number of a "
            "day: write it like 2026-01-31T09:00:00Z"
        )
    for name, cell in line.items():
        if problem := _unreadable(cell):
            yield f"{name} {problem}"


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


def _fields(order_id: str, lines: list[Line], now: datetime, currency: str) -> dict[str, Any]:
    head = lines[0]
    fields: dict[str, Any] = {
        "seller_fulfillment_order_id": order_id,
        "displayable_order_id": head.get("DisplayableOrderID") or order_id,
        "displayable_order_date": head.get("DisplayableOrderDate") or api_time(now),
        "displayable_order_comment": head.get("DisplayableOrderComment") or DEFAULT_COMMENT,
        "shipping_speed_category": head.get("DeliverySLA") or "Standard",
        "destination_address": {k: head[c] for k, c in _ADDRESS.items() if head.get(c)},
        "fulfillment_action": head.get("FulfillmentAction") or None,
        "fulfillment_policy": head.get("FulfillmentPolicy") or None,
        "ship_from_country_code": head.get("ShipFromCountryCode") or None,
        "feature_constraints": _features(head) or None,
        "items": [_item(i, line, currency) for i, line in enumerate(lines, start=1)],
    }
    if found := emails(head.get("NotificationEmail", "")):
        fields["notification_emails"] = found
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


def emails(text: str) -> list[str]:
    """The addresses of a text in which commas or semicolons part them."""
    return [mail.strip() for mail in text.replace(";", ",").split(",") if mail.strip()]


def _item(position: int, line: Line, currency: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "seller_sku": line["MerchantSKU"],
        "seller_fulfillment_order_item_id": line.get("MerchantFulfillmentOrderItemID")
        or str(position),
        "quantity": int(line["Quantity"]),
        "gift_message": line.get("GiftMessage") or None,
        "displayable_comment": line.get("DisplayableComment") or None,
    }
    if line.get("PerUnitDeclaredValue"):
        value = line["PerUnitDeclaredValue"]
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
}


_ITEM_COLUMN_OF = {
    "sellerSku": "MerchantSKU",
    "sellerFulfillmentOrderItemId": "MerchantFulfillmentOrderItemID",
    "giftMessage": "GiftMessage",
    "displayableComment": "DisplayableComment",
    "perUnitDeclaredValue": "PerUnitDeclaredValue",
}


def _place(where: str, numbers: Sequence[int]) -> str:
    if where == "order":
        return f"line {numbers[0]}:"
    part, _, rest = where.partition(".")
    if part == "items" and rest:
        index, _, field = rest.partition(".")
        column = _ITEM_COLUMN_OF.get(field.partition(".")[0], field)
        return f"line {numbers[int(index)]}: {column}"
    return f"line {numbers[0]}: {_COLUMN_OF.get(where) or _COLUMN_OF.get(part, where)}"


def template() -> str:
    """A file with every column and one order, to start from."""
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
        "DisplayableOrderDate": api_time(datetime.now(UTC).replace(microsecond=0)),
    }
    columns = (*REQUIRED, *OPTIONAL)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerow({name: example.get(name, "") for name in columns})
    return out.getvalue()
