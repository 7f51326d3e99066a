"""Shows that the scan for dead code finds what only tests use, and lets pass what is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCAN = Path(__file__).parents[2] / ".ci" / "dead_code.py"
INIT = '_HOMES = {"opened": "mcf.shop"}\n__all__ = list(_HOMES)\n'
SHOP = """
from enum import StrEnum

import click

from mcf import other

class Colour(StrEnum):
    RED = "red"

class Shop:
    def sold(self): ...

def opened():
    return Colour("red"), Shop, other.read()

@click.group()
def main(): ...

@main.command()
def serve(): ...

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program with a public function, a command, a method that only a test calls, and a test."""
    files = {
        "mcf/__init__.py": INIT,
        "mcf/shop.py": SHOP,
        "mcf/other.py": "def read(): ...\n",
        "tests/test_shop.py": "from mcf.shop import Shop\n\nShop().sold()\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def dead(program: Path) -> list[str]:
    """Where the scan found something, and what; without exceptions that aren't needed."""
    command = [sys.executable, str(SCAN), str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return [
        line.removesuffix(": nothing but tests uses it")
        for line in done.stderr.splitlines()
        if line.startswith(("mcf/", "pages/"))
    ]


def test_what_only_a_test_uses_is_found_and_nothing_else(program: Path) -> None:
    assert dead(program) == ["mcf/shop.py:12: sold"]


def test_a_function_is_found_whose_name_is_only_said_of_another_module(program: Path) -> None:
    (program / "mcf" / "third.py").write_text("def read(): ...\n", "utf-8")

    assert dead(program) == ["mcf/shop.py:12: sold", "mcf/third.py:1: read"]


def test_an_example_may_be_the_only_user(program: Path) -> None:
    (program / "examples").mkdir()
    (program / "examples" / "sell.py").write_text("from mcf.shop import Shop\n\nShop().sold()\n")

    assert dead(program) == []


def test_an_exception_that_is_not_needed_is_told(program: Path) -> None:
    command = [sys.executable, str(SCAN), str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ".ci/dead_code.py: get_auth: the exception isn't needed" in done.stderr
