"""How a parcel is handed over: window, signature, locker, proof of delivery, its way on a map."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime

import streamlit as st

from mcf.amazon import carriers
from mcf.amazon.statuses import PackageStatus
from mcf.amazon.throttle import ASKING
from mcf.errors import MCFError
from mcf.files import harmless
from mcf.service import MCFService
from mcf.settings import OutboundVersion
from mcf.tracking.handover import Document, Handover, Proof, kind_of, may_be_proven
from mcf.tracking.standing import Arrival
from mcf.tracking.view import WholeOrder
from pages.parts.common import labels, messages, session
from pages.parts.common.tables import Row
from pages.parts.tracking import parcel_map


def draw(service: MCFService, whole: WholeOrder, parcel: Row) -> None:
    """All of a parcel of the order that stands below its head and its events."""
    view, number = whole.view, int(parcel["package_number"])
    handover = view.handovers.get(number, Handover())
    by = Arrival(parcel["arrives_by"])
    facts = [f"{name}: {value}" for name, value in _facts(handover, by)]
    if facts:
        st.caption(" · ".join(facts))
    if by not in _OVER:
        _locker(handover, number)
    if _may_wait_unseen(service, parcel):
        st.caption(
            "It may be waiting in a locker: this version of Amazon's interface tells that only in "
            "the carrier's events, which weren't read yet. Refresh reads them."
        )
    if carriers.page(parcel["carrier_code"], parcel["tracking_number"]) is None:
        _site(handover)
    if may_be_proven(parcel["status"]):
        _proof(service, view.order_id, number, whole.proofs.get(number))
    _way(handover, number)


def _may_wait_unseen(service: MCFService, parcel: Row) -> bool:
    if service.settings.outbound_version is not OutboundVersion.V2026_07_04:
        return False
    under_way = PackageStatus.of(parcel["status"]) is PackageStatus.IN_TRANSIT
    return under_way and labels.is_missing(parcel["last_event_at"])


_OVER = (Arrival.DELIVERED, Arrival.NOTHING)
"""Then nobody has to come for it any more."""


def _facts(handover: Handover, by: Arrival) -> Iterator[tuple[str, str]]:
    if handover.earliest and handover.latest and by not in _OVER:
        yield (
            "Delivery window",
            f"{messages.when(handover.earliest)} to {messages.when(handover.latest)}",
        )
    if handover.signed_by:
        yield "Signed for by", labels.plain(handover.signed_by)
    if handover.left_at:
        yield "Left at", labels.plain(handover.left_at)
    if handover.locker_number:
        name = "Was in locker" if by in _OVER else "In locker"
        yield name, labels.plain(handover.locker_number)
    if handover.carrier_phone:
        yield "Carrier's phone", labels.plain(handover.carrier_phone)


def _locker(handover: Handover, number: int) -> None:
    """The code that opens the locker goes to the browser only when it's asked for."""
    if handover.locker_code and st.toggle("Show the locker's access code", key=f"code_{number}"):
        st.code(handover.locker_code, language=None, width="content")
        st.caption("Whoever has it can take the parcel. Give it to the recipient only.")


def _site(handover: Handover) -> None:
    host = harmless.secure_host(handover.carrier_site)
    if host is not None:
        label = f"The carrier's site, {labels.plain(host)}"
        st.link_button(label, str(handover.carrier_site), type="tertiary")


def _proof(service: MCFService, order_id: str, number: int, earlier: Proof | None) -> None:
    kept, now = session.proof(order_id, number), service.now()
    if kept is None and earlier is not None:
        _earlier(earlier)
    if isinstance(kept, str):
        st.error(labels.plain(kept), icon=":material/error:")
    elif kept is not None:
        _documents(kept, now)
    if isinstance(kept, Proof) and kept.documents and not kept.is_stale(now):
        return
    st.button(
        "Fetch the proof of delivery" if kept is None and earlier is None else "Fetch it again",
        icon=":material/photo_camera:",
        key=f"proof_{number}",
        help="Amazon's link to it is good for an hour, so Amazon is asked for it when you click. "
        f"That takes {ASKING} seconds at most.",
        on_click=_fetch,
        args=(service, order_id, number),
    )


def _earlier(proof: Proof) -> None:
    """What is known of a proof that was fetched in another session; its picture isn't kept."""
    asked = messages.when(proof.asked_at)
    if not proof.documents:
        st.caption(f"Amazon had none at {asked}.")
    for document in proof.documents:
        name, fetched = labels.plain(kind_of(document)), document.earlier
        if fetched is None:
            st.caption(f"{name}: Amazon told of it at {asked}, and it wasn't fetched.")
        else:
            at = messages.when(fetched.at)
            st.caption(
                f"{name}: fetched {at} from {labels.plain(fetched.host)}. The picture isn't kept: "
                "fetch it again to see it, or to have it in the evidence."
            )


def _fetch(service: MCFService, order_id: str, number: int) -> None:
    try:
        answer: Proof | str = service.tracking.proofs.photographed(
            service.tracking.proofs.ask(order_id, number)
        )
    except MCFError as error:
        answer = f"The proof couldn't be fetched: {messages.refusal(error)}"
    session.keep_proof(order_id, number, answer)


def _documents(proof: Proof, now: datetime) -> None:
    if not proof.documents:
        st.caption(
            f"Amazon had none at {messages.when(proof.asked_at)}. Its own drivers take photos; "
            "another carrier keeps what it has: ask it, with the tracking number."
        )
    for document in proof.documents:
        _document(document)
        _link(document, proof, now)
    if proof.documents and proof.is_stale(now):
        st.caption("Amazon's link has expired since.")


def _document(document: Document) -> None:
    photo = document.photo
    if photo is None:
        st.warning(labels.plain(document.problem or "Not fetched."), icon=":material/broken_image:")
        return
    # As an address the picture is decoded by the browser only: it comes from outside.
    content = base64.b64encode(photo.content).decode()
    st.image(f"data:{photo.media_type};base64,{content}", width=320, alt=kind_of(document))
    at = messages.when(photo.fetched_at)
    st.caption(f"{labels.plain(kind_of(document))}, fetched {at} from {labels.plain(photo.host)}.")


def _link(document: Document, proof: Proof, now: datetime) -> None:
    host = harmless.secure_host(document.url)
    if host is not None and not proof.is_stale(now):
        until = f"{session.local(proof.expires_at):%H:%M}"
        label = f"Open it at {labels.plain(host)}, until {until}"
        st.link_button(label, document.url, type="tertiary")


def _way(handover: Handover, number: int) -> None:
    """The map, once it's asked for: to read all towns takes a second or two."""
    if not parcel_map.has_places(handover.stops, handover.to):
        return
    if not st.toggle("Show the way on a map", key=f"way_{number}"):
        return
    with st.spinner("Looking up the towns …"):
        way = parcel_map.way(handover.stops, handover.to)
    if way.figure is None:
        st.caption("The map would have fewer than two places.")
    else:
        st.plotly_chart(way.figure, key=f"map_{number}", config={"displayModeBar": False})
        st.caption(
            "Numbers are the events, oldest first; the ring is the destination. "
            "Towns: GeoNames, CC BY 4.0."
        )
    if way.missing:
        names = "; ".join(labels.plain(name) for name in way.missing)
        st.caption(f"Not found on the map: {names}.")
