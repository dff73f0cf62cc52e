"""A provider that lies when told to: the real one behind, but another issuer, and ID tokens written anew.

Honest at first (its ID tokens are signed with the real provider's key): what a client refuses, it refuses for the
one lie that was told.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import requests
from joserfc import jws, jwt
from joserfc.jwk import Key, RSAKey
from live import Demo

from idp.keyset import KeySet

#: One wrong thing each; what a client must see (OpenID Connect Core 3.1.3.7).
LIES: dict[str, dict[str, Any]] = {
    "another-issuer": {"iss": "https://op.vn-mock.example"},
    "for-another-client": {"aud": "demo-portal", "azp": "demo-portal"},
    "another-nonce": {"nonce": "of-another-sign-in"},
    "expired": {"exp": 1_500_000_600, "iat": 1_500_000_000},
}
METADATA = "/.well-known/openid-configuration"
PASSED_ON = ("Authorization", "Content-Type", "Accept")


class LyingProvider:
    def __init__(self, real: Demo) -> None:
        self.real, self.keys = real, KeySet.load(real.keys_dir)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://localhost:{self._server.server_port}"
        self.be_honest()

    def be_honest(self) -> None:
        self.claimed_issuer = self.issuer  # in the metadata
        self.change: dict[str, Any] = {}  # claims of the ID token
        self.key: Key | None = None  # signs in the place of the provider's

    def tell(self, lie: str) -> None:
        """One of LIES, or `forged`: the claims are right, the signature is somebody else's."""
        self.be_honest()
        if lie == "forged":
            self.key = RSAKey.generate_key(2048)
        else:
            self.change = LIES[lie]

    def on_the_way(self, address: str) -> str:
        """What stands in the network changes `iss` of the answer too (RFC 9207)."""
        return address.replace(f"iss={quote(self.real.issuer, safe='')}", f"iss={quote(self.issuer, safe='')}")

    def metadata(self) -> bytes:
        real = requests.get(f"{self.real.issuer}{METADATA}", timeout=10).json()
        return json.dumps({**real, "issuer": self.claimed_issuer, "token_endpoint": f"{self.issuer}/token"}).encode()

    def token(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        answer = requests.post(f"{self.real.issuer}/token", body, headers=headers, timeout=10)
        told = answer.json()
        if "id_token" in told:
            told["id_token"] = self._written_anew(told["id_token"])
        return answer.status_code, json.dumps(told).encode()

    def _written_anew(self, token: str) -> str:
        told = jws.extract_compact(token.encode())
        header = {"alg": told.headers()["alg"], "kid": told.headers()["kid"]}
        claims = {**json.loads(told.payload), "iss": self.issuer, **self.change}
        return jwt.encode(header, claims, self.key or self.keys.signing_key(header["alg"]))

    @contextmanager
    def serving(self) -> Iterator[None]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def _handler(provider: LyingProvider) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == METADATA:
                self._answer(200, provider.metadata())
            else:
                self._answer(404, b"{}")

        def do_POST(self) -> None:
            headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(*provider.token(headers, body))

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
