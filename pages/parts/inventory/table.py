"""The stock of all SKUs: filters, table, and one SKU explained."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mcf.amazon.models.requests import MAX_LINES
from mcf.inventory.planning import Health
from mcf.inventory.review import StockReview
from mcf.store.snapshots import Snapshot
from pages.parts.common import labels, messages, paging, palette, places, session, tables
from pages.parts.common.paging import Matches, Order
from pages.parts.inventory.key_figures import HELP

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig

_ANY = "All"
_HAS = {
    "Available": "fulfillable_quantity",
    "Reserved": "reserved_quantity",
    "Inbound": "inbound_quantity",
    "Researching": "researching_quantity",
    "Unsellable": "unfulfillable_quantity",
}
FIRST = "Most urgent"
"""How the table is sorted until another order is chosen."""
UNKNOWN = "Not told"
"""How a SKU stands of which Amazon doesn't tell what can ship."""
HEIGHTS = {0: 40}
"""Pixels that what stands around the table takes."""
SEARCHED = ("seller_sku", "product_name", "asin", "fn_sku")
_TREND_DAYS = 30
Width = Literal["small"] | int
Trends = Callable[[Collection[str], int], dict[str, list[int]]]
ORDERS = {
    "Most urgent": Order("reorder_date", then="days_of_cover"),
    "SKU": Order("seller_sku"),
    "Product": Order("product_name"),
    "Fewest available": Order("fulfillable_quantity"),
    "Most available": Order("fulfillable_quantity", falling=True),
    "Most reserved": Order("reserved_quantity", falling=True),
    "Most inbound": Order("inbound_quantity", falling=True),
    "Most unsellable": Order("unfulfillable_quantity", falling=True),
    "Most in all": Order("total_quantity", falling=True),
    "Stops first": Order("days_of_cover"),
    "To reorder first": Order("reorder_date"),
    "Sells best": Order("velocity", falling=True),
}


def draw_search() -> str:
    """The words to search for, which live in the page's address."""
    session.put("sku", session.asked("sku") or "")
    return st.text_input(
        "Search",
        key="sku",
        placeholder="SKU, product, ASIN or FNSKU",
        icon=":material/search:",
        width=250,
        on_change=session.asks,
        args=("sku", ""),
        label_visibility="collapsed",
    )


def draw_filters(stock: Snapshot, words: str) -> Matches:
    """The SKUs that meet the search and the rarer filters, which live in the page's address."""
    is_filtered = session.asked("stock") or session.asked("with")
    states = [_ANY, *(state.value for state in Health)]
    with st.popover("Filtered" if is_filtered else "Filter", icon=":material/filter_list:"):
        asked = session.asked("stock")
        key = _key("stock", [asked] if asked in states else [])
        state = st.segmented_control(
            "Stock",
            states,
            default=asked if asked in states else _ANY,
            key=key,
            on_change=session.asks,
            args=("stock", _ANY, key),
        )
        held = [name for name in session.asked_all("with") if name in _HAS]
        key = _key("with", held)
        wanted = st.pills(
            "Only with units", list(_HAS), selection_mode="multi", default=held, key=key,
            on_change=session.asks, args=("with", [], key),
        )  # fmt: skip
    matches = Matches(stock).having(words or "", (*SEARCHED, "tags"))
    if state and state != _ANY:
        matches = matches.only(stock.frame["health"] == state)
    for name in wanted or ():
        matches = matches.only(stock.frame[_HAS[name]] > 0)
    return matches


def _key(name: str, asked: Sequence[str]) -> str:
    """Another one for each address: what is in a closed popover isn't told what else is asked."""
    return "=".join([name, *asked])


def draw_reckoning(review: StockReview, skus: int) -> None:
    """What is found before the table is whole, step by step; nothing once all is there."""
    steps = review.steps()
    bar = st.empty()
    for at, (what, find) in enumerate(steps.items()):
        bar.progress(
            at / len(steps), f"Reckoning {what} of {skus:,} SKUs: step {at + 1} of {len(steps)} …"
        )
        find()
    bar.empty()


def draw_count(found: int, of: int, *, is_stock: bool) -> None:
    """How many SKUs are found, in a line of its own: so nothing moves when the tools are there.

    In the table of the stock a click opens one.
    """
    more = " Click one for all of it." if found and is_stock else ""
    st.caption(f"{messages.many(found, 'SKU')} of {of:,}.{more}")


def hold_count(skus: int, *, is_bare: bool) -> None:
    """The same line before that, with what a `bare` table has."""
    first = "as Amazon counts them, the fewest units first" if is_bare else "the most urgent first"
    st.caption(f"{messages.many(skus, 'SKU')}, {first}.")


