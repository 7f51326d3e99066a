"""Many orders from a file: read, checked order by order, corrected, then sent once each."""

from __future__ import annotations

from functools import partial

import streamlit as st

from mcf.order_files import columns, parse, send
from mcf.service import MCFService
from pages.parts.common import session
from pages.parts.order_files import plan, read, skus
from pages.parts.order_files import send as file_send

_MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def draw(service: MCFService) -> None:
    """Upload, verdict on each order, send, and what became of each."""
    st.caption(
        "A CSV, tab-separated or Excel file, a line per item, with the template's columns or "
        "Amazon's, or as Shopify, WooCommerce, eBay, Etsy, BigCommerce, Squarespace or Amazon "
        "exports it. Every order is checked before anything is sent, and a file can be given "
        "twice: what was sent isn't sent again."
    )
    if _templates():
        skus.draw_table(service)
    key = f"file-{session.state().get(session.UPLOAD_ROUND, 0)}"
    file = st.file_uploader(
        "File of orders",
        type=["csv", "tsv", "txt", "xlsx", "xls", "ods"],
        key=key,
        on_change=_changed,
        args=(service, key),
    )
    if file is None and session.asked(read.FILE) is None:
        file_send.draw_sent(service)
        return
    given = read.uploaded(service, file) if file is not None else read.kept(service)
    reading = given and read.draw(service, given)
    if not given or not reading:
        return
    planned = plan.draw(service, *reading)
    if planned is not None:
        file_send.draw(service, given.name, plan.corrected(*reading), planned)


def _changed(service: MCFService, key: str) -> None:
    """Puts a file away that was taken out of the uploader."""
    if session.state().get(key) is None:
        read.put_away(service)


def _templates() -> bool:
    """Templates to begin with; whether the table of shops' SKUs is to be seen."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind in send.KINDS:
            st.download_button(
                f"Template ({'Excel' if kind == 'xlsx' else 'CSV'})",
                partial(_template, kind),
                f"orders.{kind}", _MIME[kind], icon=":material/download:",
                key=f"template_{kind}", on_click="ignore",
            )  # fmt: skip
        st.download_button(
            "With Amazon's columns",
            lambda: send.to_bytes(parse.template(), "csv"),
            "mcf_orders.csv", _MIME["csv"], icon=":material/download:",
            key="template_amazon", on_click="ignore",
        )  # fmt: skip
        return st.toggle("SKUs of your shops", key="show_shop_skus")


def _template(kind: str) -> bytes:
    return send.to_bytes(parse.template(columns.PLAIN), kind)
