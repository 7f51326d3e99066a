"""What a start of the command line costs: `python -m tests.bench.bench_start`"""

from __future__ import annotations

import subprocess
import sys

from tests.bench.printing import Row, best, heading, say


def main() -> None:
    heading("A new process each time")
    click = _process("-c", "import click")
    rows = (
        ("python -m mcf check --help", ("-m", "mcf", "check", "--help"), 3.0),
        ("python -c 'import mcf'", ("-c", "import mcf"), 3.0),
    )
    for what, arguments, most in rows:
        say(Row(what, "python -c 'import click'", _process(*arguments), click, most, "s").line)


def _process(*arguments: str) -> float:
    command = [sys.executable, *arguments]
    return best(lambda: subprocess.run(command, check=True, capture_output=True), 9)


if __name__ == "__main__":
    main()
