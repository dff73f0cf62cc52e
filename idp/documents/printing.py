"""Printing a document: its offline code, signed by its issuer, and the code by which the sheet can be looked up.

A sheet is of its day; whether the document still holds, status lists and the look-up tell. What a document lets
nobody hold back stands in the offline code, all of it: a certificate that hid what decides would mislead. Beside it
stand name, date of birth, sex and portrait, by which a clerk knows the person, and not her number.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from idp import pki
from idp.audit.port import Audit
from idp.documents import printing_store, sheet_digest
from idp.documents.asking_rules import VIETNAM, rules
from idp.documents.document import Document
from idp.documents.issuers import Issuers
from idp.documents.offline import code
from idp.documents.offline.limits import DoesNotFit
from idp.documents.offline.portrait import portrait
from idp.documents.printing_models import PrintedSheet
from idp.documents.sd_jwt.selecting import claims_of
from idp.documents.told import PERSON, claims_of_code

# Without 0/O and 1/I. Sixty bits: who has the table cannot try them all, nor can who asks.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH, GROUP = 12, 4


class NotPrintable(Exception):
    """No sheet is made of this document; `reason` is `state`, `law`, `person` or `size`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def check_printable(document: Document, now: datetime) -> None:
    """A document in force, of a type that others may ask for: paper is made to be asked for. Raises NotPrintable."""
    today = now.astimezone(VIETNAM).date()
    if document.state(now) != "valid":
        raise NotPrintable("state")
    if any(rule.vct == document.vct and rule.since <= today for rule in rules()):
        raise NotPrintable("law")


def print_sheet(session: Session, issuers: Issuers, audit: Audit, document: Document, now: datetime) -> str:
    """Make a sheet; returns its code, which only the sheet itself will tell. Raises NotPrintable."""
    offline_code(issuers, document, now)  # nothing is kept of a sheet that cannot be made
    sheet_code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    session.add(PrintedSheet(digest=_digest(document, sheet_code), document_id=document.id, printed_at=now))
    details = {"document": document.id, "vct": document.vct, "issuer": document.issuer_id}
    audit.record(session, event="document.printed", subject=document.holder, client_id=None, details=details, now=now)
    return sheet_code


def printed_at(session: Session, document: Document, sheet_code: str) -> datetime | None:
    """When the holder's sheet with this code was made, or None where there is none."""
    row = printing_store.sheet(session, _digest(document, sheet_code))
    return row.printed_at if row is not None and row.document_id == document.id else None


def offline_code(issuers: Issuers, document: Document, now: datetime) -> str:
    """The text of the code, signed at `now`. Raises NotPrintable."""
    check_printable(document, now)
    credentials = issuers.signing_credentials(document.issuer_id, document.vct)
    claims = claims_of(document.sd_jwt)
    told: dict[str, object] = {
        "iss": issuers.profile(document.issuer_id).uri,
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int(document.expires_at.timestamp()),
        "vct": document.vct,
        "status": claims["status"],
    }
    key = credentials.key.private_key
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("issuers sign with keys on a curve")
    kid = bytes.fromhex(pki.key_identifier(credentials.certificate))
    try:
        told |= claims_of_code(document.type, claims)
        return code.write(told, portrait(document.holder), key, kid)
    except KeyError as error:  # a type of the user's own need not have them
        raise NotPrintable("person") from error
    except (DoesNotFit, ValueError) as error:
        raise NotPrintable("size") from error


def grouped(sheet_code: str) -> str:
    """As it is printed and read aloud."""
    return " ".join(sheet_code[at : at + GROUP] for at in range(0, len(sheet_code), GROUP))


def _digest(document: Document, sheet_code: str) -> str:
    told = claims_of(document.sd_jwt)
    facts = (str(told[name]) for name in (*PERSON, "personal_id_number"))
    return sheet_digest.of(sheet_code, *facts)
