"""Whom an order goes to: a box for a name or an address, and fields in the country's order."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from mcf.addresses import countries, spoken, validate, zips
from mcf.orders.form import ADDRESS
from mcf.orders.validation import Entry, parts_of_address
from mcf.service import MCFService
from pages.parts.common import fields, labels, session
from pages.parts.orders import pasting

_KEY_OF = {name: key for key, name in ADDRESS.items()}
_ROWS = (
    {"name", "address_line1"},
    {"address_line2", "address_line3", "district_or_county"},
    {"city", "state_or_region", "postal_code", "country_code"},
)
"""Parts that stand beside each other, in whatever order the country has them."""
_RARE = ("phone", "address_line2", "address_line3", "district_or_county")
"""Parts that most orders do without; they are under More."""


def draw(service: MCFService, entry: Entry) -> None:
    """The box, and the fields that every order needs."""
    pasting.draw(entry.typed.to_country or service.settings.marketplace.country_code)
    with st.container(key="group-Recipient"):
        for _, row in groupby(_core(entry), key=_row_of):
            _beside(entry, list(row))
    _notices(entry)


def core_keys(entry: Entry) -> list[str]:
    """The form's names of the fields that every order needs, as they follow each other."""
    return [_KEY_OF[name] for name in _core(entry)]


def draw_rare(entry: Entry) -> None:
    """The fields of the recipient that most orders do without."""
    names = _rare(entry)
    for name, column in zip(names, st.columns(len(names)), strict=True):
        hint = "optional, for the carrier" if name == "phone" else "optional"
        fields.draw_text(entry, _KEY_OF[name], where=column, placeholder=hint)


def rare_keys(entry: Entry) -> list[str]:
    """The form's names of those fields."""
    return [_KEY_OF[name] for name in _rare(entry)]


def required(entry: Entry) -> list[str]:
    """The form's names of the parts without which nothing can be sent."""
    code = countries.country_code(entry.typed.to_country)
    return [_KEY_OF[part.name] for part in validate.fields(code) if part.required] if code else []


def _core(entry: Entry) -> list[str]:
    rare = _rare(entry)
    return [*(name for name in _shown(entry) if name not in rare), "country_code"]


def _rare(entry: Entry) -> list[str]:
    shown, needed = {"phone", *_shown(entry)}, required(entry)
    return [name for name in _RARE if name in shown and _KEY_OF[name] not in needed]


def _row_of(name: str) -> object:
    return next((at for at, row in enumerate(_ROWS) if name in row), name)


def _country(entry: Entry) -> None:
    fields.draw_choice(
        entry,
        "to_country",
        spoken.choices(),
        spoken.shown,
        placeholder="Type a country or its code",
        filter_mode="prefix",
        required=True,
        on_change=_name_country,
    )


def _name_country() -> None:
    """Takes the code of a country that was chosen by one of its names."""
    chosen = str(session.state().get("to_country") or "")
    session.state()["to_country"] = spoken.chosen(chosen) or None


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
            if name == "country_code":
                _country(entry)
            else:
                fields.draw_text(entry, _KEY_OF[name])


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
