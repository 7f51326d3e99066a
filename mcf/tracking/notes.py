"""What a seller notes about an order, for oneself."""

from __future__ import annotations

from mcf.store.documents import DocumentKind, Keeper, Kept


def note_in(kept: Kept | None) -> str:
    """The note in what is kept under an order's number; empty when nothing is."""
    return str(kept.content["text"]) if kept else ""


class Notes:
    """Keeps and forgets them."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def all(self) -> dict[str, str]:
        """Every note, by the order's number; raises `StoreError`."""
        return {kept.key: note_in(kept) for kept in self._keeper.all(DocumentKind.NOTE)}

    def keep(self, order_id: str, text: str) -> None:
        """Keeps a note about an order, or forgets an empty one; raises `StoreError`."""
        if text.strip():
            self._keeper.keep(DocumentKind.NOTE, order_id, {"text": text})
        else:
            self._keeper.forget(DocumentKind.NOTE, order_id)
