"""The command `python -m mcf audit`: who did what, and whether the records are whole.

Whoever runs a command holds the data itself, so nothing is kept from them: commands act as this
machine, and the audit says which user of the operating system it was.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mcf import terminal
from mcf.cli_common import explained, held, json_flag, print_json
from mcf.errors import MCFError

if TYPE_CHECKING:
    from mcf.access.audit import Filter
    from mcf.service import MCFService


@contextmanager
def _opened() -> Iterator[MCFService]:
    """The service, which writes nothing into the log."""
    from mcf.logs import silence
    from mcf.service import MCFService
    from mcf.settings import Settings

    with silence(), held(MCFService(Settings.from_env())) as service:
        yield service


def _filters(command: Any) -> Any:
    for option in (
        click.option("--who", default="", help="A part of the person's e-mail, or machine."),
        click.option("--action", default="", help="What was done, like order.submit."),
        click.option("--subject", default="", help="A part of what it was done to."),
        click.option("--days", type=click.IntRange(1), help="Only of so many days back."),
        click.option("--most", type=click.IntRange(1), default=100, show_default=True,
                     help="So many at most, the newest."),
    ):  # fmt: skip
        command = option(command)
    return command


def _wanted(**chosen: Any) -> Filter:
    from mcf.access.audit import Filter

    return Filter(**chosen)


@click.group()
def audit() -> None:
    """Who did what: list, verify or export the records."""


@audit.command("list")
@_filters
@json_flag
@explained
def list_records(*, as_json: bool, **chosen: Any) -> None:
    """Show the newest records that meet what is asked for, newest first."""
    with _opened() as service:
        rows = service.records.records(_wanted(**chosen)).to_dict("records")
    for row in rows:
        if as_json:
            print_json(row)
            continue
        change = " -> ".join(part for part in (row["before"], row["after"]) if part)
        parts = (
            f"{row['number']:>6}", f"{row['at']:%Y-%m-%d %H:%M:%S} UTC", row["who"], row["action"],
            row["subject"], row["outcome"], change,
        )  # fmt: skip
        terminal.say("  ".join(part for part in parts if part))
    if not rows and not as_json:
        terminal.say("No record meets that.")


@audit.command("verify")
@click.option("--head", default="", help="What was noted elsewhere, as NUMBER:DIGEST.")
@json_flag
@explained
def verify(*, head: str, as_json: bool) -> None:
    """Check that no record was changed, removed, put in or moved."""
    with _opened() as service:
        verdict = service.records.verify(head)
    if as_json:
        print_json({"records": verdict.records, "head": str(verdict.head),
                     "faults": [*verdict.faults]})  # fmt: skip
    else:
        for fault in verdict.faults:
            terminal.say(f"FAIL  {fault}")
        if not verdict.faults:
            terminal.say(f"ok    {verdict.records:,} records are as they were written.")
        terminal.say(f"Head: {verdict.head}")
        if not head:
            terminal.say(
                "Somebody who can write into the store can cut off its end, or write all records "
                "anew. Give --head with what a digest of alerts noted, to find that too."
            )
    sys.exit(1 if verdict.faults else 0)


@audit.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_filters
@json_flag
@explained
def export(*, file: Path, as_json: bool, **chosen: Any) -> None:
    """Write the records into a new FILE that ends in .csv or .xlsx."""
    from mcf.files import export as exports

    kind = file.suffix.lower().removeprefix(".")
    if kind not in ("csv", "xlsx"):
        raise MCFError("The file ends in neither .csv nor .xlsx.", advice="Name another one.")
    with _opened() as service:
        records = service.records.export(_wanted(**chosen))
    try:
        exports.write_bytes(exports.to_bytes(records, kind), file.name, file.parent)
    except OSError as error:
        raise MCFError(
            f"{file} can't be written: {error.strerror}", advice="Name another one."
        ) from error
    if as_json:
        print_json({"file": str(file), "rows": len(records)})
    else:
        terminal.say(f"{file} ({len(records):,} rows)")
