"""Fields of the order form: each with the sentence that says why it can't be sent as it stands.

None of them cuts or refuses what is typed by itself: a browser that did so would leave the program
with something else than what is on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, count
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mcf.orders.validation import Entry, Problem, label
from pages.parts.common import labels, session

Key = TypeVar("Key")


def draw_text(
    entry: Entry,
    key: str,
    *,
    where: DeltaGenerator | None = None,
    widget: str | None = None,
    limit: int | None = None,
    tall: bool = False,
    placeholder: str | None = None,
    help: str | None = None,  # noqa: A002
) -> None:
    """A field for text under the form's name `key`, with its problem, or how long it is."""
    place = where or st.container()
    named = label(key, entry.typed.to_country)
    if tall:
        place.text_area(
            named, key=widget or key, placeholder=placeholder, help=help, height=80,
            persist_state="session",
        )  # fmt: skip
    else:
        place.text_input(
            named, key=widget or key, placeholder=placeholder, help=help, autocomplete="off",
            persist_state="session",
        )  # fmt: skip
    typed = str(session.state().get(widget or key) or "")
    if draw_problem(entry, key, place, widget=widget):
        _draw_meant(entry.problems[key], widget or key, place)
    elif limit and typed.strip():
        place.caption(f"{len(typed.strip())} of {limit} characters")


def _draw_meant(wrong: Problem, widget: str, place: DeltaGenerator) -> None:
    """One click for what is probably meant, and one for what is typed."""
    if wrong.meant is None:
        return
    with place.container(horizontal=True):
        st.button(
            f"Take {labels.plain(wrong.meant)}" if wrong.meant else "Leave it empty",
            key=f"meant_{widget}",
            icon=":material/auto_fix_high:",
            on_click=session.put,
            args=(widget, wrong.meant),
        )
        st.button(
            "Keep it as typed", key=f"as_typed_{widget}", type="tertiary",
            on_click=session.keep_as_typed, args=(widget,),
        )  # fmt: skip


def draw_choice(
    entry: Entry,
    key: str,
    options: Sequence[Any],
    naming: Mapping[Any, str] | Callable[[Any], str],
    *,
    where: DeltaGenerator | None = None,
    widget: str | None = None,
    placeholder: str | None = None,
    help: str | None = None,  # noqa: A002
    **how: Any,
) -> None:
    """A field to choose one of the options; what was chosen before stays one of them.

    `how` is what else Streamlit is to know: how options are found, what happens on a choice.
    """
    place = where or st.container()
    chosen = session.state().get(widget or key)
    whole = [*options] if chosen in options or not chosen else [chosen, *options]
    name = naming if callable(naming) else lambda value: naming.get(value, str(value))
    place.selectbox(
        label(key, entry.typed.to_country),
        whole,
        key=widget or key,
        index=None,
        format_func=name,
        placeholder=placeholder,
        help=help,
        persist_state="session",
        **how,
    )
    draw_problem(entry, key, place, widget=widget)


def distinct(texts: Mapping[Key, str]) -> dict[str, Key]:
    """The texts of options with the option of each; those that read alike are numbered.

    Streamlit chooses by text: of two that read alike it takes the last, whichever was meant.
    """
    by_text: dict[str, Key] = {}
    for key, text in texts.items():
        again = (f"{text} ({number})" for number in count(2))
        by_text[
            next(candidate for candidate in chain([text], again) if candidate not in by_text)
        ] = key
    return by_text


def draw_problem(
    entry: Entry, key: str, where: DeltaGenerator | None = None, *, widget: str | None = None
) -> bool:
    """Says why the field can't be sent as it stands; whether there's such a reason.

    Who listens to the page hears it with the field: `pages/frame/focus.js` goes by the key.
    """
    wrong = entry.problems.get(key)
    if wrong is None or wrong.missing:
        return False
    place = (where or st).container(key=f"wrong-{widget or key}")
    place.caption(f":red[:material/error: {labels.plain(sentence(wrong))}]")
    return True


def sentence(wrong: Problem) -> str:
    """A problem as a sentence, with the field's name where the text doesn't name what is wrong."""
    return f"{wrong.label} {wrong.text}" if wrong.text[:1].islower() else wrong.text
