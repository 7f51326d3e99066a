"""Alembic's entry: migrates through the connection that `mcf.store.schema` has opened."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
