"""What needs a hand, a line each with what to do: the most urgent first, like ones together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import streamlit as st

from mcf.concerns import Concern, Urgency
from mcf.inventory.planning import Health
from mcf.inventory.preferences import Choices
from mcf.service import MCFService
from mcf.store.frames import StockState
from mcf.tracking.lifecycle import HELD
from mcf.tracking.trouble import OF_ORDERS
from pages.parts.common import labels, messages, places, session
from pages.parts.tracking import actions

_MARKS = {
    Urgency.NOW: ":red[:material/error:]",
    Urgency.TODAY: ":orange[:material/schedule:]",
    Urgency.SOON: ":gray[:material/circle:]",
}
_COUNTED = {
    Urgency.NOW: ("needs you now", "need you now"),
    Urgency.TODAY: ("today", "today"),
    Urgency.SOON: ("can wait", "can wait"),
}
_FILTERS = {
    "inventory": {"stock": StockState.LOW.value},
    "unsellable": {"with": "Unsellable"},
    "excess": {"stock": Health.EXCESS.value},
    "purchases": {"table": "Purchase list", "lines": "Ordered"},
}
ALIKE = {
    "reorder": ("to reorder", {"table": "Purchase list"}),
    "gap": ("run out before more arrives", {"show": "Out before inbound"}),
    "out": ("out of stock", {"stock": StockState.OUT.value}),
    "stuck": ("with units that are stuck", {"show": "Stuck"}),
    "claim": ("with units to claim from Amazon", {"with": "Unsellable"}),
}
"""Concerns of SKUs that stand in one line when they're several: in words, and where they are."""
_TOGETHER = 3
FEW = {Urgency.NOW: 8, Urgency.TODAY: 6}
"""Lines that are shown at first, of those that can't wait: all that's urgent on one screen."""
_AT_MOST = 60
"""Lines of one urgency at most: a browser needs seconds for a thousand."""
Line = Concern | list[Concern]


def counted(concerns: Sequence[Concern]) -> str:
    """How many need a hand how soon: "7 need you now · 5 today · 9 can wait"."""
    parts = []
    for urgency, (one, several) in _COUNTED.items():
        count = sum(concern.urgency is urgency for concern in concerns)
        if count:
            parts.append(f"**{count:,}** {one if count == 1 else several}")
    return " · ".join(parts)


def draw(service: MCFService, concerns: Sequence[Concern]) -> None:
    """The concerns in lines; those that can wait, and like ones, open in place."""
    for urgency, few in FEW.items():
        lines = together([it for it in concerns if it.urgency is urgency])
        first = lines if session.is_unfolded(urgency) or len(lines) <= few + 1 else lines[:few]
        _lines(service, first)
        if len(first) < len(lines):
            st.button(
                f"Show {len(lines) - len(first):,} more",
                key=f"more_{urgency.name}",
                type="tertiary",
                icon=":material/expand_more:",
                on_click=session.unfold,
                args=(urgency,),
            )
    later = [concern for concern in concerns if concern.urgency is Urgency.SOON]
    if later:
        # Without their number: with another label it would fold itself when one is put off.
        more = st.expander("What can wait", key="more_SOON", on_change="rerun")
        if more.open:
            with more:
                _lines(service, together(later))


def together(concerns: Sequence[Concern]) -> list[Line]:
    """The concerns in their order, several alike ones of SKUs in the place of the first."""
    groups: dict[str, list[Concern]] = {}
    for concern in concerns:
        kind = concern.kind.partition(" ")[0]
        name = kind if kind in ALIKE else concern.key or concern.title
        groups.setdefault(name, []).append(concern)
    lines: list[Line] = []
    for group in groups.values():
        lines += [group] if len(group) >= _TOGETHER else group
    return lines


def _lines(service: MCFService, lines: Sequence[Line]) -> None:
    with st.container(gap=None):
        for line in lines[:_AT_MOST]:
            if isinstance(line, Concern):
                _line(service, line)
            else:
                _group(service, line)
    if len(lines) > _AT_MOST:
        rest = messages.many(len(lines) - _AT_MOST, "more is", "more are")
        st.caption(f"{rest} on the pages of stock and orders.")


