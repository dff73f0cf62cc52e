"""Applying for an account of level 1, and how the application stands."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp.accounts.applications import deadlines, store
from idp.accounts.applications.endpoints import forms
from idp.accounts.applications.registration import Received, Refused, Registration, Wait
from idp.accounts.endpoints.flow import Flow
from idp.accounts.levels import HolderKind

HOLDERS = {"citizen": HolderKind.CITIZEN, "foreigner": HolderKind.FOREIGNER}


def register(blueprint: Blueprint, flow: Flow) -> None:
    pages = RegisterPages(flow)
    blueprint.add_url_rule("/register", "choose", pages.choose, methods=["GET"])
    blueprint.add_url_rule("/register/<any(citizen, foreigner):holder>", "form", pages.show, methods=["GET"])
    blueprint.add_url_rule("/register/<any(citizen, foreigner):holder>", "apply", pages.submit, methods=["POST"])
    blueprint.add_url_rule("/register/status", "status", pages.status, methods=["GET"])


class RegisterPages:
    def __init__(self, flow: Flow) -> None:
        self.flow, self.web, self.services = flow, flow.web, flow.services
        self.registration = Registration(flow.services)

    def choose(self) -> Response:
        return self.web.render("applications/choose.html", **self.flow.waiting())

    def show(self, holder: str) -> Response:
        return self._form(holder, {})

    def submit(self, holder: str) -> Response:
        read = forms.read(request.form, HOLDERS[holder])
        if read.claimed is None:
            return self._form(holder, read.typed, HTTPStatus.BAD_REQUEST, errors=read.errors)
        answer = self.registration.apply(read.claimed, self.web.client_address(), self.flow.now())
        if isinstance(answer, Received):
            return self.web.redirect(url_for("applications.status", receipt=answer.receipt))
        if isinstance(answer, Wait):
            wait = self.flow.wait_text(answer.until)
            response = self._form(holder, read.typed, HTTPStatus.TOO_MANY_REQUESTS, wait=wait)
            return self.flow.retry_after(response, answer.until)
        return self._refused(answer)

    def status(self) -> Response:
        """Whoever has the receipt sees how it stands, and nothing about the person."""
        receipt = request.args.get("receipt", "").strip().upper()[:24]
        with self.services.db.read() as session:
            found = store.by_receipt(session, receipt) if receipt else None
            row = store.view(found) if found else None
        late = row is not None and row.state == "received" and deadlines.overdue(row.due_on, self.flow.now())
        missing = bool(receipt) and row is None
        status = HTTPStatus.NOT_FOUND if missing else HTTPStatus.OK
        return self.web.render(
            "applications/status.html", status, row=row, late=late, missing=missing,
            demo=self.services.config.demo, **self.flow.waiting(),
        )  # fmt: skip

    def _refused(self, answer: Refused) -> Response:
        key = f"applications.refusal.{answer.reason}"
        texts = {part: self.web.t(f"{key}.{part}") for part in ("title", "what", "why", "todo", "law")}
        return self.web.render("applications/refused.html", HTTPStatus.FORBIDDEN, reason=answer.reason.value, **texts)

    def _form(
        self, holder: str, typed: dict[str, str], status: int = HTTPStatus.OK,
        errors: dict[str, str] | None = None, wait: str = "",
    ) -> Response:  # fmt: skip
        told = {name: self.web.t(key) for name, key in (errors or {}).items()}
        return self.web.render("applications/form.html", status, holder=holder, typed=typed, errors=told, wait=wait)
