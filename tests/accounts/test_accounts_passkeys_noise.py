"""Whatever is sent in place of an authenticator's answer: it is refused, and nothing else happens."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from soft_authenticator import SoftAuthenticator, b64, unb64

from idp.accounts.passkeys import ceremony
from idp.accounts.passkeys.ceremony import Refused, RelyingParty
from idp.accounts.passkeys.info import PasskeyInfo

PARTY = RelyingParty.of_issuer("http://localhost:5000")
CHALLENGE, SUBJECT = b"c" * 32, "subject-lan"
KEY = SoftAuthenticator()
MADE = KEY.create(ceremony.creation_options(PARTY, SUBJECT, "Lan", "rp", [], CHALLENGE))
NEW = ceremony.verify_registration(ceremony.read_registration(MADE), PARTY, CHALLENGE)
KNOWN = PasskeyInfo(
    id="1", subject=SUBJECT, credential_id=NEW.credential_id, public_key=NEW.public_key, sign_count=0,
    backup_eligible=False, name="x", aaguid=NEW.aaguid, transports=(),
    created_at=datetime(2026, 11, 24, tzinfo=UTC), last_used_at=None,
)  # fmt: skip
USED = KEY.get(ceremony.request_options(PARTY, [], CHALLENGE))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def registered(text: str) -> None:
    credential = ceremony.read_registration(text)
    ceremony.verify_registration(credential, PARTY, ceremony.challenge_of(credential.response.client_data_json))


def used(text: str) -> None:
    credential = ceremony.read_assertion(text)
    ceremony.challenge_of(credential.response.client_data_json)
    ceremony.verify_assertion(credential, PARTY, CHALLENGE, KNOWN, named=False)


def test_the_good_ones() -> None:
    """As they are, both are accepted: what follows is about what was changed."""
    registered(MADE)
    used(USED)


@given(st.text() | JSON.map(json.dumps))
def test_any_text(text: str) -> None:
    """No text makes anything but a refusal."""
    for check in (registered, used):
        with pytest.raises(Refused):
            check(text)


@given(st.sampled_from(["id", "rawId", "type", "response"]), JSON)
def test_any_member(name: str, value: object) -> None:
    """Nor any value in the place of a member."""
    for check, good in ((registered, MADE), (used, USED)):
        changed = {**json.loads(good), name: value}
        if changed != json.loads(good):
            with pytest.raises(Refused):
                check(json.dumps(changed))


@given(
    st.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle"]),
    st.binary(max_size=80) | st.builds(lambda value: json.dumps(value).encode(), JSON),
)
def test_any_part_of_an_assertion(name: str, value: bytes) -> None:
    """Nor any bytes in the place of a part of it."""
    found = json.loads(USED)
    if unb64(found["response"][name]) == value:
        return
    found["response"][name] = b64(value)
    with pytest.raises(Refused):
        used(json.dumps(found))


@given(st.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle"]), st.data())
def test_one_bit_of_an_assertion(name: str, data: st.DataObject) -> None:
    """One bit changed anywhere in what is signed, or in the signature, is a refusal."""
    found: dict[str, Any] = json.loads(USED)
    part = bytearray(unb64(found["response"][name]))
    at = data.draw(st.integers(0, len(part) * 8 - 1))
    part[at // 8] ^= 1 << at % 8
    found["response"][name] = b64(bytes(part))
    with pytest.raises(Refused):
        used(json.dumps(found))


@given(st.binary(max_size=200) | JSON.map(cbor2.dumps))
def test_any_attestation(value: bytes) -> None:
    """Nor does any attestation object raise anything else."""
    found = json.loads(MADE)
    found["response"]["attestationObject"] = b64(value)
    with pytest.raises(Refused):
        registered(json.dumps(found))


@given(st.data())
def test_one_byte_of_an_attestation(data: st.DataObject) -> None:
    """An attestation of the kind "none" is not signed: a byte changed in it is refused or makes another key."""
    found = json.loads(MADE)
    part = bytearray(unb64(found["response"]["attestationObject"]))
    part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.integers(0, 255))
    found["response"]["attestationObject"] = b64(bytes(part))
    with suppress(Refused):
        registered(json.dumps(found))
