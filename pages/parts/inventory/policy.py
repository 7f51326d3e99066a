"""Rules for many SKUs at once: those with a tag, of a supplier or a class, shown or ticked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from mcf.access.roles import Permission
from mcf.errors import InvalidInput, MCFError
from mcf.inventory import policy, preferences
from mcf.inventory.policy import Change
from mcf.service import MCFService
from pages.parts.common import labels, messages, rights, session
from pages.parts.common.paging import Matches

_SHOWN, _TICKED, _TAG, _SUPPLIER, _CLASS = "Shown", "Ticked", "Tag", "Supplier", "ABC class"
_TOLD = 12
"""Kinds of changes that are told one by one."""


def draw(service: MCFService, matches: Matches, names: Mapping[str, str]) -> None:
    """Chooses SKUs and rules, says what would change, and changes all of it or nothing."""
    with st.expander("Set rules for many SKUs at once", icon=":material/library_add_check:"):
        chosen = _chosen(service, matches)
        values = _values(names)
        if not chosen:
            st.caption("No SKU is chosen.")
            return
        if not values:
            st.caption(f"{messages.many(len(chosen), 'SKU')}. Choose what to set for them.")
            return
        try:
            clean = preferences.read(values)
        except InvalidInput as error:
            st.error(_problems(error, names), icon=":material/error:")
            return
        rules = service.stock.review.choices.rules()
        changed, changes = policy.preview(rules, chosen, clean)
        _preview(len(chosen), len(changed), changes, names)
        if rights.button(
            service,
            Permission.PLAN,
            f"Set it for {messages.many(len(changed), 'SKU')}" if changed else "Nothing changes",
            type="primary",
            icon=":material/save:",
            key="policy_save",
            disabled=not changed,
        ):
            _save(lambda: _set(service, changed, clean), len(changed))


def _chosen(service: MCFService, matches: Matches) -> list[str]:
    """The SKUs that are meant."""
    plan = service.stock.review.plan()
    rules = service.stock.review.choices.rules()
    ticked, shown = session.choices(), matches.frame()["seller_sku"].tolist()
    ways = [_SHOWN, _TICKED, _TAG, _CLASS]
    if "supplier" in rules:
        ways.insert(3, _SUPPLIER)
    counts = {_SHOWN: len(shown), _TICKED: len(ticked)}
    way = st.segmented_control(
        "Which SKUs",
        ways,
        default=_SHOWN,
        required=True,
        key="policy_which",
        format_func=lambda one: f"{one} ({counts[one]:,})" if one in counts else one,
    )
    if way == _TICKED:
        if not ticked:
            st.caption("Tick SKUs in the table of the stock first.")
        return [sku for sku in plan["seller_sku"] if sku in set(ticked)]
    if way == _CLASS:
        return _of_a_class(plan)
    if way in (_TAG, _SUPPLIER):
        return _with_a_word(rules, plan, str(way))
    return shown


def _of_a_class(plan: pd.DataFrame) -> list[str]:
    told = policy.classes(plan)
    wanted = st.segmented_control(
        "Class",
        policy.CLASSES,
        default="A",
        required=True,
        key="policy_class",
        format_func=lambda one: f"{one} ({int((told == one).sum()):,})",
        help="A: the SKUs that sell most and make up four fifths of all that is sold; B: the next, "
        "up to 95 %; C: the others. By cost where every SKU that sells has one, else by units.",
    )
    return [str(sku) for sku in plan.loc[told == wanted, "seller_sku"]]


def _with_a_word(rules: pd.DataFrame, plan: pd.DataFrame, way: str) -> list[str]:
    """The SKUs in stock with a tag or of a supplier."""
    told = rules["tags" if way == _TAG else "supplier"].dropna()
    of = {
        sku: [word.strip() for word in (text.split(",") if way == _TAG else [text])]
        for sku, text in told.items()
        if text
    }
    words = sorted({word for some in of.values() for word in some if word})
    if not words:
        st.caption(f"No SKU has a {way.lower()} yet.")
        return []
    word = st.selectbox(way, words, key=f"policy_{way}")
    return [str(sku) for sku in plan["seller_sku"] if word in of.get(sku, ())]


def _values(names: Mapping[str, str]) -> dict[str, str]:
    """What is typed for each chosen rule."""
    rules = st.multiselect(
        "What to set", list(names), format_func=names.__getitem__, key="policy_rules"
    )
    with st.container(horizontal=True):
        return {
            name: st.text_input(
                names[name], key=f"policy_value_{name}", width=180, placeholder="empty: not set"
            )
            for name in rules
        }


def _preview(
    chosen: int, changed: int, changes: Sequence[Change], names: Mapping[str, str]
) -> None:
    """How many SKUs change and from what to what."""
    lines = [
        f"- {names[one.rule]}: {_shown(one.before)} → {_shown(one.after)}, "
        f"{messages.many(one.skus, 'SKU')}"
        for one in changes[:_TOLD]
    ]
    if len(changes) > _TOLD:
        lines.append(f"- and {len(changes) - _TOLD:,} more changes")
    verb = "changes" if changed == 1 else "change"
    st.markdown(f"{changed:,} of {messages.many(chosen, 'SKU')} {verb}.\n\n" + "\n".join(lines))


def _shown(value: Any) -> str:
    return (
        "not set" if value is None else labels.plain(f"{value:g}" if _is_number(value) else value)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _set(service: MCFService, seller_skus: Sequence[str], values: Mapping[str, Any]) -> None:
    changes = [{"seller_sku": sku, **values} for sku in seller_skus]
    service.stock.review.choices.set_rules(changes)


def _save(do: Callable[[], object], skus: int) -> None:
    try:
        do()
    except MCFError as error:
        messages.draw_error(error)
    else:
        session.tell("success", f"The rules of {messages.many(skus, 'SKU')} are set.")
        st.rerun()


def _problems(error: InvalidInput, names: Mapping[str, str]) -> str:
    lines = (
        f"- **{names[name]}**: {labels.plain(words)}" for name, words in error.problems.items()
    )
    return "Please correct:\n\n" + "\n".join(lines)
