"""SP-API's data as frozen Python objects, both ways without loss.

`Model.from_api(data)` reads what Amazon sends, kindly: fields that Amazon adds are kept, enum
values that it invents survive as text, a field that can't be read is taken as not told, and an
entry of a list that can't be read costs itself alone. `unread` names those, and `to_api()` gives
back the same JSON all the same. Requests made here are judged strictly: against the lengths and
limits that Amazon declares, before anything is sent.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-v2020-07-01-reference
https://developer-docs.amazon.com/sp-api/docs/fbainventory-api-v1-reference
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    Self,
    SupportsIndex,
    TypeVar,
    get_args,
)

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

from mcf import addresses
from mcf.errors import InvalidInput, UnexpectedAnswer
from mcf.status import (
    FulfillmentAction,
    FulfillmentOrderStatus,
    FulfillmentPolicy,
    PackageStatus,
    ShipmentStatus,
    ShippingSpeedCategory,
    Status,
)

MAX_LINES = 100
MAX_UNITS = 250


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
    def told(cls, value: object) -> AmazonTime:
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
    return AmazonTime.told(value) if info.context is _READING else AmazonTime.parse(value)


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
    found = next(
        (c for c in letters if c not in "\t\n" and unicodedata.category(c) in _UNSHOWN), None
    )
    if found is not None:
        raise ValueError(f"holds a character that can't be printed (U+{ord(found):04X})")
    return text


_UNSHOWN = ("Cc", "Cs")


def _shown_id(text: Any) -> Any:
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
    return [_copied(value) for value in data] if isinstance(data, list) else data


class Told(APIModel):
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
        try:
            return _keepable(value, handler(value))
        except ValueError:
            if field.is_required():
                raise
            if isinstance(value, list):
                return tuple(_readable(value, handler)) or field.get_default()
            return field.get_default()


def _keepable(told: object, read: Any) -> Any:
    """What was read, if it was told so and a database can hold it; raises ValueError otherwise."""
    if isinstance(told, bool) and not isinstance(read, bool):
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


def _unread(model: Told) -> Iterator[str]:
    raw = model.__dict__.get(_RAW)
    for name, field in type(model).model_fields.items():
        alias, read = str(field.alias), getattr(model, name)
        told = None if raw is None else raw.get(alias)
        if isinstance(read, Told):
            yield from (f"{alias}.{below}" for below in _unread(read))
        elif isinstance(read, tuple) and (raw is None or isinstance(told, list)):
            yield from _unread_entries(alias, told, read)
        elif raw is not None and _is_unread(told, read, field.default, alias in model.expected):
            yield alias


def _is_unread(told: object, read: object, default: object, expected: bool) -> bool:
    return expected if told is None else read == default and read != told


def _unread_entries(alias: str, told: list[Any] | None, read: tuple[Any, ...]) -> Iterator[str]:
    known = [entry for entry in read if isinstance(entry, Told)]
    if told is None:
        told = [entry.__dict__.get(_RAW) for entry in known]
    places = {id(entry.__dict__.get(_RAW)): entry for entry in known}
    if not places:
        yield from [alias] * (len(told) != len(read))
        return
    for place, entry in enumerate(told):
        model = places.get(id(entry))
        if model is None:
            yield f"{alias}[{place}]"
        else:
            yield from (f"{alias}[{place}].{below}" for below in _unread(model))


M = TypeVar("M", bound=Told)
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


class Wish(APIModel):
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
    for found in error.errors():
        where = ".".join(to_camel(str(part)) for part in found["loc"]) or "order"
        facts = found.get("ctx", {})
        # What pydantic calls the length of a "Value" is that of a text that was checked before.
        kind = f"string_{found['type']}" if facts.get("field_type") == "Value" else found["type"]
        plain = _PLAIN.get(kind, "").format(**facts)
        problems[where] = plain or found["msg"].removeprefix("Value error, ")
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


class Address(Told):
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


class Recipient(Address):
    """An address that an order can be sent to: nothing that Amazon needs is missing."""

    country_code: str = Field(pattern="^[A-Z]{2}$")
    name: str = Field(min_length=1)
    address_line1: str = Field(min_length=1, alias="addressLine1")
    city: str | None = Field(None, validate_default=True)
    postal_code: str = Field(min_length=1)

    @field_validator("city")
    @classmethod
    def _needed_outside_japan(cls, city: str | None, info: ValidationInfo) -> str | None:
        japan = info.data.get("country_code") == "JP"
        if japan and city:
            raise ValueError("is not used in Japan: put it into the address lines")
        if not japan and not city:
            raise ValueError("is needed")
        return city

    @classmethod
    def _judged(cls, fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The address as its country writes it, and where it isn't one.

        An address that Amazon has taken once is read back as it is: older rules took it.
        """
        python_names = {info.alias: name for name, info in cls.model_fields.items()}
        named = {python_names.get(name, name): value for name, value in fields.items()}
        typed = {k: v for k, v in named.items() if k in cls.model_fields and isinstance(v, str)}
        found = addresses.problems(typed)
        return named | addresses.normalised(typed), {to_camel(k): v for k, v in found.items()}


