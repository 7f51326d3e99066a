"""What a seller expects of sales and knows of past days: listed, said, changed, drawn."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mcf.access.roles import Permission
from mcf.errors import InvalidInput
from mcf.inventory import expectations, history
from mcf.inventory.expectations import Expectation, Way
from mcf.inventory.review import StockReview
from mcf.service import MCFService
from pages.parts.common import labels, messages, rights, session

WAYS = {
    Way.FACTOR: "So many times the usual",
    Way.A_DAY: "Units a day",
    Way.TOTAL: "Units in all",
    Way.END: "End of sale",
    Way.ONE_OFF: "Past days that were unusual",
}
_AMOUNTS = {
    Way.FACTOR: ("Times the usual", "2.5"),
    Way.A_DAY: ("Units a day", "12"),
    Way.TOTAL: ("Units in all those days", "400"),
}
_THIS, _SHOWN, _TAG, _SEVERAL = "This SKU", "All that are shown", "All with a tag", "Several SKUs"
_MOST = 50
"""Those of days that are over that are listed."""
_LONGEST = 28
"""Letters of a reason that are drawn in a picture."""


@dataclass(frozen=True)
class Place:
    """Where something is said: `skus` are what it's for unless something else is chosen."""

    name: str
    usual: str
    skus: tuple[str, ...]

    def key(self, field: str) -> str:
        """The key of a field of its form."""
        return f"said_{self.name}_{field}_{session.expectation_round(self.name)}"


def draw(service: MCFService, seller_sku: str) -> None:
    """What was said of one SKU, and a form to say more."""
    review = service.stock.review
    st.header("What you expect of its sales", anchor=False)
    said = review.said_of(seller_sku)
    if not said:
        st.caption(
            "Nothing yet. Say what the past can't know, a promotion, a launch, the end of sale: "
            "velocity, cover, projection and reorder take it."
        )
    place = Place("sku", _THIS, (seller_sku,))
    for one in said:
        _one(review, place, one, seller_sku)
    _form(service, place)


def draw_all(service: MCFService, shown: Sequence[str]) -> None:
    """What was said of any SKU, and a form to say more of those that are shown."""
    review = service.stock.review
    st.header("What you expect of sales", anchor=False)
    said = review.said.all()
    if not said:
        st.caption("Nothing yet. A promotion of many SKUs is said here, of one on its page.")
    place = Place("all", _SHOWN, tuple(shown))
    over = [one for one in said if one.is_over(review.today)]
    for one in said:
        if one not in over:
            _one(review, place, one, None)
    if over:
        with st.expander(f"Days that are over ({len(over):,})", icon=":material/history:"):
            for one in over[:_MOST]:
                _one(review, place, one, None)
            if len(over) > _MOST:
                st.caption(
                    f"Of {len(over):,} the last {_MOST}; the others are on their SKUs' pages."
                )
    _form(service, place)


def _one(review: StockReview, place: Place, one: Expectation, seller_sku: str | None) -> None:
    """One thing that was said, with what came of it and what holds in its place."""
    key = f"{place.name}_{one.expectation_id}"
    with st.container(border=True, key=f"said_{key}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{_what(one)}** {_when(one)}: {labels.plain(one.reason)}")
            st.space("stretch")
            st.button(
                "Change",
                key=f"change_{key}",
                icon=":material/edit:",
                type="tertiary",
                on_click=_change,
                args=(place, one),
            )
            st.button(
                "Remove",
                key=f"remove_{key}",
                icon=":material/delete:",
                type="tertiary",
                on_click=_remove,
                args=(review, one),
            )
        facts = [_who(review, one), *_ahead(review, one, seller_sku), *_came(review, one)]
        st.caption(". ".join(facts) + ".")
        for other in expectations.overlaps(one, review.said.all(), review.members()):
            rule = "an end of sale goes before all else"
            why = rule if other.instead.way is Way.END else "it was said later"
            st.warning(
                f"{_days(other.first, other.last)}: “{labels.plain(other.instead.reason)}” holds "
                f"instead, as {why}.",
                icon=":material/layers:",
            )


def _what(one: Expectation) -> str:
    if one.way is Way.FACTOR:
        return f"{one.amount:g} times the usual"
    if one.way is Way.A_DAY:
        return f"{_number(one.amount or 0)} a day"
    if one.way is Way.TOTAL:
        return f"{_number(one.amount or 0)} in all"
    return "Sale ends" if one.way is Way.END else "Unusual days, left out"


def _number(units: float) -> str:
    return "1 unit" if units == 1 else f"{units:,.10g} units"


def _when(one: Expectation) -> str:
    return f"after {_day(one.last)}" if one.way is Way.END else _days(one.first, one.last)


