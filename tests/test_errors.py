"""The tree of errors: complete, drawn as it is, and nothing foreign gets through it."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from types import ModuleType

import httpx
import pytest
import sp_api.api
import sp_api.auth
import sp_api.base
import sqlalchemy.exc
import sqlalchemy.ext.asyncio.exc
import sqlalchemy.orm.exc
from sp_api.auth.exceptions import AuthorizationError
from sp_api.base.exceptions import SellingApiException
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from mcf import errors
from mcf.amazon.responses import Operation
from mcf.amazon.transport import transport_error
from mcf.errors import (
    AnswerLost,
    ConnectionFailed,
    InvalidInput,
    MCFError,
    NotFound,
    ServiceTrouble,
    SettingsError,
    StoreError,
    Throttled,
    UnexpectedAnswer,
)
from mcf.store import tables
from mcf.store.database import Store

REQUEST = httpx.Request("GET", "http://127.0.0.1/")
RESPONSE = httpx.Response(500, request=REQUEST)
WAYS_TO_MAKE = (
    lambda kind: kind("boom", request=REQUEST),
    lambda kind: kind("boom", request=REQUEST, response=RESPONSE),
    lambda kind: kind([{"code": "InvalidInput", "message": "boom"}], {}),
    lambda kind: kind("invalid_grant", "boom", 400),
    lambda kind: kind("boom"),
    lambda kind: kind(),
)


def exceptions_of(module: ModuleType) -> Iterator[type[Exception]]:
    for _, found in inspect.getmembers(module, inspect.isclass):
        if issubclass(found, Exception) and found.__module__.startswith(("httpx", "sp_api")):
            yield found


def library_modules() -> Iterator[ModuleType]:
    for package in (sp_api.base, sp_api.auth):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def database_exceptions() -> Iterator[type[SQLAlchemyError]]:
    for module in (sqlalchemy.exc, sqlalchemy.orm.exc, sqlalchemy.ext.asyncio.exc):
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, SQLAlchemyError):
                yield found


DATABASE = sorted(set(database_exceptions()), key=lambda kind: kind.__name__)
PARAMETERS = {"address": "1 Secret Street"}
DRIVER_SAYS = "NOT NULL failed\nDETAIL: the row holds 1 Secret Street"
HTTPX = sorted(set(exceptions_of(httpx)), key=lambda kind: kind.__name__)
LIBRARY = sorted(
    {kind for module in library_modules() for kind in exceptions_of(module)},
    key=lambda kind: kind.__name__,
)
OURS = sorted(
    {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, MCFError)},
    key=lambda kind: kind.__name__,
)
NEVER_SENT = {
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.LocalProtocolError,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
}
LOST = {
    httpx.CloseError,
    httpx.NetworkError,
    httpx.ReadError,
    httpx.ReadTimeout,
    httpx.RemoteProtocolError,
    httpx.TimeoutException,
    httpx.WriteError,
    httpx.WriteTimeout,
}


def instance(kind: type[Exception]) -> Exception:
    """One exception of the class, whatever its constructor takes."""
    for make in WAYS_TO_MAKE:
        try:
            return make(kind)
        except TypeError:
            continue
    raise AssertionError(f"no way known to make a {kind.__name__}")


def test_the_classes_of_both_libraries_are_found() -> None:
    assert {httpx.InvalidURL, httpx.StreamConsumed, *NEVER_SENT, *LOST} <= set(HTTPX)
    assert {SellingApiException, AuthorizationError} <= set(LIBRARY)
    assert len(LIBRARY) >= 14


@pytest.mark.parametrize("kind", [*HTTPX, *LIBRARY], ids=lambda kind: kind.__name__)
def test_every_foreign_error_becomes_one_of_ours(kind: type[Exception]) -> None:
    error = transport_error(instance(kind), Operation.CREATE_ORDER)

    expected = {**dict.fromkeys(NEVER_SENT, ConnectionFailed), **dict.fromkeys(LOST, AnswerLost)}
    assert type(error) is expected.get(kind, UnexpectedAnswer)
    assert error.may_have_happened is (kind not in NEVER_SENT)
    assert error.operation == "createFulfillmentOrder"
    assert kind.__name__ in error.message


@pytest.mark.parametrize(
    "accident", [KeyError("errors"), TypeError("x"), UnicodeDecodeError("utf-8", b"", 0, 1, "x")]
)
def test_an_accident_inside_the_library_leaves_a_write_uncertain(accident: Exception) -> None:
    error = transport_error(accident, Operation.CREATE_ORDER)

    assert isinstance(error, UnexpectedAnswer)
    assert error.may_have_happened


def test_an_error_of_ours_passes_unchanged() -> None:
    error = NotFound("no such order")

    assert transport_error(error, Operation.GET_ORDER) is error


def database_error(kind: type[SQLAlchemyError]) -> SQLAlchemyError:
    """One exception of the class; what it holds is private."""
    if issubclass(kind, DBAPIError):
        return kind("INSERT", PARAMETERS, ValueError(DRIVER_SAYS))
    if issubclass(kind, StatementError):
        return kind("boom 1 Secret Street", "INSERT", PARAMETERS, ValueError(DRIVER_SAYS))
    # Their constructors differ, and a few need an ORM; what they are raised with doesn't matter.
    return kind.__new__(kind, "boom 1 Secret Street")


def test_the_classes_of_the_database_are_found() -> None:
    assert {DBAPIError, sqlalchemy.exc.TimeoutError, sqlalchemy.orm.exc.FlushError} <= set(DATABASE)
    assert len(DATABASE) >= 50


@pytest.mark.parametrize("kind", DATABASE, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.rows(tables.inventory),
        lambda store: store.add(tables.inventory, {"seller_sku": "A"}),
    ],
    ids=["read", "write"],
)
def test_every_error_of_the_database_becomes_one_of_the_store(
    store: Store, kind: type[SQLAlchemyError], use: Callable[[Store], object]
) -> None:
    error = database_error(kind)

    def fail(*_: object) -> None:
        raise error

    event.listen(store._engine, "before_cursor_execute", fail)

    with pytest.raises(StoreError) as told:
        use(store)

    assert told.value.__cause__ is error
    assert not told.value.may_have_happened
    assert "1 Secret Street" not in json.dumps(told.value.to_dict())
    assert told.value.message.startswith("The store can't be used: ")


def test_the_tree_in_the_docstring_is_the_tree_that_exists() -> None:
    drawn: dict[str, str] = {}
    parents: list[str] = []
    pattern = re.compile(r"^( *)[*+-] (\w+)", re.MULTILINE)
    for indent, name in pattern.findall(errors.__doc__ or ""):
        del parents[len(indent) // 2 :]
        drawn[name] = parents[-1] if parents else "Exception"
        parents.append(name)

    assert drawn == {kind.__name__: kind.__bases__[0].__name__ for kind in OURS}


def test_only_service_trouble_leaves_open_what_happened() -> None:
    uncertain = {kind for kind in OURS if kind.may_have_happened}

    assert uncertain == {
        ServiceTrouble,
        AnswerLost,
        errors.ServiceUnavailable,
        UnexpectedAnswer,
    }


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_error_says_what_it_means_and_what_to_do(kind: type[MCFError]) -> None:
    assert (kind.__doc__ or "").rstrip().endswith(".")
    assert kind.default_advice.endswith(".")


def test_an_error_shows_its_message_and_keeps_amazons_references() -> None:
    error = Throttled(
        "You exceeded your quota.",
        operation="getFulfillmentOrder",
        status=429,
        code="QuotaExceeded",
        request_id="r-1",
    )

    assert str(error) == "You exceeded your quota."
    assert error.to_dict() == {
        "error": "Throttled",
        "message": "You exceeded your quota.",
        "advice": Throttled.default_advice,
        "operation": "getFulfillmentOrder",
        "status": 429,
        "code": "QuotaExceeded",
        "request_id": "r-1",
    }


def test_what_is_not_known_is_left_out_of_the_plain_data() -> None:
    told = NotFound("gone", advice="Look elsewhere.").to_dict()

    assert told == {"error": "NotFound", "message": "gone", "advice": "Look elsewhere."}
    assert json.loads(json.dumps(told)) == told


def test_a_settings_error_begins_with_the_variable() -> None:
    error = SettingsError("AMAZON_REGION", "is not a region.")

    assert str(error) == "AMAZON_REGION: is not a region."
    assert error.variable == "AMAZON_REGION"
    assert ".env" in error.advice


def test_wrong_input_names_every_field() -> None:
    error = InvalidInput({"city": "is needed", "quantity": "is too large"})

    assert str(error) == "city: is needed; quantity: is too large"
    assert error.problems == {"city": "is needed", "quantity": "is too large"}
    assert "nothing was sent" in error.advice
