"""The file `.env`: where it is, read however it was saved, and which of its names nobody reads."""

from __future__ import annotations

import codecs
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from mcf.errors import SettingsError

NAME = ".env"
DATA = "data"
_SQLITE = "sqlite:///"
LARGEST = 1_000_000
"""Bytes of the file at most; a whole one has some thousand."""
OURS = ("AMAZON_", "MCF_")
_INITIALS = {name[0] for name in OURS}
_OF_TESTS = ("MCF_TEST_", "MCF_REQUIRE_")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""What a file begins with that tells its encoding; those of 32 bits begin like those of 16."""
_ALIKE, _NEARLY_THE_SAME = 0.8, 0.9
_SAVE_IT = "Save it again as text in UTF-8."


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What a file says: values by name, and sentences about what of it has no effect.

    `guessed` are the names of values with letters beyond ASCII whose encoding nothing tells.
    """

    path: Path
    values: dict[str, str | None] = field(default_factory=dict, repr=False)
    warnings: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()


def app_folder() -> Path:
    """The folder of `app.py`; the current one where the package was installed without it."""
    folder = Path(__file__).resolve().parent.parent
    return folder if (folder / "app.py").is_file() else Path.cwd()


def beside_app(name: str) -> Path:
    """The place of a file or folder beside `app.py`: its bare name where that's the current one."""
    folder = app_folder()
    return Path(name) if folder == Path.cwd() else folder / name


def found() -> Path:
    """The file beside `app.py`; if there's none, one in the current folder."""
    beside, here = beside_app(NAME), Path(NAME)
    return here if not _is_there(beside) and _is_there(here) else beside


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return True


def read(path: Path) -> EnvFile:
    """What the file says, nothing when there's none; raises `SettingsError` if it can't be read."""
    try:
        if not path.is_file():
            return EnvFile(path, warnings=_no_file(path))
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise SettingsError(
            str(path),
            f"can't be read ({error.strerror or type(error).__name__}).",
            advice="Make it readable for the user who runs the program, or move it away and set "
            "the variables in the environment.",
        ) from error
    if len(content) > LARGEST:
        raise SettingsError(
            str(path),
            f"has more than {LARGEST // 1_000_000} MB, so it's no file of variables.",
            advice="Begin with a copy of .env.example.",
        )
    return _parsed(path, *_decoded(path, content))


def _no_file(path: Path) -> tuple[str, ...]:
    """What to say of a place where no file is: nothing if there's nothing at all."""
    if not path.exists() and not path.is_symlink():
        return ()
    what = "a folder" if path.is_dir() else "no file"
    return (f"{path} is {what}, so no variable is read from it.",)


def _decoded(path: Path, content: bytes) -> tuple[str, bool]:
    """The text, and whether its encoding is a guess; raises `SettingsError` when it's no text."""
    name = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    name = name or _wide(content) or "utf-8"
    guessed = False
    try:
        text = content.decode(name)
    except UnicodeDecodeError:
        # As Windows saves "ANSI"; every byte is some letter of Latin-1.
        text, guessed = content.decode("latin-1" if name == "utf-8" else name, "replace"), True
    if "\0" in text:
        raise SettingsError(str(path), "is no text.", advice=_SAVE_IT)
    return text, guessed


def _wide(content: bytes) -> str | None:
    """The encoding of two bytes a letter that ASCII text without a mark shows by its zeros."""
    even, odd = content[::2].count(0), content[1::2].count(0)
    half = len(content) // 4
    if half and odd > half and not even:
        return "utf-16-le"
    return "utf-16-be" if half and even > half and not odd else None


def _parsed(path: Path, text: str, guessed: bool) -> EnvFile:
    values = dotenv_values(stream=io.StringIO(text))
    broken = [
        f"Line {line} of {path} isn't understood, so it has no effect: write NAME=value."
        for line in _not_understood(text)
    ]
    beyond = {name for name, value in values.items() if guessed and not (value or "").isascii()}
    return EnvFile(path, dict(values), tuple(broken), frozenset(beyond))


def _not_understood(text: str) -> Iterable[int]:
    """The numbers of the lines that are no variable, no comment and not empty."""
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            blank = binding.original.string
            yield binding.original.line + blank[: len(blank) - len(blank.lstrip())].count("\n")


def strange(names: Iterable[str], known: Collection[str], *, in_file: bool) -> list[str]:
    """A sentence for each name that nobody reads and that seems to be meant for the program.

    Of the environment, where others have names too, only those that begin and look like ours.
    """
    sentences = []
    for name in sorted(set(names) - set(known)):
        if name.startswith(_OF_TESTS) or not (in_file or name[:1].upper() in _INITIALS):
            continue
        ours = name.upper().startswith(OURS)
        cutoff = _ALIKE if ours or in_file else _NEARLY_THE_SAME
        meant = get_close_matches(name.upper(), known, n=1, cutoff=cutoff)
        if meant:
            sentences.append(f"{name} is no variable of this program: {meant[0]} may be meant.")
        elif name.upper().startswith("MCF_"):
            sentences.append(f"{name} is no variable of this program, so it has no effect.")
        elif in_file and name.startswith("STREAMLIT_"):
            sentences.append(
                f"{name} has no effect in .env: set it in the environment of the program."
            )
    return sentences


def placed(values: Mapping[str, str]) -> dict[str, str]:
    """The values of a file, with what they name relatively beside `app.py`, wherever one stands."""
    values_there = dict(values)
    folder, database = values.get("MCF_DATA_DIR"), values.get("MCF_DATABASE_URL", "")
    if folder is not None and not folder.startswith("~"):
        values_there["MCF_DATA_DIR"] = str(beside_app(folder))
    name = database.removeprefix(_SQLITE)
    if database.startswith(_SQLITE) and name and not name.startswith((":", "/", "file:")):
        values_there["MCF_DATABASE_URL"] = f"{_SQLITE}{beside_app(name).as_posix()}"
    return values_there


def data_folder(store: Path) -> Path:
    """The usual folder of data: beside `app.py`, or the current one's, if only there a store is.

    `store` is the place of the store in it.
    """
    beside, here = beside_app(DATA), Path.cwd() / DATA
    stores = [(folder / store).exists() for folder in (beside, here)]
    return here if stores == [False, True] else beside


def elsewhere(read: Path | None, data: Path | None, store: Path) -> list[str]:
    """What is said of files that aren't beside `app.py`, or of the current folder's, if not used.

    `read` is the file that was read, `data` the folder of data if none was named, and `store` the
    store's place in it.
    """
    here, beside = Path.cwd(), app_folder()
    sentences: list[str] = []
    if here == beside:
        return sentences
    if read == Path(NAME):
        sentences.append(
            f"Variables are read from {here / NAME}, as there is no {NAME} beside app.py, in "
            f"{beside}."
        )
    elif read == beside / NAME and _is_there(here / NAME):
        sentences.append(f"Variables are read from {read}; {here / NAME} isn't read.")
    if data == here / DATA:
        sentences.append(
            f"Data is kept in {data}, as there is a store and none beside app.py, in {beside}. "
            f"Set MCF_DATA_DIR={data} to use it from everywhere."
        )
    elif data == beside / DATA and (here / DATA / store).exists():
        sentences.append(f"Data is kept in {data}; the store in {here / DATA} isn't used.")
    return sentences
