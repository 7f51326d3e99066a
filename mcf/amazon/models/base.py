"""What all models share: JSON both ways without loss, money, addresses, times."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar, Self, SupportsIndex, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PlainSerializer,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import InitErrorDetails

from mcf.amazon.decoding import Doubtful, Garbled
from mcf.errors import InvalidInput, UnexpectedAnswer


class AmazonTime(datetime):
    """A UTC instant that remembers how Amazon wrote it, so that it's written back the same."""

    text: str = ""

    @classmethod
    def parse(cls, value: object) -> AmazonTime:
        """The instant of an ISO 8601 text or a datetime; raises ValueError without a zone."""
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise ValueError("a time needs a zone, like 2026-01-31T09:00:00Z")
        return cls._of(moment, value)

    @classmethod
    def from_answer(cls, value: object) -> AmazonTime:
        """The instant of a text that Amazon sent; without a zone it's UTC, as all of its times are.

        Raises ValueError for what is no text of a time, and for years that no order is of.
        """
        if not isinstance(value, str | datetime):
            raise ValueError("a time is a text")  # noqa: TRY004 - pydantic's error of a wrong value
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if moment.year not in _YEARS:
            raise ValueError("a time is out of range")
        return cls._of(moment if moment.tzinfo else moment.replace(tzinfo=UTC), value)

    @classmethod
    def _of(cls, moment: datetime, written: object) -> AmazonTime:
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:
            raise ValueError("a time is out of range") from None
        made = cls(*moment.timetuple()[:6], moment.microsecond, tzinfo=UTC)
        made.text = written if isinstance(written, str) else api_time(moment)
        return made

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        """How to copy and pickle it: datetime's own way would forget the text."""
        return _copied_time, (self.isoformat(), self.text)


_YEARS = range(1900, 3000)
"""Those in which a visitor's zone and the days of a hold can be reckoned with."""


def _copied_time(moment: str, text: str) -> AmazonTime:
    copied = AmazonTime.parse(moment)
    copied.text = text
    return copied


def api_time(moment: datetime) -> str:
    """A time as Amazon writes it: UTC, to the second, milliseconds only where there are any."""
    unit = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=unit).replace("+00:00", "Z")


def _time_text(moment: datetime) -> str:
    # The result of arithmetic with an AmazonTime is one too, but has no text.
    return getattr(moment, "text", "") or api_time(moment)


def _moment(value: object, info: ValidationInfo) -> AmazonTime:
    return AmazonTime.from_answer(value) if info.context is _READING else AmazonTime.parse(value)


def _amount(value: object, info: ValidationInfo) -> str:
    text = str(value)
    if isinstance(value, bool) or "_" in text:
        raise ValueError("an amount is a decimal number, like 12.50")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("an amount is a decimal number, like 12.50") from None
    if not number.is_finite():
        raise ValueError("an amount is a finite number")
    if info.context is not _READING and (isinstance(value, float) or not _PLAIN_AMOUNT(text)):
        raise ValueError("an amount is a plain decimal number in a text, like 12.50")
    return text


_PLAIN_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?").fullmatch


def _currency(code: str, info: ValidationInfo) -> str:
    if info.context is not _READING and not re.fullmatch("[A-Z]{3}", code):
        raise ValueError("is not a currency of three capital letters, like USD")
    return code


def _plain_text(text: Any) -> Any:
    """The text, if a packing slip can show it; raises ValueError otherwise."""
    letters = text if isinstance(text, str) else ""
    unshown = next(
        (c for c in letters if c not in "\t\n" and unicodedata.category(c) in _UNSHOWN), None
    )
    if unshown is not None:
        raise ValueError(f"holds a character that can't be printed (U+{ord(unshown):04X})")
    return text


_UNSHOWN = ("Cc", "Cs")


def shown_id(text: Any) -> Any:
    """The text, if Amazon takes it for the name of an order; raises ValueError otherwise."""
    if not isinstance(text, str):
        return text
    # ISO 8859-1 is all that Amazon declares besides letters and digits, of which it doesn't tell.
    wrong = next((c for c in text if not c.isprintable() or ord(c) > 0xFF), "")
    if wrong:
        raise ValueError(
            f"may hold letters, digits and signs of Western European languages only, not {wrong!r}"
        )
    if text != text.strip() or "  " in text:
        raise ValueError("must not begin or end with a space, or hold two in a row")
    return text


Timestamp = Annotated[datetime, PlainValidator(_moment), PlainSerializer(_time_text)]
Amount = Annotated[str, BeforeValidator(_amount)]
Typed = Annotated[str, BeforeValidator(_plain_text)]
Email = Annotated[str, Field(max_length=64)]
Count = Annotated[int, Field(ge=-(2**31), lt=2**31)]
"""A quantity as Amazon declares it, an int32."""
Number = Annotated[int, Field(ge=-(2**63), lt=2**63)]
_READING = object()
"""The context in which an answer is read, and not a request judged."""
_RAW, _UNREAD = "_raw", "_unread"


