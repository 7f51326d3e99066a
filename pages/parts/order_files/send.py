"""Sends the orders of a file: what will be sent, how far that is, what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from mcf.access.roles import Permission
from mcf.amazon.labels import amazon_text
from mcf.errors import MCFError
from mcf.order_files import plan as file_plan
from mcf.order_files import send as file_results
from mcf.order_files.parse import Document
from mcf.order_files.plan import PlannedOrder, Verdict
from mcf.order_files.send import OUTCOMES, Batch, Standing, State
from mcf.service import MCFService
from mcf.store.states import SubmissionState
from pages.parts.common import labels, messages, rights, session
from pages.parts.order_files import read, shop_results

_AT_ONCE = 1.0
"""Seconds in which a small file is sent, without a look at how far it is."""
_SHOWN_EARLIER = 5
_NAMED = 10
"""Orders that are named one by one in a sentence; a table below has them all."""
_TICKS = {
    Verdict.DOUBT: ("send_doubts", "that look mistaken, as they are written"),
    Verdict.REPEAT: ("send_repeats", "whose goods went to the same person lately"),
    Verdict.RESERVE: ("send_reserve", "for which only the units kept for Amazon are left"),
}
_MIME = "application/octet-stream"


def draw(
    service: MCFService, file: str, document: Document, planned: Sequence[PlannedOrder]
) -> None:
    """What will be sent, and the button that sends exactly that."""
    chosen = file_plan.ready(planned, _agreed(planned))
    if not chosen:
        st.info("No order of this file is ready to be sent.", icon=":material/block:")
        return
    allowed = _allowed(service, chosen)
    st.markdown(_summary(planned, chosen))
    # Another plan is another button: a click that was meant for what was shown before does nothing.
    if st.button(
        f"Ship {messages.many(len(chosen), 'order')}",
        type="primary",
        icon=":material/send:",
        key=f"send_file-{file_plan.digest(chosen)}",
        disabled=not allowed,
    ):
        _begin(service, file, document, planned, chosen)


def _agreed(planned: Sequence[PlannedOrder]) -> set[Verdict]:
    """What a person agrees to, of what needs it."""
    counts = Counter(verdict for plan in planned for verdict in plan.needs)
    return {
        verdict
        for verdict, (key, which) in _TICKS.items()
        if counts[verdict]
        and st.checkbox(f"Send also {messages.many(counts[verdict], 'order')} {which}", key=key)
    }


def _allowed(service: MCFService, chosen: Sequence[PlannedOrder]) -> bool:
    fees = file_plan.fees(chosen)
    objection = fees.objection(service.ordering.limit)
    if not objection:
        return True
    st.warning(f"**{labels.plain(objection)}**", icon=":material/payments:")
    agreed = "They may cost more" if fees.unknown else "They may cost that much"
    # Other fees are another question.
    cost = f"{fees.total.value if fees.total else ''}-{fees.unknown}"
    return st.checkbox(agreed, key=f"limit-{cost}-{file_plan.digest(chosen)}")


def _summary(planned: Sequence[PlannedOrder], chosen: Sequence[PlannedOrder]) -> str:
    fees = file_plan.fees(chosen)
    cost = (
        f"for {labels.plain(messages.money(fees.total))} in all"
        if fees.total
        else "at fees not known"
    )
    more = (
        f" and the fees of {messages.many(fees.unknown, 'order')}"
        if fees.total and fees.unknown
        else ""
    )
    sent = {id(plan) for plan in chosen}
    left = [plan.order.order_id for plan in planned if id(plan) not in sent]
    rest = f" Left out: {_named(left)}." if left else ""
    goods = messages.many(file_plan.units(chosen), "unit")
    return (
        f"Ships **{messages.many(len(chosen), 'order')}** with {goods} {cost}{more}."
        f"{_instead(chosen)}{rest}"
    )


def _instead(chosen: Sequence[PlannedOrder]) -> str:
    """What goes out for SKUs of a shop, of many the first ones."""
    swaps = [*dict.fromkeys(str(swap) for plan in chosen for swap in plan.order.swaps)]
    if not swaps:
        return ""
    more = f" and {len(swaps) - _NAMED:,} more" if len(swaps) > _NAMED else ""
    return f" For SKUs of your shop: {labels.plain('; '.join(swaps[:_NAMED]))}{more}."


def _named(order_ids: Sequence[str]) -> str:
    """So many orders and their numbers, of many the first ones."""
    first = ", ".join(map(labels.plain, order_ids[:_NAMED]))
    more = f" and {len(order_ids) - _NAMED:,} more" if len(order_ids) > _NAMED else ""
    return f"{messages.many(len(order_ids), 'order')} ({first}{more})"


def _begin(
    service: MCFService,
    file: str,
    document: Document,
    planned: Sequence[PlannedOrder],
    chosen: Sequence[PlannedOrder],
) -> None:
    state = session.state()
    try:
        state[session.BATCH] = service.files.batches.begin(file, document, planned, chosen)
    except MCFError as error:
        messages.draw_error(error)
        return
    service.files.batches.wait(state[session.BATCH], _AT_ONCE)
    read.put_away(service)
    state[session.UPLOAD_ROUND] = state.get(session.UPLOAD_ROUND, 0) + 1
    st.rerun()


def draw_sent(service: MCFService) -> None:
    """The file that was sent here, those that aren't done, and what became of earlier ones."""
    mine = session.state().get(session.BATCH)
    earlier = []
    for batch in service.files.batches.all():
        if batch.id == mine or batch.is_open:
            _file(service, batch)
        else:
            earlier.append(batch)
    if earlier:
        with st.expander("Files sent earlier", icon=":material/history:"):
            for batch in earlier[:_SHOWN_EARLIER]:
                st.markdown(
                    f"{labels.plain(batch.file)}, {messages.when(batch.begun_at)}: "
                    f"{messages.many(batch.total, 'order')}"
                )
                _downloads(service, batch)


