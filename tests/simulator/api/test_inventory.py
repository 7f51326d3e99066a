"""getInventorySummaries: pages, filters, and what each quantity means."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.seller import JAPAN, KETTLE, US, Api, Timer, error

BAD_TOKEN = (400, "InvalidInput", "Next token is invalid or expired")
COMMA = "LF-RUG,RND-120"
SPACE_AND_SLASH = "LF-SPICE JAR 3/4"


def summaries(response: Any) -> list[dict[str, Any]]:
    return response.json()["payload"]["inventorySummaries"]


def test_the_stock_comes_in_pages_of_fifty_sorted_by_sku(api: Api) -> None:
    first = api.inventory()
    second = api.inventory(nextToken=first.json()["pagination"]["nextToken"])

    skus = [each["sellerSku"] for each in summaries(first) + summaries(second)]
    assert [len(summaries(first)), len(summaries(second))] == [50, 14]
    assert skus == sorted(skus)
    assert len(set(skus)) == 64
    assert "pagination" not in second.json()


def test_a_page_token_dies_after_thirty_seconds(api: Api, timer: Timer) -> None:
    token = api.inventory().json()["pagination"]["nextToken"]
    timer.seconds += 31

    assert error(api.inventory(nextToken=token)) == BAD_TOKEN


@pytest.mark.parametrize("token", ["nonsense", "bm9uc2Vuc2U=", "WzFd", "eyJhIjoxfQ=="])
def test_a_made_up_page_token_is_refused(api: Api, token: str) -> None:
    assert error(api.inventory(nextToken=token)) == BAD_TOKEN


def test_a_page_token_spelled_with_a_capital_is_ignored(api: Api) -> None:
    first = api.inventory()
    token = first.json()["pagination"]["nextToken"]

    again = api.inventory(NextToken=token)

    assert summaries(again) == summaries(first)


def test_without_details_there_are_no_details(api: Api) -> None:
    assert "inventoryDetails" not in summaries(api.inventory())[0]
    assert "inventoryDetails" in summaries(api.inventory(details="true"))[0]


def test_the_total_is_everything_inbound_or_in_a_fulfillment_centre(api: Api) -> None:
    shown = summaries(api.inventory(details="true"))

    assert [each["totalQuantity"] for each in shown] == [counted(each) for each in shown]


def counted(summary: dict[str, Any]) -> int:
    details = summary["inventoryDetails"]
    return sum(
        (
            details["fulfillableQuantity"],
            details["inboundWorkingQuantity"],
            details["inboundShippedQuantity"],
            details["inboundReceivingQuantity"],
            details["reservedQuantity"]["totalReservedQuantity"],
            details["researchingQuantity"]["totalResearchingQuantity"],
            details["unfulfillableQuantity"]["totalUnfulfillableQuantity"],
        )
    )


def test_unknown_skus_are_simply_absent(api: Api) -> None:
    found = summaries(api.inventory(sellerSkus=f"{KETTLE},NO-SUCH-SKU"))

    assert [each["sellerSku"] for each in found] == [KETTLE]


def test_repeated_and_joined_sku_parameters_mean_the_same(api: Api) -> None:
    joined = api.inventory(sellerSkus="LF-BTL-32-BLK,LF-KTL-12-BLK")
    repeated = api.inventory(sellerSkus=["LF-KTL-12-BLK", "LF-BTL-32-BLK"])

    assert len(summaries(joined)) == 2
    assert summaries(joined) == summaries(repeated)


def test_a_sku_with_a_comma_is_found_alone_but_not_in_a_list(api: Api) -> None:
    assert summaries(api.inventory(sellerSkus=COMMA)) == []
    assert [each["sellerSku"] for each in summaries(api.inventory(sellerSku=COMMA))] == [COMMA]


def test_a_sku_with_a_space_and_a_slash_is_found(api: Api) -> None:
    found = summaries(api.inventory(sellerSku=SPACE_AND_SLASH))

    assert [each["sellerSku"] for each in found] == [SPACE_AND_SLASH]


def test_an_unknown_single_sku_finds_nothing(api: Api) -> None:
    assert summaries(api.inventory(sellerSku="NO-SUCH-SKU")) == []


def test_more_than_fifty_skus_are_refused(api: Api) -> None:
    skus = ",".join(f"SKU-{number}" for number in range(51))

    assert error(api.inventory(sellerSkus=skus))[0] == 400


def test_only_what_changed_since_a_time_is_listed(api: Api) -> None:
    api.wait(hours=1)
    api.place()

    found = summaries(api.inventory(startDateTime="2026-03-04T15:30:00Z"))

    assert [each["sellerSku"] for each in found] == [KETTLE]


def test_a_start_time_wins_over_a_list_of_skus(api: Api) -> None:
    found = summaries(
        api.inventory(startDateTime="2026-03-04T15:30:00Z", sellerSkus="LF-BTL-32-BLK")
    )

    assert found == []


def test_the_next_page_of_changes_needs_the_same_start_time(api: Api) -> None:
    since = "2025-12-01T00:00:00Z"
    token = api.inventory(startDateTime=since).json()["pagination"]["nextToken"]

    assert error(api.inventory(nextToken=token)) == BAD_TOKEN
    assert len(summaries(api.inventory(nextToken=token, startDateTime=since))) == 14


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"startDateTime": "yesterday"}, "is not a valid ISO date-time object"),
        ({"startDateTime": "2020-01-01T00:00:00Z"}, "cannot not be earlier than 19"),
        ({"granularityType": "Country"}, "Invalid request"),
        ({"granularityId": JAPAN}, "Invalid request"),
        ({"marketplaceIds": ""}, "Invalid request"),
        ({"marketplaceIds": f"{US},{JAPAN}"}, "Invalid request"),
        ({"marketplaceIds": "NOWHERE", "granularityId": "NOWHERE"}, "Invalid request"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    api: Api, changes: dict[str, str], message: str
) -> None:
    status, code, text = error(api.inventory(**changes))

    assert (status, code) == (400, "InvalidInput")
    assert message in text


def test_every_marketplace_has_its_own_smaller_stock(api: Api) -> None:
    found = summaries(api.inventory(granularityId=JAPAN, marketplaceIds=JAPAN))

    assert len(found) == 16


def test_the_answer_is_printed_for_people_and_carries_a_request_id(api: Api) -> None:
    response = api.inventory()

    assert response.text.startswith('{\n  "payload": {\n')
    assert len(response.headers["x-amzn-RequestId"]) == 36
    assert response.headers["x-amzn-RateLimit-Limit"] == "2000.0", "unthrottled, it tells so"
    assert response.headers["date"] == "Wed, 04 Mar 2026 15:00:00 GMT"
