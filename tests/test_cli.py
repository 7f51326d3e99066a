"""The command line: results on stdout, errors with advice on stderr, exit code 1 when it failed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import httpx
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from mcf.amazon.client import MCFClient
from mcf.amazon.models.base import Address
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.cli import main
from mcf.inventory.planning import Rules
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import (
    Fault,
    FeesMissing,
    GrantRevoked,
    PageExpired,
    RoleMissing,
    RowsTwice,
)
from mcf.simulator.world.orders import Status
from tests.conftest import order_request, unhurried
from tests.evidence_files import is_unchanged
from tests.loopback import Reply, loopback
from tests.mailbox import mailbox
from tests.shops import store_of

CREATE, LIST, STOCK = (
    "createFulfillmentOrder",
    "listAllFulfillmentOrders",
    "getInventorySummaries",
)
HEADER = (
    "MerchantFulfillmentOrderID\tMerchantSKU\tQuantity\tAddressName\tAddressFieldOne\t"
    "AddressCity\tAddressStateOrRegion\tAddressPostalCode\tAddressCountryCode"
)


class Program:
    """`python -m mcf` in this process, with its own folder and the test's Amazon."""

    def __init__(self, env: dict[str, str]) -> None:
        self.runner = CliRunner(env=env)

    def __call__(self, *words: object, answer: str | None = None) -> Result:
        result = self.runner.invoke(main, [str(word) for word in words], input=answer)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    def json(self, *words: object) -> list[Any]:
        """What each line of a successful command says."""
        result = self(*words, "--json")
        assert result.exit_code == 0, result.stderr
        return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def env(
    simulator: Simulator, unthrottled: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The variables of the program; the folder it's started in is empty."""
    monkeypatch.chdir(tmp_path)
    return {
        "AMAZON_SP_API_ENDPOINT": simulator.endpoint,
        "MCF_DATA_DIR": str(tmp_path / "data"),
        "NO_COLOR": "1",
    }


@pytest.fixture
def mcf(env: dict[str, str]) -> Program:
    """The program."""
    return Program(env)


def order_file(folder: Path, sku: str, *lines: str, house: str = "") -> Path:
    """A file of orders from lines of "number, quantity", each to a house of its own or to one."""
    rest = "Example Street\tSpringfield\tIL\t62701\tUS"
    rows = (line.split(", ") for line in lines)
    told = (f"{n}\t{sku}\t{units}\tAda Example\t{house or n} {rest}" for n, units in rows)
    text = "\n".join([HEADER, *told])
    path = folder / "orders.txt"
    path.write_text(text + "\n", encoding="utf-8")
    return path


def one_with(simulator: Simulator, status: Status) -> str:
    return next(order.id for order in simulator.world.by_number if order.status is status)


def test_check_says_yes_to_each_question(mcf: Program) -> None:
    result = mcf("check")
    assert result.exit_code == 0
    assert [line[:4] for line in result.stdout.splitlines()] == ["ok  "] * 8
    assert result.stderr == ""


def test_check_names_what_amazon_refuses_and_fails(mcf: Program, simulator: Simulator) -> None:
    simulator.faults.add(RoleMissing(operations=[LIST]))
    result = mcf("check")
    assert result.exit_code == 1
    assert f"FAIL  {LIST}: NotAuthorized: Access to requested resource is denied." in result.stdout
    assert "The app needs the role Amazon Fulfillment" in result.stdout


def test_check_speaks_json(mcf: Program) -> None:
    found = mcf.json("check")
    assert {tuple(line) for line in found} == {("name", "ok", "detail", "advice")}
    assert all(line["ok"] for line in found)


def test_wrong_settings_are_told_with_advice(mcf: Program) -> None:
    mcf.runner.env["AMAZON_SP_API_MODE"] = "nonsense"
    result = mcf("check")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "Error: AMAZON_SP_API_MODE: 'nonsense' is not a mode.",
        "What to do: Use demo, sandbox or live, or leave it empty.",
    ]


