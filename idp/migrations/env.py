"""Alembic's entry: runs on the connection that `idp.db.migrate` hands over."""

from __future__ import annotations

from alembic import context

from idp.db import Base
from idp.tables import ALL

target_metadata = Base.metadata
assert ALL, "importing idp.tables registers every model"  # noqa: S101

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=target_metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
