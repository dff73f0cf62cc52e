"""The separate answers a verification gives: a document may be genuine and still not good today."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """One answer. Only YES is good; NOT_PROVEN and NOT_ASKED are what the caller chose not to ask for.

    OUTDATED is said of *in force* alone: so it was by a list that is past its `ttl`, and may not be so any more.
    """

    YES = "yes"
    NO = "no"
    OUTDATED = "outdated"
    NOT_CHECKED = "not_checked"
    NOT_PROVEN = "not_proven"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Answers:
    """*intact*: unchanged since signed. *trusted*: signed by who may sign this type. *in_force*: within its
    dates and neither revoked nor suspended. *holder*: shown by whom it was issued to. *person*: about the
    expected person.
    """

    intact: Answer = Answer.NOT_CHECKED
    trusted: Answer = Answer.NOT_CHECKED
    in_force: Answer = Answer.NOT_CHECKED
    holder: Answer = Answer.NOT_CHECKED
    person: Answer = Answer.NOT_CHECKED

    @property
    def good(self) -> bool:
        """Whether the document may be accepted: every question that was asked has the answer YES."""
        asked = (self.intact, self.trusted, self.in_force)
        chosen = (self.holder, self.person)
        return all(answer is Answer.YES for answer in asked) and not any(
            answer in (Answer.NO, Answer.NOT_CHECKED) for answer in chosen
        )
