"""Looking around asks Amazon nothing."""

from __future__ import annotations

from mcf.service import MCFService
from mcf.simulator import Simulator
from tests.pages.inventory.steps import pressed, stock_page


def test_looking_around_asks_amazon_nothing(known: MCFService, simulator: Simulator) -> None:
    at = stock_page()
    simulator.requests.clear()

    at.run()
    pressed(at, "show_SKUs low")
    at.segmented_control(key="stock=Low").set_value("All").run()
    at.text_input(key="sku").input("a").run()
    at.pills(key="with").set_value(["Inbound"]).run()
    at.pills(key="with=Inbound").set_value([]).run()
    at.segmented_control(key="picture").set_value("Cover").run()
    at.segmented_control(key="picture").set_value("History").run()
    at.segmented_control(key="table").set_value("Rules").run()
    at.multiselect(key="columns").set_value(["total_quantity"]).run()
    at.query_params["open"] = known.inventory()["seller_sku"].iloc[0]
    at.run()

    assert simulator.requests.count() == 0
    assert not at.exception