class Weight(Told):
    """A shipping weight; the unit is POUNDS, LB, KILOGRAMS or KG."""

    unit: str | None = None
    value: str | None = None


class FeatureSetting(Told):
    """A wish such as BLANK_BOX, and whether it's Required or NotRequired."""

    feature_name: str | None = None
    feature_fulfillment_policy: str | None = None


class FeatureWish(Wish):
    """The same as it's sent."""

    feature_name: str = Field(min_length=1)
    feature_fulfillment_policy: Literal["Required", "NotRequired"]


class DeliveryWindow(Wish):
    """When a scheduled delivery is to arrive; in Japan only."""

    start_date: Timestamp
    end_date: Timestamp


class DropOff(Wish):
    """Where a parcel may be left; a neighbour needs `neighborName` and `houseNumber`."""

    type: Literal[
        "FRONT_DOOR",
        "DELIVERY_BOX",
        "GAS_METER_BOX",
        "BICYCLE_BASKET",
        "GARAGE",
        "RECEPTIONIST",
        "FALLBACK_NEIGHBOR_DELIVERY",
        "DO_NOT_LEAVE_UNATTENDED",
    ]
    attributes: Mapping[str, str] | None = None


class DeliveryPreferences(Wish):
    """What the carrier is asked to do."""

    delivery_instructions: Typed | None = Field(None, max_length=250)
    drop_off_location: DropOff | None = None


class CODSettings(Wish):
    """What the recipient pays on delivery."""

    is_cod_required: bool = Field(strict=True)
    cod_charge: Money | None = None
    cod_charge_tax: Money | None = None
    shipping_charge: Money | None = None
    shipping_charge_tax: Money | None = None


class Payment(Wish):
    """How an order was paid for; needed in India."""

    payment_transaction_id: str = Field(min_length=1)
    payment_mode: str = Field(min_length=1)
    payment_date: Timestamp


class MCFOrderItem(Wish):
    """A line of an order as it's sent."""

    seller_sku: Typed = Field(min_length=1, max_length=50)
    seller_fulfillment_order_item_id: Typed = Field(min_length=1, max_length=50)
    quantity: int = Field(strict=True, ge=1, lt=2**31)
    gift_message: Typed | None = Field(None, max_length=512)
    displayable_comment: Typed | None = Field(None, max_length=250)
    fulfillment_network_sku: str | None = None
    per_unit_declared_value: Money | None = None
    per_unit_price: Money | None = None
    per_unit_tax: Money | None = None


