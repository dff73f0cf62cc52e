"""The signed request of a relying party: authenticating it and reading it (OpenID4VP 1.0 section 5, RFC 9101)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from idp.documents import dcql
from idp.documents.dcql import InvalidQuery, Query
from idp.documents.direct_post import NoEncryptionKey, ReturnAddress, encryption_key
from idp.documents.ports import RelyingParty
from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.sd_jwt.jws import UnverifiedJws, parse_jws, verify_signature
from idp.outbound import is_registered

TYPE = "oauth-authz-req+jwt"
MEDIA_TYPE = "application/oauth-authz-req+jwt"
ALGORITHMS = ("ES256", "ES384", "Ed25519")
RESPONSE_MODES = ("direct_post", "direct_post.jwt")
SKEW = timedelta(seconds=30)
MAX_TEXT = 300
URL_SAFE = re.compile(r"[A-Za-z0-9._~-]{1,512}")  # 5.2, nonce and state
MIN_NONCE = 22  # characters: 128 bits of base64url (5.2)


class NotAuthentic(Exception):
    """Not a request of this client, for us, now: nothing in it may be used, so nobody is answered.

    `reason` is a stable word for logs and pages.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RequestError(Exception):
    """The client did ask this, but it cannot be answered; `code` goes to its response_uri (section 8.5)."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


@dataclass(frozen=True)
class Procedure:
    """What the client says it asks for: our own extension, shown as the client's own words."""

    names: Mapping[str, str]
    code: str
    legal_basis: Mapping[str, str]


@dataclass(frozen=True)
class PresentationRequest:
    """A request that can be put before the holder."""

    client_id: str
    address: ReturnAddress
    nonce: str
    query: Query
    procedure: Procedure | None


def authenticate(
    text: str, party: RelyingParty, *, audience: str, wallet_nonce: str | None, now: datetime
) -> Mapping[str, object]:
    """The claims of a request object signed by this client, for this wallet. Raises NotAuthentic."""
    try:
        parsed = parse_jws(text.strip())
    except SdJwtError as error:
        raise NotAuthentic("malformed") from error
    if parsed.header.get("typ") != TYPE:  # 5: MUST NOT process any other
        raise NotAuthentic("typ")
    _check_signature(parsed, party)
    claims = parsed.payload
    if claims.get("client_id") != party.client_id:  # 5.10.1
        raise NotAuthentic("client_id")
    if claims.get("aud") not in (audience, [audience]):  # 5.8
        raise NotAuthentic("aud")
    if wallet_nonce is not None and claims.get("wallet_nonce") != wallet_nonce:  # 5.10.1
        raise NotAuthentic("wallet_nonce")
    _check_times(claims, now)
    return claims


def _check_signature(parsed: UnverifiedJws, party: RelyingParty) -> None:
    # Only keys registered for signing: one sent along, or meant for encryption, proves nothing (5.1).
    kid = parsed.header.get("kid")
    for key in _signing_keys(party):
        if kid is not None and key.kid != kid:
            continue
        try:
            verify_signature(parsed, key, ALGORITHMS)
        except SdJwtError:
            continue
        return
    raise NotAuthentic("signature")


def _signing_keys(party: RelyingParty) -> list[ECKey | OKPKey]:
    registered = party.jwks.get("keys")
    keys: list[ECKey | OKPKey] = []
    for jwk in registered if isinstance(registered, list) else []:
        if jwk.get("kty") not in ("EC", "OKP") or jwk.get("use", "sig") != "sig":
            continue
        try:
            keys.append(ECKey.import_key(jwk) if jwk["kty"] == "EC" else OKPKey.import_key(jwk))
        except (JoseError, ValueError, KeyError):  # an unusable key, an unknown curve, does not spoil the others
            continue
    return keys


def _check_times(claims: Mapping[str, object], now: datetime) -> None:
    """RFC 7519 4.1.4 to 4.1.6, where they are given."""
    for name in ("exp", "nbf", "iat"):
        value = claims.get(name)
        if name in claims and (not isinstance(value, int | float) or isinstance(value, bool)):
            raise NotAuthentic(name)
    expires = expires_at(claims)
    if expires is not None and expires <= now - SKEW:  # the year 9999 has no room for a skew
        raise NotAuthentic("expired")
    if any(_instant(claims, name, now) > now + SKEW for name in ("nbf", "iat")):
        raise NotAuthentic("not_yet_valid")


