"""The command line: `python -m mcf check | simulate | sync | alerts | orders | inventory | export`.

Results go to stdout, progress and errors to stderr; the exit code is 1 when something failed.
Heavy imports wait until a command runs, so that `--help` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mcf import cli_access, cli_audit, cli_files, cli_privacy, cli_words, terminal
from mcf.cli_common import explained, fail, held, json_flag, print_json, words
from mcf.errors import AboveLimit, MCFError
from mcf.wording import many

if TYPE_CHECKING:
    import pandas as pd

    from mcf.alerts.dispatch import AlertOutcome
    from mcf.amazon.models.requests import MCFOrderRequest
    from mcf.order_files.parse import Document
    from mcf.order_files.plan import PlannedOrder
    from mcf.order_files.send import Result
    from mcf.orders.states import Submission
    from mcf.service import MCFService
    from mcf.sync.progress import Run

_encoding = click.option(
    "--encoding",
    metavar="NAME",
    help="How FILE was saved, like utf-8, cp1252 or mac-roman, where it doesn't show that itself.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version="0.1.0", prog_name="mcf")
def main() -> None:
    """MCF Desk: ship orders of any shop from your stock at Amazon."""


main.add_command(cli_access.access)
main.add_command(cli_access.people)
main.add_command(cli_audit.audit)
main.add_command(cli_privacy.privacy)


@main.command()
@click.option("--log", is_flag=True, help="Write to mcf.log what happens; without it nothing is.")
@json_flag
@explained
def check(*, log: bool, as_json: bool) -> None:
    """Try each credential and each operation that is needed."""
    failed = False
    with _service(logs=log) as service:
        for attempt in service.connection.check():
            failed = failed or not attempt.ok
            if as_json:
                print_json({k: getattr(attempt, k) for k in attempt.__slots__})
                continue
            terminal.say(f"{cli_words.verdict(attempt)}  {attempt.name}: {attempt.detail}")
            if attempt.advice:
                terminal.say(f"      {attempt.advice}")
    sys.exit(1 if failed else 0)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8700, show_default=True)
@click.option("--skus", type=click.IntRange(1), default=64, show_default=True)
@click.option("--orders", type=click.IntRange(0), default=48, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@click.option(
    "--speed",
    type=click.FloatRange(0, 1_000_000),
    default=1.0,
    show_default=True,
    help="Simulated seconds in a second; 0 stops the clock.",
)
@click.option("--no-throttle", is_flag=True, help="Answer however fast calls come.")
@explained
def simulate(
    *, port: int, skus: int, orders: int, seed: int, speed: float, no_throttle: bool
) -> None:
    """Serve a simulated Amazon on 127.0.0.1, for any SP-API client; Ctrl+C ends it."""
    import threading

    from mcf.simulator import Simulator

    simulator = Simulator(
        skus=skus,
        orders=orders,
        seed=seed,
        speed=speed or 1.0,
        frozen=speed == 0,
        throttle=not no_throttle,
        port=port,
    )
    try:
        simulator.start()
    except OSError as error:
        fail(
            MCFError(f"Port {port} can't be used: {error}", advice="Choose another --port."),
            as_json=False,
        )
    terminal.say(f"Simulated Amazon: AMAZON_SP_API_ENDPOINT={simulator.endpoint}")
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    simulator.stop()


@main.command()
@click.option("--full", is_flag=True, help="Read everything, not only what changed.")
@click.option("--watch", type=click.IntRange(5), metavar="SECONDS", help="Go on, this often.")
@json_flag
@explained
def sync(*, full: bool, watch: int | None, as_json: bool) -> None:
    """Read stock, orders and parcels from Amazon into the store.

    With --watch, alerts are told after each round, if a webhook or e-mail is set up.
    """
    import time

    with _service() as service:
        runs = _sync(service, full=full, as_json=as_json)
        while watch is not None:
            for outcome in service.alerts.round():
                _show_outcome(outcome, as_json=as_json)
            time.sleep(watch)
            runs = _sync(service, full=False, as_json=as_json)
    sys.exit(0 if all(run.state == "whole" for run in runs) else 1)


@main.group(invoke_without_command=True)
@click.pass_context
def alerts(context: click.Context) -> None:
    """Test alerts, or list those that are told next (as without a command)."""
    if context.invoked_subcommand is None:
        context.invoke(list_alerts)


@alerts.command("list")
@json_flag
@explained
def list_alerts(*, as_json: bool = False) -> None:
    """List what each channel tells next, and tell nothing."""
    with _service() as service:
        _require_channels(service)
        _freshen(service, as_json=as_json)
        for outcome in service.alerts.waiting():
            _show_outcome(outcome, as_json=as_json)


@alerts.command("test")
@json_flag
@explained
def test_alerts(*, as_json: bool) -> None:
    """Send a test by every channel that is set up."""
    with _service() as service:
        _require_channels(service)
        outcomes = service.alerts.test()
    for outcome in outcomes:
        _show_outcome(outcome, as_json=as_json)
    sys.exit(1 if any(outcome.error for outcome in outcomes) else 0)


@main.group()
def store() -> None:
    """Look after the store, in which everything is kept."""


@store.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_flag
@explained
def backup(*, file: Path, as_json: bool) -> None:
    """Write a copy of the store into a new FILE, also while the program runs."""
    with _service() as service:
        service.backup(file)
    size = file.stat().st_size
    if as_json:
        print_json({"file": str(file), "bytes": size})
    else:
        terminal.say(f"{file} ({size / 1e6:.1f} MB)")


@main.group()
def inventory() -> None:
    """Import past days of stock, and how old units are."""


@inventory.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--dates",
    type=click.Choice(["day-first", "month-first"]),
    help="How dates like 03/02/2026 are written, where FILE doesn't tell.",
)
@_encoding
@json_flag
@explained
def import_days(*, file: Path, dates: str | None, encoding: str | None, as_json: bool) -> None:
    """Import Amazon's Inventory Ledger report (summary view, by day) of FILE.

    Importing it again changes nothing.
    """
    from dataclasses import asdict

    from mcf.inventory.ledger import DateOrder

    data = cli_words.content(file, encoding)
    with _service() as service:
        imported = service.stock.import_ledger(data, DateOrder(dates) if dates else None)
    if as_json:
        print_json(asdict(imported))
    for line in () if as_json else cli_words.days_in_words(imported):
        terminal.say(line)


@inventory.command("import-ages")
@click.argument("file", type=click.Path(path_type=Path))
@_encoding
@json_flag
@explained
def import_ages(*, file: Path, encoding: str | None, as_json: bool) -> None:
    """Import Amazon's FBA Inventory report of FILE: how old units are, and what that costs.

    It takes the place of the one before.
    """
    from dataclasses import asdict

    data = cli_words.content(file, encoding)
    with _service() as service:
        imported = service.stock.import_ages(data)
    if as_json:
        print_json(asdict(imported))
    for line in () if as_json else cli_words.ages_in_words(imported):
        terminal.say(line)


@main.group()
def orders() -> None:
    """Send orders from a file; list, show and cancel them."""


@orders.command("submit")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and send nothing.")
@click.option("--yes", is_flag=True, help="Send without asking.")
@click.option(
    "--doubts", is_flag=True, help="Send also what looks like a mistake, as it's written."
)
@click.option("--repeats", is_flag=True, help="Send also what looks like an order sent lately.")
@click.option(
    "--reserve", is_flag=True, help="Send also what only the units kept for Amazon cover."
)
@click.option(
    "--above-limit", is_flag=True, help="Send although fees are, or may be, above MCF_ORDER_LIMIT."
)
@click.option(
    "--result",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write FILE with what became of each line; .csv or .xlsx. It can be submitted again.",
)
@_encoding
@json_flag
@explained
def submit(
    *,
    file: Path,
    dry_run: bool,
    yes: bool,
    doubts: bool,
    repeats: bool,
    reserve: bool,
    above_limit: bool,
    result: Path | None,
    encoding: str | None,
    as_json: bool,
) -> None:
    """Send the orders of FILE (CSV, tab-separated or Excel).

    Running it again sends only what wasn't sent.
    """
    from mcf.order_files.plan import Verdict, ready

    agreed = {Verdict.DOUBT: doubts, Verdict.REPEAT: repeats, Verdict.RESERVE: reserve}
    with _service() as service, _resulting(result) as outcomes:
        _freshen(service, as_json=as_json)
        service.settle()
        planned = _plan(service, file, encoding, outcomes, as_json=as_json)
        cli_files.show_plan(planned, print_json if as_json else None)
        chosen = ready(planned, {verdict for verdict, is_agreed in agreed.items() if is_agreed})
        bad = [plan for plan in planned if plan not in chosen and plan.verdict != Verdict.SENT]
        if dry_run or not chosen:
            sys.exit(1 if bad else 0)
        _require_limit(service, chosen, above_limit=above_limit)
        if not yes:
            click.confirm(f"Send {many(len(chosen), 'order')} to Amazon?", abort=True, err=True)
        service.files.remember(chosen)
        sent = [_send(service, plan, outcomes, as_json=as_json) for plan in chosen]
    accepted = all(outcome.state.value == "accepted" for outcome in sent)
    sys.exit(0 if accepted and not bad else 1)


@orders.command("list")
@click.option("--status", help="Only orders in this status, like Processing.")
@json_flag
@explained
def list_orders(*, status: str | None, as_json: bool) -> None:
    """List the orders in the store, newest first."""
    with _service() as service:
        if status is not None:
            terminal.require_status(service.orders(), status)
        _freshen(service, as_json=as_json)
        frame = service.orders()
    if status is not None:
        frame = terminal.in_status(frame, status)
    shown = ["seller_fulfillment_order_id", "standing", "trouble", "speed_label", "received_date",
             "units", "parcel_label", "city"]  # fmt: skip
    if as_json:
        from mcf import cli_json

        print_json(cli_json.orders(frame))
    else:
        from mcf.files.headings import ORDERS

        terminal.table(frame[shown], ORDERS)


@orders.command("show")
@click.argument("order_id", metavar="ID")
@json_flag
@explained
def show(*, order_id: str, as_json: bool) -> None:
    """Show one order as Amazon has it now."""
    from mcf import cli_json
    from mcf.tracking import trouble

    with _service() as service:
        service.tracking.refresh(order_id)
        view = service.tracking.views.order(order_id)
        if view is None:
            raise MCFError(f"There is no order {order_id}.")
        now = service.now()
        stand = service.tracking.views.stand(view, now)
    if as_json:
        print_json(cli_json.order(view, stand))
        return
    terminal.say(f"{order_id}: {stand.word.label}. {stand.word.meaning}")
    for sentence in trouble.sentences(view.order.row, stand, now):
        terminal.say(sentence)
    terminal.parts(view.items, view.shipments, view.packages, view.events)


@orders.command("cancel")
@click.argument("order_id", metavar="ID")
@json_flag
@explained
def cancel(*, order_id: str, as_json: bool) -> None:
    """Ask Amazon to cancel an order, and say what it is then."""
    with _service() as service:
        change = service.tracking.actions.cancel(order_id)
    if as_json:
        facts = {"order": order_id, "state": change.state, "status": change.status,
                 "message": change.message}  # fmt: skip
        print_json(facts)
    else:
        terminal.say(f"{change.state.value:12}  {order_id}  {change.message}")
    sys.exit(0 if change.state == "done" else 1)


@orders.command("evidence")
@click.argument("order_id", metavar="ID")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), default=Path("output"))
@click.option("--proof", is_flag=True, help="Fetch the photos of the delivery, too.")
@json_flag
@explained
def write_evidence(*, order_id: str, output: Path, proof: bool, as_json: bool) -> None:
    """Write all that is known of an order to one file, for a claim or a dispute."""
    from mcf.files import export as exports
    from mcf.tracking import evidence

    with _service() as service:
        service.tracking.refresh(order_id)
        view = service.tracking.views.order(order_id)
        numbers = view.packages["package_number"].tolist() if view and proof else []
        room = service.tracking.proofs
        proofs = [room.photographed(room.ask(order_id, number)) for number in numbers]
        content = room.evidence(order_id, proofs)
        name = evidence.file_name(order_id, service.now())
    try:
        path = exports.write_bytes(content, name, output)
    except OSError as error:
        raise MCFError(f"{output} can't be written: {error.strerror}",
                       advice="Choose another folder with --output.") from error  # fmt: skip
    photos = sum(document.photo is not None for proven in proofs for document in proven.documents)
    facts = {"file": str(path), "bytes": len(content), "photos": photos}
    if as_json:
        print_json(facts)
    else:
        terminal.say(f"{path} ({many(photos, 'photo')} of deliveries)")


@main.command()
@click.argument("what", type=click.Choice(["inventory", "orders", "packages"]))
@click.option("--format", "kind", type=click.Choice(["csv", "xlsx", "parquet"]), default="csv")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), default=Path("output"))
@click.option(
    "--columns",
    type=click.Choice(["api", "seller"]),
    default="api",
    help="Names and times as programs read them (UTC), or in words and in your country's zone.",
)
@json_flag
@explained
def export(*, what: str, kind: str, output: Path, columns: str, as_json: bool) -> None:
    """Write stock with what it means, orders or parcels to a file."""
    from mcf.files import export as exports
    from mcf.files.headings import OF, Words
    from mcf.store.database import utc_now

    with _service() as service:
        _freshen(service, as_json=as_json)
        frames: dict[str, Callable[[], pd.DataFrame]] = {
            # A cell can't say "for ever"; that nothing is sold stands beside it.
            "inventory": lambda: service.stock.review.plan().replace(float("inf"), float("nan")),
            "orders": service.orders,
            "packages": service.packages,
        }
        service.exported(what)
        frame = frames[what]()
        try:
            zone = service.settings.marketplace.zone
            words = Words(OF[what], zone) if columns == "seller" else None
            rows = frame if words is None else words.headings.ordered(frame)
            path = exports.write(rows, what, kind, output, utc_now(), words)
        except OSError as error:
            raise MCFError(f"{output} can't be written: {error.strerror}",
                           advice="Choose another folder with --output.") from error  # fmt: skip
    if as_json:
        print_json({"file": str(path), "rows": len(frame)})
    else:
        terminal.say(f"{path} ({many(len(frame), 'row')})")


@contextmanager
def _service(*, logs: bool = True) -> Iterator[MCFService]:
    from mcf.logs import silence
    from mcf.service import MCFService
    from mcf.settings import Settings

    settings = Settings.from_env()
    for warning in settings.warnings:
        terminal.say(f"Warning: {warning}", err=True)
    with terminal.awaited(settings):
        opened = held(MCFService(settings))
    quiet = nullcontext() if logs else silence()
    with quiet, opened.log_to_file() if logs else opened as service:
        if service.rescued is not None:
            terminal.say(f"Warning: {service.rescued}", err=True)
        yield service


def _freshen(service: MCFService, *, as_json: bool) -> None:
    """Reads from Amazon when the store has never been filled or is older than a few minutes."""
    from datetime import timedelta

    ages = [reading.age for reading in service.readings()]
    if all(age is not None and age < timedelta(minutes=5) for age in ages):
        return
    runs = _sync(service, full=False, as_json=as_json, quiet=True)
    for run in runs:
        if run.error is not None:
            terminal.say(
                f"Warning: {run.subject.value} is {run.state.value}: {run.error.message}", err=True
            )


def _sync(service: MCFService, *, full: bool, as_json: bool, quiet: bool = False) -> list[Run]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from mcf.sync.progress import Progress

    columns = (TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn(),
               TextColumn("calls, {task.fields[rows]:,} rows, {task.fields[pace]:,.0f} a second"),
               TimeRemainingColumn())  # fmt: skip
    with Bar(*columns, console=Console(stderr=True), disable=as_json) as bar:
        tasks: dict[str, Any] = {}

        def report(at: Progress) -> None:
            name = at.subject.value
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=None, rows=0, pace=0)
            bar.update(
                tasks[name], completed=at.done, total=at.total, rows=at.rows, pace=at.pace or 0
            )

        runs = service.sync(report, full=full)
        service.settle()
    for run in [] if quiet else runs:
        _show_run(run, as_json=as_json)
    return runs


def _show_run(run: Run, *, as_json: bool) -> None:
    if as_json:
        from mcf import cli_json

        print_json(cli_json.run(run))
        return
    whole = "all was read" if run.is_full else "what changed was read"
    how = whole if run.state.value == "whole" else run.state.value
    said = f"{many(run.rows, 'row')} in {many(run.steps, 'call')}"
    terminal.say(f"{run.subject.value}: {how}, {said}")
    if run.note is not None:
        terminal.say(f"  {run.note}")
    if run.error is not None:
        terminal.say(f"  {words(run.error)} {run.error.advice}", err=True)


def _require_channels(service: MCFService) -> None:
    """Raises `MCFError` when alerts have nowhere to go."""
    if not service.alerts.channels:
        raise MCFError(
            "No channel for alerts is set up.",
            advice="Set MCF_ALERT_WEBHOOK, or MCF_ALERT_EMAIL_TO, MCF_ALERT_EMAIL_FROM and "
            "MCF_ALERT_SMTP; docs/alerts.md tells how.",
        )


def _show_outcome(outcome: AlertOutcome, *, as_json: bool) -> None:
    if as_json:
        from mcf import cli_json

        print_json(cli_json.outcome(outcome))
        return
    terminal.say(f"alerts by {outcome.channel}: {cli_words.outcome(outcome)}")
    for alert in (*outcome.told, *outcome.waiting):
        terminal.say(f"  {alert.title}")
        if alert.link:
            terminal.say(f"    {alert.link}")
    if outcome.note:
        terminal.say(f"  Warning: {outcome.note}", err=True)
    if outcome.error is not None:
        terminal.say(f"  {words(outcome.error)} {outcome.error.advice}", err=True)


@dataclass(slots=True)
class _Outcomes:
    """What is known of a file's orders so far, by the first line of each."""

    document: Document | None = None
    results: dict[int, Result] = field(default_factory=dict)

    def note(self, result: Result) -> None:
        self.results[result.lines[0]] = result


