"""Where data keys come from: a variable, a file that is named, or one that is made by itself."""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from mcf.errors import StoreError
from mcf.logs import private_folder
from mcf.store.sealing import DataKey

_LENGTH = 32
_HOW = (
    "Give 32 random bytes in base64: `python -m mcf privacy key new` prints such a key. Of several "
    "keys, with commas between, the first is the newest."
)


@dataclass(frozen=True, slots=True)
class KeySource:
    """A key in words, or the file that holds it; of several, the first is the newest.

    `beside` says that the file lies with the store's own data.
    """

    words: str | None = field(default=None, repr=False)
    file: Path | None = None
    beside: bool = False

    @property
    def place(self) -> str:
        """Where the key is, as a seller calls it."""
        return str(self.file) if self.file is not None else "MCF_DATA_KEY"

    def load(self) -> list[DataKey]:
        """The keys that are there, the newest first; raises `StoreError` for what is none."""
        if self.file is None:
            return read_keys(self.words or "", "MCF_DATA_KEY")
        try:
            return read_keys(self.file.read_text(encoding="ascii"), str(self.file))
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(
                f"The key of the store can't be read from {self.file}: {type(error).__name__}.",
                advice="Let the program read that file, or name another in MCF_DATA_KEY_FILE.",
            ) from error

    def make(self) -> None:
        """Makes a key where there's none; raises `StoreError` when it can't."""
        if self.file is None or self.load():
            return
        try:
            if self.beside:
                private_folder(self.file.parent)
            _write(self.file, [DataKey(secrets.token_bytes(_LENGTH))], new=True)
        except OSError as error:
            raise StoreError(
                f"The key of the store can't be written to {self.file}: {type(error).__name__}.",
                advice="Let the program write there, or set MCF_DATA_KEY.",
            ) from error

    def keep(self, keys: Sequence[DataKey]) -> None:
        """Has the file hold exactly these keys; raises OSError, and `StoreError` without a file."""
        if self.file is None:
            raise StoreError(
                "The key is in MCF_DATA_KEY, which this program can't change.",
                advice='Set MCF_DATA_KEY to "NEW,OLD" for every process, start them again, and '
                "rotate then. `python -m mcf privacy key new` prints a new one.",
            )
        _write(self.file, keys, new=False)


def new_key() -> DataKey:
    """A key that nobody has yet."""
    return DataKey(secrets.token_bytes(_LENGTH))


def spelled(key: DataKey) -> str:
    """The key in words."""
    return base64.urlsafe_b64encode(key.secret).decode()


def read_keys(text: str, where: str) -> list[DataKey]:
    """The keys in a text; raises `StoreError` for what is none."""
    lines = (line.partition("#")[0] for line in text.splitlines())
    words = [word for line in lines for word in re.split(r"[\s,;]+", line) if word]
    return [_key(word, where) for word in words]


def _key(word: str, where: str) -> DataKey:
    secret = b""
    with suppress(binascii.Error, ValueError):
        standard = word.replace("-", "+").replace("_", "/")
        secret = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    if len(secret) != _LENGTH:
        raise StoreError(f"What is in {where} isn't a key of 32 bytes.", advice=_HOW)
    return DataKey(secret)


def _write(file: Path, keys: Sequence[DataKey], *, new: bool) -> None:
    """A file that is whole from the first moment, for its owner only; a new one replaces none."""
    text = (
        "# Opens the buyers' data in the store. Without it, names and addresses are lost: keep a\n"
        "# copy, but never where copies of the store are. The first key is the newest.\n"
        + "".join(f"{spelled(key)}\n" for key in keys)
    )
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.", suffix=".part")
    half = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        if new:
            with suppress(FileExistsError):
                os.link(half, file)
        else:
            half.replace(file)
    finally:
        half.unlink(missing_ok=True)
