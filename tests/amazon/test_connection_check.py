"""Does Amazon know us, and may we do what the program needs?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from mcf.amazon import connection_check
from mcf.amazon.client import MCFClient
from mcf.amazon.connection_check import Check
from mcf.amazon.models.base import Address
from mcf.settings import Credentials, Mode, OutboundVersion, Settings
from mcf.simulator import Simulator
from mcf.simulator.faults import kinds as faults
from tests.conftest import START, order_request
from tests.shops import Servers

NAMES = [
    "Credentials",
    "Login with Amazon",
    "getInventorySummaries",
    "listAllFulfillmentOrders",
    "getFulfillmentOrder",
    "getPackageTrackingDetails",
    "This machine's clock",
    "createFulfillmentOrder, update, cancel",
]
CREDENTIALS = Credentials(
    SecretStr("amzn1.application-oa2-client.made-up"),
    SecretStr("made-up-secret"),
    SecretStr("Atzr|made-up"),
)


def outcome(settings: Settings, client: MCFClient) -> dict[str, Check]:
    return {check.name: check for check in connection_check.run(settings, client)}


def test_with_a_healthy_amazon_every_answer_is_yes(settings: Settings, client: MCFClient) -> None:
    found = outcome(settings, client)

    assert list(found) == NAMES
    assert all(check.ok and check.advice is None for check in found.values())
    assert found["Credentials"].detail == "none needed in demo mode"
    assert found["Login with Amazon"].detail == "Amazon gave an access token"
    assert found["getInventorySummaries"].detail == "12 SKUs on the first page"
    assert "doesn't exist, and Amazon said so" in found["getFulfillmentOrder"].detail
    assert "doesn't exist, and Amazon said so" in found["getPackageTrackingDetails"].detail


def test_the_operations_of_the_newer_version_are_asked_where_it_is_spoken(
    settings: Settings,
) -> None:
    newer = replace(settings, outbound_version=OutboundVersion.V2026_07_04)
    with MCFClient(newer) as client:
        found = outcome(newer, client)

    assert list(found)[3:5] == ["listOrders", "getOrder"]
    assert all(check.ok for check in found.values())
    assert "createOrder, update, cancel" in found


def test_nothing_is_created_changed_or_cancelled(
    settings: Settings, client: MCFClient, simulator: Simulator
) -> None:
    outcome(settings, client)

    sent = {(entry.method, entry.operation) for entry in simulator.requests.entries()}
    assert sent == {
        ("POST", "token"),
        ("GET", "getInventorySummaries"),
        ("GET", "listAllFulfillmentOrders"),
        ("GET", "getFulfillmentOrder"),
        ("GET", "getPackageTrackingDetails"),
    }


@pytest.fixture
def big_shop(servers: Servers) -> Iterator[Simulator]:
    with servers.shop(skus=60, orders=60, days=30, start=START, frozen=True) as amazon:
        yield amazon


def test_it_says_when_there_is_more_than_a_page(settings: Settings, big_shop: Simulator) -> None:
    there = replace(settings, endpoint=big_shop.endpoint, lwa_endpoint=big_shop.lwa_endpoint)

    with MCFClient(there) as client:
        found = outcome(there, client)

    assert found["getInventorySummaries"].detail == "50 SKUs on the first page and more"
    assert found["listAllFulfillmentOrders"].detail.endswith("orders on the first page and more")


def test_an_order_of_that_very_number_does_no_harm(
    settings: Settings, client: MCFClient, address: Address, sku: str, simulator: Simulator
) -> None:
    client.create_fulfillment_order(order_request("MCF-DESK-CHECK-0", address, sku, 1))
    simulator.clock.step(timedelta(days=14))

    found = outcome(settings, client)

    assert found["getFulfillmentOrder"] == Check("getFulfillmentOrder", True, "allowed")


def test_a_parcel_of_that_very_number_does_no_harm(
    settings: Settings,
    client: MCFClient,
    address: Address,
    sku: str,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client.create_fulfillment_order(order_request("TEST-1", address, sku, 1))
    simulator.clock.step(timedelta(days=14))
    package = client.get_fulfillment_order("TEST-1").shipments[-1].packages[0]
    monkeypatch.setattr(connection_check, "_UNKNOWN_PARCEL", package.package_number)

    found = outcome(settings, client)

    assert found["getPackageTrackingDetails"].detail == "allowed"


def test_a_missing_role_is_told_for_the_call_that_needs_it(
    settings: Settings, client: MCFClient, simulator: Simulator
) -> None:
    simulator.faults.add(faults.RoleMissing(operations=("listAllFulfillmentOrders",)))

    found = outcome(settings, client)

    refused = found.pop("listAllFulfillmentOrders")
    assert not refused.ok
    assert "denied" in refused.detail
    assert "Amazon Fulfillment" in str(refused.advice)
    assert all(check.ok for check in found.values())


def test_a_revoked_grant_fails_everything_but_the_credentials_shape(
    settings: Settings, client: MCFClient, simulator: Simulator
) -> None:
    simulator.faults.add(faults.GrantRevoked())

    found = outcome(settings, client)

    assert [name for name, check in found.items() if check.ok] == [NAMES[0], NAMES[-1]]
    assert {found[name].detail for name in NAMES[2:6]} == {"not tried, as the login failed"}
    assert [name for name, check in found.items() if not check.was_tried] == NAMES[2:6]
    assert simulator.requests.count() == simulator.requests.count("token") == 1
    assert "AMAZON_SP_API_REFRESH_TOKEN" in str(found["Login with Amazon"].advice)


def test_an_order_that_cannot_be_read_for_another_reason_is_no_yes(
    settings: Settings, client: MCFClient, simulator: Simulator
) -> None:
    simulator.faults.add(faults.Unavailable(operations=("getFulfillmentOrder",)))
    simulator.faults.add(faults.HtmlBadRequest(operations=("getPackageTrackingDetails",)))

    found = outcome(settings, client)

    assert not found["getFulfillmentOrder"].ok
    assert "HTTP 503" in found["getFulfillmentOrder"].detail
    assert not found["getPackageTrackingDetails"].ok


def test_credentials_that_look_like_amazons_are_fine(settings: Settings, client: MCFClient) -> None:
    live = replace(settings, mode=Mode.LIVE, credentials=CREDENTIALS)

    first = next(connection_check.run(live, client))

    assert first == Check("Credentials", True, "all three are set and look like Amazon's")


def test_credentials_that_were_swapped_are_noticed_before_amazon_is_asked(
    settings: Settings, client: MCFClient, simulator: Simulator
) -> None:
    swapped = replace(
        CREDENTIALS,
        client_id=CREDENTIALS.refresh_token,
        refresh_token=CREDENTIALS.client_id,
    )

    first = next(
        connection_check.run(replace(settings, mode=Mode.LIVE, credentials=swapped), client)
    )

    assert not first.ok
    assert "AMAZON_SP_API_CLIENT_ID doesn't begin with" in first.detail
    assert "AMAZON_SP_API_REFRESH_TOKEN doesn't begin with" in first.detail
    assert "made-up" not in first.detail
    assert "Develop Apps" in str(first.advice)
    assert simulator.requests.count() == 0


@pytest.fixture
def live(settings: Settings) -> Settings:
    """Live mode, but Amazon is the simulator, whose clock stands in another year."""
    return replace(settings, mode=Mode.LIVE, credentials=CREDENTIALS)


def test_a_clock_that_is_far_from_amazons_is_told_with_what_to_do(live: Settings) -> None:
    with MCFClient(live) as client:
        clock = outcome(live, client)["This machine's clock"]

    assert not clock.ok
    assert "minutes ahead of Amazon's" in clock.detail
    assert "NTP" in clock.detail


def test_a_clock_is_not_judged_before_amazon_told_its_own(
    live: Settings, simulator: Simulator
) -> None:
    simulator.faults.add(faults.LoginDown())

    with MCFClient(live, sleep=lambda _: None) as client:
        assert "This machine's clock" not in outcome(live, client)


def test_the_demos_clock_is_its_own(settings: Settings, client: MCFClient) -> None:
    clock = outcome(settings, client)["This machine's clock"]

    assert clock.ok
    assert "the demo has a time of its own" in clock.detail
