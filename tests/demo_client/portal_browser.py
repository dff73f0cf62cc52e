"""A citizen at her browser, and the wallet beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwe, jws
from joserfc.jwk import KeySet
from portal_documents import HEALTH, LAN, RECORD, Documents
from werkzeug.test import TestResponse

from demo_client import sign_ins
from demo_client.clock import FixedClock
from demo_client.secret_values import hash_of

LICENCE = "/procedures/doi-giay-phep-lai-xe/apply"
LAWYER = "/procedures/cap-chung-chi-hanh-nghe-luat-su/apply"
PERSON = {
    "subject": "pairwise-lan",
    "personal_id_number": LAN,
    "name": "Nguyễn Thị Mai Lan",
    "identity_level": 2,
    "acr": "urn:vn-mock:loa:2",
}


@dataclass
class World:
    """Everything a test of the portal touches."""

    app: Flask
    client: FlaskClient
    clock: FixedClock
    documents: Documents
    lists: Any
    portal_keys: KeySet
    changed: dict[str, Any] = field(default_factory=dict)

    def sign_in(self, client: FlaskClient | None = None, **changes: Any) -> None:
        """Put a signed-in citizen into the session, as the callback does."""
        now = int(self.clock.now().timestamp())
        with (client or self.client).session_transaction() as session:
            session["citizen"] = {**PERSON, "auth_time": now, **changes}
            session["browser"] = changes.get("subject", "browser") * 3
            session_hash = hash_of(f"session:{session.sid}")
        subject, instant = session["citizen"]["subject"], self.clock.now()
        with self.app.extensions["mock_portal"].db.begin() as db:
            sign_ins.begin(db, session_hash, subject=subject, sid=None, issued_at=instant, now=instant)

    def token(self, client: FlaskClient | None = None) -> str:
        """The CSRF token of this browser's session."""
        page = (client or self.client).get("/clerk").get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, "no form on the page"
        return found.group(1)

    def post(self, path: str, data: Mapping[str, str], client: FlaskClient | None = None) -> TestResponse:
        token = self.token(client)
        return (client or self.client).post(path, data={**data, "csrf_token": token})

    def begin(self, path: str = LICENCE, device: str = "this") -> dict[str, Any]:
        """Start on this device; returns the request object's claims as the wallet sees them."""
        answer = self.post(path, {"device": device})
        assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
        return self.fetch(request_uri(answer.location))

    def fetch(self, uri: str, **form: str) -> dict[str, Any]:
        """Fetch a request object as a wallet and check its signature."""
        wallet = self.app.test_client()
        answer = wallet.post(uri, data=form) if form else wallet.get(uri)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.content_type == "application/oauth-authz-req+jwt"
        token = jws.deserialize_compact(answer.get_data(as_text=True), self.portal_keys, algorithms=["ES256"])
        assert token.headers()["typ"] == "oauth-authz-req+jwt"
        claims: dict[str, Any] = json.loads(token.payload)
        return claims

    def vp_token(self, asked: Mapping[str, Any], **documents: str) -> dict[str, list[str]]:
        """The wallet's answer: the documents given by credential id, or fitting ones for all that is required."""
        answer = {}
        optional = {
            name
            for one in asked["dcql_query"].get("credential_sets", [])
            if not one.get("required", True)
            for name in one["options"][0]
        }
        for credential in asked["dcql_query"]["credentials"]:
            name, vct = credential["id"], credential["meta"]["vct_values"][0]
            if name in documents or name not in optional:
                document = documents.get(name) or self.documents.document(vct)
                answer[name] = [self.present(document, credential, asked)]
        return answer

    def present(self, document: str, credential: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
        hidden = {"personal_id_number", "full_name", "birthdate", "sex", "history"}
        names = [claim["path"][0] for claim in credential["claims"] if claim["path"][0] in hidden]
        settings = {"audience": asked["client_id"], "nonce": asked["nonce"], "at": self.clock.now(), **self.changed}
        return self.documents.presentation(document, names, **settings)

    def answer(self, asked: Mapping[str, Any], vp_token: Mapping[str, Any]) -> TestResponse:
        """Post to response_uri in the response mode that was asked for."""
        if asked["response_mode"] == "direct_post.jwt":
            return self.post_encrypted(asked, {"vp_token": vp_token, "state": asked["state"]})
        form = {"vp_token": json.dumps(vp_token), "state": asked["state"]}
        return self.app.test_client().post("/presentation/response", data=form)

    def post_encrypted(self, asked: Mapping[str, Any], fields: Mapping[str, Any], **header: str) -> TestResponse:
        key = next(key for key in self.portal_keys.keys if key.as_dict()["use"] == "enc")
        head = {"alg": "ECDH-ES", "enc": "A128GCM", "kid": key.kid, **header}
        response = jwe.encrypt_compact(head, json.dumps(fields), key, algorithms=[head["alg"], head["enc"], "DEF"])
        return self.app.test_client().post("/presentation/response", data={"response": response})

    def come_back(self, answered: TestResponse, client: FlaskClient | None = None) -> TestResponse:
        """The browser follows the redirect_uri that the wallet was told."""
        assert answered.status_code == 200, answered.get_data(as_text=True)
        target = urlsplit(answered.get_json()["redirect_uri"])
        return (client or self.client).get(f"{target.path}?{target.query}")

    def file(self, path: str = LICENCE, **documents: str) -> TestResponse:
        """The whole way on one device; returns what the browser is shown at the end of the return."""
        asked = self.begin(path)
        return self.come_back(self.answer(asked, self.vp_token(asked, **documents)))

    def count(self) -> int:
        """How many dossiers there are."""
        from demo_client import store

        with self.app.extensions["mock_portal"].db.read() as db:
            return len(store.newest_dossiers(db, 1000))


def request_uri(location: str) -> str:
    """The path of the request_uri inside a wallet address."""
    query = parse_qs(urlsplit(location).query)
    return urlsplit(query["request_uri"][0]).path


def code_of(page: TestResponse) -> str:
    """The refusal code that a page shows in its technical part."""
    found = re.search(r"<dd>([a-z_]+)</dd>", page.get_data(as_text=True))
    return found.group(1) if found else ""


__all__ = ["HEALTH", "LAWYER", "LICENCE", "RECORD", "World", "code_of", "request_uri"]
