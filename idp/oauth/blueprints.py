"""The OpenID Provider's routes: protocol endpoints, which other sites may call, and pages, which only we may."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, request

from idp import refusal_log
from idp.oauth import cors, lenient
from idp.oauth.endpoints import (
    authorization,
    authorization_pages,
    client_configuration,
    end_session,
    frontchannel,
    introspection,
    provider_metadata,
    pushed_authorization_request,
    registration,
    registry_pages,
    revocation,
    token,
    userinfo,
)
from idp.oauth.ports import OAuthServices

View = Callable[[OAuthServices], Response]
GET_POST = ("GET", "POST")

# rule, endpoint, view, methods
PROTOCOL: tuple[tuple[str, str, View, tuple[str, ...]], ...] = (
    ("/authorize", "authorize", authorization.authorize, GET_POST),
    ("/par", "par", pushed_authorization_request.pushed_authorization_request, ("POST",)),
    ("/token", "token", token.token, ("POST",)),
    ("/userinfo", "userinfo", userinfo.userinfo_endpoint, GET_POST),
    ("/introspect", "introspect", introspection.introspect, ("POST",)),
    ("/revoke", "revoke", revocation.revoke, ("POST",)),
    ("/end-session", "end_session", end_session.end_session, GET_POST),
    ("/connect/register", "registration", registration.registration, ("POST",)),
    (
        "/connect/register/<client_id>",
        "client_configuration",
        client_configuration.client_configuration,
        ("GET", "PUT", "DELETE"),
    ),
    ("/jwks", "jwks", provider_metadata.jwks, ("GET",)),
    ("/.well-known/openid-configuration", "openid_configuration", provider_metadata.metadata, ("GET",)),
    ("/.well-known/oauth-authorization-server", "oauth_metadata", provider_metadata.metadata, ("GET",)),
)
PAGES: tuple[tuple[str, str, View, tuple[str, ...]], ...] = (
    ("/authorize/continue", "proceed", authorization_pages.proceed, ("GET",)),
    ("/authorize/consent", "decide", authorization_pages.decide, ("POST",)),
    ("/authorize/account", "choose_account", authorization_pages.choose_account, ("POST",)),
    ("/authorize/acting", "choose_acting", authorization_pages.choose_acting, ("POST",)),
    ("/authorize/cancel", "cancel", authorization_pages.cancel, ("GET",)),
    ("/end-session/services", "tell_services", frontchannel.services_page, ("GET",)),
    ("/end-session/confirm", "confirm_end_session", end_session.confirm, ("POST",)),
)
CROSS_ORIGIN = frozenset({"oauth_api.par", "oauth_api.token", "oauth_api.userinfo", "oauth_api.revoke"})
EXPOSED = f"WWW-Authenticate, DPoP-Nonce, Retry-After, {lenient.HEADER}"
#: Registration 3 and 4.1: SHOULD support CORS. The token is sent by hand, never by the browser itself: any origin.
OPEN = {"oauth_api.registration": "POST", "oauth_api.client_configuration": "GET, PUT, DELETE"}


def create_blueprints(services: OAuthServices) -> list[Blueprint]:
    """The blueprints `oauth_api` and `oauth_pages`, and `registry` where operators are."""
    api = _blueprint("oauth_api", PROTOCOL, services)
    api.after_request(lambda response: _cross_origin(services, response))
    pages = services.web.protect(_blueprint("oauth_pages", PAGES, services))
    registry = [] if services.operators is None else [registry_pages.create_blueprint(services, services.operators)]
    return [api, pages, *registry]


def _blueprint(
    name: str, routes: tuple[tuple[str, str, View, tuple[str, ...]], ...], services: OAuthServices
) -> Blueprint:
    blueprint = Blueprint(name, __name__)
    blueprint.before_request(lenient.begin)
    blueprint.before_request(refusal_log.begin)
    blueprint.after_request(_tell_lenient)
    blueprint.after_request(partial(_tell_operator, services))
    for rule, endpoint, view, methods in routes:
        blueprint.add_url_rule(rule, endpoint, _with(view, services), methods=list(methods))
    return blueprint


def _with(view: View, services: OAuthServices) -> Callable[..., Response]:
    return lambda **_values: view(services)


def _cross_origin(services: OAuthServices, response: Response) -> Response:
    if request.endpoint in OPEN:
        return _open(response, OPEN[request.endpoint])
    if request.endpoint not in CROSS_ORIGIN:
        return response
    response.vary.add("Origin")
    origin = request.headers.get("Origin", "")
    if not origin:
        return response
    with services.db.read() as session:
        admitted = cors.admits(session, origin)
    if admitted:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, DPoP"
            response.headers["Access-Control-Max-Age"] = "600"
    return response


def _open(response: Response, methods: str) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate, Retry-After"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = methods
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response.headers["Access-Control-Max-Age"] = "600"
    return response


def _tell_lenient(response: Response) -> Response:
    used = lenient.used()
    if used:
        response.headers[lenient.HEADER] = ", ".join(used)
    return response


def _tell_operator(services: OAuthServices, response: Response) -> Response:
    if response.status_code == HTTPStatus.MISDIRECTED_REQUEST:
        return response  # whoever guards the host has told
    told = response.get_json(silent=True) if response.status_code >= 400 and response.is_json else None
    body = told if isinstance(told, dict) else {}
    endpoint = (request.endpoint or "").rpartition(".")[2]
    error, description = (str(body.get(name, "")) for name in ("error", "error_description"))
    found = refusal_log.report(endpoint, response.status_code, error, description)
    services.recent.keep(found, services.clock.now())
    return response
