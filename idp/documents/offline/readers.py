"""What somebody handed over, told apart by its content: a document, an offline code, a picture of one, a PDF."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from idp.documents.offline import code, images
from idp.documents.offline.verify import verify_code
from idp.documents.sd_jwt.parsing import MAX_LENGTH
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.files import Expected, Source
from idp.documents.verifier.key_binding import ExpectedKeyBinding, NoKeyBinding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.type_rules import TypeRules
from idp.documents.verifier.verify import verify

Kind = Literal["sd_jwt", "code", "pdf"]
MAX_FILE = 16 * 2**20
_PDF = b"%PDF-"
#: Of a text only these are not part of it: a space is a letter of Base45.
_AROUND = "\r\n\t"


class Unreadable(Exception):
    """Nothing to verify can be taken from it; `key` names the text that says why."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


@dataclass(frozen=True)
class Given:
    """What is to be verified: `text` of a document (SD-JWT), of an offline code, or of a PDF, a letter an octet."""

    kind: Kind
    text: str


def read(data: bytes) -> Given:
    """Raises Unreadable. By the beginning alone: what begins as one of our carriers is that one, damaged or not, and
    the verifier says which. A text that begins as none is for the verifier to call no document.
    """
    if len(data) > MAX_FILE:
        raise Unreadable("unusable.too_large")
    if data.startswith(_PDF):
        return Given("pdf", data.decode("latin-1"))
    if images.is_picture(data):
        return Given("code", _pictured(data))
    text = data[: 2 * MAX_LENGTH].decode("utf-8-sig", "replace").strip(_AROUND)
    return Given("code" if code.begins_as_one(text) else "sd_jwt", text)


def verify_given(
    given: Given,
    *,
    trust: TrustList,
    now: datetime,
    key_binding: ExpectedKeyBinding | NoKeyBinding,
    person: str | None = None,
    status: StatusLists | None = None,
    vct: Collection[str] | None = None,
    types: Mapping[str, TypeRules] | None = None,
) -> VerifiedDocument:
    """By the verifier of its kind. Raises `VerificationError`."""
    rules = {} if types is None else types
    return verify_file(given, Expected(trust, now, key_binding, person, status, vct, None, rules))[0]


def verify_file(given: Given, expected: Expected) -> tuple[VerifiedDocument, Source | None]:
    """The same, with what is to be said of the file it came in. Raises `VerificationError`."""
    if given.kind == "pdf":
        from idp.documents.pdf import reader

        return reader.verify_file(given.text.encode("latin-1"), expected)
    check = verify_code if given.kind == "code" else verify
    return check(given.text, **expected.of_a_document), None


def _pictured(data: bytes) -> str:
    try:
        return images.text_of(data)
    except images.NoReader as error:
        raise Unreadable("unusable.no_image_reader") from error
    except images.NoCode as error:
        raise Unreadable("unusable.no_code") from error
