"""Status lists as they are served: formats, past states, aggregation, caching (draft-ietf-oauth-status-list 5-9)."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from flask import Flask
from flask.testing import FlaskClient
from issuing_support import PROVIDER, RecordedAudit, jwt_part, new_document

from idp import pki, trust_list
from idp.clock import FixedClock
from idp.db import Database
from idp.documents import issuance, status, store
from idp.documents.blueprints import published
from idp.documents.document import Document, DocumentStatus
from idp.documents.issuance import Issuing
from idp.documents.ports import DocumentServices
from idp.documents.sd_jwt.encoding import b64url_encode
from idp.documents.status_tokens import StatusTokens
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.status_list import decode_status_list
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify

ISSUER = "hospital-song-ba"
LIST = f"/status-lists/{ISSUER}/1"
JWT, CWT = "application/statuslist+jwt", "application/statuslist+cwt"


@dataclass
class Place:
    """The published part alone, one document in its list, and a clock that can be moved."""

    client: FlaskClient
    config: SimpleNamespace
    clock: FixedClock
    db: Database
    audit: RecordedAudit
    document: Document

    def become(self, to: DocumentStatus, **later: float) -> int:
        """Change the status some time later; the second at which it happened."""
        self.clock.instant += timedelta(**later)
        with self.db.begin() as session:
            status.set_status(session, self.audit, self.document.id, to, self.clock.now(), "test")
        return int(self.clock.now().timestamp())

    @property
    def index(self) -> int:
        return int(jwt_part(self.document.sd_jwt, 1)["status"]["status_list"]["idx"])

    def value(self, payload: dict[str, Any]) -> int:
        return decode_status_list(payload["status_list"])[self.index]


@pytest.fixture
def place(
    db: Database, clock: FixedClock, issuing: Issuing, status_tokens: StatusTokens, audit: RecordedAudit,
    keys_dir: Path,
) -> Place:  # fmt: skip
    with db.begin() as session:
        document = issuance.issue(session, issuing, new_document("health-book"), clock.now())
    config = SimpleNamespace(keys_dir=keys_dir, issuer=PROVIDER, status_history=True)
    services = SimpleNamespace(
        db=db, clock=clock, config=config, status_tokens=status_tokens, issuers=issuing.issuers
    )
    app = Flask(__name__)
    app.testing = True
    app.register_blueprint(published(cast("DocumentServices", services)))
    return Place(app.test_client(), config, clock, db, audit, document)


def read_cwt(token: bytes) -> tuple[dict[int, Any], dict[int, Any]]:
    """Protected header and claims of a COSE_Sign1 whose signature its own certificate confirms."""
    tagged = cbor2.loads(token)
    assert tagged.tag == 18
    protected, unprotected, payload, signature = tagged.value
    key = x509.load_der_x509_certificate(unprotected[33]).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    half = len(signature) // 2
    der = encode_dss_signature(*(int.from_bytes(part, "big") for part in (signature[:half], signature[half:])))
    key.verify(der, cbor2.dumps(["Signature1", protected, b"", payload]), ec.ECDSA(hashes.SHA256()))
    return cbor2.loads(protected), cbor2.loads(payload)


def test_the_same_list_as_cwt(place: Place) -> None:
    """Sections 4.3, 5.2: by content negotiation, in binary, COSE_Sign1 tagged, type in the protected header."""
    place.become(DocumentStatus.SUSPENDED)
    answer = place.client.get(LIST, headers={"Accept": CWT})
    assert answer.content_type == CWT
    header, claims = read_cwt(answer.data)
    assert header == {1: -7, 16: CWT}
    jwt = jwt_part(place.client.get(LIST).text, 1)
    assert (claims[2], claims[6], claims[4], claims[65534]) == (jwt["sub"], jwt["iat"], jwt["exp"], jwt["ttl"])
    assert claims[65533]["bits"] == 2
    assert b64url_encode(claims[65533]["lst"]) == jwt["status_list"]["lst"]
    assert claims[65533]["aggregation_uri"] == jwt["status_list"]["aggregation_uri"]


def test_the_verifier_reads_both(place: Place) -> None:
    """Refused by either, for the same reason; valid again by either."""
    now, keys_dir = place.clock.now(), place.config.keys_dir
    token = trust_list.current(keys_dir, place.config.issuer, now)
    trust = TrustList.load(token, root=pki.root(keys_dir).certificate, now=now)
    for state in (DocumentStatus.SUSPENDED, DocumentStatus.VALID):
        place.become(state)
        jwt, cwt = (place.client.get(LIST, headers={"Accept": one}) for one in (JWT, CWT))
        for found in (jwt.text, cwt.data):
            lists, good = StatusLists.of([found]), state is DocumentStatus.VALID
            with nullcontext() if good else pytest.raises(VerificationError, match="suspended"):
                shown = verify(
                    place.document.sd_jwt,
                    trust=trust,
                    now=place.clock.now(),
                    key_binding=NO_KEY_BINDING,
                    status=lists,
                )
                assert shown.answers.good


def test_the_reader_chooses(place: Place) -> None:
    """RFC 9110 12.5.1; JWT where it is all one, and the ETags of the two differ."""
    asked = {f"{CWT};q=0.5, {JWT};q=0.4": CWT, f"{CWT}, {JWT}": JWT, "*/*": JWT, f"{CWT};q=0, */*": JWT}
    for accept, given in asked.items():
        assert place.client.get(LIST, headers={"Accept": accept}).content_type == given
    tags = {place.client.get(LIST, headers={"Accept": one}).headers["ETag"] for one in (JWT, CWT)}
    assert len(tags) == 2


def test_what_was_so_at_a_time(place: Place) -> None:
    """Section 8.4: valid, suspended, valid again, revoked; each told of its time, in a token good for that time."""
    issued = int(place.clock.now().timestamp())
    suspended = place.become(DocumentStatus.SUSPENDED, hours=5)
    resumed = place.become(DocumentStatus.VALID, days=2)
    revoked = place.become(DocumentStatus.REVOKED, days=30)
    place.clock.instant += timedelta(days=400)
    times = {issued: 0, suspended - 1: 0, suspended: 2, resumed - 1: 2, resumed: 0, revoked - 1: 0, revoked: 1}
    for instant, value in times.items():
        answer = place.client.get(f"{LIST}?time={instant}")
        payload = jwt_part(answer.text, 1)
        assert place.value(payload) == value
        assert payload["iat"] <= instant < payload["exp"]
        # Nobody gets, of yesterday, what would pass today: it ends a minute after its time.
        assert payload["exp"] <= instant + 60
        assert "ttl" not in payload
    as_cwt = read_cwt(place.client.get(f"{LIST}?time={suspended}", headers={"Accept": CWT}).data)[1]
    assert (as_cwt[6], as_cwt[2]) == (suspended, f"{PROVIDER}{LIST}")


def test_a_time_of_which_nothing_is_known(place: Place) -> None:
    """404 before the list was and in the future; 400 for no time; 501 where no history is given (section 8.4)."""
    now = int(place.clock.now().timestamp())
    for time, code in {str(now - 1): 404, str(now + 1): 404, "0": 404, "99999999999": 404, "": 400, "-5": 400,
                       "today": 400, "1e9": 400, "999999999999": 400, "\u0661": 400}.items():  # fmt: skip
        assert place.client.get(LIST, query_string={"time": time}).status_code == code, time
    assert place.client.get(f"/status-lists/{ISSUER}/2?time={now}").status_code == 404
    place.config.status_history = False
    assert place.client.get(f"{LIST}?time={now}").status_code == 501


def test_a_history_is_rows_of_changes(place: Place) -> None:
    """Compact: a row for each change of an entry, not a list for each minute."""
    for to in (DocumentStatus.SUSPENDED, DocumentStatus.VALID, DocumentStatus.REVOKED):
        place.become(to, hours=1)
    with place.db.read() as session:
        assert store.statuses_at(session, ISSUER, 1, place.clock.now()) == {place.index: 1}
        hour_ago = place.clock.now() - timedelta(hours=1)
        assert store.statuses_at(session, ISSUER, 1, hour_ago) == {place.index: 0}


def test_all_lists_of_an_issuer(place: Place, db: Database, issuing: Issuing) -> None:
    """Section 9: named in the list itself and in the wallet's metadata, as `application/json`."""
    with db.begin() as session:
        issuance.issue(session, issuing, new_document("judicial-record-1"), place.clock.now())
    uri = jwt_part(place.client.get(LIST).text, 1)["status_list"]["aggregation_uri"]
    answer = place.client.get(uri.removeprefix(PROVIDER))
    assert answer.content_type == "application/json"
    assert answer.json == {"status_lists": [PROVIDER + LIST]}
    metadata = place.client.get("/.well-known/oauth-authorization-server/wallet").json or {}
    every = place.client.get(metadata["status_list_aggregation_endpoint"].removeprefix(PROVIDER)).json or {}
    assert every["status_lists"] == [PROVIDER + LIST, f"{PROVIDER}/status-lists/police-ministry/1"]
    assert place.client.get("/status-lists/social-insurance").json == {"status_lists": []}


