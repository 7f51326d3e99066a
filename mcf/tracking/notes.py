"""What a seller notes about an order, for oneself."""

from __future__ import annotations

from mcf.store.documents import DocumentKind, Keeper


class Notes:
    """Reads and writes them; every method raises `StoreError`."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def of(self, order_id: str) -> str:
        """What the seller noted about an order; empty when nothing."""
        note = self._keeper.get(DocumentKind.NOTE, order_id)
        return str(note.content["text"]) if note else ""

    def keep(self, order_id: str, text: str) -> None:
        """Keeps a note about an order, or forgets an empty one."""
        if text.strip():
            self._keeper.keep(DocumentKind.NOTE, order_id, {"text": text})
        else:
            self._keeper.forget(DocumentKind.NOTE, order_id)
