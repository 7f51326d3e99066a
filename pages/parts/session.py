"""What one visitor's session remembers. Session keys are named only in this file."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from mcf.errors import MCFError
from mcf.service import MCFService, open_service
from mcf.settings import Settings

DRAWN = "_drawn_revision"
PAUSED = "_updates_paused"
LINES = "_order_lines"
SENT = "_order_sent"
OFFERS = "_order_offers"
PLAN = "_file_plan"
OUTCOMES = "_file_outcomes"
UPLOAD_ROUND = "_upload_round"
TABLE_ROUND = "_table_round"
NOTICE = "_notice"


def state() -> MutableMapping[str, Any]:
    """The session's own dictionary; widget values are under the widgets' keys."""
    return st.session_state


def asked(name: str) -> str | None:
    """What the page's address asks for under this name, or None."""
    return st.query_params.get(name) or None


def ask(name: str, value: str | None) -> None:
    """Puts a value into the page's address, or takes it out."""
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


@st.cache_resource(show_spinner="Starting …", max_entries=8, on_release=lambda s: s.close())
def _service_of(_settings: Settings, _key: str) -> MCFService:
    return open_service(_settings).start()


def service() -> MCFService:
    """The service that all visitors share; shows what's wrong and stops when it can't be had."""
    try:
        settings = Settings.from_env()
        return _service_of(settings, f"{settings!r}")
    except MCFError as error:
        st.title("MCF Desk can't start yet")
        st.error(error.message, icon=":material/error:")
        st.markdown(error.advice)
        st.stop()


def zone() -> ZoneInfo:
    """The visitor's time zone, as the browser tells it; UTC when it doesn't."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


def local(moment: datetime) -> datetime:
    """A moment in the visitor's time zone."""
    return moment.astimezone(zone())


def note_drawn(revision: tuple[int, ...]) -> None:
    """Remembers which data the page shows, and lets updates through again."""
    st.session_state[DRAWN] = revision


def is_outdated(revision: tuple[int, ...]) -> bool:
    """Whether there's newer data than is shown, and nothing open that a redraw would close."""
    return not st.session_state.get(PAUSED) and st.session_state.get(DRAWN) != revision


def pause_updates() -> None:
    """Keeps the page from redrawing by itself while a dialog is open."""
    st.session_state[PAUSED] = True


def resume_updates() -> None:
    """Lets the page redraw by itself again."""
    st.session_state[PAUSED] = False


def table_key(name: str) -> str:
    """A table's key; it changes when the selection was used up, which clears it."""
    return f"{name}-{st.session_state.get(TABLE_ROUND, 0)}"


def clear_selections() -> None:
    """Forgets the rows selected in tables: a selection is a position, and rows move."""
    st.session_state[TABLE_ROUND] = st.session_state.get(TABLE_ROUND, 0) + 1


def tell(kind: str, text: str) -> None:
    """Keeps a sentence for the next drawing of the page: "success", "info" or "error"."""
    st.session_state[NOTICE] = (kind, text)


def told() -> tuple[str, str] | None:
    """The sentence that was kept, once."""
    return st.session_state.pop(NOTICE, None)
