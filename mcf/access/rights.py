"""Which right each method of the rooms needs: one table, by the class and its method.

Doors: `right_of`, `RIGHTS`. What isn't in the table may be called by nobody from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from mcf.access.masks import emptied, masked
from mcf.access.roles import Permission


@dataclass(frozen=True, slots=True)
class Right:
    """What one method needs, and what is said of it in the audit.

    `needs` is None for what says nothing of the business, such as whether the program runs. With
    `kinds` the first argument decides: it has a permission for each of its values. `action` is the
    audit's word, empty for what is only read; `subject` is the argument that says what it was done
    to. `mask` takes buyers' data out of the result for those who mayn't see it. What is `at_amazon`
    is in the audit before it's done, too.
    """

    needs: Permission | None
    action: str = ""
    subject: int | None = None
    mask: Callable[[Any], Any] | None = None
    at_amazon: bool = False
    kinds: Mapping[str, Permission] = field(default_factory=dict)


_SEE, _PERSONAL, _SHIP = Permission.SEE, Permission.SEE_PERSONAL, Permission.SHIP
_CHANGE, _PLAN, _SETTINGS = Permission.CHANGE_ORDERS, Permission.PLAN, Permission.SETTINGS
_ABOVE, _AUDIT, _OWN = Permission.SHIP_ABOVE_LIMIT, Permission.AUDIT, Permission.OWN
_FREE = {
    "MCFService": "close demo log_to_file now rescued revision start trouble settings access guard"
    " snapshots",
    "StoredFrames": "loads patches",
    "Connection": "settings",
    "Worker": "progress reads trouble",
    "StockReview": "currency today",
}
"""What says nothing of the business, and is asked before anybody is known."""
_SEEN = {
    "MCFService": "all_concerns concerns freshness halt inventory progress readings refresh sync",
    "Connection": "check wrong_clock",
    "Stock": "effect free placed refresh",
    "StockReview": "came concerns course coverage expected figures groups health_trend instead "
    "is_reckoned lead_times level_costs lost_sales members one_offs ordered outlook plan revision "
    "said_of score scores sku snapshot sold_within standing steps trends waterfall",
    "History": "demand inbound late levels names on_days on_hand known revision sku sold span "
    "standing told_days totals",
    "Choices": "changed_since costs counted defaults hidden revision rules views without_stock",
    "Purchases": "last_numbers lead_times lines revision",
    "Said": "all revision",
    "Ordering": "concerns limit",
    "Previews": "features known_features past_fees promise",
    "Drafts": "is_used",
    "Links": "family gone missing obstacle replaced_by sent_again story successors",
    "Submissions": "get open",
    "Tracking": "concerns refresh",
    "Chronicle": "among newest of released revision since",
    "Standings": "heard troubles",
    "Claims": "ends rule window",
    "OrderViews": "stand",
    "Returning": "asked known_reasons of reasons",
    "Rescues": "concerns get is_offered wait",
    "ManyActions": "results standing wait",
    "Batches": "all get left_out outcomes standing swaps wait",
    "OrderFiles": "given_back",
    "StoredFrames": "dead_shipments inventory",
    "Worker": "refresh wake",
    "Asked": "is_needed mine",
    "Privacy": "advice concerns warning",
}
"""What a viewer may call: it writes nothing of one's own, and tells nobody's name."""
_MASKED = {
    "MCFService": "orders packages",
    "StoredFrames": "orders packages",
    "Tracking": "of_sku",
    "Standings": "orders parcels table",
    "Claims": "deadlines",
    "OrderViews": "case order whole",
    "Proofs": "known",
}
"""The same of what holds buyers' data, which those who mayn't see it get masked."""
_SHOWN = {
    "Drafts": "recipients",
    "Submissions": "request",
    "Proofs": "photographed",
}
"""What only those get who may see buyers' data: masked it would be of no use."""
_SENT = {
    "Ordering": "repeats",
    "Previews": "ask of",
    "Finished": "begun forget sent unfinished used",
    "Submissions": "earlier repeats standing",
    "OrderFiles": "opened plan planning products remember",
    "ColumnMappings": "all get",
    "ShopSkus": "table",
    "Origins": "all of_file",
    "Batches": "close",
}
"""What belongs to sending orders and writes nothing at Amazon."""
_CLOSED = {
    "Chronicle": "details heads note own parcels returns sent_again tell_status",
    "History": "record",
    "StockReview": "keep_forecasts prepare",
    "Purchases": "settle",
    "Links": "note note_part",
    "Submissions": "submit settle_all",
    "Tracking": "close settle",
    "Rescues": "advance close",
    "ManyActions": "close",
    "Returning": "settle",
    "Keeper": "about claim",
    "Worker": "close start",
    "Connection": "client",
    "Stock": "reserve",
    "Origins": "keep",
    "Privacy": "run tidy",
}
"""What rooms do among themselves: only the program, and who holds the data itself."""
KINDS: Mapping[str, Permission] = MappingProxyType(
    {
        "draft": _SHIP,
        "template": _SHIP,
        "profile": _SHIP,
        "head": _SHIP,
        "file": _SHIP,
        "batch": _SHIP,
        "batch orders": _SHIP,
        "changed": _PERSONAL,
        "proof": _PERSONAL,
        "note": _PERSONAL,
        "asked": _PERSONAL,
        "link": _SHIP,
        "shop skus": _SHIP,
        "origin": _SHIP,
        "purchases": _PLAN,
        "hold": _SETTINGS,
        "rules": _PLAN,
        "rescue": _SEE,
        "alert": _SEE,
        "return": _SEE,
        "deadline": _SEE,
        "untold": _SEE,
    }
)
"""What reading and writing each kind of what is kept needs; of a kind that isn't here, all."""
_WRITES: Mapping[str, tuple[Permission, str, int | None]] = {
    "MCFService.backup": (_SETTINGS, "store.copy", None),
    "Stock.import_ages": (_PLAN, "stock.import", None),
    "Stock.import_ledger": (_PLAN, "stock.import", None),
    "Choices.count": (_PLAN, "stock.count day", 0),
    "Choices.leave_out": (_PLAN, "stock.leave out day", 0),
    "Choices.set_defaults": (_PLAN, "rules.defaults", None),
    "Choices.set_rules": (_PLAN, "rules.change", None),
    "Choices.put_off": (_SEE, "concern.put off", 0),
    "Choices.take_up": (_SEE, "concern.take up", 0),
    "Choices.save_view": (_SEE, "", None),
    "Choices.drop_view": (_SEE, "", None),
    "Purchases.expect": (_PLAN, "purchase.expect", None),
    "Purchases.mark": (_PLAN, "purchase.mark", None),
    "Purchases.place": (_PLAN, "purchase.place", None),
    "Said.forget": (_PLAN, "expectation.forget", None),
    "Said.say": (_PLAN, "expectation.say", None),
    "Submissions.dismiss": (_SHIP, "order.dismiss", 0),
    "Asked.ask": (_SHIP, "order.ask", None),
    "Asked.ask_rescue": (_SHIP, "order.ask", 0),
    "Asked.put_away": (_SHIP, "order.put away", 0),
    "Asked.waiting": (_ABOVE, "", None),
    "Asked.refuse": (_ABOVE, "order.refuse", 0),
    "Chronicle.names": (Permission.PEOPLE, "", None),
    "Claims.set_rule": (_SETTINGS, "claims.rule", None),
    "Notes.keep": (_CHANGE, "order.note", 0),
    "Proofs.ask": (_PERSONAL, "order.proof", 0),
    "Proofs.evidence": (_PERSONAL, "order.evidence", 0),
    "Returning.put_away": (_CHANGE, "return.put away", 0),
    "Rescues.give_up": (_CHANGE, "order.stop rescue", 0),
    "ManyActions.begin": (_CHANGE, "orders.change", 0),
    "ManyActions.stop": (_CHANGE, "orders.stop", 0),
    "ManyActions.forget": (_CHANGE, "", 0),
    "ShopSkus.change": (_SHIP, "file.skus", None),
    "ShopSkus.put": (_SHIP, "file.skus", 1),
    "ColumnMappings.keep": (_SHIP, "file.columns", None),
    "ColumnMappings.forget": (_SHIP, "file.columns", None),
    "Batches.pause": (_SHIP, "file.pause", 0),
    "Batches.stop": (_SHIP, "file.stop", 0),
    "Batches.result": (_PERSONAL, "file.export", 0),
    "Telling.round": (_SETTINGS, "alerts.send", None),
    "Telling.test": (_SETTINGS, "alerts.test", None),
    "Telling.waiting": (_SETTINGS, "", None),
    "Telling.channels": (_SETTINGS, "", None),
    "MCFService.exported": (Permission.EXPORT, "export", 0),
    "OrderViews.recipient": (_PERSONAL, "recipient.view", 0),
    "Drafts.standing": (_PERSONAL, "recipient.view", 0),
    "Drafts.typed": (_PERSONAL, "recipient.view", 0),
    "Privacy.hold": (_SETTINGS, "", 0),
    "Privacy.release": (_SETTINGS, "", 0),
    "Privacy.status": (_SETTINGS, "", None),
    "Privacy.found": (_OWN, "", None),
    "Privacy.forget": (_OWN, "", None),
    "Privacy.report": (_OWN, "", None),
    "Privacy.rotate": (_OWN, "", None),
    "Privacy.retire": (_OWN, "", None),
    "Privacy.unseal": (_OWN, "", None),
    "Audit.head": (_AUDIT, "", None),
    "Audit.records": (_AUDIT, "", None),
    "Audit.verify": (_AUDIT, "", None),
    "Audit.export": (_AUDIT, "audit.export", None),
}
"""The permission, the audit's word, and which argument says what it was done to."""
_AT_AMAZON: Mapping[str, tuple[Permission, str, int | None]] = {
    "MCFService.submit": (_SHIP, "order.submit", 0),
    "MCFService.settle": (_SHIP, "orders.settle", None),
    "Ordering.submit": (_SHIP, "order.submit", 0),
    "Ordering.submit_parts": (_SHIP, "order.submit", 0),
    "Asked.send": (_ABOVE, "order.approve", 0),
    "Actions.cancel": (_CHANGE, "order.cancel", 0),
    "Actions.release": (_CHANGE, "order.release", 0),
    "Actions.update": (_CHANGE, "order.update", 0),
    "Actions.edit": (_CHANGE, "order.update", 0),
    "Returning.ask": (_CHANGE, "order.return", 0),
    "Rescues.begin": (_CHANGE, "order.rescue", 0),
    "Batches.begin": (_SHIP, "file.send", 0),
    "Batches.resume": (_SHIP, "file.send", 0),
}
"""The same of what is written at Amazon."""


