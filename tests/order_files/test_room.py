"""The orders of a file are planned against the stock and what Amazon promises."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.order_files import parse
from mcf.order_files.origins import Origin, OriginLine
from mcf.order_files.plan import Verdict
from mcf.order_files.shop_skus import Part
from mcf.service import MCFService
from tests.conftest import START
from tests.uploads import file_of, orders_in

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


def test_orders_of_a_shop_go_back_with_the_numbers_of_their_parcels(filled: MCFService) -> None:
    packages = filled.packages()
    shipped = packages[packages["tracking_number"].notna()].iloc[0]
    order_id = shipped["seller_fulfillment_order_id"]
    line = OriginLine("9", "Mug", "MUG", 1, (Part("NOT-IN-IT"),))
    origins = {order_id: Origin("Etsy", "3001", "", (line,)), "NEW": Origin("Etsy", "2", "", ())}
    filled.files.origins.keep(origins, "file")

    (of_file,) = filled.files.given_back(ZoneInfo("UTC"), file_id="file")
    (of_orders,) = filled.files.given_back(ZoneInfo("UTC"), [order_id])

    assert (of_file.said, of_orders.said) == (
        "1 of 2 orders have a tracking number",
        "1 of 1 order has a tracking number",
    )
    assert filled.files.given_back(ZoneInfo("UTC"), ["NEW 2"]) == []


def test_a_file_on_disk_is_read_with_what_is_remembered_of_its_columns(
    filled: MCFService, sku: str, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(file_of(("F-1", sku, "1")).replace(b"MerchantFulfillmentOrderID", b"Ref"))
    names = parse.unnamed(path.read_bytes()).table.names
    filled.files.mappings.keep(names, {0: "MerchantFulfillmentOrderID"}, None)

    document = filled.files.opened(path)

    assert document.head.missing == ()
    assert document.notes == (
        "Columns are read as you said for files with these: Ref is Order number.",
    )
