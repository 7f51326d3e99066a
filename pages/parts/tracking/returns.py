"""The returns of one order: what comes back, asking for more of it, and the sheet to print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mcf.access.roles import Permission
from mcf.amazon import labels as amazon_labels
from mcf.amazon.models.requests import MCFReturnItem
from mcf.errors import MCFError
from mcf.files import harmless
from mcf.service import MCFService
from mcf.tracking import return_slip
from mcf.tracking.return_slip import ReturnSlip
from mcf.tracking.returns import (
    LONGEST_COMMENT,
    ReturnLine,
    TypedReturn,
    not_taken,
    problems,
    wanted,
)
from mcf.tracking.states import ReturnOutcome, ReturnState
from mcf.tracking.view import WholeOrder
from pages.parts.common import badge, fields, messages, rights, session
from pages.parts.common import labels as say

_FORM = "return"
"""Where the page's address names the order whose form is open."""
_ASKED_AT_ONCE = 10
"""SKUs whose reasons are asked for when the form opens; of others a button asks."""
_LOOKS_EVERY = 2
_UNFOLDED = 3
_STATES = {
    ReturnState.ACCEPTED: ("Accepted", "green"),
    ReturnState.REFUSED: ("Refused", "red"),
    ReturnState.NOT_SENT: ("Not asked for", "orange"),
    ReturnState.UNKNOWN: ("Requested", "blue"),
}


def draw(service: MCFService, whole: WholeOrder) -> None:
    """The returns of the order, and the form to ask for one; nothing before anything shipped."""
    order_id, units = whole.view.order_id, whole.returned
    lines, asked = whole.returns.lines, whole.returns.asked
    if not lines and units.empty and not asked:
        return
    st.header("Returns", anchor=False)
    if units.empty and not asked:
        st.caption("Nothing comes back.")
    if not units.empty:
        _table(units)
        _where_to(whole)
    if asked:
        _asked(service, order_id, lines, asked)
    free = [line for line in lines if line.free]
    if free:
        _form(service, order_id, free)
    elif lines:
        st.caption("Every unit that shipped is in a return.")


def _table(units: pd.DataFrame) -> None:
    named = {
        "seller_sku": "SKU",
        "reason": "Reason",
        "status_label": "Status",
        "condition_label": "Condition",
        "status_changed_date": "Since",
        "comment": "Comment",
        "amazon_rma_id": "RMA number",
    }
    shown = units.assign(status_changed_date=units["status_changed_date"].map(messages.when))
    st.dataframe(
        shown,
        hide_index=True,
        column_order=[name for name in named if shown[name].notna().any()],
        column_config={name: st.column_config.TextColumn(title) for name, title in named.items()},
        alt="Units that come back",
    )


def _where_to(whole: WholeOrder) -> None:
    slips, order = return_slip.slips(whole.returned, whole.products), whole.view.order
    if not slips:
        return
    st.download_button(
        "Sheet to print",
        data=return_slip.html(order.displayable_order_id, slips),
        file_name=f"return_{order.seller_fulfillment_order_id}.html",
        mime="text/html",
        icon=":material/print:",
        key="return_sheet",
        help="Open it in a browser and print it, or send it to the recipient.",
        on_click="ignore",
    )
    with st.expander(
        f"Where to send it: {messages.many(len(slips), 'return number')}",
        expanded=len(slips) <= _UNFOLDED,
    ):
        for slip in slips:
            _slip(slip)
        st.caption(
            "Amazon's page has the barcode and the mailing label. The label doesn't include "
            "pre-paid shipping."
        )


def _slip(slip: ReturnSlip) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**RMA**", width="content")
            st.code(slip.rma or messages.NOT_KNOWN, language=None, width="content")
            _link(slip.page)
        goods = (f"{goods.units} x {say.plain(goods.seller_sku)}" for goods in slip.goods)
        st.caption(", ".join(goods))
        st.markdown("  \n".join(map(say.plain, slip.to)) or "Address not told yet.")


def _link(page: str | None) -> None:
    host = harmless.secure_host(page)
    if host is not None:
        st.link_button(f"Barcode and label at {say.plain(host)}", str(page), type="tertiary")