def _days(first: int, last: int) -> str:
    return f"on {_day(first)}" if first == last else f"from {_day(first)} to {_day(last)}"


def _day(number: int) -> str:
    return f"{history.date_of(number):%d %b %Y}"


def _who(review: StockReview, one: Expectation) -> str:
    skus = review.members()[one.expectation_id]
    many = messages.many(len(skus), "SKU")
    of = f"For all with the tag {labels.plain(one.tag)}, {many}" if one.tag else f"For {many}"
    together = len(skus) > 1 and one.way in (Way.A_DAY, Way.TOTAL)
    by = f" by {labels.plain(one.said_by)}" if one.said_by else ""
    shared = ", the units of all together" if together else ""
    learns = ". Its days count as usual ones" if one.learns else ""
    return f"{of}{shared}; said{by} on {messages.when(one.said_at)}{learns}"


def _ahead(review: StockReview, one: Expectation, seller_sku: str | None) -> list[str]:
    """What it makes of the days to come of a SKU."""
    told = None if seller_sku is None else review.instead(one, seller_sku)
    if told is None:
        return []
    units, usual = told
    told_usual = "what is usual isn't known" if usual is None else f"{usual:,.1f} are usual"
    return [f"On its days from today on {units:,.1f} units are expected; {told_usual}"]


def _came(review: StockReview, one: Expectation) -> list[str]:
    """What came of days that are over."""
    if one.way is Way.END or one.first >= review.today:
        return []
    came = review.came(one)
    if not came.days:
        return ["No sales of these days are known"]
    so_far = "So far" if one.last >= review.today else "In the end"
    times = f", {came.units / came.usual:.1f} times the usual" if came.usual else ""
    expected = one.a_day * (min(one.last, review.today - 1) - one.first + 1)
    told = f"; {expected:,.0f} were expected" if one.way in (Way.A_DAY, Way.TOTAL) else ""
    units = messages.many(came.units, "unit")
    return [f"{so_far} {units} left on {messages.many(came.days, 'day')} in stock{times}{told}"]


def _form(service: MCFService, place: Place) -> None:
    """Says something new, or changes what was said."""
    state, changed = session.state(), session.expectation_changed(place.name)
    title = "Change what you expect" if changed else "Say what you expect"
    with st.expander(title, expanded=changed is not None, icon=":material/campaign:"):
        today = service.now().date()
        state.setdefault(place.key("by"), _user())
        draft = _draft(service, place, today)
        amount = str(state.get(place.key("amount")) or "")
        with st.container(horizontal=True):
            if rights.button(
                service,
                Permission.PLAN,
                "Save",
                type="primary",
                icon=":material/save:",
                key=place.key("save"),
            ):
                _said(lambda: _save(service, place, draft, amount))
            if changed:
                st.button(
                    "Leave it as it was",
                    type="tertiary",
                    key=place.key("cancel"),
                    on_click=_empty,
                    args=(place,),
                )


def _draft(service: MCFService, place: Place, today: date) -> Expectation:
    """What is typed, not checked yet."""
    state = session.state()
    skus, tag = _for(service, place)
    way = st.selectbox("What", list(WAYS), format_func=WAYS.__getitem__, key=place.key("way"))
    for field in ("first", "last"):
        state.setdefault(place.key(field), today)
    with st.container(horizontal=True):
        first = today
        if way is not Way.END:
            first = st.date_input(
                "First day", key=place.key("first"), format="YYYY-MM-DD", width=180
            )
        label = "Last day of sale" if way is Way.END else "Last day"
        last = st.date_input(label, key=place.key("last"), format="YYYY-MM-DD", width=180)
        if way in _AMOUNTS:
            name, example = _AMOUNTS[way]
            st.text_input(name, key=place.key("amount"), placeholder=example, width=200)
    reason = st.text_input("Why", key=place.key("reason"), placeholder="Spring promotion")
    by = st.text_input("Who says so", key=place.key("by"))
    learns = way in _AMOUNTS and st.checkbox(
        "It goes on like that: learn from these days what is usual (a launch, no promotion)",
        key=place.key("learns"),
    )
    return Expectation(
        expectation_id=session.expectation_changed(place.name) or "",
        skus=skus,
        tag=tag,
        first=history.number_of(first),
        last=history.number_of(last),
        way=way,
        amount=None,
        reason=reason,
        said_by=by,
        said_at=service.now(),
        learns=learns,
    )


