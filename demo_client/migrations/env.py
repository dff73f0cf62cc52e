"""Alembic's entry: runs on the connection that `demo_client.db.Database.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from demo_client import models
from demo_client.db import VERSION_TABLE, Base

assert models.__name__, "importing the models registers their tables"  # noqa: S101
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
