"""`python -m mcf`, which finds the packages that `make run` installed beside it."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

NEEDED = ("click", "rich", "structlog", "sqlalchemy", "pandas", "sp_api")
"""Packages that a Python without those of requirements.txt hardly has all of."""


def packaged_python(root: Path, windows: bool = os.name == "nt") -> Path:
    """The Python of the virtual environment that belongs to the program in a folder."""
    return root / ".venv" / ("Scripts/python.exe" if windows else "bin/python")


def run_packaged(root: Path, words: list[str], missing: str) -> int:
    """The exit code of the same command under the program's own Python; 1 if there's none."""
    python = packaged_python(root)
    if not python.exists() or Path(sys.prefix).resolve() == (root / ".venv").resolve():
        remedy = f"{python} -m pip install -r requirements.txt" if os.name == "nt" else "make run"
        print(  # noqa: T201
            f"The Python package {missing} isn't installed. Run `{remedy}` once in {root}; "
            "README.md tells how.",
            file=sys.stderr,
        )
        return 1
    command = [str(python), "-m", "mcf", *words]
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606
    return subprocess.run(command, check=False).returncode  # noqa: S603


def start() -> None:
    """Run the command line; its exit code is the program's."""
    missing = next((name for name in NEEDED if find_spec(name) is None), None)
    if missing is not None:
        sys.exit(run_packaged(Path(__file__).resolve().parents[1], sys.argv[1:], missing))
    from mcf.cli import main

    main()


if __name__ == "__main__":
    start()