def test_errors_speak_json_too(mcf: Program) -> None:
    mcf.runner.env["AMAZON_SP_API_MODE"] = "nonsense"
    result = mcf("sync", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert json.loads(result.stderr)["error"] == "SettingsError"


def test_sync_reads_everything_and_says_how_much(mcf: Program) -> None:
    result = mcf("sync")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "inventory: all was read, 12 rows in 1 call"
    assert lines[1] == "orders: all was read, 48 rows in 26 calls"
    assert lines[2].startswith("tracking: all was read, ")


def test_sync_reads_only_what_changed_unless_it_is_to_read_all(
    mcf: Program, simulator: Simulator
) -> None:
    mcf("sync")
    simulator.requests.clear()
    assert [line["state"] for line in mcf.json("sync")] == ["whole"] * 3
    assert simulator.requests.count("getFulfillmentOrder") == 0
    mcf("sync", "--full")
    assert simulator.requests.count("getFulfillmentOrder") == 24


def test_a_read_that_fails_is_told_and_the_others_go_on(mcf: Program, simulator: Simulator) -> None:
    simulator.faults.add(RoleMissing(operations=[STOCK]))
    result = mcf("sync")
    assert result.exit_code == 1
    assert result.stdout.startswith("inventory: failed, 0 rows in 0 calls\norders: all was read")
    assert "The app needs the role" in result.stderr
    failed = json.loads(mcf("sync", "--json").stdout.splitlines()[0])
    assert (failed["state"], failed["error"], failed["status"]) == ("failed", "NotAuthorized", 403)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (PageExpired(operations=[LIST]), "orders: partial, "),
        (RoleMissing(operations=["getPackageTrackingDetails"]), "tracking: failed, "),
        (RowsTwice(operations=[LIST]), "orders: partial, "),
    ],
)
def test_sync_has_failed_unless_all_was_read(
    mcf: Program, simulator: Simulator, fault: Fault, told: str
) -> None:
    simulator.faults.add(fault)
    result = mcf("sync")
    assert result.exit_code == 1
    assert told in result.stdout


