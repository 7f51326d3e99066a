"""Who may ask the program: its own names, this machine, and its own pages."""

from __future__ import annotations

import pytest
from starlette.types import Scope
from streamlit import config

from pages.frame import doorkeeper

NAMES = ["localhost", "desk.example.com", "*.shop.example"]


@pytest.fixture(autouse=True)
def served(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is served under these names."""
    monkeypatch.setattr(doorkeeper, "_names", lambda: NAMES)


def asking(*headers: tuple[str, str]) -> Scope:
    raw = [(name.encode(), value.encode()) for name, value in headers]
    return {"type": "http", "headers": raw, "server": ("127.0.0.1", 8501)}


def answer(host: str, *origins: str) -> str | None:
    return doorkeeper.refusal(asking(("host", host), *(("origin", it) for it in origins)))


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8501", "http://127.0.0.1:8501"),
        ("localhost:8501", "http://localhost:8501"),
        ("LOCALHOST.:8501", "http://localhost:8501"),
        ("[::1]:8501", "http://[::1]:8501"),
        ("localhost", "http://localhost"),
        ("localhost:80", "http://localhost"),
        ("desk.example.com", "https://desk.example.com"),
        ("desk.example.com:8443", "https://desk.example.com:8443"),
        ("desk.example.com", "https://desk.example.com:8443"),
        ("127.0.0.1:8501", "https://desk.example.com"),
        ("eu.shop.example", "https://eu.shop.example"),
    ],
)
def test_its_own_pages_are_let_in(host: str, origin: str) -> None:
    assert answer(host, origin) is None
    assert answer(host) is None


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example@127.0.0.1",
        "127.0.0.1/evil",
        "127.0.0.1:port",
        "shop.example",
        "169.254.169.254",
        "",
    ],
)
def test_a_name_of_a_strangers_is_refused_with_where_to_go(host: str) -> None:
    told = answer(host) or ""

    assert "isn't served under this name" in told
    assert "http://127.0.0.1:8501" in told
    assert "STREAMLIT_SERVER_ALLOWED_HOSTS" in told


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:9999",
        "http://localhost:8501",
        "http://[::1]:8501",
        "https://127.0.0.1:8501/x",
        "http://127.0.0.1",
        "http://evil.example",
        "http://evil.example:8501",
        "http://127.0.0.1.evil.example:8501",
        "http://x@127.0.0.1:8501",
        "file://",
        "null",
        "",
    ],
)
def test_a_page_that_is_not_its_own_is_refused(origin: str) -> None:
    assert "answers its own pages only" in (answer("127.0.0.1:8501", origin) or "")


def test_another_program_under_the_same_name_is_a_stranger_too() -> None:
    assert answer("desk.example.com:8501", "http://desk.example.com:9999") is not None


def test_two_hosts_or_two_origins_are_none() -> None:
    own = "http://localhost:8501"
    twice = asking(("host", "localhost:8501"), ("host", "localhost:8501"))

    assert doorkeeper.refusal(twice) is not None
    assert answer("localhost:8501", own, own) is not None
    assert doorkeeper.refusal(asking()) is not None


def test_what_a_stranger_calls_itself_is_text_on_the_page() -> None:
    told = answer("<script>alert(1)</script>") or ""

    assert "<script>" not in told


def test_without_names_it_answers_to_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorkeeper, "_names", list)

    assert answer("any.example", "https://any.example") is not None
    assert answer("127.0.0.1:8501", "http://127.0.0.1:8501") is None


def test_who_wants_it_to_answer_to_any_name_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorkeeper, "_names", lambda: ["*"])

    assert answer("any.example", "https://any.example") is None
    assert answer("127.0.0.1:8501", "http://127.0.0.1:9999") is not None


def test_this_machine_stays_let_in_whatever_names_are_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: dict[str, list[str]] = {}
    monkeypatch.setattr(config, "set_option", given.__setitem__)

    doorkeeper.let_in()

    assert set(given["server.allowedHosts"]) == {*NAMES, "127.0.0.1", "::1"}
