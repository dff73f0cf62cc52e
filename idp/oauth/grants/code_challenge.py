"""PKCE at the token endpoint (RFC 7636 4.5 and 4.6): S256 alone.

Authlib takes `plain` for the default and compares in variable time; both are overridden. That a challenge is there
is the authorization endpoint's affair (`idp.oauth.authorization_request`).
"""

from __future__ import annotations

import hmac

from authlib.oauth2.rfc7636 import CodeChallenge, create_s256_code_challenge

from idp.oauth.models import AuthorizationCode


def _same(verifier: str, challenge: str) -> bool:
    return hmac.compare_digest(create_s256_code_challenge(verifier), challenge)


class S256CodeChallenge(CodeChallenge):  # type: ignore[misc]
    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)
    CODE_CHALLENGE_METHODS = {"S256": _same}  # noqa: RUF012 - Authlib's name and type

    def get_authorization_code_challenge_method(self, authorization_code: AuthorizationCode) -> str:
        return "S256"
