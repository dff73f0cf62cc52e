"""What is over is forgotten, except where remembering it is what protects."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from idp.oauth import models, store
from tests.oauth.conftest import Provider

OFFLINE = "openid offline_access"


def forget(provider: Provider) -> None:
    with provider.db.begin() as session:
        store.delete_expired(session, provider.clock.now())


def counts(provider: Provider) -> dict[str, int]:
    tables = (
        models.PendingAuthorization,
        models.AuthorizationCode,
        models.AccessToken,
        models.RefreshToken,
        models.Grant,
        models.Consent,
    )
    with provider.db.read() as session:
        return {table.__name__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_nothing_live_is_forgotten(provider: Provider) -> None:
    """Tokens go on working."""
    tokens = provider.tokens(scope=OFFLINE)
    before = counts(provider)
    forget(provider)
    assert counts(provider) == before
    assert provider.userinfo(tokens["access_token"]).status_code == 200


def test_a_reuse_is_noticed_long_after_the_code_expired(provider: Provider) -> None:
    """RFC 6749 4.1.2: the second use of a code revokes what still lives of the first."""
    code = provider.code(scope=OFFLINE)
    tokens = provider.redeem(code).get_json()
    provider.clock.instant += timedelta(days=20)
    forget(provider)
    assert provider.redeem(code).get_json()["error"] == "invalid_grant"
    assert provider.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_in_the_end_only_the_record_is_left(provider: Provider) -> None:
    """Who was granted what stays known; nothing that could be used does."""
    provider.tokens(scope=OFFLINE)
    provider.clock.instant += timedelta(days=181)
    forget(provider)
    assert counts(provider) == {
        "PendingAuthorization": 0,
        "AuthorizationCode": 0,
        "AccessToken": 0,
        "RefreshToken": 0,
        "Grant": 1,
        "Consent": 1,
    }
