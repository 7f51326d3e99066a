"""The commands about buyers' data: `python -m mcf privacy status | forget | report | key ...`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mcf import terminal
from mcf.cli_common import explained, held, json_flag, print_json
from mcf.errors import InvalidInput, MCFError
from mcf.wording import many

if TYPE_CHECKING:
    from mcf.service import MCFService


@contextmanager
def _service() -> Iterator[MCFService]:
    from mcf.service import MCFService
    from mcf.settings import Settings

    with held(MCFService(Settings.from_env())) as service:
        yield service


_order = click.option("--order", "order_id", metavar="NUMBER", help="The order's number.")
_email = click.option("--email", metavar="ADDRESS", help="The buyer's e-mail address.")


def _one(order_id: str | None, email: str | None) -> None:
    if (order_id is None) == (email is None):
        raise InvalidInput({"person": "give --order or --email, one of them"})


@click.group()
def privacy() -> None:
    """What is kept of buyers, for how long, and the key it's encrypted with."""


@privacy.command()
@json_flag
@explained
def status(*, as_json: bool) -> None:
    """Say what is kept of buyers, how many, the oldest, and where the key is."""
    with _service() as service:
        now = service.privacy.status()
        warning = service.privacy.warning() or service.privacy.advice()
    if as_json:
        holds = [{"order": hold.order_id, "reason": hold.reason, "until": _day(hold.until)}
                 for hold in now.held]  # fmt: skip
        print_json({
            "keep_days": now.keep_days, "with_buyer": now.with_buyer, "forgotten": now.forgotten,
            "oldest": _day(now.oldest), "held": holds, "key": now.key_id,
            "key_place": now.key_place, "old_keys": now.old_keys,
        })  # fmt: skip
        return
    terminal.say(f"Buyers are kept for {many(now.keep_days, 'day')} after an order's end.")
    oldest = f", the oldest of {_day(now.oldest)}" if now.oldest else ""
    terminal.say(f"{many(now.with_buyer, 'order')} with a buyer{oldest}; {now.forgotten} without.")
    for hold in now.held:
        until = f" until {_day(hold.until)}" if hold.until else ""
        terminal.say(f"Held{until}: {hold.order_id}. {hold.reason}")
    more = f", and {many(now.old_keys, 'older key')}" if now.old_keys else ""
    terminal.say(f"Key: {now.key_id or 'not there'}, in {now.key_place}{more}.")
    if warning:
        terminal.say(f"Warning: {warning}", err=True)


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d}"


@privacy.command()
@_order
@_email
@click.option("--yes", is_flag=True, help="Don't ask first.")
@json_flag
@explained
def forget(*, order_id: str | None, email: str | None, yes: bool, as_json: bool) -> None:
    """Forget a buyer at once, for good: by an order's number or an e-mail address."""
    _one(order_id, email)
    with _service() as service:
        ids = service.privacy.found(order_id, email)
        terminal.say(f"Found: {', '.join(ids) or 'no order'}.", err=as_json)
        if not yes:
            click.confirm("Forget whom they went to, here and for good?", abort=True, err=True)
        done = service.privacy.forget(ids, email)
    if as_json:
        print_json({"found": ids, "forgotten": done.orders, "typed": done.typed, "left": done.left})
        return
    terminal.say(f"Forgotten: {many(len(done.orders), 'order')}, and {done.typed} drafts, "
                 "templates, notes and files.")  # fmt: skip
    for left in done.left:
        terminal.say(f"Not forgotten: {left}; it isn't known yet whether Amazon has it.")
    if ids:
        terminal.say("Amazon still has these orders with their recipients, as have copies of "
                     "the store that you made elsewhere.")  # fmt: skip


