"""Buyers' data in the store, encrypted value by value (AES-256-GCM), and the keys that open it.

A sealed value is a text, "~<id of its key>.<base64 of nonce and ciphertext>"; it's bound to its
table and column. A value that isn't sealed was written before stores were; it's read as it stands.
"""

from __future__ import annotations

import binascii
import hmac
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import JSON, Dialect, String, Text, TypeDecorator

from mcf.errors import StoreError

UNREADABLE = "can't be read"
"""What stands for a text whose key isn't there; of JSON it's an empty object."""
SEALED = re.compile(r"~(?P<key>[0-9a-f]{8})\.[A-Za-z0-9+/=]{38,}")
_NONCE = 12
_LOST = "~lost"
"""What is written in place of buyers' data that Amazon tells again while the key isn't there."""
_ID_ENDS = 9
_NO_KEY = "Buyers' data can't be kept: the key that the store's is encrypted with isn't there."
KEY_ADVICE = (
    "Set MCF_DATA_KEY or MCF_DATA_KEY_FILE to that key, or put its file back beside the store. If "
    "it's lost: `python -m mcf privacy key rotate --lost` begins with a new one."
)


class Unreadable(dict[str, Any]):
    """Stands for JSON whose key isn't there: an empty object."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key of 32 bytes; its id says which one it is, and nothing else of it."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Eight hexadecimal digits."""
        return self.derived("id").hex()[:8]

    def derived(self, purpose: str) -> bytes:
        """32 bytes for a purpose, which tell nothing of the key."""
        return hmac.digest(self.secret, f"mcf {purpose}".encode(), "sha256")


class Keyring:
    """The keys that are there, and which of them is written with; safe among threads.

    `load` reads them anew, as another process may have begun a new one; `make` makes one where
    there's none.
    """

    def __init__(
        self, load: Callable[[], Sequence[DataKey]], make: Callable[[], object] = lambda: None
    ) -> None:
        self._load = load
        self.make = make
        self._ciphers: dict[str, AESGCM] = {}
        self._keys: dict[str, DataKey] = {}
        self._current: str | None = None
        self._marks: bytes | None = None
        self._kindly = threading.local()

    @property
    def keys(self) -> dict[str, DataKey]:
        """The keys that are there, by their ids."""
        return dict(self._keys)

    @property
    def current(self) -> str | None:
        """The id of the key that is written with; None when it isn't there."""
        return self._current if self._current in self._keys else None

    @property
    def wanted(self) -> str | None:
        """The id of the key that the store is to be written with, whether it's there or not."""
        return self._current

    def refresh(self) -> None:
        """Reads the keys anew; those that were there stay."""
        for key in self._load():
            self._keys[key.id] = key
            self._ciphers[key.id] = AESGCM(key.derived("values"))

    def use(self, key_id: str, marks: str | None = None) -> None:
        """Writes with this key from now on; `marks` is what digests are made with, sealed."""
        self._current = key_id
        if key_id not in self._keys:
            self.refresh()
        key = self._keys.get(key_id)
        self._marks = None if key is None else key.derived("marks")
        if marks is not None:
            plain = self.opened(b"meta.marks", marks)
            self._marks = None if plain == UNREADABLE else bytes.fromhex(plain)

    def marks_under(self, key_id: str) -> str | None:
        """What digests are made with, sealed with a key; None when it isn't known."""
        if self._marks is None:
            return None
        return self._sealed(key_id, b"meta.marks", self._marks.hex())

    def seal(self, place: bytes, text: str) -> str:
        """The text as it's stored at this place; raises `StoreError` when its key isn't there."""
        key_id = self.current
        if key_id is not None:
            return self._sealed(key_id, place, text)
        if getattr(self._kindly, "on", False):
            return _LOST
        raise StoreError(_NO_KEY, advice=KEY_ADVICE)

    def _sealed(self, key_id: str, place: bytes, text: str) -> str:
        nonce = os.urandom(_NONCE)
        # A lone half of a surrogate pair, as JSON may hold one, is kept as it is.
        content = text.encode("utf-8", "surrogatepass")
        sealed = nonce + self._ciphers[key_id].encrypt(nonce, content, place)
        return f"~{key_id}.{binascii.b2a_base64(sealed, newline=False).decode()}"

    def opened(self, place: bytes, value: str) -> str:
        """The text of a stored value; `UNREADABLE` when its key isn't there, or it's spoiled."""
        if not value.startswith("~"):
            return value
        cipher = self._ciphers.get(value[1:_ID_ENDS])
        if cipher is None:
            return self._elsewhere(place, value)
        try:
            sealed = binascii.a2b_base64(value[_ID_ENDS + 1 :])
            content = cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
        except (InvalidTag, ValueError):
            return UNREADABLE
        return content.decode("utf-8", "surrogatepass")

    def opener(self, place: bytes) -> Callable[[str | None], str | None]:
        """What opens many values of a place."""
        opened = self.opened
        return lambda value: None if value is None else opened(place, value)

    def mark(self, digest: str | None) -> str | None:
        """A digest of buyers' data as it's stored: nobody without the key can guess at it."""
        if digest is None or digest.startswith("~"):
            return digest
        if self._marks is None:
            return None
        return "~" + hmac.digest(self._marks, digest.encode(), sha256).hex()[:31]

    @contextmanager
    def kindly(self) -> Iterator[None]:
        """What Amazon tells again may be written without buyers' data when the key isn't there."""
        before = getattr(self._kindly, "on", False)
        self._kindly.on = True
        try:
            yield
        finally:
            self._kindly.on = before

    def _elsewhere(self, place: bytes, value: str) -> str:
        """A value of a key that wasn't there: perhaps another process has begun it since."""
        if not SEALED.fullmatch(value):
            return UNREADABLE if value == _LOST else value
        key_id = value[1:_ID_ENDS]
        self.refresh()
        return self.opened(place, value) if key_id in self._keys else UNREADABLE


