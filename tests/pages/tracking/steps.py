"""What tests of these parts do and read on the page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def listed(at: AppTest) -> list[str]:
    return list(at.dataframe[0].value["seller_fulfillment_order_id"])
