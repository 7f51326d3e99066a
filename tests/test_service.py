"""What pages see: cached frames, a worker that keeps them fresh, orders to send and to cancel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from mcf.access_settings import CredentialDates
from mcf.concerns import Urgency
from mcf.errors import SettingsError
from mcf.files import export
from mcf.service import MCFService, open_service
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import RoleMissing, Unavailable
from mcf.simulator.world.orders import Status
from mcf.store import frames, tables
from mcf.store.states import RunState, Subject
from mcf.sync.progress import Progress
from mcf.tracking import standing
from tests.conftest import START
from tests.shops import store_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def one_with(simulator: Simulator, status: Status) -> str:
    return next(order.id for order in simulator.world.by_number if order.status is status)


def statuses(service: MCFService) -> dict[str, str]:
    frame = service.orders()
    ids = frame["seller_fulfillment_order_id"]
    return dict(zip(ids, frame["status"].astype(str), strict=True))


def world_statuses(simulator: Simulator) -> dict[str, str]:
    return {order.id: order.status.value for order in simulator.world.by_number}


def test_an_empty_store_gives_empty_frames_and_no_concern(service: MCFService) -> None:
    assert list(service.inventory().columns) == [*frames.INVENTORY, "stock_state"]
    told = [*frames.ORDERS, *standing.COUNTED, "days_late", "trouble"]
    assert list(service.orders().columns) == told
    assert list(service.packages().columns) == [*frames.PACKAGES, *standing.OF_PARCEL]
    assert service.concerns() == []
    assert service.ordering.submissions.open() == []


def test_frames_show_what_amazon_has(filled: MCFService, simulator: Simulator) -> None:
    assert statuses(filled) == world_statuses(simulator)
    assert len(filled.inventory()) == 12
    assert set(filled.packages()["package_number"]) == set(simulator.world.packages)


def test_looking_at_frames_never_calls_amazon(filled: MCFService, simulator: Simulator) -> None:
    simulator.requests.clear()
    filled.inventory(), filled.orders(), filled.packages(), filled.concerns()
    filled.tracking.views.order("SHOP-1002")
    assert simulator.requests.count() == 0


def test_a_frame_is_the_same_object_until_its_data_change(
    filled: MCFService, simulator: Simulator
) -> None:
    shown = filled.snapshots
    orders, inventory, packages = shown.orders(), shown.inventory(), shown.packages()
    revision = filled.revision()
    filled.sync()
    assert filled.revision() == revision
    assert (shown.orders() is orders, shown.inventory() is inventory) == (True, True)
    filled.tracking.actions.cancel(one_with(simulator, Status.RECEIVED))
    assert filled.revision() != revision
    assert (shown.orders() is orders, shown.inventory() is inventory) == (False, True)
    assert shown.packages() is packages


def all_frames(service: MCFService) -> list[pd.DataFrame]:
    return [service.inventory(), service.orders(), service.packages()]


def test_a_frame_before_the_first_read_says_that_nothing_was_read(service: MCFService) -> None:
    never = {"state": "never", "whole_at": None, "message": None}
    assert [frame.attrs for frame in all_frames(service)] == [never] * 3


def test_a_frame_says_since_when_it_is_whole(filled: MCFService) -> None:
    with store_of(filled.settings) as store:
        told = {row.subject: row.whole_at for row in store.rows(tables.sync_runs)}
    assert [frame.attrs for frame in all_frames(filled)] == [
        {"state": "whole", "whole_at": told[subject].isoformat(), "message": None}
        for subject in ("inventory", "orders", "tracking")
    ]
    assert filled.orders().attrs["whole_at"].endswith("+00:00")


def test_a_frame_of_which_a_part_was_read_says_so_and_why(
    filled: MCFService, simulator: Simulator
) -> None:
    before = filled.orders()
    simulator.faults.add(Unavailable(operations=["getFulfillmentOrder"]))
    filled.sync(full=True)
    after = filled.orders()
    assert after.attrs["state"] == "partial"
    assert after.attrs["whole_at"] == before.attrs["whole_at"]
    assert "503" in after.attrs["message"]
    assert before.attrs["state"] == "whole"
    assert [filled.inventory().attrs["state"], filled.packages().attrs["state"]] == ["whole"] * 2


def test_a_file_of_a_frame_keeps_how_whole_it_was(filled: MCFService, tmp_path: Path) -> None:
    frame = filled.inventory()
    frame.to_parquet(tmp_path / "stock.parquet")
    assert pd.read_parquet(tmp_path / "stock.parquet").attrs == frame.attrs


def test_what_somebody_does_to_a_frame_is_not_seen_by_others(filled: MCFService) -> None:
    mine = filled.inventory()
    names = mine["product_name"].tolist()
    mine["product_name"] = "changed"
    mine.loc[:, "seller_sku"] = "changed"
    mine.attrs["state"] = "changed"
    again = filled.inventory()
    assert (again["product_name"].tolist(), again.attrs["state"]) == (names, "whole")
    assert "changed" not in set(again["seller_sku"])


def test_concerns_are_of_all_kinds_the_most_urgent_first(filled: MCFService) -> None:
    found = filled.concerns()
    order = [list(Urgency).index(concern.urgency) for concern in found]
    assert order == sorted(order)
    kinds = {concern.title.split(":")[0] for concern in found}
    assert {"Invalid", "Not fulfillable", "On hold", "Undeliverable"} <= kinds
    assert "inventory" in {concern.page for concern in found}


def test_nothing_is_fresh_before_the_first_read(service: MCFService) -> None:
    fresh = service.freshness(Subject.ORDERS)
    assert (fresh.state, fresh.age, fresh.rows) == (None, None, 0)


def test_data_have_an_age_since_the_last_whole_read_whatever_failed_later(
    filled: MCFService, simulator: Simulator
) -> None:
    simulator.faults.add(RoleMissing(operations=["getInventorySummaries"]))
    filled.sync()
    failed, whole = filled.freshness(Subject.INVENTORY), filled.freshness(Subject.ORDERS)
    assert (failed.state, whole.state) == (RunState.FAILED, RunState.WHOLE)
    assert failed.age is not None
    assert whole.age is not None
    assert failed.age > whole.age
    assert "denied" in (failed.message or "")
    assert "role" in (failed.advice or "")
    assert whole.message is None


def test_a_read_tells_how_far_it_is(service: MCFService) -> None:
    seen: list[Progress] = []
    service.sync(seen.append)
    assert {at.subject for at in seen} == set(Subject)


def test_time_is_amazons(filled: MCFService) -> None:
    assert abs(filled.now() - START) < MINUTE


def test_after_a_restart_all_is_shown_before_amazon_is_called(
    settings: Settings, simulator: Simulator
) -> None:
    with MCFService(settings) as before:
        before.sync()
        shown = before.orders(), before.inventory(), before.packages()
    simulator.requests.clear()
    with MCFService(settings) as after:
        again = after.orders(), after.inventory(), after.packages()
    pd.testing.assert_frame_equal(again[0], shown[0])
    pd.testing.assert_frame_equal(again[1], shown[1])
    pd.testing.assert_frame_equal(again[2], shown[2])
    assert simulator.requests.count() == 0


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[MCFService]:
    """The service as it is without any settings: it starts its own simulator."""
    settings = Settings.from_env({"MCF_DATA_DIR": str(tmp_path)}, dotenv=None)
    with MCFService(settings, demo_speed=1.0) as service:
        yield service


def test_the_demo_brings_its_own_amazon(demo: MCFService) -> None:
    assert demo.demo is not None
    assert demo.demo.clock().speed == 1.0
    assert demo.connection.client.get_inventory_summaries().items != ()


def test_elsewhere_there_is_no_demo(service: MCFService) -> None:
    assert service.demo is None


def test_the_service_is_opened_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, simulator: Simulator
) -> None:
    monkeypatch.setenv("AMAZON_SP_API_ENDPOINT", simulator.endpoint)
    monkeypatch.setenv("MCF_DATA_DIR", str(tmp_path / "here"))
    with open_service() as service:
        assert service.settings.data_dir == tmp_path / "here"


def test_a_wrong_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMAZON_SP_API_MODE", "nonsense")
    with pytest.raises(SettingsError, match="AMAZON_SP_API_MODE"):
        open_service()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_others_on_this_machine_are_kept_out_of_the_data_and_of_what_is_written(
    settings: Settings, tmp_path: Path
) -> None:
    settings.home.mkdir(parents=True)
    settings.data_dir.chmod(0o755)
    settings.home.chmod(0o755)
    with open_service(settings) as service:
        service.backup(tmp_path / "copies" / "copy.sqlite3")
        files = {it.name: it.stat().st_mode & 0o777 for it in settings.home.iterdir()}
    export.write(pd.DataFrame({"a": [1]}), "orders", "csv", tmp_path / "output", START)

    assert {name: mode for name, mode in files.items() if mode & 0o077} == {}
    assert settings.data_dir.stat().st_mode & 0o777 == 0o755
    folders = (settings.home, tmp_path / "copies", tmp_path / "output")
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}


def test_a_setting_that_has_no_effect_needs_a_look(settings: Settings) -> None:
    warned = replace(settings, warnings=("MCF_ORDER_LIMT is no variable of this program.",))
    with MCFService(warned) as service:
        titles = {concern.title: concern.reason for concern in service.concerns()}

    assert titles["A setting needs a look"] == "MCF_ORDER_LIMT is no variable of this program."


def test_a_client_secret_that_ended_needs_a_hand(settings: Settings) -> None:
    ended = replace(settings, credential_dates=CredentialDates(secret_made=date(2020, 1, 1)))
    with MCFService(ended) as service:
        (concern,) = [it for it in service.concerns() if "client secret" in it.title]

    assert concern.title == "Amazon's client secret has ended"
    assert concern.urgency is Urgency.NOW
