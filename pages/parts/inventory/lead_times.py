"""How long orders took beside the rules of lead time, to be taken over if the seller says so."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from mcf.errors import MCFError
from mcf.inventory.arrivals import LEAST
from mcf.inventory.preferences import Choices, plain
from mcf.inventory.review import StockReview
from pages.parts.common import messages, session

_CONFIG: dict[str, Any] = {
    "seller_sku": st.column_config.TextColumn("SKU", pinned=True),
    "rule": st.column_config.TextColumn("Rule now", help="Days from order until it can ship."),
    "learned": st.column_config.TextColumn(
        "Learned", help="The middle one of the orders that arrived, and its standard deviation."
    ),
    "by": st.column_config.TextColumn("By"),
    "inbound": st.column_config.TextColumn(
        "Of it at Amazon",
        help="From the announcement of units at Amazon until they could ship, by past days. What "
        "your supplier takes comes before it.",
    ),
}


def draw(review: StockReview, seller_skus: list[str]) -> None:
    """What is learned of these SKUs, and the button that makes it their rule."""
    frame = review.lead_times(seller_skus)
    some = frame[frame["arrivals"].gt(0) | frame["inbound_arrivals"].gt(0)].reset_index(drop=True)
    with st.expander(f"Lead times learned from arrivals ({len(some):,})"):
        if some.empty:
            st.caption(
                f"Not known yet: it takes {LEAST} orders that arrived, of a SKU or its supplier. "
                "Mark what you order in the purchase list as ordered; what arrives is noticed."
            )
            return
        st.caption("It's no rule until you say so. Choose SKUs to make it theirs.")
        event = st.dataframe(
            pd.DataFrame([_words(line) for line in some.to_dict("records")]),
            hide_index=True,
            key=session.table_key(f"learned-{hash(tuple(some['seller_sku']))}"),
            column_config=_CONFIG,
            on_select="rerun",
            selection_mode="multi-row",
            placeholder="not known",
            height=min(36 * (len(some) + 1) + 3, 300),
            alt="Lead times learned from arrivals",
        )
        chosen = some.iloc[[row for row in event.selection.rows if row < len(some)]]
        usable = chosen[chosen["arrivals"] > 0]
        st.button(
            f"Use it for {messages.many(len(usable), 'SKU')}" if len(usable) else "Choose SKUs",
            key="use_learned",
            icon=":material/done_all:",
            disabled=usable.empty,
            on_click=_use,
            args=(review.choices, usable),
        )


def _words(line: dict[Any, Any]) -> dict[str, str | None]:
    by = messages.many(line["arrivals"], "arrival")
    whose = by if line["of"] == "SKU" else f"{by} of its supplier"
    return {
        "seller_sku": line["seller_sku"],
        "rule": _days(line["rule_days"], line["rule_spread"]),
        "learned": _days(line["days"], line["spread"]),
        "by": whose if line["arrivals"] else None,
        "inbound": _days(line["inbound_days"], line["inbound_spread"]),
    }


def _days(days: float, spread: float) -> str | None:
    if math.isnan(days):
        return None
    return f"{messages.many(int(days), 'day')} ± {spread:.0f}"


def _use(choices: Choices, chosen: pd.DataFrame) -> None:
    """Makes what was learned the rule, if the rules are still those that were shown."""
    rules, usual = choices.rules(), choices.defaults()
    now = {
        name: rules[name].reindex(chosen["seller_sku"]).fillna(getattr(usual, name)).tolist()
        for name in ("lead_time_days", "lead_spread_days")
    }
    was = (chosen["rule_days"].tolist(), chosen["rule_spread"].tolist())
    if (now["lead_time_days"], now["lead_spread_days"]) != was:
        session.tell(
            "warning",
            "Another window or person changed these rules meanwhile, so nothing was taken. Look at "
            "them, and choose again.",
        )
        return
    changes = [
        {
            "seller_sku": line["seller_sku"],
            "lead_time_days": plain(line["days"]),
            "lead_spread_days": plain(line["spread"]),
        }
        for line in chosen.to_dict("records")
    ]
    try:
        choices.set_rules(changes)
    except MCFError as error:
        session.tell("error", messages.refusal(error))
        return
    session.clear_selections()
    session.tell("success", f"Learned lead times hold for {messages.many(len(changes), 'SKU')}.")
