"""Login with Amazon: the refresh-token grant, and the access tokens it gave out.

https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from enum import Enum

from mcf.simulator.clock import Timer

LIFETIME = 3600


class Verdict(Enum):
    """What the gateway thinks of an access token; the value is what it says."""

    GOOD = "good"
    EXPIRED = "The access token you provided has expired."
    BAD = "The access token you provided is revoked, malformed or invalid."


class TokenDesk:
    """Grants access tokens and judges them, in protocol time."""

    def __init__(self, timer: Timer) -> None:
        self._timer = timer
        self._expiry: dict[str, float] = {}

    def grant(self, form: Mapping[str, str]) -> tuple[int, dict[str, object]]:
        """HTTP status and body for a token request given as form fields."""
        refusal = _refusal(form)
        if refusal:
            return refusal
        token = "Atza|" + secrets.token_urlsafe(48)
        self._expiry[token] = self._timer() + LIFETIME
        return 200, {
            "access_token": token,
            "refresh_token": form["refresh_token"],
            "token_type": "bearer",
            "expires_in": LIFETIME,
        }

    def judge(self, token: str | None) -> Verdict:
        """Whether an access token is good now; a missing one is a bad one."""
        expiry = self._expiry.get(token or "")
        if expiry is None:
            return Verdict.BAD
        return Verdict.GOOD if self._timer() < expiry else Verdict.EXPIRED

    def expire_all(self) -> None:
        """Makes every token given out so far an expired one."""
        self._expiry = {token: self._timer() for token in self._expiry}


def _refusal(form: Mapping[str, str]) -> tuple[int, dict[str, object]] | None:
    for name in ("grant_type", "client_id", "client_secret", "refresh_token"):
        if name == "refresh_token" and form["grant_type"] != "refresh_token":
            return _error(
                400,
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server",
            )
        if not form.get(name):
            return _error(
                400, "invalid_request", f"The request is missing a required parameter : {name}"
            )
    if form["client_id"].startswith("invalid") or form["client_secret"].startswith("invalid"):
        return invalid_client()
    if form["refresh_token"].startswith("invalid"):
        return invalid_grant()
    return None


def invalid_client() -> tuple[int, dict[str, object]]:
    """401: the client's id or secret is wrong."""
    return _error(401, "invalid_client", "Client authentication failed")


def invalid_grant() -> tuple[int, dict[str, object]]:
    """400: the refresh token is wrong, or was revoked by the seller."""
    return _error(
        400,
        "invalid_grant",
        "The request has an invalid grant parameter : refresh_token. "
        "User may have revoked or didn't grant the permission.",
    )


def unauthorized_client() -> tuple[int, dict[str, object]]:
    """Modelled: the status, which nobody who met it has told."""
    return _error(400, "unauthorized_client", "Not authorized for requested operation")


def _error(status: int, code: str, description: str) -> tuple[int, dict[str, object]]:
    return status, {"error_description": description, "error": code}
