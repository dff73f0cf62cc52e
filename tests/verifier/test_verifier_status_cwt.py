"""Status lists as CWT (Token Status List draft, sections 4.3, 5.2, 8.3): refused by name, or what a JWT would say."""

from __future__ import annotations

import base64
import os
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from status_cwts import ALG, CRIT, TYP, TYPE, X5CHAIN, chain, packed, payload, token
from verifier_world import NOW, POLICE, RECORD, STATUS_URI, World, new_key, stamp

from idp.documents.verifier import status_cwt
from idp.documents.verifier.answers import Answer
from idp.documents.verifier.command import main
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.errors import StatusListMalformed, VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.status_list import MAX_BYTES
from idp.documents.verifier.verify import verify

some = settings(max_examples=int(os.environ.get("MOCK_VNEID_FUZZ", "50")), deadline=None)
WORLD = World()
DOCUMENT, TRUST = WORLD.document(), WORLD.trust()
GOOD = token(WORLD)
#: The example of section 5.2; it names its key by `kid`, so that no chain stands in it.
EXAMPLE = bytes.fromhex(
    "d2845820a2012610781a6170706c69636174696f6e2f7374617475736c6973742b637774a1044231325850a502782168747470733a2f2f"
    "6578616d706c652e636f6d2f7374617475736c697374732f31061a648c5bea041a8898dfea19fffe19a8c019fffda2646269747301636c"
    "73744a78dadbb918000217015d584093fa4d01032b18c35e2fe1101b77fd6cc9440022caa4694450c4e4e9feab4e99d1fa6d9772ce2bf3"
    "a12e0323ded7c982c5e101a5e67f0cbc1e2b6f57ce99c279"
)


def check(found: bytes, **options: object) -> VerifiedDocument:
    """The document by this list, whatever the list says whose it is."""
    lists = StatusLists({STATUS_URI: found}, **options)  # type: ignore[arg-type]
    return verify(DOCUMENT, trust=TRUST, now=NOW, key_binding=NO_KEY_BINDING, status=lists)


def edited() -> bytes:
    """The list itself: one value, the signature left as it was."""
    at = GOOD.index(packed()) + 4
    return GOOD[:at] + bytes([GOOD[at] ^ 1]) + GOOD[at + 1 :]


def relabelled(mine: int, other: int) -> bytes:
    """A content in which one claim's key is another's: the map has it twice."""
    return cbor2.dumps(payload()).replace(cbor2.dumps(mine), cbor2.dumps(other), 1)


def listed(value: object) -> dict[object, object]:
    return payload(claim_65533=value)


def with_list(octets: object, bits: object = 2) -> bytes:
    return token(WORLD, listed({"bits": bits, "lst": octets}))


