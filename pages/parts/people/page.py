"""The parts of the page of people: an invitation, and everybody with what can be changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from mcf.access.actor import Actor
from mcf.access.people import EVERYWHERE, People, Person
from mcf.access.roles import Permission, Role, may_give
from mcf.errors import MCFError
from mcf.service import MCFService
from mcf.wording import many
from pages.parts.common import messages, session, visitor
from pages.parts.common.labels import plain

MAY = {
    Role.VIEWER: "sees stock, and orders with masked names",
    Role.OPERATOR: "ships and changes orders, up to the limit",
    Role.PLANNER: "plans: rules of SKUs, costs, the purchase list",
    Role.MANAGER: "does all that, above the limit too; changes settings and people",
    Role.OWNER: "does everything, and makes others owners",
}
"""What each role may, in a few words."""
_WHERE = {False: "All accounts and marketplaces", True: "Only here"}


def draw(service: MCFService) -> None:
    """An invitation, and everybody who is invited; nothing for who may not see them."""
    actor = visitor.answer(service.access)
    if not isinstance(actor, Actor) or not actor.may(Permission.PEOPLE):
        st.info("Only a manager or an owner sees who may sign in.", icon=":material/lock:")
        return
    people = service.access.people
    everybody = people.everybody()
    _invitation(service, actor)
    active = sum(person.disabled_at is None for person in everybody)
    st.header(f"{many(active, 'person', 'people')} may sign in", anchor=False)
    for person in everybody:
        _person(service, actor, person)
    _roles()


def _invitation(service: MCFService, actor: Actor) -> None:
    with st.form("invite", border=True, clear_on_submit=False):
        st.markdown("**Invite somebody**")
        email, role, where = st.columns([3, 2, 3], vertical_alignment="bottom")
        email.text_input(
            "E-mail address with which they sign in", key="invite_email", max_chars=320
        )
        role.selectbox("Role", _roles_to_give(actor), format_func=str.capitalize, key="invite_role")
        _choose_where(service, where, "invite_here")
        st.form_submit_button(
            "Invite",
            type="primary",
            icon=":material/person_add:",
            on_click=_invite,
            args=(service, actor),
        )


def _invite(service: MCFService, actor: Actor) -> None:
    state = session.state()
    email, role = state["invite_email"], state["invite_role"]

    def invite(people: People) -> str:
        people.invite(actor, email, role, here=state["invite_here"])
        session.put("invite_email", "")
        address = service.settings.public_url
        there = f" at {address}" if address else ""
        return f"{email.strip()} may sign in{there} now. No mail is sent: tell them yourself."

    _change(service, invite)


def _person(service: MCFService, actor: Actor, person: Person) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"person_{person.person_id}", border=True
    ):
        is_self = person.person_id == actor.person_id
        st.markdown(f"**{plain(person.email)}**{' (you)' if is_self else ''}", width="content")
        label, colour = _standing(person)
        st.badge(label, color=colour)
        with st.container(key=f"seen_{person.person_id}"):
            st.caption(_told(service, person))
        if all(may_give(actor.permissions, role) for role in person.roles.values()):
            _changes(service, actor, person)
        else:
            st.button(
                "Change",
                disabled=True,
                icon=":material/lock:",
                help="Only an owner changes owners.",
                key=f"locked_{person.person_id}",
            )


def _standing(person: Person) -> tuple[str, Literal["red", "orange", "green"]]:
    if person.disabled_at is not None:
        return ":material/block: Disabled", "red"
    if not person.has_signed_in:
        return ":material/mail: Invited", "orange"
    return ":material/check: Signs in", "green"


def _told(service: MCFService, person: Person) -> str:
    """Their roles, when they were seen, and how many sessions they have."""
    settings = service.settings
    places = {
        EVERYWHERE: "everywhere",
        (settings.account, settings.marketplace.id): "only here",
    }
    roles = " · ".join(
        f"{role.capitalize()} {places.get(scope) or plain('in ' + ', '.join(scope))}"
        for scope, role in person.roles.items()
    )
    seen = f"last seen {messages.when(person.last_seen_at)}" if person.last_seen_at else ""
    if not person.has_signed_in:
        seen = f"invited {messages.day(person.invited_at)}"
    sessions = many(person.sessions, "session") if person.sessions else ""
    return " · ".join(filter(None, (roles or "Role by their group", seen, sessions)))


def _changes(service: MCFService, actor: Actor, person: Person) -> None:
    name = person.person_id
    with st.popover("Change", icon=":material/edit:"):
        here = service.access.people.role_here(person)
        roles = _roles_to_give(actor)
        st.selectbox(
            "Role",
            roles,
            index=roles.index(here) if here in roles else 0,
            format_func=str.capitalize,
            key=f"role_{name}",
        )
        is_here = bool(person.roles) and EVERYWHERE not in person.roles
        _choose_where(service, st.container(), f"here_{name}", is_here=is_here)
        if name == actor.person_id:
            st.caption("That's you: your session ends, and you sign in again.")
        elif person.sessions:
            st.caption("Their sessions end; they sign in again.")
        st.button(
            "Give this role",
            key=f"give_{name}",
            icon=":material/badge:",
            on_click=_give,
            args=(service, actor, name),
        )
        if person.disabled_at is None:
            st.button(
                "Disable",
                key=f"disable_{name}",
                icon=":material/block:",
                on_click=_change,
                args=(service, lambda people: _disabled(people.disable(actor, name))),
            )
        else:
            st.button(
                "Enable",
                key=f"enable_{name}",
                icon=":material/undo:",
                on_click=_change,
                args=(service, lambda people: _enabled(people.enable(actor, name))),
            )


def _give(service: MCFService, actor: Actor, name: str) -> None:
    state = session.state()
    role, here = state[f"role_{name}"], state[f"here_{name}"]

    def give(people: People) -> str:
        given = people.give(actor, name, role, here=here)
        return f"{given.email} is {role} {'here' if here else 'everywhere'} now."

    _change(service, give)


def _disabled(person: Person) -> str:
    return f"{person.email} may sign in no more, and is out at the next click."


def _enabled(person: Person) -> str:
    return f"{person.email} may sign in again."


def _change(service: MCFService, change: Callable[[People], str]) -> None:
    """Changes something of people, and says so, or why not."""
    try:
        session.tell("success", plain(change(service.access.people)))
    except MCFError as error:
        session.tell("error", plain(messages.refusal(error)))


def _roles_to_give(actor: Actor) -> list[Role]:
    return [role for role in Role if may_give(actor.permissions, role)]


def _choose_where(
    service: MCFService,
    place: st.delta_generator.DeltaGenerator,
    key: str,
    *,
    is_here: bool = False,
) -> None:
    settings = service.settings
    here = f"Only here: {settings.account}, {settings.marketplace.name}"
    place.selectbox(
        "Where",
        list(_WHERE),
        index=int(is_here),
        format_func=lambda only: here if only else _WHERE[False],
        key=key,
    )


def _roles() -> None:
    with st.expander("What each role may do"):
        st.markdown("\n".join(f"- **{role.capitalize()}** {may}." for role, may in MAY.items()))