class OrderLine(Told):
    """A line of an order as it's read back, with Amazon's counts."""

    expected: ClassVar[frozenset[str]] = frozenset(
        {"sellerSku", "sellerFulfillmentOrderItemId", "quantity"}
    )

    seller_sku: str | None = None
    seller_fulfillment_order_item_id: str | None = None
    quantity: Count | None = None
    gift_message: str | None = None
    displayable_comment: str | None = None
    fulfillment_network_sku: str | None = None
    order_item_disposition: str | None = None
    cancelled_quantity: Count | None = None
    unfulfillable_quantity: Count | None = None
    estimated_ship_date: Timestamp | None = None
    estimated_arrival_date: Timestamp | None = None
    per_unit_price: Money | None = None
    per_unit_tax: Money | None = None
    per_unit_declared_value: Money | None = None


class MCFOrderRequest(Wish):
    """What createFulfillmentOrder takes; checked as Amazon declares it.

    https://developer-docs.amazon.com/sp-api/reference/createfulfillmentorder
    """

    marketplace_id: str | None = None
    seller_fulfillment_order_id: str = Field(min_length=1, max_length=40)
    displayable_order_id: Annotated[str, BeforeValidator(_shown_id)] = Field(
        min_length=1, max_length=40
    )
    displayable_order_date: Timestamp
    displayable_order_comment: Typed = Field(min_length=1, max_length=750)
    shipping_speed_category: str
    destination_address: Recipient
    fulfillment_action: str | None = None
    fulfillment_policy: str | None = None
    ship_from_country_code: str | None = None
    notification_emails: tuple[Email, ...] | None = None
    feature_constraints: tuple[FeatureWish, ...] | None = None
    delivery_window: DeliveryWindow | None = None
    delivery_preferences: DeliveryPreferences | None = None
    cod_settings: CODSettings | None = None
    payment_information: tuple[Payment, ...] | None = None
    items: tuple[MCFOrderItem, ...] = Field(min_length=1, max_length=MAX_LINES)

    @classmethod
    def from_api(cls, data: object) -> Self:
        """An order that was sent before, read from its JSON: it was judged then, by the rules of
        that day. Raises `UnexpectedAnswer` for what is no JSON object.
        """
        if not isinstance(data, dict):
            return super().from_api(data)
        return _unjudged(cls, data)

    @classmethod
    def _judged(cls, fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The order with its address judged as `Recipient` does."""
        name = "destinationAddress" if "destinationAddress" in fields else "destination_address"
        typed = fields.get(name)
        if isinstance(typed, Address):
            typed = typed.to_api()
        if not isinstance(typed, Mapping):
            return fields, {}
        address, found = Recipient._judged(dict(typed))
        return {**fields, name: address}, {f"destinationAddress.{k}": v for k, v in found.items()}

    @field_validator("shipping_speed_category", "fulfillment_action", "fulfillment_policy")
    @classmethod
    def _declared(cls, value: str | None, info: ValidationInfo) -> str | None:
        return _in_amazons_spelling(value, info)

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        if (units := sum(item.quantity for item in self.items)) > MAX_UNITS:
            raise ValueError(f"{units} units, but Amazon takes {MAX_UNITS} per order at most")
        ids = Counter(item.seller_fulfillment_order_item_id for item in self.items)
        if twice := [item_id for item_id, n in ids.items() if n > 1]:
            raise ValueError(f"item id used twice: {', '.join(twice)}")
        return self

    @field_validator("seller_fulfillment_order_id")
    @classmethod
    def _survives_urls(cls, order_id: str) -> str:
        if order_id in (".", "..") or not set(order_id) <= _ID_CHARACTERS:
            raise ValueError(
                "may hold letters, digits, '-', '_' and '.' only, as others break Amazon's "
                "look-ups; your shop's own number goes into displayableOrderId"
            )
        return order_id


def _unjudged(kind: type[A], data: dict[str, Any]) -> A:
    told = {
        name: _unjudged_value(field.annotation, data.get(str(field.alias)))
        for name, field in kind.model_fields.items()
        if str(field.alias) in data or field.is_required()
    }
    made: A = kind.model_construct(set(told), **told)  # type: ignore[assignment]
    made.__dict__[_RAW] = data
    return made


def _unjudged_value(annotation: Any, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_unjudged_value(annotation, entry) for entry in value)
    part = _part_of(annotation)
    if part is not None and isinstance(value, dict):
        return _unjudged(part, value)
    return AmazonTime.told(value) if annotation is datetime and value else value


def _part_of(annotation: Any) -> type[APIModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, APIModel):
        return annotation
    return next(filter(None, map(_part_of, get_args(annotation))), None)


def _in_amazons_spelling(value: str | None, info: ValidationInfo) -> str | None:
    if value is None:
        return None
    kind = _DECLARED[str(info.field_name)]
    if kind.of(value).value == "UNRECOGNISED":
        known = ", ".join(kind.known())
        raise ValueError(f"{value!r} is none of {known}")
    return kind.of(value).value


_DECLARED: dict[str, type[Status]] = {
    "shipping_speed_category": ShippingSpeedCategory,
    "fulfillment_action": FulfillmentAction,
    "fulfillment_policy": FulfillmentPolicy,
}
_ID_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def order_id_for(number: str) -> str:
    """The number that Amazon gets for a shop's own, always the same: "#1001" becomes "1001"."""
    kept = "".join(c if c in _ID_CHARACTERS else "-" for c in number.strip())
    return "-".join(part for part in kept.split("-") if part)


class ChangedLine(Wish):
    """A line of an order as it's to be; an empty text takes one away, None leaves it."""

    seller_fulfillment_order_item_id: Typed = Field(min_length=1, max_length=50)
    quantity: int = Field(strict=True, ge=1, lt=2**31)
    gift_message: Typed | None = Field(None, max_length=512)
    displayable_comment: Typed | None = Field(None, max_length=250)
    per_unit_declared_value: Money | None = None
    per_unit_price: Money | None = None
    per_unit_tax: Money | None = None


class MCFOrderUpdate(Wish):
    """What updateFulfillmentOrder takes: what is None stays as it is, an empty list takes away.

    https://developer-docs.amazon.com/sp-api/reference/updatefulfillmentorder
    """

    displayable_order_id: Annotated[str, BeforeValidator(_shown_id)] | None = Field(
        None, min_length=1, max_length=40
    )
    displayable_order_date: Timestamp | None = None
    displayable_order_comment: Typed | None = Field(None, min_length=1, max_length=750)
    shipping_speed_category: str | None = None
    destination_address: Recipient | None = None
    fulfillment_action: str | None = None
    fulfillment_policy: str | None = None
    ship_from_country_code: str | None = None
    notification_emails: tuple[Email, ...] | None = None
    feature_constraints: tuple[FeatureWish, ...] | None = None
    items: tuple[ChangedLine, ...] | None = Field(None, min_length=1, max_length=MAX_LINES)

    @field_validator("shipping_speed_category", "fulfillment_action", "fulfillment_policy")
    @classmethod
    def _declared(cls, value: str | None, info: ValidationInfo) -> str | None:
        return _in_amazons_spelling(value, info)

    @field_validator("destination_address", mode="before")
    @classmethod
    def _judged_anew(cls, value: object) -> object:
        return value.to_api() if isinstance(value, Address) else value


class MCFFulfillmentOrder(Told):
    """The head of an order. Lists leave out `marketplace_id`, `fulfillment_action` and more; what
    can't be left out is the order's number.
    """

    expected: ClassVar[frozenset[str]] = frozenset(
        {"fulfillmentOrderStatus", "receivedDate", "statusUpdatedDate", "displayableOrderId"}
    )

    seller_fulfillment_order_id: Annotated[str, Field(min_length=1, max_length=64)]
    marketplace_id: str | None = None
    displayable_order_id: str | None = None
    displayable_order_date: Timestamp | None = None
    displayable_order_comment: str | None = None
    shipping_speed_category: str | None = None
    destination_address: Address | None = None
    fulfillment_action: str | None = None
    fulfillment_policy: str | None = None
    received_date: Timestamp | None = None
    fulfillment_order_status: str | None = None
    status_updated_date: Timestamp | None = None
    notification_emails: tuple[str, ...] | None = None
    feature_constraints: tuple[FeatureSetting, ...] | None = None

    @property
    def status(self) -> FulfillmentOrderStatus:
        """The order's status, whatever case Amazon wrote it in."""
        return FulfillmentOrderStatus.of(self.fulfillment_order_status)

    @property
    def speed(self) -> ShippingSpeedCategory:
        """The delivery speed."""
        return ShippingSpeedCategory.of(self.shipping_speed_category)

    @property
    def action(self) -> FulfillmentAction:
        """Ship or Hold."""
        return FulfillmentAction.of(self.fulfillment_action)

    @property
    def policy(self) -> FulfillmentPolicy:
        """What happens when a part can't be shipped."""
        return FulfillmentPolicy.of(self.fulfillment_policy)


class DeliveryDocument(Told):
    """A proof of delivery; its address is good for one hour."""

    document_type: str | None = None
    url: str | None = None


class DropOffLocation(Told):
    """Where a parcel was left."""

    type: str | None = None
    attributes: Mapping[str, Any] | None = None


class DeliveryInformation(Told):
    """How a parcel was handed over."""

    delivery_document_list: tuple[DeliveryDocument, ...] | None = None
    drop_off_location: DropOffLocation | None = None


class LockerDetails(Told):
    """The locker in which a parcel waits for its recipient."""

    locker_number: str | None = None
    locker_access_code: str | None = None


class MCFPackage(Told):
    """A parcel of a shipment."""

    expected: ClassVar[frozenset[str]] = frozenset({"packageNumber"})

    package_number: Number | None = None
    carrier_code: str | None = None
    tracking_number: str | None = None
    amazon_fulfillment_tracking_number: str | None = None
    estimated_arrival_date: Timestamp | None = None
    locker_details: LockerDetails | None = None
    delivery_information: DeliveryInformation | None = None


class ShipmentItem(Told):
    """Units of one line that travel in one parcel of a shipment."""

    expected: ClassVar[frozenset[str]] = frozenset({"sellerSku", "quantity"})

    seller_sku: str | None = None
    seller_fulfillment_order_item_id: str | None = None
    quantity: Count | None = None
    package_number: Number | None = None
    serial_number: str | None = None


class MCFShipment(Told):
    """The part of an order that leaves one warehouse."""

    expected: ClassVar[frozenset[str]] = frozenset(
        {"amazonShipmentId", "fulfillmentShipmentStatus"}
    )

    amazon_shipment_id: str | None = None
    fulfillment_center_id: str | None = None
    fulfillment_shipment_status: str | None = None
    shipping_date: Timestamp | None = None
    estimated_arrival_date: Timestamp | None = None
    shipping_notes: tuple[str, ...] | None = None
    fulfillment_shipment_item: tuple[ShipmentItem, ...] = ()
    fulfillment_shipment_package: tuple[MCFPackage, ...] | None = None

    @property
    def status(self) -> ShipmentStatus:
        """The shipment's status."""
        return ShipmentStatus.of(self.fulfillment_shipment_status)

    @property
    def packages(self) -> tuple[MCFPackage, ...]:
        """The parcels; none while it's being picked."""
        return self.fulfillment_shipment_package or ()


class ReturnItem(Told):
    """A unit that the recipient sends back."""

    seller_return_item_id: str | None = None
    seller_fulfillment_order_item_id: str | None = None
    amazon_shipment_id: str | None = None
    seller_return_reason_code: str | None = None
    return_comment: str | None = None
    amazon_return_reason_code: str | None = None
    status: str | None = None
    status_changed_date: Timestamp | None = None
    return_authorization_id: str | None = None
    return_received_condition: str | None = None
    fulfillment_center_id: str | None = None


class ReturnAuthorization(Told):
    """Where units are to be sent back, and under which number."""

    return_authorization_id: str | None = None
    fulfillment_center_id: str | None = None
    return_to_address: Address | None = None
    amazon_rma_id: str | None = None
    rma_page_url: str | None = Field(None, alias="rmaPageURL")


class ReturnReason(Told):
    """Why a unit of a SKU may come back, in Amazon's words."""

    return_reason_code: Annotated[str, Field(min_length=1)]
    description: str | None = None
    translated_description: str | None = None


class MCFReturnItem(Wish):
    """A unit that is to come back, as it's asked for; a request names each unit on its own."""

    seller_return_item_id: Typed = Field(min_length=1, max_length=80)
    seller_fulfillment_order_item_id: str = Field(min_length=1)
    amazon_shipment_id: str = Field(min_length=1)
    return_reason_code: str = Field(min_length=1)
    return_comment: Typed | None = Field(None, max_length=1000)


class MCFReturnRequest(Wish):
    """What createFulfillmentReturn takes.

    https://developer-docs.amazon.com/sp-api/reference/createfulfillmentreturn
    """

    items: tuple[MCFReturnItem, ...] = Field(min_length=1)


class InvalidItemReason(Told):
    """Why Amazon doesn't take a unit back."""

    invalid_item_reason_code: str | None = None
    description: str | None = None


class InvalidReturnItem(Told):
    """A unit that Amazon doesn't take back."""

    seller_return_item_id: str | None = None
    seller_fulfillment_order_item_id: str | None = None
    invalid_item_reason: InvalidItemReason | None = None


class ReturnResult(Told):
    """What became of a request for returns, unit by unit."""

    return_items: tuple[ReturnItem, ...] = ()
    invalid_return_items: tuple[InvalidReturnItem, ...] = ()
    return_authorizations: tuple[ReturnAuthorization, ...] = ()


class MCFOrderDetail(Told):
    """Everything that getFulfillmentOrder tells of one order.

    What can't be left out is its head.
    """

    expected: ClassVar[frozenset[str]] = frozenset({"fulfillmentOrderItems"})

    fulfillment_order: MCFFulfillmentOrder
    fulfillment_order_items: tuple[OrderLine, ...] = ()
    fulfillment_shipments: tuple[MCFShipment, ...] | None = None
    return_items: tuple[ReturnItem, ...] | None = None
    return_authorizations: tuple[ReturnAuthorization, ...] | None = None

    @property
    def shipments(self) -> tuple[MCFShipment, ...]:
        """The shipments, dead ones too; none before picking begins."""
        return self.fulfillment_shipments or ()

    @property
    def parcels(self) -> Iterator[Parcel]:
        """Every parcel; its number is a negative one, always the same, where none is told."""
        order_id = self.fulfillment_order.seller_fulfillment_order_id
        for place, shipment in enumerate(self.shipments, start=1):
            for n, package in enumerate(shipment.packages, start=1):
                made = f"{order_id}/{shipment.amazon_shipment_id or place}/{n}"
                number = package.package_number
                given = negative_number(made) if number is None else number
                yield Parcel(place, given, shipment, package)


class Parcel(NamedTuple):
    """A parcel with its number, and its shipment, which has a place in the order, from 1."""

    place: int
    number: int
    shipment: MCFShipment
    package: MCFPackage


def negative_number(text: str) -> int:
    """A negative number for a text, always the same, which no parcel of Amazon's has."""
    return -int(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:13], 16)


