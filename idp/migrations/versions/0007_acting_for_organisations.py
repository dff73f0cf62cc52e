"""acting for organisations"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import idp.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROLE = "ck_representation_role"


def upgrade() -> None:
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dissolved_on", sa.Date(), nullable=True))
    with op.batch_alter_table("representation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("authorised_by", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("authorised_at", idp.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(op.f(ROLE), type_="check")
        batch_op.create_check_constraint(op.f(ROLE), "role IN ('legal_representative', 'staff')")
    _make_applications()
    with op.batch_alter_table("oauth_consent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acting_for", sa.String(length=64), nullable=True))
    with op.batch_alter_table("oauth_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acting_for", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_oauth_grant_acting_for"), ["acting_for"], unique=False)
    with op.batch_alter_table("oauth_pending_authorization", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acting_sub", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """What was done for an organisation is not a person's: it goes, rather than become hers."""
    with op.batch_alter_table("oauth_pending_authorization", schema=None) as batch_op:
        batch_op.drop_column("acting_sub")
    op.execute("DELETE FROM oauth_grant WHERE acting_for IS NOT NULL")
    op.execute("DELETE FROM oauth_consent WHERE acting_for IS NOT NULL")
    with op.batch_alter_table("oauth_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_grant_acting_for"))
        batch_op.drop_column("acting_for")
    with op.batch_alter_table("oauth_consent", schema=None) as batch_op:
        batch_op.drop_column("acting_for")
    op.drop_table("organisation_application")
    op.execute("DELETE FROM representation WHERE role = 'staff'")
    with op.batch_alter_table("representation", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(ROLE), type_="check")
        batch_op.create_check_constraint(op.f(ROLE), "role IN ('legal_representative')")
        batch_op.drop_column("authorised_at")
        batch_op.drop_column("authorised_by")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_column("dissolved_on")


def _make_applications() -> None:
    op.create_table(
        "organisation_application",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.Column("applied_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'refused')", name=op.f("ck_organisation_application_state")
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_organisation_application_refusal")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_application_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subject"],
            ["account.subject"],
            name=op.f("fk_organisation_application_subject_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_application")),
    )
    with op.batch_alter_table("organisation_application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_application_subject"), ["subject"], unique=False)
        batch_op.create_index(
            "ix_organisation_application_waiting",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
