"""What is drawn a moment after the page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from mcf.service import MCFService
from pages.parts.common import places
from tests.pages.conftest import ROOT
from tests.pages.inventory.steps import skus
from tests.waiting import PATIENCE


def test_the_table_is_there_before_what_stands_around_it(calm: MCFService) -> None:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE).run()

    at.switch_page(places.INVENTORY).run()
    assert skus(at) == calm.inventory()["seller_sku"].tolist()
    assert not at.metric

    at.run()
    assert skus(at) == calm.inventory()["seller_sku"].tolist()
    assert len(at.metric) == 12
