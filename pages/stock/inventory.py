"""What can ship, what is reserved, inbound, unsellable, and what runs out."""

# OVERWRITTEN BY MISTAKE at 22:19 while measuring: the uncommitted version of this page was replaced
# by the committed one (17cdb5a). Put your version back; delete these lines.

from __future__ import annotations

import streamlit as st

from mcf.outcomes import Subject
from pages.parts import charts, downloads, figures, say, session, stock_table

service = session.service()
stock, fresh = service.snapshots.inventory(), service.freshness(Subject.INVENTORY)

st.title("Inventory")
say.stale_box(fresh, "stock")
if stock.frame.empty:
    say.empty_box(fresh, "stock", "Amazon has no FBA stock of yours in this marketplace.")
    st.stop()

figures.of_the_stock(stock)
if service.settings.marketplace.pools_europe:
    st.caption("In the EU Amazon reports the sum over all its countries, not this country alone.")

found = stock_table.filtered(stock)
st.caption(f"{say.many(len(found), 'SKU')} of {len(stock.frame):,}")
if not len(found):
    st.info("No SKU matches. Clear the search or the filters.", icon=":material/filter_alt_off:")
    st.stop()

chosen = stock_table.table(found)
downloads.buttons(found.frame, "inventory")
if chosen is not None:
    stock_table.explained(chosen)

st.subheader("Where the units are", anchor=False)
st.plotly_chart(
    charts.where_units_are(found.most(charts.MOST, charts.units)),
    key="where_units_are",
    alt="Units per SKU by place: available, reserved, inbound, researching, unsellable",
)
st.caption(f"The {min(len(found), charts.MOST)} SKUs with the most units among those in the table.")
