"""A year of a shop: the program keeps each day's forecast once, and tells truly how good they were.

Two dashboards run on one store; the year is shortened unless the whole is wanted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from mcf.inventory.ledger import DateOrder
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.world.stock import Event, Stock
from mcf.store import tables
from tests.conftest import START
from tests.examples import WHOLE
from tests.shops import Servers

pytestmark = pytest.mark.no_cover
US = "ATVPDKIKX0DER"
DAYS = 365 if WHOLE else 45
WORKED = (DAYS - 45, DAYS - 28, DAYS - 1)
"""Days on which both dashboards do all that their workers do."""
SYNCED = 5
"""A day on which `mcf sync` is run beside them."""
PAST = 60


@dataclass
class Year:
    """Two dashboards of a shop, and what was seen on each day.

    `told` is what the first dashboard's page of a SKU expected of the next week, by SKU and some
    days, `left` the units that the simulator's books say customers had got by the end of a day.
    """

    one: MCFService
    other: MCFService
    told: dict[tuple[int, str], float]
    left: dict[tuple[int, str], int]
    writers: Counter[str]
    today: int

    def note(self, amazon: Simulator) -> None:
        """Looks into the simulator's books."""
        for sku, stock in amazon.world.stocks[US].items():
            self.left[self.today, sku] = _shipped(amazon, stock)


@pytest.fixture(scope="module")
def year(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    home: Path = tmp_path_factory.mktemp("year")
    recipe = {"skus": 6, "orders": 0, "days": 30, "seed": 5, "start": START.replace(hour=23)}
    with servers.shop(frozen=True, throttle=False, **recipe) as amazon, ExitStack() as stack:
        environ = {
            "AMAZON_SP_API_ENDPOINT": amazon.endpoint,
            "AMAZON_LWA_ENDPOINT": amazon.lwa_endpoint,
            "MCF_DATA_DIR": str(home),
        }
        settings = Settings.from_env(environ, dotenv=None)
        one, other = (stack.enter_context(MCFService(settings)) for _ in range(2))
        for stock in amazon.world.stocks[US].values():
            # Shelves never run empty, so every day counts.
            stock.add(100_000)
        one.sync()
        report = amazon.ledger(US, PAST).encode()
        one.stock.import_ledger(report, DateOrder.MONTH_FIRST)
        seen = Year(one, other, {}, {}, Counter(), one.stock.review.today)
        seen.note(amazon)
        for day in range(DAYS):
            _live(seen, amazon, day)
        yield seen


def _live(year: Year, amazon: Simulator, day: int) -> None:
    """A day: both dashboards do what their workers do about forecasts after a read of the stock."""
    amazon.clock.step(timedelta(days=1))
    # Each learns the time from Amazon's answers.
    assert [service._sync.inventory().error for service in (year.one, year.other)] == [None, None]
    year.today = year.one.stock.review.today
    for name, service in (("one", year.one), ("other", year.other)):
        before = service._store.revision(tables.forecasts)
        # All that a worker does is as true on a few days, and costs ten times as much.
        keep = service.sync if day == SYNCED else service.stock.review.keep_forecasts
        (service._tidy if day in WORKED else keep)()
        year.writers[name] += service._store.revision(tables.forecasts) != before
    year.note(amazon)
    if day in WORKED:
        for sku in amazon.world.stocks[US]:
            review = year.one.stock.review.sku(sku)
            assert review is not None
            assert review.expected is not None
            year.told[year.today, sku] = float(review.expected.a_day[:7].sum())


def _shipped(amazon: Simulator, stock: Stock) -> int:
    moved = amazon.world.books.of(stock)
    return -sum(units for (_, _, event), units in moved.items() if event is Event.SHIPMENTS)


def kept(year: Year) -> pd.DataFrame:
    query = tables.forecasts.select()
    frame = pd.DataFrame([row._mapping for row in year.one._store.read(query)])
    names = {row.sku_id: row.seller_sku for row in year.one._store.read(tables.skus.select())}
    return frame.assign(seller_sku=frame["sku_id"].map(names))


def test_every_day_is_kept_once_whichever_of_two_dashboards_comes_first(year: Year) -> None:
    found = kept(year)

    days = range(year.today - min(DAYS - 1, 120), year.today + 1)
    assert sorted(found["day"].unique()) == list(days)
    assert not found.duplicated(["day", "seller_sku"]).any()
    assert year.writers == {"one": DAYS, "other": 0}


def test_what_is_kept_is_what_the_page_told_that_day(year: Year) -> None:
    found = kept(year).set_index(["day", "seller_sku"])["week"] / 100

    sells = {pair: units for pair, units in year.told.items() if units > 0}
    assert len(sells) == len(WORKED) * 6
    assert found.loc[list(sells)].to_list() == pytest.approx(list(sells.values()), abs=0.0051)


def test_the_score_is_that_of_the_simulators_books(year: Year) -> None:
    """Units that left on a day by Amazon's books, not by what was recorded here."""
    left = pd.Series(year.left).unstack().sort_index()
    sold = left.diff().shift(-1)
    found = kept(year)
    came = sold.rolling(7).sum().shift(-6)
    pairs = zip(found["day"], found["seller_sku"], strict=True)
    found = found.assign(
        came=[came[sku].get(day - 1, float("nan")) for day, sku in pairs], told=found["week"] / 100
    )
    found = found[(found["day"] <= year.today - 7) & found["came"].notna()]

    told = year.one.stock.review.scores().over[7]

    off, bias = (found["told"] - found["came"]).abs().sum(), (found["told"] - found["came"]).sum()
    plain = (found["plain_month"] / 100 * 7 / 30 - found["came"]).abs().sum()
    total = found["came"].sum()
    assert (told.off, told.bias, told.plain_off) == pytest.approx(
        (off / total, bias / total, plain / total), rel=1e-9
    )
    assert told.off < 1
    assert set(year.one.stock.review.scores().over) == {7, 30}
