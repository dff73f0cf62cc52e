"""What lies in a PDF file besides its pages: the data file and the revocation lists. Only for files whose signer is
known and trusted: pyHanko's reader sees nothing else.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from idp.documents.pdf.errors import PdfAttachment, PdfChangedAfterSigning, PdfMalformed
from idp.documents.pdf.names import ATTACHMENT, RELATIONSHIP
from idp.documents.verifier.errors import VerificationError


@dataclass(frozen=True)
class Contents:
    sd_jwt: str
    revocation_lists: tuple[bytes, ...]


def read_contents(data: bytes) -> Contents:
    """Raises PdfMalformed, PdfChangedAfterSigning, PdfAttachment."""
    try:
        return _read(data)
    except VerificationError:
        raise
    except Exception as error:  # pyHanko: PdfReadError, and what a wrong type of object raises
        raise PdfMalformed("the file cannot be read") from error


def _read(data: bytes) -> Contents:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel

    reader = PdfFileReader(io.BytesIO(data), strict=True)
    signatures = reader.embedded_signatures
    if len(signatures) != 1 or signatures[0].sig_object["/SubFilter"] != "/ETSI.CAdES.detached":
        raise PdfMalformed("no PAdES signature in a field")
    if signatures[0].evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
        raise PdfChangedAfterSigning("the signature does not cover the whole file")
    return Contents(_attached(reader), _revocation_lists(reader.root))


def _attached(reader: Any) -> str:
    """The one attachment, as data of the document; a second one, wherever it is named, is refused."""
    embedded = reader.root["/Names"]["/EmbeddedFiles"] if "/Names" in reader.root else {}
    names, associated = _whole(embedded.get("/Names", ())), _whole(reader.root.get("/AF", ()))
    if "/Kids" in embedded or len(names) != 2 or len(associated) != 1:
        raise PdfAttachment("not one attachment")
    if any("/FileAttachment" in str(note.get("/Subtype")) for page in _pages(reader) for note in page):
        raise PdfAttachment("an attachment on a page")
    name, specification = names[0], names[1]
    same = specification == associated[0] and name == specification["/UF"] == ATTACHMENT
    if not same or specification["/AFRelationship"] != RELATIONSHIP:
        raise PdfAttachment("an attachment of another kind")
    try:
        return str(specification["/EF"]["/F"].data.decode("ascii"))
    except UnicodeDecodeError as error:
        raise PdfAttachment("the attachment is no document") from error


def _whole(found: Any) -> Any:
    """The object itself, where a reference to it stands."""
    return found.get_object() if hasattr(found, "get_object") else found


def _pages(reader: Any) -> list[list[Any]]:
    count = int(reader.root["/Pages"]["/Count"])
    pages = (reader.find_page_for_modification(number)[0].get_object() for number in range(count))
    return [[note.get_object() for note in _whole(page.get("/Annots", ()))] for page in pages]


def _revocation_lists(root: Any) -> tuple[bytes, ...]:
    store = _whole(root.get("/DSS", {}))
    return tuple(one.get_object().data for one in _whole(store.get("/CRLs", ())))
