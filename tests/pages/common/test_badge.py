"""Badges in the colours of statuses."""

from __future__ import annotations

from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from mcf.amazon.statuses import (
    FulfillmentOrderStatus,
    PackageStatus,
    ReturnStatus,
    ShipmentStatus,
    Status,
)
from pages.parts.common.badge import Colour


@pytest.mark.parametrize(
    "kind", [FulfillmentOrderStatus, PackageStatus, ReturnStatus, ShipmentStatus]
)
def test_every_status_has_a_colour_that_a_badge_takes(kind: type[Status]) -> None:
    assert {status.colour for status in kind} <= {*get_args(Colour)}


def test_a_badge_has_its_label_and_colour() -> None:
    def page() -> None:
        from pages.parts.common import badge

        badge.draw("Shipped", "green", ":material/bolt:")

    at = AppTest.from_function(page).run()

    assert at.markdown[0].value == ":green-badge[:material/bolt: Shipped]"
