"""How old units are and what they'll cost, as Amazon's last report told it."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from mcf.inventory import ages, history
from mcf.inventory.review import AHEAD
from mcf.service import MCFService
from pages.parts.common import messages

_WORDS = ("from 91 to 180 days", "from 181 to 270", "from 271 to 365", "older")


def draw(service: MCFService, row: pd.Series) -> None:
    """The ages of a SKU's units and the fees for them; nothing where no report told them."""
    if math.isnan(row["ages_day"]):
        return
    st.header("How old its units are", anchor=False)
    parts = [
        f"**{'not told' if math.isnan(row[name]) else format(int(row[name]), ',')}** {words}"
        for name, words in zip(ages.AGES, _WORDS, strict=True)
    ]
    st.markdown(", ".join(parts) + ".")
    told = history.date_of(int(row["ages_day"]))
    days = (service.now().date() - told).days
    age = f"{messages.many(days, 'day')} ago" if days > 0 else "today"
    facts = [
        f"Surcharge on age, on the next 15th: {_fee(row, 'surcharge')}",
        f"Storage next month: {_fee(row, 'storage_fee')}",
        *_reaching(service, row),
        f"These are Amazon's estimates of {told:%d %b %Y}, {age}",
    ]
    st.caption(". ".join(facts) + ".")


def _fee(row: pd.Series, name: str) -> str:
    return "not told" if math.isnan(row[name]) else f"{row[name]:,.2f} {row['ages_currency']}"


def _reaching(service: MCFService, row: pd.Series) -> list[str]:
    """How many units will be surcharged in 90 days, with its arithmetic."""
    sold = service.stock.review.sold_within(str(row["seller_sku"]), AHEAD)
    left = ages.reaching(row.to_dict(), sold)
    there = row["units_91"] + ages.older(row.to_dict())
    if math.isnan(left) or not there:
        return []
    many = messages.many(int(there), "unit")
    sentence = (
        f"Of {many} older than 90 days {min(sold, there):,.0f} are expected to be sold in {AHEAD} "
        f"days, as the oldest go first: {left:,.0f} will be older than 180 days"
    )
    return [sentence]
