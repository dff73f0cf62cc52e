"""The verdict on what a clerk took at a counter, by the same verifier that everybody else uses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from idp import pki, trust_list
from idp.config import Config
from idp.documents import status, store, type_metadata
from idp.documents.counter import KEPT, LIFETIME, Taken, address
from idp.documents.models import DocumentRow
from idp.documents.status_tokens import StatusTokens
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import ExpectedKeyBinding
from idp.documents.verifier.outcome import Outcome, accepted, refused
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify

#: It is read once, so its age is bounded by how long it may wait and then be looked at.
MAX_AGE = LIFETIME + KEPT


def check(session: Session, config: Config, tokens: StatusTokens, taken: Taken, token: str, now: datetime) -> Outcome:
    """What the verifier says now: a document revoked after it was shown is refused when it is looked at again."""
    text = trust_list.current(config.keys_dir, config.issuer, now)
    trust = TrustList.load(text, root=pki.root(config.keys_dir).certificate, now=now)
    row = store.document(session, taken.document_id)
    try:
        document = verify(
            taken.presentation,
            trust=trust,
            now=now,
            key_binding=ExpectedKeyBinding(address(config.issuer, token), token, MAX_AGE),
            types=type_metadata.rules(row.vct) if row is not None else None,
            status=_lists(session, config.issuer, tokens, row, now) if row is not None else None,
        )
    except VerificationError as error:
        return refused(error, trust, now)
    return accepted(document, trust, now, allow_unchecked=False)


def _lists(
    session: Session, provider: str, tokens: StatusTokens, row: DocumentRow, now: datetime
) -> StatusLists | None:
    found = tokens.token(session, row.issuer_id, row.status_list, now)
    uri = status.list_uri(provider, row.issuer_id, row.status_list)
    return StatusLists({uri: found.text}) if found is not None else None
