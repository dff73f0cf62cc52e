"""What a script is answered at the wallet's door: it has no page to show, so it is told what is missing (RFC 9470 3).

A browser's page is sent to the sign-in or to the passcode instead; both lead back.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request

from idp.web import Web

PAGE, JSON, DOCUMENT = "text/html", "application/json", "application/dc+sd-jwt"


def from_script() -> bool:
    """Whether the caller asked for something else than a page (RFC 9110 12.5.1); who does not say gets the page."""
    return request.accept_mimetypes.best_match((PAGE, JSON, DOCUMENT), default=PAGE) != PAGE


def challenge(web: Web, key: str, next_page: str, *, acr_values: str = "", max_age: int | None = None) -> Response:
    """401 with the requirement; `next` is where a person proves it."""
    response = web.json(
        {"error": "insufficient_user_authentication", "message": web.t(key), "next": next_page},
        HTTPStatus.UNAUTHORIZED,
    )
    parts = ['realm="mock-vneid wallet"', 'error="insufficient_user_authentication"']
    if acr_values:
        parts.append(f'acr_values="{acr_values}"')
    if max_age is not None:
        parts.append(f'max_age="{max_age}"')
    response.headers["WWW-Authenticate"] = "Bearer " + ", ".join(parts)
    return response
