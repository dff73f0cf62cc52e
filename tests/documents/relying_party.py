"""A relying party in a thread of its own: it gives out signed requests and takes answers over real HTTP."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwe, jws
from joserfc.jwk import ECKey

from idp.documents.ports import RelyingParty
from idp.documents.sd_jwt.jws import sign

WALLET = "http://localhost:5000/wallet"
REQUEST_ID = "r" * 22
CREDENTIAL = {
    "id": "book",
    "format": "dc+sd-jwt",
    "meta": {"vct_values": ["urn:vn-mock:health-book:1"]},
    "claims": [{"path": ["personal_id_number"]}, {"path": ["full_name"]}],
}
SIGNING = ECKey.generate_key("P-256", {"use": "sig", "kid": "s1"}, private=True)
ENCRYPTION = ECKey.generate_key("P-256", {"use": "enc", "alg": "ECDH-ES", "kid": "e1"}, private=True)
REGISTRY = jwe.JWERegistry(algorithms=["ECDH-ES", "A128GCM"])
REGISTRY.max_ciphertext_length = 1_000_000
TYPES = frozenset({"urn:vn-mock:health-book:1", "urn:vn-mock:pid:1", "urn:vn-mock:judicial-record-1:1"})


@dataclass
class Answers:
    """How the relying party behaves, to be changed by a test; and what it was sent."""

    status: int = 200
    content_type: str = "application/json"
    redirect: str | None = "/return?response_code=fresh"
    body: str | None = None
    delay: float = 0
    request_delay: float = 0
    request_status: int = 200
    request_type: str = "application/oauth-authz-req+jwt"
    header: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    key: ECKey = field(default_factory=lambda: SIGNING)
    text: str | None = None
    received: list[dict[str, str]] = field(default_factory=list)
    fetched: list[dict[str, str]] = field(default_factory=list)


class Verifier:
    """The asking party. `request` holds the claims of the next request object; None as a value leaves one out."""

    def __init__(self, port: int, now: datetime) -> None:
        self.url, self.now, self.answers = f"http://127.0.0.1:{port}", now, Answers()
        self.client_id = "demo-portal"

    def party(self, **changes: Any) -> RelyingParty:
        jwks = {"keys": [key.as_dict(private=False) for key in (SIGNING, ENCRYPTION)]}
        values = {
            "client_id": self.client_id,
            "name": {"vi": "Cổng Mẫu (MÔ PHỎNG)", "en": "Sample Portal (MOCK)"},
            "jwks": jwks,
            "request_uris": (f"{self.url}/request/",),
            "response_uris": (f"{self.url}/response",),
            "document_types": TYPES,
            "redirect_uris": (f"{self.url}/callback",),
        }
        return RelyingParty(**{**values, **changes})

    def link(self, **changes: str | None) -> str:
        values = {
            "client_id": self.client_id,
            "request_uri": f"{self.url}/request/{REQUEST_ID}",
            "request_uri_method": "post",
            **changes,
        }
        return f"/wallet/authorize?{urlencode({k: v for k, v in values.items() if v is not None})}"

    def request_object(self, wallet_nonce: str | None = None) -> str:
        claims = {
            "client_id": self.client_id,
            "aud": WALLET,
            "iat": int(self.now.timestamp()),
            "exp": int(self.now.timestamp()) + 300,
            "response_type": "vp_token",
            "response_mode": "direct_post",
            "response_uri": f"{self.url}/response",
            "nonce": "n" * 43,
            "state": "state-1",
            "dcql_query": {"credentials": [CREDENTIAL]},
            "procedure": {
                "vi": "Đổi giấy phép lái xe", "en": "Exchange a driving licence", "code": "1.002809",
                "legal_basis": "Thông tư mẫu", "legal_basis_en": "Sample circular",
            },
            "wallet_nonce": wallet_nonce,
            **self.answers.claims,
        }  # fmt: skip
        header = {"typ": "oauth-authz-req+jwt", "kid": self.answers.key.kid, **self.answers.header}
        kept = {name: value for name, value in claims.items() if value is not None}
        return sign({name: value for name, value in header.items() if value is not None}, kept, self.answers.key)

    def opened(self, index: int = 0) -> dict[str, Any]:
        """An answer as the relying party reads it, decrypted where it was encrypted."""
        form = self.answers.received[index]
        if "response" not in form:
            return {**form, **({"vp_token": json.loads(form["vp_token"])} if "vp_token" in form else {})}
        opened = jwe.decrypt_compact(form["response"], ENCRYPTION, registry=REGISTRY)
        assert (opened.headers()["kid"], opened.headers()["enc"]) == ("e1", "A128GCM")
        return dict(json.loads(opened.plaintext or b""))


@contextmanager
def running(now: datetime) -> Iterator[Verifier]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.verifier = Verifier(server.server_port, now)  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.verifier  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._request({})

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        read = parse_qs(self.rfile.read(length).decode(), strict_parsing=True)
        form = {name: values[0] for name, values in read.items()}
        if self.path == "/response":
            self._response(form)
        else:
            self._request(form)

    def _request(self, form: dict[str, str]) -> None:
        verifier: Verifier = self.server.verifier  # type: ignore[attr-defined]
        answers = verifier.answers
        answers.fetched.append({"method": self.command, "accept": self.headers["Accept"], **form})
        time.sleep(answers.request_delay)
        text = verifier.request_object(form.get("wallet_nonce")) if answers.text is None else answers.text
        self._send(answers.request_status, answers.request_type, text)

    def _response(self, form: dict[str, str]) -> None:
        verifier: Verifier = self.server.verifier  # type: ignore[attr-defined]
        answers = verifier.answers
        answers.received.append(form)
        time.sleep(answers.delay)
        redirect = answers.redirect
        if redirect is not None and redirect.startswith("/") and not redirect.startswith("//"):
            redirect = verifier.url + redirect
        body = json.dumps({} if redirect is None else {"redirect_uri": redirect})
        self._send(answers.status, answers.content_type, body if answers.body is None else answers.body)

    def _send(self, status: int, content_type: str, text: str) -> None:
        with contextlib.suppress(OSError):  # the wallet may have hung up
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            if status in (301, 302, 307):
                self.send_header("Location", "/response")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def kb_payload(presentation: str) -> dict[str, Any]:
    """The claims of the key binding JWT, unverified."""
    text = presentation.rpartition("~")[2]
    return dict(json.loads(jws.extract_compact(text.encode()).payload or b""))
