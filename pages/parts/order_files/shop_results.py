"""Tracking numbers for the shops that orders of files come from, each in its shop's form."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from mcf.errors import MCFError
from mcf.order_files.shop_results import ShopResult
from mcf.service import MCFService
from pages.parts.common import labels, messages

_NAMED = 5
_MIME = {"csv": "text/csv", "txt": "text/tab-separated-values"}


def draw(
    service: MCFService,
    key: str,
    *,
    order_ids: Collection[str] | None = None,
    file_id: str | None = None,
) -> None:
    """A download per shop of the orders of a file, or of these; nothing where none is of a shop."""
    zone = service.settings.marketplace.zone
    try:
        results = service.files.given_back(zone, order_ids, file_id)
    except MCFError as error:
        messages.draw_error(error)
        return
    for result in results:
        _draw_one(result, f"{key}-{result.shop}")


def _draw_one(result: ShopResult, key: str) -> None:
    form = result.form
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            f"Tracking numbers for {result.shop}",
            partial(bytes, result.content),
            f"{form.file}_{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{form.kind}",
            _MIME[form.kind],
            icon=":material/storefront:",
            key=f"shop-result-{key}",
            on_click="ignore",
            disabled=not result.numbered,
        )
        st.markdown(f"{labels.plain(result.said)}.")
    left = "; ".join(result.left_out[:_NAMED])
    more = f" and {len(result.left_out) - _NAMED:,} more" if len(result.left_out) > _NAMED else ""
    also = f" Not in it: {left}{more}." if left else ""
    st.caption(labels.plain(f"{form.told}{also}"))
