"""The test citizens as the demo shows them."""

from __future__ import annotations

import unicodedata

from idp.accounts.ports import DemoPersona
from idp.seed.entries import Persona, Personas


def demo_personas(personas: Personas) -> tuple[DemoPersona, ...]:
    """In the order of the files: those with a sign-in first."""
    cards = tuple(_card(persona) for persona in personas.personas)
    return tuple(sorted(cards, key=lambda card: card.password is None))


def _card(persona: Persona) -> DemoPersona:
    return DemoPersona(
        id=persona.id,
        name=unicodedata.normalize("NFC", persona.full_name),
        personal_id_number=persona.personal_id_number,
        identity_level=persona.account.level,
        story=persona.story,
        password=persona.password,
        passcode=persona.passcode,
    )
