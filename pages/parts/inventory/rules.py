"""What the seller decides about SKUs: in the table, from a file, and the defaults."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from mcf.access.roles import Permission
from mcf.errors import InvalidInput, MCFError
from mcf.inventory import rule_files
from mcf.inventory.planning import RULES, LevelCost, Rules
from mcf.inventory.preferences import COLUMNS, MONEY, TEXTS
from mcf.inventory.review import StockReview
from mcf.service import MCFService
from mcf.store.database import utc_now
from mcf.store.documents import DocumentKind
from pages.parts.common import downloads, labels, messages, paging, rights, session
from pages.parts.common.paging import Matches
from pages.parts.inventory import expectations, lead_times, policy, rule_import
from pages.parts.inventory.table import ORDERS

_TYPED = "typed"
"""The name in the page's address under which what was typed is found again."""
_KEPT_FOR = timedelta(days=30)
_NAMED = 10
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
    "supplier_days": (
        "Supplier days",
        "Days until your supplier hands the goods over: a leg of three.",
    ),
    "transport_days": ("Transport days", "Days on the way to Amazon: a leg of three."),
    "put_away_days": (
        "Put-away days",
        "Days until Amazon has put units on its shelves. All three legs make up the lead time.",
    ),
    "elsewhere_units": (
        "Elsewhere",
        "Units in another warehouse, to be sent in: taken off the reorder, but they can't ship.",
    ),
    "second_lead_time_days": ("2nd lead time", "Days of the lead time of a second supplier."),
    "supplier": ("Supplier", "Who brings it; the purchase list is grouped by it."),
    "unit_cost": ("Cost", "What you pay for a unit."),
    "price": ("Price", "What a buyer pays you for a unit."),
    "currency": (
        "Currency",
        "Of cost and price, three letters like USD. Empty: the marketplace's.",
    ),
    "tags": ("Tags", "Words with commas between; found by search."),
    "second_supplier": (
        "2nd supplier",
        "Who else delivers: told where an order of the first comes too late.",
    ),
    "second_unit_cost": ("2nd cost", "What a unit of theirs costs."),
}
NAMES = {name: label for name, (label, _) in LABELS.items()}
"""What rules are called on the page."""
_OF_ONE = ("elsewhere_units", "second_lead_time_days")
"""Rules that no SKU shares with all others."""


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
                if field.name not in _OF_ONE
            }
            if st.form_submit_button(
                "Save the defaults",
                **rights.look(service, Permission.PLAN, icon=":material/save:"),
            ):
                _said(lambda: choices.set_defaults(Rules(**values)), "The defaults are saved.")
        st.divider()
        rule_import.draw(service, NAMES)
        _without_stock(choices.without_stock())
        st.divider()
        ledger = st.file_uploader(
            "History from Amazon's ledger report", type=["csv", "tsv", "txt"], key="ledger_file"
        )
        st.caption(
            "Seller Central > Reports > Fulfillment > Inventory Ledger, summary view by day. With "
            "it velocity and forecasts are there at once."
        )
        if ledger is not None and rights.button(
            service, Permission.PLAN, "Import the history", key="import_ledger"
        ):
            _said(
                lambda: service.stock.import_ledger(ledger.getvalue()), "The history is imported."
            )
        st.divider()
        _ages(service)