def draw_counted(matches: Matches, columns: Sequence[str], sorting: DeltaGenerator) -> None:
    """The first rows of what Amazon counts, those with the fewest units first: no plan is made.

    A column whose numbers come with the plan says that they aren't there yet.
    """
    shown = paging.draw(matches, ORDERS, "Fewest available", bare=True, sorting=sorting)
    labels_alone = {
        name: st.column_config.Column(_heading(name), width=COLUMNS[name].get("width"))
        for name in columns
        if name not in shown
    }
    st.dataframe(
        shown.reindex(columns=list(columns)),
        hide_index=True,
        height=520,
        column_config={name: COLUMNS[name] for name in columns} | labels_alone,
        key="stock-counted",
        placeholder="…",
        alt="Stock per SKU, as Amazon counts it",
    )


def draw(
    matches: Matches,
    trends: Trends,
    columns: Sequence[str],
    sorting: DeltaGenerator,
    *,
    bare: bool = False,
) -> pd.DataFrame:
    """The rows that are selected, also those on other pages of the table.

    The choice of their order stands in `sorting`. A `bare` table is there at once, without the
    way to sort it and to turn its pages.
    """
    shown = paging.draw(matches, ORDERS, FIRST, bare=bare, sorting=sorting)
    skus = shown["seller_sku"].tolist()
    is_out = shown["health"] == Health.OUT
    states = shown["health"].astype("str").fillna(UNKNOWN)
    view = shown.assign(
        health=tables.column(shown, [[state] for state in states]),
        # What is out doesn't stop today: since when it is, its page tells.
        stock_out_date=shown["stock_out_date"].mask(is_out),
    )
    if "trend" in columns:
        levels = trends(skus, _TREND_DAYS)
        view = view.assign(trend=tables.column(view, [levels[sku] for sku in skus]))
    chosen = set(session.choices())
    event = st.dataframe(
        view[list(columns)],
        hide_index=True,
        height=min(36 * (len(view) + 1) + 3, 520),
        column_config=COLUMNS | {"seller_sku": tables.opening("SKU", "open", skus)},
        key=session.table_key(f"stock-{hash(tuple(skus))}"),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default=tables.selection(skus, chosen),
        placeholder="-",
        alt="Stock per SKU",
    )
    selected = [skus[row] for row in event.selection.rows if row < len(skus)]
    stock = matches.snapshot.frame
    return stock[stock["seller_sku"].isin(session.remember_choices(set(skus), selected))]


def file_rows(matches: Matches, columns: Sequence[str]) -> pd.DataFrame:
    """Exactly what the table shows, all pages of it, for a file."""
    return matches.frame()[[name for name in columns if name != "trend"]]


def draw_chosen(rows: pd.DataFrame) -> None:
    """What was selected, beside the table: one SKU explained, or several in sums."""
    if len(rows) == 1:
        draw_one(rows.iloc[0])
    elif len(rows):
        draw_several(rows)


def draw_one(row: pd.Series) -> None:
    """All quantities of one SKU in a sentence each, and the way to ship it."""
    with st.container(border=True):
        st.header(labels.plain(row["seller_sku"]), anchor=False)
        st.markdown(labels.cell(row["product_name"], "No product name at Amazon"))
        names = {"ASIN": row["asin"], "FNSKU": row["fn_sku"], "Condition": row["condition"]}
        st.caption(" · ".join(f"{k} {labels.cell(v, 'not given')}" for k, v in names.items()))
        draw_quantities(row)
        with st.container(horizontal=True):
            st.button(
                "Everything about this SKU",
                icon=":material/open_in_full:",
                key="open_sku",
                on_click=session.ask,
                args=("open", row["seller_sku"]),
            )
            draw_ship_link(row)
            _select_none()


def draw_several(rows: pd.DataFrame) -> None:
    """What was selected, in sums, and what can be done with all of it."""
    with st.container(border=True):
        st.header(f"{messages.many(len(rows), 'SKU')} selected", anchor=False)
        st.markdown(" · ".join(_sum(rows[column], name) for name, column in _HAS.items()))
        with st.container(horizontal=True):
            can_ship = rows[rows["fulfillable_quantity"] > 0]["seller_sku"].tolist()
            st.page_link(
                places.NEW_ORDER,
                label=f"Ship an order with {messages.many(len(can_ship), 'of them', 'of them')}",
                icon=":material/add_shopping_cart:",
                query_params={"item": can_ship},
                disabled=not 0 < len(can_ship) <= MAX_LINES,
                help=f"Those that can ship; at most {MAX_LINES} at once.",
            )
            _select_none()


def _sum(units: pd.Series, name: str) -> str:
    missing = int(units.isna().sum())
    without = f" (without {messages.many(missing, 'SKU')} not told)" if missing else ""
    return f"**{units.sum():,}** {name.lower()}{without}"


