"""Two other implementations over the catalogue: both take the control, and what they refuse is wrong indeed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fault_world import made_world
from jwcrypto.jwk import JWK
from openvc.keys import P256SigningKey
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from sd_jwt.verifier import SDJWTVerifier

from idp.documents.faults.catalogue import ANYBODY, NONE, faults_of, made
from idp.documents.faults.forging import flipped
from idp.documents.faults.plan import Made
from idp.documents.faults.world import World
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import ExpectedKeyBinding
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify

MADE_AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
#: What is beyond a reader of SD-JWT that is given one key: lists, the person, what our types demand.
BEYOND = {"superseded", "revoked", "suspended", "stale-status", "wrong-holder", "hidden-decisive-claim"}
#: Faults of format and proof that any such reader must refuse.
PLAIN = {
    "tampered", "tampered-signature", "alg-none", "alg-none-mixed-case", "alg-none-unsigned",
    "hmac-confusion", "jwk-in-header", "signature-der", "signature-zero", "other-audience", "replayed",
    "proof-by-another-key", "proof-over-signed-part", "proof-of-another-selection", "missing-key-binding",
}  # fmt: skip


@pytest.fixture(scope="module")
def world(_made_keys: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    keys = shutil.copytree(_made_keys, tmp_path_factory.mktemp("faults") / "keys")
    return replace(made_world(Path(keys), MADE_AT), binding=ANYBODY)


def openvc(one: Made, key: dict[str, object]) -> object:
    return SdJwtVcProofSuite().verify(
        one.text,
        public_key_jwk=key,
        audience=ANYBODY.audience,
        nonce=ANYBODY.nonce,
        require_key_binding=True,
        expected_vct=one.vct,
        now=MADE_AT,
    )


def sd_jwt(one: Made, key: dict[str, object]) -> object:
    jwk = JWK.from_json(json.dumps(key))
    return SDJWTVerifier(one.text, lambda *_: jwk, ANYBODY.audience, ANYBODY.nonce).get_verified_payload()


def refused_by(read: Callable[[Made, dict[str, object]], object], world: World) -> set[str]:
    key, names = world.signer.key.as_dict(private=False), set()
    for fault in faults_of("sd_jwt").values():
        one = made(fault, world)
        try:
            read(one, key)
        except Exception:  # each of them has errors of every kind
            names.add(fault.name)
    return names


#: RFC 9901 7.1 step 5, which the reference implementation passes over.
ONLY_OPENVC = {"tampered-disclosure", "foreign-disclosure"}


@pytest.mark.parametrize(("read", "more"), [(openvc, ONLY_OPENVC), (sd_jwt, set())], ids=["openvc-core", "sd-jwt"])
def test_another_reader(world: World, read: Callable[[Made, dict[str, object]], object], more: set[str]) -> None:
    """It takes the control and what is beyond it, and refuses what every reader must."""
    refused = refused_by(read, world)
    assert refused & {NONE, *BEYOND} == set()
    assert (PLAIN | more) - refused == set()


def test_theirs_is_read_by_us(world: World) -> None:
    """A document that openvc-core issues and presents, under our issuer's certificate, is good; edited it is not."""
    suite, issuer = SdJwtVcProofSuite(), world.signer.key.private_key
    document = suite.issue(
        world.claims(world.subject),
        signing_key=P256SigningKey(issuer, "issuer"),
        disclosable=["personal_id_number", "full_name"],
        decoys=2,
        x5c=world.signer.x5c,
    )
    holder = P256SigningKey(world.holder.private_key, "holder")
    shown = suite.create_presentation(document, holder_key=holder, audience="me", nonce="n")
    now = datetime.now(UTC)  # their proof is of now
    trust = TrustList.load(world.trust_list, root=world.root.certificate, now=MADE_AT)
    proof = ExpectedKeyBinding("me", "n", timedelta(days=3650))
    found = verify(shown, trust=trust, now=MADE_AT, key_binding=proof, leeway=abs(now - MADE_AT) + timedelta(days=1))
    assert found.claims["personal_id_number"] == world.subject.person
    with pytest.raises(VerificationError):
        verify(flipped(shown, len(shown) - 9), trust=trust, now=MADE_AT, key_binding=proof)
