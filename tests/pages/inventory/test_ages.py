"""How old units are, on the page of a SKU."""

from __future__ import annotations

from mcf.service import MCFService
from pages.parts.common import places
from tests.inventory.test_ages import LINE, changed, report
from tests.pages.conftest import open_page, texts


def test_ages_and_fees_are_told_with_their_day(calm: MCFService) -> None:
    sku = calm.inventory()["seller_sku"].iloc[0]
    day = f"{calm.now():%Y-%m-%d}"
    assert "How old" not in texts(open_page(places.INVENTORY, open=sku))
    calm.stock.import_ages(report(changed(sku=sku, snapshot_date=day)))

    told = texts(open_page(places.INVENTORY, open=sku))

    assert "**30** from 91 to 180 days, **12** from 181 to 270, **3** from 271 to 365" in told
    assert "Surcharge on age, on the next 15th: 5.70 USD. Storage next month: 12.10 USD" in told
    assert f"estimates of {calm.now():%d %b %Y}, today" in told
    assert any("Older than 180 days" in one.title for one in calm.stock.review.concerns())


def test_what_the_report_does_not_tell_is_said(calm: MCFService) -> None:
    sku = calm.inventory()["seller_sku"].iloc[0]
    names = ("snapshot-date", "sku", "inv-age-181-to-270-days")
    calm.stock.import_ages(report((f"{calm.now():%Y-%m-%d}", sku, "4"), names=names))

    told = texts(open_page(places.INVENTORY, open=sku))

    assert "**not told** from 91 to 180 days, **4** from 181 to 270" in told
    assert "Storage next month: not told" in told
    assert LINE[0] not in told
