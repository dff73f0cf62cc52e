"""the newest consent"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0015"
branch_labels = None
depends_on = None

INDEX, TABLE = "ix_oauth_consent_newest", "oauth_consent"


def upgrade() -> None:
    op.create_index(INDEX, TABLE, ["client_id", "subject", "given_at"])


def downgrade() -> None:
    op.drop_index(INDEX, table_name=TABLE)
