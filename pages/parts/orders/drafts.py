"""What an order can start from: people and orders of lately, templates, what is unfinished; and its
channel.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from mcf.errors import MCFError
from mcf.orders import form
from mcf.orders.form import ADDRESS, SENT_AS, Typed
from mcf.service import MCFService
from mcf.store.documents import DocumentKind, Kept
from pages.parts.common import fields, labels, messages, session
from pages.parts.orders import draft_state

_RECENT = 50
"""People to choose from."""
_EARLIER = 200
"""Orders to choose from as a model; any other can be copied from its own page."""


def draw(service: MCFService) -> None:
    """What the form can start from, and what is unfinished."""
    _start_from(service)
    _unfinished(service)


def draw_channel(service: MCFService) -> None:
    """The channel that it was sold on, with the options that are kept for it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _channel(service)


def _channel(service: MCFService) -> None:
    own = draft_state.profiles(service)
    names = list(form.profiles(own))
    with st.container(width=220):
        st.selectbox(
            "Sold on",
            names,
            index=None,
            key="profile",
            placeholder="Choose a channel",
            help="Sets packaging, carrier and the other options as you keep them for the channel.",
            on_change=_apply,
            args=(service,),
            persist_state="session",
        )
    with st.popover("Edit channels", icon=":material/tune:", type="tertiary"):
        st.caption("Keeps delivery speed, packaging, carrier, note and e-mails as they are below.")
        st.text_input("Name of the channel", key="profile_name", placeholder="eBay")
        st.toggle("Begin every order with it", key="profile_first")
        st.button("Keep these options", key="keep_profile", on_click=_keep_profile, args=(service,))
        for name in sorted(own):
            st.button(
                f"Delete {labels.plain(name)}", key=f"drop_profile_{name}", type="tertiary",
                on_click=service.kept.forget, args=(DocumentKind.PROFILE, name),
            )  # fmt: skip


def _apply(service: MCFService) -> None:
    name = session.state().get("profile")
    if name:
        content = form.profiles(draft_state.profiles(service)).get(name, {})
        _put(lambda: form.applied(draft_state.collect(), name, content))


def _put(make: Callable[[], Typed]) -> None:
    try:
        draft_state.put(make())
    except MCFError as error:
        session.tell("error", messages.refusal(error))


def _keep_profile(service: MCFService) -> None:
    state = session.state()
    name = str(state.get("profile_name") or state.get("profile") or "").strip()
    own, first = draft_state.profiles(service), bool(state.get("profile_first"))
    changed = form.kept_as_profile(name, draft_state.collect(), own, first=first)
    try:
        for key, content in changed.items():
            service.kept.keep(DocumentKind.PROFILE, key, content)
    except MCFError as error:
        session.tell("error", messages.refusal(error))
        return
    state["profile"], state["profile_name"] = name, ""
    session.tell("success", f"The options are kept for {name}.")


def _start_from(service: MCFService) -> None:
    with st.popover("Start from", icon=":material/library_add:"):
        _recent(service)
        _earlier(service)
        _templates(service)


def _recent(service: MCFService) -> None:
    days = service.settings.keep_recipients_days
    if not days:
        return
    people = service.ordering.drafts.recipients(
        session.local(service.now()) - timedelta(days=days), _RECENT
    )
    if people:
        options = fields.distinct({at: _person(person) for at, person in enumerate(people)})
        st.selectbox(
            "Sent to lately",
            list(options),
            index=None,
            key="recent",
            placeholder="Fill in the recipient from …",
            filter_mode="contains",
            on_change=_fill,
            args=({text: people[at] for text, at in options.items()},),
        )


def _person(person: dict[str, str]) -> str:
    place = " ".join(person[n] for n in ("city", "postalCode", "countryCode") if person.get(n))
    lines = (person.get(name) for name in ("name", "addressLine1", "addressLine2"))
    return ", ".join(filter(None, (*lines, place)))


def _fill(people: dict[str, dict[str, str]]) -> None:
    chosen = session.state().get("recent")
    session.state()["recent"] = None
    if chosen in people:
        draft_state.put_address(
            {name: people[chosen].get(SENT_AS[name], "") for name in ADDRESS.values()}
        )
    elif chosen:
        session.tell("warning", "The list has changed meanwhile. Choose the recipient again.")


