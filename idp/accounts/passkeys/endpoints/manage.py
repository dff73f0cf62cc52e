"""My passkeys: add one (fresh two factors, and a script), give it another name, remove it."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from idp import acr
from idp.accounts import services as people
from idp.accounts.passkeys import store
from idp.accounts.passkeys.service import MOST, Asker, Passkeys, TooMany
from idp.accounts.passkeys.terms import Refused
from idp.accounts.phone.devices import clean_name
from idp.accounts.phone.user_agents import UNKNOWN, device_name
from idp.accounts.ports import AccountServices
from idp.sessions import Authentication, SignInRequest

TWO_FACTORS = acr.LEVELS[1].urn
# Whoever finds a browser open must not leave a key behind in it.
FRESH = timedelta(minutes=10)


def create_blueprint(services: AccountServices, passkeys: Passkeys) -> Blueprint:
    """Blueprint "passkeys"; every POST carries the CSRF token."""
    blueprint, pages = (
        Blueprint("passkeys", __name__, url_prefix="/account/passkeys"),
        PasskeyPages(services, passkeys),
    )
    add = blueprint.add_url_rule
    add("", "index", pages.index, methods=["GET"])
    add("/new", "new", pages.new, methods=["GET"])
    add("/new", "new_submit", pages.register, methods=["POST"])
    add("/options", "options", pages.options, methods=["POST"])
    add("/<passkey_id>/name", "rename", pages.rename, methods=["POST"])
    add("/<passkey_id>/remove", "remove", pages.remove, methods=["POST"])
    return services.web.protect(blueprint)


class PasskeyPages:
    def __init__(self, services: AccountServices, passkeys: Passkeys) -> None:
        self.services, self.web, self.passkeys = services, services.web, passkeys

    def index(self) -> Response:
        present = self._present()
        return present if isinstance(present, Response) else self._list(present)

    # --- adding --------------------------------------------------------------------------------------
    def new(self) -> Response:
        present = self._present(fresh=True)
        return present if isinstance(present, Response) else self._form()

    def options(self) -> Response:
        """For the script; where a factor is missing by now, it is told where to go for it (RFC 9470 3)."""
        present, now = self._present(fresh=True), self.services.clock.now()
        if isinstance(present, Response):
            mendable = present.status_code == HTTPStatus.SEE_OTHER
            return self._challenge() if mendable else self._no_options()
        with self.services.db.read() as session:
            name = people.display_name(session, present.subject) or ""
        try:
            options = self.passkeys.creation_options(
                present.subject, name, self.web.t("passkeys.rp_name"), self._asker(), now
            )
        except TooMany:
            return self.web.json_problem(HTTPStatus.CONFLICT, "too_many", "passkeys.too_many", most=MOST)
        return self.web.json(options)

    def register(self) -> Response:
        present, now = self._present(fresh=True), self.services.clock.now()
        if isinstance(present, Response):
            return present
        name = clean_name(request.form.get("name", ""))
        if not name:
            return self._form(HTTPStatus.BAD_REQUEST, name_missing=True)
        try:
            self.passkeys.register(present.subject, name, request.form.get("credential", ""), self._asker(), now)
        except Refused:
            return self._form(HTTPStatus.BAD_REQUEST, name=name, problem="refused")
        except TooMany:
            return self._form(HTTPStatus.CONFLICT, name=name, problem="too_many")
        return self.web.redirect(url_for("passkeys.index", added=1))

    # --- those there are -----------------------------------------------------------------------------
    def rename(self, passkey_id: str) -> Response:
        present = self._present()
        if isinstance(present, Response):
            return present
        name = clean_name(request.form.get("name", ""))
        if not name:
            return self._list(present, HTTPStatus.BAD_REQUEST, wrong=passkey_id)
        with self.services.db.begin() as session:
            done = store.rename(session, passkey_id, present.subject, name)
            if done:
                self._record(session, "passkey.renamed", present.subject, passkey_id, name)
        return self._after(done)

    def remove(self, passkey_id: str) -> Response:
        present, now = self._present(), self.services.clock.now()
        if isinstance(present, Response):
            return present
        with self.services.db.begin() as session:
            done = store.remove(session, passkey_id, present.subject, now)
            if done:
                self._record(session, "passkey.removed", present.subject, passkey_id)
        return self._after(done)

    # --- parts ---------------------------------------------------------------------------------------
    def _present(self, *, fresh: bool = False) -> Authentication | Response:
        """Who is here, with two factors proven (and, where a key is added, lately); else the way to prove them."""
        browser, now = self.web.session(), self.services.clock.now()
        present = browser.authentication
        not_before = now - FRESH if fresh else None
        late = present is not None and not_before is not None and present.auth_time < not_before
        if present is None or late or not acr.satisfies(present.acr, TWO_FACTORS):
            page = "passkeys.new" if fresh else "passkeys.index"
            return self.web.ask_sign_in(
                SignInRequest(return_to=url_for(page), acr=TWO_FACTORS, not_before=not_before, cancel_to="/")
            )
        if present.acting_for is not None:
            return self.web.problem(HTTPStatus.FORBIDDEN, "passkeys.for_organisation")
        with self.services.db.read() as session:
            usable = people.may_use(session, present.subject, now)
        return present if usable else self.web.problem(HTTPStatus.FORBIDDEN, "passkeys.account_unusable")

    def _challenge(self) -> Response:
        error = "insufficient_user_authentication"
        response = self.web.json_problem(HTTPStatus.UNAUTHORIZED, error, "passkeys.step_up")
        response.headers["WWW-Authenticate"] = (
            f'Bearer realm="mock-vneid", error="{error}", acr_values="{TWO_FACTORS}", '
            f'max_age="{int(FRESH.total_seconds())}"'
        )
        return response

    def _no_options(self) -> Response:
        return self.web.json_problem(HTTPStatus.FORBIDDEN, "not_possible", "passkeys.failed")

    def _after(self, done: bool) -> Response:
        """Another person's passkey is as unknown as none at all."""
        if not done:
            return self.web.problem(HTTPStatus.NOT_FOUND, "common.http_404")
        return self.web.redirect(url_for("passkeys.index"))

    def _list(self, present: Authentication, status: int = HTTPStatus.OK, wrong: str = "") -> Response:
        with self.services.db.read() as session:
            found = store.of(session, present.subject)
        return self.web.render(
            "passkeys/index.html", status, passkeys=found, wrong=wrong, added="added" in request.args, most=MOST
        )

    def _form(
        self, status: int = HTTPStatus.OK, *, name: str = "", name_missing: bool = False, problem: str = ""
    ) -> Response:
        suggested = device_name(request.headers.get("User-Agent", ""), self.web.language())
        if suggested in UNKNOWN.values():
            suggested = self.web.t("passkeys.new.name_of_none")
        return self.web.render(
            "passkeys/new.html", status, name=name or ("" if name_missing else suggested),
            name_missing=name_missing, problem=problem, most=MOST,
        )  # fmt: skip

    def _record(self, session: Session, event: str, subject: str, passkey_id: str, name: str = "") -> None:
        details = {"passkey": passkey_id, "address": self.web.client_address(), **({"name": name} if name else {})}
        self.services.audit.record(
            session, event=event, subject=subject, client_id=None, details=details, now=self.services.clock.now()
        )

    def _asker(self) -> Asker:
        return Asker(self.web.session().id, self.web.client_address())
