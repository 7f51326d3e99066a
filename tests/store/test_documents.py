"""What a person keeps for the order form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mcf.errors import InvalidInput, StoreError
from mcf.service import MCFService
from mcf.store import tables
from mcf.store.database import Store, utc_now
from mcf.store.documents import DocumentKind, Keeper, Kept
from tests.databases import US, keys_for, needs_postgresql, own_schema

NOW = utc_now().replace(microsecond=0)
DAY = timedelta(days=1)


def opened(url: str, account: str = "test") -> Store:
    return Store(url, account=account, marketplace_id=US, mode="demo", keys=keys_for(url))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgresql)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, in a database of each kind."""
    with ExitStack() as stack:
        url = {
            "sqlite": lambda: f"sqlite:///{tmp_path / 'store.sqlite3'}",
            "postgresql": lambda: stack.enter_context(own_schema()),
        }[request.param]()
        yield stack.enter_context(opened(url))


@pytest.fixture
def keeper(store: Store) -> Keeper:
    """Of a person who keeps nothing yet."""
    return Keeper(store)


def aged(store: Store, key: str, age: timedelta) -> None:
    """Makes what has this key as if it had last changed so long ago."""
    with store.writing() as connection:
        connection.execute(
            tables.kept.update().where(tables.kept.c.key == key).values(updated_at=NOW - age)
        )


def found(keeper: Keeper, kind: DocumentKind, key: str) -> Kept:
    kept = keeper.get(kind, key)
    assert kept is not None
    return kept


def test_nothing_is_kept_at_first(keeper: Keeper) -> None:
    assert keeper.get(DocumentKind.DRAFT, "tab 1") is None
    assert [keeper.all(kind) for kind in DocumentKind] == [[] for _ in DocumentKind]


def test_what_was_kept_comes_back_as_it_was(keeper: Keeper) -> None:
    content = {"to": "Zoë Ünal, 〒100-0001", "lines": [{"units": 2}], "fee": None, "blank": True}
    keeper.keep(DocumentKind.DRAFT, "tab 1", content)
    kept = found(keeper, DocumentKind.DRAFT, "tab 1")
    assert (kept.kind, kept.key, kept.content) == (DocumentKind.DRAFT, "tab 1", content)
    assert abs(kept.updated_at - utc_now()) < timedelta(minutes=1)
    assert kept.created_at == kept.updated_at


def test_another_content_takes_the_place_of_the_first_and_its_beginning_stays(
    store: Store, keeper: Keeper
) -> None:
    keeper.keep(DocumentKind.PROFILE, "eBay", {"blank_box": False})
    first = found(keeper, DocumentKind.PROFILE, "eBay")
    keeper.keep(DocumentKind.PROFILE, "eBay", {"blank_box": True})
    second = found(keeper, DocumentKind.PROFILE, "eBay")
    assert second.content == {"blank_box": True}
    assert (second.created_at, second.updated_at > first.updated_at) == (first.created_at, True)
    assert store.count(tables.kept) == 1


@pytest.mark.parametrize("content", [{"lines": [1, 2]}, {"lines": (1, 2)}])
def test_the_same_content_again_writes_nothing(
    store: Store, keeper: Keeper, content: dict[str, Any]
) -> None:
    keeper.keep(DocumentKind.DRAFT, "tab 1", {"lines": [1, 2]})
    aged(store, "tab 1", 2 * DAY)
    keeper.keep(DocumentKind.DRAFT, "tab 1", content)
    assert found(keeper, DocumentKind.DRAFT, "tab 1").updated_at == NOW - 2 * DAY


def test_a_draft_and_a_template_may_have_the_same_name(keeper: Keeper) -> None:
    keeper.keep(DocumentKind.DRAFT, "gift", {"is": "draft"})
    keeper.keep(DocumentKind.TEMPLATE, "gift", {"is": "template"})
    keeper.forget(DocumentKind.DRAFT, "gift")
    assert keeper.get(DocumentKind.DRAFT, "gift") is None
    assert found(keeper, DocumentKind.TEMPLATE, "gift").content == {"is": "template"}


def test_those_of_a_kind_come_with_the_newest_change_first(store: Store, keeper: Keeper) -> None:
    [keeper.keep(DocumentKind.TEMPLATE, key, {"is": key}) for key in "abc"]
    keeper.keep(DocumentKind.DRAFT, "d", {})
    aged(store, "b", DAY)
    aged(store, "c", 2 * DAY)
    keeper.keep(DocumentKind.TEMPLATE, "c", {"is": "changed"})
    assert [kept.key for kept in keeper.all(DocumentKind.TEMPLATE)] == ["c", "a", "b"]


