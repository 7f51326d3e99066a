"""What the columns of a file are: one table of those that a person may say something of, remembered
for the next file with the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mcf.errors import MCFError
from mcf.order_files import columns, mappings, shops
from mcf.order_files.given import Given
from mcf.order_files.mappings import OtherColumn, Remembered
from mcf.service import MCFService
from pages.parts.common import labels, messages, session

Assigned = dict[int, str | None]
IGNORED = "Ignored"
_READ = (*columns.REQUIRED, *columns.OPTIONAL, *columns.ALSO_READ)
_OPTIONS = {columns.label(name): name for name in _READ}
_NAMED = 6
"""Columns that are named in a sentence; the table has them all."""
_ROUND = "file_columns"
_TOGGLE = "all_columns"


def draw(service: MCFService, given: Given) -> Assigned:
    """What the columns of the file are now, by place, as far as their names don't say it."""
    names = given.document.table.names
    remembered = service.files.mappings.get(names)
    assigned = remembered.assigned(names) if remembered else {}
    if shops.recognised(names) is None:
        assigned = {**dict.fromkeys(_unknown(given)), **assigned}
    others = session.once(
        "other columns",
        (given.id, tuple(sorted(assigned.items()))),
        lambda: _others(given, assigned),
    )
    if remembered is not None:
        _draw_remembered(service, remembered)
    if others and (_is_open(given, others) or st.toggle("What the columns are", key=_TOGGLE)):
        _draw_table(service, given, others, remembered)
    return assigned


def _is_open(given: Given, others: Sequence[OtherColumn]) -> bool:
    """Whether there's something to be said of columns, or something was said."""
    return bool(_missing(given, others)) or any(other.column is None for other in others)


def _others(given: Given, assigned: Assigned) -> list[OtherColumn]:
    try:
        return mappings.others(given.document, assigned)
    except MCFError:
        # What is wrong with the file is told when it's read.
        return []


def _unknown(given: Given) -> list[int]:
    """The places of columns that hold something and aren't known by their names."""
    try:
        places = columns.match(given.document.table.names).unknown
    except MCFError:
        return []
    rows = given.document.table.rows
    filled = {at for row in rows for at, cell in enumerate(row.cells) if cell.strip()}
    return [place for place in places if place in filled]


def _draw_remembered(service: MCFService, remembered: Remembered) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Columns are read as you said for files with these: {_said(remembered)}.")
        st.button(
            "Forget",
            icon=":material/undo:",
            key=f"forget_columns-{remembered.key}",
            help="Columns are what their names say then.",
            on_click=_forget,
            args=(service, remembered),
        )


def _said(remembered: Remembered) -> str:
    return labels.plain(str(remembered))


def _forget(service: MCFService, remembered: Remembered) -> None:
    service.files.mappings.forget(remembered)
    session.clear_selections()
    session.tell("success", "What these columns are is forgotten.")


def _draw_table(
    service: MCFService,
    given: Given,
    others: Sequence[OtherColumn],
    remembered: Remembered | None,
) -> None:
    missing = _missing(given, others)
    if missing:
        needed = ", ".join(map(columns.label, missing))
        st.info(
            f"By its first line, the file lacks the columns **{needed}**. Say which they are: what "
            "looks right is filled in, and nothing is taken until you press the button.",
            icon=":material/view_column:",
        )
    with st.expander(_heading(others), expanded=bool(missing), icon=":material/view_column:"):
        # What another window remembers meanwhile doesn't change the table that somebody fills in.
        key = f"{session.table_key(_ROUND)}-{given.id}"
        seen, first = session.once("columns seen", key, lambda: (remembered, tuple(others)))
        frame = _frame(first, guess=bool(missing))
        edited = st.data_editor(
            frame,
            hide_index=True,
            num_rows="fixed",
            disabled=["Column", "Example"],
            column_config={
                "Is": st.column_config.SelectboxColumn(
                    options=[IGNORED, *_OPTIONS], required=True, width="medium"
                ),
                "Example": st.column_config.TextColumn(width="medium"),
            },
            height=min(36 * (len(frame) + 1) + 3, 400),
            key=f"columns-{key}",
        )
        if st.button("Use these columns", type="primary" if missing else "secondary",
                     icon=":material/check:", key=f"use_columns-{key}"):  # fmt: skip
            _keep(service, given, first, list(edited["Is"]), seen)
        st.caption(
            "It's remembered for every file with these columns. Two columns for a name or a line "
            "of the street are joined, like first and last name."
        )


def _missing(given: Given, others: Sequence[OtherColumn]) -> tuple[str, ...]:
    """The columns that every order needs and that nothing in the file is."""
    if shops.recognised(given.document.table.names) is not None:
        return ()
    has = {other.column for other in others}
    return tuple(name for name in columns.REQUIRED if name not in has)


def _heading(others: Sequence[OtherColumn]) -> str:
    ignored = [other.name for other in others if other.column is None]
    if not ignored:
        return "What the columns are"
    more = len(ignored) - _NAMED
    rest = f" and {more} more" if more > 0 else ""
    count = messages.many(len(ignored), "other column")
    return f"{count}, ignored: {labels.plain(', '.join(ignored[:_NAMED]))}{rest}"


def _frame(others: Sequence[OtherColumn], *, guess: bool) -> pd.DataFrame:
    """The table to be filled in; with a guess for each column that nothing is known of."""
    taken = {other.column for other in others}
    rows = []
    for other in others:
        column = other.column
        if column is None and guess and other.likely in _READ:
            free = other.likely not in taken or other.likely in columns.JOINED
            column = other.likely if free else None
            taken.add(column)
        rows.append((other.name, other.example, columns.label(column) if column else IGNORED))
    return pd.DataFrame(rows, columns=["Column", "Example", "Is"], dtype="str")


def _keep(
    service: MCFService,
    given: Given,
    others: Sequence[OtherColumn],
    chosen: Sequence[str],
    seen: Remembered | None,
) -> None:
    """Remembers what was said, and draws the page with it."""
    said = {other.place: _OPTIONS.get(word) for other, word in zip(others, chosen, strict=True)}
    names = given.document.table.names
    told = {place: column for place, column in said.items() if _is_told(names, place, said)}
    missing = [name for name in columns.REQUIRED if name not in said.values()]
    if missing and shops.recognised(names) is None:
        needed = ", ".join(map(columns.label, missing))
        st.error(f"Still needed: {needed}. Nothing is remembered yet.", icon=":material/error:")
        return
    try:
        service.files.mappings.keep(names, told, seen)
    except MCFError as error:
        messages.draw_error(error)
        return
    session.clear_selections()
    st.rerun()


def _is_told(names: Sequence[str], place: int, said: Assigned) -> bool:
    """Whether what is said of a column isn't known without it."""
    column = said[place]
    if shops.recognised(names) is not None:
        return column is not None
    usual = next(iter(columns.match(names[place : place + 1]).places), None)
    is_shared = list(said.values()).count(column) > 1
    return column is None or column != usual or is_shared
