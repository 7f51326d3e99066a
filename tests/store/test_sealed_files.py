"""Whole files that are encrypted."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcf.errors import StoreError
from mcf.store import sealed_files
from mcf.store.key_files import new_key
from mcf.store.sealed_files import seal_file, unseal_file

KEY = new_key()


@pytest.mark.parametrize("size", [0, 1, 64, 65, 200])
def test_a_file_comes_out_as_it_went_in(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_files, "_PIECE", 64)
    path, content = tmp_path / "copy", b"Ada Nobody"[:1] * size
    path.write_bytes(content)
    sealed = seal_file(path, KEY)
    assert [it.name for it in tmp_path.iterdir()] == ["copy.sealed"]
    unseal_file(sealed, tmp_path / "again", {KEY.id: KEY})
    assert (tmp_path / "again").read_bytes() == content


def test_a_sealed_file_that_was_cut_or_changed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "copy"
    path.write_bytes(b"Ada Nobody" * 20)
    sealed = seal_file(path, KEY)
    content = sealed.read_bytes()
    assert b"Nobody" not in content
    for spoiled in (content[:-1], content[:60] + b"x" + content[61:], content[:26]):
        sealed.write_bytes(spoiled)
        with pytest.raises(StoreError, match="is damaged"):
            unseal_file(sealed, tmp_path / "again", {KEY.id: KEY})
        assert not (tmp_path / "again").exists()


def test_only_its_own_key_opens_a_sealed_file(tmp_path: Path) -> None:
    path = tmp_path / "copy"
    path.write_bytes(b"Ada Nobody")
    sealed = seal_file(path, KEY)
    with pytest.raises(StoreError, match="isn't there"):
        unseal_file(sealed, tmp_path / "again", {})
    with pytest.raises(StoreError, match="isn't a sealed copy"):
        unseal_file(Path(__file__), tmp_path / "again", {KEY.id: KEY})
