"""Whom an order goes to: fields in the order of the country, a whole address pasted, or one of the
people who got something lately.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

import streamlit as st

from mcf.addresses import countries, validate, zips
from mcf.orders.form import ADDRESS, SENT_AS
from mcf.orders.validation import Entry, parts_of_address
from mcf.service import MCFService
from pages.parts.common import fields, labels, session
from pages.parts.orders import draft_state, pasting

_KEY_OF = {name: key for key, name in ADDRESS.items()}
_ROWS = (
    {"address_line2", "address_line3"},
    {"city", "state_or_region", "postal_code", "district_or_county"},
)
"""Parts that stand beside each other, in whatever order the country has them."""
_RECENT = 50


def draw(service: MCFService, entry: Entry) -> None:
    """The fields of the recipient."""
    st.header("Recipient", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _country(entry)
        _recent(service)
        pasting.draw(entry.typed.to_country or service.settings.marketplace.country_code)
    for _, names in groupby(_shown(entry), key=_row_of):
        _beside(entry, list(names))
    fields.draw_text(entry, "to_phone", placeholder="optional, for the carrier")
    _notices(entry)


def _row_of(name: str) -> object:
    return next((at for at, row in enumerate(_ROWS) if name in row), name)


def _country(entry: Entry) -> None:
    names = countries.countries()
    with st.container(width=230):
        fields.draw_choice(
            entry,
            "to_country",
            list(names),
            lambda code: f"{_code(code)} · {names.get(code, code)}",
            placeholder="Type a country or its code",
        )


def _code(code: str) -> str:
    # First what people type: "UK" isn't to find Ukraine.
    return "UK (GB)" if code == "GB" else code


def _shown(entry: Entry) -> list[str]:
    """The parts of an address that the country has, and those in which something is typed."""
    named = parts_of_address(entry.typed.to_country)
    typed = [
        name
        for key, name in ADDRESS.items()
        if getattr(entry.typed, key).strip() and name not in named
    ]
    return [
        name for name in dict.fromkeys([*named, *typed]) if name not in ("country_code", "phone")
    ]


def _beside(entry: Entry, names: list[str]) -> None:
    for name, column in zip(names, st.columns(len(names)), strict=True):
        with column:
            _field(entry, name)


def _field(entry: Entry, name: str) -> None:
    key = _KEY_OF[name]
    optional = name in ("address_line2", "address_line3", "district_or_county")
    fields.draw_text(entry, key, placeholder="optional" if optional else None)


def _recent(service: MCFService) -> None:
    days = service.settings.keep_recipients_days
    if not days:
        return
    people = service.ordering.drafts.recipients(
        session.local(service.now()) - timedelta(days=days), _RECENT
    )
    if people:
        options = fields.distinct({at: _person(person) for at, person in enumerate(people)})
        with st.container(width=230):
            st.selectbox(
                "Sent to lately",
                list(options),
                index=None,
                key="recent",
                placeholder="Fill in from …",
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


def _notices(entry: Entry) -> None:
    if entry.address is None:
        return
    parts = {name: str(getattr(entry.address, name) or "") for name in ADDRESS.values()}
    if validate.is_po_box(parts):
        st.caption(
            ":orange[:material/markunread_mailbox: That's a PO box or a parcel station: not every "
            "carrier delivers there, and faster speeds may not be offered.]"
        )
    if apart := zips.doubt(parts):
        st.warning(
            labels.plain(f"{apart}. Is one of them mistaken? You can send it all the same."),
            icon=":material/wrong_location:",
        )
    far = validate.is_far(parts)
    if far:
        st.caption(
            f":orange[:material/flight: {labels.plain(far)}: delivery may take longer, cost more "
            "or not be offered at every speed.]"
        )
