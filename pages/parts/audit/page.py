"""The records of who did what: filters, the table, files, and whether they are whole."""

from __future__ import annotations

from functools import partial

import streamlit as st

from mcf.access.audit import COLUMNS, Filter
from mcf.access.roles import Permission
from mcf.files import export
from mcf.service import MCFService
from pages.parts.common import labels, messages, rights, session

_DAYS = {"7 days": 7, "30 days": 30, "90 days": 90, "13 months": None}
_MOST = 1000
_MIME = "application/octet-stream"


def draw(service: MCFService) -> None:
    """The newest records that meet what is asked for."""
    if rights.draw_refused(service, Permission.AUDIT, "read the audit"):
        return
    wanted = _wanted()
    records = service.records.records(wanted)
    if records.empty:
        st.info("No record meets that.", icon=":material/search_off:")
    else:
        most = f", the newest {_MOST:,}" if len(records) == _MOST else ""
        st.caption(f"{messages.many(len(records), 'record')}{most}")
        _table(records[[*COLUMNS]])
    with st.container(horizontal=True):
        for kind in ("csv", "xlsx"):
            st.download_button(
                "CSV" if kind == "csv" else "Excel",
                rights.as_now(service, partial(_file, service, wanted, kind)),
                f"audit.{kind}", _MIME, icon=":material/download:", key=f"audit_{kind}",
                on_click="ignore",
            )  # fmt: skip
        if st.button("Verify", icon=":material/verified:", key="audit_verify"):
            _verify(service)


def _file(service: MCFService, wanted: Filter, kind: str) -> bytes:
    return export.to_bytes(service.records.export(wanted), kind)


def _wanted() -> Filter:
    with st.container(horizontal=True):
        who = st.text_input("Who", key="audit_who", placeholder="e-mail or machine", width=220)
        action = st.text_input("Action", key="audit_action", placeholder="order.submit", width=180)
        subject = st.text_input("About", key="audit_subject", placeholder="order or SKU", width=180)
        days = st.selectbox("Of the last", list(_DAYS), key="audit_days", width=140)
    return Filter(who.strip(), action.strip(), subject.strip(), _DAYS[days or "7 days"], _MOST)


def _table(records: object) -> None:
    st.dataframe(
        records,
        hide_index=True,
        column_config={
            "number": st.column_config.NumberColumn("No.", format="%d"),
            "at": st.column_config.DatetimeColumn(
                "When", format="D MMM, HH:mm:ss", timezone=str(session.zone())
            ),
            "who": st.column_config.TextColumn("Who"),
            "origin": st.column_config.TextColumn("From"),
            "action": st.column_config.TextColumn("Action"),
            "account": st.column_config.TextColumn("Account"),
            "subject": st.column_config.TextColumn("About"),
            "outcome": st.column_config.TextColumn("Outcome"),
            "before": st.column_config.TextColumn("Before"),
            "after": st.column_config.TextColumn("After"),
            "request_id": st.column_config.TextColumn("Amazon's request"),
        },
        alt="Who did what",
    )


def _verify(service: MCFService) -> None:
    verdict = service.records.verify()
    for fault in verdict.faults:
        st.error(labels.plain(fault), icon=":material/gpp_bad:")
    if not verdict.faults:
        st.success(
            f"{messages.many(verdict.records, 'record')}, each as it was written. Whether the end "
            f"was cut off shows by what digests of alerts noted; the newest is `{verdict.head}`.",
            icon=":material/verified_user:",
        )
