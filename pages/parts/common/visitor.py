"""Who looks at a page: what is stored of who signed in, looked up in each run."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mcf.access.actor import MACHINE, NOBODY, Actor
from mcf.access.room import Access
from mcf.access.sign_ins import Refusal

_LONGEST = 5.0
"""Seconds after which it's looked up again in a run that takes long."""
_SESSIONS = 1000
_answers: OrderedDict[str, tuple[object, float, Access, Actor | Refusal]] = OrderedDict()
"""By Streamlit's session: of which run the answer is, when it was given, and by which program."""


def is_signed_in() -> bool:
    """Whether the browser brought a cookie that this program signed; it may be worth nothing."""
    return st.user.get("is_logged_in") is True


def asking(access: Access) -> Callable[[], Actor]:
    """Tells who asks in the page that is being drawn; nobody outside of one."""

    def who() -> Actor:
        told = answer(access)
        return told if isinstance(told, Actor) else NOBODY

    return who


def answer(access: Access) -> Actor | Refusal:
    """Who looks at this page, or why they may not."""
    if not access.needs_sign_in:
        return MACHINE
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return Refusal.NOBODY
    # Streamlit makes this anew for each run, also for one of a part of a page.
    run, now = context.cursors, time.monotonic()
    kept = _answers.get(context.session_id)
    if kept is not None and kept[0] is run and kept[2] is access and now - kept[1] < _LONGEST:
        return kept[3]
    told = access.sign_ins.admit(st.user.to_dict(), _address())
    _answers[context.session_id] = (run, now, access, told)
    _answers.move_to_end(context.session_id)
    if len(_answers) > _SESSIONS:
        _answers.popitem(last=False)
    return told


def sign_out(access: Access) -> None:
    """Ends the session, here and at the provider where that can be."""
    access.sign_ins.end(st.user.to_dict(), _address())
    st.logout()


def host() -> str:
    """The name and port under which the browser asks; empty if it doesn't tell."""
    name = st.context.headers.get("Host")
    return name if isinstance(name, str) else ""


def _address() -> str:
    """The address that the visitor comes from; empty for this machine."""
    address = st.context.ip_address
    return address if isinstance(address, str) else ""
