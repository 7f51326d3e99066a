"""Failures of the transport and of the service as a whole."""

from __future__ import annotations

import json
from dataclasses import dataclass

from mcf.simulator.api import forms
from mcf.simulator.api.forms import Answer
from mcf.simulator.faults.base import Exchange, Fault

HTML_503 = (
    b"<html><head><title>Website Temporarily Unavailable</title></head>"
    b"<body><h1>Website Temporarily Unavailable</h1></body></html>"
)


class Throttled(Fault):
    """429 QuotaExceeded, whatever the bucket says."""

    name = "throttled"

    def before(self, exchange: Exchange) -> None:
        """429, in place of the operation."""
        exchange.answer = forms.throttled()


class InternalError(Fault):
    """500 InternalFailure as JSON. https://github.com/amzn/selling-partner-api-models/issues/5230"""

    name = "internal-error"

    def before(self, exchange: Exchange) -> None:
        """500 as JSON, in place of the operation."""
        exchange.answer = forms.internal_failure()


class Unavailable(Fault):
    """503 as an HTML page. https://github.com/amzn/selling-partner-api-models/issues/4667"""

    name = "unavailable"

    def before(self, exchange: Exchange) -> None:
        """503 as an HTML page, in place of the operation."""
        exchange.say(503, HTML_503)


class BadGateway(Fault):
    """502 with an empty body."""

    name = "bad-gateway"

    def before(self, exchange: Exchange) -> None:
        """502 without a body, in place of the operation."""
        exchange.say(502, b"", "text/plain")


class HtmlBadRequest(Fault):
    """400 as an HTML page. https://github.com/amzn/selling-partner-api-models/issues/939"""

    name = "html-bad-request"

    def before(self, exchange: Exchange) -> None:
        """400 as an HTML page, in place of the operation."""
        exchange.say(400, b"<html><body><center><h1>400 Bad Request</h1></center></body></html>")


class ErrorsInSuccess(Fault):
    """200 with an errors array. https://github.com/amzn/selling-partner-api-models/issues/767"""

    name = "errors-in-success"

    def before(self, exchange: Exchange) -> None:
        """200 with an error, in place of the operation."""
        message = "Invalid request, please check your input."
        exchange.answer = Answer(200, forms.errors("InvalidInput", message))


class InvalidInput(Fault):
    """400 that names nothing, as live callers have met it."""

    name = "invalid-input"

    def before(self, exchange: Exchange) -> None:
        """400 without any detail, in place of the operation."""
        exchange.answer = Answer(400, forms.errors("InvalidInput", "Invalid Input"))


class InvalidRequest(Fault):
    """400 without a reason; an account without stock in Amazon's warehouses is answered so.

    https://github.com/ericcj/amz_sp_api/issues/28
    """

    name = "invalid-request"
    usual_operations = ("getInventorySummaries",)

    def before(self, exchange: Exchange) -> None:
        """400, in place of the operation."""
        message = "Invalid request, please check your input."
        exchange.answer = Answer(400, forms.errors("InvalidInput", message))


class NotFound(Fault):
    """404, which Amazon's model declares; the message is the model's description."""

    name = "not-found"

    def before(self, exchange: Exchange) -> None:
        """404, in place of the operation."""
        message = "The specified resource does not exist."
        exchange.answer = Answer(404, forms.errors("NotFound", message))


class ForeignBody(Fault):
    """200 with JSON of somebody on the way, such as a proxy; the call never reached Amazon."""

    name = "foreign-body"

    def before(self, exchange: Exchange) -> None:
        """200 with a stranger's JSON, in place of the operation."""
        exchange.answer = Answer(200, {"message": "Sign in to use this network."})


class Redirect(Fault):
    """302 to a page for people."""

    name = "redirect"

    def before(self, exchange: Exchange) -> None:
        """302 without a body, in place of the operation."""
        exchange.answer = Answer(302, None, {"Location": "/maintenance.html"})


class ResetBefore(Fault):
    """The connection breaks and nothing has happened."""

    name = "reset-before"

    def before(self, exchange: Exchange) -> None:
        """Breaks the connection, in place of the operation."""
        exchange.reset = True


class ResetAfter(Fault):
    """The connection breaks and everything has happened."""

    name = "reset-after"

    def after(self, exchange: Exchange) -> None:
        """Breaks the connection, the answer unsent."""
        exchange.reset = True


@dataclass(kw_only=True, eq=False)
class Slow(Fault):
    """The right answer, `seconds` late."""

    name = "slow"
    seconds: float = 3.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.seconds <= 600:
            raise ValueError("seconds must be between 0 and 600.")

    def after(self, exchange: Exchange) -> None:
        """Holds the answer back."""
        exchange.delay = self.seconds


class AnswerLost(Slow):
    """It happened, and the answer never comes: silence for `seconds`, then a broken connection."""

    name = "answer-lost"

    def after(self, exchange: Exchange) -> None:
        """Holds the answer back, then breaks the connection."""
        exchange.delay = self.seconds
        exchange.reset = True


class Truncated(Fault):
    """It happened, and half of the JSON arrives."""

    name = "truncated"

    def after(self, exchange: Exchange) -> None:
        """Cuts the JSON in its middle."""
        if exchange.answer is not None and exchange.content is None:
            whole = json.dumps(exchange.answer.body).encode()
            exchange.content = whole[: len(whole) // 2]


class Garbled(Fault):
    """It happened, and the JSON is one that nobody can read."""

    name = "garbled"

    def after(self, exchange: Exchange) -> None:
        """Words stand where a value should be."""
        exchange.content = b'{"payload": see below}'


class EmptyBody(Fault):
    """It happened, and 200 comes with an empty body.

    https://github.com/amzn/selling-partner-api-models/issues/4850
    """

    name = "empty-body"

    def after(self, exchange: Exchange) -> None:
        """Leaves the status, and drops the body."""
        exchange.content = b""
