"""Everything else that Amazon takes with an order; what is rarely needed is folded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from mcf.amazon.labels import feature
from mcf.amazon.models.requests import order_id_for
from mcf.amazon.statuses import FulfillmentPolicy
from mcf.errors import MCFError
from mcf.marketplaces import MARKETPLACES
from mcf.orders.form import DEFAULT_COMMENT, DROP_OFFS, NEIGHBOUR, RECEPTION
from mcf.orders.validation import Entry, label, number_at_amazon
from mcf.service import MCFService
from pages.parts.common import fields, labels, messages, session
from pages.parts.orders import draft_state, drafts, edit, items, recipient
from pages.parts.orders.draft_state import FEATURE

_REQUIRED, _WISHED = "Required", "NotRequired"
_POLICIES = {_REQUIRED: "Required: else it isn't shipped", _WISHED: "If possible"}


def draw(service: MCFService, entry: Entry) -> None:
    """What most orders do without, behind one fold, and what only some countries have."""
    _more(service, entry)
    country = service.settings.marketplace.country_code
    if country == "JP":
        _folded(entry, "Where to leave it, instructions", "japan_open", _japan)
    if country == "IN":
        _folded(entry, "Payment and cash on delivery", "india_open", _india)


_INSIDE = {
    "features_open": ("features", "ship_from"),
    "rare_open": ("emails", "displayed_date", "amazon_number", "policy"),
    "japan_open": ("instructions", "drop_off", "neighbour", "house"),
    "india_open": (
        "payment_id", "payment_mode", "payment_date", "cod", "cod_charge", "cod_charge_tax",
        "cod_shipping", "cod_shipping_tax",
    ),
}  # fmt: skip
_OF_MORE = ("number", "comment", *_INSIDE["features_open"], *_INSIDE["rare_open"])


def _more(service: MCFService, entry: Entry) -> None:
    """The fold opens when something comes into it, or is wrong in it; else it's as it was left."""
    state = session.state()
    keys = (*recipient.rare_keys(entry), *items.detail_keys(entry), *_OF_MORE)
    filled = _filled(service, entry, keys)
    wrong = [key for key in keys if key in entry.problems and not entry.problems[key].missing]
    inside, before = {*filled, *wrong}, state.get(session.INSIDE)
    if before is None or inside - before:
        state["more_open"] = bool(inside)
    state[session.INSIDE] = inside
    more = st.expander(
        "More: phone, apartment, note, gift, channel, number, packaging",
        key="more_open", on_change="rerun",
    )  # fmt: skip
    if more.open:
        with more, st.container(key="group-More"):
            _inside(service, entry)
        return
    if filled:
        names = dict.fromkeys(label(key, entry.typed.to_country) for key in filled)
        st.caption(f"Filled in there: {labels.plain(', '.join(names))}")
    for key in wrong:
        fields.draw_problem(entry, key)


def _filled(service: MCFService, entry: Entry, keys: Sequence[str]) -> list[str]:
    """The form's names of what is otherwise than in an empty form; a number is in every one."""
    blank = draft_state.blank(service)
    return [
        key
        for key in keys
        if key != "number" and (now := entry.typed.said(key)) and now != blank.said(key)
    ]


def _inside(service: MCFService, entry: Entry) -> None:
    edits = bool(entry.typed.edits)
    recipient.draw_rare(entry)
    note, number = st.columns(2)
    with note:
        fields.draw_text(
            entry, "comment", placeholder=DEFAULT_COMMENT, limit=750,
            help="Printed on the packing slip that the recipient finds in the parcel.",
        )  # fmt: skip
    with number:
        if edits:
            edit.draw_number(entry)
        else:
            _number(service, entry)
    drafts.draw_channel(service)
    items.draw_details(entry)
    _folded(entry, "Packaging and carrier", "features_open", _features, service)
    _folded(entry, "E-mails, dates, what happens if a part is missing", "rare_open", _rare)


def _folded(entry: Entry, title: str, key: str, body: Callable[..., None], *first: object) -> None:
    needed = any(entry.problems.get(name) for name in _INSIDE[key])
    more = st.expander(title, expanded=needed, key=key, on_change="rerun")
    if more.open:
        with more:
            body(*first, entry)
        return
    for name in _INSIDE[key]:
        fields.draw_problem(entry, name)