def _asked(
    service: MCFService,
    order_id: str,
    lines: Sequence[ReturnLine],
    asked: Sequence[ReturnOutcome],
) -> None:
    skus = {line.item_id: line.seller_sku for line in lines}
    alike = Counter((outcome.state, outcome.item_id, outcome.message) for outcome in asked)
    for (state, item_id, message), units in alike.items():
        label, colour = _STATES[state]
        with st.container(horizontal=True, vertical_alignment="center"):
            badge.draw(label, colour)
            sku = say.plain(skus.get(item_id, item_id))
            st.markdown(f"{messages.many(units, 'unit')} of {sku}: {say.plain(message)}")
    if not_taken(asked):
        rights.button(
            service,
            Permission.CHANGE_ORDERS,
            "Put away",
            key="return_put_away",
            type="tertiary",
            icon=":material/close:",
            help="Takes what Amazon hasn't taken off this page.",
            on_click=service.tracking.returning.put_away,
            args=(order_id,),
        )
    if any(outcome.state in (ReturnState.UNKNOWN, ReturnState.ACCEPTED) for outcome in asked):
        _look(service, order_id, tuple(asked))


@st.fragment(run_every=_LOOKS_EVERY)
def _look(service: MCFService, order_id: str, before: tuple[ReturnOutcome, ...]) -> None:
    if tuple(service.tracking.returning.asked(order_id)) != before:
        session.redraw()
    st.caption(":material/sync: It's looked up until it's known; this page says so by itself.")


def _form(service: MCFService, order_id: str, lines: Sequence[ReturnLine]) -> None:
    if session.asked(_FORM) != order_id:
        rights.button(
            service,
            Permission.CHANGE_ORDERS,
            "Return units",
            icon=":material/assignment_return:",
            key="return_open",
            on_click=_open,
            args=(service, order_id, lines),
        )
        return
    with st.container(border=True):
        st.markdown("**What is to come back?**")
        for line in lines:
            _line(service, order_id, line)
        _submit(service, order_id, lines)
        st.button(
            "Close", key="return_close", type="tertiary", on_click=session.ask, args=(_FORM, None)
        )


def _open(service: MCFService, order_id: str, lines: Sequence[ReturnLine]) -> None:
    session.ask(_FORM, order_id)
    skus = [*dict.fromkeys(line.seller_sku for line in lines)]
    _learn(service, order_id, *skus[:_ASKED_AT_ONCE])


def _learn(service: MCFService, order_id: str, *skus: str) -> None:
    try:
        for sku in skus:
            service.tracking.returning.reasons(order_id, sku)
    except MCFError as error:
        session.tell("error", f"Amazon's list of reasons can't be had: {messages.refusal(error)}")


def _key(name: str, order_id: str, line: ReturnLine) -> str:
    return f"return_{name}_{order_id}_{line.item_id}"


def _typed(order_id: str, line: ReturnLine) -> TypedReturn:
    texts = (
        session.state().get(_key(name, order_id, line)) for name in ("units", "reason", "comment")
    )
    return TypedReturn(*(str(value or "") for value in texts))


def _line(service: MCFService, order_id: str, line: ReturnLine) -> None:
    st.markdown(
        f"**{say.plain(line.seller_sku)}**: {len(line.free)} of {line.shipped} can come back"
    )
    left, right = st.columns([1, 3])
    left.text_input(
        "Units", key=_key("units", order_id, line), placeholder="0", autocomplete="off",
        persist_state="session",
    )  # fmt: skip
    with right:
        _reason(service, order_id, line)
    st.text_area(
        "Comment", key=_key("comment", order_id, line), height=80, persist_state="session",
        help="Amazon keeps it with the return.",
    )  # fmt: skip
    typed = _typed(order_id, line)
    wrong = problems(line, typed)
    for sentence in wrong.values():
        st.caption(f":red[:material/error: {say.plain(sentence)}]")
    length = len(typed.comment.strip())
    if length and "comment" not in wrong:
        st.caption(f"{length:,} of {LONGEST_COMMENT:,} characters")


