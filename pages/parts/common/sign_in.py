"""What is shown in place of every page to who isn't signed in."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from mcf.access.actor import Actor
from mcf.access.sign_ins import Refusal
from mcf.settings import Settings
from pages.parts.common import badge, session, visitor
from pages.parts.common.labels import plain
from pages.parts.common.modes import BADGES

_FAILED = (
    "Signing in didn't work. Try again; if it stays, whoever looks after this program finds the "
    "reason in its log and with `python -m mcf access check`."
)


def require() -> Actor | None:
    """Who signed in; None where nobody needs to. Stops the page for who may not see it."""
    person = _person()
    if isinstance(person, Refusal):
        refused()
        st.stop()
    return person


def refused() -> Refusal | None:
    """Why who looks may see nothing, which is shown with the way to sign in; None if they may."""
    why, settings = _person(), session.settings()
    if not isinstance(why, Refusal) or settings is None:
        return None
    draw(settings, why)
    return why


def _person() -> Actor | Refusal | None:
    settings = session.settings()
    if settings is None or settings.access.provider is None:
        return None
    if not visitor.is_signed_in():
        return Refusal.NOBODY
    return visitor.answer(session.service().access)


def draw(settings: Settings, why: Refusal) -> None:
    """Where one is, why one isn't in, and the way in."""
    place = st.container(key="sign-in", width=460)
    with place:
        st.title("MCF Desk", anchor=False)
        if host := visitor.host():
            st.caption(plain(host))
        with st.container(horizontal=True, gap="small"):
            badge.draw(*BADGES[settings.mode])
            st.badge(settings.marketplace.name, color="gray", icon=":material/public:")
        _say(why)
        _way_in(settings, why)


def _say(why: Refusal) -> None:
    if session.asked("sign_in") == "failed" and why is Refusal.NOBODY:
        st.error(_FAILED, icon=":material/error:")
    elif why is Refusal.NOBODY:
        st.markdown(why.value)
    else:
        kind = st.info if why is Refusal.ENDED else st.warning
        kind(why.value, icon=":material/lock:")


def _way_in(settings: Settings, why: Refusal) -> None:
    provider = settings.access.provider
    if provider is None:
        return
    public = settings.public_url
    host = visitor.host()
    if public is not None and host and urlsplit(public).netloc.lower() != host.lower():
        # The provider sends people back there, and not here.
        st.link_button(f"Go to {public}", public, type="primary", width="stretch")
        return
    label = "Sign in" if why in (Refusal.NOBODY, Refusal.ENDED) else "Sign in as somebody else"
    st.button(label, type="primary", width="stretch", icon=":material/login:", on_click=st.login)
    name = urlsplit(provider.issuer).hostname or provider.issuer
    st.caption(f"You sign in at **{plain(name)}**, and come back here.")
    if why not in (Refusal.NOBODY, Refusal.ENDED):
        access = session.service().access
        st.button("Sign out", on_click=visitor.sign_out, args=(access,), width="stretch")
