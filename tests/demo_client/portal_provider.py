"""A small OpenID Provider on a loopback port, strict about what the portal sends and able to answer wrongly."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from demo_client.clock import FixedClock

LEVEL_2 = "urn:vn-mock:loa:2"


class FakeProvider:
    """Set `claims`, `userinfo`, `header` or `metadata` to make its answers differ."""

    def __init__(self, clock: FixedClock, client_keys: KeySet) -> None:
        self.clock, self.client_keys = clock, client_keys
        self.key = ECKey.generate_key("P-256", {"kid": "op-1", "use": "sig", "alg": "ES256"})
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.signing_key = self.key
        self.codes: dict[str, dict[str, str]] = {}
        self.assertions: list[Any] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def authorize(self, location: str, **answer: str) -> dict[str, str]:
        """What the provider would send back for this authorization request."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        self.codes["the-code"] = asked
        return {"state": asked["state"], "iss": self.issuer, **(answer or {"code": "the-code"})}

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(self.clock.now().timestamp())
        payload = {
            "iss": self.issuer,
            "sub": "pairwise-lan",
            "sid": "session-at-the-provider",
            "aud": "demo-portal",
            "iat": now,
            "exp": now + 300,
            "auth_time": now - 5,
            "nonce": asked["nonce"],
            "acr": LEVEL_2,
            "amr": ["pwd", "pin"],
            "personal_id_number": "065190000101",
            "identity_level": 2,
            **self.claims,
        }
        kept = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode({"alg": "ES256", "kid": self.signing_key.kid or "op-1"}, kept, self.signing_key)

    def respond(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            return self.discovery()
        if path == "/jwks":
            return {"keys": [self.key.as_dict(private=False)]}
        if path == "/userinfo":
            return {"sub": "pairwise-lan", "name": "Nguyễn Thị Mai Lan", **self.userinfo}
        return self.token(form)

    def discovery(self) -> dict[str, Any]:
        names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "end_session_endpoint")
        endpoints = {name: f"{self.issuer}/{name.removesuffix('_endpoint')}" for name in names}
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            **endpoints,
            **self.metadata,
        }

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        assertion = jwt.decode(form["client_assertion"], self.client_keys, algorithms=["ES256"])
        self.assertions.append(assertion)
        asked = self.codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        assert form["redirect_uri"] == asked["redirect_uri"]
        return {"access_token": "at", "token_type": "Bearer", "expires_in": 300, "id_token": self.id_token(asked)}


def _handler(provider: FakeProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer({name: values[0] for name, values in parse_qs(body).items()})

        def answer(self, form: dict[str, str]) -> None:
            body = json.dumps(provider.respond(urlsplit(self.path).path, form)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    return Handler
