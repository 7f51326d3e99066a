"""Which SKU of Amazon's a SKU of a shop is: asked where a file has one that Amazon hasn't, and the
table of all that are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from mcf.errors import InvalidInput, MCFError
from mcf.order_files import send, sku_files, unknown_skus
from mcf.order_files.parse import Document
from mcf.order_files.shop_skus import (
    ALL_SHOPS,
    MOST_UNITS,
    Change,
    Key,
    Part,
    Parts,
    SkuTable,
    written,
)
from mcf.order_files.shops import SHOPS
from mcf.order_files.sku_files import SkuFile
from mcf.order_files.unknown_skus import UnknownSku
from mcf.service import MCFService
from pages.parts.common import labels, messages, session

_ASKED = 20
"""SKUs that are asked for at once; the others follow."""
_NAMED = 10
_SHOPS = [ALL_SHOPS, *dict.fromkeys(shop.name for shop in SHOPS)]
_COLUMNS = list(sku_files.COLUMNS)
_MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Products = Mapping[str, str | None]


def draw_asked(service: MCFService, document: Document) -> None:
    """Which product each SKU is that the file has and Amazon hasn't; it's remembered."""
    products, table = service.files.products(), service.files.skus.table()
    unknown = unknown_skus.unknown(document, table, products)
    answers: dict[Key, Part] = session.state().setdefault(session.SKU_ANSWERS, {})
    _draw_answered(answers, table)
    if not unknown:
        return
    count = messages.many(len(unknown), "SKU")
    which = "isn't one of yours" if len(unknown) == 1 else "aren't among yours"
    with st.container(border=True):
        st.markdown(
            f"**{count} of this file {which} at Amazon.** Say which product each is: it's "
            "remembered for the next file. Until then, orders with it aren't sent."
        )
        given = {it: _asked(it, products) for it in unknown[:_ASKED]}
        if len(unknown) > _ASKED:
            st.caption(
                f"{messages.many(len(unknown) - _ASKED, 'more SKU')} will be asked for then."
            )
        said = {it: part for it, part in given.items() if part is not None}
        answers |= {(it.shop, it.sku): part for it, part in said.items()}
        if st.button(
            f"Remember {messages.many(len(said), 'SKU')}" if said else "Remember",
            type="primary", icon=":material/check:", key="remember_skus", disabled=not said,
        ):  # fmt: skip
            changes = [Change((it.shop, it.sku), (), (part,)) for it, part in said.items()]
            if _changed(service, changes, f"Remembered {messages.many(len(said), 'SKU')}."):
                st.rerun()


def _draw_answered(answers: dict[Key, Part], table: SkuTable) -> None:
    """Tells which SKUs another window has answered otherwise than was chosen here."""
    others = {
        key: (part, now)
        for key, part in answers.items()
        if (now := table.parts(*key)) is not None and now != (part,)
    }
    if not others:
        return
    said = "; ".join(
        f"{sku} -> {written(now)}, where you chose {part}"
        for (_, sku), (part, now) in others.items()
    )
    st.warning(
        f"Another window answered meanwhile: {labels.plain(said)}. Change it in the table of SKUs "
        "if it's wrong.",
        icon=":material/sync_problem:",
    )
    st.button("That's right", key="answered_skus", icon=":material/check:", on_click=answers.clear)


def _asked(it: UnknownSku, products: Products) -> Part | None:
    """What is chosen for a SKU; None as long as nothing is."""
    others = [sku for sku in products if sku not in it.likely]
    name = f" {it.product}" if it.product else ""
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    key = f"{it.shop}-{it.sku}"
    with left:
        chosen = st.selectbox(
            labels.plain(f"Which product is {it.sku}?{name} ({it.shop}, "
                         f"{messages.many(it.lines, 'line')})"),
            [*it.likely, *others],
            index=None,
            format_func=lambda sku: _called(sku, products, likely=sku in it.likely),
            placeholder="Choose the product; likely ones stand first"
            if it.likely else "Choose the product",
            key=f"which-{key}",
        )  # fmt: skip
    with right:
        units = st.number_input(
            "Units each",
            min_value=1,
            max_value=MOST_UNITS,
            value=1,
            key=f"units-{key}",
            help="2 if a unit of your shop's is a pack of two. A bundle of several products has a "
            "line for each in the table of SKUs above.",
        )
    return Part(chosen, int(units)) if chosen else None


def _called(sku: str, products: Products, *, likely: bool) -> str:
    title = products.get(sku)
    mark = " (likely)" if likely else ""
    return f"{sku}: {title}{mark}" if title else f"{sku}{mark}"


def draw_table(service: MCFService) -> None:
    """All that is known of shops' SKUs, to be changed, imported and saved as a file."""
    table = service.files.skus.table()
    with st.container(border=True):
        st.markdown("**SKUs of your shops**")
        st.caption(
            "What goes out for a unit of a shop's SKU. A bundle has a line for each product in it. "
            "A SKU that isn't here is meant as it's written."
        )
        _draw_editor(service, table)
        _draw_downloads(table)
        _draw_import(service, table)


