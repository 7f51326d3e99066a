"""Delivery: what each speed costs and when it arrives, what the order does to the stock, and the
button that ships exactly what the sentence above it says.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from mcf.addresses import countries
from mcf.amazon.labels import feature
from mcf.amazon.models.answers import FulfillmentPreview
from mcf.amazon.models.base import Money
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.amazon.statuses import ShippingSpeedCategory
from mcf.amazon.throttle import ASKING, SENDING
from mcf.errors import InvalidInput, MCFError
from mcf.orders import quotes
from mcf.orders.particulars import particulars
from mcf.orders.quotes import Estimate, Offer
from mcf.orders.validation import Entry
from mcf.service import MCFService
from pages.parts.common import fields, messages, session
from pages.parts.common import labels as say
from pages.parts.orders import checks, clicks

GOOD_FOR = 300.0
"""Seconds after which fees and dates are asked for again."""
_REMEMBERED = 20
"""Answers that a visitor's session keeps."""
_FIRST = "Of the whole order"
"""What stands above the names of the rows."""
Previews = tuple[FulfillmentPreview, ...]
Asked = tuple[str, ...]
"""What the answer to a question depends on: address, items, wishes, cash on delivery."""


def draw(service: MCFService, entry: Entry) -> None:
    """What Amazon offers for what is typed, and what is still missing to ship it."""
    st.header("Delivery", anchor=False)
    _delivery(service, entry)
    clicks.draw_lost(entry.typed)


def _delivery(service: MCFService, entry: Entry) -> None:
    if not entry.can_be_previewed:
        _needed(entry, "Still needed to see fees and dates")
        return
    asked = _previews(service, entry)
    if asked is None:
        return
    offers = quotes.compare(asked, service.ordering.previews.past_fees())
    for label, reasons in quotes.impossible(asked).items():
        why = say.plain("; ".join(reasons))
        st.caption(f":material/block: **{say.plain(label)}** isn't possible: {why}")
    chosen = None
    if offers:
        chosen = _choice(entry, offers)
        _grid(service, entry, asked, offers)
    else:
        st.warning("Amazon can't ship this at any speed.", icon=":material/block:")
        _without_wishes(service, entry, asked, ())
    standing = checks.draw(service, entry, ships=bool(offers))
    if chosen is not None:
        _windows(chosen)
        _ship(service, entry, chosen, standing)


def _needed(entry: Entry, title: str) -> None:
    lines = "\n".join(
        f"- **{say.plain(problem.label)}**: {say.plain(problem.text)}"
        for problem in entry.problems.values()
    )
    st.info(f"{title}:\n\n{lines}", icon=":material/edit_note:")


def _previews(service: MCFService, entry: Entry) -> Previews | None:
    if st.button("Ask again", icon=":material/refresh:", key="ask_again", type="tertiary"):
        session.state().pop(session.OFFERS, None)
        session.not_busy()
    if session.busy_seconds():
        messages.draw_busy()
        return None
    try:
        with st.spinner(f"Asking Amazon for fees and dates, {ASKING} seconds at most …"):
            return _asked(service, entry, _wishes(entry))
    except MCFError as error:
        messages.draw_trouble(error)
        return None


def _wishes(entry: Entry) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, policy) for name, policy in entry.typed.features.items() if policy))


def _asked(service: MCFService, entry: Entry, wishes: tuple[tuple[str, str], ...]) -> Previews:
    """Previews with these wishes: Amazon's of the last minutes, else asked now."""
    if entry.address is None:
        return ()
    answers: dict[Asked, tuple[Previews, float]] = session.state().setdefault(session.OFFERS, {})
    address, items = entry.address.model_dump_json(), [i.model_dump_json() for i in entry.items]
    wanted = (address, *items, str(wishes), str(entry.typed.cod))
    then = answers.get(wanted)
    if then is not None and time.monotonic() - then[1] < GOOD_FOR:
        return then[0]
    previews = service.ordering.previews.ask(
        entry.address,
        entry.items,
        features=[
            {"featureName": name, "featureFulfillmentPolicy": policy} for name, policy in wishes
        ],
        cod=entry.typed.cod,
        windows=quotes.has_windows(service.settings.marketplace.country_code),
    )
    while len(answers) >= _REMEMBERED:
        answers.pop(next(iter(answers)))
    answers[wanted] = (previews, time.monotonic())
    return previews


