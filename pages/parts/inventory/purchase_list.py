"""The purchase list: what to order of which supplier, within a budget; marking it as ordered."""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

import pandas as pd
import streamlit as st

from mcf.access.roles import Permission
from mcf.errors import MCFError
from mcf.files import headings
from mcf.inventory import purchase_list
from mcf.inventory.history import EPOCH
from mcf.inventory.purchase_list import Total
from mcf.inventory.purchases import Key, LineState, Placed, Wish
from mcf.service import MCFService
from mcf.store.database import utc_now
from mcf.store.documents import DocumentKind
from pages.parts.common import downloads, labels, messages, rights, session, tables
from pages.parts.common.paging import Matches
from pages.parts.inventory import ordered

WITHIN = {"Due today": 0, "7 days": 7, "14 days": 14, "30 days": 30, "60 days": 60}
_MOST = 500
"""Lines of a supplier in a table at most; files have them all."""
SUPPLIERS = 20
"""Suppliers on a page of the list at most."""
Supplier: TypeAlias = tuple[str, pd.DataFrame]
"""One by name, with its lines."""
_NAMED = 10
_WANTED = "wanted"
"""The name in the page's address under which what was ticked is found again."""
_KEPT_FOR = timedelta(days=30)
_PLACED = "placed"
TO_ORDER, ORDERED = "To order", "Ordered"


def draw(service: MCFService, matches: Matches) -> None:
    """What to order of the SKUs that are found, or what was ordered.

    What is ticked and typed outlives a reload of the page.
    """
    review = service.stock.review
    session.follow("lines", [ORDERED], TO_ORDER)
    _take_up(service)
    with st.container(horizontal=True, vertical_alignment="center"):
        which = st.segmented_control(
            "Lines",
            [TO_ORDER, ORDERED],
            required=True,
            key="lines",
            on_change=session.asks,
            args=("lines", TO_ORDER),
            label_visibility="collapsed",
        )
        within, budget = _choose(which == TO_ORDER, service.settings.marketplace.currency)
        _draw_undo(service)
    if which == ORDERED:
        ordered.draw(service, matches)
        return
    currency, seen = service.settings.marketplace.currency, review.purchases.last_numbers()
    days, today = WITHIN[within], service.now().date()
    lines = purchase_list.due(matches.frame(), today, days, currency, seen)
    _forget_ordered(seen)
    if lines.empty and not session.wanted():
        when = "today" if not days else f"within {within}"
        st.info(f"Nothing has to be ordered {when}.", icon=":material/check_circle:")
        _keep(service)
        return
    suppliers = purchase_list.by_supplier(lines)
    if len(suppliers) > 1:
        st.markdown(f"**{_in_words(purchase_list.total(lines), today)}**")
    if budget is not None:
        fits = purchase_list.affordable(lines, budget, currency)
        _draw_budget(lines, fits, budget, currency)
    bar = st.container()
    for name, some in _turned(suppliers):
        _draw_supplier(name, some, today)
    _keep(service)
    with bar:
        _draw_ordering(service, set(lines["seller_sku"]))
    if len(lines):
        rows = partial(purchase_list.file_rows, lines)
        downloads.draw(service, rows, "purchase_list", headings.PURCHASES)


