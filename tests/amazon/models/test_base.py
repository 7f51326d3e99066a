"""What all models share: JSON both ways without loss, times and amounts of money."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from pydantic import ValidationError

from mcf.amazon.models.answers import (
    FulfillmentPreview,
    MCFFulfillmentOrder,
    MCFInventoryItem,
    MCFOrderDetail,
    PackageTracking,
)
from mcf.amazon.models.base import AmazonTime, APIModel, Money, api_time
from mcf.errors import InvalidInput, UnexpectedAnswer
from tests.amazon.models.samples import DETAIL, LISTED, ORDER, PREVIEW, TRACKING, Json

STOCK: Json = {
    "asin": "B00EXAMPLE",
    "fnSku": "X00EXAMPLE",
    "sellerSku": "RED MUG / large, 2",
    "condition": "NewItem",
    "lastUpdatedTime": "",
    "productName": "Mug",
    "totalQuantity": 0,
    "stores": [],
    "inventoryDetails": {
        "fulfillableQuantity": 0,
        "inboundWorkingQuantity": None,
        "reservedQuantity": {"totalReservedQuantity": 0, "fcProcessingQuantity": None},
        "researchingQuantity": {
            "totalResearchingQuantity": 0,
            "researchingQuantityBreakdown": [
                {"name": "researchingQuantityInShortTerm", "quantity": 0}
            ],
        },
        "unfulfillableQuantity": {"totalUnfulfillableQuantity": 0, "moonDamagedQuantity": 1},
        "futureSupplyQuantity": {"reservedFutureSupplyQuantity": 3},
    },
}
SKU_ONLY: Json = {"sellerSku": "MUG", "lastUpdatedTime": "2026-03-01T10:00:00Z"}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (MCFFulfillmentOrder, ORDER),
        (MCFFulfillmentOrder, LISTED),
        (MCFOrderDetail, DETAIL),
        (PackageTracking, TRACKING),
        (FulfillmentPreview, PREVIEW),
        (MCFInventoryItem, STOCK),
        (MCFInventoryItem, SKU_ONLY),
    ],
)
class TestRoundTrip:
    def test_what_amazon_sends_is_given_back_unchanged(
        self, kind: type[APIModel], data: Json
    ) -> None:
        assert kind.from_api(data).to_api() == data

    def test_nothing_is_lost_by_copying(self, kind: type[APIModel], data: Json) -> None:
        model = kind.from_api(data)

        assert copy.deepcopy(model).to_api() == data
        assert model.model_copy(deep=True) == model

    def test_nothing_is_lost_by_pickling(self, kind: type[APIModel], data: Json) -> None:
        loaded = pickle.loads(pickle.dumps(kind.from_api(data)))  # noqa: S301 - made here

        assert loaded.to_api() == data

    def test_a_model_cannot_be_changed(self, kind: type[APIModel], data: Json) -> None:
        model = kind.from_api(data)
        first = next(iter(kind.model_fields))

        with pytest.raises(ValidationError, match="frozen"):
            setattr(model, first, "changed")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T15:00:00Z", datetime(2026, 3, 2, 15, tzinfo=UTC)),
        ("2026-03-02T15:00:00.250Z", datetime(2026, 3, 2, 15, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-03-02T15:00:00+09:00", datetime(2026, 3, 2, 6, tzinfo=UTC)),
        ("2026-03-02T23:30:00-01:00", datetime(2026, 3, 3, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_utc_and_remembers_how_amazon_wrote_it(text: str, moment: datetime) -> None:
    parsed = AmazonTime.parse(text)

    assert parsed == moment
    assert parsed.utcoffset() == timedelta(0)
    assert parsed.hour == moment.hour
    assert parsed.text == text


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-03-02T15:00:00",
        "2026-03-02",
        "yesterday",
        "",
        None,
        datetime(2026, 3, 2),  # noqa: DTZ001 - a time without a zone is what is refused
        "0001-01-01T00:00:00+05:00",
    ],
)
def test_what_is_no_time_with_a_zone_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"zone|isoformat|range"):
        AmazonTime.parse(wrong)


def test_a_time_reckoned_from_amazons_is_written_anew() -> None:
    order = MCFFulfillmentOrder.from_api(ORDER)
    later = order.received_date + timedelta(hours=1)

    changed = order.model_copy(update={"received_date": later})

    assert changed.to_api()["receivedDate"] == "2026-03-01T11:00:01.250Z"
    assert pickle.loads(pickle.dumps(later)) == later  # noqa: S301 - made here


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 3, 2, 15, tzinfo=UTC), "2026-03-02T15:00:00Z"),
        (datetime(2026, 3, 2, 15, 0, 0, 250_999, tzinfo=UTC), "2026-03-02T15:00:00.250Z"),
        (datetime(2026, 3, 2, 15, tzinfo=timezone(timedelta(hours=9))), "2026-03-02T06:00:00Z"),
    ],
)
def test_a_time_of_ours_is_written_as_amazon_does(moment: datetime, written: str) -> None:
    assert api_time(moment) == written
    assert AmazonTime.parse(moment).text == written


@pytest.mark.parametrize(
    ("kind", "data", "named"),
    [
        (MCFFulfillmentOrder, {**ORDER, "sellerFulfillmentOrderId": 17}, "OrderId"),
        (MCFOrderDetail, {**DETAIL, "fulfillmentOrder": None}, "fulfillmentOrder"),
        (MCFInventoryItem, {"asin": "B00EXAMPLE"}, "sellerSku"),
        (MCFInventoryItem, {"sellerSku": ""}, "sellerSku"),
        (MCFInventoryItem, ["not", "an", "object"], "body"),
        (PackageTracking, None, "body"),
        (PackageTracking, {"noFieldOf": "a parcel"}, "body"),
    ],
)
def test_an_answer_of_another_shape_is_an_error_that_names_the_place(
    kind: type[APIModel], data: object, named: str
) -> None:
    with pytest.raises(UnexpectedAnswer, match=f"{kind.__name__} lacks or misstates") as caught:
        kind.from_api(data)

    assert named in caught.value.message


def test_an_unexpected_answer_does_not_show_the_buyers_address() -> None:
    broken = {**ORDER, "sellerFulfillmentOrderId": {"name": "Ada Example"}}

    with pytest.raises(UnexpectedAnswer) as caught:
        MCFFulfillmentOrder.from_api(broken)

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "Ada Example" not in str(caught.value)


@pytest.mark.parametrize("value", ["12,50", "", "NaN", "Infinity", None])
def test_an_amount_that_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        Money.of(currency_code="USD", value=value)

    assert "number" in caught.value.problems["value"]


@pytest.mark.parametrize(("value", "sent"), [("12.50", "12.50"), (Decimal("0.10"), "0.10")])
def test_an_amount_is_sent_as_a_decimal_in_a_string(value: object, sent: str) -> None:
    assert Money.of(currency_code="USD", value=value).to_api()["value"] == sent
