"""Faults of the holder's proof, the key binding (RFC 9901 sections 4.3 and 7.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey

from idp.documents.faults.forging import flipped, new_key, unsigned, with_mac
from idp.documents.faults.maker import Maker
from idp.documents.faults.plan import Payload, Plan, Token
from idp.documents.faults.world import Signer, World, stamp


def _proof(**changes: object) -> Maker:
    return lambda _: Plan(proof=Token(**changes))  # type: ignore[arg-type]


def _claims(**claims: object) -> Maker:
    return _proof(claims=claims)


def _at(name: str, by: timedelta) -> Maker:
    return lambda world: Plan(proof=Token(claims={name: stamp(world.now + by)}))


def _header(**header: object) -> Maker:
    return _proof(header=header)


def _by_another(_: World) -> Plan:
    """Whoever copied the document has no key to it, and uses her own."""
    return Plan(proof=Token(signer=Signer("", new_key(), ())))


def _by_issuer(world: World) -> Plan:
    return Plan(proof=Token(signer=world.signer))


def _own_key(_: World) -> Plan:
    """Her own key, brought along in the header."""
    key = new_key()
    return Plan(proof=Token(header={"jwk": key.as_dict(private=False)}, signer=Signer("", key, ())))


def _unsigned(header: Payload, claims: Payload, _: ECKey) -> str:
    return unsigned({**header, "alg": "none"}, claims) + "."


def _mac(header: Payload, claims: Payload, key: ECKey) -> str:
    secret = key.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return with_mac({**header, "alg": "HS256"}, claims, secret)


def _audience_list(world: World) -> Plan:
    """The right audience among others: a proof made for two serves two."""
    audience = world.binding.audience if world.binding else ""
    return Plan(proof=Token(claims={"aud": [audience, "https://others.vn-mock.example"]}))


def _longer(name: str, ending: str) -> Maker:
    """A value that begins as it should."""

    def make(world: World) -> Plan:
        return Plan(proof=Token(claims={name: getattr(world.binding, _NAMES[name], "") + ending}))

    return make


_NAMES = {"aud": "audience", "nonce": "nonce"}


def _first_part(text: str) -> str:
    """The signed part alone: without it, what is disclosed may be exchanged."""
    return text.partition("~")[0] + "~"


def _exchanged(text: str) -> str:
    """A Disclosure taken out after the proof was made, or where there is none, the proof bent."""
    jwt, *disclosures, proof = text.split("~")
    return "~".join([jwt, *disclosures[1:], proof]) if disclosures else flipped(text, len(text) - 8)


def _private_key(world: World) -> Plan:
    """`cnf` gives the private key away, so that everybody is the holder."""
    return Plan(claims={"cnf": {"jwk": world.holder.as_dict(private=True)}})


_HOUR = timedelta(hours=1)

MAKERS: Mapping[str, Maker] = {
    "missing-key-binding": _proof(absent=True),
    "other-audience": _claims(aud="https://others.vn-mock.example"),
    "audience-list": _audience_list,
    "audience-longer": _longer("aud", "/"),
    "audience-missing": _claims(aud=None),
    "replayed": _claims(nonce="the-nonce-of-an-earlier-request"),
    "nonce-longer": _longer("nonce", "0"),
    "nonce-missing": _claims(nonce=None),
    "nonce-number": _claims(nonce=5),
    "proof-old": _at("iat", -_HOUR),
    "proof-from-the-future": _at("iat", _HOUR),
    "proof-ended": _at("exp", -_HOUR),
    "proof-without-time": _claims(iat=None),
    "proof-time-huge": _claims(iat=1e300),
    "proof-by-another-key": _by_another,
    "proof-by-issuer": _by_issuer,
    "proof-key-in-header": _own_key,
    "proof-alg-none": _header(alg="none"),
    "proof-unsigned": _proof(write=_unsigned),
    "proof-hmac": _proof(write=_mac),
    "proof-typ-jwt": _header(typ="JWT"),
    "proof-typ-missing": _header(typ=None),
    "proof-crit": _header(crit=["exp"], exp=0),
    "proof-signature-bent": _proof(edit=lambda text: flipped(text, len(text) - 8)),
    "proof-over-signed-part": _proof(over=_first_part),
    "proof-without-hash": _claims(sd_hash=None),
    "proof-of-another-selection": lambda _: Plan(after=_exchanged),
    "proof-not-a-token": _proof(edit=lambda _: "proof"),
    "holder-key-missing": lambda _: Plan(claims={"cnf": None}),
    "holder-key-private": _private_key,
    "holder-key-symmetric": lambda _: Plan(claims={"cnf": {"jwk": {"kty": "oct", "k": "c2VjcmV0"}}}),
    "holder-key-off-curve": lambda _: Plan(
        claims={"cnf": {"jwk": {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}}}
    ),
    "presentation-as-file": lambda _: Plan(),
}
