"""Every parser of what strangers send, as a function of bytes: it ends in a value or in a named refusal.

Each has a seed, a real text that mutations start from. hypothesis drives them in the suite, atheris in `make fuzz`.
Where a signature would end it all, the bytes are signed first, so that what lies behind is reached too.
"""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import timedelta
from functools import cache

import status_cwts
from carrier_targets import CARRIERS
from fuzz_target import Target
from verifier_world import AUDIENCE, NONCE, NOW, PERSON, STATUS_URI, World

from demo_client import lists
from demo_client.dcql import QueryNotSatisfied, presentations
from demo_client.direct_post import InvalidResponse, _vp_token
from idp.documents import dcql, request_object
from idp.documents.faults.forging import encoded, signed
from idp.documents.ports import RelyingParty
from idp.documents.sd_jwt.disclosures import parse_disclosure
from idp.documents.sd_jwt.encoding import json_decode
from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.sd_jwt.jws import parse_jws
from idp.documents.sd_jwt.selecting import claims_of
from idp.documents.verifier.certificates import load_der, load_pem, subject_key_identifier, uris
from idp.documents.verifier.errors import CertificateMalformed, TrustListError, VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding
from idp.documents.verifier.labels import Labels
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.status_list import compress_status_list, decode_status_list
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.type_rules import TypeRules
from idp.documents.verifier.verify import verify

WORLD = World()
TRUST = WORLD.trust()
STATUS = StatusLists.of([WORLD.status_token()])
PROOF = ExpectedKeyBinding(AUDIENCE, NONCE, timedelta(minutes=5))
DOCUMENT = WORLD.document()
PARTY = RelyingParty("me", {"vi": "a", "en": "a"}, {"keys": []}, (), ("https://me.example/r",), frozenset({"x"}))
CREDENTIAL = {"id": "a", "format": "dc+sd-jwt", "meta": {"vct_values": ["x"]}, "claims": [{"path": ["b", None, 0]}]}
QUERY = {"credentials": [CREDENTIAL], "credential_sets": [{"options": [["a"]]}]}
METADATA = {
    "vct": "x",
    "claims": [{"path": ["a", None], "sd": "never", "display": [{"locale": "vi", "label": "b"}]}],
}


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _json(data: bytes) -> object:
    """As Flask and the portal read it, leniently."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _verify(text: str, proof: bool = False) -> None:
    verify(
        text,
        trust=TRUST,
        now=NOW,
        key_binding=PROOF if proof else NO_KEY_BINDING,
        person=PERSON,
        status=STATUS,
    )


def _payload(data: bytes) -> None:
    _verify(signed({"alg": "ES256", "typ": "dc+sd-jwt", "x5c": WORLD.police.x5c}, data, WORLD.police.key) + "~")


def _proof(data: bytes) -> None:
    _verify(DOCUMENT + signed({"alg": "ES256", "typ": "kb+jwt"}, data, WORLD.holder), proof=True)


def _status_token(data: bytes) -> None:
    header = {"alg": "ES256", "typ": "statuslist+jwt", "x5c": WORLD.police.x5c}
    tokens = {STATUS_URI: signed(header, data, WORLD.police.key)}
    verify(DOCUMENT, trust=TRUST, now=NOW, key_binding=NO_KEY_BINDING, status=StatusLists(tokens))


def _status_cwt(data: bytes) -> None:
    """As it comes, and as claims that its issuer signed."""
    for found in (data, status_cwts.token(WORLD, data)):
        with suppress(VerificationError):
            verify(
                DOCUMENT, trust=TRUST, now=NOW, key_binding=NO_KEY_BINDING, status=StatusLists({STATUS_URI: found})
            )


def _inflate(data: bytes) -> None:
    packed = base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    decode_status_list({"bits": 2, "lst": packed})[7]


def _trust_payload(data: bytes) -> None:
    header = {"alg": "ES256", "typ": "trust-list+jwt", "kid": TRUST_KID}
    TrustList.load(signed(header, data, WORLD.root.key), root=WORLD.root.certificate, now=NOW)


def _certificate(data: bytes) -> None:
    found = load_der(data)
    subject_key_identifier(found)
    uris(found)


def _request(data: bytes) -> None:
    claims = json_decode(data)
    if isinstance(claims, dict):
        request_object.read(claims, PARTY)


def _metadata(data: bytes) -> None:
    found = [_json(data)]
    Labels.of(found)
    TypeRules.of(found)


TRUST_KID = subject_key_identifier(WORLD.root.certificate)
POLICE_DER = base64.b64decode(WORLD.police.x5c[0])
_PAYLOAD = encoded(WORLD.claims())
_REQUEST = {
    "client_id": "me", "response_type": "vp_token", "response_mode": "direct_post", "nonce": "n" * 43,
    "response_uri": "https://me.example/r", "state": "s", "dcql_query": QUERY,
}  # fmt: skip
REQUESTS = (SdJwtError, request_object.RequestError, request_object.NotAuthentic)

TARGETS = {
    "sd-jwt": Target(lambda data: claims_of(_text(data)), (SdJwtError,), DOCUMENT.encode()),
    "document": Target(lambda data: _verify(_text(data)), (VerificationError,), DOCUMENT.encode()),
    "presentation": Target(
        lambda data: _verify(_text(data), proof=True), (VerificationError,), WORLD.bound(DOCUMENT).encode()
    ),
    "payload": Target(_payload, (VerificationError,), _PAYLOAD),
    "disclosure": Target(lambda data: parse_disclosure(_text(data)), (SdJwtError,), DOCUMENT.split("~")[1].encode()),
    "jws": Target(lambda data: parse_jws(_text(data)), (SdJwtError,), DOCUMENT.partition("~")[0].encode()),
    "json": Target(json_decode, (SdJwtError,), _PAYLOAD),
    "key-binding": Target(
        _proof,
        (VerificationError,),
        encoded(parse_jws(WORLD.bound(DOCUMENT).rpartition("~")[2]).payload),
    ),
    "status-token": Target(_status_token, (VerificationError,), encoded(parse_jws(WORLD.status_token()).payload)),
    "status-cwt": Target(_status_cwt, (), status_cwts.token(WORLD)),
    "status-list": Target(_inflate, (VerificationError,), compress_status_list([(3, 1)], 64, 2)),
    "trust-list": Target(_trust_payload, (TrustListError,), encoded(WORLD.trust_payload())),
    "certificate": Target(_certificate, (CertificateMalformed,), POLICE_DER),
    "certificate-pem": Target(load_pem, (CertificateMalformed,), b"-----BEGIN CERTIFICATE-----\nMIIB\n"),
    "dcql": Target(lambda data: dcql.parse(_json(data)), (dcql.InvalidQuery,), encoded(QUERY)),
    "request-object": Target(_request, REQUESTS, encoded(_REQUEST)),
    "vp-token": Target(
        lambda data: presentations(_vp_token(_text(data)), QUERY),
        (InvalidResponse, QueryNotSatisfied),
        encoded({"a": [DOCUMENT]}),
    ),
    "status-uri": Target(lambda data: lists.status_uri(_text(data)), (), DOCUMENT.encode()),
    "type-metadata": Target(_metadata, (ValueError,), encoded(METADATA)),
}
NAMES = (*TARGETS, *CARRIERS)


@cache
def target(name: str) -> Target:
    """One of them, made now where it is of the other carriers."""
    return TARGETS[name] if name in TARGETS else CARRIERS[name]()
