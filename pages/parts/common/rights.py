"""What one may do: a button that somebody may not press is there, and says who can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from mcf.access.actor import Actor, acting
from mcf.access.guard import who_can
from mcf.access.roles import Permission
from mcf.service import MCFService


def may(service: MCFService, needed: Permission) -> bool:
    """Whether who looks at the page may do it."""
    return actor(service).may(needed)


def actor(service: MCFService) -> Actor:
    """Who looks at the page."""
    return service.access.actor()


def look(service: MCFService, needed: Permission, **wanted: Any) -> dict[str, Any]:
    """How a button, a field or a switch looks: as wanted, or pale, and saying whom to ask."""
    if may(service, needed):
        return wanted
    return {**wanted, "disabled": True, "help": f"You may not do this. {who_can(needed)}."}


def button(service: MCFService, needed: Permission, label: str, **wanted: Any) -> bool:
    """Whether the button was pressed, which only who may do it can."""
    return st.button(label, **look(service, needed, **wanted))


def as_now(service: MCFService, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Makes a file when its button is pressed, as who looks at the page now.

    A browser fetches files outside of any page, where nobody is known.
    """
    who = actor(service)

    def made() -> bytes:
        with acting(who):
            return make()

    return made


def draw_refused(service: MCFService, needed: Permission, what: str) -> bool:
    """Whether who looks at the page may not do it; then that's said in place of the page."""
    if may(service, needed):
        return False
    st.info(f"You may not {what}. {who_can(needed)}.", icon=":material/lock:")
    return True
