"""Delivery: what each speed costs and when it arrives, what the order does to the stock, and the
button that ships exactly what the sentence above it says.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from mcf import addresses, offers
from mcf.entry import Entry
from mcf.errors import InvalidInput, MCFError
from mcf.models import FulfillmentPreview, MCFOrderRequest
from mcf.offers import Estimate, Offer
from mcf.service import ASKING, SENDING, MCFService
from mcf.status import FulfillmentPolicy, ShippingSpeedCategory
from mcf.words import feature
from pages.parts import order_checks, say, session

GOOD_FOR = 300.0
"""Seconds after which fees and dates are asked for again."""

Previews = tuple[FulfillmentPreview, ...]


def panel(service: MCFService, entry: Entry) -> None:
    """What Amazon offers for what is typed, and what is still missing to ship it."""
    st.header("Delivery", anchor=False)
    if not entry.can_be_previewed:
        _needed(entry, "Still needed to see fees and dates")
        return
    asked = _previews(service, entry)
    if asked is None:
        return
    found = offers.compare(asked, service.past_fees())
    for label, reasons in offers.impossible(asked).items():
        told = say.plain("; ".join(reasons))
        st.caption(f":material/block: **{label}** isn't possible: {told}")
    chosen = None
    if found:
        chosen = _choice(entry, found)
        _grid(service, entry, asked, found)
    else:
        st.warning("Amazon can't ship this at any speed.", icon=":material/block:")
    standing = order_checks.stock(service, entry, ships=bool(found))
    if chosen is not None:
        _windows(chosen)
        _ship(service, entry, chosen, standing)


def _needed(entry: Entry, title: str) -> None:
    told = "\n".join(
        f"- **{say.plain(found.label)}**: {say.plain(found.text)}"
        for found in entry.problems.values()
    )
    st.info(f"{title}:\n\n{told}", icon=":material/edit_note:")


def _previews(service: MCFService, entry: Entry) -> Previews | None:
    if st.button("Ask again", icon=":material/refresh:", key="ask_again", type="tertiary"):
        session.state().pop(session.OFFERS, None)
    try:
        with st.spinner(f"Asking Amazon for fees and dates, {ASKING} seconds at most …"):
            return _asked(service, entry, _wishes(entry))
    except MCFError as error:
        say.error_box(error)
        return None


def _wishes(entry: Entry) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, policy) for name, policy in entry.typed.features.items() if policy))


def _asked(service: MCFService, entry: Entry, wishes: tuple[tuple[str, str], ...]) -> Previews:
    """Previews with these wishes: Amazon's of the last minutes, else asked now."""
    if entry.address is None:
        return ()
    known = session.state().setdefault(session.OFFERS, {})
    address, items = entry.address.model_dump_json(), [i.model_dump_json() for i in entry.items]
    wanted = (address, *items, str(wishes), str(entry.typed.cod))
    then = known.get(wanted)
    if then is not None and time.monotonic() - then[1] < GOOD_FOR:
        return then[0]
    found = service.preview(
        entry.address,
        entry.items,
        features=[
            {"featureName": name, "featureFulfillmentPolicy": policy} for name, policy in wishes
        ],
        cod=entry.typed.cod,
        windows=service.settings.marketplace.country_code == "JP",
    )
    known[wanted] = (found, time.monotonic())
    return found


def _choice(entry: Entry, found: Sequence[Offer]) -> Offer | None:
    """The speed that is chosen; none while the one that was chosen isn't offered."""
    state = session.state()
    by_speed = {offer.preview.shipping_speed_category: offer for offer in found}
    names = list(by_speed)
    wanted = entry.typed.speed
    if not wanted:
        standard = ShippingSpeedCategory.STANDARD.value
        wanted = state["speed"] = standard if standard in by_speed else names[0]
    # Another set of speeds is another widget: it begins with what was chosen, or with nothing.
    key = f"speeds_{'_'.join(names)}"
    if state.get(key) not in (wanted, None) and wanted in by_speed:
        state[key] = wanted
    picked = st.radio(
        "Delivery speed",
        names,
        index=names.index(wanted) if wanted in by_speed else None,
        format_func=lambda name: by_speed[name].speed.label,
        captions=[_caption(offer) for offer in found],
        key=key,
        label_visibility="collapsed",
        on_change=_pick,
        args=(key,),
    )
    if wanted not in by_speed:
        label = ShippingSpeedCategory.label_of(wanted)
        st.warning(
            f"**{say.plain(label)}** is chosen, but isn't offered for this order. Choose a "
            "delivery speed anew.",
            icon=":material/speed:",
        )
        return None
    return by_speed.get(picked or "")


