"""Whole files that are encrypted: copies of stores from before buyers' data was sealed in them."""

from __future__ import annotations

import os
import struct
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mcf.errors import StoreError
from mcf.store.sealing import DataKey

ENDING = ".sealed"
_MAGIC = b"MCF sealed file 1\n"
_PIECE = 1 << 20
_NONCE = 12


def seal_file(path: Path, key: DataKey) -> Path:
    """The encrypted file that now stands in place of the clear one; raises OSError."""
    sealed = path.with_name(path.name + ENDING)
    cipher, size, at = AESGCM(key.derived("files")), path.stat().st_size, 0
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{sealed.name}.", suffix=".part")
    half = Path(name)
    try:
        with path.open("rb") as source, os.fdopen(descriptor, "wb") as target:
            target.write(_MAGIC + key.id.encode())
            number = 0
            while number == 0 or at < size:
                piece = source.read(_PIECE)
                at += len(piece) or size
                nonce = os.urandom(_NONCE)
                content = cipher.encrypt(nonce, piece, _place(number, last=at >= size))
                target.write(struct.pack(">I", len(content)) + nonce + content)
                number += 1
            target.flush()
            os.fsync(target.fileno())
        half.replace(sealed)
    finally:
        half.unlink(missing_ok=True)
    _wipe(path)
    return sealed


def unseal_file(path: Path, to: Path, keys: dict[str, DataKey]) -> None:
    """Writes the clear content into a new file; raises `StoreError` when that can't be."""
    if to.exists():
        raise StoreError(f"{to} exists already.", advice="Name a file that doesn't exist yet.")
    try:
        with path.open("rb") as source:
            if source.read(len(_MAGIC)) != _MAGIC:
                raise StoreError(f"{path} isn't a sealed copy.", advice="Name one of *.sealed.")
            key = keys.get(source.read(8).decode("ascii", "replace"))
            if key is None:
                raise StoreError(
                    f"The key of {path} isn't there.", advice="Set the one it was made with."
                )
            cipher, number, more = AESGCM(key.derived("files")), 0, source.read(4)
            struct.unpack(">I", more)
            descriptor = os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as target:
                while more:
                    nonce = source.read(_NONCE)
                    content = source.read(struct.unpack(">I", more)[0])
                    more = source.read(4)
                    target.write(cipher.decrypt(nonce, content, _place(number, last=not more)))
                    number += 1
    except (InvalidTag, struct.error) as error:
        to.unlink(missing_ok=True)
        raise StoreError(f"{path} is damaged.", advice="Take another copy of that file.") from error
    except OSError as error:
        raise StoreError(
            f"The copy can't be opened: {type(error).__name__}.", advice="Check both names."
        ) from error


def _place(number: int, *, last: bool) -> bytes:
    """What binds a piece to its place in the file, so that none can be moved, and no end cut."""
    return struct.pack(">Q?", number, last)


def _wipe(path: Path) -> None:
    """Removes a file; what it held is overwritten first, as far as its disk does that."""
    with path.open("r+b") as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(b"\0" * min(left, _PIECE))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
