"""Login with Amazon, and what a call without a good token gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode

import httpx
import pytest

from tests.simulator.seller import CREDENTIALS, OUTBOUND, Api, Timer, error

ORDERS = f"{OUTBOUND}/fulfillmentOrders"


def test_a_refresh_token_buys_an_access_token_for_an_hour(api: Api) -> None:
    response = api.http.post("/auth/o2/token", data=CREDENTIALS)

    assert response.status_code == 200
    token = response.json()
    assert token["access_token"].startswith("Atza|")
    assert (token["token_type"], token["expires_in"]) == ("bearer", 3600)
    assert token["refresh_token"] == CREDENTIALS["refresh_token"]


def test_no_two_access_tokens_are_the_same(api: Api) -> None:
    first = api.http.post("/auth/o2/token", data=CREDENTIALS).json()
    second = api.http.post("/auth/o2/token", data=CREDENTIALS).json()

    assert first["access_token"] != second["access_token"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"client_id": "invalid-app"}, 401, "invalid_client"),
        ({"client_secret": "invalid"}, 401, "invalid_client"),
        ({"refresh_token": "invalid|x"}, 400, "invalid_grant"),
        ({"refresh_token": ""}, 400, "invalid_request"),
        ({"client_id": ""}, 400, "invalid_request"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_bad_credentials_are_refused_in_the_words_of_oauth(
    api: Api, changes: dict[str, str], status: int, code: str
) -> None:
    response = api.http.post("/auth/o2/token", data={**CREDENTIALS, **changes})

    assert response.status_code == status
    assert response.json()["error"] == code
    assert response.json()["error_description"]


NOTIFICATIONS = "sellingpartnerapi::notifications"
GRANTLESS = {
    "grant_type": "client_credentials",
    "client_id": "app",
    "client_secret": "made-up",
    "scope": NOTIFICATIONS,
}
FORM = "application/x-www-form-urlencoded"


def as_form(fields: dict[str, str], charset: str = "utf-8") -> bytes:
    return urlencode(fields).encode(charset)


def as_json(fields: dict[str, str], charset: str = "utf-8") -> bytes:
    return json.dumps(fields).encode(charset)


def log_in(api: Api, content_type: str, body: bytes) -> httpx.Response:
    return api.http.post("/auth/o2/token", content=body, headers={"content-type": content_type})


@pytest.mark.parametrize("fields", [CREDENTIALS, GRANTLESS], ids=["seller", "grantless"])
@pytest.mark.parametrize(
    ("content_type", "write", "charset"),
    [
        (FORM, as_form, "utf-8"),
        (f"{FORM};charset=UTF-8", as_form, "utf-8"),
        (FORM.upper(), as_form, "utf-8"),
        ("application/json", as_json, "utf-8"),
        ("application/json; charset=utf-8", as_json, "utf-8"),
        ('Application/JSON; Charset="UTF-8"', as_json, "utf-8"),
        ("application/json; charset=", as_json, "utf-8"),
        ("application/json; charset=utf-16", as_json, "utf-16"),
        ("application/json", as_json, "utf-8-sig"),
    ],
)
def test_a_login_may_be_a_form_or_json(
    api: Api,
    fields: dict[str, str],
    content_type: str,
    write: Callable[[dict[str, str], str], bytes],
    charset: str,
) -> None:
    """Amazon's own Java and C# clients, and @sp-api-sdk for Node, send nothing but JSON."""
    response = log_in(api, content_type, write(fields, charset))

    assert response.status_code == 200
    assert response.json()["access_token"].startswith("Atza|")


def test_a_token_that_was_asked_for_in_json_opens_the_api(api: Api) -> None:
    token = api.http.post("/auth/o2/token", json=CREDENTIALS).json()["access_token"]

    response = api.http.get(ORDERS, headers={"x-amz-access-token": token})

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", as_form(CREDENTIALS)),
        ("application/xml", as_json(CREDENTIALS)),
        ("", as_form(CREDENTIALS)),
        ("application/json", as_form(CREDENTIALS)),
        ("application/json", b"[]"),
        ("application/json", b"null"),
        ("application/json", b""),
        ("application/json", b"[" * 100_000),
        (FORM, as_json(CREDENTIALS)),
        (FORM, b""),
        (FORM, b"\xff\xfe"),
        ("application/json; charset=klingon", as_json(CREDENTIALS)),
        ("application/json; charset=utf-16", as_json(CREDENTIALS)),
    ],
)
def test_a_login_that_cannot_be_read_is_an_invalid_request(
    api: Api, content_type: str, body: bytes
) -> None:
    response = log_in(api, content_type, body)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("name", sorted(CREDENTIALS))
