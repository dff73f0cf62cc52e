"""How an offline code comes about, step by step (RFC 8392, RFC 9052, RFC 9285); a fault changes one of the steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey

from idp.documents.faults.plan import Made, Plan, changed, lists_of, nothing, trust_of
from idp.documents.faults.world import NoSuchPlace, Signer, World, stamp
from idp.documents.offline import claims as claim_sets
from idp.documents.offline import code, cose, deflate
from idp.documents.offline.limits import DoesNotFit
from idp.documents.offline.portrait import portrait
from idp.documents.told import claims_of_code
from idp.documents.verifier import cose_signature
from idp.documents.verifier.certificates import subject_key_identifier

Bytes = Callable[[bytes], bytes]
Claims = dict[int, object]
#: From protected header, payload and the signer's key to a message.
Write = Callable[[bytes, bytes, ECKey], bytes]


def same(data: bytes) -> bytes:
    """Leave octets as they are."""
    return data


def base45_text(data: bytes) -> str:
    """RFC 9285."""
    import base45

    return str(base45.b45encode(data).decode("ascii"))


@dataclass(frozen=True)
class CodePlan:
    """The steps, in their order. Of `base` count the content, the signer and the lists; in `header` None takes a
    parameter away."""

    base: Plan = field(default_factory=Plan)
    claims: Callable[[Claims], object] | None = None
    payload: Bytes = same
    header: Mapping[int, object] = field(default_factory=dict)
    kid: bytes | None = None
    write: Write | None = None
    edit: Bytes = same  # of the signed message
    pack: Bytes = deflate.pack
    encode: Callable[[bytes], str] = base45_text
    after: Callable[[str], str] = nothing


def make_code(world: World, plan: CodePlan) -> Made:
    """Carry out a plan. Raises NoSuchPlace where no code can be made of this document."""
    _require_place(world)
    return Made(
        text=plan.after(plan.encode(plan.pack(signed(world, plan)))),
        root=world.root.certificate,
        trust_list=trust_of(world, plan.base),
        status_lists=lists_of(world, plan.base),
        person=None,  # a code does not hold her number
        vct=world.subject.kind.vct,
        binding=None,
        minimum_version=plan.base.asked_version,
        own_status_list=plan.base.status != Plan().status,
        carrier="code",
    )


def signed(world: World, plan: CodePlan) -> bytes:
    """The message, before it is packed."""
    import cbor2

    signer = _signer(world, plan.base)
    claims = cbor2.loads(claim_sets.write(_told(world, plan.base), _portrait(world)))
    body = claims if plan.claims is None else plan.claims(claims)
    payload = plan.payload(cbor2.dumps(body, canonical=True))
    kid = plan.kid if plan.kid is not None else bytes.fromhex(subject_key_identifier(signer.chain[0]))
    header = {**{cose.ALG: cose_signature.ES256, cose.KID: kid, cose.TYP: cose.TYPE}, **plan.header}
    protected = cbor2.dumps({name: value for name, value in header.items() if value is not None}, canonical=True)
    return plan.edit((plan.write or write)(protected, payload, signer.key))


def write(protected: bytes, payload: bytes, key: ECKey) -> bytes:
    """As it should be."""
    return message(protected, {}, payload, signature(protected, payload, key))


def message(*parts: object) -> bytes:
    """COSE_Sign1 of any parts, tagged as a CWT."""
    import cbor2

    return cose.PREFIX + bytes(cbor2.dumps(list(parts), canonical=True))


def signature(protected: bytes, payload: bytes, key: ECKey) -> bytes:
    """r and s side by side."""
    r, s = decode_dss_signature(der_signature(protected, payload, key))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def der_signature(protected: bytes, payload: bytes, key: ECKey) -> bytes:
    """The same as X.509 has it, which COSE does not take."""
    private = key.private_key
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise ValueError("a private key signs")
    return private.sign(structure(protected, payload), ec.ECDSA(hashes.SHA256()))


def structure(protected: bytes, payload: bytes, context: str = "Signature1") -> bytes:
    """What is signed (RFC 9052 section 4.4), or what a MAC is made over (6.3)."""
    import cbor2

    return bytes(cbor2.dumps([context, protected, b"", payload]))


def _require_place(world: World) -> None:
    signer = world.signer
    key = signer.key.private_key
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101
    try:
        code.write(_told(world, Plan()), _portrait(world), key, bytes(20))
    except (DoesNotFit, ValueError, KeyError) as error:
        raise NoSuchPlace("a code cannot hold this document") from error


def _signer(world: World, base: Plan) -> Signer:
    return base.signer or world.signer_of((base.subject or world.subject).issuer_id)


def _portrait(world: World) -> bytes:
    return portrait(world.subject.person)


def _told(world: World, base: Plan) -> dict[str, object]:
    """What the wallet's sheet tells, as of now."""
    subject = base.subject or world.subject
    claims = world.claims(subject)
    technical: dict[str, object] = {
        "iss": _signer(world, base).uri,
        "iat": stamp(world.now),
        "nbf": stamp(world.now),
        "exp": claims["exp"],
        "vct": subject.kind.vct,
        "status": claims["status"],
    }
    return changed({**technical, **claims_of_code(subject.kind, claims)}, base.claims)
