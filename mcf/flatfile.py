"""Orders from a file with Amazon's flat-file columns: CSV or tab-separated, a line per order line.

Every line is read before anything is sent; what is wrong is said with its line number.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic.alias_generators import to_camel

from mcf.errors import InvalidInput
from mcf.models import MCFOrderRequest, api_time

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
DEFAULT_COMMENT = "Thank you for your order."
_ADDRESS = {
    "country_code": "AddressCountryCode",
    "name": "AddressName",
    "address_line1": "AddressFieldOne",
    "address_line2": "AddressFieldTwo",
    "address_line3": "AddressFieldThree",
    "city": "AddressCity",
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
)
_LONGEST_QUANTITY = 9

Line = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileOrder:
    """An order of a file: ready to send (`request`), or with what is wrong (`problems`)."""

    order_id: str
    lines: tuple[int, ...]
    request: MCFOrderRequest | None
    problems: tuple[str, ...] = ()


def read_file(path: Path, now: datetime, currency: str = "USD") -> list[FileOrder]:
    """The orders of a file; raises `InvalidInput` when it isn't such a file at all."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput({str(path): error.strerror or "can't be read"}) from error
    return read(data, now, currency)


def read(data: bytes, now: datetime, currency: str = "USD") -> list[FileOrder]:
    """The orders of a file's content, in its order; `now` is for orders without a date.

    Raises `InvalidInput` when it isn't text, has no header, lacks a column that is needed, or has
    no order.
    """
    grouped: dict[str, list[tuple[int, Line]]] = {}
    try:
        for number, line in _lines(data):
            grouped.setdefault(line["MerchantFulfillmentOrderID"], []).append((number, line))
    except csv.Error as error:
        raise InvalidInput({"file": f"can't be read as a table: {error}"}) from error
    if not grouped:
        raise InvalidInput({"file": "has no order"}, advice="Add a line for each order line.")
    return [_order(order_id, lines, now, currency) for order_id, lines in grouped.items()]


def _lines(data: bytes) -> Iterable[tuple[int, Line]]:
    text = decoded(data)
    head = text.partition("\n")[0]
    delimiter = max("\t;,", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip() for name in reader.fieldnames or ()]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise InvalidInput(
            {"file": f"the first line lacks the columns {', '.join(missing)}"},
            advice="Use Amazon's flat-file columns, separated by commas or tabs; see the template.",
        )
    if twice := [name for name, count in Counter(names).items() if name and count > 1]:
        raise InvalidInput({"file": f"the first line has a column twice: {', '.join(twice)}"})
    reader.fieldnames = names
    for line in reader:
        cells = {k: (v or "").strip() for k, v in line.items() if isinstance(k, str)}
        if any(cells.values()):
            extra = {"_extra": "yes"} if line.get(None) else {}
            yield reader.line_num, {**cells, **extra}


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows' encoding; raises `InvalidInput`."""
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput(
        {"file": "is not a text file"}, advice="Save it as CSV or tab-separated text."
    )


def _order(order_id: str, lines: list[tuple[int, Line]], now: datetime, currency: str) -> FileOrder:
    numbers = tuple(number for number, _ in lines)
    problems = [*_malformed(lines), *_contradictions(lines)]
    if problems:
        return FileOrder(order_id, numbers, None, tuple(problems))
    try:
        request = MCFOrderRequest.of(
            **_fields(order_id, [line for _, line in lines], now, currency)
        )
    except InvalidInput as error:
        told = tuple(f"{_place(where, numbers)} {what}" for where, what in error.problems.items())
        return FileOrder(order_id, numbers, None, told)
    return FileOrder(order_id, numbers, request)


def _malformed(lines: list[tuple[int, Line]]) -> list[str]:
    problems = []
    for number, line in lines:
        if "_extra" in line:
            problems.append(f"line {number}: has more cells than the first line has columns")
        if not _is_count(line["Quantity"]):
            problems.append(f"line {number}: Quantity {line['Quantity']!r} is not a whole number")
        if line.get("OrderItemDisposition", "").lower() not in ("", "sellable"):
            problems.append(f"line {number}: OrderItemDisposition can only be Sellable")
        problems.extend(
            f"line {number}: {name} is empty"
            for name in ("MerchantFulfillmentOrderID", "MerchantSKU")
            if not line[name]
        )
    return problems


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
        "items": [_item(i, line, currency) for i, line in enumerate(lines, start=1)],
    }
    if found := emails(head.get("NotificationEmail", "")):
        fields["notification_emails"] = found
    return {name: value for name, value in fields.items() if value is not None}


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