def _group(service: MCFService, group: Sequence[Concern]) -> None:
    kind = group[0].kind.partition(" ")[0]
    words, where = ALIKE[kind]
    skus = dict.fromkeys(concern.subject for concern in group if concern.subject)
    some = ", ".join([*skus][:2]) + (" …" if len(skus) > 2 else "")
    key = f"{group[0].urgency.name}_{kind}"
    row = st.container(
        horizontal=True, vertical_alignment="center", wrap=False, key=f"concerns_{key}"
    )
    with row:
        with st.container():
            key = f"group_{key}"
            label = f"{_MARKS[group[0].urgency]} **{len(skus)} SKUs {words}**: {labels.plain(some)}"
            more = st.expander(label, key=key, type="compact", on_change="rerun")
        st.page_link(places.INVENTORY, label="See them", query_params=where)
    if more.open:
        with more, st.container(gap=None):
            for concern in group[:_AT_MOST]:
                _line(service, concern)


def _line(service: MCFService, concern: Concern) -> None:
    """What it is, as the way to where it's dealt with; whom and what about; what can be done."""
    key = f"concern_{concern.key}" if concern.key else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key):
        st.page_link(
            places.BY_NAME[concern.page],
            label=f"{_MARKS[concern.urgency]} **{labels.plain(concern.title)}**",
            query_params=_query(concern),
        )
        st.markdown(words(concern), width="stretch")
        trouble = concern.kind.removeprefix(OF_ORDERS)
        if concern.kind.startswith(OF_ORDERS) and trouble in actions.IN_A_LINE:
            actions.draw_in_a_line(service, concern.subject, trouble)
        if concern.key:
            _put_off(concern, service.stock.review.choices, service.now())


def words(concern: Concern) -> str:
    """Whom it's for, what happened, and what ends when, as Markdown."""
    about = f"{labels.plain(concern.about)} · " if concern.about else ""
    until = ""
    if concern.due:
        is_held = concern.kind == f"{OF_ORDERS}{HELD}"
        until = (
            f" {messages.when(concern.due)}."
            if is_held
            else f" Claim until {messages.day(concern.due)}."
        )
    says = labels.plain(f"{concern.brief or concern.reason}{until}")
    return f":small[{about}:gray[{says}]]"


def _put_off(concern: Concern, choices: Choices, now: datetime) -> None:
    # The key is the concern's, so that it's closed with its line instead of opening on the next.
    key = f"put_off_{concern.key}"
    with st.popover(":material/snooze:", type="tertiary", key=key, help="Put off"):
        st.caption("Put off: it's shown again on the day.")
        for label, days in _UNTIL.items():
            st.button(
                label,
                key=f"off_{days}_{concern.key}",
                on_click=choices.put_off,
                args=(concern.key, now + timedelta(days=days)),
            )


def draw_put_off(
    choices: Choices, concerns: Sequence[Concern], hidden: Mapping[str, datetime]
) -> None:
    """Those of the concerns that are put off, to be taken up again; `hidden` says until when."""
    put_off = [concern for concern in concerns if concern.key in hidden]
    if not put_off:
        return
    with st.expander(f"Put off ({len(put_off)})"):
        for concern in put_off[:_AT_MOST]:
            with st.container(horizontal=True, vertical_alignment="center"):
                until = messages.day(hidden[concern.key])
                st.markdown(f"{labels.plain(concern.title)}: put off until {until}")
                st.button(
                    "Show again", key=f"up_{concern.key}", type="tertiary",
                    on_click=choices.take_up, args=(concern.key,),
                )  # fmt: skip


_UNTIL = {"Until tomorrow": 1, "For three days": 3, "For a week": 7, "For a month": 30}


def _query(concern: Concern) -> Mapping[str, str]:
    if concern.subject:
        return {places.QUERY_OF[concern.page]: concern.subject}
    return _FILTERS.get(concern.page, {})
