"""What is logged, where it goes, and what never gets there."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from portalocker import LOCK_EX, lock
from pydantic import BaseModel, SecretStr, ValidationError
from sqlalchemy.exc import IntegrityError

from mcf import logs
from mcf.amazon.client import MCFClient
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import StoreError
from mcf.logs import to_file
from mcf.service import MCFService, open_service
from mcf.settings import Settings
from mcf.store import tables
from mcf.store.database import Store
from tests.leaks import leak_in

ROOT = Path(__file__).parent.parent
HEX = "0123456789abcdef" * 2
TOKEN = "Atza" + "|IwEBIJ3x-made-up"

log = logs.get("mcf.test")


def lines_of(*files: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in which a log file is written."""
    file = to_file(tmp_path / "home")
    yield tmp_path / "home"
    file.close()


@pytest.fixture
def unguarded() -> Iterator[None]:
    """A process in which nobody has guarded the logs yet."""
    guarded = logging.getLogRecordFactory()
    logging.setLogRecordFactory(logging.LogRecord)
    yield
    logging.setLogRecordFactory(guarded)


def record(text: str, *, name: str = "elsewhere", level: int = logging.INFO) -> logging.LogRecord:
    return logging.getLogger(name).makeRecord(name, level, __file__, 1, text, (), None)


def raised(act: Callable[[], object]) -> Exception:
    """The exception that it ends with."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is the caller's matter
        act()
    return caught.value


class Recipient(BaseModel):
    phone: int


def test_a_line_is_one_json_object_with_time_level_logger_event_and_fields(folder: Path) -> None:
    log.info("call", operation="getFulfillmentOrder", status=200, duration_ms=12.5, retried=False)

    (line,) = lines_of(folder / "mcf.log")
    then = datetime.fromisoformat(line.pop("timestamp"))
    assert then.utcoffset() == timedelta(0)
    assert then <= datetime.now(UTC)
    assert line == {
        "level": "info",
        "logger": "mcf.test",
        "event": "call",
        "operation": "getFulfillmentOrder",
        "status": 200,
        "duration_ms": 12.5,
        "retried": False,
    }


def test_a_field_cannot_pass_for_the_level_or_the_logger(folder: Path) -> None:
    log.warning("call", level="none", logger="other", timestamp="never", name="n", args=[1])

    (line,) = lines_of(folder / "mcf.log")
    assert (line["level"], line["logger"], line["event"]) == ("warning", "mcf.test", "call")
    assert line["timestamp"] != "never"
    assert (line["name"], line["args"]) == ("n", [1])


def test_the_standard_librarys_loggers_of_the_package_write_lines_too(folder: Path) -> None:
    plain = logging.getLogger("mcf.test")

    plain.info("%s of %s", 1, 2, extra={"outcome": "ok", "attempt": 3})

    (line,) = lines_of(folder / "mcf.log")
    assert (line["event"], line["outcome"], line["attempt"]) == ("1 of 2", "ok", 3)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("two\nlines \u2028 \N{SNOWMAN}", "two\nlines \u2028 \N{SNOWMAN}"),
        (datetime(2026, 3, 2, tzinfo=UTC), "2026-03-02T00:00:00+00:00"),
        (float("nan"), "nan"),
        ((1, {"a": None}), [1, {"a": None}]),
        (KeyError("Ada Example"), "KeyError"),
        (SecretStr("made-up"), "pydantic.types.SecretStr"),
        (StoreError, "mcf.errors.StoreError"),
    ],
    ids=["text", "time", "no number", "nested", "exception", "secret", "type"],
)
def test_a_value_is_written_as_it_is_or_as_its_type(
    folder: Path, value: object, written: object
) -> None:
    log.info("told", value=value)

    assert lines_of(folder / "mcf.log")[0]["value"] == written


def test_debug_does_not_go_to_the_file(folder: Path) -> None:
    log.debug("detail")
    log.info("call")

    assert [line["event"] for line in lines_of(folder / "mcf.log")] == ["call"]


def test_a_logger_that_was_set_to_a_level_keeps_it(tmp_path: Path) -> None:
    package = logging.getLogger("mcf")
    package.setLevel(logging.ERROR)
    file = to_file(tmp_path)

    log.warning("call")
    log.error("worse")

    file.close()
    kept = package.level
    package.setLevel(logging.NOTSET)
    assert kept == logging.ERROR
    assert [line["event"] for line in lines_of(tmp_path / "mcf.log")] == ["worse"]


def test_two_that_write_to_the_same_folder_share_the_file_until_both_have_closed(
    tmp_path: Path,
) -> None:
    first, second = to_file(tmp_path), to_file(tmp_path)

    log.info("once")
    first.close()
    first.close()
    log.info("still")
    second.close()
    log.error("after")

    assert [line["event"] for line in lines_of(tmp_path / "mcf.log")] == ["once", "still"]
    assert logging.getLogger("mcf").level == logging.NOTSET


def test_a_full_file_is_put_aside_and_three_old_ones_are_kept_all_of_them_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 10_000)
    file = to_file(tmp_path)
    for number in range(500):
        log.info("call", number=number)
    file.close()

    files = [tmp_path / name for name in ("mcf.log.3", "mcf.log.2", "mcf.log.1", "mcf.log")]
    numbers = [line["number"] for line in lines_of(*files)]
    assert {path.name for path in tmp_path.iterdir()} == {*(f.name for f in files), ".__mcf.lock"}
    assert numbers == list(range(numbers[0], 500))
    assert numbers[0] > 0
    assert max(path.stat().st_size for path in files) < 10_500
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_file_is_full_at_five_megabytes(folder: Path) -> None:
    (folder / "mcf.log").write_text("-" * 5_000_000)

    log.info("call")

    assert [line["event"] for line in lines_of(folder / "mcf.log")] == ["call"]
    assert (folder / "mcf.log.1").stat().st_size == 5_000_000


def test_a_file_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    (tmp_path / "mcf.log").touch()
    (tmp_path / "mcf.log").chmod(0o644)

    to_file(tmp_path).close()

    assert (tmp_path / "mcf.log").stat().st_mode & 0o777 == 0o600


@pytest.mark.no_cover
def test_two_processes_lose_no_line_and_break_none(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from mcf import logs
from mcf.logs import to_file
file = to_file(Path(sys.argv[1]))
log = logs.get("mcf.test")
for number in range(600):
    log.info("call", writer=sys.argv[2], number=number, page="x" * 5000)
file.close()
"""
    command = [sys.executable, "-c", program, str(tmp_path)]

    writers = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("a", "b")]

    assert [writer.wait(timeout=240) for writer in writers] == [0, 0]
    lines = lines_of(tmp_path / "mcf.log.1", tmp_path / "mcf.log")
    written = [(line["writer"], line["number"]) for line in lines]
    assert sorted(written) == [(name, number) for name in "ab" for number in range(600)]