def _reason(service: MCFService, order_id: str, line: ReturnLine) -> None:
    reasons = service.tracking.returning.known_reasons(line.seller_sku)
    if reasons is None:
        st.button(
            "Get Amazon's list of reasons",
            key=_key("learn", order_id, line),
            on_click=_learn,
            args=(service, order_id, line.seller_sku),
        )
        return
    names = {
        reason.return_reason_code: amazon_labels.return_reason(
            reason.return_reason_code, reason.description
        )
        for reason in reasons
    }
    labels = {code: text for text, code in fields.distinct(names).items()}
    key = _key("reason", order_id, line)
    chosen = session.state().get(key)
    st.selectbox(
        "Reason",
        [*labels] if not chosen or chosen in labels else [chosen, *labels],
        key=key,
        index=None,
        format_func=lambda code: labels.get(code, amazon_labels.return_reason(code)),
        placeholder="Choose why",
        persist_state="session",
    )


def _submit(service: MCFService, order_id: str, lines: Sequence[ReturnLine]) -> None:
    typed = {line.item_id: _typed(order_id, line) for line in lines}
    if any(problems(line, typed[line.item_id]) for line in lines):
        st.info(
            "Please correct what is marked before it can be asked for.", icon=":material/edit_note:"
        )
        return
    items = [item for line in lines for item in wanted(line, typed[line.item_id])]
    if not items:
        st.caption("Say how many units come back.")
        return
    # The ids of the units are fixed by this drawing: a second click asks for the same ones.
    st.button(
        f"Ask Amazon to take back {messages.many(len(items), 'unit')}",
        type="primary",
        icon=":material/assignment_return:",
        key="return_ask",
        on_click=_confirm,
        args=(service, order_id, lines, items),
    )


def _confirm(
    service: MCFService,
    order_id: str,
    lines: Sequence[ReturnLine],
    items: Sequence[MCFReturnItem],
) -> None:
    session.dialog_opens()
    _dialog(service, order_id, lines, items)


@st.dialog("Ask for this return?", on_dismiss=session.resume_updates)
def _dialog(
    service: MCFService,
    order_id: str,
    lines: Sequence[ReturnLine],
    items: Sequence[MCFReturnItem],
) -> None:
    skus = {line.item_id: line.seller_sku for line in lines}
    units = Counter(item.seller_fulfillment_order_item_id for item in items)
    goods = "\n".join(f"- {n} x {say.plain(skus[item_id])}" for item_id, n in units.items())
    st.markdown(
        f"Amazon is asked to take back:\n\n{goods}\n\nIt gives a number and an address to send "
        "them to. What Amazon has accepted can't be undone from here."
    )
    with st.container(horizontal=True):
        st.button(
            "Ask for the return",
            type="primary",
            key="return_yes",
            on_click=_ask,
            args=(service, order_id, lines, items),
        )
        st.button("Not yet", key="return_no", on_click=session.resume_updates)


def _ask(
    service: MCFService,
    order_id: str,
    lines: Sequence[ReturnLine],
    items: Sequence[MCFReturnItem],
) -> None:
    session.resume_updates()
    try:
        outcomes = service.tracking.returning.ask(order_id, items)
    except MCFError as error:
        session.tell("error", f"The return failed: {messages.refusal(error)}")
        return
    left = not_taken(outcomes)
    for line in lines:
        _keep_refused(order_id, line, left[line.item_id])
    if not left:
        session.ask(_FORM, None)
    session.tell(*_summary(outcomes))


def _keep_refused(order_id: str, line: ReturnLine, units: int) -> None:
    """Leaves in the form what Amazon hasn't taken, to be corrected and asked for again."""
    state = session.state()
    if units:
        state[_key("units", order_id, line)] = str(units)
        return
    for name, empty in (("units", ""), ("reason", None), ("comment", "")):
        state[_key(name, order_id, line)] = empty


def _summary(outcomes: Sequence[ReturnOutcome]) -> tuple[str, str]:
    states = [outcome.state for outcome in outcomes]
    counted = ", ".join(
        f"{label.lower()}: {states.count(state)}"
        for state, (label, _) in _STATES.items()
        if state in states
    )
    kinds = {ReturnState.ACCEPTED: "success", ReturnState.UNKNOWN: "info"}
    alone = states[0] if len(set(states)) == 1 else None
    kind = kinds.get(alone, "error") if alone else "info"
    return kind, f"{messages.many(len(outcomes), 'unit')} to come back, {counted}."
