"""The room of buyers' data, with a whole shop: no name in any file, and none left in time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from mcf.privacy.room import Privacy
from mcf.service import MCFService
from mcf.store import tables
from mcf.store.database import utc_now
from mcf.store.sealing import UNREADABLE
from tests.privacy.conftest import EMAIL, NAME, everything

YEAR = timedelta(days=365)
PERSONAL = ["recipient", "city", "last_event"]


def names_of(service: MCFService) -> set[str]:
    """The recipients of a shop, whole and by their last names."""
    names = {str(name) for name in service.orders()["recipient"].dropna()}
    return names | {name.split()[-1] for name in names}


def later(service: MCFService) -> Privacy:
    """The room of a year later."""
    now = service.now() + YEAR
    return Privacy(service.settings, service._store, service.access, lambda: now)


def test_no_file_holds_a_name(filled: MCFService, tmp_path: Path) -> None:
    names = names_of(filled)
    filled.log_to_file()
    filled.backup(tmp_path / "copy.sqlite3")
    home = filled.settings.home
    files = [path for path in home.rglob("*") if path.is_file()] + [tmp_path / "copy.sqlite3"]
    contents = {path.name: path.read_bytes() for path in files}
    assert len(names) > 20
    assert {"mcf.sqlite3", "mcf.sqlite3-wal", "mcf.log", "copy.sqlite3"} <= contents.keys()
    assert [(file, name) for file, content in contents.items() for name in names
            if name.encode() in content] == []  # fmt: skip


def test_after_its_time_no_name_is_left_and_all_figures_stay(filled: MCFService) -> None:
    names, before = names_of(filled), filled.orders()
    parcels = filled.packages().drop(columns=["last_event", "last_place", "tracking_link"])
    ends = ["Complete", "Cancelled", "Unfulfillable", "CompletePartialled", "Invalid"]
    over = before["status"].isin(ends)
    gone = later(filled).run()
    assert gone.orders == int(over.sum()) > 5
    after = filled.orders()
    pd.testing.assert_frame_equal(after.drop(columns=PERSONAL), before.drop(columns=PERSONAL))
    left = filled.packages().drop(columns=["last_event", "last_place", "tracking_link"])
    pd.testing.assert_frame_equal(left, parcels)
    still = set(after["recipient"][~over].dropna())
    words = everything(filled._store)
    ended = {name for name in before["recipient"][over].dropna() if name not in still}
    assert [name for name in ended & names if name in words] == []
    assert after["recipient"][over].str.match(r"deleted on \d{4}-\d\d-\d\d").all()


def test_what_amazon_lists_again_is_not_kept_again(filled: MCFService) -> None:
    later(filled).run()
    before, revisions = filled.orders(), filled._store.revision(tables.orders)
    filled.sync(full=True)
    pd.testing.assert_frame_equal(filled.orders(), before)
    assert filled._store.revision(tables.orders) == revisions


def test_an_order_whose_buyer_is_forgotten_is_still_shown_and_copied(filled: MCFService) -> None:
    later(filled).run()
    frame = filled.orders()
    order_id = str(frame[frame["recipient"].str.startswith("deleted on")].iloc[0, 0])
    view = filled.tracking.views.order(order_id)
    assert view is not None
    assert view.address is not None
    assert view.address.name is not None
    assert view.address.name.startswith("deleted on")
    typed = filled.ordering.drafts.typed(order_id)
    assert typed is not None
    assert (typed.to_name, typed.to_line1) == ("", "")
    assert typed.lines[0].sku
    assert b"deleted on" in filled.tracking.proofs.evidence(order_id, [])


def test_it_is_done_once_a_day_and_noted_without_names(desk: MCFService) -> None:
    room = later(desk)
    first, again = room.tidy(), room.tidy()
    assert first is not None
    assert (first.orders, again) == (1, None)
    (record,) = desk._store.read(tables.audit.select())
    assert (record.action, record.after[:8]) == ("forget by age", "1 orders")


def test_each_request_is_noted_without_names(desk: MCFService) -> None:
    room = desk.privacy
    room.hold("S-1", f"Claim of {NAME}", utc_now() + timedelta(days=3))
    assert [hold.order_id for hold in room.status().held] == ["S-1"]
    ids = room.found(None, EMAIL)
    room.report(ids, EMAIL)
    assert room.forget(ids, EMAIL).orders == ["S-1"]
    assert room.status().held == []
    records = desk._store.read(tables.audit.select())
    assert [record.action for record in records] == ["hold buyer", "report", "forget"]
    assert NAME not in str(records)
    assert EMAIL not in str(records)


def test_the_status_says_what_is_kept_and_where_the_key_is(desk: MCFService) -> None:
    status = desk.privacy.status()
    assert (status.with_buyer, status.forgotten, status.keep_days) == (1, 0, 30)
    assert status.key_is_beside
    assert status.key_place.endswith("mcf.sqlite3.key")
    assert "only backups that don't hold it" in str(desk.privacy.advice())
    assert desk.privacy.concerns() == []


def test_a_key_that_is_missing_is_told_and_nothing_crashes(
    desk: MCFService, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = desk._store.keyring
    monkeypatch.setattr(ring, "_keys", {})
    monkeypatch.setattr(ring, "_ciphers", {})
    monkeypatch.setattr(ring, "_load", list)
    assert desk.orders()["recipient"].tolist() == [UNREADABLE]
    assert "can't be read" in str(desk.privacy.warning())
    titles = [concern.title for concern in desk.concerns()]
    assert "Buyers' data can't be read" in titles
    assert desk.tracking.views.order("S-1") is not None
    assert desk.settle() == []
    assert desk.privacy.tidy() is None