def _choice(entry: Entry, offers: Sequence[Offer]) -> Offer | None:
    """The speed that is chosen; none while the one that was chosen isn't offered."""
    state = session.state()
    by_speed = {offer.preview.shipping_speed_category: offer for offer in offers}
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
        format_func=ShippingSpeedCategory.label_of,
        captions=[_caption(offer) for offer in offers],
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
    if chosen := session.state().get(key):
        session.state()["speed"] = chosen


def _caption(offer: Offer) -> str:
    marks = [":green[cheapest]"] if offer.cheapest else []
    marks += [":blue[fastest]"] if offer.fastest else []
    parts = [f"**{say.plain(_fee(offer))}**", _dates(offer), *marks]
    return " · ".join(parts)


def _fee(offer: Offer) -> str:
    if offer.fee is not None:
        return messages.money(offer.fee)
    return _estimated(offer.estimate) if offer.estimate else "fee not given by Amazon"


def _estimated(estimate: Estimate) -> str:
    low, high = messages.money(estimate.low), messages.money(estimate.high)
    span = low if estimate.low == estimate.high else f"{low} to {high}"
    whose = "of the same goods" if estimate.same_goods else "of as many units"
    orders = messages.many(estimate.orders, "order")
    return f"about {span}: an estimate from {orders} {whose}, Amazon names no fee"


def _dates(offer: Offer) -> str:
    window = offer.arrival
    return f"arrives {messages.days(*window)}" if window else "arrival not given by Amazon"


def _grid(service: MCFService, entry: Entry, asked: Previews, offers: Sequence[Offer]) -> None:
    """Each speed in a column, and in rows its fees and dates, with and without each wish."""
    rows: dict[str, list[str]] = {}
    kinds = dict.fromkeys(label for offer in offers for label, _ in offer.fees)
    for kind in kinds:
        rows[kind] = [_money(dict(offer.fees).get(kind)) for offer in offers]
    rows["In all"] = [_fee(offer) for offer in offers]
    rows |= _without_wishes(service, entry, asked, offers)
    rows["A day earlier costs"] = [_per_day(offer) for offer in offers]
    rows["Ships by"] = [messages.when(offer.ships_by) for offer in offers]
    rows["Arrives"] = [_dates(offer).removeprefix("arrives ") for offer in offers]
    rows["Parcels"] = [f"{offer.parcels or ''}" for offer in offers]
    rows["Weight"] = [_weight(offer) for offer in offers]
    names = list(fields.distinct({at: o.preview.speed_label for at, o in enumerate(offers)}))
    table = pd.DataFrame([cells for cells in rows.values() if any(cells)], columns=names)
    table.insert(0, _FIRST, [name for name, cells in rows.items() if any(cells)])
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        column_config={_FIRST: st.column_config.TextColumn(width=170)},
        alt="Fees, dates, parcels and weight of each delivery speed",
    )
    st.caption("Amazon's estimates, before any surcharge.")


def _money(amount: Money | None) -> str:
    return messages.money(amount) if amount else ""


def _per_day(offer: Offer) -> str:
    if offer.per_day is None or offer.fee is None:
        return ""
    return f"{offer.per_day:,} {offer.fee.currency_code}"


def _weight(offer: Offer) -> str:
    weight = offer.preview.estimated_shipping_weight
    return f"{weight.value} {(weight.unit or '').lower()}" if weight and weight.value else ""


def _without_wishes(
    service: MCFService, entry: Entry, asked: Previews, offers: Sequence[Offer]
) -> dict[str, list[str]]:
    """A row for each wish that is required: what the order costs without it."""
    wishes = _wishes(entry)
    rows = {}
    try:
        for wish in wishes:
            if wish[1] == "Required":
                plain = _asked(service, entry, tuple(other for other in wishes if other != wish))
                rows[f"Without: {feature(wish[0]).label}"] = _price_row(plain, offers)
                _possible_without(feature(wish[0]).label, asked, plain)
    except MCFError as error:
        messages.draw_trouble(error)
    return rows


