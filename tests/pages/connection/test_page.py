"""The page of the connection."""

from __future__ import annotations

from itertools import count

import pytest

from mcf.service import MCFService
from mcf.settings import CREDENTIAL_VARIABLES, Settings
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import RowsTwice
from pages.parts.common import frame_head, places
from tests.pages.conftest import open_page, texts
from tests.shops import store_of


def test_the_page_names_marketplace_and_addresses(
    program: MCFService, simulator: Simulator
) -> None:
    at = open_page(places.CONNECTION)

    assert "United States (ATVPDKIKX0DER)" in texts(at)
    assert simulator.endpoint in texts(at)


def test_no_credential_is_on_the_page(empty_program: None, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        "AMAZON_SP_API_CLIENT_ID": "client-in-a-test",
        "AMAZON_SP_API_CLIENT_SECRET": "secret-in-a-test",
        "AMAZON_SP_API_REFRESH_TOKEN": "refresh-in-a-test",
        "AMAZON_SP_API_MODE": "live",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)

    at = open_page(places.CONNECTION)

    assert "all three are set" in texts(at)
    assert "doesn't begin with" in texts(at)
    assert "in-a-test" not in texts(at)


def test_the_page_tells_when_credentials_end_and_which_day_is_not_known(
    empty_program: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMAZON_SP_API_MODE", "live")
    for name in CREDENTIAL_VARIABLES:
        monkeypatch.setenv(name, "made-up")
    monkeypatch.setenv("MCF_CLIENT_SECRET_MADE", "2020-01-01")

    at = open_page(places.CONNECTION)

    assert "29 Jun 2020 (Amazon's client secret has ended)" in texts(at)
    assert "not known: set MCF_AUTHORIZED_ON" in texts(at)


def test_testing_the_connection_says_that_amazon_answers(program: MCFService) -> None:
    at = open_page(places.CONNECTION)

    at.button(key="test").click().run()

    assert "Amazon gave an access token" in texts(at)
    assert at.status[0].label == "Amazon answers as it should"


def test_testing_a_connection_that_is_down_names_what_failed(
    program: MCFService, simulator: Simulator
) -> None:
    at = open_page(places.CONNECTION)
    simulator.stop()

    at.button(key="test").click().run()

    assert "failed" in at.status[0].label
    assert "could not be reached" in texts(at)


def test_reading_everything_again_says_when_it_is_done(program: MCFService) -> None:
    at = open_page(places.CONNECTION)

    at.button(key="full").click().run()

    assert "Everything was read" in texts(at)


def test_a_click_is_not_lost_when_data_arrives_while_the_page_is_drawn(
    program: MCFService, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = count()
    monkeypatch.setattr(frame_head, "revision", lambda _: (next(news),))
    at = open_page(places.CONNECTION)

    at.button(key="full").click().run()

    assert "Everything was read" in texts(at)


def test_what_is_worth_knowing_of_a_whole_reading_is_a_remark_and_no_error(
    program: MCFService, simulator: Simulator
) -> None:
    simulator.faults.add(RowsTwice(operations=["listAllFulfillmentOrders"], times=1))
    program.sync(full=True)

    with store_of(program.settings) as theirs:
        assert theirs.lease("background reads").take()
        at = open_page(places.CONNECTION)

    remark = "Rows came twice on Amazon's pages, so they were read again."
    assert remark in [caption.value.replace("\\", "") for caption in at.caption]
    assert ":red[Rows" not in texts(at)


def test_a_reading_that_fails_is_told_with_advice(
    program: MCFService, simulator: Simulator
) -> None:
    at = open_page(places.CONNECTION)
    simulator.stop()

    at.button(key="full").click().run()

    assert "could not be reached" in texts(at)
    assert "Everything was read" not in texts(at)


def test_the_page_tells_where_variables_and_data_are(
    empty_program: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MCF_ORDER_LIMT", "250")

    at = open_page(places.CONNECTION)

    assert "Variables are read from: **the environment**" in texts(at)
    assert f"Data is kept in: **{settings.home.resolve()}**" in texts(at)
    assert "MCF_ORDER_LIMIT may be meant" in texts(at)
