"""Failures of sign-in and permission."""

from __future__ import annotations

from mcf.simulator.api import forms
from mcf.simulator.api.forms import Answer
from mcf.simulator.api.login import (
    Verdict,
    invalid_client,
    invalid_grant,
    unauthorized_client,
    unnamed,
)
from mcf.simulator.faults.base import Exchange, Fault
from mcf.simulator.faults.transport import HTML_503


class TokenExpired(Fault):
    """403: all access tokens have expired and new ones must be asked for."""

    name = "token-expired"

    def before(self, exchange: Exchange) -> None:
        """403, and no token given out so far is good any more."""
        exchange.expire_tokens = True
        exchange.answer = forms.unauthorized(Verdict.EXPIRED.value)


class TokenRejected(Fault):
    """403: the access token is called malformed, however new it is.

    https://github.com/amzn/selling-partner-api-models/issues/2333
    """

    name = "token-rejected"

    def before(self, exchange: Exchange) -> None:
        """403, with the words for a malformed token."""
        exchange.answer = forms.unauthorized(Verdict.BAD.value)


class Unauthorized(Fault):
    """401, which Amazon's model declares; the message is the model's description."""

    name = "unauthorized"

    def before(self, exchange: Exchange) -> None:
        """401, in place of the operation."""
        message = (
            "The request's Authorization header is not formatted correctly or does not contain "
            "a valid token."
        )
        exchange.answer = Answer(401, forms.errors("Unauthorized", message))


class RoleMissing(Fault):
    """403 without details: the application lacks the role for the operation."""

    name = "role-missing"

    def before(self, exchange: Exchange) -> None:
        """403, with empty details."""
        exchange.answer = forms.unauthorized()


class DataDenied(Fault):
    """The application may not see buyers' addresses; the status is modelled."""

    name = "data-denied"
    usual_operations = ("getFulfillmentOrder", "getOrder")

    def before(self, exchange: Exchange) -> None:
        """403 that names the address, in place of the operation."""
        exchange.answer = Answer(
            403,
            forms.errors(
                "Unauthorized",
                "Application does not have access to one or more requested data elements: "
                "[shippingAddress]",
            ),
        )


class GrantRevoked(Fault):
    """The seller has revoked the refresh token."""

    name = "grant-revoked"
    usual_operations = ("token",)

    def before(self, exchange: Exchange) -> None:
        """400 invalid_grant, in place of a token."""
        exchange.answer = Answer(*invalid_grant())


class SecretExpired(Fault):
    """The client secret is no longer good."""

    name = "secret-expired"
    usual_operations = ("token",)

    def before(self, exchange: Exchange) -> None:
        """401 invalid_client, in place of a token."""
        exchange.answer = Answer(*invalid_client())


class OtherApp(Fault):
    """The refresh token was issued to another application."""

    name = "other-app"
    usual_operations = ("token",)

    def before(self, exchange: Exchange) -> None:
        """400 unauthorized_client, in place of a token."""
        exchange.answer = Answer(*unauthorized_client())


class LoginUnnamed(Fault):
    """The refusal of a token has a description and no code."""

    name = "login-unnamed"
    usual_operations = ("token",)

    def before(self, exchange: Exchange) -> None:
        """400 without a code, in place of a token."""
        exchange.answer = Answer(*unnamed())


class LoginDown(Fault):
    """Login with Amazon answers with a 503 page."""

    name = "login-down"
    usual_operations = ("token",)

    def before(self, exchange: Exchange) -> None:
        """503 as an HTML page, in place of a token."""
        exchange.say(503, HTML_503)
