"""Answering at the response_uri: direct_post and direct_post.jwt (OpenID4VP 1.0 sections 8.2 and 8.3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from idp.documents.ports import RelyingParty
from idp.documents.sd_jwt.encoding import json_object
from idp.documents.sd_jwt.errors import SdJwtError
from idp.outbound import Outbound, OutboundError, origin

KEY_AGREEMENT = "ECDH-ES"
CONTENT_ENCRYPTION = "A128GCM"  # 8.3: the default where the client registered nothing else
MAX_REDIRECT = 2048
#: Of all 4xx these say "not now": request timeout, too early, too many requests (RFC 9110, 8470, 6585).
PASSING = frozenset({408, 425, 429})
#: Characters of an encrypted answer: a visit with its tests and medicines takes about ten thousand, so that a health
#: book with fifty visits fits. Who decrypts must allow as much: joserfc stops at 64 KiB unless told otherwise.
MAX_ENCRYPTED = 1_000_000
TOO_LARGE = "answer_too_large"
REGISTRY = jwe.JWERegistry(algorithms=[KEY_AGREEMENT, CONTENT_ENCRYPTION])
REGISTRY.max_ciphertext_length = MAX_ENCRYPTED


@dataclass(frozen=True)
class ReturnAddress:
    """Where an authenticated request is answered, and how."""

    response_uri: str
    response_mode: str
    state: str | None


class NoEncryptionKey(Exception):
    """The client registered no key that a response can be encrypted to."""


class NotDelivered(Exception):
    """The client did not take the answer. `final`: it refused it, so that sending it again cannot help."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.reason, self.final = reason, final


@dataclass(frozen=True)
class Delivered:
    """The client has the answer; `redirect_uri` is where the browser goes on, if the client said so."""

    redirect_uri: str | None


def encryption_key(party: RelyingParty) -> ECKey:
    """The registered key with `use: enc` (8.3: `alg` must be there). Raises NoEncryptionKey."""
    keys = party.jwks.get("keys")
    for jwk in keys if isinstance(keys, list) else []:
        if jwk.get("kty") != "EC" or jwk.get("use", "enc") != "enc" or jwk.get("alg") != KEY_AGREEMENT:
            continue
        try:
            return ECKey.import_key(jwk)
        except (JoseError, ValueError, KeyError):
            continue
    raise NoEncryptionKey


def form(parameters: Mapping[str, object], address: ReturnAddress, party: RelyingParty) -> dict[str, str]:
    """The form to post. An error to a client without a key goes unencrypted (8.3.1); a vp_token never does.

    Raises NoEncryptionKey, NotDelivered.
    """
    told = {**parameters, **({"state": address.state} if address.state is not None else {})}
    if address.response_mode == "direct_post.jwt":
        try:
            return {"response": _encrypt(told, encryption_key(party))}
        except NoEncryptionKey:
            if "vp_token" in told:
                raise
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in told.items()}


def _encrypt(parameters: Mapping[str, object], key: ECKey) -> str:
    header = {"alg": KEY_AGREEMENT, "enc": CONTENT_ENCRYPTION, "typ": "JWT"}
    if key.kid is not None:  # 8.3
        header["kid"] = key.kid
    text = jwe.encrypt_compact(header, json.dumps(parameters).encode(), key, registry=REGISTRY)
    if len(text) > MAX_ENCRYPTED:
        raise NotDelivered(TOO_LARGE, final=True)
    return text


def send(
    outbound: Outbound, parameters: Mapping[str, object], address: ReturnAddress, party: RelyingParty
) -> Delivered:
    """Post an answer or an error. Raises NotDelivered, NoEncryptionKey."""
    fields = form(parameters, address, party)
    try:
        reply = outbound.post_form(
            address.response_uri, fields, registered=party.response_uris, accept="application/json"
        )
    except OutboundError as error:
        raise NotDelivered(error.code, final=False) from error
    if reply.status != 200:  # 8.2: anything else is no success
        raise NotDelivered(f"http_{reply.status}", final=400 <= reply.status < 500 and reply.status not in PASSING)
    try:
        told = json_object(reply.body)
    except SdJwtError as error:
        raise NotDelivered("not_json", final=True) from error
    return Delivered(_redirect_uri(told.get("redirect_uri"), party))


def _redirect_uri(value: object, party: RelyingParty) -> str | None:
    """Followed only to an origin that the client registered, so that it cannot be made an open redirector."""
    if not isinstance(value, str) or len(value) > MAX_REDIRECT or not value.isascii() or not value.isprintable():
        return None
    return value if origin(value) in origins(party) else None


def origins(party: RelyingParty) -> tuple[str, ...]:
    """Every origin that the client registered an address at."""
    addresses = (*party.redirect_uris, *party.response_uris, *party.request_uris)
    found = (origin(address) for address in addresses)
    return tuple(dict.fromkeys(one for one in found if one is not None))
