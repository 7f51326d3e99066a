"""Rows of a damaged SQLite file, read page by page, whatever else is spoiled.

SQLite reads a table from its root, which the table definitions name; what is behind a spoiled page
isn't found any more. Here every page is looked at by itself, and its rows are known by their shape.

https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Self, TypeAlias

Value: TypeAlias = int | float | str | bytes | None
Row: TypeAlias = tuple[Value, ...]
"""The values of a row in the order of its columns; bytes where its text isn't one."""
_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF, _INDEX_INNER = 13, 5, 10, 2
_INNER = (_TABLE_INNER, _INDEX_INNER)
_HEADER = 100
_USUAL_SIZE = 4096
_MAGIC = b"SQLite format 3\0"
_WAL_HEADER, _FRAME_HEADER = 32, 24
_WAL_MAGIC = (0x377F0682, 0x377F0683)
_FIXED = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
"""How many bytes a value of each kind has."""


_LOCK_BYTE = 0x40000000
"""SQLite leaves the page with this byte unused."""


class SpoiledError(Exception):
    """What is there can't have been written by SQLite."""


@dataclass(slots=True)
class Numbered:
    """A row, with its number where it's one of a table that numbers its rows."""

    number: int | None
    values: Row


Shape: TypeAlias = Callable[[bool, Sequence[Numbered]], str | None]
"""The name of the table whose rows these seem to be; whether that's one that numbers its rows."""


@dataclass(slots=True)
class Page:
    """A page of rows or of an index."""

    number: int
    is_table: bool
    shape: str | None = None
    """The table whose rows seem to be on it."""
    children: list[int] = field(default_factory=list)
    overflow: set[int] = field(default_factory=set)
    is_whole: bool = True
    """Whether all that is on it could be read."""


