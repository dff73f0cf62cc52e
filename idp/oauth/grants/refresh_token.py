"""Refresh token grant (RFC 6749 6, RFC 9700 4.14.2, OpenID Connect Core 12): rotation and reuse detection."""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749 import grants

from idp.oauth import acting, store
from idp.oauth.client_metadata import AUTH_METHODS
from idp.oauth.errors import InvalidGrantError
from idp.oauth.hashing import digest
from idp.oauth.models import RefreshToken
from idp.oauth.token_response import check_issuable, token_response


class RefreshTokenGrant(grants.RefreshTokenGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:
        context = self.server.context
        found = store.refresh_token(context.session, digest(refresh_token))
        if found is None or not found.check_client(self.request.client):
            return None
        if found.used_at is not None:
            self._end(found)
            return None
        return found if found.expires_at > context.now else None

    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        context, old = self.server.context, self.request.refresh_token
        grant = acting.usable_grant(context.services, context.session, old.grant_id, context.now)
        if grant is None:
            raise InvalidGrantError("The grant is revoked, or the account cannot be used.")
        check_issuable(context, self.request.client, grant.id)
        if not store.use_refresh_token(context.session, old.token_hash, context.now):
            self._end(old)
            raise InvalidGrantError("The refresh token was used before; its family is revoked.")
        scope = " ".join(sorted(set((self.request.payload.scope or "").split()))) or None
        # Core 12.2: an ID Token from a refresh SHOULD NOT have a nonce.
        return 200, token_response(context, self.request.client, grant, scope, nonce=None), self.TOKEN_RESPONSE_HEADER

    def _end(self, token: RefreshToken) -> None:
        context = self.server.context
        store.revoke_grant(context.session, token.grant_id, context.now)
        context.services.audit.record(
            context.session,
            event="oauth.refresh_token_reused",
            subject=None,
            client_id=token.client_id,
            details={"grant": token.grant_id},
            now=context.now,
        )
