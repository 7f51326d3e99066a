"""Whether anybody is let in, and what becomes of cookies and attempts on their way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope
from streamlit import config
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from mcf.access_settings import AccessSettings, access_settings
from mcf.settings import Settings
from pages.frame import attempts, cookies, entrance, gate
from pages.parts.common import session
from tests.providers import ENVIRON, claims

HTTPS = "https://desk.example.com"
OPEN = access_settings({"MCF_ACCESS": "open"})
SIGNED = access_settings(ENVIRON)
MONTH = "Max-Age=2592000"


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Streamlit's settings, to be changed: bound to this machine."""
    changed: dict[str, Any] = {
        "server.address": "127.0.0.1",
        "server.port": 8501,
        "server.baseUrlPath": "",
        "server.trustedUserHeaders": {},
        "server.enableXsrfProtection": True,
        "server.enableAgentApi": False,
        "server.allowedHosts": ["localhost", "127.0.0.1", "::1"],
    }
    monkeypatch.setattr(gate.st, "get_option", changed.get)
    monkeypatch.setattr(config, "set_option", changed.__setitem__)
    return changed


def with_access(settings: Settings, access: AccessSettings, url: str | None = None) -> Settings:
    return replace(settings, access=access, public_url=url)


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_on_this_machine_all_stays_as_it_is(
    settings: Settings, options: dict[str, Any], address: str
) -> None:
    options["server.address"] = address

    assert gate.closed(settings) is None
    assert gate.closed(with_access(settings, AccessSettings(), "http://localhost:8501")) is None
    assert gate.closed(None) is None
    assert gate.prepare(settings) == {}
    assert gate.prepare(None) == {}


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.0.2.1", "desk", "unix://x"])  # noqa: S104
def test_where_others_reach_it_without_sign_in_nobody_is_let_in(
    settings: Settings, options: dict[str, Any], address: str | None
) -> None:
    options["server.address"] = address

    title, what = gate.closed(settings) or ("", "")
    assert title == "Nobody signs in here, so nobody is let in"
    assert "docs/access.md" in what
    assert "MCF_ACCESS=open" in what
    assert gate.closed(None) is not None
    assert gate.closed(with_access(settings, OPEN)) is None


def test_behind_a_proxy_it_is_reached_by_others_too(
    settings: Settings, options: dict[str, Any]
) -> None:
    assert gate.closed(with_access(settings, AccessSettings(), HTTPS)) is not None
    options["server.allowedHosts"] = ["localhost", "desk.example.com"]
    assert gate.closed(settings) is not None
    assert gate.closed(with_access(settings, OPEN, HTTPS)) is None
    assert gate.closed(with_access(settings, SIGNED, HTTPS)) is None


@pytest.mark.parametrize(
    ("name", "value", "url"),
    [
        ("server.trustedUserHeaders", {"X-User": "email"}, HTTPS),
        ("server.enableXsrfProtection", False, HTTPS),
        ("server.enableAgentApi", True, HTTPS),
        ("server.address", "0.0.0.0", None),  # noqa: S104
        ("server.address", "127.0.0.1", "http://desk.example.com"),
    ],
)
def test_what_makes_signing_in_worth_nothing_is_refused(
    settings: Settings, options: dict[str, Any], name: str, value: object, url: str | None
) -> None:
    options[name] = value

    assert gate.closed(with_access(settings, SIGNED, url)) is not None