def _turned(suppliers: Sequence[Supplier]) -> Sequence[Supplier]:
    """The suppliers of the page that is chosen: hundreds of tables at once stop a browser."""
    if len(suppliers) <= SUPPLIERS:
        return suppliers
    pages = -(-len(suppliers) // SUPPLIERS)
    with st.container(horizontal=True, vertical_alignment="center"):
        number = st.pagination(pages, key=f"suppliers_page_{pages}")
        first = (number - 1) * SUPPLIERS
        last = min(first + SUPPLIERS, len(suppliers))
        st.caption(
            f"Suppliers {first + 1:,} to {last:,} of {len(suppliers):,}, the most urgent first",
            width="content",
        )
    return suppliers[first:last]


def _take_up(service: MCFService) -> None:
    """Brings back what was ticked and typed before the page was loaded anew."""
    state, asked = session.state(), session.asked(_WANTED)
    if asked and session.WANTED_ID not in state:
        kept = service.kept.get(DocumentKind.PURCHASES, asked)
        if kept is not None:
            session.wanted().update(purchase_list.as_kept(kept.content["lines"]))
            state[session.WANTED_ID] = asked


def _keep(service: MCFService) -> None:
    """Keeps what is ticked and typed, under a name in the page's address."""
    state, wanted = session.state(), session.wanted()
    name = state.get(session.WANTED_ID)
    if not wanted:
        if name:
            service.kept.forget(DocumentKind.PURCHASES, state.pop(session.WANTED_ID))
            # Not else: who goes back to what was ordered since goes on back from there.
            session.ask(_WANTED, None)
        return
    if not name:
        service.kept.forget_older(DocumentKind.PURCHASES, utc_now() - _KEPT_FOR)
        name = state[session.WANTED_ID] = uuid.uuid4().hex[:12]
    service.kept.keep(DocumentKind.PURCHASES, name, {"lines": purchase_list.to_keep(wanted)})
    session.ask(_WANTED, name)


def _choose(is_list: bool, currency: str) -> tuple[str, float | None]:
    """Within which days something has to be ordered, and the budget; None for no limit."""
    if not is_list:
        return "Due today", None
    session.follow("within", WITHIN, "Due today")
    within = st.segmented_control(
        "To be ordered within",
        list(WITHIN),
        required=True,
        key="within",
        on_change=session.asks,
        args=("within", "Due today"),
        label_visibility="collapsed",
    )
    session.follow_amount("budget")
    budget = st.number_input(
        f"Budget ({currency})",
        min_value=0.0,
        value=None,
        step=100.0,
        format="%.2f",
        key="budget",
        on_change=session.asks,
        args=("budget", None),
        placeholder=f"Budget, {currency}",
        width=180,
        label_visibility="collapsed",
    )
    return str(within), budget


def _in_words(total: Total, today: date) -> str:
    parts = [messages.many(total.skus, "SKU"), messages.many(total.units, "unit")]
    if total.cartons:
        cartons = messages.many(total.cartons, "carton")
        loose = f" and {messages.many(total.loose, 'SKU')} without case packs"
        parts.append(cartons + (loose if total.loose else ""))
    parts += [f"{amount:,.2f} {currency}" for currency, amount in total.money.items()]
    if total.unpriced:
        some = "cost not known" if total.unpriced == total.skus else ""
        parts.append(some or f"cost of {messages.many(total.unpriced, 'SKU')} not known")
    if total.first is not None:
        first = total.first.date()
        by = "today" if first <= today else f"by {first.day} {first:%b %Y}"
        parts.append(f"the first {by}")
    return ", ".join(parts)


def _draw_budget(lines: pd.DataFrame, fits: Any, budget: float, currency: str) -> None:
    """What a budget pays for, and by name what it doesn't."""
    some, rest = lines[fits], lines[~fits]
    unknown = rest[rest["cost"].isna() | (rest["currency"] != currency)]
    dear = rest.drop(unknown.index)
    spent = float(some["cost"].sum())
    skus, left = messages.many(len(some), "SKU"), budget - spent
    said = [f"{budget:,.2f} {currency} pay for {skus}: {spent:,.2f} {currency}, {left:,.2f} left."]
    if len(dear):
        said.append(f"Not within it: {_names(dear)}.")
    if len(unknown):
        said.append(f"Without a cost in {currency}, so not counted: {_names(unknown)}.")
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(" ".join(said), width="stretch")
        st.button(
            f"Tick these {len(some):,}" if len(some) != 1 else "Tick it",
            icon=":material/check_box:",
            key="tick_budget",
            disabled=some.empty,
            on_click=_tick_only,
            args=(some.to_dict("records"),),
        )


def _names(lines: pd.DataFrame) -> str:
    names = lines["seller_sku"].tolist()
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(map(labels.plain, names[:_NAMED])) + more


def _draw_supplier(name: str, lines: pd.DataFrame, today: date) -> None:
    """The lines of a supplier as a table in which they're ticked and changed."""
    shown = lines.head(_MOST)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(labels.plain(name) or "No supplier set", anchor=False, width="content")
        st.caption(_in_words(purchase_list.total(lines), today), width="content")
        st.button(
            "Tick all",
            type="tertiary",
            key=f"tick_{name}",
            on_click=_tick,
            args=(shown.to_dict("records"),),
        )
    if len(lines) > _MOST:
        st.caption(f"The {_MOST} most urgent of {len(lines):,}; a file has them all.")
    stored = _as_typed(shown)
    key = session.table_key(f"buy-{hash((name, *shown['seller_sku'], *shown['seen']))}")
    before = _with(stored, session.wanted_at_first(key))
    after = st.data_editor(
        before,
        hide_index=True,
        key=key,
        column_order=[name for name in _CONFIG if _has(name, lines)],
        column_config=_CONFIG,
        disabled=[name for name in _CONFIG if name not in ("order", "units", "arrives")],
        num_rows="fixed",
        placeholder="-",
        height=min(36 * (len(before) + 1) + 3, 440),
    )
    _remember(shown, stored, after)


def _has(name: str, lines: pd.DataFrame) -> bool:
    """Whether a column has something to show."""
    if name == "case_pack":
        return bool((lines[name] > 1).any())
    return name == "order" or bool(lines[name].notna().any())


def _as_typed(lines: pd.DataFrame) -> pd.DataFrame:
    # What is out doesn't run out today: since when it is, its page tells.
    there = lines["fulfillable_quantity"].fillna(1) > 0
    lines = lines.assign(stock_out_date=lines["stock_out_date"].where(there))
    days = {name: _days(lines[name]) for name in ("order_by", "arrives", "stock_out_date")}
    return lines.assign(order=False, **days).reset_index(drop=True)


def _days(moments: pd.Series) -> pd.Series:
    days: pd.Series = moments.dt.tz_localize(None).dt.date
    return days.astype(object).where(moments.notna(), None)


def _with(stored: pd.DataFrame, wanted: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """The lines with what was ticked and typed before in its place."""
    shown = stored.copy()
    for at, sku in enumerate(stored["seller_sku"]):
        for name in ("order", "units", "arrives"):
            if sku in wanted:
                shown.at[at, name] = wanted[sku][name]
    return purchase_list.priced(shown)


def _remember(lines: pd.DataFrame, stored: pd.DataFrame, after: pd.DataFrame) -> None:
    """Keeps what was ticked and typed, so that a search or another page loses nothing."""
    wanted, records = session.wanted(), lines.to_dict("records")
    both = zip(records, stored.to_dict("records"), after.to_dict("records"), strict=True)
    for line, old, new in both:
        sku, arrives = str(line["seller_sku"]), _date(new["arrives"]) or old["arrives"]
        units = old["units"] if pd.isna(new["units"]) else int(new["units"])
        is_changed = (units, arrives) != (old["units"], old["arrives"])
        if new["order"] or is_changed:
            typed = {"order": bool(new["order"]), "units": units, "arrives": arrives}
            wanted[sku] = {**_decided(line), **typed}
        else:
            wanted.pop(sku, None)


def _date(value: Any) -> date | None:
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, datetime) else value


def _decided(line: tables.Row) -> dict[str, Any]:
    """What a line was when it was ticked, which is what is ordered."""
    cost = float(line["unit_cost"])
    kept = ("seller_sku", "supplier", "seen", "case_pack", "currency", "order_by")
    return {
        **{name: line[name] for name in kept},
        "unit_cost": None if math.isnan(cost) else cost,
        "units": int(line["units"]),
        "arrives": line["arrives"].date(),
        "order": True,
    }


def _tick(lines: list[tables.Row]) -> None:
    wanted = session.wanted()
    for line in lines:
        sku = str(line["seller_sku"])
        wanted[sku] = {**_decided(line), **wanted.get(sku, {}), "order": True}
    session.clear_selections()


def _tick_only(lines: list[tables.Row]) -> None:
    for line in session.wanted().values():
        line["order"] = False
    _tick(lines)


def _forget_ordered(seen: dict[str, int]) -> None:
    """Unticks lines that were ordered elsewhere since they were ticked, and says so."""
    wanted = session.wanted()
    gone = [sku for sku, line in wanted.items() if seen.get(sku, 0) != line["seen"]]
    for sku in gone:
        del wanted[sku]
    if gone:
        names = ", ".join(map(labels.plain, gone[:_NAMED]))
        is_are = "is" if len(gone) == 1 else "are"
        st.warning(
            f"Ordered in another window meanwhile, so no longer ticked here: {names}"
            f"{f' and {len(gone) - _NAMED:,} more' if len(gone) > _NAMED else ''}. Look under "
            f"Ordered; what {is_are} still missing stands in the list.",
            icon=":material/sync_problem:",
        )


def _draw_ordering(service: MCFService, listed: set[str]) -> None:
    """What is ticked, and the button that marks it as ordered."""
    chosen = [line for line in session.wanted().values() if line["order"]]
    elsewhere = [line["seller_sku"] for line in chosen if line["seller_sku"] not in listed]
    with st.container(horizontal=True, vertical_alignment="center"):
        rights.button(
            service,
            Permission.PLAN,
            f"Mark {messages.many(len(chosen), 'SKU')} as ordered" if chosen else "Nothing ticked",
            type="primary",
            icon=":material/shopping_cart_checkout:",
            key="order_lines",
            disabled=not chosen,
            on_click=_order,
            args=(service,),
            help="It's noted here, and counts as coming; nothing is sent to anybody.",
        )
        if chosen:
            total = purchase_list.total(purchase_list.priced(pd.DataFrame(chosen)))
            st.caption(_in_words(total, service.now().date()), width="content")
            st.button("Untick all", type="tertiary", key="untick", on_click=_untick)
    if elsewhere:
        names = ", ".join(map(labels.plain, elsewhere[:_NAMED]))
        st.caption(f"Ticked, and not in the list above: {names}.")


def _untick() -> None:
    session.wanted().clear()
    session.clear_selections()


def _order(service: MCFService) -> None:
    """Orders what was ticked when the button was pressed, by what was seen then."""
    wanted = session.wanted()
    wishes = [
        Wish(
            line["seller_sku"],
            line["units"],
            line["seen"],
            (line["arrives"] - EPOCH).days,
            line["supplier"],
            line["unit_cost"],
        )
        for line in wanted.values()
        if line["order"]
    ]
    try:
        placed = service.stock.review.purchases.place(wishes, service.now())
    except MCFError as error:
        session.tell("error", messages.refusal(error))
        return
    for wish in wishes:
        wanted.pop(wish.seller_sku, None)
    session.clear_selections()
    session.can_undo(_PLACED, placed.lines)
    _tell(placed)


def _tell(placed: Placed) -> None:
    said = []
    if placed.lines:
        it, counts = ("it", "counts") if len(placed.lines) == 1 else ("them", "count")
        said.append(
            f"{messages.many(len(placed.lines), 'SKU is', 'SKUs are')} marked as ordered and "
            f"{counts} as coming until Amazon shows {it} as inbound."
        )
    if placed.refused:
        names = ", ".join([*placed.refused][:_NAMED])
        is_are = "was" if len(placed.refused) == 1 else "were"
        said.append(f"Not ordered twice: {names} {is_are} ordered in another window meanwhile.")
    session.tell("warning" if placed.refused else "success", " ".join(said))


def _draw_undo(service: MCFService) -> None:
    """The way back of the last order from here."""
    lines: tuple[Key, ...] | None = session.to_undo(_PLACED)
    if lines:
        rights.button(
            service,
            Permission.PLAN,
            f"Undo the order of {messages.many(len(lines), 'SKU')}",
            icon=":material/undo:",
            key="undo_order",
            on_click=_undo,
            args=(service, lines),
        )


def _undo(service: MCFService, lines: tuple[Key, ...]) -> None:
    try:
        service.stock.review.purchases.mark(lines, LineState.CANCELLED)
    except MCFError as error:
        session.tell("error", messages.refusal(error))
        return
    session.can_undo(_PLACED, None)
    session.tell("success", "It's undone: nothing of that order counts as coming any more.")


_CONFIG: dict[str, Any] = {
    "order": st.column_config.CheckboxColumn("Order", pinned=True, width=85),
    "seller_sku": st.column_config.TextColumn("SKU", pinned=True),
    "units": st.column_config.NumberColumn(
        "Units", min_value=1, step=1, format="localized", width="small",
        help="To order now, in full cases; change it if you order others.",
    ),
    "cartons": st.column_config.NumberColumn(
        "Cartons", format="localized", width="small", help="By the case pack of its rules."
    ),
    "cost": st.column_config.NumberColumn("Cost", format="%.2f", width="small"),
    "order_by": st.column_config.DateColumn("Order by", format="D MMM YYYY", width=115),
    "arrives": st.column_config.DateColumn(
        "Arrives", format="D MMM YYYY", width=115,
        help="When it can ship from Amazon: today and the lead time. Change it if you know better.",
    ),
    "fulfillable_quantity": st.column_config.NumberColumn(
        "Can ship", format="localized", width="small"
    ),
    "stock_out_date": st.column_config.DateColumn("Out on", format="D MMM YYYY", width=115),
    "unit_cost": st.column_config.NumberColumn("Cost each", format="%.2f", width="small"),
    "case_pack": st.column_config.NumberColumn("Case pack", format="%d", width="small"),
    "product_name": st.column_config.TextColumn("Product", width="large"),
}  # fmt: skip
