"""A phone in software: a P-256 key that signs what the page's script would sign, and the steps a person takes."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from accounts_place import PASSCODE, Browser, csrf_token
from flask import Response
from joserfc import jws
from joserfc.jwk import ECKey

from idp.accounts import one_time_codes, store

PROOF, DECISION = "mock-device-proof+jwt", "mock-decision+jwt"
HASH = "ab" * 32


def sign(key: ECKey, header: dict[str, Any], payload: dict[str, Any], alg: str = "ES256") -> str:
    return jws.serialize_compact({"alg": alg, **header}, json.dumps(payload).encode(), key, algorithms=[alg])


@dataclass
class SoftPhone:
    """A browser that stands for a phone. `device_id` is set once it is bound."""

    browser: Browser
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", private=True))
    device_id: str = ""

    @property
    def jwk(self) -> dict[str, Any]:
        return dict(self.key.as_dict(private=False))

    # --- what the script does ------------------------------------------------------------------------
    def call(self, path: str, values: object, token: str | None = None, **options: Any) -> Response:
        """A call of the API; `token` replaces the session's own."""
        own = csrf_token(self.browser.get("/token").text)
        headers = {"X-CSRF-Token": own if token is None else token}
        return self.browser.client.post(f"/app/api/{path}", json=values, headers=headers, **options)  # type: ignore[return-value]

    def challenge(self, purpose: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call("challenge", {"purpose": purpose}).get_json()
        return found

    def bind_proof(self, **changes: Any) -> str:
        given = self.challenge("bind")
        payload = {"aud": given["audience"], "purpose": "bind", "challenge": given["challenge"], "iat": given["now"]}
        return sign(self.key, {"typ": PROOF, "jwk": self.jwk}, {**payload, **changes})

    def open_proof(self, **changes: Any) -> str:
        given = self.challenge("open")
        payload = {"aud": given["audience"], "purpose": "open", "challenge": given["challenge"], "iat": given["now"]}
        return sign(self.key, {"typ": PROOF, "kid": self.device_id}, {**payload, **changes})

    def decision(self, **changes: Any) -> str:
        """A signed decision; `changes` replace members of its payload, None takes one away."""
        place = self.browser.place
        payload = {
            "aud": place.issuer, "sub": self.device_id, "txn": "t1", "decision": "approve", "request_hash": HASH,
            "number": 42, "iat": int(place.clock.now().timestamp()), "jti": secrets.token_urlsafe(24), **changes,
        }  # fmt: skip
        payload = {name: value for name, value in payload.items() if value is not None}
        return sign(self.key, {"typ": DECISION, "kid": self.device_id}, payload)

    # --- what the person does ------------------------------------------------------------------------
    def prove(self, persona: str = "lan") -> None:
        """Password, one-time code and face."""
        assert self.browser.sign_in("/app/bind", persona).headers["Location"] == "/app/bind/code"
        assert self.give_code(persona).headers["Location"] == "/app/bind/face"
        assert self.browser.submit("/app/bind/face", face="matches").headers["Location"] == "/app/bind/key"

    def give_code(self, persona: str = "lan") -> Response:
        return self.browser.submit("/app/bind/code", code=self.one_time_code(persona))

    def one_time_code(self, persona: str) -> str:
        """What the demo's phone shows; each code is good once, so time moves on first."""
        place = self.browser.place
        now, subject = place.later(seconds=30), place.subjects[persona]
        with place.db.read() as session:
            account = store.account(session, subject)
            sealed = account and account.authenticator and account.authenticator.one_time_code_seed
        assert sealed is not None
        return one_time_codes.current(one_time_codes.unseal(place.at_rest, subject, sealed), now).code

    def bind(self, persona: str = "lan", name: str = "Điện thoại thử") -> Response:
        self.prove(persona)
        answer = self.call("devices", {"name": name, "proof": self.bind_proof()})
        self.device_id = (answer.get_json() or {}).get("device_id", "")
        return answer

    def open(self, passcode: str = PASSCODE) -> Response:
        return self.call("open", {"proof": self.open_proof(), "passcode": passcode})