STRANGER = World()
ELSEWHERE = WORLD.issuer("Police", POLICE, new_key("P-384"))
MALFORMED, UNTRUSTED = "status_list_malformed", "status_list_not_trusted"
MAKE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", MALFORMED),
    "a JWT as bytes": (lambda: WORLD.status_token().encode(), MALFORMED),
    "beyond reason": (lambda: b"\xd2" + bytes(2_000_000), MALFORMED),
    "no tag": (lambda: token(WORLD, tag=b""), MALFORMED),
    "a MAC": (lambda: token(WORLD, tag=b"\xd1"), MALFORMED),
    "a CWT tag": (lambda: token(WORLD, tag=b"\xd8\x3d\xd2"), MALFORMED),
    "the tag twice": (lambda: token(WORLD, tag=b"\xd2\xd2"), MALFORMED),
    "cut short": (lambda: GOOD[:-1], MALFORMED),
    "something after the end": (lambda: GOOD + b"\0", MALFORMED),
    "three parts": (lambda: b"\xd2" + cbor2.dumps([b"", {}, b""]), MALFORMED),
    "a detached payload": (lambda: b"\xd2" + cbor2.dumps([b"\xa0", {}, None, bytes(64)]), MALFORMED),
    "an unprotected header that is none": (lambda: b"\xd2" + cbor2.dumps([b"\xa0", [], b"\xa0", b""]), MALFORMED),
    "a protected header that is none": (lambda: b"\xd2" + cbor2.dumps([b"", {}, b"\xa0", b""]), MALFORMED),
    "a member larger than all of it": (lambda: b"\xd2\x9b" + b"\xff" * 8, MALFORMED),
    "nested without end": (lambda: b"\xd2" + b"\x81" * 90_000 + b"\0", MALFORMED),
    "an indefinite length": (lambda: b"\xd2\x9f\xff", MALFORMED),
    "a tag inside": (lambda: token(WORLD, payload(claim_65533=cbor2.CBORTag(2, b"x"))), MALFORMED),
    "a claim twice": (lambda: token(WORLD, relabelled(6, 4)), MALFORMED),
    "claims that are no map": (lambda: token(WORLD, []), MALFORMED),
    "another type": (lambda: token(WORLD, header={TYP: "application/vn-mock-document+cwt"}), MALFORMED),
    "no type": (lambda: token(WORLD, header={TYP: None}), MALFORMED),
    "the JWT's type": (lambda: token(WORLD, header={TYP: "statuslist+jwt"}), MALFORMED),
    "the type unprotected": (
        lambda: token(WORLD, header={TYP: None}, unprotected={TYP: TYPE, X5CHAIN: chain(WORLD.police)}), MALFORMED
    ),
    "the algorithm in both headers": (
        lambda: token(WORLD, unprotected={ALG: -7, X5CHAIN: chain(WORLD.police)}), MALFORMED
    ),
    "an extension that must be understood": (lambda: token(WORLD, header={CRIT: [16]}), MALFORMED),
    "another list": (lambda: token(WORLD, payload(claim_2=f"{STATUS_URI}0")), MALFORMED),
    "no address": (lambda: token(WORLD, payload(claim_2=None)), MALFORMED),
    "no time of issue": (lambda: token(WORLD, payload(claim_6=None)), MALFORMED),
    "no end": (lambda: token(WORLD, payload(claim_4=None)), MALFORMED),
    "an end that is true": (lambda: token(WORLD, payload(claim_4=True)), MALFORMED),
    "an end that is text": (lambda: token(WORLD, payload(claim_4="2099")), MALFORMED),
    "a ttl of nothing": (lambda: token(WORLD, payload(claim_65534=0)), MALFORMED),
    "a ttl that is true": (lambda: token(WORLD, payload(claim_65534=True)), MALFORMED),
    "from the future": (
        lambda: token(WORLD, payload(claim_6=stamp(NOW + timedelta(hours=1)))), "status_list_not_yet_valid"
    ),
    "expired": (lambda: token(WORLD, payload(claim_4=stamp(NOW))), "status_list_expired"),
    "edited": (edited, UNTRUSTED),
    "signed by a stranger": (lambda: token(WORLD, signer=STRANGER.police), UNTRUSTED),
    "a stranger's chain": (lambda: token(WORLD, issuer=STRANGER.police), UNTRUSTED),
    "another issuer of the trust list": (lambda: token(WORLD, issuer=WORLD.hospital), UNTRUSTED),
    "no chain": (lambda: token(WORLD, unprotected={}), UNTRUSTED),
    "a chain of text": (lambda: token(WORLD, unprotected={X5CHAIN: "certificate"}), UNTRUSTED),
    "a chain with the root": (
        lambda: token(WORLD, unprotected={X5CHAIN: [chain(WORLD.police)] * 4}), UNTRUSTED
    ),
    "an array of one": (lambda: token(WORLD, unprotected={X5CHAIN: [chain(WORLD.police)]}), UNTRUSTED),
    "no algorithm": (lambda: token(WORLD, header={ALG: None}), UNTRUSTED),
    "HMAC": (lambda: token(WORLD, header={ALG: 5}), UNTRUSTED),
    "EdDSA": (lambda: token(WORLD, header={ALG: -8}), UNTRUSTED),
    "an algorithm by name": (lambda: token(WORLD, header={ALG: "ES256"}), UNTRUSTED),
    "the algorithm of another curve": (lambda: token(WORLD, header={ALG: -35}), UNTRUSTED),
    "no list": (lambda: token(WORLD, payload(claim_65533=None)), MALFORMED),
    "a list that is a string": (lambda: token(WORLD, listed(packed())), MALFORMED),
    "a list in base64": (lambda: with_list(base64.b64encode(packed()).decode()), MALFORMED),
    "three bits": (lambda: with_list(packed(), 3), MALFORMED),
    "bits that are true": (lambda: with_list(packed(), True), MALFORMED),
    "no zlib": (lambda: with_list(b"x"), MALFORMED),
    "something after the stream": (lambda: with_list(packed() + b"x"), MALFORMED),
    "a zip bomb": (lambda: with_list(zlib.compress(bytes(MAX_BYTES + 1), 9)), MALFORMED),
    "too short for the document": (
        lambda: with_list(zlib.compress(bytes(3)), 8), "status_index_out_of_range"
    ),
    "reserved": (lambda: with_list(zlib.compress(b"\0\0\0\x20"), 8), "status_not_understood"),
}  # fmt: skip


@pytest.mark.parametrize("name", MAKE)
def test_refused(name: str) -> None:
    """Nothing is known of the document by such a list, and nothing is wrong with the document."""
    make, expected = MAKE[name]
    with pytest.raises(VerificationError) as caught:
        check(make())
    assert caught.value.code == expected
    assert caught.value.answers.in_force is Answer.NOT_CHECKED
    assert caught.value.answers.intact is Answer.YES