def _draw_editor(service: MCFService, table: SkuTable) -> None:
    # What another window saves meanwhile doesn't change the table that somebody types into.
    key = session.table_key("shop_skus")
    seen: SkuTable = session.once("shop skus seen", key, lambda: table)
    edited = st.data_editor(
        pd.DataFrame([*seen.rows()], columns=_COLUMNS).astype({"Units": "int64"}),
        hide_index=True,
        num_rows="dynamic",
        column_config={
            "Shop": st.column_config.SelectboxColumn(
                options=_shops(seen), default=ALL_SHOPS, required=True
            ),
            "SKU at the shop": st.column_config.TextColumn(required=True, width="medium"),
            "SKU at Amazon": st.column_config.TextColumn(required=True, width="medium"),
            "Units": st.column_config.NumberColumn(
                min_value=1, max_value=MOST_UNITS, step=1, default=1
            ),
        },
        height=min(36 * (len(table.entries) + 3), 400),
        key=f"sku_table-{key}",
    )
    changes, problems = _typed(edited, seen)
    if table != seen:
        st.warning("Another window changed the table after you opened it. What you typed is kept; "
                   "what both changed isn't saved without being told.",
                   icon=":material/sync_problem:")  # fmt: skip
        st.button("Show the table as it is now", icon=":material/refresh:", key="sku_table_again",
                  on_click=session.clear_selections)  # fmt: skip
    if problems:
        st.warning(labels.plain("; ".join(problems)), icon=":material/edit:")
    if changes or problems:
        label = f"Save {messages.many(len(changes), 'change')}"
        if st.button(label, type="primary", icon=":material/save:", key="save_skus",
                     disabled=bool(problems)):  # fmt: skip
            unknown = _unknown(changes, service.files.products())
            if _changed(
                service, changes, f"Saved {messages.many(len(changes), 'change')}.{unknown}"
            ):
                st.rerun()


def _shops(table: SkuTable) -> list[str]:
    return [*dict.fromkeys([*_SHOPS, *(shop for shop, _ in table.entries)])]


def _typed(edited: pd.DataFrame, seen: SkuTable) -> tuple[list[Change], list[str]]:
    """What the table would change, and what is wrong with its rows."""
    entries: dict[Key, list[Part]] = {}
    problems: list[str] = []
    for shop, sku, amazons, units in edited.itertuples(index=False, name=None):
        key = (_text(shop) or ALL_SHOPS, _text(sku))
        if not (key[1] or _text(amazons)):
            continue
        if not key[1] or not _text(amazons):
            problems.append(f"{key[1] or _text(amazons)} needs the SKU of your shop and Amazon's")
            continue
        part = Part(_text(amazons), 1 if pd.isna(units) else int(units))
        if any(other.sku == part.sku for other in entries.get(key, ())):
            problems.append(f"{key[1]} names {part.sku} twice: add up the units")
        entries.setdefault(key, []).append(part)
    now: dict[Key, Parts] = {key: tuple(parts) for key, parts in entries.items()}
    changes = [
        Change(key, seen.entries.get(key, ()), now.get(key, ()))
        for key in dict.fromkeys([*now, *seen.entries])
        if seen.entries.get(key, ()) != now.get(key, ())
    ]
    return changes, problems