def _named(names: Mapping[str, str], right: Right) -> dict[str, Right]:
    return {f"{room}.{name}": right for room, of in names.items() for name in of.split()}


def _table() -> dict[str, Right]:
    writes = {
        name: Right(needs, action, subject) for name, (needs, action, subject) in _WRITES.items()
    }
    kept = {
        f"Keeper.{name}": Right(_SEE, subject=1, kinds=KINDS)
        for name in ("get", "all", "keep", "forget", "forget_older")
    }
    at_amazon = {
        name: Right(needs, action, subject, at_amazon=True)
        for name, (needs, action, subject) in _AT_AMAZON.items()
    }
    return {
        **_named(_FREE, Right(None)),
        **_named(_SEEN, Right(_SEE)),
        **_named(_MASKED, Right(_SEE, mask=masked)),
        "Notes.all": Right(_SEE, mask=emptied),
        **_named(_SHOWN, Right(_PERSONAL)),
        **_named(_SENT, Right(_SHIP)),
        **_named(_CLOSED, Right(_OWN)),
        **writes,
        **kept,
        **at_amazon,
    }


RIGHTS: Mapping[str, Right] = MappingProxyType(_table())
"""The right that each method needs, by `Class.method`."""
_INNER = {
    "MCFService": "stock ordering tracking files alerts kept connection worker records privacy",
    "Stock": "review",
    "StockReview": "history choices purchases said",
    "Ordering": "previews drafts finished links submissions asked",
    "Tracking": "chronicle standings claims views actions notes proofs returning rescues many",
    "OrderFiles": "batches mappings origins skus",
}
ROOMS: Mapping[str, frozenset[str]] = MappingProxyType(
    {room: frozenset(inner.split()) for room, inner in _INNER.items()}
)
"""The rooms within rooms, which may be entered by everybody: what is done in them needs rights."""


def right_of(room: str, name: str) -> Right | None:
    """The right that a method of a class needs; None for one that isn't in the table."""
    return RIGHTS.get(f"{room}.{name}")