def _price_row(plain: Previews, offers: Sequence[Offer]) -> list[str]:
    by_speed = {preview.shipping_speed_category: preview for preview in plain}
    return [_price(offer, by_speed.get(offer.preview.shipping_speed_category)) for offer in offers]


def _price(offer: Offer, without: FulfillmentPreview | None) -> str:
    price = quotes.price_of(offer.preview, without)
    if not price.possible_without:
        return "not possible"
    days = f", {-price.days:+g} {'day' if abs(price.days) == 1 else 'days'}" if price.days else ""
    if price.more is None or without is None or without.total_fee is None:
        return f"fee not given by Amazon{days}"
    change = f"{-price.more.amount:+,}" if price.more.amount else "the same"
    return f"{messages.money(without.total_fee)} ({change}){days}"


def _possible_without(label: str, asked: Previews, plain: Previews) -> None:
    """Says which speeds only this wish makes impossible."""
    lost = quotes.possible_only_without(asked, plain)
    if lost:
        speeds = " and ".join(map(say.plain, lost))
        st.caption(f":orange[{speeds} would be possible without: {say.plain(label)}]")


def _windows(chosen: Offer) -> None:
    if chosen.speed is not ShippingSpeedCategory.SCHEDULED:
        return
    schedule = (chosen.preview.model_extra or {}).get("scheduledDeliveryInfo") or {}
    options = {
        f"{window['startDate']}/{window['endDate']}": _span(window["startDate"], window["endDate"])
        for window in schedule.get("deliveryWindows") or ()
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
    return f"{messages.when(begin)} to {session.local(until):%H:%M}"


def _ship(service: MCFService, entry: Entry, chosen: Offer, standing: checks.Standing) -> None:
    request = entry.request
    if request is None or not entry.is_at(chosen.preview.shipping_speed_category):
        if entry.problems:
            _needed(entry, "Please correct before it can be sent")
        return
    summary = _summary(entry, request, chosen, service.settings.marketplace.currency)
    st.markdown(summary)
    agreed = checks.agreed(service, entry, chosen, standing)
    held = entry.typed.hold
    # The button belongs to the sentence above it: what is typed otherwise has another button, so
    # that a click on this one can't send it.
    pressed = clicks.draw_button(
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
        session.state()[session.SENT] = request.seller_fulfillment_order_id
        with st.spinner(f"Sending the order to Amazon, {SENDING} seconds at most …"):
            service.submit(request, chosen.preview, entry.typed.replaces)
    except InvalidInput as error:
        lines = "\n".join(f"- {say.plain(text)}" for text in error.problems.values())
        st.error(f"Nothing was sent. Please correct:\n\n{lines}", icon=":material/error:")
    except MCFError as error:
        messages.draw_error(error)
    else:
        st.rerun()


def _particulars(entry: Entry, currency: str) -> Iterator[str]:
    """All that goes with it besides goods, address and speed."""
    for name, text in particulars(entry.typed, currency):
        yield f"{say.plain(name[:1].lower() + name[1:])}: {say.plain(text)}"


def _summary(entry: Entry, request: MCFOrderRequest, chosen: Offer, currency: str) -> str:
    """What is sent when the button below it is pressed, in a sentence."""
    to = request.destination_address
    goods = ", ".join(f"{item.quantity:,} x {item.seller_sku}" for item in request.items)
    names = countries.countries()
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
    speed = say.plain(ShippingSpeedCategory.label_of(request.shipping_speed_category))
    parts = [
        f"**{say.plain(goods)}** to **{say.plain(where)}**",
        f"as {speed}, {say.plain(_fee(chosen))}, {_dates(chosen)}",
        f"order {say.plain(request.seller_fulfillment_order_id)}",
        *_particulars(entry, currency),
    ]
    if entry.typed.hold:
        parts.append("**on hold until you release it**")
    if entry.typed.cod:
        parts.append("paid on delivery")
    if entry.typed.replaces:
        parts.append(f"in place of order {say.plain(entry.typed.replaces)}")
    return f"{'; '.join(parts)}."
