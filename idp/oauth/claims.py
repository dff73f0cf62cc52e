"""Which scope stands for which claims (OpenID Connect Core 5.4), and which claims a response may carry.

The scope `identity` is ours: the personal identification number and the identity level. Because a relying party must
check the level before it lets a person in, these two are in the ID Token too; all other scopes answer at the
UserInfo endpoint, as Core 5.4 says of the code flow.
"""

from __future__ import annotations

from collections.abc import Mapping

from idp.oauth import compat_claims
from idp.oauth.claims_request import ClaimsRequest, ClaimWish

SCOPE_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "openid": ("sub",),
    "identity": ("personal_id_number", "identity_level"),
    "profile": (
        "name",  # one, as on the card: Vietnamese names are not split into given and family name
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
    "email": ("email", "email_verified"),
    "organisation": ("acting_for", "act"),  # told unasked to whoever deals with an organisation: `idp.oauth.acting`
    "offline_access": (),
    compat_claims.SCOPE: compat_claims.NAMES,
}
# Released only where asked for by name (Core 5.5), by a client registered for the scope.
BY_NAME_ALONE: Mapping[str, tuple[str, ...]] = {"identity": ("nationalities",)}
SCOPES = frozenset(SCOPE_CLAIMS)
IN_ID_TOKEN = frozenset({"identity"})
# What an organisation's session may be asked for: nothing that is a person's own (Decree 69/2024/ND-CP art. 9).
OF_ORGANISATIONS = frozenset({"openid", "identity", "organisation", "offline_access", compat_claims.SCOPE})
# Set by the provider alone; nothing known of a person may stand in their place.
_PROTOCOL = (
    "iss sub aud exp iat nbf jti auth_time nonce acr amr azp at_hash c_hash s_hash sid sub_jwk cnf acting_for act"
)
PROTOCOL_CLAIMS = frozenset(_PROTOCOL.split())
CLAIMS = tuple(name for table in (SCOPE_CLAIMS, BY_NAME_ALONE) for names in table.values() for name in names)


def of_scopes(scopes: frozenset[str]) -> tuple[str, ...]:
    """The claims of these scopes, in the order of the table."""
    return tuple(name for scope, names in SCOPE_CLAIMS.items() if scope in scopes for name in names)


def granted(scopes: frozenset[str], *, acting: bool) -> frozenset[str]:
    """What is granted of the scopes asked for; to somebody who acts for an organisation nothing personal."""
    return scopes & OF_ORGANISATIONS if acting else scopes


def by_name(registered: frozenset[str]) -> frozenset[str]:
    """The claims that a client registered for these scopes may ask for by name; no protocol claim is among them."""
    alone = (name for scope, names in BY_NAME_ALONE.items() if scope in registered for name in names)
    return frozenset((*of_scopes(registered), *alone)) - PROTOCOL_CLAIMS


def released(scopes: frozenset[str], request: ClaimsRequest, registered: frozenset[str]) -> tuple[str, ...]:
    """Every claim about the person that this request would release, once each: what the person consents to.

    A claim asked for by name is released only where it belongs to a scope the client is registered for. What goes
    under several names is one thing to consent to.
    """
    names = (set(of_scopes(scopes)) - PROTOCOL_CLAIMS) | (request.names() & by_name(registered))
    wanted = compat_claims.plainly(names)
    return tuple(name for name in (*CLAIMS, *compat_claims.UNDER_THESE_NAMES_ALONE) if name in wanted)


def asked_by_name(scopes: frozenset[str], request: ClaimsRequest, registered: frozenset[str]) -> tuple[str, ...]:
    """What this request would release beside its scopes (Core 5.5)."""
    of_scope = of_scopes(scopes)
    return tuple(name for name in released(scopes, request, registered) if name not in of_scope)


def for_userinfo(
    known: Mapping[str, object], scopes: frozenset[str], request: ClaimsRequest, registered: frozenset[str]
) -> dict[str, object]:
    """The person's claims for the UserInfo response, without `sub`."""
    return _chosen(known, of_scopes(scopes), request.userinfo, registered)


def for_id_token(
    known: Mapping[str, object], scopes: frozenset[str], request: ClaimsRequest, registered: frozenset[str]
) -> dict[str, object]:
    """The person's claims for the ID Token, without the protocol's own."""
    return _chosen(known, of_scopes(scopes & IN_ID_TOKEN), request.id_token, registered)


def _chosen(
    known: Mapping[str, object],
    of_scope: tuple[str, ...],
    wishes: Mapping[str, ClaimWish],
    registered: frozenset[str],
) -> dict[str, object]:
    names = (set(of_scope) | set(wishes)) & by_name(registered)
    any_value = ClaimWish()
    # Core 5.3.2: a claim that is not known is left out, never null; 5.5.1: so is one without the asked value.
    return {
        name: known[name]
        for name in CLAIMS
        if name in names and known.get(name) is not None and wishes.get(name, any_value).accepts(known[name])
    }
