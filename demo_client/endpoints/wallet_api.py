"""What the wallet fetches and posts: request_uri (5.10) and response_uri (8.2) of OpenID4VP 1.0."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from demo_client import direct_post, presentations, request_object
from demo_client.conclusion import procedure_of
from demo_client.portal import Portal

log = logging.getLogger("mock_portal")


def create_blueprint(portal: Portal) -> Blueprint:
    blueprint = Blueprint("wallet_api", __name__, url_prefix="/presentation")

    @blueprint.route("/request/<request_id>", methods=["GET", "POST"])
    def request_uri(request_id: str) -> Response:
        """The signed request object, with the wallet's nonce where it sent one."""
        nonce = request.form.get("wallet_nonce") if request.method == "POST" else None
        if nonce is not None and not request_object.WALLET_NONCE.fullmatch(nonce):
            return _error(400, "invalid_request", "wallet_nonce is not a nonce")
        now = portal.clock.now()
        with portal.db.read() as session:
            transaction = presentations.requested(session, request_id, now)
        if transaction is None:
            return _error(404, "invalid_request_uri", "the request is unknown, expired or already answered")
        procedure = procedure_of(portal, transaction)
        token = request_object.make(portal.config, portal.keys, transaction, request_id, procedure, now, nonce)
        return Response(token, mimetype=request_object.MEDIA_TYPE)

    @blueprint.post("/response")
    def response_uri() -> Response:
        """Keep the answer and say where the browser goes on, if it is the one that asked."""
        form = {name: request.form.getlist(name) for name in request.form}
        try:
            answer = direct_post.read(form, portal.keys)
            with portal.db.begin() as session:
                told = presentations.receive(session, answer, portal.config.url, portal.clock.now())
        except direct_post.InvalidResponse as error:
            return _error(400, "invalid_request", error.args[0])
        return jsonify(told)

    @blueprint.errorhandler(RequestEntityTooLarge)
    def too_large(_error_raised: RequestEntityTooLarge) -> Response:
        return _error(413, "invalid_request", "the response is larger than any answer to a request of ours")

    return blueprint


def _error(status: int, code: str, description: str) -> Response:
    """The wallet's developer and the portal's operator read the same words of ours."""
    log.warning("refused: %s %d %s: %s", (request.endpoint or "").rpartition(".")[2], status, code, description)
    response = jsonify(error=code, error_description=description)
    response.status_code = status
    return response
