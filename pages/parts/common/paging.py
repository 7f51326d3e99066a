"""Tables of many rows: searched, sorted and turned page by page on the server.

The browser gets a page. Up to WHOLE rows it gets them all, and sorts and searches by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy.typing as npt
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mcf.store.snapshots import Snapshot
from pages.parts.common import session

WHOLE = 2000
ROWS = 500


@dataclass(frozen=True)
class Order:
    """By which column rows are sorted, then by another; those of equal value stay as they are."""

    column: str
    falling: bool = False
    then: str | None = None


@dataclass(frozen=True)
class Matches:
    """Rows of a snapshot; `keep` says which, None means all."""

    snapshot: Snapshot
    keep: pd.Series | None = None

    def __len__(self) -> int:
        return len(self.snapshot.frame) if self.keep is None else int(self.keep.sum())

    def only(self, rows: pd.Series) -> Matches:
        """Those of these rows that are found too; those of which it isn't known aren't."""
        rows = rows.fillna(False).astype(bool)
        return replace(self, keep=rows if self.keep is None else self.keep & rows)

    def having(
        self,
        words: str,
        columns: Sequence[str],
        also: Callable[[Snapshot], pd.Series] | None = None,
    ) -> Matches:
        """Those that have every word in one of the columns, or `also` there, whatever the case."""
        matches = self
        for word in words.lower().split():
            texts = [self._lower(column) for column in columns]
            texts += [also(self.snapshot)] if also else []
            hits = [text.str.contains(word, regex=False, na=False) for text in texts]
            matches = matches.only(pd.concat(hits, axis=1).any(axis=1))
        return matches

    def frame(self) -> pd.DataFrame:
        """All of them, in the order of the snapshot."""
        return self.snapshot.frame if self.keep is None else self.snapshot.frame[self.keep]

    def most(self, count: int, measure: Callable[[pd.DataFrame], pd.Series]) -> pd.DataFrame:
        """Those with the highest measure."""
        values = self.snapshot.once(measure, measure)
        best = (values if self.keep is None else values[self.keep]).nlargest(count)
        return self.snapshot.frame.loc[best.index]

    def window(self, order: Order, first: int, count: int) -> pd.DataFrame:
        """So many of them from the `first` on, sorted."""
        places = self.snapshot.once(order, lambda frame: _sorted_places(frame, order))
        if self.keep is not None:
            places = places[self.keep.to_numpy()[places]]
        return self.snapshot.frame.iloc[places[first : first + count]]

    def _lower(self, column: str) -> pd.Series:
        return self.snapshot.once(("lower", column), lambda frame: frame[column].str.lower())


def _sorted_places(frame: pd.DataFrame, order: Order) -> npt.NDArray[Any]:
    columns = [order.column, *([order.then] if order.then else [])]
    some = frame[columns].reset_index(drop=True)
    for name in reversed(columns):
        some = some.sort_values(name, ascending=not order.falling, kind="stable")
    return some.index.to_numpy()


def draw(
    matches: Matches,
    orders: Mapping[str, Order],
    default: str,
    *,
    bare: bool = False,
    sorting: DeltaGenerator | None = None,
) -> pd.DataFrame:
    """The rows to show: all, or a page in the order that is chosen; both are in the address.

    The choice of the order stands in `sorting`, also of few rows, else above the table of many. A
    `bare` table shows its first page, and keeps the place of what turns it.
    """
    count = len(matches)
    if sorting is None and count <= WHOLE:
        return matches.frame()
    if count <= WHOLE:
        return matches.window(
            orders[default if bare else _order(orders, default, sorting)], 0, count
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if bare:
            st.skeleton(height=68 if sorting is None else 32)
        chosen, number = (
            (default, 1) if bare else (_order(orders, default, sorting), _page(-(-count // ROWS)))
        )
    first = (number - 1) * ROWS
    st.caption(f"Rows {first + 1:,} to {min(first + ROWS, count):,} of {count:,}")
    return matches.window(orders[chosen], first, ROWS)


def _order(orders: Mapping[str, Order], default: str, place: DeltaGenerator | None) -> str:
    session.follow("sort", orders, default)
    return (place or st).selectbox(
        "Sorted by",
        list(orders),
        key="sort",
        width=220 if place is None else "stretch",
        on_change=session.asks,
        args=("sort", default),
        label_visibility="visible" if place is None else "collapsed",
    )


def _page(pages: int) -> int:
    """The page that the address asks for, as far as there is one."""
    asked = session.asked(session.TABLE_PAGE) or ""
    number = int(asked) if asked.isdecimal() and len(asked) < 9 else 1
    session.state()[session.TABLE_PAGE] = min(max(number, 1), pages)
    return st.pagination(pages, key=session.TABLE_PAGE, on_change=_turned)


def _turned() -> None:
    number = session.state()[session.TABLE_PAGE]
    session.ask(session.TABLE_PAGE, str(number) if number > 1 else None)
