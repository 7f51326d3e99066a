"""The program of the process in which a workbook is read: it holds itself to limits, reads, answers
and ends. It imports little, so that it starts at once.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import Any, BinaryIO

from mcf.errors import InvalidInput
from mcf.files import workbooks

MOST_MEMORY = 300 * 2**20
"""Bytes that the process may take, where the system can hold it to that."""
MOST_SECONDS = 5
"""Of work, where the system can hold the process to that."""


def answer(file: BinaryIO, out: BinaryIO) -> None:
    """Reads a workbook and writes what it holds, or what is wrong with it, as JSON."""
    _hold_to_limits()
    try:
        sheet = workbooks.read(file.read())
    except InvalidInput as error:
        said: dict[str, Any] = {"problems": error.problems, "advice": error.advice}
    else:
        rows = [(row.number, row.cells, sorted(row.dates)) for row in sheet.table.rows]
        names = {"names": sheet.table.names, "name": sheet.name, "others": sheet.others}
        said = {**names, "rows": rows}
    out.write(json.dumps(said).encode())


if sys.platform == "win32":
    OUT_OF_TIME = 0

    def _hold_to_limits() -> None:
        """Windows has no such limits: there, the file's own and the time until it's ended do."""

else:
    import resource
    import signal

    OUT_OF_TIME = signal.SIGXCPU

    def _hold_to_limits() -> None:
        """Ends this process when it takes too much; macOS doesn't hold to the one of memory."""
        # At the second limit it's killed; at the first one, the signal tells why it ended.
        for kind, most, last in (
            (resource.RLIMIT_AS, MOST_MEMORY, MOST_MEMORY),
            (resource.RLIMIT_CPU, MOST_SECONDS, MOST_SECONDS + 1),
            (resource.RLIMIT_CORE, 0, 0),
        ):
            with suppress(ValueError, OSError):
                resource.setrlimit(kind, (most, last))
