"""Proofs of delivery, asked for anew whenever they're wanted, and the evidence they go into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from mcf.amazon.models.answers import MCFOrderDetail
from mcf.amazon.throttle import ASKING, patience
from mcf.errors import MCFError, NotFound
from mcf.orders.submission import Submissions
from mcf.settings import Mode, Settings
from mcf.store.documents import DocumentKind, Keeper
from mcf.tracking import evidence, handover, photos
from mcf.tracking.claims import Claims
from mcf.tracking.evidence import Facts
from mcf.tracking.handover import Document, Proof
from mcf.tracking.view import OrderViews


class Proofs:
    """What Amazon has to prove deliveries, and the evidence of orders.

    `read` reads an order from Amazon into the store. `endpoint` is the simulator's: pictures may be
    fetched from it besides by https.
    """

    def __init__(
        self,
        settings: Settings,
        views: OrderViews,
        submissions: Submissions,
        claims: Claims,
        read: Callable[[str], MCFOrderDetail],
        now: Callable[[], datetime],
        endpoint: str | None,
        keeper: Keeper,
    ) -> None:
        self._settings = settings
        self._views = views
        self._submissions = submissions
        self._claims = claims
        self._read = read
        self._now = now
        self._keeper = keeper
        self._endpoint = endpoint if settings.mode is Mode.DEMO else None

    @patience(ASKING)
    def ask(self, order_id: str, package_number: int) -> Proof:
        """What Amazon has now as proof of a parcel's delivery; raises `MCFError`.

        Its links are good for an hour, so they aren't stored: every call asks Amazon anew. That it
        was asked is kept.
        """
        detail = self._read(order_id)
        proof = handover.proof(detail, package_number, self._now())
        if proof is None:
            raise NotFound(
                f"Amazon tells of no parcel {package_number} in order {order_id} any more.",
                advice="Refresh the order: its parcels may have been packed anew.",
            )
        self._keep(proof)
        return proof

    @patience(ASKING)
    def photographed(self, proof: Proof) -> Proof:
        """The same with its pictures; one that can't be fetched tells why and what to do.

        That they were fetched is kept, not the pictures.
        """
        fetched = proof.with_photos([self._photographed(document) for document in proof.documents])
        self._keep(fetched)
        return fetched

    def known(self, order_id: str) -> dict[int, Proof]:
        """What is known of proofs that were asked for earlier, by the parcel's number."""
        kept = self._keeper.get(DocumentKind.PROOF, order_id)
        return {} if kept is None else handover.known_proofs(order_id, kept.content)

    def _keep(self, proof: Proof) -> None:
        kept = self._keeper.get(DocumentKind.PROOF, proof.order_id)
        content = dict(kept.content) if kept is not None else {}
        before = self.known(proof.order_id).get(proof.package_number)
        now = _with_earlier(proof, before)
        content[str(proof.package_number)] = handover.known_of(now)
        self._keeper.keep(DocumentKind.PROOF, proof.order_id, content)

    def _photographed(self, document: Document) -> Document:
        try:
            photo = photos.fetch(document.url, self._now(), self._endpoint)
        except MCFError as error:
            return replace(document, photo=None, problem=f"{error.message} {error.advice}")
        return replace(document, photo=photo, problem=None)

    def evidence(self, order_id: str, proofs: Sequence[Proof] = ()) -> bytes:
        """The evidence of an order in one file of HTML, made of what is stored; raises `NotFound`.

        Of one that has shipped and not arrived it tells from when until when claims are taken.
        """
        view = self._views.order(order_id)
        if view is None:
            raise NotFound(f"There is no order {order_id} in the store.")
        mine = {**self.known(order_id), **{proof.package_number: proof for proof in proofs}}
        facts = Facts(
            view=view,
            sent=self._submissions.request(order_id),
            marketplace=self._settings.marketplace,
            made_at=self._now(),
            mode=self._settings.mode.value,
            proofs=[*mine.values()],
            claim=self._claims.window(view.order),
            seller_id=self._settings.seller_id,
        )
        return evidence.page(facts)


def _with_earlier(proof: Proof, before: Proof | None) -> Proof:
    """The proof, its documents with what is known of them from when they were fetched before."""
    if before is None:
        return proof
    fetched = {document.kind: document.earlier for document in before.documents}
    return proof.with_photos(
        [
            replace(document, earlier=document.earlier or fetched.get(document.kind))
            for document in proof.documents
        ]
    )
