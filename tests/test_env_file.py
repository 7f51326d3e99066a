"""The file `.env`: where it's found, how it was saved, and what in it nobody reads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mcf import env_file
from mcf.errors import SettingsError
from mcf.settings import VARIABLES, Settings

TEXT = "# Grüße aus Köln\nAMAZON_SELLER_ID=A1SELLER\nMCF_ORDER_LIMIT=250\n"
ASCII = TEXT.replace("ü", "ue").replace("ß", "ss").replace("ö", "oe")
ROOT = Path(__file__).parent.parent


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folder of `app.py`, and another one in which the program is started."""
    app, here = tmp_path / "app", tmp_path / "elsewhere"
    app.mkdir()
    here.mkdir()
    monkeypatch.setattr(env_file, "app_folder", lambda: app)
    monkeypatch.chdir(here)
    return app, here


def limit(path: Path) -> object:
    return Settings.from_env({}, dotenv=path).order_limit


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1", "mac-roman"],
)
def test_the_file_is_read_however_it_was_saved(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / ".env"
    path.write_bytes(TEXT.encode(encoding))

    assert limit(path) == 250
    assert Settings.from_env({}, dotenv=path).warnings == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_letters_without_a_mark_are_known_by_their_zeros(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / ".env"
    path.write_bytes(ASCII.replace("\n", "\r\n").encode(encoding))

    assert limit(path) == 250


def test_a_mark_of_byte_order_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes("MCF_ORDER_LIMIT=7".encode("utf-16"))

    assert limit(path) == 7


@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman"])
def test_a_value_whose_letters_can_be_others_is_asked_for(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / ".env"
    path.write_bytes("MCF_DATA_DIR=/home/jürgen\nOTHER=ü\n".encode(encoding))

    with pytest.raises(SettingsError, match="MCF_DATA_DIR: holds letters beyond ASCII") as told:
        Settings.from_env({}, dotenv=path)

    assert "UTF-8" in told.value.advice
    assert Settings.from_env({"MCF_DATA_DIR": "x"}, dotenv=path).data_dir == Path("x")


@pytest.mark.parametrize("content", [b"\x00\x01\x02\x03" * 50, b"A=1\n\x00\n"])
def test_a_file_that_is_no_text_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ".env"
    path.write_bytes(content)

    with pytest.raises(SettingsError, match="is no text") as told:
        Settings.from_env({}, dotenv=path)

    assert "UTF-8" in told.value.advice


@pytest.mark.parametrize("content", [b"\xff\xfeA", b"\x1f\x8b\x08", b"\xff", b"=\n==\n'\n\"", b""])
def test_no_other_content_is_a_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ".env"
    path.write_bytes(content)

    assert Settings.from_env({}, dotenv=path) == Settings.from_env({}, dotenv=None)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"#" * (env_file.LARGEST + 1))

    with pytest.raises(SettingsError, match="more than 1 MB") as told:
        Settings.from_env({}, dotenv=path)

    assert ".env.example" in told.value.advice


def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".env"
    path.write_text(ASCII)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(SettingsError, match=r"can't be read \(Permission denied\)") as told:
        Settings.from_env({}, dotenv=path)

    assert "Make it readable" in told.value.advice


def test_a_folder_of_that_name_is_no_file_of_variables_and_no_end(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()

    found = Settings.from_env({}, dotenv=tmp_path / ".env")

    assert found.warnings == (f"{tmp_path / '.env'} is a folder, so no variable is read from it.",)
    assert found.env_file is None


@pytest.mark.skipif(os.name != "posix", reason="Windows makes no such files")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    assert "is no file" in env_file.read(tmp_path / "pipe").warnings[0]
    assert "is no file" in env_file.read(tmp_path / "link").warnings[0]


def test_a_line_that_is_not_understood_is_told_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# one\n\nAMAZON_SELLER_ID: A1\n\nMCF_ORDER_LIMIT=9\nMCF_DATA_DIR data\n")

    found = Settings.from_env({}, dotenv=path)

    assert [warning.partition(" of")[0] for warning in found.warnings] == ["Line 3", "Line 6"]
    assert found.order_limit == 9


def test_what_has_no_effect_is_told_with_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("AMAZON_SP_API_CLIENT_ID=x\nAMAZON_SP_API_CLIENT_SECRT=y\n")

    with pytest.raises(SettingsError, match="missing: AMAZON_SP_API_CLIENT_SECRET") as told:
        Settings.from_env({}, dotenv=path)

    assert "AMAZON_SP_API_CLIENT_SECRET may be meant" in told.value.advice


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("MCF_ORDER_LIMT", "MCF_ORDER_LIMIT"),
        ("MFC_ORDER_LIMIT", "MCF_ORDER_LIMIT"),
        ("mcf_order_limit", "MCF_ORDER_LIMIT"),
        ("MCF_DATADIR", "MCF_DATA_DIR"),
        ("AMAZON_MARKETPLACE", "AMAZON_MARKETPLACE_ID"),
        ("AMZON_SELLER_ID", "AMAZON_SELLER_ID"),
        ("AMAZON_SP_API_REFRESHTOKEN", "AMAZON_SP_API_REFRESH_TOKEN"),
    ],
)
def test_a_misspelt_variable_names_the_one_meant(name: str, meant: str) -> None:
    (warning,) = Settings.from_env({name: "1"}, dotenv=None).warnings

    assert warning == f"{name} is no variable of this program: {meant} may be meant."


def test_a_name_like_none_is_told_where_it_can_only_be_ours(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    lines = ["STREAMLIT_SERVER_PORT=8600", "MCF_COFFEE=black", "EDITOR=vi"]
    path.write_text("\n".join(lines))

    told = Settings.from_env({"MCF_TEST_PART": "3", "AMAZON_BASKET": "x"}, dotenv=path).warnings

    assert told == (
        "MCF_COFFEE is no variable of this program, so it has no effect.",
        "STREAMLIT_SERVER_PORT has no effect in .env: set it in the environment of the program.",
    )


def test_none_of_our_own_variables_is_strange() -> None:
    assert env_file.strange(VARIABLES, VARIABLES, in_file=True) == []
    assert Settings.from_env({"MCF_ORDER_LIMT": " "}, dotenv=None).warnings == ()


def test_variables_and_data_are_found_beside_the_program(folders: tuple[Path, Path]) -> None:
    app, _ = folders
    (app / ".env").write_text(ASCII)

    found = Settings.from_env({})

    assert found.order_limit == 250
    assert found.env_file == app / ".env"
    assert found.data_dir == app / "data"
    assert found.warnings == ()


def test_what_a_file_names_is_beside_the_program_too(folders: tuple[Path, Path]) -> None:
    app, here = folders
    (app / ".env").write_text("MCF_DATA_DIR=mine\nMCF_DATABASE_URL=sqlite:///mine.db\n")

    assert Settings.from_env({}).data_dir == app / "mine"
    assert Settings.from_env({}).store_url == f"sqlite:///{(app / 'mine.db').as_posix()}"
    assert Settings.from_env({"MCF_DATA_DIR": "here"}).data_dir == Path("here")
    assert here == Path.cwd()


def test_a_file_of_the_current_folder_is_read_where_there_is_no_other_and_that_is_told(
    folders: tuple[Path, Path],
) -> None:
    app, here = folders
    (here / ".env").write_text(ASCII)

    alone = Settings.from_env({})
    (app / ".env").write_text("MCF_ORDER_LIMIT=1\n")
    both = Settings.from_env({})

    assert (alone.order_limit, both.order_limit) == (250, 1)
    assert f"Variables are read from {here / '.env'}" in alone.warnings[0]
    assert f"{here / '.env'} isn't read" in both.warnings[0]


def test_a_store_of_the_current_folder_is_not_lost_and_that_is_told(
    folders: tuple[Path, Path],
) -> None:
    app, here = folders
    (here / "data" / "demo").mkdir(parents=True)
    (here / "data" / "demo" / "mcf.sqlite3").touch()

    alone = Settings.from_env({})
    (app / "data" / "demo").mkdir(parents=True)
    (app / "data" / "demo" / "mcf.sqlite3").touch()
    both = Settings.from_env({})

    assert alone.data_dir == here / "data"
    assert "Set MCF_DATA_DIR=" in alone.warnings[0]
    assert both.data_dir == app / "data"
    assert f"the store in {here / 'data'} isn't used" in both.warnings[0]


def test_the_folder_of_the_program_is_that_of_app_py(tmp_path: Path) -> None:
    code = "from mcf.settings import Settings; print(Settings.from_env({}).data_dir)"
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == str(ROOT / "data")
