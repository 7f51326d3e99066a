"""Commands about files of orders: SKUs of shops, columns, tracking numbers for shops."""

from __future__ import annotations

from pathlib import Path

from mcf.simulator import Simulator
from tests.test_cli import Program, env, mcf
from tests.test_cli_json import problems
from tests.uploads import file_of

__all__ = ["env", "mcf"]
ETSY = (
    "Order ID,Transaction ID,Date Paid,Date Shipped,Quantity,SKU,Ship Name,Ship Address1,"
    "Ship City,Ship State,Ship Zipcode,Ship Country\n"
    "3001,7,11/14/26,,1,MUG,Ann Lee,12 Oak St,Boston,MA,02116,United States\n"
)


def saved(folder: Path, text: str, name: str = "given.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_skus_of_shops_are_said_shown_and_forgotten(mcf: Program) -> None:
    assert "each is meant as it's written" in mcf("skus", "list").stdout

    assert mcf("skus", "set", "MUG", "SKU-1=2", "SKU-9", "--shop", "etsy").stdout == (
        "Etsy: MUG -> 2 x SKU-1 + SKU-9\n"
    )
    (told,) = mcf.json("skus", "set", "MUG", "SKU-1", "--shop", "Etsy")

    assert (problems("skus set", told), told["before"]) == ([], "2 x SKU-1 + SKU-9")
    (listed,) = mcf.json("skus", "list")
    assert (problems("skus list", listed), listed["amazon_sku"]) == ([], "SKU-1")
    assert mcf("skus", "forget", "MUG", "--shop", "Etsy").exit_code == 0
    again = mcf("skus", "forget", "MUG", "--shop", "Etsy")
    assert (again.exit_code, "Etsy has no MUG in the table" in again.stderr) == (1, True)
    assert mcf("skus", "set", "MUG", "SKU-1=two").exit_code == 1


def test_a_table_of_skus_is_imported_and_written(mcf: Program, tmp_path: Path) -> None:
    file = saved(
        tmp_path, "Shop,SKU at the shop,SKU at Amazon,Units\nEtsy,MUG,SKU-1,2\nEtsy,B,,1\n"
    )

    tried = mcf("skus", "import", file, "--dry-run")
    taken = mcf("skus", "import", file)

    assert tried.stdout == "1 SKU would be added, 0 would be changed, 0 the same\n"
    assert (taken.exit_code, taken.stdout) == (1, "1 SKU added, 0 changed, 0 the same\n")
    assert "line 3 is refused: has no SKU of Amazon's" in taken.stderr
    assert mcf("skus", "export", tmp_path / "table.csv").exit_code == 0
    (told,) = mcf.json("skus", "import", tmp_path / "table.csv")
    assert (problems("skus import", told), told["same"]) == ([], 1)


def test_a_shops_order_is_sent_with_what_its_sku_is_and_both_are_told(
    mcf: Program, sku: str, tmp_path: Path, simulator: Simulator
) -> None:
    file, result = saved(tmp_path, ETSY), tmp_path / "result.csv"
    unknown = mcf("orders", "submit", file, "--dry-run")
    assert 'skus set MUG SKU --shop "Etsy"' in unknown.stderr
    mcf("skus", "set", "MUG", f"{sku}=2", "--shop", "Etsy")

    sent = mcf("orders", "submit", file, "--yes", "--result", result)

    assert f"MUG -> 2 x {sku}" in sent.stdout
    assert simulator.world.orders["3001"].lines[0].quantity == 2
    assert "Sent as\n3001,3001,MUG,1,Ann Lee" in result.read_text("utf-8-sig").replace("\r", "")
    again = mcf("orders", "submit", result, "--dry-run")
    assert (again.exit_code, "already sent  3001" in again.stdout) == (0, True)
    (told,) = mcf.json("orders", "tracking", "--shop", "etsy", "--output", tmp_path / "out")
    assert (problems("orders tracking", told), told["orders"]) == ([], 1)
    assert Path(told["file"]).read_text().startswith("Order ID,Line ID,SKU")


def test_without_an_order_of_a_shop_there_is_no_file(mcf: Program, tmp_path: Path) -> None:
    told = mcf("orders", "tracking", "--shop", "Etsy", "--output", tmp_path)

    assert (told.exit_code, "No order from a file of Etsy is known" in told.stderr) == (1, True)


def test_columns_are_said_once_and_used_for_the_next_file(
    mcf: Program, sku: str, tmp_path: Path
) -> None:
    text = file_of(("F-1", sku, "1")).decode().replace("MerchantFulfillmentOrderID", "Ref")
    file = saved(tmp_path, text.replace("GiftMessage", "Inside"))
    refused = mcf("orders", "submit", file, "--dry-run")
    assert (refused.exit_code, "lacks the columns Order number" in refused.stderr) == (1, True)
    assert "columns set" in refused.stderr

    said = mcf("columns", "set", file, "Ref=Order number")

    assert (said.exit_code, said.stdout) == (
        0,
        "Remembered: Ref is Order number; Inside isn't sent.\n",
    )
    used = mcf("orders", "submit", file, "--dry-run")
    assert "as you said for files with these: Ref is Order number" in used.stderr
    assert used.stdout.startswith("go            F-1")
    (told,) = mcf.json("columns", "list")
    assert problems("columns list, columns set, columns forget", told) == []
    assert mcf("columns", "forget", told["key"][:8]).stdout.startswith("Forgotten: Ref is")
    assert mcf("columns", "list").stdout == "Nothing is remembered of columns.\n"
    assert mcf("columns", "forget", file).exit_code == 1


def test_columns_that_cant_be_so_are_refused(mcf: Program, tmp_path: Path) -> None:
    file = saved(tmp_path, "Ref,Who\n1,Ann\n")

    wrong = mcf("columns", "set", file, "Nope=Name", "Who=Mayor")
    short = mcf("columns", "set", file, "Who=Name")

    assert "the file has no column Nope" in wrong.stderr
    assert "Mayor is none of: Order number" in wrong.stderr
    assert (short.exit_code, "lacks the columns" in short.stderr) == (1, True)
