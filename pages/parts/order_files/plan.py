"""The verdict on each order of a file, in a table whose cells can be corrected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from mcf.errors import MCFError
from mcf.order_files import parse
from mcf.order_files.columns import PRODUCT
from mcf.order_files.given import Cells
from mcf.order_files.parse import Document
from mcf.order_files.plan import PlannedOrder, Planning, Verdict
from mcf.order_files.shop_skus import SkuTable
from mcf.service import MCFService
from pages.parts.common import messages, palette, session
from pages.parts.order_files import read, skus

_COLOURS = {
    Verdict.GO: palette.GREEN,
    Verdict.SENT: palette.SLATE,
    Verdict.UNKNOWN: palette.VIOLET,
    Verdict.FIX: palette.RED,
    Verdict.HOLD: palette.AMBER,
    Verdict.DOUBT: palette.BROWN,
    Verdict.REPEAT: palette.BLUE,
    Verdict.RESERVE: palette.SKY,
}
_GROUPS = {
    "Ready to ship": (Verdict.GO,),
    "To be corrected": (Verdict.FIX,),
    "Held back": (Verdict.HOLD,),
    "To decide": (Verdict.DOUBT, Verdict.REPEAT, Verdict.RESERVE),
    "Already sent": (Verdict.SENT,),
    "Not known yet": (Verdict.UNKNOWN,),
}
_AT_ONCE = 1.0
"""Seconds in which a small file is checked, without a look at how far it is."""
_ALL = "All"
_SENT = "Sent as"


def draw(service: MCFService, key: str, document: Document) -> list[PlannedOrder] | None:
    """The verdict on each order of the file as it's corrected now; None until there are all."""
    skus.draw_asked(service, corrected(key, document))
    planning = _planning(service, key, document)
    if planning is None:
        return None
    if not planning.wait(_AT_ONCE):
        _progress(planning)
        return None
    if planning.error is not None:
        messages.draw_error(planning.error)
    planned = planning.planned
    _again(planning)
    _counts(planned)
    _offer_meant(service, key, corrected(key, document))
    _grid(service, key, corrected(key, document), planned)
    return planned


def corrected(key: str, document: Document) -> Document:
    """The file with what was corrected here."""
    kept = session.state().get(session.DOCUMENT)
    return kept[1] if kept is not None and kept[0] == key else document


def _planning(service: MCFService, key: str, document: Document) -> Planning | None:
    """The plan of the file as it's corrected now; begins one where there's none."""
    state = session.state()
    now, table = corrected(key, document), service.files.skus.table()
    kept: tuple[str, Document, Planning, SkuTable] | None = state.get(session.PLAN)
    if kept is not None and kept[0] == key and kept[1] is now and kept[3] == table:
        return kept[2]
    if kept is not None:
        kept[2].stop()
    try:
        orders = parse.judged(now, service.now(), service.settings.marketplace, table)
        planning = service.files.planning(orders, state.setdefault(session.FILE_OFFERS, {}))
    except MCFError as error:
        messages.draw_error(error)
        return None
    state[session.DOCUMENT] = (key, now)
    state[session.PLAN] = (key, now, planning, table)
    return planning


@st.fragment(run_every=1)
def _progress(planning: Planning) -> None:
    if planning.is_done:
        session.redraw()
    total = len(planning.orders)
    st.progress(
        planning.checked / total, f"Checked {planning.checked:,} of {messages.many(total, 'order')}"
    )
    st.button("Stop checking", icon=":material/stop:", key="stop_check", on_click=planning.stop)


def _again(planning: Planning) -> None:
    whole = planning.checked == len(planning.orders)
    st.button(
        "Check again" if whole else "Go on checking",
        icon=":material/refresh:",
        key="check_again",
        on_click=_forget,
        args=(whole,),
        help="Asks Amazon anew. What you corrected stays.",
    )


def _forget(whole: bool) -> None:
    session.state().pop(session.PLAN, None)
    if whole:
        session.state().pop(session.FILE_OFFERS, None)


def _counts(planned: Sequence[PlannedOrder]) -> None:
    counts = Counter(plan.verdict for plan in planned)
    with st.container(horizontal=True):
        for group, verdicts in _GROUPS.items():
            st.metric(group, sum(counts[verdict] for verdict in verdicts), border=True)


