"""How a document comes about, step by step; a fault changes exactly one of the steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography import x509
from joserfc.jwk import ECKey

from idp.documents.faults.forging import signed
from idp.documents.faults.world import LIFETIME, LIST_SIZE, Binding, Signer, Subject, World, stamp
from idp.documents.sd_jwt.disclosures import digest
from idp.documents.sd_jwt.encoding import b64url_encode
from idp.documents.sd_jwt.issuing import issue
from idp.documents.sd_jwt.jws import parse_jws
from idp.documents.sd_jwt.vc import TYPE
from idp.documents.verifier.certificates import subject_key_identifier
from idp.documents.verifier.status_list import compress_status_list

Changes = Mapping[str, object]
Payload = dict[str, object]
#: From the payload and its Disclosures to other ones, before signing.
Shape = Callable[[Payload, list[str]], tuple[Payload, list[str]]]
#: From header, payload and the signer's key to a JWS.
Write = Callable[[Payload, Payload, ECKey], str]
Edit = Callable[[str], str]

_BITS = 2
_VALUES = {"revoked": 1, "suspended": 2, "superseded": 3}


def nothing(text: str) -> str:
    """Leave a text as it is."""
    return text


@dataclass(frozen=True)
class Token:
    """One signed token of the three beside the document: what differs, None taking a member away."""

    claims: Changes = field(default_factory=dict)
    header: Changes = field(default_factory=dict)
    signer: Signer | None = None
    write: Write | None = None
    edit: Edit = nothing
    absent: bool = False
    over: Edit = nothing  # of a key binding: what `sd_hash` is taken over


@dataclass(frozen=True)
class Plan:
    """The steps; as they stand, they make a good document. `asked_version` is a trust list's that was seen before."""

    subject: Subject | None = None
    claims: Changes = field(default_factory=dict)
    header: Changes = field(default_factory=dict)
    signer: Signer | None = None
    shape: Shape | None = None
    write: Write | None = None
    edit: Edit = nothing
    proof: Token = field(default_factory=Token)
    after: Edit = nothing  # of the whole presentation
    status: Token = field(default_factory=Token)
    trust: Token = field(default_factory=Token)
    asked_version: int | None = None


@dataclass(frozen=True)
class Made:
    """A document, and all that a verifier needs to judge it."""

    text: str
    root: x509.Certificate
    trust_list: str
    status_lists: Mapping[str, str]  # by the address that the document names
    person: str | None
    vct: str
    binding: Binding | None
    minimum_version: int | None
    own_status_list: bool = False
    carrier: str = "sd_jwt"

    @property
    def data(self) -> bytes:
        """As a file: the text of a PDF has a letter an octet."""
        return self.text.encode("latin-1" if self.carrier == "pdf" else "utf-8")


def make(world: World, plan: Plan, binding: Binding | None = None, *, as_file: bool = False) -> Made:
    """Carry out a plan. `as_file`: the verifier expects a bare document, whatever it gets."""
    binding = binding or world.binding
    text = document(world, plan)
    if binding is not None:
        text += _proof(world, plan.proof, binding, text)
    return Made(
        text=plan.after(text),
        root=world.root.certificate,
        trust_list=trust_of(world, plan),
        status_lists=lists_of(world, plan),
        person=world.subject.person,
        vct=world.subject.kind.vct,
        binding=None if as_file else binding,
        minimum_version=plan.asked_version,
        own_status_list=plan.status != Token(),
    )


def changed(members: Mapping[str, object], changes: Changes) -> Payload:
    """With these changes; None takes a member away."""
    merged = {**members, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def document(world: World, plan: Plan) -> str:
    """The SD-JWT with all its Disclosures, without a proof."""
    subject = plan.subject or world.subject
    signer = plan.signer or world.signer_of(subject.issuer_id)
    claims = changed({**world.claims(subject), "iss": signer.uri}, plan.claims)
    header = changed({"alg": "ES256", "typ": TYPE, "x5c": signer.x5c}, plan.header)
    hidden = [path for path in subject.kind.disclosable if path[0] in claims]
    jwt, *disclosures = issue(claims, disclosable=hidden, key=world.holder, header={}, decoys=1).split("~")[:-1]
    payload = dict(parse_jws(jwt).payload)
    if plan.shape is not None:
        payload, disclosures = plan.shape(payload, disclosures)
    written = (plan.write or signed)(header, payload, signer.key)
    return plan.edit("~".join([written, *disclosures, ""]))


def _proof(world: World, token: Token, binding: Binding, text: str) -> str:
    if token.absent:
        return ""
    claims: Payload = {
        "iat": stamp(world.now),
        "aud": binding.audience,
        "nonce": binding.nonce,
        "sd_hash": digest(token.over(text)),
    }
    header: Payload = {"alg": "ES256", "typ": "kb+jwt"}
    return _token(token, header, claims, world.holder)


def _token(token: Token, header: Payload, claims: Payload, key: ECKey) -> str:
    header, claims = changed(header, token.header), changed(claims, token.claims)
    used = token.signer.key if token.signer is not None else key
    return token.edit((token.write or signed)(header, claims, used))


def trust_of(world: World, plan: Plan) -> str:
    """The trust list to judge it by."""
    token = plan.trust
    if token == Token():
        return world.trust_list
    payload = dict(parse_jws(world.trust_list).payload)
    header: Payload = {"alg": "ES256", "typ": "trust-list+jwt", "kid": subject_key_identifier(world.root.certificate)}
    return _token(token, header, payload, world.root.key)


def lists_of(world: World, plan: Plan) -> dict[str, str]:
    """The status lists to judge it by, by address."""
    issuer_id = (plan.subject or world.subject).issuer_id
    uri = world.status_uri(issuer_id)
    return {} if plan.status.absent else {uri: status_list(world, issuer_id, plan.status)}


def status_list(world: World, issuer_id: str, token: Token | None = None) -> str:
    """The list of an issuer: good for a week, so that a folder can be used for a while."""
    token = token or Token()
    signer = token.signer or world.signer_of(issuer_id)
    entries = [(world.indexes[state], value) for state, value in _VALUES.items()]
    claims: Payload = {
        "iss": signer.uri,
        "sub": world.status_uri(issuer_id),
        "iat": stamp(world.now),
        "exp": stamp(world.now + LIFETIME),
        "ttl": int(LIFETIME / timedelta(seconds=1)),
        "status_list": {"bits": _BITS, "lst": b64url_encode(compress_status_list(entries, LIST_SIZE, _BITS))},
    }
    return _token(token, {"alg": "ES256", "typ": "statuslist+jwt", "x5c": signer.x5c}, claims, signer.key)
