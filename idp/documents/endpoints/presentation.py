"""The wallet's authorization endpoint and the consent behind it (OpenID4VP 1.0 sections 5, 6.4.3 and 8)."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp import acr, refusal_log
from idp.documents import (
    asking_rules,
    authorization_request,
    direct_post,
    disclosure_consent,
    party_keys,
    presentation,
    presentation_answer,
    refusals,
    request_object,
    wallet,
    wallet_access,
)
from idp.documents.authorization_request import InvalidAuthorizationRequest
from idp.documents.direct_post import NotDelivered
from idp.documents.disclosure_consent import Unclear
from idp.documents.endpoints import passcode_check
from idp.documents.endpoints.presentation_pages import Case, Pages
from idp.documents.party_keys import NoKeys
from idp.documents.ports import DocumentServices, RelyingParty
from idp.documents.presentation import Pending, RequestUnavailable
from idp.documents.presentation_answer import AlreadyAnswered
from idp.documents.request_object import NotAuthentic, RequestError
from idp.outbound import origin
from idp.sessions import SignInRequest


def create_blueprint(services: DocumentServices) -> Blueprint:
    """Pages with a session; every POST carries the CSRF token."""
    views = Presentation(services)
    blueprint = Blueprint("presentation", __name__, url_prefix="/wallet")
    blueprint.before_request(refusal_log.begin)
    blueprint.after_request(partial(refusals.tell, services))
    add = blueprint.add_url_rule
    add("/authorize", "authorize", views.authorize)
    add("/presentation/<transaction_id>", "show", views.show)
    add("/presentation/<transaction_id>/confirm", "confirm", views.confirm, methods=["POST"])
    add("/presentation/<transaction_id>/approve", "approve", views.approve, methods=["POST"])
    add("/presentation/<transaction_id>/refuse", "refuse", views.refuse, methods=["POST"])
    return services.web.protect(blueprint)


class Presentation:
    """Each view first finds out how far the request has come; only a live one, of this browser, goes on."""

    def __init__(self, services: DocumentServices) -> None:
        self.services, self.web, self.pages = services, services.web, Pages(services)

    def authorize(self) -> Response:
        """Nothing is fetched here: a link preview must not use up anything."""
        parameters = {name: request.args.getlist(name) for name in request.args if name != "lang"}
        now = self.services.clock.now()
        try:
            asked = authorization_request.read(parameters)
            with self.services.db.read() as session:
                party = self.services.relying_parties.find(session, asked.client_id)
            if party is None:
                refusals.bad_link(asked.client_id, None, known=False)
                return self.web.problem(HTTPStatus.BAD_REQUEST, "presentation.unknown_client", code="invalid_client")
            refusal_log.asked_by(party.client_id, known=True)
            authorization_request.check_request_uri(asked, party)
        except InvalidAuthorizationRequest as error:
            refusal_log.refused(error.code, str(error))
            return self.web.problem(HTTPStatus.BAD_REQUEST, "presentation.bad_link", code=error.code)
        other_device = not _from_the_client(party)
        browser = self.web.session()
        with self.services.db.begin() as session:
            transaction_id = presentation.begin(session, asked, browser.id, other_device, now)
        return self.web.redirect(url_for("presentation.show", transaction_id=transaction_id))

    def show(self, transaction_id: str) -> Response:
        case = self._case(transaction_id)
        return case if isinstance(case, Response) else self.pages.consent(case)

    def confirm(self, transaction_id: str) -> Response:
        """The first screen of a request from another device: did she begin it herself?"""
        pending = self._pending(transaction_id)
        if pending is None:
            return self.pages.gone()
        if request.form.get("decision") != "yes":
            with self.services.db.read() as session:
                party = self.services.relying_parties.find(session, pending.client_id)
            return self.pages.not_begun(party)
        with self.services.db.begin() as session:
            presentation.confirm(session, pending.id, self.services.clock.now())
        return self.web.redirect(url_for("presentation.show", transaction_id=pending.id))

    def approve(self, transaction_id: str) -> Response:
        case = self._case(transaction_id)
        if isinstance(case, Response):
            return case
        form = {name: request.form.getlist(name) for name in request.form}
        if request.form.get("shown") != case.consent.digest:
            return self.pages.consent(case, HTTPStatus.CONFLICT, changed=True)
        try:
            selected = disclosure_consent.choose(case.consent, form)
        except Unclear as error:
            return self.pages.consent(case, HTTPStatus.UNPROCESSABLE_ENTITY, form, unclear=error.field)
        complaint = passcode_check.complaint(self.services, case.holder.subject)
        if complaint is not None:
            return complaint.on(self.pages.consent(case, complaint.status, form, passcode_error=complaint.text))
        try:
            delivered = presentation_answer.give(
                self.services, case.pending, case.party, case.request, case.holder.subject, selected
            )
        except AlreadyAnswered:
            return self._back(transaction_id)
        except NotDelivered as error:
            return self.pages.not_delivered(case.pending, case.party, error)
        return self.web.redirect(delivered.redirect_uri or self._url(transaction_id))

    def refuse(self, transaction_id: str) -> Response:
        """Her "no", also where she could not say yes: the client learns no difference (15.9)."""
        case = self._case(transaction_id, refusing=True)
        if isinstance(case, Response):
            return case
        try:
            delivered = presentation_answer.refuse(
                self.services, case.pending, case.party, case.request, case.subject, case.obstacle
            )
        except AlreadyAnswered:
            return self._back(transaction_id)
        except NotDelivered as error:
            return self.pages.not_delivered(case.pending, case.party, error, refused=True)
        refusals.by_the_person(case.party.client_id)
        return self.web.redirect(delivered.redirect_uri or self._url(transaction_id))

    # --- how far a request has come ------------------------------------------------------------------
    def _pending(self, transaction_id: str) -> Pending | None:
        browser = self.web.existing_session()
        if browser is None:
            return None
        with self.services.db.read() as session:
            return presentation.find(session, transaction_id, browser.id, self.services.clock.now())

    def _case(self, transaction_id: str, *, refusing: bool = False) -> Case | Response:
        """The request with all that consent needs, or the page to show instead."""
        pending = self._pending(transaction_id)
        if pending is None:
            return self.pages.gone()
        with self.services.db.read() as session:
            party = self.services.relying_parties.find(session, pending.client_id)
        if party is None:
            return self.pages.gone()
        if pending.outcome not in (None, presentation_answer.DENIED):
            return self.pages.answered(pending, party)
        if pending.needs_confirmation:
            return self.pages.confirm(pending, party)
        try:
            if pending.claims is None:
                pending = presentation.fetch(self.services, pending, party)
                if pending.outcome is not None:  # only now do we know which request it is: answered elsewhere
                    return self.pages.answered(pending, party)
            party = party_keys.known(self.services, party, self.services.clock.now())
            asked = request_object.read(pending.claims or {}, party)
        except (RequestUnavailable, NotAuthentic) as error:
            return self.pages.unusable(pending, party, error.reason)
        except NoKeys:
            return self.pages.unusable(pending, party, "no_keys")
        except RequestError as error:
            return self.pages.wrong_request(pending, party, error)
        forbidden = asking_rules.forbidden(asked.query, party, self.services.clock.now())
        if forbidden is not None:
            return self.pages.forbidden(pending, party, asked, forbidden)
        return self._holders_case(Case(pending, party, asked), refusing)

    def _holders_case(self, case: Case, refusing: bool) -> Case | Response:
        browser, now = self.web.session(), self.services.clock.now()
        if browser.authentication is None:
            # One factor will do for the session: the passcode is asked at consent itself.
            return self.web.ask_sign_in(
                SignInRequest(
                    return_to=self._url(case.pending.id),
                    service_name=case.party.name[self.web.language()],
                    acr=acr.LEVELS[0].urn,
                )
            )
        subject = browser.authentication.subject
        with self.services.db.read() as session:
            holder = self.services.holders.holder(session, subject, now)
            documents = wallet.documents_of(session, subject)
        obstacle = wallet_access.refusal(holder, browser)
        if obstacle is None and holder is not None:
            consent = disclosure_consent.build(case.request.query, case.pending.request_hash, documents, now)
            obstacle = None if consent.satisfiable else "no_documents"
            case = case.of(holder, consent)
        case = case.stopped(subject, obstacle)
        return case if refusing or obstacle is None else self.pages.cannot(case)

    def _url(self, transaction_id: str) -> str:
        return url_for("presentation.show", transaction_id=transaction_id)

    def _back(self, transaction_id: str) -> Response:
        return self.web.redirect(self._url(transaction_id))


def _from_the_client(party: RelyingParty) -> bool:
    """Whether a page of the client itself led here: no page can send another's origin as its Referer.

    Anything else (a scanned code, a link in a message or on somebody's page, a typed address) is taken for another
    device's request, which may have been relayed (RFC 10027 section 4).
    """
    return origin(request.headers.get("Referer", "")) in direct_post.origins(party)
