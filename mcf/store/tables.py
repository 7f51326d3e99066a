"""The tables of the store. Every row belongs to an account and a marketplace; times are UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from mcf.amazon.inventory_pages import QUANTITIES
from mcf.store.sealing import Mark, SealedJSON, SealedText

SCHEMA_VERSION = 7
DAY_QUANTITIES = (
    "fulfillable_quantity",
    "pending_customer_order_quantity",
    "pending_transshipment_quantity",
    "fc_processing_quantity",
    "inbound_working_quantity",
    "inbound_shipped_quantity",
    "inbound_receiving_quantity",
    "researching_quantity",
    "unfulfillable_quantity",
)
"""The counts that are kept of each day; a day is the number of days since 1970-01-01, in UTC."""
DAY_MOVEMENTS = ("receipts", "customer_shipments")
"""The units that came and went in a day; NULL where no ledger told them."""
LEDGER_MOVEMENTS = (
    *("returned", "found", "lost", "damaged", "removed", "moved", "other", "unknown"),
)
"""What else a ledger tells of the sellable units of a day; less than 0 where they went."""
BOOKKEEPING = frozenset({"detailed_at", "tracked_at"})
"""When something was read; a change of only these is no change of the data."""
_NO_ZONE = "the store takes times with a zone only"


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite has no zones, so it keeps the bare UTC time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """What makes SQLite's text at once; SQLAlchemy's own way there takes ten times as long."""
        return _sqlite_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way in; raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(_NO_ZONE)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def _sqlite_text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError(_NO_ZONE)
    return moment.astimezone(UTC).isoformat(" ", "microseconds")[:26]


metadata = MetaData()


def _table(name: str, *columns: Any) -> Table:
    return Table(
        name,
        metadata,
        Column("account", String(64), primary_key=True),
        Column("marketplace_id", String(20), primary_key=True),
        *columns,
    )


def _key(name: str, length: int = 64) -> Column[str]:
    return Column(name, String(length), primary_key=True)


def _sealed(table: str, name: str, *, nullable: bool = True) -> Column[str]:
    """A text with buyers' data."""
    return Column(name, SealedText(f"{table}.{name}"), nullable=nullable)


def _sealed_json(table: str, name: str, *, nullable: bool = True) -> Column[Any]:
    """JSON with buyers' data."""
    return Column(name, SealedJSON(f"{table}.{name}"), nullable=nullable)


def _changed() -> Column[int]:
    """The table's revision at which the row last changed, for who reads only what changed."""
    return Column("changed", BigInteger, nullable=False, server_default="0")


