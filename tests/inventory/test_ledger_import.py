"""Past days from Amazon's ledger report: into the store, by the command line, and in a new demo."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import distinct, func, select

from mcf.cli import main
from mcf.errors import InvalidInput, StoreError
from mcf.inventory import ledger
from mcf.inventory.history import EPOCH, History, day_of
from mcf.inventory.ledger import DateOrder, ImportResult, Ledger, LedgerDay
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import Subject
from mcf.store.tables import inventory_days
from mcf.worker import DEMO_PAST
from tests.conftest import START
from tests.databases import keys_for
from tests.waiting import eventually

US = "ATVPDKIKX0DER"
YESTERDAY = START.date() - timedelta(days=1)


@pytest.fixture
def report(simulator: Simulator) -> bytes:
    """What a seller downloads of the last 30 days."""
    return simulator.ledger(US, 30).encode()


@pytest.fixture
def history(service: MCFService) -> History:
    """The past as it's in the service's store."""
    return History(service._store)


def days_of(store: Store) -> list[dict[str, Any]]:
    """Every stored day of every SKU."""
    names = {row.sku_id: row.seller_sku for row in store.rows(tables.skus)}
    query = tables.inventory_days.select().order_by(*tables.inventory_days.primary_key.columns)
    rows = (dict(row._mapping) for row in store.read(query))
    return [{**row, "sku": names.get(row["sku_id"])} for row in rows]


def one_day(**changes: Any) -> LedgerDay:
    counts = dict.fromkeys(
        ("sellable", "unsellable", "in_transit", "receipts", "customer_shipments",
         "customer_returns", "found", "lost", "damaged", "disposed"), 0
    )  # fmt: skip
    return LedgerDay(**{"day": YESTERDAY, "seller_sku": "A", **counts, **changes})


def test_a_report_becomes_the_days_of_the_past(
    service: MCFService, history: History, report: bytes
) -> None:
    told = service.stock.import_ledger(report)

    first = START.date() - timedelta(days=30)
    assert told == ImportResult(30, 12, first, YESTERDAY, ignored=0, changed=360)
    assert history.span() == ((first - EPOCH).days, (YESTERDAY - EPOCH).days)


def test_every_number_arrives_where_it_belongs(store: Store) -> None:
    day = one_day(sellable=9, unsellable=2, in_transit=4, receipts=12, customer_shipments=3)
    ledger.keep(store, Ledger((day,), 0))

    (row,) = days_of(store)
    told = {name: value for name, value in row.items() if value}
    assert told == {
        "sku": "A",
        "sku_id": row["sku_id"],
        "day": (YESTERDAY - EPOCH).days,
        "fulfillable_quantity": 9,
        "pending_transshipment_quantity": 4,
        "unfulfillable_quantity": 2,
        "receipts": 12,
        "customer_shipments": 3,
    }


def test_the_imported_past_is_what_the_report_says(
    service: MCFService, history: History, report: bytes, sku: str
) -> None:
    service.stock.import_ledger(report)
    told = [day for day in ledger.read(report, today=YESTERDAY).days if day.seller_sku == sku]

    shown = history.sku(sku, 0)
    assert shown["fulfillable_quantity"].tolist() == [day.sellable for day in told]
    assert shown["sold"].tolist() == [day.customer_shipments for day in told]
    assert shown["receipts"].tolist() == [day.receipts for day in told]


def test_importing_again_changes_nothing(
    service: MCFService, history: History, report: bytes
) -> None:
    service.stock.import_ledger(report)
    before, revision = days_of(service._store), history.revision()

    again = service.stock.import_ledger(report)

    assert again.changed == 0
    assert (days_of(service._store), history.revision()) == (before, revision)


def test_overlapping_reports_are_joined(
    service: MCFService, history: History, simulator: Simulator
) -> None:
    service.stock.import_ledger(simulator.ledger(US, 10).encode())
    told = service.stock.import_ledger(simulator.ledger(US, 30).encode())

    assert told.changed == 20 * 12
    assert len(history.totals(0, 10**6)) == 30


def test_a_day_recorded_from_amazons_stock_keeps_its_quantities(
    service: MCFService, history: History, simulator: Simulator, sku: str
) -> None:
    service.sync()
    recorded = history.sku(sku, 0)["fulfillable_quantity"].tolist()
    simulator.clock.step(timedelta(days=1))
    service.stock.import_ledger(simulator.ledger(US, 3).encode())

    days = history.sku(sku, 0)
    assert days["day"].dt.date.tolist()[-1] == START.date()
    assert days["fulfillable_quantity"].tolist()[-1:] == recorded
    assert days["sold"].notna().all()
    assert days["receipts"].notna().all()


def test_a_day_of_the_ledger_takes_the_stock_that_is_read_later(
    service: MCFService, history: History, simulator: Simulator, sku: str
) -> None:
    simulator.clock.step(timedelta(days=1))
    service.stock.import_ledger(simulator.ledger(US, 1).encode(), DateOrder.MONTH_FIRST)
    service.sync()

    shipped = history.sku(sku, 0)["sold"].tolist()
    history.record(day_of(START))
    days = history.sku(sku, 0)
    stock = simulator.world.stocks[US][sku]
    assert days["fulfillable_quantity"].tolist()[0] == stock.fulfillable
    assert days["sold"].tolist()[0] == shipped[0]


def test_a_correction_of_amazons_changes_what_moved_only(store: Store) -> None:
    first = one_day(sellable=9, receipts=12, customer_shipments=3)
    ledger.keep(store, Ledger((first,), 0))
    corrected = replace(first, sellable=1, customer_shipments=4)

    told = ledger.keep(store, Ledger((corrected,), 0))

    (row,) = days_of(store)
    assert told.changed == 1
    assert (row["customer_shipments"], row["fulfillable_quantity"]) == (4, 9)


def test_a_balance_below_zero_is_no_stock(store: Store) -> None:
    ledger.keep(store, Ledger((one_day(sellable=-2, in_transit=-1, unsellable=-3),), 0))

    (row,) = days_of(store)
    assert {row[name] for name in tables.DAY_QUANTITIES} == {0}


def test_other_accounts_and_marketplaces_are_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    mine, theirs = (
        Store(url, account=name, marketplace_id=US, mode="demo", keys=keys_for(url))
        for name in ("me", "them")
    )
    with mine, theirs:
        ledger.keep(theirs, Ledger((one_day(sellable=5),), 0))
        assert not ledger.has_ledger(mine)

        told = ledger.keep(mine, Ledger((one_day(sellable=7),), 0))

        assert told.changed == 1
        day = told.first.toordinal() - EPOCH.toordinal()
        levels = [next(History(each).on_days([day], ["A"])).tolist() for each in (mine, theirs)]
        assert levels == [[7], [5]]


def test_a_report_with_a_mistake_imports_nothing(
    service: MCFService, history: History, report: bytes
) -> None:
    broken = report.rstrip().rpartition(b",0,US")[0] + b",x,US\n"
    with pytest.raises(InvalidInput, match="line"):
        service.stock.import_ledger(broken.replace(b",SELLABLE,", b",,", 1))

    assert history.span() is None
    assert service._store.rows(tables.skus) == []


def test_a_failure_while_writing_leaves_no_day_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "AT_ONCE", 1)
    days = (one_day(), one_day(seller_sku="B", receipts=2**70))

    with pytest.raises((StoreError, OverflowError)):
        ledger.keep(store, Ledger(days, 0))

    assert days_of(store) == []
    assert store.rows(tables.skus) == []


def test_an_import_of_the_future_is_refused_where_time_is_real(
    settings: Settings, service: MCFService
) -> None:
    text = ",".join(ledger.REQUIRED) + "\n2999-01-31,A,SELLABLE,0,0,0,5\n"
    live = {
        "AMAZON_SP_API_CLIENT_ID": "made-up", "AMAZON_SP_API_CLIENT_SECRET": "made-up",
        "AMAZON_SP_API_REFRESH_TOKEN": "made-up", "AMAZON_SELLER_ID": "MADEUP",
        "AMAZON_SP_API_ENDPOINT": str(settings.endpoint), "MCF_DATA_DIR": str(settings.home),
    }  # fmt: skip

    with MCFService(Settings.from_env(live, dotenv=None)) as real:
        assert real.settings.mode == "live"
        with pytest.raises(InvalidInput, match="no day up to today"):
            real.stock.import_ledger(text.encode())
    assert service.stock.import_ledger(text.encode()).last == date(2999, 1, 31)


def run(simulator: Simulator, folder: Path, *words: object) -> Result:
    env = {
        "AMAZON_SP_API_ENDPOINT": simulator.endpoint,
        "MCF_DATA_DIR": str(folder / "data"),
        "NO_COLOR": "1",
    }
    return CliRunner(env=env).invoke(main, ["inventory", "import", *map(str, words)])


@pytest.fixture
def file(tmp_path: Path, report: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "ledger.csv"
    path.write_bytes(report)
    return path


def test_a_file_is_imported_and_what_it_brought_is_said(
    simulator: Simulator, tmp_path: Path, file: Path
) -> None:
    result = run(simulator, tmp_path, file)

    assert result.exit_code == 0
    assert "2026-01-31 to 2026-03-01: 30 days, 12 SKUs" in result.stdout
    assert "360 days of a SKU are new or different" in result.stdout


def test_what_a_file_brought_is_said_as_json(
    simulator: Simulator, tmp_path: Path, file: Path
) -> None:
    run(simulator, tmp_path, file)
    text = file.read_text("utf-8")
    file.write_text(text + text.splitlines()[-1].removesuffix("US") + "CA\n", encoding="utf-8")

    result = run(simulator, tmp_path, file, "--json")

    assert json.loads(result.stdout) == {
        "days": 30, "skus": 12, "first": "2026-01-31", "last": "2026-03-01",
        "ignored": 1, "changed": 0,
    }  # fmt: skip
    assert "1 line of another country was passed over" in run(simulator, tmp_path, file).stdout


def test_a_file_that_cannot_be_imported_is_told_with_a_remedy(
    simulator: Simulator, tmp_path: Path, file: Path
) -> None:
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([lines[0], lines[1].replace("01/31/2026", "02/01/2026")]), "utf-8")

    unclear = run(simulator, tmp_path, file)
    missing = run(simulator, tmp_path, tmp_path / "nowhere.csv", "--json")

    assert (unclear.exit_code, missing.exit_code) == (1, 1)
    assert "can be read in two ways" in unclear.stderr
    assert "--dates day-first" in unclear.stderr
    assert json.loads(missing.stderr)["error"] == "InvalidInput"
    assert run(simulator, tmp_path, file, "--dates", "day-first").stdout.startswith("2026-01-02")


def test_a_sku_outside_ascii_is_imported_when_the_encoding_is_said(
    simulator: Simulator, tmp_path: Path, file: Path
) -> None:
    lines = file.read_text("utf-8").splitlines()[:2]
    cells = lines[1].split(",")
    cells[3] = "K\u00dc-1"
    file.write_bytes("\n".join([lines[0], ",".join(cells), ""]).encode("mac_roman"))
    words = (file, "--dates", "month-first")

    refused = run(simulator, tmp_path, *words)
    taken = run(simulator, tmp_path, *words, "--encoding", "mac-roman")

    assert (refused.exit_code, taken.exit_code) == (1, 0)
    assert "--encoding" in refused.stderr
    assert "1 SKU" in taken.stdout


@pytest.fixture
def demo_settings(tmp_path: Path) -> Settings:
    """Demo mode as it is without any variable but the folder."""
    return Settings.from_env({"MCF_DATA_DIR": str(tmp_path / "demo")}, dotenv=None)


def test_a_new_demo_has_a_past(demo_settings: Settings) -> None:
    with MCFService(demo_settings).start() as service:
        eventually(lambda: service.worker._has_begun)
        past = History(service._store).totals(0, 10**6)
        told = days_and_skus(service._store)

        assert service.trouble is None

    assert told == (DEMO_PAST, 64)
    assert len(past) >= DEMO_PAST
    assert past["sold"].sum() > 1000
    assert past["out_of_stock"].max() > 0


def days_and_skus(store: Store) -> tuple[int, int]:
    """How many days, and how many SKUs, a ledger told something of."""
    columns = (
        func.count(distinct(inventory_days.c.day)),
        func.count(distinct(inventory_days.c.sku_id)),
    )
    query = select(*columns).where(inventory_days.c.customer_shipments.is_not(None))
    with store._engine.connect() as connection:
        days, skus = connection.execute(query).one()
    return days, skus


@pytest.mark.no_cover
def test_a_demo_that_has_a_past_does_not_import_it_again(
    demo_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported: list[object] = []
    with MCFService(demo_settings).start() as service:
        eventually(lambda: service.worker._has_begun)
    again = MCFService(demo_settings)
    monkeypatch.setattr(again.stock, "import_ledger", lambda *report: imported.append(report))
    with again.start():
        eventually(
            lambda: again.freshness(Subject.INVENTORY).age is not None and again.worker._has_begun
        )

        assert imported == []
        assert len(History(again._store).totals(0, 10**6)) >= DEMO_PAST


def test_a_simulator_elsewhere_brings_no_past(service: MCFService, simulator: Simulator) -> None:
    service.start()
    eventually(lambda: service.freshness(Subject.INVENTORY).age is not None)

    assert not ledger.has_ledger(service._store)
