"""A whole address pasted: what was understood of it is shown, with what is doubtful, and fills the
form when it's accepted.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from mcf.addresses import countries
from mcf.addresses.pasted import Understood, understood
from mcf.orders.validation import parts_of_address
from pages.parts.common import labels, session
from pages.parts.orders import draft_state

_OPEN = "paste_open"
_TEXT = "pasted"
_COUNTRY = "pasted_country"
_MAIL = "pasted_mail"


def draw(country: str) -> None:
    """The field for a whole address, and what was understood of it.

    `country` is the code of the one where an address is that betrays none.
    """
    state = session.state()
    with st.popover(
        "Paste an address", icon=":material/content_paste:", key=_OPEN, on_change="rerun"
    ):
        text = str(state.get(_TEXT) or "")
        if not (state.get(session.PASTED) and text.strip()):
            _draw_field()
            return
        read = understood(text, country)
        if read.choices:
            _ask_country(read)
            chosen = str(state.get(_COUNTRY) or "")
            read = understood(text, country, chosen) if chosen in read.choices else read
        _show(read)
        _buttons(read)


def _draw_field() -> None:
    st.text_area(
        "The whole address",
        key=_TEXT,
        height=140,
        placeholder="Ada Example\n100 Example Street\nSpringfield, IL 62701\nUnited States",
        persist_state="session",
    )
    st.button("Take it apart", key="take_apart", on_click=_take_apart)


def _take_apart() -> None:
    text = str(session.state().get(_TEXT) or "")
    session.state()[session.PASTED] = bool(text.strip())
    session.state().pop(_COUNTRY, None)


def _ask_country(read: Understood) -> None:
    names = countries.countries()
    st.warning(labels.plain(read.doubts["country_code"]), icon=":material/help:")
    st.radio("Country", read.choices, index=None, key=_COUNTRY, format_func=names.get)


def _show(read: Understood) -> None:
    """Each part with its name in the country's words; what is doubtful with the reason."""
    names = {**parts_of_address(read.parts.get("country_code", "")), "phone": "Phone"}
    country = {} if read.choices else {"country_code": "Country"}
    shown = {**country, **names, "email": "E-mail"}
    lines = []
    for part, name in shown.items():
        text, doubt = _value(read.parts, part), read.doubts.get(part)
        line = f"**{labels.plain(name)}**: {labels.plain(text) or '*nothing*'}"
        if doubt:
            lines.append(f":orange[:material/help: {line}]  \n:orange[{labels.plain(doubt)}]")
        elif text:
            lines.append(line)
    st.markdown("  \n".join(lines))
    for remark in read.remarks:
        st.caption(labels.plain(remark))


def _value(parts: Mapping[str, str], part: str) -> str:
    text = parts.get(part, "")
    return countries.countries().get(text, text) if part == "country_code" else text


def _buttons(read: Understood) -> None:
    if mail := read.parts.get("email"):
        st.checkbox(f"Amazon informs {labels.plain(mail)} about the delivery", key=_MAIL)
    if read.meant is not None:
        st.button(
            "Take what is probably meant", key="paste_meant", icon=":material/auto_fix_high:",
            on_click=_take_meant, args=(read.meant,),
        )  # fmt: skip
    with st.container(horizontal=True):
        st.button(
            "Fill it in with the doubts" if read.doubts else "Fill it in",
            key="accept_pasted",
            type="primary",
            disabled=bool(read.choices),
            help="Choose the country first." if read.choices else None,
            on_click=_accept,
            args=(read,),
        )
        st.button("Change the text", key="change_pasted", type="tertiary", on_click=_change)


def _take_meant(text: str) -> None:
    session.state()[_TEXT] = text


def _accept(read: Understood) -> None:
    state = session.state()
    parts = dict(read.parts)
    mail = parts.pop("email", "")
    if mail and state.get(_MAIL):
        others = str(state.get("emails") or "").strip()
        state["emails"] = mail if not others or others == mail else f"{others}, {mail}"
    draft_state.put_address(parts)
    _clear()
    state[_OPEN] = False


def _change() -> None:
    session.state().pop(session.PASTED, None)


def _clear() -> None:
    session.state()[_TEXT] = ""
    for name in (session.PASTED, _COUNTRY, _MAIL):
        session.state().pop(name, None)
