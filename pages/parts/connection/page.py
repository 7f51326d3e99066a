"""The parts of the connection page."""

from __future__ import annotations

import streamlit as st

from mcf.amazon import credential_clock
from mcf.amazon import labels as amazon_labels
from mcf.amazon.connection_check import Check
from mcf.errors import MCFError
from mcf.logs import redacted
from mcf.service import MCFService
from mcf.settings import Mode, Settings, env_file_warning
from mcf.store.database import utc_now
from mcf.store.states import RunState, Subject
from mcf.sync.freshness import Freshness
from mcf.sync.progress import Progress
from pages.parts.common import badge, labels, messages, session

_STATES = {
    None: ("never read", "gray"),
    RunState.RUNNING: ("being read", "blue"),
    RunState.WHOLE: ("all read", "green"),
    RunState.PARTIAL: ("read in part", "orange"),
    RunState.FAILED: ("failed", "red"),
    RunState.STOPPED: ("stopped", "gray"),
}


def draw(service: MCFService) -> None:
    """Who this is to Amazon and whether it answers; beside it how fresh the data is."""
    left, right = st.columns(2, gap="large")
    with left:
        _identity(service)
        _checks(service)
    with right:
        _freshness(service)
        _full_read(service)


def _identity(service: MCFService) -> None:
    """Mode, marketplace, account and addresses; never a secret."""
    settings = service.settings
    st.header("Your account at Amazon", anchor=False)
    demo = "its own simulator on this machine"
    facts = {
        "Mode": settings.mode.value,
        "Marketplace": f"{settings.marketplace.name} ({settings.marketplace.id})",
        "Region": settings.region,
        "Seller id": settings.seller_id or "not set",
        "Amazon is called at": redacted(settings.endpoint or demo),
        "Login at": redacted(settings.lwa_endpoint or demo),
        "Credentials": "none needed" if settings.mode is Mode.DEMO else "all three are set",
        **_credential_ends(settings),
        "Variables are read from": _sources(settings),
        "Data is kept in": settings.store_place,
    }
    st.markdown("\n".join(f"- {name}: **{labels.plain(value)}**" for name, value in facts.items()))
    for warning in settings.credentials.shape_warnings if settings.mode is not Mode.DEMO else ():
        st.warning(warning)
    for warning in settings.warnings:
        st.warning(labels.plain(warning), icon=":material/rule:")
    if (file_warning := env_file_warning(settings.env_file)) is not None:
        st.warning(labels.plain(file_warning), icon=":material/lock_open:")
    _key(service)
    if settings.mode is Mode.DEMO:
        st.caption(
            "To connect your own account, set the three credentials in the environment or in a "
            "file .env and start again; docs/integration.md tells where to find them."
        )


def _key(service: MCFService) -> None:
    """That the key of buyers' data is missing, or how little one beside the store protects."""
    if (missing := service.privacy.warning()) is not None:
        st.warning(labels.plain(missing), icon=":material/key_off:")
    elif (advice := service.privacy.advice()) is not None:
        st.caption(labels.plain(advice))


def _credential_ends(settings: Settings) -> dict[str, str]:
    """When each credential ends; a day that was never set is said to be unknown."""
    if settings.mode is Mode.DEMO:
        return {}
    dated = {end.key: end for end in credential_clock.ends(settings.credential_dates)}
    today = utc_now().date()
    names = {
        "secret": ("Client secret ends on", "MCF_CLIENT_SECRET_MADE"),
        "authorization": ("Authorisation ends on", "MCF_AUTHORIZED_ON"),
    }
    return {
        name: f"{dated[key].day:%d %b %Y} ({dated[key].says(today)})"
        if key in dated
        else f"not known: set {variable}"
        for key, (name, variable) in names.items()
    }


def _sources(settings: Settings) -> str:
    """Where what is set here came from."""
    if settings.env_file is None:
        return "the environment"
    return f"the environment, then {settings.env_file.resolve()}"


