"""What the provider publishes for verifiers: trust list, status lists, type metadata."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from issuing_support import PROVIDER, RecordedAudit, jwt_part, new_document

from idp import pki
from idp.clock import FixedClock
from idp.db import Database
from idp.documents import issuance, status, type_metadata
from idp.documents.blueprints import published
from idp.documents.document import Document, DocumentStatus
from idp.documents.issuance import Issuing
from idp.documents.issuers import Issuers
from idp.documents.ports import DocumentServices
from idp.documents.status_tokens import StatusTokens
from idp.documents.verifier.status_list import decode_status_list
from idp.documents.verifier.trust import TrustList

STATUS_LIST = "/status-lists/hospital-song-ba/1"
METADATA = "/type-metadata/urn:vn-mock:health-book:1"
ALL = ("/trust-list", STATUS_LIST, METADATA)


@pytest.fixture
def client(
    db: Database, clock: FixedClock, keys_dir: Path, status_tokens: StatusTokens, document: Document
) -> FlaskClient:
    """The published part alone; it needs neither accounts nor a session."""
    config = SimpleNamespace(keys_dir=keys_dir, issuer=PROVIDER, status_history=True)
    issuers = Issuers(keys_dir)
    services = SimpleNamespace(db=db, clock=clock, config=config, status_tokens=status_tokens, issuers=issuers)
    app = Flask(__name__)
    app.testing = True
    app.register_blueprint(published(cast("DocumentServices", services)))
    return app.test_client()


@pytest.fixture
def document(db: Database, issuing: Issuing, clock: FixedClock) -> Document:
    with db.begin() as session:
        return issuance.issue(session, issuing, new_document("health-book"), clock.now())


@pytest.mark.parametrize("path", ALL)
def test_anyone_may_read_it(client: FlaskClient, path: str) -> None:
    """Without a session, by scripts of any origin (Token Status List 8.1), kept for a stated time."""
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.cache_control.public
    assert response.cache_control.max_age
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", ALL)
def test_a_reader_who_has_it_is_told_so(client: FlaskClient, path: str) -> None:
    """304 with the same ETag; another ETag brings the whole."""
    etag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ALL)
def test_it_cannot_be_written(client: FlaskClient, path: str) -> None:
    assert client.post(path).status_code == 405


def test_the_trust_list_is_what_the_verifier_loads(client: FlaskClient, keys_dir: Path, clock: FixedClock) -> None:
    response = client.get("/trust-list")
    assert response.content_type == "application/trust-list+jwt"
    loaded = TrustList.load(response.text, root=pki.root(keys_dir).certificate, now=clock.now())
    assert loaded.uri == PROVIDER
    assert response.cache_control.max_age == 300


def test_the_root_is_not_served(client: FlaskClient) -> None:
    """A root fetched from whom it vouches for would be no trust at all."""
    for path in ("/root.pem", "/trust-list/root", "/root"):
        assert client.get(path).status_code == 404


def test_the_status_list_has_its_media_type_and_ttl(client: FlaskClient, document: Document) -> None:
    """Section 8.2: `application/statuslist+jwt`; caching by HTTP agrees with `ttl`."""
    response = client.get(STATUS_LIST, headers={"Accept": "application/statuslist+jwt"})
    assert response.content_type == "application/statuslist+jwt"
    payload = jwt_part(response.text, 1)
    assert response.cache_control.max_age == payload["ttl"]
    assert payload["sub"] == PROVIDER + STATUS_LIST
    assert payload["sub"] == jwt_part(document.sd_jwt, 1)["status"]["status_list"]["uri"]


def test_a_revocation_shows_at_once(
    client: FlaskClient, db: Database, audit: RecordedAudit, clock: FixedClock, document: Document
) -> None:
    index = jwt_part(document.sd_jwt, 1)["status"]["status_list"]["idx"]
    before = client.get(STATUS_LIST)
    with db.begin() as session:
        status.set_status(session, audit, document.id, DocumentStatus.REVOKED, clock.now(), "test")
    after = client.get(STATUS_LIST, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert decode_status_list(jwt_part(before.text, 1)["status_list"])[index] == 0
    assert decode_status_list(jwt_part(after.text, 1)["status_list"])[index] == 1


def test_the_list_served_is_never_expired(client: FlaskClient, clock: FixedClock) -> None:
    client.get(STATUS_LIST)
    clock.instant += timedelta(days=3)
    payload = jwt_part(client.get(STATUS_LIST).text, 1)
    assert payload["iat"] == int(clock.now().timestamp())


@pytest.mark.parametrize(
    ("path", "accept", "code"),
    [
        ("/status-lists/hospital-song-ba/2", None, 404),
        ("/status-lists/nobody/1", None, 404),
        ("/status-lists/%00/1", None, 404),
        ("/status-lists/hospital-song-ba/99999999999999999999", None, 404),
        ("/status-lists/hospital-song-ba/one", None, 404),
        (STATUS_LIST, "application/statuslist+cwt", 200),
        (STATUS_LIST, "application/json", 406),
        (STATUS_LIST, "application/statuslist+jwt;q=0", 406),
        (STATUS_LIST, "*/*", 200),
        (STATUS_LIST, "application/*", 200),
        ("/status-lists/nobody", None, 404),
    ],
)
def test_what_is_not_there_is_told(client: FlaskClient, path: str, accept: str | None, code: int) -> None:
    """Section 8.1: content negotiation."""
    headers = {} if accept is None else {"Accept": accept}
    assert client.get(path, headers=headers).status_code == code


def test_type_metadata_is_served_octet_for_octet(client: FlaskClient) -> None:
    """SD-JWT VC section 6: `vct#integrity` is over these octets."""
    response = client.get(METADATA)
    assert response.content_type == "application/json"
    assert response.data == type_metadata.document_bytes("urn:vn-mock:health-book:1")


def test_an_unknown_type_is_not_found(client: FlaskClient) -> None:
    response = client.get("/type-metadata/urn:vn-mock:none:1")
    assert response.status_code == 404
    assert response.get_json()["error"] == "not_found"