class TrackingAddress(Told):
    """The place of a tracking event."""

    city: str | None = None
    state: str | None = None
    country: str | None = None


class TrackingEvent(Told):
    """One thing that happened to a parcel."""

    expected: ClassVar[frozenset[str]] = frozenset({"eventDate", "eventCode"})

    event_date: Timestamp | None = None
    event_address: TrackingAddress | None = None
    event_code: str | None = None
    event_description: str | None = None


class DateRange(Told):
    """From when until when."""

    earliest: Timestamp | None = None
    latest: Timestamp | None = None


class PackageTracking(Told):
    """What the carrier told Amazon of a parcel; events in no order that could be relied on."""

    package_number: Number | None = None
    tracking_number: str | None = None
    customer_tracking_link: str | None = None
    carrier_code: str | None = None
    carrier_phone_number: str | None = None
    carrier_url: str | None = Field(None, alias="carrierURL")
    ship_date: Timestamp | None = None
    estimated_arrival_date: Timestamp | None = None
    ship_to_address: TrackingAddress | None = None
    current_status: str | None = None
    current_status_description: str | None = None
    delivery_window: DateRange | None = None
    signed_for_by: str | None = None
    additional_location_info: str | None = None
    tracking_events: tuple[TrackingEvent, ...] | None = None

    @model_validator(mode="after")
    def _tells_something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            # What is known of a parcel must not make way for nothing.
            raise ValueError("no field of a parcel can be read")
        return self

    @property
    def status(self) -> PackageStatus:
        """The parcel's status."""
        return PackageStatus.of(self.current_status)

    @property
    def events(self) -> tuple[TrackingEvent, ...]:
        """The events, oldest first; before them those whose time isn't told."""
        return tuple(sorted(self.tracking_events or (), key=_when))


