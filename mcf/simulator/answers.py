"""What an operation answers, and Amazon's words for what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

Json = dict[str, object]


@dataclass(slots=True)
class Answer:
    status: int = 200
    body: Json | None = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """The request is answered with an error."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "InvalidInput",
        status: int = 400,
        details: str = "",
    ) -> None:
        super().__init__(message)
        self.answer = Answer(status, errors(code, message, details))


def errors(code: str, message: str, details: str = "") -> Json:
    return {"errors": [{"code": code, "message": message, "details": details}]}


def invalid(parameter: str, value: object = "") -> Refusal:
    """Amazon's way to say that a value is wrong; two spaces when it names none."""
    return Refusal(f"Value {value} for parameter {parameter} is invalid. Reason: InvalidValue.")


def missing(*parameters: str) -> Refusal:
    names = ", ".join(parameters)
    return Refusal(f"The following required parameters are missing: [{names}]")


def unauthorized(details: str = "") -> Answer:
    """403, also for an expired token and for a path that does not exist.

    https://github.com/amzn/selling-partner-api-models/issues/646
    """
    return Answer(
        403,
        errors("Unauthorized", "Access to requested resource is denied.", details),
        {"x-amzn-ErrorType": "AccessDeniedException"},
    )


def throttled() -> Answer:
    return Answer(
        429,
        errors("QuotaExceeded", "You exceeded your quota for the requested resource."),
        {"x-amzn-ErrorType": "TooManyRequestsException"},
    )


def internal_failure() -> Answer:
    message = "We encountered an internal error. Please try again."
    return Answer(500, errors("InternalFailure", message))