@contextmanager
def _resulting(path: Path | None) -> Iterator[_Outcomes]:
    """Collects outcomes and writes them into the file when it ends, however it does."""
    from mcf.order_files import send

    if path is not None:
        send.require_kind(path)
    outcomes = _Outcomes()
    try:
        yield outcomes
    finally:
        if path is not None and outcomes.document is not None:
            send.write(send.rows(outcomes.document, outcomes.results.values()), path)
            terminal.say(f"Result: {path}", err=True)


def _require_limit(
    service: MCFService, chosen: Sequence[PlannedOrder], *, above_limit: bool
) -> None:
    """Raises `MCFError` when the orders may cost more than the seller's limit."""
    from mcf.order_files.plan import fees

    objection = fees(chosen).objection(service.ordering.limit)
    if objection and not above_limit:
        raise AboveLimit(
            f"{objection} Nothing was sent.",
            advice="Look at the fees; --above-limit sends all the same. The limit is "
            "MCF_ORDER_LIMIT.",
        )


def _plan(
    service: MCFService, file: Path, encoding: str | None, outcomes: _Outcomes, *, as_json: bool
) -> list[PlannedOrder]:
    from rich.console import Console
    from rich.progress import track

    from mcf.order_files.send import result_of

    document, orders = cli_files.opened(service, file, encoding)
    planned = list(
        track(
            service.files.plan(orders),
            description="Previewing",
            total=len(orders),
            console=Console(stderr=True),
            disable=as_json,
        )
    )
    outcomes.document = document
    for plan in planned:
        outcomes.note(result_of(plan))
    return planned


def _send(
    service: MCFService, plan: PlannedOrder, outcomes: _Outcomes, *, as_json: bool
) -> Submission:
    from mcf.order_files.send import outcome_of

    request: MCFOrderRequest | None = plan.order.request
    if request is None:
        raise MCFError(f"Order {plan.order.order_id} has problems and can't be sent.")
    outcome = service.submit(request, plan.preview)
    status = _status(service, plan.order.order_id)
    outcomes.note(outcome_of(plan.order.lines, outcome, status, plan.order.swaps))
    if as_json:
        print_json({"order": plan.order.order_id, "state": outcome.state.value,
                     "message": outcome.message})  # fmt: skip
    else:
        terminal.say(f"{outcome.state.value:12}  {plan.order.order_id}  {outcome.message}")
    return outcome


def _status(service: MCFService, order_id: str) -> str:
    view = service.tracking.views.order(order_id)
    return view.status.label if view else ""


cli_files.register(
    main,
    orders,
    cli_files.Means(_service, lambda service, as_json: _freshen(service, as_json=as_json)),
)
