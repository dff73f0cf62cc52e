"""The trust bundle: whole, of one root, and never older than one that was used."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from offline_world import Codes
from verifier_world import NOW, RECORD, STATUS_URI, Authority, base64_der, stamp

from idp.documents.offline import newest
from idp.documents.offline.bundle import TYPE, TrustBundle, fingerprint, root_in
from idp.documents.sd_jwt.jws import sign
from idp.documents.verifier.answers import Answer
from idp.documents.verifier.certificates import subject_key_identifier
from idp.documents.verifier.errors import VerificationError

CODES = Codes()
METADATA = json.dumps(
    {"vct": RECORD, "claims": [{"path": ["criminal_status"], "mandatory": True, "sd": "never", "display": []}]}
)
WORLD = CODES.world
ROOT = WORLD.root


def bundle(header: dict[str, object] | None = None, key: Any = None, **changes: object) -> str:
    payload: dict[str, object] = {
        "iss": "https://id.example",
        "iat": stamp(NOW - timedelta(hours=1)),
        "exp": stamp(NOW + timedelta(days=6)),
        "root": base64_der(ROOT.certificate),
        "trust_list": WORLD.trust_text(),
        "status_lists": [WORLD.status_token(), WORLD.status_token(sub=f"{STATUS_URI}2")],
        "type_metadata": [METADATA],
    }
    given = {name: value for name, value in (payload | changes).items() if value is not None}
    head = {"typ": TYPE, "kid": subject_key_identifier(ROOT.certificate)} | (header or {})
    return sign(head, given, key or ROOT.key)


def test_a_good_one() -> None:
    """It gives what a verification needs, and a code is good by it alone."""
    found = TrustBundle.load(bundle(), root=ROOT.certificate, now=NOW)
    assert set(found.status.tokens) == {STATUS_URI, f"{STATUS_URI}2"}
    verified = CODES.verify(CODES.text(), trust=found.trust, status=WORLD.status_token())
    assert verified.answers.good
    assert root_in(bundle()) == ROOT.certificate


def test_it_brings_the_types_rules_along() -> None:
    """As published, octet for octet; a code that lacks what its type demands is refused by them."""
    types = TrustBundle.load(bundle(), root=ROOT.certificate, now=NOW).types
    assert types.texts == {RECORD: METADATA}
    assert CODES.verify(CODES.text(), types=types.rules).answers.good
    lacking = CODES.resigned({**CODES.payload(), -65537: {1: RECORD, 2: {"certificate_number": "MP-1"}}})
    with pytest.raises(VerificationError, match="missing_claim") as caught:
        CODES.verify(lacking, types=types.rules)
    assert (caught.value.answers.intact, caught.value.answers.trusted) == (Answer.NO, Answer.YES)


def left_out() -> str:
    """Another signature part would be needed: the payload is edited, the signature stays."""
    head, payload, signature = bundle().split(".")
    other = bundle(status_lists=[]).split(".")[1]
    assert payload != other
    return f"{head}.{other}.{signature}"


STRANGER = Authority.root("Stranger")
SAME_KEY = Authority(ROOT.key, Authority.root().certificate)
REFUSED = {
    "nothing": (lambda: "", "trust_list_malformed"),
    "no JWS": (lambda: "a.b.c", "trust_list_malformed"),
    "letters of elsewhere": (lambda: "ă", "trust_list_malformed"),
    "beyond reason": (lambda: "x" * 16_000_001, "trust_list_malformed"),
    "a trust list": (lambda: WORLD.trust_text(), "trust_list_malformed"),
    "a list left out": (left_out, "trust_list_not_trusted"),
    "signed by a stranger": (lambda: bundle(key=STRANGER.key), "trust_list_not_trusted"),
    "of another root": (lambda: bundle({"kid": "00"}), "trust_list_not_trusted"),
    "another certificate": (lambda: bundle(root=base64_der(STRANGER.certificate)), "trust_list_malformed"),
    "no root": (lambda: bundle(root=None), "trust_list_malformed"),
    "no trust list": (lambda: bundle(trust_list=None), "trust_list_malformed"),
    "a stranger's trust list": (
        lambda: bundle(trust_list=WORLD.trust_text(key=STRANGER.key)), "trust_list_not_trusted"
    ),
    "no status lists": (lambda: bundle(status_lists=None), "trust_list_malformed"),
    "status lists of another kind": (lambda: bundle(status_lists=[1]), "trust_list_malformed"),
    "one list twice": (lambda: bundle(status_lists=[WORLD.status_token()] * 2), "trust_list_malformed"),
    "a list that is none": (lambda: bundle(status_lists=["x"]), "status_list_malformed"),
    "no types": (lambda: bundle(type_metadata=None), "trust_list_malformed"),
    "types of another kind": (lambda: bundle(type_metadata={RECORD: {}}), "trust_list_malformed"),
    "a type that is no text": (lambda: bundle(type_metadata=[{"vct": RECORD}]), "trust_list_malformed"),
    "a type that is no JSON": (lambda: bundle(type_metadata=["{"]), "trust_list_malformed"),
    "a type without its name": (lambda: bundle(type_metadata=["{}"]), "trust_list_malformed"),
    "a type without a path": (
        lambda: bundle(type_metadata=['{"vct": "x", "claims": [{}]}']), "trust_list_malformed"
    ),
    "a member twice in a type": (lambda: bundle(type_metadata=['{"vct": "x", "vct": "y"}']), "trust_list_malformed"),
    "a type nested without end": (lambda: bundle(type_metadata=["[" * 90_000]), "trust_list_malformed"),
    "one type twice": (lambda: bundle(type_metadata=[METADATA, METADATA]), "trust_list_malformed"),
    "expired": (lambda: bundle(exp=stamp(NOW)), "trust_list_expired"),
    "of tomorrow": (lambda: bundle(iat=stamp(NOW + timedelta(days=1))), "trust_list_expired"),
    "without a time": (lambda: bundle(iat=None), "trust_list_malformed"),
    "a time that is text": (lambda: bundle(iat="today"), "trust_list_malformed"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    make, expected = REFUSED[name]
    with pytest.raises(VerificationError) as caught:
        TrustBundle.load(make(), root=ROOT.certificate, now=NOW)
    assert caught.value.code == expected


def test_never_back() -> None:
    """Older than the newest bundle, or than the newest trust list, that was used."""
    load = {"root": ROOT.certificate, "now": NOW}
    made_at = NOW - timedelta(hours=1)
    assert TrustBundle.load(bundle(), newest_seen=made_at, minimum_version=7, **load)  # type: ignore[arg-type]
    for options in ({"newest_seen": made_at + timedelta(seconds=1)}, {"minimum_version": 8}):
        with pytest.raises(VerificationError, match="trust_list_rollback"):
            TrustBundle.load(bundle(), **options, **load)  # type: ignore[arg-type]


def test_what_was_used_is_remembered(tmp_path: Path) -> None:
    """By root; a file of something else is an error, since to go on would forget."""
    path, root = tmp_path / "seen.json", fingerprint(ROOT.certificate)
    assert newest.read(path, root) == newest.Newest()
    newest.keep(path, root, newest.Newest(NOW, 3))
    newest.keep(path, "other", newest.Newest(NOW + timedelta(days=1), 9))
    assert newest.read(path, root) == newest.Newest(NOW, 3)
    assert [one.name for one in tmp_path.iterdir()] == ["seen.json"]
    for text in ("", "[]", '{"x": 1}', f'{{"{root}": {{"made_at": "x", "version": 1}}}}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(newest.NotKept):
            newest.read(path, root)
