"""The provider says that a session is over: Back-Channel Logout 1.0, and Front-Channel Logout 1.0 section 2."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from demo_client import logout_token, sign_ins
from demo_client.browser_session import empty_session, session_hash
from demo_client.logout_token import LogoutTokenError
from demo_client.portal import Portal
from demo_client.provider import ID_TOKEN_ALGORITHM, ProviderError

LARGEST = 20_000  # bytes of a request
FORM = "application/x-www-form-urlencoded"


def create_blueprint(portal: Portal) -> Blueprint:
    """Neither endpoint needs a cookie: a provider's server has none, and a frame's are often held back."""
    blueprint = Blueprint("logout", __name__, url_prefix="/auth")

    @blueprint.post("/backchannel-logout")
    def back_channel() -> Response:
        request.max_content_length = LARGEST
        now = portal.clock.now()
        try:
            notice = logout_token.read(
                _sent(),
                lambda kid: portal.provider_keys.find(kid, now),
                algorithm=ID_TOKEN_ALGORITHM,
                issuer=portal.config.issuer,
                client_id=portal.config.client_id,
                now=now,
            )
            with portal.db.begin() as db:
                ended = sign_ins.end_as_told(db, notice, now)
        except LogoutTokenError as error:
            return _refused(str(error))
        except RequestEntityTooLarge:
            return _refused("the request is larger than any logout request")
        except ProviderError:
            return _refused("the provider's keys cannot be had now")  # section 2.8: 400 where the logout failed too
        portal.sessions.forget(ended)
        return Response(status=200, headers={"Cache-Control": "no-store"})

    @blueprint.get("/frontchannel-logout")
    def front_channel() -> Response:
        """Says the same to every request, so that nobody learns which sessions there are."""
        issuers, sids = request.args.getlist("iss"), request.args.getlist("sid")
        if issuers == [portal.config.issuer] and len(sids) == 1:
            with portal.db.begin() as db:
                ended = sign_ins.end_by_sid(db, sids[0])
            portal.sessions.forget(ended)
            if session_hash() in ended:  # this very browser's, which would be written again
                empty_session(portal)
        return portal.pages.for_frame("authentication.signed_out.in_frame")

    return blueprint


def _sent() -> str:
    """The token of section 2.5; other values are ignored. Raises LogoutTokenError."""
    if request.mimetype != FORM:
        raise LogoutTokenError(f"send {FORM}")
    values = request.form.getlist("logout_token")
    if len(values) != 1:
        raise LogoutTokenError("send exactly one logout_token")
    return values[0]


def _refused(description: str) -> Response:
    response = jsonify(error="invalid_request", error_description=description)
    response.status_code = 400
    response.headers["Cache-Control"] = "no-store"
    return response
