"""The base of every refusal."""

from __future__ import annotations

from typing import ClassVar

from idp.documents.verifier.answers import Answer, Answers
from idp.documents.verifier.status_checked import StatusChecked


class VerificationError(Exception):
    """Base of every refusal. `answers` holds what was established before it.

    `outcome` is what the question under examination is answered with when this error ends it. `words` (Vietnamese,
    English) are for a clerk; None where they stand in `refusals.py` under the code. `status_list` is the status list
    that said it, where one did.
    """

    code: ClassVar[str]
    words: ClassVar[tuple[str, str] | None] = None
    outcome: ClassVar[Answer] = Answer.NO

    def __init__(self, detail: str = "", answers: Answers | None = None) -> None:
        self.detail = detail
        self.answers = answers or Answers()
        self.status_list: StatusChecked | None = None
        super().__init__(f"{self.code}: {detail}" if detail else self.code)
