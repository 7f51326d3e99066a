"""JSON bodies read field by field, answers, and Amazon's words for what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from mcf.simulator.clock import parse_iso
from mcf.simulator.world.orders import Money

Json = dict[str, object]
E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

INT32 = 2**31 - 1


@dataclass(slots=True)
class Answer:
    """Status, headers and JSON body of a response; a body of None is sent as no bytes at all."""

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
    """A body with one error, as every API of Amazon gives it."""
    return {"errors": [{"code": code, "message": message, "details": details}]}


def invalid(parameter: str, value: object = "") -> Refusal:
    """Amazon's way to say that a value is wrong; two spaces when it names none."""
    return Refusal(f"Value {value} for parameter {parameter} is invalid. Reason: InvalidValue.")


def missing(*parameters: str) -> Refusal:
    """Amazon's way to say which parameters it wants, all of them in one sentence."""
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
    """429, when the bucket of an operation is empty."""
    return Answer(
        429,
        errors("QuotaExceeded", "You exceeded your quota for the requested resource."),
        {"x-amzn-ErrorType": "TooManyRequestsException"},
    )


def internal_failure() -> Answer:
    """500, the answer that asks to try again."""
    message = "We encountered an internal error. Please try again."
    return Answer(500, errors("InternalFailure", message))


class Form:
    """One JSON object of a request. Unknown fields are ignored, as Amazon ignores them."""

    def __init__(self, fields: object, name: str = "") -> None:
        if not isinstance(fields, dict):
            raise Refusal("Invalid Input") if not name else invalid(_title(name))
        self._fields: dict[str, object] = fields
        self._name = name

    def require(self, *names: str) -> None:
        """Refuses the request when fields are absent, naming all of them at once."""
        absent = [_title(name) for name in names if self._fields.get(name) in (None, "", [])]
        if absent:
            raise missing(*absent)

    def has(self, name: str) -> bool:
        """Whether a field is there and isn't null."""
        return self._fields.get(name) is not None

    def text(self, name: str, *, longest: int | None = None) -> str:
        """A text, empty when absent. Raises Refusal when it is of another type or too long."""
        value = self._fields.get(name)
        if value is None:
            return ""
        if not _is_text(value, longest):
            raise invalid(_title(name), shown(value))
        return str(value)

    def whole(self, name: str, *, least: int = 1) -> int:
        """A number of at least `least`, and at most 2**31 - 1. Raises Refusal, also when absent."""
        value = self._fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= INT32:
            raise invalid(_title(name), value if isinstance(value, int) else "")
        return value

    def flag(self, name: str) -> bool:
        """A boolean, False when absent. Raises Refusal when it is of another type."""
        value = self._fields.get(name, False)
        if value is not None and not isinstance(value, bool):
            raise invalid(_title(name))
        return bool(value)

    def choice(self, name: str, options: type[E], default: E | None = None) -> E:
        """One of the options, or the default when absent. Raises Refusal for any other word."""
        value = self.text(name)
        if not value and default is not None:
            return default
        try:
            return options(value)
        except ValueError:
            raise invalid(_title(name), value) from None

    def moment(self, name: str) -> datetime | None:
        """A time in UTC, None when absent. Raises Refusal when it isn't ISO 8601."""
        value = self._fields.get(name)
        if value is None:
            return None
        moment = parse_iso(value) if isinstance(value, str) else None
        if moment is None:
            raise Refusal("timestamp must follow ISO8601")
        return moment

    def money(self, name: str, amount: str = "value") -> Money | None:
        """An amount, its decimal text in the field `amount`; None when absent. Raises Refusal."""
        if not self.has(name):
            return None
        form = self.part(name)
        value = form._fields.get(amount)
        if not isinstance(value, str) or not is_decimal(value):
            raise Refusal("missing value for decimal type")
        form.require("currencyCode")
        return Money(form.text("currencyCode"), value)

    def part(self, name: str) -> Form:
        """The object in a field. Raises Refusal when there is none."""
        return Form(self._fields.get(name), name)

    def optional(self, name: str, read: Callable[[Form], T]) -> T | None:
        """What `read` makes of the object in a field; None when absent."""
        return read(self.part(name)) if self.has(name) else None

    def parts(self, name: str) -> list[Form]:
        """The objects in a list, none when it is absent. Raises Refusal for anything else."""
        return [Form(each, name) for each in self._list(name)]

    def texts(self, name: str, *, longest: int | None = None) -> tuple[str, ...]:
        """The texts in a list, none when it is absent. Raises Refusal for anything else."""
        values = self._list(name)
        for value in values:
            if not _is_text(value, longest):
                raise invalid(_title(name), shown(value))
        return tuple(str(value) for value in values)

    def attributes(self, name: str) -> dict[str, str]:
        """An object of texts only, empty when absent. Raises Refusal for anything else."""
        if not self.has(name):
            return {}
        fields = self.part(name)._fields
        if not all(_is_text(each) for pair in fields.items() for each in pair):
            raise invalid(_title(name))
        return {key: str(value) for key, value in fields.items()}

    def _list(self, name: str) -> list[object]:
        value = self._fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise invalid(_title(name))
        return value


def is_decimal(text: str) -> bool:
    """Whether a text is a finite decimal number, as Amazon's Decimal type wants it."""
    try:
        return bool(re.fullmatch(r"-?[0-9.eE+-]+", text)) and Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _is_text(value: object, longest: int | None = None) -> bool:
    """Whether a value is text that can be written as UTF-8: JSON may hold half a character."""
    if not isinstance(value, str) or (longest is not None and len(value) > longest):
        return False
    return not any("\ud800" <= character <= "\udfff" for character in value)


def shown(value: object) -> str:
    """A refused value as it may be repeated in a message."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]
