"""What the seller decides about SKUs: in the table, from a file, and the defaults."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pandas as pd
import streamlit as st

from mcf.errors import InvalidInput, MCFError
from mcf.planning import RULES, Rules
from mcf.review import RULE_COLUMNS, StockReview
from mcf.service import MCFService
from pages.parts import paging, say, session
from pages.parts.paging import Found
from pages.parts.stock_table import ORDERS

LABELS = {
    "lead_time_days": ("Lead time", "Days from an order to your supplier until it can ship."),
    "safety_days": ("Safety days", "Days of sales that should be left when the new units arrive."),
    "order_days": ("Order for", "Days that a new order should last."),
    "excess_days": ("Excess after", "Days of cover above which a SKU counts as excess."),
    "case_pack": ("Case pack", "Units in a case; reorders are in full cases."),
    "reserve_units": ("Keep for Amazon", "Units that aren't counted for your own shops' orders."),
    "low_units": ("Low at", "Units at which a SKU counts as low while its velocity isn't known."),
}


def panel(service: MCFService) -> None:
    """A popover: the defaults, rules from a file, history from Amazon's ledger report."""
    choices = service.review.choices
    with st.popover("Defaults and imports", icon=":material/tune:"):
        usual = choices.defaults()
        with st.form("defaults", border=False):
            st.markdown("**For SKUs with no rule of their own**")
            values = {
                field.name: st.number_input(
                    LABELS[field.name][0],
                    min_value=0,
                    value=int(getattr(usual, field.name)),
                    step=1,
                    key=f"default_{field.name}",
                    help=LABELS[field.name][1],
                )
                for field in fields(usual)
            }
            if st.form_submit_button("Save the defaults", icon=":material/save:"):
                _said(lambda: choices.set_defaults(Rules(**values)), "The defaults are saved.")
        st.divider()
        rules = st.file_uploader("Rules per SKU (CSV)", type=["csv"], key="rules_file")
        st.caption(f"Columns: {', '.join(RULE_COLUMNS)}. An empty cell changes nothing.")
        if rules is not None and st.button("Import the rules", key="import_rules"):
            _said(lambda: choices.import_rules(rules.getvalue()), "The rules are imported.")
        st.divider()
        ledger = st.file_uploader(
            "History from Amazon's ledger report", type=["csv", "tsv", "txt"], key="ledger_file"
        )
        st.caption(
            "Seller Central > Reports > Fulfillment > Inventory Ledger, summary view by day. With "
            "it velocity and forecasts are there at once."
        )
        if ledger is not None and st.button("Import the history", key="import_ledger"):
            _said(lambda: service.import_ledger(ledger.getvalue()), "The history is imported.")


def table(review: StockReview, found: Found) -> None:
    """The rules of the SKUs in the table, to be edited; nothing is kept until it's saved."""
    shown = paging.page(found, ORDERS, "SKU")
    own = review.choices.rules().reindex(shown["seller_sku"])
    usual = review.choices.defaults()
    st.caption(
        "Empty means the default: "
        + ", ".join(f"{LABELS[name][0].lower()} {getattr(usual, name):,}" for name in RULES)
        + "."
    )
    before = own.reset_index(names="seller_sku").assign(
        product_name=shown["product_name"].to_numpy(), tags=own["tags"].fillna("").to_numpy()
    )
    after = st.data_editor(
        before,
        hide_index=True,
        key=session.table_key(f"rules-{hash(tuple(before['seller_sku']))}"),
        column_order=["seller_sku", "product_name", *RULES, "unit_cost", "tags"],
        column_config=_CONFIG,
        disabled=["seller_sku", "product_name"],
        num_rows="fixed",
        height=min(36 * (len(before) + 1) + 3, 520),
    )
    changes = _changes(before, after)
    if st.button(
        f"Save {say.many(len(changes), 'SKU')}" if changes else "Nothing to save",
        type="primary",
        icon=":material/save:",
        key="save_rules",
        disabled=not changes,
    ):
        _said(lambda: review.choices.set_rules(changes), "The rules are saved.")


def _changes(before: pd.DataFrame, after: pd.DataFrame) -> list[dict[str, Any]]:
    found = []
    for old, new in zip(before.to_dict("records"), after.to_dict("records"), strict=True):
        changed = {
            name: None if pd.isna(new[name]) else new[name]
            for name in (*RULES, "unit_cost", "tags")
            if not (pd.isna(old[name]) and pd.isna(new[name])) and old[name] != new[name]
        }
        if changed:
            found.append({"seller_sku": new["seller_sku"], **changed})
    return found


def _said(do: Any, done: str) -> None:
    try:
        do()
    except InvalidInput as error:
        told = "\n".join(f"- **{say.plain(k)}**: {v}" for k, v in error.problems.items())
        st.error(f"Nothing was saved. Please correct:\n\n{told}", icon=":material/error:")
    except MCFError as error:
        say.error_box(error)
    else:
        session.clear_selections()
        session.tell("success", done)
        st.rerun()


_CONFIG = {
    "seller_sku": st.column_config.TextColumn("SKU", pinned=True),
    "product_name": st.column_config.TextColumn("Product", width="medium"),
    **{
        name: st.column_config.NumberColumn(label, help=told, min_value=0, step=1, format="%d")
        for name, (label, told) in LABELS.items()
    },
    "unit_cost": st.column_config.NumberColumn("Cost", min_value=0.0, format="%.2f"),
    "tags": st.column_config.TextColumn("Tags", help="Words with commas between; found by search."),
}
