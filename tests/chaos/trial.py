"""Sends a file of orders through a storm, with `python -m mcf` killed and started again.

What Amazon has in the end is read from the simulator's own books, never through the program.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from mcf.settings import Settings
from mcf.simulator import Simulator
from mcf.simulator.chance import Dice
from mcf.simulator.world.orders import OrderRequest
from mcf.store import tables
from mcf.store.database import Store
from mcf.store.states import SubmissionState
from tests.chaos import typed
from tests.chaos.storm import Fog, Storm
from tests.shops import store_of

ROOT = Path(__file__).parents[2]
CREATE, GET, PREVIEW = "createFulfillmentOrder", "getFulfillmentOrder", "getFulfillmentPreview"
FOG_SECONDS = 6.0
"""The program looks for a lost order for four seconds."""
KILL_DELAY = 0.02
"""Seconds after a call reached Amazon, in which the program does its own part of the work."""
OVERRUN = 3
"""Orders that a program may send between a call and its delayed death."""
PATIENCE = 240.0
"""Seconds after which a run that hasn't ended never will."""
KILLED = -signal.SIGKILL
MOST_RUNS = 20
"""More runs than this without a kill: it will never end."""


@dataclass(frozen=True)
class Plan:
    """What a trial is made from; the same seed draws the same faults, orders and kills."""

    seed: int
    orders: int
    kills: int
    at_once: int = 1
    """Programs that send the same file at the same time. All are killed, but the last time only
    the first: the others would send everything."""
    chance: float = 0.3
    """Of a call to meet a fault, and of an order to be seen late."""
    rates: float = 10.0
    """How many times Amazon's usual usage plans the seller has."""


@dataclass(frozen=True)
class Moment:
    """When a program is killed: so many seconds after its nth call of the operation arrived."""

    operation: str
    nth: int
    delay: float


