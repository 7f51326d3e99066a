"""Many orders from a file: checked row by row, then sent once each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mcf import encodings, flatfile
from mcf.bulk import PlannedOrder, Verdict
from mcf.encodings import ENCODINGS, Decoded, ForeignLines
from mcf.errors import MCFError
from mcf.outcomes import Submission, SubmissionState
from mcf.service import MCFService
from pages.parts import say, session

_COLOURS = {
    Verdict.GO: "#14907F",
    Verdict.SENT: "#7A8B88",
    Verdict.UNKNOWN: "#8B6FD6",
    Verdict.FIX: "#D9596B",
    Verdict.HOLD: "#D99A2B",
    Verdict.REPEAT: "#C77B30",
}
_SAMPLED = 3
"""Lines that are enough to tell one spelling from another."""


def page(service: MCFService) -> None:
    """Upload, verdict on each order, send, and what became of each."""
    st.caption(
        "A CSV or tab-separated file with Amazon's flat-file columns, a line per item. Every order "
        "is checked before anything is sent, and a file can be given twice: what was sent isn't "
        "sent again."
    )
    st.download_button(
        "Template", flatfile.template, "mcf_orders.csv", "text/csv", icon=":material/download:",
        key="template", on_click="ignore",
    )  # fmt: skip
    file = st.file_uploader(
        "File of orders",
        type=["csv", "tsv", "txt"],
        key=f"file-{session.state().get(session.UPLOAD_ROUND, 0)}",
    )
    if file is None:
        _outcomes()
        return
    encoding = _encoding(file.file_id, file.getvalue())
    if encoding is None:
        return
    planned = _planned(service, file.file_id, file.getvalue(), encoding)
    if planned is not None:
        st.button(
            "Check again",
            icon=":material/refresh:",
            key="check_again",
            on_click=session.state().pop,
            args=(session.PLAN, None),
        )
        _verdicts(planned)
        to_send = _to_send(planned)
        _send(service, [plan for plan in planned if plan.verdict in to_send])


def _encoding(file_id: str, data: bytes) -> str | None:
    """The file's encoding, known or chosen; None until somebody has chosen it."""
    try:
        found = encodings.decoded(data)
        if found.certain:
            _foreign(found, unfolded=False)
            return found.encoding
        chosen = _chosen_encoding(file_id, found)
        if chosen is not None:
            _foreign(encodings.decoded(data, chosen), unfolded=True)
    except MCFError as error:
        say.error_box(error)
        return None
    return chosen


def _chosen_encoding(file_id: str, found: Decoded) -> str | None:
    st.warning(
        "This file has letters outside English and doesn't say how it was saved. Choose the way in "
        "which names and streets are spelled rightly; until then nothing is checked or sent. Files "
        'saved as "CSV UTF-8" need no choice.',
        icon=":material/translate:",
    )
    shown = {each.encoding: _sample(each.lines) for each in found.alternatives}
    chosen = st.selectbox(
        "How the letters read",
        list(shown),
        index=None,
        format_func=lambda name: f"{shown[name]} ({ENCODINGS[name]})",
        placeholder="Choose the right spelling",
        key=f"encoding-{file_id}",
    )
    if chosen is None:
        _foreign_table(found.alternatives[0].lines, f"Line as {ENCODINGS[found.encoding]}")
    return chosen


def _sample(lines: ForeignLines) -> str:
    """The first different cells with letters outside ASCII."""
    cells = dict.fromkeys(encodings.foreign(line) for _, line in lines)
    return " · ".join(list(cells)[:_SAMPLED])


def _foreign(found: Decoded, *, unfolded: bool) -> None:
    """The lines with letters outside ASCII, so that a wrong spelling can be noticed."""
    lines = encodings.foreign_lines(found.text)
    if lines:
        told = f"{say.many(len(lines), 'line')} with letters outside English"
        label = f"{told}, read as {ENCODINGS[found.encoding]}"
        with st.expander(label, expanded=unfolded, icon=":material/translate:"):
            _foreign_table(lines, "As it is sent")


def _foreign_table(lines: ForeignLines, heading: str) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "Line": [number for number, _ in lines],
                heading: [encodings.foreign(line) for _, line in lines],
            }
        ),
        hide_index=True,
        column_config={
            "Line": st.column_config.NumberColumn(width=60),
            heading: st.column_config.TextColumn(width="large"),
        },
        alt="Lines with letters outside English",
    )


def _to_send(planned: Sequence[PlannedOrder]) -> set[Verdict]:
    repeats = sum(plan.verdict is Verdict.REPEAT for plan in planned)
    if repeats and st.checkbox(
        f"Send also {say.many(repeats, 'order')} whose goods went to the same person lately",
        key="send_repeats",
    ):
        return {Verdict.GO, Verdict.REPEAT}
    return {Verdict.GO}


