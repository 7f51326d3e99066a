"""The demo's controls: put the clock forward, make the simulated Amazon misbehave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from mcf.amazon import labels as amazon_labels
from mcf.demo import DemoAmazon
from mcf.errors import MCFError
from mcf.service import MCFService
from pages.parts.common import labels, messages, session

_STEPS = {"+1 hour": 1, "+6 hours": 6, "+1 day": 24}
_FAULTS = {
    "answer-lost": "The order arrives, but the answer is lost",
    "reset-before": "The connection breaks before the order arrives",
    "unavailable": "Amazon is down (an HTML page)",
    "internal-error": "Amazon makes an internal error",
    "throttled": "Too many calls",
    "empty-body": "The order arrives, but the answer is empty",
    "truncated": "Half of the answer arrives",
    "late-visibility": "A new order can't be seen for a while",
    "fees-missing": "No fees in the preview",
    "turns-invalid": "An accepted order turns Invalid",
    "units-missing": "A unit can't be found in the warehouse",
    "parcel-trouble": "The next order's parcel gets into trouble",
    "rows-missing": "A page of a list lacks a row",
    "role-missing": "The app lacks a role",
    "grant-revoked": "The refresh token was revoked",
    "secret-expired": "The client secret has expired",
    "login-down": "Login with Amazon is down",
}
_ON_CREATE = frozenset({"answer-lost", "reset-before", "empty-body"})
"""Those that are about a new order; without this the background reads would meet them first."""
_TIMES = {"Once": 1, "Five times": 5, "Until switched off": None}


def draw(service: MCFService, demo: DemoAmazon) -> None:
    """A popover with the clock and the faults; the simulator is asked only while it's open."""
    controls = st.popover(
        "Demo controls",
        icon=":material/tune:",
        width="content",
        key="demo_controls",
        on_change="rerun",
    )
    if controls.open:
        with controls:
            _clock(service, demo)
            _faults(demo)


def _clock(service: MCFService, demo: DemoAmazon) -> None:
    st.markdown("**The demo's clock**")
    st.caption(
        "A simulated minute takes a second. Put the clock forward to see orders being picked, "
        "shipped and delivered."
    )
    st.markdown(f"At Amazon it is **{messages.when(service.now())}**.")
    with st.container(horizontal=True):
        for label, hours in _STEPS.items():
            st.button(label, key=f"step_{hours}", on_click=_step, args=(service, demo, hours))


def _faults(demo: DemoAmazon) -> None:
    st.markdown("**Make Amazon misbehave**")
    try:
        faults = demo.faults()
    except MCFError as error:
        messages.draw_error(error)
        return
    names = [name for name in _FAULTS if name in faults.available]
    st.selectbox(
        "What goes wrong",
        names,
        key="fault",
        format_func=lambda name: _FAULTS[name],
        persist_state="session",
    )
    st.segmented_control(
        "How often",
        list(_TIMES),
        default="Once",
        required=True,
        key="fault_times",
        persist_state="session",
    )
    with st.container(horizontal=True):
        st.button("Switch on", key="fault_on", on_click=_switch_on, args=(demo,))
        if faults.active:
            st.button(
                "Behave again", key="fault_off", type="primary", on_click=_behave, args=(demo,)
            )
    for fault in faults.active:
        struck = f"struck {messages.many(fault.strikes, 'time')}"
        st.caption(f":material/bolt: {_FAULTS.get(fault.name, fault.name)}: {struck}")


def _step(service: MCFService, demo: DemoAmazon, hours: int) -> None:
    if _done(lambda: demo.step(timedelta(hours=hours))):
        service.refresh()
        st.toast(f"The clock is {messages.many(hours, 'hour')} ahead.", icon=":material/schedule:")


def _switch_on(demo: DemoAmazon) -> None:
    name, times = session.state()["fault"], session.state()["fault_times"]
    operations = ["createFulfillmentOrder"] if name in _ON_CREATE else []
    if _done(lambda: demo.add_fault(name, _TIMES[times], operations)):
        st.toast(f"Switched on: {_FAULTS[name]}.", icon=":material/bolt:")


def _behave(demo: DemoAmazon) -> None:
    if _done(demo.clear_faults):
        st.toast("Amazon behaves again.", icon=":material/check_circle:")


def _done(act: Callable[[], object]) -> bool:
    try:
        act()
    except MCFError as error:
        st.toast(labels.plain(amazon_labels.error_text(error)), icon=":material/error:")
        return False
    return True