def test_what_is_not_kept_can_be_forgotten(keeper: Keeper) -> None:
    keeper.forget(DocumentKind.DRAFT, "never kept")
    assert keeper.all(DocumentKind.DRAFT) == []


def test_only_old_ones_of_a_kind_are_forgotten_and_counted(store: Store, keeper: Keeper) -> None:
    [keeper.keep(DocumentKind.DRAFT, key, {}) for key in ("old", "older", "new")]
    keeper.keep(DocumentKind.PROFILE, "old profile", {})
    [aged(store, key, 31 * DAY) for key in ("old", "older", "old profile")]
    assert keeper.forget_older(DocumentKind.DRAFT, NOW - 30 * DAY) == 2
    assert [kept.key for kept in keeper.all(DocumentKind.DRAFT)] == ["new"]
    assert [kept.key for kept in keeper.all(DocumentKind.PROFILE)] == ["old profile"]


@pytest.mark.parametrize("key", ["", "  ", "x" * 81, "line\nbreak", "nul\x00", "\ud800"])
def test_a_name_that_no_database_could_hold_is_refused(keeper: Keeper, key: str) -> None:
    with pytest.raises(InvalidInput, match="give it a name of up to 80 letters"):
        keeper.keep(DocumentKind.TEMPLATE, key, {})
    assert keeper.all(DocumentKind.TEMPLATE) == []


@pytest.mark.parametrize("key", ["x" * 80, "Größe L / 夏　便", "50 % off; it's '--'"])
def test_a_name_may_have_any_letters(keeper: Keeper, key: str) -> None:
    keeper.keep(DocumentKind.TEMPLATE, key, {"is": key})
    assert found(keeper, DocumentKind.TEMPLATE, key).content == {"is": key}


def test_another_account_keeps_its_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with opened(url) as one, opened(url, "another") as other:
        Keeper(one).keep(DocumentKind.DRAFT, "tab 1", {"of": "one"})
        Keeper(other).forget(DocumentKind.DRAFT, "tab 1")
        assert Keeper(other).forget_older(DocumentKind.DRAFT, utc_now() + DAY) == 0
        assert found(Keeper(one), DocumentKind.DRAFT, "tab 1").content == {"of": "one"}


def test_keeping_changes_no_revision_so_that_no_page_draws_itself_again(
    service: MCFService,
) -> None:
    before = service.revision(), service.stock.review.revision(), service._store.revisions()
    keeper = Keeper(service._store)
    [keeper.keep(DocumentKind.DRAFT, "tab 1", {"typed": "Ada"[:n]}) for n in range(4)]
    keeper.forget_older(DocumentKind.DRAFT, utc_now() + DAY)
    assert before == (
        service.revision(),
        service.stock.review.revision(),
        service._store.revisions(),
    )


def test_a_store_that_is_gone_is_told(keeper: Keeper, store: Store) -> None:
    with store.writing() as connection:
        tables.kept.drop(connection)
    with pytest.raises(StoreError):
        keeper.keep(DocumentKind.DRAFT, "tab 1", {})


def test_drafts_are_there_for_who_keeps_them_and_templates_for_all(store: Store) -> None:
    ada, bob, nobody = Keeper(store, lambda: "p-ada"), Keeper(store, lambda: "p-bob"), Keeper(store)
    ada.keep(DocumentKind.DRAFT, "one", {"number": "1"})
    ada.keep(DocumentKind.TEMPLATE, "ours", {"number": "2"})
    nobody.keep(DocumentKind.DRAFT, "of before", {"number": "3"})

    assert [kept.key for kept in bob.all(DocumentKind.DRAFT)] == ["of before"]
    assert bob.get(DocumentKind.DRAFT, "one") is None
    assert bob.get(DocumentKind.TEMPLATE, "ours") is not None
    assert {kept.key for kept in nobody.all(DocumentKind.DRAFT)} == {"one", "of before"}
    bob.forget(DocumentKind.DRAFT, "one")
    with pytest.raises(InvalidInput, match="somebody else keeps something under it"):
        bob.keep(DocumentKind.DRAFT, "one", {"number": "4"})
    mine = ada.get(DocumentKind.DRAFT, "one")
    assert mine is not None
    assert mine.content == {"number": "1"}
