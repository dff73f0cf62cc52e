"""What one table alone cannot tell: relations between test citizens, and the law on accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from idp.accounts import levels
from idp.accounts.levels import Applicant, HolderKind, NotEligible
from idp.accounts.states import State, paper_valid
from idp.seed.entries import DocumentEntry, Persona
from idp.seed.mistakes import Mistake


def check_together(
    personas: Sequence[Persona], documents: Iterable[DocumentEntry], today: date, mistakes: list[Mistake]
) -> None:
    """Note every persona that could not be as she is told to be."""
    known = {persona.id: persona for persona in personas}
    for persona in personas:
        found = (*_relatives(persona, known), *_eligible(persona, known, today), *_sign_in(persona, today))
        for key, message in found:
            mistakes.append(Mistake(persona.file, persona.line, f"persona.{key}", message))
    _organisations(personas, mistakes)
    for entry in documents:
        if entry.persona not in known:
            mistakes.append(
                Mistake(entry.file, entry.line_of("persona"), "document.persona", f"no persona {entry.persona!r}")
            )


def _organisations(personas: Sequence[Persona], mistakes: list[Mistake]) -> None:
    holders: dict[str, str] = {}
    for persona in personas:
        if persona.organisation is None:
            continue
        other = holders.setdefault(persona.organisation.number, persona.id)
        if other != persona.id:
            message = f"the organisation is already {other}'s"
            mistakes.append(Mistake(persona.file, persona.line, "persona.organisation.number", message))


def _relatives(persona: Persona, known: Mapping[str, Persona]) -> Iterable[tuple[str, str]]:
    for relative in persona.relatives:
        if relative == persona.id or relative not in known:
            yield "relatives", f"no other persona {relative!r}"


def _eligible(persona: Persona, known: Mapping[str, Persona], today: date) -> Iterable[tuple[str, str]]:
    """Decree 69/2024/ND-CP art. 7 and 10; a card that has expired since is a story, not a mistake."""
    age = levels.age_on(persona.birthdate, today)
    guardian = persona.account.requested_by
    relative = known.get(guardian) if guardian is not None and guardian in persona.relatives else None
    applies = relative is not None and relative.account.level == 2
    if guardian is not None and not applies:
        yield "account.requested_by", f"{guardian!r} is no relative of {persona.id!r} with a level 2 account"
    had_paper = persona.paper is not None and persona.paper.issued <= today
    try:
        levels.check(Applicant(HolderKind(persona.kind), age, had_paper, applies), persona.account.level, today)
    except NotEligible as error:
        yield "account", str(error)


def _sign_in(persona: Persona, today: date) -> Iterable[tuple[str, str]]:
    secrets = (persona.password, persona.passcode, persona.one_time_code_seed)
    if levels.age_on(persona.birthdate, today) < levels.OWN_SIGN_IN_AGE and any(secrets):
        yield "password", "a child under 14 has no sign-in of her own: leave out password, passcode and seed"
    if persona.birthdate > today:
        yield "birthdate", "lies in the future"
    if persona.paper is not None and persona.paper.issued < persona.birthdate:
        yield "paper.issued", "lies before the birthdate"
    expired = persona.paper is not None and not paper_valid(persona.paper.expires, today)
    if expired and persona.account.state == State.LOCKED:
        yield "account.state", "the expired card locks by itself: leave the state out"
