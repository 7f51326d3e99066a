"""One truth for an order: list, page, Today, alerts, board and export agree, whatever the time.

Over the whole demo shop, in both versions of Amazon's interface.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mcf.alerts import rules
from mcf.alerts.rules import EVER
from mcf.amazon.throttle import Pace
from mcf.service import MCFService
from mcf.settings import OutboundVersion, Settings
from mcf.simulator import Simulator
from mcf.tracking.lifecycle import GRAVEST_FIRST, RECENT, DeadlineKind, Trouble, title
from mcf.tracking.standing import Arrival, Standing
from mcf.tracking.view import WholeOrder
from pages.parts.tracking import order_list
from tests.conftest import START
from tests.examples import WHOLE
from tests.shops import Servers

pytestmark = [pytest.mark.no_cover, pytest.mark.timeout(1200)]
ORDER = "seller_fulfillment_order_id"
SOME_TIMES = (timedelta(), timedelta(hours=30), timedelta(days=12))
CASES = [
    (OutboundVersion.V2020_07_01, SOME_TIMES[1]),
    (OutboundVersion.V2026_07_04, SOME_TIMES[2]),
]
if WHOLE:
    CASES += [
        (OutboundVersion.V2020_07_01, SOME_TIMES[0]),
        (OutboundVersion.V2020_07_01, SOME_TIMES[2]),
        (OutboundVersion.V2026_07_04, SOME_TIMES[0]),
    ]
NAMES = [f"{version.value} after {later}" for version, later in CASES]


@pytest.fixture(scope="module", params=CASES, ids=NAMES)
def shop(
    request: pytest.FixtureRequest, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MCFService]:
    """A service that has read the demo shop some time after it opened."""
    version, later = request.param
    recipe = {"skus": 12, "orders": 30, "days": 30, "start": START}
    shop_of = servers.shop(frozen=True, throttle=False, **recipe)
    with pytest.MonkeyPatch.context() as patch, shop_of as amazon:
        amazon.clock.step(later)
        home = tmp_path_factory.mktemp("truth")
        # The plans are a thousandfold, as of the fixture `unthrottled`.
        patch.setattr(Pace, "_interval", lambda _, operation: 1 / (1000 * operation.rate))
        with MCFService(_settings(amazon, home, version)) as service:
            service.sync()
            yield service


def _settings(amazon: Simulator, home: Path, version: OutboundVersion) -> Settings:
    environ = {
        "AMAZON_SP_API_ENDPOINT": amazon.endpoint,
        "AMAZON_LWA_ENDPOINT": amazon.lwa_endpoint,
        "MCF_DATA_DIR": str(home),
    }
    return replace(Settings.from_env(environ, dotenv=None), outbound_version=version)


@pytest.fixture(scope="module")
def export(shop: MCFService) -> pd.DataFrame:
    return shop.orders().set_index(ORDER)


@pytest.fixture(scope="module")
def pages(shop: MCFService, export: pd.DataFrame) -> dict[str, WholeOrder]:
    wholes = {order_id: shop.tracking.views.whole(order_id) for order_id in export.index}
    return {order_id: whole for order_id, whole in wholes.items() if whole is not None}


@pytest.fixture(scope="module")
def listed(shop: MCFService) -> pd.DataFrame:
    standings = shop.tracking.standings
    orders = standings.orders()
    rows = order_list.file_rows(orders.frame, standings.troubles(orders), shop.now())
    return rows.set_index(ORDER)


def of_pages(pages: dict[str, WholeOrder], what: Any) -> dict[str, Any]:
    return {order_id: what(whole) for order_id, whole in pages.items()}


def known(value: Any) -> Any:
    return None if pd.isna(value) else value


def test_the_word_is_the_same_on_list_page_and_export(
    export: pd.DataFrame, listed: pd.DataFrame, pages: dict[str, WholeOrder]
) -> None:
    assert len(export) >= 24
    assert listed["standing"].to_dict() == export["standing"].to_dict()
    assert of_pages(pages, lambda it: it.stand.word.label) == export["standing"].to_dict()


def test_the_troubles_are_the_same_on_list_page_and_export(
    export: pd.DataFrame, listed: pd.DataFrame, pages: dict[str, WholeOrder]
) -> None:
    named = of_pages(
        pages, lambda it: ", ".join(title(one, it.stand.word.label) for one in it.stand.troubles)
    )
    held = listed["standing"] == Standing.ON_HOLD.label

    assert named == export["trouble"].to_dict()
    assert listed["trouble"][~held].map(known).fillna("").to_dict() == (
        export["trouble"][~held].to_dict()
    )
    assert all("Amazon cancels it" in text for text in listed["trouble"][held])


def test_the_arrival_and_the_days_late_are_the_same(
    export: pd.DataFrame, listed: pd.DataFrame, pages: dict[str, WholeOrder]
) -> None:
    late = {order_id: known(days) for order_id, days in export["days_late"].items()}

    assert of_pages(pages, lambda it: it.stand.arrives_by.value) == export["arrives_by"].to_dict()
    assert of_pages(pages, lambda it: it.stand.arrives) == {
        order_id: known(moment) for order_id, moment in export["arrives"].items()
    }
    assert of_pages(pages, lambda it: it.stand.days_late) == late
    assert {order_id: known(days) for order_id, days in listed["days_late"].items()} == late


def test_an_order_arrives_with_its_last_parcel_and_by_its_word(
    shop: MCFService, export: pd.DataFrame
) -> None:
    parcels = shop.packages()
    moving = parcels[parcels["arrives_by"].isin([Arrival.TRACKING, Arrival.AMAZON])]
    last = moving.groupby(ORDER)["arrives"].max()
    whole = export[export["status"].isin(["Complete", "CompletePartialled"])]
    mine = whole[whole["moving"] > 0]["arrives"]

    assert mine.to_dict() == last.reindex(mine.index).to_dict()


def test_nothing_arrives_where_nothing_moves(export: pd.DataFrame) -> None:
    words = (
        Standing.ON_HOLD, Standing.INVALID, Standing.UNFULFILLABLE, Standing.CANCELLED,
        Standing.LOST, Standing.RETURNED, Standing.RETURNING,
    )  # fmt: skip
    still = export[export["standing"].isin([word.label for word in words])]

    assert len(still)
    assert still[["arrives", "arrives_day", "ships_by"]].isna().all(axis=None)


def test_what_all_parcels_delivered_is_called_delivered(export: pd.DataFrame) -> None:
    shipped = export["status"].isin(["Complete", "CompletePartialled"])
    there = shipped & (export["parcels"] > 0) & (export["parcels"] == export["parcels_delivered"])

    assert set(export["standing"][there]) <= {"Delivered", "Delivered in part"}
    assert "Delivered" not in set(export["standing"][~there])


def test_every_trouble_and_no_other_order_has_a_box_on_its_page(
    export: pd.DataFrame, pages: dict[str, WholeOrder]
) -> None:
    calm = export["standing"].isin(["On hold", "Cancelled"])
    expected = ((export["trouble"] != "") | calm).to_dict()

    assert of_pages(pages, lambda it: it.box is not None) == expected


def test_today_names_every_recent_trouble_and_each_order_once(
    shop: MCFService, export: pd.DataFrame
) -> None:
    named = [concern.subject for concern in shop.tracking.concerns()]
    recent = export["status_updated_date"] > shop.now() - RECENT
    troubled = export[(export["trouble"] != "") & recent]
    held = export[export["standing"] == "On hold"]

    assert len(named) == len(set(named))
    assert set(troubled.index) | set(held.index) <= set(named)
    assert set(named) <= set(export[export["trouble"] != ""].index) | set(held.index)


def test_today_says_what_the_page_says(shop: MCFService, pages: dict[str, WholeOrder]) -> None:
    titles = {it.subject: it.title.partition(":")[0] for it in shop.tracking.concerns()}

    assert titles == {order_id: pages[order_id].box.title for order_id in titles}  # type: ignore[union-attr]


def test_alerts_call_the_same_orders_late_and_stuck(shop: MCFService, export: pd.DataFrame) -> None:
    orders = shop.tracking.standings.orders().frame
    told = rules.of_overdue(orders, EVER, shop.now())
    told_of = {kind: {it.order_id for it in told if it.kind == kind} for kind in ("late", "stuck")}

    assert told_of["stuck"] == set(export[export["trouble"].str.contains("Stuck")].index)
    assert told_of["late"] == set(export[export["trouble"].str.contains("Late")].index)


def test_the_board_and_the_page_have_the_same_claims_and_holds(
    shop: MCFService, pages: dict[str, WholeOrder]
) -> None:
    board = shop.tracking.claims.deadlines()
    claims = board[board["kind"] == DeadlineKind.CLAIM].set_index(ORDER)
    holds = board[board["kind"] == DeadlineKind.HOLD].set_index(ORDER)
    opens = of_pages(pages, lambda it: it.box and it.box.claim and it.box.claim[0])
    until = of_pages(pages, lambda it: it.stand.held_until)

    assert claims["opens"].to_dict() == {key: at for key, at in opens.items() if at is not None}
    assert holds["due"].to_dict() == {key: at for key, at in until.items() if at is not None}


def test_every_trouble_has_a_rank() -> None:
    assert set(GRAVEST_FIRST) == set(Trouble)
