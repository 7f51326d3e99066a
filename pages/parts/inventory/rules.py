"""What the seller decides about SKUs: in the table, from a file, and the defaults."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from mcf.errors import InvalidInput, MCFError
from mcf.inventory.planning import RULES, Rules
from mcf.inventory.preferences import COLUMNS
from mcf.service import MCFService
from mcf.store.database import utc_now
from mcf.store.documents import DocumentKind
from pages.parts.common import labels, messages, paging, session
from pages.parts.common.paging import Matches
from pages.parts.inventory.table import ORDERS

_TYPED = "typed"
"""The name in the page's address under which what was typed is found again."""
_KEPT_FOR = timedelta(days=30)
_NAMED = 10
_TEXTS = ("currency", "tags")
"""Rules that are words; an empty cell of them is an empty text."""
LABELS = {
    "lead_time_days": ("Lead time", "Days from an order to your supplier until it can ship."),
    "safety_days": (
        "Safety days",
        "Fixed days of sales to be left when new units arrive. Empty: by the service level.",
    ),
    "order_days": ("Order for", "Days that a new order should last."),
    "excess_days": ("Excess after", "Days of cover above which a SKU counts as excess."),
    "case_pack": ("Case pack", "Units in a case; reorders are in full cases."),
    "reserve_units": ("Keep for Amazon", "Units that aren't counted for your own shops' orders."),
    "low_units": ("Low at", "Units at which a SKU counts as low while its velocity isn't known."),
    "service_level": (
        "Service level",
        "In how many of a hundred lead times stock shouldn't run out, from 50 to 99.",
    ),
    "lead_spread_days": (
        "Lead time varies by",
        "Days by which the lead time usually differs from its mean (a standard deviation).",
    ),
    "minimum_units": ("Order at least", "Units that your supplier's smallest order has."),
}


_SHOWN = {name: label for name, (label, _) in LABELS.items()} | {
    "unit_cost": "Cost",
    "price": "Price",
    "currency": "Currency",
    "tags": "Tags",
}
"""What stands above the columns."""


def draw_defaults(service: MCFService) -> None:
    """A popover: the defaults, rules from a file, history from Amazon's ledger report."""
    choices = service.stock.review.choices
    with st.popover("Defaults and imports", icon=":material/tune:"):
        usual = choices.defaults()
        with st.form("defaults", border=False):
            st.markdown("**For SKUs with no rule of their own**")
            values = {
                field.name: _default(field.name, getattr(usual, field.name))
                for field in fields(usual)
            }
            if st.form_submit_button("Save the defaults", icon=":material/save:"):
                _said(lambda: choices.set_defaults(Rules(**values)), "The defaults are saved.")
        st.divider()
        rules = st.file_uploader("Rules per SKU (CSV)", type=["csv"], key="rules_file")
        st.caption(f"Columns: {', '.join(COLUMNS)}. An empty cell changes nothing.")
        if rules is not None and st.button("Import the rules", key="import_rules"):
            _said(lambda: choices.import_rules(rules.getvalue()), "The rules are imported.")
        _without_stock(choices.without_stock())
        st.divider()
        ledger = st.file_uploader(
            "History from Amazon's ledger report", type=["csv", "tsv", "txt"], key="ledger_file"
        )
        st.caption(
            "Seller Central > Reports > Fulfillment > Inventory Ledger, summary view by day. With "
            "it velocity and forecasts are there at once."
        )
        if ledger is not None and st.button("Import the history", key="import_ledger"):
            _said(
                lambda: service.stock.import_ledger(ledger.getvalue()), "The history is imported."
            )


def _default(name: str, value: int | None) -> Any:
    """What is typed for all SKUs; a rule that may be without a number can be emptied."""
    key, may_be_empty = f"default_{name}", getattr(Rules(), name) is None
    if may_be_empty:
        # A field that begins with a number takes it again when it's emptied.
        session.state().setdefault(key, value)
    return st.number_input(
        LABELS[name][0],
        min_value=0,
        value=None if may_be_empty else value,
        step=1,
        key=key,
        help=LABELS[name][1],
    )


