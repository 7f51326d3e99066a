"""What an order holds: products found by SKU, name or ASIN, with what can ship now beside them."""

from __future__ import annotations

from typing import TypeAlias

import pandas as pd
import streamlit as st

from mcf.amazon.models.requests import MAX_LINES, MAX_UNITS
from mcf.orders.validation import Entry, count_of, units_of
from mcf.store import frames
from mcf.store.snapshots import Snapshot
from pages.parts.common import fields, labels, messages, session
from pages.parts.common.paging import Matches
from pages.parts.inventory.table import SEARCHED
from pages.parts.orders import draft_state

_IN_ALL = 10_000
"""SKUs to choose from in all lines together; if there are more they're searched on the server."""
_OFFERED = 200
"""SKUs of a large stock to choose from at once."""
_Facts: TypeAlias = tuple[str, str, int | None, int]
"""Name, ASIN, units that can ship (None if not told), units on the way between warehouses."""


def draw(entry: Entry, stock: Snapshot) -> None:
    """The lines of the order, and how much of what Amazon takes they use."""
    st.header("Items", anchor=False)
    lines = session.state()[session.LINES]
    for at, number in enumerate(lines):
        _line(entry, at, number, stock, removable=len(lines) > 1)
    fields.draw_problem(entry, "items")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Add an item",
            icon=":material/add:",
            key="add_line",
            on_click=draft_state.add_line,
            disabled=len(lines) >= MAX_LINES,
        )
        units = units_of(entry.typed)
        colour = ":red" if units > MAX_UNITS else ":gray"
        st.caption(
            f"{colour}[{messages.many(len(lines), 'line')} of {MAX_LINES}, "
            f"{units:,} of {MAX_UNITS} units]",
            width="content",
        )


def _line(entry: Entry, at: int, number: int, stock: Snapshot, *, removable: bool) -> None:
    facts = stock.once("facts by sku", _facts)
    product, quantity, remove = st.columns([6, 2, 1], vertical_alignment="top")
    with product:
        fields.draw_choice(
            entry,
            f"sku_{at}",
            _choices(number, stock),
            lambda sku: _option(facts, sku),
            widget=f"sku_{number}",
            placeholder="Type a SKU, a product or an ASIN",
        )
    with quantity:
        fields.draw_text(entry, f"units_{at}", widget=f"units_{number}")
    if removable:
        remove.space("small")
        remove.button(
            "Remove",
            key=f"remove_{number}",
            type="tertiary",
            icon=":material/close:",
            help="Take this line out",
            on_click=draft_state.remove_line,
            args=(number,),
        )
    sku = entry.typed.lines[at].sku
    if sku in facts:
        _shelf(facts[sku], _counted(entry, at))
    _details(entry, at, number)


def _counted(entry: Entry, at: int) -> int | None:
    """The units that all lines of the same SKU want together; None where it says none."""
    mine = entry.typed.lines[at]
    if count_of(mine.units) is None:
        return None
    return sum(count_of(line.units) or 0 for line in entry.typed.lines if line.sku == mine.sku)


def _shelf(facts: _Facts, count: int | None) -> None:
    _, _, there, coming = facts
    more = f", {coming:,} on the way between warehouses" if coming else ""
    if there is None:
        st.caption(f":orange[Amazon doesn't tell how many can ship{more}]")
    elif count is None:
        st.caption(f"{there:,} can ship now{more}")
    elif there >= count:
        st.caption(f"{there:,} can ship now{more}; {there - count:,} left after this order")
    else:
        st.caption(f":red[Only {there:,} can ship now{more}]")


def _facts(stock: pd.DataFrame) -> dict[str, _Facts]:
    """The facts of each SKU, those with the most units that can ship first."""
    ranked = stock.sort_values("fulfillable_quantity", ascending=False, kind="stable")
    coming = ranked[["pending_transshipment_quantity", "fc_processing_quantity"]].sum(axis=1)
    facts = zip(
        ranked["product_name"].tolist(),
        ranked["asin"].tolist(),
        frames.counts(ranked["fulfillable_quantity"]),
        coming.tolist(),
        strict=True,
    )
    return dict(zip(ranked["seller_sku"].tolist(), facts, strict=True))


def _option(facts: dict[str, _Facts], sku: str) -> str:
    if sku not in facts:
        return sku
    name, asin, there, _ = facts[sku]
    can_ship = "can ship: unknown" if there is None else f"{there:,} can ship"
    return draft_state.SEPARATOR.join(
        filter(None, (sku, labels.raw(name), labels.raw(asin), can_ship))
    )


def _choices(number: int, stock: Snapshot) -> list[str]:
    """The SKUs to choose from; of many, or for many lines, those that a search finds."""
    if len(stock.frame) * len(session.state()[session.LINES]) <= _IN_ALL:
        return list(stock.once("facts by sku", _facts))
    words = st.text_input(
        "Search",
        key=f"find_{number}",
        placeholder="SKU, product, ASIN or FNSKU",
        icon=":material/search:",
        persist_state="session",
    )
    best = Matches(stock).having(words or "", SEARCHED).most(_OFFERED, _available)
    return best["seller_sku"].tolist()


def _available(stock: pd.DataFrame) -> pd.Series:
    return stock["fulfillable_quantity"]


def _details(entry: Entry, at: int, number: int) -> None:
    line = entry.typed.lines[at]
    begun = any((line.gift, line.comment, line.value, line.price, line.tax))
    keys = ("value", "price", "tax") if entry.typed.cod else ("value",)
    # Drawn when it's opened: an order may have a hundred lines.
    more = st.expander(
        "Gift message, comment, declared value",
        expanded=begun,
        key=f"more_{number}",
        on_change="rerun",
    )
    if not more.open:
        for key in ("gift", "line_comment", *keys):
            fields.draw_problem(entry, f"{key}_{at}")
        return
    with more:
        fields.draw_text(entry, f"gift_{at}", widget=f"gift_{number}", limit=512, tall=True)
        fields.draw_text(
            entry, f"line_comment_{at}", widget=f"line_comment_{number}", limit=250,
            help="Stands beside the line on the packing slip.",
        )  # fmt: skip
        for key, column in zip(keys, st.columns(3), strict=False):
            fields.draw_text(
                entry, f"{key}_{at}", widget=f"{key}_{number}", where=column, placeholder="12.50"
            )