@pytest.mark.parametrize("value", [None, "", 7, [], {}])
def test_a_field_that_is_missing_or_of_another_type_is_named(
    api: Api, name: str, value: object
) -> None:
    response = api.http.post("/auth/o2/token", json={**CREDENTIALS, name: value})

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert response.json()["error_description"].endswith(f"parameter : {name}")


@pytest.mark.parametrize("name", sorted(CREDENTIALS))
def test_parameters_in_the_address_are_a_servers_error(api: Api, name: str) -> None:
    """As Amazon's old FAQ says."""
    response = api.http.post("/auth/o2/token", params={name: CREDENTIALS[name]})

    assert (response.status_code, response.json()["error"]) == (500, "server_error")


def test_a_grantless_token_comes_without_a_refresh_token(api: Api) -> None:
    answer = api.http.post("/auth/o2/token", data=GRANTLESS).json()

    assert answer.keys() == {"access_token", "token_type", "expires_in"}


def test_a_grantless_token_does_not_open_a_sellers_orders(api: Api) -> None:
    token = api.http.post("/auth/o2/token", data=GRANTLESS).json()["access_token"]

    response = api.http.get(ORDERS, headers={"x-amz-access-token": token})

    assert error(response)[:2] == (403, "Unauthorized")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"scope": ""}, 400, "invalid_request"),
        ({"scope": "sellingpartnerapi::everything"}, 400, "invalid_scope"),
        ({"scope": f"{NOTIFICATIONS} sellingpartnerapi::everything"}, 400, "invalid_scope"),
        ({"client_id": "invalid-app"}, 401, "invalid_client"),
        ({"refresh_token": "invalid|x"}, 200, None),
    ],
)
def test_a_grantless_login_is_judged_by_its_scope(
    api: Api, changes: dict[str, str], status: int, code: str | None
) -> None:
    response = api.http.post("/auth/o2/token", json={**GRANTLESS, **changes})

    assert (response.status_code, response.json().get("error")) == (status, code)


def test_both_scopes_may_be_asked_for_at_once(api: Api) -> None:
    both = f"{NOTIFICATIONS} sellingpartnerapi::client_credential:rotation"

    response = api.http.post("/auth/o2/token", data={**GRANTLESS, "scope": both})

    assert response.status_code == 200


def test_a_refusal_can_be_found_again_by_its_ids(api: Api) -> None:
    refusals = [
        api.http.post("/auth/o2/token", data={**CREDENTIALS, "grant_type": "password"}).json()
        for _ in range(2)
    ]

    assert refusals[0].keys() == {"error", "error_description", "error_index", "request_id"}
    assert refusals[0] == refusals[1]


def test_a_made_up_access_token_is_forbidden(api: Api) -> None:
    response = api.http.get(ORDERS, headers={"x-amz-access-token": "Atza|made-up"})

    assert response.status_code == 403
    assert response.json()["errors"][0] == {
        "code": "Unauthorized",
        "message": "Access to requested resource is denied.",
        "details": "The access token you provided is revoked, malformed or invalid.",
    }


def test_an_expired_access_token_is_forbidden_and_not_unauthenticated(
    api: Api, timer: Timer
) -> None:
    timer.seconds += 3601

    response = api.get(ORDERS)

    assert response.status_code == 403
    assert response.headers["x-amzn-ErrorType"] == "AccessDeniedException"
    details = response.json()["errors"][0]["details"]
    assert details == "The access token you provided has expired."


def test_an_unknown_path_is_forbidden_like_anything_else(api: Api) -> None:
    response = api.get("/fba/outbound/1999-01-01/orders")

    assert error(response)[:2] == (403, "Unauthorized")
    assert "x-amzn-RequestId" not in response.headers


def test_a_wrong_method_is_forbidden_too(api: Api) -> None:
    assert error(api.http.delete(ORDERS))[:2] == (403, "Unauthorized")


def test_a_wrong_host_header_and_unknown_parameters_do_not_matter(api: Api) -> None:
    response = api.http.get(
        ORDERS,
        params={"MarketplaceId": "X", "marketplaceIds": "Y"},
        headers={"host": "27.0.0.1:1"},
    )

    assert response.status_code == 200
