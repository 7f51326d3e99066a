"""Who may sign in, with which role, who did what, and whose drafts and views are whose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from mcf.store import upgrading

revision = "0007"
down_revision = "0006"

_OWNED = ("submissions", "happenings", "kept")


def upgrade() -> None:
    """Adds tables and columns; what is there belongs to all, views to where nobody signs in."""
    for name in _OWNED:
        op.add_column(name, sa.Column("person_id", sa.String(32)))
    _own_views()
    _add_people()
    _add_audit()
    _seal_buyers_data()


def _seal_buyers_data() -> None:
    op.add_column("orders", sa.Column("told_marketplace", sa.String(20)))
    op.add_column("orders", sa.Column("forgotten_at", sa.DateTime(timezone=True)))
    op.add_column("tracking", sa.Column("tracking_link", sa.Text()))
    upgrading.seal_rows(op.get_bind())


def _time(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _key(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), primary_key=True)


def _own_views() -> None:
    op.create_table(
        "views_7",
        *(_key("account", 64), _key("marketplace_id", 20), _key("person_id", 32)),
        *(_key("page", 40), _key("name", 80)),
        sa.Column("query", sa.Text(), nullable=False),
    )
    op.execute(
        "INSERT INTO views_7 (account, marketplace_id, person_id, page, name, query) "
        "SELECT account, marketplace_id, '', page, name, query FROM views"
    )
    op.drop_table("views")
    op.rename_table("views_7", "views")


def _add_people() -> None:
    op.create_table(
        "people",
        _key("person_id", 32),
        sa.Column("email", sa.String(320), nullable=False, unique=True),
        *(sa.Column(name, sa.String(255)) for name in ("issuer", "subject")),
        _time("invited_at", nullable=False),
        sa.Column("invited_by", sa.String(32)),
        *(_time("last_seen_at"), _time("disabled_at"), _time("changed_at", nullable=False)),
        sa.UniqueConstraint("issuer", "subject", name="people_by_subject"),
    )
    op.create_table(
        "grants",
        *(_key("person_id", 32), _key("account", 64), _key("marketplace_id", 20)),
        _text("role", 20),
    )
    op.create_table(
        "sign_ins",
        *(_key("sign_in_id", 64), _text("person_id", 32)),
        *(_time("began_at", nullable=False), _time("ends_at", nullable=False), _time("ended_at")),
        sa.Column("origin", sa.String(64)),
    )


def _add_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        _time("at", nullable=False),
        *(_text("person_id", 32), _text("origin", 64), _text("action", 60)),
        *(_text("account", 64), _text("marketplace_id", 20), _text("subject", 400)),
        _text("outcome", 60),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("before", "after")),
        *(_text("request_id", 120), _text("chain", 64)),
    )
