"""A file of orders as it's read: its letters, its columns, and what a person must say of them."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mcf.errors import MCFError
from mcf.files import text, workbooks
from mcf.files.text import ENCODINGS, Decoded, ForeignLines
from mcf.order_files import parse, shops
from mcf.order_files.given import Cells, Given, GivenFiles
from mcf.order_files.parse import Document
from mcf.service import MCFService
from pages.parts.common import labels, messages, session
from pages.parts.order_files import columns

_LONG = 400
"""Letters from which a note is folded up."""
_SAMPLED = 3
"""Lines that are enough to tell one spelling from another."""
FILE = "file"
"""The name in the page's address under which a file is found again."""


def uploaded(service: MCFService, file: UploadedFile) -> Given | None:
    """The file as it was given, read once; None until it can be read."""
    data = file.getvalue()
    encoding = None if workbooks.is_workbook(data) else _encoding(file.file_id, data)
    if encoding is None and not workbooks.is_workbook(data):
        return None
    state, key = session.state(), (file.file_id, encoding)
    known: tuple[tuple[str, str | None], Given] | None = state.get(session.GIVEN)
    if known is None or known[0] != key:
        put_away(service)
        try:
            given = GivenFiles(service.kept).keep(file.name, parse.unnamed(data, encoding=encoding))
        except MCFError as error:
            messages.draw_error(error)
            return None
        known = state[session.GIVEN] = key, given
    session.ask(FILE, known[1].id)
    return known[1]


def kept(service: MCFService) -> Given | None:
    """The file that was given before the page was loaded anew; None when it isn't kept any more."""
    state, asked = session.state(), session.asked(FILE) or ""
    known: tuple[tuple[str, str | None], Given] | None = state.get(session.GIVEN)
    given = known[1] if known and known[1].id == asked else GivenFiles(service.kept).get(asked)
    if given is None:
        session.ask(FILE, None)
        st.info("The file isn't kept any more. Give it again.", icon=":material/upload_file:")
        return None
    state[session.GIVEN] = ("", None), given
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{labels.plain(given.name)}**, as you gave and corrected it")
        st.button(
            "Put the file away",
            icon=":material/close:",
            key="put_file_away",
            on_click=put_away,
            args=(service,),
        )
    return given


def put_away(service: MCFService) -> None:
    """Forgets the file that was given, and what was corrected in it."""
    state = session.state()
    known = state.pop(session.GIVEN, None)
    file_id = known[1].id if known else session.asked(FILE)
    if file_id:
        GivenFiles(service.kept).forget(file_id)
    session.ask(FILE, None)
    for key in (session.PLAN, session.DOCUMENT, session.FILE_OFFERS, session.SKU_ANSWERS):
        state.pop(key, None)


def correct(service: MCFService, cells: Cells) -> None:
    """Keeps what was corrected in the file that is shown."""
    key, given = session.state()[session.GIVEN]
    session.state()[session.GIVEN] = key, GivenFiles(service.kept).correct(given, cells)


def draw(service: MCFService, given: Given) -> tuple[str, Document] | None:
    """The file and a key that changes with how it's read; None until it can be read."""
    assigned = columns.draw(service, given)
    said = tuple(sorted(assigned.items()))
    try:
        named = session.once("file read", (given.id, said), lambda: given.document.named(assigned))
        if named.head.missing and shops.recognised(given.document.table.names) is None:
            return None
        named.head.require_needed()
    except MCFError as error:
        messages.draw_error(error)
        return None
    _draw_notes(named)
    return f"{given.id}-{said}", named.with_cells(given.cells)


def _draw_notes(named: Document) -> None:
    """What a person should know of how the file was read; its other columns stand in a table."""
    notes = [note for note in named.notes if not note.startswith(shops.NOT_SENT)]
    long = [note for note in notes if len(note) > _LONG and note.startswith(shops.LEFT_OUT)]
    doubtful = [note for note in notes if note == shops.UNTOLD or note.startswith("Only the sheet")]
    if plain := [note for note in notes if note not in (*long, *doubtful)]:
        st.info(labels.plain(" ".join(plain)), icon=":material/storefront:")
    for note in doubtful:
        st.warning(labels.plain(note), icon=":material/warning:")
    for note in long:
        with st.expander("Orders that are left out, and why", icon=":material/block:"):
            st.markdown(labels.plain(note))


def _encoding(file_id: str, data: bytes) -> str | None:
    """The file's encoding, known or chosen; None until somebody has chosen it."""
    try:
        decoded = text.decoded(data)
        if decoded.certain:
            _foreign(decoded, unfolded=False)
            return decoded.encoding
        chosen = _chosen_encoding(file_id, decoded)
        if chosen is not None:
            _foreign(text.decoded(data, chosen), unfolded=True)
    except MCFError as error:
        messages.draw_error(error)
        return None
    return chosen


def _chosen_encoding(file_id: str, decoded: Decoded) -> str | None:
    st.warning(
        "This file has letters outside English and doesn't say how it was saved. Choose the way in "
        "which names and streets are spelled rightly; until then nothing is checked or sent. Files "
        'saved as "CSV UTF-8" need no choice.',
        icon=":material/translate:",
    )
    shown = {
        alternative.encoding: _sample(alternative.lines) for alternative in decoded.alternatives
    }
    chosen = st.selectbox(
        "How the letters read",
        list(shown),
        index=None,
        format_func=lambda name: f"{shown[name]} ({ENCODINGS[name]})",
        placeholder="Choose the right spelling",
        key=f"encoding-{file_id}",
    )
    if chosen is None:
        _foreign_table(decoded.alternatives[0].lines, f"Line as {ENCODINGS[decoded.encoding]}")
    return chosen


def _sample(lines: ForeignLines) -> str:
    """The first different cells with letters outside ASCII."""
    cells = dict.fromkeys(text.foreign(line) for _, line in lines)
    return " · ".join(list(cells)[:_SAMPLED])


def _foreign(decoded: Decoded, *, unfolded: bool) -> None:
    """The lines with letters outside ASCII, so that a wrong spelling can be noticed."""
    lines = text.foreign_lines(decoded.text)
    if lines:
        count = f"{messages.many(len(lines), 'line')} with letters outside English"
        label = f"{count}, read as {ENCODINGS[decoded.encoding]}"
        with st.expander(label, expanded=unfolded, icon=":material/translate:"):
            _foreign_table(lines, "As it is sent")


def _foreign_table(lines: ForeignLines, heading: str) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "Line": [number for number, _ in lines],
                heading: [text.foreign(line) for _, line in lines],
            }
        ),
        hide_index=True,
        column_config={
            "Line": st.column_config.NumberColumn(width=60),
            heading: st.column_config.TextColumn(width="large"),
        },
        alt="Lines with letters outside English",
    )