def test_sync_that_another_program_keeps_from_reading_has_failed(
    mcf: Program, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcf.service.ASKING", 0)
    with store_of(settings) as theirs:
        assert theirs.lease("read inventory").take()
        result = mcf("sync")
    assert result.exit_code == 1
    assert "inventory: stopped, 0 rows in 0 calls" in result.stdout
    assert "Another program or page is reading inventory" in result.stderr


def test_sync_goes_on_until_it_is_stopped(
    mcf: Program, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    result = mcf("sync", "--watch", 30)
    assert (result.exit_code, pauses) == (1, [30, 30])
    assert simulator.requests.count(STOCK) == 2


class Rounds:
    """Ends `sync --watch` after some rounds, before each of which something happens."""

    def __init__(self, *happens: Callable[[], object]) -> None:
        self.happens = list(happens)

    def __call__(self, _: float) -> None:
        if not self.happens:
            raise KeyboardInterrupt
        self.happens.pop(0)()


def test_an_order_that_becomes_invalid_between_two_rounds_is_told_once_by_each_channel(
    mcf: Program, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = one_with(simulator, Status.RECEIVED)
    with loopback() as receiver, mailbox() as box:
        mcf.runner.env |= {
            "MCF_ALERT_WEBHOOK": receiver.endpoint,
            "MCF_ALERT_EMAIL_TO": "owner@localhost",
            "MCF_ALERT_EMAIL_FROM": "desk@localhost",
            "MCF_ALERT_SMTP": f"smtp://127.0.0.1:{box.port}",
            "MCF_PUBLIC_URL": "https://desk.example.com",
        }
        rounds = Rounds(lambda: simulator.set_status(order_id, Status.INVALID), lambda: None)
        monkeypatch.setattr(time, "sleep", rounds)
        result = mcf("sync", "--watch", 30)

    (call,), (letter,) = receiver.calls, box.letters
    (alert,) = json.loads(call.body)["alerts"]
    assert alert["key"] == f"ended:{order_id}:Invalid"
    assert letter["Subject"] == f"MCF Desk US, demo: Order {order_id} is invalid"
    said = [line for line in result.stdout.splitlines() if not line.endswith((" calls", " call"))]
    assert said[0].startswith("alerts by webhook: begins now; ")
    assert said[2:] == [
        "alerts by webhook: 1 told",
        f"  Order {order_id} is invalid",
        f"    https://desk.example.com/tracking?order={order_id}",
        "alerts by email: 1 told",
        f"  Order {order_id} is invalid",
        f"    https://desk.example.com/tracking?order={order_id}",
        "alerts by webhook: 0 told",
        "alerts by email: 0 told",
    ]


def test_a_channel_that_fails_is_told_at_each_round_as_json(
    mcf: Program, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = one_with(simulator, Status.RECEIVED)
    with loopback() as receiver:
        receiver.replies = [Reply(status=403)]
        mcf.runner.env["MCF_ALERT_WEBHOOK"] = receiver.endpoint
        rounds = Rounds(lambda: simulator.set_status(order_id, Status.INVALID))
        monkeypatch.setattr(time, "sleep", rounds)
        result = mcf("sync", "--watch", 30, "--json")

    failed = [json.loads(line) for line in result.stdout.splitlines()][-1]
    assert (failed["channel"], failed["told"], failed["error"]) == ("webhook", [], "AlertNotSent")
    assert [alert["order"] for alert in failed["waiting"]] == [order_id]


def test_a_test_alert_says_by_which_channel_it_went_and_why_it_did_not(mcf: Program) -> None:
    with loopback() as receiver, mailbox() as box:
        receiver.replies = [Reply(status=404)]
        mcf.runner.env |= {
            "MCF_ALERT_WEBHOOK": receiver.endpoint,
            "MCF_ALERT_EMAIL_TO": "owner@localhost, gone@localhost",
            "MCF_ALERT_EMAIL_FROM": "desk@localhost",
            "MCF_ALERT_SMTP": f"smtp://127.0.0.1:{box.port}",
        }
        box.refuses = {"gone@localhost"}
        result = mcf("alerts", "test")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "alerts by webhook: 0 told",
        "alerts by email: 1 told",
        "  This is a test",
    ]
    assert "answered with status 404. Check MCF_ALERT_WEBHOOK" in result.stderr
    assert "Warning: 127.0.0.1 refused 1 of 2 recipients" in result.stderr


def test_alerts_that_would_be_told_are_listed_and_not_told(mcf: Program) -> None:
    with loopback() as receiver:
        mcf.runner.env["MCF_ALERT_WEBHOOK"] = receiver.endpoint
        shown = mcf("alerts").stdout
        (listed,) = mcf.json("alerts", "list")

    assert receiver.calls == []
    assert f"begins now; {listed['noted']} things" in shown
    assert listed["begins"]


@pytest.mark.parametrize("word", ["list", "test"])
def test_without_a_channel_alerts_have_nowhere_to_go(mcf: Program, word: str) -> None:
    result = mcf("alerts", word)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "No channel for alerts is set up." in result.stderr
    assert "Set MCF_ALERT_WEBHOOK" in result.stderr


def test_sync_does_not_hammer_amazon(mcf: Program) -> None:
    assert mcf("sync", "--watch", 1).exit_code == 2


@pytest.mark.usefixtures("filled")
def test_a_dry_run_says_what_would_be_done_and_sends_nothing(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    result = mcf("orders", "submit", order_file(tmp_path, sku, "F-1, 1", "F-2, 2"), "--dry-run")
    assert result.exit_code == 0
    assert [line.split(",")[0] for line in result.stdout.splitlines()] == [
        "go            F-1",
        "go            F-2",
    ]
    assert " USD" in result.stdout
    assert simulator.requests.count(CREATE) == 0


@pytest.mark.usefixtures("filled")
def test_a_file_is_sent_once_however_often_it_is_submitted(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    path = order_file(tmp_path, sku, "F-1, 1", "F-2, 2")
    first = mcf("orders", "submit", path, "--yes")
    assert first.exit_code == 0
    assert [line[:12].strip() for line in first.stdout.splitlines()] == [
        "go", "go", "accepted", "accepted",
    ]  # fmt: skip
    second = mcf("orders", "submit", path, "--yes")
    assert second.exit_code == 0
    assert second.stdout.splitlines() == [
        "already sent  F-1  Amazon has it; it isn't sent again.",
        "already sent  F-2  Amazon has it; it isn't sent again.",
    ]
    assert simulator.requests.count(CREATE) == 2
    assert {"F-1", "F-2"} <= set(simulator.world.orders)


@pytest.mark.usefixtures("filled")
def test_orders_added_to_a_file_are_sent_and_the_others_are_not(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    mcf("orders", "submit", order_file(tmp_path, sku, "F-1, 1"), "--yes")
    simulator.requests.clear()
    mcf("orders", "submit", order_file(tmp_path, sku, "F-1, 1", "F-2, 1"), "--yes")
    assert simulator.requests.count(CREATE) == 1


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("answer", "exit_code", "sent"), [("y\n", 0, 1), ("n\n", 1, 0), ("", 1, 0)]
)
def test_nothing_is_sent_without_a_yes(
    mcf: Program,
    simulator: Simulator,
    sku: str,
    tmp_path: Path,
    answer: str,
    exit_code: int,
    sent: int,
) -> None:
    result = mcf("orders", "submit", order_file(tmp_path, sku, "F-1, 1"), answer=answer)
    assert result.exit_code == exit_code
    assert "Send 1 order to Amazon?" in result.stderr
    assert simulator.requests.count(CREATE) == sent


@pytest.mark.usefixtures("filled")
def test_good_orders_are_sent_and_bad_ones_make_the_command_fail(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    path = order_file(tmp_path, sku, "F-1, 1", "F-2, many", "F-3, 250")
    result = mcf("orders", "submit", path, "--yes")
    assert result.exit_code == 1
    assert "fix           F-2  line 3: Units 'many' is not a whole number" in result.stdout
    assert "hold back     F-3  Not enough stock." in result.stdout
    assert simulator.requests.count(CREATE) == 1


def verdicts(result: Result) -> list[str]:
    return [line[:12].strip() for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("filled")
def test_what_looks_sent_twice_is_not_sent_unless_it_is_told_to_be(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    path = order_file(tmp_path, sku, "F-1, 1", "F-2, 1", house="100")

    first = mcf("orders", "submit", path, "--yes")
    assert (first.exit_code, verdicts(first)) == (1, ["go", "sent twice?", "accepted"])
    assert "The same goods go to the same person in order F-1 of this file." in first.stdout
    assert simulator.requests.count(CREATE) == 1

    second = mcf("orders", "submit", path, "--yes")
    assert (second.exit_code, verdicts(second)) == (1, ["already sent", "sent twice?"])
    assert "to the same person in order F-1 of " in second.stdout
    assert simulator.requests.count(CREATE) == 1

    third = mcf("orders", "submit", path, "--yes", "--repeats")
    assert (third.exit_code, verdicts(third)) == (
        0,
        ["already sent", "sent twice?", "accepted"],
    )
    assert simulator.requests.count(CREATE) == 2


def outcomes(path: Path) -> dict[str, str]:
    """What a result file says of each order."""
    rows = pd.read_csv(path, dtype=str)
    return dict(zip(rows["MerchantFulfillmentOrderID"], rows["Outcome"], strict=True))


@pytest.mark.usefixtures("filled")
def test_a_result_file_tells_each_line_and_sends_only_what_was_corrected(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    path, result = order_file(tmp_path, sku, "F-1, 1", "F-2, many"), tmp_path / "result.csv"

    assert mcf("orders", "submit", path, "--yes", "--result", result).exit_code == 1
    assert outcomes(result) == {"F-1": "Sent", "F-2": "To be corrected"}

    result.write_text(result.read_text("utf-8-sig").replace("many", "2"), encoding="utf-8")
    again = mcf("orders", "submit", result, "--yes", "--result", tmp_path / "again.csv")
    assert (again.exit_code, verdicts(again)) == (0, ["already sent", "go", "accepted"])
    assert outcomes(tmp_path / "again.csv") == {"F-1": "Sent earlier", "F-2": "Sent"}
    assert simulator.requests.count(CREATE) == 2


@pytest.mark.usefixtures("filled")
def test_a_result_of_a_dry_run_says_that_nothing_was_sent(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    path, result = order_file(tmp_path, sku, "F-1, 1"), tmp_path / "result.csv"

    assert mcf("orders", "submit", path, "--dry-run", "--result", result).exit_code == 0

    assert outcomes(result) == {"F-1": "Not sent"}
    assert simulator.requests.count(CREATE) == 0


@pytest.mark.usefixtures("filled")
def test_a_result_of_a_kind_that_cannot_be_written_is_refused_before_anything_is_sent(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    path = order_file(tmp_path, sku, "F-1, 1")

    done = mcf("orders", "submit", path, "--yes", "--result", tmp_path / "result.pdf")

    assert done.exit_code == 1
    assert ".csv" in done.stderr
    assert simulator.requests.count(CREATE) == 0


def test_units_kept_for_amazon_are_sent_only_when_that_is_said(
    mcf: Program, simulator: Simulator, filled: MCFService, sku: str, tmp_path: Path
) -> None:
    filled.stock.review.choices.set_defaults(Rules(reserve_units=1_000_000))
    path = order_file(tmp_path, sku, "F-1, 1")

    first = mcf("orders", "submit", path, "--yes")
    assert (first.exit_code, verdicts(first)) == (1, ["from reserve"])
    assert simulator.requests.count(CREATE) == 0

    second = mcf("orders", "submit", path, "--yes", "--reserve")
    assert (second.exit_code, verdicts(second)) == (0, ["from reserve", "accepted"])


@pytest.mark.usefixtures("filled")
def test_a_file_above_the_limit_is_sent_only_when_that_is_said(
    env: dict[str, str], simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    mcf = Program({**env, "MCF_ORDER_LIMIT": "0.01"})
    path = order_file(tmp_path, sku, "F-1, 1")

    first = mcf("orders", "submit", path, "--yes")
    assert first.exit_code == 1
    assert "is above your limit of 0.01 USD. Nothing was sent." in first.stderr
    assert simulator.requests.count(CREATE) == 0

    assert mcf("orders", "submit", path, "--yes", "--above-limit").exit_code == 0
    assert simulator.requests.count(CREATE) == 1


@pytest.mark.usefixtures("filled")
def test_a_file_whose_fees_amazon_does_not_tell_may_be_above_the_limit(
    env: dict[str, str], simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    simulator.faults.add(FeesMissing())
    mcf = Program({**env, "MCF_ORDER_LIMIT": "1000"})
    path = order_file(tmp_path, sku, "F-1, 1", "F-2, 1")

    first = mcf("orders", "submit", path, "--yes", "--repeats")
    assert first.exit_code == 1
    assert "What these 2 orders cost isn't known" in first.stderr
    assert "--above-limit" in first.stderr
    assert simulator.requests.count(CREATE) == 0

    mcf("orders", "submit", path, "--yes", "--repeats", "--above-limit")
    assert simulator.requests.count(CREATE) == 2


@pytest.mark.usefixtures("filled")
def test_fees_that_are_not_known_stop_nothing_without_a_limit(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    simulator.faults.add(FeesMissing())

    assert mcf("orders", "submit", order_file(tmp_path, sku, "F-1, 1"), "--yes").exit_code == 0

    assert simulator.requests.count(CREATE) == 1


@pytest.mark.usefixtures("filled")
def test_a_dry_run_with_repeats_says_what_would_be_done(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    path = order_file(tmp_path, sku, "F-1, 1", "F-2, 1", house="100")
    result = mcf("orders", "submit", path, "--dry-run", "--repeats")
    assert (result.exit_code, verdicts(result)) == (0, ["go", "sent twice?"])
    assert simulator.requests.count(CREATE) == 0


def test_an_order_made_elsewhere_is_noticed_in_a_file(
    mcf: Program, client: MCFClient, sku: str, address: Address, tmp_path: Path
) -> None:
    client.create_fulfillment_order(order_request("TEST-1", address, sku, 1))
    result = mcf("orders", "submit", order_file(tmp_path, sku, "F-1, 1", house="100"), "--yes")
    assert (result.exit_code, verdicts(result)) == (1, ["sent twice?"])
    assert "in order TEST-1 of 02 March." in result.stdout


@pytest.mark.usefixtures("filled")
def test_a_file_of_bad_orders_only_sends_nothing_and_fails(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    result = mcf("orders", "submit", order_file(tmp_path, sku, "F-1, many"), "--yes")
    assert result.exit_code == 1
    assert simulator.requests.count(CREATE) == 0


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", HEADER])
def test_a_file_that_is_no_order_file_sends_nothing(
    mcf: Program, simulator: Simulator, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "orders.txt"
    path.write_text(content)
    result = mcf("orders", "submit", path, "--yes")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Error: file: " in result.stderr
    assert simulator.requests.count(CREATE) == 0


@pytest.mark.usefixtures("filled")
def test_letters_that_are_only_guessed_are_sent_when_the_encoding_is_said(
    mcf: Program, client: MCFClient, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    path = order_file(tmp_path, sku, "F-1, 1")
    text = path.read_text(encoding="utf-8").replace("Ada", "J\u00fcrgen")
    path.write_bytes(text.encode("mac_roman"))

    refused = mcf("orders", "submit", path, "--yes")
    assert (refused.exit_code, simulator.requests.count(CREATE)) == (1, 0)
    assert "line 2: has letters that can be read as" in refused.stderr
    assert "add --encoding NAME" in refused.stderr

    sent = mcf("orders", "submit", path, "--yes", "--encoding", "mac-roman")
    assert sent.exit_code == 0
    address = client.get_fulfillment_order("F-1").fulfillment_order.destination_address
    assert address.name == "J\u00fcrgen Example"


@pytest.mark.usefixtures("filled")
def test_a_file_that_is_not_there_is_told(mcf: Program, tmp_path: Path) -> None:
    result = mcf("orders", "submit", tmp_path / "nowhere.csv", "--yes")
    assert result.exit_code == 1
    assert "No such file" in result.stderr


@pytest.mark.usefixtures("filled")
def test_an_order_that_amazon_refuses_makes_the_command_fail(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    simulator.faults.add(RoleMissing(operations=[CREATE]))
    result = mcf("orders", "submit", order_file(tmp_path, sku, "F-1, 1"), "--yes")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].startswith("not_sent      F-1  Access")


def test_a_number_used_for_another_order_makes_the_command_fail(
    mcf: Program, client: MCFClient, request_for: MCFOrderRequest, sku: str, tmp_path: Path
) -> None:
    client.create_fulfillment_order(request_for)
    result = mcf("orders", "submit", order_file(tmp_path, sku, "TEST-1, 1"), "--yes")
    assert result.exit_code == 1
    assert result.stdout.startswith("fix           TEST-1  Amazon has another order under the")


def test_an_order_that_amazon_has_is_not_sent_after_a_store_was_put_back(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    file = order_file(tmp_path, sku, "F-1, 1", "F-2, 1")
    copy, store = tmp_path / "copy.sqlite3", tmp_path / "data" / "demo" / "mcf.sqlite3"
    assert mcf("store", "backup", copy).exit_code == 0
    assert mcf("orders", "submit", file, "--yes").exit_code == 0
    for beside in store.parent.glob(f"{store.name}*"):
        beside.unlink()
    copy.replace(store)
    result = mcf("orders", "submit", file, "--yes")
    assert result.exit_code == 0
    assert [line.split()[:3] for line in result.stdout.splitlines()] == [
        ["already", "sent", "F-1"],
        ["already", "sent", "F-2"],
    ]
    assert simulator.requests.count("createFulfillmentOrder") == 2


@pytest.mark.usefixtures("filled")
def test_a_fee_that_amazon_does_not_tell_is_not_shown(
    mcf: Program, simulator: Simulator, sku: str, tmp_path: Path
) -> None:
    simulator.faults.add(FeesMissing())
    result = mcf("orders", "submit", order_file(tmp_path, sku, "F-1, 1"), "--dry-run")
    assert result.stdout == "go            F-1\n"


@pytest.mark.usefixtures("filled")
def test_sending_speaks_json(mcf: Program, sku: str, tmp_path: Path) -> None:
    path = order_file(tmp_path, sku, "F-1, 1")
    planned, sent = mcf.json("orders", "submit", path, "--yes")
    assert (planned["order"], planned["lines"], planned["verdict"]) == ("F-1", [2], "go")
    assert (type(planned["fee"]), planned["fee_currency"]) == (float, "USD")
    assert (sent["order"], sent["state"]) == ("F-1", "accepted")


def test_orders_are_listed_newest_first(mcf: Program, simulator: Simulator) -> None:
    result = mcf("orders", "list")
    assert result.exit_code == 0
    listed = [line.split()[0] for line in result.stdout.splitlines()[1:]]
    newest = sorted(simulator.world.by_number, key=lambda order: order.received, reverse=True)
    assert listed == [order.id for order in newest]


def test_orders_are_listed_by_status_whatever_its_case(mcf: Program, simulator: Simulator) -> None:
    (found,) = mcf.json("orders", "list", "--status", "processing")
    wanted = {o.id for o in simulator.world.by_number if o.status is Status.PROCESSING}
    assert {order["seller_fulfillment_order_id"] for order in found} == wanted
    assert {order["status"] for order in found} == {"Processing"}
    assert found[0]["received_date"].startswith("2026-0")


def test_a_listing_for_another_program_breaks_no_line_and_reads_no_markup(
    mcf: Program, client: MCFClient, address: Address, sku: str
) -> None:
    city = "Springfield [/bold] by the very long and winding river that nobody can spell"
    there = address.model_copy(update={"city": city})
    client.create_fulfillment_order(order_request("9" * 40, there, sku, 1))
    line = mcf("orders", "list").stdout.splitlines()[1]
    assert line.startswith(" " + "9" * 40)
    assert line.rstrip().endswith(city)


def test_a_listing_in_a_narrow_terminal_loses_no_letter(mcf: Program) -> None:
    mcf.runner.env |= {"TTY_COMPATIBLE": "1", "COLUMNS": "70", "TERM": "xterm", "NO_COLOR": "1"}
    result = mcf("orders", "list", "--status", "Processing")
    shown = click.unstyle(result.stdout)
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= 70


def test_what_is_fresh_is_not_read_again(mcf: Program, simulator: Simulator) -> None:
    mcf("orders", "list")
    simulator.requests.clear()
    mcf("orders", "list")
    assert simulator.requests.count() == 0


def test_a_listing_of_what_could_not_be_read_whole_warns(
    mcf: Program, simulator: Simulator
) -> None:
    simulator.faults.add(RoleMissing(operations=[STOCK]))
    result = mcf("orders", "list")
    assert result.exit_code == 0
    assert "Warning: inventory is failed: Access to requested resource is denied." in result.stderr
    assert len(result.stdout.splitlines()) == 25


def test_an_order_is_shown_as_amazon_has_it_now(mcf: Program, simulator: Simulator) -> None:
    _, (order, shipment, box) = next(iter(simulator.world.packages.items()))
    result = mcf("orders", "show", order.id)
    assert result.exit_code == 0
    (shown,) = mcf.json("orders", "show", order.id)
    assert result.stdout.startswith(f"{order.id}: {shown['order']['standing']}. ")
    assert order.lines[0].sku in result.stdout
    assert shipment.id in result.stdout
    assert box.tracking_number in result.stdout
    assert "Warehouse" in result.stdout
    assert "seller sku" not in result.stdout


def test_an_order_on_hold_is_not_shown_as_one_that_goes_on(
    mcf: Program, simulator: Simulator
) -> None:
    held = next(it.id for it in simulator.world.orders.values() if it.held)
    result = mcf("orders", "show", held)
    assert result.stdout.startswith(f"{held}: On hold. Amazon waits until you ship it.")


def test_an_order_is_shown_as_json_with_all_its_parts(mcf: Program, simulator: Simulator) -> None:
    number, (order, _, _) = next(iter(simulator.world.packages.items()))
    (shown,) = mcf.json("orders", "show", order.id)
    assert shown["order"]["seller_fulfillment_order_id"] == order.id
    assert number in [package["package_number"] for package in shown["packages"]]
    assert {"items", "shipments", "packages", "events"} < set(shown)


def test_an_order_that_amazon_does_not_know_is_told_with_its_request_id(
    mcf: Program, simulator: Simulator
) -> None:
    result = mcf("orders", "show", "NO-SUCH-ORDER")
    assert (result.exit_code, result.stdout) == (1, "")
    said, advice, request = result.stderr.splitlines()
    assert said == "Error: Requested order 'NO-SUCH-ORDER' not found"
    assert advice.startswith("What to do: Compare the number with the Tracking page.")
    assert request == f"Amazon's request id: {simulator.requests.entries()[-1].request_id}"


def test_a_received_order_is_cancelled(mcf: Program, simulator: Simulator) -> None:
    order_id = one_with(simulator, Status.RECEIVED)
    result = mcf("orders", "cancel", order_id)
    told = f"done          {order_id}  Amazon has cancelled the order.\n"
    assert (result.exit_code, result.stdout) == (0, told)
    assert simulator.world.orders[order_id].status is Status.CANCELLED


def test_cancelling_speaks_json(mcf: Program, simulator: Simulator) -> None:
    order_id = one_with(simulator, Status.RECEIVED)
    (told,) = mcf.json("orders", "cancel", order_id)
    assert told == {
        "order": order_id,
        "state": "done",
        "status": "Cancelled",
        "message": "Amazon has cancelled the order.",
    }


def test_cancelling_a_processing_order_fails(mcf: Program, simulator: Simulator) -> None:
    order_id = one_with(simulator, Status.PROCESSING)
    result = mcf("orders", "cancel", order_id)
    assert result.exit_code == 1
    assert "What to do: The order is processing now. Picking has begun" in result.stderr
    assert "ships as it is" not in result.stderr


@pytest.mark.parametrize("what", ["inventory", "orders", "packages"])
def test_an_export_is_a_file_that_reads_back(mcf: Program, tmp_path: Path, what: str) -> None:
    (told,) = mcf.json("export", what, "--output", tmp_path / "out")
    path = Path(told["file"])
    assert path.parent == tmp_path / "out"
    assert path.name.startswith(f"{what}_2")
    assert len(pd.read_csv(path)) == told["rows"] > 0


@pytest.mark.usefixtures("filled")
def test_an_export_says_where_it_is(mcf: Program) -> None:
    result = mcf("export", "inventory", "--format", "parquet")
    name, rows = result.stdout.strip().split(" ", 1)
    assert rows == "(12 rows)"
    assert len(pd.read_parquet(name)) == 12


@pytest.mark.usefixtures("filled")
def test_an_export_for_sellers_has_the_words_of_the_pages_and_names_its_zone(mcf: Program) -> None:
    (told,) = mcf.json("export", "inventory", "--columns", "seller")
    heads = list(pd.read_csv(told["file"]).columns)
    assert (told["rows"], heads[:4]) == (12, ["SKU", "Available", "Stock", "Cover"])
    assert heads[-1] == "Counted (America/Los_Angeles)"


def test_a_name_that_looks_like_a_formula_is_text_in_an_exported_workbook(
    mcf: Program, client: MCFClient, address: Address, sku: str
) -> None:
    there = address.model_copy(update={"name": "=1+1"})
    client.create_fulfillment_order(order_request("F-1", there, sku, 1))
    (told,) = mcf.json("export", "orders", "--format", "xlsx")
    header, first, *_ = load_workbook(told["file"]).active.iter_rows()
    recipient = [cell.value for cell in header].index("recipient")
    assert (first[recipient].value, first[recipient].data_type) == ("=1+1", "s")


def test_the_evidence_of_an_order_is_a_file_of_its_own(
    mcf: Program, simulator: Simulator, tmp_path: Path
) -> None:
    parcels = simulator.world.packages.values()
    order = next(order for order, _, parcel in parcels if parcel.carrier == "Amazon Logistics")
    simulator.clock.step(timedelta(days=40))

    (told,) = mcf.json("orders", "evidence", order.id, "--proof", "--output", tmp_path / "out")

    path = Path(told["file"])
    assert path.name.startswith(f"evidence_{order.id}_2026")
    assert is_unchanged(path.read_bytes())
    assert told["bytes"] == path.stat().st_size
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("filled")
def test_a_folder_that_cannot_be_written_is_told(mcf: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = mcf("export", "inventory", "--output", tmp_path / "file" / "sub")
    assert result.exit_code == 1
    assert "can't be written: Not a directory" in result.stderr
    assert "What to do: Choose another folder with --output." in result.stderr


def python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )


def test_help_comes_without_the_heavy_libraries() -> None:
    code = (
        "import sys\nfrom mcf.cli import main\n"
        "try: main(['orders', '--help'])\n"
        "except SystemExit: pass\n"
        "print({'pandas', 'sqlalchemy', 'sp_api', 'pydantic', 'rich'} & set(sys.modules))"
    )
    done = python(code)
    assert "submit" in done.stdout
    assert done.stdout.splitlines()[-1] == "set()"


def test_the_program_is_a_module_and_tells_its_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mcf", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "mcf, version 0.1.0\n"


def test_a_simulated_amazon_prints_its_address_in_one_line_and_serves() -> None:
    words = ["simulate", "--port", "0", "--skus", "3", "--orders", "2", "--speed", "0"]
    with subprocess.Popen(
        [sys.executable, "-m", "mcf", *words, "--no-throttle"], stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        line = program.stdout.readline()
        address = line.strip().rpartition("=")[2]
        clock = httpx.get(f"{address}/_simulator/clock", trust_env=False).json()
        program.send_signal(signal.SIGINT)
        assert program.wait(240) == 0
        assert program.stdout.read() == ""
    assert line.startswith("Simulated Amazon: AMAZON_SP_API_ENDPOINT=http://127.0.0.1:")
    assert clock["frozen"] is True


def test_a_port_that_is_taken_is_told(simulator: Simulator) -> None:
    port = simulator.endpoint.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "mcf", "simulate", "--port", port],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert f"Error: Port {port} can't be used" in done.stderr
    assert "What to do: Choose another --port." in done.stderr


@pytest.mark.parametrize("words", [["--skus", "0"], ["--speed", "2000000"], ["--orders", "-1"]])
def test_a_shop_that_cannot_be_is_told(mcf: Program, words: list[str]) -> None:
    result = mcf("simulate", *words)
    assert result.exit_code == 2
    assert "Invalid value" in result.stderr


def test_check_calls_a_file_of_credentials_that_others_can_read_a_warning(
    mcf: Program, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("AMAZON_SELLER_ID=A1\n")
    (tmp_path / ".env").chmod(0o644)
    result = mcf("check")
    assert result.exit_code == 0
    assert [line[:4] for line in result.stdout.splitlines() if line[0] != " "][:2] == [
        "ok  ",
        "warn",
    ]
    assert "chmod 600 .env" in result.stdout
    (tmp_path / ".env").chmod(0o600)
    assert "warn" not in mcf("check").stdout


def test_check_writes_a_log_only_when_asked(mcf: Program, tmp_path: Path) -> None:
    log = tmp_path / "data" / "demo" / "mcf.log"
    assert mcf("check").exit_code == 0
    assert not log.exists()
    assert mcf("check", "--log").exit_code == 0
    assert "getFulfillmentOrder" in log.read_text()


def test_a_misspelt_variable_is_a_warning_that_names_the_one_meant(mcf: Program) -> None:
    mcf.runner.env["MCF_ORDER_LIMT"] = "250"
    result = mcf("check")
    assert result.exit_code == 0
    assert result.stderr == (
        "Warning: MCF_ORDER_LIMT is no variable of this program: MCF_ORDER_LIMIT may be meant.\n"
    )


def test_a_status_that_is_none_is_an_error_before_amazon_is_asked(
    mcf: Program, simulator: Simulator
) -> None:
    result = mcf("orders", "list", "--status", "Nonsense")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "'Nonsense' is no status of an order" in result.stderr
    assert "What to do: Use one of: New, Received" in result.stderr
    assert simulator.requests.count() == 0


def test_orders_of_a_status_are_found_by_its_label_too(mcf: Program) -> None:
    by_word = mcf.json("orders", "list", "--status", "Complete")
    by_label = mcf.json("orders", "list", "--status", "SHIPPED")
    assert by_word == by_label
    assert by_word != [[]]


@pytest.mark.parametrize(
    "words", [["orders", "list"], ["orders", "show", "EVIL-1"], ["orders", "cancel", "EVIL-1"]]
)
def test_no_name_rules_the_terminal(
    mcf: Program, simulator: Simulator, address: Address, sku: str, words: list[str]
) -> None:
    hostile = address.model_copy(update={"name": "Ada\x1b[2J", "city": "Spring\x1b]0;x\x07field"})
    settings = Settings.from_env(mcf.runner.env, dotenv=None)
    with MCFClient(settings, pace=unhurried(), sleep=lambda _: None) as client:
        client.create_fulfillment_order(order_request("EVIL-1", hostile, sku, 1))
    result = mcf(*words)
    assert not {"\x1b", "\x07"} & set(result.stdout + result.stderr)


def test_a_database_that_is_not_there_is_told_with_advice_of_its_own(mcf: Program) -> None:
    mcf.runner.env["MCF_DATABASE_URL"] = "postgresql+psycopg://mcf:hunter2@127.0.0.1:9/mcf"
    result = mcf("orders", "list")
    assert result.exit_code == 1
    assert "hunter2" not in result.stderr
    assert "data directory" not in result.stderr
    assert "Check that PostgreSQL runs there" in result.stderr


def test_check_tries_nothing_after_a_login_that_failed(mcf: Program, simulator: Simulator) -> None:
    simulator.faults.add(GrantRevoked())
    result = mcf("check")
    verdicts = [line[:4] for line in result.stdout.splitlines() if line[0] != " "]
    assert result.exit_code == 1
    assert verdicts == ["ok  ", "FAIL", *["skip"] * 4, "ok  "]
    assert "FAIL  Login with Amazon: GrantRevoked" in result.stdout
    assert simulator.requests.count() == 1