def _file(service: MCFService, batch: Batch) -> None:
    standing = service.files.batches.standing(batch.id)
    if standing is None:
        return
    with st.container(border=True):
        if standing.is_sending:
            _live(service, batch.id)
        else:
            _ended(service, standing)


@st.fragment(run_every=1)
def _live(service: MCFService, batch_id: str) -> None:
    standing = service.files.batches.standing(batch_id)
    if standing is None or not standing.is_sending:
        session.redraw()
        return
    batch = standing.batch
    st.markdown(f"**Sending {labels.plain(batch.file)}**")
    st.progress(
        min(1.0, standing.done / max(1, batch.total)),
        f"{standing.done:,} of {messages.many(batch.total, 'order')}",
    )
    with st.container(horizontal=True):
        st.button("Pause", icon=":material/pause:", key=f"pause-{batch_id}",
                  on_click=service.files.batches.pause, args=(batch_id,))  # fmt: skip
        st.button("Stop", icon=":material/stop:", key=f"stop-{batch_id}",
                  on_click=service.files.batches.stop, args=(batch_id,))  # fmt: skip


def _ended(service: MCFService, standing: Standing) -> None:
    batch = standing.batch
    summary = f"Amazon has {standing.accepted} of {messages.many(batch.total, 'order')}."
    left = [each.order_id for each in service.files.batches.left_out(batch.id) if each.order_id]
    if left:
        summary += f" Left out of the file: {_named(left)}."
    if standing.can_go_on:
        _go_on(service, standing, summary)
    elif not standing.missing:
        st.success(summary, icon=":material/check_circle:")
    else:
        st.warning(
            f"{summary} {standing.missing} were not sent, or aren't known yet. Give "
            "the result file again when they are corrected: what Amazon has isn't sent again.",
            icon=":material/warning:",
        )
    _downloads(service, batch)
    _outcomes(service, batch)


def _go_on(service: MCFService, standing: Standing, summary: str) -> None:
    batch = standing.batch
    why = f" {batch.note}" if batch.note else ""
    how = "is paused" if batch.state is State.PAUSED else "was broken off"
    st.warning(
        f"Sending {labels.plain(batch.file)} {how}. {summary}{labels.plain(why)}",
        icon=":material/pause:",
    )
    with st.container(horizontal=True):
        if rights.button(service, Permission.SHIP,
            f"Go on with {messages.many(standing.missing, 'order')}",
            type="primary", icon=":material/play_arrow:", key=f"resume-{batch.id}",
        ):  # fmt: skip
            _resume(service, batch)
        st.button("Stop", icon=":material/stop:", key=f"stop-{batch.id}",
                  on_click=service.files.batches.stop, args=(batch.id,))  # fmt: skip


def _resume(service: MCFService, batch: Batch) -> None:
    try:
        service.files.batches.resume(batch.id)
    except MCFError as error:
        messages.draw_error(error)
        return
    session.state()[session.BATCH] = batch.id
    service.files.batches.wait(batch.id, _AT_ONCE)
    st.rerun()


def _downloads(service: MCFService, batch: Batch) -> None:
    name = batch.file.rpartition(".")[0] or batch.file
    with st.container(horizontal=True):
        for kind in file_results.KINDS:
            st.download_button(
                f"Result ({'Excel' if kind == 'xlsx' else 'CSV'})",
                rights.as_now(service, partial(_result, service, batch.id, kind)),
                f"{name}_result.{kind}", _MIME, icon=":material/download:",
                key=f"result-{batch.id}-{kind}", on_click="ignore",
            )  # fmt: skip
    shop_results.draw(service, f"file-{batch.id}", file_id=batch.id)


def _result(service: MCFService, batch_id: str, kind: str) -> bytes:
    return file_results.to_bytes(service.files.batches.result(batch_id), kind)


def _outcomes(service: MCFService, batch: Batch) -> None:
    outcomes = service.files.batches.outcomes(batch)
    ordered = sorted(outcomes.values(), key=lambda o: o.state is SubmissionState.ACCEPTED)
    swaps = service.files.batches.swaps(batch.id)
    left = [
        (each.order_id, f"Left out: {each.outcome.lower()}", each.says, "")
        for each in service.files.batches.left_out(batch.id)
        if each.order_id
    ]
    sent = [
        (
            each.seller_fulfillment_order_id,
            OUTCOMES[each.state],
            f"{amazon_text(each.message)} {each.advice or ''}".strip(),
            "; ".join(swaps.get(each.seller_fulfillment_order_id, ())),
        )
        for each in ordered
    ]
    columns = ["Order", "Outcome", "Why, or what Amazon says", "Sent as"]
    frame = pd.DataFrame([*left, *sent], columns=columns)
    st.dataframe(
        frame if any(swaps.values()) else frame.drop(columns="Sent as"),
        hide_index=True,
        alt="What became of each order",
    )
