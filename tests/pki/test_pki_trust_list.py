"""The signed trust list: what it says, who believes it, when it is made anew."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from idp import pki, trust_list, type_files
from idp.documents.verifier.errors import TrustListExpired, TrustListNotTrusted, TrustListRollback
from idp.documents.verifier.trust import TrustList

PROVIDER = "http://localhost:5000"


def load(keys_dir: Path, now: datetime, text: str | None = None, **options: int) -> TrustList:
    token = trust_list.current(keys_dir, PROVIDER, now) if text is None else text
    return TrustList.load(token, root=pki.root(keys_dir).certificate, now=now, **options)


def payload(token: str) -> dict[str, object]:
    part = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def test_the_verifier_believes_it(keys_dir: Path, now: datetime) -> None:
    """Every issuer with its types, under the pinned root."""
    loaded = load(keys_dir, now)
    assert loaded.version == 1
    assert loaded.uri == PROVIDER
    for profile in pki.issuer_profiles().values():
        entry = loaded.entries[pki.key_identifier(pki.issuer(keys_dir, profile.id).certificate)]
        assert entry.document_types == profile.vct
        assert entry.issuer.uri == profile.uri
        assert entry.issuer.name_vi == profile.name["vi"]


def test_no_two_issuers_may_sign_what_is_not_theirs() -> None:
    """The provider is no issuer; only hospitals share types with each other, and communes."""
    profiles = dict(pki.issuer_profiles())
    for one, other in (("hospital-song-ba", "hospital-bien-ho"), ("commune-bien-ho", "commune-ia-thu")):
        assert profiles[one].vct == profiles.pop(other).vct
    # Keeps nobody's book, and gives no slips: its own encounters alone.
    assert profiles.pop("hospital-ia-thu").vct < profiles["hospital-song-ba"].vct
    others = [profile.vct for profile in profiles.values()]
    assert all(others)
    assert sum(map(len, others)) == len(frozenset().union(*others)) == len(type_files.heads())


def test_it_carries_no_certificate_of_its_signer(keys_dir: Path, now: datetime) -> None:
    """The root is pinned out of band: a list that brought its own root would vouch for itself."""
    header = trust_list.current(keys_dir, PROVIDER, now).split(".")[0]
    decoded = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    assert decoded.keys() == {"alg", "typ", "kid"}


def test_another_root_does_not_believe_it(keys_dir: Path, tmp_path: Path, now: datetime) -> None:
    """Whoever pinned another root refuses the list."""
    token = trust_list.current(keys_dir, PROVIDER, now)
    other = tmp_path / "other"
    pki.init(other, now)
    with pytest.raises(TrustListNotTrusted):
        load(other, now, token)


def test_it_is_kept_for_half_of_its_life(keys_dir: Path, now: datetime) -> None:
    """The same list, byte for byte, so that readers may cache it."""
    first = trust_list.current(keys_dir, PROVIDER, now)
    assert trust_list.current(keys_dir, PROVIDER, now + trust_list.LIFETIME / 2 - timedelta(minutes=1)) == first
    assert (keys_dir / "trust-list.jwt").read_text() == first


def test_it_is_made_anew_before_it_expires_with_a_greater_version(keys_dir: Path, now: datetime) -> None:
    """A reader never meets an expired list while the provider runs, and can tell old from new."""
    first = trust_list.current(keys_dir, PROVIDER, now)
    later = now + trust_list.LIFETIME / 2
    assert load(keys_dir, later).version == 2
    with pytest.raises(TrustListRollback):
        load(keys_dir, later, first, minimum_version=2)
    with pytest.raises(TrustListExpired):
        load(keys_dir, now + trust_list.LIFETIME, first)


def test_a_renewed_certificate_comes_onto_the_list_at_once(keys_dir: Path, now: datetime) -> None:
    """A list that is still fresh is made anew where an issuer changed."""
    trust_list.current(keys_dir, PROVIDER, now)
    old = pki.issuer(keys_dir, "social-insurance").certificate
    for suffix in (".key", ".pem"):
        (keys_dir / "issuers" / f"social-insurance{suffix}").unlink()
    pki.init(keys_dir, now)
    loaded = load(keys_dir, now)
    assert loaded.version == 2
    assert pki.key_identifier(old) not in loaded.entries


def test_another_address_makes_another_list(keys_dir: Path, now: datetime) -> None:
    """`iss` is the provider that publishes it."""
    trust_list.current(keys_dir, PROVIDER, now)
    moved = trust_list.current(keys_dir, "https://id.example.vn", now)
    assert payload(moved)["iss"] == "https://id.example.vn"
    assert payload(moved)["version"] == 2


@pytest.mark.parametrize("spoiled", ["", "not a list", "a.b.c"])
def test_a_spoiled_file_is_replaced(keys_dir: Path, now: datetime, spoiled: str) -> None:
    (keys_dir / "trust-list.jwt").write_text(spoiled)
    assert load(keys_dir, now).version == 1


def test_a_file_that_another_signed_is_replaced(keys_dir: Path, tmp_path: Path, now: datetime) -> None:
    """The provider publishes nothing that its own root did not sign."""
    other = tmp_path / "other"
    pki.init(other, now)
    (keys_dir / "trust-list.jwt").write_text(trust_list.current(other, PROVIDER, now))
    assert load(keys_dir, now).issuers


def test_the_listed_certificates_are_the_issuers(keys_dir: Path, now: datetime) -> None:
    listed = payload(trust_list.current(keys_dir, PROVIDER, now))["issuers"]
    assert isinstance(listed, list)
    for entry in listed:
        certificate = x509.load_der_x509_certificate(base64.b64decode(entry["certificate"]))
        certificate.verify_directly_issued_by(pki.root(keys_dir).certificate)
