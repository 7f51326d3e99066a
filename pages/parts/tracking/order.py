"""One order: where it is, what is in it, its parcels and events, and what can still be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from mcf.access.masks import masked
from mcf.access.roles import Permission
from mcf.amazon import carriers
from mcf.amazon import labels as amazon_labels
from mcf.amazon.statuses import (
    FulfillmentOrderStatus,
    FulfillmentPolicy,
    PackageStatus,
    ShipmentStatus,
)
from mcf.amazon.throttle import ASKING
from mcf.errors import MCFError, NotFound
from mcf.files import harmless
from mcf.orders import drafts
from mcf.orders.particulars import particulars
from mcf.orders.validation import label
from mcf.service import MCFService
from mcf.tracking.standing import Standing
from mcf.tracking.states import Change
from mcf.tracking.timeline import Step, StepState, chances, moves, timeline
from mcf.tracking.view import OrderView, WholeOrder
from pages.parts.common import badge, labels, messages, rights, session, strip
from pages.parts.common.tables import Row, rows
from pages.parts.orders import edit, send
from pages.parts.tracking import actions, arrival, evidence, returns
from pages.parts.tracking import parcel as parcel_part
from pages.parts.tracking import timeline as timeline_part

_STEP_ICONS = {
    StepState.DONE: ":green[:material/check_circle:]",
    StepState.NOW: ":blue[:material/radio_button_checked:]",
    StepState.AHEAD: ":gray[:material/radio_button_unchecked:]",
    StepState.FAILED: ":red[:material/cancel:]",
}


def draw(service: MCFService, order_id: str) -> None:
    """The whole page of one order, or the reason why there's none."""
    whole = service.tracking.views.whole(order_id) or _looked_up(service, order_id)
    if whole is None:
        _back()
        return
    view = whole.view
    _head(service, whole)
    _steps(timeline(view.order.row, view.packages))
    actions.draw(service, whole, lambda: _confirm(service, order_id))
    actions.draw_links(whole.family)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _shipments(service, whole)
        _items(whole)
        returns.draw(service, whole)
        timeline_part.draw(whole.story)
    with right:
        is_shown = _shown(service, view.order_id)
        _facts(whole, service.settings.marketplace.currency, is_shown=is_shown)
        if not is_shown:
            rights.button(
                service, Permission.SEE_PERSONAL, "Show the recipient", key="show_recipient",
                icon=":material/visibility:", type="tertiary", on_click=_show,
                args=(service, view.order_id),
            )  # fmt: skip
        _draw_kept_for(whole)
        if whole.box is None:
            timeline_part.draw_note(service, order_id, whole.note)


def _back() -> None:
    st.button(
        "All orders",
        icon=":material/arrow_back:",
        type="tertiary",
        key="back",
        on_click=session.ask,
        args=("order", None),
    )


def _looked_up(service: MCFService, order_id: str) -> WholeOrder | None:
    try:
        with st.spinner(f"Asking Amazon, {ASKING} seconds at most …"):
            service.tracking.refresh(order_id)
    except NotFound:
        st.title("No such order")
        st.info(
            f"Neither this program nor Amazon knows an order {labels.plain(order_id)}.",
            icon=":material/search_off:",
        )
    except MCFError as error:
        st.title(f"Order {labels.plain(order_id)}", anchor=False)
        messages.draw_error(error)
    return service.tracking.views.whole(order_id)


def _head(service: MCFService, whole: WholeOrder) -> None:
    view, word = whole.view, whole.stand.word
    with st.container(horizontal=True, vertical_alignment="center"):
        _back()
        number = labels.plain(view.order.displayable_order_id)
        st.title(f"Order {number}", anchor=False, width="content")
        known = word is not Standing.UNRECOGNISED
        said = word.label if known else FulfillmentOrderStatus.label_of(view.order.status)
        badge.draw(labels.plain(said), word.colour)
        # What is wrong is said in the box of its trouble.
        if whole.box is None:
            st.caption(word.meaning, width="content")
        st.space("stretch")
        with strip.actions("order"):
            _actions(service, whole, view.order_id)
    if view.submission is not None and view.submission.state.value != "accepted":
        st.warning(
            labels.plain(amazon_labels.amazon_text(view.submission.message)), icon=":material/help:"
        )