def test_secrets_of_streamlits_own_know_no_roles(
    settings: Settings, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Secrets(dict[str, Any]):
        def load_if_toml_exists(self) -> bool:
            return True

    monkeypatch.setattr(gate, "secrets_singleton", Secrets(auth={}))

    assert "roles" in (gate.closed(settings) or ("",))[0]
    assert gate.closed(with_access(settings, SIGNED)) is None


def test_what_streamlit_needs_stays_in_memory(settings: Settings, options: dict[str, Any]) -> None:
    here: Any = gate.prepare(with_access(settings, SIGNED))
    there: Any = gate.prepare(with_access(settings, SIGNED, HTTPS))

    assert here["auth"]["redirect_uri"] == "http://127.0.0.1:8501/oauth2callback"
    assert there["auth"]["redirect_uri"] == f"{HTTPS}/oauth2callback"
    assert here["auth"]["cookie_secret"] != there["auth"]["cookie_secret"]
    assert len(there["auth"]["cookie_secret"]) == 64
    assert options["server.cookieSecret"] == there["auth"]["cookie_secret"]
    assert gate.prepare(with_access(settings, SIGNED, HTTPS)) == there


def scope(*headers: tuple[str, str], client: str = "192.0.2.7") -> Scope:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return {"type": "http", "headers": raw, "client": (client, 1)}


def signed(name: str, value: object, secret: str) -> str:
    return create_signed_value(secret, name, json.dumps(value)).decode()


def test_a_forged_cookie_and_one_of_another_program_say_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cookies, "get_signing_secret", lambda: "mine")
    told = claims() | {"origin": HTTPS}

    def read(name: str, value: object, secret: str) -> Mapping[str, Any]:
        cookie = signed(name, value, secret)
        return cookies.claims(scope(("cookie", f"_streamlit_user={cookie}")), HTTPS)

    assert read("_streamlit_user", told, "mine") == told
    assert read("_streamlit_user", told, "other") == {}
    assert read("_streamlit_session", told, "mine") == {}
    assert read("_streamlit_user", told | {"origin": "https://other.example"}, "mine") == {}
    assert read("_streamlit_user", [1], "mine") == {}
    assert cookies.claims(scope(), HTTPS) == {}
    assert cookies.claims(scope(("cookie", "_streamlit_user=\u00e9|x")), HTTPS) == {}


@pytest.mark.parametrize(("base", "prefix"), [("", "__Host-"), ("desk", "__Secure-")])
def test_cookies_are_bound_to_the_host_where_it_is_reached_by_https(base: str, prefix: str) -> None:
    wire = cookies.Wire(is_secure=True, base=base, seconds=43200)
    given = f"_streamlit_user=v; HttpOnly; {MONTH}; Path=/; SameSite=lax"
    message = {
        "type": "http.response.start",
        "headers": [(b"set-cookie", given.encode()), (b"set-cookie", b"_streamlit_xsrf=t; Path=/")],
    }
    wire.given(message)

    assert message["headers"] == [
        (
            b"set-cookie",
            f"{prefix}_streamlit_user=v; HttpOnly; Max-Age=43200; Path=/; SameSite=lax; "
            "Secure".encode(),
        ),
        (b"set-cookie", b"_streamlit_xsrf=t; Path=/; Secure"),
    ]
    sent = f"a=1; {prefix}_streamlit_user=v; _streamlit_user=evil; _streamlit_session=evil"
    assert wire.taken(scope(("cookie", sent)))["headers"] == [
        (b"cookie", b"a=1; _streamlit_user=v")
    ]


def test_without_https_only_the_age_of_cookies_changes() -> None:
    wire = cookies.Wire(is_secure=False, base="", seconds=60)
    message = {"headers": [(b"set-cookie", f"_streamlit_user=v; {MONTH}".encode())]}
    wire.given(message)

    assert message["headers"] == [(b"set-cookie", b"_streamlit_user=v; Max-Age=60")]
    asked = scope(("cookie", "_streamlit_user=v"))
    assert wire.taken(asked) is asked


def test_only_a_proxy_on_this_machine_says_for_whom_it_asks() -> None:
    forwarded = ("x-forwarded-for", "1.1.1.1, 192.0.2.9")

    assert attempts.origin(scope(forwarded)) == "192.0.2.7"
    assert attempts.origin(scope(forwarded, client="127.0.0.1")) == "192.0.2.9"
    assert attempts.origin(scope(client="127.0.0.1")) == "127.0.0.1"
    assert attempts.origin({"type": "http", "headers": [], "client": None}) == ""


def test_an_address_may_try_so_often_and_others_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [100.0]
    tried = attempts.Attempts(lambda: seconds[0])
    monkeypatch.setattr(attempts, "_ADDRESSES", 2)

    assert [tried.wait("a") for _ in range(attempts.MOST)] == [0] * attempts.MOST
    assert tried.wait("a") == 61
    assert tried.wait("b") == 0
    seconds[0] += attempts.WITHIN
    assert tried.wait("a") == 0
    assert [tried.wait(name) for name in "cde"] == [0, 0, 0]


