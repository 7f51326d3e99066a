"""What tests of these parts do and read on the page."""

from __future__ import annotations

import pandas as pd
from streamlit.testing.v1 import AppTest

from pages.parts.common import places
from tests.pages.conftest import open_page

US = "ATVPDKIKX0DER"


def stock_page(**query: str | list[str]) -> AppTest:
    return open_page(places.INVENTORY, **query)


def table(at: AppTest) -> pd.DataFrame:
    return at.dataframe[0].value


def skus(at: AppTest) -> list[str]:
    return list(table(at)["seller_sku"])


def columns(at: AppTest) -> list[str]:
    return list(table(at).columns)


def figure(at: AppTest, label: str) -> str:
    return next(metric.value for metric in at.metric if metric.label == label)


def pressed(at: AppTest, key: str) -> AppTest:
    return at.button(key=key).click().run()


def words(said: str) -> str:
    """What is said, without the marks of Markdown."""
    return said.replace("\\", "").replace("*", "")