@dataclass
class Outcome:
    """What a trial found; `violations` is empty when all is well."""

    plan: Plan
    runs: int = 0
    kills: int = 0
    calls: int = 0
    """Calls in the storm."""
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    plan_refusals: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of calls that met a fault."""
        return self.faults.total() / max(1, self.calls)


class Program:
    """One `python -m mcf` at work."""

    def __init__(self, words: list[str], env: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("w") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mcf", *words],
                cwd=log.parent,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int:
        """The exit code; that of SIGKILL when it was killed."""
        try:
            return self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()

    @property
    def said(self) -> str:
        """What it wrote to both outputs."""
        return self._log.read_text("utf-8")


class Killer:
    """Kills programs at their moment, which is that of all their calls together."""

    def __init__(self, moment: Moment | None, victims: list[Program]) -> None:
        self._moment = moment
        self._victims = victims
        self._calls = 0

    def hear(self, operation: str) -> None:
        moment = self._moment
        if moment is None or operation != moment.operation:
            return
        self._calls += 1
        if self._calls != moment.nth:
            return
        if moment.delay:
            threading.Timer(moment.delay, self._kill).start()
        else:
            self._kill()

    def _kill(self) -> None:
        for victim in self._victims:
            victim.kill()


class Trial:
    """A shop at Amazon with its storm, a file of orders, and the program's own folder."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.folder = folder
        self.outcome = Outcome(plan)
        self.simulator = Simulator(
            skus=64, orders=0, days=1, seed=plan.seed, trade=False, plans=plan.rates
        )
        self.storm = Storm(chance=plan.chance, seed=plan.seed)
        self.simulator.faults.add(self.storm)
        self.fog = Fog(chance=plan.chance, seed=plan.seed, seconds=FOG_SECONDS)
        self.simulator.faults.add(self.fog)
        self.file = folder / "orders.csv"
        self.typed = self._type()

    def __enter__(self) -> Self:
        self.simulator.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.simulator.stop()

    def run(self) -> Outcome:
        """Sends everything, through the storm and then in fair weather, and looks at the books."""
        begun = time.monotonic()
        try:
            self._send_until_done()
            self.outcome.calls = len(self.storm.met)
            if not self.outcome.violations:
                self._send_in_fair_weather()
            self._compare_with_amazon()
            self._compare_with_store()
        except subprocess.TimeoutExpired as error:
            self._violated(f"run {self.outcome.runs} did not end within {error.timeout:.0f} s")
        outcome = self.outcome
        outcome.seconds = time.monotonic() - begun
        outcome.faults = self.storm.dealt()
        outcome.plan_refusals = self.storm.refusals()
        return outcome

    def _type(self) -> dict[str, OrderRequest]:
        shelf = self.simulator.world.stocks[typed.MARKETPLACE]
        stock = {sku: stock.fulfillable for sku, stock in shelf.items()}
        requests = typed.orders(self.plan.seed, self.plan.orders, stock)
        typed.write(self.file, requests)
        return {request.order_id: request for request in requests}

    def _send_until_done(self) -> None:
        quiet = 0
        while quiet < MOST_RUNS:
            codes = self._round(self._moment())
            if not any(codes) or self.outcome.violations:
                return
            quiet = 0 if KILLED in codes else quiet + 1
        self._violated(f"{MOST_RUNS} runs in a row left something to send")

    def _round(self, moment: Moment | None) -> list[int]:
        since = len(self.storm.met)
        programs = [self._start("orders", "submit", str(self.file), "--yes")
                    for _ in range(self.plan.at_once)]  # fmt: skip
        last = self.outcome.kills + 1 == self.plan.kills
        self.storm.on_call = Killer(moment, programs[:1] if last else programs).hear
        codes = [self._end(program) for program in programs]
        self.storm.on_call = None
        self.outcome.kills += KILLED in codes
        self._look_at_refusals(since)
        self._look_at_claims()
        return codes

    def _moment(self) -> Moment | None:
        """The next kill, such that an order is left over for each one after it."""
        more = self.plan.kills - self.outcome.kills - 1
        left = self.plan.orders - len(self.simulator.world.orders)
        if more < 0 or left == 0:
            return None
        dice = Dice(self.plan.seed, "kill", self.outcome.runs)
        spare = left - more - OVERRUN
        if spare < 1:
            return Moment(CREATE, 1, 0.0)
        most = min(2 * self.plan.orders // self.plan.kills, spare)
        operation = (CREATE, CREATE, CREATE, GET, GET, PREVIEW)[dice.below(6)]
        nth = 1 + dice.below(left if operation == PREVIEW else most)
        delay = 0.0 if dice.below(3) == 0 else dice.uniform() * KILL_DELAY
        return Moment(operation, nth, delay)

    def _send_in_fair_weather(self) -> None:
        self.storm.chance = self.fog.chance = 0.0
        before = self.storm.counts[CREATE]
        for words in (["orders", "submit", str(self.file), "--yes"], ["sync", "--full"]):
            if code := self._end(self._start(*words)):
                self._violated(f"in fair weather `mcf {' '.join(words)}` ended with {code}")
        if self.storm.counts[CREATE] != before:
            self._violated("an order was sent after all had been accepted")
        self._compare_with_list()

    def _start(self, *words: str) -> Program:
        self.outcome.runs += 1
        return Program(list(words), self._env(), self.folder / f"run-{self.outcome.runs:03}.txt")

    def _end(self, program: Program) -> int:
        code = program.wait()
        if "Traceback" in program.said:
            self._violated(f"a run broke: {program.said.splitlines()[-1]}")
        return code

    def _env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, **self._variables(), "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}

    def _variables(self) -> dict[str, str]:
        return {
            "AMAZON_SP_API_MODE": "demo",
            "AMAZON_SP_API_ENDPOINT": self.simulator.endpoint,
            "MCF_DATA_DIR": str(self.folder / "data"),
        }

    @contextmanager
    def _store(self) -> Iterator[Store]:
        settings = Settings.from_env(self._variables(), dotenv=None)
        with store_of(settings) as store:
            yield store

    def _violated(self, what: str) -> None:
        self.outcome.violations.append(what)

    def _look_at_refusals(self, since: int) -> None:
        """A plan may refuse the first call of a burst: the program can't know of others' calls."""
        for operation, count in self.storm.refusals(since).items():
            if count > self.plan.at_once:
                self._violated(
                    f"run {self.outcome.runs}: the usage plan refused {operation} {count} times"
                )

    def _look_at_claims(self) -> None:
        """Whether what the program says of each order between two runs is true at Amazon."""
        there = self.simulator.world.orders
        with self._store() as store:
            rows = store.rows(tables.submissions)
        for row in rows:
            order_id, state = row.seller_fulfillment_order_id, SubmissionState(row.state)
            if state.may_be_sent_again and order_id in there:
                self._violated(f"run {self.outcome.runs}: {order_id} is {state}, but Amazon has it")
            if state is SubmissionState.ACCEPTED and order_id not in there:
                self._violated(f"run {self.outcome.runs}: {order_id} is accepted, but isn't there")

    def _compare_with_amazon(self) -> None:
        books = self.simulator.world.by_number
        counts = Counter(order.id for order in books)
        for order_id in self.typed.keys() | counts.keys():
            if counts[order_id] != (order_id in self.typed):
                self._violated(f"Amazon has {order_id} {counts[order_id]} times")
        for order in books:
            if request := self.typed.get(order.id):
                self.outcome.violations.extend(
                    typed.differences(request, order.request, f"at Amazon {order.id}")
                )

    def _compare_with_store(self) -> None:
        with self._store() as store:
            submissions = store.rows(tables.submissions)
            heads = {row.seller_fulfillment_order_id: row.raw for row in store.rows(tables.orders)}
            items = store.rows(tables.order_items)
        states = {row.seller_fulfillment_order_id: row.state for row in submissions}
        for order_id in self.typed.keys() | states.keys() | heads.keys():
            if order_id not in self.typed or order_id not in heads:
                self._violated(f"the store and the file don't both have {order_id}")
            if states.get(order_id) != SubmissionState.ACCEPTED.value:
                self._violated(f"the submission of {order_id} is {states.get(order_id)}")
        for order_id in self.typed.keys() & heads.keys():
            lines = [row.raw for row in items if row.seller_fulfillment_order_id == order_id]
            self.outcome.violations.extend(
                typed.Stored(self.typed[order_id]).differences(heads[order_id], lines)
            )

    def _compare_with_list(self) -> None:
        program = self._start("orders", "list", "--json")
        if self._end(program):
            self._violated("the orders couldn't be listed")
            return
        found = {line["seller_fulfillment_order_id"]: line for line in _last_json(program.said)}
        for order_id in self.typed.keys() ^ found.keys():
            self._violated(f"the list and the file don't both have {order_id}")
        for order_id in self.typed.keys() & found.keys():
            request, line = self.typed[order_id], found[order_id]
            told = (line["recipient"], line["city"], line["units"], line["shipping_speed_category"])
            units = sum(each.quantity for each in request.lines)
            mine = (request.address.name, request.address.city, units, request.speed.value)
            if told != mine:
                self._violated(f"the list says {told} of {order_id}, but {mine} was typed")


def _last_json(said: str) -> list[dict[str, str | int]]:
    return list(json.loads(said.splitlines()[-1]))


def run(plan: Plan, folder: Path) -> Outcome:
    """What a trial with this plan found; its files are in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with Trial(plan, folder) as trial:
        return trial.run()
