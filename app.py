"""The frame around every page: sign-in, menu, which Amazon this is, how old the data is."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame, places, say, session

st.set_page_config(page_title="MCF Desk", page_icon=":material/package_2:", layout="wide")
frame.require_sign_in()

page = st.navigation(
    [
        st.Page(
            places.TODAY,
            title="Today",
            icon=":material/today:",
            default=True,
            help="What needs a hand today.",
        ),
        st.Page(
            places.INVENTORY,
            title="Inventory",
            icon=":material/inventory_2:",
            url_path="inventory",
            help="What can ship, what is reserved, inbound, unsellable or running out.",
        ),
        st.Page(
            places.NEW_ORDER,
            title="New order",
            icon=":material/add_shopping_cart:",
            url_path="new_order",
            help="Ship an order from your stock at Amazon.",
        ),
        st.Page(
            places.TRACKING,
            title="Tracking",
            icon=":material/local_shipping:",
            url_path="tracking",
            help="Where every order and every parcel is.",
        ),
        st.Page(
            places.CONNECTION,
            title="Connection",
            icon=":material/cable:",
            url_path="connection",
            help="Which Amazon this is, whether it answers, and how fresh the data is.",
        ),
    ],
    position="top",
)

service = session.service()
session.note_drawn(service.revision())
frame.head(service, redraws=page.url_path != "new_order")
say.notice()
page.run()