def _number(service: MCFService, entry: Entry) -> None:
    fields.draw_text(
        entry, "number", limit=40,
        help="Your shop's number, or this one; it stands on the packing slip. Amazon takes each "
        "number only once, so an order can't be sent twice by accident.",
    )  # fmt: skip
    at_amazon = number_at_amazon(entry.typed)
    if at_amazon and at_amazon != entry.typed.number.strip():
        st.caption(f"Amazon gets it as {labels.plain(at_amazon)}; the packing slip shows yours.")
    if service.ordering.finished.used(entry.typed):
        st.button(
            "Take a new number", key="new_number", icon=":material/tag:",
            on_click=draft_state.take_new_number, args=(service,),
        )  # fmt: skip


def _features(service: MCFService, entry: Entry) -> None:
    try:
        with st.spinner("Asking Amazon what it offers you here …"):
            offered = service.ordering.previews.features()
    except MCFError as error:
        messages.draw_trouble(error)
        offered = ()
    names = [offer.name for offer in offered]
    lost = [name for name in entry.typed.features if name not in names]
    for offer in offered:
        st.selectbox(
            offer.label,
            ["", _REQUIRED, _WISHED],
            key=f"{FEATURE}{offer.name}",
            format_func=lambda policy: _POLICIES.get(policy, "No"),
            help=offer.meaning,
            persist_state="session",
        )
    for name in lost:
        with st.container(horizontal=True, vertical_alignment="center"):
            named = labels.plain(feature(name).label)
            st.caption(f":red[{named} is chosen, but Amazon doesn't offer it here.]")
            st.button(
                "Take it out", key=f"without_{name}", type="tertiary",
                on_click=session.state().pop, args=(f"{FEATURE}{name}", None),
            )  # fmt: skip
    fields.draw_problem(entry, "features")
    here = service.settings.marketplace
    if here.pools_europe:
        inside = sorted(m.country_code for m in MARKETPLACES.values() if m.pools_europe)
        fields.draw_choice(
            entry,
            "ship_from",
            ["", *inside],
            {"": "Wherever it's in stock"},
            help="The country from which it's to leave; Amazon chooses if you don't.",
        )


def _rare(entry: Entry) -> None:
    fields.draw_text(
        entry, "emails", placeholder="optional, separated by commas",
        help="Amazon tells these addresses when it ships and when it arrives.",
    )  # fmt: skip
    fields.draw_choice(entry, "policy", FulfillmentPolicy.declared(), _policy)
    day, number = st.columns(2)
    fields.draw_text(
        entry, "displayed_date", where=day, placeholder="today",
        help="The date of the order as the packing slip shows it, like 2026-01-31.",
    )  # fmt: skip
    if entry.typed.edits:
        return
    fields.draw_text(
        entry, "amazon_number", where=number, placeholder=order_id_for(entry.typed.number),
        help="The number under which Amazon keeps it, if it isn't to be the one above.",
    )  # fmt: skip


def _policy(value: str) -> str:
    return f"{FulfillmentPolicy.label_of(value)}: {FulfillmentPolicy.of(value).meaning}"


def _japan(entry: Entry) -> None:
    fields.draw_text(entry, "instructions", limit=250, tall=True)
    fields.draw_choice(
        entry, "drop_off", ["", *DROP_OFFS], {"": "At the front door, as Amazon does"} | DROP_OFFS
    )
    if entry.typed.drop_off in (NEIGHBOUR, RECEPTION):
        name, house = st.columns(2)
        fields.draw_text(entry, "neighbour", where=name)
        if entry.typed.drop_off == NEIGHBOUR:
            fields.draw_text(entry, "house", where=house)


def _india(entry: Entry) -> None:
    columns = st.columns(3)
    for key, column in zip(("payment_id", "payment_mode", "payment_date"), columns, strict=True):
        fields.draw_text(entry, key, where=column)
    st.toggle("The recipient pays on delivery", key="cod", persist_state="session")
    fields.draw_problem(entry, "cod")
    if entry.typed.cod:
        keys = ("cod_charge", "cod_charge_tax", "cod_shipping", "cod_shipping_tax")
        for key, column in zip(keys, st.columns(4), strict=True):
            fields.draw_text(entry, key, where=column, placeholder="0.00")
