"""What each of Amazon's answers means: no answer but a right one counts as success."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from mcf.amazon.responses import Operation, decipher, server_clock
from mcf.errors import (
    DuplicateOrder,
    MCFError,
    NotAuthorized,
    NotFound,
    OrderNotUpdatable,
    PageTokenExpired,
    RequestRefused,
    ServiceUnavailable,
    Throttled,
    TokenExpired,
    UnexpectedAnswer,
)

JSON = httpx.Headers({"content-type": "application/json", "x-amzn-RequestId": "r-1"})
HTML = httpx.Headers({"content-type": "text/html"})
NO_HEADERS = httpx.Headers()
MAINTENANCE = b"<html><head><title>Website Temporarily Unavailable</title></head></html>"
BAD_REQUEST = b"<html><center><h1>400 Bad Request</h1></center></html>"
WRITES = [operation for operation in Operation if operation.writes]
CONFIRMED = [operation for operation in WRITES if not operation.holds]
READS = [operation for operation in Operation if operation.holds == ("payload",)]
WORDS_2026 = {
    Operation.GET_PREVIEW_2026: {"plannedShipments": []},
    Operation.CREATE_ORDER_2026: {"orderId": "1001", "status": "PROCESSING"},
    Operation.GET_ORDER_2026: {"order": {}},
    Operation.LIST_ORDERS_2026: {"orders": [], "pagination": {"nextToken": "n"}},
}

CREATE = Operation.CREATE_ORDER
UPDATE = Operation.UPDATE_ORDER
CANCEL = Operation.CANCEL_ORDER
GET = Operation.GET_ORDER
LIST = Operation.LIST_ORDERS
STOCK = Operation.GET_INVENTORY_SUMMARIES
TRACK = Operation.GET_TRACKING
PREVIEW = Operation.GET_PREVIEW


def body(data: Any) -> bytes:
    """JSON as Amazon sends it: over several lines."""
    return json.dumps(data, indent=2).encode()


def refusal(message: str | None, code: str = "InvalidInput", details: str = "") -> bytes:
    return body({"errors": [{"code": code, "message": message, "details": details}]})


def caught(
    operation: Operation, status: int, content: bytes, headers: httpx.Headers = JSON
) -> MCFError:
    with pytest.raises(MCFError) as raised:
        decipher(operation, status, headers, content)
    return raised.value


@pytest.mark.parametrize("operation", CONFIRMED)
@pytest.mark.parametrize("success", [{}, {"errors": []}, {"errors": None}])
def test_a_write_succeeded_when_the_answer_is_an_empty_object(
    operation: Operation, success: dict[str, Any]
) -> None:
    assert decipher(operation, 200, JSON, body(success)) == success


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize(
    "success", [{"payload": {}}, {"payload": {"a": [1]}, "pagination": {"nextToken": "n"}}]
)
def test_a_read_succeeded_when_the_answer_has_a_payload(
    operation: Operation, success: dict[str, Any]
) -> None:
    assert decipher(operation, 200, JSON, body(success)) == success


@pytest.mark.parametrize(("operation", "success"), WORDS_2026.items())
def test_an_answer_of_2026_has_its_parts_without_a_payload(
    operation: Operation, success: dict[str, Any]
) -> None:
    assert decipher(operation, 200, JSON, body(success)) == success


@pytest.mark.parametrize("operation", WORDS_2026)
@pytest.mark.parametrize(
    "content",
    [
        {},
        {"payload": {}},
        {"order": None},
        {"order": []},
        {"orders": {}},
        {"orderId": None},
        {"plannedShipments": "none"},
    ],
)
def test_an_answer_of_2026_without_its_parts_is_none(operation: Operation, content: Any) -> None:
    assert type(caught(operation, 200, body(content))) is UnexpectedAnswer


@pytest.mark.parametrize(
    ("operation", "success"),
    [
        (Operation.CREATE_ORDER_2026, {"order": {"orderId": "1001"}}),
        (Operation.CREATE_ORDER_2026, {"orderId": "1001", "status": "PROCESSING"}),
        (Operation.UPDATE_ORDER_2026, {}),
        (Operation.CANCEL_ORDER_2026, {}),
    ],
)
def test_a_write_of_2026_may_be_taken_for_later(
    operation: Operation, success: dict[str, Any]
) -> None:
    assert decipher(operation, 202, JSON, body(success)) == success


@pytest.mark.parametrize("name", ["application/x-amz-json-1.0; charset=UTF-8", "Application/JSON"])
def test_json_of_another_name_is_json_too(name: str) -> None:
    assert decipher(CREATE, 200, httpx.Headers({"content-type": name}), b"{}") == {}


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize(
    ("status", "headers", "content"),
    [
        (200, JSON, b""),
        (200, NO_HEADERS, b""),
        (204, JSON, b""),
        (200, NO_HEADERS, b"{}"),
        (200, HTML, MAINTENANCE),
        (200, HTML, b"{}"),
        (200, JSON, MAINTENANCE),
        (200, JSON, b'{"payload": {"sell'),
        (200, JSON, b"[]"),
        (200, JSON, b'[{"payload": {}}]'),
        (200, JSON, b"null"),
        (200, JSON, b'"ok"'),
        (200, JSON, b"1"),
        (200, JSON, b'{"payload": "\xff"}'),
        (302, HTML, b""),
        (302, JSON, b"{}"),
        (307, JSON, b'{"errors": [{"message": "moved"}]}'),
        (400, HTML, BAD_REQUEST),
        (400, JSON, b""),
        (400, JSON, b"{}"),
        (400, JSON, b'{"errors": []}'),
        (404, HTML, b"<html>Not Found</html>"),
        (404, JSON, b'{"message": null}'),
    ],
)
def test_what_amazon_does_not_say_counts_neither_as_success_nor_as_refusal(
    operation: Operation, status: int, headers: httpx.Headers, content: bytes
) -> None:
    error = caught(operation, status, content, headers)

    assert type(error) is UnexpectedAnswer
    assert error.may_have_happened
    assert error.status == status
    assert error.operation == operation.value


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize("content", [{"message": "Hello from a proxy"}, {"error": "no"}])
def test_an_object_of_somebody_else_is_no_confirmation_of_a_write(
    operation: Operation, content: Any
) -> None:
    error = caught(operation, 200, body(content))

    assert type(error) is UnexpectedAnswer
    assert error.may_have_happened


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize(
    "content", [{}, {"payload": None}, {"payload": []}, {"payload": "x"}, {"Payload": {}}]
)
def test_a_read_without_its_payload_is_no_answer(operation: Operation, content: Any) -> None:
    assert type(caught(operation, 200, body(content))) is UnexpectedAnswer


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize(
    ("status", "headers", "content"),
    [
        (500, JSON, b""),
        (500, JSON, b'{"errors": []}'),
        (500, JSON, refusal("We encountered an internal error. Please try again.", "Failure")),
        (502, NO_HEADERS, b""),
        (502, HTML, b"<html>Bad Gateway</html>"),
        (503, HTML, MAINTENANCE),
        (504, HTML, b"<html>Gateway Timeout</html>"),
        (503, JSON, b'{"payload": {}}'),
    ],
)
def test_a_server_error_leaves_open_what_happened(
    operation: Operation, status: int, headers: httpx.Headers, content: bytes
) -> None:
    error = caught(operation, status, content, headers)

    assert type(error) is ServiceUnavailable
    assert error.may_have_happened


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize(
    ("headers", "content"),
    [
        (JSON, refusal("You exceeded your quota for the requested resource.", "QuotaExceeded")),
        (JSON, b'{"message": "Too Many Requests"}'),
        (JSON, b""),
        (HTML, b"<html>Too Many Requests</html>"),
    ],
)
def test_too_many_calls_are_throttled_however_it_is_said(
    operation: Operation, headers: httpx.Headers, content: bytes
) -> None:
    error = caught(operation, 429, content, headers)

    assert type(error) is Throttled
    assert not error.may_have_happened


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (403, refusal("Access to requested resource is denied.", "Unauthorized"), NotAuthorized),
        (403, b'{"message": "Forbidden"}', NotAuthorized),
        (403, b"", NotAuthorized),
        (403, body({"errors": [{"code": "Unauthorized", "message": "denied"}]}), NotAuthorized),
        (
            403,
            refusal("denied", "Unauthorized", "The access token you provided has expired."),
            TokenExpired,
        ),
        (
            403,
            refusal(
                "denied",
                "Unauthorized",
                "The access token you provided is revoked, malformed or invalid.",
            ),
            TokenExpired,
        ),
        (401, refusal("Unauthorized", "Unauthorized"), TokenExpired),
        (401, b"", TokenExpired),
    ],
)
@pytest.mark.parametrize("operation", Operation)
def test_a_stale_token_is_told_from_a_missing_role(
    operation: Operation, status: int, content: bytes, kind: type[MCFError]
) -> None:
    error = caught(operation, status, content)

    assert type(error) is kind
    assert not error.may_have_happened


def test_a_missing_role_is_named_in_the_advice() -> None:
    assert "Amazon Fulfillment" in caught(STOCK, 403, refusal("denied")).advice


UNKNOWN_SKU = "the SellerSKU for Item Id: TEST-1-0 is invalid."
NOT_UPDATABLE = (
    "Value OrderNotUpdatable for parameter  is invalid. Reason: 1 error:\n"
    "This order is not updatable. Items in the order are already in working or completed "
    "shipments. \n."
)
CANCELLED_TWICE = (
    "Value TEST-1 for parameter SellerFulfillmentOrderId is invalid. "
    "Reason: DuplicateCancelRequest."
)
DUPLICATE = "A create request already exists for MerchantFulfillmentOrderId : TEST-1"


@pytest.mark.parametrize(
    ("operation", "status", "message", "kind"),
    [
        (CREATE, 400, DUPLICATE, DuplicateOrder),
        (CREATE, 400, UNKNOWN_SKU, RequestRefused),
        (CREATE, 400, "Invalid Input", RequestRefused),
        (CREATE, 400, "missing value for decimal type", RequestRefused),
        (CREATE, 409, "Conflict", RequestRefused),
        (CREATE, 413, "The request is too large.", RequestRefused),
        (GET, 400, "Requested order 'TEST-1' not found", NotFound),
        (GET, 404, "The resource you requested does not exist.", NotFound),
        (UPDATE, 400, "Requested order 'TEST-1' not found", NotFound),
        (CANCEL, 400, "Requested order 'TEST-1' not found", NotFound),
        (TRACK, 400, "null", NotFound),
        (GET, 400, "null", RequestRefused),
        (UPDATE, 400, NOT_UPDATABLE, OrderNotUpdatable),
        (UPDATE, 400, "Invalid Input", RequestRefused),
        (CANCEL, 400, CANCELLED_TWICE, OrderNotUpdatable),
        (CANCEL, 400, "a text that is not documented", OrderNotUpdatable),
        (LIST, 400, "timestamp must follow ISO8601", RequestRefused),
        (STOCK, 400, "Next token is invalid or expired", PageTokenExpired),
        (STOCK, 400, "Query startDateTime cannot not be earlier than 19", RequestRefused),
        (STOCK, 200, "Invalid request, please check your input.", RequestRefused),
        (
            PREVIEW,
            400,
            "The request must contain the parameter Address.CountryCode.",
            RequestRefused,
        ),
    ],
)
def test_a_refusal_is_what_amazon_means_by_it(
    operation: Operation, status: int, message: str, kind: type[MCFError]
) -> None:
    error = caught(operation, status, refusal(message))

    assert type(error) is kind
    assert error.message == message
    assert not error.may_have_happened


def test_a_refusal_keeps_amazons_references() -> None:
    error = caught(CREATE, 400, refusal(DUPLICATE))

    assert error.operation == "createFulfillmentOrder"
    assert error.status == 400
    assert error.code == "InvalidInput"
    assert error.request_id == "r-1"


def test_an_answer_without_a_request_id_has_none() -> None:
    headers = httpx.Headers({"content-type": "application/json"})

    assert caught(GET, 400, refusal("x"), headers).request_id is None


@pytest.mark.parametrize("operation", Operation)
def test_errors_beside_a_payload_are_errors_also_with_http_200(operation: Operation) -> None:
    content = body({"payload": {}, "errors": [{"code": "InvalidInput", "message": "no"}]})

    error = caught(operation, 200, content)

    assert isinstance(error, RequestRefused)
    assert error.message == "no"


def test_all_of_several_messages_are_shown() -> None:
    content = body({"errors": [{"code": "A", "message": "first"}, {"code": "B"}, {}]})

    error = caught(CREATE, 400, content)

    assert error.message == "first; B; no message"
    assert error.code == "A"


@pytest.mark.parametrize(
    ("errors", "message"),
    [
        ({"code": "InvalidInput", "message": "wrong"}, "wrong"),
        (["wrong"], "wrong"),
        ("wrong", "wrong"),
        ([None, {"message": "wrong"}], "wrong"),
    ],
)
def test_errors_in_an_odd_shape_are_still_errors(errors: Any, message: str) -> None:
    error = caught(CREATE, 200, body({"errors": errors}))

    assert isinstance(error, RequestRefused)
    assert message in error.message
    assert error.code is None


def test_details_that_are_no_text_do_no_harm() -> None:
    content = body({"errors": [{"code": "Unauthorized", "message": "denied", "details": [1]}]})

    assert type(caught(GET, 403, content)) is NotAuthorized


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        (UNKNOWN_SKU, "no such SKU"),
        ("Value  for parameter CountryCode is invalid. Reason: InvalidValue.", "two letters"),
        ("The following required parameters are missing: [PostalCode, City]", "Fill in"),
        ("Value  for parameter SellerId is invalid. Reason: InvalidValue.", "MARKETPLACE_ID"),
        ("the SellerSKU for Item Id: 1 is invalid. Contact us.", "no such SKU"),
        ("Invalid Input", "Ask for a preview"),
        ("Value x for parameter Novelty is invalid. Reason: InvalidValue.", "the field that"),
        ("A text that nobody has seen yet.", "Change what Amazon names"),
    ],
)
def test_the_advice_fits_the_message(message: str, advice: str) -> None:
    assert advice in caught(CREATE, 400, refusal(message)).advice


def test_one_known_message_among_several_gives_the_advice() -> None:
    content = body({"errors": [{"message": "Never heard of"}, {"message": UNKNOWN_SKU}]})

    error = caught(CREATE, 400, content)

    assert error.message == f"Never heard of; {UNKNOWN_SKU}"
    assert "no such SKU" in error.advice


@pytest.mark.parametrize("operation", [CREATE, PREVIEW, LIST, STOCK])
def test_only_what_was_asked_for_by_number_can_be_unknown(operation: Operation) -> None:
    assert type(caught(operation, 400, refusal("Warehouse 'X' not found"))) is RequestRefused


@pytest.mark.parametrize(
    ("status", "content", "headers", "told"),
    [
        (200, b"", JSON, "can't be used (createFulfillmentOrder, HTTP 200, an empty body)."),
        (200, b'{"payl', JSON, "HTTP 200, JSON that is cut off)."),
        (200, b'{"a": 1}', JSON, "HTTP 200, JSON that isn't an answer of this operation)."),
        (302, b"", HTML, "sent the call to another address (createFulfillmentOrder, HTTP 302"),
        (400, BAD_REQUEST, HTML, "gave no reason (createFulfillmentOrder, HTTP 400, a web page"),
        (429, b"", JSON, "gave no reason (createFulfillmentOrder, HTTP 429, an empty body)."),
    ],
)
def test_an_answer_without_words_is_described(
    status: int, content: bytes, headers: httpx.Headers, told: str
) -> None:
    assert told in caught(CREATE, status, content, headers).message


def test_an_answer_without_a_reason_is_told_by_its_status() -> None:
    error = caught(CREATE, 503, MAINTENANCE, HTML)

    assert error.message == (
        "Amazon is out of order at the moment and gave no reason "
        "(createFulfillmentOrder, HTTP 503, a web page or plain text)."
    )


def test_only_create_update_cancel_and_return_are_writes() -> None:
    newer = {
        Operation.CREATE_ORDER_2026,
        Operation.UPDATE_ORDER_2026,
        Operation.CANCEL_ORDER_2026,
    }
    assert {CREATE, UPDATE, CANCEL, Operation.CREATE_RETURN} | newer == set(WRITES)


@pytest.mark.parametrize("operation", Operation)
def test_the_usage_plans_are_amazons(operation: Operation) -> None:
    # https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api-rate-limits
    assert operation.rate == 2.0
    assert operation.burst == (2 if operation is STOCK else 30)


def test_amazons_clock_is_read_from_the_date() -> None:
    headers = httpx.Headers({"Date": "Mon, 02 Mar 2026 15:00:00 GMT"})

    assert server_clock(headers) == datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}, {"Date": ""}])
def test_an_answer_without_a_usable_date_tells_no_time(headers: dict[str, str]) -> None:
    assert server_clock(httpx.Headers(headers)) is None