def _text(cell: Any) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _unknown(changes: Sequence[Change], products: Products) -> str:
    """Names the SKUs that aren't Amazon's, as a sentence; "" if there are none."""
    skus = [*dict.fromkeys(part.sku for change in changes for part in change.after)]
    unknown = [sku for sku in skus if products and sku not in products]
    if not unknown:
        return ""
    more = f" and {len(unknown) - _NAMED:,} more" if len(unknown) > _NAMED else ""
    return f" Not among your SKUs in this marketplace: {', '.join(unknown[:_NAMED])}{more}."


def _changed(service: MCFService, changes: list[Change], told: str) -> bool:
    """Whether the table is changed now; says so, or why not."""
    try:
        service.files.skus.change(changes)
    except InvalidInput as error:
        problems = "; ".join(f"{sku} {why}" for sku, why in error.problems.items())
        st.error(labels.plain(f"{problems}. {error.advice}"), icon=":material/error:")
        return False
    except MCFError as error:
        messages.draw_error(error)
        return False
    session.state().pop(session.SKU_ANSWERS, None)
    session.clear_selections()
    session.tell("success", told)
    return True


def _draw_downloads(table: SkuTable) -> None:
    with st.container(horizontal=True):
        for kind in send.KINDS:
            st.download_button(
                f"Save as {'Excel' if kind == 'xlsx' else 'CSV'}",
                partial(send.to_bytes, sku_files.rows(table), kind),
                f"shop_skus.{kind}", _MIME[kind], icon=":material/download:",
                key=f"skus_{kind}", on_click="ignore",
            )  # fmt: skip


def _draw_import(service: MCFService, table: SkuTable) -> None:
    file = st.file_uploader(
        "Table of SKUs (CSV or Excel)",
        type=["csv", "tsv", "txt", "xlsx", "xls", "ods"],
        key="skus_file",
    )
    st.caption(f"Columns: {', '.join(_COLUMNS)}. Shop and Units may be left out.")
    if file is None:
        return
    try:
        read = sku_files.read(file.getvalue(), table, service.files.products())
    except MCFError as error:
        messages.draw_error(error)
        return
    _draw_preview(read)
    count = len(read.changes)
    st.button(
        f"Import {messages.many(count, 'SKU')}" if count else "Nothing to take",
        type="primary",
        icon=":material/upload:",
        key="import_skus",
        disabled=not count,
        on_click=_take,
        args=(service, read),
    )


def _take(service: MCFService, read: SkuFile) -> None:
    try:
        service.files.skus.change(read.changes)
    except InvalidInput as error:
        problems = "; ".join(f"{sku} {why}" for sku, why in error.problems.items())
        session.tell("error", f"Nothing was imported: {problems}. {error.advice}")
    except MCFError as error:
        session.tell("error", messages.refusal(error))
    else:
        session.clear_selections()
        session.tell("success", f"Imported: {_counted(read)}.")


def _counted(read: SkuFile) -> str:
    refused = messages.many(len(read.refused), "line", "lines")
    return (
        f"{messages.many(len(read.added), 'SKU')} new, {len(read.changed):,} changed, "
        f"{read.same:,} the same, {refused} refused"
    )


def _draw_preview(read: SkuFile) -> None:
    st.markdown(f"**{_counted(read)}.**")
    rows = [(*it.key, written(it.before), written(it.after)) for it in read.changes]
    if rows:
        frame = pd.DataFrame(rows, columns=["Shop", "SKU at the shop", "Before", "After"])
        st.dataframe(frame, hide_index=True, height=min(36 * (len(frame) + 1) + 3, 260),
                     key="sku_changes", alt="What the file changes")  # fmt: skip
    if read.refused:
        refused = pd.DataFrame(
            [(it.line, it.sku, it.why) for it in read.refused],
            columns=["Line", "SKU at the shop", "Refused, because it"],
        )
        st.dataframe(refused, hide_index=True, height=min(36 * (len(refused) + 1) + 3, 200),
                     key="skus_refused", alt="Lines that are refused")  # fmt: skip
    if read.unknown:
        more = f" and {len(read.unknown) - _NAMED:,} more" if len(read.unknown) > _NAMED else ""
        named = f"{', '.join(read.unknown[:_NAMED])}{more}"
        st.caption(
            f"Not among your SKUs in this marketplace: {labels.plain(named)}. They are taken; "
            "orders with them are held back."
        )
