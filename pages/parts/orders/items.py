"""What an order holds: products found by SKU, name or ASIN, with what can ship now beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
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
_FEW_LINES, _FEW_UNITS = 20, 100
"""Below these, how much Amazon takes in one order is nothing to think of."""
_Facts: TypeAlias = tuple[str, str, int | None, int]
"""Name, ASIN, units that can ship (None if not told), units on the way between warehouses."""


def draw(entry: Entry, stock: Snapshot) -> None:
    """The lines of the order, and how much of what Amazon takes they use."""
    lines = session.state()[session.LINES]
    with st.container(key="group-Items"):
        for at, number in enumerate(lines):
            _line(entry, at, number, stock, removable=len(lines) > 1)
        fields.draw_problem(entry, "items")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Another product",
                icon=":material/add:",
                key="add_line",
                type="tertiary",
                on_click=draft_state.add_line,
                disabled=len(lines) >= MAX_LINES,
            )
            _limits(entry, len(lines))


def _limits(entry: Entry, lines: int) -> None:
    """How much of what Amazon takes in one order is used, where it's more than a little."""
    units = units_of(entry.typed)
    if lines < _FEW_LINES and units < _FEW_UNITS:
        return
    colour = ":red" if units > MAX_UNITS else ":gray"
    st.caption(
        f"{colour}[{messages.many(lines, 'line')} of {MAX_LINES}, {units:,} of {MAX_UNITS} units]",
        width="content",
    )


def _line(entry: Entry, at: int, number: int, stock: Snapshot, *, removable: bool) -> None:
    facts = stock.once("facts by sku", _facts)
    product, quantity, remove = st.columns(
        [6, 2, 1] if removable else [6, 2, 0.01], vertical_alignment="top"
    )
    with product:
        fields.draw_choice(
            entry,
            f"sku_{at}",
            _choices(number, stock),
            lambda sku: _option(facts, sku),
            widget=f"sku_{number}",
            placeholder="Type a SKU, a product or an ASIN",
            filter_mode="contains",
            required=True,
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


def _counted(entry: Entry, at: int) -> int | None:
    """The units that all lines of the same SKU want together; None where it says none."""
    mine = entry.typed.lines[at]
    if count_of(mine.units) is None:
        return None
    return sum(count_of(line.units) or 0 for line in entry.typed.lines if line.sku == mine.sku)


def _shelf(facts: _Facts, count: int | None) -> None:
    """What can ship; that it's too little is told where something can be done about it."""
    _, _, there, coming = facts
    more = f", {coming:,} on the way between warehouses" if coming else ""
    if there is None:
        st.caption(f":orange[Amazon doesn't tell how many can ship{more}]")
        return
    left = f"; {there - count:,} left after this order" if count and there >= count else ""
    st.caption(f"{there:,} can ship now{more}{left}")


def _facts(stock: pd.DataFrame) -> dict[str, _Facts]:
    """The facts of each SKU: those whose name others begin with, then the most units first.

    A list that is searched keeps this order, so that a SKU typed whole is found first.
    """
    ranked = stock.sort_values("fulfillable_quantity", ascending=False, kind="stable")
    coming = ranked[["pending_transshipment_quantity", "fc_processing_quantity"]].sum(axis=1)
    facts = zip(
        ranked["product_name"].tolist(),
        ranked["asin"].tolist(),
        frames.counts(ranked["fulfillable_quantity"]),
        coming.tolist(),
        strict=True,
    )
    by_sku = dict(zip(ranked["seller_sku"].tolist(), facts, strict=True))
    first = heads({sku: labels.raw(name) for sku, (name, _, _, _) in by_sku.items()})
    return {sku: by_sku[sku] for sku in dict.fromkeys((*first, *by_sku))}


def heads(names: Mapping[str, str]) -> list[str]:
    """The SKUs or product names with which others begin, as SKUs: those of short texts first.

    `names` are the products' by SKU. Who types such a text whole wants it, and not the longer ones.
    """
    by_text = {sku.casefold(): sku for sku in names}
    begun = _begun(by_text)
    by_text |= {name.casefold(): sku for sku, name in reversed([*names.items()]) if name}
    begun |= _begun({name.casefold() for name in names.values() if name})
    words = {word for name in names.values() for word in name.casefold().split()}
    begun |= {text for text in by_text if text in words}
    return list(dict.fromkeys(by_text[text] for text in sorted(begun, key=lambda t: (len(t), t))))


def _begun(texts: Iterable[str]) -> set[str]:
    """Those of the texts with which another begins."""
    return {text for text, following in pairwise(sorted(texts)) if following.startswith(text)}


def _option(facts: dict[str, _Facts], sku: str) -> str:
    if sku not in facts:
        return sku
    name, asin, there, _ = facts[sku]
    can_ship = "can ship: unknown" if there is None else f"{there:,} can ship"
    return draft_state.SEPARATOR.join(
        filter(None, (can_ship, sku, labels.raw(name), labels.raw(asin)))
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


def detail_keys(entry: Entry) -> list[str]:
    """The form's names of what can go with the lines besides their units."""
    names = ("gift", "line_comment", *_sums(entry))
    return [f"{name}_{at}" for at in range(len(entry.typed.lines)) for name in names]


def draw_details(entry: Entry) -> None:
    """What goes with each line: a fold for each of several, as an order may have a hundred."""
    numbers = session.state()[session.LINES]
    for at, (number, line) in enumerate(zip(numbers, entry.typed.lines, strict=True)):
        if len(numbers) == 1:
            _details(entry, at, number)
            continue
        begun = any((line.gift, line.comment, line.value, line.price, line.tax))
        title = (
            f"Gift message, comment, declared value: {labels.plain(line.sku or f'line {at + 1}')}"
        )
        more = st.expander(title, expanded=begun, key=f"more_{number}", on_change="rerun")
        if more.open:
            with more:
                _details(entry, at, number)
        else:
            for name in ("gift", "line_comment", *_sums(entry)):
                fields.draw_problem(entry, f"{name}_{at}")


def _sums(entry: Entry) -> tuple[str, ...]:
    return ("value", "price", "tax") if entry.typed.cod else ("value",)


def _details(entry: Entry, at: int, number: int) -> None:
    sums = _sums(entry)
    fields.draw_text(entry, f"gift_{at}", widget=f"gift_{number}", limit=512, tall=True)
    comment, *amounts = st.columns([2, *(1 for _ in sums)])
    fields.draw_text(
        entry, f"line_comment_{at}", widget=f"line_comment_{number}", limit=250, where=comment,
        help="Stands beside the line on the packing slip.",
    )  # fmt: skip
    for key, column in zip(sums, amounts, strict=True):
        fields.draw_text(
            entry, f"{key}_{at}", widget=f"{key}_{number}", where=column, placeholder="12.50"
        )
