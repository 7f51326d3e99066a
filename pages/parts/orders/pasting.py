"""One box for a name or a whole address: what is typed or pasted there fills the form at once, and
what is doubtful of it is shown until it's looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mcf.addresses import countries
from mcf.addresses.pasted import Understood, understood
from mcf.orders.form import ADDRESS, Typed
from mcf.orders.validation import parts_of_address
from pages.parts.common import labels, session
from pages.parts.orders import clicks, draft_state

BOX = "pasted"
_COUNTRY = "pasted_country"
_MANY_COMMAS = 2
_LABEL = "Paste an address, or type a name"


def draw(country: str) -> None:
    """The box, and what was understood of what was pasted.

    `country` is the code of the one where an address is that betrays none.
    """
    with st.container(key=f"pastes-{BOX}"):
        st.text_area(
            _LABEL, key=BOX, height=68,
            placeholder="Ada Example, or the whole address, line by line",
            persist_state="session", on_change=_take, args=(country,),
        )  # fmt: skip
    pasted = _pasted()
    if not pasted:
        return
    read = _read(pasted)
    if pasted["waits"]:
        _ask_country(read)
    else:
        _draw_understood(read, pasted)


def agreed(typed: Typed) -> bool:
    """Whether nothing is doubtful of what was pasted, or a person says that it's right."""
    pasted = _pasted()
    if not pasted or pasted["waits"] or not _standing(_read(pasted), typed):
        return True
    return clicks.draw_checkbox(
        "The pasted address is right as it stands", key=f"doubts-{abs(hash(pasted['text']))}"
    )


def is_name(text: str) -> bool:
    """Whether a text is a name alone, and no address: one line with no number in it."""
    alone = "\n" not in text.strip() and text.count(",") < _MANY_COMMAS and "@" not in text
    return alone and not any(letter.isdigit() for letter in text)


def _pasted() -> dict[str, Any]:
    """What was pasted: its text, the country that it was read for, the form as it was before."""
    kept: dict[str, Any] = session.state().get(session.PASTED) or {}
    return kept


def _read(pasted: Mapping[str, Any]) -> Understood:
    return understood(pasted["text"], pasted["country"], pasted["chosen"])


def _take(country: str) -> None:
    state = session.state()
    text = str(state.get(BOX) or "").strip()
    state.pop(session.PASTED, None)
    if not text:
        return
    if is_name(text):
        state["to_name"], state[BOX] = text, ""
        return
    state[session.PASTED] = {
        "text": text, "country": country, "chosen": "", "waits": True,
        "before": {key: state.get(key) for key in ADDRESS},
    }  # fmt: skip
    _fill("")


def _fill(chosen: str) -> None:
    """Fills the form with what was pasted, unless its country has to be chosen first."""
    state = session.state()
    pasted = {**state[session.PASTED], "chosen": chosen}
    read = _read(pasted)
    pasted["waits"] = bool(read.choices)
    state[session.PASTED] = pasted
    if not read.choices:
        draft_state.put_address({k: v for k, v in read.parts.items() if k != "email"})
        state[BOX] = ""


def _ask_country(read: Understood) -> None:
    names = countries.countries()
    st.warning(labels.plain(read.doubts["country_code"]), icon=":material/help:")
    with st.container(horizontal=True):
        for code in read.choices:
            st.button(
                labels.plain(names.get(code, code)), key=f"{_COUNTRY}_{code}",
                on_click=_fill, args=(code,),
            )  # fmt: skip


def _standing(read: Understood, typed: Typed) -> dict[str, str]:
    """The doubts about parts that are still as they were pasted, in the order of the form."""
    return {
        name: read.doubts[name]
        for key, name in ADDRESS.items()
        if name in read.doubts and getattr(typed, key).strip() == read.parts.get(name, "")
    }


def _draw_understood(read: Understood, pasted: Mapping[str, Any]) -> None:
    """What is doubtful and what was left out, and how to take it back."""
    typed = draft_state.collect()
    doubts = _standing(read, typed)
    names = {"country_code": "Country", "phone": "Phone", **parts_of_address(typed.to_country)}
    for name, doubt in doubts.items():
        text = read.parts.get(name, "") if name != "country_code" else ""
        named = ": ".join(filter(None, (labels.plain(names.get(name, name)), labels.plain(text))))
        st.caption(f":orange[:material/help: **{named}**. {labels.plain(doubt)}]")
    with st.container(horizontal=True, vertical_alignment="center"):
        for remark in read.remarks:
            st.caption(labels.plain(remark), width="content")
        st.button(
            "Take it back", key="change_pasted", icon=":material/undo:", type="tertiary",
            help="Puts the text back into the box, and the form as it was before.",
            on_click=_take_back, args=(pasted,),
        )  # fmt: skip
        if read.meant is not None:
            st.button(
                "Take what is probably meant", key="paste_meant", type="tertiary",
                icon=":material/auto_fix_high:", on_click=_take_meant, args=(read.meant,),
            )  # fmt: skip
        mail = read.parts.get("email", "")
        if mail and mail not in typed.emails:
            st.button(
                f"Amazon informs {labels.plain(mail)} about the delivery", key="pasted_mail",
                type="tertiary", icon=":material/mail:", on_click=_inform, args=(mail,),
            )  # fmt: skip


def _take_back(pasted: Mapping[str, Any]) -> None:
    state = session.state()
    state.update(pasted["before"])
    state[BOX] = pasted["text"]
    state.pop(session.PASTED, None)


def _take_meant(text: str) -> None:
    state = session.state()
    state[session.PASTED] = {**state[session.PASTED], "text": text}
    _fill(state[session.PASTED]["chosen"])


def _inform(mail: str) -> None:
    others = str(session.state().get("emails") or "").strip()
    session.state()["emails"] = f"{others}, {mail}" if others else mail
