"""everything that may be registered of a client, and what tokens are bound to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import idp.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ADDRESSES = (
    "logo_uri",
    "jwks_uri",
    "sector_identifier_uri",
    "initiate_login_uri",
    "frontchannel_logout_uri",
    "backchannel_logout_uri",
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_uri",
)
HOSTS = ("tls_client_auth_san_dns", "tls_client_auth_san_email")
SIGNED = (
    "token_endpoint_auth_signing_alg",
    "userinfo_signed_response_alg",
    "request_object_signing_alg",
    "authorization_signed_response_alg",
    "introspection_signed_response_alg",
)
ENCRYPTED = ("id_token", "userinfo", "authorization", "introspection")
FLAGS = (
    "require_auth_time",
    "frontchannel_logout_session_required",
    "backchannel_logout_session_required",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "dpop_bound_access_tokens",
    "tls_client_certificate_bound_access_tokens",
)
LISTS = ("lenient", "identity_levels", "resources")


def upgrade() -> None:
    with op.batch_alter_table("oauth_client", schema=None) as batch_op:
        for column in _columns():
            batch_op.add_column(column)
    for table, names in _of_tokens().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, kind in names.items():
                batch_op.add_column(sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """A client that was disabled must not come back to life: it goes, with all that was granted to it."""
    op.execute("DELETE FROM oauth_client WHERE disabled_at IS NOT NULL")
    for table, names in _of_tokens().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in names:
                batch_op.drop_column(name)
    with op.batch_alter_table("oauth_client", schema=None) as batch_op:
        for column in _columns():
            batch_op.drop_column(column.name)


def _columns() -> list[sa.Column[object]]:
    encryption = [f"{one}_encrypted_response_{kind}" for one in ENCRYPTED for kind in ("alg", "enc")]
    texts = {
        **dict.fromkeys(ADDRESSES, 500),
        **dict.fromkeys(HOSTS, 255),
        **dict.fromkeys(SIGNED, 10),
        **dict.fromkeys(encryption, 20),
        "tls_client_auth_san_ip": 45,
        "software_id": 200,
        "software_version": 100,
        "registration_access_token_hash": 64,
    }
    return [
        *(sa.Column(name, sa.String(length=length), nullable=True) for name, length in texts.items()),
        *(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()) for name in FLAGS),
        *(sa.Column(name, sa.JSON(), nullable=False, server_default="[]") for name in LISTS),
        sa.Column("disabled_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("registered_by", sa.String(length=20), nullable=False, server_default="operator"),
        sa.Column("subject_type", sa.String(length=10), nullable=False, server_default="pairwise"),
        sa.Column("profile", sa.String(length=30), nullable=False, server_default="oidc"),
        sa.Column("access_token_format", sa.String(length=10), nullable=False, server_default="opaque"),
    ]


def _of_tokens() -> dict[str, dict[str, sa.types.TypeEngine[object]]]:
    return {
        "oauth_grant": {"resource": sa.JSON()},
        "oauth_authorization_code": {"dpop_jkt": sa.String(length=43)},
        "oauth_access_token": {"audience": sa.JSON(), "cnf": sa.JSON()},
        "oauth_refresh_token": {"cnf": sa.JSON()},
    }