def _select_none() -> None:
    st.button(
        "Select none",
        icon=":material/deselect:",
        key="select_none",
        on_click=session.choose,
        args=([],),
    )


def draw_quantities(row: pd.Series, standing: Mapping[str, str] | None = None) -> None:
    """A sentence for each quantity that isn't zero, and for how long that has been so.

    Those that Amazon never told are named.
    """
    durations = standing or {}
    sentences = [
        text.format(row[column]) + durations.get(column, "")
        for column, text in _SENTENCES
        if not pd.isna(row[column]) and row[column]
    ]
    untold = [_label(column) for column, _ in _SENTENCES if pd.isna(row[column])]
    if untold:
        sentences.append(f"**Unknown**, as Amazon doesn't tell it: {', '.join(untold)}.")
    st.markdown("\n".join(f"- {sentence}" for sentence in sentences))


def _label(column: str) -> str:
    return _heading(column).lower()


def _heading(column: str) -> str:
    return str(COLUMNS[column]["label"])


def draw_ship_link(row: pd.Series) -> None:
    """The way to an order with this SKU, or that nothing of it can ship."""
    if not pd.isna(row["fulfillable_quantity"]) and row["fulfillable_quantity"] <= 0:
        st.caption("Nothing of it can ship now.", width="content")
        return
    st.page_link(
        places.NEW_ORDER,
        label="Ship an order with this SKU",
        icon=":material/add_shopping_cart:",
        query_params={"item": row["seller_sku"]},
    )


_SENTENCES = (
    ("fulfillable_quantity", "**{:,}** can ship now."),
    ("pending_customer_order_quantity", "**{:,}** are reserved for orders that are being shipped."),
    ("pending_transshipment_quantity", "**{:,}** travel between two of Amazon's warehouses."),
    ("fc_processing_quantity", "**{:,}** are being measured, photographed or checked."),
    ("inbound_working_quantity", "**{:,}** are announced in a shipment that hasn't left you yet."),
    ("inbound_shipped_quantity", "**{:,}** are on their way to Amazon."),
    ("inbound_receiving_quantity", "**{:,}** have arrived and are being unloaded."),
    ("researching_quantity", "**{:,}** can't be found; Amazon is looking for them."),
    ("customer_damaged_quantity", "**{:,}** came back damaged by a customer."),
    ("warehouse_damaged_quantity", "**{:,}** were damaged in the warehouse."),
    ("distributor_damaged_quantity", "**{:,}** were damaged by the distributor."),
    ("carrier_damaged_quantity", "**{:,}** were damaged by the carrier."),
    ("defective_quantity", "**{:,}** are defective."),
    ("expired_quantity", "**{:,}** have expired."),
    ("total_quantity", "**{:,}** in all. Amazon's total includes what is still inbound."),
)


def _units(label: str, explained_by: str, width: Width = "small") -> ColumnConfig:
    return st.column_config.NumberColumn(label, format="localized", help=explained_by, width=width)


def _days(label: str, explained_by: str, width: Width = "small") -> ColumnConfig:
    return st.column_config.NumberColumn(label, format="%.0f", help=explained_by, width=width)


def _speed(days: int) -> ColumnConfig:
    meaning = f"Units that left on a day in stock, over the last {days} days."
    return st.column_config.NumberColumn(
        f"A day, {days} d", format="%.2f", help=meaning, width="small"
    )


def _date(label: str, explained_by: str) -> ColumnConfig:
    return st.column_config.DateColumn(label, format="D MMM YYYY", help=explained_by, width=115)


def _money(label: str, explained_by: str) -> ColumnConfig:
    return st.column_config.NumberColumn(label, format="%.2f", help=explained_by, width="small")