def _checks(service: MCFService) -> None:
    """A button that tries the login and each operation; what came of it stays in view."""
    if st.button("Test the connection", icon=":material/network_check:", key="test"):
        with st.spinner("Asking Amazon …"):
            answers = list(service.connection.check())
        session.state()[session.CHECKS] = answers
    results: list[Check] | None = session.state().get(session.CHECKS)
    if results is None:
        return
    failed = sum(not check.ok and check.was_tried for check in results)
    verdict = (
        f"{messages.many(failed, 'check')} failed" if failed else "Amazon answers as it should"
    )
    with st.status(verdict, expanded=True, state="error" if failed else "complete"):
        for check in results:
            st.markdown(f"{_icon(check)} **{check.name}**: {labels.plain(check.detail)}")
            if check.advice:
                st.caption(check.advice)


def _icon(check: Check) -> str:
    if not check.was_tried:
        return ":gray[:material/do_not_disturb_on:]"
    if check.is_warning:
        return ":orange[:material/warning:]"
    return ":green[:material/check_circle:]" if check.ok else ":red[:material/error:]"


@st.fragment(run_every=2)
def _freshness(service: MCFService) -> None:
    """How old each kind of data is, and why the last reading failed if it did."""
    st.header("How fresh the data is", anchor=False)
    for subject, name in messages.WHAT.items():
        _one(name, service.freshness(subject), service.progress(subject))
    if any(service.progress(subject) for subject in messages.WHAT):
        st.button(
            "Stop reading",
            icon=":material/stop_circle:",
            key="halt",
            on_click=service.halt,
            help="What was read is kept. The next reading goes on from there.",
        )
    else:
        st.button(
            "Read what changed", icon=":material/sync:", key="read_on", on_click=service.refresh
        )


def _one(name: str, fresh: Freshness, at: Progress | None) -> None:
    label, colour = _STATES[fresh.state]
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{name}**")
            badge.draw(label, colour)
        whole = (
            "Never read to the end yet" if fresh.age is None
            else f"Read to the end {messages.age(fresh.age)} ago"
        )  # fmt: skip
        st.caption(f"{whole} · {messages.many(fresh.rows, 'row')} in the last reading")
        if fresh.full_age is not None:
            st.caption(f"Every SKU with its inbound units: {messages.age(fresh.full_age)} ago")
        if fresh.subject in _RHYTHM:
            st.caption(_RHYTHM[fresh.subject])
        if fresh.note:
            st.caption(labels.plain(fresh.note))
        if at is not None and at.seconds > 1:
            st.progress(at.share or 0.0, messages.reading(at))
        if fresh.message:
            says = labels.plain(amazon_labels.spelled(fresh.message))
            st.markdown(f":red[{says}]  \n{fresh.advice or ''}")


_RHYTHM = {
    Subject.TRACKING: "A parcel on its way is asked for every hour, after three weeks once a day; "
    "in between it's shown as it was.",
    Subject.ORDERS: "Returns on their way are asked for every hour, after a month once a day.",
}
"""What one reading doesn't bring up to date."""


def _full_read(service: MCFService) -> None:
    """A button that reads everything again, with a bar."""
    if not st.button("Read everything again", icon=":material/sync:", key="full"):
        return
    bar = st.progress(0.0, "Asking Amazon …")

    def report(at: Progress) -> None:
        bar.progress(at.share or 0.0, messages.reading(at))

    try:
        runs = service.sync(report, full=True)
    except MCFError as error:
        messages.draw_error(error)
        return
    bar.empty()
    failed = [
        f"{messages.WHAT[run.subject]}: {amazon_labels.error_text(run.error)}"
        for run in runs
        if run.error
    ]
    if failed:
        session.tell("error", f"Not everything was read. {' '.join(failed)}")
    else:
        session.tell("success", "Everything was read.")
    st.rerun()