def ask(
    given: Settings, path: str, cookie: str | None = None, method: str = "GET"
) -> httpx.Response:
    """What a program with these settings answers, in which Streamlit's part is played."""
    headers = {} if cookie is None else {"Cookie": f"_streamlit_user={cookie}"}

    async def login(_: Request) -> Response:
        return PlainTextResponse("Authentication error", status_code=400)

    async def callback(request: Request) -> Response:
        back = RedirectResponse("/", status_code=302)
        if "good" in request.query_params["state"]:
            back.set_cookie("_streamlit_user", "v", max_age=2592000)
        else:
            back.delete_cookie("_streamlit_user")
        return back

    async def served(request: Request) -> Response:
        return PlainTextResponse("served")

    routes = [
        Route("/auth/login", login),
        Route("/oauth2callback", callback),
        Route("/{rest:path}", served, methods=["GET", "POST", "PUT"]),
    ]
    guarded = Middleware(entrance.Guarded, headers={"X-Frame-Options": "DENY"}, given=given)
    app = httpx.ASGITransport(Starlette(routes=routes, middleware=[guarded]))

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=app, base_url="http://127.0.0.1:8501") as browser:
            return await browser.request(method, path, headers=headers)

    with ThreadPoolExecutor() as apart:
        return apart.submit(asyncio.run, asked()).result()


@pytest.mark.parametrize(
    "path", ["/", "/inventory", "/_stcore/health", "/media/x", "/auth/login", "/static/x.js"]
)
def test_closed_every_question_gets_the_page_that_says_so(
    settings: Settings, options: dict[str, Any], path: str
) -> None:
    options["server.address"] = None

    answer = ask(settings, path)

    assert answer.status_code == 403
    assert "Nobody signs in here" in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_whatever_it_is_bound_to_it_answers_on_this_machines_own_address_only(
    settings: Settings, options: dict[str, Any]
) -> None:
    async def app(*_: object) -> None:
        raise AssertionError

    def answer(server: str, given: Settings) -> str | None:
        guarded = entrance.Guarded(app, {}, given)
        return guarded._shut({"type": "http", "server": (server, 8501)})

    assert "Nobody signs in here" in (answer("192.0.2.1", settings) or "")
    assert answer("127.0.0.1", settings) is None
    assert answer("192.0.2.1", with_access(settings, OPEN)) is None
    assert answer("192.0.2.1", with_access(settings, SIGNED)) is None


@pytest.mark.parametrize("path", ["/media/x.csv", "/_stcore/upload_file/s/f", "/_stcore/metrics"])
def test_files_are_for_who_is_signed_in(
    settings: Settings, options: dict[str, Any], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = with_access(settings, SIGNED)
    told = claims() | {"origin": "http://127.0.0.1:8501"}
    monkeypatch.setattr(cookies, "get_signing_secret", lambda: "mine")
    monkeypatch.setattr(session, "admits", lambda who, _: who["sub"] == "u-ann")

    def answer(**who: Any) -> int:
        cookie = signed("_streamlit_user", told | who, "mine")
        return ask(given, path, cookie).status_code

    assert ask(given, path).status_code == 403
    assert answer() == 200
    assert answer(sub="u-eve") == 403
    assert answer(origin="http://127.0.0.1:9999") == 403
    assert ask(settings, path).status_code == 200


def test_agents_are_not_served_where_people_sign_in(
    settings: Settings, options: dict[str, Any]
) -> None:
    given = with_access(settings, SIGNED)

    assert ask(given, "/_stcore/agent/interact", method="POST").status_code == 404


def test_signing_out_ends_the_session_of_the_cookie(
    settings: Settings, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []
    monkeypatch.setattr(cookies, "get_signing_secret", lambda: "mine")
    monkeypatch.setattr(session, "sign_out", lambda who, _: ended.append(who["sub"]))
    told = claims() | {"origin": "http://127.0.0.1:8501"}
    cookie = signed("_streamlit_user", told, "mine")

    ask(with_access(settings, SIGNED), "/auth/logout", cookie)
    ask(with_access(settings, SIGNED), "/auth/logout")

    assert ended == ["u-ann"]


def test_a_provider_that_is_down_is_said_on_a_page(
    settings: Settings, options: dict[str, Any]
) -> None:
    answer = ask(with_access(settings, SIGNED), "/auth/login")

    assert answer.status_code == 502
    assert "The provider doesn't answer" in answer.text
    assert "Authentication error" not in answer.text


def test_a_sign_in_that_comes_to_nothing_is_said(
    settings: Settings, options: dict[str, Any]
) -> None:
    given = with_access(settings, SIGNED)

    assert ask(given, "/oauth2callback?state=stale").headers["location"] == "/?sign_in=failed"
    good = ask(given, "/oauth2callback?state=good")
    assert good.headers["location"] == "/"
    assert "Max-Age=43200" in good.headers["set-cookie"]


def test_too_many_attempts_wait(
    settings: Settings, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts.Attempts, "wait", lambda *_: 7)

    answer = ask(with_access(settings, SIGNED), "/auth/login")

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "7"
    assert "Wait 7 seconds" in answer.text
