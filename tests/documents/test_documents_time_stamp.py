"""The time-stamp authority (RFC 3161) and the revocation list over HTTP."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from wallet_place import Place, wallet_place

from idp import paper_certificates, pki, revocation
from idp.documents.pdf import time_stamps

place = wallet_place
DIGEST = hashlib.sha256(b"a document").digest()


def query(**changes: object) -> tsp.TimeStampReq:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST}
    return tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": 77, "cert_req": True, **changes})


def imprint(algorithm: str, digest: bytes) -> dict[str, object]:
    return {"message_imprint": {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest}}


def answer(keys_dir: Path, data: bytes, now: datetime) -> bytes:
    return time_stamps.answer(data, paper_certificates.time_stamper(keys_dir), now)


def stamp(reply: bytes) -> tuple[cms.SignedData, tsp.TSTInfo]:
    found = tsp.TimeStampResp.load(reply)
    assert found["status"]["status"].native == "granted"
    signed = found["time_stamp_token"]["content"]
    return signed, tsp.TSTInfo.load(bytes(signed["encap_content_info"]["content"]))


def test_it_says_what_rfc_3161_asks_for(keys_dir: Path, now: datetime) -> None:
    """2.4.2: policy, imprint and nonce as asked, a serial number of its own, the time of our clock."""
    signed, info = stamp(answer(keys_dir, query().dump(), now))
    assert info["policy"].native == time_stamps.POLICY
    assert info["message_imprint"]["hashed_message"].native == DIGEST
    assert info["nonce"].native == 77
    assert info["gen_time"].native == now
    assert len(signed["certificates"]) == 1
    other = stamp(answer(keys_dir, query().dump(), now))[1]
    assert other["serial_number"].native != info["serial_number"].native


def test_no_certificate_and_nonce_unasked(keys_dir: Path, now: datetime) -> None:
    """2.4.1: certReq false."""
    plain = tsp.TimeStampReq({"version": "v1", **imprint("sha512", bytes(64))})
    signed, info = stamp(answer(keys_dir, plain.dump(), now))
    assert not signed["certificates"].native
    assert info["nonce"].native is None


REFUSED = {
    "sha1": (query(**imprint("sha1", bytes(20))).dump(), "bad_alg"),
    "md5": (query(**imprint("md5", bytes(16))).dump(), "bad_alg"),
    "digest-of-another-length": (query(**imprint("sha256", bytes(20))).dump(), "bad_data_format"),
    "another-policy": (query(req_policy="1.2.3").dump(), "unaccepted_policy"),
    "extension": (
        query(extensions=[{"extn_id": "1.2.3.4", "critical": True, "extn_value": core.OctetString(b"")}]).dump(),
        "unaccepted_extensions",
    ),
    "nothing": (b"", "bad_data_format"),
    "nonsense": (b"\x30\x05hello", "bad_data_format"),
    "something-behind": (query().dump() + b"\0", "bad_data_format"),
    "too-long": (b"\x30\x82\xff\xff" + bytes(60_000), "bad_data_format"),
}


class Refusal(core.Sequence):
    _fields = [("status", tsp.PKIStatusInfo)]  # noqa: RUF012


@pytest.mark.parametrize("name", REFUSED)
def test_refused(keys_dir: Path, now: datetime, name: str) -> None:
    """With the bit that says why, and without a token."""
    data, failure = REFUSED[name]
    found = Refusal.load(answer(keys_dir, data, now), strict=True)
    assert found["status"]["status"].native == "rejection"
    assert found["status"]["fail_info"].native == {failure}


def test_openssl_asks_and_believes(place: Place, keys_dir: Path, tmp_path: Path) -> None:
    """Over HTTP (3.4), with a client that is not ours."""
    (tmp_path / "data").write_bytes(b"a document")
    (tmp_path / "root.pem").write_bytes(pki.root(keys_dir).certificate.public_bytes(Encoding.PEM))

    def openssl(*arguments: str) -> str:
        done = subprocess.run(["openssl", "ts", *arguments], capture_output=True, text=True, cwd=tmp_path)
        return done.stdout + done.stderr

    openssl("-query", "-data", "data", "-sha256", "-cert", "-out", "query")
    reply = place.app.test_client().post(
        "/tsa", data=(tmp_path / "query").read_bytes(), content_type="application/timestamp-query"
    )
    assert (reply.status_code, reply.content_type) == (200, "application/timestamp-reply")
    assert reply.headers["Cache-Control"] == "no-store"
    (tmp_path / "reply").write_bytes(reply.data)
    at = str(int(place.clock.now().timestamp()))
    told = openssl("-verify", "-in", "reply", "-queryfile", "query", "-CAfile", "root.pem", "-attime", at)
    assert "Verification: OK" in told, told


def test_another_media_type_is_refused(place: Place) -> None:
    reply = place.app.test_client().post("/tsa", data=query().dump(), content_type="application/octet-stream")
    assert (reply.status_code, reply.json["error"]) == (415, "invalid_request")
    assert place.app.test_client().get("/tsa").status_code == 405


def test_the_revocation_list_is_published_and_kept_fresh(place: Place, keys_dir: Path) -> None:
    """RFC 5280 4.2.1.13: for anyone, without a session; never past its nextUpdate; 304 where the reader has it."""
    browser = place.app.test_client()
    reply = browser.get(revocation.PATH)
    assert (reply.status_code, reply.content_type) == (200, "application/pkix-crl")
    found = x509.load_der_x509_crl(reply.data)
    assert found.is_signature_valid(pki.root(keys_dir).certificate.public_key())
    assert browser.get(revocation.PATH, headers={"If-None-Match": reply.headers["ETag"]}).status_code == 304
    place.later(days=30)
    later = x509.load_der_x509_crl(browser.get(revocation.PATH).data)
    assert later.next_update_utc is not None
    assert later.next_update_utc - place.clock.now() == timedelta(days=7)