SUPPLY = (
    "Days of supply as Amazon's low-inventory fee counts them. Only for SKUs that sold at least "
    "20 in the last week."
)
COLUMNS: tables.Columns = {
    "seller_sku": st.column_config.TextColumn("SKU", pinned=True),
    "fulfillable_quantity": _units("Available", HELP["available"]),
    "health": st.column_config.MultiselectColumn(
        "Stock",
        options=[*(state.value for state in Health), UNKNOWN],
        color=[*(palette.HEALTH[state] for state in Health), palette.UNKNOWN],
    ),
    # So narrow that a phone shows the first four columns whole.
    "days_of_cover": _days("Cover", "Days that what can ship lasts, by the forecast.", 55),
    "stock_out_date": _date("Stops on", "When what can ship is expected to be used up."),
    "velocity": st.column_config.NumberColumn(
        "Sold a day", format="%.2f", width="small",
        help="Units expected a day over the next 30 days.",
    ),
    "velocity_mcf": st.column_config.NumberColumn(
        "MCF a day", format="%.2f", width="small",
        help="Of what is sold a day, what left in your own shops' orders (MCF). Empty while orders "
        "from before its days aren't known.",
    ),
    "velocity_other": st.column_config.NumberColumn(
        "Other a day", format="%.2f", width="small",
        help="Of what is sold a day, what didn't leave in MCF orders: sold on Amazon, or left "
        "otherwise.",
    ),
    "trend": st.column_config.AreaChartColumn(
        "30 days", width="small", help="What could ship on each of the last 30 days.", y_min=0
    ),
    "reorder_date": _date("Reorder by", "So that it arrives while the safety stock is there."),
    "reorder_quantity": _units("Reorder", "Units to order then, in full cases.", 70),
    "order_point": _units("Low at", "What is sold in the lead time, and safety."),
    "safety_units": _units("Safety", "Units that should be left when an order arrives."),
    "gap_days": _days("Days without", "Days without stock before all that is on its way is there."),
    "product_name": st.column_config.TextColumn("Product", width="large"),
    "reserved_quantity": _units("Reserved", HELP["reserved"]),
    "pending_customer_order_quantity": _units("For orders", "Reserved for orders being shipped."),
    "pending_transshipment_quantity": _units("In transfer", "Between two of Amazon's warehouses."),
    "fc_processing_quantity": _units("Processing", "Being measured, photographed or checked."),
    "inbound_quantity": _units("Inbound", HELP["inbound"]),
    "inbound_working_quantity": _units("Announced", "In a shipment that hasn't left you yet."),
    "inbound_shipped_quantity": _units("On its way in", "On its way to Amazon."),
    "inbound_receiving_quantity": _units("Unloading", "Arrived, and being unloaded."),
    "researching_quantity": _units("Researching", HELP["researching"]),
    "unfulfillable_quantity": _units("Unsellable", HELP["unsellable"]),
    "customer_damaged_quantity": _units("Customer damaged", "Came back damaged by a customer."),
    "warehouse_damaged_quantity": _units("Warehouse damaged", "Damaged in the warehouse."),
    "carrier_damaged_quantity": _units("Carrier damaged", "Damaged by the carrier."),
    "distributor_damaged_quantity": _units("Distributor damaged", "Damaged by the distributor."),
    "defective_quantity": _units("Defective", "Defective."),
    "expired_quantity": _units("Expired", "Past its date."),
    "total_quantity": _units("Total", HELP["total"]),
    "velocity_7": _speed(7),
    "velocity_30": _speed(30),
    "velocity_60": _speed(60),
    "velocity_90": _speed(90),
    "lead_time_days": _days("Lead time", "Days from an order to your supplier until it can ship."),
    "aged_units": _units("Older than 180 d", "By Amazon's last FBA Inventory report: surcharged."),
    "surcharge": st.column_config.NumberColumn(
        "Age surcharge", format="%.2f", width="small", help="Amazon's estimate, on the next 15th."
    ),
    "storage_fee": st.column_config.NumberColumn(
        "Storage fee", format="%.2f", width="small", help="Amazon's estimate for the next month."
    ),
    "unit_cost": _money("Cost", "What you pay for a unit."),
    "price": _money("Price", "What a buyer pays you for a unit."),
    "currency": st.column_config.TextColumn("Currency", help="Of cost, price and amounts."),
    "stock_value": _money("Stock value", "What the units that can ship cost."),
    "excess_value": _money("Excess value", "What the units of a SKU in excess cost."),
    "reorder_cost": _money("Reorder cost", "What the units to be reordered cost."),
    "lost_units_a_day": st.column_config.NumberColumn(
        "Lost a day", format="%.2f", width="small",
        help="Units that would be sold a day, if there were any.",
    ),
    "lost_sales_a_day": _money("Lost sales a day", "The same at your price."),
    "supply_30": _days("Supply, 30 d", SUPPLY),
    "supply_90": _days("Supply, 90 d", SUPPLY),
    "supply_room": _units(
        "Room for MCF",
        "Units that MCF orders can take today before Amazon's low-inventory fee is due; below 0 "
        "when it is.",
    ),
    "tags": st.column_config.TextColumn("Tags"),
    "asin": st.column_config.TextColumn("ASIN"),
    "fn_sku": st.column_config.TextColumn("FNSKU"),
    "condition": st.column_config.TextColumn("Condition"),
}  # fmt: skip
USUAL = (
    "seller_sku",
    "fulfillable_quantity",
    "days_of_cover",
    "reorder_quantity",
    "reorder_date",
    "stock_out_date",
    "inbound_quantity",
    "velocity",
    "trend",
    "health",
    "product_name",
    "reserved_quantity",
    "researching_quantity",
    "unfulfillable_quantity",
    "total_quantity",
    "asin",
    "fn_sku",
)
"""The columns that are shown until others are chosen; a phone shows the first four."""
