"""The time-stamp authority over HTTP (RFC 3161 section 3.4)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from idp import paper_certificates
from idp.documents.endpoints.published import refuse
from idp.documents.ports import DocumentServices


def add(blueprint: Blueprint, services: DocumentServices) -> None:
    @blueprint.post("/tsa", endpoint="time_stamp")
    def time_stamp_endpoint() -> Response:
        from idp.documents.pdf import time_stamps

        if request.mimetype != time_stamps.QUERY:
            problem = f"send an RFC 3161 query as {time_stamps.QUERY}"
            return refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "invalid_request", problem)
        authority = paper_certificates.time_stamper(services.config.keys_dir)
        query = request.stream.read(time_stamps.LONGEST_QUERY + 1)
        response = Response(
            time_stamps.answer(query, authority, services.clock.now()), content_type=time_stamps.REPLY
        )
        response.headers["Cache-Control"] = "no-store"
        return response
