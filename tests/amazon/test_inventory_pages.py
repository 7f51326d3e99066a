"""Stock read by type is that of the models, also where Amazon sends what it doesn't declare."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcf.amazon import decoding, inventory_pages
from mcf.amazon.client import MCFClient
from mcf.amazon.models.answers import MCFInventoryItem
from mcf.amazon.responses import Operation, decipher
from mcf.errors import RequestRefused, UnexpectedAnswer

STOCK = Operation.GET_INVENTORY_SUMMARIES
JSON_HEADERS = {"content-type": "application/json"}
OWN = {"seller_sku", *inventory_pages.COLUMNS, "inventory_details", "stores"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
extras = st.dictionaries(st.text().filter(lambda name: "_" not in name), anything, max_size=3)
letters = st.text(st.characters(exclude_characters="\0", codec="utf-8"))
texts = st.none() | letters
counts = st.none() | st.integers(-(2**31), 2**31)
lenient = counts | st.sampled_from(["5", " 7 ", 5.0, True])
times = (
    st.sampled_from([None, "", "2026-03-02T12:00:00Z", "2026-03-02T12:00:00.123+05:30"])
    | st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
)  # fmt: skip


def of(required: dict[str, Any] | None = None, /, **fields: st.SearchStrategy[Any]) -> Any:
    """Objects with these fields or without, and with others."""
    known = st.fixed_dictionaries(required or {}, optional=fields)
    return st.builds(lambda more, known: {**more, **known}, extras, known)


def quantities(*names: str, kind: st.SearchStrategy[Any] = counts) -> Any:
    return dict.fromkeys(names, kind)


details = of(
    **quantities("fulfillableQuantity", "inboundWorkingQuantity", "inboundShippedQuantity"),
    **quantities("inboundReceivingQuantity", kind=lenient),
    reservedQuantity=st.none()
    | of(
        **quantities("totalReservedQuantity", "pendingCustomerOrderQuantity"),
        **quantities("pendingTransshipmentQuantity", "fcProcessingQuantity", kind=lenient),
    ),
    researchingQuantity=st.none()
    | of(
        **quantities("totalResearchingQuantity"),
        researchingQuantityBreakdown=st.none() | st.lists(extras, max_size=2),
    ),
    unfulfillableQuantity=st.none()
    | of(
        **quantities("totalUnfulfillableQuantity", "customerDamagedQuantity"),
        **quantities("warehouseDamagedQuantity", "distributorDamagedQuantity"),
        **quantities("carrierDamagedQuantity", "defectiveQuantity", "expiredQuantity"),
    ),
)
skus = of(
    {"sellerSku": letters.filter(bool)},
    asin=texts,
    fnSku=texts,
    condition=texts,
    productName=texts,
    totalQuantity=lenient,
    lastUpdatedTime=times,
    stores=st.none() | st.lists(st.text(), max_size=2),
    inventoryDetails=st.none() | details,
)


def page_of(summary: object) -> bytes:
    return json.dumps({"payload": {"inventorySummaries": [summary]}}).encode()


def row_of(summary: inventory_pages.Summary) -> inventory_pages.StockRow:
    """The row of a SKU, also where its quantities can't be read.

    Raises `UnexpectedAnswer` when the model can't be read either.
    """
    found, _ = inventory_pages.stock_rows([summary])
    if found:
        return found[0]
    row = inventory_pages.inventory_row(inventory_pages._model(summary))
    return tuple(row[name] for name in inventory_pages.COLUMNS)


def read(summary: object) -> dict[str, Any]:
    """The row of the only SKU of a page, by name, with its JSON decoded."""
    data = decipher(STOCK, 200, JSON_HEADERS, page_of(summary), inventory_pages.loads)
    (one,) = data["payload"]["inventorySummaries"]
    row = dict(zip(inventory_pages.COLUMNS, row_of(one), strict=True))
    return {**row, "raw": json.loads(row["raw"])}


@given(skus)
def test_a_row_read_by_type_is_the_row_of_the_model(summary: dict[str, Any]) -> None:
    assert told(read, summary) == told(row_of_model, summary)


def row_of_model(summary: dict[str, Any]) -> dict[str, Any]:
    """The row that the model makes of what came over the wire."""
    received = decoding.loads(json.dumps(summary).encode())
    return inventory_pages.inventory_row(MCFInventoryItem.from_api(received))


@given(skus, st.sampled_from(sorted(OWN)), anything)
def test_what_the_model_cannot_read_is_not_read_by_type_either(
    summary: dict[str, Any], field: str, value: object
) -> None:
    name = "".join(part.capitalize() for part in field.split("_"))
    changed = {**summary, name[:1].lower() + name[1:]: value}
    assert told(read, changed) == told(row_of_model, changed)


def told(act: Any, summary: object) -> Any:
    try:
        return act(summary)
    except UnexpectedAnswer as error:
        return error.message


@pytest.mark.parametrize(
    "summary",
    [
        {"asin": "B000000001"},
        {"sellerSku": None},
        "A",
        None,
    ],
)
def test_a_sku_that_makes_no_sense_is_an_unexpected_answer(summary: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="MCFInventoryItem lacks or misstates"):
        read(summary)


@pytest.mark.parametrize(
    "change",
    [
        {"totalQuantity": "many"},
        {"totalQuantity": 1.5},
        {"totalQuantity": True},
        {"totalQuantity": 2**31},
        {"inventoryDetails": []},
        {"inventoryDetails": {"fulfillableQuantity": "many"}},
        {"inventoryDetails": {"reservedQuantity": {"fcProcessingQuantity": {}}}},
    ],
)
def test_a_sku_whose_units_cannot_be_read_has_no_row_that_says_none(change: dict[str, Any]) -> None:
    summary = {"sellerSku": "A", "totalQuantity": 7, **change}

    found, doubts = inventory_pages.stock_rows([summary, {"sellerSku": "B", "totalQuantity": 0}])

    assert [row[0] for row in found] == ["B"]
    assert [(doubt.key, doubt.is_kept) for doubt in doubts] == [("A", False)]
    with pytest.raises(UnexpectedAnswer, match="counts of the SKU A can't be read"):
        read(summary)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"productName": 17}, "product_name"),
        ({"asin": "B" * 21}, "asin"),
        ({"condition": ["New"]}, "condition"),
        ({"lastUpdatedTime": "yesterday"}, "last_updated_time"),
        ({"lastUpdatedTime": "0001-01-01T00:00:00+14:00"}, "last_updated_time"),
    ],
)
def test_another_field_that_cannot_be_read_is_not_known_and_the_units_are(
    change: dict[str, Any], column: str
) -> None:
    row = read({"sellerSku": "A", "totalQuantity": 7, **change})

    assert (row[column], row["total_quantity"]) == (None, 7)
    assert row["raw"] == {"sellerSku": "A", "totalQuantity": 7, **change}


def test_a_time_without_a_zone_is_utc() -> None:
    row = read({"sellerSku": "A", "lastUpdatedTime": "2026-03-02T12:00:00"})

    assert row["last_updated_time"].isoformat() == "2026-03-02T12:00:00+00:00"


def test_what_amazon_sent_is_kept_as_it_was_written() -> None:
    raw = '{"sellerSku" : "A", "brandNew": 1.50, "totalQuantity":1e0}'
    page = f'{{"payload": {{"inventorySummaries": [{raw.replace("1e0", "1")}]}}}}'
    data = decipher(STOCK, 200, JSON_HEADERS, page.encode(), inventory_pages.loads)
    row = row_of(data["payload"]["inventorySummaries"][0])
    assert (row[0], row[-1]) == ("A", raw.replace("1e0", "1"))


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b'{"payload": null}', b'{"payload": {"inventorySummaries": {}}}',
     b'{"errors": [{"code": "Unauthorized", "message": "no"}]}', b'"text"', b"17"],
)  # fmt: skip
def test_what_is_no_page_is_left_to_the_verdict_as_it_is(body: bytes) -> None:
    assert inventory_pages.loads(body) == json.loads(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"payload": {"inventorySummaries": [',
        b'{"payload": {"inventorySummaries": [{"sellerSku": "A", "new": "B"}',
        b'{"payload": {"inventorySummaries" [{"sellerSku": "A"}]}}',
    ],
)
def test_a_page_that_is_not_json_is_an_unexpected_answer(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        decipher(STOCK, 200, JSON_HEADERS, body, inventory_pages.loads)


def test_errors_beside_a_page_are_told() -> None:
    body = b'{"payload": {"inventorySummaries": []}, "errors": [{"message": "Half of it."}]}'
    with pytest.raises(RequestRefused, match="Half of it"):
        decipher(STOCK, 200, JSON_HEADERS, body, inventory_pages.loads)


@pytest.fixture
def items(client: MCFClient) -> tuple[MCFInventoryItem, ...]:
    """The stock of the small shop as models."""
    return client.get_inventory_summaries().items


def test_rows_from_amazon_are_those_of_the_models(
    client: MCFClient, items: tuple[MCFInventoryItem, ...]
) -> None:
    page = client.get_inventory_rows()
    got = [(*row[:-1], json.loads(row[-1])) for row in page.items]
    assert got == [tuple(inventory_pages.inventory_row(item).values()) for item in items]
    assert page.next_token is None
    assert len(got) == 12


def test_rows_are_asked_for_by_name_like_models(
    client: MCFClient, items: tuple[MCFInventoryItem, ...]
) -> None:
    wanted = [item.seller_sku for item in items[:2]]
    assert [row[0] for row in client.get_inventory_rows(seller_skus=wanted).items] == wanted
