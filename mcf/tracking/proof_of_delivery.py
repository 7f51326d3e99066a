"""Proofs of delivery, asked for anew whenever they're wanted, and the evidence they go into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table

from mcf.amazon.models.answers import MCFOrderDetail
from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import MCFError, NotFound
from mcf.settings import Mode, Settings
from mcf.store import tables
from mcf.store.database import Store
from mcf.tracking import evidence, handover, photos
from mcf.tracking.evidence import Facts
from mcf.tracking.handover import Document, Handover, Proof

if TYPE_CHECKING:
    from mcf.tracking.view import OrderView

_ORDER = "seller_fulfillment_order_id"
_TOLD = {
    "The order": tables.orders,
    "Its lines": tables.order_items,
    "Its shipments": tables.shipments,
    "Its parcels": tables.packages,
}


class Proofs:
    """What is known of handovers, and what Amazon has to prove them.

    `endpoint` is the simulator's: pictures may be fetched from it besides by https.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        read: Callable[[str], MCFOrderDetail],
        now: Callable[[], datetime],
        endpoint: str | None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._read = read
        self._now = now
        self._endpoint = endpoint if settings.mode is Mode.DEMO else None

    def ask(self, order_id: str, package_number: int) -> Proof:
        """What Amazon has now as proof of a parcel's delivery; raises `MCFError`."""
        detail = self._read(order_id)
        found = handover.proof(detail, package_number, self._now())
        if found is None:
            raise NotFound(
                f"Amazon tells of no parcel {package_number} in order {order_id} any more.",
                advice="Refresh the order: its parcels may have been packed anew.",
            )
        return found

    def photographed(self, proof: Proof) -> Proof:
        """The same with its pictures; one that can't be fetched tells why and what to do."""
        return proof.with_photos([self._photographed(each) for each in proof.documents])

    def _photographed(self, document: Document) -> Document:
        try:
            photo = photos.fetch(document.url, self._now(), self._endpoint)
        except MCFError as error:
            return replace(document, photo=None, problem=f"{error.message} {error.advice}")
        return replace(document, photo=photo, problem=None)

    def handover(self, order_id: str, package_number: int) -> Handover:
        """What is stored of how a parcel is handed over; asks Amazon nothing."""
        return self._handovers(order_id, package_number).get(package_number, Handover())

    def _handovers(self, order_id: str, *numbers: int) -> dict[int, Handover]:
        boxes = self._of(tables.packages, order_id)
        found = [box for box in boxes if not numbers or box["package_number"] in numbers]
        told = {row["package_number"]: row["raw"] for row in self._tracking(found)}
        return {
            box["package_number"]: handover.of(box["raw"], told.get(box["package_number"]))
            for box in found
        }

    def evidence(
        self,
        view: OrderView,
        sent: MCFOrderRequest | None,
        proofs: Sequence[Proof] = (),
        claim: tuple[datetime, datetime | None] | None = None,
    ) -> bytes:
        """The evidence of an order in one file of HTML; see `mcf.tracking.evidence`."""
        order_id = str(view.order[_ORDER])
        row = self._store.row(tables.orders, seller_fulfillment_order_id=order_id)
        facts = Facts(
            view=view,
            sent=sent,
            handovers=self._handovers(order_id),
            raw=self._raw(order_id, sent),
            marketplace=self._settings.marketplace,
            made_at=self._now(),
            mode=self._settings.mode.value,
            proofs=proofs,
            claim=claim,
            read_at=row.detailed_at if row is not None else None,
            seller_id=self._settings.seller_id,
        )
        return evidence.page(facts)

    def _raw(self, order_id: str, sent: MCFOrderRequest | None) -> dict[str, Any]:
        told: dict[str, Any] = {"As it was sent": sent.to_api()} if sent else {}
        for name, table in _TOLD.items():
            told[name] = [row["raw"] for row in self._of(table, order_id)]
        boxes = self._of(tables.packages, order_id)
        told["The tracking of its parcels"] = [row["raw"] for row in self._tracking(boxes)]
        return told

    def _of(self, table: Table, order_id: str) -> list[dict[str, Any]]:
        return self._store.records(table, table.c[_ORDER] == order_id)

    def _tracking(self, boxes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        numbers = [box["package_number"] for box in boxes]
        return self._store.records(tables.tracking, tables.tracking.c.package_number.in_(numbers))
