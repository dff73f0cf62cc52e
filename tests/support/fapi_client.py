"""A client that is held to FAPI 2.0, in requests: a fresh assertion and proof each time."""

from __future__ import annotations

from typing import Any

from dpop_sender import DPoPSender, sign
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from werkzeug.test import TestResponse

from tests.oauth.conftest import ISSUER, REDIRECT, VERIFIER, Provider, parameters_of
from tests.oauth.test_oauth_private_key_jwt import TYPE, claims

TOKEN = f"{ISSUER}/token"
KEYS: dict[str, Key] = {
    "ES256": ECKey.generate_key("P-256", {"kid": "es"}),
    "PS256": RSAKey.generate_key(2048, {"kid": "ps"}),
    "RS256": RSAKey.generate_key(2048, {"kid": "rs"}),
    "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed-older"}),
}
JWKS = {"keys": [key.as_dict(private=False) for key in KEYS.values()]}
ES256 = DPoPSender()


class Client:
    """Sends token requests as `rp`, a fresh assertion and proof each time."""

    def __init__(self, provider: Provider) -> None:
        self.provider, self.number = provider, 0

    def assertion(self, alg: str = "ES256", **changes: Any) -> str:
        self.number += 1
        body = claims(self.provider, **{"jti": f"j-{self.number}", **changes})
        return sign({"alg": alg, "kid": KEYS[alg].get("kid")}, body, KEYS[alg])

    def proof(self, sender: DPoPSender = ES256, **changes: Any) -> str:
        now = self.provider.clock.now()
        nonce = {"nonce": self.provider.services.nonces.current(now)}
        return sender.proof("POST", TOKEN, now, **{**nonce, **changes})

    def post(self, fields: dict[str, str], assertion: str | None, **headers: str) -> TestResponse:
        signed = assertion or self.assertion()
        body = {"client_assertion_type": TYPE, "client_assertion": signed, **fields}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.provider.app.test_client().post("/token", data=body, headers=named)

    def redeem(self, code: str = "c", assertion: str | None = None, **headers: str) -> TestResponse:
        fields = {
            "grant_type": "authorization_code",
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
            "code": code,
        }
        return self.post({**fields, "code": code}, assertion, **headers)

    def refresh(self, token: str, **headers: str) -> TestResponse:
        return self.post({"grant_type": "refresh_token", "refresh_token": token}, None, **headers)

    def code(self, **changes: str | None) -> str:
        """5.3.2.2: the request is pushed, and the browser comes with its reference alone."""
        pushed = {"client_assertion_type": TYPE, "client_assertion": self.assertion()}
        fields = {**self.provider.request(**changes), **pushed}
        response = self.provider.app.test_client().post("/par", data=fields)
        assert response.status_code == 201, response.text
        query = {"client_id": "rp", "request_uri": response.get_json()["request_uri"]}
        page = self.provider.follow(self.provider.browser.get("/authorize", query_string=query))
        answer = self.provider.decide(page) if page.status_code == 200 else page
        return parameters_of(answer)["code"]

    def authenticates(self, assertion: str) -> bool:
        response = self.redeem(assertion=assertion, DPoP=self.proof())
        assert response.get_json()["error"] in ("invalid_grant", "invalid_client"), response.text
        return bool(response.get_json()["error"] == "invalid_grant")

    def tokens(self) -> dict[str, Any]:
        response = self.redeem(self.code(scope="openid offline_access"), DPoP=self.proof())
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.get_json()
        return body