def _when(event: TrackingEvent) -> tuple[bool, datetime]:
    return event.event_date is not None, event.event_date or _NO_TIME


_NO_TIME = datetime.min.replace(tzinfo=UTC)


class Fee(Told):
    """One of the fees of a preview."""

    name: str | None = None
    amount: Money | None = None


class PreviewItem(Told):
    """A line of a planned shipment."""

    seller_sku: str | None = None
    quantity: Count | None = None
    seller_fulfillment_order_item_id: str | None = None
    estimated_shipping_weight: Weight | None = None
    shipping_weight_calculation_method: str | None = None


class PreviewShipment(Told):
    """A shipment that Amazon would make, with its dates."""

    earliest_ship_date: Timestamp | None = None
    latest_ship_date: Timestamp | None = None
    earliest_arrival_date: Timestamp | None = None
    latest_arrival_date: Timestamp | None = None
    shipping_notes: tuple[str, ...] | None = None
    fulfillment_preview_items: tuple[PreviewItem, ...] = ()


class UnfulfillableItem(Told):
    """A line that can't be shipped, and why."""

    seller_sku: str | None = None
    quantity: Count | None = None
    seller_fulfillment_order_item_id: str | None = None
    item_unfulfillable_reasons: tuple[str, ...] | None = None


class FulfillmentPreview(Told):
    """What one delivery speed would cost and when it would arrive.

    https://developer-docs.amazon.com/sp-api/reference/getfulfillmentpreview
    """

    shipping_speed_category: Annotated[str, Field(min_length=1)]
    is_fulfillable: Annotated[bool, Field(strict=True)] = False
    is_cod_capable: bool | None = Field(None, alias="isCODCapable")
    marketplace_id: str | None = None
    estimated_shipping_weight: Weight | None = None
    estimated_fees: tuple[Fee, ...] | None = None
    fulfillment_preview_shipments: tuple[PreviewShipment, ...] | None = None
    unfulfillable_preview_items: tuple[UnfulfillableItem, ...] | None = None
    order_unfulfillable_reasons: tuple[str, ...] | None = None
    feature_constraints: tuple[FeatureSetting, ...] | None = None

    @property
    def speed(self) -> ShippingSpeedCategory:
        """The delivery speed."""
        return ShippingSpeedCategory.of(self.shipping_speed_category)

    @property
    def speed_label(self) -> str:
        """The delivery speed in words, of one that isn't known in Amazon's."""
        return ShippingSpeedCategory.label_of(self.shipping_speed_category)

    @property
    def shipments(self) -> tuple[PreviewShipment, ...]:
        """The shipments that Amazon would make."""
        return self.fulfillment_preview_shipments or ()

    @property
    def total_fee(self) -> Money | None:
        """The sum of the fees; None when Amazon names none, which doesn't mean free, or one of them
        can't be read.
        """
        if any(place.startswith("estimatedFees") for place in self.unread):
            return None
        amounts = [fee.amount for fee in self.estimated_fees or ()]
        known = [amount for amount in amounts if amount is not None]
        if not known or len(known) < len(amounts) or len({m.currency_code for m in known}) > 1:
            return None
        total = sum((money.amount for money in known), Decimal(0))
        return Money(currency_code=known[0].currency_code, value=f"{total:f}")

    @property
    def arrival(self) -> tuple[datetime, datetime] | None:
        """Earliest and latest arrival of the last shipment to arrive; None when not told."""
        windows = [(s.earliest_arrival_date, s.latest_arrival_date) for s in self.shipments]
        known = [(first or last, last) for first, last in windows if last]
        return max(known, key=lambda window: window[1]) if known else None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it can't be shipped, in Amazon's words, each once."""
        of_items = (
            f"{item.seller_sku or 'A SKU'}: "
            f"{', '.join(item.item_unfulfillable_reasons or ('not available',))}"
            for item in self.unfulfillable_preview_items or ()
        )
        return tuple(dict.fromkeys((*(self.order_unfulfillable_reasons or ()), *of_items)))


class ReservedQuantity(Told):
    """Units that are in the warehouse but promised or on the move."""

    total_reserved_quantity: Count | None = None
    pending_customer_order_quantity: Count | None = None
    pending_transshipment_quantity: Count | None = None
    fc_processing_quantity: Count | None = None


class UnfulfillableQuantity(Told):
    """Units that can't be sold, by cause."""

    total_unfulfillable_quantity: Count | None = None
    customer_damaged_quantity: Count | None = None
    warehouse_damaged_quantity: Count | None = None
    distributor_damaged_quantity: Count | None = None
    carrier_damaged_quantity: Count | None = None
    defective_quantity: Count | None = None
    expired_quantity: Count | None = None


