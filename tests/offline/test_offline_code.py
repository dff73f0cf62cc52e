"""Offline codes (RFC 8392, RFC 9052, RFC 9285): a good one verifies, and every wrong one is refused by name."""

from __future__ import annotations

import zlib
from datetime import timedelta

import base45
import cbor2
import pytest
from offline_world import SHOWN, kid, private
from refused_codes import CODES, REFUSED, WORLD
from verifier_world import AUDIENCE, HEALTH, NONCE, NOW, POLICE, RECORD, STATUS_URI, new_key

from idp.documents.offline import code, cose, deflate
from idp.documents.offline.claims import portrait_of
from idp.documents.offline.limits import MAX_TEXT, DoesNotFit, fit
from idp.documents.offline.portrait import portrait
from idp.documents.offline.verify import verify_code
from idp.documents.verifier.answers import Answer
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding
from idp.documents.verifier.status import StatusLists


def test_a_good_one() -> None:
    """Its claims under their names, the portrait, and the answers: nothing proves whose it is."""
    found = CODES.verify(CODES.text())
    claims = dict(found.claims)
    assert claims["full_name"] == "Nguyễn Thị Mẫu"
    assert (claims["birthdate"], claims["sex"], claims["vct"]) == ("1990-03-14", "female", RECORD)
    assert claims["criminal_status"] == SHOWN["criminal_status"]
    assert portrait_of(claims) == portrait("somebody")
    assert found.issuer.uri == POLICE
    answers = found.answers
    assert (answers.intact, answers.trusted, answers.in_force) == (Answer.YES, Answer.YES, Answer.YES)
    assert (answers.holder, answers.person) == (Answer.NOT_PROVEN, Answer.NOT_ASKED)
    assert found.status == "valid"


def test_any_reader_of_the_formats_reads_it() -> None:
    """The libraries of everybody: Base45, zlib and CBOR as they are, tags 61 and 18, Claim 169 by its numbers."""
    message = cbor2.loads(zlib.decompress(base45.b45decode(CODES.text())))
    assert (message.tag, message.value.tag) == (61, 18)
    protected, unprotected, payload, signature = message.value.value
    assert cbor2.loads(protected) == {1: -7, 4: kid(WORLD.police), 16: cose.TYPE}
    assert (unprotected, len(signature)) == ({}, 64)
    claims = cbor2.loads(payload)
    assert claims[1] == POLICE
    assert claims[65535] == {"status_list": {"idx": 3, "uri": STATUS_URI}}
    person = claims[169]
    assert (person[3], person[4], person[8], person[9]) == ("vie", "Nguyễn Thị Mẫu", "19900314", 2)
    assert person[62] == [{0: portrait("somebody"), 1: 0, 2: 0}]
    assert claims[-65537] == {1: RECORD, 2: SHOWN}


def test_without_status_lists_nothing_is_said() -> None:
    """In force is "not checked", and the whole is not good."""
    assert CODES.verify(CODES.text()).answers.good
    unchecked = verify_code(CODES.text(), trust=WORLD.trust(), now=NOW, key_binding=NO_KEY_BINDING)
    assert unchecked.answers.in_force is Answer.NOT_CHECKED
    assert not unchecked.answers.good


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """By its name, and never by another kind of error."""
    make, expected = REFUSED[name]
    with pytest.raises(VerificationError) as caught:
        CODES.verify(make())
    assert caught.value.code == expected
    assert not caught.value.answers.good
    assert "Mẫu" not in str(caught.value)


@pytest.mark.parametrize(("value", "expected"), [(1, "revoked"), (2, "suspended"), (3, "superseded")])
def test_the_lists_tell(value: int, expected: str) -> None:
    """The same entry as the document's own: what happens to it happens to every sheet."""
    with pytest.raises(VerificationError) as caught:
        CODES.verify(CODES.text(), status=WORLD.status_token({3: value}))
    assert caught.value.code == expected
    assert caught.value.answers.intact is Answer.YES


def test_a_code_is_not_what_it_cannot_be() -> None:
    """No proof by its holder, no number, no other type: whoever expects one is refused."""
    text = CODES.text()
    wanted = {
        "key_binding_missing": {"key_binding": ExpectedKeyBinding(AUDIENCE, NONCE, timedelta(minutes=5))},
        "person_not_disclosed": {"person": "065199000123"},
        "wrong_document_type": {"vct": [HEALTH]},
    }
    for expected, options in wanted.items():
        with pytest.raises(VerificationError) as caught:
            CODES.verify(text, **options)
        assert caught.value.code == expected


def test_a_status_list_is_no_code_and_a_code_no_document() -> None:
    """One key signs all of an issuer's; each is taken for what it is only."""
    from idp.documents.verifier.verify import verify

    for text in (WORLD.status_token(), WORLD.document()):
        with pytest.raises(VerificationError, match="not_a_document"):
            CODES.verify(text)
    with pytest.raises(VerificationError, match="not_a_document"):
        verify(CODES.text(), trust=WORLD.trust(), now=NOW, key_binding=NO_KEY_BINDING)


def test_a_certificate_that_was_not_valid_when_it_signed() -> None:
    """A sheet printed with a key after its certificate's end."""
    late = WORLD.issuer("Police", POLICE, end=NOW + timedelta(days=1))
    trust = WORLD.trust(issuers=[late.entry(RECORD)])
    text = code.write(CODES.claims(), portrait("x"), private(late), kid(late))
    lists = StatusLists.of([WORLD.status_token(issuer=late)])
    good = verify_code(text, trust=trust, now=NOW, key_binding=NO_KEY_BINDING, status=lists)
    assert good.answers.good
    with pytest.raises(VerificationError, match="certificate_expired"):
        verify_code(text, trust=trust, now=NOW + timedelta(days=2), key_binding=NO_KEY_BINDING)


def test_a_key_on_another_curve() -> None:
    """ES256 is on P-256; a listed certificate with another key signs no code."""
    other = WORLD.issuer("Police", POLICE, new_key("P-384"))
    trust = WORLD.trust(issuers=[other.entry(RECORD)])
    text = code.write(CODES.claims(), portrait("x"), private(WORLD.police), kid(other))
    with pytest.raises(VerificationError, match="certificate_malformed"):
        CODES.verify(text, trust=trust)


def test_what_does_not_fit() -> None:
    """Refused when made, and nothing is left out for it."""
    with pytest.raises(DoesNotFit):
        CODES.text(convictions=[{"offence": f"Tội danh {n} {n * 7919}"} for n in range(200)])
    assert fit(CODES.text()).level == "M"
    assert fit("A" * 1452).level == "L"
    with pytest.raises(DoesNotFit):
        fit("A" * (MAX_TEXT + 1))


@pytest.mark.parametrize("claims", [{"height_cm": 1.5}, {"deep": [[[[[[[[[1]]]]]]]]]}, {"raw": object()}])
def test_what_cannot_be_written(claims: dict[str, object]) -> None:
    """A value that the reader would refuse is refused by the writer."""
    with pytest.raises((ValueError, TypeError)):
        CODES.text(**claims)


@pytest.mark.parametrize("data", [b"", b"a", b"abcabcabcabcabc", b"\xff" * 600, bytes(range(256)) * 3, b"xyz" * 900])
def test_packing_is_zlib(data: bytes) -> None:
    """Any inflater reads it; and there is one stream for it only."""
    assert zlib.decompress(deflate.pack(data)) == data
    assert deflate.unpack(deflate.pack(data), 3_000) == data
    with pytest.raises(deflate.NotPacked):
        deflate.unpack(deflate.pack(data + b"!"), len(data))
