"""What all commands share: errors in words or as JSON, the flags, and who runs them."""

from __future__ import annotations

import functools
import getpass
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec

import click

from mcf import terminal
from mcf.errors import InvalidInput, MCFError

if TYPE_CHECKING:
    from mcf.service import MCFService

P = ParamSpec("P")
json_flag = click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")


def explained(command: Callable[P, None]) -> Callable[P, None]:
    """The command, which tells what goes wrong, and what to do, and then ends with 1."""

    @functools.wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except MCFError as error:
            fail(error, as_json=bool(kwargs.get("as_json")))

    return wrapper


def fail(error: MCFError, *, as_json: bool) -> NoReturn:
    """Tells an error on stderr and ends the program with 1."""
    if as_json:
        print_json(error.to_dict(), err=True)
    else:
        sentence = words(error)
        terminal.say(f"Error: {sentence}", err=True)
        if sentence != error.message and not isinstance(error, InvalidInput):
            terminal.say(f"Amazon's words: {error.message}", err=True)
        terminal.say(f"What to do: {error.advice}", err=True)
        if error.request_id:
            terminal.say(f"Amazon's request id: {error.request_id}", err=True)
    sys.exit(1)


def print_json(data: Any, *, err: bool = False) -> None:
    """Prints one line of JSON."""
    from mcf import cli_json

    click.echo(cli_json.line(data), err=err)


def held(service: MCFService) -> MCFService:
    """The service, used by whoever runs a command on this machine."""
    from mcf.access.actor import MACHINE

    actor = replace(MACHINE, origin=f"command line, {_user()}")
    service.access.who = lambda: actor
    return service


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        return "unknown"


def words(error: MCFError) -> str:
    """What went wrong, in a seller's words."""
    from mcf.amazon.labels import error_text

    return error_text(error)
