"""The operators' pages of the client registry: list, one client, the acts on it, and initial access tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request, url_for

from idp.oauth import (
    client_document,
    client_form,
    client_messages,
    clients,
    initial_access_tokens,
    lenient,
    strict_json,
)
from idp.oauth.claims import SCOPES
from idp.oauth.client_metadata import ClientMetadataError
from idp.oauth.endpoints import form_once
from idp.oauth.endpoints.form_once import AlreadySent
from idp.oauth.endpoints.registry_forms import RegistryForms
from idp.oauth.ports import OAuthServices, Operator, Operators
from idp.oauth.registry import NoSecret, Registry, UnknownClient

View = Callable[..., Response]
DONE = ("registered", "saved", "disable", "enable")  # what a page says of the act it comes after
ACTS = ("renew-secret", "disable", "enable", "remove")


def create_blueprint(services: OAuthServices, operators: Operators) -> Blueprint:
    """One blueprint, "registry"; every page of it is for a signed-in operator alone."""
    blueprint, pages = Blueprint("registry", __name__, url_prefix="/registry"), RegistryPages(services, operators)
    forms = RegistryForms(services, operators)
    one = "/clients/<client_id>"
    any_act = "<any({}):act>".format(", ".join(f'"{act}"' for act in ACTS))
    routes: tuple[tuple[str, str, View, str], ...] = (
        ("/", "index", pages.index, "GET"),
        ("/new", "new", forms.new, "GET"),
        ("/new", "new_submit", forms.new_submit, "POST"),
        (one, "client", pages.client, "GET"),
        (f"{one}/edit", "edit", forms.edit, "GET"),
        (f"{one}/edit", "edit_submit", forms.edit_submit, "POST"),
        (f"{one}/{any_act}", "confirm", pages.confirm, "GET"),
        (f"{one}/{any_act}", "act", pages.act, "POST"),
        ("/tokens", "tokens", pages.tokens, "GET"),
        ("/tokens", "tokens_submit", pages.make_token, "POST"),
        ("/tokens/<token_id>/end", "end_token", pages.end_token, "POST"),
    )
    for rule, endpoint, view, method in routes:
        blueprint.add_url_rule(rule, endpoint, _guarded(operators, view), methods=[method])
    return operators.protect(blueprint)


def _guarded(operators: Operators, view: View) -> View:
    @wraps(view)
    def guarded(**values: Any) -> Response:
        found = operators.admitted()
        if isinstance(found, Response):
            return found
        try:
            return view(found, **values)
        except UnknownClient:
            return operators.render("registry/unknown.html", HTTPStatus.NOT_FOUND)
        except AlreadySent:
            return operators.render(
                "registry/already_sent.html", HTTPStatus.CONFLICT, client_id=values.get("client_id")
            )

    return guarded


class RegistryPages:
    def __init__(self, services: OAuthServices, operators: Operators) -> None:
        self.services, self.operators, self.db = services, operators, services.db

    def index(self, operator: Operator) -> Response:
        wanted = request.args.get("q", "").strip()[:200]
        with self.db.read() as session:
            everybody = [clients.listed(client) for client in clients.list_all(session)]
        found = [client for client in everybody if client.matches(wanted)]
        return self._render("registry/index.html", clients=found, query=wanted)

    def client(self, operator: Operator, client_id: str) -> Response:
        with self.db.read() as session:
            row = self._registry(operator).find(session, client_id)
            client, document = clients.listed(row), clients.metadata(row)
            registration = client_document.of(row)
        return self._render(
            "registry/client.html", client=client, groups=client_form.groups(self.services.document_types),
            values=client_form.shown(registration), document=strict_json.readable(document),
            explained=lenient.SWITCHES, refusals=self.services.recent.of(client_id),
            done=next((act for act in DONE if act == request.args.get("done")), ""),
        )  # fmt: skip

    def confirm(self, operator: Operator, client_id: str, act: str) -> Response:
        with self.db.read() as session:
            client = clients.listed(self._registry(operator).find(session, client_id))
        return self._render("registry/confirm.html", client=client, act=act, once=form_once.token())

    def act(self, operator: Operator, client_id: str, act: str) -> Response:
        registry, now = self._registry(operator), self.services.clock.now()
        if act == "renew-secret":
            return self._renew(registry, client_id)
        acts = {"disable": registry.disable, "enable": registry.enable, "remove": registry.remove}
        with self.db.begin() as session:
            acts[act](session, client_id, now)
        if act == "remove":
            self.services.recent.forget(client_id)
            return self.services.web.redirect(url_for("registry.index"))
        return self.services.web.redirect(url_for("registry.client", client_id=client_id, done=act))

    def tokens(self, operator: Operator) -> Response:
        return self._tokens()

    def make_token(self, operator: Operator) -> Response:
        form, now = request.form, self.services.clock.now()
        try:
            uses, days = (_number(name, form.get(name, "")) for name in ("uses", "days"))
            with self.db.begin() as session:
                form_once.spend(session, now)
                made = self._registry(operator).make_token(
                    session, form.get("label", ""), " ".join(form.getlist("scope")), uses, timedelta(days=days), now
                )
        except ClientMetadataError as error:
            return self._tokens(error, HTTPStatus.BAD_REQUEST)
        return self._render("registry/token.html", made=made)

    def end_token(self, operator: Operator, token_id: str) -> Response:
        with self.db.begin() as session:
            self._registry(operator).end_token(session, token_id, self.services.clock.now())
        return self.services.web.redirect(url_for("registry.tokens"))

    def _renew(self, registry: Registry, client_id: str) -> Response:
        now = self.services.clock.now()
        try:
            with self.db.begin() as session:
                form_once.spend(session, now)
                secret = registry.renew_secret(session, client_id, now)
        except NoSecret:
            return self.services.web.redirect(url_for("registry.client", client_id=client_id))
        return self._render("registry/secret.html", client_id=client_id, secret=secret, made="renewed")

    def _tokens(self, error: ClientMetadataError | None = None, status: int = HTTPStatus.OK) -> Response:
        with self.db.read() as session:
            found = initial_access_tokens.listed(session, self.services.clock.now())
        form = request.form
        values = {
            "label": form.get("label", ""), "uses": form.get("uses", "1"), "days": form.get("days", "7"),
            "scope": form.getlist("scope") or initial_access_tokens.SCOPE.split(),
        }  # fmt: skip
        return self._render(
            "registry/tokens.html", status, tokens=found, values=values, scopes=sorted(SCOPES),
            wrong=error.field if error else "", problem=self._said(error) if error else "", once=form_once.token(),
        )  # fmt: skip

    def _said(self, error: ClientMetadataError) -> str:
        return client_messages.said(error.message, self.services.web.language())

    def _registry(self, operator: Operator) -> Registry:
        return Registry(self.services.audit, operator.id)

    def _render(self, template: str, status: int = HTTPStatus.OK, **context: Any) -> Response:
        return self.operators.render(template, status, **context)


def _number(field: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise ClientMetadataError(field, "must be a number")
    return int(text)
