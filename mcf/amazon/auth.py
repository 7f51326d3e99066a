"""Login with Amazon (LWA): the refresh token becomes an access token, cached until it expires.

https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api
"""

from __future__ import annotations

import logging
import math
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from sp_api.auth import AccessTokenClient, AccessTokenResponse

from mcf import logs
from mcf.amazon import decoding
from mcf.amazon.decoding import Doubtful, Garbled
from mcf.amazon.messages import Body, By, Said, find
from mcf.amazon.throttle import remaining
from mcf.errors import AuthError, LWAUnavailable, MCFError, SettingsError
from mcf.settings import Settings

log = logs.get(__name__)
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_MARGIN = 60.0
_SHORTEST, _LONGEST = 1.0, 30.0
_shared: dict[Settings, SPAPIAuth] = {}
_shared_lock = threading.Lock()


def http_client(url: str) -> httpx.Client:
    """A client for the address: proxies as the environment says, but never towards this machine.

    Its time-outs are shorter where somebody's patience ends sooner.
    """
    loopback = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
    hooks = {"request": [_bound]}
    return httpx.Client(timeout=TIMEOUT, trust_env=not loopback, event_hooks=hooks, verify=tls())


@cache
def tls() -> ssl.SSLContext:
    """Whose certificates are believed; one for all clients, as reading them all takes a while."""
    return httpx.create_ssl_context()


class SPAPIAuth:
    """Access tokens for one set of credentials; safe to share between threads.

    A token is used until shortly before it expires. However many threads need a new one, LWA is
    asked once, and all of them get that answer or that error.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        if settings.lwa_endpoint is None:
            raise SettingsError(
                "AMAZON_LWA_ENDPOINT",
                "demo mode has no address to log in at until its simulator runs.",
                advice="Open the service with mcf.open_service(), which starts the simulator.",
            )
        self._endpoint = settings.lwa_endpoint
        self._form = {"grant_type": "refresh_token", **_form(settings)}
        self._clock = clock
        self._http = http_client(self._endpoint)
        self._lock = threading.Lock()
        self._token: _Token | None = None
        self._refresh: Future[str] | None = None

    def get_access_token(self) -> str:
        """A token that is good now; raises an `AuthError` that names what LWA refused."""
        with self._lock:
            if self._token and self._clock() < self._token.good_until:
                return self._token.text
            refresh, mine = self._refresh, self._refresh is None
            if refresh is None:
                refresh = self._refresh = Future()
        if mine:
            self._settle(refresh)
        try:
            return refresh.result(min(remaining(), _LONGEST))
        except TimeoutError:
            raise LWAUnavailable("Login with Amazon has not answered in time.") from None

    def invalidate(self, token: str) -> None:
        """Forgets a token that Amazon called expired, unless a newer one has replaced it."""
        with self._lock:
            if self._token and self._token.text == token:
                self._token = None

    def token_client_class(self) -> type[AccessTokenClient]:
        """The class that makes python-amazon-sp-api ask here (`auth_token_client_class`)."""
        auth = self

        class TokenClient(AccessTokenClient):  # type: ignore[misc]
            def __init__(self, **_: Any) -> None:
                """Takes what the library passes, and needs none of it."""

            def get_auth(self) -> AccessTokenResponse:
                return AccessTokenResponse(access_token=auth.get_access_token())

        return TokenClient

    def close(self) -> None:
        """Closes the connections to LWA."""
        self._http.close()

    def _settle(self, refresh: Future[str]) -> None:
        try:
            token = self._ask_lwa()
        except BaseException as error:  # noqa: BLE001 - every waiting thread gets it and raises it
            with self._lock:
                self._refresh = None
            refresh.set_exception(error)
            return
        with self._lock:
            self._token, self._refresh = token, None
        refresh.set_result(token.text)

    def _ask_lwa(self) -> _Token:
        asked = self._clock()
        try:
            text, lifetime = self._exchange()
        except AuthError as error:
            self._log(asked, error.status, type(error).__name__)
            raise
        self._log(asked, 200, "ok")
        return _Token(text, asked + lifetime - min(_MARGIN, lifetime / 10))

    def _exchange(self) -> tuple[str, float]:
        try:
            answer = self._http.post(self._endpoint, data=self._form)
        except httpx.HTTPError as error:
            raise LWAUnavailable(
                f"Login with Amazon could not be reached ({type(error).__name__})."
            ) from error
        return _read(answer.status_code, answer.content)

    def _log(self, asked: float, status: int | None, outcome: str) -> None:
        milliseconds = round((self._clock() - asked) * 1000)
        facts = {"status": status, "duration_ms": milliseconds, "outcome": outcome}
        log.log(logging.INFO if outcome == "ok" else logging.WARNING, "login", **facts)


def get_sp_api_credentials(settings: Settings | None = None) -> dict[str, str]:
    """The credentials under the names that python-amazon-sp-api uses; secret, not for logs."""
    form = _form(settings or Settings.from_env())
    return {
        "lwa_app_id": form["client_id"],
        "lwa_client_secret": form["client_secret"],
        "refresh_token": form["refresh_token"],
    }


def shared_auth(settings: Settings) -> SPAPIAuth:
    """The one `SPAPIAuth` of this process for these settings."""
    with _shared_lock:
        if settings not in _shared:
            _shared[settings] = SPAPIAuth(settings)
        return _shared[settings]


def get_access_token(settings: Settings | None = None) -> str:
    """A good access token for the settings (default: the environment's), cached by process."""
    return shared_auth(settings or Settings.from_env()).get_access_token()


def _bound(request: httpx.Request) -> None:
    left = max(remaining(), _SHORTEST)
    usual = request.extensions["timeout"]
    request.extensions["timeout"] = {kind: min(time, left) for kind, time in usual.items()}


@dataclass(frozen=True, slots=True, repr=False)
class _Token:
    text: str
    good_until: float


def _form(settings: Settings) -> dict[str, str]:
    credentials = settings.credentials
    return {
        "client_id": credentials.client_id.get_secret_value(),
        "client_secret": credentials.client_secret.get_secret_value(),
        "refresh_token": credentials.refresh_token.get_secret_value(),
    }


def _read(status: int, body: bytes) -> tuple[str, float]:
    try:
        data = decoding.loads(body)
    except ValueError:
        data = None
    if isinstance(data, dict):
        token, lifetime = data.get("access_token"), data.get("expires_in")
        is_told = isinstance(token, str) and not isinstance(token, Doubtful | Garbled)
        seconds = float(lifetime) if isinstance(lifetime, int | float) else math.nan
        if status == 200 and is_told and math.isfinite(seconds):
            return str(token), seconds
    raise _refusal(status, data)


def _refusal(status: int, data: object) -> MCFError:
    """The error that an answer without a token means; some refusals have no code, only words."""
    answer = data if isinstance(data, dict) else None
    code, described = (_text_of(answer, name) for name in ("error", "error_description"))
    words = tuple(filter(None, (code, described)))
    held = Body.PAGE if answer is None else Body.WORDS if words else Body.OTHER
    entry = find(Said(By.LOGIN, status, held, words))
    kind, advice = (entry.kind, entry.advice) if entry else (AuthError, None)
    text = f"answered with HTTP {status} and no {'JSON' if answer is None else 'token'}."
    if words and kind is not LWAUnavailable:
        text = f"refused: {described or code}"
    return kind(f"Login with Amazon {text}", advice=advice, status=status, code=code)


def _text_of(answer: dict[str, object] | None, name: str) -> str | None:
    """The text under a name; None where there is none, or something else."""
    value = (answer or {}).get(name)
    return value if isinstance(value, str) and value.strip() else None
