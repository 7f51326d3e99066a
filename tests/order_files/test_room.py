"""The orders of a file are planned against the stock and what Amazon promises."""

from __future__ import annotations

from datetime import timedelta

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.order_files import parse
from mcf.order_files.plan import Verdict
from mcf.service import MCFService
from tests.conftest import START
from tests.uploads import orders_in

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def file_orders(sku: str, *lines: str) -> list[parse.FileOrder]:
    """Orders of a file from lines of "number,quantity,speed"."""
    header = "MerchantFulfillmentOrderID,Quantity,DeliverySLA,MerchantSKU,AddressName,"
    header += (
        "AddressFieldOne,AddressCity,AddressStateOrRegion,AddressPostalCode,AddressCountryCode"
    )
    rest = f"{sku},Ada Example,100 Example Street,Springfield,IL,62701,US"
    return orders_in("\n".join([header, *(f"{one},{rest}" for one in lines)]).encode(), START)


def test_orders_of_a_file_are_planned_against_stock_and_previews(
    filled: MCFService, sku: str, request_for: MCFOrderRequest
) -> None:
    filled.submit(request_for)
    stock = filled.inventory().set_index("seller_sku")["fulfillable_quantity"][sku]
    found = file_orders(sku, "TEST-1,1,Standard", "F-1,1,Standard", f"F-2,{stock},Standard",
                        "F-3,1,ScheduledDelivery")  # fmt: skip
    planned = list(filled.files.plan(found))
    assert [plan.verdict for plan in planned] == [
        Verdict.FIX,
        Verdict.REPEAT,
        Verdict.HOLD,
        Verdict.FIX,
    ]
    assert planned[1].preview is not None
    assert planned[1].preview.total_fee is not None
