"""What a card of the wallet says of its own document, so that two of one type can be told apart.

A type's file marks the claims (`card = true`): of a visit to a hospital its day and kind, of a car its plate.
"""

from __future__ import annotations

from idp.documents.document import Document
from idp.documents.fields import fields_of, labelled
from idp.documents.sd_jwt.selecting import claims_of


def card_facts(document: Document, lang: str) -> list[tuple[str, str]]:
    """Label and value of each marked claim that the document holds."""
    marked = {claim.name for claim in document.type.claims if claim.on_card}
    if not marked:
        return []
    held = {name: value for name, value in claims_of(document.sd_jwt).items() if name in marked}
    return [(field.label, field.text) for field in fields_of(labelled(document.type, held, lang)) if field.text]
