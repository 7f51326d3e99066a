"""An order that can't go in one shipment: what can be done about it, and the second order that goes
with the first.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from mcf.errors import MCFError
from mcf.inventory.planning import Meter
from mcf.orders import quotes, split
from mcf.orders.form import Typed
from mcf.orders.quotes import Offer
from mcf.orders.room import Part
from mcf.orders.validation import Entry, judge
from mcf.service import MCFService
from pages.parts.common import labels, messages, session
from pages.parts.orders import asking, checks, compare, draft_state


@dataclass(frozen=True)
class Rest:
    """The second order: what it would be, and Amazon's offer at the speed that is chosen.

    `offer` is None while Amazon can't ship it; `why` says why not.
    """

    entry: Entry
    offer: Offer | None
    why: str = ""

    @property
    def part(self) -> Part | None:
        """The order as it's sent; None while it can't be."""
        if self.offer is None or self.entry.request is None:
            return None
        return Part(self.entry.request, self.offer.preview)


def draw(
    service: MCFService, entry: Entry, asked: compare.Previews, standing: checks.Standing
) -> None:
    """What can be done when the goods can't go as they're typed: less, two orders, or later."""
    typed = entry.typed
    short = [*standing.are(Meter.SHORT), *standing.are(Meter.TRANSFER)]
    stuck = split.stuck(asked)
    two = split.by_stock(typed, standing.free) if short else split.by_sku(typed, stuck)
    if not short and not stuck:
        return
    with st.container(horizontal=True):
        if two is not None:
            st.button(
                f"Ship only {_goods(two, short=bool(short))}", key="ship_less",
                on_click=_put, args=(split.only_first(two),),
            )  # fmt: skip
        if two is not None and split.can_be(typed, service.ordering.drafts.is_used):
            st.button(
                "Split the rest into a second order", key="split", icon=":material/call_split:",
                on_click=_put, args=(two,),
            )  # fmt: skip
        st.button(
            "Wait: keep it under Unfinished", key="wait", icon=":material/schedule:",
            on_click=draft_state.close,
        )  # fmt: skip


def rest_of(service: MCFService, entry: Entry, chosen: Offer) -> Rest | None:
    """The second order that goes with what is typed; None when there's none."""
    if not entry.typed.rest:
        return None
    typed = split.second(entry.typed)
    read = judge(typed, service.settings.marketplace, session.local(service.now()))
    reason = service.ordering.finished.used(typed)
    if reason is not None:
        read = read.blocked("number", "Order number", reason)
    # Amazon answers for each order as if it were alone.
    both = checks.Standing(service.stock.effect((*entry.items, *read.items)))
    lacking = {row["seller_sku"] for row in both.are(Meter.SHORT)}
    if lacking & {item.seller_sku for item in read.items}:
        return Rest(read, None, "Not enough of it is there or on the way.")
    if not read.can_be_previewed or read.request is None:
        first = next(iter(read.problems.values()), None)
        return Rest(read, None, f"{first.label} {first.text}" if first else "")
    try:
        previews = asking.ask(service, read, asking.wishes_of(read))
    except MCFError as error:
        return Rest(read, None, messages.refusal(error))
    offers = quotes.compare(previews, service.ordering.previews.past_fees())
    same = chosen.preview.shipping_speed_category
    offer = next((one for one in offers if one.preview.shipping_speed_category == same), None)
    reasons = quotes.impossible(previews).get(chosen.preview.speed_label, ())
    return Rest(read, offer, "; ".join(reasons))


def draw_rest(rest: Rest) -> None:
    """The second order in a sentence, and the way back to one."""
    number = labels.plain(rest.entry.typed.number)
    goods = ", ".join(f"{line.units} x {line.sku}" for line in rest.entry.typed.lines)
    if rest.offer is not None:
        st.markdown(
            f":material/call_split: Then **{labels.plain(goods)}** as order {number}: "
            f"{labels.plain(compare.fee(rest.offer))}, {compare.dates(rest.offer)}."
        )
    else:
        st.warning(
            f"**{labels.plain(goods)}** can't ship yet, so order {number} is kept under "
            f"Unfinished. {labels.plain(rest.why)}",
            icon=":material/call_split:",
        )
    st.button(
        "Make it one order again", key="together", type="tertiary", icon=":material/call_merge:",
        on_click=_join,
    )  # fmt: skip


def _put(typed: Typed) -> None:
    draft_state.put(typed)


def _join() -> None:
    draft_state.put(split.together(draft_state.collect()))


def _goods(typed: Typed, *, short: bool) -> str:
    if short and len(typed.lines) == 1:
        return f"{typed.lines[0].units}"
    return ", ".join(labels.plain(f"{line.units} x {line.sku}") for line in typed.lines[:2]) + (
        f" and {len(typed.lines) - 2} more" if len(typed.lines) > len(typed.lines[:2]) else ""
    )
