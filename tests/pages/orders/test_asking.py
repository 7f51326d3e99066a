"""Amazon's previews are asked for once for the same order."""

from __future__ import annotations

from typing import Any

import pytest

from mcf.orders.form import Typed, TypedLine
from mcf.orders.validation import Entry, judge
from mcf.service import MCFService
from mcf.simulator import Simulator
from pages.parts.common import session
from pages.parts.orders import asking


def entry_of(program: MCFService, sku: str, **changed: Any) -> Entry:
    typed = Typed(
        to_country="US", to_name="Ada Example", to_line1="100 Example Street",
        to_city="Springfield", to_state="IL", to_zip="62701", number="TEST-9",
        lines=(TypedLine(sku=sku),), **changed,
    )  # fmt: skip
    return judge(typed, program.settings.marketplace, program.now())


def test_the_same_order_is_asked_for_once_and_another_one_anew(
    service: MCFService, simulator: Simulator, sku: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(session, "state", lambda: kept)
    order = entry_of(service, sku, comment="Hello", features={"B": "Required", "A": ""})

    first = asking.ask(service, order, ())
    second = asking.ask(service, entry_of(service, sku, comment="Bye"), ())
    asking.ask(service, entry_of(service, sku, to_line2="Apt 4"), ())

    assert first == second
    assert simulator.requests.count("getFulfillmentPreview") == 2
    assert asking.wishes_of(order) == (("B", "Required"),)
    assert (
        asking.ask(service, judge(Typed(), service.settings.marketplace, service.now()), ()) == ()
    )
