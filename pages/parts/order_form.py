"""The form of one order. What was typed stays until the order is with Amazon."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from mcf import flatfile
from mcf.errors import InvalidInput
from mcf.flatfile import DEFAULT_COMMENT
from mcf.marketplaces import MARKETPLACES
from mcf.models import MAX_LINES, Address, MCFOrderItem, MCFOrderRequest, Recipient, order_id_for
from mcf.service import MCFService
from mcf.snapshot import Snapshot
from mcf.status import FulfillmentAction, FulfillmentPolicy
from pages.parts import say, session
from pages.parts.paging import WHOLE, Found
from pages.parts.stock_table import SEARCHED

_ADDRESS = {
    "to_name": "name",
    "to_line1": "address_line1",
    "to_line2": "address_line2",
    "to_city": "city",
    "to_state": "state_or_region",
    "to_zip": "postal_code",
    "to_country": "country_code",
    "to_phone": "phone",
}
_LABELS = {
    "name": "Name",
    "addressLine1": "Street",
    "city": "City",
    "postalCode": "Postal code",
    "countryCode": "Country",
    "sellerFulfillmentOrderId": "Order number",
    "displayableOrderId": "Order number",
    "displayableOrderComment": "Note on the packing slip",
    "notificationEmails": "E-mail",
    "order": "Order",
    "items": "Items",
    "sellerSku": "SKU",
    "quantity": "Units",
}
_OFFERED = 200
"""SKUs of a large stock to choose from at once."""

_OPTIONS = ("number", "hold", "policy", "comment", "emails")
_UNAMBIGUOUS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Draft:
    """What is typed so far: usable for a preview when address and items are complete."""

    address: Address | None
    items: tuple[MCFOrderItem, ...]
    fields: dict[str, Any]
    missing: dict[str, str] = field(default_factory=dict)

    def request(self, speed: str) -> MCFOrderRequest:
        """The order as it would be sent; raises `InvalidInput`."""
        return MCFOrderRequest.of(
            **self.fields,
            shipping_speed_category=speed,
            destination_address=self.address.to_api() if self.address else {},
            items=[item.to_api() for item in self.items],
        )


def form(service: MCFService, stock: Snapshot) -> Draft:
    """The form, and what is typed in it."""
    _start(service, stock)
    st.header("Recipient", anchor=False)
    address = _address()
    st.header("Items", anchor=False)
    lines = _lines(stock)
    with st.expander("Order number and options", expanded=False):
        options = _options(service)
    return _draft(service, address, lines, options)


def reset() -> None:
    """Empties the form for the next order."""
    state = session.state()
    for name in (*_ADDRESS, *_OPTIONS):
        if name != "to_country":
            state.pop(name, None)
    for line in state.pop(session.LINES, []):
        state.pop(f"sku_{line}", None)
        state.pop(f"units_{line}", None)
        state.pop(f"find_{line}", None)
    state.pop(session.OFFERS, None)
    session.ask("sent", None)


def fill_from(service: MCFService, order_id: str) -> None:
    """Puts an order that was refused back into the form, unless something is typed there."""
    state = session.state()
    request = service.submitted(order_id)
    if request is None or any(state.get(key) for key in _ADDRESS if key != "to_country"):
        return
    to = request.destination_address
    for key, name in _ADDRESS.items():
        state[key] = getattr(to, name) or ""
    state["number"] = request.displayable_order_id
    state["hold"] = request.fulfillment_action == FulfillmentAction.HOLD
    state["policy"] = request.fulfillment_policy or FulfillmentPolicy.FILL_OR_KILL.value
    state["comment"] = request.displayable_order_comment
    state["emails"] = ", ".join(request.notification_emails or ())
    state[session.LINES] = list(range(len(request.items)))
    for line, item in enumerate(request.items):
        state[f"sku_{line}"], state[f"units_{line}"] = item.seller_sku, item.quantity


def _start(service: MCFService, stock: Snapshot) -> None:
    state = session.state()
    state.setdefault(session.LINES, [0])
    state.setdefault("number", _fresh_number(service))
    state.setdefault("to_country", service.settings.marketplace.country_code)
    wanted = [sku for sku in session.asked_all("item") if sku]
    session.ask("item", None)
    there = set(stock.once("ranked", _ranked)) if wanted else set()
    unknown = [sku for sku in wanted if sku not in there]
    if unknown:
        some = ", ".join(say.plain(sku) for sku in unknown[:5])
        st.warning(f"Not in your stock, so not in the form: {some}", icon=":material/search_off:")
    for sku in wanted:
        if sku in there and len(state[session.LINES]) < MAX_LINES:
            _put(sku)


def _put(sku: str) -> None:
    """Puts a SKU into the first line without one, or a new line; once."""
    state = session.state()
    typed = {line: state.get(f"sku_{line}") for line in state[session.LINES]}
    if sku in typed.values():
        return
    free = [line for line, there in typed.items() if there is None]
    if not free:
        _add_line()
    state[f"sku_{free[0] if free else state[session.LINES][-1]}"] = sku


def _fresh_number(service: MCFService) -> str:
    tail = "".join(secrets.choice(_UNAMBIGUOUS) for _ in range(5))
    return f"MCF-{session.local(service.now()):%y%m%d}-{tail}"


def _address() -> dict[str, str]:
    keep: dict[str, Any] = {"persist_state": "session"}
    st.text_input("Name", key="to_name", autocomplete="off", **keep)
    st.text_input("Street and number", key="to_line1", autocomplete="off", **keep)
    st.text_input("Apartment, company, floor", key="to_line2", placeholder="optional", **keep)
    city, state, postal = st.columns([3, 2, 2])
    city.text_input("City", key="to_city", autocomplete="off", **keep)
    state.text_input("State or region", key="to_state", autocomplete="off", **keep)
    postal.text_input("Postal code", key="to_zip", autocomplete="off", **keep)
    country, phone = st.columns(2)
    countries = {m.country_code: m.name for m in MARKETPLACES.values()}
    country.selectbox(
        "Country",
        list(countries),
        key="to_country",
        format_func=lambda code: f"{countries.get(code, code)} ({code})",
        accept_new_options=True,
        help="Another country: type its two-letter code.",
        **keep,
    )
    phone.text_input("Phone", key="to_phone", placeholder="optional, for the carrier", **keep)
    typed = {name: (session.state().get(key) or "").strip() for key, name in _ADDRESS.items()}
    return {name: value for name, value in typed.items() if value}


def _lines(stock: Snapshot) -> list[tuple[str, int]]:
    lines = session.state()[session.LINES]
    found = [_line(number, stock, removable=len(lines) > 1) for number in lines]
    st.button("Add an item", icon=":material/add:", key="add_line", on_click=_add_line)
    return [(sku, count) for sku, count in found if sku]


def _ranked(stock: pd.DataFrame) -> dict[str, tuple[str, int]]:
    """Name and available units by SKU, those with the most units first."""
    ranked = stock.sort_values("fulfillable_quantity", ascending=False, kind="stable")
    told = zip(
        ranked["product_name"].tolist(), ranked["fulfillable_quantity"].tolist(), strict=True
    )
    return dict(zip(ranked["seller_sku"].tolist(), told, strict=True))


def _choices(number: int, stock: Snapshot) -> list[str]:
    """The SKUs to choose from; of a large stock those that a search finds, and the chosen one."""
    if len(stock.frame) <= WHOLE:
        return list(stock.once("ranked", _ranked))
    words = st.text_input(
        "Search",
        key=f"find_{number}",
        placeholder="SKU, product, ASIN or FNSKU",
        icon=":material/search:",
        persist_state="session",
    )
    found = Found(stock).having(words or "", SEARCHED).most(_OFFERED, _available)
    skus, chosen = found["seller_sku"].tolist(), session.state().get(f"sku_{number}")
    return skus if chosen is None or chosen in skus else [chosen, *skus]


def _available(stock: pd.DataFrame) -> pd.Series:
    return stock["fulfillable_quantity"]


def _line(number: int, stock: Snapshot, *, removable: bool) -> tuple[str | None, int]:
    ranked = stock.once("ranked", _ranked)
    product, quantity, remove = st.columns([6, 2, 1], vertical_alignment="bottom")
    with product:
        choices = _choices(number, stock)
    sku = product.selectbox(
        "Product",
        choices,
        index=None,
        key=f"sku_{number}",
        format_func=lambda s: "{} · {} · {:,} available".format(s, *_told(ranked, s)),
        placeholder="Type a SKU or a product",
        persist_state="session",
    )
    count = quantity.number_input(
        "Units", min_value=1, max_value=250, step=1, key=f"units_{number}", persist_state="session"
    )
    if removable:
        remove.button(
            "Remove",
            key=f"remove_{number}",
            type="tertiary",
            on_click=_remove_line,
            args=(number,),
        )
    if sku:
        there = _told(ranked, sku)[1]
        left = there - int(count)
        told = f"{left:,} left after this order"
        st.caption(told if left >= 0 else f":red[Only {there:,} available]")
    return sku, int(count)


def _told(ranked: dict[str, tuple[str, int]], sku: str) -> tuple[str, int]:
    name, units = ranked.get(sku, ("", 0))
    return say.known(name), units


def _add_line() -> None:
    lines = session.state()[session.LINES]
    session.state()[session.LINES] = [*lines, max(lines) + 1]


def _remove_line(number: int) -> None:
    state = session.state()
    state[session.LINES] = [line for line in state[session.LINES] if line != number]
    state.pop(f"sku_{number}", None)
    state.pop(f"units_{number}", None)


def _options(service: MCFService) -> dict[str, Any]:
    keep: dict[str, Any] = {"persist_state": "session"}
    number = st.text_input(
        "Order number",
        key="number",
        max_chars=40,
        help="Your shop's number, or this one. Amazon takes each number only once, so an order "
        "can't be sent twice by accident.",
        **keep,
    )
    hold = st.toggle(
        "Hold: reserve the stock now, ship when I say so",
        key="hold",
        help=FulfillmentAction.HOLD.meaning,
        **keep,
    )
    policies = {p.value: p for p in FulfillmentPolicy if p.value in FulfillmentPolicy.known()}
    policy = st.selectbox(
        "If a part can't be shipped",
        list(policies),
        key="policy",
        format_func=lambda value: f"{policies[value].label}: {policies[value].meaning}",
        **keep,
    )
    comment = st.text_input(
        "Note on the packing slip", key="comment", placeholder=DEFAULT_COMMENT, **keep
    )
    emails = st.text_input(
        "E-mails that Amazon keeps informed",
        key="emails",
        placeholder="optional, separated by commas",
        **keep,
    )
    _warn_of_used(service, number)
    return {
        "number": number,
        "hold": hold,
        "policy": policy,
        "comment": comment,
        "emails": flatfile.emails(emails or ""),
    }


def _warn_of_used(service: MCFService, number: str) -> None:
    orders, at_amazon = service.orders(), order_id_for(number or "")
    if at_amazon != (number or "").strip():
        st.caption(f"Amazon gets it as {say.plain(at_amazon)}; the packing slip shows yours.")
    used = orders[orders["seller_fulfillment_order_id"] == at_amazon]
    if len(used):
        label = used.iloc[0]["status_label"]
        st.warning(f"There is an order with this number already: {say.plain(label)}.")


def _draft(
    service: MCFService,
    address: dict[str, str],
    lines: list[tuple[str, int]],
    options: dict[str, Any],
) -> Draft:
    fields: dict[str, Any] = {
        "seller_fulfillment_order_id": order_id_for(options["number"] or ""),
        "displayable_order_id": " ".join((options["number"] or "").split()),
        "displayable_order_date": service.now().replace(microsecond=0),
        "displayable_order_comment": options["comment"] or DEFAULT_COMMENT,
        "fulfillment_action": "Hold" if options["hold"] else "Ship",
        "fulfillment_policy": options["policy"],
    }
    if options["emails"]:
        fields["notification_emails"] = options["emails"]
    missing = {} if lines else {"An item": "is needed"}
    items, address_model = (), None
    try:
        items = tuple(_item(n, sku, count) for n, (sku, count) in enumerate(lines, start=1))
        address_model = Recipient.of(**address)
    except InvalidInput as error:
        missing = {**labelled(error), **missing}
    return Draft(address_model, items, fields, missing)


def _item(position: int, sku: str, count: int) -> MCFOrderItem:
    return MCFOrderItem.of(
        seller_sku=sku, seller_fulfillment_order_item_id=str(position), quantity=count
    )


def labelled(error: InvalidInput) -> dict[str, str]:
    """The problems under the labels of the form."""
    return {_label(where): say.plain(what) for where, what in error.problems.items()}


def _label(where: str) -> str:
    known = [_LABELS[part] for part in where.split(".") if part in _LABELS]
    return known[-1] if known else where
