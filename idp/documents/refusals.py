"""What the operator is told where a relying party's request, or our answer to it, comes to nothing (OpenID4VP 1.0).

Words of ours by the stable reasons that pages and the audit know; of what was sent nothing, not even a type's name
that we do not know.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from idp import refusal_log
from idp.documents import direct_post
from idp.documents.asking_rules import Forbidden
from idp.documents.authorization_request import InvalidAuthorizationRequest
from idp.documents.direct_post import NotDelivered
from idp.documents.document_types import DocumentTypes
from idp.documents.ports import DocumentServices
from idp.documents.request_object import RequestError

#: RFC 9101 7: the object could not be had ...
NOT_FETCHED: Mapping[str, str] = {
    "unknown": "the request_uri was answered with another status than 200",
    "redirected": "the request_uri was answered with a redirect (OpenID4VP 14.8)",
    "wrong_content_type": "the request_uri was answered with another content type than that of a request object",
    "too_large": "the request object is too large",
    "unreachable": "the request_uri cannot be reached",
    "timeout": "the request_uri took too long to answer",
    "not_registered": "the request_uri is not registered",
    "bad_address": "the request_uri is of a form that is not called",
    "https_required": "the request_uri is not https",
    "address_not_allowed": "the host of the request_uri is at an address that may not be called",
    "no_keys": "the jwks_uri of the client cannot be called, or has no key that will do",
    "expired": "the request is over, or the exp of the request object is past",
}
#: ... or is not this client's, for this wallet, now.
NOT_AUTHENTIC: Mapping[str, str] = {
    "malformed": "the request object is no signed JWT (RFC 7515)",
    "typ": "the typ of the request object is not oauth-authz-req+jwt",
    "signature": "the request object is not signed by a key of the client, by an algorithm of the metadata",
    "client_id": "the client_id in the request object is another than that of the link",
    "aud": "the aud of the request object is not this wallet",
    "wallet_nonce": "the wallet_nonce of the request object is not the one that was sent",
    "exp": "the exp of the request object is no time",
    "nbf": "the nbf of the request object is no time",
    "iat": "the iat of the request object is no time",
    "not_yet_valid": "the nbf or iat of the request object is ahead: compare the clocks",
    "response_uri": "the response_uri is not registered",
    "response_mode": "the response_mode is neither direct_post nor direct_post.jwt",
    "state": "the state is not URL-safe",
}


def bad_link(client_id: str, error: InvalidAuthorizationRequest | None, *, known: bool) -> None:
    """The wallet was called in a way that nobody can be asked about."""
    refusal_log.asked_by(client_id, known=known)
    if error is None:
        refusal_log.refused("invalid_client", "no client is registered by this client_id, or it is disabled")
    else:
        refusal_log.refused(error.code, str(error))


def unusable(client_id: str, reason: str) -> None:
    """Nobody is answered, so that the log is the only place where a developer learns why."""
    refusal_log.asked_by(client_id, known=True)
    if reason in NOT_AUTHENTIC:
        refusal_log.refused("invalid_request_object", NOT_AUTHENTIC[reason])
    else:
        refusal_log.refused("invalid_request_uri", NOT_FETCHED.get(reason, "the request_uri cannot be called"))


def wrong_request(client_id: str, error: RequestError) -> None:
    """What its response_uri is told as well."""
    refusal_log.asked_by(client_id, known=True)
    refusal_log.fault(error.code, str(error))


def forbidden(client_id: str, found: Forbidden, types: DocumentTypes) -> None:
    """Its response_uri learns no more than of a person's refusal (15.9)."""
    named = found.vct if found.vct in types.vcts else "a type that is unknown here"
    why = "which nobody may ask for any more" if found.rule else "which it is not registered for"
    refusal_log.asked_by(client_id, known=True)
    refusal_log.fault("access_denied", f"the request asks for {named}, {why}")


def by_the_person(client_id: str) -> None:
    """No fault of the client's."""
    refusal_log.asked_by(client_id, known=True)
    refusal_log.refused("access_denied", "the person refused, or could not say yes")


def not_taken(client_id: str, error: NotDelivered) -> None:
    """The client refused our answer, or it could not be delivered."""
    again = "it is not sent again" if error.final else "the person may send it again"
    what = f"the response_uri did not take the answer ({error.reason}), {again}"
    if error.reason == direct_post.TOO_LARGE:
        what = "the answer is larger than any that the wallet sends"
    refusal_log.asked_by(client_id, known=True)
    refusal_log.refused("not_delivered", what)


def not_told(error: NotDelivered) -> None:
    """It was to learn of its mistake, and did not."""
    refusal_log.also(f"the response_uri could not be told ({error.reason})")


def tell(services: DocumentServices, response: Response) -> Response:
    """One line, when the answer is made; what a page asks of the person again is none."""
    if refusal_log.anything():
        endpoint = f"wallet/{(request.endpoint or '').rpartition('.')[2]}"
        found = refusal_log.report(endpoint, response.status_code, log=refusal_log.WALLET)
        services.recent.keep(found, services.clock.now())
    return response
