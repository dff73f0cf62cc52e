"""The answer on its way to the client: a redirect, or a form that the browser posts (Form Post Response Mode 2)."""

from __future__ import annotations

import secrets
from http import HTTPStatus

from flask import Response

from idp.oauth import authorization_response, redirect_uris, refusal_log
from idp.oauth.authorization_response import Answered
from idp.oauth.errors import ServerPageError
from idp.oauth.ports import OAuthServices


def deliver(services: OAuthServices, answered: Answered) -> Response:
    """Outside of any transaction: signing and encrypting take their time."""
    try:
        found = authorization_response.delivery(services, answered, services.clock.now())
    except ServerPageError as error:
        return refuse(services, error)
    if found.fields is None:
        return services.web.redirect(found.location)
    response = services.web.render(
        "oauth/form_post.html",
        form_targets=(redirect_uris.origin(found.location),),
        action=found.location,
        fields=found.fields,
        service=answered.destination.client.name(services.web.language()),
    )
    # Else the form would come from nowhere (Origin: null): the client may see from whom, but not from which page.
    response.headers["Referrer-Policy"] = "origin"
    return response


def refuse(services: OAuthServices, error: ServerPageError) -> Response:
    """The person is told, since the client cannot be."""
    reference = secrets.token_hex(4)
    if error.check:
        refusal_log.failed(error.check)
    refusal_log.refused(error.code, error.description)
    refusal_log.told_by(reference)
    return services.web.problem(HTTPStatus.BAD_REQUEST, error.key, code=error.code, reference=reference)
