"""Logging in to Amazon: once for all, and never with somebody else's token."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr
from sp_api.api import FulfillmentOutbound

from mcf.amazon import auth as auth_module
from mcf.amazon.auth import (
    SPAPIAuth,
    get_access_token,
    get_sp_api_credentials,
    http_client,
    shared_auth,
)
from mcf.errors import AuthError, CredentialsRejected, GrantRevoked, LWAUnavailable, SettingsError
from mcf.settings import Credentials, Settings
from mcf.simulator import Simulator
from mcf.simulator.faults.kinds import GrantRevoked as GrantRevokedFault
from mcf.simulator.faults.kinds import LoginDown, SecretExpired, Slow
from tests.loopback import Loopback, Reply, loopback

THREADS = 16
CLIENT_ID = "made-up-client-id"
CLIENT_SECRET = "made-up-client-secret"
REFRESH_TOKEN = "made-up-refresh-token"


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def real(settings: Settings) -> Settings:
    """Settings with credentials that can be told apart."""
    return replace(
        settings,
        credentials=Credentials(
            SecretStr(CLIENT_ID), SecretStr(CLIENT_SECRET), SecretStr(REFRESH_TOKEN)
        ),
    )


@pytest.fixture
def auth(real: Settings, time: Time) -> Iterator[SPAPIAuth]:
    opened = SPAPIAuth(real, clock=time)
    yield opened
    opened.close()


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def odd_auth(real: Settings, server: Loopback, time: Time) -> Iterator[SPAPIAuth]:
    """Logs in to a server that says what it's told to."""
    at_server = replace(real, lwa_endpoint=f"{server.endpoint}/auth/o2/token")
    opened = SPAPIAuth(at_server, clock=time)
    yield opened
    opened.close()


