"""What a run of the command came to, and the same for machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from idp.documents.verifier.ages import age
from idp.documents.verifier.answers import Answer, Answers
from idp.documents.verifier.document import VerifiedDocument, thaw
from idp.documents.verifier.failure import VerificationError
from idp.documents.verifier.files import Source
from idp.documents.verifier.messages import Language, choose, refusal, word
from idp.documents.verifier.status_checked import StatusChecked
from idp.documents.verifier.trust import TrustList

Verdict = Literal[
    "accepted",
    "accepted_status_outdated",
    "accepted_status_unchecked",
    "not_fully_checked",
    "status_outdated",
    "refused",
    "unusable",
]
EXIT_CODES: dict[Verdict, int] = {
    "accepted": 0,
    "accepted_status_outdated": 0,
    "accepted_status_unchecked": 0,
    "not_fully_checked": 1,
    "status_outdated": 1,
    "refused": 1,
    "unusable": 2,
}
_SENTENCES: dict[Verdict, str] = {
    "accepted": "verdict.accepted",
    "accepted_status_outdated": "verdict.status_outdated_allowed",
    "accepted_status_unchecked": "verdict.not_fully_checked_allowed",
    "not_fully_checked": "verdict.not_fully_checked",
    "status_outdated": "verdict.status_outdated",
    "refused": "verdict.refused",
    "unusable": "verdict.unusable",
}


class Unusable(Exception):
    """The command cannot begin: `key` and `values` name the text that says why."""

    def __init__(self, key: str, **values: object) -> None:
        self.key, self.values = key, values
        super().__init__(key)


@dataclass(frozen=True)
class Outcome:
    """One verdict with everything that led to it."""

    verdict: Verdict
    now: datetime
    answers: Answers = field(default_factory=Answers)
    trust: TrustList | None = None
    document: VerifiedDocument | None = None
    code: str | None = None
    detail: str = ""
    unusable: Unusable | None = None
    #: Lists that are older than the caller's policy likes: `trust_list`, `status_list`.
    old_lists: tuple[str, ...] = ()
    words: tuple[str, str] | None = None  # of the refusal, where it brings its own
    status_list: StatusChecked | None = None  # the one that the verdict rests on
    source: Source | None = None  # the file it came in, where that was not the document's text

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.verdict]

    def sentence(self, language: Language) -> str:
        """The verdict in one sentence, with what to do about it."""
        return word(_SENTENCES[self.verdict], language, reason=self._reason(language), **self._ages(language))

    def _reason(self, language: Language) -> str:
        if self.unusable is not None:
            return word(self.unusable.key, language, **self.unusable.values)
        if self.words is not None:
            return choose(self.words, language)
        return refusal(self.code, language) if self.code is not None else ""

    def _ages(self, language: Language) -> dict[str, str]:
        status = self.status_list
        if status is None:
            return {}
        return {"age": age(status.held, language), "ttl": age(status.ttl or status.held, language)}

    def as_json(self) -> dict[str, object]:
        """For machines; times are ISO 8601 in UTC."""
        return {
            "mock": True,
            "verdict": self.verdict,
            "code": self.code,
            "detail": self.detail,
            "message": {"vi": self.sentence("vi"), "en": self.sentence("en")},
            "answers": {name: answer.value for name, answer in vars(self.answers).items()},
            "checked_at": self.now.isoformat(),
            "trust_list": None if self.trust is None else _trust(self.trust),
            "status_list": None if self.status_list is None else _status_list(self.status_list),
            "old_lists": list(self.old_lists),
            "document": None if self.document is None else _document(self.document),
            "file": None if self.source is None else _source(self.source),
        }


def accepted(
    document: VerifiedDocument,
    trust: TrustList,
    now: datetime,
    *,
    allow_unchecked: bool,
    max_status_age: timedelta = timedelta(),
) -> Outcome:
    """What a document that verified comes to: without its status, or by an old list, it is never simply accepted.

    `max_status_age` is the caller's policy: how long a list past its `ttl` may have been held.
    """
    verdict: Verdict = "accepted"
    if document.status_list is not None and document.status_list.outdated:
        allowed = document.status_list.held <= max_status_age
        verdict = "accepted_status_outdated" if allowed else "status_outdated"
    elif document.answers.in_force is not Answer.YES:
        verdict = "accepted_status_unchecked" if allow_unchecked else "not_fully_checked"
    return Outcome(verdict, now, document.answers, trust, document, status_list=document.status_list)


def refused(error: VerificationError, trust: TrustList, now: datetime) -> Outcome:
    """What a refusal comes to; what is no document at all is unusable input."""
    verdict: Verdict = "unusable" if error.code == "not_a_document" else "refused"
    return Outcome(
        verdict, now, error.answers, trust, code=error.code, detail=error.detail, words=error.words,
        status_list=error.status_list,
    )  # fmt: skip


def _trust(trust: TrustList) -> dict[str, object]:
    return {
        "issuer": trust.uri,
        "version": trust.version,
        "issued_at": trust.issued_at.isoformat(),
        "expires_at": trust.expires_at.isoformat(),
    }


def _status_list(status: StatusChecked) -> dict[str, object]:
    return {
        "uri": status.uri,
        "issued_at": status.issued_at.isoformat(),
        "expires_at": status.expires_at.isoformat(),
        "held_seconds": int(status.held.total_seconds()),
        "ttl_seconds": None if status.ttl is None else int(status.ttl.total_seconds()),
    }


def _source(source: Source) -> dict[str, object]:
    return {"format": source.format, "signed_at": source.signed_at.isoformat()}


def _document(document: VerifiedDocument) -> dict[str, object]:
    status = document.status_list
    return {
        "vct": document.vct,
        "issuer": dict(vars(document.issuer)),
        "claims": thaw(document.claims),
        "issued_at": document.issued_at.isoformat(),
        "valid_from": document.valid_from.isoformat(),
        "expires_at": document.expires_at.isoformat(),
        "status": document.status,
        "status_list": None if status is None else _status_list(status),
        "chain_fingerprints": list(document.chain_fingerprints),
    }
