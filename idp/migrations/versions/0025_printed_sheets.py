"""printed sheets, and what a checker must know of one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import idp.db

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "printed_sheet",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("printed_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_printed_sheet_document_id_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_printed_sheet")),
    )
    op.create_index(op.f("ix_printed_sheet_document_id"), "printed_sheet", ["document_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_printed_sheet_document_id"), table_name="printed_sheet")
    op.drop_table("printed_sheet")
