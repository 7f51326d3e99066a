"""The frame around every page: sign-in, menu, which Amazon this is, how old the data is."""

from __future__ import annotations

import logging

import streamlit as st

from mcf.access.actor import Actor
from mcf.access.roles import Permission
from mcf.errors import MCFError, NotAllowed
from pages.parts.common import frame_head, messages, places, session, sign_in

log = logging.getLogger(f"mcf.{__name__}")


def draw() -> None:
    """Draws the frame and the page in it."""
    st.set_page_config(page_title="MCF Desk", page_icon=places.ICON, layout="wide")
    person = sign_in.require()
    page = st.navigation([*_pages(), *_pages_of_managers(person)], position="top")
    st.set_page_config(page_title=f"{page.title} · MCF Desk")
    service = session.service()
    session.entered(page.url_path)
    session.note_drawn(frame_head.revision(service))
    # Nothing is redrawn under somebody's typing; before there's stock there's nothing to type into.
    with messages.loading("your stock"):
        typed = (
            page.url_path == places.ADDRESSES[places.NEW_ORDER]
            and not service.snapshots.inventory().frame.empty
        )
    frame_head.draw(service, redraws=not typed, person=person)
    messages.draw_notice()
    page.run()


def explain(error: Exception) -> bool:
    """Shows what stopped a page; True, as nothing else needs to be shown.

    To who may see it no more, the way to sign in again.
    """
    if isinstance(error, NotAllowed) and sign_in.refused() is not None:
        return True
    if isinstance(error, MCFError):
        messages.draw_error(error)
    else:
        log.error("A page stopped", exc_info=error)
        st.error(
            "**The program made a mistake on this page.** Before you send an order again, look for "
            "it under Tracking. Load the page again; if this stays, report "
            f"`{type(error).__name__}` with the server's log.",
            icon=":material/bug_report:",
        )
    return True


def _pages() -> list[st.Page]:
    return [
        st.Page(
            places.TODAY,
            title="Today",
            icon=":material/today:",
            default=True,
            help="What needs a hand today.",
        ),
        st.Page(
            places.INVENTORY,
            title="Inventory",
            icon=":material/inventory_2:",
            url_path=places.ADDRESSES[places.INVENTORY],
            help="What can ship, what is reserved, inbound, unsellable or running out.",
        ),
        st.Page(
            places.NEW_ORDER,
            title="New order",
            icon=":material/add_shopping_cart:",
            url_path=places.ADDRESSES[places.NEW_ORDER],
            help="Ship an order from your stock at Amazon.",
        ),
        st.Page(
            places.TRACKING,
            title="Tracking",
            icon=":material/local_shipping:",
            url_path=places.ADDRESSES[places.TRACKING],
            help="Where every order and every parcel is.",
        ),
        st.Page(
            places.CONNECTION,
            title="Connection",
            icon=":material/cable:",
            url_path=places.ADDRESSES[places.CONNECTION],
            help="Which Amazon this is, whether it answers, and how fresh the data is.",
        ),
    ]


def _pages_of_managers(person: Actor | None) -> list[st.Page]:
    """The pages that only some see; where nobody signs in, Connection leads to the audit."""
    pages = []
    if person is not None and person.may(Permission.PEOPLE):
        pages.append(
            st.Page(
                places.PEOPLE,
                title="People",
                icon=":material/group:",
                url_path=places.ADDRESSES[places.PEOPLE],
                help="Who may sign in, and what they may do.",
            )
        )
    if person is None or person.may(Permission.AUDIT):
        pages.append(
            st.Page(
                places.AUDIT,
                title="Audit",
                icon=":material/policy:",
                url_path=places.ADDRESSES[places.AUDIT],
                help="Who did what, and when.",
                visibility="hidden" if person is None else "visible",
            )
        )
    return pages


if __name__ == "__main__":
    draw()