inventory = _table(
    "inventory",
    _key("seller_sku", 255),
    Column("asin", String(20)),
    Column("fn_sku", String(20)),
    Column("product_name", Text),
    Column("condition", String(40)),
    *(Column(name, Integer, nullable=False) for name in QUANTITIES),
    Column("last_updated_time", UTCDateTime),
    Column("raw", JSON, nullable=False),
    _changed(),
    Column("untold", Text),
)
"""`untold` names the counts that Amazon never told, with blanks between; they stand as 0."""
orders = _table(
    "orders",
    _key("seller_fulfillment_order_id"),
    Column("displayable_order_id", Text, nullable=False),
    Column("displayable_order_date", UTCDateTime),
    Column("status", String(40), nullable=False),
    Column("shipping_speed_category", String(40)),
    Column("fulfillment_action", String(20)),
    Column("fulfillment_policy", String(40)),
    Column("received_date", UTCDateTime),
    Column("status_updated_date", UTCDateTime),
    _sealed("orders", "recipient"),
    _sealed("orders", "city"),
    Column("state_or_region", Text),
    _sealed("orders", "postal_code"),
    Column("country_code", String(8)),
    Column("detailed_at", UTCDateTime),
    Column("detailed_status_date", UTCDateTime),
    Column("fingerprint", Mark(32)),
    _sealed_json("orders", "raw", nullable=False),
    _changed(),
    Column("told_marketplace", String(20)),
    Column("forgotten_at", UTCDateTime),
)
"""`told_marketplace` is the marketplace that Amazon names, `forgotten_at` when the buyer's data
went; nothing of it is kept again.
"""
Index("orders_by_fingerprint", orders.c.account, orders.c.marketplace_id, orders.c.fingerprint)
Index("orders_by_status", orders.c.account, orders.c.marketplace_id, orders.c.status)
order_items = _table(
    "order_items",
    _key("seller_fulfillment_order_id"),
    _key("seller_fulfillment_order_item_id"),
    Column("seller_sku", String(255), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("cancelled_quantity", Integer, nullable=False),
    Column("unfulfillable_quantity", Integer, nullable=False),
    Column("estimated_ship_date", UTCDateTime),
    Column("estimated_arrival_date", UTCDateTime),
    _sealed_json("order_items", "raw", nullable=False),
    _changed(),
)
shipments = _table(
    "shipments",
    _key("seller_fulfillment_order_id"),
    _key("amazon_shipment_id"),
    Column("fulfillment_center_id", String(20)),
    Column("status", String(40), nullable=False),
    Column("shipping_date", UTCDateTime),
    Column("estimated_arrival_date", UTCDateTime),
    _sealed_json("shipments", "raw", nullable=False),
)
packages = _table(
    "packages",
    _key("seller_fulfillment_order_id"),
    _key("amazon_shipment_id"),
    Column("package_number", BigInteger, primary_key=True, autoincrement=False),
    Column("carrier_code", Text),
    Column("tracking_number", Text),
    Column("estimated_arrival_date", UTCDateTime),
    Column("units", Integer, nullable=False),
    Column("contents", Text, nullable=False),
    _sealed_json("packages", "raw", nullable=False),
    _changed(),
)
tracking = _table(
    "tracking",
    Column("package_number", BigInteger, primary_key=True, autoincrement=False),
    Column("status", String(40)),
    Column("ship_date", UTCDateTime),
    Column("estimated_arrival_date", UTCDateTime),
    Column("delivered_at", UTCDateTime),
    Column("tracked_at", UTCDateTime, nullable=False),
    Column("last_event_at", UTCDateTime),
    _sealed("tracking", "last_event"),
    _sealed("tracking", "last_place"),
    _sealed_json("tracking", "raw", nullable=False),
    _changed(),
    Column("tracking_link", Text),
)
for _noted in (inventory, orders, order_items, packages, tracking):
    Index(f"{_noted.name}_by_change", _noted.c.account, _noted.c.marketplace_id, _noted.c.changed)
submissions = _table(
    "submissions",
    _key("seller_fulfillment_order_id"),
    Column("state", String(20), nullable=False),
    _sealed_json("submissions", "request", nullable=False),
    _sealed_json("submissions", "preview"),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    _sealed("submissions", "message"),
    Column("advice", Text),
    Column("request_id", Text),
    Column("fingerprint", Mark(32)),
    Column("batch", String(40)),
    Column("promised_ship_date", UTCDateTime),
    Column("promised_arrival_date", UTCDateTime),
    Column("fee", String(20)),
    Column("fee_currency", String(8)),
    Column("person_id", String(32)),
)
"""`promised_ship_date`, `promised_arrival_date` (the latest of each), `fee` are the preview's;
`person_id` is who sent it, NULL where nobody signs in.
"""
Index(
    "submissions_by_fingerprint",
    submissions.c.account,
    submissions.c.marketplace_id,
    submissions.c.fingerprint,
)
Index(
    "submissions_by_batch",
    submissions.c.account,
    submissions.c.marketplace_id,
    submissions.c.batch,
)
happenings = _table(
    "happenings",
    _key("happening_id", 32),
    Column("seller_fulfillment_order_id", String(64), nullable=False),
    Column("package_number", BigInteger),
    Column("kind", String(30), nullable=False),
    _sealed("happenings", "before"),
    _sealed("happenings", "after"),
    Column("at", UTCDateTime, nullable=False),
    Column("noticed_at", UTCDateTime, nullable=False),
    _sealed("happenings", "told"),
    _changed(),
    Column("person_id", String(32)),
)
"""What changed of orders and parcels, as it was noticed here, and what was done about them here.

`person_id` is who did it, NULL for Amazon, the program itself, and where nobody signs in.
"""
Index(
    "happenings_by_order",
    happenings.c.account,
    happenings.c.marketplace_id,
    happenings.c.seller_fulfillment_order_id,
)
Index(
    "happenings_by_change", happenings.c.account, happenings.c.marketplace_id, happenings.c.changed
)
returns = _table(
    "returns",
    _key("seller_fulfillment_order_id"),
    _key("seller_return_item_id", 80),
    Column("seller_fulfillment_order_item_id", String(64)),
    Column("amazon_shipment_id", String(64)),
    Column("reason_code", String(80)),
    _sealed("returns", "comment"),
    Column("status", String(40)),
    Column("status_changed_date", UTCDateTime),
    Column("return_authorization_id", String(80)),
    Column("received_condition", String(40)),
    _sealed_json("returns", "raw", nullable=False),
    _sealed_json("returns", "raw_authorization"),
)
"""Units that recipients send back, one per row, with Amazon's authorization of the return."""
alerts_told = _table(
    "alerts_told",
    _key("channel", 20),
    _key("event", 120),
    Column("at", UTCDateTime, nullable=False),
)
"""Which event was told by which channel, so that each is told once."""
sync_runs = _table(
    "sync_runs",
    Column("subject", String(20), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("finished_at", UTCDateTime),
    Column("whole_at", UTCDateTime),
    Column("known_until", UTCDateTime),
    Column("full_at", UTCDateTime),
    Column("pages", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("message", Text),
    Column("advice", Text),
    Column("note", Text),
)
revisions = _table(
    "revisions",
    _key("table_name", 40),
    Column("revision", BigInteger, nullable=False),
    Column("deleted", BigInteger, nullable=False, server_default="0"),
)
skus = Table(
    "skus",
    metadata,
    Column("sku_id", Integer, primary_key=True),
    Column("account", String(64), nullable=False),
    Column("marketplace_id", String(20), nullable=False),
    Column("seller_sku", String(255), nullable=False),
    UniqueConstraint("account", "marketplace_id", "seller_sku", name="skus_by_name"),
)
inventory_days = Table(
    "inventory_days",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("sku_id", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Integer, nullable=False) for name in DAY_QUANTITIES),
    *(Column(name, Integer) for name in DAY_MOVEMENTS),
    Column("left_units", Integer),
    Column("days_in_stock", Integer),
    sqlite_with_rowid=False,
)
inventory_weeks = Table(
    "inventory_weeks",
    metadata,
    Column("week", Integer, primary_key=True, autoincrement=False),
    Column("sku_id", Integer, primary_key=True, autoincrement=False),
    Column("units", Integer, nullable=False),
    Column("days_in_stock", Integer, nullable=False),
    sqlite_with_rowid=False,
)
inventory_moves = Table(
    "inventory_moves",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("sku_id", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Integer, nullable=False) for name in LEDGER_MOVEMENTS),
    sqlite_with_rowid=False,
)
forecasts = Table(
    "forecasts",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("sku_id", Integer, primary_key=True, autoincrement=False),
    Column("week", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("plain_month", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""What was expected, on a day, of SKUs that sell: sums over the next 7 and 30 days from that day
on, and what the plain mean of the 30 days before made of 30; in hundredths of a unit.
"""
sku_rules = _table(
    "sku_rules",
    _key("seller_sku", 255),
    Column("lead_time_days", Integer),
    Column("safety_days", Integer),
    Column("order_days", Integer),
    Column("excess_days", Integer),
    Column("case_pack", Integer),
    Column("reserve_units", Integer),
    Column("low_units", Integer),
    Column("unit_cost", Numeric(18, 4)),
    Column("tags", Text),
    Column("service_level", Integer),
    Column("lead_spread_days", Integer),
    Column("minimum_units", Integer),
    Column("supplier", Text),
    Column("price", Numeric(18, 4)),
    Column("currency", Text),
    Column("supplier_days", Integer),
    Column("transport_days", Integer),
    Column("put_away_days", Integer),
    Column("elsewhere_units", Integer),
    Column("second_supplier", Text),
    Column("second_lead_time_days", Integer),
    Column("second_unit_cost", Numeric(18, 4)),
)
"""What the seller decided about a SKU; the row without a SKU ("") holds the defaults."""
purchases = _table(
    "purchases",
    _key("seller_sku", 255),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(20), nullable=False),
    Column("units", Integer, nullable=False),
    Column("supplier", Text),
    Column("unit_cost", Numeric(18, 4)),
    Column("ordered_day", Integer, nullable=False),
    Column("expected_day", Integer, nullable=False),
    Column("arrived_day", Integer),
    Column("placed_at", UTCDateTime, nullable=False),
    Column("announced_then", Integer, nullable=False),
    Column("shipped_then", Integer, nullable=False),
    Column("receiving_then", Integer, nullable=False),
)
"""What was ordered of suppliers, numbered from 1 for each SKU, and what was inbound then."""
expectations = _table(
    "expectations",
    _key("expectation_id", 32),
    Column("skus", JSON, nullable=False),
    Column("tag", Text),
    Column("first_day", Integer, nullable=False),
    Column("last_day", Integer, nullable=False),
    Column("way", String(20), nullable=False),
    Column("amount", Float(53)),
    Column("reason", Text, nullable=False),
    Column("said_by", Text),
    Column("said_at", UTCDateTime, nullable=False),
    Column("learns", Integer, nullable=False),
)
"""What sellers expect of days to come, and know of days that were; days as `inventory_days`'."""
stock_ages = _table(
    "stock_ages",
    _key("seller_sku", 255),
    Column("day", Integer, nullable=False),
    Column("units_91", Integer),
    Column("units_181", Integer),
    Column("units_271", Integer),
    Column("units_366", Integer),
    Column("surcharge", Numeric(18, 4)),
    Column("storage_fee", Numeric(18, 4)),
    Column("currency", String(8)),
)
"""How old Amazon's last report says units are (from so many days on), and what they'll cost."""
put_off = _table(
    "put_off",
    _key("concern", 400),
    Column("until", UTCDateTime, nullable=False),
)
views = _table(
    "views",
    _key("person_id", 32),
    _key("page", 40),
    _key("name", 80),
    _sealed("views", "query", nullable=False),
)
"""Views that a person saved; `person_id` is empty where nobody signs in."""
kept = _table(
    "kept",
    _key("kind", 20),
    _key("key", 80),
    _sealed_json("kept", "content", nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    Column("person_id", String(32)),
)
"""What a person keeps for the order form. No revision: drafts change with every keystroke.

`person_id` is whose it is, NULL for what belongs to all and where nobody signs in.
"""
turns = Table(
    "turns",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("operation", String(40), primary_key=True),
    Column("arrival", Float(53), nullable=False),
    Column("before", Float(53), nullable=False),
    Column("slow_until", Float(53), nullable=False),
)
leases = _table(
    "leases",
    _key("name", 40),
    Column("holder", String(200), nullable=False),
    Column("until", Float(53), nullable=False),
)
people = Table(
    "people",
    metadata,
    Column("person_id", String(32), primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("issuer", String(255)),
    Column("subject", String(255)),
    Column("invited_at", UTCDateTime, nullable=False),
    Column("invited_by", String(32)),
    Column("last_seen_at", UTCDateTime),
    Column("disabled_at", UTCDateTime),
    Column("changed_at", UTCDateTime, nullable=False),
    UniqueConstraint("issuer", "subject", name="people_by_subject"),
)
"""Who may sign in: an invitation by e-mail (in small letters), then the provider's subject.

`changed_at` is when rights last changed: sessions from before have ended.
"""
grants = Table(
    "grants",
    metadata,
    Column("person_id", String(32), primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("marketplace_id", String(20), primary_key=True),
    Column("role", String(20), nullable=False),
)
"""Which role a person has where; "*" stands for all accounts and all marketplaces."""
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("sign_in_id", String(64), primary_key=True),
    Column("person_id", String(32), nullable=False),
    Column("began_at", UTCDateTime, nullable=False),
    Column("ends_at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),
    Column("origin", String(64)),
)
"""Sessions by a digest of what names them in the cookie; `origin` is the address one came from."""
audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UTCDateTime, nullable=False),
    Column("person_id", String(32), nullable=False),
    Column("origin", String(64), nullable=False),
    Column("action", String(60), nullable=False),
    Column("account", String(64), nullable=False),
    Column("marketplace_id", String(20), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("outcome", String(60), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("request_id", String(120), nullable=False),
    Column("chain", String(64), nullable=False),
)
"""What was done, by whom, without names; append-only. `chain` is a digest of the record and of the
`chain` before it. `person_id` is empty for the program, "machine" for who needn't sign in.
"""
meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
