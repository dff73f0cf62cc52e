"""The clerk's counter: a document that somebody shows, its verdict in plain words, and a receipt of the check."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from demo_client import check_receipts
from demo_client.check_receipts import Judged
from demo_client.keys import PortalKeys
from demo_client.last_lists import Bundle, LastLists, NoLists, status_text
from demo_client.models import Receipt
from idp.documents.offline import readers, receipt
from idp.documents.offline.ages import AgePolicy, Ages, ages
from idp.documents.offline.bundle import fingerprint
from idp.documents.verifier.answers import Answer, Answers
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.status_checked import StatusChecked

#: The desk has one demonstration account.
CLERK = "demo-clerk"


@dataclass(frozen=True)
class Checked:
    """What came of one check. `verdict` is good, outdated (good by a status list past its `ttl`), refused or
    could_not; `document` only where it verified; `status_list` is the one that said good or refused; `words` are a
    refusal's own, by language.
    """

    given: readers.Given
    at: datetime
    verdict: str
    code: str | None
    answers: Answers
    document: VerifiedDocument | None
    status_list: StatusChecked | None
    bundle: Bundle | None
    ages: Ages | None
    policy: AgePolicy
    words: tuple[str, str] | None = None

    @property
    def old(self) -> tuple[str, ...]:
        """The lists of which the page says that they are old."""
        return self.ages.old(self.policy) if self.ages is not None else ()


def check(lists: LastLists, data: bytes, now: datetime, policy: AgePolicy) -> Checked:
    """Raises readers.Unreadable where nothing was handed over that could be checked."""
    given = readers.read(data)
    try:
        bundle = lists.current(now)
    except NoLists as error:
        return Checked(given, now, "could_not", error.code or "no_lists", Answers(), None, None, None, None, policy)
    trust = bundle.bundle.trust
    try:
        found = readers.verify_given(
            given,
            trust=trust,
            now=now,
            key_binding=NO_KEY_BINDING,
            status=bundle.bundle.status,
            types=bundle.bundle.types.rules,
        )
    except VerificationError as error:
        # What nobody could look at is not refused; what was looked at and is not so, is.
        verdict = "refused" if error.outcome is Answer.NO else "could_not"
        said = error.status_list
        used = ages(trust, said, now)
        return Checked(given, now, verdict, error.code, error.answers, None, said, bundle, used, policy, error.words)
    verdict, code = _verdict(found.answers)
    used = ages(trust, found.status_list, now)
    return Checked(given, now, verdict, code, found.answers, found, found.status_list, bundle, used, policy)


def _verdict(answers: Answers) -> tuple[str, str | None]:
    """Without a network a list is soon past its `ttl`: it serves until its `exp`, and its age is told."""
    if answers.good:
        return "good", None
    if answers.in_force is Answer.OUTDATED and replace(answers, in_force=Answer.YES).good:
        return "outdated", "status_outdated"
    return "could_not", "status_not_checked"


def keep(session: Session, checked: Checked, keys: PortalKeys, portal_url: str) -> Receipt:
    """Sign the receipt and keep it. The document itself is gone after this."""
    judged = Judged(
        clerk=CLERK,
        verdict=checked.verdict,
        code=checked.code,
        document=(checked.given.kind, checked.given.text),
        answers=asdict(checked.answers),
        lists=None if checked.bundle is None else _lists(checked, checked.bundle),
        policy={"warn_after_seconds": checked.policy.as_json(), "refuse_after": "exp", "holder": "not_proven"},
    )
    return check_receipts.keep(session, judged, keys, portal_url, checked.at)


def _lists(checked: Checked, used: Bundle) -> dict[str, object]:
    """Which lists they were, so that an auditor who keeps lists can find them and check anew. The place in the status
    list is not told: it would name the document to whoever has seen it elsewhere."""
    trust, status = used.bundle.trust, checked.status_list
    return {
        "root_sha256": fingerprint(trust.root),
        "bundle": {"sha256": receipt.list_hash(used.token), "issued_at": used.bundle.issued_at.isoformat()},
        "trust_list": {
            "issuer": trust.uri,
            "version": trust.version,
            "issued_at": trust.issued_at.isoformat(),
            "expires_at": trust.expires_at.isoformat(),
        },
        "status_list": None
        if status is None
        else {
            "uri": status.uri,
            "sha256": receipt.list_hash(status_text(used.bundle, status.uri)),
            "issued_at": status.issued_at.isoformat(),
            "expires_at": status.expires_at.isoformat(),
        },
    }