def expires_at(claims: Mapping[str, object]) -> datetime | None:
    """The request's own `exp`, if it has one."""
    far = datetime.max.replace(tzinfo=UTC)
    return _instant(claims, "exp", far) if "exp" in claims else None


def _instant(claims: Mapping[str, object], name: str, default: datetime) -> datetime:
    value = claims.get(name)
    if not isinstance(value, int | float):
        return default
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise NotAuthentic(name) from error


def return_address(claims: Mapping[str, object], party: RelyingParty) -> ReturnAddress:
    """Where to answer. Raises NotAuthentic where no safe address is named, so that not even an error is sent."""
    uri, mode, state = claims.get("response_uri"), claims.get("response_mode"), claims.get("state")
    if not isinstance(uri, str) or not is_registered(uri, party.response_uris):  # 14.4.1
        raise NotAuthentic("response_uri")
    if mode not in RESPONSE_MODES:
        raise NotAuthentic("response_mode")
    if state is not None and not (isinstance(state, str) and URL_SAFE.fullmatch(state)):
        raise NotAuthentic("state")
    return ReturnAddress(uri, str(mode), state)


def read(claims: Mapping[str, object], party: RelyingParty) -> PresentationRequest:
    """Read an authenticated request. Raises NotAuthentic (no address), RequestError."""
    address = return_address(claims, party)
    _refuse_parameters(claims)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not URL_SAFE.fullmatch(nonce) or len(nonce) < MIN_NONCE:
        raise RequestError("invalid_request", "nonce must be at least 22 URL-safe characters")
    try:
        query = dcql.parse(claims.get("dcql_query"))
    except InvalidQuery as error:
        raise RequestError("invalid_request", f"dcql_query: {error}") from error
    if not any(entry.format == dcql.SD_JWT_VC for entry in query.credentials):
        raise RequestError("vp_formats_not_supported", "this wallet keeps dc+sd-jwt only")
    if address.state is None and not all(entry.holder_binding for entry in query.credentials):
        raise RequestError("invalid_request", "state is required without holder binding (5.3)")
    _check_encryption(address, party)
    return PresentationRequest(party.client_id, address, nonce, query, _procedure(claims.get("procedure")))


def _refuse_parameters(claims: Mapping[str, object]) -> None:
    if "client_metadata" in claims:  # 8.5: we know this client's metadata ourselves
        raise RequestError("invalid_client", "client_metadata is not for pre-registered clients")
    if "transaction_data" in claims:  # 5.1, 8.4
        raise RequestError("invalid_transaction_data", "transaction_data is not supported")
    if claims.get("response_type") != "vp_token":
        raise RequestError("unsupported_response_type", "response_type must be vp_token")
    if "redirect_uri" in claims:  # 8.2
        raise RequestError("invalid_request", "redirect_uri does not go with direct_post")
    if "scope" in claims:
        raise RequestError("invalid_scope", "no scope stands for a query here; use dcql_query alone")
    if "request" in claims or "request_uri" in claims:  # RFC 9101 4
        raise RequestError("invalid_request", "a request object holds no other request object")


def _check_encryption(address: ReturnAddress, party: RelyingParty) -> None:
    if address.response_mode != "direct_post.jwt":
        return
    try:
        encryption_key(party)
    except NoEncryptionKey as error:
        raise RequestError("invalid_request", "no key to encrypt to is registered") from error


def _procedure(value: object) -> Procedure | None:
    if not isinstance(value, dict):
        return None
    names = {lang: _short(value.get(lang)) for lang in ("vi", "en")}
    basis = {"vi": _short(value.get("legal_basis")), "en": _short(value.get("legal_basis_en"))}
    if not any(names.values()):
        return None
    names = {lang: text or names["vi"] or names["en"] for lang, text in names.items()}
    basis = {lang: text or basis["vi"] or basis["en"] for lang, text in basis.items()}
    return Procedure(names, _short(value.get("code")), basis)


def _short(value: object) -> str:
    """One line of the client's own words, without characters that could pass for ours."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value[:MAX_TEXT]).split())