@privacy.command()
@_order
@_email
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), default=Path("output"))
@json_flag
@explained
def report(*, order_id: str | None, email: str | None, output: Path, as_json: bool) -> None:
    """Write all that is stored of a person into a file of JSON, for you alone to read."""
    from mcf.files import export

    _one(order_id, email)
    with _service() as service:
        ids = service.privacy.found(order_id, email)
        content = service.privacy.report(ids, email)
        name = f"person_{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
        text = json.dumps({"orders_found": ids, **content}, indent=1, ensure_ascii=False)
    try:
        path = export.write_bytes(text.encode(), name, output)
    except OSError as error:
        raise MCFError(f"{output} can't be written: {error.strerror}",
                       advice="Choose another folder with --output.") from error  # fmt: skip
    if as_json:
        print_json({"file": str(path), "orders": ids})
        return
    terminal.say(f"{path}: {many(len(ids), 'order')}.")


@privacy.command()
@click.argument("order_id", metavar="NUMBER")
@click.option("--reason", required=True, help="Why the buyer is still needed, such as a claim.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="YYYY-MM-DD")
@json_flag
@explained
def hold(*, order_id: str, reason: str, until: datetime, as_json: bool) -> None:
    """Keep the buyer of an order for longer, with a reason and an end."""
    with _service() as service:
        service.privacy.hold(order_id, reason, until.replace(tzinfo=UTC))
    said = {"order": order_id, "reason": reason, "until": _day(until)}
    _say(f"{order_id} is held until {until:%Y-%m-%d}.", said, as_json=as_json)


@privacy.command()
@click.argument("order_id", metavar="NUMBER")
@json_flag
@explained
def release(*, order_id: str, as_json: bool) -> None:
    """End such a hold."""
    with _service() as service:
        service.privacy.release(order_id)
    said = {"order": order_id, "reason": None, "until": None}
    _say(f"{order_id} is held no longer.", said, as_json=as_json)


@privacy.command()
@json_flag
@explained
def tidy(*, as_json: bool) -> None:
    """Forget now what is due; the dashboard does so every day."""
    with _service() as service:
        gone = service.privacy.run()
    text = (
        f"Forgotten: buyers of {many(gone.orders, 'order')}, {gone.kept} drafts and files of "
        f"orders, {gone.files} copies and exports."
    )
    said = {"orders": gone.orders, "typed": gone.kept, "files": gone.files}
    _say(text, said, as_json=as_json)


@privacy.command()
@click.argument("copy", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("to", type=click.Path(path_type=Path, dir_okay=False))
@json_flag
@explained
def unseal(*, copy: Path, to: Path, as_json: bool) -> None:
    """Open a COPY of an older store that was encrypted as a file (*.sealed), into the file TO."""
    with _service() as service:
        service.privacy.unseal(copy, to)
    text = f"{to}: it holds names and addresses in clear. Delete it when you have done."
    _say(text, {"file": str(to)}, as_json=as_json)


@privacy.group()
def key() -> None:
    """The key that buyers' data is encrypted with."""


@key.command("new")
@json_flag
@explained
def new(*, as_json: bool) -> None:
    """Print a new key for MCF_DATA_KEY; nothing is changed."""
    from mcf.store.key_files import new_key, spelled

    made = spelled(new_key())
    _say(made, {"key": made}, as_json=as_json)


@key.command()
@click.option("--lost", is_flag=True, help="The old key is lost: what it opens is given up.")
@json_flag
@explained
def rotate(*, lost: bool, as_json: bool) -> None:
    """Encrypt everything anew with a new key, also while the program runs."""
    with _service() as service:
        done = service.privacy.rotate(_progress, lost=lost)
    text = (
        f"{many(done, 'row')} encrypted anew. The old key stays in its file until "
        "`python -m mcf privacy key retire`."
    )
    _say(text, {"rows": done}, as_json=as_json)


def _progress(table: str, rows: int) -> None:
    terminal.say(f"{table}: {many(rows, 'row')}", err=True)


@key.command()
@json_flag
@explained
def retire(*, as_json: bool) -> None:
    """Take old keys out of the file, when nothing is left that they open."""
    with _service() as service:
        gone = service.privacy.retire()
    _say(f"Taken out: {', '.join(gone) or 'none'}.", {"keys": gone}, as_json=as_json)


def _say(text: str, data: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(data)
    else:
        terminal.say(text)
