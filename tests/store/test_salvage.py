"""Rows are read page by page, from a file whose other pages say nothing any more."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mcf.store.salvage import File, Numbered

PAGE = 4096
WORDS = [("first", 1, 1.5, None, b"\x00\x01"), ("zwölf ☎", -(2**40), -0.25, 0, b"")]
LONG = ("x" * 20_000, 2**62, 1e300, 1, b"\xff" * 9_000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a table of every kind of value, on many pages, and one without row numbers."""
    path = tmp_path / "file.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE words (word TEXT, whole INTEGER, part REAL, n INTEGER, b BLOB)")
        made.execute("CREATE TABLE pairs (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID")
        made.executemany("INSERT INTO words VALUES (?, ?, ?, ?, ?)", [*WORDS * 200, LONG])
        made.executemany("INSERT INTO pairs VALUES (?, ?)", [(n, -n) for n in range(3000)])
        made.commit()
    return path


def five(_: bool, rows: list[Numbered]) -> str | None:
    return "words" if rows and len(rows[0].values) == 5 else None


def read(path: Path, table: str) -> Iterator[Numbered]:
    with File(path, five) as file:  # type: ignore[arg-type]
        root = file.roots.get(table)
        for page in file.pages():
            if file.top(page.number) == root or (root is None and page.shape == table):
                yield from file.rows(page)


def spoil(path: Path, number: int) -> None:
    data = path.read_bytes()
    junk = random.Random(number).randbytes(PAGE)  # noqa: S311
    path.write_bytes(data[: (number - 1) * PAGE] + junk + data[number * PAGE :])


def test_every_value_of_every_row_is_read_as_sqlite_reads_it(path: Path) -> None:
    with closing(sqlite3.connect(path)) as sqlite:
        words = sqlite.execute("SELECT rowid, * FROM words ORDER BY rowid").fetchall()
        pairs = sqlite.execute("SELECT * FROM pairs").fetchall()

    assert sorted((row.number, *row.values) for row in read(path, "words")) == words
    assert sorted(row.values for row in read(path, "pairs")) == pairs


def test_without_its_first_page_nothing_else_is_lost(path: Path) -> None:
    spoil(path, 1)

    assert len(list(read(path, "words"))) == 401
    with File(path, five) as file:  # type: ignore[arg-type]
        assert file.roots == {}
        assert file.lacks_only_definitions()


def test_what_is_missing_is_known_to_be(path: Path) -> None:
    with File(path, five) as file:  # type: ignore[arg-type]
        root = file.roots["words"]
        assert file.is_intact(root)
        (leaf, *_) = [it.number for it in file.pages() if it.shape and file.top(it.number) == root]
    spoil(path, leaf)

    with File(path, five) as file:  # type: ignore[arg-type]
        assert not file.is_intact(root)
        assert file.is_intact(file.roots["pairs"])
        assert not file.lacks_only_definitions()
    assert 0 < len(list(read(path, "words"))) < 401


def test_what_is_behind_a_spoiled_root_is_known_by_its_shape(path: Path) -> None:
    with File(path, five) as file:  # type: ignore[arg-type]
        root = file.roots["words"]
    spoil(path, root)

    with File(path, five) as file:  # type: ignore[arg-type]
        found = [row for it in file.pages() if it.shape == "words" for row in file.rows(it)]
    assert len(found) == 401 + 2  # two are the definitions of tables


def test_what_was_deleted_does_not_come_back(path: Path) -> None:
    with closing(sqlite3.connect(path)) as changed:
        changed.execute("PRAGMA secure_delete = OFF")
        changed.execute("DELETE FROM words WHERE rowid > 10")
        changed.commit()
    assert len(list(read(path, "words"))) == 10

    spoil(path, 1)
    assert len(list(read(path, "words"))) <= 10


def test_the_journal_counts_up_to_its_last_whole_transaction(path: Path, tmp_path: Path) -> None:
    crashed = tmp_path / "crashed.sqlite3"
    with closing(sqlite3.connect(path)) as open_one:
        open_one.execute("PRAGMA journal_mode = WAL")
        open_one.execute("PRAGMA wal_autocheckpoint = 0")
        open_one.execute("UPDATE words SET word = 'newer' WHERE rowid = 1")
        open_one.commit()
        crashed.write_bytes(path.read_bytes())
        journal = path.with_name(f"{path.name}-wal").read_bytes()
        crashed.with_name(f"{crashed.name}-wal").write_bytes(journal + journal[32:100])

    assert "newer" in {row.values[0] for row in read(crashed, "words")}


def test_a_file_that_was_cut_off_lacks_more_than_definitions(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: -3 * PAGE])

    with File(path, five) as file:  # type: ignore[arg-type]
        assert file.is_cut_off
        assert not file.lacks_only_definitions()


@pytest.mark.parametrize("size", [1, 100, 4095, 4097, 20_000])
@pytest.mark.parametrize("seed", range(5))
def test_junk_is_no_row_and_no_error(tmp_path: Path, size: int, seed: int) -> None:
    path = tmp_path / "junk"
    path.write_bytes(random.Random(seed).randbytes(size))  # noqa: S311

    assert list(read(path, "words")) == []
    with File(path, five) as file:  # type: ignore[arg-type]
        assert not file.lacks_only_definitions()


def test_every_byte_of_a_page_may_be_another_one(path: Path) -> None:
    sound = path.read_bytes()
    rng = random.Random(3)  # noqa: S311
    for _ in range(60):
        data = bytearray(sound)
        start = rng.randrange(len(data) // PAGE) * PAGE
        for _ in range(20):
            data[start + rng.randrange(200)] = rng.randrange(256)
        path.write_bytes(data)
        assert len(list(read(path, "words"))) <= 401 + 2
