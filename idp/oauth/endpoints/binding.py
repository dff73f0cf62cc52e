"""The cookie that binds authorization requests to the browser they began in.

It is apart from the sign-in session, because that changes when another person signs in on the way; its value is
random, kept hashed with each request, and tells nothing about anybody.
"""

from __future__ import annotations

import re

from flask import Response, after_this_request, g, request

from idp.oauth.hashing import new_secret
from idp.web import Web

SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def browser_secret(web: Web) -> str:
    """This browser's binding secret; a new one is set with the response where it has none."""
    name = "__Host-mock_vneid_authorize" if web.secure else "mock_vneid_authorize"
    if "browser_binding" not in g:
        kept = request.cookies.get(name, "")
        g.browser_binding = kept if SECRET.fullmatch(kept) else new_secret()
        if g.browser_binding != kept:
            after_this_request(lambda response: _set(response, name, g.browser_binding, web.secure))
    return str(g.browser_binding)


def _set(response: Response, name: str, secret: str, secure: bool) -> Response:
    response.set_cookie(name, secret, secure=secure, httponly=True, samesite="Lax", path="/")
    return response
