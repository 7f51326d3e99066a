"""What stands above every page: which Amazon this is, how old the data is, the demo's clock."""

from __future__ import annotations

import streamlit as st

from mcf.access.actor import Actor
from mcf.service import MCFService
from mcf.store.states import Subject
from pages.parts.common import badge, demo_panel, messages, modes, session, visitor
from pages.parts.common.labels import plain

_LONG = 4.0
"""Seconds after which a background read is told with its progress."""


def revision(service: MCFService) -> tuple[object, ...]:
    """Changes when there's something else to show on any page."""
    return (*service.revision(), *service.stock.review.revision())


def draw(service: MCFService, *, redraws: bool, person: Actor | None = None) -> None:
    """The line above the page. `redraws`: the page may be drawn anew when there's new data.

    `person` is who signed in, if that's needed here.
    """
    with st.container(key="frame-head", horizontal=True, vertical_alignment="center", gap="small"):
        label, colour, icon = modes.BADGES[service.settings.mode]
        badge.draw(label, colour, icon)
        st.badge(service.settings.marketplace.name, color="gray", icon=":material/public:")
        with st.container(key="frame-news"):
            _live(service, redraws=redraws, person=person)
        if service.demo is not None:
            demo_panel.draw(service, service.demo)
        if person is not None:
            _person(service, person)
    if service.trouble is not None:
        messages.draw_error(service.trouble)


def _person(service: MCFService, person: Actor) -> None:
    """Who is signed in, as what, and the way out."""
    name = plain(person.email.partition("@")[0])
    with st.popover(name, icon=":material/account_circle:", width="content", key="frame-person"):
        st.markdown(f"**{plain(person.email)}**")
        st.caption(f"{(person.role or '').capitalize()} here")
        out = visitor.sign_out
        st.button("Sign out", icon=":material/logout:", on_click=out, args=(service.access,))


def draw_title(text: str) -> None:
    """The page's title for those who listen to it; the menu shows it to those who see."""
    with st.container(key="hidden-title"):
        st.title(text)


@st.fragment(run_every=2)
def _live(service: MCFService, *, redraws: bool, person: Actor | None) -> None:
    whole = session.is_being_drawn()
    if person is not None and not isinstance(visitor.answer(service.access), Actor):
        # What else draws itself on the page doesn't ask who looks.
        session.redraw()
    if redraws and not whole and session.is_outdated(revision(service)):
        session.redraw()
    st.caption(_freshness(service), width="content")


def _freshness(service: MCFService) -> str:
    under_way = [at for subject in Subject if (at := service.progress(subject)) is not None]
    long = [at for at in under_way if at.seconds > _LONG]
    if long:
        return f":material/sync: {messages.reading(long[0])}"
    readings = service.readings()
    ages = [fresh.age for fresh in readings if fresh.age is not None]
    if any(fresh.message is not None for fresh in readings):
        last = f"Last whole reading {messages.age(max(ages))} ago" if ages else "Nothing read yet"
        if 0 < len(ages) < len(readings):
            last = "Not everything was read whole yet"
        return f":material/sync_problem: {last}; the latest one failed"
    if len(ages) < len(readings):
        return ":material/sync: Reading from Amazon …"
    return f":material/check: Updated {messages.age(max(ages))} ago"
