"""PKCE at the token endpoint (RFC 7636 4.5 and 4.6): S256 alone.

Authlib takes `plain` for the default and compares in variable time; both are overridden. That a challenge is there
is the authorization endpoint's affair (`idp.oauth.authorization_request`).
"""

from __future__ import annotations

import hmac
import re
from typing import Any

from authlib.oauth2.rfc7636 import CodeChallenge, create_s256_code_challenge

from idp.oauth.errors import InvalidGrantError, InvalidRequestError
from idp.oauth.models import AuthorizationCode

VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 4.1


def _same(verifier: str, challenge: str) -> bool:
    return hmac.compare_digest(create_s256_code_challenge(verifier), challenge)


class S256CodeChallenge(CodeChallenge):  # type: ignore[misc]
    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)
    CODE_CHALLENGE_METHODS = {"S256": _same}  # noqa: RUF012 - Authlib's name and type

    def validate_code_verifier(self, grant: Any, result: object) -> None:
        """Authlib's rules, in words that say what to mend."""
        verifier, challenge = grant.request.form.get("code_verifier"), grant.request.authorization_code.code_challenge
        if challenge and not verifier:
            raise InvalidRequestError("The parameter code_verifier is missing.")
        if verifier and not VERIFIER.fullmatch(verifier):
            raise InvalidRequestError("The code_verifier must be 43 to 128 letters, digits, '-', '.', '_' or '~'.")
        try:
            super().validate_code_verifier(grant, result)
        except InvalidGrantError as error:  # RFC 7636 4.6
            raise InvalidGrantError("The code_verifier does not fit the code_challenge.") from error

    def get_authorization_code_challenge_method(self, authorization_code: AuthorizationCode) -> str:
        return "S256"
