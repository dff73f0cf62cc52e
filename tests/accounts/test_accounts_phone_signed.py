"""A decision is taken from the bound device's key alone, for this server, now, as it was shown (attacks 6 and 17)."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey
from soft_phone import HASH, sign

from idp.accounts.phone import signed
from idp.accounts.phone.decisions import SignedDecision, verify_decision
from idp.accounts.phone.signed import SignedTextError

ISSUER, DEVICE = "https://e-id.example", "d" * 32
KEY = ECKey.generate_key("P-256", private=True)
JWK = dict(KEY.as_dict(private=False))


def payload(now: datetime, **changes: Any) -> dict[str, Any]:
    whole = {
        "aud": ISSUER, "sub": DEVICE, "txn": "t1", "decision": "approve", "request_hash": HASH, "number": 42,
        "iat": int(now.timestamp()), "jti": "j" * 20, **changes,
    }  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


def header(**changes: Any) -> dict[str, Any]:
    return {"typ": "mock-decision+jwt", "kid": DEVICE, **changes}


def verify(text: str, now: datetime, jwk: dict[str, Any] = JWK) -> SignedDecision:
    return verify_decision(jwk, text, audience=ISSUER, device_id=DEVICE, now=now)


def refusal(text: str, now: datetime) -> str:
    with pytest.raises(SignedTextError) as caught:
        verify(text, now)
    return caught.value.code


def test_another_key_is_refused(now: datetime) -> None:
    """Signed by another device, whatever it says of itself."""
    other = ECKey.generate_key("P-256", private=True)
    assert refusal(sign(other, header(), payload(now)), now) == "signature_invalid"


def test_a_changed_text_is_refused(now: datetime) -> None:
    """Not one letter of what was signed may differ."""
    head, body, signature = sign(KEY, header(), payload(now)).split(".")
    other = sign(KEY, header(), payload(now, decision="refuse")).split(".")[1]
    assert body != other
    assert refusal(f"{head}.{other}.{signature}", now) == "signature_invalid"


def test_an_unsigned_text_is_refused(now: datetime) -> None:
    """`alg: none` is no signature (RFC 8725 3.2)."""
    head, body, _ = sign(KEY, header(), payload(now)).split(".")
    none = jws.serialize_compact({**header(), "alg": "HS256"}, b"{}", OctKey.import_key("k" * 32)).split(".")[0]
    unsigned = json.dumps({"alg": "none", **header()}).encode()
    plain = base64.urlsafe_b64encode(unsigned).rstrip(b"=").decode()
    assert refusal(f"{plain}.{body}.", now) in ("signature_invalid", "malformed")
    assert refusal(f"{none}.{body}.", now) == "signature_invalid"
    assert refusal(f"{head}.{body}.", now) == "signature_invalid"


def test_a_secret_made_of_the_public_key_is_refused(now: datetime) -> None:
    """HMAC with the public key as its secret: the algorithm is ours to choose, not the sender's (RFC 8725 2.1)."""
    secret = OctKey.import_key(json.dumps(JWK))
    text = jws.serialize_compact({"alg": "HS256", **header()}, json.dumps(payload(now)).encode(), secret)
    assert refusal(text, now) == "signature_invalid"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "https://another.example"}, "wrong_audience"),
        ({"aud": [ISSUER, "https://another.example"]}, "wrong_audience"),
        ({"aud": None}, "wrong_audience"),
        ({"sub": "e" * 32}, "wrong_device"),
        ({"sub": None}, "wrong_device"),
        ({"decision": "perhaps"}, "malformed"),
        ({"request_hash": "short"}, "malformed"),
        ({"request_hash": None}, "malformed"),
        ({"jti": None}, "malformed"),
        ({"jti": "short"}, "malformed"),
        ({"txn": None}, "malformed"),
        ({"iat": None}, "malformed"),
        ({"iat": "now"}, "malformed"),
        ({"iat": True}, "malformed"),
        ({"number": None}, "malformed"),
        ({"number": "42"}, "malformed"),
        ({"number": True}, "malformed"),
    ],
)
def test_a_wrong_member_is_refused(now: datetime, changes: dict[str, Any], code: str) -> None:
    """Each member is demanded, and of its kind."""
    assert refusal(sign(KEY, header(), payload(now, **changes)), now) == code


@pytest.mark.parametrize(("seconds", "good"), [(-61, False), (-60, True), (0, True), (30, True), (31, False)])
def test_only_a_fresh_text_is_taken(now: datetime, seconds: int, good: bool) -> None:
    """Signed at most a minute ago; half a minute of a clock that runs ahead is forgiven."""
    at = int((now + timedelta(seconds=seconds)).timestamp())
    text = sign(KEY, header(), payload(now, iat=at))
    if good:
        assert verify(text, now).jti == "j" * 20
    else:
        assert refusal(text, now) == "not_fresh"


@pytest.mark.parametrize("changes", [{"kid": "e" * 32}, {"kid": None}])
def test_the_header_names_the_device(now: datetime, changes: dict[str, Any]) -> None:
    """A key says for which device it speaks."""
    named = {name: value for name, value in header(**changes).items() if value is not None}
    assert refusal(sign(KEY, named, payload(now)), now) == "wrong_device"


def test_a_text_of_another_type_is_refused(now: datetime) -> None:
    """What was signed for one end is no good for another (RFC 8725 3.11)."""
    assert refusal(sign(KEY, header(typ="mock-device-proof+jwt"), payload(now)), now) == "malformed"


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "ü.b.c", "x" * 5000])
def test_what_is_no_jws_is_refused(now: datetime, text: str) -> None:
    assert refusal(text, now) == "malformed"


def test_a_payload_that_is_no_object_is_refused(now: datetime) -> None:
    text = jws.serialize_compact({"alg": "ES256", **header()}, b"[]", KEY)
    assert refusal(text, now) == "malformed"


def test_a_good_decision(now: datetime) -> None:
    found = verify(sign(KEY, header(), payload(now)), now)
    assert (found.decision, found.number, found.request_hash) == ("approve", 42, HASH)
    assert (found.device_id, found.transaction_id, found.issued_at) == (DEVICE, "t1", now)


@pytest.mark.parametrize("decision", ["refuse", "not_me"])
def test_only_an_approval_bears_a_number(now: datetime, decision: str) -> None:
    """Refusing must never wait for a number to be read."""
    assert verify(sign(KEY, header(), payload(now, decision=decision, number=None)), now).number is None


@pytest.mark.parametrize(
    "jwk",
    [
        None,
        "key",
        {},
        dict(ECKey.generate_key("P-384", private=False).as_dict(private=False)),
        dict(KEY.as_dict(private=True)),
        {**JWK, "x": JWK["y"]},
        {**JWK, "x": 5},
        {**JWK, "x": "not base64!"},
    ],
)
def test_only_a_public_p256_key_can_be_bound(jwk: object) -> None:
    """Another curve, a private key, a point off the curve."""
    with pytest.raises(signed.UnusableKey):
        signed.public_key(jwk)


def test_of_a_key_its_four_members_are_kept() -> None:
    """What else a sender writes into it is not stored."""
    assert signed.public_key({**JWK, "kid": "x", "use": "sig"}) == {
        name: JWK[name] for name in ("crv", "kty", "x", "y")
    }