class APIModel(BaseModel):
    """The base of all: camelCase on the wire, frozen, unknown fields kept."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="allow", frozen=True
    )

    @classmethod
    def from_api(cls, data: object) -> Self:
        """The model of what Amazon sent; raises `UnexpectedAnswer` when it isn't one."""
        try:
            return cls.model_validate(data, context=_READING)
        except ValidationError as error:
            where = ", ".join(".".join(map(str, e["loc"])) or "body" for e in error.errors())
            raise UnexpectedAnswer(f"Amazon's {cls.__name__} lacks or misstates: {where}") from None

    @classmethod
    def of(cls, **fields: object) -> Self:
        """A model made from typed-in fields; raises `InvalidInput` with Amazon's name of each
        field that is wrong.
        """
        fields, problems = cls._judged(fields)
        try:
            made = cls.model_validate(fields)
        except ValidationError as error:
            raise InvalidInput(_problems(error) | problems) from None
        if problems:
            raise InvalidInput(problems)
        return made

    @classmethod
    def _judged(cls, fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The fields as they're sent, and what only one who types them is told of."""
        return fields, {}

    def to_api(self) -> dict[str, Any]:
        """The JSON object as Amazon has it; only what was given, including what isn't known."""
        raw = self.__dict__.get(_RAW)
        if raw is not None:
            return _copied(raw)  # type: ignore[no-any-return]
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy; one that was changed isn't any more what Amazon sent."""
        copied = super().model_copy(update=update, deep=deep)
        if update:
            copied.__dict__.pop(_RAW, None)
        return copied


def _copied(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _copied(value) for name, value in data.items()}
    if isinstance(data, float) and not math.isfinite(data):
        # No database takes such a number for JSON.
        return None
    return [_copied(value) for value in data] if isinstance(data, list) else data


class AnswerPart(APIModel):
    """A part of an answer, which is read kindly: what can't be read is as if it weren't told.

    Only a field that has no default is insisted on.
    """

    expected: ClassVar[frozenset[str]] = frozenset()
    """The fields, by Amazon's name, whose absence is worth a word."""

    @property
    def unread(self) -> tuple[str, ...]:
        """Where, by Amazon's names, something is missing or couldn't be read."""
        return tuple(_unread(self))

    @model_validator(mode="wrap")
    @classmethod
    def _remembered(
        cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        made = handler(data)
        if info.context is _READING and isinstance(data, dict):
            # Beside the fields, where neither comparisons nor what is written look.
            made.__dict__[_RAW] = data
        return made

    @field_validator("*", mode="wrap")
    @classmethod
    def _kindly(
        cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Any:
        if info.context is not _READING:
            return handler(value)
        field = cls.model_fields[str(info.field_name)]
        if field.is_required() and isinstance(value, Doubtful):
            raise ValueError("a number of which a part can't be read is another one")
        try:
            return _keepable(value, handler(value))
        except ValueError:
            if field.is_required():
                raise
            if isinstance(value, list):
                return tuple(_readable(value, handler)) or field.get_default()
            return field.get_default()


def _keepable(sent: object, read: Any) -> Any:
    """What was read, if it was told so and a database can hold it; raises ValueError otherwise."""
    if isinstance(sent, Garbled):
        raise ValueError("what is garbled is no value")  # noqa: TRY004
    if isinstance(sent, bool) and not isinstance(read, bool):
        raise ValueError("a truth is no number")  # noqa: TRY004 - pydantic's error of a wrong value
    if isinstance(read, str) and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in read):
        raise ValueError("a text holds what no text may")
    return read


def _readable(entries: list[Any], handler: ValidatorFunctionWrapHandler) -> Iterator[Any]:
    for entry in entries:
        try:
            yield from handler([entry])
        except ValueError:
            continue


def _unread(model: AnswerPart) -> Iterator[str]:
    raw = model.__dict__.get(_RAW)
    for name, field in type(model).model_fields.items():
        alias, read = str(field.alias), getattr(model, name)
        sent = None if raw is None else raw.get(alias)
        if isinstance(read, AnswerPart):
            yield from (f"{alias}.{below}" for below in _unread(read))
        elif isinstance(read, tuple) and (raw is None or isinstance(sent, list)):
            yield from _unread_entries(alias, sent, read)
        elif raw is not None and _is_unread(sent, read, field.default, alias in model.expected):
            yield alias


def _is_unread(sent: object, read: object, default: object, expected: bool) -> bool:
    if isinstance(sent, Doubtful):
        return True
    return expected if sent is None else read == default and read != sent


def _unread_entries(alias: str, sent: list[Any] | None, read: tuple[Any, ...]) -> Iterator[str]:
    parts = [entry for entry in read if isinstance(entry, AnswerPart)]
    if sent is None:
        sent = [entry.__dict__.get(_RAW) for entry in parts]
    places = {id(entry.__dict__.get(_RAW)): entry for entry in parts}
    if not places:
        is_whole = len(sent) == len(read) and not any(isinstance(e, Doubtful) for e in sent)
        yield from [] if is_whole else [alias]
        return
    for place, entry in enumerate(sent):
        model = places.get(id(entry))
        if model is None:
            yield f"{alias}[{place}]"
        else:
            yield from (f"{alias}[{place}].{below}" for below in _unread(model))


M = TypeVar("M", bound=AnswerPart)
A = TypeVar("A", bound=APIModel)


def readable(kind: type[M], entries: list[Any]) -> tuple[list[M], list[Any]]:
    """The entries of an answer's list as models, and those that can't be read."""
    models: list[M] = []
    lost = []
    for entry in entries:
        try:
            models.append(kind.from_api(entry))
        except UnexpectedAnswer:
            lost.append(entry)
    return models, lost


class RequestPart(APIModel):
    """A part of a request, which is judged strictly: a field that Amazon doesn't have is refused,
    as it would be dropped there without a word.
    """

    @model_validator(mode="after")
    def _no_strays(self) -> Self:
        strays = [
            InitErrorDetails(type="extra_forbidden", loc=where, input=None)
            for where in _strays(self)
        ]
        if strays:
            raise ValidationError.from_exception_data(type(self).__name__, strays)
        return self


def _strays(model: APIModel, *place: str | int) -> Iterator[tuple[str | int, ...]]:
    yield from ((*place, name) for name in model.__pydantic_extra__ or ())
    for name, value in model:
        if isinstance(value, APIModel):
            yield from _strays(value, *place, name)
        elif isinstance(value, tuple):
            for number, entry in enumerate(value):
                if isinstance(entry, APIModel):
                    yield from _strays(entry, *place, name, number)


def _problems(error: ValidationError) -> dict[str, str]:
    problems: dict[str, str] = {}
    for fault in error.errors():
        where = ".".join(to_camel(str(part)) for part in fault["loc"]) or "order"
        facts = fault.get("ctx", {})
        # What pydantic calls the length of a "Value" is that of a text that was checked before.
        kind = f"string_{fault['type']}" if facts.get("field_type") == "Value" else fault["type"]
        plain = _PLAIN.get(kind, "").format(**facts)
        problems[where] = plain or fault["msg"].removeprefix("Value error, ")
    # A list whose only entry is wrong isn't empty.
    return {
        where: problem
        for where, problem in problems.items()
        if not any(other.startswith(f"{where}.") for other in problems)
    }


_PLAIN = {
    "missing": "is needed",
    "string_type": "is needed",
    "string_too_short": "is needed",
    "string_too_long": "is too long: Amazon takes {max_length} characters",
    "string_pattern_mismatch": "is not a country code of two capital letters, like US",
    "too_short": "at least one is needed",
    "too_long": "too many: Amazon takes {max_length}",
    "extra_forbidden": "is no field that Amazon knows",
    "int_type": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "literal_error": "must be one of {expected}",
}


class Money(APIModel):
    """An amount; `value` is a decimal in a string, as Amazon wants it."""

    currency_code: Annotated[str, AfterValidator(_currency)]
    value: Amount

    @property
    def amount(self) -> Decimal:
        """The value as a number."""
        return Decimal(self.value)

    @classmethod
    def reckoned(cls, currency_code: str, amount: Decimal) -> Self:
        """So much of a currency as Amazon spells it; negative too, as a difference may be."""
        told = {"currencyCode": currency_code, "value": f"{amount:f}"}
        return cls.model_validate(told, context=_READING)


class Address(AnswerPart):
    """Where an order goes, as far as Amazon tells. It declares no lengths here."""

    expected: ClassVar[frozenset[str]] = frozenset({"name", "addressLine1", "countryCode"})

    country_code: str | None = None
    name: str | None = None
    address_line1: str | None = Field(None, alias="addressLine1")
    address_line2: str | None = Field(None, alias="addressLine2")
    address_line3: str | None = Field(None, alias="addressLine3")
    city: str | None = None
    district_or_county: str | None = None
    state_or_region: str | None = None
    postal_code: str | None = None
    phone: str | None = None


class Weight(AnswerPart):
    """A shipping weight; the unit is POUNDS, LB, KILOGRAMS or KG."""

    unit: str | None = None
    value: str | None = None


class FeatureSetting(AnswerPart):
    """A wish such as BLANK_BOX, and whether it's Required or NotRequired."""

    feature_name: str | None = None
    feature_fulfillment_policy: str | None = None


def unjudged(kind: type[A], data: dict[str, Any]) -> A:
    """The model of JSON that was judged before, as the rules were then; checks nothing anew."""
    values = {
        name: _unjudged_value(field.annotation, data.get(str(field.alias)))
        for name, field in kind.model_fields.items()
        if str(field.alias) in data or field.is_required()
    }
    made: A = kind.model_construct(set(values), **values)  # type: ignore[assignment]
    made.__dict__[_RAW] = data
    return made


def _unjudged_value(annotation: Any, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_unjudged_value(annotation, entry) for entry in value)
    part = _part_of(annotation)
    if part is not None and isinstance(value, dict):
        return unjudged(part, value)
    return AmazonTime.from_answer(value) if annotation is datetime and value else value


def _part_of(annotation: Any) -> type[APIModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, APIModel):
        return annotation
    return next(filter(None, map(_part_of, get_args(annotation))), None)
