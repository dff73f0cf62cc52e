"""`mock-vneid verify`: the verifier's own command, with the field names this package knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from idp.documents.document_types import document_types
from idp.documents.verifier import command


def main(argv: Sequence[str]) -> int:
    """Exit code 0 good, 1 refused, 2 unusable input."""
    return command.main(argv, metadata=_type_metadata())


def _type_metadata() -> Iterator[object]:
    """The installed types in the form of SD-JWT VC Type Metadata (section 5.3.2: a local registry)."""
    for kind in document_types():
        claims = [
            {"path": list(claim.path), "display": [_display(tag, "label", claim.labels[tag]) for tag in claim.labels]}
            for claim in kind.claims
        ]
        names = [_display(tag, "name", kind.names[tag]) for tag in kind.names]
        yield {"vct": kind.vct, "display": names, "claims": claims}


def _display(tag: str, member: str, text: str) -> dict[str, str]:
    return {"locale": tag, member: text}
