"""Registering and changing a client on the operators' pages: by the form, or by JSON in the words of RFC 7591."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Response, request, url_for

from idp.oauth import (
    client_document,
    client_form,
    client_messages,
    client_metadata,
    client_metadata_forms,
    lenient,
    sectors,
    strict_json,
)
from idp.oauth.client_metadata import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.endpoints import form_once
from idp.oauth.ports import OAuthServices, Operator, Operators
from idp.oauth.registry import Registry
from idp.oauth.sectors import Vouched

NEW = ClientRegistration("", "", (), scope="openid profile identity")


class RegistryForms:
    def __init__(self, services: OAuthServices, operators: Operators) -> None:
        self.services, self.operators, self.db = services, operators, services.db

    def new(self, operator: Operator) -> Response:
        return self._form(client_form.shown(NEW))

    def new_submit(self, operator: Operator) -> Response:
        try:
            wanted, vouched = self._wanted(None)
            now = self.services.clock.now()
            with self.db.begin() as session:
                form_once.spend(session, now)
                made = self._registry(operator).add(session, wanted, now, vouched)
        except ClientMetadataError as error:
            return self._refused(error)
        if made.client_secret is None:
            return self.services.web.redirect(url_for("registry.client", client_id=made.client_id, done="registered"))
        return self._secret(made.client_id, made.client_secret)

    def edit(self, operator: Operator, client_id: str) -> Response:
        return self._form(client_form.shown(self._present(operator, client_id)), client_id)

    def edit_submit(self, operator: Operator, client_id: str) -> Response:
        present = self._present(operator, client_id)
        try:
            wanted, vouched = self._wanted(present)
            with self.db.begin() as session:  # sent again it finds all as it is, and makes no second secret
                made = self._registry(operator).change(session, client_id, wanted, self.services.clock.now(), vouched)
        except ClientMetadataError as error:
            return self._refused(error, client_id)
        if made.client_secret is None:
            return self.services.web.redirect(url_for("registry.client", client_id=client_id, done="saved"))
        return self._secret(client_id, made.client_secret)

    def _wanted(self, present: ClientRegistration | None) -> tuple[ClientRegistration, Vouched | None]:
        """What was typed, and what its sector's document says, fetched before any transaction.

        Raises ClientMetadataError with every mistake there is, whoever finds it.
        """
        client_id, mistakes = present.client_id if present else None, list[ClientMetadataError]()
        if "json" in request.form:
            wanted = self._of_json(client_id)
        else:
            wanted, unread = client_form.read(request.form, client_id)
            mistakes.extend(unread)
        if not set(wanted.document_types) <= set(self.services.document_types):
            mistakes.append(ClientMetadataError("document_types", "holds a value that is not to be chosen"))
        vouched = None
        try:
            vouched = sectors.fetch(self.services.outbound, wanted)
        except ClientMetadataError as error:
            mistakes.extend(error.all)
        if mistakes:
            client_metadata.completed(wanted, mistakes)
        return wanted, vouched

    def _of_json(self, client_id: str | None) -> ClientRegistration:
        """The whole registration: what the document leaves out is as by default."""
        try:
            document = strict_json.loads(request.form.get("json", "").encode("utf-8", "replace"))
        except strict_json.NotJson as error:
            raise ClientMetadataError("json", "must be JSON, each name in it once and not nested deeply") from error
        if not isinstance(document, dict):
            raise ClientMetadataError("json", "must be a JSON object")
        if client_document.unknown(document):  # a typing mistake must not pass for a setting
            raise ClientMetadataError("json", "holds a member that is no metadatum")
        wanted = client_document.read(document)
        return wanted if client_id is None else replace(wanted, client_id=client_id)

    def _refused(self, error: ClientMetadataError, client_id: str | None = None) -> Response:
        values = client_form.typed(request.form)
        if "json" in request.form:
            values = client_form.shown(NEW)
        return self._form(values, client_id, error, HTTPStatus.BAD_REQUEST)

    def _form(
        self,
        values: client_form.Shown,
        client_id: str | None = None,
        error: ClientMetadataError | None = None,
        status: int = HTTPStatus.OK,
    ) -> Response:
        lang = self.services.web.language()
        problems = {each.field: client_messages.said(each.message, lang) for each in error.all} if error else {}
        by_json = "json" in request.form
        context: Mapping[str, Any] = {
            "groups": client_form.groups(self.services.document_types), "values": values, "client_id": client_id,
            "problems": problems, "by_json": by_json,
            "typed_json": request.form.get("json", ""), "explained": lenient.SWITCHES,
            "longest": client_metadata_forms.LONGEST, "once": form_once.token(),
        }  # fmt: skip
        return self.operators.render("registry/form.html", status, **context)

    def _secret(self, client_id: str, secret: str) -> Response:
        return self.operators.render(
            "registry/secret.html", HTTPStatus.OK, client_id=client_id, secret=secret, made="registered"
        )

    def _present(self, operator: Operator, client_id: str) -> ClientRegistration:
        with self.db.read() as session:
            return client_document.of(self._registry(operator).find(session, client_id))

    def _registry(self, operator: Operator) -> Registry:
        return Registry(self.services.audit, operator.id)
