"""Every `--json` is strict JSON, typed as docs/json.md says; an order is the same everywhere."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
import pytest

from mcf import cli_json
from mcf.cli import main
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import NotFound, RoleMissing
from mcf.simulator.world.orders import Status
from mcf.store import frames
from tests.loopback import loopback
from tests.test_cli import Program, env, mcf, one_with, order_file

__all__ = ["env", "mcf"]
DOCUMENT = (Path(__file__).parents[1] / "docs" / "json.md").read_text("utf-8")
LINE = re.compile(r"  (\w+) +(text|whole|number|truth|time|day|list)(\??)(?: |$)")
UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z").fullmatch
KINDS: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "whole": lambda value: type(value) is int,
    "number": lambda value: type(value) in (int, float),
    "truth": lambda value: isinstance(value, bool),
    "time": lambda value: isinstance(value, str) and UTC_TIME(value) is not None,
    "day": lambda value: isinstance(value, str) and bool(date.fromisoformat(value)),
    "list": lambda value: isinstance(value, list),
}
ERROR = {"error", "message", "advice", "operation", "status", "code", "request_id"}


def schemas() -> dict[str, dict[str, tuple[str, bool]]]:
    """The fields of each block of the document: their kind, and whether they may be null."""
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    for block in re.findall(r"^```text\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL):
        fields: dict[str, tuple[str, bool]] = {}
        for line in block.splitlines():
            told = LINE.match(line)
            if told is None:
                fields = found[line.strip()] = {}
            else:
                fields[told[1]] = told[2], bool(told[3])
    return found


SCHEMAS = schemas()


def refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def strict(text: str) -> Any:
    """The JSON of a line; raises ValueError for what only some parsers read."""
    return json.loads(text, parse_constant=refused, object_pairs_hook=unique)


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def problems(name: str, told: dict[str, Any]) -> list[str]:
    """The fields that aren't as the document has them."""
    schema = SCHEMAS[name]
    wrong = sorted(schema.keys() ^ told.keys())
    for field, (kind, may_be_null) in schema.items():
        value = told.get(field)
        is_right = may_be_null if value is None else KINDS[kind](value)
        wrong += [] if is_right else [f"{field}: {value!r} is no {kind}"]
    return wrong