def _actions(service: MCFService, whole: WholeOrder, order_id: str) -> None:
    view = whole.view
    if view.is_on_hold:
        rights.button(
            service,
            Permission.CHANGE_ORDERS,
            "Ship now",
            icon=":material/play_arrow:",
            type="primary",
            key="release",
            on_click=_release,
            args=(service, order_id),
        )
        actions.draw_change(service, order_id)
    if view.status.is_cancellable:
        rights.button(
            service,
            Permission.CHANGE_ORDERS,
            "Cancel order",
            icon=":material/cancel:",
            key="cancel",
            on_click=_confirm,
            args=(service, order_id),
        )
    actions.draw_copy(service, order_id)
    if whole.box is None:
        evidence.draw(service, view)
    st.button(
        "Refresh",
        icon=":material/refresh:",
        key="refresh_order",
        on_click=_refresh,
        args=(service, order_id),
    )


def _confirm(service: MCFService, order_id: str) -> None:
    session.dialog_opens()
    _cancel_dialog(service, order_id)


@st.dialog("Cancel this order?", on_dismiss=session.resume_updates)
def _cancel_dialog(service: MCFService, order_id: str) -> None:
    view = service.tracking.views.order(order_id)
    likely = chances(view.status) if view else None
    st.markdown(
        f"Amazon is asked to cancel **{labels.plain(order_id)}**. If picking has begun in the "
        "meantime, Amazon refuses and the order ships."
    )
    st.caption(f"Will it succeed? {likely or 'Hardly: it is too far on.'}")
    with st.container(horizontal=True):
        st.button(
            "Cancel the order",
            type="primary",
            key="cancel_yes",
            on_click=_cancel,
            args=(service, order_id),
        )
        st.button("Keep it", key="cancel_no", on_click=session.resume_updates)


def _cancel(service: MCFService, order_id: str) -> None:
    session.resume_updates()
    _ask_for("Not cancelled", lambda: service.tracking.actions.cancel(order_id))


def _release(service: MCFService, order_id: str) -> None:
    _ask_for("Not released", lambda: service.tracking.actions.release(order_id))


def _ask_for(refused: str, change: Callable[[], Change]) -> None:
    try:
        outcome = change()
    except MCFError as error:
        session.tell("error", f"{refused}: {messages.refusal(error)}")
    else:
        session.tell(edit.KINDS[outcome.state], outcome.message)


def _refresh(service: MCFService, order_id: str) -> None:
    try:
        service.tracking.refresh(order_id)
    except MCFError as error:
        session.tell("error", messages.refusal(error))
    else:
        session.tell("info", "This is what Amazon says now.")


def _steps(steps: list[Step]) -> None:
    with st.grid(len(steps), min_column_width=110, gap="small"):
        for step in steps:
            at = "" if step.at is None or labels.is_missing(step.at) else messages.when(step.at)
            with st.container(gap=None):
                st.markdown(f"{_STEP_ICONS[step.state]} **{step.label}**")
                st.caption(at or "&nbsp;")


def _shipments(service: MCFService, whole: WholeOrder) -> None:
    view = whole.view
    st.header("Parcels", anchor=False)
    if view.shipments.empty:
        st.caption("None yet: they appear when Amazon begins to pick.")
    shipments = rows(view.shipments)
    alive = [row for row in shipments if not ShipmentStatus.of(row["status"]).is_dead]
    dropped = any(_is_dropped(row) for row in shipments)
    for shipment in [*alive, *(row for row in shipments if row not in alive)]:
        with st.container(border=True):
            _shipment_head(shipment, replaces=dropped and shipment in alive)
            if ShipmentStatus.of(shipment["status"]).is_dead:
                st.caption(_dead(shipment, alive))
                continue
            mine = view.packages["amazon_shipment_id"] == shipment["amazon_shipment_id"]
            parcels = rows(view.packages[mine])
            for parcel in parcels:
                _parcel(parcel, whole)
                parcel_part.draw(service, whole, parcel)
            if not parcels:
                st.caption("No parcel yet.")


