"""Authorization request validation (RFC 6749 4.1.1, OpenID Connect Core 3.1.2.1 and 3.1.2.2, RFC 7636 4.3).

The order is visible in `parse`: first what makes an answer by redirect impossible, then everything that is answered
there. Nothing that a client sent is repeated in a message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from idp import refusal_log
from idp.oauth import (
    authorization_profile,
    claims_request,
    lenient,
    less_than_asked,
    redirect_uris,
    resources,
    response_mode,
)
from idp.oauth.authorization_response import Destination
from idp.oauth.claims import SCOPES
from idp.oauth.claims_request import ClaimsRequest
from idp.oauth.errors import (
    InvalidRequestError,
    InvalidScopeError,
    RegistrationNotSupportedError,
    ServerPageError,
    UnauthorizedClientError,
    UnsupportedResponseTypeError,
)
from idp.oauth.models import Client
from idp.oauth.requested_acr import AcrWish, wish

Parameters = Mapping[str, Sequence[str]]
NAMES = frozenset(
    (
        *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "response_mode", "display"),
        *("prompt", "max_age", "ui_locales", "claims_locales", "id_token_hint", "login_hint", "acr_values", "claims"),
        *(
            "code_challenge",
            "code_challenge_method",
            "dpop_jkt",
            "resource",
            "request",
            "request_uri",
            "registration",
        ),
        *("grant_type", "code", "code_verifier", "refresh_token", "client_secret", "client_assertion", "token"),
        *("client_assertion_type", "token_type_hint"),
    )
)
PROMPTS = frozenset({"none", "login", "consent", "select_account", "create"})
LONGEST = 2000  # characters of one parameter; claims and hints have limits of their own
CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # RFC 6749 A: in no parameter
CONTROL_IN_JSON = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # RFC 8259 2 has room for white space
S256 = re.compile(r"[A-Za-z0-9_-]{43}")  # the base64url of 32 octets: RFC 7636 4.2, RFC 7638 3


@dataclass(frozen=True)
class AuthorizationRequest:
    """A request that may be answered; `subs` are the only subject identifiers that will do (None: anyone's).

    `lenient` are the switches that let it through, of the client's.
    """

    client_id: str
    redirect_uri: str
    scopes: frozenset[str]
    state: str | None = None
    nonce: str | None = None
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None
    login_hint: str | None = None
    ui_locales: str = ""
    acr: AcrWish = field(default_factory=AcrWish)
    claims: ClaimsRequest = field(default_factory=ClaimsRequest)
    code_challenge: str | None = None
    subs: frozenset[str] | None = None
    response_mode: str = response_mode.DEFAULT
    dpop_jkt: str | None = None
    resource: tuple[str, ...] = ()
    lenient: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """As JSON, for storing while the person decides."""
        return {
            **self.__dict__,
            "scopes": sorted(self.scopes),
            "prompt": sorted(self.prompt),
            "acr": {"values": list(self.acr.values), "essential": self.acr.essential},
            "claims": self.claims.document(),
            "subs": None if self.subs is None else sorted(self.subs),
            "resource": list(self.resource),
            "lenient": list(self.lenient),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> AuthorizationRequest:
        subs, wished = document["subs"], document["acr"]
        restored = {
            **document,
            "scopes": frozenset(document["scopes"]),
            "prompt": frozenset(document["prompt"]),
            "acr": AcrWish(tuple(wished["values"]), wished["essential"]),
            "claims": claims_request.from_document(document["claims"]),
            "subs": None if subs is None else frozenset(subs),
            "resource": tuple(document.get("resource", ())),
            "lenient": tuple(document.get("lenient", ())),
        }
        return cls(**restored)


def identify(parameters: Parameters, find: Callable[[str], Client | None]) -> Client:
    """Whose request it is. Raises ServerPageError: nothing is sent to a place not proven."""
    client_ids = values(parameters, "client_id")
    client = find(client_ids[0]) if len(client_ids) == 1 else None
    refusal_log.asked_by(client_ids[0] if client_ids else "", known=client is not None)
    if client is None:
        check = "no client is registered by this client_id" if len(client_ids) == 1 else "not exactly one client_id"
        code = "invalid_client" if client_ids else "invalid_request"
        raise ServerPageError("oauth.unknown_client", code, check=check)
    if client.disabled_at is not None:
        raise ServerPageError(
            "oauth.stopped_client", "unauthorized_client", check="the client is disabled in the registry"
        )
    return client


def destination(parameters: Parameters, client: Client) -> Destination:
    """Where and how the client may be answered. Raises ServerPageError."""
    uris = values(parameters, "redirect_uri")
    # Core 3.1.2.1: redirect_uri is REQUIRED, and matched by simple string comparison.
    proven = len(uris) == 1 and _registered(client, uris[0])
    if not proven or not authorization_profile.admits_redirect_uri(client, uris[0]):
        raise ServerPageError(
            "oauth.wrong_redirect_uri",
            description="The redirect_uri is missing, or not registered for this client.",
            check=redirect_uris.difference(client.redirect_uris, uris),
        )
    mode = response_mode.of(values(parameters, "response_mode"), uris[0])
    return Destination(client, uris[0], mode, state_of(parameters))


def parse(parameters: Parameters, to: Destination, sub_of_hint: Callable[[str], str]) -> AuthorizationRequest:
    """Check the rest. Raises an OAuth2Error that is to be sent to the redirect URI.

    `sub_of_hint` gives the `sub` of an ID Token that this provider issued to the client, or raises.
    """
    client = to.client
    _each_once_and_readable(parameters)
    given = {name: values(parameters, name)[0] for name in parameters if values(parameters, name)}
    _only_what_is_supported(given, client)
    requested = claims_request.parse(given["claims"]) if "claims" in given else ClaimsRequest()
    parsed = AuthorizationRequest(
        client_id=client.client_id,
        redirect_uri=to.redirect_uri,
        scopes=_scopes(given, client),
        state=given.get("state"),
        nonce=given.get("nonce"),
        prompt=_prompt(given),
        max_age=_max_age(given, client),
        login_hint=given.get("login_hint"),
        ui_locales=given.get("ui_locales", ""),
        acr=wish(requested, tuple(given.get("acr_values", "").split()), client.default_acr_values),
        claims=requested,
        code_challenge=_code_challenge(given, client),
        subs=_subs(given, requested, sub_of_hint),
        response_mode=to.response_mode,
        dpop_jkt=_dpop_jkt(given),
        resource=resources.check(client, values(parameters, "resource")),
    )
    less_than_asked.tell(client, given.get("scope", "").split(), requested)
    return parsed


def _registered(client: Client, uri: str) -> bool:
    if redirect_uris.matches(client.redirect_uris, uri, client.application_type):
        # Only a lenient client may have registered it; what it may no more, it may not use any more either.
        return not redirect_uris.plain_http(uri) or lenient.allows(client, lenient.HTTP_REDIRECT_URI)
    loopback = redirect_uris.matches_loopback(client.redirect_uris, uri)
    return loopback and lenient.allows(client, lenient.ANY_PORT)


def state_of(parameters: Parameters) -> str | None:
    """The state to send back with an error; none where it was sent twice."""
    states = values(parameters, "state")
    return states[0] if len(states) == 1 else None


def values(parameters: Parameters, name: str) -> list[str]:
    # RFC 6749 3.1: parameters sent without a value are treated as if they were omitted.
    return [value for value in parameters.get(name, ()) if value]


def named(name: str) -> str:
    """A parameter by its name, if it is one of ours: nothing else that was sent is repeated."""
    return f"The parameter {name}" if name in NAMES else "A parameter that this endpoint does not know"


def _each_once_and_readable(parameters: Parameters) -> None:
    for name, sent in parameters.items():
        # RFC 6749 3.1: request parameters MUST NOT be included more than once; RFC 8707 2 lets resource be.
        if len(sent) > 1 and name != "resource":
            raise InvalidRequestError(f"{named(name)} is sent more than once.")
        limit = 8000 if name in ("claims", "id_token_hint") else LONGEST
        control = CONTROL_IN_JSON if name == "claims" else CONTROL
        if any(len(value) > limit or control.search(value) for value in sent):
            raise InvalidRequestError(f"{named(name)} is too long or holds control characters.")


def _only_what_is_supported(given: Mapping[str, str], client: Client) -> None:
    if "registration" in given:
        raise RegistrationNotSupportedError("Register the client first; see the discovery document.")
    if "response_type" not in given:
        raise InvalidRequestError("The parameter response_type is missing.")
    if given["response_type"] != "code":
        raise UnsupportedResponseTypeError
    if "code" not in client.response_types:
        raise UnauthorizedClientError("The client is not registered for response_type=code.")


def _scopes(given: Mapping[str, str], client: Client) -> frozenset[str]:
    # Core 3.1.2.1: scope values that are not understood are ignored; a known one must be the client's to ask.
    asked = frozenset(given.get("scope", "").split()) & SCOPES
    if "openid" not in asked:
        raise InvalidScopeError("The scope must contain openid.")
    if not asked <= client.scopes and lenient.allows(client, lenient.DROP_SCOPES):
        return asked & client.scopes
    if not asked <= client.scopes:
        names = " ".join(sorted(asked - client.scopes))  # known ones of ours, whatever else was sent
        raise InvalidScopeError(f"The client is not registered for the scope {names}.")
    return asked


def _prompt(given: Mapping[str, str]) -> frozenset[str]:
    prompt = frozenset(given.get("prompt", "").split())
    if not prompt <= PROMPTS:
        raise InvalidRequestError("The parameter prompt holds a value that is not supported.")
    if "none" in prompt and len(prompt) > 1:
        raise InvalidRequestError("prompt=none goes with no other value.")
    return prompt


def _max_age(given: Mapping[str, str], client: Client) -> int | None:
    text = given.get("max_age")
    if text is None:
        return client.default_max_age
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidRequestError("The parameter max_age must be a number of seconds.")
    return int(text)


def _code_challenge(given: Mapping[str, str], client: Client) -> str | None:
    challenge, method = given.get("code_challenge"), given.get("code_challenge_method")
    if challenge is None:
        strict = authorization_profile.must_use_pkce(client) or not lenient.allows(client, lenient.NO_PKCE)
        if strict or method is not None:
            raise InvalidRequestError("Send code_challenge with code_challenge_method=S256 (PKCE, RFC 7636).")
        return None
    # RFC 7636 4.3: an absent method means plain, which RFC 9700 2.1.1 rules out.
    if method != "S256":
        raise InvalidRequestError("The code_challenge_method must be S256.")
    if not S256.fullmatch(challenge):
        raise InvalidRequestError("The code_challenge must be 43 base64url characters.")
    return challenge


def _subs(
    given: Mapping[str, str], requested: ClaimsRequest, sub_of_hint: Callable[[str], str]
) -> frozenset[str] | None:
    """Core 3.1.2.2, rule 4: the person meant by the hint or by a requested `sub`; contradictions leave nobody."""
    allowed: frozenset[str] | None = None
    if "id_token_hint" in given:
        allowed = frozenset({sub_of_hint(given["id_token_hint"])})
    for wishes in (requested.id_token, requested.userinfo):
        claim = wishes.get("sub")
        if claim is not None and claim.values is not None:
            named = frozenset(value for value in claim.values if isinstance(value, str))
            allowed = named if allowed is None else allowed & named
    return allowed


def _dpop_jkt(given: Mapping[str, str]) -> str | None:
    thumbprint = given.get("dpop_jkt")
    if thumbprint is not None and not S256.fullmatch(thumbprint):  # RFC 9449 10: a JWK thumbprint by SHA-256
        raise InvalidRequestError("The dpop_jkt must be 43 base64url characters.")
    return thumbprint