def lines(mcf: Program, *words: object) -> list[Any]:
    result = mcf(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return [strict(line) for line in result.stdout.splitlines()]


def test_an_order_is_the_same_in_the_list_and_alone(mcf: Program, simulator: Simulator) -> None:
    (listed,) = lines(mcf, "orders", "list")
    assert [problem for order in listed for problem in problems("order", order)] == []
    assert {name for order in listed for name in order} == set(cli_json.ORDER)
    for status in (Status.COMPLETE, Status.RECEIVED, Status.CANCELLED):
        order_id = one_with(simulator, status)
        (shown,) = lines(mcf, "orders", "show", order_id)
        alike = [o for o in listed if o["seller_fulfillment_order_id"] == order_id]
        assert [shown.pop("order")] == alike
        found = [p for name, rows in shown.items() for row in rows for p in problems(name, row)]
        assert found == []
        assert set(shown) == {"items", "shipments", "packages", "events"}


def test_orders_that_are_not_told_have_unknown_counts_and_are_named(
    mcf: Program, simulator: Simulator
) -> None:
    simulator.faults.add(NotFound(operations=["getFulfillmentOrder"]))
    synced = mcf("sync", "--json")
    run = strict(synced.stdout.splitlines()[1])
    assert (synced.exit_code, run["state"]) == (1, "partial")
    (listed,) = lines(mcf, "orders", "list")
    untold = [order for order in listed if not order["detailed"]]
    assert {(order["units"], order["parcels"]) for order in untold} == {(None, None)}
    names = {order["seller_fulfillment_order_id"] for order in untold}
    assert {one["id"] for one in run["older"]} == names
    said = mcf("sync")
    assert f"  What is shown of orders {run['older'][0]['id']}, " in said.stdout
    assert f"Amazon doesn't tell orders {run['older'][0]['id']}, " in said.stderr


def test_a_read_says_whether_all_was_asked_for(mcf: Program) -> None:
    first, second = lines(mcf, "sync"), lines(mcf, "sync")
    assert [problem for run in (*first, *second) for problem in problems("sync", run)] == []
    assert [run["reading"] for run in first] == ["full", "full", "full"]
    assert [run["reading"] for run in second] == ["incremental"] * 3
    said = mcf("sync").stdout.splitlines()
    assert said[0].startswith("inventory: what changed was read, ")
    assert said[0].endswith(" in 1 call")


def test_what_is_sent_and_cancelled_is_typed(
    mcf: Program, sku: str, simulator: Simulator, tmp_path: Path
) -> None:
    planned, sent = lines(mcf, "orders", "submit", order_file(tmp_path, sku, "F-1, 1"), "--yes")
    assert problems("orders submit", planned) == []
    assert problems("orders submit, each order that was sent", sent) == []
    assert (type(planned["fee"]), planned["fee_currency"]) == (float, "USD")
    (cancelled,) = lines(mcf, "orders", "cancel", one_with(simulator, Status.RECEIVED))
    assert problems("orders cancel", cancelled) == []


def test_files_are_told_with_their_sizes(
    mcf: Program, simulator: Simulator, tmp_path: Path
) -> None:
    lines(mcf, "sync")
    (backup,) = lines(mcf, "store", "backup", tmp_path / "copy.sqlite3")
    (export,) = lines(mcf, "export", "orders", "--output", tmp_path)
    shipped = one_with(simulator, Status.COMPLETE)
    (evidence,) = lines(mcf, "orders", "evidence", shipped, "--output", tmp_path)
    assert problems("store backup", backup) == []
    assert problems("export", export) == []
    assert problems("orders evidence", evidence) == []


def test_an_import_is_told_in_days(mcf: Program, simulator: Simulator, tmp_path: Path) -> None:
    report = tmp_path / "ledger.txt"
    report.write_text(simulator.ledger("ATVPDKIKX0DER", 3), encoding="utf-8")
    (imported,) = lines(mcf, "inventory", "import", report, "--dates", "month-first")
    assert problems("inventory import", imported) == []


def test_checks_and_alerts_are_typed(mcf: Program, simulator: Simulator) -> None:
    checks = lines(mcf, "check")
    assert [problem for check in checks for problem in problems("check", check)] == []
    with loopback() as hook:
        mcf.runner.env["MCF_ALERT_WEBHOOK"] = f"{hook.endpoint}/hook"
        outcomes = [*lines(mcf, "alerts", "list"), *lines(mcf, "alerts", "test")]
    assert [p for outcome in outcomes for p in problems("alerts list, alerts test", outcome)] == []
    alerts = [alert for outcome in outcomes for alert in (*outcome["told"], *outcome["waiting"])]
    assert [problem for alert in alerts for problem in problems("alert", alert)] == []


def test_an_error_is_strict_json_with_a_status_that_is_a_number(
    mcf: Program, simulator: Simulator
) -> None:
    simulator.faults.add(RoleMissing(operations=["getFulfillmentOrder"]))
    result = mcf("orders", "show", "NO-SUCH", "--json")
    told = strict(result.stderr.splitlines()[-1])
    assert (result.exit_code, result.stdout, told["status"]) == (1, "", 403)
    assert told.keys() <= ERROR


def commands(group: click.Group, *above: str) -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, *above, name)
        else:
            found[" ".join((*above, name))] = command
    return found


def test_every_command_with_json_is_in_the_document() -> None:
    speaking = {
        name
        for name, command in commands(main).items()
        if any("--json" in option.opts for option in command.params)
    }
    assert commands(main).keys() - speaking == {"simulate"}
    documented = {name for names in SCHEMAS for name in names.split(", ")}
    assert speaking - documented == {"orders list", "orders show"}


def test_the_document_has_the_columns_of_the_frames() -> None:
    declared = {
        "order": cli_json.ORDER,
        "items": frames.ITEMS,
        "shipments": frames.SHIPMENTS,
        "packages": cli_json.PARCEL,
        "events": frames.EVENTS,
    }
    assert {name: [*SCHEMAS[name]] for name in declared} == {
        name: [*columns] for name, columns in declared.items()
    }


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (math.nan, None),
        (math.inf, None),
        (pd.NaT, None),
        (pd.NA, None),
        (np.float64("nan"), None),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (Decimal("7.90"), 7.9),
        (pd.Timestamp("2026-03-02T15:00:00Z"), "2026-03-02T15:00:00Z"),
        (datetime(2026, 3, 2, 16, 0, 0, 500000, timezone(timedelta(hours=1))),
         "2026-03-02T15:00:00.500000Z"),
        (datetime(2026, 3, 2, 15, tzinfo=UTC), "2026-03-02T15:00:00Z"),
        (date(2026, 3, 2), "2026-03-02"),
        (Status.COMPLETE, "Complete"),
        ("\ud800", "?"),
        ({"a": [math.nan]}, {"a": [None]}),
    ],
)  # fmt: skip
def test_a_value_is_told_in_jsons_own_types(value: object, told: object) -> None:
    assert strict(cli_json.line(value)) == told
    assert type(strict(cli_json.line(value))) is type(told)


def test_what_has_no_place_in_json_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="has no place"):
        cli_json.line(object())