@pytest.mark.parametrize(("value", "expected"), [(1, "revoked"), (2, "suspended"), (3, "superseded")])
def test_what_it_tells(value: int, expected: str) -> None:
    with pytest.raises(VerificationError, match=expected) as caught:
        check(with_list(packed({3: value})))
    assert caught.value.answers.in_force is Answer.NO


def test_good_and_outdated() -> None:
    """In force by a list within its `ttl`; past it told with its age."""
    found = check(GOOD)
    assert (found.answers.good, found.status) == (True, "valid")
    later = {"fetched_at": {STATUS_URI: NOW - timedelta(seconds=3601)}}
    assert check(GOOD, **later).answers.in_force is Answer.OUTDATED
    without = token(WORLD, payload(claim_65534=None))
    assert check(without, **later).answers.good


def test_other_forms_that_are_right() -> None:
    """The chain in the protected header, several certificates, ES384, and keys in any order."""
    police = chain(WORLD.police)
    assert check(token(WORLD, header={X5CHAIN: police}, unprotected={})).answers.good
    backwards = cbor2.dumps(dict(reversed(payload().items())))
    assert check(token(WORLD, backwards)).answers.good
    trust = WORLD.trust(issuers=[ELSEWHERE.entry(RECORD)])
    lists = StatusLists.of([token(WORLD, issuer=ELSEWHERE, header={ALG: -35})])
    document = WORLD.document(issuer=ELSEWHERE, header={"alg": "ES384"})
    assert verify(document, trust=trust, now=NOW, key_binding=NO_KEY_BINDING, status=lists).answers.good


def test_of_both_kinds_the_newest_counts() -> None:
    """Filed under their own address, whatever they are written in."""
    newer = token(WORLD, payload(claim_6=stamp(NOW), claim_65533={"bits": 2, "lst": packed({3: 1})}))
    for tokens in ([newer, WORLD.status_token()], [WORLD.status_token(), newer]):
        with pytest.raises(VerificationError, match="revoked"):
            verify(
                DOCUMENT, trust=TRUST, now=NOW, key_binding=NO_KEY_BINDING, status=StatusLists.of(tokens)
            )  # fmt: skip


def test_the_specifications_example() -> None:
    """Section 5.2: the same claims, and the statuses of section 4.1's first example."""
    found = status_cwt.parse(EXAMPLE)
    assert found.of_its_type
    assert found.claims == {
        "sub": "https://example.com/statuslists/1", "iat": 1686920170, "exp": 2291720170, "ttl": 43200
    }  # fmt: skip
    values = [found.statuses[index] for index in range(16)]
    assert values == [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]


def test_the_command_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named, or found in the folder; a document revoked by it is refused."""
    (tmp_path / "status").mkdir()
    (tmp_path / "document").write_text(DOCUMENT, encoding="ascii")
    (tmp_path / "trust-list.jwt").write_text(WORLD.trust_text(), encoding="ascii")
    (tmp_path / "root.pem").write_bytes(WORLD.root.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "status" / "police.cwt").write_bytes(GOOD)
    (tmp_path / "revoked").write_bytes(with_list(packed({3: 1})))
    monkeypatch.setenv("MOCK_VNEID_TRUST_DIR", str(tmp_path))
    at = [str(tmp_path / "document"), "--at", NOW.isoformat()]
    assert main(at) == 0
    assert main([*at, "--status", str(tmp_path / "revoked")]) == 1
    (tmp_path / "status" / "police.cwt").write_bytes(GOOD[:40])
    assert main(at) == 2


@some
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_edit_of_one_octet_is_taken(place: int, change: int) -> None:
    """But in the unprotected header, where an edited certificate is another certificate."""
    changed = bytearray(GOOD)
    changed[place] ^= change
    with pytest.raises(VerificationError):
        check(bytes(changed))


@some
@given(st.binary(max_size=200))
def test_noise(data: bytes) -> None:
    """No other exception, whatever comes."""
    for noise in (data, b"\xd2" + data, b"\xd2" + cbor2.dumps([data, {}, data, data])):
        with pytest.raises(StatusListMalformed):
            status_cwt.parse(noise)


def test_sub_is_not_asked_of_the_token_alone() -> None:
    """Filed under what it says, it says nothing of a document that names another list."""
    lists = StatusLists.of([token(WORLD, payload(claim_2="https://police.example/status/9"))])
    with pytest.raises(VerificationError, match="status_unknown"):
        verify(DOCUMENT, trust=TRUST, now=NOW, key_binding=NO_KEY_BINDING, status=lists)