def _offer_meant(service: MCFService, key: str, document: Document) -> None:
    """A button that puts what is meant into all cells that another program spoiled."""
    cells = document.meant()
    if cells:
        st.button(
            f"Put in what is meant in {messages.many(len(cells), 'cell')}",
            icon=":material/auto_fix_high:",
            key="put_in_meant",
            on_click=_correct,
            args=(service, key, document, cells),
            help='Texts like "O&#39;Neill" that another program escaped or encoded twice.',
        )


def _correct(service: MCFService, key: str, document: Document, cells: Cells) -> None:
    session.state()[session.DOCUMENT] = (key, document.with_cells(cells))
    read.correct(service, cells)


def _grid(
    service: MCFService, key: str, document: Document, planned: Sequence[PlannedOrder]
) -> None:
    """The lines of the file, to be corrected on the spot."""
    group = st.segmented_control(
        "Show",
        [_ALL, *_GROUPS],
        default=_ALL,
        required=True,
        key="file_group",
        label_visibility="collapsed",
    )
    shown = _lines(planned, _GROUPS.get(str(group), tuple(Verdict)))
    if not shown:
        st.caption("No line of the file is among these.")
        return
    frame = _frame(document, shown)
    edited = st.data_editor(
        frame,
        hide_index=True,
        num_rows="fixed",
        disabled=["Line", "Verdict", "Why", _SENT, "Fee", *_fixed(document)],
        column_config=_config(document),
        key=f"grid-{hash((key, id(document), group))}",
    )
    changes = _changes(frame, edited)
    if changes:
        _correct(service, key, document, changes)
        st.rerun()


def _lines(planned: Sequence[PlannedOrder], verdicts: Sequence[Verdict]) -> dict[int, PlannedOrder]:
    return {line: plan for plan in planned if plan.verdict in verdicts for line in plan.order.lines}


def _frame(document: Document, shown: Mapping[int, PlannedOrder]) -> pd.DataFrame:
    rows = [row for row in document.table.rows if row.number in shown]
    plans = [shown[row.number] for row in rows]
    verdicts: dict[str, list[Any]] = {
        "Line": [row.number for row in rows],
        "Verdict": [[plan.verdict.value] for plan in plans],
        "Why": [plan.reason for plan in plans],
        "Fee": [messages.money(plan.preview.total_fee) if plan.preview else "" for plan in plans],
    }
    swaps = {swap.line: str(swap) for plan in plans for swap in plan.order.swaps}
    if swaps:
        verdicts[_SENT] = [swaps.get(row.number, "") for row in rows]
    cells = {
        str(place): [row.cells[place] for row in rows]
        for place in range(len(document.table.names))
        if place not in _hidden(document)
    }
    return pd.DataFrame(verdicts | cells)


def _hidden(document: Document) -> set[int]:
    """The places of what a shop calls its orders, which nobody needs to see but the product."""
    return {place for name, place in document.head.at_shop.items() if name != PRODUCT}


def _fixed(document: Document) -> list[str]:
    """The columns of the file that aren't sent, by their names in the table."""
    return [str(place) for name, place in document.head.at_shop.items() if name == PRODUCT]


def _config(document: Document) -> dict[str, Any]:
    head = document.head
    chips = st.column_config.MultiselectColumn(
        options=[verdict.value for verdict in _COLOURS], color=list(_COLOURS.values())
    )
    return {
        "Line": st.column_config.NumberColumn(width=60),
        "Verdict": chips,
        "Why": st.column_config.TextColumn(width="large"),
        _SENT: st.column_config.TextColumn(
            width="medium", help="What goes out for the SKU of your shop."
        ),
        **{
            str(place): st.column_config.TextColumn(head.heading(place))
            for place in range(len(head.names))
        },
    }


def _changes(before: pd.DataFrame, after: pd.DataFrame) -> dict[tuple[int, int], str]:
    """What was typed into cells: line and place, and the new text."""
    places = [name for name in before.columns if name.isdecimal()]
    old, new = before[places].fillna(""), after[places].fillna("")
    rows, columns = (old.to_numpy() != new.to_numpy()).nonzero()
    return {
        (int(before["Line"].iloc[row]), int(places[column])): str(new.iloc[row, column])
        for row, column in zip(rows, columns, strict=True)
    }