def _pick(key: str) -> None:
    session.state()["speed"] = session.state()[key]


def _caption(offer: Offer) -> str:
    marks = [":green[cheapest]"] if offer.cheapest else []
    marks += [":blue[fastest]"] if offer.fastest else []
    told = [f"**{say.plain(_fee(offer))}**", _dates(offer), *marks]
    return " · ".join(told)


def _fee(offer: Offer) -> str:
    if offer.fee is not None:
        return say.money(offer.fee)
    return _estimated(offer.estimate) if offer.estimate else "fee not given by Amazon"


def _estimated(estimate: Estimate) -> str:
    low, high = say.money(estimate.low), say.money(estimate.high)
    span = low if estimate.low == estimate.high else f"{low} to {high}"
    whose = "of the same goods" if estimate.same_goods else "of as many units"
    orders = say.many(estimate.orders, "order")
    return f"about {span}: an estimate from {orders} {whose}, Amazon names no fee"


def _dates(offer: Offer) -> str:
    window = offer.arrival
    return f"arrives {say.days(*window)}" if window else "arrival not given by Amazon"


def _grid(service: MCFService, entry: Entry, asked: Previews, found: Sequence[Offer]) -> None:
    required = [wish for wish in _wishes(entry) if wish[1] == "Required"]
    rows = [_row(offer) for offer in found]
    st.dataframe(
        pd.DataFrame(rows).dropna(axis="columns", how="all"),
        hide_index=True,
        alt="Fee, dates, parcels and weight of each delivery speed",
    )
    st.caption("Amazon's estimates for the whole order, before any surcharge.")
    if required:
        _prices(service, entry, asked, required)


def _row(offer: Offer) -> dict[str, object]:
    weight = offer.preview.estimated_shipping_weight
    return {
        "Speed": offer.speed.label,
        "In all": say.money(offer.fee) if offer.fee else _fee(offer),
        **{label: say.money(amount) for label, amount in offer.fees},
        "Ships by": say.when(offer.ships_by),
        "Arrives": _dates(offer).removeprefix("arrives "),
        "A day earlier costs": None if offer.per_day is None else f"{offer.per_day:,}",
        "Parcels": offer.parcels or None,
        "Weight": f"{weight.value} {weight.unit.lower()}" if weight else None,
    }


def _prices(
    service: MCFService, entry: Entry, asked: Previews, required: Sequence[tuple[str, str]]
) -> None:
    """What each wish costs: the same order asked for without it."""
    lines = []
    try:
        for wish in required:
            without = _asked(service, entry, tuple(w for w in _wishes(entry) if w != wish))
            lines.append(f"- **{feature(wish[0]).label}**: {_price(asked, without)}")
    except MCFError as error:
        say.error_box(error)
        return
    st.markdown("What your wishes cost, against the same order without them:\n" + "\n".join(lines))


def _price(asked: Previews, without: Previews) -> str:
    plain = {each.shipping_speed_category: each for each in without}
    told = []
    for each in asked:
        if each.is_fulfillable:
            price = offers.price_of(each, plain.get(each.shipping_speed_category))
            more = "fee not known" if price.more is None else f"{_signed(price.more.value)} "
            more += price.more.currency_code if price.more else ""
            days = f", {price.days:+g} days" if price.days else ""
            told.append(f"{each.speed.label} {more}{days}")
        elif (other := plain.get(each.shipping_speed_category)) and other.is_fulfillable:
            told.append(f"{each.speed.label} isn't possible with it, but is without it")
    return say.plain("; ".join(told)) or "no speed is possible"