def test_a_folder_that_cannot_be_written_is_told_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "home").write_text("not a folder")

    file = to_file(tmp_path / "home")
    log.error("call")
    file.close()

    assert "no log file" in caplog.text
    assert "FileExistsError" in caplog.text


def test_without_a_log_file_orders_are_sent_all_the_same(
    settings: Settings, request_for: MCFOrderRequest, tmp_path: Path
) -> None:
    store = SecretStr(f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "demo").write_text("not a folder")

    with open_service(replace(settings, database_url=store)) as service:
        submission = service.submit(request_for)

    assert submission.state == "accepted"


def test_another_process_that_hangs_over_the_file_stops_nobody(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logs, "LOCK_PATIENCE", 0.01)
    log.info("before")

    with (folder / ".__mcf.lock").open("r+") as held:
        lock(held, LOCK_EX)
        log.info("meanwhile")
        log.info("meanwhile")
    log.info("after")

    assert [line["event"] for line in lines_of(folder / "mcf.log")] == ["before", "after"]
    assert capsys.readouterr().err.count("mcf.log can't be written") == 1


def test_warnings_still_go_to_standard_error_when_nobody_set_up_logging(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from mcf import logs
from mcf.logs import to_file
first, second = to_file(Path({str(tmp_path)!r})), to_file(Path({str(tmp_path / "b")!r}))
logs.get("mcf.test").warning("call", outcome="refused")
logs.get("mcf.test").info("call", outcome="ok")
"""
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert told.stderr == "call outcome=refused\n"


def test_the_service_writes_its_log_until_it_is_closed(settings: Settings) -> None:
    with open_service(settings) as service:
        service.sync()
        log.info("while open")
    log.error("when closed")

    events = [line["event"] for line in lines_of(settings.home / "mcf.log")]
    assert "while open" in events
    assert "when closed" not in events


def test_a_trace_says_where_and_what_kind_but_no_word_of_any_message(store: Store) -> None:
    def break_down() -> None:
        try:
            try:
                Recipient.model_validate({"phone": "555-0100"})
            except ValidationError as error:
                raise KeyError("Ada Example") from error
        except KeyError:
            {}["100 Example Street"]

    trace = logs.trace_of(raised(break_down))

    kinds = [line for line in trace if " " not in line]
    assert kinds == ["KeyError", "KeyError", "pydantic_core._pydantic_core.ValidationError"]
    assert trace.count("because of") == 2
    assert any(line.startswith("tests/test_logs.py:") for line in trace)
    assert any(line.endswith(" break_down") for line in trace)
    assert not any(word in str(trace) for word in ("Ada", "Street", "555"))


def test_a_context_that_was_put_out_of_sight_stays_there() -> None:
    def hide() -> None:
        try:
            raise KeyError("a")
        except KeyError:
            raise ValueError("b") from None

    assert "KeyError" not in logs.trace_of(raised(hide))


def test_errors_that_are_each_others_cause_are_told_once() -> None:
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first

    assert logs.trace_of(first) == ["ValueError", "because of", "KeyError"]


@pytest.mark.parametrize("logger", [log, logging.getLogger("mcf.test")], ids=["own", "library"])
def test_an_error_in_the_file_is_its_trace(folder: Path, logger: logging.Logger) -> None:
    try:
        raise KeyError("Ada Example")
    except KeyError:
        logger.exception("reading failed")

    (line,) = lines_of(folder / "mcf.log")
    assert line["event"] == "reading failed"
    assert line["trace"][-1] == "KeyError"
    assert "Ada" not in (folder / "mcf.log").read_text()


def test_the_database_tells_no_parameters_in_its_errors(store: Store) -> None:
    row = {"table_name": "Ada Example"}

    error = raised(lambda: store.save(tables.revisions, [row]))

    assert isinstance(error, StoreError)
    assert isinstance(error.__cause__, IntegrityError)
    assert "Ada" not in str(error.__cause__)


@pytest.mark.parametrize("kind", [MCFClient, MCFService])
def test_whoever_talks_to_amazon_guards_the_logs(
    unguarded: None, settings: Settings, kind: type[MCFClient] | type[MCFService]
) -> None:
    with kind(settings):
        logging.getLogger("sp_api").info("nobody")

    assert record("body", name="sp_api.base.client").getMessage() == logs.HIDDEN


def test_guarding_twice_is_guarding_once(unguarded: None) -> None:
    logs.guard()
    once = logging.getLogRecordFactory()

    logs.guard()

    assert logging.getLogRecordFactory() is once


@pytest.mark.parametrize("name", ["sp_api.base.client", "httpcore.http11", "sqlalchemy.engine"])
def test_libraries_that_log_whole_bodies_headers_and_parameters_are_hidden(
    service: MCFService,
    request_for: MCFOrderRequest,
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    caplog.set_level(logging.DEBUG, logger=name)

    service.submit(request_for)

    told = {each.getMessage() for each in caplog.records if each.name.startswith(name)}
    assert told == {logs.HIDDEN}


def test_a_library_may_still_warn() -> None:
    warning = record("pool is full", name="urllib3.connectionpool", level=logging.WARNING)

    assert warning.getMessage() == "pool is full"


def test_asyncio_which_shows_arguments_in_its_errors_says_nothing() -> None:
    told = record("Exception in f('Ada Example')", name="asyncio", level=logging.ERROR)

    assert told.getMessage() == logs.HIDDEN


@pytest.mark.parametrize(
    ("name", "shown"), [("streamlit.web", False), ("mcf.test", False), ("elsewhere", True)]
)
def test_the_words_of_an_error_are_kept_from_loggers_that_may_meet_personal_data(
    name: str, shown: bool
) -> None:
    logger, error = logging.getLogger(name), raised(lambda: {}["some words"])
    info = (type(error), error, error.__traceback__)

    told = logger.makeRecord(name, logging.ERROR, __file__, 1, "failed", (), info)

    text = logging.Formatter().format(told)
    assert text.startswith("failed\n")
    assert "KeyError" in text
    assert ("KeyError: 'some words'" in text) is shown


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        (TOKEN, "Atza|[hidden]"),
        (TOKEN.replace("|", "%7C"), "Atza%7C[hidden]"),
        ("Atzr" + "|IwEBIJ3x", "Atzr|[hidden]"),
        (f"amzn1.oa2-cs.v1.{HEX}", "amzn1.oa2-cs.[hidden]"),
        (f"amzn1.application-oa2-client.{HEX}", "amzn1.application-oa2-client.[hidden]"),
        ("client_secret=made-up&x=1", "client_secret=[hidden]&x=1"),
        ("{'refresh_token': 'made-up'}", "{'refresh_token': '[hidden]'}"),
        ('"x-amz-access-token": "made-up"', '"x-amz-access-token": "[hidden]"'),
        ("postgresql://me:made-up@host/name", "postgresql://me:[hidden]@host/name"),
    ],
)
def test_no_logger_tells_a_secret(folder: Path, secret: str, shown: str) -> None:
    foreign = logging.getLogger("elsewhere")

    told = foreign.makeRecord("elsewhere", logging.INFO, __file__, 1, "got %s", (secret,), None)
    event = f"got {secret}"
    log.info(event, field=secret, nested={secret: [secret]})

    (line,) = lines_of(folder / "mcf.log")
    assert told.getMessage() == f"got {shown}"
    assert line["event"] == f"got {shown}"
    assert (line["field"], line["nested"]) == (shown, {shown: [shown]})


def test_a_secret_in_an_error_is_hidden_from_every_logger() -> None:
    error = raised(lambda: {}[TOKEN])
    info = (type(error), error, error.__traceback__)

    told = logging.getLogger("elsewhere").makeRecord("elsewhere", 40, __file__, 1, "no", (), info)

    text = logging.Formatter().format(told)
    assert "KeyError: 'Atza|[hidden]'" in text


def test_a_message_that_does_not_fit_its_arguments_is_not_printed_in_full() -> None:
    logger = logging.getLogger("elsewhere")

    told = logger.makeRecord("elsewhere", logging.INFO, __file__, 1, "%s %s", (TOKEN,), None)

    assert told.getMessage() == "(unreadable: TypeError)"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("to Ada Example", "name"),
        ("to Keiko Nakadai", "name"),
        ("at 100 Example Street", "street"),
        ("at 4711 Quarry Hill Road", "street"),
        ("call 555-0142", "phone"),
        ("mail order-1001@example.com", "e-mail"),
        (TOKEN.replace("Atza", "Atzr"), "refresh token"),
        (f"amzn1.application-oa2-client.{HEX}", "client id"),
        (f"amzn1.oa2-cs.v1.{HEX}", "client secret"),
        (TOKEN, "access token"),
        ("password hunter2", "password"),
    ],
)
def test_the_check_of_all_loggers_finds_a_leak(unguarded: None, text: str, kind: str) -> None:
    told = leak_in(record(text, name="some.package", level=logging.DEBUG))

    assert told is not None
    assert told.startswith(f"some.package at DEBUG logged a {kind} ('")


def test_the_check_of_all_loggers_lets_everything_else_pass() -> None:
    assert leak_in(record("getFulfillmentOrder of SHOP-1001: 200, ok")) is None


def test_the_check_looks_at_fields_and_errors_too(unguarded: None) -> None:
    error = raised(lambda: {}["Ada Example"])
    field, failed = record("call"), record("failed")
    vars(field)["fields"] = {"to": "Ada Example"}
    failed.exc_info = (type(error), error, error.__traceback__)

    assert leak_in(field) is not None
    assert leak_in(failed) is not None


def test_the_check_hears_loggers_whose_level_and_handlers_keep_quiet(leaks: deque[str]) -> None:
    quiet = logging.getLogger("tests.quiet")
    quiet.setLevel(logging.ERROR)
    quiet.propagate = False

    quiet.debug("to %s", "Ada Example")

    assert leaks.pop() == ("tests.quiet at DEBUG logged a name ('Ada Example'), test_logs.py")


@pytest.mark.no_cover
def test_a_test_in_which_a_logger_leaks_fails(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from tests.conftest import leaks, nothing_private_is_logged\n"
    )
    (tmp_path / "test_it.py").write_text(
        "import logging\n"
        "def test_leaky(): logging.getLogger('some.package').debug('to %s', 'Ada Example')\n"
        "def test_clean(): logging.getLogger('some.package').debug('to nobody')\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull]

    told = subprocess.run(
        [*command, f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert "ERROR test_it.py::test_leaky - AssertionError: some.package at DEBUG" in told.stdout
    assert "2 passed, 1 error" in told.stdout


@pytest.mark.parametrize(
    "secret", ["hunter2", "hun@ter2", "hun/ter2", "@hunter2", "hun:ter2@", "h?u#nter2"]
)
@pytest.mark.parametrize("user", ["mcf", "", "mcf%40server"])
def test_nothing_is_left_of_a_password_in_an_address(user: str, secret: str) -> None:
    told = logs.redacted(f"can't reach postgresql://{user}:{secret}@db.example.com:5432/mcf today")

    assert told.endswith("[hidden]@db.example.com:5432/mcf today")
    assert not any(part in told for part in ("hun", "ter2", "h?u"))


def test_an_address_without_a_password_is_left_as_it_is() -> None:
    told = "http://127.0.0.1:8600/a and b@c.example"

    assert logs.redacted(told) == told


def test_no_control_character_of_a_strangers_reaches_a_terminal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logs.get("mcf.test").warning("call", code="Bad\x1b[2J\r\nok", names=["\x9b31m"])

    told = caplog.records[-1].getMessage()
    assert "Bad" in told
    assert not {"\x1b", "\r", "\n", "\x9b"} & set(told)
