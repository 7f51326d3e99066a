"""Rules of SKUs from a file: what it would change is shown before any of it is written."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import streamlit as st

from mcf.access.roles import Permission
from mcf.errors import InvalidInput, MCFError
from mcf.inventory import rule_files
from mcf.inventory.preferences import COLUMNS, Choices, shown
from mcf.inventory.rule_files import RuleFile
from mcf.service import MCFService
from pages.parts.common import labels, messages, rights, session

_NAMED = 10
_MOST = 1000
"""Changes, and refused lines, that are shown at most."""


def draw(service: MCFService, names: dict[str, str]) -> None:
    """The upload, what it would change, and the button that takes it.

    `names` is what rules are called on the page.
    """
    review = service.stock.review
    choices = review.choices
    given = st.file_uploader(
        "Rules per SKU (CSV or Excel)",
        type=["csv", "tsv", "txt", "xlsx", "xls", "ods"],
        key="rules_file",
    )
    st.caption(
        f"Columns: {', '.join(COLUMNS)}. An empty cell changes nothing, a hyphen empties the rule."
    )
    if given is None:
        return
    try:
        file = session.once(
            "rules read",
            (given.file_id, *choices.revision()),
            lambda: rule_files.read(given.getvalue(), choices),
        )
    except InvalidInput as error:
        problems = [f"{where} {why}" for where, why in error.problems.items()]
        advice = "" if error.advice == InvalidInput.default_advice else f" {error.advice}"
        said = f"Nothing of it can be taken: {'; '.join(problems)}."
        st.error(labels.plain(said) + advice, icon=":material/error:")
        return
    except MCFError as error:
        messages.draw_error(error)
        return
    _draw_preview(file, set(review.plan()["seller_sku"]), names)
    count = len(file.skus)
    left = " and leave out what is refused" if file.refused and count else ""
    rights.button(
        service,
        Permission.PLAN,
        f"Import the rules of {messages.many(count, 'SKU')}{left}" if count else "Nothing to take",
        key="import_rules",
        type="primary",
        icon=":material/upload:",
        disabled=not count,
        on_click=_take,
        args=(file, choices),
    )


def _draw_preview(file: RuleFile, stocked: Collection[str], names: dict[str, str]) -> None:
    count = len(file.changes)
    st.markdown(
        f"**It changes {messages.many(count, 'rule')} of {messages.many(len(file.skus), 'SKU')}, "
        f"{messages.many(len(file.same), 'SKU stays', 'SKUs stay')} as before, "
        f"{messages.many(len(file.refused), 'line is', 'lines are')} refused.** Nothing is written "
        "yet."
    )
    if file.changes:
        _draw_changes(file, names)
    if file.refused:
        _draw_refused(file, names)
    for note in _notes(file, stocked):
        st.caption(note)


def _draw_changes(file: RuleFile, names: dict[str, str]) -> None:
    rows = [
        (it.seller_sku, names.get(it.name, it.name), shown(it.before), shown(it.after), it.line)
        for it in file.changes[:_MOST]
    ]
    frame = pd.DataFrame(rows, columns=["SKU", "Rule", "Before", "After", "Line"])
    st.dataframe(frame, hide_index=True, height=min(36 * (len(frame) + 1) + 3, 260),
                 key="rule_changes", alt="What the file changes")  # fmt: skip
    if len(file.changes) > _MOST:
        st.caption(f"The first {_MOST:,} of {len(file.changes):,} changes.")


def _draw_refused(file: RuleFile, names: dict[str, str]) -> None:
    rows = [
        (it.line, it.seller_sku, f"{names.get(name, name)} {why}".strip())
        for it in file.refused[:_MOST]
        for name, why in it.problems.items()
    ]
    frame = pd.DataFrame(rows, columns=["Line", "SKU", "Refused, because"])
    st.dataframe(frame, hide_index=True, height=min(36 * (len(frame) + 1) + 3, 200),
                 key="rules_refused", alt="Lines that are refused")  # fmt: skip
    if len(file.refused) > _MOST:
        st.caption(f"The first {_MOST:,} of {len(file.refused):,} lines.")


def _notes(file: RuleFile, stocked: Collection[str]) -> list[str]:
    """What else a person should know of the file."""
    unknown = [sku for sku in file.skus if sku not in stocked] if stocked else []
    said = {
        "Not among your SKUs in this marketplace, perhaps misspelt": unknown,
        "In several lines, of which the last counts": file.twice,
        "Columns that are passed over": file.passed_over,
        "Only the first sheet is read, not": file.sheets,
    }
    return [f"{what}: {_names(some)}." for what, some in said.items() if some]


def _names(some: Collection[str]) -> str:
    first = [labels.plain(name) for name in some][:_NAMED]
    return ", ".join(first) + (f" and {len(some) - _NAMED:,} more" if len(some) > _NAMED else "")


def _take(file: RuleFile, choices: Choices) -> None:
    try:
        taken = rule_files.take(file, choices)
    except InvalidInput as error:
        problems = "; ".join(f"{where} {why}" for where, why in error.problems.items())
        session.tell("error", f"Nothing was imported: {problems}. {error.advice}")
    except MCFError as error:
        session.tell("error", messages.refusal(error))
    else:
        refused = messages.many(len(file.refused), "line was", "lines were")
        rest = f" {refused} refused." if file.refused else ""
        session.tell("success", f"Imported the rules of {messages.many(taken, 'SKU')}.{rest}")
