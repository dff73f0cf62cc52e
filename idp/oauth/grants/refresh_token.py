"""Refresh token grant (RFC 6749 6, RFC 9700 4.14.2, OpenID Connect Core 12): rotation and reuse detection.

A client that is held to FAPI 2.0 keeps its refresh token (5.3.2.1, 10): nobody else could use it, and no answer that
went astray can cost the client what it was granted.
"""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749 import grants

from idp import refusal_log
from idp.oauth import acting, fapi, sender_constraint, store, tokens
from idp.oauth.claims import SCOPES
from idp.oauth.client_metadata import AUTH_METHODS
from idp.oauth.errors import InvalidGrantError, InvalidScopeError
from idp.oauth.hashing import digest
from idp.oauth.models import Grant, RefreshToken
from idp.oauth.token_response import check_issuable, token_response


def _refused(check: str) -> InvalidGrantError:
    """One wording, whoever asks: which of these it is, is for the log (RFC 6749 5.2)."""
    refusal_log.failed(check)
    return InvalidGrantError("The refresh token is unknown, expired, used, or of another client.")


class RefreshTokenGrant(grants.RefreshTokenGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:
        context = self.server.context
        found = store.refresh_token(context.session, digest(refresh_token))
        if found is None or not found.check_client(self.request.client):
            raise _refused(
                "the refresh token is unknown" if found is None else "the refresh token is another client's"
            )
        if found.used_at is not None:
            self._end(found)
            raise _refused("the refresh token was used before; its family is revoked")
        if found.expires_at <= context.now:
            raise _refused("the refresh token has expired")
        return found

    def _validate_token_scope(self, token: RefreshToken) -> None:
        """RFC 6749 6: MUST NOT be more than was granted."""
        beyond = set((self.request.payload.scope or "").split()) - set(token.scope.split())
        if beyond:
            known = sorted(beyond & SCOPES)
            refusal_log.failed("the scope is wider than what was granted, by " + (", ".join(known) or "unknown ones"))
            raise InvalidScopeError("The scope is wider than what was granted.")

    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        context, old = self.server.context, self.request.refresh_token
        grant = acting.usable_grant(context.services, context.session, old.grant_id, context.now)
        if grant is None:
            raise InvalidGrantError("The grant is revoked, or the account cannot be used.")
        sender_constraint.check_refresh(old.cnf, context.cnf)
        if fapi.holds(self.request.client):
            return self._keeping(old, grant)
        check_issuable(context, self.request.client, grant.id)
        if not store.use_refresh_token(context.session, old.token_hash, context.now):
            self._end(old)
            raise _refused("the refresh token was used before; its family is revoked")
        # Core 12.2: an ID Token from a refresh SHOULD NOT have a nonce.
        body = token_response(context, self.request.client, grant, self._scope(), nonce=None)
        return 200, body, self.TOKEN_RESPONSE_HEADER

    def _keeping(self, token: RefreshToken, grant: Grant) -> tuple[int, dict[str, Any], Any]:
        context = self.server.context
        body = token_response(context, self.request.client, grant, self._scope(), nonce=None, rotate=False)
        token.expires_at = tokens.refresh_ends(grant, context.now)
        return 200, {**body, "refresh_token": self.request.payload.data["refresh_token"]}, self.TOKEN_RESPONSE_HEADER

    def _scope(self) -> str | None:
        return " ".join(sorted(set((self.request.payload.scope or "").split()))) or None

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
