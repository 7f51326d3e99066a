"""The button that saves an order's evidence in one file."""

from __future__ import annotations

import streamlit as st

from mcf.access.roles import Permission
from mcf.service import MCFService
from mcf.tracking import evidence
from mcf.tracking.view import OrderView
from pages.parts.common import rights, session

_HELP = (
    "One file with order, promise, events, dates and the proofs of delivery that you fetched, for "
    "a claim or a dispute. It can be printed."
)


def draw(service: MCFService, view: OrderView) -> None:
    """Saves all that is known of the order, with the pictures fetched in this session.

    The file is made when the button is pressed.
    """
    order_id = view.order_id
    proofs = session.proofs(order_id)
    st.download_button(
        "Evidence",
        data=rights.as_now(service, lambda: service.tracking.proofs.evidence(order_id, proofs)),
        file_name=evidence.file_name(order_id, service.now()),
        mime="text/html",
        icon=":material/gavel:",
        key="evidence",
        **rights.look(service, Permission.SEE_PERSONAL, on_click="ignore", help=_HELP),
    )
