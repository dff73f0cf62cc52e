"""A client that signs its requests (RFC 9101), for the tests of request objects, pushed requests and profiles."""

from __future__ import annotations

import json
import secrets
import warnings
from collections.abc import Mapping
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey
from werkzeug.test import TestResponse

from tests.oauth.conftest import ISSUER, Provider

TYP = "oauth-authz-req+jwt"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEYS: Mapping[str, Key] = {
    "ES256": ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"}),
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}),
    "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "ed", "use": "sig"}),
}
ENCRYPTION = ECKey.generate_key("P-256", {"kid": "enc", "use": "enc"})
STRANGER = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
JWKS = {"keys": [key.as_dict(private=False) for key in (*KEYS.values(), ENCRYPTION)]}


def register(provider: Provider, **changes: Any) -> Provider:
    """The client `rp`, which authenticates by its key and has keys of every kind."""
    provider.register(**{"token_endpoint_auth_method": "private_key_jwt", "jwks": JWKS, **changes})
    return provider


def claims(provider: Provider, **changes: Any) -> dict[str, Any]:
    """A good request object's claims; one that is None is left out."""
    now = int(provider.clock.now().timestamp())
    values = {
        **provider.request(),
        "iss": "rp",
        "aud": ISSUER,
        "iat": now,
        "nbf": now,
        "exp": now + 300,
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


class _AnyHeader(jws.JWSRegistry):
    """Signs also what no honest library would."""

    def check_header(self, header: Any) -> None:
        """Whatever it is."""

    def get_alg(self, name: str) -> Any:
        return super().get_alg("Ed25519" if name == "EdDSA" else name)  # the older name of the same


def sign(payload: Mapping[str, Any], alg: str = "ES256", key: Key | None = None, **header: Any) -> str:
    """As this client signs; a header that is None is left out."""
    used = key or KEYS.get(alg) or KEYS["RS256" if alg == "PS256" else "Ed25519"]
    head = {"alg": alg, "typ": TYP, "kid": used.kid, **header}
    return jws.serialize_compact(
        {name: value for name, value in head.items() if value is not None},
        json.dumps(payload),
        used,
        registry=_AnyHeader(algorithms=[alg, "Ed25519"]),
    )


def unsigned(payload: Mapping[str, Any]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.encode({"alg": "none", "typ": TYP}, dict(payload), OctKey.generate_key(256), algorithms=["none"])


def assertion(provider: Provider, audience: object = ISSUER, jti: str = "a-1", **changes: Any) -> dict[str, str]:
    """The fields by which the client authenticates itself."""
    now = int(provider.clock.now().timestamp())
    payload = {"iss": "rp", "sub": "rp", "aud": audience, "jti": jti, "iat": now, "exp": now + 60, **changes}
    token = jwt.encode({"alg": "ES256", "kid": "ec"}, payload, KEYS["ES256"], algorithms=["ES256"])
    return {"client_assertion_type": ASSERTION, "client_assertion": token}


def push(provider: Provider, fields: Mapping[str, Any], **options: Any) -> TestResponse:
    """POST /par with the client's own authentication, unless `fields` have another."""
    own = {} if "client_assertion" in fields or "client_secret" in fields else assertion(provider, jti=_jti())
    return provider.app.test_client().post("/par", data={**own, **fields}, **options)


def pushed(provider: Provider, **changes: Any) -> str:
    """The request_uri of a plain request with these changes."""
    response = push(provider, provider.request(**changes))
    assert response.status_code == 201, response.text
    return str(response.get_json()["request_uri"])


def _jti() -> str:
    return secrets.token_hex(8)
