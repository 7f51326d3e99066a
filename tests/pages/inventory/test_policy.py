"""Rules for many SKUs at once, on the page."""

from __future__ import annotations

from mcf.service import MCFService
from tests.pages.conftest import texts
from tests.pages.inventory.steps import pressed, stock_page


def test_rules_of_all_that_is_shown_are_set_after_a_preview(calm: MCFService) -> None:
    skus = calm.inventory()["seller_sku"].tolist()
    calm.stock.review.choices.set_rules([{"seller_sku": skus[0], "transport_days": 18}])
    at = stock_page(table="Rules")

    at.multiselect(key="policy_rules").select("transport_days").run()
    at.text_input(key="policy_value_transport_days").set_value("soon").run()
    assert "'soon' is not a whole number from 0 to 730" in texts(at).replace("\\", "")
    at.text_input(key="policy_value_transport_days").set_value("18").run()
    assert f"{len(skus) - 1} of {len(skus)} SKUs change." in texts(at)
    pressed(at, "policy_save")

    rules = calm.stock.review.choices.rules()
    assert rules["transport_days"].reindex(skus).tolist() == [18] * len(skus)
    assert "Nothing changes" in [button.label for button in at.button]
