"""Type metadata of our document types, the provider being their registry (SD-JWT VC sections 5.2 and 5.3.2)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache

from idp.documents.document_types import ClaimType, DocumentType, DocumentTypes, document_types
from idp.documents.verifier.type_rules import TypeRules

MOCK = "MÔ PHỎNG / MOCK"


def document_bytes(vct: str) -> bytes:
    """The type metadata document, always the same octets. Raises UnknownDocumentType."""
    return _published(document_types(), vct)[0]


def texts() -> list[str]:
    """The documents of all types, as they are published."""
    return [document_bytes(kind.vct).decode() for kind in document_types()]


def rules(vct: str) -> Mapping[str, TypeRules]:
    """What the type demands of every document, as the verifier takes it. Raises UnknownDocumentType."""
    return TypeRules.of([json.loads(document_bytes(vct))])


def integrity(vct: str) -> str:
    """The value of `vct#integrity`: W3C Subresource Integrity syntax over those octets (section 6)."""
    return _published(document_types(), vct)[1]


@cache
def _published(types: DocumentTypes, vct: str) -> tuple[bytes, str]:
    content = json.dumps(_document(types.by_vct(vct)), ensure_ascii=False, separators=(",", ":")).encode()
    return content, "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")


def _document(kind: DocumentType) -> Mapping[str, object]:
    return {
        "vct": kind.vct,
        "name": f"{kind.names['en']} ({MOCK})",
        "description": kind.descriptions["en"],
        "display": [
            {"locale": lang, "name": f"{name} ({MOCK})", "description": kind.descriptions[lang]}
            for lang, name in kind.names.items()
        ],
        "claims": [_claim(claim, kind) for claim in kind.claims if not _inside_text(claim, kind)],
    }


def _claim(claim: ClaimType, kind: DocumentType) -> Mapping[str, object]:
    display = [{"locale": lang, "label": label} for lang, label in claim.labels.items()]
    told: dict[str, object] = {
        "path": list(claim.path),
        "display": display,
        "mandatory": _certain(claim, kind),
        "sd": claim.sd,
    }
    if claim.values:  # a member of our own, which others ignore: what coded values are called
        told["value_labels"] = {value: dict(names) for value, names in claim.values.items()}
    return told


def _certain(claim: ClaimType, kind: DocumentType) -> bool:
    """Mandatory in every document: a field of a list's elements is not, since the list may be empty (5.6.3)."""
    ancestors = [kind.claim(claim.path[:length]) for length in range(1, len(claim.path))]
    return claim.mandatory and None not in claim.path and all(above and above.mandatory for above in ancestors)


def _inside_text(claim: ClaimType, kind: DocumentType) -> bool:
    """Below a claim that may be text: a path that steps into text fails, and the document with it (5.6)."""
    above = [kind.claim(claim.path[:length]) for length in range(1, len(claim.path))]
    return any(found is not None and found.kind == "object_or_text" for found in above)
