"""The line of figures above the table of the stock: what needs a look, and how much of it."""

from __future__ import annotations

from mcf.inventory import money
from mcf.inventory.groups import Group, GroupFigure
from mcf.inventory.money import Total
from mcf.inventory.review import StockReview
from pages.parts.common import messages, strip
from pages.parts.common.paging import Matches

KEY = "show"


def draw(review: StockReview, currency: str) -> Group:
    """Which group is chosen; each says how many SKUs, units and how much money."""
    groups = review.groups()
    priced = any(
        figure.cost is not None or figure.others
        for group, figure in groups.items()
        if group is not Group.GAP
    )
    figures = {
        group.value: _lines(
            group, it, currency if priced or group in (Group.ALL, Group.GAP) else None
        )
        for group, it in groups.items()
    }
    return Group(strip.draw("Which SKUs", KEY, figures, Group.ALL.value))


def only(matches: Matches, review: StockReview, group: Group) -> Matches:
    """Those of the SKUs that are in the group."""
    return matches if group is Group.ALL else matches.only(review.groups()[group].rows)


def _lines(group: Group, figure: GroupFigure, currency: str | None) -> list[str]:
    skus = messages.many(figure.skus, "SKU")
    if group is not Group.ALL and not figure.skus:
        return ["none"]
    if group is Group.GAP:
        lost = f"{skus}, about {messages.many(figure.units, 'sale')} lost"
        a_day = f"{figure.a_day or 0:,.1f} a day"
        return [lost, f"{a_day}, {_money(figure, currency, 'price')}" if currency else a_day]
    can_ship = " can ship" if group in (Group.ALL, Group.EXCESS) else ""
    units = f"{figure.units:,}{can_ship}" if can_ship else messages.many(figure.units, "unit")
    return [f"{skus}, {units}", *([_money(figure, currency)] if currency else [])]


def _money(figure: GroupFigure, currency: str, what: str = "cost") -> str:
    worth = money.named(Total(figure.cost, figure.others), currency, decimals=0)
    if not worth:
        return f"{what} not known"
    return f"{worth}, {figure.unpriced:,} without {what}" if figure.unpriced else worth