def _without_stock(skus: list[str]) -> None:
    """Names the SKUs that have rules but aren't in the stock: they may be misspelt."""
    if skus:
        first = ", ".join(map(labels.plain, skus[:_NAMED]))
        more = f" and {len(skus) - _NAMED:,} more" if len(skus) > _NAMED else ""
        st.warning(
            f"{messages.many(len(skus), 'SKU')} with rules {'is' if len(skus) == 1 else 'are'} not "
            f"among your SKUs in this marketplace: {first}{more}.",
            icon=":material/help:",
        )


def draw(service: MCFService, matches: Matches) -> None:
    """The rules of the SKUs in the table, to be edited; they count when they are saved.

    What is typed outlives a reload of the page.
    """
    review = service.stock.review
    _take_up(service)
    shown = paging.draw(matches, ORDERS, "SKU")
    own = review.choices.rules().reindex(shown["seller_sku"])
    usual = review.choices.defaults()
    st.caption(
        "Empty means the default: "
        + ", ".join(f"{LABELS[name][0]} {_usual(usual, name)}" for name in RULES)
        + "."
    )
    stored = own.reset_index(names="seller_sku").assign(
        product_name=shown["product_name"].to_numpy(),
        **{name: own[name].fillna("").to_numpy() for name in _TEXTS},
    )
    key = session.table_key(f"rules-{hash(tuple(stored['seller_sku']))}")
    before = _with(stored, session.rules_at_first(key))
    after = st.data_editor(
        before,
        hide_index=True,
        key=key,
        column_order=["seller_sku", "product_name", *COLUMNS[1:]],
        column_config=_CONFIG,
        disabled=["seller_sku", "product_name"],
        num_rows="fixed",
        placeholder="",
        height=min(36 * (len(before) + 1) + 3, 520),
    )
    typed = session.typed_rules()
    _remember(typed, stored, after)
    _keep(service)
    _draw_saving(service, typed, shown["seller_sku"])


def _draw_saving(service: MCFService, typed: dict[str, dict[str, Any]], shown: pd.Series) -> None:
    """What can be done with what was typed, also in rows that aren't `shown`."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            f"Save {messages.many(len(typed), 'SKU')}" if typed else "Nothing to save",
            type="primary",
            icon=":material/save:",
            key="save_rules",
            disabled=not typed,
        ):
            changes = [{"seller_sku": sku, **changed} for sku, changed in typed.items()]
            _said(lambda: _save(service, changes), "The rules are saved.")
        if typed:
            st.button(
                "Put away what was typed",
                type="tertiary",
                key="discard_rules",
                on_click=_forget,
                args=(service,),
            )
        elsewhere = len(set(typed) - set(shown))
        if elsewhere:
            st.caption(f"{messages.many(elsewhere, 'SKU')} of them are not in the table above.")


def _usual(usual: Rules, name: str) -> str:
    value = getattr(usual, name)
    return "by service level" if value is None else f"{value:,}"


def _save(service: MCFService, changes: list[dict[str, Any]]) -> None:
    choices, seen = service.stock.review.choices, session.rules_seen()
    conflicts = choices.changed_since(seen, session.typed_rules())
    if conflicts:
        seen.clear()
        raise InvalidInput(
            conflicts,
            advice="Another window or person changed it meanwhile. Save again to put in what you "
            "typed, or put it away.",
        )
    choices.set_rules(changes)
    _forget(service)


def _forget(service: MCFService) -> None:
    """Puts away what was typed, here and where it's kept."""
    session.forget_typed_rules()
    _keep(service)


