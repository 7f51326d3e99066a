"""The whole program against an Amazon that spoils its answers, page by page and command by command.

Nothing ends with an exception, nothing is shown that only programmers read, every read ends, and
what is spoiled is unknown, or what was known before, and never 0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from streamlit.testing.v1 import AppTest

from mcf.amazon.inventory_pages import QUANTITIES as COUNTS
from mcf.cli import main
from mcf.errors import MCFError
from mcf.service import MCFService
from mcf.settings import OutboundVersion, Settings
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import EmptyPage, Fault, RecordedParcels, RecordedWords
from mcf.store.states import RunState
from pages.parts.common import places
from tests.pages.conftest import _components, empty_program, open_page
from tests.pages.orders.steps import RECIPIENT
from tests.spoiling import KINDS, Endless, Spoiler, between

__all__ = ["_components", "empty_program"]
"""The fixtures of pages, which are used here too."""
pytestmark = pytest.mark.no_cover
PART = pytest.mark.part(of=5)
FOREIGN = re.compile(r"(?<![\w'/.-])(nan|NaN|NaT|None|[Ii]nfinity|inf|undefined)(?![\w'/-])")
"""Words that a program says when it doesn't know; a sentence may begin with None."""
SENTENCES = re.compile(r"\bNone(?= [a-z])")
OF_NUMBERS = [
    "null", "missing", "wrong type", "negative", "huge number", "not a number", "infinite", "list",
    "true",
]  # fmt: skip
"""The kinds that spoil numbers."""
SOME_ORDERS = 8


def said_on(at: AppTest) -> str:
    """All that a page says, cells of its tables too."""
    kinds = (
        "title", "header", "subheader", "markdown", "caption", "info", "warning", "error",
        "success", "metric", "button", "selectbox", "radio", "checkbox", "text_input",
    )  # fmt: skip
    words = [
        str(part)
        for kind in kinds
        for element in at.get(kind)
        for part in (getattr(element, "value", ""), getattr(element, "label", ""))
        if part is not None
    ]
    return "\n".join([*words, *(cell for frame in at.dataframe for cell in cells(frame.value))])


def cells(frame: pd.DataFrame) -> Iterator[str]:
    """The texts in a table; an empty cell is drawn as nothing."""
    for name in frame.columns:
        yield str(name)
        yield from (value for value in frame[name] if isinstance(value, str))


def foreign(text: str) -> list[str]:
    """The lines with a word that only programmers know."""
    return [line for line in SENTENCES.sub("", text).splitlines() if FOREIGN.search(line)]


def strictly(text: str) -> list[object]:
    """The values that a text holds one after the other; fails for words that JSON doesn't know."""

    def refuse(word: str) -> None:
        pytest.fail(f"{word} is no JSON")

    decoder, values = json.JSONDecoder(parse_constant=refuse), []
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        values.append(value)
        text = text[end:]
    return values


def order_ids(service: MCFService, kind: str) -> list[str]:
    """Some of the orders that are known, as different as their statuses; others for each kind."""
    orders = service.orders()
    ids = [*orders.groupby("status", observed=True)["seller_fulfillment_order_id"].first()]
    return ids[[*KINDS].index(kind) % 3 :: 3]


def drawn(service: MCFService, kind: str) -> Iterator[AppTest]:
    """Two of the pages with lists, some orders, and a SKU or the form filled; by turns."""
    turn = [*KINDS].index(kind)
    for path in ((places.TODAY, places.INVENTORY), (places.TRACKING, places.CONNECTION))[turn % 2]:
        yield open_page(path)
    for order_id in order_ids(service, kind):
        yield open_page(places.TRACKING, order=order_id)
    if turn % 4 in (1, 2):
        for sku in service.inventory()["seller_sku"][:1]:
            yield open_page(places.INVENTORY, open=sku)
    else:
        yield typed_form()


def typed_form() -> AppTest:
    """The form, filled."""
    at = open_page(places.NEW_ORDER)
    assert [exception.message for exception in at.exception] == []
    # Without any stock there is no form.
    for field in (each for each in at.text_input if each.key in RECIPIENT):
        field.input(RECIPIENT[str(field.key)])
    for choice in (each for each in at.selectbox if each.key == "sku_0"):
        choice.select(choice.options[0])
    return at.run()


