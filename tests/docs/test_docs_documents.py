"""The tables of docs/documents.md are what the types' files say."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from idp import pki
from idp.documents.categories import categories
from idp.documents.document_types import DocumentType, document_types

PAGE = Path(__file__).parent.parent.parent / "docs" / "documents.md"


def issuer_rows() -> list[str]:
    """Every issuer with what it may sign."""
    ids = {kind.vct: kind.id for kind in document_types()}
    return [
        f"| `{one.id}` {one.name['vi']} | `{one.uri}` | {_codes(sorted(ids[vct] for vct in one.vct))} |"
        for one in pki.issuer_profiles().values()
    ]


def type_rows() -> list[str]:
    """Every type, by category, with what its holder cannot hold back."""
    order = list(categories())
    kinds = sorted(document_types(), key=lambda kind: (order.index(kind.category), kind.id))
    return [_type_row(kind) for kind in kinds]


def _type_row(kind: DocumentType) -> str:
    shown = [claim.name for claim in kind.claims if len(claim.path) == 1 and claim.sd == "never"]
    more = [name for name in shown if name not in (kind.number_claim, "date_of_issuance", "issuing_authority")]
    issued_by = _codes(document_types().heads[kind.id].issued_by)
    always = ", ".join(["number, date, authority", *(f"`{name}`" for name in more)])
    return f"| `{kind.id}` | {kind.names['en']} | `{kind.vct}` | {issued_by} | {always} |"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(text: str, head: str) -> list[str]:
    lines = text.splitlines()
    at = lines.index(next(line for line in lines if line.startswith(head))) + 2
    rows = []
    while lines[at].startswith("|"):
        rows.append(lines[at])
        at += 1
    return rows


def test_the_tables_are_up_to_date() -> None:
    """A type or an issuer that is added, renamed or changed shows here."""
    text = PAGE.read_text(encoding="utf-8")
    assert _table(text, "| issuer |") == issuer_rows()
    assert _table(text, "| id |") == type_rows()
