"""The demo's own controls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mcf.demo import DemoAmazon, DemoFault, DemoFaults
from mcf.service import MCFService
from mcf.settings import Settings
from tests.demos import set_speed
from tests.pages.conftest import open_page, texts, unfold


@pytest.fixture
def amazon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoAmazon]:
    """The simulator of a demo, found by the dashboard because it runs already.

    Nothing is read from it in the background: that would cost more than what is tested.
    """
    monkeypatch.setattr(MCFService, "start", lambda opened: opened)
    monkeypatch.setenv("MCF_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("AMAZON_SP_API_MODE", "demo")
    demo = DemoAmazon(Settings.from_env(dotenv=None), speed=1.0)
    set_speed(demo, 0)
    yield demo
    st.cache_resource.clear()
    demo.close()


def open_controls() -> AppTest:
    """The first page, with the popover opened."""
    return unfold(open_page(), "demo_controls")


def test_the_simulator_is_asked_for_its_faults_only_while_the_controls_are_open(
    amazon: DemoAmazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    faults = DemoAmazon.faults

    def counted(demo: DemoAmazon) -> DemoFaults:
        asked.append(True)
        return faults(demo)

    monkeypatch.setattr(DemoAmazon, "faults", counted)

    open_page()
    assert asked == []
    open_controls()
    assert asked == [True]


def test_a_day_is_over_at_the_press_of_a_button(amazon: DemoAmazon) -> None:
    before = amazon.clock().now
    at = open_controls()

    at.button(key="step_24").click().run()

    assert amazon.clock().now - before >= timedelta(days=1)
    assert "24 hours ahead" in at.toast[0].value


def test_a_fault_is_switched_on_and_off_again(amazon: DemoAmazon) -> None:
    at = open_controls()
    at.selectbox(key="fault").select("fees-missing")
    at.segmented_control(key="fault_times").set_value("Until switched off")

    at.button(key="fault_on").click().run()

    assert amazon.faults().active == (DemoFault("fees-missing", 0),)
    assert "No fees in the preview" in texts(at)

    at.button(key="fault_off").click().run()

    assert amazon.faults().active == ()


def test_every_fault_on_offer_is_one_that_the_simulator_has(amazon: DemoAmazon) -> None:
    at = open_controls()

    offered = at.selectbox(key="fault").options
    assert len(offered) == 17
    assert "The order arrives, but the answer is lost" in offered


def test_a_simulator_that_is_gone_is_told_in_the_panel(amazon: DemoAmazon) -> None:
    at = open_controls()
    amazon.close()

    at.button(key="step_1").click().run()

    assert "simulator doesn't answer" in at.toast[0].value
    assert "simulator doesn't answer" in texts(at)


def test_a_lost_answer_meets_the_next_order_and_no_background_read(amazon: DemoAmazon) -> None:
    at = open_controls()
    at.selectbox(key="fault").select("answer-lost").run()

    at.button(key="fault_on").click().run()

    listing = httpx.get(f"{amazon.endpoint}/_simulator/faults", trust_env=False).json()["active"]
    assert [fault["operations"] for fault in listing] == [["createFulfillmentOrder"]]