def _signed(value: str) -> str:
    return value if value.startswith("-") else f"+{value}"


def _windows(chosen: Offer) -> None:
    if chosen.speed is not ShippingSpeedCategory.SCHEDULED:
        return
    told = (chosen.preview.model_extra or {}).get("scheduledDeliveryInfo") or {}
    options = {
        f"{each['startDate']}/{each['endDate']}": _span(each["startDate"], each["endDate"])
        for each in told.get("deliveryWindows") or ()
    }
    if not options:
        st.warning("Amazon offers no window for a scheduled delivery.")
        return
    st.selectbox(
        "Delivery window", list(options), index=None, key="window",
        format_func=lambda window: options.get(window, window), persist_state="session",
        placeholder="Choose when it's to arrive",
    )  # fmt: skip


def _span(start: str, end: str) -> str:
    begin, until = datetime.fromisoformat(start), datetime.fromisoformat(end)
    return f"{say.when(begin)} to {session.local(until):%H:%M}"


def _ship(
    service: MCFService, entry: Entry, chosen: Offer, standing: order_checks.Standing
) -> None:
    request = entry.request
    if request is None or entry.typed.speed != chosen.preview.shipping_speed_category:
        if entry.problems:
            _needed(entry, "Please correct before it can be sent")
        return
    summary = _summary(entry, request, chosen)
    st.markdown(summary)
    agreed = order_checks.agreed(service, entry, chosen, standing)
    held = entry.typed.hold
    # The button belongs to the sentence above it: what is typed otherwise has another button, so
    # that a click on this one can't send it.
    pressed = st.button(
        "Reserve the stock (hold)" if held else "Ship this order",
        type="primary",
        icon=":material/send:",
        key=f"submit-{entry.digest(summary)}",
        width="stretch",
        disabled=not agreed,
    )
    if not pressed:
        return
    try:
        session.ask("sent", request.seller_fulfillment_order_id)
        with st.spinner(f"Sending the order to Amazon, {SENDING} seconds at most …"):
            service.submit(request, chosen.preview, entry.typed.replaces)
    except InvalidInput as error:
        told = "\n".join(f"- {say.plain(text)}" for text in error.problems.values())
        st.error(f"Nothing was sent. Please correct:\n\n{told}", icon=":material/error:")
    except MCFError as error:
        say.error_box(error)
    else:
        st.rerun()


def _summary(entry: Entry, request: MCFOrderRequest, chosen: Offer) -> str:
    """What is sent when the button below it is pressed, in a sentence."""
    to = request.destination_address
    goods = ", ".join(f"{item.quantity:,} x {item.seller_sku}" for item in request.items)
    names = addresses.countries()
    place = " ".join(filter(None, (to.city, to.state_or_region, to.postal_code)))
    where = ", ".join(
        filter(
            None,
            (
                to.name, to.address_line1, to.address_line2, to.address_line3,
                to.district_or_county, place, names.get(to.country_code, to.country_code),
            ),
        )
    )  # fmt: skip
    speed = ShippingSpeedCategory.label_of(request.shipping_speed_category)
    told = [
        f"**{say.plain(goods)}** to **{say.plain(where)}**",
        f"as {speed}, {say.plain(_fee(chosen))}, {_dates(chosen)}",
        f"order {say.plain(request.seller_fulfillment_order_id)}",
        *(
            f"{feature(name).label.lower()} {'required' if policy == 'Required' else 'if possible'}"
            for name, policy in _wishes(entry)
        ),
    ]
    policy = FulfillmentPolicy.of(request.fulfillment_policy)
    if policy is not FulfillmentPolicy.FILL_OR_KILL:
        told.append(policy.label.lower())
    if entry.typed.hold:
        told.append("**on hold until you release it**")
    if entry.typed.cod:
        told.append("paid on delivery")
    if entry.typed.replaces:
        told.append(f"in place of order {say.plain(entry.typed.replaces)}")
    return f"{'; '.join(told)}."
