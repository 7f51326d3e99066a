"""Login with Amazon, and what a call without a good token gets."""

from __future__ import annotations

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


def test_a_token_request_in_json_is_taken_for_an_unknown_client(api: Api) -> None:
    response = api.http.post("/auth/o2/token", json=CREDENTIALS)

    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


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
