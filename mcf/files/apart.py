"""A workbook is read in a process of its own, so that whatever a file does there harms nobody else.

That process gets the file and no secret, knows where to find this program's modules, and ends with
its answer, at its limits, or when it's told to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mcf import logs
from mcf.errors import InvalidInput
from mcf.files import limits
from mcf.files.reader import MOST_SECONDS, OUT_OF_TIME
from mcf.files.text import Row, Table
from mcf.files.workbooks import Sheet

log = logs.get(__name__)
_PATIENCE = 15.0
"""Seconds after which it's ended though it didn't work so long: the machine may be busy."""
_AT_ONCE = threading.BoundedSemaphore(2)
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:]; from mcf.files import reader; "
    "reader.answer(sys.stdin.buffer, sys.stdout.buffer)"
)
_ROOT = str(Path(__file__).parents[2])
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TEMP")
"""Variables that a Python may need; no other is given away."""
_COPY = (
    "Open it in a spreadsheet program, copy the cells that are meant into a new file, save that as "
    "CSV or .xlsx, and give it."
)


def read(data: bytes) -> Sheet:
    """The same as `workbooks.read`, also raising `InvalidInput` when the reading was ended."""
    limits.require_size(data)
    with _AT_ONCE:
        answer = _asked(data)
    try:
        said = json.loads(answer)
    except ValueError as error:
        raise _broken_off("ended the program that reads it") from error
    if "problems" in said:
        raise InvalidInput(said["problems"], advice=said["advice"])
    return _sheet(said)


def _asked(data: bytes) -> bytes:
    command = [sys.executable, "-I", "-S", "-c", _PROGRAM, _ROOT, *sys.path]
    try:
        done = subprocess.run(  # noqa: S603 - this program's own words only
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _broken_off(f"takes more than {MOST_SECONDS} seconds to read") from error
    except OSError as error:
        raise InvalidInput(
            {"file": "can't be read, as no program can be started for it"},
            advice="Save it as CSV, and give that file.",
        ) from error
    if done.returncode:
        log.warning("a workbook ended the program that read it", code=done.returncode)
    if done.returncode == -OUT_OF_TIME:
        raise _broken_off(f"takes more than {MOST_SECONDS} seconds to read")
    return done.stdout


def _broken_off(what: str) -> InvalidInput:
    return InvalidInput({"file": f"{what}: it's damaged, or holds too much"}, advice=_COPY)


def _sheet(said: Mapping[str, Any]) -> Sheet:
    names = said["names"]
    rows = [
        Row(number, cells, given=len(names), dates=frozenset(dates))
        for number, cells, dates in said["rows"]
    ]
    return Sheet(Table(names, rows), said["name"], tuple(said["others"]))
