"""SKUs of shops: asked for once, kept in a table that can be seen, changed and imported."""

from __future__ import annotations

import pandas as pd

from mcf.order_files.shop_skus import ALL_SHOPS, Change, Part, SkuTable
from mcf.service import MCFService
from pages.parts.common import places
from pages.parts.order_files import skus
from tests.order_files.test_shops import ETSY
from tests.pages.conftest import open_page, texts
from tests.pages.order_files.steps import the_button, uploaded

COLUMNS = ["Shop", "SKU at the shop", "SKU at Amazon", "Units"]


def test_a_sku_that_amazon_hasnt_is_asked_for_and_both_are_shown(
    program: MCFService, sku: str
) -> None:
    at = uploaded(ETSY.encode())
    assert "1 SKU of this file isn't one of yours at Amazon." in texts(at)
    assert at.button(key="remember_skus").disabled
    which = at.selectbox(key="which-Etsy-APRON")
    assert which.value is None

    which.select(sku).run()
    at.number_input(key="units-Etsy-APRON").set_value(2).run()
    at.button(key="remember_skus").click().run()

    swap = f"APRON -> 2 x {sku}"
    assert program.files.skus.table().parts("Etsy", "APRON") == (Part(sku, 2),)
    (grid,) = (table.value for table in at.dataframe if "Sent as" in table.value)
    assert list(grid["Sent as"]) == [swap]
    assert the_button(at).label == "Ship 1 order"
    assert f"For SKUs of your shop: {swap}" in texts(at).replace("\\", "")


def test_who_chose_otherwise_than_another_window_answered_is_told(
    program: MCFService, sku: str
) -> None:
    at = uploaded(ETSY.encode())
    at.selectbox(key="which-Etsy-APRON").select(sku).run()
    program.files.skus.put("Etsy", "APRON", (Part(sku, 5),))

    at.button(key="remember_skus").click().run()

    said = texts(at).replace("\\", "")
    assert f"APRON -> 5 x {sku}, where you chose {sku}" in said
    at.button(key="answered_skus").click().run()
    assert "Another window answered" not in texts(at)


def test_the_table_is_seen_and_tells_when_another_window_changes_it(program: MCFService) -> None:
    program.files.skus.put("Etsy", "MUG", (Part("SKU-1", 2), Part("SKU-9")))
    at = open_page(places.NEW_ORDER, way="Many from a file")
    at.toggle(key="show_shop_skus").set_value(True).run()
    assert at.dataframe[0].value.to_numpy().tolist() == [
        ["Etsy", "MUG", "SKU-1", 2],
        ["Etsy", "MUG", "SKU-9", 1],
    ]

    program.files.skus.put("Etsy", "MUG", (Part("SKU-1"),))
    at.run()

    assert "Another window changed the table" in texts(at)
    at.button(key="sku_table_again").click().run()
    assert at.dataframe[0].value.to_numpy().tolist() == [["Etsy", "MUG", "SKU-1", 1]]
    assert "Another window changed the table" not in texts(at)


def test_a_table_from_a_file_is_told_before_it_is_taken(program: MCFService, sku: str) -> None:
    at = open_page(places.NEW_ORDER, way="Many from a file")
    at.toggle(key="show_shop_skus").set_value(True).run()
    data = f"SKU at the shop,SKU at Amazon,Units\nMUG,{sku},2\nSET,NOPE,1\nBAD,,1\n".encode()

    at.get("file_uploader")[0].upload("skus.csv", data, "text/csv").run()

    assert "2 SKUs new, 0 changed, 0 the same, 1 line refused" in texts(at)
    assert "Not among your SKUs in this marketplace: NOPE" in texts(at)
    assert program.files.skus.table() == SkuTable()
    at.button(key="import_skus").click().run()
    assert program.files.skus.table().parts(ALL_SHOPS, "MUG") == (Part(sku, 2),)


def test_what_is_typed_into_the_table_is_what_changes() -> None:
    seen = SkuTable({("Etsy", "A"): (Part("X"),), ("Etsy", "B"): (Part("Y"),)})
    rows = [["Etsy", "A", "X", 3], [None, "NEW", " Z ", None], [None, None, None, None]]

    changes, problems = skus._typed(pd.DataFrame(rows, columns=COLUMNS), seen)

    assert problems == []
    assert changes == [
        Change(("Etsy", "A"), (Part("X"),), (Part("X", 3),)),
        Change((ALL_SHOPS, "NEW"), (), (Part("Z"),)),
        Change(("Etsy", "B"), (Part("Y"),), ()),
    ]


def test_rows_that_arent_whole_are_told() -> None:
    rows = [["Etsy", "A", None, 1], ["Etsy", "B", "X", 1], ["Etsy", "B", "X", 2]]

    _, problems = skus._typed(pd.DataFrame(rows, columns=COLUMNS), SkuTable())

    assert problems == [
        "A needs the SKU of your shop and Amazon's",
        "B names X twice: add up the units",
    ]