@pytest.fixture
def nothing_shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No logins of other tests, and none left for them."""
    shared: dict[Settings, SPAPIAuth] = {}
    monkeypatch.setattr(auth_module, "_shared", shared)
    yield
    with ExitStack() as stack:
        for opened in shared.values():
            stack.callback(opened.close)


def at_once(auth: SPAPIAuth) -> list[str | AuthError]:
    """What many threads get that ask at the same moment."""
    barrier = threading.Barrier(THREADS)

    def ask(_: int) -> str | AuthError:
        barrier.wait()
        try:
            return auth.get_access_token()
        except AuthError as error:
            return error

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(ask, range(THREADS)))


def test_a_token_is_asked_for_once_and_kept(auth: SPAPIAuth, simulator: Simulator) -> None:
    first = auth.get_access_token()

    assert auth.get_access_token() == first
    assert simulator.requests.count("token") == 1


def test_many_threads_ask_amazon_once(auth: SPAPIAuth, simulator: Simulator) -> None:
    simulator.faults.add(Slow(operations=("token",), seconds=1))

    tokens = at_once(auth)

    assert len(set(tokens)) == 1
    assert simulator.requests.count("token") == 1


def test_many_threads_share_an_error(auth: SPAPIAuth, simulator: Simulator) -> None:
    simulator.faults.add(GrantRevokedFault())
    simulator.faults.add(Slow(operations=("token",), seconds=1))

    errors = at_once(auth)

    assert {type(error) for error in errors} == {GrantRevoked}
    assert simulator.requests.count("token") == 1


def test_after_an_error_the_next_call_asks_again(auth: SPAPIAuth, simulator: Simulator) -> None:
    simulator.faults.add(LoginDown(times=1))
    with pytest.raises(LWAUnavailable):
        auth.get_access_token()

    assert auth.get_access_token()
    assert simulator.requests.count("token") == 2


@pytest.mark.parametrize(("age", "logins"), [(3539, 1), (3540, 2), (3600, 2)])
def test_a_token_is_renewed_a_minute_before_it_expires(
    auth: SPAPIAuth, simulator: Simulator, time: Time, age: float, logins: int
) -> None:
    auth.get_access_token()
    time.now = age

    auth.get_access_token()

    assert simulator.requests.count("token") == logins


@pytest.mark.parametrize(("age", "logins"), [(89, 1), (90, 2)])
def test_a_short_lived_token_is_used_for_most_of_its_life(
    odd_auth: SPAPIAuth, server: Loopback, time: Time, age: float, logins: int
) -> None:
    server.token_reply = Reply(body=b'{"access_token": "t", "expires_in": 100}')
    odd_auth.get_access_token()
    time.now = age

    odd_auth.get_access_token()

    assert len(server.logins) == logins


def test_a_token_that_amazon_called_expired_is_forgotten(
    auth: SPAPIAuth, simulator: Simulator
) -> None:
    stale = auth.get_access_token()

    auth.invalidate(stale)

    assert auth.get_access_token() != stale
    assert simulator.requests.count("token") == 2


def test_a_newer_token_is_not_forgotten_with_the_old_one(
    auth: SPAPIAuth, simulator: Simulator
) -> None:
    stale = auth.get_access_token()
    auth.invalidate(stale)
    fresh = auth.get_access_token()

    auth.invalidate(stale)

    assert auth.get_access_token() == fresh
    assert simulator.requests.count("token") == 2


def test_forgetting_a_token_before_there_is_one_does_nothing(auth: SPAPIAuth) -> None:
    auth.invalidate("never given")

    assert auth.get_access_token()


def test_the_credentials_are_sent_as_a_form(odd_auth: SPAPIAuth, server: Loopback) -> None:
    odd_auth.get_access_token()

    (login,) = server.logins
    assert login.method == "POST"
    assert login.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "?" not in login.target
    assert parse_qs(login.body.decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": [CLIENT_ID],
        "client_secret": [CLIENT_SECRET],
        "refresh_token": [REFRESH_TOKEN],
    }


def test_two_apps_with_one_refresh_token_never_share_an_access_token(
    real: Settings, simulator: Simulator, nothing_shared: None
) -> None:
    other_app = replace(
        real, credentials=replace(real.credentials, client_id=SecretStr("another-client-id"))
    )

    assert get_access_token(real) != get_access_token(other_app)
    assert get_access_token(real) == get_access_token(replace(real))
    assert simulator.requests.count("token") == 2


def test_equal_settings_share_one_login(real: Settings, nothing_shared: None) -> None:
    assert shared_auth(real) is shared_auth(replace(real))


def test_without_settings_the_environment_is_asked(
    simulator: Simulator, nothing_shared: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMAZON_SP_API_MODE", "demo")
    monkeypatch.setenv("AMAZON_SP_API_ENDPOINT", simulator.endpoint)

    assert get_access_token().startswith("Atza|")
    assert get_sp_api_credentials()["refresh_token"] == "demo"


def test_credentials_go_by_the_librarys_names(real: Settings) -> None:
    assert get_sp_api_credentials(real) == {
        "lwa_app_id": CLIENT_ID,
        "lwa_client_secret": CLIENT_SECRET,
        "refresh_token": REFRESH_TOKEN,
    }


def test_the_library_gets_its_tokens_here(
    auth: SPAPIAuth, real: Settings, simulator: Simulator
) -> None:
    library = FulfillmentOutbound(
        SimpleNamespace(endpoint=real.endpoint, marketplace_id="ATVPDKIKX0DER", region="us-east-1"),
        credentials=get_sp_api_credentials(real),
        auth_token_client_class=auth.token_client_class(),
    )
    library.close()

    assert library.auth.access_token == auth.get_access_token()
    assert simulator.requests.count("token") == 1


def test_the_demo_has_no_address_to_log_in_at_before_it_runs() -> None:
    with pytest.raises(SettingsError, match="until its simulator runs") as caught:
        SPAPIAuth(Settings.from_env({}, dotenv=None))

    assert "open_service" in caught.value.advice


@pytest.mark.parametrize(
    ("fault", "kind", "advice"),
    [
        (GrantRevokedFault, GrantRevoked, "Authorize the app again"),
        (SecretExpired, CredentialsRejected, "Client secrets expire"),
        (LoginDown, LWAUnavailable, "Wait a minute"),
    ],
)
def test_what_amazon_refuses_is_named_with_the_remedy(
    auth: SPAPIAuth,
    simulator: Simulator,
    fault: type[LoginDown],
    kind: type[AuthError],
    advice: str,
) -> None:
    simulator.faults.add(fault())

    with pytest.raises(kind) as caught:
        auth.get_access_token()

    assert type(caught.value) is kind
    assert advice in caught.value.advice
    assert not caught.value.may_have_happened


def refusal(error: str, description: str | None = "No.") -> bytes:
    return json.dumps({"error": error, "error_description": description}).encode()


def described(description: str) -> bytes:
    """A refusal without a code, as some recorded ones are."""
    return json.dumps({"error_description": description, "request_id": "made-up"}).encode()


@pytest.mark.parametrize(
    ("reply", "kind", "message"),
    [
        (Reply(401, refusal("invalid_client")), CredentialsRejected, "refused: No."),
        (Reply(400, refusal("invalid_grant")), GrantRevoked, "refused: No."),
        (Reply(400, refusal("unauthorized_client")), GrantRevoked, "refused: No."),
        (Reply(200, refusal("invalid_grant")), GrantRevoked, "refused: No."),
        (Reply(400, refusal("invalid_request")), AuthError, "refused: No."),
        (Reply(400, refusal("unsupported_grant_type", None)), AuthError, "unsupported_grant_type"),
        (
            Reply(400, described("…invalid grant parameter : refresh_token.")),
            GrantRevoked,
            "refused: ",
        ),
        (Reply(401, described("Client authentication failed")), CredentialsRejected, "refused: "),
        (Reply(400, described("Not authorized for requested operation")), GrantRevoked, "refused"),
        (Reply(400, described("Something new.")), AuthError, "refused: Something new."),
        (Reply(400, b'{"error": null, "error_description": null}'), LWAUnavailable, "no token"),
        (Reply(400, b'{"error": ["x"], "error_description": {}}'), LWAUnavailable, "no token"),
        (Reply(503, refusal("temporarily_unavailable")), LWAUnavailable, "HTTP 503"),
        (Reply(500, refusal("server_error")), LWAUnavailable, "HTTP 500"),
        (Reply(429, refusal("slow_down")), LWAUnavailable, "HTTP 429"),
        (Reply(503, b"<html>down</html>", "text/html"), LWAUnavailable, "HTTP 503 and no JSON"),
        (Reply(200, b"<html>hello</html>", "text/html"), LWAUnavailable, "HTTP 200 and no JSON"),
        (Reply(200, b""), LWAUnavailable, "no JSON"),
        (Reply(200, b"[]"), LWAUnavailable, "no JSON"),
        (Reply(200, b'{"access_token": "\xff"}'), LWAUnavailable, "no token"),
        (Reply(200, b"{}"), LWAUnavailable, "no token"),
        (Reply(200, b'{"access_token": null, "expires_in": 3600}'), LWAUnavailable, "no token"),
        (Reply(200, b'{"access_token": "t"}'), LWAUnavailable, "no token"),
        (Reply(200, b'{"access_token": "t", "expires_in": "1h"}'), LWAUnavailable, "no token"),
        (Reply(500, b'{"access_token": "t", "expires_in": 3600}'), LWAUnavailable, "no token"),
        (Reply(302, b""), LWAUnavailable, "HTTP 302"),
    ],
)
def test_an_answer_that_is_no_token_is_an_error(
    odd_auth: SPAPIAuth, server: Loopback, reply: Reply, kind: type[AuthError], message: str
) -> None:
    server.token_reply = reply

    with pytest.raises(AuthError) as caught:
        odd_auth.get_access_token()

    assert type(caught.value) is kind
    assert message in caught.value.message
    assert caught.value.advice
    assert_no_secret_in(caught.value)


def assert_no_secret_in(error: AuthError) -> None:
    shown = f"{error!r} {error} {error.to_dict()} " + "".join(traceback.format_exception(error))
    assert not any(secret in shown for secret in (CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN))


def test_a_refusal_keeps_amazons_code(odd_auth: SPAPIAuth, server: Loopback) -> None:
    server.token_reply = Reply(400, refusal("invalid_grant"))

    with pytest.raises(GrantRevoked) as caught:
        odd_auth.get_access_token()

    assert (caught.value.status, caught.value.code) == (400, "invalid_grant")


def test_a_login_that_cannot_be_reached_is_unavailable(real: Settings) -> None:
    with loopback() as gone:
        nowhere = replace(real, lwa_endpoint=f"{gone.endpoint}/auth/o2/token")
    auth = SPAPIAuth(nowhere)

    with pytest.raises(LWAUnavailable, match="could not be reached") as caught:
        auth.get_access_token()

    auth.close()
    assert "ConnectError" in caught.value.message
    assert_no_secret_in(caught.value)


def test_neither_credentials_nor_tokens_are_logged(
    auth: SPAPIAuth, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        token = auth.get_access_token()

    assert caplog.records
    assert not any(
        secret in caplog.text for secret in (token, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN)
    )


def test_a_token_does_not_show_when_it_is_printed(auth: SPAPIAuth) -> None:
    token = auth.get_access_token()

    assert token not in f"{auth!r} {auth._token!r}"


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
def test_no_proxy_stands_between_this_machine_and_itself(
    auth: SPAPIAuth, monkeypatch: pytest.MonkeyPatch, real: Settings, variable: str
) -> None:
    with loopback() as proxy:
        monkeypatch.setenv(variable, proxy.endpoint)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        behind = SPAPIAuth(real)

        behind.get_access_token()
        behind.close()

    assert proxy.logins == []


def test_towards_amazon_the_proxy_of_the_environment_is_used(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.endpoint)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    with http_client("http://amazon.invalid") as client:
        client.get("http://amazon.invalid/orders")

    assert [asked.target for asked in server.calls] == ["http://amazon.invalid/orders"]


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"access_token": "Atza|made-up", "expires_in": 3600}',
        b'{"access_token": "Atza|made-up", "expires_in": 3600, "note": "M\xfc\x01"}',
    ],
)
def test_a_login_is_read_leniently(body: bytes) -> None:
    assert auth_module._read(200, body) == ("Atza|made-up", 3600.0)


@pytest.mark.parametrize(
    "body",
    [
        b'{"access_token": "Atza|\xfc", "expires_in": 3600}',
        b'{"access_token": "Atza|made-up", "expires_in": NaN}',
        b'{"access_token": "Atza|made-up", "expires_in": 36',
        b'{"access_token": "Atza|made-up", "access_token": "Atza|another", "expires_in": 3600}',
    ],
)
def test_a_token_that_is_in_doubt_is_none(body: bytes) -> None:
    with pytest.raises(LWAUnavailable):
        auth_module._read(200, body)


def test_a_refusal_of_the_login_is_told_whatever_its_letters() -> None:
    body = b'{"error": "invalid_grant", "error_description": "\xfcber"}'
    with pytest.raises(GrantRevoked, match="refused"):
        auth_module._read(400, body)
