"""A receipt of a verification (own format): what was decided, when, by which lists, and of which document.

It holds nothing that the document says. Of the document it has a salted hash: who has the document can show that it
is the one, and who has only receipts can neither read it nor see that two of them are of the same one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from idp.documents.sd_jwt.encoding import b64url_decode, b64url_encode
from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.sd_jwt.jws import parse_jws, sign, verify_signature
from idp.documents.verifier.dates import numeric_date

TYPE = "verification-receipt+jwt"
MAX_LENGTH = 32_768
VERDICTS = ("good", "outdated", "refused", "could_not")


class ReceiptError(Exception):
    """The receipt is not one that these keys signed; `code` names the text that says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Receipt:
    """A receipt whose signature was verified. `content` is the whole payload."""

    issuer: str
    number: str
    issued_at: datetime
    verdict: str
    content: Mapping[str, object]

    def is_of(self, document: str) -> bool:
        """Whether this is the document that was checked, as the text that was checked."""
        told = self.content.get("document")
        if not isinstance(told, Mapping):
            return False
        try:
            salt = b64url_decode(str(told.get("salt")))
        except SdJwtError:
            return False
        said = str(told.get("sha256", "")).encode("utf-8", "surrogatepass")  # of letters it compares ASCII alone
        return hmac.compare_digest(_hash(salt, document).encode(), said)


def document_hash(document: str) -> dict[str, str]:
    """What a receipt says of its document: a new salt each time."""
    salt = secrets.token_bytes(16)
    return {"salt": b64url_encode(salt), "sha256": _hash(salt, document)}


def list_hash(token: str) -> str:
    """Which list it was, for whoever has kept lists."""
    return b64url_encode(hashlib.sha256(token.encode()).digest())


def make(content: Mapping[str, object], key: ECKey) -> str:
    """Sign. `content` has `iss`, `jti`, `iat`, `verdict`, `document` and the rest."""
    return sign({"typ": TYPE, "kid": key.kid or key.thumbprint()}, content, key)


def read(text: str, keys: Mapping[str, object]) -> Receipt:
    """Verify with the keys of a JWK set, private members ignored. Raises ReceiptError."""
    if len(text) > MAX_LENGTH:
        raise ReceiptError("malformed")
    try:
        token = parse_jws(text.strip())
    except SdJwtError as error:
        raise ReceiptError("malformed") from error
    if token.header.get("typ") != TYPE:
        raise ReceiptError("malformed")
    try:
        verify_signature(token, _key(keys, token.header.get("kid")), {"ES256"})
    except SdJwtError as error:
        raise ReceiptError("signature") from error
    return _receipt(token.payload)


def _key(keys: Mapping[str, object], kid: object) -> ECKey:
    entries = keys.get("keys")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get("kid") == kid and entry.get("use", "sig") == "sig":
            try:
                return ECKey.import_key({name: entry[name] for name in ("kty", "crv", "x", "y")})
            except (KeyError, ValueError, TypeError, JoseError) as error:
                raise ReceiptError("key") from error
    raise ReceiptError("key")


def _receipt(payload: Mapping[str, object]) -> Receipt:
    issuer, number, verdict = (payload.get(name) for name in ("iss", "jti", "verdict"))
    try:
        issued_at = numeric_date(payload, "iat")
    except ValueError as error:
        raise ReceiptError("malformed") from error
    if not isinstance(issuer, str) or not isinstance(number, str) or verdict not in VERDICTS or issued_at is None:
        raise ReceiptError("malformed")
    return Receipt(issuer, number, issued_at, str(verdict), payload)


def _hash(salt: bytes, document: str) -> str:
    return b64url_encode(hashlib.sha256(salt + document.encode()).digest())
