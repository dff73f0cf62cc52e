"""Authorization code grant (RFC 6749 4.1.3, OpenID Connect Core 3.1.3).

A code is used up only by a request that is right in everything; one used before ends what was issued for it.
"""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749 import grants

from idp import refusal_log
from idp.oauth import acting, redirect_uris, sender_constraint, store
from idp.oauth.client_metadata import AUTH_METHODS
from idp.oauth.errors import InvalidGrantError, InvalidRequestError
from idp.oauth.hashing import digest
from idp.oauth.models import AuthorizationCode, Client
from idp.oauth.token_response import check_issuable, token_response


def _refused(check: str) -> InvalidGrantError:
    """One wording, whoever asks: which of these it is, is for the log (RFC 6749 5.2)."""
    refusal_log.failed(check)
    return InvalidGrantError("The code is unknown, expired, used, or of another client.")


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def query_authorization_code(self, code: str, client: Client) -> AuthorizationCode | None:
        context = self.server.context
        found = store.code(context.session, digest(code))
        if found is None or found.client_id != client.client_id:  # RFC 6749 4.1.3: issued to this client
            raise _refused("the code is unknown" if found is None else "the code was issued to another client")
        if found.used_at is not None:
            self._end(found)
            raise _refused("the code was used before; what was issued for it is revoked")
        # Core 3.1.3.2: identical to the redirect_uri of the authorization request, which always has one here.
        if self.request.payload.redirect_uri is None:
            raise InvalidRequestError("The parameter redirect_uri is missing.")
        if found.expires_at <= context.now:
            raise _refused("the code has expired")
        if self.request.payload.redirect_uri != found.redirect_uri:
            refusal_log.failed(redirect_uris.difference_from(found.redirect_uri, self.request.payload.redirect_uri))
            raise InvalidGrantError("The redirect_uri is another than in the authorization request.")
        return found

    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        context, code = self.server.context, self.request.authorization_code
        sender_constraint.check_code(code.dpop_jkt, context.cnf)
        check_issuable(context, self.request.client, code.grant_id)
        if not store.use_code(context.session, code.code_hash, context.now):
            self._end(code)  # another request was faster: RFC 6749 4.1.2, more than once
            raise _refused("the code was used before; what was issued for it is revoked")
        grant = acting.usable_grant(context.services, context.session, code.grant_id, context.now)
        if grant is None:
            refusal_log.failed("the grant is revoked, or the account cannot be used")
            raise InvalidGrantError("The grant is revoked, or the account cannot be used.")
        body = token_response(context, self.request.client, grant, None, nonce=grant.nonce)
        return 200, body, self.TOKEN_RESPONSE_HEADER

    def _end(self, code: AuthorizationCode) -> None:
        context = self.server.context
        store.revoke_grant(context.session, code.grant_id, context.now)
        context.services.audit.record(
            context.session,
            event="oauth.code_reused",
            subject=None,
            client_id=code.client_id,
            details={"grant": code.grant_id},
            now=context.now,
        )