def _for(service: MCFService, place: Place) -> tuple[tuple[str, ...], str]:
    """The SKUs that are chosen, or a tag."""
    ways = [place.usual, _TAG, _SEVERAL]
    count = f" ({messages.many(len(place.skus), 'SKU')})" if place.usual == _SHOWN else ""
    way = st.segmented_control(
        "For",
        ways,
        default=None if place.key("for") in session.state() else place.usual,
        required=True,
        key=place.key("for"),
        format_func=lambda one: one + count if one == _SHOWN else one,
    )
    if way == _TAG:
        tags = _tags(service, str(session.state().get(place.key("tag")) or ""))
        if not tags:
            st.caption("No SKU has a tag yet: give some in the table of rules.")
            return (), ""
        return (), st.selectbox("Tag", tags, key=place.key("tag")) or ""
    if way == _SEVERAL:
        text = st.text_area("SKUs, one in a line", key=place.key("skus"))
        return tuple(dict.fromkeys(sku for line in text.splitlines() if (sku := line.strip()))), ""
    return place.skus, ""


def _tags(service: MCFService, chosen: str) -> list[str]:
    """The tags that SKUs have, and the one that is chosen, though none may have it any more."""
    told = [*service.stock.review.choices.rules()["tags"].dropna(), chosen]
    return sorted({tag.strip() for tags in told for tag in tags.split(",") if tag.strip()})


def _save(service: MCFService, place: Place, draft: Expectation, amount: str) -> None:
    review = service.stock.review
    there = set(service.inventory()["seller_sku"])
    if unknown := [sku for sku in draft.skus if sku not in there]:
        more = f" and {len(unknown) - 5:,} more" if len(unknown) > 5 else ""
        raise InvalidInput({"SKUs": f"aren't in your stock: {', '.join(unknown[:5])}{more}"})
    review.said.say(draft, amount, review.today)
    _empty(place)


def _said(do: Callable[[], object]) -> None:
    try:
        do()
    except InvalidInput as error:
        problems = "\n".join(
            f"- **{labels.plain(name[0].upper() + name[1:])}** {labels.plain(words)}"
            for name, words in error.problems.items()
        )
        st.error(f"Nothing was saved. Please correct:\n\n{problems}", icon=":material/error:")
    else:
        session.tell("success", "It's kept; velocity, cover and reorder take it.")
        st.rerun()


def _change(place: Place, one: Expectation) -> None:
    """Puts what was said into the form."""
    state = session.state()
    session.change_expectation(place.name, one.expectation_id)
    values: dict[str, Any] = {
        "for": _TAG if one.tag else place.usual if one.skus == place.skus else _SEVERAL,
        "tag": one.tag,
        "skus": "\n".join(one.skus),
        "way": one.way,
        "first": history.date_of(one.first),
        "last": history.date_of(one.last),
        "amount": "" if one.amount is None else f"{one.amount:g}",
        "reason": one.reason,
        "by": one.said_by,
        "learns": one.learns,
    }
    for field, value in values.items():
        state[place.key(field)] = value


def _remove(review: StockReview, one: Expectation) -> None:
    review.said.forget([one.expectation_id])
    session.tell("success", f"Taken back: {labels.plain(one.reason)}.")


def _empty(place: Place) -> None:
    session.change_expectation(place.name, None)


def _user() -> str:
    """The name of the system's user, or none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def mark(figure: go.Figure, said: Sequence[Expectation], first: date, last: date) -> go.Figure:
    """The figure of a SKU's days with what was said of them, each with its reason."""
    begin, end = history.number_of(first), history.number_of(last)
    for number, one in enumerate(reversed(said)):
        reason = one.reason if len(one.reason) <= _LONGEST else f"{one.reason[:_LONGEST]}…"
        text = labels.for_plotly(f"{_short(one)}: {reason}")
        x0 = one.last + 1 if one.way is Way.END else one.first
        x1 = end if one.way is Way.END else one.last + 1
        if x0 >= end or x1 <= begin:
            continue
        figure.add_vrect(
            x0=_moment(max(x0, begin)),
            x1=_moment(min(x1, end)),
            fillcolor="#8B6FD6",
            opacity=0.16,
            line={"width": 1, "dash": "dot", "color": "#8B6FD6"},
        )
        figure.add_annotation(
            x=_moment(max(x0, begin)),
            y=0.03 + 0.09 * (number % 5),
            yref="paper",
            text=text,
            showarrow=False,
            xanchor="left" if x0 < (begin + end) / 2 else "right",
            yanchor="bottom",
        )
    return figure


def _short(one: Expectation) -> str:
    if one.way is Way.FACTOR:
        return f"x {one.amount:g}"
    return "left out" if one.way is Way.ONE_OFF else _what(one).lower()


def _moment(day: int) -> pd.Timestamp:
    return pd.Timestamp(history.midnight(day))