def _take_up(service: MCFService) -> None:
    """Brings back what was typed before the page was loaded anew."""
    state, asked = session.state(), session.asked(_TYPED)
    if asked and session.RULES_ID not in state:
        kept = service.kept.get(DocumentKind.RULES, asked)
        if kept is not None:
            session.typed_rules().update(kept.content["typed"])
            session.rules_seen().update(kept.content["seen"])
            state[session.RULES_ID] = asked


def _keep(service: MCFService) -> None:
    """Keeps what is typed, under a name in the page's address."""
    state, typed, seen = session.state(), session.typed_rules(), session.rules_seen()
    name = state.get(session.RULES_ID)
    if not typed:
        if name:
            service.kept.forget(DocumentKind.RULES, state.pop(session.RULES_ID))
            session.ask(_TYPED, None)
        return
    if not name:
        service.kept.forget_older(DocumentKind.RULES, utc_now() - _KEPT_FOR)
        name = state[session.RULES_ID] = uuid.uuid4().hex[:12]
    service.kept.keep(DocumentKind.RULES, name, {"typed": typed, "seen": seen})
    session.ask(_TYPED, name)


def _with(stored: pd.DataFrame, typed: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """The stored rules with what was typed before in their place."""
    shown = stored.copy()
    for line, sku in enumerate(stored["seller_sku"]):
        for name, value in typed.get(sku, {}).items():
            missing = "" if name in _TEXTS else float("nan")
            shown.loc[line, name] = missing if value is None else value
    return shown


def _remember(typed: dict[str, dict[str, Any]], stored: pd.DataFrame, after: pd.DataFrame) -> None:
    """Keeps what differs from the stored rules, so that a search or another page loses nothing."""
    seen = session.rules_seen()
    for old, new in zip(stored.to_dict("records"), after.to_dict("records"), strict=True):
        changed = {
            name: _clean(new[name])
            for name in COLUMNS[1:]
            if _clean(old[name]) != _clean(new[name])
        }
        sku = new["seller_sku"]
        typed.pop(sku, None)
        if changed:
            typed[sku] = changed
            before = seen.setdefault(sku, {})
            seen[sku] = {name: before.get(name, _clean(old[name])) for name in changed}
        else:
            seen.pop(sku, None)


def _clean(value: Any) -> Any:
    """A cell as it's saved; None if it's empty."""
    if pd.isna(value) or value == "":
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _said(do: Callable[[], object], done: str) -> None:
    try:
        do()
    except InvalidInput as error:
        problems = "\n".join(
            f"- **{labels.plain(_named(k))}**: {labels.plain(v)}" for k, v in error.problems.items()
        )
        advice = "" if error.advice == InvalidInput.default_advice else f"\n\n{error.advice}"
        st.error(
            f"Nothing was saved. Please correct:\n\n{problems}{advice}", icon=":material/error:"
        )
    except MCFError as error:
        messages.draw_error(error)
    else:
        session.tell("success", done)
        st.rerun()


def _named(where: str) -> str:
    """Where something is wrong, with a rule's name as it stands above its column."""
    place, _, name = where.rpartition(", ")
    return f"{place}, {_SHOWN[name]}" if name in _SHOWN else where


_CONFIG = {
    "seller_sku": st.column_config.TextColumn("SKU", pinned=True),
    "product_name": st.column_config.TextColumn("Product", width="medium"),
    **{
        name: st.column_config.NumberColumn(label, help=told, min_value=0, step=1, format="%d")
        for name, (label, told) in LABELS.items()
    },
    "unit_cost": st.column_config.NumberColumn(
        "Cost", min_value=0.0, format="%.2f", help="What you pay for a unit."
    ),
    "price": st.column_config.NumberColumn(
        "Price", min_value=0.0, format="%.2f", help="What a buyer pays you for a unit."
    ),
    "currency": st.column_config.TextColumn(
        "Currency",
        help="Of cost and price, in three letters like USD. Empty: the marketplace's.",
    ),
    "tags": st.column_config.TextColumn("Tags", help="Words with commas between; found by search."),
}