def attach(dialect: Dialect, keyring: Keyring) -> None:
    """Has all that goes through the dialect be sealed and opened with these keys."""
    dialect.mcf_keyring = keyring  # type: ignore[attr-defined]


def keyring_of(dialect: Dialect) -> Keyring:
    """The keys of a dialect; raises `StoreError` for one that was given none."""
    keyring = getattr(dialect, "mcf_keyring", None)
    if not isinstance(keyring, Keyring):
        raise StoreError(_NO_KEY, advice=KEY_ADVICE)
    return keyring


class SealedText(TypeDecorator[str]):
    """A text that is sealed in the database; `place` is its table and column."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place.encode()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Sealed on the way in; raises `StoreError` without a key."""
        return None if value is None else keyring_of(dialect).seal(self.place, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The text on the way out, or `UNREADABLE`."""
        return None if value is None else keyring_of(dialect).opened(self.place, value)


class SealedJSON(TypeDecorator[Any]):
    """JSON that is sealed in the database, where it's a text of JSON; `place` as of a text."""

    impl = JSON
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place.encode()

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Sealed on the way in; raises `StoreError` without a key."""
        return None if value is None else keyring_of(dialect).seal(self.place, json.dumps(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The JSON on the way out; an empty object for what can't be read."""
        if not isinstance(value, str):
            return value
        text = keyring_of(dialect).opened(self.place, value)
        return Unreadable() if text == UNREADABLE else json.loads(text)


class Mark(TypeDecorator[str]):
    """A digest of buyers' data; in the database it's keyed, and comes out as it stands there."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Keyed on the way in."""
        return keyring_of(dialect).mark(value)


def is_sealed(kind: object) -> bool:
    """Whether a column of this type holds buyers' data."""
    return isinstance(kind, SealedText | SealedJSON)
