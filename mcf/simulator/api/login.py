"""Login with Amazon: both grants, how their requests are read, and the access tokens given out.

A request may be a form or JSON: Amazon's own Java and C# clients send nothing but JSON.

https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping
from enum import Enum
from urllib.parse import parse_qsl

from mcf.simulator.clock import Timer

LIFETIME = 3600
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SCOPES = frozenset(
    {"sellingpartnerapi::notifications", "sellingpartnerapi::client_credential:rotation"}
)
"""What can be asked for without a seller's leave.

https://developer-docs.amazon.com/sp-api/docs/grantless-operations
"""
Reply = tuple[int, dict[str, object]]
"""HTTP status and body."""


class Verdict(Enum):
    """What the gateway thinks of an access token; the value is what it says."""

    GOOD = "good"
    EXPIRED = "The access token you provided has expired."
    BAD = "The access token you provided is revoked, malformed or invalid."
    GRANTLESS = ""


class Unreadable(Exception):
    """A token request holds no fields that can be read."""


class TokenDesk:
    """Grants access tokens and judges them, in protocol time."""

    def __init__(self, timer: Timer) -> None:
        self._timer = timer
        self._expiry: dict[str, float] = {}
        self._grantless: set[str] = set()

    def grant(self, form: Mapping[str, str]) -> Reply:
        """HTTP status and body for a token request, by its fields."""
        refusal = _refusal(form)
        if refusal:
            return refusal
        token = "Atza|" + secrets.token_urlsafe(48)
        self._expiry[token] = self._timer() + LIFETIME
        answer: dict[str, object] = {"access_token": token}
        if form["grant_type"] == "refresh_token":
            answer["refresh_token"] = form["refresh_token"]
        else:
            self._grantless.add(token)
        return 200, answer | {"token_type": "bearer", "expires_in": LIFETIME}

    def judge(self, token: str | None) -> Verdict:
        """Whether an access token is good now for a seller's data; a missing one is a bad one."""
        expiry = self._expiry.get(token or "")
        if expiry is None:
            return Verdict.BAD
        if self._timer() >= expiry:
            return Verdict.EXPIRED
        return Verdict.GRANTLESS if token in self._grantless else Verdict.GOOD

    def expire_all(self) -> None:
        """Makes every token given out so far an expired one."""
        self._expiry = {token: self._timer() for token in self._expiry}


def fields(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a token request, form or JSON, in whatever charset; raises `Unreadable`."""
    kind, _, parameters = content_type.partition(";")
    try:
        text = body.decode(_charset(parameters)).removeprefix("\ufeff")
    except (LookupError, UnicodeDecodeError):
        raise Unreadable from None
    if kind.strip().lower() == FORM:
        return dict(parse_qsl(text))
    if kind.strip().lower() == JSON:
        return _json_fields(text)
    raise Unreadable


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"') or "utf-8"
    return "utf-8"


def _json_fields(text: str) -> dict[str, str]:
    """The texts of a JSON object; a field of another type counts as one that isn't there."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(data, dict):
        raise Unreadable
    return {name: value for name, value in data.items() if isinstance(value, str)}


_NEEDED = {
    "refresh_token": ("client_id", "client_secret", "refresh_token"),
    "client_credentials": ("client_id", "client_secret", "scope"),
}


def _refusal(form: Mapping[str, str]) -> Reply | None:
    grant = form.get("grant_type")
    if not grant:
        return _missing("grant_type")
    if grant not in _NEEDED:
        return _error(
            400,
            "unsupported_grant_type",
            "The authorization grant type is not supported by the authorization server",
        )
    for name in _NEEDED[grant]:
        if not form.get(name):
            return _missing(name)
    if form["client_id"].startswith("invalid") or form["client_secret"].startswith("invalid"):
        return invalid_client()
    if grant == "client_credentials":
        known = SCOPES.issuperset(form["scope"].split())
        return None if known else _error(400, "invalid_scope", "The request has an invalid scope")
    return invalid_grant() if form["refresh_token"].startswith("invalid") else None


def _missing(name: str) -> Reply:
    return _error(400, "invalid_request", f"The request is missing a required parameter : {name}")


def unreadable() -> Reply:
    """Modelled: 400 for a request that is neither a form nor JSON."""
    return _error(400, "invalid_request", "The request is improperly formed")


def misplaced() -> Reply:
    """500: the parameters stand in the address, where they are no use.

    Amazon's old FAQ names the status; the words are modelled.
    """
    return _error(500, "server_error", "The authorization server met an unexpected condition")


def unnamed() -> Reply:
    """400 with a description and no code, as some recorded answers are."""
    status, body = invalid_grant()
    del body["error"]
    return status, body


def invalid_client() -> Reply:
    """401: the client's id or secret is wrong."""
    return _error(401, "invalid_client", "Client authentication failed")


def invalid_grant() -> Reply:
    """400: the refresh token is wrong, or was revoked by the seller."""
    return _error(
        400,
        "invalid_grant",
        "The request has an invalid grant parameter : refresh_token. "
        "User may have revoked or didn't grant the permission.",
    )


def unauthorized_client() -> Reply:
    """Modelled: the status, which nobody who met it has told."""
    return _error(400, "unauthorized_client", "Not authorized for requested operation")


def _error(status: int, code: str, description: str) -> Reply:
    return status, {
        "error_index": _mark("index", code),
        "error_description": description,
        "error": code,
        "request_id": _mark("request", code),
    }


def _mark(*concern: str) -> str:
    """An id that is always the same for the same refusal, so that nothing here is by chance."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(concern)))
