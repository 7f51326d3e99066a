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
        _page(places.TODAY, "Today", "today", "What needs a hand today.", is_default=True),
        _page(
            places.INVENTORY,
            "Inventory",
            "inventory_2",
            "What can ship, what is reserved, inbound, unsellable or running out.",
        ),
        _page(
            places.NEW_ORDER,
            "New order",
            "add_shopping_cart",
            "Ship an order from your stock at Amazon.",
        ),
        _page(
            places.TRACKING,
            "Tracking",
            "local_shipping",
            "Where every order and every parcel is.",
        ),
        _page(
            places.CONNECTION,
            "Connection",
            "cable",
            "Which Amazon this is, whether it answers, and how fresh the data is.",
        ),
    ]


def _pages_of_managers(person: Actor | None) -> list[st.Page]:
    """The pages that only some see; where nobody signs in, Connection leads to the audit."""
    pages = []
    if person is not None and person.may(Permission.PEOPLE):
        tells = "Who may sign in, and what they may do."
        pages.append(_page(places.PEOPLE, "People", "group", tells))
    if person is None or person.may(Permission.AUDIT):
        tells, hidden = "Who did what, and when.", person is None
        pages.append(_page(places.AUDIT, "Audit", "policy", tells, is_hidden=hidden))
    return pages


def _page(
    place: str,
    title: str,
    icon: str,
    tells: str,
    *,
    is_default: bool = False,
    is_hidden: bool = False,
) -> st.Page:
    """A page of the menu, or one that only links lead to."""
    return st.Page(
        place,
        title=title,
        icon=f":material/{icon}:",
        url_path=places.ADDRESSES.get(place),
        default=is_default,
        help=tells,
        visibility="hidden" if is_hidden else "visible",
    )


if __name__ == "__main__":
    draw()
