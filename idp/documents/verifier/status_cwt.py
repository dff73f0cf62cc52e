"""A Status List Token as CWT (Token Status List draft, sections 4.3 and 5.2), taken apart.

Signed, not MACed: a MAC's key would have to be ours too. The certificates may stand in either header (RFC 9360
section 2), since they prove nothing before the chain is validated; all else that counts is protected.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from idp.documents.verifier import cbor, cose_signature
from idp.documents.verifier.certificates import Chain, read_chain
from idp.documents.verifier.errors import AlgorithmNotAllowed, CertificateMalformed, Malformed, StatusListMalformed
from idp.documents.verifier.status_list import StatusList, inflate_status_list

TYPE = "application/statuslist+cwt"
MAX_LENGTH = 2_000_000
#: COSE_Sign1_Tagged (18), and no CWT tag around it.
PREFIX = b"\xd2"
ALG, CRIT, TYP, X5CHAIN = 1, 2, 16, 33  # RFC 9052 section 3.1, RFC 9596, RFC 9360
_NAMES = {2: "sub", 4: "exp", 6: "iat", 65534: "ttl"}
_STATUS_LIST = 65533


@dataclass(frozen=True)
class CwtToken:
    """With what its bytes alone decide, found out once and only when it is asked for."""

    protected: bytes
    payload: bytes
    signature: bytes
    header: Mapping[object, object]
    unprotected: Mapping[object, object]
    content: Mapping[object, object]

    @property
    def of_its_type(self) -> bool:
        return self.header.get(TYP) == TYPE

    @cached_property
    def claims(self) -> Mapping[str, object]:
        """By their names in a JWT; unverified."""
        return {name: self.content[key] for key, name in _NAMES.items() if key in self.content}

    @cached_property
    def chain(self) -> Chain:
        """The chain whose first certificate's key made the signature. Raises where it did not."""
        chain = read_chain({"x5c": _certificates(self.header, self.unprotected)})
        algorithm = self.header.get(ALG)
        if algorithm not in (cose_signature.ES256, cose_signature.ES384) or not isinstance(algorithm, int):
            raise AlgorithmNotAllowed("not ES256 or ES384")
        cose_signature.verify(chain.key(), algorithm, self.protected, self.payload, self.signature)
        return chain

    @cached_property
    def statuses(self) -> StatusList:
        listed = self.content.get(_STATUS_LIST)
        packed = listed.get("lst") if isinstance(listed, dict) else None
        if not isinstance(listed, dict) or not isinstance(packed, bytes):
            raise StatusListMalformed("status_list is a map, lst a byte string")
        return inflate_status_list(listed.get("bits"), packed)


def looks_like_one(data: bytes) -> bool:
    """Whether these bytes can be such a token: no JWT begins so."""
    return data.startswith(PREFIX)


def parse(data: bytes) -> CwtToken:
    """Raises `StatusListMalformed`."""
    if len(data) > MAX_LENGTH or not looks_like_one(data):
        raise StatusListMalformed("not a status list token")
    try:
        return _parse(data)
    except Malformed as error:
        raise StatusListMalformed("the status list token cannot be read") from error


def _parse(data: bytes) -> CwtToken:
    message = cbor.decode(data[len(PREFIX) :], ordered=False)
    if not isinstance(message, list) or len(message) != 4:
        raise Malformed("COSE_Sign1 has four parts")
    protected, unprotected, payload, signature = message
    if not isinstance(protected, bytes) or not isinstance(payload, bytes) or not isinstance(signature, bytes):
        raise Malformed("a part is missing: the payload too stands in the message")
    header, content = (_map(cbor.decode(part, ordered=False)) for part in (protected, payload))
    unprotected = _map(unprotected)
    if CRIT in header or set(unprotected) & (set(header) | {ALG, CRIT, TYP}):  # RFC 9052 section 3: not in both
        raise Malformed("an extension, or a parameter that belongs elsewhere")
    return CwtToken(protected, payload, signature, header, unprotected, content)


def _map(value: object) -> dict[object, object]:
    if not isinstance(value, dict):
        raise Malformed("not a map")
    return value


def _certificates(header: Mapping[object, object], unprotected: Mapping[object, object]) -> list[str]:
    """One as a byte string, several as an array of them (RFC 9360 section 2): as `x5c` has them."""
    found = header.get(X5CHAIN, unprotected.get(X5CHAIN))
    several = isinstance(found, list) and len(found) > 1
    chain = found if several else [found]
    if not isinstance(chain, list) or not all(isinstance(one, bytes) for one in chain):
        raise CertificateMalformed("x5chain holds certificates")
    return [base64.b64encode(one).decode("ascii") for one in chain if isinstance(one, bytes)]