def _is_dropped(shipment: Row) -> bool:
    return ShipmentStatus.of(shipment["status"]) is ShipmentStatus.CANCELLED_BY_FULFILLER


def _dead(shipment: Row, alive: Sequence[Row]) -> str:
    """What became of what was in a shipment that never left."""
    if not _is_dropped(shipment):
        return "Nothing of it left: the order was cancelled at your request."
    if alive:
        return "Nothing of it left: another warehouse took over, see the shipment above."
    return "Nothing of it left, and no other warehouse has taken over yet."


def _shipment_head(shipment: Row, *, replaces: bool) -> None:
    status = ShipmentStatus.of(shipment["status"])
    with st.container(horizontal=True, vertical_alignment="center"):
        warehouse = labels.cell(shipment["fulfillment_center_id"], "Amazon")
        st.markdown(f"**From {warehouse}**", width="content")
        word = labels.plain(ShipmentStatus.label_of(shipment["status"]))
        badge.draw(word, status.colour)
        if replaces:
            st.badge("Replacement", color="blue", icon=":material/swap_horiz:")
        leaves = shipment["shipping_date"]
        if not status.is_dead and not labels.is_missing(leaves):
            # What is being picked has an estimate only, which may have passed.
            verb = "Left" if status is ShipmentStatus.SHIPPED else "To leave by"
            st.caption(f"{verb} {messages.when(leaves)}", width="content")


def _parcel(parcel: Row, whole: WholeOrder) -> None:
    view = whole.view
    status = PackageStatus.of(parcel["status"])
    is_known = parcel["tracked"] or status is not PackageStatus.UNKNOWN
    _parcel_head(parcel, status, is_known=is_known)
    meaning = status.meaning if is_known else "Where it is hasn't been asked of Amazon yet."
    dates = _expected(parcel, whole)
    st.caption(f"{labels.cell(parcel['contents'], 'Contents not known')}. {meaning} {dates}.")
    events = view.events[view.events["package_number"] == parcel["package_number"]]
    if events.empty:
        if is_known:
            st.caption("No events yet.")
        return
    latest, *earlier = rows(events)
    st.markdown(_event(latest))
    if earlier:
        with st.expander(messages.many(len(earlier), "earlier event"), type="compact"):
            st.markdown("\n".join(f"- {_event(event)}" for event in earlier))


def _parcel_head(parcel: Row, status: PackageStatus, *, is_known: bool) -> None:
    """Where it is, with whom, its number to copy, and its pages elsewhere."""
    code, number = parcel["carrier_code"], parcel["tracking_number"]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        word = PackageStatus.label_of(parcel["status"]) if is_known else "Not asked yet"
        badge.draw(labels.plain(word), status.colour, ":material/package_2:")
        st.markdown(_carrier(code), width="content")
        if isinstance(number, str):
            st.code(number, language=None, width="content")
        there = carriers.page(code, number)
        if there is not None:
            words = f"This parcel at {_carrier(code)}"
            st.link_button(words, there, type="tertiary", icon=":material/open_in_new:")
        _recipients_view(parcel["tracking_link"])


def _expected(parcel: Row, whole: WholeOrder) -> str:
    """When the parcel came or is to come, who says so, and how often that moved."""
    dates = [arrival.of_parcel(parcel, whole.stand.today)]
    moved = moves(whole.view.happenings, parcel["package_number"])
    if moved is not None:
        often = messages.many(moved.times, "time")
        dates.append(f"moved {often}, at first {messages.day(moved.first)}")
    return " · ".join(dates)


def _carrier(code: object) -> str:
    return labels.cell(code and amazon_labels.carrier(labels.raw(code)), "Carrier not known yet")