def test_scripts_of_any_origin_may_ask_and_ask_again(place: Place) -> None:
    """Section 8.1, CORS: also with If-None-Match, which a browser asks leave for, and reading the ETag."""
    allowed = place.client.options(LIST, headers={"Access-Control-Request-Headers": "if-none-match"})
    assert allowed.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    assert allowed.headers["Access-Control-Allow-Origin"] == "*"
    answer = place.client.get(LIST)
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    again = place.client.get(LIST, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.headers["Access-Control-Allow-Origin"]) == (304, "*")


def test_no_copy_outlives_its_ttl(place: Place) -> None:
    """`max-age` is what is left of the token's `ttl`: two caches one behind the other do not add up."""
    assert place.client.get(LIST).cache_control.max_age == 60
    place.clock.instant += timedelta(seconds=45)
    assert place.client.get(LIST).cache_control.max_age == 15


def test_compressed_for_whoever_takes_it(place: Place) -> None:
    """Section 8.2: Content-Encoding gzip for the JWT, with an ETag of its own."""
    plain = place.client.get(LIST)
    zipped = place.client.get(LIST, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert {"Accept", "Accept-Encoding"} <= set(zipped.vary)
    assert "Content-Encoding" not in plain.headers
    refused = place.client.get(LIST, headers={"Accept-Encoding": "gzip;q=0, br"})
    assert "Content-Encoding" not in refused.headers


def test_copies_are_written_only_where_something_changed(
    place: Place, keys_dir: Path, status_tokens: StatusTokens, issuing: Issuing, db: Database
) -> None:
    """A start does not sign and write what stands already; a change, an old or a spoilt copy is made anew."""
    path = keys_dir / "status" / f"{ISSUER}.jwt"

    def export(**more: bool) -> str:
        fresh = StatusTokens(issuing.issuers, PROVIDER, keys_dir)
        with db.read() as session:
            fresh.export(session, place.clock.now(), **more)
        return path.read_text()

    first = export()
    place.clock.instant += status.LIFETIME / 2
    assert export() == first
    assert export(anew=True) != first
    changes: tuple[Callable[[], object], ...] = (
        lambda: place.become(DocumentStatus.SUSPENDED),
        lambda: place.clock.__setattr__("instant", place.clock.instant + status.LIFETIME),
        lambda: path.write_text("spoilt"),
        lambda: path.unlink(),
    )
    for change in changes:
        before = path.read_text()
        change()
        assert export() != before
