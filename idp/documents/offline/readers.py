"""What somebody handed over, told apart by its content: a document, an offline code, a picture of one, a PDF."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from idp.documents.offline import code, images
from idp.documents.offline.verify import verify_code
from idp.documents.sd_jwt.parsing import MAX_LENGTH
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.key_binding import ExpectedKeyBinding, NoKeyBinding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify

Kind = Literal["sd_jwt", "code"]
MAX_FILE = 16 * 2**20
_PDF = b"%PDF-"
#: The module that takes the SD-JWT out of a PDF file by `embedded(data) -> str`, where this installation has one.
PDF_READER = "idp.documents.pdf.reader"
#: Of a text only these are not part of it: a space is a letter of Base45.
_AROUND = "\r\n\t"


class Unreadable(Exception):
    """Nothing to verify can be taken from it; `key` names the text that says why."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


@dataclass(frozen=True)
class Given:
    """What is to be verified: `text` of a document (SD-JWT) or of an offline code."""

    kind: Kind
    text: str


def read(data: bytes) -> Given:
    """Raises Unreadable. A text that is nothing at all is for the verifier to refuse."""
    if len(data) > MAX_FILE:
        raise Unreadable("unusable.too_large")
    if data.startswith(_PDF):
        return Given("sd_jwt", _embedded(data))
    if images.is_picture(data):
        return Given("code", _pictured(data))
    text = data[: 2 * MAX_LENGTH].decode("utf-8-sig", "replace").strip(_AROUND)
    return Given("code" if code.looks_like_one(text) else "sd_jwt", text)


def verify_given(
    given: Given,
    *,
    trust: TrustList,
    now: datetime,
    key_binding: ExpectedKeyBinding | NoKeyBinding,
    person: str | None = None,
    status: StatusLists | None = None,
    vct: Collection[str] | None = None,
) -> VerifiedDocument:
    """By the verifier of its kind. Raises `VerificationError`."""
    check = verify_code if given.kind == "code" else verify
    return check(given.text, trust=trust, now=now, key_binding=key_binding, person=person, status=status, vct=vct)


def _pictured(data: bytes) -> str:
    try:
        return images.text_of(data)
    except images.NoReader as error:
        raise Unreadable("unusable.no_image_reader") from error
    except images.NoCode as error:
        raise Unreadable("unusable.no_code") from error


def _embedded(data: bytes) -> str:
    if importlib.util.find_spec(PDF_READER.rpartition(".")[0]) is None:
        raise Unreadable("unusable.no_pdf_reader")
    embedded: Callable[[bytes], str] = importlib.import_module(PDF_READER).embedded
    return embedded(data)