def _planned(
    service: MCFService, file_id: str, data: bytes, encoding: str
) -> list[PlannedOrder] | None:
    known = session.state().get(session.PLAN)
    if known is not None and known[0] == (file_id, encoding):
        return known[1]
    try:
        marketplace = service.settings.marketplace
        orders = flatfile.read(data, service.now(), marketplace, encoding=encoding)
        planned = _with_progress(service, orders)
    except MCFError as error:
        say.error_box(error)
        return None
    session.state()[session.PLAN] = ((file_id, encoding), planned)
    return planned


def _with_progress(service: MCFService, orders: Sequence[flatfile.FileOrder]) -> list[PlannedOrder]:
    bar = st.progress(0.0, "Checking …")
    planned = []
    for number, plan in enumerate(service.plan(orders), start=1):
        planned.append(plan)
        bar.progress(number / len(orders), f"Checked {number} of {len(orders)}")
    bar.empty()
    return planned


def _verdicts(planned: Sequence[PlannedOrder]) -> None:
    counts = Counter(plan.verdict for plan in planned)
    with st.container(horizontal=True):
        st.metric("Ready to ship", counts[Verdict.GO], border=True)
        st.metric("Already sent", counts[Verdict.SENT], border=True)
        st.metric("To be corrected", counts[Verdict.FIX], border=True)
        st.metric("Held back", counts[Verdict.HOLD], border=True)
        st.metric("Sent twice?", counts[Verdict.REPEAT], border=True)
        st.metric("Not known yet", counts[Verdict.UNKNOWN], border=True)
    table = pd.DataFrame(
        {
            "Order": [plan.order.order_id for plan in planned],
            "Verdict": [[plan.verdict.value] for plan in planned],
            "Recipient": [_recipient(plan) for plan in planned],
            "Fee": [say.money(plan.preview.total_fee) if plan.preview else "" for plan in planned],
            "Why": [plan.reason for plan in planned],
            "Lines": [", ".join(map(str, plan.order.lines)) for plan in planned],
        }
    )
    chips = st.column_config.MultiselectColumn(
        options=[verdict.value for verdict in _COLOURS], color=list(_COLOURS.values())
    )
    st.dataframe(
        table,
        hide_index=True,
        column_config={"Verdict": chips, "Why": st.column_config.TextColumn(width="large")},
        alt="Verdict on each order of the file",
    )


def _recipient(plan: PlannedOrder) -> str:
    return plan.order.request.destination_address.name if plan.order.request else ""


def _send(service: MCFService, ready: Sequence[PlannedOrder]) -> None:
    if not ready:
        st.info("No order of this file is ready to be sent.", icon=":material/block:")
        return
    label = f"Ship {say.many(len(ready), 'order')}"
    if not st.button(label, type="primary", icon=":material/send:", key="send_file"):
        return
    bar = st.progress(0.0, "Sending …")
    outcomes = []
    for number, plan in enumerate(ready, start=1):
        outcomes.append(_sent(service, plan))
        session.state()[session.OUTCOMES] = (len(ready), list(outcomes))
        bar.progress(number / len(ready), f"Sent {number} of {len(ready)}")
    session.state().pop(session.PLAN, None)
    session.state()[session.UPLOAD_ROUND] = session.state().get(session.UPLOAD_ROUND, 0) + 1
    st.rerun()


def _sent(service: MCFService, plan: PlannedOrder) -> Submission:
    request = plan.order.request
    if request is None:
        reason = "; ".join(plan.order.problems)
        return Submission(plan.order.order_id, SubmissionState.NOT_SENT, reason)
    try:
        return service.submit(request, plan.preview)
    except MCFError as error:
        state = SubmissionState.NOT_SENT
        return Submission(plan.order.order_id, state, error.message, error.advice)


def _outcomes() -> None:
    planned, outcomes = session.state().get(session.OUTCOMES, (0, []))
    if not planned:
        return
    accepted = sum(o.state is SubmissionState.ACCEPTED for o in outcomes)
    told = f"Amazon has {accepted} of {say.many(planned, 'order')}."
    if accepted == planned:
        st.success(told, icon=":material/check_circle:")
    else:
        st.warning(
            f"{told} {planned - accepted} were not sent, or aren't known yet. Give the file again: "
            "what Amazon has isn't sent again.",
            icon=":material/warning:",
        )
    st.dataframe(
        pd.DataFrame(
            {
                "Order": [o.seller_fulfillment_order_id for o in outcomes],
                "Outcome": [o.state.value.replace("_", " ") for o in outcomes],
                "What Amazon says": [f"{o.message} {o.advice or ''}".strip() for o in outcomes],
            }
        ),
        hide_index=True,
        alt="What became of each order",
    )
