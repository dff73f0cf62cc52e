"""Status lists (draft-ietf-oauth-status-list section 8), as they were (8.4), and where they all are (section 9)."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, request

from idp.documents import status
from idp.documents.endpoints.published import negotiated, preflight, publish, refuse
from idp.documents.issuers import UnknownIssuer
from idp.documents.ports import DocumentServices
from idp.documents.sd_jwt.encoding import json_encode
from idp.documents.status_tokens import FORMATS, NotKept, StatusToken, instant_of

AGGREGATION_MAX_AGE = timedelta(minutes=5)


def add(blueprint: Blueprint, services: DocumentServices) -> None:
    @blueprint.get("/status-lists/<issuer_id>/<int:number>", provide_automatic_options=False)
    def status_list(issuer_id: str, number: int) -> Response:
        media_type = negotiated(FORMATS)
        if media_type is None:
            return refuse(HTTPStatus.NOT_ACCEPTABLE, "not_acceptable", f"Ask for {' or '.join(FORMATS)}.")
        if "time" in request.args:
            return _past(services, issuer_id, number, media_type)
        now = services.clock.now()
        with services.db.read() as session:
            token = services.status_tokens.token(session, issuer_id, number, now, media_type)
        if token is None:
            return _no_such_list()
        return _published(token, media_type, token.max_age(now))

    @blueprint.route("/status-lists/<issuer_id>/<int:number>", methods=["OPTIONS"])
    def status_list_preflight(issuer_id: str, number: int) -> Response:
        return preflight()

    @blueprint.get("/status-lists/<issuer_id>")
    def status_list_aggregation(issuer_id: str) -> Response:
        try:
            services.issuers.profile(issuer_id)
        except UnknownIssuer:
            return refuse(HTTPStatus.NOT_FOUND, "not_found", "There is no such issuer.")
        return _aggregation(services, issuer_id)

    @blueprint.get("/status-lists")
    def all_status_lists() -> Response:
        return _aggregation(services, None)


def _past(services: DocumentServices, issuer_id: str, number: int, media_type: str) -> Response:
    if not services.config.status_history:  # section 8.4: 501, so that nothing is taken for what it is not
        return refuse(HTTPStatus.NOT_IMPLEMENTED, "not_supported", "Only the present status list is given out.")
    now = services.clock.now()
    try:
        instant = instant_of(request.args["time"])
        with services.db.read() as session:
            token = services.status_tokens.at(session, issuer_id, number, instant, now, media_type)
    except (ValueError, OverflowError, OSError):
        return refuse(HTTPStatus.BAD_REQUEST, "invalid_request", "time is a number of seconds since 1970.")
    except NotKept:
        return refuse(HTTPStatus.NOT_FOUND, "not_found", "Nothing is known of this list at that time.")
    return _no_such_list() if token is None else _published(token, media_type, status.TTL)


def _aggregation(services: DocumentServices, issuer_id: str | None) -> Response:
    with services.db.read() as session:
        content = json_encode({"status_lists": services.status_tokens.uris(session, issuer_id)})
    return publish(content, "application/json", max_age=AGGREGATION_MAX_AGE)


def _published(token: StatusToken, media_type: str, max_age: timedelta) -> Response:
    return publish(token.content, media_type, etag=token.etag, max_age=max_age, zipped=media_type == FORMATS[0])


def _no_such_list() -> Response:
    return refuse(HTTPStatus.NOT_FOUND, "not_found", "There is no such status list.")
