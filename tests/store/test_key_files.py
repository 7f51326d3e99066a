"""Where data keys come from."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mcf.errors import StoreError
from mcf.store.key_files import KeySource, new_key, read_keys, spelled


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    source = KeySource(file=tmp_path / "desk" / "key", beside=True)
    assert source.load() == []
    source.make()
    made = source.load()
    source.make()
    assert source.load() == made
    assert len(made) == 1
    assert stat.S_IMODE((tmp_path / "desk" / "key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "desk").iterdir()] == ["key"]


def test_a_folder_that_somebody_named_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="can't be written"):
        KeySource(file=tmp_path / "not mounted" / "key").make()


def test_several_keys_are_read_and_the_first_is_the_newest() -> None:
    keys = [new_key(), new_key()]
    words = ",".join(map(spelled, keys))
    assert KeySource(words).load() == keys
    assert read_keys(f"# a remark\n{words}\n", "a file") == keys


@pytest.mark.parametrize("words", ["secret", "AAAA", "a" * 43 + "!"])
def test_what_is_no_key_is_told_without_a_part_of_it(words: str) -> None:
    with pytest.raises(StoreError) as told:
        KeySource(words).load()
    assert words not in str(told.value)
    assert "32 random bytes" in str(told.value.advice)


def test_a_key_in_a_variable_is_changed_by_its_owner() -> None:
    with pytest.raises(StoreError, match="which this program can't change"):
        KeySource(spelled(new_key())).keep([new_key()])
