"""The pages of presenting: consent, and why there is nothing to consent to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from flask import Response

from idp.documents import direct_post, presentation_answer, refusals
from idp.documents.asking_rules import Forbidden
from idp.documents.direct_post import NotDelivered
from idp.documents.disclosure_consent import NOTHING, Ask, Consent
from idp.documents.document import Document
from idp.documents.document_types import UnknownDocumentType
from idp.documents.endpoints.own_document import STATE_KINDS
from idp.documents.fields import FieldGroup, fields_of, labelled
from idp.documents.ports import DocumentServices, Holder, RelyingParty
from idp.documents.presentation import Pending
from idp.documents.presentation_answer import AlreadyAnswered
from idp.documents.request_object import PresentationRequest, RequestError, return_address
from idp.i18n import format_date
from idp.outbound import origin

NOBODY = Holder("", "", "", None, False)
EMPTY = Consent({}, (), False, "")


@dataclass(frozen=True)
class Case:
    """An authenticated request, and from `of` on the holder and what she would consent to.

    `obstacle` says why she cannot, whatever she wants; None where it is for her to decide.
    """

    pending: Pending
    party: RelyingParty
    request: PresentationRequest
    holder: Holder = NOBODY
    consent: Consent = EMPTY
    subject: str = ""
    obstacle: str | None = None

    def of(self, holder: Holder, consent: Consent) -> Case:
        return replace(self, holder=holder, consent=consent)

    def stopped(self, subject: str, obstacle: str | None) -> Case:
        return replace(self, subject=subject, obstacle=obstacle)


class Pages:
    """Rendering, and the answers that need nobody's consent because they give nothing."""

    def __init__(self, services: DocumentServices) -> None:
        self.services, self.web = services, services.web

    # --- consent -------------------------------------------------------------------------------------
    def consent(
        self,
        case: Case,
        status: int = HTTPStatus.OK,
        form: Mapping[str, Sequence[str]] | None = None,
        *,
        unclear: str = "",
        passcode_error: str = "",
        changed: bool = False,
    ) -> Response:
        return self.web.render(
            "documents/presentation_consent.html",
            status,
            form_targets=direct_post.origins(case.party),
            **self._who(case),
            asks=case.consent.asks,
            sets=case.consent.sets,
            missing=case.consent.missing,
            shown=case.consent.digest,
            form=form or {},
            nothing=NOTHING,
            unclear=unclear,
            passcode_error=passcode_error,
            changed=changed,
            title_of=self._title,
            issuer_of=self._issuer,
            asked_fields=self._fields,
            state_kinds=STATE_KINDS,
            other_device=case.pending.other_device,
            now=self.services.clock.now(),
        )

    def _who(self, case: Case) -> dict[str, Any]:
        lang, procedure = self.web.language(), case.request.procedure
        return {
            "id": case.pending.id,
            "party": case.party.name[lang],
            "goes_to": origin(case.request.address.response_uri),
            "encrypted": case.request.address.response_mode == "direct_post.jwt",
            "procedure": procedure and procedure.names[lang],
            "procedure_code": procedure.code if procedure else "",
            "legal_basis": procedure.legal_basis[lang] if procedure else "",
        }

    def _fields(self, document: Document, claims: Mapping[str, object]) -> Sequence[object]:
        groups: tuple[FieldGroup, ...] = labelled(document.type, claims, self.web.language())
        return fields_of(groups)

    def _title(self, ask: Ask) -> str:
        """The documents a query takes, in words; a type that we do not know by its name."""
        return " / ".join(self._type(vct) for vct in sorted(ask.query.vct_values)) or ask.query.format

    def _type(self, vct: str) -> str:
        try:
            return self.services.types.by_vct(vct).names[self.web.language()]
        except UnknownDocumentType:
            return vct

    def _issuer(self, document: Document) -> str:
        return self.services.issuers.profile(document.issuer_id).name[self.web.language()]

    # --- before and after ----------------------------------------------------------------------------
    def confirm(self, pending: Pending, party: RelyingParty) -> Response:
        return self.web.render("documents/presentation_confirm.html", id=pending.id, party=self._name(party))

    def not_begun(self, party: RelyingParty | None) -> Response:
        return self._stopped("not_begun", "info", party=party)

    def gone(self) -> Response:
        return self.web.problem(HTTPStatus.NOT_FOUND, "presentation.gone")

    def answered(self, pending: Pending, party: RelyingParty) -> Response:
        kind = "valid" if pending.outcome == presentation_answer.GIVEN else "info"
        return self._stopped(f"answered_{pending.outcome}", kind, party=party)

    def not_delivered(
        self, pending: Pending, party: RelyingParty, error: NotDelivered, *, refused: bool = False
    ) -> Response:
        refusals.not_taken(party.client_id, error)
        if error.final:
            key = "too_large" if error.reason == direct_post.TOO_LARGE else "not_taken"
            return self._stopped(key, "warning", HTTPStatus.BAD_GATEWAY, party=party, code=error.reason)
        return self._stopped(
            "unreachable", "warning", HTTPStatus.BAD_GATEWAY, party=party, code=error.reason,
            retry=None if refused else pending.id, decline=pending.id if refused else None,
        )  # fmt: skip

    def cannot(self, case: Case) -> Response:
        """She cannot, and the client does not learn why; she goes back when she wants to."""
        return self._stopped(
            str(case.obstacle), "warning", HTTPStatus.FORBIDDEN, party=case.party, decline=case.pending.id,
            missing=[(self._title(ask), ask.withheld) for ask in case.consent.missing],
            form_targets=direct_post.origins(case.party),
        )  # fmt: skip

    def unusable(self, pending: Pending, party: RelyingParty, reason: str) -> Response:
        """Not fetched, or not authentic: recorded, and nobody is answered."""
        with self.services.db.begin() as session:
            self.services.audit.record(
                session, event="presentation.not_authentic", subject=None, client_id=party.client_id,
                details={"reason": reason, "request_uri": pending.request_uri}, now=self.services.clock.now(),
            )  # fmt: skip
        refusals.unusable(party.client_id, reason)
        key = "expired" if reason in ("expired", "unknown") else "not_authentic"
        return self._stopped(key, "refused", HTTPStatus.BAD_REQUEST, party=party, code=reason)

    # --- answers without consent ---------------------------------------------------------------------
    def wrong_request(self, pending: Pending, party: RelyingParty, error: RequestError) -> Response:
        refusals.wrong_request(party.client_id, error)
        back = None
        if pending.outcome is None:
            address = return_address(pending.claims or {}, party)
            back = self._told(
                lambda: presentation_answer.report(
                    self.services, pending, party, address, error.code, error.description
                )
            )
        return self._stopped(
            "wrong_request", "refused", HTTPStatus.BAD_REQUEST, party=party, code=error.code, back=back
        )

    def forbidden(
        self, pending: Pending, party: RelyingParty, asked: PresentationRequest, found: Forbidden
    ) -> Response:
        refusals.forbidden(party.client_id, found, self.services.types)
        reason, back = "forbidden_by_law" if found.rule else "type_not_registered", None
        if pending.outcome is None:
            browser = self.web.existing_session()
            subject = browser.authentication.subject if browser and browser.authentication else None
            back = self._told(
                lambda: presentation_answer.refuse(
                    self.services, pending, party, asked, subject, reason, presentation_answer.DENIED
                )
            )
        words = {"document": self._type(found.vct)}
        if found.rule:
            lang = self.web.language()
            words |= {"law": found.rule.law[lang], "since": format_date(found.rule.since, lang)}
        return self._stopped(
            reason, "refused", HTTPStatus.FORBIDDEN, party=party, code="access_denied", back=back, words=words
        )

    def _told(self, answer: Any) -> str | None:
        """Where the client wants the browser to go on, if it could be told at all."""
        try:
            told: str | None = answer().redirect_uri
        except NotDelivered as error:
            refusals.not_told(error)
            return None
        except AlreadyAnswered:
            return None
        return told

    def _name(self, party: RelyingParty | None) -> str:
        return party.name[self.web.language()] if party else ""

    def _stopped(
        self,
        key: str,
        kind: str,
        status: int = HTTPStatus.OK,
        *,
        party: RelyingParty | None = None,
        back: str | None = None,
        code: str = "",
        decline: str | None = None,
        retry: str | None = None,
        missing: Sequence[tuple[str, Sequence[Document]]] = (),
        form_targets: Sequence[str] | None = None,
        words: Mapping[str, str] | None = None,
    ) -> Response:
        told = {"party": self._name(party), **(words or {})}
        texts = {part: self.web.t(f"presentation.{key}.{part}", **told) for part in ("title", "what", "why", "todo")}
        targets = form_targets or (direct_post.origins(party) if party and decline else ())
        return self.web.render(
            "documents/presentation_stopped.html", status, form_targets=targets, kind=kind, key=key, code=code,
            back=back, decline=decline, retry=retry, missing=missing, state_kinds=STATE_KINDS,
            now=self.services.clock.now(), **told, **texts,
        )  # fmt: skip