class ResearchingQuantity(Told):
    """Units that Amazon is looking for."""

    total_researching_quantity: Count | None = None
    researching_quantity_breakdown: tuple[Mapping[str, Any], ...] | None = None


class InventoryDetails(Told):
    """Where the units of a SKU are."""

    fulfillable_quantity: Count | None = None
    inbound_working_quantity: Count | None = None
    inbound_shipped_quantity: Count | None = None
    inbound_receiving_quantity: Count | None = None
    reserved_quantity: ReservedQuantity | None = None
    researching_quantity: ResearchingQuantity | None = None
    unfulfillable_quantity: UnfulfillableQuantity | None = None


class MCFInventoryItem(Told):
    """The stock of one SKU. `total_quantity` includes what is still inbound.

    https://developer-docs.amazon.com/sp-api/reference/getinventorysummaries
    """

    seller_sku: Annotated[str, Field(min_length=1, max_length=255)]
    asin: str | None = None
    fn_sku: str | None = None
    condition: str | None = None
    inventory_details: InventoryDetails | None = None
    last_updated_time: Timestamp | Literal[""] | None = None
    product_name: str | None = None
    total_quantity: Count | None = None
    stores: tuple[str, ...] | None = None

    @property
    def has_unread_counts(self) -> bool:
        """Whether a quantity was told that can't be read, so that it isn't known how many there
        are.
        """
        return any("uantity" in place or "inventoryDetails" in place for place in self.unread)


class Participation(Told):
    """A marketplace that the account sells in."""

    marketplace: Mapping[str, Any] = Field(default_factory=dict)
    participation: Mapping[str, Any] = Field(default_factory=dict)
    store_name: str | None = None
