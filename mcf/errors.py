"""Everything that can go wrong, as one tree with advice for the seller.

* MCFError
  + SettingsError              a variable in the environment or `.env` is missing or wrong
  + InvalidInput               what was typed can't be sent to Amazon as it is
  + AboveLimit                 fees are, or may be, above the seller's limit
  + NotAllowed                 who asks may not do this
  + StoreError                 the local store can't be read or written
  + Stopped                    the program is closing, so this wasn't begun
  + AlertNotSent               a webhook or a mail server didn't take an alert
  + AuthError                  Amazon doesn't know us, or doesn't let us
    - CredentialsRejected      client id or client secret is wrong or expired
    - GrantRevoked             the refresh token is wrong or was revoked
    - NotAuthorized            a role is missing, or the account isn't allowed to do this
    - LWAUnavailable           Login with Amazon gave no usable answer
    - TokenExpired             the access token is too old; refreshed once by the client
  + RequestRefused             Amazon understood and said no
    - NotFound                 no such order or package
    - DuplicateOrder           this order number was used before
    - OrderNotUpdatable        too late to change or cancel
    - PageTokenExpired         the next page was asked for too late
    - Throttled                more calls than the usage plan allows
  + ServiceTrouble             no usable answer; a write may or may not have happened
    - ConnectionFailed         Amazon wasn't reached: nothing was sent
    - AnswerLost               sent, but no answer came back in time
    - ServiceUnavailable       Amazon answered with a server error
    - UnexpectedAnswer         an answer that isn't one of SP-API's: HTML, empty, cut off

`may_have_happened` is the question that matters after a write: True means that Amazon may have done
it, so it must be looked up before it's sent again.
"""

from __future__ import annotations

from typing import Any, ClassVar


class MCFError(Exception):
    """Something went wrong; `str()` says what, `advice` what to do about it."""

    default_advice: ClassVar[str] = "Try again; if it stays, look at the connection page."
    may_have_happened: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        advice: str | None = None,
        operation: str | None = None,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice or self.default_advice
        self.operation = operation
        self.status = status
        self.code = code
        self.request_id = request_id

    def to_dict(self) -> dict[str, Any]:
        """The error as plain data for scripts: type, message, advice and Amazon's references."""
        facts = {
            "error": type(self).__name__,
            "message": self.message,
            "advice": self.advice,
            "operation": self.operation,
            "status": self.status,
            "code": self.code,
            "request_id": self.request_id,
        }
        return {key: value for key, value in facts.items() if value is not None}


class SettingsError(MCFError):
    """A variable is missing or wrong; `variable` names it."""

    default_advice = "Correct the variable in the environment or in .env and start again."

    def __init__(self, variable: str, message: str, *, advice: str | None = None) -> None:
        super().__init__(f"{variable}: {message}", advice=advice)
        self.variable = variable


class InvalidInput(MCFError):
    """What was typed can't be sent; `problems` maps each field to what is wrong with it."""

    default_advice = "Correct the fields named and send again; nothing was sent."

    def __init__(self, problems: dict[str, str], *, advice: str | None = None) -> None:
        super().__init__("; ".join(f"{k}: {v}" for k, v in problems.items()), advice=advice)
        self.problems = problems


class AboveLimit(MCFError):
    """What orders cost is above the seller's limit, or isn't known; nothing was sent."""

    default_advice = "Look at the fees, and confirm that it may cost that much."


class NotAllowed(MCFError):
    """Who asks may not do this; nothing was done."""

    default_advice = "Ask a manager or an owner."


class StoreError(MCFError):
    """The local store can't be read or written."""

    default_advice = "Check that the data directory exists, is writable and has free space."


class Stopped(MCFError):
    """The program is closing, so this wasn't begun."""

    default_advice = "Start the program again; what was under way is looked up then."


class AlertNotSent(MCFError):
    """A webhook or a mail server didn't take an alert; `passes` tells whether that may pass."""

    default_advice = "Nothing is lost: it's tried again at the next round."

    def __init__(self, message: str, *, advice: str | None = None, passes: bool = False) -> None:
        super().__init__(message, advice=advice)
        self.passes = passes


