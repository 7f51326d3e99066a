"""Buyers' data masked: who it is and where they live is gone, what is counted by stays."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd
import pytest

from mcf.access.actor import Actor, acting
from mcf.access.masks import HIDDEN, emptied, initials, masked
from mcf.access.roles import ROLES, Role
from mcf.amazon.models.base import Address
from mcf.service import MCFService
from mcf.store.snapshots import Snapshot
from mcf.tracking.view import WholeOrder
from tests.leaks import PATTERN

VIEWER = Actor("p-1", ROLES[Role.VIEWER], Role.VIEWER)


@pytest.mark.parametrize(
    ("name", "left"),
    [("Ada Exemplar", "A. E."), ("Ada", "A."), ("山田太郎", "山."), (" ", ""), ("", "")],
)
def test_of_a_name_its_first_letters_stay(name: str, left: str) -> None:
    assert initials(name) == left


def test_an_address_keeps_its_state_and_country() -> None:
    address = Address.from_api(
        {
            "name": "Ada Exemplar",
            "addressLine1": "1 Sample Street",
            "city": "Springfield",
            "stateOrRegion": "IL",
            "postalCode": "62701",
            "countryCode": "US",
            "phone": "555-0100",
        }
    )

    left = masked(address)

    assert (left.name, left.state_or_region, left.country_code) == ("A. E.", "IL", "US")
    assert {left.address_line1, left.city, left.postal_code, left.phone} == {HIDDEN}
    assert left.address_line2 is None


def test_a_name_that_is_no_persons_stays() -> None:
    assert masked({"name": "Per unit", "amount": "1.00"})["name"] == "Per unit"
    assert masked({"name": "Ada Exemplar", "addressLine1": "1 Sample Street"}) == {
        "name": "A. E.",
        "addressLine1": HIDDEN,
    }


def test_a_snapshot_is_masked_once_and_keeps_its_types() -> None:
    frame = pd.DataFrame(
        {"recipient": pd.Series(["Ada Exemplar", None], dtype="str"), "units": [1, 2]}
    )
    frame.attrs["state"] = "whole"
    snapshot = Snapshot(frame)

    left = masked(snapshot)

    assert left is masked(snapshot)
    assert left.frame["recipient"].tolist()[0] == "A. E."
    assert left.frame["recipient"].isna().tolist() == [False, True]
    assert (left.frame.dtypes == frame.dtypes).all()
    assert left.frame.attrs == {"state": "whole"}
    assert frame["recipient"].tolist()[0] == "Ada Exemplar"


def test_notes_are_left_out() -> None:
    assert emptied({"MCF-1": "call Ada"}) == {}
    assert emptied(["call Ada"]) == []


def test_a_viewer_gets_nobody_from_any_frame_or_order(filled: MCFService) -> None:
    ids = filled.orders()["seller_fulfillment_order_id"].tolist()

    with acting(VIEWER):
        shown = [
            filled.orders().to_csv(),
            filled.packages().to_csv(),
            filled.snapshots.orders().frame.to_csv(),
            filled.tracking.standings.orders().frame.to_csv(),
            filled.tracking.claims.deadlines().to_csv(),
            *(repr(asdict(whole(filled, order_id))) for order_id in ids[:2]),
        ]

    assert [found[0] for text in shown if (found := PATTERN.search(text))] == []


def whole(service: MCFService, order_id: str) -> WholeOrder:
    order = service.tracking.views.whole(order_id)
    assert order is not None
    return order
