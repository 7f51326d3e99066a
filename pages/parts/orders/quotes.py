"""Beside the form: what each speed costs and when it arrives, and the button that ships it.

It stays in view, and on a phone the button is a bar at the bottom.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mcf.amazon.statuses import ShippingSpeedCategory
from mcf.amazon.throttle import ASKING
from mcf.errors import MCFError
from mcf.inventory.planning import Meter
from mcf.orders import quotes
from mcf.orders.quotes import Offer
from mcf.orders.validation import Entry
from mcf.service import MCFService
from pages.parts.common import fields, messages, session
from pages.parts.common import labels as say
from pages.parts.orders import asking, checks, clicks, compare, recipient, shipping, split
from pages.parts.orders.compare import Previews

_STYLE = """<style>
.st-key-order-aside { position: sticky; top: 4.5rem; }
/* Most fields are needed: it's told to who listens, and seen where one is left out. */
.stSelectbox [data-testid=stWidgetLabelRequired] { display: none; }
@media (max-width: 640px) {
  .st-key-order-aside { position: static; }
  .st-key-order-ship { position: fixed; inset: auto 0 0 0; z-index: 90; padding: 0.5rem 1rem;
    background: light-dark(LIGHT, DARK); border-top: 1px solid rgba(128, 128, 128, 0.4);
    gap: 0.4rem; }
  .st-key-order-ship [data-testid=stMarkdown] { max-height: 7rem; overflow-y: auto;
    font-size: 0.85rem; line-height: 1.3; }
  [data-testid=stMainBlockContainer] { padding-bottom: 13rem; }
}
</style>"""


def draw(service: MCFService, entry: Entry) -> None:
    """What Amazon offers for what is typed, and what is still missing to ship it."""
    with st.container(key="order-aside"), st.container(key="group-Delivery"):
        draw_style()
        _delivery(service, entry)
        clicks.draw_lost(entry.typed)


def draw_style() -> None:
    """Keeps what stands beside the form in view."""
    light, dark = (st.get_option(f"theme.{name}.backgroundColor") for name in ("light", "dark"))
    st.html(_STYLE.replace("LIGHT", light or "#fff").replace("DARK", dark or "#000"))


def _delivery(service: MCFService, entry: Entry) -> None:
    if not entry.typed.is_begun:
        st.info(
            "Here you'll see what each delivery speed costs and when it arrives, as soon as there "
            "are an address and a product. Nothing is sent before you press Ship.",
            icon=":material/local_shipping:",
        )
        return
    if not entry.can_be_previewed:
        draw_needed(entry, recipient.core_keys(entry))
        return
    asked = _previews(service, entry)
    if asked is None:
        return
    offers = quotes.compare(asked, service.ordering.previews.past_fees())
    standing = checks.standing(service, entry)
    short = standing.are(Meter.SHORT)
    # Short stock is told once, where something can be done about it.
    if not short:
        _impossible(asked)
    chosen = _choice(entry, offers) if offers else None
    if not offers and not short:
        st.warning("Amazon can't ship this at any speed.", icon=":material/block:")
    compare.draw(
        lambda wishes: asking.ask(service, entry, wishes), asking.wishes_of(entry), asked, offers
    )
    checks.draw(standing, ships=bool(offers))
    if not entry.typed.rest:
        split.draw(service, entry, asked, standing)
    if chosen is not None:
        shipping.draw_windows(chosen)
        shipping.draw(service, entry, chosen, standing)


def _impossible(asked: Previews) -> None:
    for label, reasons in quotes.impossible(asked).items():
        why = say.plain("; ".join(reasons))
        st.caption(f":material/block: **{say.plain(label)}** isn't possible: {why}")


def draw_needed(entry: Entry, order: Sequence[str]) -> None:
    """What still keeps the order from being sent; its first is the button's label.

    `order` are the form's names as its fields follow each other.
    """
    places = {key: at for at, key in enumerate(order)}
    keys = sorted(entry.problems, key=lambda key: places.get(key, len(places)))
    problems = [entry.problems[key] for key in keys]
    wrong = [problem for problem in problems if not problem.missing]
    missing = [problem for problem in problems if problem.missing]
    if missing:
        names = ", ".join(say.plain(problem.label) for problem in missing)
        st.caption(f"**Still needed** to see fees and dates: {names}")
    first = (wrong or missing)[0] if wrong or missing else None
    if first is not None:
        with st.container(key="order-ship"):
            st.button(
                say.plain(_short(fields.sentence(first))), key="not_yet", disabled=True,
                width="stretch", icon=":material/edit_note:",
            )  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


_LONGEST = 60


def _previews(service: MCFService, entry: Entry) -> Previews | None:
    if session.busy_seconds():
        messages.draw_busy()
        _draw_again()
        return None
    try:
        with st.spinner(f"Asking Amazon for fees and dates, {ASKING} seconds at most …"):
            return asking.ask(service, entry, asking.wishes_of(entry))
    except MCFError as error:
        messages.draw_trouble(error)
        _draw_again()
        return None


def _draw_again() -> None:
    st.button(
        "Ask again", icon=":material/refresh:", key="ask_again", type="tertiary",
        on_click=_forget_answers,
    )  # fmt: skip


def _forget_answers() -> None:
    session.state().pop(session.OFFERS, None)
    session.not_busy()


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
    parts = [f"**{say.plain(compare.fee(offer))}**", compare.dates(offer), *marks]
    return " · ".join(parts)
