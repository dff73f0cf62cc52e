"""An independent implementation (npm @sd-jwt/sd-jwt-vc) reads what the issuers issue, status and type included."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from issuing_support import NUMBER, TYPES, RecordedAudit, new_document

from idp.db import Database
from idp.documents import issuance, status, type_metadata
from idp.documents.document import Document, DocumentStatus
from idp.documents.issuance import Issuing
from idp.documents.status_tokens import StatusTokens

pytestmark = pytest.mark.node


def read(
    node_run: Callable[..., str], db: Database, tokens: StatusTokens, document: Document, now: datetime
) -> dict[str, Any]:
    with db.read() as session:
        token = tokens.token(session, document.issuer_id, 1, now)
    assert token is not None
    told = {
        "text": document.sd_jwt,
        "now": int(now.timestamp()),
        "statusList": token.text,
        "metadata": base64.b64encode(type_metadata.document_bytes(document.vct)).decode(),
    }
    return dict(json.loads(node_run("issued_document_read.mjs", stdin=json.dumps(told))))


@pytest.mark.parametrize("type_id", TYPES)
def test_it_accepts_every_type(
    node_run: Callable[..., str],
    db: Database,
    issuing: Issuing,
    status_tokens: StatusTokens,
    now: datetime,
    type_id: str,
) -> None:
    """Signature, dates, status list and type metadata with its integrity."""
    with db.begin() as session:
        document = issuance.issue(session, issuing, new_document(type_id), now)
    found = read(node_run, db, status_tokens, document, now)
    assert found["payload"]["personal_id_number"] == NUMBER
    assert found["name"].startswith(document.type.names["vi"])
    assert len(found["paths"]) >= len(document.type.disclosable)


@pytest.mark.parametrize("to", [DocumentStatus.REVOKED, DocumentStatus.SUSPENDED])
def test_it_refuses_what_is_not_valid(
    node_run: Callable[..., str],
    db: Database,
    issuing: Issuing,
    status_tokens: StatusTokens,
    audit: RecordedAudit,
    now: datetime,
    to: DocumentStatus,
) -> None:
    """It finds our entry at the same place in the list, with the same meaning."""
    with db.begin() as session:
        document = issuance.issue(session, issuing, new_document("health-book"), now)
        status.set_status(session, audit, document.id, to, now, "test")
    assert "Status is not valid" in read(node_run, db, status_tokens, document, now)["error"]