class AuthError(MCFError):
    """Amazon doesn't know us, or doesn't let us."""

    default_advice = "Run `python -m mcf check` to see which credential Amazon refuses."


class CredentialsRejected(AuthError):
    """LWA refused the client id or secret (`invalid_client`)."""

    default_advice = (
        "Check AMAZON_SP_API_CLIENT_ID and AMAZON_SP_API_CLIENT_SECRET. Client secrets expire: "
        "make a new one under Apps & Services > Develop Apps > LWA credentials."
    )


class GrantRevoked(AuthError):
    """LWA refused the refresh token (`invalid_grant`, `unauthorized_client`)."""

    default_advice = (
        "Authorize the app again (Apps & Services > Develop Apps > Authorize) and put the new "
        "refresh token into AMAZON_SP_API_REFRESH_TOKEN. It must come from the same client id."
    )


class NotAuthorized(AuthError):
    """Amazon knows us but a role is missing, or the account may not do this (403)."""

    default_advice = (
        "The app needs the role Amazon Fulfillment (or Product Listing for inventory only). After "
        "adding a role, authorize the app again and use the new refresh token."
    )


class TokenExpired(AuthError):
    """The access token is too old or malformed; the client refreshes it once by itself."""


class LWAUnavailable(AuthError):
    """Login with Amazon gave no usable answer, so no call could be made."""

    default_advice = "Wait a minute; check the network, the proxy and AMAZON_LWA_ENDPOINT."


class RequestRefused(MCFError):
    """Amazon understood the request and refused it."""

    default_advice = "Change what Amazon names in its message and send again."


class NotFound(RequestRefused):
    """Amazon knows no such order or package (a 400 `InvalidInput` on the wire, or a 404)."""

    default_advice = "Check the number. A just-created order can take a moment to be found."


class DuplicateOrder(RequestRefused):
    """This order number was used before; Amazon accepts each only once, for ever."""

    default_advice = "Look the order up under this number before you send it under another one."


class OrderNotUpdatable(RequestRefused):
    """Amazon is already working on the order: too late to change or cancel it."""

    default_advice = "The order ships as it is; a return can be requested after delivery."


class PageTokenExpired(RequestRefused):
    """The token of the next page has expired; the listing has to start again."""

    default_advice = (
        "What was read is kept, and it's read again from the first page by itself. If it comes "
        "each time, something slows reading down: stop other programs that use the same app."
    )


class Throttled(RequestRefused):
    """More calls than the rate limit of Amazon's usage plan allows (429).

    `again_in` are the seconds after which it's worth trying again.
    """

    default_advice = "Wait a few seconds and try again; the program slows down by itself."
    again_in: float = 10.0


class ServiceTrouble(MCFError):
    """No usable answer came; a write may or may not have happened."""

    default_advice = "Wait a minute; the program tries again. No order is ever sent twice."
    may_have_happened = True


class ConnectionFailed(ServiceTrouble):
    """Amazon wasn't reached, so nothing was sent."""

    default_advice = "Check the network, the proxy and the endpoint on the connection page."
    may_have_happened = False


class AnswerLost(ServiceTrouble):
    """The request was sent, but no answer came back in time."""

    default_advice = (
        "Wait a minute: what was read is read again, and an order is looked up by its number."
    )


class ServiceUnavailable(ServiceTrouble):
    """Amazon answered with a server error (5xx)."""


class UnexpectedAnswer(ServiceTrouble):
    """The answer isn't one of SP-API's: HTML, empty, cut off, or of another shape.

    `part` is the page that could be read of a list that broke off, else None.
    """

    part: object = None


def own_mistake(error: Exception, doing: str) -> MCFError:
    """What an exception that isn't ours means, met while `doing` something; ours stay."""
    if isinstance(error, MCFError):
        return error
    return UnexpectedAnswer(
        f"The program stopped while {doing} ({type(error).__name__}).",
        advice="What was there before stays. It's tried again; report it with the program's log.",
    )