def _ages(service: MCFService) -> None:
    """Takes Amazon's report of how old units are."""
    report = st.file_uploader(
        "How old units are, from Amazon's FBA Inventory report",
        type=["csv", "tsv", "txt"],
        key="ages_file",
    )
    st.caption(
        "Seller Central > Reports > Fulfillment > FBA Inventory. It tells which units age towards "
        "Amazon's surcharge, and next month's storage fee."
    )
    if report is not None and rights.button(
        service, Permission.PLAN, "Import the ages", key="import_ages"
    ):
        _said(lambda: service.stock.import_ages(report.getvalue()), "The ages are imported.")


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
    plan = shown.set_index("seller_sku")
    own = review.choices.rules().reindex(shown["seller_sku"])
    usual = review.choices.defaults()
    st.caption(
        "Empty means the default: "
        + ", ".join(
            f"{LABELS[name][0]} {_usual(usual, name)}" for name in RULES if name not in _OF_ONE
        )
        + "."
    )
    safety = plan["safety_units"].to_numpy(float)
    stored = own.reset_index(names="seller_sku").assign(
        product_name=shown["product_name"].to_numpy(),
        safety_units=safety,
        safety_cost=safety * plan["unit_cost"].to_numpy(float),
        **{name: own[name].fillna("").to_numpy() for name in TEXTS},
    )
    key = session.table_key(f"rules-{hash(tuple(stored['seller_sku']))}")
    before = _with(stored, session.rules_at_first(key))
    after = st.data_editor(
        before,
        hide_index=True,
        key=key,
        column_order=_SHOWN,
        column_config=_CONFIG,
        disabled=["seller_sku", "product_name", *_READ],
        num_rows="fixed",
        placeholder="",
        height=min(36 * (len(before) + 1) + 3, 520),
    )
    typed = session.typed_rules()
    _remember(typed, stored, after)
    _keep(service)
    _draw_saving(service, typed, shown["seller_sku"])
    policy.draw(service, matches, NAMES)
    expectations.draw_all(service, matches.frame()["seller_sku"].tolist())
    _draw_levels(review, service.settings.marketplace.currency)
    lead_times.draw(review, shown["seller_sku"].tolist())
    downloads.draw(service, partial(_ruled, review, matches), "rules", None)


def _draw_levels(review: StockReview, currency: str) -> None:
    """What service levels would take in safety stock, in all."""
    usual = review.choices.defaults()
    levels = review.level_costs()
    is_priced = any(it.cost is not None for it in levels)
    said = [_level(it, usual.service_level, currency if is_priced else "") for it in levels]
    unknown = "" if is_priced else ". Cost not known"
    st.markdown(f"**Safety stock by service level, in all:** {' · '.join(said)}{unknown}")
    fixed = " The safety days for all go before it now." if usual.safety_days is not None else ""
    st.caption(
        "Were it the level for all; SKUs with a level or safety days of their own keep those."
        + fixed
    )


def _level(it: LevelCost, usual: int, currency: str) -> str:
    worth = "cost not known" if it.cost is None else f"{it.cost:,.0f} {currency}"
    if it.cost is not None and it.unpriced:
        worth += f" and {messages.many(it.unpriced, 'SKU')} without cost"
    level = f"**{it.level} (now)**" if it.level == usual else str(it.level)
    return f"{level}: {messages.many(it.units, 'unit')}{f', {worth}' if currency else ''}"


def _draw_saving(service: MCFService, typed: dict[str, dict[str, Any]], shown: pd.Series) -> None:
    """What can be done with what was typed, also in rows that aren't `shown`."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if rights.button(
            service,
            Permission.PLAN,
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
    if value is None:
        return "by service level" if name == "safety_days" else "not set"
    return f"{value:,}"


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
            missing = "" if name in TEXTS else float("nan")
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
    return f"{place}, {NAMES[name]}" if name in NAMES else where


_CONFIG = {
    "seller_sku": st.column_config.TextColumn("SKU", pinned=True),
    "product_name": st.column_config.TextColumn("Product", width="medium"),
    **{
        name: st.column_config.NumberColumn(label, help=told, min_value=0, step=1, format="%d")
        for name, (label, told) in LABELS.items()
        if name in RULES
    },
    **{name: st.column_config.TextColumn(LABELS[name][0], help=LABELS[name][1]) for name in TEXTS},
    **{
        name: st.column_config.NumberColumn(LABELS[name][0], min_value=0.0, format="%.2f")
        for name in MONEY
    },
    "safety_units": st.column_config.NumberColumn(
        "Safety stock",
        format="%.0f",
        help="Units that the service level, or the safety days, of the stored rules take.",
    ),
    "safety_cost": st.column_config.NumberColumn(
        "Its cost", format="%.2f", help="What the safety stock costs, where a cost is set."
    ),
}
_READ = ("safety_units", "safety_cost")
_SHOWN = [
    name
    for rule in ("seller_sku", "product_name", *COLUMNS[1:])
    for name in ((rule, *_READ) if rule == "service_level" else (rule,))
]
"""The columns; what the service level takes stands beside it."""


def _ruled(review: StockReview, matches: Matches) -> pd.DataFrame:
    """The rules of all SKUs that are found, as they can be imported again."""
    return rule_files.rows(matches.frame(), review.choices.rules())
