"""Status lists (draft-ietf-oauth-status-list section 8)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from idp.documents import status
from idp.documents.endpoints.published import accepts, publish, refuse
from idp.documents.ports import DocumentServices


def add(blueprint: Blueprint, services: DocumentServices) -> None:
    @blueprint.get("/status-lists/<issuer_id>/<int:number>")
    def status_list(issuer_id: str, number: int) -> Response:
        if "time" in request.args:  # section 8.4: past lists are not kept, for the holders' privacy (12.7)
            return refuse(HTTPStatus.NOT_IMPLEMENTED, "not_supported", "Only the present status list is given out.")
        if not accepts(status.MEDIA_TYPE):
            return refuse(HTTPStatus.NOT_ACCEPTABLE, "not_acceptable", f"Ask for {status.MEDIA_TYPE}.")
        with services.db.read() as session:
            token = services.status_tokens.token(session, issuer_id, number, services.clock.now())
        if token is None:
            return refuse(HTTPStatus.NOT_FOUND, "not_found", "There is no such status list.")
        return publish(token.text, status.MEDIA_TYPE, etag=token.etag, max_age=status.TTL)