class File:
    """The pages of a file with what is in its journal (`-wal`); to be closed.

    `roots` are the first pages of tables and indexes, as far as the table definitions can be read.
    """

    def __init__(self, path: Path, shape: Shape) -> None:
        with path.open("rb") as file:
            self._content = mmap(file.fileno(), 0, access=ACCESS_READ)
        self._size = _page_size(self._content)
        self._count = len(self._content) // self._size
        header = self._content[:_HEADER]
        self._usable = self._size - (header[20] if header.startswith(_MAGIC) else 0)
        self.is_cut_off = self._count < max(1, _told_count(header))
        journal = path.with_name(f"{path.name}-wal")
        self._newer = _frames(journal.read_bytes(), self._size) if journal.exists() else {}
        self._count = max(self._count, *self._newer, 0)
        self.roots: dict[str, int] = {}
        self._free = self._freed()
        self._pages: dict[int, Page] = {}
        for number in range(1, self._count + 1):
            self._look(number, shape)
        self._parents = {
            child: page.number for page in self._pages.values() for child in page.children
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._content.close()

    def pages(self) -> list[Page]:
        """The pages with rows, those first that are still reached from others."""
        return sorted(
            self._pages.values(), key=lambda it: (self.top(it.number) == it.number, it.number)
        )

    def rows(self, page: Page) -> list[Numbered]:
        """The rows on a page that can be read."""
        rows: list[Numbered] = []
        self._read(page, rows)
        return rows

    def top(self, number: int) -> int:
        """The highest page from which one is still reached."""
        seen = {number}
        while (above := self._parents.get(number)) is not None and above not in seen:
            seen.add(above)
            number = above
        return number

    def is_intact(self, root: int) -> bool:
        """Whether all pages below a root, and it itself, could be read whole."""
        waiting, seen = [root], set[int]()
        while waiting:
            number = waiting.pop()
            page = self._pages.get(number)
            if page is None or not page.is_whole or number in seen:
                return False
            seen.add(number)
            waiting += page.children
        return True

    def lacks_only_definitions(self) -> bool:
        """Whether nothing is spoiled but, maybe, the pages that say which table is where.

        A file in which nothing is known tells nothing of what it once held.
        """
        first = self._pages.get(1)
        definitions = {1, *(first.children if first else ())}
        is_known = any(page.shape for page in self._pages.values())
        return is_known and not self.is_cut_off and self._spoiled() <= definitions

    def _spoiled(self) -> set[int]:
        """The pages of which nothing is known: no rows, no part of a long row, and not free."""
        known = {number for number, page in self._pages.items() if page.is_whole} | self._free
        known |= {_LOCK_BYTE // self._size + 1}
        for page in self._pages.values():
            known |= page.overflow
        return set(range(1, self._count + 1)) - known

    def _data(self, number: int) -> bytes:
        newer = self._newer.get(number)
        if newer is not None:
            return newer
        return self._content[(number - 1) * self._size : number * self._size]

    def _freed(self) -> set[int]:
        """The pages that hold nothing any more, but may look as if they did."""
        free: set[int] = set()
        header = self._data(1)[:_HEADER]
        if header.startswith(_MAGIC):
            trunk = struct.unpack_from(">I", header, 32)[0]
            while trunk and trunk not in free and (leaves := self._trunk(trunk)) is not None:
                free |= {trunk, *leaves}
                trunk = struct.unpack_from(">I", self._data(trunk))[0]
            return free
        for number in range(2, self._count + 1):
            leaves = self._trunk(number)
            free |= {number, *leaves} if leaves else set()
        return free

    def _trunk(self, number: int) -> Sequence[int] | None:
        """The free pages that a page lists; None when it's no such list."""
        if not 1 < number <= self._count:
            return None
        data = self._data(number)
        following, count = struct.unpack_from(">II", data)
        if following > self._count or count > self._size // 4 - 2:
            return None
        leaves: tuple[int, ...] = struct.unpack_from(f">{count}I", data, 8)
        sound = len(set(leaves)) == count and all(1 < leaf <= self._count for leaf in leaves)
        return leaves if sound else None

    def _look(self, number: int, shape: Shape) -> None:
        """Notes what a page is, if it's one of rows or of an index."""
        data = self._data(number)
        start = _HEADER if number == 1 else 0
        kind = data[start] if len(data) == self._size else 0
        if number in self._free or kind not in (_TABLE_LEAF, _INDEX_LEAF, *_INNER):
            return
        page = Page(number, kind in (_TABLE_LEAF, _TABLE_INNER))
        rows: list[Numbered] = []
        cells = self._read(page, rows)
        nothing = cells and not rows and kind != _TABLE_INNER
        if nothing or not all(0 < child <= self._count for child in page.children):
            return
        page.shape = shape(page.is_table, rows)
        self._pages[number] = page
        for row in rows if page.is_table else ():
            self._note_definition(row.values)

    def _note_definition(self, row: Row) -> None:
        if len(row) == 5 and row[0] in ("table", "index") and isinstance(row[1], str):
            root = row[3]
            if isinstance(root, int) and 0 < root <= self._count:
                self.roots[row[1]] = root

    def _read(self, page: Page, rows: list[Numbered]) -> int:
        """Puts the rows of a page into the list; how many cells it says that it has."""
        data = self._data(page.number)
        start = _HEADER if page.number == 1 else 0
        kind = data[start]
        cells: int = struct.unpack_from(">H", data, start + 3)[0]
        first = start + (12 if kind in _INNER else 8)
        page.children = [struct.unpack_from(">I", data, start + 8)[0]] if kind in _INNER else []
        if first + 2 * cells > self._size:
            page.is_whole = False
            return cells
        for at in struct.unpack_from(f">{cells}H", data, first):
            try:
                self._cell(page, kind, data, at, rows)
            except (SpoiledError, struct.error, IndexError):
                page.is_whole = False
        return cells

    def _cell(self, page: Page, kind: int, data: bytes, at: int, rows: list[Numbered]) -> None:
        if kind in _INNER:
            page.children.append(struct.unpack_from(">I", data, at)[0])
            at += 4
        if kind == _TABLE_INNER:
            return
        length, at = _varint(data, at)
        number = None
        if kind == _TABLE_LEAF:
            number, at = _varint(data, at)
            number -= (number >> 63) << 64
        rows.append(Numbered(number, _record(self._payload(page, kind, data, at, length))))

    def _payload(self, page: Page, kind: int, data: bytes, at: int, length: int) -> bytes:
        """What a cell holds, with the pages on which it goes on."""
        usable = self._usable
        most = usable - 35 if kind == _TABLE_LEAF else (usable - 12) * 64 // 255 - 23
        if length <= most:
            return _piece(data, at, length)
        least = (usable - 12) * 32 // 255 - 23
        here = least + (length - least) % (usable - 4)
        here = here if here <= most else least
        content = bytearray(_piece(data, at, here))
        following = struct.unpack_from(">I", data, at + here)[0]
        while len(content) < length:
            if not 1 < following <= self._count:
                raise SpoiledError
            page.overflow.add(following)
            more = self._data(following)
            content += _piece(more, 4, min(usable - 4, length - len(content)))
            following = struct.unpack_from(">I", more)[0]
        return bytes(content)


def _page_size(content: mmap) -> int:
    size = int.from_bytes(content[16:18], "big")
    size = 65536 if size == 1 else size
    sound = content[:16] == _MAGIC and 512 <= size <= 65536 and not size & (size - 1)
    return size if sound else _USUAL_SIZE


def _told_count(header: bytes) -> int:
    """How many pages the file says that it has; 0 where it doesn't say."""
    sound = header.startswith(_MAGIC) and header[24:28] == header[92:96]
    return int.from_bytes(header[28:32], "big") if sound else 0


def _frames(content: bytes, size: int) -> dict[int, bytes]:
    """The pages of a journal up to the last whole transaction."""
    if len(content) < _WAL_HEADER or struct.unpack_from(">I", content)[0] not in _WAL_MAGIC:
        return {}
    salt = content[16:24]
    done: dict[int, bytes] = {}
    under_way: dict[int, bytes] = {}
    step = _FRAME_HEADER + size
    for at in range(_WAL_HEADER, len(content) - step + 1, step):
        number, pages = struct.unpack_from(">II", content, at)
        if content[at + 8 : at + 16] != salt:
            break
        under_way[number] = content[at + _FRAME_HEADER : at + step]
        if pages:
            done.update(under_way)
            under_way.clear()
    return done


def _piece(data: bytes, at: int, length: int) -> bytes:
    piece = data[at : at + length]
    if len(piece) != length:
        raise SpoiledError
    return piece


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where the next thing begins."""
    value = 0
    for step in range(8):
        byte = data[at + step]
        value = value << 7 | byte & 127
        if byte < 128:
            return value, at + step + 1
    return value << 8 | data[at + 8], at + 9


def _record(payload: bytes) -> Row:
    """The values of a row; raises `SpoiledError`."""
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    if at != end or not kinds:
        raise SpoiledError
    values = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    if at != len(payload):
        raise SpoiledError
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind in (10, 11):
        raise SpoiledError
    length = _FIXED.get(kind, (kind - 12) // 2)
    piece = _piece(payload, at, length)
    if kind >= 12:
        return _text(piece) if kind % 2 else piece, at + length
    if kind == 7:
        return float(struct.unpack(">d", piece)[0]), at + length
    fixed = {0: None, 8: 0, 9: 1}
    value = fixed[kind] if kind in fixed else int.from_bytes(piece, "big", signed=True)
    return value, at + length


def _text(piece: bytes) -> str | bytes:
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return piece