@pytest.fixture
def bare_program(empty_program: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a program without its background worker."""
    monkeypatch.setattr(MCFService, "start", lambda opened: opened)


@PART
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_fails_or_speaks_in_code_after_a_spoiled_first_read(
    bare_program: None, service: MCFService, kind: str
) -> None:
    spoiler = Spoiler(kind)
    with between(spoiler):
        runs = service.sync()
        pages = [*drawn(service, kind)]

    assert spoiler.spoiled
    assert {run.state for run in runs} <= {RunState.WHOLE, RunState.PARTIAL, RunState.FAILED}
    assert [exception.message for at in pages for exception in at.exception] == []
    assert foreign("\n".join(map(said_on, pages))) == []


@PART
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("version", "envelope"),
    [(OutboundVersion.V2020_07_01, True), (OutboundVersion.V2026_07_04, False)],
)
def test_a_read_ends_however_its_answers_are_spoiled(
    settings: Settings, unthrottled: None, kind: str, envelope: bool, version: OutboundVersion
) -> None:
    chosen = replace(settings, outbound_version=version)
    spoiler = Spoiler(kind, envelope=envelope, seed=1)

    with MCFService(chosen) as service, between(spoiler):
        runs = service.sync()

    assert spoiler.spoiled or envelope
    assert {run.state for run in runs} <= {RunState.WHOLE, RunState.PARTIAL, RunState.FAILED}


@pytest.mark.parametrize("fault", [RecordedWords, RecordedParcels, EmptyPage])
def test_answers_as_they_were_recorded_are_read_whole(
    service: MCFService, simulator: Simulator, fault: type[Fault]
) -> None:
    simulator.faults.add(fault())

    assert {run.state for run in service.sync()} == {RunState.WHOLE}
    known = service.orders().set_index("seller_fulfillment_order_id")["status_label"]
    assert set(known.index) == set(simulator.world.orders)
    assert "Unknown" not in set(known)


@pytest.mark.parametrize("way", ["empty", "same"])
def test_a_listing_without_end_ends(service: MCFService, way: str) -> None:
    endless = Endless(way)

    with between(endless):
        service.sync()

    assert endless.answers > 0


@PART
@pytest.mark.parametrize("kind", OF_NUMBERS)
def test_a_count_that_is_spoiled_is_unknown_or_as_it_was(filled: MCFService, kind: str) -> None:
    before = filled.inventory().set_index("seller_sku")[[*COUNTS]]

    with between(Spoiler(kind, seed=2)):
        filled.sync(full=True)

    after = filled.inventory().set_index("seller_sku")[[*COUNTS]]
    for sku in before.index.intersection(after.index):
        for name in COUNTS:
            now, then = after.at[sku, name], before.at[sku, name]
            assert pd.isna(now) or now in (then, -7), f"{sku}: {name} is {now} and was {then}"


@PART
@pytest.mark.parametrize("kind", OF_NUMBERS)
def test_units_that_are_spoiled_are_unknown_or_as_they_were(filled: MCFService, kind: str) -> None:
    before = filled.orders().set_index("seller_fulfillment_order_id")["units"]

    with between(Spoiler(kind, seed=3)):
        for order_id in before.index[:SOME_ORDERS]:
            with suppress(MCFError):
                filled.tracking.refresh(order_id)

    after = filled.orders().set_index("seller_fulfillment_order_id")["units"]
    spoiled = {
        order_id: (before[order_id], after[order_id])
        for order_id in before.index.intersection(after.index)
        if after[order_id] == 0 and before[order_id] > 0
    }
    assert spoiled == {}


def run(env: dict[str, str], *words: str) -> Result:
    """A command; a traceback would be its exception."""
    return CliRunner(env=env).invoke(main, [*words])


@PART
@pytest.mark.parametrize("kind", [*KINDS][::3])
def test_no_command_fails_with_a_traceback_or_prints_what_is_no_json(
    simulator: Simulator, unthrottled: None, tmp_path: Path, kind: str
) -> None:
    env = {
        "AMAZON_SP_API_ENDPOINT": simulator.endpoint,
        "MCF_DATA_DIR": str(tmp_path / "data"),
        "NO_COLOR": "1",
    }
    order_id = next(iter(simulator.world.orders))
    with between(Spoiler(kind, seed=4)):
        synced = run(env, "sync")
        printed = [
            run(env, "orders", "list", "--json"),
            run(env, "orders", "show", order_id, "--json"),
        ]
        read = [
            run(env, "orders", "list"),
            run(env, "orders", "show", order_id),
            run(env, "export", "orders", "--output", str(tmp_path)),
        ]

    for result in (synced, *printed, *read):
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
    assert all(strictly(each.stdout) or each.exit_code for each in printed)
    assert foreign("\n".join(result.output for result in (synced, *read))) == []