def _recipients_view(address: object) -> None:
    """The recipient's page of a parcel, with the host it's on; nothing when it isn't secure."""
    host = harmless.secure_host(address)
    if host is not None:
        words = f"Recipient's view at {labels.plain(host)}"
        st.link_button(words, str(address), type="tertiary")


def _event(event: Row) -> str:
    place = f", {labels.plain(str(event['place']))}" if event["place"] else ""
    return f"{messages.when(event['event_date'])}: {labels.plain(str(event['event']))}{place}"


def _items(whole: WholeOrder) -> None:
    items = whole.view.items
    st.header("Items", anchor=False)
    if items.empty:
        st.caption("Not read from Amazon yet.")
        return
    extra = [n for n in ("cancelled_quantity", "unfulfillable_quantity") if items[n].any()]
    st.dataframe(
        items.assign(product_name=items["seller_sku"].map(dict(whole.products))),
        hide_index=True,
        column_order=["seller_sku", "product_name", "quantity", *extra],
        column_config={
            "seller_sku": st.column_config.TextColumn("SKU"),
            "product_name": st.column_config.TextColumn("Product"),
            "quantity": st.column_config.NumberColumn("Units"),
            "cancelled_quantity": st.column_config.NumberColumn("Cancelled"),
            "unfulfillable_quantity": st.column_config.NumberColumn("Not fulfillable"),
        },
        alt="Items of the order",
    )


def _shown(service: MCFService, order_id: str) -> bool:
    """Whether it's told whom the order goes to: where people sign in, when they asked for it."""
    return not service.access.needs_sign_in or order_id in session.revealed()


def _show(service: MCFService, order_id: str) -> None:
    try:
        service.tracking.views.recipient(order_id)
    except MCFError as error:
        session.tell("error", messages.refusal(error))
    else:
        session.reveal(order_id)


def _draw_kept_for(whole: WholeOrder) -> None:
    """Why whom the order went to is kept for longer than usual, and until when."""
    if whole.kept_for is not None:
        reason, until = whole.kept_for
        st.caption(
            f"Whom it went to is kept until {messages.when(until)} at least. {labels.plain(reason)}"
        )


def _recipient(view: OrderView) -> str:
    """The recipient's address in one line, with the phone."""
    to = view.address
    if to is None:
        return "Amazon doesn't tell"
    place = " ".join(part for part in (to.city, to.state_or_region, to.postal_code) if part)
    lines = (to.name, to.address_line1, to.address_line2, to.address_line3, place, to.country_code)
    phone = f"phone {to.phone}" if to.phone else None
    return ", ".join(line for line in (*lines, phone) if line)


def _facts(whole: WholeOrder, currency: str, *, is_shown: bool) -> None:
    """To whom, when, how and with what it was sent, in a table."""
    if not is_shown:
        whole = masked(whole)
    view, stand = whole.view, whole.stand
    order = view.order
    facts = {
        "To": _recipient(view),
        **arrival.of_order(stand),
        "Speed": order.speed_label,
        "Received": messages.when(order.received_date),
        "Last change": messages.when(order.status_updated_date),
        "Number at Amazon": order.seller_fulfillment_order_id,
        **_as_sent(whole, currency),
    }
    if view.promise is not None:
        facts["Promised when it was sent"] = send.promised(view.promise)
    cells = [labels.plain(text) for text in facts.values()]
    st.table(
        pd.DataFrame({"Fact": cells}, index=[labels.plain(name) for name in facts]),
        border="horizontal",
        hide_header=True,
        alt="The order in facts",
    )


def _as_sent(whole: WholeOrder, currency: str) -> dict[str, str]:
    """All that went with the order besides its goods, address and speed, by name."""
    view = whole.view
    slip = whole.sent.model_copy(update={"comment": view.comment or whole.sent.comment})
    named = dict(particulars(slip, currency))
    shown = drafts.moment_of(view.raw["The order"][0].get("displayableOrderDate"))
    if shown and label("displayed_date") not in named:
        named[label("displayed_date")] = messages.day(shown)
    named.setdefault(label("comment"), "none")
    named.setdefault(label("policy"), FulfillmentPolicy.label_of(slip.policy))
    return named