def _templates(service: MCFService) -> None:
    kept = {template.key: template for template in service.kept.all(DocumentKind.TEMPLATE)}
    if kept:
        st.selectbox(
            "Template", list(kept), index=None, key="template_chosen",
            placeholder="Fill in from …", on_change=_from_template, args=(service, kept),
        )  # fmt: skip
    st.text_input("Keep this form as a template named", key="template_name")
    with st.container(horizontal=True):
        st.button("Keep it", key="keep_template", on_click=_keep_template, args=(service,))
        for name in kept:
            st.button(
                f"Delete {labels.plain(name)}", key=f"drop_template_{name}", type="tertiary",
                on_click=service.kept.forget, args=(DocumentKind.TEMPLATE, name),
            )  # fmt: skip


def _keep_template(service: MCFService) -> None:
    name = str(session.state().get("template_name") or "").strip()
    content = draft_state.collect().content()
    for number in ("number", "amazon_number", "replaces", "edits"):
        content.pop(number, None)
    try:
        service.kept.keep(DocumentKind.TEMPLATE, name, content)
    except MCFError as error:
        session.tell("error", messages.refusal(error))
    else:
        session.state()["template_name"] = ""
        session.tell("success", f"The form is kept as the template {name}.")


def _from_template(service: MCFService, kept: dict[str, Kept]) -> None:
    name = session.state().get("template_chosen")
    session.state()["template_chosen"] = None
    if name:
        number = draft_state.fresh_number(service)
        _put(lambda: form.from_template(kept[name].content, number))


def _earlier(service: MCFService) -> None:
    orders = service.orders().head(_EARLIER)
    if orders.empty:
        return
    columns = ("seller_fulfillment_order_id", "displayable_order_id", "recipient")
    rows = zip(*(orders[name].tolist() for name in columns), strict=True)
    options = {order_id: f"{shown} · {labels.raw(to)}" for order_id, shown, to in rows}
    apart = fields.distinct(options)
    st.selectbox(
        "Earlier order", list(apart), index=None, key="earlier_chosen",
        placeholder="Copy recipient and items from …", filter_mode="contains",
        on_change=_from_earlier, args=(service, apart),
    )  # fmt: skip


def _from_earlier(service: MCFService, order_ids: dict[str, str]) -> None:
    chosen = session.state().get("earlier_chosen")
    session.state()["earlier_chosen"] = None
    if chosen in order_ids:
        _copy(service, order_ids[chosen])
    elif chosen:
        session.tell("warning", "The list has changed meanwhile. Choose the order again.")


def _copy(service: MCFService, order_id: str) -> None:
    """Opens the form with an earlier order in it, under a new number."""
    typed = service.ordering.drafts.typed(order_id, session.zone())
    if typed is not None:
        number = draft_state.fresh_number(service)
        draft_state.begin_with(service, typed.model_copy(update={"number": number}))


def _unfinished(service: MCFService) -> None:
    current = session.state().get(session.DRAFT)
    others = [kept for kept in service.ordering.finished.unfinished() if kept.key != current]
    label = f"Unfinished ({len(others)})" if others else "Unfinished"
    with st.popover(label, icon=":material/draft:"):
        st.caption("What you type is kept by itself, also when the page or the program is closed.")
        for kept in others[:_SHOWN]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(labels.plain(form.summary(kept.content)))
                st.button(
                    "Go on with it", key=f"open_{kept.key}", type="tertiary",
                    on_click=draft_state.open_draft, args=(kept.key,),
                )  # fmt: skip
                st.button(
                    "Delete", key=f"delete_{kept.key}", type="tertiary",
                    on_click=service.kept.forget, args=(DocumentKind.DRAFT, kept.key),
                )  # fmt: skip
        if current:
            st.button(
                "Leave this one for later", key="later", on_click=draft_state.close,
                icon=":material/schedule:",
            )  # fmt: skip
            st.button(
                "Delete this one", key="delete_draft", on_click=draft_state.forget,
                args=(service,), icon=":material/delete:",
            )  # fmt: skip


_SHOWN = 30
